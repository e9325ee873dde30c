// Look-ups in the rows of a table, with TensorFlow's names and answers.

#include <nanobind/nanobind.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "bindings.h"
#include "convert.h"
#include "embedding_argument.h"
#include "rowsplit/embedding/embedding_lookup.h"
#include "rowsplit/embedding/gather_reduce.h"
#include "rowsplit/embedding/lookup_sparse.h"
#include "rowsplit/ops/reduce_axes.h"
#include "rowsplit/ops/sparse.h"
#include "sparse_argument.h"
#include "status.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

bool IsTable(nb::handle params) {
  return nb::isinstance<PyEmbeddingTable>(params) ||
         nb::isinstance<PyEmbedding>(params);
}

// A list is a table in parts, anything else the one part.
std::vector<Tensor> TakeParts(Call& call, nb::handle params) {
  if (IsTable(params)) {
    const EmbeddingTable table = TakeTable(params);
    if (!table.has_values()) {
      throw nb::value_error(
          "the table's rows must be float32; embedding_bag takes other "
          "formats");
    }
    return {ValueOrRaise(
        Tensor::Dense(table.values(), {table.num_rows(), table.width()}))};
  }
  if (nb::isinstance<nb::list>(params)) return call.TakeAll(params);
  return {call.Take(params)};
}

PartitionStrategy TakeStrategy(nb::handle value) {
  const nb::object name = nb::borrow(value);
  if (name.equal(nb::str("div"))) return PartitionStrategy::kDiv;
  if (name.equal(nb::str("mod"))) return PartitionStrategy::kMod;
  throw nb::value_error("partition_strategy must be 'div' or 'mod'");
}

Combiner TakeCombiner(nb::handle value) {
  const nb::object name = nb::borrow(value);
  if (name.is_none() || name.equal(nb::str("mean"))) return Combiner::kMean;
  if (name.equal(nb::str("sum"))) return Combiner::kSum;
  if (name.equal(nb::str("sqrtn"))) return Combiner::kSqrtN;
  throw nb::value_error("combiner must be 'mean', 'sqrtn' or 'sum'");
}

nb::object Lookup(nb::handle params, nb::handle ids, nb::handle max_norm,
                  nb::handle partition_strategy, bool negative_from_end) {
  Call call;
  const Tensor indices = call.Take(ids);
  const EmbeddingLookupOptions options{
      .partition_strategy = TakeStrategy(partition_strategy),
      .max_norm = Call::TakeOptionalFloat(max_norm, "max_norm"),
      .negative_from_end = negative_from_end};
  if (IsTable(params)) {
    const EmbeddingTable table = TakeTable(params);
    return call.Return(
        [&] { return EmbeddingLookup(table, indices, options); });
  }
  const std::vector<Tensor> parts = TakeParts(call, params);
  return call.Return([&] { return EmbeddingLookup(parts, indices, options); });
}

// Ids and weights, sparse or ragged, through the function of the kind.
template <typename Options>
nb::object Combine(Call& call, const std::vector<Tensor>& parts, nb::handle ids,
                   nb::handle weights, const Options& options, auto lookup) {
  if (!IsSparse(ids)) {
    const Tensor rows = call.Take(ids);
    if (!weights.is_none() && (IsSparse(weights) || !rows.is_ragged())) {
      throw nb::type_error(
          "ids and weights must be of one kind: both ragged "
          "or both sparse");
    }
    const std::optional<Tensor> factors = call.TakeOptional(weights);
    return call.Return([&] { return lookup(parts, rows, factors, options); });
  }
  const SparseTensor rows = TakeSparse(call, ids, "ids");
  std::optional<SparseTensor> factors;
  if (!weights.is_none()) factors = TakeSparse(call, weights, "weights");
  return call.Return([&] { return lookup(parts, rows, factors, options); });
}

