// rowsplit.EmbeddingOptimizer, and sums of the slices of a gradient.

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "bag_argument.h"
#include "bindings.h"
#include "convert.h"
#include "embedding_argument.h"
#include "numpy_array.h"
#include "rowsplit/embedding/bag_gradient.h"
#include "rowsplit/embedding/indexed_slices.h"
#include "rowsplit/embedding/optimizer.h"
#include "rowsplit/embedding/variable.h"
#include "rowsplit/ops/elementwise.h"
#include "rowsplit/ragged/tensor.h"
#include "status.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

constexpr std::pair<std::string_view, SliceOrder> kOrders[] = {
    {"ascending", SliceOrder::kAscending},
    {"first_seen", SliceOrder::kFirstSeen}};
Tensor TakeFloat32(Call& call, nb::handle value) {
  return AsFloats(call.Take(value, DType::kFloat32));
}

// From rowsplit.IndexedSlices or whatever has its three parts.
IndexedSlices TakeSlices(nb::handle value) {
  Call call;
  const Tensor indices =
      ValueOrRaise(Cast(TakeIds(call, value.attr("indices")), DType::kInt64));
  const Tensor values = TakeFloat32(call, value.attr("values"));
  if (indices.is_ragged() || indices.rank() != 1 || values.is_ragged() ||
      values.rank() != 2 || values.num_rows() != indices.num_rows()) {
    throw nb::value_error(
        absl::StrFormat("slices must be a vector of indices and a row of "
                        "values for each: got %d indices of rank %d and values "
                        "of rank %d",
                        indices.num_items(), indices.rank(), values.rank())
            .c_str());
  }
  const std::vector<int64_t> shape =
      Call::TakeInts(value.attr("dense_shape"), "dense_shape");
  if (shape.size() != 2) {
    throw nb::value_error(
        "dense_shape must have two numbers, the rows and their width");
  }
  return {indices.buffer<int64_t>(), values.buffer<float>(), shape[0],
          shape[1]};
}

nb::object GiveSums(const IndexedSlices& slices) {
  const std::vector<int64_t> shape = {slices.num_slices(), slices.width};
  return nb::module_::import_("rowsplit._sparse")
      .attr("IndexedSlices")(
          GiveWritableArray(ValueOrRaise(Tensor::Dense(slices.values, shape))),
          GiveWritableArray(Tensor::Vector(slices.indices)),
          nb::make_tuple(slices.num_rows, slices.width));
}

// The rows of a matrix that may be written to, not copied.
EmbeddingVariable TakeVariable(nb::handle table) {
  if (!IsNumPyArray(table) || nb::cast<int>(table.attr("ndim")) != 2) {
    throw nb::type_error("the table must be a NumPy array of two dimensions");
  }
  const nb::object flags = table.attr("flags");
  if (!nb::cast<bool>(flags.attr("c_contiguous")) ||
      !nb::cast<bool>(flags.attr("aligned")) ||
      !nb::cast<bool>(flags.attr("writeable"))) {
    throw nb::value_error(
        "the table must be contiguous, aligned and writeable: its rows are "
        "changed where they are");
  }
  const Tensor rows = TakeArray(table);
  const auto address = nb::cast<uintptr_t>(table.attr("ctypes").attr("data"));
  if (rows.dtype() != DType::kFloat32 ||
      reinterpret_cast<uintptr_t>(rows.bytes().data()) != address) {
    throw nb::type_error("the table must be of float32");
  }
  const std::span<const float> items = rows.items<float>();
  return ValueOrRaise(EmbeddingVariable::Borrow(
      {const_cast<float*>(items.data()), items.size()}, rows.flat_shape()[0],
      rows.flat_shape()[1]));
}

EmbeddingOptimizer Create(const OptimizerOptions& options, nb::handle shape) {
  const std::vector<int64_t> sizes = Call::TakeInts(shape, "shape");
  if (sizes.size() != 2) {
    throw nb::value_error(
        "shape must have two numbers, the rows and their width");
  }
  return ValueOrRaise(EmbeddingOptimizer::Create(options, sizes[0], sizes[1]));
}

void Update(EmbeddingOptimizer& self, nb::handle table, nb::handle slices,
            int num_threads) {
  EmbeddingVariable variable = TakeVariable(table);
  const IndexedSlices taken = TakeSlices(slices);
  RaiseIfError(Call::Run([&] {
    return self.Update(variable, taken, {.num_threads = num_threads});
  }));
}

