#ifndef ROWSPLIT_SRC_VOCAB_COUNT_BLOCKS_H_
#define ROWSPLIT_SRC_VOCAB_COUNT_BLOCKS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/vocab/vocabulary_builder.h"

// Sorted counts as bytes, in blocks with a checksum: the runs that a counter
// spills and the body of a file of partial counts. docs/formats.md has the
// layout. All numbers are little-endian.
namespace rowsplit::internal {

// The order of the entries.
enum class CountOrder {
  kToken,       // by bytes, each token once
  kMoreCommon,  // as in a vocabulary
};

struct CountBlockFormat {
  bool documents = false;
  CountOrder order = CountOrder::kToken;
};

inline constexpr size_t kCountBlockHeaderBytes = 16;

void AppendWord32(uint32_t value, std::string& bytes);
void AppendWord64(uint64_t value, std::string& bytes);
uint32_t ReadWord32(const char* bytes);
uint64_t ReadWord64(const char* bytes);

// Cuts entries into blocks and hands them to `write`, one at a time.
class CountBlockWriter {
 public:
  using Write = std::function<absl::Status(std::string_view bytes)>;

  // A block ends with the entry that brings it to `block_bytes`.
  CountBlockWriter(CountBlockFormat format, size_t block_bytes, Write write);

  // Requires the order of the format.
  absl::Status Add(const TokenCount& entry);
  // Writes what is left.
  absl::Status Finish();

  int64_t num_entries() const { return num_entries_; }
  // The bytes handed over.
  int64_t size_bytes() const { return size_bytes_; }

 private:
  void StartBlock();

  CountBlockFormat format_;
  size_t block_bytes_;
  Write write_;
  std::string block_;
  std::string last_token_;
  uint32_t block_entries_ = 0;
  uint64_t num_blocks_ = 0;
  int64_t num_entries_ = 0;
  int64_t size_bytes_ = 0;
};

// Reads the entries back. Takes nothing of the bytes on trust: what is damaged
// is DataLoss that names the block.
class CountBlockReader {
 public:
  using Read =
      std::function<absl::Status(int64_t offset, char* bytes, int64_t size)>;

  // Reads the blocks in [begin, end) of what `read` reads; `name` is for
  // errors.
  CountBlockReader(CountBlockFormat format, std::string name, int64_t begin,
                   int64_t end, Read read);

  // Goes to the next entry; false at the end.
  absl::StatusOr<bool> Next();
  // Requires that Next returned true; valid until the next call.
  const TokenCount& entry() const { return entry_; }

 private:
  absl::Status LoadBlock();
  absl::Status Damaged(std::string_view what) const;
  bool ReadNumber(uint64_t& value);

  CountBlockFormat format_;
  std::string name_;
  int64_t next_;
  int64_t end_;
  Read read_;
  std::string block_;
  size_t position_ = 0;
  uint32_t entries_left_ = 0;
  uint64_t num_blocks_ = 0;
  bool is_first_ = true;
  std::string token_;
  TokenCount entry_{};
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_VOCAB_COUNT_BLOCKS_H_
