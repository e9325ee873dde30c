// rowsplit.Vocabulary.

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

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
#include "numpy_array.h"
#include "rowsplit/vocab/diff.h"
#include "rowsplit/vocab/id_map.h"
#include "rowsplit/vocab/lookup.h"
#include "rowsplit/vocab/merge.h"
#include "rowsplit/vocab/prune.h"
#include "rowsplit/vocab/vocabulary.h"
#include "rowsplit/vocab/vocabulary_formats.h"
#include "status.h"
#include "vocabulary_argument.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

std::string TakePath(nb::handle path) {
  return nb::cast<std::string>(
      nb::module_::import_("os").attr("fsdecode")(path));
}

// The bytes of a str (as UTF-8) or bytes; valid as long as the object.
std::string_view TakeToken(nb::handle token) {
  char* bytes = nullptr;
  Py_ssize_t size = 0;
  if (PyUnicode_Check(token.ptr())) {
    const char* text = PyUnicode_AsUTF8AndSize(token.ptr(), &size);
    if (text == nullptr) throw nb::python_error();
    return {text, static_cast<size_t>(size)};
  }
  if (!PyBytes_Check(token.ptr())) {
    throw nb::type_error("a token must be str or bytes");
  }
  if (PyBytes_AsStringAndSize(token.ptr(), &bytes, &size) != 0) {
    throw nb::python_error();
  }
  return {bytes, static_cast<size_t>(size)};
}

std::vector<std::string> TakeTokens(nb::handle tokens) {
  std::vector<std::string> result;
  for (const nb::handle token : nb::iter(tokens)) {
    result.emplace_back(TakeToken(token));
  }
  return result;
}

nb::bytes GiveToken(std::string_view token) {
  return nb::bytes(token.data(), token.size());
}

PyVocabulary FromTokens(nb::handle tokens) {
  Call call;
  const Tensor all = TakeTokenVector(call, tokens, DType::kString);
  return {ValueOrRaise(
              Call::Run([&] { return Vocabulary::FromTokens(all.strings()); })),
          "", ""};
}

std::optional<VocabularyFormat> TakeFormat(
    const std::optional<std::string>& format) {
  if (!format.has_value()) return std::nullopt;
  return ValueOrRaise(ParseVocabularyFormat(*format));
}

ChecksumMode TakeChecksum(const std::string& checksum) {
  if (checksum == "full") return ChecksumMode::kFull;
  if (checksum == "sampled") return ChecksumMode::kSampled;
  if (checksum == "deferred") return ChecksumMode::kDeferred;
  throw nb::value_error(
      absl::StrFormat("checksum must be full, sampled or deferred, got %s",
                      checksum)
          .c_str());
}

PyVocabulary FromFile(nb::handle path,
                      const std::optional<std::string>& format) {
  ReadVocabularyOptions options;
  options.format = TakeFormat(format);
  const std::string file = TakePath(path);
  return {FileOrRaise(Call::Run([&] {
            return ReadVocabulary(file, options);
          })).vocabulary,
          "", ""};
}

PyVocabulary Open(nb::handle path, const std::string& checksum) {
  const ChecksumMode mode = TakeChecksum(checksum);
  const std::string file =
      TakePath(nb::module_::import_("os").attr("path").attr("abspath")(path));
  return {FileOrRaise(Call::Run(
              [&] { return Vocabulary::Open(file, {.checksum = mode}); })),
          file, checksum};
}

PyVocabulary FromBytes(nb::bytes bytes) {
  const std::span<const char> file(bytes.c_str(), bytes.size());
  return {ValueOrRaise(Call::Run(
              [&] { return Vocabulary::FromBytes(Buffer<char>::Copy(file)); })),
          "", ""};
}

nb::bytes ToBytes(const PyVocabulary& self) {
  const Buffer<char> bytes =
      ValueOrRaise(Call::Run([&] { return self.vocabulary.ToBytes(); }));
  return nb::bytes(bytes.data(), bytes.size());
}

// A mapped vocabulary is its file, which must then hold as many tokens.
nb::tuple Reduce(const PyVocabulary& self) {
  const nb::module_ python = nb::module_::import_("rowsplit._convert");
  if (self.path.empty()) {
    return nb::make_tuple(python.attr("unpickle_vocabulary"),
                          nb::make_tuple(ToBytes(self)));
  }
  return nb::make_tuple(
      python.attr("unpickle_mapped_vocabulary"),
      nb::make_tuple(self.path, self.checksum, self.vocabulary.size()));
}

WriteVocabularyOptions TakeWriteOptions(VocabularyFormat format,
                                        nb::handle unk_token,
                                        nb::handle special_tokens) {
  WriteVocabularyOptions options;
  options.format = format;
  options.unk_token = TakeToken(unk_token);
  options.special_tokens = TakeTokens(special_tokens);
  return options;
}

