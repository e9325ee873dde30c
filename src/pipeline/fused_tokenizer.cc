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
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "kernels/byte_map.h"
#include "kernels/token_ids.h"
#include "pipeline/step_byte_map.h"
#include "pipeline/token_stages.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/pipeline/plan.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "text/unicode_tokens.h"

namespace rowsplit::internal {

namespace {

// A row that the kernel takes.
constexpr size_t kMostRowBytes = kMaxBatchBytes / 2;

void MapRows(const kernels::CompiledByteMap& map, TextRows& text) {
  auto* const bytes = reinterpret_cast<uint8_t*>(text.bytes.data());
  if (!map.drops()) {
    kernels::MapBytes(map, bytes, text.bytes.size(), bytes);
    return;
  }
  for (TokenSpan& row : text.rows.span()) {
    row.size = static_cast<uint32_t>(kernels::MapAndDropBytes(
        map, bytes + row.begin, row.size, bytes + row.begin));
  }
}

// Of rows that lie behind each other: at once, unless white space might seem to
// lie across two of them.
void BlankRows(std::span<char> bytes, std::span<const Offset> offsets) {
  const bool is_apart = std::ranges::all_of(offsets, [&](Offset offset) {
    return offset == static_cast<Offset>(bytes.size()) ||
           static_cast<int8_t>(bytes[offset]) >= -64;
  });
  if (is_apart) return BlankUnicodeWhitespace(bytes);
  for (size_t row = 0; row + 1 < offsets.size(); ++row) {
    BlankUnicodeWhitespace(
        bytes.subspan(offsets[row], offsets[row + 1] - offsets[row]));
  }
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
                               bool blanks, std::vector<int64_t> ngrams,
                               size_t num_steps)
    : prefix_(std::move(prefix)),
      map_(map),
      identity_(kernels::ByteMap::Identity()),
      blanks_(blanks),
      ngrams_(std::move(ngrams)),
      num_steps_(num_steps) {}

std::optional<FusedTokenizer> FusedTokenizer::Compile(
    const TextVectorizationOptions& options) {
  const bool blanks = options.split == Split::kUnicodeWhitespace;
  if (options.split != Split::kWhitespace && !blanks) return std::nullopt;
  std::vector<TextStep> steps = options.steps;
  kernels::ByteMap map = StandardizeMap(options.standardize);
  while (!steps.empty()) {
    const std::optional<kernels::ByteMap> last = ByteMapOf(steps.back());
    if (!last.has_value()) break;
    map = kernels::Then(*last, map);
    steps.pop_back();
  }
  absl::StatusOr<TextPlan> prefix = TextPlan::Compile(std::move(steps));
  if (!prefix.ok()) return std::nullopt;
  return FusedTokenizer(*std::move(prefix), map, blanks, options.ngrams,
                        options.steps.size());
}

absl::StatusOr<kernels::TextRowsView> FusedTokenizer::Clean(
    StringTensorView rows, Scratch& scratch) const {
  const std::span<const Offset> offsets = rows.offsets();
  const auto num_rows = static_cast<size_t>(rows.size());
  if (reads_in_place()) {
    return kernels::TextRowsView{
        reinterpret_cast<const uint8_t*>(rows.bytes().data()), offsets.data(),
        num_rows};
  }
  TextRows& cleaned = scratch.cleaned;
  const std::string_view text = rows.text();
  cleaned.bytes.Clear();
  cleaned.bytes.Append(std::span<const char>(text.data(), text.size()));
  cleaned.rows.ResizeUninitialized(num_rows);
  for (size_t row = 0; row < num_rows; ++row) {
    cleaned.rows[row] = {
        static_cast<uint32_t>(offsets[row] - offsets[0]),
        static_cast<uint32_t>(offsets[row + 1] - offsets[row])};
  }
  return RunPrefix(scratch);
}

absl::StatusOr<kernels::TextRowsView> FusedTokenizer::Clean(
    std::string_view bytes, std::span<const TokenSpan> rows,
    Scratch& scratch) const {
  TextRows& cleaned = scratch.cleaned;
  cleaned.bytes.Clear();
  cleaned.rows.Clear();
  for (const TokenSpan row : rows) {
    cleaned.rows.Append(
        {static_cast<uint32_t>(cleaned.bytes.size()), row.size});
    cleaned.bytes.Append(
        std::span<const char>(bytes.data() + row.begin, row.size));
  }
  return RunPrefix(scratch);
}

absl::StatusOr<kernels::TextRowsView> FusedTokenizer::RunPrefix(
    Scratch& scratch) const {
  TextRows& cleaned = scratch.cleaned;
  ROWSPLIT_RETURN_IF_ERROR(prefix_.Apply(cleaned, nullptr));
  if (blanks_) MapRows(map_, cleaned);
  JoinRows(cleaned, scratch.offsets);
  if (blanks_) BlankRows(cleaned.bytes.span(), scratch.offsets.span());
  if (cleaned.bytes.size() > kMostRowBytes) {
    return absl::ResourceExhaustedError(absl::StrFormat(
        "TextVectorization: the steps made %d bytes of a piece of the texts, "
        "the most is %d",
        cleaned.bytes.size(), kMostRowBytes));
  }
  return kernels::TextRowsView{
      reinterpret_cast<const uint8_t*>(cleaned.bytes.data()),
      scratch.offsets.data(), cleaned.rows.size()};
}

namespace {

// Puts the kernel's blocks behind each other, one space apart.
class BlockJoiner : public kernels::TokenBlockSink {
 public:
  BlockJoiner(BufferBuilder<char>& bytes, BufferBuilder<TokenSpan>& tokens)
      : bytes_(bytes), tokens_(tokens) {}

