#include <cstdint>
#include <vector>

#include "bindings.h"
#include "convert.h"
#include "rowsplit/ops/concat.h"
#include "rowsplit/ops/partition.h"
#include "rowsplit/ops/reverse.h"
#include "rowsplit/ops/split_axis.h"
#include "rowsplit/ops/tile.h"

namespace rowsplit::python {

namespace {

using namespace nanobind::literals;  // NOLINT: for _a

nb::object ConcatOf(nb::handle values, nb::handle axis) {
  Call call;
  const std::vector<Tensor> inputs = call.TakeAll(values);
  const int at = Call::TakeInt(axis, "axis");
  return call.Return([&] { return Concat(inputs, at); });
}

nb::object StackOf(nb::handle values, nb::handle axis, bool ragged) {
  Call call;
  const std::vector<Tensor> inputs = call.TakeAll(values);
  const int at = Call::TakeInt(axis, "axis");
  // TensorFlow takes the lengths of vectors from their shapes, which are int32.
  const bool lengths = ragged && !inputs.empty() && inputs[0].rank() == 1 &&
                       !inputs[0].is_ragged() && (at == 0 || at == -2);
  if (lengths) call.NoteSplits(DType::kInt32);
  return call.Return([&] { return Stack(inputs, at, {.ragged = ragged}); });
}

nb::list SplitOf(nb::handle value, nb::handle num_or_size_splits,
                 nb::handle axis, nb::handle num) {
  Call call;
  const Tensor input = call.Take(value);
  const int at = Call::TakeInt(axis, "axis");
  if (PySequence_Check(num_or_size_splits.ptr()) == 0) {
    const int64_t pieces =
        Call::TakeInt64(num_or_size_splits, "num_or_size_splits");
    return call.Return([&] { return Split(input, pieces, at); });
  }
  const std::vector<int64_t> sizes =
      Call::TakeInts(num_or_size_splits, "num_or_size_splits");
  if (!num.is_none() &&
      Call::TakeInt64(num, "num") != static_cast<int64_t>(sizes.size())) {
    throw nb::value_error(
        "split: num must be the number of sizes in num_or_size_splits");
  }
  return call.Return([&] { return Split(input, sizes, at); });
}

nb::object PartitionsOf(nb::handle data, nb::handle partitions,
                        nb::handle num_partitions) {
  Call call;
  const Tensor rows = call.Take(data);
  const Tensor ids = call.Take(partitions);
  const int64_t count = Call::TakeInt64(num_partitions, "num_partitions");
  // The row splits get the dtype of dense partitions, as in TensorFlow.
  if (!rows.is_ragged() && !ids.is_ragged() && ids.dtype() == DType::kInt32)
    call.NoteSplits(DType::kInt32);
  return call.Return([&] { return StackDynamicPartitions(rows, ids, count); });
}

}  // namespace

void BindMove(nb::module_& m, Classes& classes) {
  (void)classes;
  m.def(
      "concat", &ConcatOf, "values"_a, "axis"_a,
      "The tensors put together along an axis that they have, as tf.concat: a "
      "RaggedTensor unless all are dense.\n\n"
      ">>> rs.concat([rs.constant([[1], [2, 3]]), rs.constant([[4], []])], "
      "axis=1).to_list()\n[[1, 4], [2, 3]]");
  m.def(
      "stack",
      [](nb::handle values, nb::handle axis) {
        return StackOf(values, axis, false);
      },
      "values"_a, "axis"_a = 0,
      "The tensors put together along a new axis, as tf.stack. Dense tensors "
      "must have one shape and give a dense result.\n\n"
      ">>> rs.stack([rs.constant([[1], [2, 3]]), rs.constant([[4], []])], "
      "axis=1).to_list()\n[[[1], [4]], [[2, 3], []]]");
  m.def(
      "ragged_stack",
      [](nb::handle values, nb::handle axis) {
        return StackOf(values, axis, true);
      },
      "values"_a, "axis"_a = 0,
      "The tensors put together along a new axis, as tf.ragged.stack: dense "
      "tensors may be of different lengths.\n\n"
      ">>> rs.ragged_stack([[1, 2], [3]]).to_list()\n[[1, 2], [3]]");
  m.def("split", &SplitOf, "value"_a, "num_or_size_splits"_a, "axis"_a = 0,
        "num"_a.none() = nb::none(),
        "The tensor cut into pieces along an axis that is not ragged, as "
        "tf.split: into a number of equal ones, or into pieces of the sizes "
        "given.\n\n"
        ">>> [x.to_list() for x in rs.split(rs.constant([[1], [2, 3], []]), "
        "[1, 2])]"
        "\n[[[1]], [[2, 3], []]]");
  m.def(
      "unstack",
      [](nb::handle value, nb::handle axis) {
        Call call;
        const Tensor input = call.Take(value);
        const int at = Call::TakeInt(axis, "axis");
        return call.Return([&] { return Unstack(input, at); });
      },
      "value"_a, "axis"_a = 0,
      "The slices at each place of an axis that is not ragged, without that "
      "axis, as tf.unstack.\n\n"
      ">>> [row.tolist() for row in rs.unstack(rs.constant([[1], [2, "
      "3]]))]\n[[1], [2, 3]]");
  m.def(
      "tile",
      [](nb::handle input, nb::handle multiples) {
        Call call;
        const Tensor tensor = call.Take(input);
        const std::vector<int64_t> times =
            Call::TakeInts(multiples, "multiples");
        return call.Return([&] { return Tile(tensor, times); });
      },
      "input"_a, "multiples"_a,
      "The tensor repeated along each of its axes, as tf.tile.\n\n"
      ">>> rs.tile(rs.constant([[1, 2], [3]]), [1, 2]).to_list()\n"
      "[[1, 2, 1, 2], [3, 3]]");
  m.def(
      "reverse",
      [](nb::handle tensor, nb::handle axis) {
        Call call;
        const Tensor input = call.Take(tensor);
        const std::vector<int> axes = Call::TakeAxes(axis, "axis");
        return call.Return([&] { return Reverse(input, axes); });
      },
      "tensor"_a, "axis"_a,
      "The tensor with the order along a list of axes turned round, as "
      "tf.reverse.\n\n"
      ">>> rs.reverse(rs.constant([[1, 2], [3]]), [0, 1]).to_list()\n"
      "[[3], [2, 1]]");
  m.def(
      "stack_dynamic_partitions", &PartitionsOf, "data"_a, "partitions"_a,
      "num_partitions"_a,
      "Slices of the data sorted into rows by their number in partitions, as "
      "tf.ragged.stack_dynamic_partitions.\n\n"
      ">>> rs.stack_dynamic_partitions([10, 20, 30], [1, 0, 1], 3).to_list()\n"
      "[[20], [10, 30], []]");
}

}  // namespace rowsplit::python
