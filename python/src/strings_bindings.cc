// The functions of rowsplit.strings.

#include <nanobind/nanobind.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "bindings.h"
#include "compiled_regex.h"
#include "convert.h"
#include "embedding_argument.h"
#include "numpy_array.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/text/any_rank.h"
#include "rowsplit/text/as_string.h"
#include "rowsplit/text/format.h"
#include "rowsplit/text/hash_bucket.h"
#include "rowsplit/text/length.h"
#include "rowsplit/text/ngrams.h"
#include "rowsplit/text/reduce_join.h"
#include "rowsplit/text/regex.h"
#include "rowsplit/text/split.h"
#include "rowsplit/text/split_fields.h"
#include "rowsplit/text/strip.h"
#include "rowsplit/text/substr.h"
#include "rowsplit/text/to_number.h"
#include "status.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

Tensor TakeText(Call& call, nb::handle input) {
  Tensor strings = call.Take(input, DType::kString);
  if (!strings.is_string()) throw nb::type_error("input must be strings");
  return strings;
}

// The bytes of bytes, or of str as UTF-8.
std::string TakeBytes(nb::handle value, const char* name) {
  if (nb::isinstance<nb::bytes>(value)) {
    const auto bytes = nb::borrow<nb::bytes>(value);
    return {bytes.c_str(), bytes.size()};
  }
  Py_ssize_t size = 0;
  const char* text = nb::isinstance<nb::str>(value)
                         ? PyUnicode_AsUTF8AndSize(value.ptr(), &size)
                         : nullptr;
  if (text != nullptr) return {text, static_cast<size_t>(size)};
  if (PyErr_Occurred() != nullptr) throw nb::python_error();
  throw nb::type_error(
      absl::StrFormat("%s must be str or bytes", name).c_str());
}

constexpr std::pair<std::string_view, CharUnit> kCharUnits[] = {
    {"BYTE", CharUnit::kByte}, {"UTF8_CHAR", CharUnit::kUtf8Char}};

void BindParts(nb::module_& m) {
  m.def(
      "strings_strip",
      [](nb::handle input) {
        Call call;
        const Tensor strings = TakeText(call, input);
        return call.Return([&] {
          return MapStrings(strings,
                            [](StringTensorView v) { return Strip(v); });
        });
      },
      "input"_a,
      "Without the white space (09 to 0D, 20) at both ends.\n\n"
      ">>> rs.strings.strip([' a b\\n', 'c']).to_list()\n"
      "[b'a b', b'c']");
  m.def(
      "strings_length",
      [](nb::handle input, const nb::str& unit) {
        Call call;
        const Tensor strings = TakeText(call, input);
        const LengthOptions options{
            .unit = TakeWord(unit.c_str(), "unit", kCharUnits)};
        return call.Return([&] {
          return MapStrings(
              strings, [&](StringTensorView v) { return Length(v, options); });
        });
      },
      "input"_a, "unit"_a = "BYTE",
      "The lengths in bytes or, with 'UTF8_CHAR', in characters.\n\n"
      ">>> rs.strings.length(['aé', ''], unit='UTF8_CHAR')\n"
      "array([2, 0], dtype=int32)");
  m.def(
      "strings_substr",
      [](nb::handle input, nb::handle pos, nb::handle len,
         const nb::str& unit) {
        Call call;
        const Tensor strings = TakeText(call, input);
        const auto [positions, lengths] = call.TakePair(pos, len);
        const SubstrOptions options{
            .unit = TakeWord(unit.c_str(), "unit", kCharUnits)};
        return call.Return(
            [&] { return Substr(strings, positions, lengths, options); });
      },
      "input"_a, "pos"_a, "len"_a, "unit"_a = "BYTE",
      "`len` bytes or characters of each string from `pos` on; a negative "
      "`pos` counts from the end.\n\n"
      ">>> rs.strings.substr(['hello', 'abc'], [1, -2], [3, 1]).to_list()\n"
      "[b'ell', b'b']\n\n"
      "Raises ValueError for a position outside of its string.");
}