void Write(const PyVocabulary& self, nb::handle path, const std::string& format,
           nb::handle unk_token, nb::handle special_tokens) {
  const WriteVocabularyOptions options = TakeWriteOptions(
      ValueOrRaise(ParseVocabularyFormat(format)), unk_token, special_tokens);
  const std::string file = TakePath(path);
  RaiseIfFileError(Call::Run(
      [&] { return WriteVocabulary(self.vocabulary, file, options); }));
}

std::string Format(const PyVocabulary& self,
                   const WriteVocabularyOptions& options) {
  return ValueOrRaise(
      Call::Run([&] { return FormatVocabulary(self.vocabulary, options); }));
}

nb::str FormatText(const PyVocabulary& self,
                   const WriteVocabularyOptions& options) {
  const std::string text = Format(self, options);
  return nb::str(text.data(), text.size());
}

nb::object GetItem(const PyVocabulary& self, nb::handle key) {
  const Vocabulary& vocabulary = self.vocabulary;
  if (PyUnicode_Check(key.ptr()) || PyBytes_Check(key.ptr())) {
    const int64_t id = vocabulary.Find(TakeToken(key));
    if (id >= 0) return nb::int_(id);
    PyErr_SetObject(PyExc_KeyError, key.ptr());
    throw nb::python_error();
  }
  const int64_t id = Call::TakeInt64(key, "the id");
  const int64_t from_start = id < 0 ? id + vocabulary.size() : id;
  if (from_start < 0 || from_start >= vocabulary.size()) {
    throw nb::index_error(
        absl::StrFormat("the ids are below %d, got %d", vocabulary.size(), id)
            .c_str());
  }
  return GiveToken(vocabulary.token(from_start));
}

absl::StatusOr<Tensor> LookUp(const Vocabulary& vocabulary,
                              const Tensor& tokens) {
  const StringTensor& strings = tokens.strings();
  Buffer<int64_t> ids;
  if (vocabulary.size() == 0) {
    const std::vector<int64_t> unknown(strings.size(), -1);
    ids = Buffer<int64_t>::Copy(unknown);
  } else {
    auto lookup =
        TokenLookup::Create(vocabulary, {.num_oov = 0, .default_id = -1});
    if (!lookup.ok()) return lookup.status();
    auto found = lookup->Lookup(strings);
    if (!found.ok()) return found.status();
    ids = *std::move(found);
  }
  if (!tokens.is_ragged()) return Tensor::Dense(ids, tokens.flat_shape());
  auto flat = Tensor::Dense(ids, tokens.flat_shape());
  if (!flat.ok()) return flat.status();
  return tokens.WithFlatValues(*std::move(flat));
}

nb::object LookUpAll(const PyVocabulary& self, nb::handle tokens) {
  Call call;
  const std::vector<Tensor> chunks = TakeTextChunks(call, tokens);
  return call.Return([&] {
    return RunChunks(chunks, [&](const Tensor& chunk) {
      return LookUp(self.vocabulary, chunk);
    });
  });
}

nb::tuple Merge(nb::handle vocabularies, nb::handle counts,
                nb::handle special_tokens) {
  std::vector<Vocabulary> inputs;
  for (const nb::handle vocabulary : nb::iter(vocabularies)) {
    inputs.push_back(nb::cast<const PyVocabulary&>(vocabulary).vocabulary);
  }
  MergeOptions options;
  std::vector<Buffer<int64_t>> held;
  if (!counts.is_none()) {
    for (const nb::handle each : nb::iter(counts)) {
      held.push_back(TakeCounts(each));
      options.counts.push_back(held.back().span());
    }
  }
  options.special_tokens = TakeTokens(special_tokens);
  const MergedVocabulary merged = ValueOrRaise(
      Call::Run([&] { return MergeVocabularies(inputs, options); }));
  nb::list maps;
  for (const IdMap& map : merged.id_maps) maps.append(map);
  const PyVocabulary vocabulary{merged.vocabulary, "", ""};
  return counts.is_none()
             ? nb::make_tuple(vocabulary, maps)
             : nb::make_tuple(vocabulary, maps, GiveVector(merged.counts));
}

std::optional<Vocabulary> TakeList(nb::handle tokens) {
  if (tokens.is_none()) return std::nullopt;
  if (nb::isinstance<PyVocabulary>(tokens)) {
    return nb::cast<const PyVocabulary&>(tokens).vocabulary;
  }
  return FromTokens(tokens).vocabulary;
}

