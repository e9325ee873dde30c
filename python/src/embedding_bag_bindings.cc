// rowsplit.embedding_bag, its gradient, and attention_bag.

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "bag_argument.h"
#include "bindings.h"
#include "convert.h"
#include "embedding_argument.h"
#include "numpy_array.h"
#include "rowsplit/embedding/bag.h"
#include "rowsplit/embedding/bag_gradient.h"
#include "rowsplit/embedding/bag_jacobian.h"
#include "rowsplit/ragged/tensor.h"
#include "status.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

constexpr std::pair<std::string_view, ExtremeTies> kTies[] = {
    {"equal_parts", ExtremeTies::kEqualParts}, {"first", ExtremeTies::kFirst}};

constexpr std::pair<std::string_view, JacobianForm> kForms[] = {
    {"full", JacobianForm::kFull}, {"diagonal", JacobianForm::kDiagonal}};

nb::object Bag(const BagArguments& arguments) {
  const BagCall taken = TakeBagCall(arguments);
  const Tensor bags = ValueOrRaise(Call::Run([&] {
    return taken.weights.has_value()
               ? EmbeddingBag(taken.table, taken.ids, *taken.weights,
                              taken.options)
               : EmbeddingBag(taken.table, taken.ids, taken.options);
  }));
  return bags.is_ragged() ? taken.call.Give(bags) : GiveWritableArray(bags);
}

absl::StatusOr<BagGradients> ComputeGradient(const BagCall& bags,
                                             const Tensor& upstream,
                                             const BagGradientOptions& options,
                                             bool per_id) {
  const auto& table = bags.table;
  const auto& ids = bags.ids;
  const auto& weights = bags.weights;
  if (weights.has_value()) {
    return per_id
               ? EmbeddingBagGradientPerId(table, ids, *weights, upstream,
                                           options)
               : EmbeddingBagGradient(table, ids, *weights, upstream, options);
  }
  return per_id ? EmbeddingBagGradientPerId(table, ids, upstream, options)
                : EmbeddingBagGradient(table, ids, upstream, options);
}

// rowsplit.IndexedSlices. The indices may be the caller's ids: they are copied,
// so that all may be written to.
nb::object GiveSlices(const IndexedSlices& slices) {
  const std::vector<int64_t> shape = {slices.num_slices(), slices.width};
  const Tensor values = ValueOrRaise(Tensor::Dense(slices.values, shape));
  const auto indices = Buffer<int64_t>::Copy(slices.indices.span());
  return nb::module_::import_("rowsplit._sparse")
      .attr("IndexedSlices")(GiveWritableArray(values),
                             GiveWritableArray(Tensor::Vector(indices)),
                             nb::make_tuple(slices.num_rows, slices.width));
}

nb::tuple Gradient(const BagArguments& arguments, nb::handle upstream,
                   const std::string& ties, bool per_id) {
  BagCall bags = TakeBagCall(arguments);
  const BagGradientOptions options = {bags.options,
                                      TakeWord(ties, "ties", kTies)};
  const Tensor of_result = AsFloats(bags.call.Take(upstream, DType::kFloat32));
  const BagGradients gradients = ValueOrRaise(Call::Run(
      [&] { return ComputeGradient(bags, of_result, options, per_id); }));
  return nb::make_tuple(GiveSlices(gradients.rows),
                        GiveWeightGradient(bags, gradients.weights));
}

AttentionOptions TakeAttentionOptions(const BagCall& bags, nb::handle scale) {
  AttentionOptions options;
  if (const auto factor = Call::TakeOptionalFloat(scale, "scale")) {
    options.scale = static_cast<float>(*factor);
  }
  options.padding_idx = bags.options.padding_idx;
  options.out_of_range = bags.options.out_of_range;
  options.out_of_range_row = bags.options.out_of_range_row;
  options.max_norm = bags.options.max_norm;
  options.empty_row = bags.options.empty_row;
  options.exec = bags.options.exec;
  return options;
}

