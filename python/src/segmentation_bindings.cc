// TF Text's tokenizers that cut strings: where and into what.

#include <nanobind/nanobind.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "bindings.h"
#include "compiled_regex.h"
#include "convert.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/text/any_rank.h"
#include "rowsplit/text/boundaries.h"
#include "rowsplit/text/regex.h"
#include "rowsplit/text/regex_split.h"
#include "rowsplit/text/script_split.h"
#include "rowsplit/text/sentence_breaker.h"
#include "rowsplit/text/split_merge.h"
#include "rowsplit/text/token_offsets.h"
#include "rowsplit/text/unicode_split.h"
#include "strings_argument.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

// Tokens, starts and ends under the shape of the strings.
absl::StatusOr<std::vector<Tensor>> UnderShape(
    const Tensor& strings, const absl::StatusOr<TokensWithOffsets>& made) {
  if (!made.ok()) return made.status();
  std::vector<Tensor> parts;
  const auto add = [&](Tensor rows) -> absl::Status {
    auto part = RowsUnder(strings, std::move(rows));
    if (part.ok()) parts.push_back(*std::move(part));
    return part.status();
  };
  absl::Status status = add(Tensor(made->tokens));
  for (const Buffer<Offset>* offsets : {&made->starts, &made->ends}) {
    if (!status.ok()) return status;
    status = add(Tensor(RaggedTensor<Offset>::FromFlatValuesUnchecked(
        made->tokens.shape(), *offsets)));
  }
  if (!status.ok()) return status;
  return parts;
}

// `split(strings)` gives spans of the strings.
template <typename Split>
absl::StatusOr<std::vector<Tensor>> SplitToPieces(const Tensor& strings,
                                                  const Split& split) {
  const StringTensorView view = strings.strings().view();
  const absl::StatusOr<RaggedTensor<TokenSpan>> spans = split(view);
  if (!spans.ok()) return spans.status();
  return UnderShape(strings, WithOffsets(*spans, view));
}

// A vector of one string for one string.
Tensor AtLeastVector(Tensor strings) {
  return strings.rank() == 0 ? Tensor::Vector(strings.strings())
                             : std::move(strings);
}

// The splits of the rows of the innermost dimension.
std::vector<Offset> InnermostSplits(const Tensor& tensor) {
  if (tensor.is_ragged() && tensor.flat_shape().size() == 1) {
    const auto splits = tensor.partition(tensor.ragged_rank() - 1).row_splits();
    return {splits.begin(), splits.end()};
  }
  const int64_t width = tensor.flat_shape().back();
  int64_t num_rows = 1;
  for (size_t axis = 0; axis + 1 < tensor.flat_shape().size(); ++axis)
    num_rows *= tensor.flat_shape()[axis];
  std::vector<Offset> splits = {0};
  for (int64_t row = 0; row < num_rows; ++row)
    splits.push_back(splits.back() + width);
  return splits;
}

std::string_view View(const nb::bytes& bytes) {
  return {bytes.c_str(), bytes.size()};
}

void BindTokenizers(nb::module_& m) {
  m.def(
      "text_whitespace_tokenize",
      [](nb::handle input) {
        Call call;
        const Tensor strings = TakeStrings(call, input);
        return call.Return([&] {
          return SplitToPieces(strings, [](StringTensorView view) {
            return SplitUnicodeWhitespace(view);
          });
        });
      },
      "input"_a, "[tokens, starts, ends]: see text.WhitespaceTokenizer.");
  m.def(
      "text_unicode_script_tokenize",
      [](nb::handle input, bool keep_whitespace) {
        Call call;
        const Tensor strings = TakeStrings(call, input);
        return call.Return([&] {
          return UnderShape(strings,
                            SplitScripts(strings.strings().view(),
                                         {.keep_whitespace = keep_whitespace}));
        });
      },
      "input"_a, "keep_whitespace"_a = false,
      "[tokens, starts, ends]: see text.UnicodeScriptTokenizer.");
  m.def(
      "text_break_sentences",
      [](nb::handle input) {
        Call call;
        const Tensor strings = TakeStrings(call, input);
        return call.Return([&] {
          return SplitToPieces(strings, [](StringTensorView view) {
            return BreakSentences(view);
          });
        });
      },
      "input"_a,
      "[sentences, starts, ends]: see text.StateBasedSentenceBreaker.");
}

