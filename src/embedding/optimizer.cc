#include "rowsplit/embedding/optimizer.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/status_macros.h"
#include "embedding/bag_backward.h"
#include "embedding/group_sums.h"
#include "embedding/id_groups.h"
#include "kernels/optimizer_rows.h"
#include "rowsplit/core/buffer.h"

namespace rowsplit {

namespace {

absl::Status CheckNumber(const char* name, float value) {
  if (value >= 0 && std::isfinite(value)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "optimizer: %s must be finite and not negative: %g", name, value));
}

absl::Status CheckBeta(const char* name, float value) {
  if (value >= 0 && value < 1) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrFormat("optimizer: %s must be in [0, 1): %g", name, value));
}

absl::Status CheckRates(float learning_rate, float weight_decay) {
  ROWSPLIT_RETURN_IF_ERROR(CheckNumber("learning_rate", learning_rate));
  return CheckNumber("weight_decay", weight_decay);
}

absl::Status Check(const SgdOptions& options) {
  return CheckRates(options.learning_rate, options.weight_decay);
}

absl::Status Check(const AdagradOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(
      CheckRates(options.learning_rate, options.weight_decay));
  ROWSPLIT_RETURN_IF_ERROR(
      CheckNumber("learning_rate_decay", options.learning_rate_decay));
  ROWSPLIT_RETURN_IF_ERROR(CheckNumber("initial_sum", options.initial_sum));
  return CheckNumber("epsilon", options.epsilon);
}

absl::Status Check(const RowWiseAdagradOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(
      CheckRates(options.learning_rate, options.weight_decay));
  ROWSPLIT_RETURN_IF_ERROR(CheckNumber("initial_sum", options.initial_sum));
  return CheckNumber("epsilon", options.epsilon);
}

absl::Status Check(const AdamOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(
      CheckRates(options.learning_rate, options.weight_decay));
  ROWSPLIT_RETURN_IF_ERROR(CheckBeta("beta1", options.beta1));
  ROWSPLIT_RETURN_IF_ERROR(CheckBeta("beta2", options.beta2));
  return CheckNumber("epsilon", options.epsilon);
}

EmbeddingOptimizer::State MakeState(std::string_view name, int64_t num_rows,
                                    int64_t width, float value) {
  BufferBuilder<float> values(static_cast<size_t>(num_rows * width));
  std::fill_n(values.data(), values.size(), value);
  return {name, width, std::move(values)};
}

}  // namespace

absl::StatusOr<EmbeddingOptimizer> EmbeddingOptimizer::Create(
    const OptimizerOptions& options, int64_t num_rows, int64_t width) {
  if (num_rows < 0 || width < 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "optimizer: num_rows and width must not be negative: num_rows=%d, "
        "width=%d",
        num_rows, width));
  }
  const int64_t shape[] = {num_rows, width};
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckShapeFits(shape));
  ROWSPLIT_RETURN_IF_ERROR(
      std::visit([](const auto& each) { return Check(each); }, options));
  EmbeddingOptimizer made(options, num_rows, width);
  if (const auto* adagrad = std::get_if<AdagradOptions>(&options)) {
    made.state_.push_back(
        MakeState("sum", num_rows, width, adagrad->initial_sum));
  } else if (const auto* rows = std::get_if<RowWiseAdagradOptions>(&options)) {
    made.state_.push_back(MakeState("sum", num_rows, 1, rows->initial_sum));
  } else if (std::holds_alternative<AdamOptions>(options)) {
    made.state_.push_back(MakeState("first_moment", num_rows, width, 0));
    made.state_.push_back(MakeState("second_moment", num_rows, width, 0));
  }
  return made;
}

void EmbeddingOptimizer::set_learning_rate(float learning_rate) {
  std::visit([&](auto& each) { each.learning_rate = learning_rate; }, options_);
}

absl::Status EmbeddingOptimizer::CheckSize(int64_t num_rows, int64_t width,
                                           const char* what) const {
  if (num_rows == num_rows_ && width == width_) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "optimizer: %s must be of %d rows of %d items: got %d of %d", what,
      num_rows_, width_, num_rows, width));
}

