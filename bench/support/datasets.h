#ifndef ROWSPLIT_BENCH_SUPPORT_DATASETS_H_
#define ROWSPLIT_BENCH_SUPPORT_DATASETS_H_

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

// The texts that the benchmarks run on: seeded ones, the same on every machine,
// or the file that ROWSPLIT_BENCH_TEXT names.
namespace rowsplit::bench {

// A number in [0, bound), without the library's unspecified distributions.
inline uint64_t Below(std::mt19937_64& random, uint64_t bound) {
  return random() % bound;
}

// Words of 2 to 13 letters; word r is drawn with a weight of about 1 / r, as in
// a natural language.
class WordSource {
 public:
  explicit WordSource(uint64_t seed, int num_words = 20000) : random_(seed) {
    for (int word = 0; word < num_words; ++word) {
      const uint64_t size = 2 + Below(random_, word < 200 ? 4 : 12);
      std::string letters;
      for (uint64_t i = 0; i < size; ++i)
        letters += static_cast<char>('a' + Below(random_, 26));
      words_.push_back(letters);
    }
  }
  const std::string& Next() {
    const double uniform = static_cast<double>(random_() >> 11) * 0x1.0p-53;
    const double rank =
        std::exp(uniform * std::log(static_cast<double>(words_.size())));
    return words_[static_cast<size_t>(rank) % words_.size()];
  }
  std::mt19937_64& random() { return random_; }

 private:
  std::mt19937_64 random_;
  std::vector<std::string> words_;
};

// Lines of `min_tokens` to `max_tokens` words, `size_bytes` or a little more.
inline std::string GeneratedText(int64_t size_bytes, int min_tokens,
                                 int max_tokens, int num_words = 20000) {
  WordSource words(20261124, num_words);
  std::string text;
  while (static_cast<int64_t>(text.size()) < size_bytes) {
    const uint64_t num_tokens =
        min_tokens + Below(words.random(), max_tokens - min_tokens + 1);
    for (uint64_t token = 0; token < num_tokens; ++token) {
      if (token > 0) text += ' ';
      text += words.Next();
    }
    text += '\n';
  }
  return text;
}

// Prose: the file that ROWSPLIT_BENCH_TEXT names, else 1 MB of generated lines.
inline std::string ProseText() {
  if (const char* path = std::getenv("ROWSPLIT_BENCH_TEXT")) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  return GeneratedText(1'000'000, 0, 40);
}

}  // namespace rowsplit::bench

#endif  // ROWSPLIT_BENCH_SUPPORT_DATASETS_H_
