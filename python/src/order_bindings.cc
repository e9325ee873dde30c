#include <nanobind/nanobind.h>

#include <string>

#include "absl/strings/str_format.h"
#include "bindings.h"
#include "convert.h"
#include "rowsplit/ops/sort.h"
#include "status.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

SortOptions TakeSortOptions(nb::handle axis, const std::string& direction) {
  SortOptions options;
  options.axis = Call::TakeInt(axis, "axis");
  if (direction == "DESCENDING") {
    options.direction = SortDirection::kDescending;
  } else if (direction != "ASCENDING") {
    throw nb::value_error(
        absl::StrFormat(
            "direction must be 'ASCENDING' or 'DESCENDING', got '%s'",
            direction)
            .c_str());
  }
  return options;
}

}  // namespace

void BindOrder(nb::module_& m, Classes&) {
  m.def(
      "sort",
      [](nb::handle values, nb::handle axis, nb::handle direction) {
        Call call;
        const Tensor input = call.Take(values);
        const SortOptions options =
            TakeSortOptions(axis, nb::str(direction).c_str());
        return call.Return([&] { return Sort(input, options); });
      },
      "values"_a, "axis"_a = -1, "direction"_a = "ASCENDING",
      "Sorts each innermost row. Equal values keep their order; NaN comes last "
      "in both directions; strings are compared by their bytes.\n\n"
      ">>> rs.sort(rs.constant([[3, 1, 2], [], [5, 4]])).to_list()\n"
      "[[1, 2, 3], [], [4, 5]]");
  m.def(
      "argsort",
      [](nb::handle values, nb::handle axis, nb::handle direction, bool) {
        Call call;
        const Tensor input = call.Take(values);
        const SortOptions options =
            TakeSortOptions(axis, nb::str(direction).c_str());
        return call.Return([&] { return ArgSort(input, options); });
      },
      "values"_a, "axis"_a = -1, "direction"_a = "ASCENDING",
      "stable"_a = false,
      "The places, inside their row, of the values in sorted order, as int32. "
      "Always stable.\n\n"
      ">>> rs.argsort(rs.constant([[3, 1, 2], [], [5, 4]])).to_list()\n"
      "[[1, 2, 0], [], [1, 0]]");
  m.def(
      "top_k",
      [](nb::handle input, nb::handle k, bool) {
        Call call;
        const Tensor values = call.Take(input);
        const int64_t count = Call::TakeInt64(k, "k");
        const TopKResult result =
            ValueOrRaise(Call::Run([&] { return TopK(values, count); }));
        return nb::make_tuple(call.Give(result.values),
                              call.Give(result.indices));
      },
      "input"_a, "k"_a = 1, "sorted"_a = true,
      "The k greatest values of each row, greatest first, and their places in "
      "it: (values, indices). A ragged row with fewer gives all of them.\n\n"
      ">>> [x.to_list() for x in rs.top_k(rs.constant([[1, 3, 2], [4]]), 2)]\n"
      "[[[3, 2], [4]], [[1, 2], [0]]]");
}

}  // namespace rowsplit::python
