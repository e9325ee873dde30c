// Picking values: indexing, gather, masks.

#include <nanobind/nanobind.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bindings.h"
#include "convert.h"
#include "numpy_array.h"
#include "rowsplit/ops/boolean_mask.h"
#include "rowsplit/ops/gather_axes.h"
#include "rowsplit/ops/gather_nd.h"
#include "rowsplit/ops/one_hot.h"
#include "rowsplit/ops/slice.h"
#include "rowsplit/ops/unique.h"
#include "rowsplit/ops/where.h"
#include "status.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

bool IsIndex(nb::handle value) {
  return PyIndex_Check(value.ptr()) != 0 && !PyBool_Check(value.ptr());
}

// What has __index__, clamped to 64 bits.
int64_t ClampedIndex(nb::handle value, const char* what) {
  if (!IsIndex(value)) {
    const std::string message =
        std::string(what) + " must be integers, got " +
        nb::cast<std::string>(nb::str(value.type().attr("__name__")));
    throw nb::type_error(message.c_str());
  }
  const Py_ssize_t index = PyNumber_AsSsize_t(value.ptr(), nullptr);
  if (index == -1 && PyErr_Occurred() != nullptr) throw nb::python_error();
  return index;
}

std::optional<int64_t> Bound(nb::handle bound) {
  if (bound.is_none()) return std::nullopt;
  return ClampedIndex(bound, "slice bounds");
}

SliceItem TakeItem(nb::handle item) {
  if (item.is_none()) return SliceNewAxis{};
  if (item.is(nb::handle(Py_Ellipsis))) return SliceEllipsis{};
  if (PySlice_Check(item.ptr())) {
    return SliceRange{Bound(item.attr("start")), Bound(item.attr("stop")),
                      Bound(item.attr("step"))};
  }
  return ClampedIndex(item,
                      "indices other than slices, ... and None (a new axis)");
}

std::vector<SliceItem> TakeKey(nb::handle key) {
  std::vector<SliceItem> items;
  if (!nb::isinstance<nb::tuple>(key) && !nb::isinstance<nb::list>(key)) {
    items.push_back(TakeItem(key));
    return items;
  }
  for (nb::handle item : key) items.push_back(TakeItem(item));
  return items;
}

nb::object GetItem(nb::handle self, nb::handle key) {
  Call call;
  const Tensor input = call.Take(self);
  const std::vector<SliceItem> items = TakeKey(key);
  return call.Return([&] { return Slice(input, items); });
}

nb::object GatherAlong(nb::handle params, nb::handle indices,
                       std::optional<int> axis, int batch_dims) {
  Call call;
  const Tensor from = call.Take(params);
  const Tensor at = call.Take(indices);
  const GatherAxesOptions options{.axis = axis, .batch_dims = batch_dims};
  return call.Return([&] { return Gather(from, at, options); });
}

template <typename Class>
void BindIndexing(Class& c) {
  c.def(
      "__getitem__", &GetItem, "key"_a.none(),
      "The part that the key names, as tf.RaggedTensor: integers, slices, ... "
      "and None (a new axis).");
}

void BindGather(nb::module_& m) {
  m.def(
      "gather",
      [](nb::handle params, nb::handle indices, nb::handle axis,
         nb::handle batch_dims) {
        return GatherAlong(params, indices, Call::TakeOptionalInt(axis, "axis"),
                           Call::TakeInt(batch_dims, "batch_dims"));
      },
      "params"_a, "indices"_a, "axis"_a.none() = nb::none(), "batch_dims"_a = 0,
      "The slices of params along an axis that indices name. An index that is "
      "not in its row is a ValueError.\n\n"
      ">>> rs.gather(rs.constant([[1, 2], [], [3]]), [2, 0]).to_list()\n"
      "[[3], [1, 2]]");
  m.def(
      "batch_gather",
      [](nb::handle params, nb::handle indices) {
        return GatherAlong(params, indices, std::nullopt, -1);
      },
      "params"_a, "indices"_a,
      "gather where all axes of indices but the last are batches.\n\n"
      ">>> rs.batch_gather(rs.constant([[1, 2], [3]]),\n"
      "...                 rs.constant([[1, 0], [0]])).to_list()\n"
      "[[2, 1], [3]]");
  m.def(
      "gather_nd",
      [](nb::handle params, nb::handle indices, nb::handle batch_dims) {
        Call call;
        const Tensor from = call.Take(params);
        const Tensor at = call.Take(indices);
        const GatherNdOptions options{
            .batch_dims = Call::TakeInt(batch_dims, "batch_dims")};
        return call.Return([&] { return GatherNd(from, at, options); });
      },
      "params"_a, "indices"_a, "batch_dims"_a = 0,
      "The slices of params that the tuples in the last axis of indices "
      "name.\n\n"
      ">>> rs.gather_nd(rs.constant([[1, 2], [3]]), [[1, 0], [0, 1]])\n"
      "array([3, 2], dtype=int32)");
}

