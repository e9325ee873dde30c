// What rowsplit.TextVectorization is made of. The options come as JSON, so that
// a word or a step has one meaning in files, in C++ and in Python.

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arrow_capsule.h"
#include "bindings.h"
#include "convert.h"
#include "guarded.h"
#include "numpy_array.h"
#include "rowsplit/pipeline/options_json.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/pipeline/vectorizer.h"
#include "status.h"
#include "vocabulary_argument.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

TextVectorizationOptions TakeOptions(const std::string& json) {
  TextVectorizationOptions options =
      ValueOrRaise(TextVectorizationOptionsFromJson(json, "options"));
  RaiseIfError(TextVectorization::CheckOptions(options));
  return options;
}

// Over a rowsplit.Vocabulary, which is shared, or over tokens.
TextVectorization FromTokens(const std::string& options, nb::handle tokens,
                             nb::handle idf_weights, bool has_special_tokens,
                             bool has_column_weights) {
  const GivenVocabularyOptions given{
      .may_have_special_tokens = has_special_tokens,
      .check_max_tokens = !has_column_weights,
      .idf_weights = TakeWeights(idf_weights),
      .has_column_weights = has_column_weights};
  TextVectorizationOptions taken = TakeOptions(options);
  if (nb::isinstance<PyVocabulary>(tokens)) {
    const Vocabulary& vocabulary =
        nb::cast<const PyVocabulary&>(tokens).vocabulary;
    return ValueOrRaise(Call::Run([&] {
      return TextVectorization::Create(std::move(taken), vocabulary, given);
    }));
  }
  Call call;
  const Tensor vector = TakeTokenVector(call, tokens, DType::kString);
  return ValueOrRaise(Call::Run([&] {
    return TextVectorization::FromTokens(std::move(taken), vector.strings(),
                                         given);
  }));
}

TextVectorization FromFile(const std::string& options,
                           const std::string& path) {
  TextVectorizationOptions taken = TakeOptions(options);
  return FileOrRaise(Call::Run([&]() -> absl::StatusOr<TextVectorization> {
    absl::StatusOr<Vocabulary> vocabulary = Vocabulary::FromFile(path);
    if (!vocabulary.ok()) return vocabulary.status();
    return TextVectorization::Create(
        std::move(taken), *std::move(vocabulary),
        {.may_have_special_tokens = false, .check_max_tokens = false});
  }));
}

TextVectorization FromJson(const std::string& json, const std::string& source) {
  std::string warning;
  TextVectorization layer =
      ValueOrRaise(Call::Run([&]() -> absl::StatusOr<TextVectorization> {
        const absl::StatusOr<Vectorizer> vectorizer =
            VectorizerFromJson(json, source);
        if (!vectorizer.ok()) return vectorizer.status();
        warning = vectorizer->warning;
        return WithCleaningSteps(*vectorizer);
      }));
  if (!warning.empty() &&
      PyErr_WarnEx(PyExc_UserWarning, (source + ": " + warning).c_str(), 2) !=
          0) {
    throw nb::python_error();  // warnings are errors
  }
  return layer;
}

nb::object GiveWeights(const TextVectorization& self) {
  return GiveVector(self.idf_weights());
}

nb::object GiveTokens(const TextVectorization& self, bool special) {
  return Call().Return([&] { return Tensor(self.Tokens(special)); });
}

// Made again from its tokens and the weights of all columns.
nb::tuple Reduce(nb::handle self) {
  const auto& layer = nb::cast<const TextVectorization&>(self);
  const bool weighted = layer.options().output_mode == OutputMode::kTfIdf;
  return nb::make_tuple(
      nb::module_::import_("rowsplit._text_vectorization")
          .attr("unpickle_layer"),
      nb::make_tuple(TextVectorizationOptionsToJson(layer.options()),
                     GiveTokens(layer, false),
                     weighted ? GiveWeights(layer) : nb::none(), false, true));
}