void BindJoins(nb::module_& m) {
  m.def(
      "strings_join",
      [](const nb::sequence& inputs, nb::handle separator) {
        Call call;
        std::vector<Tensor> tensors;
        for (const nb::handle input : inputs)
          tensors.push_back(TakeText(call, input));
        const std::string between = TakeBytes(separator, "separator");
        return call.Return([&] { return JoinElements(tensors, between); });
      },
      "inputs"_a, "separator"_a = "",
      "The strings of several tensors at the same place, joined; scalars are "
      "the same for each place.\n\n"
      ">>> rs.strings.join([['a', 'b'], '-', ['c', 'd']]).to_list()\n"
      "[b'a-c', b'b-d']");
  m.def(
      "strings_reduce_join",
      [](nb::handle inputs, nb::handle axis, bool keepdims,
         nb::handle separator) {
        Call call;
        const Tensor strings = TakeText(call, inputs);
        const std::string between = TakeBytes(separator, "separator");
        ReduceJoinOptions options{.keepdims = keepdims, .separator = between};
        if (!axis.is_none()) options.axes = Call::TakeAxes(axis, "axis");
        return call.Return([&] { return ReduceJoin(strings, options); });
      },
      "inputs"_a, "axis"_a.none() = nb::none(), "keepdims"_a = false,
      "separator"_a = "",
      "Joins the strings along axes; None means all.\n\n"
      ">>> rs.strings.reduce_join(rs.constant([['a', 'b'], ['c']]), axis=1, "
      "separator=' ').to_list()\n"
      "[b'a b', b'c']");
  m.def(
      "strings_unsorted_segment_join",
      [](nb::handle inputs, nb::handle segment_ids, nb::handle num_segments,
         nb::handle separator) {
        Call call;
        const Tensor strings = TakeText(call, inputs);
        const Tensor ids = call.Take(segment_ids, DType::kInt32);
        const int64_t number = Call::TakeInt64(num_segments, "num_segments");
        const std::string between = TakeBytes(separator, "separator");
        return call.Return([&] {
          return UnsortedSegmentJoin(strings, ids, number,
                                     {.separator = between});
        });
      },
      "inputs"_a, "segment_ids"_a, "num_segments"_a, "separator"_a = "",
      "Joins the strings with the same segment id.\n\n"
      ">>> rs.strings.unsorted_segment_join(['a', 'b', 'c'], [1, 0, 1], 2, "
      "',').to_list()\n"
      "[b'b', b'a,c']");
}

void BindRegex(nb::module_& m) {
  m.def(
      "strings_regex_full_match",
      [](nb::handle input, nb::handle pattern) {
        Call call;
        const Tensor strings = TakeText(call, input);
        const Regex regex =
            ValueOrRaise(CompiledRegex(TakeBytes(pattern, "pattern")));
        return call.Return([&] {
          return MapStrings(strings, [&](StringTensorView v) {
            return RegexFullMatch(v, regex);
          });
        });
      },
      "input"_a, "pattern"_a,
      "Whether the pattern (RE2) matches the whole of each string.\n\n"
      ">>> rs.strings.regex_full_match(['aa', 'ab'], 'a*')\n"
      "array([ True, False])");
  m.def(
      "strings_regex_replace",
      [](nb::handle input, nb::handle pattern, nb::handle rewrite,
         bool replace_global) {
        Call call;
        const Tensor strings = TakeText(call, input);
        const Regex regex =
            ValueOrRaise(CompiledRegex(TakeBytes(pattern, "pattern")));
        const Rewrite replacement = ValueOrRaise(
            Rewrite::Compile(TakeBytes(rewrite, "rewrite"), regex));
        return call.Return([&] {
          return MapStrings(strings, [&](StringTensorView v) {
            return RegexReplace(v, regex, replacement,
                                {.replace_global = replace_global});
          });
        });
      },
      "input"_a, "pattern"_a, "rewrite"_a, "replace_global"_a = true,
      "What the pattern (RE2) matches replaced; '\\1' is its first group.\n\n"
      ">>> rs.strings.regex_replace(['a-b'], '(.)-(.)', r'\\2-\\1').to_list()\n"
      "[b'b-a']\n\n"
      "Raises ValueError for a rewrite that names a group which is not there.");
}

