#include "next_word/model.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "Eigen/Core"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "next_word/windows.h"
#include "rowsplit/rowsplit.h"

namespace next_word {

namespace {

// Blocks of the work for threads.
constexpr int64_t kBlockRows = 32;
constexpr int64_t kBlockWords = 512;

constexpr float kInitialSum = 0.01f;  // of Adagrad's squares

// Calls `run` with the beginning and the size of each block of `size` items.
// What a block computes must not depend on the thread that computes it.
void ForEachBlock(int64_t num_items, int64_t size, int num_threads,
                  const std::function<void(int64_t, int64_t)>& run) {
  std::atomic<int64_t> next = 0;
  const auto work = [&] {
    for (int64_t begin; (begin = next.fetch_add(size)) < num_items;)
      run(begin, std::min(size, num_items - begin));
  };
  std::vector<std::jthread> threads;
  const int64_t num_blocks = (num_items + size - 1) / size;
  for (int64_t i = 1; i < std::min<int64_t>(num_threads, num_blocks); ++i)
    threads.emplace_back(work);
  work();
}

template <typename Values, typename Sums, typename Gradient>
void Adagrad(float rate, Values&& values, Sums&& sums,
             const Gradient& gradient) {
  sums.array() += gradient.array().square();
  values.array() -= rate * gradient.array() / sums.array().sqrt();
}

// Random weights, spread as Glorot's, times `scale`.
absl::StatusOr<Layer> MakeLayer(int64_t inputs, int64_t outputs, float scale,
                                uint64_t seed) {
  const float limit =
      scale * std::sqrt(6.0f / static_cast<float>(inputs + outputs));
  const auto values = rowsplit::EmbeddingTable::Uniform(
      inputs, outputs, {.limit = limit, .seed = seed});
  if (!values.ok()) return values.status();
  Layer layer;
  layer.weights =
      Eigen::Map<const Matrix>(values->values().data(), inputs, outputs);
  layer.weight_sums = Matrix::Constant(inputs, outputs, kInitialSum);
  layer.bias = Row::Zero(outputs);
  layer.bias_sums = Row::Constant(outputs, kInitialSum);
  return layer;
}

}  // namespace

// Begins with random weights, and with answers as the counts have them.
absl::StatusOr<Model> Model::Create(const ModelOptions& options,
                                    std::span<const int64_t> counts) {
  const int64_t num_ids = static_cast<int64_t>(counts.size());
  const auto table = rowsplit::EmbeddingTable::Uniform(
      num_ids, options.width, {.limit = 0.1f, .seed = options.seed});
  if (!table.ok()) return table.status();
  auto rows = rowsplit::EmbeddingVariable::FromTable(*table);
  if (!rows.ok()) return rows.status();
  auto optimizer = rowsplit::EmbeddingOptimizer::Create(
      rowsplit::AdagradOptions{.learning_rate = options.rate,
                               .initial_sum = kInitialSum},
      num_ids, options.width);
  if (!optimizer.ok()) return optimizer.status();
  auto hidden =
      MakeLayer(options.width * (options.pool == "concat" ? kContext : 1),
                options.hidden, 1, options.seed + 1);
  if (!hidden.ok()) return hidden.status();
  auto output = MakeLayer(options.hidden, num_ids, 0.1f, options.seed + 2);
  if (!output.ok()) return output.status();
  Model model(options, *std::move(rows), *std::move(optimizer));
  model.hidden_ = *std::move(hidden);
  model.output_ = *std::move(output);
  for (int64_t id = 0; id < num_ids; ++id)
    model.output_.bias(id) = std::log(static_cast<float>(counts[id]) + 0.5f);
  return model;
}

// One step down the gradient of the mean loss of these examples. Gives the
// sum of their losses.
absl::StatusOr<double> Model::Train(const Examples& examples,
                                    std::span<const Example> batch) {
  auto pass = Forward(examples, batch);
  if (!pass.ok()) return pass.status();
  const int64_t n = static_cast<int64_t>(batch.size());
  Matrix& errors = pass->probabilities;
  for (int64_t i = 0; i < n; ++i) errors(i, examples.ids[batch[i].end]) -= 1;
  errors /= static_cast<float>(n);
  Matrix gradient(n, options_.hidden);
  ForEachBlock(
      n, kBlockRows, options_.threads, [&](int64_t begin, int64_t size) {
        gradient.middleRows(begin, size).noalias() =
            errors.middleRows(begin, size) * output_.weights.transpose();
      });
  gradient.array() *= 1 - pass->hidden.array().square();
  const Matrix input_gradient = gradient * hidden_.weights.transpose();
  UpdateOutput(*pass);
  Adagrad(options_.rate, hidden_.weights, hidden_.weight_sums,
          (pass->inputs.transpose() * gradient).eval());
  Adagrad(options_.rate, hidden_.bias, hidden_.bias_sums,
          gradient.colwise().sum().eval());
  absl::Status status = UpdateRows(pass->ids, input_gradient);
  if (!status.ok()) return status;
  return std::accumulate(pass->losses.begin(), pass->losses.end(), 0.0);
}

absl::StatusOr<Score> Model::Evaluate(const Examples& examples) const {
  constexpr size_t kBatch = 512;
  Score score;
  const std::span<const Example> all = examples.items;
  for (size_t begin = 0; begin < all.size(); begin += kBatch) {
    const auto pass = Forward(
        examples, all.subspan(begin, std::min(kBatch, all.size() - begin)));
    if (!pass.ok()) return pass.status();
    for (const double loss : pass->losses) score.loss += loss;
    for (const char is_right : pass->is_right) score.accuracy += is_right;
  }
  score.loss /= static_cast<double>(all.size());
  score.accuracy /= static_cast<double>(all.size());
  return score;
}

// The probability of each word after these, at least one.
absl::StatusOr<Row> Model::Predict(std::vector<int64_t> words) const {
  words.push_back(kFirstWord);
  const int64_t end = static_cast<int64_t>(words.size()) - 1;
  const Example example = {std::max<int64_t>(0, end - kContext), end};
  const auto pass = Forward({std::move(words), {}}, {&example, 1});
  if (!pass.ok()) return pass.status();
  return Row(pass->probabilities.row(0));
}

Model::Model(const ModelOptions& options, rowsplit::EmbeddingVariable rows,
             rowsplit::EmbeddingOptimizer optimizer)
    : options_(options),
      exec_{.num_threads = options.threads},
      rows_(std::move(rows)),
      optimizer_(std::move(optimizer)) {}

// The ids before each word to tell: rows of 1 to 10, or to concatenate them,
// rows of 10 with padding in front.
absl::StatusOr<rowsplit::Tensor> Model::Contexts(
    const Examples& examples, std::span<const Example> batch) const {
  rowsplit::BufferBuilder<int64_t> ids;
  std::vector<rowsplit::Offset> splits = {0};
  const bool is_padded = options_.pool == "concat";
  for (const auto [begin, end] : batch) {
    for (int64_t pad = end - begin; is_padded && pad < kContext; ++pad)
      ids.Append(0);
    ids.Append({examples.ids.data() + begin, examples.ids.data() + end});
    splits.push_back(static_cast<int64_t>(ids.size()));
  }
  return rowsplit::Tensor::FromRowSplits(
      rowsplit::Tensor::Vector(std::move(ids).Build()), splits);
}

// [forward]
// A row of numbers for each row of ids: their table rows one after the other,
// or the mean of them.
absl::StatusOr<Matrix> Model::Embed(const rowsplit::Tensor& ids) const {
  const rowsplit::EmbeddingTable& table = rows_.table();
  if (options_.pool == "concat") {
    const auto rows =
        rowsplit::Gather(table.view(), ids.items<int64_t>(), {.exec = exec_});
    if (!rows.ok()) return rows.status();
    return Matrix(Eigen::Map<const Matrix>(rows->data(), ids.num_rows(),
                                           kContext * table.width()));
  }
  const auto means = rowsplit::EmbeddingBag(
      table, ids, {.mode = rowsplit::BagMode::kMean, .exec = exec_});
  if (!means.ok()) return means.status();
  return Matrix(Eigen::Map<const Matrix>(means->items<float>().data(),
                                         ids.num_rows(), table.width()));
}
// [forward]

// [backward]
// Moves the table's rows that the ids name, by the gradient of what Embed gave.
absl::Status Model::UpdateRows(const rowsplit::Tensor& ids,
                               const Matrix& gradient) {
  const auto upstream = rowsplit::Tensor::Dense(
      rowsplit::Buffer<float>::Copy(
          {gradient.data(), static_cast<size_t>(gradient.size())}),
      {gradient.size() / rows_.width(), rows_.width()});
  if (!upstream.ok()) return upstream.status();
  if (options_.pool == "concat") {
    const auto slices =
        rowsplit::GatherGradient(ids, *upstream, rows_.num_rows());
    if (!slices.ok()) return slices.status();
    return optimizer_.Update(rows_, *slices, exec_);
  }
  return optimizer_.UpdateBags(
      rows_, ids, *upstream,
      {.bag = {.mode = rowsplit::BagMode::kMean, .exec = exec_}});
}
// [backward]

absl::StatusOr<Model::Pass> Model::Forward(
    const Examples& examples, std::span<const Example> batch) const {
  auto ids = Contexts(examples, batch);
  if (!ids.ok()) return ids.status();
  auto inputs = Embed(*ids);
  if (!inputs.ok()) return inputs.status();
  const int64_t n = static_cast<int64_t>(batch.size());
  Pass pass{*std::move(ids),
            *std::move(inputs),
            Matrix(n, options_.hidden),
            Matrix(n, output_.bias.size()),
            {},
            {}};
  pass.losses.resize(batch.size());
  pass.is_right.resize(batch.size());
  ForEachBlock(n, kBlockRows, options_.threads,
               [&](int64_t begin, int64_t size) {
                 ForwardRows(examples, batch, begin, size, pass);
               });
  return pass;
}

void Model::ForwardRows(const Examples& examples,
                        std::span<const Example> batch, int64_t begin,
                        int64_t size, Pass& pass) const {
  auto hidden = pass.hidden.middleRows(begin, size);
  hidden.noalias() = pass.inputs.middleRows(begin, size) * hidden_.weights;
  hidden = (hidden.rowwise() + hidden_.bias).array().tanh();
  pass.probabilities.middleRows(begin, size).noalias() =
      hidden * output_.weights;
  for (int64_t i = begin; i < begin + size; ++i) {
    auto row = pass.probabilities.row(i);
    row += output_.bias;
    Eigen::Index best;
    const float greatest = row.maxCoeff(&best);
    const int64_t label = examples.ids[batch[i].end];
    const float score = row(label) - greatest;
    row = (row.array() - greatest).exp();
    const float sum = row.sum();
    row /= sum;
    pass.losses[i] = std::log(sum) - score;
    pass.is_right[i] = best == label;
  }
}

void Model::UpdateOutput(const Pass& pass) {
  ForEachBlock(output_.bias.size(), kBlockWords, options_.threads,
               [&](int64_t begin, int64_t size) {
                 const auto errors = pass.probabilities.middleCols(begin, size);
                 Adagrad(options_.rate, output_.weights.middleCols(begin, size),
                         output_.weight_sums.middleCols(begin, size),
                         (pass.hidden.transpose() * errors).eval());
                 Adagrad(options_.rate, output_.bias.segment(begin, size),
                         output_.bias_sums.segment(begin, size),
                         errors.colwise().sum().eval());
               });
}

}  // namespace next_word
