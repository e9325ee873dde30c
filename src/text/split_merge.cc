#include "rowsplit/text/split_merge.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "rowsplit/core/offset.h"
#include "text/token_pieces.h"
#include "text/unicode_tokens.h"

namespace rowsplit {
namespace {

// How many bytes a character has, by its first one.
size_t SizeByFirstByte(std::string_view text, size_t at) {
  const auto first = static_cast<uint8_t>(text[at]);
  const size_t size = first < 0xC0   ? 1
                      : first < 0xE0 ? 2
                      : first < 0xF0 ? 3
                                     : 4;
  return std::min(size, text.size() - at);
}

int64_t CountCharacters(std::string_view text) {
  int64_t count = 0;
  for (size_t at = 0; at < text.size(); at += SizeByFirstByte(text, at))
    ++count;
  return count;
}

// Appends the tokens of `text`; `splits(i)` tells whether character i asks for
// a new one.
template <typename Splits>
void AppendTokens(std::string_view text, bool force_split, const Splits& splits,
                  internal::TokenList& tokens) {
  bool is_open = false;
  bool is_behind_space = false;
  size_t start = 0;
  size_t end = 0;
  size_t index = 0;
  for (size_t at = 0; at < text.size(); ++index) {
    const size_t begin = at;
    at += SizeByFirstByte(text, at);
    const std::string_view character = text.substr(begin, at - begin);
    if (internal::WhitespaceSize(text, begin) == character.size()) {
      is_behind_space = true;
      continue;
    }
    if (!is_open || splits(index) || (is_behind_space && force_split)) {
      if (is_open)
        tokens.EndToken(static_cast<Offset>(start), static_cast<Offset>(end));
      start = begin;
      is_open = true;
    }
    is_behind_space = false;
    tokens.AppendPart(character);
    end = at;
  }
  if (is_open)
    tokens.EndToken(static_cast<Offset>(start), static_cast<Offset>(end));
}

absl::Status TooFew(const char* op, const char* what, int64_t row,
                    int64_t characters, int64_t given) {
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s: each character must have its %s: string %d has %d characters and %d "
      "of them",
      op, what, row, characters, given));
}

}  // namespace

absl::StatusOr<TokensWithOffsets> SplitMerge(StringTensorView input,
                                             RaggedView<int32_t> labels,
                                             const SplitMergeOptions& options) {
  if (labels.num_rows() != input.size()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "SplitMerge: labels must have a row for each of the %d strings, got %d "
        "rows",
        input.size(), labels.num_rows()));
  }
  return internal::MakeTokens(
      input, options.exec,
      [&](int64_t row, std::string_view text, internal::TokenList& tokens) {
        const std::span<const int32_t> row_labels = labels.row(row);
        const auto given = static_cast<int64_t>(row_labels.size());
        const int64_t characters = CountCharacters(text);
        if (characters > given)
          return TooFew("SplitMerge", "label", row, characters, given);
        AppendTokens(
            text, options.force_split_at_whitespace,
            [&](size_t index) { return row_labels[index] == 0; }, tokens);
        return absl::OkStatus();
      });
}

absl::StatusOr<TokensWithOffsets> SplitMergeFromLogits(
    StringTensorView input, std::span<const float> logits,
    int64_t num_characters, const SplitMergeOptions& options) {
  const auto num_logits = static_cast<int64_t>(logits.size());
  const absl::StatusOr<int64_t> pairs =
      internal::CheckedMul(num_characters, input.size());
  if (num_characters < 0 || !pairs.ok() || num_logits % 2 != 0 ||
      *pairs != num_logits / 2) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "SplitMergeFromLogits: logits must have the shape [%d, %d, 2], got %d "
        "numbers",
        input.size(), num_characters, num_logits));
  }
  return internal::MakeTokens(
      input, options.exec,
      [&](int64_t row, std::string_view text, internal::TokenList& tokens) {
        const int64_t characters = CountCharacters(text);
        if (characters > num_characters)
          return TooFew("SplitMergeFromLogits", "logits", row, characters,
                        num_characters);
        const float* of_row = logits.data() + row * num_characters * 2;
        AppendTokens(
            text, options.force_split_at_whitespace,
            [&](size_t index) {
              return of_row[2 * index] > of_row[2 * index + 1];
            },
            tokens);
        return absl::OkStatus();
      });
}

}  // namespace rowsplit
