#ifndef ROWSPLIT_TEXT_ROUGE_H_
#define ROWSPLIT_TEXT_ROUGE_H_

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct RougeLOptions {
  // The weight of the precision in the F measure: P * R / (alpha * R + (1 -
  // alpha) * P). At most 1. Below 0 the F measure is that of Lin (2004) with
  // beta = P / R.
  float alpha = 0.5F;
  ExecOptions exec = {};
};

// One number for each row; 0 for a row that has no common token.
struct RougeLScores {
  Buffer<float> f_measure;
  Buffer<float> precision;
  Buffer<float> recall;
};

// How alike two texts are by their longest common subsequence of tokens, as
// tf_text.metrics.rouge_l: its length over that of the hypothesis is the
// precision, over that of the reference the recall. Tokens are strings, int32
// or int64.
//
//   RougeL({{"a", "b", "c"}}, {{"b", "c", "d"}})  // 2/3, 2/3, 2/3
//
// Fails with InvalidArgument unless both are of ragged rank 1 without inner
// dimensions, of one of these dtypes and of as many rows, and for an alpha
// above 1; with Cancelled. A row of n and m tokens takes O(n * ceil(m / 64))
// time and O(n + m) memory.
absl::StatusOr<RougeLScores> RougeL(const Tensor& hypotheses,
                                    const Tensor& references,
                                    const RougeLOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_ROUGE_H_
