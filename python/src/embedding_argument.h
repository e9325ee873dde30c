#ifndef ROWSPLIT_PYTHON_SRC_EMBEDDING_ARGUMENT_H_
#define ROWSPLIT_PYTHON_SRC_EMBEDDING_ARGUMENT_H_

#include <nanobind/nanobind.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "convert.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/embedding.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit::python {

namespace nb = nanobind;

// What rowsplit.EmbeddingTable holds.
struct PyEmbeddingTable {
  EmbeddingTable table;
};

// What rowsplit.Embedding holds.
struct PyEmbedding {
  Embedding embedding;
};

// "float32", "float16", "bfloat16", "int8", "int4"; nothing for None. Throws
// ValueError for another word.
std::optional<RowFormat> TakeRowFormat(nb::handle name);

// The value of one of the words that an argument may be. Throws ValueError that
// lists them for another one.
template <typename T, size_t kSize>
T TakeWord(const std::string& word, const char* name,
           const std::pair<std::string_view, T> (&words)[kSize]) {
  std::string known;
  for (const auto& [known_word, value] : words) {
    if (known_word == word) return value;
    absl::StrAppendFormat(&known, "%s'%s'", known.empty() ? "" : ", ",
                          known_word);
  }
  throw nb::value_error(
      absl::StrFormat("%s must be one of %s, got '%s'", name, known, word)
          .c_str());
}

// A table from an EmbeddingTable, an Embedding, or a matrix whose memory it
// shares: a NumPy array or what has __dlpack__, of float32, float16 or
// bfloat16, or of uint8 with `packed` rows of int8 or int4, `width` items each
// (by default as many as fit). Nothing is ever copied: throws ValueError for a
// matrix that is not contiguous, TypeError for another dtype. Lists become
// float32.
EmbeddingTable TakeTable(nb::handle value,
                         std::optional<RowFormat> packed = std::nullopt,
                         std::optional<int64_t> width = std::nullopt);

// Ids as int32 or int64, from any integers. Lists of lists may have rows of
// different lengths. Throws TypeError for what are no integers.
Tensor TakeIds(Call& call, nb::handle value);

// The rows as they are stored, without a copy: of float32, float16 or bfloat16,
// or of uint8. Throws ValueError for a factorized table.
nb::object GiveRows(const EmbeddingTable& table);

}  // namespace rowsplit::python

#endif  // ROWSPLIT_PYTHON_SRC_EMBEDDING_ARGUMENT_H_