nb::object LookupSparse(nb::handle params, nb::handle sp_ids,
                        nb::handle sp_weights, nb::handle combiner,
                        nb::handle max_norm, nb::handle partition_strategy,
                        bool keep_empty_rows) {
  Call call;
  const std::vector<Tensor> parts = TakeParts(call, params);
  const LookupSparseOptions options{
      .combiner = TakeCombiner(combiner),
      .partition_strategy = TakeStrategy(partition_strategy),
      .max_norm = Call::TakeOptionalFloat(max_norm, "max_norm"),
      .drop_trailing_empty_rows = !keep_empty_rows};
  return Combine(call, parts, sp_ids, sp_weights, options,
                 [](const auto&... arguments) {
                   return EmbeddingLookupSparse(arguments...);
                 });
}

nb::object SafeLookupSparse(nb::handle embedding_weights, nb::handle sparse_ids,
                            nb::handle sparse_weights, nb::handle combiner,
                            nb::handle default_id, nb::handle max_norm,
                            nb::handle partition_strategy) {
  Call call;
  const std::vector<Tensor> parts = TakeParts(call, embedding_weights);
  SafeLookupSparseOptions options{
      .combiner = TakeCombiner(combiner),
      .partition_strategy = TakeStrategy(partition_strategy),
      .max_norm = Call::TakeOptionalFloat(max_norm, "max_norm")};
  if (!default_id.is_none())
    options.default_id = Call::TakeInt64(default_id, "default_id");
  return Combine(call, parts, sparse_ids, sparse_weights, options,
                 [](const auto&... arguments) {
                   return SafeEmbeddingLookupSparse(arguments...);
                 });
}

ReduceOp TakeReduceOp(nb::handle value) {
  const nb::object name = nb::borrow(value);
  for (const auto& [word, op] :
       std::initializer_list<std::pair<const char*, ReduceOp>>{
           {"sum", ReduceOp::kSum},
           {"mean", ReduceOp::kMean},
           {"max", ReduceOp::kMax},
           {"min", ReduceOp::kMin},
           {"prod", ReduceOp::kProd},
           {"std", ReduceOp::kStd},
           {"variance", ReduceOp::kVariance},
           {"logsumexp", ReduceOp::kLogSumExp}}) {
    if (name.equal(nb::str(word))) return op;
  }
  throw nb::value_error(
      "op must be 'sum', 'mean', 'max', 'min', 'prod', 'std', 'variance' or "
      "'logsumexp'");
}

nb::object GatherReduceOf(nb::handle params, nb::handle ids, nb::handle op,
                          nb::handle axis, bool keepdims) {
  Call call;
  const Tensor rows = call.Take(ids);
  const ReduceOp reduction = TakeReduceOp(op);
  ReduceAxesOptions options{.keepdims = keepdims};
  if (!axis.is_none()) options.axes = Call::TakeAxes(axis, "axis");
  if (IsTable(params)) {
    const EmbeddingTable table = TakeTable(params);
    return call.Return(
        [&] { return GatherReduce(table, rows, reduction, options); });
  }
  const Tensor table = call.Take(params);
  return call.Return(
      [&] { return GatherReduce(table, rows, reduction, options); });
}

void BindSegment(nb::module_& m, const char* name, Combiner combiner,
                 const char* doc) {
  m.def(
      name,
      [combiner](nb::handle data, nb::handle indices, nb::handle segment_ids,
                 nb::handle num_segments) {
        Call call;
        const Tensor rows = call.Take(data);
        const Tensor places = call.Take(indices);
        const Tensor segments = call.Take(segment_ids);
        SparseSegmentOptions options;
        if (!num_segments.is_none())
          options.num_segments = Call::TakeInt64(num_segments, "num_segments");
        return call.Return([&] {
          return SparseSegmentReduce(rows, places, segments, combiner, options);
        });
      },
      "data"_a, "indices"_a, "segment_ids"_a,
      "num_segments"_a.none() = nb::none(), doc);
}

nb::tuple FillEmptyRowsOf(nb::handle sp_input, nb::handle default_value) {
  Call call;
  const SparseTensor sparse = TakeSparse(call, sp_input, "sp_input");
  const Tensor value = call.Take(default_value, sparse.values.dtype());
  const FilledRows filled =
      ValueOrRaise(Call::Run([&] { return FillEmptyRows(sparse, value); }));
  return nb::make_tuple(GiveSparse(call, filled.tensor),
                        call.Give(filled.was_empty));
}

}  // namespace

