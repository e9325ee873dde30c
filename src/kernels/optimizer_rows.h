#ifndef ROWSPLIT_SRC_KERNELS_OPTIMIZER_ROWS_H_
#define ROWSPLIT_SRC_KERNELS_OPTIMIZER_ROWS_H_

#include <cstddef>
#include <cstdint>

// Steps of an optimizer on some rows of a table. Row i of `gradients`, of
// `width` items, is applied to row ids[i] of `table`, and to the same row of
// each table of state; the ids differ from each other. Every operation is
// rounded by itself: the same bits on every target.
namespace rowsplit::kernels {

// The rows of a call. With a weight decay d, the gradient g of each kernel is
// gradient + d * table.
struct UpdateRows {
  const int64_t* ids;
  size_t num_rows;
  const float* gradients;
  size_t width;
  float weight_decay;
};

// table -= rate * g
void SgdRows(const UpdateRows& rows, float rate, float* table);

// sum += g * g; table -= rate * g / (sqrt(sum) + epsilon), or, with `inside`,
// rate * g / sqrt(sum + epsilon).
struct AdagradStep {
  float rate;
  float epsilon;
  bool inside;
};
void AdagradRows(const UpdateRows& rows, const AdagradStep& step, float* table,
                 float* sums);

// The same with one sum a row: sums[id] += mean of g * g over the row's items
// (in the order of reference::DotLanes).
void RowWiseAdagradRows(const UpdateRows& rows, const AdagradStep& step,
                        float* table, float* sums);

// first += (1 - beta1) * (g - first); second += (1 - beta2) * (g * g - second);
// table -= rate * first / (sqrt(second) + epsilon).
struct AdamStep {
  float rate;
  float beta1_rest;  // 1 - beta1
  float beta2_rest;  // 1 - beta2
  float epsilon;
};
void AdamRows(const UpdateRows& rows, const AdamStep& step, float* table,
              float* first, float* second);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_OPTIMIZER_ROWS_H_
