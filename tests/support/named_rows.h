#ifndef ROWSPLIT_TESTS_SUPPORT_NAMED_ROWS_H_
#define ROWSPLIT_TESTS_SUPPORT_NAMED_ROWS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "embedding/named_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit::testing {

// Tokens with their vectors, in the order of the rows.
using NamedRowList = std::vector<std::pair<std::string, std::vector<float>>>;

inline NamedRowList RowsOf(const Vocabulary& vocabulary,
                           const EmbeddingTable& table) {
  NamedRowList rows;
  for (int64_t row = 0; row < table.num_rows(); ++row) {
    std::vector<float> vector(static_cast<size_t>(table.width()));
    if (!table.ReadRow(row, vector).ok()) return {};
    rows.emplace_back(vocabulary.token(row), vector);
  }
  return rows;
}

inline NamedRowList RowsOf(const internal::NamedRows& rows) {
  return RowsOf(rows.vocabulary, rows.table);
}

// Requires rows of one width with tokens that differ.
inline internal::NamedRows NamedRowsOf(const NamedRowList& rows) {
  std::vector<std::string_view> tokens;
  BufferBuilder<float> values;
  for (const auto& [token, vector] : rows) {
    tokens.push_back(token);
    values.Append(vector);
  }
  const auto num_rows = static_cast<int64_t>(rows.size());
  const int64_t width =
      rows.empty() ? 0 : static_cast<int64_t>(rows[0].second.size());
  return {
      *Vocabulary::FromTokens(StringTensor::FromStrings(tokens)),
      *EmbeddingTable::FromValues(std::move(values).Build(), num_rows, width),
      {}};
}

// The bytes of a file in memory.
inline Buffer<char> FileOf(std::string_view bytes) {
  return Buffer<char>::Copy({bytes.data(), bytes.size()});
}

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_NAMED_ROWS_H_
