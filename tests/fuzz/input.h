#ifndef ROWSPLIT_TESTS_FUZZ_INPUT_H_
#define ROWSPLIT_TESTS_FUZZ_INPUT_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>

// Ends the process, which the fuzzer takes for a find.
#define ROWSPLIT_FUZZ_CHECK(condition)                                      \
  do {                                                                      \
    if (!(condition)) {                                                     \
      std::fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, __LINE__, \
                   #condition);                                             \
      std::abort();                                                         \
    }                                                                       \
  } while (false)

namespace rowsplit::fuzz {

// Turns the fuzzer's bytes into numbers. A fixed sequence of any bytes follows
// the last one, so that short inputs make large values too.
class Input {
 public:
  Input(const uint8_t* data, size_t size) : rest_(data, size) {}

  bool empty() const { return rest_.empty(); }
  uint8_t Byte() {
    if (rest_.empty()) {
      after_ = after_ * 6364136223846793005u + 1442695040888963407u;
      return static_cast<uint8_t>(after_ >> 56);
    }
    const uint8_t byte = rest_.front();
    rest_ = rest_.subspan(1);
    return byte;
  }
  // In [0, end), of one byte. Requires `0 < end <= 256`.
  int64_t Below(int64_t end) { return Byte() % end; }
  bool Flag() { return (Byte() & 1) != 0; }
  // Any 64 bits.
  int64_t Word() {
    uint64_t word = 0;
    for (int i = 0; i < 8; ++i) word = word << 8 | Byte();
    return static_cast<int64_t>(word);
  }
  // Mostly small, at times one of the ends, at times anything.
  int64_t Number() {
    const uint8_t kind = Byte();
    if (kind < 180) return kind % 16;
    if (kind < 200) return Byte();
    if (kind < 220) return -(kind % 4);
    if (kind < 226) return INT64_MAX - kind % 2;
    if (kind < 232) return INT64_MIN + kind % 2;
    return Word();
  }

 private:
  std::span<const uint8_t> rest_;
  uint64_t after_ = 1;
};

}  // namespace rowsplit::fuzz

#endif  // ROWSPLIT_TESTS_FUZZ_INPUT_H_
