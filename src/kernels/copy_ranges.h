#ifndef ROWSPLIT_SRC_KERNELS_COPY_RANGES_H_
#define ROWSPLIT_SRC_KERNELS_COPY_RANGES_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace rowsplit::kernels {

// `size` bytes at `begin`, in an array that ends at `limit`.
struct CopyRange {
  const uint8_t* begin;
  size_t size;
  const uint8_t* limit;
};

// Copies the ranges, one after the other, to `output`, and returns where they
// end. Moves whole vectors: it may read a range's array up to the limit, and
// may write anything between the returned end and `output_limit`, which the
// caller writes afterwards. Requires that the ranges fit before `output_limit`
// and that none of them overlaps the output.
uint8_t* CopyRanges(const CopyRange* ranges, size_t num_ranges, uint8_t* output,
                    uint8_t* output_limit);

// Gathers ranges and copies many of them in one call. The ranges fill
// [output, output_limit) exactly.
class RangeCopier {
 public:
  RangeCopier(uint8_t* output, uint8_t* output_limit)
      : output_(output), output_limit_(output_limit) {}

  void Add(const uint8_t* begin, size_t size, const uint8_t* limit) {
    ranges_[num_ranges_++] = {begin, size, limit};
    if (num_ranges_ == ranges_.size()) Flush();
  }
  // Must be called after the last Add.
  void Flush() {
    if (num_ranges_ == 0) return;
    output_ = CopyRanges(ranges_.data(), num_ranges_, output_, output_limit_);
    num_ranges_ = 0;
  }

 private:
  std::array<CopyRange, 256> ranges_;
  size_t num_ranges_ = 0;
  uint8_t* output_;
  uint8_t* output_limit_;
};

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_COPY_RANGES_H_
