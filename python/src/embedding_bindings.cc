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
#include "rowsplit/core/error_policy.h"
#include "rowsplit/embedding/embedding.h"
#include "rowsplit/embedding/load_report.h"
#include "rowsplit/embedding/nearest.h"
#include "rowsplit/embedding/subwords.h"
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

PyEmbedding FromParts(nb::handle tokens, nb::handle table, nb::handle subwords,
                      int min_chars, int max_chars) {
  SubwordRows rows;
  if (!subwords.is_none()) {
    rows = ValueOrRaise(SubwordRows::Create(
        TakeTable(subwords), {.min_chars = min_chars, .max_chars = max_chars}));
  }
  return {ValueOrRaise(Embedding::FromParts(
      TakeVocabulary(tokens), TakeTable(table), std::move(rows)))};
}

bool HasSubwords(const Embedding& embedding) {
  return embedding.subwords().buckets().num_rows() > 0;
}

nb::object GiveSubwords(const PyEmbedding& self) {
  if (!HasSubwords(self.embedding)) return nb::none();
  return nb::cast(PyEmbeddingTable{self.embedding.subwords().buckets()});
}

std::optional<EmbeddingFormat> TakeFormat(
    const std::optional<std::string>& format) {
  if (!format.has_value()) return std::nullopt;
  return ValueOrRaise(ParseEmbeddingFormat(*format));
}

constexpr std::pair<std::string_view, ErrorPolicy> kErrors[] = {
    {"strict", ErrorPolicy::kStrict},
    {"replace", ErrorPolicy::kReplace},
    {"skip", ErrorPolicy::kSkip}};
constexpr std::pair<std::string_view, MissingRows> kMissing[] = {
    {"zeros", MissingRows::kZeros},
    {"mean", MissingRows::kMean},
    {"uniform", MissingRows::kUniform},
    {"error", MissingRows::kError}};

constexpr std::pair<std::string_view, ChecksumMode> kChecksums[] = {
    {"full", ChecksumMode::kFull},
    {"sampled", ChecksumMode::kSampled},
    {"deferred", ChecksumMode::kDeferred}};

PyEmbedding Load(nb::handle path, const std::optional<std::string>& format,
                 const std::string& tensor, nb::handle vocabulary,
                 int64_t max_rows, const std::string& errors,
                 const std::string& sha256, nb::handle cache_folder,
                 bool offline, const std::string& checksum) {
  LoadOptions options;
  options.format = TakeFormat(format);
  options.tensor = tensor;
  if (!vocabulary.is_none()) options.vocabulary = TakePath(vocabulary);
  options.max_rows = max_rows;
  options.errors = TakeWord(errors, "errors", kErrors);
  options.sha256 = sha256;
  if (!cache_folder.is_none()) options.cache_folder = TakePath(cache_folder);
  options.offline = offline;
  options.checksum = TakeWord(checksum, "checksum", kChecksums);
  const std::string file = TakePath(path);
  return {
      FileOrRaise(Call::Run([&] { return Embedding::Load(file, options); }))};
}

nb::object GiveLoadReport(const PyEmbedding& self) {
  const nb::module_ python = nb::module_::import_("rowsplit._embedding");
  const auto give = [&](const LoadFault& fault) {
    return python.attr("LoadFault")(fault.count, fault.first);
  };
  const LoadReport& report = self.embedding.load_report();
  return python.attr("LoadReport")(give(report.skipped), give(report.replaced),
                                   give(report.duplicates));
}

void Save(const PyEmbedding& self, nb::handle path,
          const std::optional<std::string>& format, nb::handle row_format,
          const std::string& tensor, nb::handle vocabulary) {
  SaveOptions options;
  options.format = TakeFormat(format);
  options.row_format = TakeRowFormat(row_format);
  options.tensor = tensor;
  if (!vocabulary.is_none()) options.vocabulary = TakePath(vocabulary);
  const std::string file = TakePath(path);
  RaiseIfFileError(
      Call::Run([&] { return self.embedding.Save(file, options); }));
}

