#ifndef ROWSPLIT_TEXT_NORMALIZE_H_
#define ROWSPLIT_TEXT_NORMALIZE_H_

#include <cstdint>
#include <span>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

// Unicode's normalization forms. kNfkcCasefold is NFKC with case folded and
// what is ignorable (soft hyphens, zero-width spaces) deleted.
enum class NormalForm { kNfc, kNfd, kNfkc, kNfkd, kNfkcCasefold };

struct NormalizeOptions {
  NormalForm form = NormalForm::kNfkc;
  ExecOptions exec = {};
};

// Brings UTF-8 text into a normalization form, as ICU knows it. Bytes that are
// not UTF-8 stay as they are; a string is normalized by itself.
//
//   Normalize({"e\u0301", "ﬁ ²"})                             // {"é", "fi 2"}
//   Normalize({"ﬁ"}, {.form = NormalForm::kNfc})              // {"ﬁ"}
//   Normalize({"É ß"}, {.form = NormalForm::kNfkcCasefold})   // {"é ss"}
//
// Fails with Cancelled only. Linear in the bytes, also for endless combining
// marks. The first call of a form asks ICU about each code point, which takes
// some milliseconds.
absl::StatusOr<StringTensor> Normalize(StringTensorView input,
                                       const NormalizeOptions& options = {});

// Where the bytes of changed strings came from: the changes of each string, in
// order. Immutable; copies share memory.
class SourceOffsets {
 public:
  // Source bytes [source_begin, source_end) of a string became the bytes
  // [begin, end) of the result; what is between two changes is the same in
  // both.
  struct Change {
    Offset source_begin;
    Offset source_end;
    Offset begin;
    Offset end;

    friend bool operator==(const Change&, const Change&) = default;
  };

  // No strings.
  SourceOffsets() = default;
  // Requires changes in order that don't overlap, for each of the partition's
  // rows, and the sizes of the sources.
  SourceOffsets(RowPartition partition, Buffer<Change> changes,
                Buffer<Offset> source_sizes)
      : partition_(std::move(partition)),
        changes_(std::move(changes)),
        source_sizes_(std::move(source_sizes)) {}

  int64_t size() const { return partition_.num_rows(); }
  // The changes of a string. Requires `0 <= index < size()`.
  std::span<const Change> changes(int64_t index) const;

  // The byte of the source that byte `offset` of the result came from; inside a
  // change the end of what was changed, below 0 the begin, and from the end of
  // the result on the end of the source. O(log changes).
  Offset Find(int64_t index, Offset offset) const;

 private:
  RowPartition partition_;
  Buffer<Change> changes_;
  Buffer<Offset> source_sizes_;
};

struct NormalizedWithOffsets {
  StringTensor strings;
  SourceOffsets source_offsets;
};

// As Normalize, with the changes that ICU reports.
//
//   NormalizeWithOffsets({"株式会社ﬁ"})  // "株式会社fi"; 12 → 12, 13 → 15
//
// Slower where text changes: that part goes through ICU.
absl::StatusOr<NormalizedWithOffsets> NormalizeWithOffsets(
    StringTensorView input, const NormalizeOptions& options = {});

struct FindSourceOffsetsOptions {
  ExecOptions exec = {};
};

// map.Find for the offsets of each row, in their shape. Fails with
// InvalidArgument if the rows are not as many as the strings of the map.
//
//   FindSourceOffsets(map of "ﬁx" to "fix", {{0, 1, 2, 3}})  // {{0, 3, 3, 4}}
absl::StatusOr<RaggedTensor<Offset>> FindSourceOffsets(
    const SourceOffsets& map, const RaggedTensor<Offset>& offsets,
    const FindSourceOffsetsOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_NORMALIZE_H_
