#include "rowsplit/embedding/bag_jacobian.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "embedding/bag_backward.h"
#include "embedding/bag_plan.h"
#include "kernels/bag_slices.h"
#include "rowsplit/core/buffer.h"

namespace rowsplit {

namespace {

constexpr char kOp[] = "embedding_bag_jacobian";
// Items of a piece of work.
constexpr int64_t kGrainItems = int64_t{1} << 15;

struct Scratch {
  std::vector<float> row;
  std::vector<float> scales;
  std::vector<int64_t> indices;
};

// The matrix of a row that max_norm scaled by c to x, of which item i of the
// bag has the derivative d[i] by item i: c d[i] (1 at (i, i) - x[i] x / <x,
// x>).
void ScaledMatrix(const EmbeddingTable& table, int64_t id, float max_norm,
                  const float* diagonal, Scratch& scratch, float* matrix) {
  const auto width = static_cast<size_t>(table.width());
  scratch.row.resize(width);
  scratch.scales.resize(width);
  scratch.indices.assign(width, 0);
  float* row = scratch.row.data();
  internal::ReadEntryRows(table, {&id, 1}, row);
  float factor = 1;
  kernels::ClipRows(max_norm, width, 1, row, &factor);
  float square = 1;
  if (factor != 1) kernels::DotRows(row, nullptr, row, width, 1, &square);
  for (size_t i = 0; i < width; ++i) {
    scratch.scales[i] = factor == 1 || square == 0
                            ? 0
                            : -factor * diagonal[i] * row[i] / square;
  }
  kernels::ScaleRows(row, width, scratch.indices.data(), scratch.scales.data(),
                     width, matrix);
  for (size_t i = 0; i < width; ++i)
    matrix[i * width + i] += factor * diagonal[i];
}

// The places of the ids of the entries that are rows: those that have slices.
std::vector<int64_t> PlacesOfSlices(const internal::BagPlan& plan) {
  std::vector<int64_t> places;
  for (int64_t entry = 0; entry < plan.num_entries(); ++entry) {
    if (plan.rows[entry] != internal::kZeroRow)
      places.push_back(plan.place(entry));
  }
  return places;
}

absl::StatusOr<Tensor> ShapedAs(const Tensor& ids, const Buffer<float>& values,
                                const std::vector<int64_t>& inner_shape) {
  std::vector<int64_t> shape = ids.flat_shape();
  shape.insert(shape.end(), inner_shape.begin(), inner_shape.end());
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor flat,
                            Tensor::Dense(values, std::move(shape)));
  if (!ids.is_ragged()) return flat;
  return ids.WithFlatValues(std::move(flat));
}

absl::StatusOr<Tensor> Jacobian(const EmbeddingTable& table, const Tensor& ids,
                                const Tensor* weights,
                                const BagJacobianOptions& options) {
  const BagOptions& bag = options.gradient.bag;
  const bool is_full = options.form == JacobianForm::kFull;
  if (!is_full && bag.max_norm.has_value()) {
    return absl::InvalidArgumentError(
        "embedding_bag_jacobian: not diagonal with a max_norm");
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      internal::BagPlan plan,
      internal::MakeBagPlan(kOp, table.num_rows(), ids, weights, bag));
  const int64_t width = table.width();
  const int64_t shape[] = {plan.num_ids, width, is_full ? width : 1};
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckShapeFits(shape));
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_items,
                            internal::CheckedMul(plan.num_bags(), width));
  BufferBuilder<float> ones(static_cast<size_t>(num_items));
  std::fill_n(ones.data(), ones.size(), 1.0f);
  Buffer<float> scales = internal::EntryScales(plan, bag.mode);
  const internal::Backward backward = {table,
                                       std::move(plan),
                                       std::move(scales),
                                       std::move(ones).Build(),
                                       options.gradient,
                                       false};
  ROWSPLIT_ASSIGN_OR_RETURN(const BagGradients diagonals,
                            internal::EntryGradients(backward, true));
  const std::vector<int64_t> places = PlacesOfSlices(backward.plan);
  const int64_t items = is_full ? width * width : width;
  BufferBuilder<float> output(
      static_cast<size_t>(backward.plan.num_ids * items));
  std::fill_n(output.data(), output.size(), 0.0f);
  internal::WorkerLocal<Scratch> scratches(bag.exec);
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      bag.exec, static_cast<int64_t>(places.size()),
      std::max<int64_t>(kGrainItems / std::max<int64_t>(items, 1), 1),
      [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
          if (places[i] < 0) continue;
          const float* diagonal = diagonals.rows.values.data() + i * width;
          float* to = output.data() + places[i] * items;
          if (!is_full) {
            std::copy_n(diagonal, width, to);
          } else if (bag.max_norm.has_value()) {
            ScaledMatrix(table, diagonals.rows.indices[i], *bag.max_norm,
                         diagonal, scratches.local(), to);
          } else {
            for (int64_t j = 0; j < width; ++j)
              to[j * (width + 1)] = diagonal[j];
          }
        }
        return absl::OkStatus();
      }));
  std::vector<int64_t> inner = {width};
  if (is_full) inner.push_back(width);
  return ShapedAs(ids, std::move(output).Build(), inner);
}

}  // namespace

absl::StatusOr<Tensor> EmbeddingBagJacobian(const EmbeddingTable& table,
                                            const Tensor& ids,
                                            const BagJacobianOptions& options) {
  return Jacobian(table, ids, nullptr, options);
}

absl::StatusOr<Tensor> EmbeddingBagJacobian(const EmbeddingTable& table,
                                            const Tensor& ids,
                                            const Tensor& weights,
                                            const BagJacobianOptions& options) {
  return Jacobian(table, ids, &weights, options);
}

}  // namespace rowsplit
