#ifndef ROWSPLIT_TESTS_SUPPORT_HOSTILE_TOKENS_H_
#define ROWSPLIT_TESTS_SUPPORT_HOSTILE_TOKENS_H_

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rowsplit/core/offset.h"

namespace rowsplit::testing {

// Tokens that differ, in a random order: random bytes of every length up to 40
// (16 bytes more often), zeros in numbers, tokens that differ in one byte only,
// prefixes of each other, and one of 1 MB.
inline std::vector<std::string> HostileTokens(uint64_t seed) {
  std::mt19937_64 random(seed);
  std::set<std::string> tokens = {"", std::string(1 << 20, 'x')};
  for (size_t size = 0; size <= 40; ++size) {
    tokens.insert(std::string(size, '\0'));
    tokens.insert(std::string(size, '\xff'));
    const int count = size >= 14 && size <= 17 ? 300 : 40;
    for (int i = 0; i < count; ++i) {
      std::string token(size, '\0');
      for (char& byte : token) byte = static_cast<char>(random());
      tokens.insert(token);
      if (size == 0) continue;
      token[random() % size] ^= 1;
      tokens.insert(token);
      token.back() = '\0';
      tokens.insert(token);
    }
  }
  std::vector<std::string> result(tokens.begin(), tokens.end());
  std::shuffle(result.begin(), result.end(), random);
  return result;
}

// `count` tokens that differ in a few digits; some are longer than 15 bytes.
inline std::vector<std::string> Counters(int count) {
  std::vector<std::string> tokens;
  for (int i = 0; i < count; ++i) {
    tokens.push_back((i % 7 == 0 ? "a_common_prefix_" : "t") +
                     std::to_string(i));
  }
  return tokens;
}

// The tokens one after the other in a heap block of exactly their size, so that
// the address sanitizer sees a read past the end.
class Text {
 public:
  explicit Text(std::span<const std::string> tokens) {
    for (const std::string& token : tokens) size_ += token.size();
    block_ = std::make_unique<char[]>(size_);
    uint32_t begin = 0;
    for (const std::string& token : tokens) {
      if (!token.empty())
        std::memcpy(block_.get() + begin, token.data(), token.size());
      spans_.push_back({begin, static_cast<uint32_t>(token.size())});
      begin += static_cast<uint32_t>(token.size());
    }
  }
  std::string_view bytes() const { return {block_.get(), size_}; }
  std::span<const TokenSpan> spans() const { return spans_; }

 private:
  size_t size_ = 0;
  std::unique_ptr<char[]> block_;
  std::vector<TokenSpan> spans_;
};

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_HOSTILE_TOKENS_H_
