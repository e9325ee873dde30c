#ifndef ROWSPLIT_EXAMPLES_NEXT_WORD_MODEL_H_
#define ROWSPLIT_EXAMPLES_NEXT_WORD_MODEL_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "Eigen/Core"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "next_word/windows.h"
#include "rowsplit/rowsplit.h"

namespace next_word {

using Matrix =
    Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Row = Eigen::Matrix<float, 1, Eigen::Dynamic>;

struct ModelOptions {
  std::string pool = "concat";  // or "mean"
  int64_t width = 16;           // of the embedding
  int64_t hidden = 32;
  float rate = 0.05f;
  uint64_t seed = 1;
  int threads = 0;
};

struct Score {
  double loss = 0;
  double accuracy = 0;
};

// x · weights + bias, and the sums of squares that Adagrad keeps.
struct Layer {
  Matrix weights, weight_sums;
  Row bias, bias_sums;
};

// Ids → rows of an embedding table, one after the other or their mean → a layer
// with tanh → a layer with softmax over all ids. Trained by Adagrad. The same
// bits for any number of threads.
class Model {
 public:
  // Begins with random weights, and with answers as the counts have them.
  static absl::StatusOr<Model> Create(const ModelOptions& options,
                                      std::span<const int64_t> counts);

  // One step down the gradient of the mean loss of the batch, a part of the
  // examples' items. Gives the sum of its losses.
  absl::StatusOr<double> Train(const Examples& examples,
                               std::span<const Example> batch);

  absl::StatusOr<Score> Evaluate(const Examples& examples) const;

  // The probability of each id after these words.
  absl::StatusOr<Row> Predict(std::vector<int64_t> words) const;

 private:
  // What one batch goes through, kept for the way back.
  struct Pass {
    rowsplit::Tensor ids;
    Matrix inputs, hidden, probabilities;
    std::vector<double> losses;
    std::vector<char> is_right;
  };

  Model(const ModelOptions& options, rowsplit::EmbeddingVariable rows,
        rowsplit::EmbeddingOptimizer optimizer);

  absl::StatusOr<rowsplit::Tensor> Contexts(
      const Examples& examples, std::span<const Example> batch) const;
  absl::StatusOr<Matrix> Embed(const rowsplit::Tensor& ids) const;
  absl::StatusOr<Pass> Forward(const Examples& examples,
                               std::span<const Example> batch) const;
  void ForwardRows(const Examples& examples, std::span<const Example> batch,
                   int64_t begin, int64_t size, Pass& pass) const;
  absl::Status UpdateRows(const rowsplit::Tensor& ids, const Matrix& gradient);
  void UpdateOutput(const Pass& pass);

  ModelOptions options_;
  rowsplit::ExecOptions exec_;
  rowsplit::EmbeddingVariable rows_;
  rowsplit::EmbeddingOptimizer optimizer_;
  Layer hidden_, output_;
};

}  // namespace next_word

#endif  // ROWSPLIT_EXAMPLES_NEXT_WORD_MODEL_H_
