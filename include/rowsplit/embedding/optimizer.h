#ifndef ROWSPLIT_EMBEDDING_OPTIMIZER_H_
#define ROWSPLIT_EMBEDDING_OPTIMIZER_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/embedding/bag_gradient.h"
#include "rowsplit/embedding/indexed_slices.h"
#include "rowsplit/embedding/variable.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

// In what follows x is an item of a row that the step touches, g its gradient
// plus weight_decay * x, and r the learning rate. Rows that a step does not
// touch keep all they have: they don't decay either.

// x -= r * g
struct SgdOptions {
  float learning_rate = 0.01f;
  float weight_decay = 0;
};

// s += g * g, x -= r * g / (sqrt(s) + epsilon): torch.optim.Adagrad. With
// `epsilon_inside` x -= r * g / sqrt(s + epsilon): Keras' Adagrad, whose
// initial_sum is 0.1 and whose epsilon 1e-7. In step t, from 1 on, the rate is
// r / (1 + (t - 1) * learning_rate_decay).
struct AdagradOptions {
  float learning_rate = 0.01f;
  float learning_rate_decay = 0;
  float initial_sum = 0;
  float epsilon = 1e-10f;
  bool epsilon_inside = false;
  float weight_decay = 0;
};

// One sum a row, of the mean of its g * g: FBGEMM's row-wise Adagrad.
struct RowWiseAdagradOptions {
  float learning_rate = 0.01f;
  float initial_sum = 0;
  float epsilon = 1e-8f;
  float weight_decay = 0;
};

// m += (1 - beta1) * (g - m), v += (1 - beta2) * (g * g - v),
// x -= r * sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon)
// in step t, from 1 on: torch.optim.SparseAdam. Adam on dense gradients also
// moves the rows whose gradient is 0, by what is left of m, and decays their m
// and v; this one does not, which is why it is called lazy.
struct AdamOptions {
  float learning_rate = 0.001f;
  float beta1 = 0.9f;
  float beta2 = 0.999f;
  float epsilon = 1e-8f;
  float weight_decay = 0;
};

using OptimizerOptions = std::variant<SgdOptions, AdagradOptions,
                                      RowWiseAdagradOptions, AdamOptions>;

// Trains a table from gradients of few of its rows: a step costs what the rows
// that it touches cost. Move-only; one step at a time.
//
//   auto optimizer = EmbeddingOptimizer::Create(
//       AdagradOptions{.learning_rate = 0.1f}, num_rows, width);
//   optimizer->UpdateBags(variable, ids, upstream);
class EmbeddingOptimizer {
 public:
  // A table of state: one number an item of the trained table, or one a row.
  struct State {
    std::string_view name;  // "sum", "first_moment", "second_moment"
    int64_t width;
    BufferBuilder<float> values;  // num_rows * width
  };

  // With the state of a table of that size: none for SGD, one number an item
  // for Adagrad, one a row for row-wise Adagrad, two an item for Adam. Fails
  // with InvalidArgument for a negative size, for a number that is negative or
  // not finite, or a beta of 1 or more; with ResourceExhausted for a size that
  // does not fit 64 bits.
  static absl::StatusOr<EmbeddingOptimizer> Create(
      const OptimizerOptions& options, int64_t num_rows, int64_t width);

  EmbeddingOptimizer(EmbeddingOptimizer&&) = default;
  EmbeddingOptimizer& operator=(EmbeddingOptimizer&&) = default;

  // A step along the gradient, the slices of each row added up first as by
  // SumPerId. The same bits for any number of threads. Fails, and changes
  // nothing, with InvalidArgument if the slices or the variable are of another
  // size, or as CheckSlices. Cancelled may leave some of the rows changed.
  absl::Status Update(EmbeddingVariable& variable, const IndexedSlices& slices,
                      const ExecOptions& exec = {});

  // The same along the gradient of EmbeddingBag(variable.table(), ids,
  // options.bag), from that of its result: as Update of EmbeddingBagGradient,
  // but that the modes which are linear in the rows make no slices, and each
  // row is changed as soon as its sum is there. Fails as those do.
  absl::Status UpdateBags(EmbeddingVariable& variable, const Tensor& ids,
                          const Tensor& upstream,
                          const BagGradientOptions& options = {});
  // With weights; returns their gradient, one for each id, taken before the
  // step.
  absl::StatusOr<Buffer<float>> UpdateBags(
      EmbeddingVariable& variable, const Tensor& ids, const Tensor& weights,
      const Tensor& upstream, const BagGradientOptions& options = {});

  const OptimizerOptions& options() const { return options_; }
  // For a schedule. Requires a rate that is finite and not negative.
  void set_learning_rate(float learning_rate);

  // What a training that goes on later needs: the steps done and the state,
  // which may be written.
  int64_t num_steps() const { return num_steps_; }
  void set_num_steps(int64_t num_steps) { num_steps_ = num_steps; }
  std::vector<State>& state() { return state_; }
  const std::vector<State>& state() const { return state_; }

 private:
  EmbeddingOptimizer(const OptimizerOptions& options, int64_t num_rows,
                     int64_t width)
      : options_(options), num_rows_(num_rows), width_(width) {}

  absl::Status CheckSize(int64_t num_rows, int64_t width,
                         const char* what) const;
  absl::StatusOr<Buffer<float>> StepBags(EmbeddingVariable& variable,
                                         const Tensor& ids,
                                         const Tensor* weights,
                                         const Tensor& upstream,
                                         const BagGradientOptions& options);
  // Changes the rows `ids`, by one gradient each. For several threads at once.
  void StepRows(std::span<const int64_t> ids, const float* gradients,
                float* table);

  OptimizerOptions options_;
  int64_t num_rows_;
  int64_t width_;
  int64_t num_steps_ = 0;
  std::vector<State> state_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_EMBEDDING_OPTIMIZER_H_
