#include "pipeline/fused_tokenizer.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/status_macros.h"
#include "kernels/byte_map.h"
#include "kernels/token_spans.h"
#include "pipeline/step_byte_map.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/pipeline/plan.h"
#include "rowsplit/pipeline/text_vectorization.h"

namespace rowsplit::internal {

namespace {

uint8_t* Bytes(BufferBuilder<char>& bytes) {
  return reinterpret_cast<uint8_t*>(bytes.data());
}

// Moves the rows to lie behind each other, and says where they do.
void JoinRows(TextRows& text, BufferBuilder<Offset>& offsets) {
  offsets.ResizeUninitialized(text.rows.size() + 1);
  offsets[0] = 0;
  size_t end = 0;
  for (size_t row = 0; row < text.rows.size(); ++row) {
    const TokenSpan span = text.rows[row];
    if (span.begin != end) {
      std::memmove(text.bytes.data() + end, text.bytes.data() + span.begin,
                   span.size);
    }
    end += span.size;
    offsets[row + 1] = static_cast<Offset>(end);
  }
  text.bytes.ResizeUninitialized(end);
}

bool IsOneSpaceApart(const char* bytes, TokenSpan before, TokenSpan word) {
  return word.begin == before.end() + 1 && bytes[before.end()] == ' ';
}

// Moves the words of a row to lie one space apart, from the first that does
// not. They only move towards the front, inside their row.
void CloseGaps(char* bytes, std::span<TokenSpan> words) {
  size_t i = 1;
  while (i < words.size() && IsOneSpaceApart(bytes, words[i - 1], words[i])) {
    ++i;
  }
  for (; i < words.size(); ++i) {
    const uint32_t space = words[i - 1].end();
    bytes[space] = ' ';
    std::memmove(bytes + space + 1, bytes + words[i].begin, words[i].size);
    words[i].begin = space + 1;
  }
}

}  // namespace

FusedTokenizer::FusedTokenizer(TextPlan prefix, const kernels::ByteMap& map,
                               std::vector<int64_t> ngrams)
    : prefix_(std::move(prefix)), map_(map), ngrams_(std::move(ngrams)) {}

std::optional<FusedTokenizer> FusedTokenizer::Compile(
    const TextVectorizationOptions& options) {
  if (options.split != Split::kWhitespace) return std::nullopt;
  std::vector<TextStep> steps = options.steps;
  const Standardize standardize = options.standardize;
  if (standardize == Standardize::kLower ||
      standardize == Standardize::kLowerAndStripPunctuation) {
    steps.emplace_back(std::in_place_type<LowerCase>);
  }
  if (standardize == Standardize::kStripPunctuation ||
      standardize == Standardize::kLowerAndStripPunctuation) {
    steps.emplace_back(std::in_place_type<DeletePunctuation>);
  }
  kernels::ByteMap map = kernels::ByteMap::Identity();
  while (!steps.empty()) {
    const std::optional<kernels::ByteMap> last = ByteMapOf(steps.back());
    if (!last.has_value()) break;
    map = kernels::Then(*last, map);
    steps.pop_back();
  }
  absl::StatusOr<TextPlan> prefix = TextPlan::Compile(std::move(steps));
  if (!prefix.ok()) return std::nullopt;
  return FusedTokenizer(*std::move(prefix), map, options.ngrams);
}

absl::Status FusedTokenizer::Clean(StringTensorView rows,
                                   TokenBlock& block) const {
  std::span<const Offset> offsets = rows.offsets();
  std::string_view text = rows.text();
  if (!prefix_.steps().empty()) {
    TextRows& cleaned = block.cleaned;
    cleaned.bytes.Clear();
    cleaned.bytes.Append(std::span<const char>(text.data(), text.size()));
    cleaned.rows.ResizeUninitialized(rows.size());
    for (int64_t row = 0; row < rows.size(); ++row) {
      cleaned.rows[row] = {
          static_cast<uint32_t>(offsets[row] - offsets[0]),
          static_cast<uint32_t>(offsets[row + 1] - offsets[row])};
    }
    ROWSPLIT_RETURN_IF_ERROR(prefix_.Apply(cleaned, nullptr));
    JoinRows(cleaned, block.word_ends);
    offsets = block.word_ends.span();
    text = {cleaned.bytes.data(), cleaned.bytes.size()};
  }
  const auto* source = reinterpret_cast<const uint8_t*>(text.data());
  const size_t num_rows = rows.size();
  block.bytes.ResizeUninitialized(text.size());
  block.offsets.ResizeUninitialized(num_rows + 1);
  block.offsets[0] = 0;
  if (map_.drops()) {
    kernels::CountKeptBytes(map_, source - offsets[0], offsets.data(), num_rows,
                            block.offsets.data() + 1);
    block.bytes.ResizeUninitialized(kernels::MapAndDropBytes(
        map_, source, text.size(), Bytes(block.bytes)));
  } else {
    for (size_t row = 0; row < num_rows; ++row) {
      block.offsets[row + 1] = offsets[row + 1] - offsets[0];
    }
    kernels::MapBytes(map_, source, text.size(), Bytes(block.bytes));
  }
  return absl::OkStatus();
}

void FusedTokenizer::SplitWords(TokenBlock& block) {
  const size_t num_rows = block.offsets.size() - 1;
  block.row_ends.ResizeUninitialized(num_rows);
  kernels::CountRowTokens(Bytes(block.bytes), block.offsets.data(), num_rows,
                          block.row_ends.data());
  block.tokens.ResizeUninitialized(
      num_rows == 0 ? 0 : block.row_ends[num_rows - 1]);
  kernels::FindRowTokenSpans(Bytes(block.bytes), block.offsets.data(), num_rows,
                             block.tokens.data());
}

void FusedTokenizer::MakeNgrams(TokenBlock& block) const {
  std::swap(block.tokens, block.words);
  std::swap(block.row_ends, block.word_ends);
  const size_t num_rows = block.word_ends.size();
  block.row_ends.ResizeUninitialized(num_rows);
  block.tokens.ResizeUninitialized(block.words.size() * ngrams_.size());
  TokenSpan* out = block.tokens.data();
  Offset begin = 0;
  for (size_t row = 0; row < num_rows; ++row) {
    const Offset end = block.word_ends[row];
    const std::span<TokenSpan> words =
        block.words.span().subspan(begin, end - begin);
    CloseGaps(block.bytes.data(), words);
    const auto num_words = static_cast<int64_t>(words.size());
    for (const int64_t width : ngrams_) {
      for (int64_t i = 0; i <= num_words - width; ++i) {
        *out++ = {words[i].begin, words[i + width - 1].end() - words[i].begin};
      }
    }
    block.row_ends[row] = out - block.tokens.data();
    begin = end;
  }
  block.tokens.ResizeUninitialized(out - block.tokens.data());
}

absl::Status FusedTokenizer::Tokenize(StringTensorView rows,
                                      TokenBlock& block) const {
  ROWSPLIT_RETURN_IF_ERROR(Clean(rows, block));
  SplitWords(block);
  if (!ngrams_.empty()) MakeNgrams(block);
  return absl::OkStatus();
}

}  // namespace rowsplit::internal
