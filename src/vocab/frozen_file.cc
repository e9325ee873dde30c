#include "vocab/frozen_file.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/check.h"
#include "core/mapped_file.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/hash.h"
#include "vocab/frozen_layout.h"

namespace rowsplit::internal {

namespace {

constexpr int64_t kBlocksAPiece = 64;

std::span<const char> Bytes(std::span<const char> file, uint64_t begin,
                            uint64_t end) {
  return file.subspan(static_cast<size_t>(begin),
                      static_cast<size_t>(end - begin));
}

std::string_view Text(std::span<const char> bytes) {
  return {bytes.data(), bytes.size()};
}

std::span<const char> Block(std::span<const char> section, int64_t block) {
  const auto begin = static_cast<size_t>(block * kFrozenBlockBytes);
  return section.subspan(
      begin,
      std::min(section.size() - begin, static_cast<size_t>(kFrozenBlockBytes)));
}

int64_t NumBlocks(std::span<const char> section) {
  return NumFrozenBlocks(static_cast<int64_t>(section.size()));
}

int64_t NumSamples(std::span<const char> section) {
  return std::min(NumBlocks(section), kFrozenSampledBlocks);
}

// The first sample is the first block, the last one the last.
int64_t SampledBlock(std::span<const char> section, int64_t sample) {
  const int64_t last = NumSamples(section) - 1;
  return last == 0 ? 0 : sample * (NumBlocks(section) - 1) / last;
}

absl::Status Checksums(std::span<const char> section, const ExecOptions& exec,
                       std::vector<uint64_t>& sums) {
  const size_t first = sums.size();
  sums.resize(first + static_cast<size_t>(NumBlocks(section)));
  return ParallelFor(exec, NumBlocks(section), kBlocksAPiece,
                     [&](int64_t begin, int64_t end) {
                       for (int64_t block = begin; block < end; ++block) {
                         sums[first + static_cast<size_t>(block)] =
                             Xxh3_64(Text(Block(section, block)));
                       }
                       return absl::OkStatus();
                     });
}

// The checksum of a block, as the file says; they stand one after another
// without regard to sections.
uint64_t StoredChecksum(const FrozenHeader& header, std::span<const char> file,
                        int64_t index) {
  uint64_t sum;
  std::memcpy(&sum,
              file.data() + header.sections[kFrozenChecksums].begin + 8 * index,
              sizeof sum);
  return sum;
}

absl::Status CheckBlock(const FrozenHeader& header, std::span<const char> file,
                        const std::string& name, int section, int64_t block,
                        int64_t first_checksum) {
  const std::span<const char> bytes =
      Block(FrozenPartsOf(header, file)[section], block);
  if (Xxh3_64(Text(bytes)) ==
      StoredChecksum(header, file, first_checksum + block)) {
    return absl::OkStatus();
  }
  return FrozenDamage(
      name, FrozenSectionName(section),
      header.sections[section].begin +
          static_cast<uint64_t>(block * kFrozenBlockBytes),
      absl::StrFormat("the checksum of %d bytes differs", bytes.size()));
}

// What is checked in any mode but the deferred one.
absl::Status CheckFrame(const FrozenHeader& header, std::span<const char> file,
                        const std::string& name) {
  const FrozenRange& sums = header.sections[kFrozenChecksums];
  if (Xxh3_64(Text(Bytes(file, sums.begin, sums.end()))) !=
      header.checksums_checksum) {
    return FrozenDamage(name, FrozenSectionName(kFrozenChecksums), sums.begin,
                        "their own checksum differs");
  }
  uint64_t end = sizeof(FrozenHeader);
  for (const FrozenRange& section : header.sections) {
    for (uint64_t byte = end; byte < section.begin; ++byte) {
      if (file[byte] != 0) {
        return FrozenDamage(name, "filling", byte, "it is no zero");
      }
    }
    end = section.end();
  }
  return absl::OkStatus();
}

}  // namespace

FrozenParts FrozenPartsOf(const FrozenHeader& header,
                          std::span<const char> file) {
  FrozenParts parts;
  for (int section = 0; section < kFrozenDataSections; ++section) {
    parts[section] = Bytes(file, header.sections[section].begin,
                           header.sections[section].end());
  }
  return parts;
}

absl::Status WriteFrozen(
    FrozenHeader header, const FrozenParts& parts, const ExecOptions& exec,
    absl::FunctionRef<absl::Status(std::string_view bytes)> append) {
  std::vector<uint64_t> sums;
  for (const std::span<const char> part : parts) {
    ROWSPLIT_RETURN_IF_ERROR(Checksums(part, exec, sums));
  }
  const std::string_view sum_bytes(reinterpret_cast<const char*>(sums.data()),
                                   sums.size() * sizeof(uint64_t));
  header.checksums_checksum = Xxh3_64(sum_bytes);
  SealFrozenHeader(header);
  ROWSPLIT_RETURN_IF_ERROR(
      append({reinterpret_cast<const char*>(&header), sizeof header}));
  constexpr char kZeros[kFrozenAlignment] = {};
  uint64_t end = sizeof header;
  for (int section = 0; section < kFrozenSections; ++section) {
    const std::string_view bytes =
        section == kFrozenChecksums ? sum_bytes : Text(parts[section]);
    ROWSPLIT_DCHECK(bytes.size() == header.sections[section].bytes);
    ROWSPLIT_RETURN_IF_ERROR(append(
        {kZeros, static_cast<size_t>(header.sections[section].begin - end)}));
    ROWSPLIT_RETURN_IF_ERROR(append(bytes));
    end = header.sections[section].end();
  }
  return absl::OkStatus();
}

absl::Status CheckAllBlocks(const FrozenHeader& header,
                            std::span<const char> file, const std::string& name,
                            const ExecOptions& exec) {
  ROWSPLIT_RETURN_IF_ERROR(CheckFrame(header, file, name));
  const FrozenParts parts = FrozenPartsOf(header, file);
  int64_t first = 0;
  for (int section = 0; section < kFrozenDataSections; ++section) {
    const int64_t num_blocks = NumBlocks(parts[section]);
    ROWSPLIT_RETURN_IF_ERROR(ParallelFor(
        exec, num_blocks, kBlocksAPiece, [&](int64_t begin, int64_t end) {
          for (int64_t block = begin; block < end; ++block) {
            ROWSPLIT_RETURN_IF_ERROR(
                CheckBlock(header, file, name, section, block, first));
          }
          return absl::OkStatus();
        }));
    first += num_blocks;
  }
  return absl::OkStatus();
}

absl::Status CheckSampledBlocks(const FrozenHeader& header,
                                std::span<const char> file,
                                const std::string& name) {
  const FrozenParts parts = FrozenPartsOf(header, file);
  // The disk can fetch all of them at once.
  for (const std::span<const char> part : parts) {
    for (int64_t sample = 0; sample < NumSamples(part); ++sample) {
      ReadAhead(Block(part, SampledBlock(part, sample)));
    }
  }
  ROWSPLIT_RETURN_IF_ERROR(CheckFrame(header, file, name));
  int64_t first = 0;
  for (int section = 0; section < kFrozenDataSections; ++section) {
    const std::span<const char> part = parts[section];
    for (int64_t sample = 0; sample < NumSamples(part); ++sample) {
      ROWSPLIT_RETURN_IF_ERROR(CheckBlock(header, file, name, section,
                                          SampledBlock(part, sample), first));
    }
    first += NumBlocks(part);
  }
  return absl::OkStatus();
}

}  // namespace rowsplit::internal
