// Normalization of Unicode text, and the normalizers of BERT and of Hugging
// Face.

#include <nanobind/nanobind.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bindings.h"
#include "compiled_regex.h"
#include "convert.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/text/any_rank.h"
#include "rowsplit/text/bert_normalize.h"
#include "rowsplit/text/normalize.h"
#include "rowsplit/text/regex.h"
#include "rowsplit/text/transliterate.h"
#include "strings_argument.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

// What rowsplit's SourceOffsets holds: the map of the strings of a tensor.
struct PySourceOffsets {
  SourceOffsets map;
};

NormalForm TakeForm(const nb::str& form) {
  const std::string name = form.c_str();
  if (name == "NFC") return NormalForm::kNfc;
  if (name == "NFD") return NormalForm::kNfd;
  if (name == "NFKC") return NormalForm::kNfkc;
  if (name == "NFKD") return NormalForm::kNfkd;
  if (name == "NFKC_Casefold") return NormalForm::kNfkcCasefold;
  throw nb::value_error(
      ("normalization_form must be 'NFC', 'NFD', 'NFKC', 'NFKD' or "
       "'NFKC_Casefold', got '" +
       name + "'")
          .c_str());
}

nb::tuple NormalizeWithMap(nb::handle input, const nb::str& form_name) {
  Call call;
  const Tensor strings = TakeStrings(call, input);
  const NormalForm form = TakeForm(form_name);
  SourceOffsets map;
  nb::object normalized = call.Return([&] {
    return MapStrings(
        strings, [&](StringTensorView view) -> absl::StatusOr<StringTensor> {
          auto made = NormalizeWithOffsets(view, {.form = form});
          if (!made.ok()) return made.status();
          map = std::move(made->source_offsets);
          return std::move(made->strings);
        });
  });
  return nb::make_tuple(normalized, PySourceOffsets{std::move(map)});
}

// Offsets for each string, in their innermost dimension.
absl::StatusOr<Tensor> FindOffsets(const SourceOffsets& map,
                                   const Tensor& offsets) {
  const bool is_int64 = offsets.dtype() == DType::kInt64;
  if (!is_int64 && offsets.dtype() != DType::kInt32)
    return absl::InvalidArgumentError(
        "find_source_offsets: offsets must be int64 or int32");
  if (offsets.rank() == 0)
    return absl::InvalidArgumentError(
        "find_source_offsets: offsets must have a dimension beyond the "
        "strings'");
  const auto num_items = static_cast<size_t>(offsets.num_items());
  BufferBuilder<Offset> items(num_items);
  for (size_t i = 0; i < num_items; ++i)
    items[i] = is_int64 ? offsets.items<int64_t>()[i]
                        : Offset{offsets.items<int32_t>()[i]};
  // The rows of the innermost dimension, whatever is above them.
  Buffer<Offset> splits;
  if (offsets.is_ragged() && offsets.flat_shape().size() == 1) {
    splits = offsets.partitions().back().row_splits_buffer();
  } else {
    const Offset width = offsets.flat_shape().back();
    const auto rows = static_cast<size_t>(
        width == 0 ? map.size() : offsets.num_items() / width);
    BufferBuilder<Offset> even(rows + 1);
    for (size_t row = 0; row <= rows; ++row)
      even[row] = static_cast<Offset>(row) * width;
    splits = std::move(even).Build();
  }
  auto rows = RaggedTensor<Offset>::FromRowSplits(std::move(items).Build(),
                                                  std::move(splits));
  if (!rows.ok()) return rows.status();
  auto found = FindSourceOffsets(map, *rows);
  if (!found.ok()) return found.status();
  const std::span<const RowPartition> partitions = offsets.partitions();
  auto values = Tensor::Dense(found->flat_values(), offsets.flat_shape());
  if (!values.ok()) return values.status();
  return Tensor::FromPartitions({partitions.begin(), partitions.end()},
                                *std::move(values));
}