nb::object Attention(const BagArguments& arguments, nb::handle queries,
                     nb::handle scale) {
  BagCall bags = TakeBagCall(arguments);
  const AttentionOptions options = TakeAttentionOptions(bags, scale);
  const Tensor wanted = AsFloats(bags.call.Take(queries, DType::kFloat32));
  const Tensor result = ValueOrRaise(Call::Run([&] {
    return bags.weights.has_value()
               ? AttentionBag(bags.table, bags.ids, wanted, *bags.weights,
                              options)
               : AttentionBag(bags.table, bags.ids, wanted, options);
  }));
  return result.is_ragged() ? bags.call.Give(result)
                            : GiveWritableArray(result);
}

// The gradient of the queries in their shape.
nb::tuple GradientOfAttention(const BagArguments& arguments, nb::handle queries,
                              nb::handle upstream, nb::handle scale) {
  BagCall bags = TakeBagCall(arguments);
  const AttentionOptions options = TakeAttentionOptions(bags, scale);
  const Tensor wanted = AsFloats(bags.call.Take(queries, DType::kFloat32));
  const Tensor of_result = AsFloats(bags.call.Take(upstream, DType::kFloat32));
  const AttentionGradients gradients = ValueOrRaise(Call::Run([&] {
    return bags.weights.has_value()
               ? AttentionBagGradient(bags.table, bags.ids, wanted,
                                      *bags.weights, of_result, options)
               : AttentionBagGradient(bags.table, bags.ids, wanted, of_result,
                                      options);
  }));
  const Tensor flat =
      ValueOrRaise(Tensor::Dense(gradients.queries, wanted.flat_shape()));
  return nb::make_tuple(GiveSlices(gradients.rows),
                        wanted.is_ragged()
                            ? bags.call.Give(wanted.WithFlatValues(flat))
                            : GiveWritableArray(flat),
                        GiveWeightGradient(bags, gradients.weights));
}

nb::object Jacobian(const BagArguments& arguments, const std::string& ties,
                    const std::string& form) {
  const BagCall bags = TakeBagCall(arguments);
  const BagJacobianOptions options = {
      {bags.options, TakeWord(ties, "ties", kTies)},
      TakeWord(form, "form", kForms)};
  const Tensor made = ValueOrRaise(Call::Run([&] {
    return bags.weights.has_value()
               ? EmbeddingBagJacobian(bags.table, bags.ids, *bags.weights,
                                      options)
               : EmbeddingBagJacobian(bags.table, bags.ids, options);
  }));
  return made.is_ragged() ? bags.call.Give(made) : GiveWritableArray(made);
}

void BindJacobian(nb::module_& m) {
  m.def(
      "embedding_bag_jacobian",
      [](nb::handle table, nb::handle ids, nb::handle offsets,
         const std::string& mode, nb::handle per_sample_weights,
         bool include_last_offset, nb::handle padding_idx, nb::handle max_norm,
         const std::string& out_of_range, int64_t out_of_range_row,
         const std::string& ties, const std::string& form, int num_threads) {
        return Jacobian(
            {table, ids, offsets, mode, per_sample_weights, include_last_offset,
             padding_idx, max_norm, out_of_range, out_of_range_row, nb::none(),
             nb::none(), nb::none(), num_threads},
            ties, form);
      },
      "table"_a, "ids"_a, "offsets"_a.none() = nb::none(), nb::kw_only(),
      "mode"_a = "mean", "per_sample_weights"_a.none() = nb::none(),
      "include_last_offset"_a = false, "padding_idx"_a.none() = nb::none(),
      "max_norm"_a.none() = nb::none(), "out_of_range"_a = "error",
      "out_of_range_row"_a = 0, "ties"_a = "equal_parts", "form"_a = "full",
      "num_threads"_a = 0,
      "The Jacobian of each bag by each of its rows: a matrix for each id, "
      "whose item [i, j] is the derivative of the bag's item i by item j of "
      "the id's row. With form='diagonal' only the items [i, i], for all "
      "others are 0 without a max_norm. The rest is as in "
      "embedding_bag_gradient.\n\n"
      ">>> table = np.float32([[1, 2], [3, 4]])\n"
      ">>> rs.embedding_bag_jacobian(table, [[1, 0]], form='diagonal')"
      ".to_list()\n"
      "[[[0.5, 0.5], [0.5, 0.5]]]");
}

