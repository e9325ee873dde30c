#ifndef ROWSPLIT_OPS_WINDOW_H_
#define ROWSPLIT_OPS_WINDOW_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_shape.h"
#include "rowsplit/ragged/ragged_tensor.h"

namespace rowsplit {

enum class WindowScope {
  kWithinRow,   // each row is cut on its own
  kAcrossRows,  // the rows run together first, and their borders are lost
};

struct WindowOptions {
  // Values in a complete window. Must be set.
  int64_t size = 0;
  // From the first value of a window to the first of the next; `size` if unset.
  std::optional<int64_t> shift = std::nullopt;
  // From a value of a window to its next value.
  int64_t stride = 1;
  // Drops the windows at the end that are not complete.
  bool drop_remainder = false;
  WindowScope scope = WindowScope::kWithinRow;
  ExecOptions exec = {};
};

// The arithmetic of windows over a stream of `n` values, for those who cut one
// piece by piece. Window `w` takes the values Begin(w), Begin(w) + stride, …,
// `size` of them or as many as there are.
class WindowPlan {
 public:
  // Fails with InvalidArgument unless size, shift and stride are positive and a
  // window's reach fits.
  static absl::StatusOr<WindowPlan> Create(const WindowOptions& options);

  int64_t size() const { return size_; }
  int64_t shift() const { return shift_; }
  int64_t stride() const { return stride_; }

  // The windows that have all their values.
  int64_t NumComplete(int64_t n) const {
    return n < reach_ ? 0 : (n - reach_) / shift_ + 1;
  }
  // The windows that have at least one value.
  int64_t NumAll(int64_t n) const { return n == 0 ? 0 : (n - 1) / shift_ + 1; }
  // NumComplete with `drop_remainder`, else NumAll.
  int64_t NumWindows(int64_t n) const {
    return drop_remainder_ ? NumComplete(n) : NumAll(n);
  }

  // The position of window `w`'s first value.
  int64_t Begin(int64_t w) const { return w * shift_; }
  // One past the last value that window `w` needs to be complete.
  int64_t End(int64_t w) const { return Begin(w) + reach_; }
  // The number of window `w`'s values when there are `n`.
  // Requires `w < NumAll(n)`.
  int64_t Length(int64_t w, int64_t n) const {
    return std::min(size_, (n - 1 - Begin(w)) / stride_ + 1);
  }
  // The first value that a window still to be completed needs, when `n` values
  // are there: a reader of a stream may forget those before it. Above `n` if
  // the shift jumps over values not yet read.
  int64_t FirstNeeded(int64_t n) const { return Begin(NumComplete(n)); }

 private:
  WindowPlan() = default;

  int64_t size_;
  int64_t shift_;
  int64_t stride_;
  int64_t reach_;  // (size - 1) * stride + 1
  bool drop_remainder_;
};

namespace internal {
absl::StatusOr<RaggedShape> MakeWindowShape(const WindowPlan& plan,
                                            std::span<const Offset> splits,
                                            const WindowOptions& options);
absl::Status CopyWindows(const WindowPlan& plan, std::span<const Offset> splits,
                         std::span<const std::byte> values, size_t element_size,
                         const RaggedShape& shape, const WindowOptions& options,
                         std::byte* output);
}  // namespace internal

// Cuts rows into windows of values. Within rows the result has ragged rank 2
// (rows, windows, values); across rows it has rank 1 (windows, values).
// Without `drop_remainder` the windows at the end get shorter and shorter.
//
//   Window(view of {{1, 2, 3}, {}, {4, 5}}, {.size = 2})
//   // {{{1, 2}, {3}}, {}, {{4, 5}}}
//   Window(the same, {.size = 2, .scope = WindowScope::kAcrossRows})
//   // {{1, 2}, {3, 4}, {5}}
//
// Fails as WindowPlan::Create, with ResourceExhausted if the number of values
// does not fit 64 bits, and with Cancelled. O(values of the result + rows).
template <typename T>
absl::StatusOr<RaggedTensor<T>> Window(RaggedView<T> input,
                                       const WindowOptions& options) {
  absl::StatusOr<WindowPlan> plan = WindowPlan::Create(options);
  if (!plan.ok()) return std::move(plan).status();
  absl::StatusOr<RaggedShape> shape =
      internal::MakeWindowShape(*plan, input.splits, options);
  if (!shape.ok()) return std::move(shape).status();
  BufferBuilder<T> values(static_cast<size_t>(shape->num_values()));
  absl::Status status = internal::CopyWindows(
      *plan, input.splits, std::as_bytes(input.values), sizeof(T), *shape,
      options, reinterpret_cast<std::byte*>(values.data()));
  if (!status.ok()) return status;
  return RaggedTensor<T>::FromFlatValuesUnchecked(*std::move(shape),
                                                  std::move(values).Build());
}

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_WINDOW_H_
