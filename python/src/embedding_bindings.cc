// rowsplit.Embedding.

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "arrow_capsule.h"
#include "bindings.h"
#include "convert.h"
#include "embedding_argument.h"
#include "nested_list.h"
#include "numpy_array.h"
#include "rowsplit/embedding/embedding.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/vocab/vocabulary.h"
#include "status.h"
#include "vocabulary_argument.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

std::string TakePath(nb::handle path) {
  return nb::cast<std::string>(
      nb::module_::import_("os").attr("fsdecode")(path));
}

// From a Vocabulary or the tokens of one; none has no tokens.
Vocabulary TakeVocabulary(nb::handle value) {
  if (value.is_none()) return Vocabulary();
  if (nb::isinstance<PyVocabulary>(value)) {
    return nb::cast<const PyVocabulary&>(value).vocabulary;
  }
  Call call;
  const Tensor tokens = TakeTokenVector(call, value, DType::kString);
  return ValueOrRaise(
      Call::Run([&] { return Vocabulary::FromTokens(tokens.strings()); }));
}

PyEmbedding FromParts(nb::handle tokens, nb::handle table) {
  return {ValueOrRaise(
      Embedding::FromParts(TakeVocabulary(tokens), TakeTable(table)))};
}

PyEmbedding Load(nb::handle path, const std::optional<std::string>& format,
                 const std::string& tensor, nb::handle vocabulary,
                 int64_t max_rows) {
  LoadOptions options;
  if (format.has_value()) {
    options.format = ValueOrRaise(ParseEmbeddingFormat(*format));
  }
  options.tensor = tensor;
  if (!vocabulary.is_none()) options.vocabulary = TakePath(vocabulary);
  options.max_rows = max_rows;
  const std::string file = TakePath(path);
  return {
      FileOrRaise(Call::Run([&] { return Embedding::Load(file, options); }))};
}

std::string_view TakeToken(nb::handle token) {
  Py_ssize_t size = 0;
  if (PyUnicode_Check(token.ptr())) {
    const char* text = PyUnicode_AsUTF8AndSize(token.ptr(), &size);
    if (text == nullptr) throw nb::python_error();
    return {text, static_cast<size_t>(size)};
  }
  char* bytes = nullptr;
  if (!PyBytes_Check(token.ptr())) {
    throw nb::type_error("a token must be str or bytes");
  }
  if (PyBytes_AsStringAndSize(token.ptr(), &bytes, &size) != 0) {
    throw nb::python_error();
  }
  return {bytes, static_cast<size_t>(size)};
}

// A vector for each token, of zeros for an unknown one if `is_lenient`.
absl::StatusOr<Tensor> Vectors(const Embedding& embedding, const Tensor& tokens,
                               bool is_lenient) {
  const int64_t width = embedding.width();
  std::vector<int64_t> shape = tokens.flat_shape();
  shape.push_back(width);
  BufferBuilder<float> values(static_cast<size_t>(tokens.num_items() * width));
  for (int64_t i = 0; i < tokens.num_items(); ++i) {
    const std::span<float> vector = values.span().subspan(
        static_cast<size_t>(i * width), static_cast<size_t>(width));
    absl::Status status = embedding.Vector(tokens.strings()[i], vector);
    if (absl::IsNotFound(status) && is_lenient) {
      std::fill(vector.begin(), vector.end(), 0.0f);
    } else if (!status.ok()) {
      return status;
    }
  }
  auto vectors = Tensor::Dense(std::move(values).Build(), std::move(shape));
  if (!vectors.ok() || !tokens.is_ragged()) return vectors;
  return tokens.WithFlatValues(*std::move(vectors));
}

nb::object GiveVectors(const PyEmbedding& self, nb::handle tokens,
                       const std::string& unknown) {
  if (unknown != "error" && unknown != "zero") {
    throw nb::value_error(
        absl::StrFormat("unknown must be 'error' or 'zero', got '%s'", unknown)
            .c_str());
  }
  Call call;
  const std::vector<Tensor> chunks = TakeTextChunks(call, tokens);
  return call.Return([&] {
    return RunChunks(chunks, [&](const Tensor& chunk) {
      return Vectors(self.embedding, chunk, unknown == "zero");
    });
  });
}

// The rows of tokens, or ids as they are. A token without a row is -1.
Tensor TakeRows(Call& call, const Embedding& embedding, nb::handle value) {
  const bool is_list = IsNested(value) && !IsNumPyArray(value);
  const Tensor taken =
      is_list ? ConstantFromList(value, std::nullopt, std::nullopt, {})
              : call.Take(value);
  if (!taken.is_string()) return TakeIds(call, value);
  return ValueOrRaise(Call::Run([&]() -> absl::StatusOr<Tensor> {
    BufferBuilder<int64_t> rows(static_cast<size_t>(taken.num_items()));
    for (int64_t i = 0; i < taken.num_items(); ++i) {
      rows[static_cast<size_t>(i)] = embedding.Find(taken.strings()[i]);
    }
    auto flat = Tensor::Dense(std::move(rows).Build(), taken.flat_shape());
    if (!flat.ok() || !taken.is_ragged()) return flat;
    return taken.WithFlatValues(*std::move(flat));
  }));
}