void BindLayer(nb::module_& m) {
  nb::class_<TextVectorization> c(m, "_TextVectorization",
                                  "A TextVectorization with a vocabulary.");
  c.def_static("from_tokens", &FromTokens, "options"_a, "tokens"_a,
               "idf_weights"_a.none(), "has_special_tokens"_a,
               "has_column_weights"_a, "From the tokens of a vocabulary.");
  c.def_static("from_file", &FromFile, "options"_a, "path"_a,
               "From a vocabulary file, a token a line.");
  c.def_static("from_json", &FromJson, "json"_a, "source"_a,
               "From a vectorizer file or Keras' configuration; `source` names "
               "it in messages.");
  c.def(
      "to_json",
      [](const TextVectorization& self) {
        return Call::Run([&] { return VectorizerToJson({TextPlan(), self}); });
      },
      "The text of a vectorizer file.");
  c.def(
      "call",
      [](const TextVectorization& self, nb::handle texts, bool ragged) {
        Call call;
        const std::vector<Tensor> chunks = TakeTextChunks(call, texts);
        return call.Return([&] { return self.Call(chunks, ragged); });
      },
      "texts"_a, "ragged"_a, "The result for texts of any rank.");
  c.def(
      "call_csr",
      [](const TextVectorization& self, nb::handle texts) {
        Call call;
        const std::vector<Tensor> chunks = TakeTextChunks(call, texts);
        const CsrMatrix csr =
            ValueOrRaise(Call::Run([&] { return self.CallCsr(chunks); }));
        return nb::make_tuple(
            call.Give(csr.values), GiveVector(csr.columns),
            GiveVector(csr.rows.row_splits_buffer()),
            nb::make_tuple(csr.rows.num_rows(), csr.num_columns));
      },
      "texts"_a,
      "Data, column indices, row splits and shape of the sparse rows.");
  c.def("tokens", &GiveTokens, "include_special_tokens"_a,
        "The tokens by id, as a StringTensor.");
  c.def_prop_ro("num_ids", &TextVectorization::num_ids, "The ids.");
  c.def_prop_ro("idf_weights", &GiveWeights, "A weight for each column.");
  c.def_prop_ro(
      "options",
      [](const TextVectorization& self) {
        return TextVectorizationOptionsToJson(self.options());
      },
      "The options as JSON.");
  c.def("explain", &TextVectorization::Explain, "A line for each stage.");
  c.def("__reduce__", &Reduce);
  c.def("__copy__", [](nb::handle self) { return nb::borrow(self); });
  c.def(
      "__deepcopy__",
      [](nb::handle self, nb::handle) { return nb::borrow(self); }, "memo"_a);
}

// Counts a batch in pieces; with `rows`, each text of rank 1 is a document.
absl::Status Count(TextVectorizationAdapter& adapter,
                   std::vector<Tensor> chunks, bool rows) {
  if (!rows && adapter.options().split == Split::kNone) {
    // All chunks are one document.
    absl::StatusOr<Tensor> whole = JoinChunks(std::move(chunks));
    if (!whole.ok()) return whole.status();
    return adapter.UpdateBatch(*whole);
  }
  for (const Tensor& chunk : chunks) {
    const absl::Status status = rows && chunk.rank() == 1 && !chunk.is_ragged()
                                    ? adapter.Update(chunk.strings())
                                    : adapter.UpdateBatch(chunk);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

void BindAdapter(nb::module_& m) {
  using Adapter = TextVectorizationAdapter;
  nb::class_<Guarded<Adapter>> c(
      m, "_TextVectorizationAdapter",
      "Counts the tokens of texts for a TextVectorization.");
  c.def(
      "__init__",
      [](Guarded<Adapter>* self, const std::string& options) {
        new (self) Guarded<Adapter>(Adapter(TakeOptions(options)));
      },
      "options"_a);
  c.def(
      "update",
      [](Guarded<Adapter>& self, nb::handle texts, bool rows) {
        Call call;
        std::vector<Tensor> chunks = TakeTextChunks(call, texts);
        RaiseIfError(self.Run([&](Adapter& adapter) {
          return Count(adapter, std::move(chunks), rows);
        }));
      },
      "texts"_a, "rows"_a,
      "Counts a batch; with `rows`, texts of rank 1 are a row each.");
  c.def(
      "finalize",
      [](Guarded<Adapter>& self) {
        return ValueOrRaise(
            self.Run([](Adapter& adapter) { return adapter.Finalize(); }));
      },
      "The layer with the vocabulary of what was counted.");
  c.def(
      "explain",
      [](Guarded<Adapter>& self) {
        return self.Run([](Adapter& adapter) { return adapter.Explain(); });
      },
      "A line for each stage of counting.");
  c.def_prop_ro(
      "num_types",
      [](Guarded<Adapter>& self) {
        return self.Run(
            [](Adapter& adapter) { return adapter.counts().num_types(); });
      },
      "The tokens that differ.");
}

}  // namespace

void BindVectorization(nb::module_& m) {
  BindLayer(m);
  BindAdapter(m);
}

}  // namespace rowsplit::python