void BindAttentionGradient(nb::module_& m) {
  m.def(
      "attention_bag_gradient",
      [](nb::handle table, nb::handle ids, nb::handle queries,
         nb::handle upstream, nb::handle offsets, nb::handle scale,
         nb::handle per_sample_weights, bool include_last_offset,
         nb::handle padding_idx, nb::handle max_norm,
         const std::string& out_of_range, int64_t out_of_range_row,
         nb::handle empty_row, int num_threads) {
        return GradientOfAttention(
            {table, ids, offsets, "sum", per_sample_weights,
             include_last_offset, padding_idx, max_norm, out_of_range,
             out_of_range_row, empty_row, nb::none(), nb::none(), num_threads},
            queries, upstream, scale);
      },
      "table"_a, "ids"_a, "queries"_a, "upstream"_a,
      "offsets"_a.none() = nb::none(), nb::kw_only(),
      "scale"_a.none() = nb::none(), "per_sample_weights"_a.none() = nb::none(),
      "include_last_offset"_a = false, "padding_idx"_a.none() = nb::none(),
      "max_norm"_a.none() = nb::none(), "out_of_range"_a = "error",
      "out_of_range_row"_a = 0, "empty_row"_a.none() = nb::none(),
      "num_threads"_a = 0,
      "The gradients of attention_bag, from that of its result: IndexedSlices "
      "of the table, an array for the queries, and one for the weights or "
      "None.\n\n"
      ">>> table = np.float32([[0, 1], [2, 0]])\n"
      ">>> rows, queries, _ = rs.attention_bag_gradient(\n"
      "...     table, [[0, 1]], [[0, 0]], [[2, 0]], scale=1)\n"
      ">>> rows.values.tolist(), queries.tolist()\n"
      "([[1.0, 0.0], [1.0, 0.0]], [[2.0, -1.0]])");
}

void BindAttention(nb::module_& m) {
  m.def(
      "attention_bag",
      [](nb::handle table, nb::handle ids, nb::handle queries,
         nb::handle offsets, nb::handle scale, nb::handle per_sample_weights,
         bool include_last_offset, nb::handle padding_idx, nb::handle max_norm,
         const std::string& out_of_range, int64_t out_of_range_row,
         nb::handle empty_row, nb::handle row_format, nb::handle width,
         int num_threads) {
        return Attention(
            {table, ids, offsets, "sum", per_sample_weights,
             include_last_offset, padding_idx, max_norm, out_of_range,
             out_of_range_row, empty_row, row_format, width, num_threads},
            queries, scale);
      },
      "table"_a, "ids"_a, "queries"_a, "offsets"_a.none() = nb::none(),
      nb::kw_only(), "scale"_a.none() = nb::none(),
      "per_sample_weights"_a.none() = nb::none(),
      "include_last_offset"_a = false, "padding_idx"_a.none() = nb::none(),
      "max_norm"_a.none() = nb::none(), "out_of_range"_a = "error",
      "out_of_range_row"_a = 0, "empty_row"_a.none() = nb::none(),
      "row_format"_a.none() = nb::none(), "width"_a.none() = nb::none(),
      "num_threads"_a = 0,
      "The rows of each bag, weighted by the softmax over the bag of scale "
      "times their dot product with the bag's query (by default 1 / "
      "sqrt(width)). `queries` has the shape of the result; the rest is as "
      "in embedding_bag.\n\n"
      ">>> table = np.float32([[0, 1], [2, 0]])\n"
      ">>> rs.attention_bag(table, [[0, 1]], [[0, 0]]).tolist()\n"
      "[[1.0, 0.5]]");
}

}  // namespace

