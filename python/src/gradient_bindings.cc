#include <nanobind/nanobind.h>

#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "bindings.h"
#include "convert.h"
#include "rowsplit/ops/gradient.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

using ReduceGradient = absl::StatusOr<Tensor> (*)(const Tensor&, const Tensor&,
                                                  const ReduceGradientOptions&);

void DefReduce(nb::module_& m, const char* name, ReduceGradient gradient,
               const char* doc) {
  m.def(
      name,
      [gradient](nb::handle input, nb::handle upstream, nb::handle axis) {
        Call call;
        const auto [x, grad] = call.TakePair(input, upstream);
        ReduceGradientOptions options;
        if (!axis.is_none()) options.axes = Call::TakeAxes(axis, "axis");
        return call.Return(
            [&, &x = x, &grad = grad] { return gradient(x, grad, options); });
      },
      "input"_a, "upstream"_a, "axis"_a.none() = nb::none(), doc);
}

}  // namespace

void BindGradient(nb::module_& m, Classes&) {
  DefReduce(m, "sum_gradient", &SumGradient,
            "The gradient of a sum over the axes: from that of its result, "
            "that of its input.\n\n"
            ">>> rt = rs.constant([[1.0, 2.0], [], [3.0]])\n"
            ">>> rs.sum_gradient(rt, [10, 20, 30], axis=1).to_list()\n"
            "[[10.0, 10.0], [], [30.0]]");
  DefReduce(m, "mean_gradient", &MeanGradient, "The gradient of a mean.");
  DefReduce(m, "max_gradient", &MaxGradient,
            "The gradient of a maximum, in equal parts if several values are "
            "the greatest.");
  DefReduce(m, "logsumexp_gradient", &LogSumExpGradient,
            "The gradient of log(sum(exp(input))).");
  m.def(
      "softmax_gradient",
      [](nb::handle softmax, nb::handle upstream, nb::handle axis) {
        Call call;
        const Tensor result = call.Take(softmax);
        const Tensor grad = call.Take(upstream, result.dtype());
        const int at = Call::TakeInt(axis, "axis");
        return call.Return([&] { return SoftmaxGradient(result, grad, at); });
      },
      "softmax"_a, "upstream"_a, "axis"_a = -1,
      "The gradient of a softmax, from its result.");
  m.def(
      "gather_gradient",
      [](nb::handle input, nb::handle indices, nb::handle upstream) {
        Call call;
        const Tensor params = call.Take(input);
        const Tensor rows = call.Take(indices);
        const Tensor grad = call.Take(upstream, params.dtype());
        return call.Return([&] { return GatherGradient(params, rows, grad); });
      },
      "input"_a, "indices"_a, "upstream"_a,
      "The gradient of a gather of rows: each row of the input gets the sum of "
      "the gradients of the places it went to.");
  m.def(
      "concat_gradient",
      [](nb::handle values, nb::handle axis, nb::handle upstream) {
        Call call;
        const std::vector<Tensor> inputs = call.TakeAll(values);
        const int at = Call::TakeInt(axis, "axis");
        const Tensor grad = inputs.empty()
                                ? call.Take(upstream)
                                : call.Take(upstream, inputs[0].dtype());
        return call.Return([&] { return ConcatGradient(inputs, at, grad); });
      },
      "values"_a, "axis"_a, "upstream"_a,
      "The gradient of each input of a concatenation.");
  m.def(
      "to_tensor_gradient",
      [](nb::handle input, nb::handle upstream) {
        Call call;
        const Tensor ragged = call.Take(input);
        const Tensor grad = call.Take(upstream, ragged.dtype());
        return call.Return([&] { return ToDenseGradient(ragged, grad); });
      },
      "input"_a, "upstream"_a,
      "The gradient of the conversion to a dense tensor.");
}

}  // namespace rowsplit::python