void BindRegexSplit(nb::module_& m) {
  m.def(
      "text_regex_split",
      [](nb::handle input, const nb::bytes& delimiter, const nb::bytes& keep) {
        Call call;
        const Tensor strings = AtLeastVector(TakeStrings(call, input));
        const std::string pattern(View(delimiter));
        const std::string kept(View(keep));
        return call.Return([&]() -> absl::StatusOr<std::vector<Tensor>> {
          const auto regex = CompiledRegex(pattern);
          if (!regex.ok()) return regex.status();
          RegexSplitOptions options;
          if (!kept.empty()) {
            auto compiled = CompiledRegex(kept);
            if (!compiled.ok()) return compiled.status();
            options.keep = *std::move(compiled);
          }
          return SplitToPieces(strings, [&](StringTensorView view) {
            return RegexSplit(view, *regex, options);
          });
        });
      },
      "input"_a, "delimiter"_a, "keep"_a = nb::bytes("", 0),
      "[tokens, starts, ends]: see text.regex_split_with_offsets.");
}

void BindSplitMerge(nb::module_& m) {
  m.def(
      "text_split_merge",
      [](nb::handle input, nb::handle labels, bool force_split) {
        Call call;
        const Tensor strings = TakeStrings(call, input);
        const Tensor given = call.Take(labels, DType::kInt32);
        if (given.dtype() != DType::kInt32 || given.rank() == 0)
          throw nb::value_error("labels must be int32, a row for each string");
        return call.Return([&] {
          const std::vector<Offset> splits = InnermostSplits(given);
          return UnderShape(
              strings,
              SplitMerge(strings.strings().view(),
                         RaggedView<int32_t>{splits, given.items<int32_t>()},
                         {.force_split_at_whitespace = force_split}));
        });
      },
      "input"_a, "labels"_a, "force_split_at_break_character"_a = true,
      "[tokens, starts, ends]: see text.SplitMergeTokenizer.");
  m.def(
      "text_split_merge_from_logits",
      [](nb::handle input, nb::handle logits, bool force_split) {
        Call call;
        const Tensor strings = TakeStrings(call, input);
        const Tensor given = call.Take(logits, DType::kFloat32);
        if (given.dtype() != DType::kFloat32 || given.is_ragged() ||
            given.rank() != 3 || given.flat_shape()[2] != 2)
          throw nb::value_error(
              "logits must be float32 of the shape [strings, characters, 2]");
        return call.Return([&] {
          return UnderShape(
              strings,
              SplitMergeFromLogits(strings.strings().view(),
                                   given.items<float>(), given.flat_shape()[1],
                                   {.force_split_at_whitespace = force_split}));
        });
      },
      "input"_a, "logits"_a, "force_split_at_break_character"_a = true,
      "[tokens, starts, ends]: see text.SplitMergeFromLogitsTokenizer.");
}

using SplitAt = absl::StatusOr<RaggedTensor<TokenSpan>> (*)(
    StringTensorView, const BoundaryOptions&);

void DefineBoundaries(nb::module_& m, const char* name, SplitAt split,
                      const char* doc) {
  m.def(
      name,
      [split](nb::handle input, const nb::str& locale, bool alphanumeric_only) {
        Call call;
        const Tensor strings = TakeStrings(call, input);
        const BoundaryOptions options = {
            .locale = locale.c_str(), .alphanumeric_only = alphanumeric_only};
        return call.Return([&] {
          return SplitToPieces(strings, [&](StringTensorView view) {
            return split(view, options);
          });
        });
      },
      "input"_a, "locale"_a = "", "alphanumeric_only"_a = false, doc);
}

void BindBoundaries(nb::module_& m) {
  DefineBoundaries(m, "text_split_words", SplitWords,
                   "[tokens, starts, ends]: see text.split_words.");
  DefineBoundaries(m, "text_split_sentences", SplitSentences,
                   "[tokens, starts, ends]: see text.split_sentences.");
  DefineBoundaries(m, "text_split_graphemes", SplitGraphemes,
                   "[tokens, starts, ends]: see text.split_graphemes.");
}

}  // namespace

void BindSegmentation(nb::module_& m) {
  BindTokenizers(m);
  BindRegexSplit(m);
  BindSplitMerge(m);
  BindBoundaries(m);
}

}  // namespace rowsplit::python
