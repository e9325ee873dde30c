#include "nested_list.h"

#include <nanobind/stl/string.h>

#include <algorithm>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/strings/str_format.h"
#include "core/visit_dtype.h"
#include "numpy_array.h"
#include "rowsplit/ragged/string_tensor.h"
#include "status.h"

namespace rowsplit::python {

namespace {

using Items = std::vector<nb::object>;

[[noreturn]] void RaiseValueError(const std::string& message) {
  throw nb::value_error(message.c_str());
}
[[noreturn]] void RaiseTypeError(const std::string& message) {
  throw nb::type_error(message.c_str());
}

void AppendItems(nb::handle list, Items* items) {
  for (nb::handle item : nb::iter(list)) items->push_back(nb::borrow(item));
}

// Bounds the recursion over lists, which may be nested without end, and the
// ragged rank asked for.
constexpr int kMaxDepth = 64;

// How deep the scalars are (nothing if there is none) and the lists.
struct Depth {
  std::optional<int> scalar;
  int max = 0;
};

Depth FindDepth(nb::handle value, int level = 0) {
  if (!IsNested(value)) return {0, 0};
  if (level > kMaxDepth) {
    RaiseValueError(
        absl::StrFormat("lists must not be nested deeper than %d", kMaxDepth));
  }
  Depth depth = {std::nullopt, 1};
  for (nb::handle child : nb::iter(value)) {
    const Depth below = FindDepth(child, level + 1);
    if (below.scalar.has_value()) {
      if (depth.scalar.has_value() && *depth.scalar != *below.scalar + 1) {
        RaiseValueError("all scalar values must have the same nesting depth");
      }
      depth.scalar = *below.scalar + 1;
    }
    depth.max = std::max(depth.max, below.max + 1);
  }
  return depth;
}

std::vector<int64_t> LeftmostShape(nb::handle value) {
  std::vector<int64_t> shape;
  nb::object first = nb::borrow(value);
  while (IsNested(first)) {
    const int64_t size = static_cast<int64_t>(nb::len(first));
    shape.push_back(size);
    if (size == 0 || shape.size() > kMaxDepth) break;
    first = nb::object(first[0]);
  }
  return shape;
}

// Checks that the lists have `shape` and collects what is in them.
void Flatten(nb::handle value, std::span<const int64_t> shape, Items* items) {
  if (IsNested(value) != !shape.empty()) {
    RaiseValueError(
        "inner values have inconsistent shape: a list stands beside a scalar "
        "(rowsplit.constant makes a ragged tensor of lists)");
  }
  if (shape.empty()) {
    items->push_back(nb::borrow(value));
    return;
  }
  const int64_t size = static_cast<int64_t>(nb::len(value));
  if (size != shape[0]) {
    RaiseValueError(absl::StrFormat(
        "inner values have inconsistent shape: expected a list of %d, got one "
        "of %d (rowsplit.constant makes a ragged tensor of such lists)",
        shape[0], size));
  }
  for (nb::handle child : nb::iter(value)) {
    Flatten(child, shape.subspan(1), items);
  }
}

bool IsString(nb::handle item) {
  return PyUnicode_Check(item.ptr()) || PyBytes_Check(item.ptr());
}

// The dtype that items without one get.
DType InferDType(const Items& items) {
  bool any_bool = false, any_int = false, any_float = false, any_string = false;
  bool wide = false;
  for (const nb::object& item : items) {
    if (PyBool_Check(item.ptr())) {
      any_bool = true;
    } else if (PyLong_Check(item.ptr())) {
      any_int = true;
      int overflow;
      const int64_t value = PyLong_AsLongLongAndOverflow(item.ptr(), &overflow);
      wide |= overflow != 0 || value < std::numeric_limits<int32_t>::min() ||
              value > std::numeric_limits<int32_t>::max();
    } else if (PyFloat_Check(item.ptr())) {
      any_float = true;
    } else if (IsString(item)) {
      any_string = true;
    } else {
      RaiseTypeError(absl::StrFormat(
          "a tensor holds bool, int, float, str or bytes, got %s",
          Py_TYPE(item.ptr())->tp_name));
    }
  }
  if (any_bool + (any_int || any_float) + any_string > 1) {
    RaiseTypeError("values of one tensor must be of one kind");
  }
  if (any_string) return DType::kString;
  if (any_bool) return DType::kBool;
  if (any_int && !any_float) return wide ? DType::kInt64 : DType::kInt32;
  return DType::kFloat32;
}

template <typename T>
T ItemValue(nb::handle item, DType dtype) {
  PyObject* const object = item.ptr();
  if constexpr (std::is_same_v<T, bool>) {
    if (PyBool_Check(object)) return object == Py_True;
  } else if constexpr (std::is_floating_point_v<T>) {
    if (PyFloat_Check(object) ||
        (PyLong_Check(object) && !PyBool_Check(object))) {
      const double value = PyFloat_AsDouble(object);
      if (value == -1 && PyErr_Occurred()) throw nb::python_error();
      return static_cast<T>(value);
    }
  } else {
    if (PyLong_Check(object) && !PyBool_Check(object)) {
      T value;
      if (nb::try_cast<T>(item, value)) return value;
      RaiseValueError(absl::StrFormat(
          "%s does not fit %s", nb::cast<std::string>(nb::str(item), false),
          DTypeName(dtype)));
    }
  }
  RaiseTypeError(absl::StrFormat("cannot make a %s of a value of type %s",
                                 DTypeName(dtype), Py_TYPE(object)->tp_name));
}

StringTensor MakeStrings(const Items& items) {
  StringTensorBuilder builder;
  for (const nb::object& item : items) {
    char* data;
    Py_ssize_t size;
    if (PyBytes_Check(item.ptr())) {
      PyBytes_AsStringAndSize(item.ptr(), &data, &size);
      builder.Append({data, static_cast<size_t>(size)});
      continue;
    }
    if (!PyUnicode_Check(item.ptr())) {
      RaiseTypeError(
          absl::StrFormat("cannot make a string of a value of type %s, at "
                          "position %d of the values",
                          Py_TYPE(item.ptr())->tp_name, builder.size()));
    }
    const char* text = PyUnicode_AsUTF8AndSize(item.ptr(), &size);
    if (text == nullptr) throw nb::python_error();
    builder.Append({text, static_cast<size_t>(size)});
  }
  return std::move(builder).Build();
}

Tensor FromNumPy(const Items& items, std::optional<DType> dtype,
                 const std::vector<int64_t>& shape) {
  nb::list list, sizes;
  for (const nb::object& item : items) list.append(item);
  for (const int64_t size : shape) sizes.append(size);
  const nb::object array = dtype.has_value()
                               ? NumPy().attr("array")(list, GiveDType(*dtype))
                               : NumPy().attr("array")(list);
  return TakeArray(array.attr("reshape")(nb::tuple(sizes)));
}

Tensor FromItems(const Items& items, std::optional<DType> dtype,
                 std::vector<int64_t> shape) {
  const bool is_number = !dtype.has_value() || *dtype != DType::kString;
  const bool is_numpy =
      std::any_of(items.begin(), items.end(), [](const nb::object& item) {
        return IsNumPyScalar(item) || IsNumPyArray(item);
      });
  const bool is_half = dtype == DType::kFloat16 || dtype == DType::kBFloat16;
  if (is_number && (is_numpy || is_half)) return FromNumPy(items, dtype, shape);
  const DType type = dtype.has_value() ? *dtype : InferDType(items);
  if (type == DType::kString) {
    return ValueOrRaise(Tensor::Dense(MakeStrings(items), std::move(shape)));
  }
  return internal::VisitItem(
      type, [&]<typename T>(internal::TypeTag<T>) -> Tensor {
        if constexpr (std::is_same_v<T, Float16> ||
                      std::is_same_v<T, BFloat16>) {
          return FromNumPy(items, type, shape);
        } else {
          BufferBuilder<T> values(items.size());
          for (size_t i = 0; i < items.size(); ++i) {
            values[i] = ItemValue<T>(items[i], type);
          }
          return ValueOrRaise(
              Tensor::Dense(std::move(values).Build(), std::move(shape)));
        }
      });
}

// The lists of one level run together.
Items Join(const Items& lists) {
  Items joined;
  for (const nb::object& list : lists) AppendItems(list, &joined);
  return joined;
}

std::vector<int64_t> InnerShape(const Items& values) {
  if (values.empty()) return {};
  std::vector<int64_t> shape = LeftmostShape(values[0]);
  Items ignored;
  for (const nb::object& value : values) Flatten(value, shape, &ignored);
  return shape;
}

void CheckConstant(nb::handle values, const Depth& depth,
                   std::optional<int> ragged_rank,
                   const std::optional<std::vector<int64_t>>& inner_shape) {
  if (ragged_rank.has_value() && *ragged_rank < 0) {
    RaiseValueError(absl::StrFormat("ragged_rank must not be negative, got %d",
                                    *ragged_rank));
  }
  if (ragged_rank.has_value() && *ragged_rank > kMaxDepth) {
    RaiseValueError(absl::StrFormat("ragged_rank must be at most %d, got %d",
                                    kMaxDepth, *ragged_rank));
  }
  if (!IsNested(values)) {
    if (ragged_rank.value_or(0) != 0 ||
        (inner_shape.has_value() && !inner_shape->empty())) {
      RaiseValueError("a scalar has no ragged_rank and no inner_shape");
    }
    return;
  }
  if (depth.scalar.has_value() && depth.max > *depth.scalar) {
    RaiseValueError("empty lists are nested deeper than the scalar values");
  }
  if (depth.scalar.has_value() && ragged_rank.has_value() &&
      depth.max < *ragged_rank) {
    RaiseValueError(
        absl::StrFormat("lists are nested %d deep, less than ragged_rank=%d",
                        depth.max, *ragged_rank));
  }
  if (!inner_shape.has_value() || !ragged_rank.has_value()) return;
  const int expected = *ragged_rank + static_cast<int>(inner_shape->size()) + 1;
  if (depth.scalar.has_value() ? expected != *depth.scalar
                               : expected < depth.max) {
    RaiseValueError(absl::StrFormat(
        "ragged_rank=%d and an inner_shape of rank %d need lists nested %d "
        "deep, got %d",
        *ragged_rank, inner_shape->size(), expected, depth.max));
  }
}

Tensor RaggedFromList(nb::handle list, std::optional<DType> dtype,
                      int ragged_rank,
                      std::optional<std::vector<int64_t>> inner_shape) {
  Items values;
  AppendItems(list, &values);
  std::vector<RowPartition> partitions;
  for (int axis = 0; axis < ragged_rank; ++axis) {
    std::vector<int64_t> lengths;
    for (const nb::object& row : values) {
      if (!IsNested(row)) {
        RaiseValueError(absl::StrFormat(
            "scalar values are %d deep, but ragged_rank=%d requires more",
            axis + 1, ragged_rank));
      }
      lengths.push_back(static_cast<int64_t>(nb::len(row)));
    }
    partitions.push_back(ValueOrRaise(RowPartition::FromRowLengths(lengths)));
    values = Join(values);
  }
  if (!inner_shape.has_value()) inner_shape = InnerShape(values);
  Items items;
  for (const nb::object& value : values) Flatten(value, *inner_shape, &items);
  std::vector<int64_t> shape = {static_cast<int64_t>(values.size())};
  shape.insert(shape.end(), inner_shape->begin(), inner_shape->end());
  return ValueOrRaise(Tensor::FromPartitions(
      std::move(partitions), FromItems(items, dtype, std::move(shape))));
}

}  // namespace

bool IsNested(nb::handle value) {
  if (PyList_Check(value.ptr()) || PyTuple_Check(value.ptr())) return true;
  return IsNumPyArray(value) && nb::cast<int>(value.attr("ndim")) > 0;
}

Tensor DenseFromList(nb::handle values, std::optional<DType> dtype) {
  std::vector<int64_t> shape = LeftmostShape(values);
  if (shape.size() > kMaxDepth) {
    RaiseValueError(
        absl::StrFormat("lists must not be nested deeper than %d", kMaxDepth));
  }
  Items items;
  Flatten(values, shape, &items);
  return FromItems(items, dtype, std::move(shape));
}

Tensor ConstantFromList(nb::handle values, std::optional<DType> dtype,
                        std::optional<int> ragged_rank,
                        std::optional<std::vector<int64_t>> inner_shape) {
  const Depth depth = FindDepth(values);
  CheckConstant(values, depth, ragged_rank, inner_shape);
  const int inner_rank =
      inner_shape.has_value() ? static_cast<int>(inner_shape->size()) : 0;
  const bool is_dense =
      ragged_rank.has_value() ? *ragged_rank == 0 : depth.max - inner_rank < 2;
  if (is_dense) return DenseFromList(values, dtype);
  if (ragged_rank.has_value()) {
    return RaggedFromList(values, dtype, *ragged_rank, std::move(inner_shape));
  }
  if (!inner_shape.has_value()) inner_shape.emplace();
  const int rank =
      std::max(1, depth.scalar.has_value() ? *depth.scalar - 1 - inner_rank
                                           : depth.max - 1);
  return RaggedFromList(values, dtype, rank, std::move(inner_shape));
}

}  // namespace rowsplit::python
