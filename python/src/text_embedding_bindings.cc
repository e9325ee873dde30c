// What rowsplit.TextEmbedding is made of. The options of the bag come as JSON,
// as those of the layer do.

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "arrow_capsule.h"
#include "bindings.h"
#include "convert.h"
#include "embedding_argument.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ops/concat.h"
#include "rowsplit/pipeline/text_embedding.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/ragged/tensor.h"
#include "status.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

TextEmbedding Make(const TextVectorization& layer, nb::handle table,
                   const std::string& bag) {
  const EmbeddingTable rows = TakeTable(table);
  return ValueOrRaise(Call::Run([&]() -> absl::StatusOr<TextEmbedding> {
    absl::StatusOr<BagOptions> options = BagOptionsFromJson(bag, "options");
    if (!options.ok()) return options.status();
    return TextEmbedding::Create(layer, rows, *options);
  }));
}

TextEmbedding FromJson(const std::string& json, const std::string& source,
                       nb::handle table) {
  const EmbeddingTable rows = TakeTable(table);
  return ValueOrRaise(
      Call::Run([&] { return TextEmbeddingFromJson(json, source, rows); }));
}

nb::object Embed(const TextEmbedding& self, nb::handle texts, int num_threads) {
  Call call;
  const std::vector<Tensor> chunks = TakeTextChunks(call, texts);
  return call.Return([&]() -> absl::StatusOr<Tensor> {
    const ExecOptions exec{.num_threads = num_threads};
    std::vector<Tensor> parts;
    for (const Tensor& chunk : chunks) {
      absl::StatusOr<Tensor> part = self.Call(chunk, exec);
      if (!part.ok()) return part.status();
      parts.push_back(*std::move(part));
    }
    if (parts.size() == 1) return parts[0];
    return Concat(parts, 0, {.exec = exec});
  });
}

}  // namespace

void BindTextEmbedding(nb::module_& m) {
  nb::class_<TextEmbedding> c(m, "_TextEmbedding",
                              "A TextVectorization with a table and a bag.");
  c.def_static("make", &Make, "layer"_a, "table"_a, "bag"_a,
               "From a layer, a table and the options of the bag as JSON.");
  c.def_static("from_json", &FromJson, "json"_a, "source"_a, "table"_a,
               "From what to_json gave; `source` names it in messages.");
  c.def(
      "to_json",
      [](const TextEmbedding& self) {
        return Call::Run([&] { return TextEmbeddingToJson(self); });
      },
      "The layer and the options, without the table.");
  c.def("embed", &Embed, "texts"_a, "num_threads"_a,
        "The vectors of texts of any rank.");
  c.def("explain", &TextEmbedding::Explain, "A line for each stage.");
  c.def("stage_by_stage", &TextEmbedding::StageByStage,
        "The same without the fused pass.");
  c.def_prop_ro(
      "table",
      [](const TextEmbedding& self) { return PyEmbeddingTable{self.table()}; },
      "The table.");
  c.def_prop_ro(
      "layer", [](const TextEmbedding& self) { return self.layer(); },
      "The layer.");
}

}  // namespace rowsplit::python
