#include "vocab/frozen_file.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/block_checksums.h"
#include "core/check.h"
#include "core/status_macros.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/hash.h"
#include "vocab/frozen_layout.h"

namespace rowsplit::internal {

namespace {

std::span<const char> Bytes(std::span<const char> file, uint64_t begin,
                            uint64_t end) {
  return file.subspan(static_cast<size_t>(begin),
                      static_cast<size_t>(end - begin));
}

std::string_view Text(std::span<const char> bytes) {
  return {bytes.data(), bytes.size()};
}

// The checksums of each section, as the file says; they stand one after another
// without regard to sections.
FrozenParts StoredChecksums(const FrozenHeader& header,
                            std::span<const char> file) {
  const FrozenParts parts = FrozenPartsOf(header, file);
  FrozenParts sums;
  uint64_t begin = header.sections[kFrozenChecksums].begin;
  for (int section = 0; section < kFrozenDataSections; ++section) {
    const auto bytes = static_cast<int64_t>(parts[section].size());
    const uint64_t end =
        begin + static_cast<uint64_t>(NumChecksumBlocks(bytes)) * 8;
    sums[section] = Bytes(file, begin, end);
    begin = end;
  }
  return sums;
}

// DataLoss if a block is damaged; -1 is none.
absl::Status DamagedBlock(const FrozenHeader& header,
                          std::span<const char> file, const std::string& name,
                          int section, int64_t block) {
  if (block < 0) return absl::OkStatus();
  const std::span<const char> bytes =
      ChecksumBlock(FrozenPartsOf(header, file)[section], block);
  return FrozenDamage(
      name, FrozenSectionName(section),
      header.sections[section].begin +
          static_cast<uint64_t>(block * kChecksumBlockBytes),
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
    ROWSPLIT_RETURN_IF_ERROR(AppendBlockChecksums(part, exec, sums));
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
  const FrozenParts sums = StoredChecksums(header, file);
  for (int section = 0; section < kFrozenDataSections; ++section) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        const int64_t block,
        FirstDamagedBlock(parts[section], sums[section], exec));
    ROWSPLIT_RETURN_IF_ERROR(DamagedBlock(header, file, name, section, block));
  }
  return absl::OkStatus();
}

absl::Status CheckSampledBlocks(const FrozenHeader& header,
                                std::span<const char> file,
                                const std::string& name) {
  const FrozenParts parts = FrozenPartsOf(header, file);
  // The disk can fetch all of them at once.
  for (const std::span<const char> part : parts) ReadAheadSamples(part);
  ROWSPLIT_RETURN_IF_ERROR(CheckFrame(header, file, name));
  const FrozenParts sums = StoredChecksums(header, file);
  for (int section = 0; section < kFrozenDataSections; ++section) {
    ROWSPLIT_RETURN_IF_ERROR(
        DamagedBlock(header, file, name, section,
                     FirstDamagedSample(parts[section], sums[section])));
  }
  return absl::OkStatus();
}

}  // namespace rowsplit::internal
