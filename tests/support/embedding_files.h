#ifndef ROWSPLIT_TESTS_SUPPORT_EMBEDDING_FILES_H_
#define ROWSPLIT_TESTS_SUPPORT_EMBEDDING_FILES_H_

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "core/block_checksums.h"
#include "embedding/embedding_layout.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/embedding/embedding.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit::testing {

// `num_rows` tokens: "t0", "t1", …
inline Vocabulary NumberedTokens(int64_t num_rows) {
  StringTensorBuilder tokens;
  for (int64_t id = 0; id < num_rows; ++id) {
    tokens.Append("t" + std::to_string(id));
  }
  return *Vocabulary::FromTokens(std::move(tokens).Build());
}

// Small numbers that every format of floats has, different in each place.
inline EmbeddingTable NumberedTable(int64_t num_rows, int64_t width) {
  BufferBuilder<float> values;
  for (int64_t i = 0; i < num_rows * width; ++i) {
    values.Append(static_cast<float>(i % 251) - 100);
  }
  return *EmbeddingTable::FromValues(std::move(values).Build(), num_rows,
                                     width);
}

// All values of a table, as floats.
inline std::vector<float> ValuesOf(const EmbeddingTable& table) {
  const auto width = static_cast<size_t>(table.width());
  std::vector<float> values(static_cast<size_t>(table.num_rows()) * width);
  for (int64_t id = 0; id < table.num_rows(); ++id) {
    const absl::Status status = table.ReadRow(
        id, std::span(values).subspan(static_cast<size_t>(id) * width, width));
    if (!status.ok()) return {};
  }
  return values;
}

// Makes the checksums of a damaged frozen embedding right again, as its author
// would; a file with sections outside of it stays as it is.
inline std::string ResealedEmbedding(std::string file) {
  internal::EmbeddingHeader header;
  if (file.size() < sizeof header) return file;
  std::memcpy(&header, file.data(), sizeof header);
  std::vector<uint64_t> sums;
  for (const internal::FrozenRange& range : header.sections) {
    if (range.begin > file.size() || range.bytes > file.size() - range.begin) {
      return file;
    }
  }
  for (int i = 0; i < internal::kEmbeddingDataSections; ++i) {
    const internal::FrozenRange& range = header.sections[i];
    if (!internal::AppendBlockChecksums(
             std::span(file).subspan(range.begin, range.bytes),
             {.num_threads = 1}, sums)
             .ok()) {
      return file;
    }
  }
  const auto& range = header.sections[internal::kEmbeddingChecksums];
  const std::string_view bytes(reinterpret_cast<const char*>(sums.data()),
                               sums.size() * 8);
  if (bytes.size() == range.bytes) {
    std::memcpy(file.data() + range.begin, bytes.data(), bytes.size());
    header.checksums_checksum = Xxh3_64(bytes);
  }
  internal::SealEmbeddingHeader(header);
  std::memcpy(file.data(), &header, sizeof header);
  return file;
}

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_EMBEDDING_FILES_H_
