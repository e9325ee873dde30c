// Code points, encodings and bytes of strings, as TensorFlow and TF Text have
// them.

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bindings.h"
#include "convert.h"
#include "embedding_argument.h"
#include "rowsplit/core/error_policy.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/text/any_rank.h"
#include "rowsplit/text/byte_split.h"
#include "rowsplit/text/unicode_codec.h"
#include "rowsplit/text/unicode_script.h"
#include "rowsplit/text/utf8_binarize.h"
#include "rowsplit/text/wordshape.h"
#include "strings_argument.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

constexpr std::pair<std::string_view, ErrorPolicy> kErrors[] = {
    {"strict", ErrorPolicy::kStrict},
    {"replace", ErrorPolicy::kReplace},
    {"ignore", ErrorPolicy::kSkip}};

int32_t TakeCodePoint(nb::handle value) {
  return Call::TakeInt(value, "replacement_char");
}

UnicodeCodecOptions TakeOptions(const nb::str& errors,
                                nb::handle replacement_char,
                                bool replace_control_characters = false) {
  return {.errors = TakeWord(errors.c_str(), "errors", kErrors),
          .replacement = TakeCodePoint(replacement_char),
          .replace_control_characters = replace_control_characters};
}

// Tensors that lie under the shape of the strings, all with the rows of the
// first.
absl::StatusOr<std::vector<Tensor>> AllUnder(const Tensor& strings,
                                             std::vector<Tensor> parts) {
  for (Tensor& part : parts) {
    auto under = RowsUnder(strings, part);
    if (!under.ok()) return under.status();
    part = *std::move(under);
  }
  return parts;
}

template <typename T>
Tensor RowsLike(const RaggedShape& shape, const Buffer<T>& values) {
  return RaggedTensor<T>::FromFlatValuesUnchecked(shape, values);
}

void BindDecode(nb::module_& m) {
  m.def(
      "strings_unicode_decode",
      [](nb::handle input, const std::string& input_encoding,
         const nb::str& errors, nb::handle replacement_char,
         bool replace_control_characters) {
        Call call;
        const Tensor strings = TakeStrings(call, input);
        const auto options =
            TakeOptions(errors, replacement_char, replace_control_characters);
        return call.Return([&] {
          return SplitStrings(strings, [&](StringTensorView view) {
            return UnicodeDecode(view, input_encoding, options);
          });
        });
      },
      "input"_a, "input_encoding"_a, "errors"_a = "replace",
      "replacement_char"_a = 0xFFFD, "replace_control_characters"_a = false,
      "The code points of each string, from any encoding that ICU knows. "
      "`errors`, for what is ill-formed: 'strict' raises, 'replace' gives "
      "replacement_char, 'ignore' nothing.\n\n"
      ">>> rs.strings.unicode_decode(['aé', b'\\xff'], 'UTF-8').to_list()\n"
      "[[97, 233], [65533]]");
  m.def(
      "strings_unicode_decode_with_offsets",
      [](nb::handle input, const std::string& input_encoding,
         const nb::str& errors, nb::handle replacement_char,
         bool replace_control_characters) {
        Call call;
        const Tensor strings = TakeStrings(call, input);
        const auto options =
            TakeOptions(errors, replacement_char, replace_control_characters);
        return call.Return([&]() -> absl::StatusOr<std::vector<Tensor>> {
          const auto decoded = UnicodeDecodeWithOffsets(
              strings.strings().view(), input_encoding, options);
          if (!decoded.ok()) return decoded.status();
          return AllUnder(strings, {decoded->code_points,
                                    RowsLike(decoded->code_points.shape(),
                                             decoded->starts)});
        });
      },
      "input"_a, "input_encoding"_a, "errors"_a = "replace",
      "replacement_char"_a = 0xFFFD, "replace_control_characters"_a = false,
      "Code points, and the byte of its string that each begins at.\n\n"
      ">>> points, starts = rs.strings.unicode_decode_with_offsets(['éa'], "
      "'UTF-8')\n"
      ">>> starts.to_list()\n"
      "[[0, 2]]");
  m.def(
      "text_unicode_char_tokenize",
      [](nb::handle input) {
        Call call;
        const Tensor strings = TakeStrings(call, input);
        return call.Return([&]() -> absl::StatusOr<std::vector<Tensor>> {
          const StringTensorView view = strings.strings().view();
          const auto decoded = UnicodeDecodeWithOffsets(view, "UTF-8");
          if (!decoded.ok()) return decoded.status();
          const RaggedShape& shape = decoded->code_points.shape();
          return AllUnder(
              strings, {decoded->code_points, RowsLike(shape, decoded->starts),
                        RowsLike(shape, CharacterEnds(*decoded, view))});
        });
      },
      "input"_a,
      "The code points of each UTF-8 string, and the bytes that each begins "
      "and ends at.");
}

