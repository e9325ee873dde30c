#include "rowsplit/vocab/diff.h"

#include <cstdint>
#include <utility>

#include "absl/status/statusor.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/vocab/id_map.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit {

absl::StatusOr<VocabularyDiff> DiffVocabularies(const Vocabulary& from,
                                                const Vocabulary& to,
                                                const ExecOptions& exec) {
  VocabularyDiff diff;
  ROWSPLIT_ASSIGN_OR_RETURN(diff.id_map, MapIds(from, to, exec));
  BufferBuilder<int64_t> added, removed, moved;
  for (int64_t old = 0; old < from.size(); ++old) {
    const int64_t id = diff.id_map.old_to_new()[old];
    if (id < 0) {
      removed.Append(old);
    } else if (id != old) {
      moved.Append(old);
    }
  }
  const Buffer<int64_t> new_to_old = diff.id_map.NewToOld();
  for (int64_t id = 0; id < to.size(); ++id) {
    if (new_to_old[id] < 0) added.Append(id);
  }
  diff.added = std::move(added).Build();
  diff.removed = std::move(removed).Build();
  diff.moved = std::move(moved).Build();
  return diff;
}

}  // namespace rowsplit
