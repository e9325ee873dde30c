// Hugging Face's pre-tokenizers.

#include <nanobind/nanobind.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bindings.h"
#include "convert.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/text/any_rank.h"
#include "rowsplit/text/pre_tokenizer.h"
#include "rowsplit/text/regex.h"
#include "status.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

SplitBehavior TakeBehavior(std::string_view word) {
  constexpr std::pair<std::string_view, SplitBehavior> kWords[] = {
      {"removed", SplitBehavior::kRemoved},
      {"isolated", SplitBehavior::kIsolated},
      {"merged_with_previous", SplitBehavior::kMergedWithPrevious},
      {"merged_with_next", SplitBehavior::kMergedWithNext},
      {"contiguous", SplitBehavior::kContiguous}};
  for (const auto& [known, behavior] : kWords) {
    if (known == word) return behavior;
  }
  throw nb::value_error(
      "behavior must be one of 'removed', 'isolated', 'merged_with_previous', "
      "'merged_with_next', 'contiguous'");
}

PrependScheme TakeScheme(std::string_view word) {
  if (word == "always") return PrependScheme::kAlways;
  if (word == "first") return PrependScheme::kFirst;
  if (word == "never") return PrependScheme::kNever;
  throw nb::value_error(
      "prepend_scheme must be one of 'always', 'first', 'never'");
}

nb::list SplitStringsOf(const PreTokenizer& self, nb::handle input,
                        bool character_offsets) {
  Call call;
  const Tensor strings = call.Take(input, DType::kString);
  if (!strings.is_string()) throw nb::type_error("input must be strings");
  return call.Return([&]() -> absl::StatusOr<std::vector<Tensor>> {
    const auto made = self.Split(strings.strings().view(),
                                 {.character_offsets = character_offsets});
    if (!made.ok()) return made.status();
    const auto offsets = [&](const Buffer<Offset>& values) {
      return RowsUnder(strings,
                       Tensor(RaggedTensor<Offset>::FromFlatValuesUnchecked(
                           made->tokens.shape(), values)));
    };
    std::vector<Tensor> parts;
    for (auto& part : {RowsUnder(strings, Tensor(made->tokens)),
                       offsets(made->starts), offsets(made->ends)}) {
      if (!part.ok()) return part.status();
      parts.push_back(*part);
    }
    return parts;
  });
}

}  // namespace

void BindPreTokenizer(nb::module_& m) {
  nb::class_<PreTokenizer>(m, "TextPreTokenizer",
                           "What text.pre_tokenizers are made of.")
      .def_static("whitespace", &PreTokenizer::Whitespace, "Runs of letters.")
      .def_static("whitespace_split", &PreTokenizer::WhitespaceSplit,
                  "Between white space.")
      .def_static(
          "char_delimiter_split",
          [](const nb::str& delimiter) {
            return ValueOrRaise(
                PreTokenizer::CharDelimiterSplit(delimiter.c_str()));
          },
          "delimiter"_a, "Between delimiters.")
      .def_static(
          "punctuation",
          [](const nb::str& behavior) {
            return PreTokenizer::Punctuation(TakeBehavior(behavior.c_str()));
          },
          "behavior"_a, "At punctuation.")
      .def_static("digits", &PreTokenizer::Digits, "individual_digits"_a,
                  "At numbers.")
      .def_static("unicode_scripts", &PreTokenizer::UnicodeScripts,
                  "Where the script changes.")
      .def_static(
          "fixed_length",
          [](int64_t length) {
            return ValueOrRaise(PreTokenizer::FixedLength(length));
          },
          "length"_a, "So many characters.")
      .def_static(
          "split_pattern",
          [](const nb::str& pattern, const nb::str& behavior, bool invert) {
            return PreTokenizer::SplitPattern(
                ValueOrRaise(Regex::Compile(pattern.c_str())),
                TakeBehavior(behavior.c_str()), invert);
          },
          "pattern"_a, "behavior"_a, "invert"_a, "At the matches of a pattern.")
      .def_static(
          "metaspace",
          [](const nb::str& replacement, const nb::str& prepend_scheme,
             bool split) {
            return ValueOrRaise(PreTokenizer::Metaspace(
                {.replacement = replacement.c_str(),
                 .prepend_scheme = TakeScheme(prepend_scheme.c_str()),
                 .split = split}));
          },
          "replacement"_a, "prepend_scheme"_a, "split"_a, "A mark for spaces.")
      .def_static("bert_pre_tokenizer", &PreTokenizer::BertPreTokenizer,
                  "White space and punctuation.")
      .def_static("byte_level", &PreTokenizer::ByteLevel, "add_prefix_space"_a,
                  "use_regex"_a, "Words of GPT-2, as visible bytes.")
      .def_static(
          "sequence",
          [](const nb::list& steps) {
            std::vector<PreTokenizer> taken;
            for (const nb::handle step : steps)
              taken.push_back(nb::cast<PreTokenizer>(step));
            return PreTokenizer::Sequence(taken);
          },
          "steps"_a, "One behind the other.")
      .def("split", SplitStringsOf, "input"_a, "character_offsets"_a = false,
           "[tokens, starts, ends].");
}

}  // namespace rowsplit::python
