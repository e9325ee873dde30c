#ifndef ROWSPLIT_BENCH_SUPPORT_NUMBERED_TOKENS_H_
#define ROWSPLIT_BENCH_SUPPORT_NUMBERED_TOKENS_H_

#include <cstdint>
#include <string_view>

namespace rowsplit::bench {

// Any number of different tokens without keeping them: token i is made from i.
// Seven letters that are i shuffled, so that no two are equal, then 0 to 7 more
// or, for one in 64, 9 to 24, which makes it too long for an inline key.
class NumberedTokens {
 public:
  // The token of `index` < 2^32; valid until the next call.
  std::string_view operator()(uint64_t index) {
    uint64_t bits = Shuffled(static_cast<uint32_t>(index));
    char* end = letters_;
    for (int letter = 0; letter < 7; ++letter) {
      *end++ = static_cast<char>('a' + bits % 26);
      bits /= 26;
    }
    uint64_t more = (index + 1) * 0x9E3779B97F4A7C15u;
    more ^= more >> 29;
    const uint64_t size = more % 64 == 0 ? 9 + more / 64 % 16 : more / 64 % 8;
    more *= 0xBF58476D1CE4E5B9u;
    for (uint64_t letter = 0; letter < size; ++letter) {
      *end++ = static_cast<char>('a' + (more >> 40) % 26);
      more *= 0xBF58476D1CE4E5B9u;
    }
    return {letters_, static_cast<size_t>(end - letters_)};
  }

 private:
  // Different numbers for different ones: each step can be undone.
  static uint32_t Shuffled(uint32_t bits) {
    bits = (bits ^ bits >> 16) * 0x7FEB352D;
    bits = (bits ^ bits >> 15) * 0x846CA68B;
    return bits ^ bits >> 16;
  }

  char letters_[32];
};

}  // namespace rowsplit::bench

#endif  // ROWSPLIT_BENCH_SUPPORT_NUMBERED_TOKENS_H_
