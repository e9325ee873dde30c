#include "core/block_checksums.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/check.h"
#include "core/mapped_file.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/hash.h"

namespace rowsplit::internal {

namespace {

constexpr int64_t kBlocksAPiece = 64;

int64_t NumBlocks(std::span<const char> section) {
  return NumChecksumBlocks(static_cast<int64_t>(section.size()));
}

uint64_t Checksum(std::span<const char> section, int64_t block) {
  const std::span<const char> bytes = ChecksumBlock(section, block);
  return Xxh3_64({bytes.data(), bytes.size()});
}

bool IsDamaged(std::span<const char> section, std::span<const char> sums,
               int64_t block) {
  uint64_t sum;
  std::memcpy(&sum, sums.data() + static_cast<size_t>(block) * sizeof sum,
              sizeof sum);
  return Checksum(section, block) != sum;
}

int64_t NumSamples(std::span<const char> section) {
  return std::min(NumBlocks(section), kSampledBlocks);
}

// The first sample is the first block, the last one the last.
int64_t SampledBlock(std::span<const char> section, int64_t sample) {
  const int64_t last = NumSamples(section) - 1;
  return last == 0 ? 0 : sample * (NumBlocks(section) - 1) / last;
}

}  // namespace

std::span<const char> ChecksumBlock(std::span<const char> section,
                                    int64_t block) {
  const auto begin = static_cast<size_t>(block * kChecksumBlockBytes);
  return section.subspan(begin,
                         std::min(section.size() - begin,
                                  static_cast<size_t>(kChecksumBlockBytes)));
}

absl::Status AppendBlockChecksums(std::span<const char> section,
                                  const ExecOptions& exec,
                                  std::vector<uint64_t>& sums) {
  const size_t first = sums.size();
  sums.resize(first + static_cast<size_t>(NumBlocks(section)));
  return ParallelFor(
      exec, NumBlocks(section), kBlocksAPiece, [&](int64_t begin, int64_t end) {
        for (int64_t block = begin; block < end; ++block) {
          sums[first + static_cast<size_t>(block)] = Checksum(section, block);
        }
        return absl::OkStatus();
      });
}

absl::StatusOr<int64_t> FirstDamagedBlock(std::span<const char> section,
                                          std::span<const char> sums,
                                          const ExecOptions& exec) {
  const int64_t num_blocks = NumBlocks(section);
  ROWSPLIT_DCHECK(sums.size() == static_cast<size_t>(num_blocks) * 8);
  std::atomic<int64_t> first = num_blocks;
  ROWSPLIT_RETURN_IF_ERROR(ParallelFor(
      exec, num_blocks, kBlocksAPiece, [&](int64_t begin, int64_t end) {
        for (int64_t block = begin; block < end; ++block) {
          if (!IsDamaged(section, sums, block)) continue;
          int64_t seen = first.load(std::memory_order_relaxed);
          while (block < seen && !first.compare_exchange_weak(
                                     seen, block, std::memory_order_relaxed)) {
          }
          break;
        }
        return absl::OkStatus();
      }));
  return first == num_blocks ? -1 : first.load();
}

int64_t FirstDamagedSample(std::span<const char> section,
                           std::span<const char> sums) {
  for (int64_t sample = 0; sample < NumSamples(section); ++sample) {
    const int64_t block = SampledBlock(section, sample);
    if (IsDamaged(section, sums, block)) return block;
  }
  return -1;
}

void ReadAheadSamples(std::span<const char> section) {
  for (int64_t sample = 0; sample < NumSamples(section); ++sample) {
    ReadAhead(ChecksumBlock(section, SampledBlock(section, sample)));
  }
}

void BlockChecksummer::Update(std::string_view bytes) {
  constexpr auto kBlock = static_cast<size_t>(kChecksumBlockBytes);
  while (!bytes.empty()) {
    if (partial_.empty() && bytes.size() >= kBlock) {
      sums_.push_back(Xxh3_64(bytes.substr(0, kBlock)));
      bytes.remove_prefix(kBlock);
      continue;
    }
    const size_t size = std::min(bytes.size(), kBlock - partial_.size());
    partial_.insert(partial_.end(), bytes.begin(),
                    bytes.begin() + static_cast<ptrdiff_t>(size));
    bytes.remove_prefix(size);
    if (partial_.size() < kBlock) return;
    sums_.push_back(Xxh3_64({partial_.data(), partial_.size()}));
    partial_.clear();
  }
}

std::vector<uint64_t> BlockChecksummer::Finish() && {
  if (!partial_.empty()) {
    sums_.push_back(Xxh3_64({partial_.data(), partial_.size()}));
    partial_.clear();
  }
  return std::move(sums_);
}

}  // namespace rowsplit::internal
