#ifndef ROWSPLIT_SRC_OPS_ELEMENTWISE_KERNELS_H_
#define ROWSPLIT_SRC_OPS_ELEMENTWISE_KERNELS_H_

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "rowsplit/core/dtype.h"
#include "rowsplit/ops/elementwise.h"

// The loops of the elementwise ops, chosen by op and dtype. One loop over two
// arrays is all that a pair has: broadcasting is done by what calls it, so that
// the code stays small.
namespace rowsplit::internal {

// Computes `size` results and returns `size`, or the first position without an
// answer. The arrays are of the dtypes that the kernel was found for; `output`
// does not overlap the others.
struct BinaryKernel {
  int64_t (*run)(const std::byte* x, const std::byte* y, int64_t size,
                 std::byte* output) = nullptr;  // null: not defined
  DType result = DType::kBool;
  const char* error = nullptr;  // what a position without an answer means
};

struct UnaryKernel {
  void (*run)(const std::byte* x, int64_t size, std::byte* output) = nullptr;
  DType result = DType::kBool;
};

// Two and more files, by families of ops, so that each compiles quickly.
BinaryKernel FindArithmetic(BinaryOp op, DType dtype);
BinaryKernel FindDivision(BinaryOp op, DType dtype);
BinaryKernel FindComparison(BinaryOp op, DType dtype);
BinaryKernel FindBitwise(BinaryOp op, DType dtype);
UnaryKernel FindUnary(UnaryOp op, DType dtype);
// Of any dtypes but strings.
UnaryKernel FindCast(DType from, DType to);

// An unsigned type that is wide enough to compute in without promotion to int.
template <typename T>
struct WideUnsigned {
  using type = uint32_t;
};
template <>
struct WideUnsigned<int64_t> {
  using type = uint64_t;
};
template <>
struct WideUnsigned<uint64_t> {
  using type = uint64_t;
};
template <typename T>
using Wide = typename WideUnsigned<T>::type;

// The bits of an integer without a sign, zeros in front. Sums and products of
// them have the low bits of the right ones.
template <typename T>
Wide<T> ToWide(T x) {
  return static_cast<std::make_unsigned_t<T>>(x);
}

// A kernel of a function object without state.
template <typename T, typename R, typename F>
int64_t RunBinary(const std::byte* x, const std::byte* y, int64_t size,
                  std::byte* output) {
  const T* a = reinterpret_cast<const T*>(x);
  const T* b = reinterpret_cast<const T*>(y);
  R* out = reinterpret_cast<R*>(output);
  for (int64_t i = 0; i < size; ++i) out[i] = F()(a[i], b[i]);
  return size;
}

template <typename T, typename R, typename F>
void RunUnary(const std::byte* x, int64_t size, std::byte* output) {
  const T* a = reinterpret_cast<const T*>(x);
  R* out = reinterpret_cast<R*>(output);
  for (int64_t i = 0; i < size; ++i) out[i] = F()(a[i]);
}

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_OPS_ELEMENTWISE_KERNELS_H_