void BindEmbeddingLookup(nb::module_& m) {
  m.def("embedding_lookup", &Lookup, "params"_a, "ids"_a,
        "max_norm"_a.none() = nb::none(), "partition_strategy"_a = "div",
        "negative_from_end"_a = false,
        "The row of `params` for each id, dense or ragged, of any rank: the "
        "shape of the ids and then that of a row. A list is one table in "
        "parts, by 'div' (consecutive rows) or 'mod' (every n-th row). "
        "`max_norm` scales longer rows down. With `negative_from_end` -1 is "
        "the last row, as in keras.layers.Embedding. ValueError for an id that "
        "is no row.\n\n"
        ">>> table = np.array([[1, 2], [3, 4], [5, 6]], np.float32)\n"
        ">>> rs.embedding_lookup(table, rs.constant([[2], [], [0, 1]]))"
        ".to_list()\n"
        "[[[5.0, 6.0]], [], [[1.0, 2.0], [3.0, 4.0]]]");
  m.def("embedding_lookup_sparse", &LookupSparse, "params"_a, "sp_ids"_a,
        "sp_weights"_a.none() = nb::none(), "combiner"_a.none() = nb::none(),
        "max_norm"_a.none() = nb::none(), "partition_strategy"_a = "div",
        "keep_empty_rows"_a = false,
        "The rows of `params` for each row of ids (a SparseTensor or "
        "RaggedTensor), combined: their weighted 'sum', the 'mean' (the "
        "default) over the sum of the weights, or 'sqrtn' over the root of "
        "their squares. A row without ids is 0; those after the last with ids "
        "are left out unless `keep_empty_rows`.\n\n"
        ">>> table = np.array([[1, 2], [3, 4], [5, 6]], np.float32)\n"
        ">>> ids = rs.constant([[0, 1], [], [2], []])\n"
        ">>> rs.embedding_lookup_sparse(table, ids).tolist()\n"
        "[[2.0, 3.0], [0.0, 0.0], [5.0, 6.0]]");
  m.def("safe_embedding_lookup_sparse", &SafeLookupSparse,
        "embedding_weights"_a, "sparse_ids"_a,
        "sparse_weights"_a.none() = nb::none(), "combiner"_a.none() = "mean",
        "default_id"_a.none() = nb::none(), "max_norm"_a.none() = nb::none(),
        "partition_strategy"_a = "div",
        "As embedding_lookup_sparse, without negative ids and, unless the "
        "combiner is 'sum', those whose weight is not above 0. Every row is in "
        "the result: one without ids is the row `default_id`, or 0. Sparse ids "
        "may have any rank and order; the last axis is combined.");
  m.def("gather_reduce", &GatherReduceOf, "params"_a, "ids"_a, "op"_a = "sum",
        "axis"_a.none() = nb::none(), "keepdims"_a = false,
        "The rows of a table for `ids`, reduced along `axis`, as "
        "reduce_sum (or another `op`) of gather. Along the innermost axis of "
        "ragged ids (-2) no gathered tensor is made.\n\n"
        ">>> table = np.array([[1, 2], [3, 4], [5, 6]], np.float32)\n"
        ">>> ids = rs.constant([[0, 2], []])\n"
        ">>> rs.gather_reduce(table, ids, 'sum', axis=1).tolist()\n"
        "[[6.0, 8.0], [0.0, 0.0]]");
  BindSegment(m, "sparse_segment_sum", Combiner::kSum,
              "The sum of the rows of `data` at `indices` for each segment id. "
              "The ids do not decrease; a segment without an index is 0.");
  BindSegment(m, "sparse_segment_mean", Combiner::kMean,
              "As sparse_segment_sum, over the number of rows.");
  BindSegment(m, "sparse_segment_sqrt_n", Combiner::kSqrtN,
              "As sparse_segment_sum, over the root of the number of rows.");
  m.def("fill_empty_rows", &FillEmptyRowsOf, "sp_input"_a, "default_value"_a,
        "A SparseTensor in which rows without values have `default_value` at "
        "the index 0 of the other axes, and for each row whether it was "
        "empty.");
}

}  // namespace rowsplit::python
