#include "kernels/multiply_rows.h"

#include <cstddef>

#include "kernels/multiply_rows_ref.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/multiply_rows.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

// The items at `column`, two vectors wide, of four rows: 8 sums, two vectors of
// the matrix and one item fit the 16 registers of every target, and 8 sums
// keep two adders busy.
HWY_INLINE void FourRows(const float* rows, size_t depth, const float* matrix,
                         size_t width, float* output) {
  const D d;
  const size_t lanes = hn::Lanes(d);
  V a0 = hn::Zero(d), a1 = hn::Zero(d), b0 = hn::Zero(d), b1 = hn::Zero(d);
  V c0 = hn::Zero(d), c1 = hn::Zero(d), e0 = hn::Zero(d), e1 = hn::Zero(d);
  for (size_t i = 0; i < depth; ++i) {
    const V m0 = hn::LoadU(d, matrix + i * width);
    const V m1 = hn::LoadU(d, matrix + i * width + lanes);
    const V a = hn::Set(d, rows[i]);
    a0 = hn::MulAdd(a, m0, a0);
    a1 = hn::MulAdd(a, m1, a1);
    const V b = hn::Set(d, rows[depth + i]);
    b0 = hn::MulAdd(b, m0, b0);
    b1 = hn::MulAdd(b, m1, b1);
    const V c = hn::Set(d, rows[2 * depth + i]);
    c0 = hn::MulAdd(c, m0, c0);
    c1 = hn::MulAdd(c, m1, c1);
    const V e = hn::Set(d, rows[3 * depth + i]);
    e0 = hn::MulAdd(e, m0, e0);
    e1 = hn::MulAdd(e, m1, e1);
  }
  hn::StoreU(a0, d, output);
  hn::StoreU(a1, d, output + lanes);
  hn::StoreU(b0, d, output + width);
  hn::StoreU(b1, d, output + width + lanes);
  hn::StoreU(c0, d, output + 2 * width);
  hn::StoreU(c1, d, output + 2 * width + lanes);
  hn::StoreU(e0, d, output + 3 * width);
  hn::StoreU(e1, d, output + 3 * width + lanes);
}

// Of one row, four vectors wide or one.
HWY_INLINE void OneRow4(const float* row, size_t depth, const float* matrix,
                        size_t width, float* output) {
  const D d;
  const size_t lanes = hn::Lanes(d);
  V s0 = hn::Zero(d), s1 = hn::Zero(d), s2 = hn::Zero(d), s3 = hn::Zero(d);
  for (size_t i = 0; i < depth; ++i) {
    const V item = hn::Set(d, row[i]);
    const float* const m = matrix + i * width;
    s0 = hn::MulAdd(item, hn::LoadU(d, m), s0);
    s1 = hn::MulAdd(item, hn::LoadU(d, m + lanes), s1);
    s2 = hn::MulAdd(item, hn::LoadU(d, m + 2 * lanes), s2);
    s3 = hn::MulAdd(item, hn::LoadU(d, m + 3 * lanes), s3);
  }
  hn::StoreU(s0, d, output);
  hn::StoreU(s1, d, output + lanes);
  hn::StoreU(s2, d, output + 2 * lanes);
  hn::StoreU(s3, d, output + 3 * lanes);
}
HWY_INLINE void OneRow1(const float* row, size_t depth, const float* matrix,
                        size_t width, float* output) {
  const D d;
  V sum = hn::Zero(d);
  for (size_t i = 0; i < depth; ++i) {
    sum = hn::MulAdd(hn::Set(d, row[i]), hn::LoadU(d, matrix + i * width), sum);
  }
  hn::StoreU(sum, d, output);
}

// The items from `begin` on of one row. The last vector repeats items of the
// one before it. Requires a width of a vector at least.
HWY_INLINE void OneRow(const float* row, size_t depth, const float* matrix,
                       size_t width, size_t begin, float* output) {
  const size_t lanes = hn::Lanes(D());
  size_t column = begin;
  for (; column + 4 * lanes <= width; column += 4 * lanes) {
    OneRow4(row, depth, matrix + column, width, output + column);
  }
  for (; column + lanes <= width; column += lanes) {
    OneRow1(row, depth, matrix + column, width, output + column);
  }
  if (column < width) {
    column = width - lanes;
    OneRow1(row, depth, matrix + column, width, output + column);
  }
}

void MultiplyRows(const float* rows, size_t num_rows, size_t depth,
                  const float* matrix, size_t width, float* output) {
  const size_t lanes = hn::Lanes(D());
  if (width < lanes) {
    reference::MultiplyRows(rows, num_rows, depth, matrix, width, output);
    return;
  }
  const size_t panel_columns = width - width % (2 * lanes);
  const size_t panel_rows = num_rows - num_rows % 4;
  // A panel of the matrix stays in the cache while all rows pass it.
  for (size_t column = 0; column < panel_columns; column += 2 * lanes) {
    for (size_t row = 0; row < panel_rows; row += 4) {
      FourRows(rows + row * depth, depth, matrix + column, width,
               output + row * width + column);
    }
  }
  for (size_t row = 0; row < num_rows; ++row) {
    OneRow(rows + row * depth, depth, matrix, width,
           row < panel_rows ? panel_columns : 0, output + row * width);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {

HWY_EXPORT(MultiplyRows);

void MultiplyRows(const float* rows, size_t num_rows, size_t depth,
                  const float* matrix, size_t width, float* output) {
  HWY_DYNAMIC_DISPATCH(MultiplyRows)
  (rows, num_rows, depth, matrix, width, output);
}

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
