#ifndef ROWSPLIT_PYTHON_SRC_CONVERT_H_
#define ROWSPLIT_PYTHON_SRC_CONVERT_H_

#include <nanobind/nanobind.h>

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit::python {

namespace nb = nanobind;

// What rowsplit.RaggedTensor holds: a ragged tensor and the dtype (int32 or
// int64) that its row splits have towards Python. In C++ they are int64.
struct PyRaggedTensor {
  Tensor tensor;
  DType splits_dtype = DType::kInt64;
};

// What rowsplit.StringTensor holds: a dense tensor of strings of rank 1 or
// more.
struct PyStringTensor {
  Tensor tensor;
};

// Holds the classes while the groups add methods.
struct Classes {
  nb::class_<PyRaggedTensor> ragged_tensor;
  nb::class_<PyStringTensor> string_tensor;
};

// One call of a bound function: takes the arguments, runs the operation
// without the GIL, and gives the result.
//
//   m.def("concat", [](nb::handle values, nb::handle axis) {
//     Call call;
//     const std::vector<Tensor> inputs = call.TakeAll(values);
//     const int at = call.TakeInt(axis, "axis");
//     return call.Return([&] { return Concat(inputs, at); });
//   }, "values"_a, "axis"_a);
class Call {
 public:
  // A tensor from a RaggedTensor, a StringTensor, a NumPy array, anything with
  // __array__ or __dlpack__, a Python scalar, str or bytes, or (dense) lists of
  // them. A value without a dtype of its own gets `dtype` or the default one
  // (int32, float32). Throws ValueError if the call takes ragged tensors both
  // of int32 and of int64 row splits.
  Tensor Take(nb::handle value, std::optional<DType> dtype = std::nullopt);
  std::optional<Tensor> TakeOptional(nb::handle value,
                                     std::optional<DType> dtype = std::nullopt);
  // The items of a list or tuple; of one dtype if one of them has its own.
  std::vector<Tensor> TakeAll(nb::handle values);
  // Two operands: a Python scalar or list gets the dtype of the other.
  std::pair<Tensor, Tensor> TakePair(nb::handle x, nb::handle y);

  // An int from what has __index__. Throws TypeError that names the argument,
  // or OverflowError.
  static int TakeInt(nb::handle value, const char* name);
  static std::optional<int> TakeOptionalInt(nb::handle value, const char* name);
  // 64 bits wide.
  static int64_t TakeInt64(nb::handle value, const char* name);
  // A Python or NumPy number.
  static double TakeFloat(nb::handle value, const char* name);
  static std::optional<double> TakeOptionalFloat(nb::handle value,
                                                 const char* name);
  // One int or a list of ints: {3} for 3, {1, 2} for [1, 2].
  static std::vector<int64_t> TakeInts(nb::handle value, const char* name);
  static std::vector<int> TakeAxes(nb::handle value, const char* name);

  // Calls `run` with the GIL released.
  template <typename F>
  static auto Run(F&& run) {
    nb::gil_scoped_release release;
    return run();
  }

  // RaggedTensor (its row splits of the arguments' dtype), NumPy array or
  // scalar (dense numbers), StringTensor or bytes (dense strings). Throws the
  // error that a status stands for.
  nb::object Give(const Tensor& tensor) const;
  nb::object Give(absl::StatusOr<Tensor> tensor) const;
  nb::list Give(const std::vector<Tensor>& tensors) const;
  nb::list Give(absl::StatusOr<std::vector<Tensor>> tensors) const;
  // rowsplit.SparseTensor: indices [values, rank], values, dense shape [rank].
  nb::object GiveSparse(const Tensor& indices, const Tensor& values,
                        const Tensor& dense_shape) const;
  // Give(Run(run)).
  template <typename F>
  auto Return(F&& run) const {
    return Give(Run(std::forward<F>(run)));
  }

  // Row splits, lengths and ids: int64 or, by the arguments, int32. Throws
  // ValueError for a number that int32 does not hold.
  nb::object GiveSplits(const Buffer<int64_t>& splits) const;
  DType splits_dtype() const { return splits_dtype_.value_or(DType::kInt64); }
  void NoteSplits(DType splits_dtype);

 private:
  std::optional<DType> splits_dtype_;
};

}  // namespace rowsplit::python

#endif  // ROWSPLIT_PYTHON_SRC_CONVERT_H_
