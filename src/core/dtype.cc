#include "rowsplit/core/dtype.h"

#include <string_view>

#include "core/visit_dtype.h"

namespace rowsplit {

int DTypeSize(DType dtype) {
  if (dtype == DType::kString) return 0;
  return internal::VisitItem(dtype, []<typename T>(internal::TypeTag<T>) {
    return static_cast<int>(sizeof(T));
  });
}

std::string_view DTypeName(DType dtype) {
  switch (dtype) {
    case DType::kBool:
      return "bool";
    case DType::kInt8:
      return "int8";
    case DType::kInt16:
      return "int16";
    case DType::kInt32:
      return "int32";
    case DType::kInt64:
      return "int64";
    case DType::kUInt8:
      return "uint8";
    case DType::kUInt16:
      return "uint16";
    case DType::kUInt32:
      return "uint32";
    case DType::kUInt64:
      return "uint64";
    case DType::kFloat16:
      return "float16";
    case DType::kBFloat16:
      return "bfloat16";
    case DType::kFloat32:
      return "float32";
    case DType::kFloat64:
      return "float64";
    case DType::kString:
      return "string";
  }
  return "unknown";
}

bool IsInteger(DType dtype) {
  return dtype >= DType::kInt8 && dtype <= DType::kUInt64;
}

bool IsFloating(DType dtype) {
  return dtype >= DType::kFloat16 && dtype <= DType::kFloat64;
}

}  // namespace rowsplit
