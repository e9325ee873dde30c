#include "embedding/group_sums.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "kernels/sum_slices.h"
#include "rowsplit/core/buffer.h"

namespace rowsplit::internal {

namespace {

// Groups of a block: their sums take up to this many bytes.
constexpr size_t kBlockBytes = size_t{64} << 10;
// Positions of a piece of work.
constexpr int64_t kGrain = int64_t{1} << 12;

struct Scratch {
  BufferBuilder<float> sums;
  BufferBuilder<int64_t> sources;
  BufferBuilder<float> scales;
  BufferBuilder<int64_t> splits;
};

// The sums of the groups [begin, end) to scratch.sums.
void SumBlock(const IdGroups& groups, const SliceSource& source, int64_t begin,
              int64_t end, Scratch& scratch) {
  const int64_t first = groups.splits[begin];
  const auto size = static_cast<size_t>(groups.splits[end] - first);
  const auto num_groups = static_cast<size_t>(end - begin);
  scratch.sources.ResizeUninitialized(size);
  scratch.splits.ResizeUninitialized(num_groups + 1);
  scratch.sums.ResizeUninitialized(num_groups * source.width);
  for (size_t i = 0; i <= num_groups; ++i)
    scratch.splits[i] = groups.splits[begin + static_cast<int64_t>(i)] - first;
  for (size_t i = 0; i < size; ++i) {
    const int64_t position = groups.position(first + static_cast<int64_t>(i));
    scratch.sources[i] =
        source.sources.empty() ? position : source.sources[position];
  }
  const float* scales = nullptr;
  if (!source.scales.empty()) {
    scratch.scales.ResizeUninitialized(size);
    for (size_t i = 0; i < size; ++i) {
      scratch.scales[i] =
          source.scales[groups.position(first + static_cast<int64_t>(i))];
    }
    scales = scratch.scales.data();
  }
  kernels::SumSlices(source.rows, source.width, scratch.sources.data(), scales,
                     scratch.splits.data(), num_groups, scratch.sums.data());
}

}  // namespace

std::vector<int64_t> PieceStarts(std::span<const int64_t> splits,
                                 int64_t grain) {
  std::vector<int64_t> starts = {0};
  const auto num_rows = static_cast<int64_t>(splits.size()) - 1;
  while (starts.back() < num_rows) {
    const int64_t first = starts.back();
    const auto end = std::upper_bound(splits.begin() + first + 1, splits.end(),
                                      splits[first] + grain);
    const int64_t last = end - splits.begin() - 1;
    starts.push_back(std::max(last, first + 1));
  }
  return starts;
}

absl::Status SumGroups(
    const IdGroups& groups, const SliceSource& source, const ExecOptions& exec,
    absl::FunctionRef<absl::Status(const GroupBlock& block)> consume) {
  const std::vector<int64_t> starts = PieceStarts(groups.splits.span(), kGrain);
  const auto num_pieces = static_cast<int64_t>(starts.size()) - 1;
  const auto block_groups = static_cast<int64_t>(std::max<size_t>(
      kBlockBytes / sizeof(float) / std::max<size_t>(source.width, 1), 1));
  WorkerLocal<Scratch> scratches(exec);
  return ParallelFor(exec, num_pieces, 1, [&](int64_t piece, int64_t) {
    Scratch& scratch = scratches.local();
    for (int64_t begin = starts[piece]; begin < starts[piece + 1];) {
      const int64_t end = std::min(begin + block_groups, starts[piece + 1]);
      SumBlock(groups, source, begin, end, scratch);
      ROWSPLIT_RETURN_IF_ERROR(
          consume({begin, groups.ids.span().subspan(begin, end - begin),
                   scratch.sums.data()}));
      begin = end;
    }
    return absl::OkStatus();
  });
}

}  // namespace rowsplit::internal
