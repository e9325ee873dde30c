// Bags that are reduced part by part.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "embedding/bag_ids.h"
#include "embedding/bag_rows.h"
#include "embedding/float_rows.h"
#include "kernels/bag_exp.h"
#include "kernels/bag_fold.h"
#include "kernels/table_rows.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/embedding/bag.h"

namespace rowsplit::internal {

namespace {

// What is left of the parts: those that have rows, and these.
void DropEmptyParts(size_t width, std::vector<BagPart>& parts,
                    std::vector<float>& rows) {
  size_t kept = 0;
  for (size_t part = 0; part < parts.size(); ++part) {
    if (parts[part].num_rows == 0) continue;
    if (kept != part) {
      parts[kept] = parts[part];
      std::copy_n(rows.data() + part * width, width,
                  rows.data() + kept * width);
    }
    ++kept;
  }
  parts.resize(kept);
}

// Those of the two ends are all that such a mode takes.
void KeepOnePart(bool last, size_t width, std::vector<BagPart>& parts,
                 std::vector<float>& rows) {
  if (last)
    std::copy_n(rows.data() + (parts.size() - 1) * width, width, rows.data());
  parts.resize(1);
}

}  // namespace

absl::Status BagReducer::ReduceHuge(const BagBlock& bag,
                                    const ExecOptions* exec,
                                    float* output) const {
  const Offset begin = bag.splits[0];
  const int64_t num_parts = (bag.splits[1] - begin + kPartIds - 1) / kPartIds;
  std::vector<BagPart> parts(static_cast<size_t>(num_parts));
  std::vector<float> rows(parts.size() * static_cast<size_t>(width()));
  const auto reduce = [&](int64_t part, BagScratch& scratch) {
    const Offset first = begin + part * kPartIds;
    const Offset ends[] = {first, std::min(first + kPartIds, bag.splits[1])};
    BagBlock block = bag;
    block.splits = ends;
    block.first_position += part * kPartIds;
    return ReduceRows(block, scratch, &parts[static_cast<size_t>(part)],
                      rows.data() + part * width());
  };
  BagScratch scratch;
  if (exec == nullptr) {
    for (int64_t part = 0; part < num_parts; ++part)
      ROWSPLIT_RETURN_IF_ERROR(reduce(part, scratch));
  } else {
    WorkerLocal<BagScratch> scratches(*exec);
    ROWSPLIT_RETURN_IF_ERROR(ParallelFor(
        *exec, num_parts, 1, [&](int64_t part, int64_t end) -> absl::Status {
          for (; part < end; ++part)
            ROWSPLIT_RETURN_IF_ERROR(reduce(part, scratches.local()));
          return absl::OkStatus();
        }));
  }
  if (width() == 0) return absl::OkStatus();
  DropEmptyParts(static_cast<size_t>(width()), parts, rows);
  if (!parts.empty()) {
    FoldParts(std::move(parts), std::move(rows), scratch, output);
    return absl::OkStatus();
  }
  // An empty bag, as all others are.
  const Offset none[] = {begin, begin};
  BagBlock empty = bag;
  empty.splits = none;
  return ReduceRows(empty, scratch, nullptr, output);
}

void BagReducer::FoldParts(std::vector<BagPart> parts, std::vector<float> rows,
                           BagScratch& scratch, float* output) const {
  const auto columns = static_cast<size_t>(width());
  if (options_.mode == BagMode::kFirst || options_.mode == BagMode::kLast)
    KeepOnePart(options_.mode == BagMode::kLast, columns, parts, rows);
  const kernels::TableRows table =
      AsFloatRows(rows.data(), parts.size(), columns);
  const Offset splits[] = {0, static_cast<Offset>(parts.size())};
  std::vector<const uint8_t*> pointers(parts.size() + kernels::kMaxRowsAhead,
                                       table.rows);
  for (size_t part = 0; part < parts.size(); ++part)
    pointers[part] = table.rows + part * table.row_bytes;
  kernels::RowBags bags{pointers.data(), nullptr, splits, 1};
  double divisor = 0;
  for (const BagPart& part : parts) divisor += part.divisor;
  if (options_.mode == BagMode::kSqrtN) divisor = std::sqrt(divisor);
  scratch.divisors.assign(1, static_cast<float>(divisor));
  if (attention_) {
    // A part's row is divided by the sum of its own exponentials.
    scratch.shares.clear();
    for (const BagPart& part : parts) scratch.shares.push_back(part.log_sum);
    kernels::SoftmaxBags(splits, 1, scratch.shares.data());
    bags.weights = scratch.shares.data();
  }
  Fold(options_.mode, table, bags, scratch, output);
}

}  // namespace rowsplit::internal
