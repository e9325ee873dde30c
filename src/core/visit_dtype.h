#ifndef ROWSPLIT_SRC_CORE_VISIT_DTYPE_H_
#define ROWSPLIT_SRC_CORE_VISIT_DTYPE_H_

#include <cstdint>

#include "core/check.h"
#include "rowsplit/core/dtype.h"

namespace rowsplit::internal {

// Carries a type to a generic lambda: [&]<typename T>(TypeTag<T>) { … }.
template <typename T>
struct TypeTag {
  using type = T;
};

// Calls `visit` with the tag of the dtype's C++ type; all calls return one
// type. VisitNumber: int8 … uint64, float32, float64. Requires one of them.
template <typename Visitor>
decltype(auto) VisitNumber(DType dtype, Visitor&& visit) {
  switch (dtype) {
    case DType::kInt8:
      return visit(TypeTag<int8_t>());
    case DType::kInt16:
      return visit(TypeTag<int16_t>());
    case DType::kInt32:
      return visit(TypeTag<int32_t>());
    case DType::kInt64:
      return visit(TypeTag<int64_t>());
    case DType::kUInt8:
      return visit(TypeTag<uint8_t>());
    case DType::kUInt16:
      return visit(TypeTag<uint16_t>());
    case DType::kUInt32:
      return visit(TypeTag<uint32_t>());
    case DType::kUInt64:
      return visit(TypeTag<uint64_t>());
    case DType::kFloat32:
      return visit(TypeTag<float>());
    default:
      ROWSPLIT_DCHECK(dtype == DType::kFloat64);
      return visit(TypeTag<double>());
  }
}

// VisitNumber's types, bool, and the 16-bit floats as storage: every dtype but
// strings.
template <typename Visitor>
decltype(auto) VisitItem(DType dtype, Visitor&& visit) {
  switch (dtype) {
    case DType::kBool:
      return visit(TypeTag<bool>());
    case DType::kFloat16:
      return visit(TypeTag<Float16>());
    case DType::kBFloat16:
      return visit(TypeTag<BFloat16>());
    default:
      return VisitNumber(dtype, visit);
  }
}

// float32 and float64.
template <typename Visitor>
decltype(auto) VisitFloat(DType dtype, Visitor&& visit) {
  if (dtype == DType::kFloat32) return visit(TypeTag<float>());
  ROWSPLIT_DCHECK(dtype == DType::kFloat64);
  return visit(TypeTag<double>());
}

// What has arithmetic: the integers, float32 and float64.
inline bool IsNumber(DType dtype) {
  return IsInteger(dtype) || dtype == DType::kFloat32 ||
         dtype == DType::kFloat64;
}

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORE_VISIT_DTYPE_H_
