#ifndef ROWSPLIT_BENCH_SUPPORT_TOKEN_TEXT_H_
#define ROWSPLIT_BENCH_SUPPORT_TOKEN_TEXT_H_

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/datasets.h"

namespace rowsplit::bench {

// A text and the tokens between its spaces and line ends.
struct TokenText {
  explicit TokenText(std::string content) : bytes(std::move(content)) {
    for (uint32_t begin = 0; begin < bytes.size();) {
      const auto end = static_cast<uint32_t>(
          std::min(bytes.find_first_of(" \n", begin), bytes.size()));
      if (end > begin) spans.push_back({begin, end - begin});
      begin = end + 1;
    }
  }

  std::string_view token(size_t index) const {
    return std::string_view(bytes).substr(spans[index].begin,
                                          spans[index].size);
  }

  std::string bytes;
  std::vector<TokenSpan> spans;
};

// 4 MB of lines over 200,000 words, or the file that ROWSPLIT_BENCH_TEXT names.
inline const TokenText& Prose() {
  static const TokenText text(std::getenv("ROWSPLIT_BENCH_TEXT") != nullptr
                                  ? ProseText()
                                  : GeneratedText(4'000'000, 0, 40, 200'000));
  return text;
}

// The worst case: tokens in random order, none more frequent than another, half
// of them longer than an inline key.
inline const TokenText& Uniform() {
  static const TokenText text = [] {
    std::mt19937_64 random(7);
    std::string content;
    for (int i = 0; i < 300'000; ++i) {
      const uint64_t word = Below(random, 200'000);
      content += (word % 2 == 0 ? "w" : "a_long_token_no_") +
                 std::to_string(word) + " ";
    }
    return TokenText(content);
  }();
  return text;
}

// The `size` most frequent tokens of the text, the most frequent first.
inline StringTensor FrequentTokens(const TokenText& text, size_t size) {
  std::unordered_map<std::string_view, int64_t> counts;
  for (size_t i = 0; i < text.spans.size(); ++i) ++counts[text.token(i)];
  std::vector<std::pair<int64_t, std::string_view>> all;
  for (const auto& [token, count] : counts) all.emplace_back(-count, token);
  std::sort(all.begin(), all.end());
  all.resize(std::min(size, all.size()));
  StringTensorBuilder tokens;
  for (const auto& entry : all) tokens.Append(entry.second);
  return std::move(tokens).Build();
}

// Items, bytes and the time for a token of a benchmark that goes over the text
// once an iteration.
inline void CountTokens(benchmark::State& state, const TokenText& text) {
  const auto num_tokens = static_cast<int64_t>(text.spans.size());
  state.SetItemsProcessed(state.iterations() * num_tokens);
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(text.bytes.size()));
  state.counters["ns_per_token"] = benchmark::Counter(
      1e-9 * static_cast<double>(state.iterations() * num_tokens),
      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

}  // namespace rowsplit::bench

#endif  // ROWSPLIT_BENCH_SUPPORT_TOKEN_TEXT_H_
