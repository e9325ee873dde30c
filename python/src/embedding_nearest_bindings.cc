// The rows of a table that are nearest to vectors.

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "bindings.h"
#include "convert.h"
#include "embedding_argument.h"
#include "rowsplit/embedding/nearest.h"
#include "status.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

NearestOptions TakeOptions(nb::handle k, const std::string& similarity,
                           nb::handle exclude, int num_threads) {
  NearestOptions options;
  options.similarity = ValueOrRaise(ParseSimilarity(similarity));
  options.k = Call::TakeInt64(k, "k");
  if (!exclude.is_none()) options.exclude = Call::TakeInts(exclude, "exclude");
  options.exec.num_threads = num_threads;
  return options;
}

nb::tuple GiveRows(const Call& call, absl::StatusOr<NearestRows> rows) {
  const NearestRows found = ValueOrRaise(std::move(rows));
  return nb::make_tuple(call.Give(found.ids), call.Give(found.scores));
}

}  // namespace

void BindNearest(nb::module_& m) {
  m.def(
      "nearest_rows",
      [](nb::handle table, nb::handle queries, nb::handle k,
         const std::string& similarity, nb::handle exclude, int num_threads) {
        Call call;
        const EmbeddingTable rows = TakeTable(table);
        const Tensor vectors = call.Take(queries, DType::kFloat32);
        const NearestOptions options =
            TakeOptions(k, similarity, exclude, num_threads);
        return GiveRows(call, Call::Run([&] {
                          return FindNearest(rows, vectors, options);
                        }));
      },
      "table"_a, "queries"_a, "k"_a = 10, nb::kw_only(),
      "similarity"_a = "cosine", "exclude"_a.none() = nb::none(),
      "num_threads"_a = 0,
      "The `k` rows of the table nearest to each query (a vector, or one a "
      "row), and their scores: arrays of shape [queries, k]. `similarity` is "
      "'cosine', 'dot' or 'l2', of which less is nearer; `exclude` are rows "
      "that are no answer. Equally near rows come by id.\n\n"
      ">>> table = np.float32([[1, 0], [0, 2], [1, 1]])\n"
      ">>> ids, scores = rs.nearest_rows(table, [2, 0], 2)\n"
      ">>> ids.tolist(), scores.round(2).tolist()\n"
      "([[0, 2]], [[1.0, 0.7099999785423279]])");
  m.def(
      "analogies",
      [](nb::handle table, nb::handle positive, nb::handle negative,
         nb::handle k, const std::string& similarity, nb::handle exclude,
         int num_threads) {
        Call call;
        const EmbeddingTable rows = TakeTable(table);
        const std::vector<int64_t> plus = Call::TakeInts(positive, "positive");
        const std::vector<int64_t> minus = Call::TakeInts(negative, "negative");
        const NearestOptions options =
            TakeOptions(k, similarity, exclude, num_threads);
        return GiveRows(call, Call::Run([&] {
                          return FindAnalogies(rows, plus, minus, options);
                        }));
      },
      "table"_a, "positive"_a, "negative"_a, "k"_a = 10, nb::kw_only(),
      "similarity"_a = "cosine", "exclude"_a.none() = nb::none(),
      "num_threads"_a = 0,
      "The rows nearest to the sum of the `positive` rows less the `negative` "
      "ones, without these, as nearest_rows gives them.");
}

}  // namespace rowsplit::python
