// Reductions over axes and segments, and what goes along rows.

#include <nanobind/nanobind.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "bindings.h"
#include "convert.h"
#include "rowsplit/ops/reduce_axes.h"
#include "rowsplit/ops/segment.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

ReduceAxesOptions TakeReduceOptions(nb::handle axis, nb::handle keepdims,
                                    nb::handle initial = nb::none()) {
  ReduceAxesOptions options;
  if (!axis.is_none()) options.axes = Call::TakeAxes(axis, "axis");
  options.keepdims = !keepdims.is_none() && nb::cast<bool>(keepdims);
  if (!initial.is_none()) options.initial = nb::cast<double>(initial);
  return options;
}

void BindReductions(nb::module_& m) {
  for (const auto& [op, doc] :
       std::initializer_list<std::pair<ReduceOp, const char*>>{
           {ReduceOp::kMean,
            "The mean along `axis` (an int, a list, or None for all). Integers "
            "of a ragged tensor give float64 (float32 of up to 16 bits), those "
            "of an array their own dtype. NaN for no value."},
           {ReduceOp::kVariance,
            "The variance of the population along `axis`; NaN for no value."},
           {ReduceOp::kStd, "The square root of the variance along `axis`."},
           {ReduceOp::kAny,
            "Whether any value along `axis` is true; False for no value."},
           {ReduceOp::kAll,
            "Whether all values along `axis` are true; True for no value."}}) {
    m.def(
        std::string(ReduceOpName(op)).c_str(),
        [op](nb::handle input_tensor, nb::handle axis, nb::handle keepdims) {
          Call call;
          const Tensor input = call.Take(input_tensor);
          const ReduceAxesOptions options = TakeReduceOptions(axis, keepdims);
          return call.Return([&] { return Reduce(input, op, options); });
        },
        "input_tensor"_a, "axis"_a.none() = nb::none(),
        "keepdims"_a.none() = false, doc);
  }
  for (const auto& [op, doc] :
       std::initializer_list<std::pair<ReduceOp, const char*>>{
           {ReduceOp::kSum,
            "The sum along `axis` (an int, a list, or None for all), and of "
            "`initial` if given; 0 for no value."},
           {ReduceOp::kProd,
            "The product along `axis`, and of `initial` if given; 1 for no "
            "value."},
           {ReduceOp::kMax,
            "The greatest value along `axis`, or `initial` if that is greater. "
            "No value gives the lowest finite value of the dtype over a ragged "
            "axis, else -inf."},
           {ReduceOp::kMin,
            "The least value along `axis`, or `initial` if that is less. No "
            "value gives the greatest finite value of the dtype over a ragged "
            "axis, else inf."},
           {ReduceOp::kLogSumExp,
            "log(sum(exp(x))) along `axis`, and of `initial` if given, without "
            "overflow; -inf for no value."}}) {
    m.def(
        std::string(ReduceOpName(op)).c_str(),
        [op](nb::handle input_tensor, nb::handle axis, nb::handle keepdims,
             nb::handle initial) {
          Call call;
          const Tensor input = call.Take(input_tensor);
          const ReduceAxesOptions options =
              TakeReduceOptions(axis, keepdims, initial);
          return call.Return([&] { return Reduce(input, op, options); });
        },
        "input_tensor"_a, "axis"_a.none() = nb::none(),
        "keepdims"_a.none() = false, "initial"_a.none() = nb::none(), doc);
  }
}

void BindSegments(nb::module_& m) {
  for (const SegmentOp op :
       {SegmentOp::kSum, SegmentOp::kProd, SegmentOp::kMean, SegmentOp::kMax,
        SegmentOp::kMin, SegmentOp::kSqrtN}) {
    const std::string name(SegmentOpName(op));
    m.def(
        ("unsorted_segment_" + name).c_str(),
        [op](nb::handle data, nb::handle segment_ids, nb::handle num_segments) {
          Call call;
          const Tensor input = call.Take(data);
          const Tensor ids = call.Take(segment_ids);
          const int64_t size = Call::TakeInt64(num_segments, "num_segments");
          return call.Return(
              [&] { return UnsortedSegmentReduce(input, ids, size, op); });
        },
        "data"_a, "segment_ids"_a, "num_segments"_a,
        ("Folds (" + name +
         ") what has the same id, in any order, into `num_segments` rows. The "
         "shape of the ids is a prefix of the data's. ValueError for an id out "
         "of range; negative ids drop their values.")
            .c_str());
    if (op == SegmentOp::kSqrtN) continue;
    m.def(("segment_" + name).c_str(),
          [op](nb::handle data, nb::handle segment_ids) {
            Call call;
            const Tensor input = call.Take(data);
            const Tensor ids = call.Take(segment_ids);
            return call.Return([&] { return SegmentReduce(input, ids, op); });
          },
          "data"_a, "segment_ids"_a,
          ("Folds (" + name +
           ") the rows of an array that have the same id; the ids do not "
           "decrease. Rows for ids that are not there are 0, or 1 for prod.")
              .c_str());
  }
}

}  // namespace

void BindReduce(nb::module_& m, Classes& /*classes*/) {
  BindReductions(m);
  BindSegments(m);
}

}  // namespace rowsplit::python
