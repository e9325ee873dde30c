// Row splits of any kind, and windows, reductions and gathers over those that
// are valid, against the plainest form of each.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "fuzz/input.h"
#include "kernels/reduce_rows_ref.h"
#include "rowsplit/rowsplit.h"

namespace rowsplit {
namespace {

// Larger tensors are no better at finding faults.
constexpr int64_t kMostValues = 2000;

bool AreValidSplits(const std::vector<Offset>& splits) {
  return !splits.empty() && splits.front() == 0 &&
         std::is_sorted(splits.begin(), splits.end());
}

// Half of the time each split is a number of its own, else they are sums of
// lengths, which are mostly valid.
std::vector<Offset> MakeSplits(fuzz::Input& input) {
  const bool lengths = input.Flag();
  std::vector<Offset> splits;
  if (lengths || input.Flag()) splits.push_back(0);
  for (int64_t rows = input.Below(64); rows > 0; --rows) {
    uint64_t split = static_cast<uint64_t>(input.Number());
    if (lengths) split += static_cast<uint64_t>(splits.back());
    splits.push_back(static_cast<Offset>(split));
  }
  return splits;
}

template <typename T>
std::vector<T> ToVector(std::span<const T> values) {
  return {values.begin(), values.end()};
}

// ---- Windows.

using Windows = std::vector<std::vector<uint16_t>>;

// `reach` is the distance of a window's first value from its last.
void CutRow(std::span<const uint16_t> row, const WindowOptions& options,
            Windows& windows) {
  const auto n = static_cast<int64_t>(row.size());
  for (int64_t begin = 0; begin < n;) {
    std::vector<uint16_t> window;
    for (int64_t at = begin; at < n; at += options.stride) {
      window.push_back(row[at]);
      if (static_cast<int64_t>(window.size()) == options.size) break;
      if (options.stride > n) break;
    }
    if (!options.drop_remainder ||
        static_cast<int64_t>(window.size()) == options.size)
      windows.push_back(window);
    const int64_t shift = options.shift.value_or(options.size);
    if (shift > n) break;
    begin += shift;
  }
}

void CheckWindows(fuzz::Input& input, RaggedView<uint16_t> view) {
  WindowOptions options{.size = input.Number(), .stride = input.Number()};
  if (input.Flag()) options.shift = input.Number();
  options.drop_remainder = input.Flag();
  options.scope =
      input.Flag() ? WindowScope::kAcrossRows : WindowScope::kWithinRow;
  options.exec.num_threads = 1;
  const int64_t shift = options.shift.value_or(options.size);
  const auto result = Window(view, options);
  if (options.size <= 0 || shift <= 0 || options.stride <= 0) {
    ROWSPLIT_FUZZ_CHECK(!result.ok());
    return;
  }
  if (!result.ok()) {
    constexpr int64_t kMost = int64_t{1} << 62;
    ROWSPLIT_FUZZ_CHECK(shift > kMost ||
                        (options.size - 1) >= kMost / options.stride);
    return;
  }
  Windows expected;
  if (options.scope == WindowScope::kAcrossRows) {
    CutRow(view.values.subspan(view.splits.front(),
                               view.splits.back() - view.splits.front()),
           options, expected);
  } else {
    ROWSPLIT_FUZZ_CHECK(result->num_rows() == view.num_rows());
    for (int64_t row = 0; row < view.num_rows(); ++row) {
      CutRow(view.row(row), options, expected);
      ROWSPLIT_FUZZ_CHECK(result->shape().partition(0).row_splits()[row + 1] ==
                          static_cast<int64_t>(expected.size()));
    }
  }
  const RaggedView<uint16_t> windows = result->view();
  ROWSPLIT_FUZZ_CHECK(windows.num_rows() ==
                      static_cast<int64_t>(expected.size()));
  for (int64_t w = 0; w < windows.num_rows(); ++w)
    ROWSPLIT_FUZZ_CHECK(ToVector(windows.row(w)) == expected[w]);
}

// ---- Reductions.

// Equal bits, or both NaN.
template <typename T>
bool SameItems(std::span<const T> a, const std::vector<T>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](T x, T y) {
    return std::memcmp(&x, &y, sizeof(T)) == 0 || (x != x && y != y);
  });
}

