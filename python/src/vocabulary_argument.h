#ifndef ROWSPLIT_PYTHON_SRC_VOCABULARY_ARGUMENT_H_
#define ROWSPLIT_PYTHON_SRC_VOCABULARY_ARGUMENT_H_

#include <nanobind/nanobind.h>

#include <cstdint>
#include <optional>
#include <string>

#include "convert.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit::python {

namespace nb = nanobind;

// What rowsplit.Vocabulary holds. A mapped one has the file's path and how it
// was opened: what pickle keeps of it.
struct PyVocabulary {
  Vocabulary vocabulary;
  std::string path;
  std::string checksum;
};

// A vector of tokens, strings or int64, from a list, an array or all chunks of
// an Arrow array. Integers of any width become int64. Throws TypeError where
// strings are asked for and something else comes, ValueError for another rank.
Tensor TakeTokenVector(Call& call, nb::handle tokens, DType dtype);

// The weights of tf_idf, or None. Throws ValueError unless they are of rank 1.
std::optional<Buffer<float>> TakeWeights(nb::handle weights);

// One int64 for each token. Throws ValueError unless they are of rank 1.
Buffer<int64_t> TakeCounts(nb::handle counts);

// Whether the file begins as a frozen vocabulary.
bool IsFrozenFile(const std::string& path);

}  // namespace rowsplit::python

#endif  // ROWSPLIT_PYTHON_SRC_VOCABULARY_ARGUMENT_H_
