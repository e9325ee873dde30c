// What rowsplit.StringLookup, IntegerLookup, Hashing and the tables of
// TensorFlow are made of.

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "arrow_capsule.h"
#include "bindings.h"
#include "convert.h"
#include "guarded.h"
#include "numpy_array.h"
#include "rowsplit/vocab/encode_ids.h"
#include "rowsplit/vocab/hashing.h"
#include "rowsplit/vocab/index_lookup.h"
#include "rowsplit/vocab/static_hash_table.h"
#include "status.h"
#include "vocabulary_argument.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

OutputMode TakeMode(std::string_view mode) {
  if (mode == "one_hot") return OutputMode::kOneHot;
  if (mode == "multi_hot") return OutputMode::kMultiHot;
  if (mode == "count") return OutputMode::kCount;
  if (mode == "tf_idf") return OutputMode::kTfIdf;
  return OutputMode::kInt;
}

std::optional<SipHashKey> TakeSalt(nb::handle salt) {
  if (salt.is_none()) return std::nullopt;
  SipHashKey key;
  for (size_t i = 0; i < 2; ++i) {
    // A negative word is its two's complement.
    key[i] = nb::cast<uint64_t>(nb::object(salt[i]) & nb::int_(~uint64_t{0}));
  }
  return key;
}

std::string TakeText(nb::handle text, const char* name) {
  const Tensor tensor = Call().Take(text, DType::kString);
  if (!tensor.is_string() || tensor.rank() != 0) {
    throw nb::type_error(
        absl::StrFormat("%s must be a str or bytes", name).c_str());
  }
  return std::string(tensor.strings()[0]);
}

template <typename Token>
std::optional<Token> TakeToken(nb::handle token, const char* name) {
  if (token.is_none()) return std::nullopt;
  if constexpr (std::is_same_v<Token, std::string>) {
    return TakeText(token, name);
  } else {
    return Call::TakeInt64(token, name);
  }
}

// Of the dict that the Python classes make.
template <typename Token>
IndexLookupOptions<Token> TakeLookupOptions(const nb::dict& from) {
  const auto integer = [&](const char* name) {
    return Call::TakeInt64(from[name], name);
  };
  IndexLookupOptions<Token> options;
  options.max_tokens =
      nb::object(from["max_tokens"]).is_none() ? -1 : integer("max_tokens");
  options.num_oov_indices = integer("num_oov_indices");
  options.mask_token = TakeToken<Token>(from["mask_token"], "mask_token");
  options.oov_token = TakeToken<Token>(from["oov_token"], "oov_token");
  options.invert = nb::cast<bool>(from["invert"]);
  options.output_mode = TakeMode(nb::cast<std::string>(from["output_mode"]));
  options.pad_to_max_tokens = nb::cast<bool>(from["pad_to_max_tokens"]);
  options.salt = TakeSalt(from["salt"]);
  options.min_count = integer("min_count");
  if constexpr (std::is_same_v<Token, int64_t>) {
    if (nb::cast<std::string>(from["oov_method"]) == "farmhash")
      options.oov_method = OovMethod::kHash;
  }
  RaiseIfError(IndexLookup<Token>::CheckOptions(options));
  return options;
}

// A layer over a rowsplit.Vocabulary, which is shared, or over tokens; with
// `restore`, over what its own tokens and weights were.
template <typename Token>
IndexLookup<Token> MakeLookup(IndexLookupOptions<Token> options,
                              nb::handle tokens, nb::handle idf_weights,
                              bool restore) {
  using Layer = IndexLookup<Token>;
  const std::optional<Buffer<float>> weights = TakeWeights(idf_weights);
  if constexpr (std::is_same_v<Token, std::string>) {
    if (nb::isinstance<PyVocabulary>(tokens)) {
      const Vocabulary& vocabulary =
          nb::cast<const PyVocabulary&>(tokens).vocabulary;
      return ValueOrRaise(Call::Run([&] {
        return StringLookupOver(std::move(options), vocabulary, weights);
      }));
    }
  }
  Call call;
  const Tensor vector = TakeTokenVector(
      call, tokens,
      std::is_same_v<Token, std::string> ? DType::kString : DType::kInt64);
  return ValueOrRaise(Call::Run([&] {
    return restore ? Layer::Restore(std::move(options), vector, weights)
                   : Layer::Create(std::move(options), vector, weights);
  }));
}

