#ifndef ROWSPLIT_SRC_KERNELS_BAG_SLICES_H_
#define ROWSPLIT_SRC_KERNELS_BAG_SLICES_H_

#include <cstddef>
#include <cstdint>

// Parts of the gradients of bags: of `num_bags` bags of rows of `width` floats,
// bag b being the rows [splits[b], splits[b + 1]). `weights` has one for each
// row, or is null: all 1. Arrays don't overlap unless said.
namespace rowsplit::kernels {

struct Bags {
  const float* rows;
  const float* weights;
  const int64_t* splits;
  size_t num_bags;
  size_t width;
};

// What each row gets of the gradient `upstream` [num_bags, width] of the
// greatest or the least of weight * row, before the factor of the weight: item
// by item the bag's gradient, in equal parts, where weight * row is the
// extreme, and 0 elsewhere; or, with `first_only`, all of it where it is the
// extreme first. Where a NaN keeps an item from having an extreme, 0. Slices
// are written for the rows of the bags, from `slices + splits[0] * width` on.
//
// A later value is the extreme only if it is beyond the one before it. The same
// bits on every target.
struct ExtremeRule {
  bool greatest;
  bool first_only;
};
void ExtremeSlices(const Bags& bags, const ExtremeRule& rule,
                   const float* upstream, float* slices);

// The same of log(sum(exp(weight * row))): upstream times the softmax of
// weight * row. Within 1e-6 of the softmax.
void LogSumExpSlices(const Bags& bags, const float* upstream, float* slices);

// output[i] = rows[indices[i]] * scales[i]; null scales are 1.
void ScaleRows(const float* rows, size_t width, const int64_t* indices,
               const float* scales, size_t num_rows, float* output);

// output[i] = a[indices[i]] * a_scales[i] + b[indices[i]] * b_scales[i].
void CombineRows(const float* a, const float* b, size_t width,
                 const int64_t* indices, const float* a_scales,
                 const float* b_scales, size_t num_rows, float* output);

// output[i] = the sum of the products of a[indices[i]] and b[i], in the order
// of reference::DotLanes. Null indices are 0, 1, 2, …
void DotRows(const float* a, const int64_t* indices, const float* b,
             size_t width, size_t num_rows, float* output);

// Scales each row whose Euclidean norm is above `max_norm` down to it, in
// place; `factors` get what it was multiplied by, 1 for the others.
void ClipRows(float max_norm, size_t width, size_t num_rows, float* rows,
              float* factors);

// The gradient of ClipRows, in place: from that of its result to that of its
// input. `rows` and `factors` are what ClipRows left.
//   slice = factor * (slice - row * <row, slice> / <row, row>)
void ClipSlices(const float* rows, const float* factors, size_t width,
                size_t num_rows, float* slices);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_BAG_SLICES_H_