void EmbeddingOptimizer::StepRows(std::span<const int64_t> ids,
                                  const float* gradients, float* table) {
  const auto step = static_cast<double>(num_steps_);
  kernels::UpdateRows rows = {ids.data(), ids.size(), gradients,
                              static_cast<size_t>(width_), 0};
  std::visit(
      [&](const auto& options) {
        using Options = std::decay_t<decltype(options)>;
        rows.weight_decay = options.weight_decay;
        if constexpr (std::is_same_v<Options, SgdOptions>) {
          kernels::SgdRows(rows, options.learning_rate, table);
        } else if constexpr (std::is_same_v<Options, AdagradOptions>) {
          const double decay = 1 + (step - 1) * options.learning_rate_decay;
          kernels::AdagradRows(
              rows,
              {static_cast<float>(options.learning_rate / decay),
               options.epsilon, options.epsilon_inside},
              table, state_[0].values.data());
        } else if constexpr (std::is_same_v<Options, RowWiseAdagradOptions>) {
          kernels::RowWiseAdagradRows(
              rows, {options.learning_rate, options.epsilon, false}, table,
              state_[0].values.data());
        } else {
          const double beta1 = options.beta1;
          const double beta2 = options.beta2;
          const double rate = options.learning_rate *
                              std::sqrt(1 - std::pow(beta2, step)) /
                              (1 - std::pow(beta1, step));
          kernels::AdamRows(
              rows,
              {static_cast<float>(rate), static_cast<float>(1 - beta1),
               static_cast<float>(1 - beta2), options.epsilon},
              table, state_[0].values.data(), state_[1].values.data());
        }
      },
      options_);
}

absl::Status EmbeddingOptimizer::Update(EmbeddingVariable& variable,
                                        const IndexedSlices& slices,
                                        const ExecOptions& exec) {
  ROWSPLIT_RETURN_IF_ERROR(
      CheckSize(variable.num_rows(), variable.width(), "the variable"));
  ROWSPLIT_RETURN_IF_ERROR(
      CheckSize(slices.num_rows, slices.width, "the gradient"));
  ROWSPLIT_RETURN_IF_ERROR(CheckSlices(slices));
  ROWSPLIT_ASSIGN_OR_RETURN(const internal::IdGroups groups,
                            internal::GroupIds(slices.indices.span(), exec));
  ++num_steps_;
  return internal::SumGroups(
      groups, {slices.values.data(), static_cast<size_t>(width_), {}, {}}, exec,
      [&](const internal::GroupBlock& block) {
        StepRows(block.ids, block.sums, variable.values().data());
        return absl::OkStatus();
      });
}

absl::StatusOr<Buffer<float>> EmbeddingOptimizer::StepBags(
    EmbeddingVariable& variable, const Tensor& ids, const Tensor* weights,
    const Tensor& upstream, const BagGradientOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(
      CheckSize(variable.num_rows(), variable.width(), "the variable"));
  ROWSPLIT_ASSIGN_OR_RETURN(
      const internal::Backward backward,
      internal::MakeBackward("optimizer", variable.table(), ids, weights,
                             upstream, options));
  ROWSPLIT_ASSIGN_OR_RETURN(internal::RowSums sums,
                            internal::PrepareRowSums(backward));
  ++num_steps_;
  ROWSPLIT_RETURN_IF_ERROR(internal::ForRowSums(
      backward, sums, [&](const internal::GroupBlock& block) {
        StepRows(block.ids, block.sums, variable.values().data());
        return absl::OkStatus();
      }));
  return std::move(sums.weights);
}

absl::Status EmbeddingOptimizer::UpdateBags(EmbeddingVariable& variable,
                                            const Tensor& ids,
                                            const Tensor& upstream,
                                            const BagGradientOptions& options) {
  return StepBags(variable, ids, nullptr, upstream, options).status();
}

absl::StatusOr<Buffer<float>> EmbeddingOptimizer::UpdateBags(
    EmbeddingVariable& variable, const Tensor& ids, const Tensor& weights,
    const Tensor& upstream, const BagGradientOptions& options) {
  return StepBags(variable, ids, &weights, upstream, options);
}

}  // namespace rowsplit