template <typename T>
void CheckReductions(const RaggedView<T>& view, int64_t width) {
  const ReduceOptions options{.width = width, .exec = {.num_threads = 1}};
  const auto num_rows = static_cast<size_t>(view.num_rows());
  std::vector<T> expected(num_rows * static_cast<size_t>(width));
  const auto check = [&](const auto& result, auto reduce) {
    reduce(view.splits.data(), num_rows, view.values.data(),
           static_cast<size_t>(width), expected.data());
    ROWSPLIT_FUZZ_CHECK(result.ok());
    ROWSPLIT_FUZZ_CHECK(SameItems(result->span(), expected));
  };
  check(Max(view, options), reference::MaxRows<T>);
  check(Min(view, options), reference::MinRows<T>);
  check(Sum(view, options), reference::SumRows<T>);
  const auto mean = Mean(view, options);
  ROWSPLIT_FUZZ_CHECK(mean.ok() && mean->size() == expected.size());
  if constexpr (std::is_floating_point_v<T>) {
    for (size_t i = 0; i < expected.size(); ++i) {
      const size_t row = i / static_cast<size_t>(width);
      expected[i] /= static_cast<T>(view.splits[row + 1] - view.splits[row]);
    }
    ROWSPLIT_FUZZ_CHECK(SameItems(mean->span(), expected));
  }
}

template <typename T>
std::vector<T> MakeValues(fuzz::Input& input, int64_t size) {
  std::vector<T> values(static_cast<size_t>(size));
  for (T& value : values) {
    const int64_t number = input.Number();
    if constexpr (sizeof(T) == 4) {
      const auto bits = static_cast<uint32_t>(number);
      std::memcpy(&value, &bits, sizeof(T));  // NaN and infinities too
    } else {
      std::memcpy(&value, &number, sizeof(T));
    }
  }
  return values;
}

template <typename T>
void CheckReductions(fuzz::Input& input, std::span<const Offset> splits) {
  const int64_t width = input.Below(20);
  const auto values = MakeValues<T>(input, splits.back() * width);
  CheckReductions<T>(RaggedView<T>{splits, values}, width);
}

// ---- Gather.

void CheckGather(fuzz::Input& input, const RowPartition& partition) {
  const int64_t num_rows = input.Below(16);
  const int64_t width = input.Below(5);
  const auto values = MakeValues<float>(input, num_rows * width);
  const auto ids = MakeValues<int64_t>(input, partition.num_values());
  const auto tensor = *RaggedTensor<int64_t>::FromFlatValues(
      RaggedShape(partition), Buffer<int64_t>::Copy(ids));
  const auto result = Gather(TableView<float>{values, num_rows, width}, tensor,
                             {.exec = {.num_threads = 1}});
  const bool valid = std::all_of(ids.begin(), ids.end(), [&](int64_t id) {
    return id >= 0 && id < num_rows;
  });
  ROWSPLIT_FUZZ_CHECK(result.ok() == valid);
  if (!valid) return;
  std::vector<float> expected;
  for (const int64_t id : ids)
    expected.insert(expected.end(), values.begin() + id * width,
                    values.begin() + (id + 1) * width);
  ROWSPLIT_FUZZ_CHECK(SameItems(result->flat_values().span(), expected));
}

}  // namespace
}  // namespace rowsplit

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace rowsplit;  // NOLINT: the fuzzer's own entry
  fuzz::Input input(data, size);
  const std::vector<Offset> splits = MakeSplits(input);
  const auto partition = RowPartition::FromRowSplits(splits);
  ROWSPLIT_FUZZ_CHECK(partition.ok() == AreValidSplits(splits));
  if (!partition.ok() || partition->num_values() > kMostValues) return 0;

  const auto values = MakeValues<int64_t>(input, partition->num_values());
  const std::vector<uint16_t> narrow(values.begin(), values.end());
  const RaggedView<uint16_t> view{partition->row_splits(), narrow};
  const int64_t first = input.Below(view.num_rows() + 1);
  CheckWindows(input, view.Slice(first, view.num_rows()));
  const auto some_splits = partition->row_splits().subspan(first);
  CheckReductions<float>(input, some_splits);
  CheckReductions<double>(input, some_splits);
  CheckReductions<int32_t>(input, some_splits);
  CheckReductions<int64_t>(input, some_splits);
  CheckGather(input, *partition);
  return 0;
}