// The shape before the columns, or None where rows are ragged.
nb::object LeadShape(const Tensor& ids, OutputMode mode) {
  nb::list lead;
  if (mode == OutputMode::kOneHot) {
    if (ids.is_ragged()) return nb::none();
    std::vector<int64_t> shape = ids.flat_shape();
    if (shape.size() >= 2 && shape.back() == 1) shape.pop_back();
    if (shape.empty()) shape = {1};
    for (const int64_t size : shape) lead.append(size);
  } else if (ids.rank() == 2) {
    lead.append(ids.num_rows());
  } else if (ids.rank() > 2) {
    if (ids.is_ragged()) return nb::none();
    for (size_t axis = 0; axis < ids.flat_shape().size(); ++axis)
      if (axis != 1) lead.append(ids.flat_shape()[axis]);
  }
  return nb::tuple(lead);
}

// Data, column indices, row splits, shape of the matrix and LeadShape.
nb::tuple GiveCsr(const Tensor& ids, const EncodeIdsOptions& options) {
  const CsrMatrix csr =
      ValueOrRaise(Call::Run([&] { return EncodeIdsCsr(ids, options); }));
  return nb::make_tuple(Call().Give(csr.values), GiveVector(csr.columns),
                        GiveVector(csr.rows.row_splits_buffer()),
                        nb::make_tuple(csr.rows.num_rows(), csr.num_columns),
                        LeadShape(ids, options.mode));
}

template <typename Token>
absl::StatusOr<Tensor> Ids(const IndexLookup<Token>& layer,
                           const std::vector<Tensor>& chunks) {
  return RunChunks(chunks,
                   [&](const Tensor& chunk) { return layer.LookupIds(chunk); });
}

template <typename Token>
std::vector<Tensor> TakeInput(Call& call, const IndexLookup<Token>& layer,
                              nb::handle input) {
  const bool is_text =
      std::is_same_v<Token, std::string> && !layer.options().invert;
  return TakeChunks(call, input, is_text ? DType::kString : DType::kInt64);
}

template <typename Token>
void BindLookup(nb::module_& m, const char* name) {
  using Layer = IndexLookup<Token>;
  nb::class_<Layer> c(m, name, "A lookup layer, with or without a vocabulary.");
  c.def(
      "__init__",
      [](Layer* self, const nb::dict& options, nb::handle tokens,
         nb::handle idf_weights, bool restore) {
        IndexLookupOptions<Token> taken = TakeLookupOptions<Token>(options);
        if (tokens.is_none()) {
          new (self) Layer(ValueOrRaise(Layer::Create(std::move(taken))));
        } else {
          new (self)
              Layer(MakeLookup(std::move(taken), tokens, idf_weights, restore));
        }
      },
      "options"_a, "tokens"_a.none(), "idf_weights"_a.none(),
      "restore"_a = false);
  c.def_static(
      "from_file",
      [](const nb::dict& options, const std::string& path) {
        IndexLookupOptions<Token> taken = TakeLookupOptions<Token>(options);
        return FileOrRaise(
            Call::Run([&] { return Layer::FromFile(std::move(taken), path); }));
      },
      "options"_a, "path"_a, "From a file, a token a line.");
  c.def(
      "call",
      [](const Layer& self, nb::handle input) {
        Call call;
        const std::vector<Tensor> chunks = TakeInput(call, self, input);
        return call.Return([&]() -> absl::StatusOr<Tensor> {
          if (self.options().invert) {
            return RunChunks(chunks, [&](const Tensor& chunk) {
              return self.Lookup(chunk);
            });
          }
          absl::StatusOr<Tensor> ids = Ids(self, chunks);
          if (!ids.ok()) return ids;
          return EncodeIds(*ids, self.encode_options());
        });
      },
      "input"_a, "Ids, tokens or rows of columns.");
  c.def(
      "call_csr",
      [](const Layer& self, nb::handle input) {
        Call call;
        const std::vector<Tensor> chunks = TakeInput(call, self, input);
        return GiveCsr(
            ValueOrRaise(Call::Run([&] { return Ids(self, chunks); })),
            self.encode_options());
      },
      "input"_a,
      "Data, column indices, row splits and shape of the sparse rows, and the "
      "shape that the rows stand for.");
  c.def(
      "tokens",
      [](const Layer& self, bool special) {
        return Call().Return([&] { return self.Tokens(special); });
      },
      "include_special_tokens"_a, "The tokens by id.");
  c.def_prop_ro("size", &Layer::size, "The ids.");
  c.def_prop_ro("first_token_id", &Layer::first_token_id,
                "The ids of mask and OOV.");
  c.def_prop_ro("has_vocabulary", &Layer::has_vocabulary,
                "Whether there is a vocabulary.");
  c.def_prop_ro(
      "idf_weights",
      [](const Layer& self) { return GiveVector(self.idf_weights()); },
      "A weight for each column.");
}

