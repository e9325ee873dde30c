#ifndef ROWSPLIT_SRC_CORE_BLOCK_CHECKSUMS_H_
#define ROWSPLIT_SRC_CORE_BLOCK_CHECKSUMS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/hash.h"

// XXH3 of each block of a section of a file, so that a part of a large file can
// be checked alone and damage has a place.
namespace rowsplit::internal {

// The last block of a section has fewer bytes.
inline constexpr int64_t kChecksumBlockBytes = int64_t{1} << 16;
// At most so many blocks of a section are samples: the first, the last and
// others at equal distances.
inline constexpr int64_t kSampledBlocks = 16;

constexpr int64_t NumChecksumBlocks(int64_t bytes) {
  return bytes / kChecksumBlockBytes + (bytes % kChecksumBlockBytes != 0);
}

// Requires `0 <= block < NumChecksumBlocks(section.size())`.
std::span<const char> ChecksumBlock(std::span<const char> section,
                                    int64_t block);

// Appends the checksums of the section's blocks. O(bytes), on all cores.
absl::Status AppendBlockChecksums(std::span<const char> section,
                                  const ExecOptions& exec,
                                  std::vector<uint64_t>& sums);

// The first block whose checksum is not the one in `sums`, 8 bytes for each
// block, or -1. O(bytes), on all cores. Requires as many sums as blocks.
absl::StatusOr<int64_t> FirstDamagedBlock(std::span<const char> section,
                                          std::span<const char> sums,
                                          const ExecOptions& exec);

// The same of the samples alone.
int64_t FirstDamagedSample(std::span<const char> section,
                           std::span<const char> sums);

// Asks the disk for the samples of a mapped section, and returns at once.
void ReadAheadSamples(std::span<const char> section);

// The same checksums of a section that comes in portions.
class BlockChecksummer {
 public:
  void Update(std::string_view bytes);
  // The checksums of all blocks; nothing may follow.
  std::vector<uint64_t> Finish() &&;

 private:
  std::vector<char> partial_;
  std::vector<uint64_t> sums_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORE_BLOCK_CHECKSUMS_H_
