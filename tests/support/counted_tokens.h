#ifndef ROWSPLIT_TESTS_SUPPORT_COUNTED_TOKENS_H_
#define ROWSPLIT_TESTS_SUPPORT_COUNTED_TOKENS_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "rowsplit/core/offset.h"
#include "rowsplit/vocab/vocabulary_builder.h"
#include "support/hostile_tokens.h"
#include "support/seed.h"

namespace rowsplit::testing {

// A token that owns its bytes.
struct CountedToken {
  CountedToken(std::string bytes, int64_t times, int64_t rows)
      : token(std::move(bytes)), count(times), documents(rows) {}
  explicit CountedToken(const TokenCount& from)
      : CountedToken(std::string(from.token), from.count, from.documents) {}

  TokenCount view() const { return {token, count, documents}; }
  friend bool operator==(const CountedToken&, const CountedToken&) = default;

  std::string token;
  int64_t count;
  int64_t documents;
};

using CountedTokens = std::vector<CountedToken>;
using TokenRows = std::vector<std::vector<std::string>>;

// Rows of 0 to 300 hostile tokens, some far more frequent than others.
inline TokenRows RandomTokenRows(Random& random, size_t num_rows) {
  auto types = HostileTokens(random());
  std::erase_if(types, [](const auto& type) { return type.size() > 1000; });
  TokenRows rows(num_rows);
  for (auto& row : rows) {
    row.resize(Below(random, 10) == 0 ? Below(random, 300) : Below(random, 8));
    for (std::string& token : row) {
      const uint64_t limit = Below(random, types.size()) + 1;
      token = types[Below(random, limit)];
    }
  }
  return rows;
}

// What counting is, by maps: in the order of tokens.
inline CountedTokens CountByMap(const TokenRows& rows) {
  std::map<std::string, std::pair<int64_t, int64_t>> counts;
  for (const auto& row : rows) {
    std::map<std::string, int64_t> in_row;
    for (const std::string& token : row) ++in_row[token];
    for (const auto& [token, count] : in_row) {
      counts[token].first += count;
      ++counts[token].second;
    }
  }
  CountedTokens result;
  for (const auto& [token, count] : counts)
    result.emplace_back(token, count.first, count.second);
  return result;
}

// The most common of tokens in their order, by a whole sort.
inline CountedTokens MostCommonBySort(CountedTokens tokens, int64_t max_tokens,
                                      int64_t min_count) {
  std::erase_if(tokens,
                [&](const auto& token) { return token.count < min_count; });
  std::reverse(tokens.begin(), tokens.end());
  std::stable_sort(
      tokens.begin(), tokens.end(),
      [](const auto& a, const auto& b) { return a.count > b.count; });
  if (max_tokens >= 0 && tokens.size() > static_cast<size_t>(max_tokens))
    tokens.erase(tokens.begin() + max_tokens, tokens.end());
  return tokens;
}

// Rows as bytes and spans.
struct RowText {
  explicit RowText(const TokenRows& rows) : text(Flat(rows)) {
    Offset end = 0;
    for (const auto& row : rows)
      row_ends.push_back(end += static_cast<Offset>(row.size()));
  }
  static std::vector<std::string> Flat(const TokenRows& rows) {
    std::vector<std::string> tokens;
    for (const auto& row : rows)
      tokens.insert(tokens.end(), row.begin(), row.end());
    return tokens;
  }

  Text text;
  std::vector<Offset> row_ends;
};

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_COUNTED_TOKENS_H_
