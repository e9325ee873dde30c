#ifndef ROWSPLIT_SRC_KERNELS_LITERAL_SCAN_H_
#define ROWSPLIT_SRC_KERNELS_LITERAL_SCAN_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace rowsplit::kernels {

// Tells from up to three bytes where one of some literals may begin. The first
// bytes of the literals are spread over eight buckets; a byte is in those
// buckets that the row of its low nibble and the row of its high nibble share.
// With at most eight different beginnings the answer is exact for them.
class LiteralFilter {
 public:
  static constexpr size_t kMostWidth = 3;

  // Requires at least one literal, and none that is empty.
  explicit LiteralFilter(std::span<const std::string> literals);

  // How many bytes are looked at: those that the shortest literal has.
  size_t width() const { return width_; }
  // The buckets of the i-th byte by its low and by its high nibble.
  const uint8_t* low_rows(size_t i) const { return rows_[2 * i]; }
  const uint8_t* high_rows(size_t i) const { return rows_[2 * i + 1]; }

 private:
  size_t width_;
  alignas(16) uint8_t rows_[2 * kMostWidth][16] = {};
};

// 64 positions; bit i of `candidates` stands for `begin + i`.
struct CandidateBlock {
  size_t begin;
  uint64_t candidates;  // 0: there is none, and `begin` is the size
};

// The first candidates at or after `begin`, all of their block of 64. A
// candidate has width() bytes before `size`.
CandidateBlock FindCandidates(const LiteralFilter& filter, const uint8_t* text,
                              size_t begin, size_t size);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_LITERAL_SCAN_H_