void BindForms(nb::module_& m) {
  m.def(
      "text_normalize_utf8",
      [](nb::handle input, const nb::str& form_name) {
        Call call;
        const Tensor strings = TakeStrings(call, input);
        const NormalForm form = TakeForm(form_name);
        return call.Return([&] {
          return MapStrings(strings, [&](StringTensorView view) {
            return Normalize(view, {.form = form});
          });
        });
      },
      "input"_a, "normalization_form"_a = "NFKC",
      "The strings in a normalization form of Unicode: 'NFC', 'NFD', 'NFKC', "
      "'NFKD' or 'NFKC_Casefold'. Bytes that are not UTF-8 stay.\n\n"
      ">>> rs.text.normalize_utf8(['ﬁ ²']).to_list()\n"
      "[b'fi 2']");
  nb::class_<PySourceOffsets>(m, "SourceOffsets",
                              "Where the bytes of normalized strings came "
                              "from; see find_source_offsets.")
      .def("__len__",
           [](const PySourceOffsets& self) { return self.map.size(); });
  m.def("text_normalize_utf8_with_offsets_map", NormalizeWithMap, "input"_a,
        "normalization_form"_a = "NFKC",
        "The strings in a normalization form, and the map from their bytes to "
        "those of the input, for find_source_offsets.");
  m.def(
      "text_find_source_offsets",
      [](const PySourceOffsets& offsets_map, nb::handle input_offsets) {
        Call call;
        const Tensor offsets = call.Take(input_offsets, DType::kInt64);
        return call.Return(
            [&] { return FindOffsets(offsets_map.map, offsets); });
      },
      "offsets_map"_a, "input_offsets"_a,
      "The bytes of the source that bytes of normalized strings came from: a "
      "row of offsets for each string.\n\n"
      ">>> _, offsets_map = rs.text.normalize_utf8_with_offsets_map(['ﬁx'])\n"
      ">>> rs.text.find_source_offsets(offsets_map, [[0, 1, 2, 3]]).tolist()\n"
      "[[0, 3, 3, 4]]");
}

nb::list FastBertWithOffsets(nb::handle input, bool lower_case) {
  Call call;
  const Tensor strings = TakeStrings(call, input);
  return call.Return([&]() -> absl::StatusOr<std::vector<Tensor>> {
    auto made = FastBertNormalizeWithOffsets(
        strings.strings().view(), {.lower_case_nfd_strip_accents = lower_case});
    if (!made.ok()) return made.status();
    auto normalized =
        InShapeOf(strings, Tensor::Vector(std::move(made->strings)));
    if (!normalized.ok()) return normalized.status();
    auto offsets = RowsUnder(strings, Tensor(made->offsets));
    if (!offsets.ok()) return offsets.status();
    return std::vector<Tensor>{*std::move(normalized), *std::move(offsets)};
  });
}

void BindBert(nb::module_& m) {
  m.def(
      "text_fast_bert_normalize",
      [](nb::handle input, bool lower_case) {
        return MapInput(input, [&](StringTensorView view) {
          return FastBertNormalize(
              view, {.lower_case_nfd_strip_accents = lower_case});
        });
      },
      "input"_a, "lower_case_nfd_strip_accents"_a = false,
      "The strings as TF Text's FastBertNormalizer makes them.");
  m.def("text_fast_bert_normalize_with_offsets", FastBertWithOffsets, "input"_a,
        "lower_case_nfd_strip_accents"_a = false,
        "The same and, for each byte of a string and its end, the byte of the "
        "source.");
  m.def(
      "text_bert_normalize",
      [](nb::handle input, bool clean_text, bool handle_chinese_chars,
         nb::handle strip_accents, bool lowercase) {
        BertNormalizeOptions options = {
            .clean_text = clean_text,
            .handle_chinese_chars = handle_chinese_chars,
            .lowercase = lowercase};
        if (!strip_accents.is_none())
          options.strip_accents = nb::cast<bool>(strip_accents);
        return MapInput(input, [&](StringTensorView view) {
          return BertNormalize(view, options);
        });
      },
      "input"_a, "clean_text"_a = true, "handle_chinese_chars"_a = true,
      "strip_accents"_a.none() = nb::none(), "lowercase"_a = true,
      "The strings as Hugging Face's BertNormalizer makes them.\n\n"
      ">>> rs.normalizers.BertNormalizer().normalize_str('Été')\n"
      "'ete'");
}

