#include "bag_argument.h"

#include <nanobind/nanobind.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "convert.h"
#include "embedding_argument.h"
#include "nested_list.h"
#include "numpy_array.h"
#include "rowsplit/embedding/bag.h"
#include "rowsplit/ops/elementwise.h"
#include "rowsplit/ragged/tensor.h"
#include "status.h"

namespace rowsplit::python {

namespace {

constexpr std::pair<std::string_view, BagMode> kModes[] = {
    {"sum", BagMode::kSum},     {"mean", BagMode::kMean},
    {"sqrtn", BagMode::kSqrtN}, {"max", BagMode::kMax},
    {"min", BagMode::kMin},     {"logsumexp", BagMode::kLogSumExp},
    {"first", BagMode::kFirst}, {"last", BagMode::kLast}};
constexpr std::pair<std::string_view, OutOfRangeIds> kPolicies[] = {
    {"error", OutOfRangeIds::kError},
    {"skip", OutOfRangeIds::kSkip},
    {"zero", OutOfRangeIds::kZero},
    {"row", OutOfRangeIds::kRow}};

// Ids of rank 1 in bags that begin at the offsets.
Tensor CutIntoBags(Call& call, const Tensor& ids, nb::handle offsets,
                   bool include_last_offset) {
  const Tensor starts =
      ValueOrRaise(Cast(TakeIds(call, offsets), DType::kInt64));
  if (ids.is_ragged() || ids.rank() != 1 || starts.is_ragged() ||
      starts.rank() != 1) {
    throw nb::value_error(
        "with offsets, both these and the ids must be of rank 1");
  }
  std::vector<int64_t> splits(starts.items<int64_t>().begin(),
                              starts.items<int64_t>().end());
  if (!include_last_offset) splits.push_back(ids.num_values());
  return ValueOrRaise(Tensor::FromRowSplits(ids, splits));
}

std::optional<int64_t> TakeOptionalInt64(nb::handle value, const char* name) {
  if (value.is_none()) return std::nullopt;
  return Call::TakeInt64(value, name);
}

std::optional<int64_t> TakePaddingIdx(nb::handle value, int64_t num_rows) {
  if (value.is_none()) return std::nullopt;
  const int64_t idx = Call::TakeInt64(value, "padding_idx");
  const int64_t row = idx < 0 ? idx + num_rows : idx;
  if (row < 0 || row >= num_rows) {
    throw nb::value_error(
        absl::StrFormat("padding_idx must be a row of the table, which has %d, "
                        "got %d",
                        num_rows, idx)
            .c_str());
  }
  return row;
}

BagOptions TakeBagOptions(const BagArguments& arguments,
                          const EmbeddingTable& table) {
  BagOptions options;
  options.mode = TakeWord(arguments.mode, "mode", kModes);
  options.padding_idx = TakePaddingIdx(arguments.padding_idx, table.num_rows());
  options.out_of_range =
      TakeWord(arguments.out_of_range, "out_of_range", kPolicies);
  options.out_of_range_row = arguments.out_of_range_row;
  if (const auto norm =
          Call::TakeOptionalFloat(arguments.max_norm, "max_norm")) {
    options.max_norm = static_cast<float>(*norm);
  }
  options.empty_row = TakeOptionalInt64(arguments.empty_row, "empty_row");
  options.exec.num_threads = arguments.num_threads;
  return options;
}

// Whether the dense shape is that of the ids.
bool IsShapeOf(const Tensor& ids, const std::vector<int64_t>& shape) {
  if (static_cast<int>(shape.size()) != ids.rank() ||
      shape[0] != ids.num_rows()) {
    return false;
  }
  for (int axis = 0; axis < ids.ragged_rank(); ++axis) {
    const auto splits = ids.partition(axis).row_splits();
    for (size_t row = 0; row + 1 < splits.size(); ++row) {
      if (splits[row + 1] - splits[row] != shape[axis + 1]) return false;
    }
  }
  return true;
}

// A number for each id, in the shape of the ids or flat.
void TakeWeights(nb::handle value, BagCall& bags) {
  // Lists of lists may have rows of different lengths.
  Tensor weights = AsFloats(
      IsNested(value) && !IsNumPyArray(value)
          ? ConstantFromList(value, DType::kFloat32, std::nullopt, std::nullopt)
          : bags.call.Take(value, DType::kFloat32));
  if (!weights.is_ragged() && bags.ids.is_ragged()) {
    const std::vector<int64_t>& shape = weights.flat_shape();
    if (weights.num_items() != bags.ids.num_values() ||
        (shape.size() != 1 && !IsShapeOf(bags.ids, shape))) {
      throw nb::value_error(
          absl::StrFormat("per_sample_weights must have the shape of the ids, "
                          "or be as many in a row: %d ids, %d weights of rank "
                          "%d",
                          bags.ids.num_values(), weights.num_items(),
                          shape.size())
              .c_str());
    }
    bags.weight_shape = shape;
    weights = ValueOrRaise(
        bags.ids.WithFlatValues(Tensor::Vector(weights.buffer<float>())));
  }
  bags.weights = std::move(weights);
}

}  // namespace

Tensor AsFloats(Tensor tensor) {
  if (tensor.dtype() == DType::kFloat32) return tensor;
  return ValueOrRaise(Cast(tensor, DType::kFloat32));
}

BagCall TakeBagCall(const BagArguments& arguments) {
  BagCall taken;
  taken.table = TakeTable(arguments.table, TakeRowFormat(arguments.row_format),
                          TakeOptionalInt64(arguments.width, "width"));
  taken.options = TakeBagOptions(arguments, taken.table);
  taken.ids = TakeIds(taken.call, arguments.ids);
  if (!arguments.offsets.is_none()) {
    taken.ids = CutIntoBags(taken.call, taken.ids, arguments.offsets,
                            arguments.include_last_offset);
  } else if (arguments.include_last_offset) {
    throw nb::value_error("include_last_offset needs offsets");
  }
  if (!arguments.weights.is_none()) TakeWeights(arguments.weights, taken);
  return taken;
}

nb::object GiveWeightGradient(const BagCall& bags,
                              const Buffer<float>& gradient) {
  if (!bags.weights.has_value()) return nb::none();
  if (bags.weights->is_ragged() && !bags.weight_shape.has_value()) {
    return bags.call.Give(
        bags.weights->WithFlatValues(Tensor::Vector(gradient)));
  }
  return GiveWritableArray(ValueOrRaise(Tensor::Dense(
      gradient, bags.weight_shape.value_or(bags.weights->flat_shape()))));
}

}  // namespace rowsplit::python