nb::tuple Prune(const PyVocabulary& self, nb::handle max_tokens,
                nb::handle min_count, nb::handle counts, nb::handle keep,
                nb::handle drop, nb::handle special_tokens) {
  PruneOptions options;
  if (!max_tokens.is_none()) {
    options.max_tokens = Call::TakeInt64(max_tokens, "max_tokens");
  }
  if (!min_count.is_none()) {
    options.min_count = Call::TakeInt64(min_count, "min_count");
  }
  Buffer<int64_t> held;
  if (!counts.is_none()) {
    held = TakeCounts(counts);
    options.counts = held.span();
  }
  options.keep = TakeList(keep);
  options.drop = TakeList(drop);
  options.special_tokens = TakeTokens(special_tokens);
  const PrunedVocabulary pruned = ValueOrRaise(
      Call::Run([&] { return PruneVocabulary(self.vocabulary, options); }));
  return nb::make_tuple(PyVocabulary{pruned.vocabulary, "", ""}, pruned.id_map);
}

void BindFiles(nb::class_<PyVocabulary>& c) {
  c.def_static("from_tokens", &FromTokens, "tokens"_a,
               "From str (as UTF-8) or bytes: lists, NumPy and Arrow arrays; "
               "the token at index i has the id i.\n\n"
               "Raises ValueError for a token that comes twice.");
  c.def_static("from_file", &FromFile, "path"_a, "format"_a.none() = nb::none(),
               "From a file of lines, JSON, vocab.json, tokenizer.json "
               "(WordLevel) or a frozen one; which, is found out unless "
               "`format` says it: 'txt', 'json', 'vocab.json', "
               "'tokenizer.json' or 'frozen'.");
  c.def_static("open", &Open, "path"_a, "checksum"_a = "full",
               "Maps the frozen file of `save`, which processes share; "
               "`checksum`: 'full' reads all of it, 'sampled' some, 'deferred' "
               "its first page (see `check`).");
  c.def_static("from_bytes", &FromBytes, "bytes"_a,
               "From the bytes of a frozen file, which are copied.");
  c.def("to_bytes", &ToBytes, "The bytes of the frozen file.");
  c.def(
      "save",
      [](const PyVocabulary& self, nb::handle path) {
        const std::string file = TakePath(path);
        RaiseIfFileError(Call::Run([&] { return self.vocabulary.Save(file); }));
      },
      "path"_a, "Writes the frozen file, whole or not at all.");
  c.def("write", &Write, "path"_a, "format"_a, "unk_token"_a = "[UNK]",
        "special_tokens"_a = nb::tuple(),
        "Writes a file of the format, whole or not at all. Raises ValueError "
        "for a token that the format can't hold.");
  c.def(
      "to_text",
      [](const PyVocabulary& self) { return GiveToken(Format(self, {})); },
      "A token a line, as bytes.\n\n"
      ">>> rs.Vocabulary(['a', 'b']).to_text()\n"
      "b'a\\nb\\n'\n\n"
      "Raises ValueError for a token that is no line.");
  c.def(
      "to_json",
      [](const PyVocabulary& self) {
        return FormatText(self, {.format = VocabularyFormat::kJson});
      },
      "A JSON array of the tokens.");
  c.def(
      "to_vocab_json",
      [](const PyVocabulary& self) {
        return FormatText(self, {.format = VocabularyFormat::kVocabJson});
      },
      "A JSON object from tokens to ids.");
  c.def(
      "to_tokenizer_json",
      [](const PyVocabulary& self, nb::handle unk_token,
         nb::handle special_tokens) {
        return FormatText(
            self, TakeWriteOptions(VocabularyFormat::kTokenizerJson, unk_token,
                                   special_tokens));
      },
      "unk_token"_a = "[UNK]", "special_tokens"_a = nb::tuple(),
      "A tokenizer.json for Hugging Face's tokenizers: a WordLevel model "
      "behind a split at white space.");
}

