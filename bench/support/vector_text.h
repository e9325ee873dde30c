#ifndef ROWSPLIT_BENCH_SUPPORT_VECTOR_TEXT_H_
#define ROWSPLIT_BENCH_SUPPORT_VECTOR_TEXT_H_

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

namespace rowsplit::bench {

// Lines like those of GloVe's files: a word and numbers of five significant
// digits around 0. The same seed gives the same lines on every machine; 400,000
// of 300 numbers are about 1.1 GB.
class VectorText {
 public:
  VectorText(int64_t width, uint64_t seed) : width_(width), random_(seed) {}

  // Appends the next line; each has another word, and 1 in 1000 has a space.
  void AppendLine(std::string& text) {
    AppendWord(text);
    for (int64_t column = 0; column < width_; ++column) {
      text += ' ';
      AppendNumber(text);
    }
    text += '\n';
  }

 private:
  // Its number in letters, and some more.
  void AppendWord(std::string& text) {
    int64_t rest = num_lines_++;
    if (rest % 1000 == 999) text += "at ";
    do {
      text += static_cast<char>('a' + rest % 25);
      rest /= 25;
    } while (rest > 0);
    const uint64_t more = random_() % 7;
    if (more > 0) text += 'z';
    for (uint64_t i = 0; i < more; ++i) {
      text += static_cast<char>('a' + random_() % 25);
    }
  }

  // The sum of four even numbers is near enough to a normal one.
  void AppendNumber(std::string& text) {
    const uint64_t bits = random_();
    int64_t sum = -2 * 65535;
    for (int i = 0; i < 4; ++i) {
      sum += static_cast<int64_t>(bits >> (16 * i) & 0xFFFF);
    }
    const double value = static_cast<double>(sum) * (1.0 / 100'000);
    const auto printed =
        std::to_chars(number_.data(), number_.data() + number_.size(), value,
                      std::chars_format::general, 5);
    text.append(number_.data(), printed.ptr);
  }

  const int64_t width_;
  std::mt19937_64 random_;
  int64_t num_lines_ = 0;
  std::array<char, 32> number_{};
};

inline std::string MakeVectorText(int64_t num_rows, int64_t width,
                                  uint64_t seed) {
  VectorText lines(width, seed);
  std::string text;
  for (int64_t row = 0; row < num_rows; ++row) lines.AppendLine(text);
  return text;
}

}  // namespace rowsplit::bench

#endif  // ROWSPLIT_BENCH_SUPPORT_VECTOR_TEXT_H_
