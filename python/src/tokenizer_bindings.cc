// rowsplit.Tokenizer.

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "bindings.h"
#include "convert.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ops/elementwise.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/text/tokenizer.h"
#include "status.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

OffsetUnit TakeOffsetUnit(nb::handle offsets) {
  if (offsets.is_none()) return OffsetUnit::kNone;
  const auto word = nb::cast<std::string>(offsets);
  if (word == "characters") return OffsetUnit::kCharacters;
  if (word == "bytes") return OffsetUnit::kBytes;
  throw nb::value_error(
      ("offsets must be None, 'characters' or 'bytes', got '" + word + "'")
          .c_str());
}

nb::object EncodeBatch(const Tokenizer& self, nb::handle texts,
                       bool add_special_tokens, nb::handle offsets,
                       nb::handle max_length, bool pad, int num_threads) {
  Call call;
  const Tensor strings = call.Take(texts, DType::kString);
  if (!strings.is_string() || strings.rank() != 1)
    throw nb::value_error("texts must be a vector of strings");
  std::optional<int64_t> length;
  if (!max_length.is_none()) length = Call::TakeInt64(max_length, "max_length");
  const EncodeOptions options{.add_special_tokens = add_special_tokens,
                              .max_length = length,
                              .pad = pad,
                              .offsets = TakeOffsetUnit(offsets),
                              .exec = {.num_threads = num_threads}};
  const EncodedTexts encoded = ValueOrRaise(
      Call::Run([&] { return self.Encode(strings.strings(), options); }));
  if (options.offsets == OffsetUnit::kNone)
    return call.Give(Tensor(encoded.ids));
  const auto rows = [&](const Buffer<Offset>& values) {
    return call.Give(Tensor(RaggedTensor<int64_t>::FromFlatValuesUnchecked(
        encoded.ids.shape(), values)));
  };
  return nb::make_tuple(call.Give(Tensor(encoded.ids)), rows(encoded.starts),
                        rows(encoded.ends));
}

nb::object DecodeBatch(const Tokenizer& self, nb::handle ids,
                       bool skip_special_tokens, int num_threads) {
  Call call;
  const Tensor given = call.Take(ids, DType::kInt64);
  const auto run = [&]() -> absl::StatusOr<Tensor> {
    absl::StatusOr<Tensor> wide =
        given.dtype() == DType::kInt32 ? Cast(given, DType::kInt64) : given;
    if (!wide.ok()) return wide;
    absl::StatusOr<RaggedTensor<int64_t>> rows = wide->As<int64_t>();
    if (!rows.ok()) return rows.status();
    absl::StatusOr<StringTensor> texts =
        self.Decode(rows->view(), {.skip_special_tokens = skip_special_tokens,
                                   .exec = {.num_threads = num_threads}});
    if (!texts.ok()) return texts.status();
    return Tensor(*std::move(texts));
  };
  return call.Return(run);
}

}  // namespace

void BindTokenizer(nb::module_& m) {
  nb::class_<Tokenizer> c(
      m, "Tokenizer",
      "A Hugging Face tokenizer: text to ids and back, with the same answers "
      "as the package tokenizers, for WordPiece and BPE models.");
  c.def_static(
      "from_file",
      [](const std::string& path) {
        return FileOrRaise(
            Call::Run([&] { return Tokenizer::FromFile(path); }));
      },
      "path"_a,
      "Reads a tokenizer.json.\n\n"
      "Raises FileNotFoundError, ValueError for a file that makes no sense, "
      "and NotImplementedError that names the part that can't be honoured.");
  c.def_static(
      "from_json",
      [](const std::string& json) {
        return ValueOrRaise(
            Call::Run([&] { return Tokenizer::FromJson(json); }));
      },
      "json"_a,
      "The same of the content of a file.\n\n"
      ">>> tokenizer = rs.Tokenizer.from_json('''{\n"
      "...   \"pre_tokenizer\": {\"type\": \"BertPreTokenizer\"},\n"
      "...   \"model\": {\"type\": \"WordPiece\", \"vocab\":\n"
      "...             {\"[UNK]\": 0, \"cat\": 1, \"##s\": 2}}}''')\n"
      ">>> tokenizer.encode_batch([\"cats cat\", \"dog\"])\n"
      "<rowsplit.RaggedTensor [[1, 2, 1], [0]]>");
  c.def("encode_batch", &EncodeBatch, "texts"_a, "add_special_tokens"_a = true,
        "offsets"_a.none() = nb::none(), "max_length"_a.none() = nb::none(),
        "pad"_a = true, "num_threads"_a = 0,
        "The ids of each text, as a RaggedTensor. With `offsets`, 'characters' "
        "or 'bytes', three of them: ids, starts and ends. With `max_length` "
        "texts are cut to so many ids and, where the tokenizer pads, padded to "
        "them, instead of as it says; pad=False leaves padding out.\n\n"
        "Raises ValueError, naming the text, where a word is unknown and the "
        "model has no token for that.");
  c.def("decode_batch", &DecodeBatch, "ids"_a, "skip_special_tokens"_a = true,
        "num_threads"_a = 0, "The text of each row of ids, as a StringTensor.");
  c.def_prop_ro("vocab_size", &Tokenizer::vocab_size,
                "One above the highest id.");
  c.def(
      "token_to_id",
      [](const Tokenizer& self, const std::string& token) -> nb::object {
        const int64_t id = self.TokenToId(token);
        if (id < 0) return nb::none();
        return nb::int_(id);
      },
      "token"_a, "The id of a token, or None.");
  c.def(
      "id_to_token",
      [](const Tokenizer& self, int64_t id) {
        return std::string(ValueOrRaise(self.IdToToken(id)));
      },
      "id"_a, "The token of an id. Raises IndexError if there is none.");
}

}  // namespace rowsplit::python
