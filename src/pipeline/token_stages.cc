#include "pipeline/token_stages.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "core/status_macros.h"
#include "core/utf8.h"
#include "kernels/byte_map.h"
#include "kernels/token_spans.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/text/punctuation.h"
#include "text/ngram_spans.h"
#include "text/unicode_tokens.h"

namespace rowsplit::internal {

namespace {

absl::Status TooLarge(std::string_view what) {
  return absl::ResourceExhaustedError(
      absl::StrFormat("TextVectorization: %s more than %d bytes in one batch",
                      what, kMaxBatchBytes));
}

const uint8_t* Bytes(std::string_view bytes) {
  return reinterpret_cast<const uint8_t*>(bytes.data());
}

uint8_t* Bytes(BufferBuilder<char>& bytes) {
  return reinterpret_cast<uint8_t*>(bytes.data());
}

TokenSpan Span(size_t begin, size_t end) {
  return {static_cast<uint32_t>(begin), static_cast<uint32_t>(end - begin)};
}

}  // namespace

kernels::ByteMap StandardizeMap(Standardize standardize) {
  const kernels::ByteMap strip =
      kernels::ByteMap::DropClass(AsciiPunctuation());
  switch (standardize) {
    case Standardize::kNone:
      return kernels::ByteMap::Identity();
    case Standardize::kLower:
      return kernels::ByteMap::AsciiLower();
    case Standardize::kStripPunctuation:
      return strip;
    case Standardize::kLowerAndStripPunctuation:
      return kernels::Then(kernels::ByteMap::AsciiLower(), strip);
  }
  return kernels::ByteMap::Identity();
}

TokenStages::TokenStages(const TextVectorizationOptions& options, TextPlan plan)
    : standardizes_(options.standardize != Standardize::kNone),
      split_(options.split),
      ngrams_(options.ngrams),
      plan_(std::move(plan)),
      map_(StandardizeMap(options.standardize)) {}

absl::StatusOr<TokenStages> TokenStages::Create(
    const TextVectorizationOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(TextPlan plan, TextPlan::Compile(options.steps));
  return TokenStages(options, std::move(plan));
}

template <typename TextAt>
absl::Status TokenStages::Standardize(int64_t num_texts, int64_t num_bytes,
                                      const TextAt& text_at,
                                      TokenRows& out) const {
  if (num_bytes > kMaxBatchBytes) return TooLarge("the texts have");
  BufferBuilder<char>& bytes = out.text.bytes;
  BufferBuilder<TokenSpan>& rows = out.text.rows;
  bytes.ResizeUninitialized(num_bytes);
  rows.ResizeUninitialized(num_texts);
  size_t end = 0;
  // Without steps the first copy standardizes.
  for (int64_t i = 0; i < num_texts; ++i) {
    const std::string_view text = text_at(i);
    const size_t begin = end;
    if (has_steps()) {
      if (!text.empty()) {
        std::memcpy(bytes.data() + begin, text.data(), text.size());
      }
      end += text.size();
    } else if (map_.drops()) {
      end += kernels::MapAndDropBytes(map_, Bytes(text), text.size(),
                                      Bytes(bytes) + begin);
    } else {
      kernels::MapBytes(map_, Bytes(text), text.size(), Bytes(bytes) + begin);
      end += text.size();
    }
    rows[i] = Span(begin, end);
  }
  bytes.ResizeUninitialized(end);
  if (!has_steps()) return absl::OkStatus();
  ROWSPLIT_RETURN_IF_ERROR(plan_.Apply(out.text, nullptr));
  if (!map_.drops()) {
    kernels::MapBytes(map_, Bytes(bytes), bytes.size(), Bytes(bytes));
    return absl::OkStatus();
  }
  for (TokenSpan& row : rows.span()) {
    uint8_t* begin = Bytes(bytes) + row.begin;
    row.size = static_cast<uint32_t>(
        kernels::MapAndDropBytes(map_, begin, row.size, begin));
  }
  return absl::OkStatus();
}

absl::Status TokenStages::Run(StringTensorView texts,
                              std::span<const Offset> text_splits,
                              TokenRows& out) const {
  ROWSPLIT_RETURN_IF_ERROR(Standardize(
      texts.size(), static_cast<int64_t>(texts.text().size()),
      [&](int64_t i) { return texts[i]; }, out));
  return Tokenize(text_splits, out);
}

absl::Status TokenStages::Run(std::string_view bytes,
                              std::span<const TokenSpan> texts,
                              TokenRows& out) const {
  int64_t num_bytes = 0;
  for (const TokenSpan text : texts) num_bytes += text.size;
  ROWSPLIT_RETURN_IF_ERROR(Standardize(
      static_cast<int64_t>(texts.size()), num_bytes,
      [&](int64_t i) { return bytes.substr(texts[i].begin, texts[i].size); },
      out));
  return Tokenize({}, out);
}

absl::Status TokenStages::Tokenize(std::span<const Offset> text_splits,
                                   TokenRows& out) const {
  if (split_ == Split::kNone) {
    out.row_ends.Clear();
    if (!text_splits.empty()) {
      for (const Offset end : text_splits.subspan(1)) {
        out.row_ends.Append(end - text_splits[0]);
      }
    } else {
      const size_t num_rows = out.text.rows.size();
      out.row_ends.ResizeUninitialized(num_rows);
      for (size_t row = 0; row < num_rows; ++row) {
        out.row_ends[row] = static_cast<Offset>(row) + 1;
      }
    }
    return ngrams_.empty() ? absl::OkStatus() : MakeNgrams(out);
  }
  std::swap(out.text.rows, out.before);
  out.text.rows.Clear();
  out.row_ends.ResizeUninitialized(out.before.size());
  switch (split_) {
    case Split::kNone:
    case Split::kWhitespace:
      SplitWhitespace(out);
      break;
    case Split::kCharacter:
      ROWSPLIT_RETURN_IF_ERROR(SplitCharacters(out));
      break;
    case Split::kUnicodeWhitespace:
      SplitUnicodeWhitespace(out);
      break;
  }
  return ngrams_.empty() ? absl::OkStatus() : MakeNgrams(out);
}

void TokenStages::SplitWhitespace(TokenRows& out) const {
  BufferBuilder<TokenSpan>& tokens = out.text.rows;
  for (size_t row = 0; row < out.before.size(); ++row) {
    const TokenSpan span = out.before[row];
    const size_t num_tokens = tokens.size();
    const size_t most = (size_t{span.size} + 1) / 2;
    TokenSpan* found = tokens.AppendUninitialized(most);
    tokens.ResizeUninitialized(
        num_tokens + kernels::FindTokenSpans(Bytes(out.bytes()) + span.begin,
                                             span.size, span.begin, found));
    out.row_ends[row] = static_cast<Offset>(tokens.size());
  }
}

absl::Status TokenStages::SplitCharacters(TokenRows& out) const {
  const size_t replacement = out.text.bytes.size();
  if (replacement + kReplacementCharacter.size() >
      static_cast<size_t>(kMaxBatchBytes)) {
    return TooLarge("the texts have");
  }
  out.text.bytes.Append(std::span<const char>(kReplacementCharacter.data(),
                                              kReplacementCharacter.size()));
  for (size_t row = 0; row < out.before.size(); ++row) {
    const TokenSpan span = out.before[row];
    AppendCharacterTokens(out.bytes().substr(span.begin, span.size), span.begin,
                          static_cast<uint32_t>(replacement), out.text.rows);
    out.row_ends[row] = static_cast<Offset>(out.text.rows.size());
  }
  return absl::OkStatus();
}

void TokenStages::SplitUnicodeWhitespace(TokenRows& out) const {
  for (size_t row = 0; row < out.before.size(); ++row) {
    const TokenSpan span = out.before[row];
    AppendUnicodeWhitespaceTokens(out.bytes().substr(span.begin, span.size),
                                  span.begin, out.text.rows);
    out.row_ends[row] = static_cast<Offset>(out.text.rows.size());
  }
}

absl::Status TokenStages::MakeNgrams(TokenRows& out) const {
  std::swap(out.text.rows, out.before);
  out.text.rows.Clear();
  Offset begin = 0;
  for (Offset& row_end : out.row_ends.span()) {
    const Offset end = row_end;
    const std::span<const TokenSpan> tokens =
        std::span<const TokenSpan>(out.before.span())
            .subspan(begin, end - begin);
    if (!AppendNgramSpans(tokens, ngrams_, out.text.bytes, out.text.rows)) {
      return TooLarge("the n-grams have");
    }
    row_end = static_cast<Offset>(out.text.rows.size());
    begin = end;
  }
  return absl::OkStatus();
}

std::string TokenStages::Explain() const {
  std::string text = plan_.Explain();
  if (standardizes_) {
    absl::StrAppend(&text, "standardize: map bytes",
                    map_.drops() ? " and drop some" : "", ", vectors\n");
  }
  switch (split_) {
    case Split::kNone:
      break;
    case Split::kWhitespace:
      absl::StrAppend(&text, "split: ASCII white space, vectors\n");
      break;
    case Split::kCharacter:
      absl::StrAppend(&text, "split: UTF-8 characters\n");
      break;
    case Split::kUnicodeWhitespace:
      absl::StrAppend(&text, "split: Unicode white space\n");
      break;
  }
  if (!ngrams_.empty()) {
    absl::StrAppend(&text, "n-grams: widths ", absl::StrJoin(ngrams_, ", "),
                    ", joined by one space\n");
  }
  return text;
}

}  // namespace rowsplit::internal
