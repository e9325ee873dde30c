#include "to_list.h"

#include <string_view>
#include <utility>
#include <vector>

#include "numpy_array.h"
#include "ops/select_rows.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit::python {

namespace {

struct Range {
  int64_t begin;
  int64_t end;
};

// The tensor as a tree: the root at level 0, the items at level `rank`. A node
// is a position on its level, its children a range of the next.
Range Children(const Tensor& tensor, int level, int64_t node) {
  if (level == 0) return {0, tensor.num_rows()};
  const int ragged_rank = tensor.ragged_rank();
  if (level <= ragged_rank) {
    const auto splits = tensor.partition(level - 1).row_splits();
    return {splits[node], splits[node + 1]};
  }
  const int64_t size = tensor.flat_shape()[level - ragged_rank];
  return {node * size, (node + 1) * size};
}

// Python's limit of nesting, which it raises RecursionError for.
class Nesting {
 public:
  Nesting() {
    if (Py_EnterRecursiveCall(" in a nested list") != 0) {
      throw nb::python_error();
    }
  }
  ~Nesting() { Py_LeaveRecursiveCall(); }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;
};

nb::object FlatList(const Tensor& tensor) {
  if (tensor.is_string()) {
    return GiveObjectArray(tensor.flat_values())
        .attr("ravel")()
        .attr("tolist")();
  }
  nb::object array = GiveArray(tensor.flat_values()).attr("ravel")();
  if (tensor.dtype() == DType::kBFloat16)
    array = array.attr("astype")("float32");
  return array.attr("tolist")();
}

nb::object Nest(const Tensor& tensor, nb::handle flat, int level,
                int64_t node) {
  const Nesting nesting;
  const Range children = Children(tensor, level, node);
  if (level + 1 == tensor.rank()) {
    return nb::steal(PyList_GetSlice(flat.ptr(), children.begin, children.end));
  }
  nb::list list;
  for (int64_t child = children.begin; child < children.end; ++child) {
    list.append(Nest(tensor, flat, level + 1, child));
  }
  return list;
}

constexpr int64_t kEdge = 3;        // rows shown at each end of a long list
constexpr int64_t kLarge = 200;     // items that are shown without a cut
constexpr size_t kLongString = 60;  // bytes of a string that are shown

class Text {
 public:
  explicit Text(const Tensor& tensor) : tensor_(tensor) {
    int64_t size = tensor.num_items();
    for (const RowPartition& partition : tensor.partitions()) {
      size += partition.num_rows();
    }
    is_large_ = size > kLarge;
    if (!tensor.is_string()) {
      array_ = GiveArray(tensor.flat_values()).attr("ravel")();
    }
  }

  std::string Make() {
    Append(0, 0);
    return std::move(text_);
  }

 private:
  void Append(int level, int64_t node) {
    if (level == tensor_.rank()) {
      AppendItem(node);
      return;
    }
    const Nesting nesting;
    const Range children = Children(tensor_, level, node);
    const bool is_cut =
        is_large_ && children.end - children.begin > 2 * kEdge + 1;
    text_ += '[';
    for (int64_t child = children.begin; child < children.end; ++child) {
      if (child > children.begin) text_ += ", ";
      if (is_cut && child == children.begin + kEdge) {
        text_ += "..., ";
        child = children.end - kEdge;
      }
      Append(level + 1, child);
    }
    text_ += ']';
  }

  void AppendItem(int64_t item) {
    if (!tensor_.is_string()) {
      text_ += nb::str(nb::object(array_[item])).c_str();
      return;
    }
    const std::string_view value = tensor_.strings()[item];
    const std::string_view shown = value.substr(0, kLongString);
    text_ += nb::repr(nb::bytes(shown.data(), shown.size())).c_str();
    if (shown.size() < value.size()) text_ += "...";
  }

  const Tensor& tensor_;
  bool is_large_;
  nb::object array_;
  std::string text_;
};

}  // namespace

nb::object ToList(const Tensor& tensor) {
  return Nest(tensor, FlatList(tensor), 0, 0);
}

std::string ToText(const Tensor& tensor) { return Text(tensor).Make(); }

Tensor Row(const Tensor& tensor, int64_t row) {
  if (tensor.is_ragged()) {
    const auto splits = tensor.partition(0).row_splits();
    return internal::SliceRows(tensor.values(), splits[row], splits[row + 1]);
  }
  const Tensor one = internal::SliceRows(tensor, row, row + 1);
  std::vector<int64_t> shape = tensor.inner_shape();
  return one.is_string()
             ? Tensor::DenseUnchecked(one.strings(), std::move(shape))
             : Tensor::DenseBytesUnchecked(one.dtype(), one.bytes(),
                                           std::move(shape));
}

}  // namespace rowsplit::python
