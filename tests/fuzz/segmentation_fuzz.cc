// Text cut at the boundaries of words, sentences and graphemes gives what ICU's
// iterator gives, whatever its bytes; the tokens of TF Text lie in order in
// their strings.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/input.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/boundaries.h"
#include "rowsplit/text/regex_split.h"
#include "rowsplit/text/script_split.h"
#include "rowsplit/text/sentence_breaker.h"
#include "rowsplit/text/split_merge.h"
#include "text/break_iterator.h"

namespace rowsplit::fuzz {
namespace {

using internal::BreakIterator;
using internal::BreakUnit;

constexpr ExecOptions kExec = {.num_threads = 1};

constexpr std::string_view kPieces[] = {
    "a",      "Z",        "0",      "_",      " ",          ".",  ",",
    ":",      "'",        "\"",     "\r",     "\n",         "?",  ")",
    "é",      "\u0301",   "\u200D", "\u05D0", "\U0001F1E6", "😀", "\u0915",
    "\u094D", "가",       "\u1100", "\u0E01", "日",         "カ", "\u2028",
    "\xFF",   "\xE2\x80", ":-)",    "U.S.",   "\u3000"};

std::string MakeText(Input& input) {
  std::string text;
  for (int64_t size = input.Below(120); size > 0; --size) {
    if (input.Below(8) == 0) {
      text += static_cast<char>(input.Byte());
    } else {
      text += kPieces[input.Below(static_cast<int64_t>(std::size(kPieces)))];
    }
  }
  return text;
}

void CheckSpans(StringTensorView rows, const RaggedTensor<TokenSpan>& spans) {
  for (int64_t row = 0; row < rows.size(); ++row) {
    Offset at = rows.offsets()[row];
    for (const TokenSpan span : spans.view().row(row)) {
      ROWSPLIT_FUZZ_CHECK(span.size > 0 && span.begin >= at);
      at = span.end();
    }
    ROWSPLIT_FUZZ_CHECK(at <= rows.offsets()[row + 1]);
  }
}

void CheckTokens(const absl::StatusOr<TokensWithOffsets>& made,
                 StringTensorView rows) {
  ROWSPLIT_FUZZ_CHECK(made.ok());
  const auto splits = made->tokens.shape().innermost().row_splits();
  for (int64_t row = 0; row < rows.size(); ++row) {
    Offset at = 0;
    for (Offset token = splits[row]; token < splits[row + 1]; ++token) {
      ROWSPLIT_FUZZ_CHECK(made->starts[token] >= at);
      ROWSPLIT_FUZZ_CHECK(made->ends[token] > made->starts[token]);
      at = made->ends[token];
    }
    ROWSPLIT_FUZZ_CHECK(at <= static_cast<Offset>(rows[row].size()));
  }
}

template <typename Split>
void CheckBoundaries(const Split& split, BreakUnit unit,
                     StringTensorView rows) {
  static const auto* iterator =
      new BreakIterator(*BreakIterator::OpenPlain(unit));
  const auto spans = split(rows, BoundaryOptions{.exec = kExec});
  ROWSPLIT_FUZZ_CHECK(spans.ok());
  CheckSpans(rows, *spans);
  for (int64_t row = 0; row < rows.size(); ++row) {
    std::vector<size_t> ends;
    iterator->AppendEnds(rows[row], ends);
    const auto got = spans->view().row(row);
    ROWSPLIT_FUZZ_CHECK(got.size() == ends.size());
    for (size_t i = 0; i < ends.size(); ++i) {
      ROWSPLIT_FUZZ_CHECK(got[i].end() ==
                          rows.offsets()[row] + static_cast<Offset>(ends[i]));
    }
  }
  const auto root = split(
      rows, BoundaryOptions{
                .locale = "root", .alphanumeric_only = true, .exec = kExec});
  ROWSPLIT_FUZZ_CHECK(root.ok());
  CheckSpans(rows, *root);
}

void CheckRows(StringTensorView rows) {
  CheckBoundaries([](auto... a) { return SplitWords(a...); }, BreakUnit::kWord,
                  rows);
  CheckBoundaries([](auto... a) { return SplitSentences(a...); },
                  BreakUnit::kSentence, rows);
  CheckBoundaries([](auto... a) { return SplitGraphemes(a...); },
                  BreakUnit::kGrapheme, rows);
  CheckSpans(rows, *BreakSentences(rows, {.exec = kExec}));
  static const auto* regex = new Regex(*Regex::Compile("[a.]+|é"));
  CheckSpans(rows, *RegexSplit(rows, *regex, {.keep = *regex, .exec = kExec}));
  CheckTokens(SplitScripts(rows, {.exec = kExec}), rows);
  const std::vector<int32_t> labels(rows.bytes().size(), 1);
  CheckTokens(SplitMerge(rows, RaggedView<int32_t>{rows.offsets(), labels},
                         {.exec = kExec}),
              rows);
}

}  // namespace
}  // namespace rowsplit::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  rowsplit::fuzz::Input input(data, size);
  std::vector<std::string> texts;
  for (int64_t rows = 1 + input.Below(3); rows > 0; --rows)
    texts.push_back(rowsplit::fuzz::MakeText(input));
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  const auto strings = rowsplit::StringTensor::FromStrings(views);
  rowsplit::fuzz::CheckRows(strings.view());
  return 0;
}
