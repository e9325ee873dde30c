#include "embedding/embedding_file.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/atomic_file.h"
#include "core/block_checksums.h"
#include "core/check.h"
#include "core/mapped_file.h"
#include "core/status_macros.h"
#include "embedding/embedding_layout.h"
#include "embedding/row_portions.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/subwords.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit::internal {

namespace {

Buffer<char> PartOf(const Buffer<char>& file, const EmbeddingHeader& header,
                    int section) {
  const FrozenRange& range = header.sections[section];
  return file.Slice(static_cast<size_t>(range.begin),
                    static_cast<size_t>(range.bytes));
}

Buffer<std::byte> AsBytes(const Buffer<char>& part) {
  return {std::as_bytes(part.span()), part.owner()};
}

template <typename T>
std::string_view Text(std::span<const T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

// The checksums of each section; they stand one after another without regard to
// sections.
EmbeddingSectionBytes StoredSums(const EmbeddingHeader& header,
                                 std::span<const char> file) {
  EmbeddingSectionBytes sums;
  auto begin = static_cast<size_t>(header.sections[kEmbeddingChecksums].begin);
  for (int section = 0; section < kEmbeddingDataSections; ++section) {
    const auto bytes = static_cast<int64_t>(header.sections[section].bytes);
    const auto size = static_cast<size_t>(NumChecksumBlocks(bytes)) * 8;
    sums[section] = file.subspan(begin, size);
    begin += size;
  }
  return sums;
}

// What is checked in any mode but the deferred one.
absl::Status CheckFrame(const EmbeddingHeader& header,
                        std::span<const char> file, const std::string& name) {
  const FrozenRange& sums = header.sections[kEmbeddingChecksums];
  const std::span<const char> bytes = file.subspan(
      static_cast<size_t>(sums.begin), static_cast<size_t>(sums.bytes));
  if (Xxh3_64(Text(bytes)) != header.checksums_checksum) {
    return EmbeddingDamage(name, EmbeddingSectionName(kEmbeddingChecksums),
                           sums.begin, "their own checksum differs");
  }
  uint64_t end = sizeof(EmbeddingHeader);
  for (const FrozenRange& section : header.sections) {
    for (uint64_t byte = end; byte < section.begin; ++byte) {
      if (file[static_cast<size_t>(byte)] == 0) continue;
      return EmbeddingDamage(name, "filling", byte, "it is no zero");
    }
    end = section.end();
  }
  return absl::OkStatus();
}

absl::Status CheckSums(const EmbeddingHeader& header,
                       std::span<const char> file, const std::string& name,
                       ChecksumMode mode, const ExecOptions& exec) {
  if (mode == ChecksumMode::kDeferred) return absl::OkStatus();
  const EmbeddingSectionBytes parts = SectionsOf(header, file);
  if (mode == ChecksumMode::kSampled) {
    // The disk can fetch all of them at once.
    for (const std::span<const char> part : parts) ReadAheadSamples(part);
  }
  ROWSPLIT_RETURN_IF_ERROR(CheckFrame(header, file, name));
  const EmbeddingSectionBytes sums = StoredSums(header, file);
  for (int section = 0; section < kEmbeddingDataSections; ++section) {
    int64_t block = -1;
    if (mode == ChecksumMode::kSampled) {
      block = FirstDamagedSample(parts[section], sums[section]);
    } else {
      ROWSPLIT_ASSIGN_OR_RETURN(
          block, FirstDamagedBlock(parts[section], sums[section], exec));
    }
    if (block < 0) continue;
    return EmbeddingDamage(
        name, EmbeddingSectionName(section),
        header.sections[section].begin +
            static_cast<uint64_t>(block * kChecksumBlockBytes),
        absl::StrFormat("the checksum of %d bytes differs",
                        ChecksumBlock(parts[section], block).size()));
  }
  return absl::OkStatus();
}

absl::StatusOr<Vocabulary> OpenVocabulary(const Buffer<char>& part,
                                          const EmbeddingHeader& header,
                                          const std::string& name,
                                          ChecksumMode checksum,
                                          const ExecOptions& exec) {
  if (part.empty()) return Vocabulary();
  absl::StatusOr<Vocabulary> vocabulary =
      Vocabulary::FromBytes(part, {.checksum = checksum, .exec = exec});
  const char* const section = EmbeddingSectionName(kEmbeddingVocabulary);
  const uint64_t begin = header.sections[kEmbeddingVocabulary].begin;
  if (!vocabulary.ok()) {
    return EmbeddingDamage(name, section, begin,
                           std::string(vocabulary.status().message()));
  }
  if (static_cast<uint64_t>(vocabulary->size()) != header.num_rows) {
    return EmbeddingDamage(
        name, section, begin,
        absl::StrFormat("it has %d tokens for %d rows", vocabulary->size(),
                        header.num_rows));
  }
  return vocabulary;
}

absl::StatusOr<EmbeddingTable> TableOf(const Buffer<char>& file,
                                       const EmbeddingHeader& header) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      EmbeddingTable rows,
      EmbeddingTable::FromBytes(static_cast<RowFormat>(header.row_format),
                                AsBytes(PartOf(file, header, kEmbeddingRows)),
                                static_cast<int64_t>(header.num_rows),
                                static_cast<int64_t>(header.stored_width)));
  if (header.is_factorized == 0) return rows;
  const Buffer<char> part = PartOf(file, header, kEmbeddingProjection);
  const std::span<const float> values(
      reinterpret_cast<const float*>(part.data()), part.size() / sizeof(float));
  return EmbeddingTable::Factorized(std::move(rows),
                                    Buffer<float>(values, part.owner()),
                                    static_cast<int64_t>(header.width));
}