  void Add(const kernels::TokenBlock& block) override {
    if (block.num_tokens == 0) return;
    const uint32_t first = block.begins[0];
    const uint32_t size = block.ends[block.num_tokens - 1] - first;
    const auto begin = static_cast<uint32_t>(bytes_.size());
    char* const to = bytes_.AppendUninitialized(size + 1);
    std::memcpy(to, block.bytes + first, size);
    to[size] = ' ';
    const uint32_t shift = begin - first;
    TokenSpan* const out = tokens_.AppendUninitialized(block.num_tokens);
    for (size_t i = 0; i < block.num_tokens; ++i) {
      out[i] = {block.begins[i] + shift, block.ends[i] - block.begins[i]};
    }
  }

 private:
  BufferBuilder<char>& bytes_;
  BufferBuilder<TokenSpan>& tokens_;
};

}  // namespace

void FusedTokenizer::MakeNgrams(Scratch& scratch, RowTokens& tokens) const {
  std::swap(tokens.tokens, scratch.words);
  std::swap(tokens.row_ends, scratch.word_ends);
  const std::span<TokenSpan> all = scratch.words.span();
  const size_t num_rows = scratch.word_ends.size();
  tokens.row_ends.ResizeUninitialized(num_rows);
  tokens.tokens.Clear();
  Offset begin = 0;
  for (size_t row = 0; row < num_rows; ++row) {
    const Offset end = scratch.word_ends[row];
    const std::span<TokenSpan> words = all.subspan(begin, end - begin);
    CloseGaps(tokens.bytes.data(), words);
    const auto num_words = static_cast<int64_t>(words.size());
    for (const int64_t width : ngrams_) {
      const int64_t count = std::max<int64_t>(num_words - width + 1, 0);
      TokenSpan* const out = tokens.tokens.AppendUninitialized(count);
      for (int64_t i = 0; i < count; ++i) {
        out[i] = {words[i].begin, words[i + width - 1].end() - words[i].begin};
      }
    }
    tokens.row_ends[row] = static_cast<Offset>(tokens.tokens.size());
    begin = end;
  }
}

void FusedTokenizer::Split(const kernels::TextRowsView& rows, Scratch& scratch,
                           RowTokens& tokens) const {
  tokens.bytes.Clear();
  tokens.tokens.Clear();
  tokens.row_ends.ResizeUninitialized(rows.num_rows);
  if (rows.num_rows == 0) return;
  BlockJoiner joiner(tokens.bytes, tokens.tokens);
  kernels::FindTokenBlocks(map(), rows, scratch.kernel, joiner,
                           tokens.row_ends.data());
  tokens.bytes.Reserve(tokens.bytes.size() + kernels::kTokenSlack);
  if (!ngrams_.empty()) MakeNgrams(scratch, tokens);
}

absl::Status FusedTokenizer::Tokenize(StringTensorView rows, Scratch& scratch,
                                      RowTokens& tokens) const {
  kernels::TextRowsView view{};
  if (rows.size() > 0) {
    ROWSPLIT_ASSIGN_OR_RETURN(view, Clean(rows, scratch));
  }
  Split(view, scratch, tokens);
  return absl::OkStatus();
}

absl::Status FusedTokenizer::Tokenize(std::string_view bytes,
                                      std::span<const TokenSpan> rows,
                                      Scratch& scratch,
                                      RowTokens& tokens) const {
  ROWSPLIT_ASSIGN_OR_RETURN(const kernels::TextRowsView view,
                            Clean(bytes, rows, scratch));
  Split(view, scratch, tokens);
  return absl::OkStatus();
}

}  // namespace rowsplit::internal