nb::object UpdateBags(EmbeddingOptimizer& self, const BagArguments& arguments,
                      nb::handle upstream) {
  EmbeddingVariable variable = TakeVariable(arguments.table);
  const BagCall bags = TakeBagCall(arguments);
  Call call;
  const Tensor gradient = TakeFloat32(call, upstream);
  const BagGradientOptions options = {.bag = bags.options};
  if (!bags.weights.has_value()) {
    RaiseIfError(Call::Run([&] {
      return self.UpdateBags(variable, bags.ids, gradient, options);
    }));
    return nb::none();
  }
  return GiveWeightGradient(bags, ValueOrRaise(Call::Run([&] {
                              return self.UpdateBags(variable, bags.ids,
                                                     *bags.weights, gradient,
                                                     options);
                            })));
}

// Copies, by the names of the state.
nb::dict GetState(const EmbeddingOptimizer& self) {
  nb::dict state;
  state["num_steps"] = self.num_steps();
  for (const EmbeddingOptimizer::State& table : self.state()) {
    const int64_t width = table.width;
    const auto size = static_cast<int64_t>(table.values.size());
    const std::vector<int64_t> shape = {width == 0 ? 0 : size / width, width};
    state[std::string(table.name).c_str()] = GiveWritableArray(ValueOrRaise(
        Tensor::Dense(Buffer<float>::Copy(table.values.span()), shape)));
  }
  return state;
}

void SetState(EmbeddingOptimizer& self, const nb::dict& state) {
  std::vector<Tensor> tables;
  for (const EmbeddingOptimizer::State& table : self.state()) {
    Call call;
    tables.push_back(TakeFloat32(call, state[std::string(table.name).c_str()]));
    if (tables.back().num_items() !=
        static_cast<int64_t>(table.values.size())) {
      throw nb::value_error(absl::StrFormat("%s must have %d items, got %d",
                                            table.name, table.values.size(),
                                            tables.back().num_items())
                                .c_str());
    }
  }
  const int64_t num_steps = Call::TakeInt64(state["num_steps"], "num_steps");
  if (num_steps < 0) {
    throw nb::value_error(
        absl::StrFormat("num_steps must not be negative, got %d", num_steps)
            .c_str());
  }
  self.set_num_steps(num_steps);
  for (size_t i = 0; i < tables.size(); ++i) {
    const std::span<const float> items = tables[i].items<float>();
    std::copy(items.begin(), items.end(), self.state()[i].values.data());
  }
}

void BindFactories(nb::class_<EmbeddingOptimizer>& optimizer) {
  optimizer.def_static(
      "sgd",
      [](nb::handle shape, float learning_rate, float weight_decay) {
        return Create(SgdOptions{learning_rate, weight_decay}, shape);
      },
      "shape"_a, "learning_rate"_a = 0.01f, "weight_decay"_a = 0.0f,
      "x -= learning_rate * g, where g is the gradient + weight_decay * x.");
  optimizer.def_static(
      "adagrad",
      [](nb::handle shape, float learning_rate, float learning_rate_decay,
         float initial_sum, float epsilon, bool epsilon_inside,
         float weight_decay) {
        return Create(
            AdagradOptions{learning_rate, learning_rate_decay, initial_sum,
                           epsilon, epsilon_inside, weight_decay},
            shape);
      },
      "shape"_a, "learning_rate"_a = 0.01f, "learning_rate_decay"_a = 0.0f,
      "initial_sum"_a = 0.0f, "epsilon"_a = 1e-10f, "epsilon_inside"_a = false,
      "weight_decay"_a = 0.0f,
      "s += g * g, x -= learning_rate * g / (sqrt(s) + epsilon), as torch's; "
      "with epsilon_inside / sqrt(s + epsilon), as Keras' (which starts from "
      "initial_sum=0.1 with epsilon=1e-7).");
  optimizer.def_static(
      "row_wise_adagrad",
      [](nb::handle shape, float learning_rate, float initial_sum,
         float epsilon, float weight_decay) {
        return Create(RowWiseAdagradOptions{learning_rate, initial_sum, epsilon,
                                            weight_decay},
                      shape);
      },
      "shape"_a, "learning_rate"_a = 0.01f, "initial_sum"_a = 0.0f,
      "epsilon"_a = 1e-8f, "weight_decay"_a = 0.0f,
      "Adagrad with one sum a row, of the mean of g * g, as FBGEMM's.");
  optimizer.def_static(
      "adam",
      [](nb::handle shape, float learning_rate, float beta1, float beta2,
         float epsilon, float weight_decay) {
        return Create(
            AdamOptions{learning_rate, beta1, beta2, epsilon, weight_decay},
            shape);
      },
      "shape"_a, "learning_rate"_a = 0.001f, "beta1"_a = 0.9f,
      "beta2"_a = 0.999f, "epsilon"_a = 1e-8f, "weight_decay"_a = 0.0f,
      "Lazy Adam, as torch.optim.SparseAdam: the moments of rows without a "
      "gradient stay as they are.");
}

}  // namespace