void BindQueries(nb::class_<PyVocabulary>& c) {
  c.def("__len__",
        [](const PyVocabulary& self) { return self.vocabulary.size(); });
  c.def(
      "find",
      [](const PyVocabulary& self, nb::handle token) {
        return self.vocabulary.Find(TakeToken(token));
      },
      "token"_a, "The id of a token, or -1.");
  c.def("__contains__", [](const PyVocabulary& self, nb::handle token) {
    return self.vocabulary.Find(TakeToken(token)) >= 0;
  });
  c.def("__getitem__", &GetItem, "key"_a,
        "The id of a token (KeyError without one), or the token of an id "
        "(IndexError).");
  c.def("lookup", &LookUpAll, "tokens"_a,
        "The id of each token, or -1: int64, in the shape of `tokens`. Arrow "
        "arrays are not copied.\n\n"
        ">>> rs.Vocabulary(['a', 'b']).lookup(['b', 'x'])\n"
        "array([ 1, -1], dtype=int64)");
  c.def(
      "tokens",
      [](const PyVocabulary& self) {
        return Call().Return([&] { return Tensor(self.vocabulary.tokens()); });
      },
      "All tokens by id, as a StringTensor that shares the memory.");
  c.def("__iter__",
        [](nb::handle self) { return nb::iter(self.attr("tokens")()); });
  c.def(
      "check",
      [](const PyVocabulary& self) {
        RaiseIfError(Call::Run([&] { return self.vocabulary.Check(); }));
      },
      "Checks all of a mapped file; raises RuntimeError if it is damaged.");
  c.def_prop_ro(
      "size_bytes",
      [](const PyVocabulary& self) { return self.vocabulary.size_bytes(); },
      "The bytes of tokens and table, in memory or mapped.");
  c.def_prop_ro(
      "path",
      [](const PyVocabulary& self) -> nb::object {
        if (self.path.empty()) return nb::none();
        return nb::str(self.path.data(), self.path.size());
      },
      "The file that is mapped, or None.");
  c.def(
      "__eq__",
      [](const PyVocabulary& self, nb::handle other) {
        if (!nb::isinstance<PyVocabulary>(other)) return false;
        return self.vocabulary.tokens() ==
               nb::cast<const PyVocabulary&>(other).vocabulary.tokens();
      },
      nb::arg("other").none());
  c.def("__repr__", [](const PyVocabulary& self) {
    return absl::StrFormat("<rowsplit.Vocabulary of %d tokens>",
                           self.vocabulary.size());
  });
  c.attr("__hash__") = nb::none();
  c.def("__reduce__", &Reduce);
  c.def("__copy__", [](nb::handle self) { return nb::borrow(self); });
  c.def(
      "__deepcopy__",
      [](nb::handle self, nb::handle) { return nb::borrow(self); }, "memo"_a);
}

}  // namespace

void BindVocabulary(nb::module_& m) {
  m.def("_is_frozen_file", &IsFrozenFile, "path"_a,
        "Whether the file begins as a frozen vocabulary.");

  nb::class_<PyVocabulary> c(
      m, "Vocabulary",
      "A map from tokens to the ids 0, 1, 2 … and back. Tokens are bytes; str "
      "is taken as UTF-8. Immutable.\n\n"
      ">>> vocabulary = rs.Vocabulary(['a', 'cat'])\n"
      ">>> vocabulary['cat'], vocabulary[0], 'dog' in vocabulary\n"
      "(1, b'a', False)");
  c.def(
      "__init__",
      [](PyVocabulary* self, nb::handle tokens) {
        new (self) PyVocabulary(FromTokens(tokens));
      },
      "tokens"_a, "As from_tokens.");
  BindFiles(c);
  BindQueries(c);
  const nb::tuple special = nb::make_tuple("", "[UNK]");
  c.def_static("merge", &Merge, "vocabularies"_a,
               "counts"_a.none() = nb::none(), "special_tokens"_a = special,
               "One vocabulary of several, and a list with the IdMap of each: "
               "the tokens of the first keep their ids, then come those of the "
               "second that are new, and so on. With `counts` (an array for "
               "each) it is ordered by their sums, special tokens first, and "
               "the sums are the third result.");
  c.def("prune", &Prune, "max_tokens"_a.none() = nb::none(),
        "min_count"_a.none() = nb::none(), "counts"_a.none() = nb::none(),
        "keep"_a.none() = nb::none(), "drop"_a.none() = nb::none(),
        "special_tokens"_a = special,
        "The vocabulary without some tokens, and the IdMap: the first "
        "`max_tokens` of those that have at least `min_count` in `counts`, are "
        "in `keep` and not in `drop`. Special tokens stay.\n\n"
        ">>> small, id_map = rs.Vocabulary(['a', 'b', 'c']).prune(drop=['a'])\n"
        ">>> small.tokens().to_list(), id_map.old_to_new.tolist()\n"
        "([b'b', b'c'], [-1, 0, 1])");
  c.def(
      "diff",
      [](const PyVocabulary& self, const PyVocabulary& to) {
        return ValueOrRaise(Call::Run(
            [&] { return DiffVocabularies(self.vocabulary, to.vocabulary); }));
      },
      "to"_a, "What is different in another vocabulary.");
  c.def(
      "map_ids",
      [](const PyVocabulary& self, const PyVocabulary& to) {
        return ValueOrRaise(
            Call::Run([&] { return MapIds(self.vocabulary, to.vocabulary); }));
      },
      "to"_a, "The IdMap from these ids to those of another vocabulary.");
}

}  // namespace rowsplit::python
