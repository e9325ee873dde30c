#ifndef ROWSPLIT_TEXT_ANY_RANK_H_
#define ROWSPLIT_TEXT_ANY_RANK_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"

// Ops of text work on a vector of strings; these apply them to a tensor of
// strings of any rank, dense or ragged, with the shapes that TensorFlow gives.
namespace rowsplit {

namespace internal {

// InvalidArgument unless the tensor is of strings.
absl::Status CheckStrings(const Tensor& tensor);

inline Tensor ToVector(StringTensor strings) {
  return Tensor::Vector(std::move(strings));
}
template <typename T>
Tensor ToVector(const Buffer<T>& values) {
  return Tensor::Vector(values);
}

}  // namespace internal

// A vector of as many items as `like` has, in the shape of `like`. Shares the
// memory. Fails with InvalidArgument for another number of items, or for what
// is no vector.
absl::StatusOr<Tensor> InShapeOf(const Tensor& like, Tensor items);

// Ragged rows, one for each item of `like`, under the shape of `like`: one
// more dimension. The dense dimensions of `like`, but for the first one, become
// uniform partitions; of a scalar the result is its row alone. Shares the
// memory. Fails with InvalidArgument unless `rows` is ragged and has a row for
// each item.
absl::StatusOr<Tensor> RowsUnder(const Tensor& like, Tensor rows);

// `fn(StringTensorView)`, which gives a StringTensor or a Buffer<T> with an
// item for each string (in a StatusOr), applied to all strings of a tensor: the
// result has the tensor's shape.
//
//   // strings: [["B"], [], ["A", "C"]]
//   MapStrings(strings, [](StringTensorView v) { return ToLower(v); })
//   // [["b"], [], ["a", "c"]]
//
// Fails with InvalidArgument if the tensor is not of strings, and as `fn`.
template <typename Fn>
absl::StatusOr<Tensor> MapStrings(const Tensor& strings, const Fn& fn) {
  if (absl::Status status = internal::CheckStrings(strings); !status.ok())
    return status;
  auto items = fn(strings.strings().view());
  if (!items.ok()) return std::move(items).status();
  return InShapeOf(strings, internal::ToVector(*std::move(items)));
}

// `fn(StringTensorView)`, which gives a row for each string (a
// RaggedStringTensor, a RaggedTensor<T> or a ragged Tensor, in a StatusOr),
// applied to all strings of a tensor: the result has one more dimension.
//
//   // strings: [["ab"], [], ["c", ""]]
//   SplitStrings(strings, [](StringTensorView v) { return SplitCharacters(v);
//   })
//   // [[["a", "b"]], [], [["c"], []]]
//
// Fails with InvalidArgument if the tensor is not of strings, and as `fn`.
template <typename Fn>
absl::StatusOr<Tensor> SplitStrings(const Tensor& strings, const Fn& fn) {
  if (absl::Status status = internal::CheckStrings(strings); !status.ok())
    return status;
  auto rows = fn(strings.strings().view());
  if (!rows.ok()) return std::move(rows).status();
  return RowsUnder(strings, Tensor(*std::move(rows)));
}

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_ANY_RANK_H_
