#ifndef ROWSPLIT_CORE_DTYPE_H_
#define ROWSPLIT_CORE_DTYPE_H_

#include <cstdint>
#include <string_view>

namespace rowsplit {

// The type of a tensor's items, known at run time.
enum class DType : uint8_t {
  kBool,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kUInt8,
  kUInt16,
  kUInt32,
  kUInt64,
  kFloat16,   // storage only: moved, compared bit for bit, not added
  kBFloat16,  // likewise
  kFloat32,
  kFloat64,
  kString,  // bytes of any length
};

// The bits of an IEEE 754 half precision number, as storage.
struct Float16 {
  uint16_t bits = 0;
  friend bool operator==(Float16, Float16) = default;
};

// The upper half of a float's bits, as storage.
struct BFloat16 {
  uint16_t bits = 0;
  friend bool operator==(BFloat16, BFloat16) = default;
};

// The bytes of one item; 0 for strings.
int DTypeSize(DType dtype);
// "int64", "float32", "string", …: TensorFlow's names.
std::string_view DTypeName(DType dtype);
bool IsInteger(DType dtype);
// float16, bfloat16, float32 and float64.
bool IsFloating(DType dtype);

namespace internal {
template <typename T>
struct DTypeOf;
template <>
struct DTypeOf<bool> {
  static constexpr DType value = DType::kBool;
};
template <>
struct DTypeOf<int8_t> {
  static constexpr DType value = DType::kInt8;
};
template <>
struct DTypeOf<int16_t> {
  static constexpr DType value = DType::kInt16;
};
template <>
struct DTypeOf<int32_t> {
  static constexpr DType value = DType::kInt32;
};
template <>
struct DTypeOf<int64_t> {
  static constexpr DType value = DType::kInt64;
};
template <>
struct DTypeOf<uint8_t> {
  static constexpr DType value = DType::kUInt8;
};
template <>
struct DTypeOf<uint16_t> {
  static constexpr DType value = DType::kUInt16;
};
template <>
struct DTypeOf<uint32_t> {
  static constexpr DType value = DType::kUInt32;
};
template <>
struct DTypeOf<uint64_t> {
  static constexpr DType value = DType::kUInt64;
};
template <>
struct DTypeOf<Float16> {
  static constexpr DType value = DType::kFloat16;
};
template <>
struct DTypeOf<BFloat16> {
  static constexpr DType value = DType::kBFloat16;
};
template <>
struct DTypeOf<float> {
  static constexpr DType value = DType::kFloat32;
};
template <>
struct DTypeOf<double> {
  static constexpr DType value = DType::kFloat64;
};
}  // namespace internal

// The dtype of a C++ type: kDTypeOf<float> is DType::kFloat32.
template <typename T>
inline constexpr DType kDTypeOf = internal::DTypeOf<T>::value;

}  // namespace rowsplit

#endif  // ROWSPLIT_CORE_DTYPE_H_