absl::StatusOr<SubwordRows> SubwordsOf(const Buffer<char>& file,
                                       const EmbeddingHeader& header,
                                       const std::string& name) {
  if (header.num_subword_rows == 0) return SubwordRows();
  ROWSPLIT_ASSIGN_OR_RETURN(
      EmbeddingTable buckets,
      EmbeddingTable::FromBytes(
          static_cast<RowFormat>(header.subword_format),
          AsBytes(PartOf(file, header, kEmbeddingSubwordRows)),
          static_cast<int64_t>(header.num_subword_rows),
          static_cast<int64_t>(header.width)));
  absl::StatusOr<SubwordRows> subwords = SubwordRows::Create(
      std::move(buckets),
      {.min_chars = header.min_n, .max_chars = header.max_n});
  if (subwords.ok()) return subwords;
  return EmbeddingDamage(name, EmbeddingSectionName(kEmbeddingSubwordRows),
                         header.sections[kEmbeddingSubwordRows].begin,
                         std::string(subwords.status().message()));
}

}  // namespace

absl::StatusOr<EmbeddingParts> OpenEmbeddingFile(const Buffer<char>& file,
                                                 const std::string& name,
                                                 ChecksumMode checksum,
                                                 const ExecOptions& exec) {
  ROWSPLIT_DCHECK(reinterpret_cast<uintptr_t>(file.data()) % kFrozenAlignment ==
                  0);
  ROWSPLIT_ASSIGN_OR_RETURN(const EmbeddingHeader header,
                            ReadEmbeddingHeader(file.span(), name));
  ROWSPLIT_RETURN_IF_ERROR(
      CheckSums(header, file.span(), name, checksum, exec));
  EmbeddingParts parts;
  ROWSPLIT_ASSIGN_OR_RETURN(parts.table, TableOf(file, header));
  ROWSPLIT_ASSIGN_OR_RETURN(
      parts.vocabulary,
      OpenVocabulary(PartOf(file, header, kEmbeddingVocabulary), header, name,
                     checksum, exec));
  ROWSPLIT_ASSIGN_OR_RETURN(parts.subwords, SubwordsOf(file, header, name));
  return parts;
}

absl::StatusOr<EmbeddingFileWriter> EmbeddingFileWriter::Open(
    const std::string& path, RowFormat row_format, int64_t stored_width) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      AtomicFile file,
      AtomicFile::Open(path, {.patched = true, .with_digest = false}));
  const EmbeddingHeader place_holder{};
  ROWSPLIT_RETURN_IF_ERROR(file.Append(
      {reinterpret_cast<const char*>(&place_holder), sizeof place_holder}));
  return EmbeddingFileWriter(std::move(file), row_format, stored_width);
}