void BindSplits(nb::module_& m) {
  m.def(
      "strings_split",
      [](nb::handle input, nb::handle sep, nb::handle maxsplit) {
        Call call;
        const Tensor strings = TakeText(call, input);
        const std::string separator =
            sep.is_none() ? "" : TakeBytes(sep, "sep");
        const int64_t limit = Call::TakeInt64(maxsplit, "maxsplit");
        return call.Return([&] {
          return SplitStrings(
              strings,
              [&](StringTensorView v) -> absl::StatusOr<RaggedStringTensor> {
                const auto tokens =
                    separator.empty()
                        ? SplitWhitespace(v, {.maxsplit = limit})
                        : SplitFields(v, separator, {.maxsplit = limit});
                if (!tokens.ok()) return tokens.status();
                return CopyTokens(*tokens, v.bytes());
              });
        });
      },
      "input"_a, "sep"_a.none() = nb::none(), "maxsplit"_a = -1,
      "The pieces of each string between separators; without one, between runs "
      "of white space.\n\n"
      ">>> rs.strings.split(['a  b', '']).to_list()\n"
      "[[b'a', b'b'], []]");
  m.def(
      "strings_bytes_split",
      [](nb::handle input) {
        Call call;
        const Tensor strings = TakeText(call, input);
        return call.Return([&] {
          return SplitStrings(strings,
                              [](StringTensorView v) { return SplitBytes(v); });
        });
      },
      "input"_a,
      "The bytes of each string.\n\n"
      ">>> rs.strings.bytes_split(['ab', '']).to_list()\n"
      "[[b'a', b'b'], []]");
  m.def(
      "strings_ngrams",
      [](nb::handle data, nb::handle ngram_width, nb::handle separator,
         nb::handle left_pad, nb::handle right_pad, nb::handle pad_width,
         bool preserve_short_sequences) {
        Call call;
        const Tensor tokens = TakeText(call, data);
        const std::string between = TakeBytes(separator, "separator");
        const std::string left = TakeBytes(left_pad, "left_pad");
        const std::string right = TakeBytes(right_pad, "right_pad");
        const NgramsOptions options{
            .widths = Call::TakeInts(ngram_width, "ngram_width"),
            .separator = between,
            .pad_width = Call::TakeInt64(pad_width, "pad_width"),
            .left_pad = left,
            .right_pad = right,
            .preserve_short_sequences = preserve_short_sequences};
        return call.Return([&] { return Ngrams(tokens, options); });
      },
      "data"_a, "ngram_width"_a, "separator"_a = " ", "left_pad"_a = "",
      "right_pad"_a = "", "pad_width"_a = 0,
      "preserve_short_sequences"_a = false,
      "What rowsplit.strings.ngrams calls, with `pad_width` paddings on both "
      "sides (below 0: the width - 1).");
}

HashBucketOptions BucketOptions(nb::handle num_buckets, BucketHash hash) {
  return {.num_buckets = Call::TakeInt64(num_buckets, "num_buckets"),
          .hash = hash};
}

nb::object Buckets(nb::handle input, const HashBucketOptions& options) {
  Call call;
  const Tensor strings = TakeText(call, input);
  return call.Return([&] {
    return MapStrings(
        strings, [&](StringTensorView v) { return HashBuckets(v, options); });
  });
}

void BindHashes(nb::module_& m) {
  m.def(
      "strings_to_hash_bucket_fast",
      [](nb::handle input, nb::handle num_buckets) {
        return Buckets(input, BucketOptions(num_buckets, BucketHash::kFast));
      },
      "input"_a, "num_buckets"_a,
      "FarmHash's Fingerprint64 of each string modulo `num_buckets`.\n\n"
      ">>> rs.strings.to_hash_bucket_fast(['Hello', 'TensorFlow', '2.x'], 3)\n"
      "array([0, 2, 2], dtype=int64)");
  m.def(
      "strings_to_hash_bucket",
      [](nb::handle input, nb::handle num_buckets) {
        return Buckets(input, BucketOptions(num_buckets, BucketHash::kPlain));
      },
      "input"_a, "num_buckets"_a,
      "TensorFlow's oldest hash, MurmurHash2, modulo `num_buckets`.\n\n"
      ">>> rs.strings.to_hash_bucket(['Hello', 'TensorFlow', '2.x'], 3)\n"
      "array([2, 0, 1], dtype=int64)");
  m.def(
      "strings_to_hash_bucket_strong",
      [](nb::handle input, nb::handle num_buckets, nb::handle key) {
        HashBucketOptions options =
            BucketOptions(num_buckets, BucketHash::kStrong);
        const std::vector<int64_t> words = Call::TakeInts(key, "key");
        if (words.size() != 2)
          throw nb::value_error("key must be two integers");
        options.key = {static_cast<uint64_t>(words[0]),
                       static_cast<uint64_t>(words[1])};
        return Buckets(input, options);
      },
      "input"_a, "num_buckets"_a, "key"_a,
      "SipHash-2-4 with a key of two integers, modulo `num_buckets`.\n\n"
      ">>> rs.strings.to_hash_bucket_strong(['Hello', 'TF'], 3, [1, 2])\n"
      "array([2, 0], dtype=int64)");
  m.def(
      "strings_fingerprint",
      [](nb::handle data) {
        Call call;
        const Tensor rows = call.Take(data);
        return call.Return([&] { return Fingerprints(rows); });
      },
      "data"_a,
      "The Fingerprint64 of each row as 8 bytes, the lowest first: "
      "tf.fingerprint.\n\n"
      ">>> rs.strings.fingerprint(['a'])\n"
      "array([[227, 117, 223, 182, 101,  66,  69, 179]], dtype=uint8)");
}

