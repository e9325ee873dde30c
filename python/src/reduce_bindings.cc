// Reductions over axes and segments, and what goes along rows.

#include <nanobind/nanobind.h>

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "bindings.h"
#include "convert.h"
#include "rowsplit/ops/arg_reduce.h"
#include "rowsplit/ops/cumulative.h"
#include "rowsplit/ops/first_last.h"
#include "rowsplit/ops/quantile.h"
#include "rowsplit/ops/reduce_axes.h"
#include "rowsplit/ops/segment.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

ReduceAxesOptions TakeReduceOptions(nb::handle axis, nb::handle keepdims,
                                    nb::handle initial = nb::none()) {
  ReduceAxesOptions options;
  if (!axis.is_none()) options.axes = Call::TakeAxes(axis, "axis");
  if (!keepdims.is_none() && !nb::try_cast<bool>(keepdims, options.keepdims)) {
    throw nb::type_error("keepdims must be a bool or None");
  }
  options.initial = Call::TakeOptionalFloat(initial, "initial");
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

void BindCumulative(nb::module_& m) {
  for (const auto& [op, doc] :
       std::initializer_list<std::pair<CumulativeOp, const char*>>{
           {CumulativeOp::kSum, "The sums so far along `axis`"},
           {CumulativeOp::kProd, "The products so far along `axis`"},
           {CumulativeOp::kMax, "The greatest values so far along `axis`"},
           {CumulativeOp::kMin, "The least values so far along `axis`"}}) {
    m.def(
        std::string(CumulativeOpName(op)).c_str(),
        [op = op](nb::handle x, nb::handle axis, bool exclusive, bool reverse,
                  nb::handle initial) {
          Call call;
          const Tensor input = call.Take(x);
          const int at = Call::TakeInt(axis, "axis");
          const CumulativeOptions options{
              .exclusive = exclusive,
              .reverse = reverse,
              .initial = Call::TakeOptionalFloat(initial, "initial")};
          return call.Return(
              [&] { return Cumulative(input, op, at, options); });
        },
        "x"_a, "axis"_a = 0, "exclusive"_a = false, "reverse"_a = false,
        "initial"_a.none() = nb::none(),
        (std::string(doc) +
         ", in the shape of `x`: `exclusive` leaves each value itself out, "
         "`reverse` begins at the end, `initial` goes before the first value.")
            .c_str());
  }
}

void BindArgReduce(nb::module_& m) {
  for (const bool max : {true, false}) {
    m.def(
        max ? "argmax" : "argmin",
        [max](nb::handle input, nb::handle axis, nb::handle empty) {
          Call call;
          const Tensor taken = call.Take(input);
          const int at = Call::TakeInt(axis, "axis");
          ArgReduceOptions options;
          if (!empty.is_none()) options.empty = Call::TakeInt64(empty, "empty");
          return call.Return([&] {
            return max ? ArgMax(taken, at, options)
                       : ArgMin(taken, at, options);
          });
        },
        "input"_a, "axis"_a = 0, "empty"_a.none() = nb::none(),
        max ? "Where along `axis` the greatest value is; of equal ones the "
              "first. ValueError for a row without a value, unless `empty` "
              "says what it gives."
            : "Where along `axis` the least value is; of equal ones the first. "
              "ValueError for a row without a value, unless `empty` says what "
              "it gives.");
  }
}

void BindFirstLast(nb::module_& m) {
  for (const bool last : {false, true}) {
    m.def(
        last ? "last" : "first",
        [last](nb::handle input, nb::handle empty) {
          Call call;
          const Tensor taken = call.Take(input);
          const FirstLastOptions options{
              .empty = call.TakeOptional(empty, taken.dtype())};
          return call.Return([&] {
            return last ? Last(taken, options) : First(taken, options);
          });
        },
        "input"_a, "empty"_a.none() = nb::none(),
        last ? "The last value of each innermost row. ValueError for an empty "
               "row, unless `empty` says what it gives."
             : "The first value of each innermost row. ValueError for an empty "
               "row, unless `empty` says what it gives.");
  }
}

void BindQuantile(nb::module_& m) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  const auto run = [](nb::handle input, double q, nb::handle axis,
                      bool keepdims, double empty) {
    Call call;
    const Tensor taken = call.Take(input);
    const int at = Call::TakeInt(axis, "axis");
    return call.Return([&] {
      return Quantile(taken, q, at, {.keepdims = keepdims, .empty = empty});
    });
  };
  m.def("quantile", run, "input"_a, "q"_a, "axis"_a = -1, "keepdims"_a = false,
        "empty"_a = kNaN,
        "The value below which a share `q` of the values along `axis` lies, "
        "interpolated as numpy.quantile does; `empty` for no value.");
  m.def(
      "median",
      [run](nb::handle input, nb::handle axis, bool keepdims, double empty) {
        return run(input, 0.5, axis, keepdims, empty);
      },
      "input"_a, "axis"_a = -1, "keepdims"_a = false, "empty"_a = kNaN,
      "The middle value along `axis`, or the mean of the two; `empty` for no "
      "value.");
}

}  // namespace

void BindReduce(nb::module_& m, Classes& /*classes*/) {
  BindReductions(m);
  BindSegments(m);
  BindCumulative(m);
  BindArgReduce(m);
  BindFirstLast(m);
  BindQuantile(m);
}

}  // namespace rowsplit::python