absl::Status EmbeddingFileWriter::Append(std::string_view rows) {
  const int64_t row_bytes = RowBytes(row_format_, stored_width_);
  ROWSPLIT_DCHECK(row_bytes > 0 &&
                  rows.size() % static_cast<size_t>(row_bytes) == 0);
  num_rows_ += static_cast<int64_t>(rows.size()) / row_bytes;
  row_sums_.Update(rows);
  return file_.Append(rows);
}

absl::Status EmbeddingFileWriter::AppendTable(const EmbeddingTable& rows,
                                              const ExecOptions& exec) {
  ROWSPLIT_DCHECK(rows.width() == stored_width_);
  if (rows.width() == 0 && rows.num_rows() > 0) {
    return absl::InvalidArgumentError(
        "embedding: a file can't have rows without values");
  }
  return ForRowPortions(rows, row_format_, exec, [&](std::string_view stored) {
    return Append(stored);
  });
}

absl::Status EmbeddingFileWriter::PadTo(uint64_t begin) {
  constexpr std::array<char, kFrozenAlignment> kZeros{};
  const auto size =
      static_cast<size_t>(begin - static_cast<uint64_t>(file_.size_bytes()));
  return file_.Append({kZeros.data(), size});
}

absl::Status EmbeddingFileWriter::Close(const EmbeddingParts& parts,
                                        const ExecOptions& exec) {
  Buffer<char> vocabulary;
  if (parts.vocabulary.size() > 0) {
    ROWSPLIT_ASSIGN_OR_RETURN(vocabulary, parts.vocabulary.ToBytes());
  }
  Buffer<float> projection;
  const bool is_factorized = parts.table.is_factorized();
  if (is_factorized) projection = parts.table.projection();
  ROWSPLIT_ASSIGN_OR_RETURN(
      const EmbeddingTable buckets,
      parts.subwords.buckets().is_factorized()
          ? parts.subwords.buckets().ToDense(exec)
          : absl::StatusOr<EmbeddingTable>(parts.subwords.buckets()));
  const SubwordOptions& grams = parts.subwords.options();
  ROWSPLIT_ASSIGN_OR_RETURN(
      EmbeddingHeader header,
      LayOutEmbedding({num_rows_, parts.table.width(), row_format_,
                       is_factorized, stored_width_,
                       static_cast<int64_t>(vocabulary.size()),
                       buckets.num_rows(), buckets.format(), grams.min_chars,
                       grams.max_chars}));
  const std::array<std::string_view, kEmbeddingDataSections> sections = {
      "", Text(projection.span()), Text(vocabulary.span()),
      Text(buckets.bytes().span())};
  std::vector<uint64_t> sums = std::move(row_sums_).Finish();
  for (int section = kEmbeddingProjection; section < kEmbeddingDataSections;
       ++section) {
    const std::string_view bytes = sections[section];
    ROWSPLIT_DCHECK(bytes.size() == header.sections[section].bytes);
    ROWSPLIT_RETURN_IF_ERROR(AppendBlockChecksums(bytes, exec, sums));
    ROWSPLIT_RETURN_IF_ERROR(PadTo(header.sections[section].begin));
    ROWSPLIT_RETURN_IF_ERROR(file_.Append(bytes));
  }
  const std::string_view sum_bytes = Text(std::span<const uint64_t>(sums));
  ROWSPLIT_RETURN_IF_ERROR(PadTo(header.sections[kEmbeddingChecksums].begin));
  ROWSPLIT_RETURN_IF_ERROR(file_.Append(sum_bytes));
  header.checksums_checksum = Xxh3_64(sum_bytes);
  SealEmbeddingHeader(header);
  ROWSPLIT_RETURN_IF_ERROR(file_.WriteAt(
      0, {reinterpret_cast<const char*>(&header), sizeof header}));
  return file_.Commit();
}

absl::Status SaveEmbeddingFile(const EmbeddingParts& parts,
                               const std::string& path, RowFormat row_format,
                               const ExecOptions& exec) {
  const EmbeddingTable& rows =
      parts.table.is_factorized() ? parts.table.factor() : parts.table;
  ROWSPLIT_ASSIGN_OR_RETURN(
      EmbeddingFileWriter writer,
      EmbeddingFileWriter::Open(path, row_format, rows.width()));
  ROWSPLIT_RETURN_IF_ERROR(writer.AppendTable(rows, exec));
  return writer.Close(parts, exec);
}

}  // namespace rowsplit::internal