// The batch as one tensor; with `rows`, each item of rank 1 is a document.
absl::StatusOr<Tensor> Documents(const std::vector<Tensor>& chunks, bool rows) {
  absl::StatusOr<Tensor> whole = JoinChunks(chunks);
  if (!whole.ok() || !rows || whole->rank() != 1) return whole;
  std::vector<int64_t> shape = {whole->num_items(), 1};
  if (whole->is_string())
    return Tensor::DenseUnchecked(whole->strings(), std::move(shape));
  return Tensor::DenseBytesUnchecked(whole->dtype(), whole->bytes(),
                                     std::move(shape));
}

template <typename Token>
void BindAdapter(nb::module_& m, const char* name) {
  using Adapter = IndexLookupAdapter<Token>;
  using Counter = Guarded<Adapter>;
  nb::class_<Counter> a(m, name, "Counts tokens for a lookup layer.");
  a.def(
      "__init__",
      [](Counter* self, const nb::dict& options) {
        new (self) Counter(Adapter(TakeLookupOptions<Token>(options)));
      },
      "options"_a);
  a.def(
      "update",
      [](Counter& self, nb::handle batch, bool rows) {
        Call call;
        const std::vector<Tensor> chunks =
            TakeChunks(call, batch,
                       std::is_same_v<Token, std::string> ? DType::kString
                                                          : DType::kInt64);
        RaiseIfError(self.Run([&](Adapter& adapter) -> absl::Status {
          const absl::StatusOr<Tensor> whole = Documents(chunks, rows);
          if (!whole.ok()) return whole.status();
          return adapter.Update(*whole);
        }));
      },
      "batch"_a, "rows"_a,
      "Counts a batch; with `rows`, the items of rank 1 are a document each.");
  a.def(
      "finalize",
      [](Counter& self) {
        return ValueOrRaise(
            self.Run([](Adapter& adapter) { return adapter.Finalize(); }));
      },
      "The layer with the vocabulary of what was counted.");
}

HashingOptions TakeHashing(int64_t num_bins, nb::handle mask_value,
                           nb::handle salt, const std::string& output_mode,
                           nb::handle dtype) {
  HashingOptions options{.num_bins = num_bins,
                         .salt = TakeSalt(salt),
                         .output_mode = TakeMode(output_mode)};
  if (!mask_value.is_none()) {
    options.mask_value =
        Call().Take(mask_value, PyLong_Check(mask_value.ptr())
                                    ? std::optional<DType>(DType::kInt64)
                                    : std::nullopt);
  }
  if (!dtype.is_none()) options.dtype = TakeDType(dtype);
  RaiseIfError(CheckHashingOptions(options));
  return options;
}

void BindHashing(nb::module_& m) {
  m.def(
      "_hashing",
      [](nb::handle input, int64_t num_bins, nb::handle mask_value,
         nb::handle salt, const std::string& output_mode, nb::handle dtype,
         bool sparse) -> nb::object {
        Call call;
        const std::vector<Tensor> chunks =
            TakeChunks(call, input, std::nullopt);
        const HashingOptions options =
            TakeHashing(num_bins, mask_value, salt, output_mode, dtype);
        const Tensor ids = ValueOrRaise(Call::Run([&] {
          return RunChunks(chunks, [&](const Tensor& chunk) {
            return HashingBins(chunk, options);
          });
        }));
        const EncodeIdsOptions encode{
            .mode = options.output_mode,
            .num_ids = num_bins,
            .dtype = options.dtype.value_or(
                options.output_mode == OutputMode::kInt ? DType::kInt64
                                                        : DType::kFloat32)};
        if (sparse) return GiveCsr(ids, encode);
        return call.Return([&] { return EncodeIds(ids, encode); });
      },
      "input"_a, "num_bins"_a, "mask_value"_a.none(), "salt"_a.none(),
      "output_mode"_a, "dtype"_a.none(), "sparse"_a,
      "The bins of strings or numbers, or rows of columns.");
}

DType KeyDType(const StaticHashTable& table) { return table.keys().dtype(); }

