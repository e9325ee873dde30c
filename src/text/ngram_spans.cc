#include "text/ngram_spans.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"

namespace rowsplit::internal {

namespace {

// Whether exactly one space stands between the token and the next one.
bool IsJoined(std::span<const TokenSpan> tokens, size_t token,
              const char* bytes) {
  const size_t end = size_t{tokens[token].begin} + tokens[token].size;
  return tokens[token + 1].begin == end + 1 && bytes[end] == ' ';
}

bool AppendJoined(std::span<const TokenSpan> tokens, BufferBuilder<char>& bytes,
                  BufferBuilder<TokenSpan>& ngrams) {
  size_t size = tokens.size() - 1;
  for (const TokenSpan token : tokens) size += token.size;
  const size_t begin = bytes.size();
  if (size > static_cast<size_t>(kMaxBatchBytes) - begin) return false;
  char* out = bytes.AppendUninitialized(size);
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (i > 0) *out++ = ' ';
    if (tokens[i].size > 0) {
      std::memcpy(out, bytes.data() + tokens[i].begin, tokens[i].size);
    }
    out += tokens[i].size;
  }
  ngrams.Append({static_cast<uint32_t>(begin), static_cast<uint32_t>(size)});
  return true;
}

bool AppendWidth(std::span<const TokenSpan> tokens, size_t width,
                 BufferBuilder<char>& bytes, BufferBuilder<TokenSpan>& ngrams) {
  // The gaps of the n-gram that are not one space.
  size_t num_apart = 0;
  for (size_t gap = 0; gap + 1 < width; ++gap) {
    num_apart += !IsJoined(tokens, gap, bytes.data());
  }
  for (size_t first = 0;; ++first) {
    const size_t last = first + width - 1;
    if (num_apart == 0) {
      const size_t end = size_t{tokens[last].begin} + tokens[last].size;
      ngrams.Append({tokens[first].begin,
                     static_cast<uint32_t>(end - tokens[first].begin)});
    } else if (!AppendJoined(tokens.subspan(first, width), bytes, ngrams)) {
      return false;
    }
    if (last + 1 == tokens.size()) return true;
    if (width > 1) {
      num_apart += !IsJoined(tokens, last, bytes.data());
      num_apart -= !IsJoined(tokens, first, bytes.data());
    }
  }
}

}  // namespace

bool AppendNgramSpans(std::span<const TokenSpan> tokens,
                      std::span<const int64_t> widths,
                      BufferBuilder<char>& bytes,
                      BufferBuilder<TokenSpan>& ngrams) {
  for (const int64_t width : widths) {
    if (static_cast<uint64_t>(width) > tokens.size()) continue;
    if (!AppendWidth(tokens, static_cast<size_t>(width), bytes, ngrams)) {
      return false;
    }
  }
  return true;
}

}  // namespace rowsplit::internal