void BindSplit(nb::module_& m) {
  m.def(
      "strings_unicode_split",
      [](nb::handle input, const std::string& input_encoding,
         const nb::str& errors, nb::handle replacement_char) {
        Call call;
        const Tensor strings = TakeStrings(call, input);
        const auto options = TakeOptions(errors, replacement_char);
        return call.Return([&] {
          return SplitStrings(strings, [&](StringTensorView view) {
            return UnicodeSplit(view, input_encoding, options);
          });
        });
      },
      "input"_a, "input_encoding"_a, "errors"_a = "replace",
      "replacement_char"_a = 0xFFFD,
      "The characters of each string of UTF-8, UTF-16-BE or UTF-32-BE.\n\n"
      ">>> rs.strings.unicode_split(['aé'], 'UTF-8').to_list() == "
      "[[b'a', 'é'.encode()]]\n"
      "True");
  m.def(
      "strings_unicode_split_with_offsets",
      [](nb::handle input, const std::string& input_encoding,
         const nb::str& errors, nb::handle replacement_char) {
        Call call;
        const Tensor strings = TakeStrings(call, input);
        const auto options = TakeOptions(errors, replacement_char);
        return call.Return([&]() -> absl::StatusOr<std::vector<Tensor>> {
          const auto split = UnicodeSplitWithOffsets(strings.strings().view(),
                                                     input_encoding, options);
          if (!split.ok()) return split.status();
          return AllUnder(strings,
                          {split->characters,
                           RowsLike(split->characters.shape(), split->starts)});
        });
      },
      "input"_a, "input_encoding"_a, "errors"_a = "replace",
      "replacement_char"_a = 0xFFFD,
      "Characters, and the byte of its string that each begins at.");
}

void BindEncode(nb::module_& m) {
  m.def(
      "strings_unicode_encode",
      [](nb::handle input, const std::string& output_encoding,
         const nb::str& errors, nb::handle replacement_char) {
        Call call;
        const Tensor points = call.Take(input, DType::kInt32);
        const auto options = TakeOptions(errors, replacement_char);
        return call.Return(
            [&] { return UnicodeEncode(points, output_encoding, options); });
      },
      "input"_a, "output_encoding"_a, "errors"_a = "replace",
      "replacement_char"_a = 0xFFFD,
      "A string in UTF-8, UTF-16-BE or UTF-32-BE for each innermost row of "
      "code points. `errors` is for what is no scalar value.\n\n"
      ">>> rs.strings.unicode_encode([[97, 98], [99, 100]], 'UTF-8').to_list()"
      "\n"
      "[b'ab', b'cd']");
  m.def(
      "strings_unicode_transcode",
      [](nb::handle input, const std::string& input_encoding,
         const std::string& output_encoding, const nb::str& errors,
         nb::handle replacement_char, bool replace_control_characters) {
        Call call;
        const Tensor strings = TakeStrings(call, input);
        const auto options =
            TakeOptions(errors, replacement_char, replace_control_characters);
        return call.Return([&] {
          return MapStrings(strings, [&](StringTensorView view) {
            return UnicodeTranscode(view, input_encoding, output_encoding,
                                    options);
          });
        });
      },
      "input"_a, "input_encoding"_a, "output_encoding"_a,
      "errors"_a = "replace", "replacement_char"_a = 0xFFFD,
      "replace_control_characters"_a = false,
      "Each string in UTF-8, UTF-16-BE or UTF-32-BE, from any encoding that "
      "ICU knows.\n\n"
      ">>> rs.strings.unicode_transcode([b'\\xe9'], 'latin1', 'UTF-8')"
      ".to_list() == ['é'.encode()]\n"
      "True");
  m.def(
      "strings_unicode_script",
      [](nb::handle input) {
        Call call;
        const Tensor points = call.Take(input, DType::kInt32);
        if (points.dtype() != DType::kInt32)
          throw nb::value_error("input must be int32");
        return call.Return([&]() -> absl::StatusOr<Tensor> {
          auto scripts = UnicodeScript(points.items<int32_t>());
          if (!scripts.ok()) return scripts.status();
          return InShapeOf(points, Tensor::Vector(*scripts));
        });
      },
      "input"_a,
      "ICU's number of the script of each code point.\n\n"
      ">>> rs.strings.unicode_script([97, 0x4e2d, 32, -1]).tolist()\n"
      "[25, 17, 0, -1]");
}