void BindEmbeddingGradient(nb::module_& m) {
  m.def(
      "sum_per_id",
      [](nb::handle slices, const std::string& order, int num_threads) {
        const IndexedSlices taken = TakeSlices(slices);
        const SumPerIdOptions options = {
            .order = TakeWord(order, "order", kOrders),
            .exec = {.num_threads = num_threads}};
        return GiveSums(
            ValueOrRaise(Call::Run([&] { return SumPerId(taken, options); })));
      },
      "slices"_a, "order"_a = "ascending", "num_threads"_a = 0,
      "IndexedSlices with one slice for each row that has any: its slices "
      "added up, in their order. Rows ascend, or with order='first_seen' stand "
      "as they come first.\n\n"
      ">>> slices = rs.IndexedSlices(np.float32([[1], [2], [4]]), [2, 0, 2], "
      "(3, 1))\n"
      ">>> sums = rs.sum_per_id(slices)\n"
      ">>> sums.indices.tolist(), sums.values.tolist()\n"
      "([0, 2], [[2.0], [5.0]])");
  nb::class_<EmbeddingOptimizer> optimizer(
      m, "EmbeddingOptimizer",
      "Trains a table, a float32 NumPy array whose rows are changed where they "
      "are, from gradients of few of its rows. Made by `sgd`, `adagrad`, "
      "`row_wise_adagrad` and `adam` for a table of a shape. The same bits for "
      "any number of threads.\n\n"
      ">>> table = np.float32([[1, 2], [3, 4]])\n"
      ">>> optimizer = rs.EmbeddingOptimizer.sgd(table.shape, "
      "learning_rate=0.5)\n"
      ">>> optimizer.update_bags(table, [[1, 1], [1]], [[1, 1], [2, 2]])\n"
      ">>> table.tolist()\n"
      "[[1.0, 2.0], [1.5, 2.5]]");
  BindFactories(optimizer);
  optimizer.def("update", &Update, "table"_a, "slices"_a, "num_threads"_a = 0,
                "A step along IndexedSlices; those of a row are added up "
                "first.");
  optimizer.def(
      "update_bags",
      [](EmbeddingOptimizer& self, nb::handle table, nb::handle ids,
         nb::handle upstream, nb::handle offsets, const std::string& mode,
         nb::handle per_sample_weights, bool include_last_offset,
         nb::handle padding_idx, nb::handle max_norm, int num_threads) {
        return UpdateBags(self,
                          {table, ids, offsets, mode, per_sample_weights,
                           include_last_offset, padding_idx, max_norm, "error",
                           0, nb::none(), nb::none(), nb::none(), num_threads},
                          upstream);
      },
      "table"_a, "ids"_a, "upstream"_a, "offsets"_a.none() = nb::none(),
      nb::kw_only(), "mode"_a = "mean",
      "per_sample_weights"_a.none() = nb::none(),
      "include_last_offset"_a = false, "padding_idx"_a.none() = nb::none(),
      "max_norm"_a.none() = nb::none(), "num_threads"_a = 0,
      "A step along the gradient of embedding_bag, from that of its result, "
      "without making slices; the arguments are those of "
      "embedding_bag_gradient. Gives the gradient of the weights, or None "
      "without them.");
  optimizer.def_prop_ro(
      "num_steps",
      [](const EmbeddingOptimizer& self) { return self.num_steps(); },
      "The steps done.");
  optimizer.def_prop_rw(
      "learning_rate",
      [](const EmbeddingOptimizer& self) {
        return std::visit([](const auto& each) { return each.learning_rate; },
                          self.options());
      },
      [](EmbeddingOptimizer& self, float rate) {
        if (!(rate >= 0 && rate <= 3.4e38f)) {
          throw nb::value_error(
              "learning_rate must be finite and not negative");
        }
        self.set_learning_rate(rate);
      },
      "The learning rate, for a schedule.");
  optimizer.def("state", &GetState,
                "A copy of what a later training needs to go on: the number of "
                "steps and the arrays by name.");
  optimizer.def("load_state", &SetState, "state"_a,
                "Goes on from what `state` gave.");
}

}  // namespace rowsplit::python
