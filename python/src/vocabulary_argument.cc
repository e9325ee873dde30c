#include "vocabulary_argument.h"

#include <cstddef>
#include <fstream>
#include <ios>
#include <utility>
#include <vector>

#include "arrow_capsule.h"
#include "numpy_array.h"
#include "status.h"
#include "vocab/frozen_layout.h"

namespace rowsplit::python {

Tensor TakeTokenVector(Call& call, nb::handle tokens, DType dtype) {
  std::vector<Tensor> chunks = dtype == DType::kString
                                   ? TakeTextChunks(call, tokens)
                                   : TakeChunks(call, tokens, dtype);
  Tensor vector =
      ValueOrRaise(Call::Run([&] { return JoinChunks(std::move(chunks)); }));
  if (vector.is_ragged() || vector.rank() != 1) {
    throw nb::value_error("a vocabulary must be a vector of tokens (rank 1)");
  }
  if (vector.dtype() == dtype || !IsInteger(vector.dtype())) return vector;
  return call.Take(
      NumPy().attr("asarray")(call.Give(vector), GiveDType(dtype)));
}

std::optional<Buffer<float>> TakeWeights(nb::handle weights) {
  if (weights.is_none()) return std::nullopt;
  const Tensor tensor =
      Call().Take(NumPy().attr("asarray")(weights, GiveDType(DType::kFloat32)));
  if (tensor.rank() != 1) {
    throw nb::value_error("idf_weights must be numbers of rank 1");
  }
  return tensor.buffer<float>();
}

Buffer<int64_t> TakeCounts(nb::handle counts) {
  const Tensor tensor =
      Call().Take(NumPy().attr("asarray")(counts, GiveDType(DType::kInt64)));
  if (tensor.is_ragged() || tensor.rank() != 1) {
    throw nb::value_error("counts must be integers of rank 1");
  }
  return tensor.buffer<int64_t>();
}

bool IsFrozenFile(const std::string& path) {
  char head[8] = {};
  std::ifstream file(path, std::ios::binary);
  file.read(head, sizeof head);
  return internal::IsFrozen({head, static_cast<size_t>(file.gcount())});
}

}  // namespace rowsplit::python