void BindHashTable(nb::module_& m) {
  nb::class_<StaticHashTable> c(m, "_StaticHashTable", "Keys and values.");
  c.def(
      "__init__",
      [](StaticHashTable* self, nb::handle keys, nb::handle values,
         nb::handle default_value) {
        Call call;
        const Tensor taken = call.Take(values);
        const Tensor absent = call.Take(
            taken.is_string() ? nb::borrow(default_value)
                              : NumPy().attr("asarray")(
                                    default_value, GiveDType(taken.dtype())),
            taken.dtype());
        const Tensor key_tensor = call.Take(keys);
        new (self) StaticHashTable(ValueOrRaise(Call::Run([&] {
          return StaticHashTable::Create(key_tensor, taken, absent);
        })));
      },
      "keys"_a, "values"_a, "default_value"_a);
  c.def_static(
      "from_file",
      [](const std::string& path, nb::handle key_dtype, int64_t key_index,
         nb::handle value_dtype, int64_t value_index, nb::handle vocab_size,
         const std::string& delimiter, int64_t offset,
         nb::handle default_value) {
        if (delimiter.size() != 1) {
          throw nb::value_error(
              absl::StrFormat("delimiter must be one character, got %d bytes",
                              delimiter.size())
                  .c_str());
        }
        const TextTableOptions options{
            .key_dtype = TakeDType(key_dtype),
            .value_dtype = TakeDType(value_dtype),
            .key_index = key_index,
            .value_index = value_index,
            .delimiter = delimiter[0],
            .vocab_size = vocab_size.is_none()
                              ? -1
                              : Call::TakeInt64(vocab_size, "vocab_size"),
            .value_index_offset = offset};
        Call call;
        const Tensor absent =
            call.Take(options.value_dtype == DType::kString
                          ? nb::borrow(default_value)
                          : NumPy().attr("asarray")(
                                default_value, GiveDType(options.value_dtype)),
                      options.value_dtype);
        return FileOrRaise(Call::Run(
            [&] { return StaticHashTable::FromFile(path, options, absent); }));
      },
      "path"_a, "key_dtype"_a, "key_index"_a, "value_dtype"_a, "value_index"_a,
      "vocab_size"_a.none(), "delimiter"_a, "value_index_offset"_a,
      "default_value"_a, "From a text file.");
  c.def(
      "lookup",
      [](const StaticHashTable& self, nb::handle keys) {
        Call call;
        const std::vector<Tensor> chunks =
            TakeChunks(call, keys, KeyDType(self));
        return call.Return([&] {
          return RunChunks(chunks,
                           [&](const Tensor& one) { return self.Lookup(one); });
        });
      },
      "keys"_a, "The value of each key.");
  c.def_prop_ro("size", &StaticHashTable::size, "The keys that differ.");
  const auto give = [](const Tensor& tensor) { return Call().Give(tensor); };
  c.def_prop_ro(
      "keys", [=](const StaticHashTable& self) { return give(self.keys()); },
      "The keys, each once.");
  c.def_prop_ro(
      "values",
      [=](const StaticHashTable& self) { return give(self.values()); },
      "Their values.");
  c.def_prop_ro(
      "default_value",
      [=](const StaticHashTable& self) { return give(self.default_value()); },
      "The value of other keys.");
}

void BindVocabularyTable(nb::module_& m) {
  nb::class_<StaticVocabularyTable> v(m, "_StaticVocabularyTable",
                                      "Keys, ids and buckets.");
  v.def(
      "__init__",
      [](StaticVocabularyTable* self, const StaticHashTable& table,
         int64_t num_oov_buckets) {
        new (self) StaticVocabularyTable(ValueOrRaise(Call::Run([&] {
          return StaticVocabularyTable::Create(table, num_oov_buckets);
        })));
      },
      "table"_a, "num_oov_buckets"_a);
  v.def(
      "lookup",
      [](const StaticVocabularyTable& self, nb::handle keys) {
        Call call;
        const std::vector<Tensor> chunks =
            TakeChunks(call, keys, KeyDType(self.table()));
        return call.Return([&] {
          return RunChunks(chunks,
                           [&](const Tensor& one) { return self.Lookup(one); });
        });
      },
      "keys"_a, "The id of each key.");
  v.def_prop_ro("size", &StaticVocabularyTable::size, "Keys and buckets.");
}

}  // namespace

void BindLookups(nb::module_& m) {
  BindLookup<std::string>(m, "_StringLookup");
  BindAdapter<std::string>(m, "_StringLookupAdapter");
  BindLookup<int64_t>(m, "_IntegerLookup");
  BindAdapter<int64_t>(m, "_IntegerLookupAdapter");
  BindHashing(m);
  BindHashTable(m);
  BindVocabularyTable(m);
}

}  // namespace rowsplit::python