void BindEmbeddingBag(nb::module_& m) {
  BindAttention(m);
  BindAttentionGradient(m);
  BindJacobian(m);
  m.def(
      "embedding_bag",
      [](nb::handle table, nb::handle ids, nb::handle offsets,
         const std::string& mode, nb::handle per_sample_weights,
         bool include_last_offset, nb::handle padding_idx, nb::handle max_norm,
         const std::string& out_of_range, int64_t out_of_range_row,
         nb::handle empty_row, nb::handle row_format, nb::handle width,
         int num_threads) {
        return Bag({table, ids, offsets, mode, per_sample_weights,
                    include_last_offset, padding_idx, max_norm, out_of_range,
                    out_of_range_row, empty_row, row_format, width,
                    num_threads});
      },
      "table"_a, "ids"_a, "offsets"_a.none() = nb::none(), nb::kw_only(),
      "mode"_a = "mean", "per_sample_weights"_a.none() = nb::none(),
      "include_last_offset"_a = false, "padding_idx"_a.none() = nb::none(),
      "max_norm"_a.none() = nb::none(), "out_of_range"_a = "error",
      "out_of_range_row"_a = 0, "empty_row"_a.none() = nb::none(),
      "row_format"_a.none() = nb::none(), "width"_a.none() = nb::none(),
      "num_threads"_a = 0,
      "One vector for each bag of ids: the rows that they name, summed or "
      "otherwise put together (mode 'sum', 'mean', 'sqrtn', 'max', 'min', "
      "'logsumexp', 'first' or 'last'), as torch's embedding_bag and "
      "TensorFlow's embedding_lookup_sparse.\n\n"
      "The table is an EmbeddingTable, an Embedding, or a matrix as "
      "EmbeddingTable.from_array takes it, with row_format and width for "
      "packed rows; it is not copied. A bag is an innermost row of the ids, "
      "which are ragged, dense or lists; or flat ids are cut at `offsets`, "
      "where bags begin (with include_last_offset the last one is where they "
      "end). `per_sample_weights` is a number for each id, in every mode.\n\n"
      "The ids that are padding_idx are left out. An id that is no row is an "
      "IndexError, or left out ('skip'), a row of zeros ('zero'), or "
      "out_of_range_row ('row'). A bag without ids is zeros, or empty_row. "
      "Longer rows are scaled down to max_norm; the table does not "
      "change.\n\n"
      ">>> table = np.float32([[1, 2], [3, 4]])\n"
      ">>> rs.embedding_bag(table, [[0, 1], [], [1]], mode='sum').tolist()\n"
      "[[4.0, 6.0], [0.0, 0.0], [3.0, 4.0]]\n"
      ">>> rs.embedding_bag(table, [0, 1, 1], [0, 2]).tolist()\n"
      "[[2.0, 3.0], [3.0, 4.0]]");
  m.def(
      "embedding_bag_gradient",
      [](nb::handle table, nb::handle ids, nb::handle upstream,
         nb::handle offsets, const std::string& mode,
         nb::handle per_sample_weights, bool include_last_offset,
         nb::handle padding_idx, nb::handle max_norm,
         const std::string& out_of_range, int64_t out_of_range_row,
         nb::handle empty_row, const std::string& ties, bool per_id,
         int num_threads) {
        return Gradient(
            {table, ids, offsets, mode, per_sample_weights, include_last_offset,
             padding_idx, max_norm, out_of_range, out_of_range_row, empty_row,
             nb::none(), nb::none(), num_threads},
            upstream, ties, per_id);
      },
      "table"_a, "ids"_a, "upstream"_a, "offsets"_a.none() = nb::none(),
      nb::kw_only(), "mode"_a = "mean",
      "per_sample_weights"_a.none() = nb::none(),
      "include_last_offset"_a = false, "padding_idx"_a.none() = nb::none(),
      "max_norm"_a.none() = nb::none(), "out_of_range"_a = "error",
      "out_of_range_row"_a = 0, "empty_row"_a.none() = nb::none(),
      "ties"_a = "equal_parts", "per_id"_a = false, "num_threads"_a = 0,
      "The gradients of embedding_bag, from that of its result: IndexedSlices "
      "of the table, and an array for the weights or None.\n\n"
      "There is a slice for each id, or with per_id one for each row of the "
      "table, which then ascend. Several rows that are the greatest share the "
      "gradient of a maximum, or with ties='first' the first has it, as in "
      "torch.\n\n"
      ">>> table = np.float32([[1, 2], [3, 4]])\n"
      ">>> rows, _ = rs.embedding_bag_gradient(table, [[0, 1], [1]], [[2, 4], "
      "[1, 1]])\n"
      ">>> rows.indices.tolist(), rows.values.tolist()\n"
      "([0, 1, 1], [[1.0, 2.0], [1.0, 2.0], [1.0, 1.0]])");
}

}  // namespace rowsplit::python