void BindNumbers(nb::module_& m) {
  m.def(
      "strings_to_number",
      [](nb::handle input, nb::handle out_type) {
        Call call;
        const Tensor strings = TakeText(call, input);
        const ToNumberOptions options{.dtype = TakeDType(out_type)};
        return call.Return([&] { return ToNumber(strings, options); });
      },
      "input"_a, "out_type"_a = "float32",
      "The number that each string spells: float32, float64, int32, int64, "
      "uint32 or uint64.\n\n"
      ">>> rs.strings.to_number(['1.5', ' -2'])\n"
      "array([ 1.5, -2. ], dtype=float32)");
  m.def(
      "strings_as_string",
      [](nb::handle input, nb::handle precision, bool scientific, bool shortest,
         nb::handle width, nb::handle fill) {
        Call call;
        const Tensor items = call.Take(input);
        const std::string flag = TakeBytes(fill, "fill");
        const AsStringOptions options{
            .precision = Call::TakeInt64(precision, "precision"),
            .scientific = scientific,
            .shortest = shortest,
            .width = Call::TakeInt64(width, "width"),
            .fill = flag};
        return call.Return([&] { return AsString(items, options); });
      },
      "input"_a, "precision"_a = -1, "scientific"_a = false,
      "shortest"_a = false, "width"_a = -1, "fill"_a = "",
      "Each number as printf writes it; `fill` is one of its flags '+- #0'.\n\n"
      ">>> rs.strings.as_string([3.14159, 2.0], precision=2).to_list()\n"
      "[b'3.14', b'2.00']");
  m.def(
      "strings_format",
      [](nb::handle text, nb::handle inputs, nb::handle placeholder,
         nb::handle summarize) {
        Call call;
        std::vector<Tensor> tensors;
        if (nb::isinstance<nb::list>(inputs) ||
            nb::isinstance<nb::tuple>(inputs)) {
          for (const nb::handle input : nb::borrow<nb::sequence>(inputs))
            tensors.push_back(call.Take(input));
        } else {
          tensors.push_back(call.Take(inputs));
        }
        const std::string pattern = TakeBytes(text, "template");
        const std::string place = TakeBytes(placeholder, "placeholder");
        const FormatOptions options{
            .placeholder = place,
            .summarize = summarize.is_none()
                             ? -1
                             : Call::TakeInt64(summarize, "summarize")};
        return call.Return([&]() -> absl::StatusOr<Tensor> {
          const auto formatted = Format(pattern, tensors, options);
          if (!formatted.ok()) return formatted.status();
          return Tensor::Scalar(std::string_view(*formatted));
        });
      },
      "template"_a, "inputs"_a, "placeholder"_a = "{}",
      "summarize"_a.none() = 3,
      "The template with the text of a tensor for each placeholder; of each "
      "dimension `summarize` items at either end.\n\n"
      ">>> rs.strings.format('v={}', np.arange(8))\n"
      "b'v=[0 1 2 ... 5 6 7]'");
}

}  // namespace

void BindStrings(nb::module_& m) {
  BindParts(m);
  BindJoins(m);
  BindRegex(m);
  BindSplits(m);
  BindHashes(m);
  BindNumbers(m);
}

}  // namespace rowsplit::python