using CharacterOp = absl::StatusOr<StringTensor>(
    StringTensorView, const CharacterNormalizeOptions&);

void BindCharacters(nb::module_& m) {
  const auto define = [&](const char* name, CharacterOp* fn, const char* doc) {
    m.def(
        name,
        [fn](nb::handle input) {
          return MapInput(input,
                          [&](StringTensorView view) { return fn(view, {}); });
        },
        "input"_a, doc);
  };
  define("text_lower_characters", LowerCharacters,
         "Each character in lower case by itself.");
  define("text_delete_marks", DeleteMarks, "The strings without marks.");
  define("text_normalize_for_nmt", NormalizeForNmt,
         "The strings as Hugging Face's Nmt makes them.");
  define("text_show_bytes", ShowBytes,
         "Each byte as the character of GPT-2 for it.");
  m.def(
      "text_prepend",
      [](nb::handle input, const nb::bytes& prefix) {
        return MapInput(input, [&](StringTensorView view) {
          return PrependText(view, {prefix.c_str(), prefix.size()});
        });
      },
      "input"_a, "prefix"_a, "`prefix` before each string but empty ones.");
  m.def(
      "text_replace",
      [](nb::handle input, const nb::bytes& pattern, const nb::bytes& rewrite) {
        return MapInput(
            input, [&](StringTensorView view) -> absl::StatusOr<StringTensor> {
              const auto regex =
                  CompiledRegex({pattern.c_str(), pattern.size()});
              if (!regex.ok()) return regex.status();
              const auto compiled =
                  Rewrite::Compile({rewrite.c_str(), rewrite.size()}, *regex);
              if (!compiled.ok()) return compiled.status();
              return RegexReplace(view, *regex, *compiled);
            });
      },
      "input"_a, "pattern"_a, "rewrite"_a,
      "Each match of a regular expression replaced.");
  m.def(
      "text_strip_unicode_whitespace",
      [](nb::handle input, bool left, bool right) {
        return MapInput(input, [&](StringTensorView view) {
          return StripUnicodeWhitespace(view, {.left = left, .right = right});
        });
      },
      "input"_a, "left"_a = true, "right"_a = true,
      "The strings without Unicode white space at their ends.");
}

void BindTransliterate(nb::module_& m) {
  m.def(
      "text_transliterate",
      [](nb::handle input, const nb::str& id) {
        const std::string transform = id.c_str();
        return MapInput(input, [&](StringTensorView view) {
          return Transliterate(view, transform);
        });
      },
      "input"_a, "id"_a,
      "The strings by a transform of ICU's, such as 'Any-Latin; "
      "Latin-ASCII'.\n\n"
      ">>> rs.text.transliterate(['Москва'], 'Any-Latin').to_list()\n"
      "[b'Moskva']");
  m.def(
      "text_strip_accents",
      [](nb::handle input) {
        return MapInput(
            input, [](StringTensorView view) { return StripAccents(view); });
      },
      "input"_a,
      "The strings without nonspacing marks.\n\n"
      ">>> rs.text.strip_accents(['Été']).to_list()\n"
      "[b'Ete']");
  m.def(
      "text_confusable_skeleton",
      [](nb::handle input) {
        return MapInput(input, [](StringTensorView view) {
          return ConfusableSkeleton(view);
        });
      },
      "input"_a,
      "For each string one that all strings that look like it have too.");
}

}  // namespace

void BindNormalize(nb::module_& m) {
  BindTransliterate(m);
  BindForms(m);
  BindBert(m);
  BindCharacters(m);
}

}  // namespace rowsplit::python