// A vector for each innermost row of tokens or ids; those without a row are
// left out.
nb::object Bag(nb::handle self, nb::handle tokens, const std::string& mode,
               nb::handle per_sample_weights) {
  Call call;
  const auto& embedding = nb::cast<const PyEmbedding&>(self).embedding;
  const Tensor rows = TakeRows(call, embedding, tokens);
  return nb::module_::import_("rowsplit._core")
      .attr("embedding_bag")(self, call.Give(rows), "mode"_a = mode,
                             "per_sample_weights"_a = per_sample_weights,
                             "out_of_range"_a = "skip");
}

nb::object GetItem(const PyEmbedding& self, nb::handle token) {
  const std::string_view bytes = TakeToken(token);
  BufferBuilder<float> vector(static_cast<size_t>(self.embedding.width()));
  absl::Status status = self.embedding.Vector(bytes, vector.span());
  if (absl::IsNotFound(status)) {
    PyErr_SetObject(PyExc_KeyError, token.ptr());
    throw nb::python_error();
  }
  RaiseIfError(status);
  return GiveVector(std::move(vector).Build());
}

nb::tuple Reduce(const PyEmbedding& self) {
  const nb::module_ python = nb::module_::import_("rowsplit._convert");
  return nb::make_tuple(
      python.attr("unpickle_embedding"),
      nb::make_tuple(
          nb::cast(PyVocabulary{self.embedding.vocabulary(), "", ""}),
          nb::cast(PyEmbeddingTable{self.embedding.table()})));
}

void BindProperties(nb::class_<PyEmbedding>& embedding) {
  embedding.def_prop_ro(
      "vocabulary",
      [](const PyEmbedding& self) {
        return PyVocabulary{self.embedding.vocabulary(), "", ""};
      },
      "The tokens: row i is the vector of the token with the id i. Shares the "
      "memory.");
  embedding.def_prop_ro(
      "table",
      [](const PyEmbedding& self) {
        return PyEmbeddingTable{self.embedding.table()};
      },
      "The EmbeddingTable. Shares the memory.");
  embedding.def_prop_ro(
      "shape",
      [](const PyEmbedding& self) {
        return nb::make_tuple(self.embedding.num_rows(),
                              self.embedding.width());
      },
      "The number of rows and their width.");
  embedding.def_prop_ro(
      "width", [](const PyEmbedding& self) { return self.embedding.width(); },
      "The items of a vector.");
}

}  // namespace

void BindEmbedding(nb::module_& m) {
  nb::class_<PyEmbedding> embedding(
      m, "Embedding",
      "Vectors by token: a Vocabulary and an EmbeddingTable with a row for "
      "each token. Immutable.\n\n"
      ">>> embedding = rs.Embedding(['a', 'cat'], np.float32([[1, 2], [3, "
      "4]]))\n"
      ">>> embedding['cat'].tolist()\n"
      "[3.0, 4.0]\n"
      ">>> embedding.vectors(['a', 'dog'], unknown='zero').tolist()\n"
      "[[1.0, 2.0], [0.0, 0.0]]");
  embedding.def(
      "__init__",
      [](PyEmbedding* self, nb::handle tokens, nb::handle table) {
        new (self) PyEmbedding(FromParts(tokens, table));
      },
      "tokens"_a.none(), "table"_a);
  embedding.def_static(
      "load", &Load, "path"_a, nb::kw_only(), "format"_a.none() = nb::none(),
      "tensor"_a = "", "vocabulary"_a.none() = nb::none(), "max_rows"_a = -1,
      "Reads an embedding from a file, whose format is found from its "
      "beginning and its name. `tensor`: of npz and safetensors, the array to "
      "take; `vocabulary`: of those and npy, the file with the tokens.");
  BindProperties(embedding);
  embedding.def(
      "find",
      [](const PyEmbedding& self, nb::handle token) {
        return self.embedding.Find(TakeToken(token));
      },
      "token"_a, "The row of the token, or -1.");
  embedding.def("vectors", &GiveVectors, "tokens"_a, "unknown"_a = "error",
                "The vectors of tokens of any shape, dense or ragged, as "
                "float32: an axis more. A token without a vector is a "
                "KeyError, or with unknown='zero' has a vector of zeros.");
  embedding.def(
      "bag", &Bag, "tokens"_a, "mode"_a = "mean",
      "per_sample_weights"_a.none() = nb::none(),
      "One vector for each row of tokens, or of ids: rs.embedding_bag of their "
      "rows. What has no row is left out.\n\n"
      ">>> embedding = rs.Embedding(['a', 'cat'], np.float32([[1, 2], [3, "
      "4]]))\n"
      ">>> embedding.bag([['a', 'cat', 'dog'], []]).tolist()\n"
      "[[2.0, 3.0], [0.0, 0.0]]");
  embedding.def("__getitem__", &GetItem, "token"_a);
  embedding.def("__contains__", [](const PyEmbedding& self, nb::handle token) {
    return self.embedding.Find(TakeToken(token)) >= 0;
  });
  embedding.def("__len__", [](const PyEmbedding& self) {
    return self.embedding.num_rows();
  });
  embedding.def("__repr__", [](const PyEmbedding& self) {
    return absl::StrFormat("<Embedding %d x %d, %s>", self.embedding.num_rows(),
                           self.embedding.width(),
                           RowFormatName(self.embedding.table().format()));
  });
  embedding.def("__reduce__", &Reduce);
}

}  // namespace rowsplit::python
