#ifndef ROWSPLIT_VOCAB_ID_MAP_H_
#define ROWSPLIT_VOCAB_ID_MAP_H_

#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit {

// Which new id each old id became: what carries the rows of an embedding table,
// and ids that are stored, from one vocabulary to another. A new id comes from
// at most one old one. Immutable; copies share memory.
//
//   const IdMap map = MapIds(of_a_b_c, of_c_a_d);
//   map.old_to_new()  // {1, -1, 0}: "b" is gone
//   map.NewToOld()    // {2, 0, -1}: "d" is new
class IdMap {
 public:
  // No ids.
  IdMap() = default;

  // Element `old` of `old_to_new` is the new id in [0, num_new), or -1 for
  // none. Fails with InvalidArgument, naming the first wrong place, for another
  // value and for a new id that two old ones have. O(num_old + num_new).
  static absl::StatusOr<IdMap> Create(Buffer<int64_t> old_to_new,
                                      int64_t num_new);
  // Requires what Create checks.
  static IdMap CreateUnchecked(Buffer<int64_t> old_to_new, int64_t num_new) {
    return IdMap(std::move(old_to_new), num_new);
  }

  int64_t num_old() const { return static_cast<int64_t>(old_to_new_.size()); }
  int64_t num_new() const { return num_new_; }
  const Buffer<int64_t>& old_to_new() const { return old_to_new_; }

  // For each new id the old one, or -1: the rows of the old table that make the
  // new one. O(num_old + num_new).
  Buffer<int64_t> NewToOld() const;

  // The map of an id space that has `count` more ids before these on both
  // sides, which stay themselves: padding and OOV ids of a layer.
  //
  //   map.WithLeadingIds(2).old_to_new()  // {0, 1, 3, -1, 2}
  //
  // Fails with InvalidArgument if `count` is negative, with ResourceExhausted
  // if the ids do not fit. O(num_old).
  absl::StatusOr<IdMap> WithLeadingIds(int64_t count) const;

  // This map, then `next`. Fails with InvalidArgument unless next.num_old() is
  // num_new(). O(num_old).
  absl::StatusOr<IdMap> Then(const IdMap& next) const;

  // Whether every id stays, and none is added.
  bool is_identity() const;

  friend bool operator==(const IdMap& a, const IdMap& b);

 private:
  IdMap(Buffer<int64_t> old_to_new, int64_t num_new)
      : old_to_new_(std::move(old_to_new)), num_new_(num_new) {}

  Buffer<int64_t> old_to_new_;
  int64_t num_new_ = 0;
};

// For each token of `from` its id in `to`, or -1. O(tokens of `from`). Fails
// with Cancelled.
absl::StatusOr<IdMap> MapIds(const Vocabulary& from, const Vocabulary& to,
                             const ExecOptions& exec = {});

struct RemapIdsOptions {
  // What an old id without a new one becomes. Without it, such an id is an
  // error.
  std::optional<int64_t> oov_id = std::nullopt;
  ExecOptions exec = {};
};

// The same ids, dense or ragged, after the map; of the same integer dtype.
//
//   RemapIds({{0, 2}, {1}}, map, {.oov_id = 3})  // {{1, 0}, {3}}
//
// Fails with InvalidArgument if the ids are no integers, an id is outside
// [0, map.num_old()) or has no new one and there is no oov_id (both name the
// place), or a new id may not fit the dtype; with Cancelled. O(ids).
absl::StatusOr<Tensor> RemapIds(const Tensor& ids, const IdMap& map,
                                const RemapIdsOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_VOCAB_ID_MAP_H_
