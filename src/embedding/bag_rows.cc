#include "embedding/bag_rows.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "embedding/bag_arguments.h"
#include "embedding/bag_ids.h"
#include "embedding/float_rows.h"
#include "embedding/table_rows.h"
#include "kernels/bag_dot.h"
#include "kernels/bag_exp.h"
#include "kernels/bag_fold.h"
#include "kernels/multiply_rows.h"
#include "kernels/table_rows.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/core/row_format.h"

namespace rowsplit::internal {

namespace {

constexpr char kOp[] = "embedding bag";

size_t NumRows(const kernels::RowBags& bags) {
  return static_cast<size_t>(bags.splits[bags.num_bags]);
}

// The first bag that begins at `cost` or after it, where each id and each bag
// costs 1.
int64_t BagAtCost(std::span<const Offset> splits, int64_t cost) {
  int64_t begin = 0;
  auto end = static_cast<int64_t>(splits.size()) - 1;
  while (begin < end) {
    const int64_t middle = begin + (end - begin) / 2;
    if (splits[middle] - splits[0] + middle < cost) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

// The bags [begin, end) of a block.
BagBlock BagsOf(const BagBlock& block, int64_t begin, int64_t end,
                int64_t width) {
  BagBlock bags = block;
  bags.splits = block.splits.subspan(static_cast<size_t>(begin),
                                     static_cast<size_t>(end - begin) + 1);
  bags.first_bag += begin;
  if (bags.queries != nullptr) bags.queries += begin * width;
  return bags;
}

// log(sum(exp(value))); the greatest value where that is not finite.
float LogSum(const std::vector<float>& values) {
  float most = -std::numeric_limits<float>::infinity();
  for (const float value : values) most = std::max(most, value);
  if (!std::isfinite(most)) return most;
  double sum = 0;
  for (const float value : values)
    sum += std::exp(static_cast<double>(value) - most);
  return static_cast<float>(most + std::log(sum));
}

}  // namespace

BagReducer::BagReducer(EmbeddingTable table, const BagOptions& options,
                       bool attention, float scale)
    : table_(std::move(table)),
      rows_(StoredRows(table_.is_factorized() ? table_.factor() : table_)),
      options_(options),
      attention_(attention),
      scale_(scale),
      zero_row_(rows_.row_bytes) {}

absl::StatusOr<BagReducer> BagReducer::Create(EmbeddingTable table,
                                              const BagOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckBagOptions(kOp, table.num_rows(), options));
  return BagReducer(std::move(table), options, false, 1);
}

absl::StatusOr<BagReducer> BagReducer::Create(EmbeddingTable table,
                                              const AttentionOptions& options) {
  const BagOptions bag{.mode = BagMode::kSum,
                       .padding_idx = options.padding_idx,
                       .out_of_range = options.out_of_range,
                       .out_of_range_row = options.out_of_range_row,
                       .max_norm = options.max_norm,
                       .empty_row = options.empty_row,
                       .exec = options.exec};
  ROWSPLIT_RETURN_IF_ERROR(CheckBagOptions(kOp, table.num_rows(), bag));
  const auto width = static_cast<float>(std::max<int64_t>(table.width(), 1));
  const float scale = options.scale.value_or(1 / std::sqrt(width));
  if (!std::isfinite(scale)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: scale must be finite: %g", kOp, scale));
  }
  return BagReducer(std::move(table), bag, true, scale);
}

bool BagReducer::is_linear() const {
  return !attention_ && !options_.max_norm.has_value() &&
         options_.mode != BagMode::kMax && options_.mode != BagMode::kMin &&
         options_.mode != BagMode::kLogSumExp;
}

bool BagReducer::divides() const {
  return options_.mode == BagMode::kMean || options_.mode == BagMode::kSqrtN;
}

double BagReducer::WeightSum(const kernels::RowBags& bags, size_t bag) const {
  const Offset begin = bags.splits[bag];
  const Offset end = bags.splits[bag + 1];
  if (bags.weights == nullptr) return static_cast<double>(end - begin);
  const bool squared = options_.mode == BagMode::kSqrtN;
  double sum = 0;
  for (Offset i = begin; i < end; ++i) {
    const double weight = bags.weights[i];
    sum += squared ? weight * weight : weight;
  }
  return sum;
}

void BagReducer::FindDivisors(const kernels::RowBags& bags,
                              BagScratch& scratch) const {
  const bool squared = options_.mode == BagMode::kSqrtN;
  scratch.divisors.resize(bags.num_bags);
  for (size_t bag = 0; bag < bags.num_bags; ++bag) {
    const double sum = WeightSum(bags, bag);
    scratch.divisors[bag] = static_cast<float>(squared ? std::sqrt(sum) : sum);
  }
}

void BagReducer::LimitNorms(const kernels::TableRows& rows,
                            kernels::RowBags& bags, BagScratch& scratch) const {
  const size_t num_rows = NumRows(bags);
  const float limit = *options_.max_norm;
  scratch.norms.resize(num_rows);
  kernels::SquaredNorms(rows, bags.rows, num_rows, scratch.norms.data());
  for (float& factor : scratch.norms) {
    const float norm = std::sqrt(factor);
    factor = norm <= limit ? 1 : limit / norm;
  }
  if (bags.weights != nullptr) {
    for (size_t i = 0; i < num_rows; ++i) scratch.norms[i] *= bags.weights[i];
  }
  bags.weights = scratch.norms.data();
}

void BagReducer::Attend(const kernels::TableRows& rows, const float* queries,
                        kernels::RowBags& bags, BagScratch& scratch,
                        BagPart* part) const {
  const size_t num_rows = NumRows(bags);
  std::vector<float>& shares = scratch.shares;
  shares.resize(num_rows);
  kernels::DotBags(rows, bags, queries, shares.data());
  for (float& share : shares) share *= scale_;
  if (part != nullptr) part->log_sum = LogSum(shares);
  kernels::SoftmaxBags(bags.splits, bags.num_bags, shares.data());
  if (bags.weights != nullptr) {
    for (size_t i = 0; i < num_rows; ++i) shares[i] *= bags.weights[i];
  }
  bags.weights = shares.data();
}

void BagReducer::Fold(BagMode mode, const kernels::TableRows& rows,
                      const kernels::RowBags& bags, BagScratch& scratch,
                      float* output) const {
  using kernels::BagFold;
  switch (mode) {
    case BagMode::kSum:
      return kernels::FoldBags(rows, BagFold::kSum, bags, nullptr, output);
    case BagMode::kMean:
    case BagMode::kSqrtN:
      kernels::FoldBags(rows, BagFold::kSum, bags, scratch.divisors.data(),
                        output);
      for (size_t bag = 0; bag < bags.num_bags; ++bag) {
        if (scratch.divisors[bag] == 0)
          std::fill_n(output + bag * rows.width, rows.width, 0.0f);
      }
      return;
    // The maximum of one row is the row, which is not so of the sum with 0.
    case BagMode::kFirst:
    case BagMode::kLast:
    case BagMode::kMax:
      return kernels::FoldBags(rows, BagFold::kMax, bags, nullptr, output);
    case BagMode::kMin:
      return kernels::FoldBags(rows, BagFold::kMin, bags, nullptr, output);
    case BagMode::kLogSumExp:
      scratch.maxima.resize(bags.num_bags * rows.width);
      kernels::FoldBags(rows, BagFold::kMax, bags, nullptr,
                        scratch.maxima.data());
      return kernels::LogSumExpBags(rows, bags, scratch.maxima.data(), output);
  }
}

void BagReducer::Project(const float* short_rows, size_t num_rows,
                         float* output) const {
  kernels::MultiplyRows(short_rows, num_rows, rows_.width,
                        table_.projection().data(),
                        static_cast<size_t>(table_.width()), output);
}

kernels::TableRows BagReducer::MakeLongRows(kernels::RowBags& bags,
                                            BagScratch& scratch) const {
  const size_t num_rows = NumRows(bags);
  const auto width = static_cast<size_t>(table_.width());
  std::vector<Offset> each(num_rows + 1);
  for (size_t i = 0; i <= num_rows; ++i) each[i] = static_cast<Offset>(i);
  scratch.short_rows.resize(num_rows * rows_.width);
  kernels::FoldBags(rows_, kernels::BagFold::kMax,
                    {bags.rows, nullptr, each.data(), num_rows}, nullptr,
                    scratch.short_rows.data());
  scratch.long_rows.resize(num_rows * width);
  Project(scratch.short_rows.data(), num_rows, scratch.long_rows.data());
  const kernels::TableRows rows =
      AsFloatRows(scratch.long_rows.data(), num_rows, width);
  for (size_t i = 0; i < num_rows; ++i)
    scratch.rows[i] = rows.rows + i * rows.row_bytes;
  std::fill_n(scratch.rows.data() + num_rows, kernels::kMaxRowsAhead,
              rows.rows);
  bags.rows = scratch.rows.data();
  return rows;
}

absl::Status BagReducer::ReduceRows(const BagBlock& block, BagScratch& scratch,
                                    BagPart* part, float* output) const {
  const IdRules rules{
      .rows = rows_,
      .mode = options_.mode,
      .padding_idx = options_.padding_idx,
      .out_of_range = options_.out_of_range,
      .out_of_range_row = options_.out_of_range_row,
      .empty_row = part == nullptr ? options_.empty_row : std::nullopt,
      .zero_row = zero_row_.data()};
  ROWSPLIT_ASSIGN_OR_RETURN(kernels::RowBags bags,
                            ResolveIds(rules, block, scratch));
  if (bags.num_bags == 0 || table_.width() == 0) return absl::OkStatus();
  BagMode mode = options_.mode;
  if (part != nullptr) {
    part->num_rows = bags.splits[1];
    if (divides()) {
      part->divisor = WeightSum(bags, 0);
      mode = BagMode::kSum;
    }
  } else if (divides()) {
    FindDivisors(bags, scratch);
  }
  kernels::TableRows rows = rows_;
  const bool pools_short_rows = table_.is_factorized() && is_linear();
  if (table_.is_factorized() && !pools_short_rows)
    rows = MakeLongRows(bags, scratch);
  if (options_.max_norm.has_value()) LimitNorms(rows, bags, scratch);
  if (attention_) Attend(rows, block.queries, bags, scratch, part);
  if (pools_short_rows) {
    scratch.short_rows.resize(bags.num_bags * rows.width);
    Fold(mode, rows, bags, scratch, scratch.short_rows.data());
    Project(scratch.short_rows.data(), bags.num_bags, output);
  } else {
    Fold(mode, rows, bags, scratch, output);
  }
  return absl::OkStatus();
}

absl::Status BagReducer::ForRuns(
    const BagBlock& block, float* output,
    absl::FunctionRef<absl::Status(const BagBlock& run, bool is_huge,
                                   float* output)>
        reduce) const {
  const auto num_bags = static_cast<int64_t>(block.num_bags());
  if (num_bags == 0 || block.splits.back() - block.splits.front() <= kMostIds)
    return reduce(block, false, output);
  const auto is_huge = [&](int64_t bag) {
    return block.splits[bag + 1] - block.splits[bag] > kMostIds;
  };
  for (int64_t begin = 0; begin < num_bags;) {
    int64_t end = begin + 1;
    if (!is_huge(begin))
      while (end < num_bags && !is_huge(end)) ++end;
    ROWSPLIT_RETURN_IF_ERROR(reduce(BagsOf(block, begin, end, width()),
                                    is_huge(begin), output + begin * width()));
    begin = end;
  }
  return absl::OkStatus();
}

absl::Status BagReducer::Reduce(const BagBlock& block, BagScratch& scratch,
                                float* output) const {
  return ForRuns(block, output,
                 [&](const BagBlock& run, bool is_huge, float* to) {
                   return is_huge ? ReduceHuge(run, nullptr, to)
                                  : ReduceRows(run, scratch, nullptr, to);
                 });
}

absl::Status BagReducer::ReduceAll(const BagBlock& block,
                                   const ExecOptions& exec,
                                   float* output) const {
  return ForRuns(block, output,
                 [&](const BagBlock& run, bool is_huge, float* to) {
                   return is_huge ? ReduceHuge(run, &exec, to)
                                  : ReducePieces(run, exec, to);
                 });
}

absl::Status BagReducer::ReducePieces(const BagBlock& block,
                                      const ExecOptions& exec,
                                      float* output) const {
  const auto num_bags = static_cast<int64_t>(block.num_bags());
  if (num_bags == 0) return absl::OkStatus();
  // Some tens of microseconds of rows; long rows made of short ones stay in the
  // second cache.
  const int64_t row_bytes = table_.is_factorized()
                                ? table_.width() * 4
                                : static_cast<int64_t>(rows_.row_bytes);
  const int64_t grain = std::clamp<int64_t>(
      (int64_t{1} << 18) / std::max<int64_t>(row_bytes, 1), 64, 2048);
  const int64_t cost = block.splits.back() - block.splits.front() + num_bags;
  WorkerLocal<BagScratch> scratch(exec);
  return ParallelFor(
      exec, (cost + grain - 1) / grain, 1,
      [&](int64_t begin_piece, int64_t end_piece) -> absl::Status {
        const int64_t begin = BagAtCost(block.splits, begin_piece * grain);
        const int64_t end = BagAtCost(block.splits, end_piece * grain);
        if (begin == end) return absl::OkStatus();
        return ReduceRows(BagsOf(block, begin, end, width()), scratch.local(),
                          nullptr, output + begin * width());
      });
}

absl::Status BagRows(const EmbeddingTable& table, const IdSpan& ids,
                     std::span<const Offset> splits, const BagOptions& options,
                     float* output) {
  ROWSPLIT_ASSIGN_OR_RETURN(const BagReducer reducer,
                            BagReducer::Create(table, options));
  BagScratch scratch;
  return reducer.Reduce({.ids = ids, .splits = splits}, scratch, output);
}

}  // namespace rowsplit::internal