void BindBytes(nb::module_& m) {
  m.def(
      "text_byte_split_with_offsets",
      [](nb::handle input) {
        Call call;
        const Tensor strings = TakeStrings(call, input);
        return call.Return([&]() -> absl::StatusOr<std::vector<Tensor>> {
          const auto split = ByteSplit(strings.strings().view());
          if (!split.ok()) return split.status();
          const RaggedShape& shape = split->bytes.shape();
          return AllUnder(strings,
                          {split->bytes, RowsLike(shape, split->starts),
                           RowsLike(shape, split->ends)});
        });
      },
      "input"_a, "The bytes of each string, and where each begins and ends.");
  m.def(
      "text_byte_split_by_offsets",
      [](nb::handle input, nb::handle start_offsets, nb::handle end_offsets) {
        Call call;
        const Tensor strings = TakeStrings(call, input);
        const Tensor starts = call.Take(start_offsets, DType::kInt32);
        const Tensor ends = call.Take(end_offsets, DType::kInt32);
        return call.Return(
            [&] { return SplitByOffsets(strings, starts, ends); });
      },
      "input"_a, "start_offsets"_a, "end_offsets"_a,
      "The pieces [start, end) of each string.");
  m.def(
      "text_utf8_binarize",
      [](nb::handle tokens, nb::handle word_length, nb::handle bits_per_char,
         nb::handle replacement_char) {
        Call call;
        const Tensor strings = TakeStrings(call, tokens);
        const Utf8BinarizeOptions options = {
            .word_length = Call::TakeInt64(word_length, "word_length"),
            .bits_per_char = Call::TakeInt64(bits_per_char, "bits_per_char"),
            .replacement = TakeCodePoint(replacement_char)};
        return call.Return([&]() -> absl::StatusOr<Tensor> {
          auto bits = Utf8Binarize(strings.strings().view(), options);
          if (!bits.ok()) return bits.status();
          std::vector<int64_t> shape = strings.flat_shape();
          shape.push_back(options.word_length * options.bits_per_char);
          auto dense = Tensor::Dense(*bits, std::move(shape));
          if (!dense.ok()) return dense.status();
          return Tensor::FromPartitions(
              {strings.partitions().begin(), strings.partitions().end()},
              *std::move(dense));
        });
      },
      "tokens"_a, "word_length"_a = 16, "bits_per_char"_a = 24,
      "replacement_char"_a = 0xFFFD,
      "The lowest bits of the first code points of each string, as 0 and 1.\n\n"
      ">>> rs.text.utf8_binarize('b', word_length=2, bits_per_char=3).tolist()"
      "\n"
      "[0.0, 1.0, 0.0, 0.0, 0.0, 0.0]");
  m.def(
      "text_wordshape",
      [](nb::handle input, const std::string& shape_name) {
        Call call;
        const Tensor strings = TakeStrings(call, input);
        return call.Return([&]() -> absl::StatusOr<Tensor> {
          const auto shape = WordShapeByName(shape_name);
          if (!shape.ok()) return shape.status();
          return MapStrings(strings, [&](StringTensorView view) {
            return MatchWordShape(view, *shape);
          });
        });
      },
      "input"_a, "shape_name"_a, "Whether each string has the shape.");
}

}  // namespace

void BindUnicode(nb::module_& m) {
  BindDecode(m);
  BindSplit(m);
  BindEncode(m);
  BindBytes(m);
}

}  // namespace rowsplit::python
