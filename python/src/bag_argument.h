#ifndef ROWSPLIT_PYTHON_SRC_BAG_ARGUMENT_H_
#define ROWSPLIT_PYTHON_SRC_BAG_ARGUMENT_H_

#include <nanobind/nanobind.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "convert.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/embedding/bag.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/tensor.h"

// What all functions of bags take.
namespace rowsplit::python {

namespace nb = nanobind;

// The arguments of rs.embedding_bag, as they came.
struct BagArguments {
  nb::handle table, ids, offsets;
  std::string mode;
  nb::handle weights;
  bool include_last_offset;
  nb::handle padding_idx, max_norm;
  std::string out_of_range;
  int64_t out_of_range_row;
  nb::handle empty_row, row_format, width;
  int num_threads;
};

// One call's table, ids in bags, and what is done with them.
struct BagCall {
  Call call;
  EmbeddingTable table;
  Tensor ids;
  std::optional<Tensor> weights;
  BagOptions options;
  // Of dense weights for ragged ids, which are as the ids are here.
  std::optional<std::vector<int64_t>> weight_shape;
};

// Throws for words that are no mode or policy, and for ids, offsets and weights
// that do not fit each other. A negative padding_idx counts from the end.
BagCall TakeBagCall(const BagArguments& arguments);

Tensor AsFloats(Tensor tensor);

// The gradient of the weights in the shape that these had; None without them.
nb::object GiveWeightGradient(const BagCall& bags,
                              const Buffer<float>& gradient);

}  // namespace rowsplit::python

#endif  // ROWSPLIT_PYTHON_SRC_BAG_ARGUMENT_H_
