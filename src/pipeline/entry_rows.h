#ifndef ROWSPLIT_SRC_PIPELINE_ENTRY_ROWS_H_
#define ROWSPLIT_SRC_PIPELINE_ENTRY_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"

// How pieces of rows that are worked at by several threads become one result.
namespace rowsplit::internal {

// Rows of entries: an id, or a column and its value of some bytes.
struct EntryRows {
  Buffer<int64_t> ids;
  Buffer<std::byte> values;
  Buffer<Offset> row_splits;
};

// Where the entries of a piece go.
struct EntrySink {
  int64_t* ids;
  std::byte* values;
  // For each row of the piece, the number of entries up to its end.
  Offset* row_ends;
};

// Makes the entries of one piece after the other. Each thread has its own.
class EntryMaker {
 public:
  EntryMaker() = default;
  virtual ~EntryMaker() = default;
  EntryMaker(const EntryMaker&) = delete;
  EntryMaker& operator=(const EntryMaker&) = delete;

  // Begins a piece and returns the most entries that it can have.
  virtual absl::StatusOr<int64_t> Begin(StringTensorView texts) = 0;
  // Writes its entries and returns how many.
  virtual absl::StatusOr<int64_t> Write(const EntrySink& sink) = 0;
};

// The entries of all texts. With one thread they are written where they stay,
// in large pieces if the maker `streams`, that is, keeps nothing of a piece in
// memory; several write pieces into memory that is in their caches, and then
// copy them to their place.
absl::StatusOr<EntryRows> MakeEntryRows(
    StringTensorView texts, const ExecOptions& exec, size_t value_size,
    bool streams,
    const std::function<std::unique_ptr<EntryMaker>()>& new_maker);

// The rows of all parts, one part after the other. A single one is not copied.
EntryRows JoinEntryRows(std::vector<EntryRows> parts);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_PIPELINE_ENTRY_ROWS_H_