nb::object WhereOf(nb::handle condition, nb::handle x, nb::handle y) {
  Call call;
  const Tensor choice = call.Take(condition);
  if (x.is_none() && y.is_none())
    return call.Return([&] { return Where(choice); });
  if (x.is_none() || y.is_none())
    throw nb::value_error("where: x and y must be both given or both left out");
  const std::pair<Tensor, Tensor> sides = call.TakePair(x, y);
  return call.Return([&] { return Where(choice, sides.first, sides.second); });
}

void BindMasks(nb::module_& m) {
  m.def(
      "boolean_mask",
      [](nb::handle data, nb::handle mask) {
        Call call;
        const Tensor values = call.Take(data);
        const Tensor taken = call.Take(mask);
        return call.Return([&] { return BooleanMask(values, taken); });
      },
      "data"_a, "mask"_a,
      "The values of data where mask is true; keeps the axes of the mask, as "
      "tf.ragged.boolean_mask.\n\n"
      ">>> rs.boolean_mask(rs.constant([[1, 2], [3]]),\n"
      "...                 rs.constant([[False, True], [True]])).to_list()\n"
      "[[2], [3]]");
  m.def("where", &WhereOf, "condition"_a, "x"_a.none() = nb::none(),
        "y"_a.none() = nb::none(),
        "From x where the condition is true, else from y; without them the "
        "places of the true values, one a line.\n\n"
        ">>> rs.where(rs.constant([[True, False], [True]]), 1, 0).to_list()\n"
        "[[1, 0], [1]]\n"
        ">>> rs.where(rs.constant([[True, False], [True]])).tolist()\n"
        "[[0, 0], [1, 0]]");
}

nb::object OneHotOf(nb::handle indices, nb::handle depth, nb::handle on_value,
                    nb::handle off_value, nb::handle axis, nb::handle dtype) {
  Call call;
  const Tensor at = call.Take(indices);
  OneHotOptions options;
  options.axis = Call::TakeOptionalInt(axis, "axis").value_or(-1);
  if (!dtype.is_none()) options.dtype = TakeDType(dtype);
  options.on_value = call.TakeOptional(on_value, options.dtype);
  options.off_value = call.TakeOptional(off_value, options.dtype);
  const int64_t size = Call::TakeInt64(depth, "depth");
  return call.Return([&] { return OneHot(at, size, options); });
}

nb::tuple UniqueOf(nb::handle x, nb::handle out_idx, bool with_counts) {
  Call call;
  const Tensor input = call.Take(x);
  UniqueOptions options;
  if (!out_idx.is_none()) options.index_dtype = TakeDType(out_idx);
  absl::StatusOr<UniqueResult> unique =
      Call::Run([&] { return Unique(input, options); });
  RaiseIfError(unique.status());
  if (!with_counts)
    return nb::make_tuple(call.Give(unique->values), call.Give(unique->index));
  return nb::make_tuple(call.Give(unique->values), call.Give(unique->index),
                        call.Give(unique->counts));
}

void BindUnique(nb::module_& m) {
  m.def("one_hot", &OneHotOf, "indices"_a, "depth"_a,
        "on_value"_a.none() = nb::none(), "off_value"_a.none() = nb::none(),
        "axis"_a.none() = nb::none(), "dtype"_a.none() = nb::none(),
        "A new axis of depth places for each index, on at the index.\n\n"
        ">>> rs.one_hot(rs.constant([[1], [], [0]]), 2).to_list()\n"
        "[[[0.0, 1.0]], [], [[1.0, 0.0]]]");
  m.def(
      "unique",
      [](nb::handle x, nb::handle out_idx) {
        return UniqueOf(x, out_idx, false);
      },
      "x"_a, "out_idx"_a.none() = nb::none(),
      "(y, idx): the different values of each row in the order in which they "
      "come first, and the place of each value among them (int32).\n\n"
      ">>> y, idx = rs.unique(rs.constant([[3, 1, 3], []]))\n"
      ">>> y.to_list(), idx.to_list()\n"
      "([[3, 1], []], [[0, 1, 0], []])");
  m.def(
      "unique_with_counts",
      [](nb::handle x, nb::handle out_idx) {
        return UniqueOf(x, out_idx, true);
      },
      "x"_a, "out_idx"_a.none() = nb::none(),
      "(y, idx, count): as unique, and how often each value is in its "
      "row.\n\n"
      ">>> rs.unique_with_counts(rs.constant([[3, 1, 3]]))[2].to_list()\n"
      "[[2, 1]]");
}

}  // namespace

void BindSlice(nb::module_& m, Classes& classes) {
  BindIndexing(classes.ragged_tensor);
  BindIndexing(classes.string_tensor);
  BindGather(m);
  BindMasks(m);
  BindUnique(m);
}

}  // namespace rowsplit::python