// rowsplit.AlignedEmbedding.
nb::object AlignTo(const PyEmbedding& self, nb::handle vocabulary,
                   bool lower_case, nb::handle alternatives, bool subwords,
                   const std::string& missing, double limit, uint64_t seed) {
  const Vocabulary words = TakeVocabulary(vocabulary);
  Call call;
  AlignOptions options;
  options.lower_case = lower_case;
  options.subwords = subwords;
  options.missing = TakeWord(missing, "missing", kMissing);
  options.uniform = {.limit = static_cast<float>(limit), .seed = seed};
  if (!alternatives.is_none()) {
    options.alternatives =
        TakeTokenVector(call, alternatives, DType::kString).strings();
  }
  AlignedEmbedding aligned = ValueOrRaise(
      Call::Run([&] { return self.embedding.AlignTo(words, options); }));
  const AlignReport& report = aligned.report;
  const nb::module_ python = nb::module_::import_("rowsplit._embedding");
  return python.attr("AlignedEmbedding")(
      nb::cast(PyEmbedding{
          ValueOrRaise(Embedding::FromParts(words, std::move(aligned.table)))}),
      python.attr("AlignReport")(
          report.num_found, report.num_alternatives, report.num_lower_case,
          report.num_subwords, report.num_missing,
          GiveVector(report.missing_ids),
          call.Give(Tensor::Vector(report.missing_tokens))));
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

// Tokens or ids. Lists of lists may have rows of different lengths.
Tensor TakeTokensOrIds(Call& call, nb::handle value) {
  const bool is_list = IsNested(value) && !IsNumPyArray(value);
  const Tensor taken =
      is_list ? ConstantFromList(value, std::nullopt, std::nullopt, {})
              : call.Take(value);
  return taken.is_string() ? taken : TakeIds(call, value);
}

// The rows of tokens; one without a row is -1.
absl::StatusOr<Tensor> FindRows(const Embedding& embedding,
                                const Tensor& tokens) {
  BufferBuilder<int64_t> rows(static_cast<size_t>(tokens.num_items()));
  for (int64_t i = 0; i < tokens.num_items(); ++i) {
    rows[static_cast<size_t>(i)] = embedding.Find(tokens.strings()[i]);
  }
  auto flat = Tensor::Dense(std::move(rows).Build(), tokens.flat_shape());
  if (!flat.ok() || !tokens.is_ragged()) return flat;
  return tokens.WithFlatValues(*std::move(flat));
}

nb::object GiveRowsOf(const PyEmbedding& self, nb::handle value) {
  Call call;
  const Tensor tokens = TakeTokensOrIds(call, value);
  if (!tokens.is_string()) {
    return nb::cast(PyEmbeddingTable{self.embedding.table()})
        .attr("lookup")(value);
  }
  return call.Return([&] { return Vectors(self.embedding, tokens, false); });
}

// A vector for each innermost row of tokens or ids; those without a row are
// left out.
nb::object Bag(nb::handle self, nb::handle tokens, const std::string& mode,
               nb::handle per_sample_weights) {
  Call call;
  const auto& embedding = nb::cast<const PyEmbedding&>(self).embedding;
  Tensor rows = TakeTokensOrIds(call, tokens);
  if (rows.is_string()) {
    rows = ValueOrRaise(Call::Run([&] { return FindRows(embedding, rows); }));
  }
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

// Pairs of a token and its score, the nearest first.
nb::list Nearest(const PyEmbedding& self, nb::handle query, int64_t k,
                 const std::string& similarity) {
  const Embedding& embedding = self.embedding;
  NearestOptions options;
  options.similarity = ValueOrRaise(ParseSimilarity(similarity));
  options.k = k;
  nb::object vector = nb::borrow(query);
  if (PyUnicode_Check(query.ptr()) || PyBytes_Check(query.ptr())) {
    vector = GetItem(self, query);
    const int64_t row = embedding.Find(TakeToken(query));
    if (row >= 0) options.exclude.push_back(row);
  }
  Call call;
  const Tensor wanted = call.Take(vector, DType::kFloat32);
  if (wanted.rank() != 1) throw nb::value_error("a query must be one vector");
  if (embedding.vocabulary().size() == 0) {
    throw nb::value_error("the embedding has no tokens: see rs.nearest_rows");
  }
  const NearestRows found = ValueOrRaise(Call::Run(
      [&] { return FindNearest(embedding.table(), wanted, options); }));
  nb::list pairs;
  for (int64_t i = 0; i < found.ids.num_items(); ++i) {
    const std::string_view token =
        embedding.vocabulary().token(found.ids.items<int64_t>()[i]);
    pairs.append(nb::make_tuple(nb::bytes(token.data(), token.size()),
                                found.scores.items<float>()[i]));
  }
  return pairs;
}

nb::tuple Reduce(const PyEmbedding& self) {
  const nb::module_ python = nb::module_::import_("rowsplit._convert");
  const SubwordOptions& options = self.embedding.subwords().options();
  return nb::make_tuple(
      python.attr("unpickle_embedding"),
      nb::make_tuple(
          nb::cast(PyVocabulary{self.embedding.vocabulary(), "", ""}),
          nb::cast(PyEmbeddingTable{self.embedding.table()}),
          GiveSubwords(self), options.min_chars, options.max_chars));
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
  embedding.def_prop_ro("load_report", &GiveLoadReport,
                        "What `load` left out or mended: a LoadReport.");
  embedding.def_prop_ro(
      "subwords", &GiveSubwords,
      "The EmbeddingTable of the buckets of n-grams, of which the vectors of "
      "words without a row are made as fastText makes them, or None.");
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
      [](PyEmbedding* self, nb::handle tokens, nb::handle table,
         nb::handle subwords, int min_chars, int max_chars) {
        new (self) PyEmbedding(
            FromParts(tokens, table, subwords, min_chars, max_chars));
      },
      "tokens"_a.none(), "table"_a, "subwords"_a.none() = nb::none(),
      "min_chars"_a = 3, "max_chars"_a = 6);
  embedding.def_static(
      "load", &Load, "path"_a, nb::kw_only(), "format"_a.none() = nb::none(),
      "tensor"_a = "", "vocabulary"_a.none() = nb::none(), "max_rows"_a = -1,
      "errors"_a = "strict", "sha256"_a = "",
      "cache_folder"_a.none() = nb::none(), "offline"_a = false,
      "checksum"_a = "sampled",
      "Reads an embedding from a path or a URL: NumPy's .npy and .npz, "
      "safetensors, the text of GloVe, word2vec and fastText (plain, gzip or "
      "zstd), word2vec's and fastText's binary files, and what `save` wrote. "
      "The format is found from the first bytes.\n\n"
      "`tensor`: of npz and safetensors, the array to take; `vocabulary`: of "
      "arrays, the file with the tokens, by default the one beside it; "
      "`max_rows`: no more than the first ones; `errors`: 'strict', or "
      "'replace' or 'skip' for broken rows, which load_report counts; "
      "`sha256`: what the file must have; `cache_folder` and `offline`: where "
      "files of URLs are kept, and whether to use these only; `checksum`: how "
      "much of a file of `save` is checked, 'full', 'sampled' or 'deferred'.");
  embedding.def(
      "save", &Save, "path"_a, nb::kw_only(), "format"_a.none() = nb::none(),
      "row_format"_a.none() = nb::none(), "tensor"_a = "embedding",
      "vocabulary"_a.none() = nb::none(),
      "Writes the embedding in the format of its name's ending, whole or not "
      "at "
      "all: 'frozen' (.rse), 'npy', 'npz', 'safetensors', 'glove' (.txt) or "
      "'word2vec' (.vec). In the forms of arrays the tokens go to the file "
      "`vocabulary`, by default beside it.");
  embedding.def(
      "align_to", &AlignTo, "vocabulary"_a, nb::kw_only(),
      "lower_case"_a = false, "alternatives"_a.none() = nb::none(),
      "subwords"_a = true, "missing"_a = "zeros", "limit"_a = 0.05,
      "seed"_a = 0,
      "An embedding with a row for each token of a vocabulary, in its order, "
      "and a report of what was not there. Such a token is looked for as the "
      "one of `alternatives` at its place, with `lower_case` in lower case, "
      "made of subwords where there are some, and else gets 'zeros', the "
      "'mean' "
      "of all rows, a 'uniform' random row (limit, seed), or is an 'error'.\n\n"
      ">>> embedding = rs.Embedding(['a', 'cat'], np.float32([[1, 2], [3, "
      "4]]))\n"
      ">>> aligned = embedding.align_to(['dog', 'Cat', 'a'], lower_case=True)\n"
      ">>> aligned.embedding.table.numpy().tolist()\n"
      "[[0.0, 0.0], [3.0, 4.0], [1.0, 2.0]]\n"
      ">>> aligned.report.num_missing, "
      "aligned.report.missing_tokens.to_list()\n"
      "(1, [b'dog'])");
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
      "nearest", &Nearest, "query"_a, "k"_a = 10, "similarity"_a = "cosine",
      "The `k` tokens nearest to a token, itself left out, or to a vector, "
      "with "
      "their scores. `similarity` is 'cosine', 'dot' or 'l2'.\n\n"
      ">>> embedding = rs.Embedding(['a', 'b', 'c'], np.float32([[1, 0], [0, "
      "1], [2, 2]]))\n"
      ">>> [token for token, _ in embedding.nearest('a')]\n"
      "[b'c', b'b']");
  embedding.def("__call__", &GiveRowsOf, "tokens"_a,
                "The vectors of tokens or ids of any shape: `vectors` or the "
                "table's `lookup`.");
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
