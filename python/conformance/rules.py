"""The differences by design, as rules.

differences.toml names a function of this file for each. `rule(case, got)` says
whether the difference is the one that the rule means: `got` is the encoded
result, or the exception that was raised. A rule tells by what the case is, never
by its number, and checks that the result is the one that we want.
"""

import math
import os
from fractions import Fraction

import numpy as np

from conformance import compare, vectors

try:
    import tomllib
except ImportError:  # Python 3.10
    import tomli as tomllib

HERE = os.path.dirname(os.path.abspath(__file__))


def start_without_values(case, got):
    """from_row_starts of no starts over n > 0 values is an error."""
    return (case["inputs"]["row_starts"]["shape"] == [0]
            and case["inputs"]["values"]["shape"] != [0]
            and isinstance(got, ValueError))


def _innermost_rows(value):
    """The rows of plain numbers of an encoded ragged tensor without inner dimensions."""
    splits, flat = value["row_splits"][-1], value["flat_values"]
    return [flat[begin:end] for begin, end in zip(splits, splits[1:])]


def order_of_ragged_rows(case, got):
    """sort, argsort and top_k of a ragged tensor give the order of each row."""
    if "no len()" not in case["expect"].get("message", "") or isinstance(got, Exception):
        return False
    descending = case["params"].get("direction", "DESCENDING") == "DESCENDING"
    rows = _innermost_rows(case["inputs"]["input"])
    orders = [sorted(range(len(row)), key=row.__getitem__) for row in rows]
    if descending:
        orders = [sorted(order, key=lambda place, row=row: -row[place])
                  for row, order in zip(rows, [range(len(row)) for row in rows])]
    k = case["params"].get("k")
    orders = [order[:k] for order in orders]
    values = [[row[place] for place in order] for row, order in zip(rows, orders)]
    if case["op"] == "ragged.sort":
        return _innermost_rows(got) == values
    if case["op"] == "ragged.argsort":
        return _innermost_rows(got) == orders
    return (_innermost_rows(got["values"]) == values
            and _innermost_rows(got["indices"]) == orders)


def _exact_moment(case, got, moment):
    """Whether `got` is moment(sum, sum of squares, count) of exact sums."""
    if isinstance(got, Exception):
        return False
    value = vectors.decode(case["inputs"]["input"])
    if not np.all(np.isfinite(value.flat_values)):
        return False
    inner = value.flat_values.shape[1:]
    items = compare.map_items(value.to_list(), Fraction)
    sums = [compare.sum_axes(compare.map_items(items, term), case["params"]["axis"], value.rank, inner)
            for term in (lambda x: x, lambda x: x * x, lambda x: 1)]
    results = got.get("values", got.get("flat_values"))
    to_dtype = np.dtype(got["dtype"]).type  # may overflow to infinity
    with np.errstate(over="ignore"):
        wanted = ["NaN" if n == 0 else float(to_dtype(moment(s, q, n)))
                  for s, q, n in zip(*sums)]
    return len(results) == len(wanted) and all(
        result == want if "NaN" in (result, want)
        else math.isclose(float(result), want, rel_tol=1e-5, abs_tol=1e-12)
        for result, want in zip(results, wanted))


def exact_mean(case, got):
    """The mean of integers divides their exact sum, not one that wraps."""
    return (case["params"]["fn"] == "mean" and "int" in case["inputs"]["input"]["dtype"]
            and _exact_moment(case, got, lambda s, q, n: float(s / n)))


def stable_variance(case, got):
    """Variance and std are those of exact sums: nothing cancels or wraps."""
    def variance(s, q, n):
        return float(q / n - (s / n) ** 2)

    fn = case["params"]["fn"]
    return ((fn == "variance" and _exact_moment(case, got, variance))
            or (fn == "std" and _exact_moment(case, got, lambda s, q, n: math.sqrt(variance(s, q, n)))))


def lengths_along(value, axis):
    """The lengths of the rows along an axis of an encoded tensor."""
    if "row_splits" not in value:
        return [value["shape"][axis]]
    splits = value["row_splits"]
    if axis == 0:
        return [len(splits[0]) - 1]
    if axis <= len(splits):
        part = splits[axis - 1]
        return [end - begin for begin, end in zip(part, part[1:])]
    return [value["inner_shape"][axis - len(splits) - 1]]


def items(value):
    return value["flat_values" if "row_splits" in value else "values"]


def rank(value):
    if "row_splits" in value:
        return len(value["row_splits"]) + 1 + len(value["inner_shape"])
    return len(value["shape"])


def leaves_a_row(indices, lengths):
    """Some index is no place of the shortest row."""
    return any(not 0 <= index < min(lengths, default=0) for index in indices)


def index_out_of_its_row(case, got):
    """A gather in rows, some of which lack a place that is asked for."""
    if "output" not in case["expect"] or not isinstance(got, ValueError):
        return False
    params, indices = case["inputs"]["params"], case["inputs"]["indices"]
    if case["op"] == "ragged.gather_nd":
        shape = indices.get("shape") or indices["inner_shape"]
        depth = shape[-1]
        return any(leaves_a_row(items(indices)[axis::depth], lengths_along(params, axis))
                   for axis in range(1, depth))
    axis, batch_dims = case["params"]["axis"], case["params"]["batch_dims"]
    axis = batch_dims if axis is None else axis
    axis += rank(params) if axis < 0 else 0
    return axis > 0 and leaves_a_row(items(indices), lengths_along(params, axis))


def batches_of_other_rows(case, got):
    """A gather whose ragged batch axes have other row lengths."""
    if "output" not in case["expect"] or not isinstance(got, ValueError):
        return False
    batch_dims = case["params"]["batch_dims"]
    splits = [case["inputs"][name].get("row_splits", [])[:max(batch_dims - 1, 0)]
              for name in ("params", "indices")]
    return batch_dims > 1 and splits[0] != splits[1]


def new_axis_of_a_dense_row(case, got):
    """A key that gives a dense tensor a new axis in front of it."""
    return (case["expect"].get("error") == "AttributeError"
            and "newaxis" in case["params"]["key"] and isinstance(got, dict))


def stretched_over_inner_dimensions(case, got):
    """A where of a ragged tensor with inner dimensions and one of a lower rank."""
    inputs = case["inputs"].values()
    inner = any(value.get("inner_shape") for value in inputs)
    return (case["expect"].get("error") == "InvalidArgumentError" and isinstance(got, dict)
            and inner and len({rank(value) for value in inputs}) > 1)


def one_tuple_into_inner_dimensions(case, got):
    """A gather_nd of one tuple that is longer than the ragged axes."""
    params, shape = case["inputs"]["params"], case["inputs"]["indices"].get("shape", [])
    return (case["expect"].get("error") == "InvalidArgumentError" and isinstance(got, dict)
            and "row_splits" in params and len(shape) == 1
            and shape[0] > len(params["row_splits"]) + 1)


def _inner_values(value):
    """The flat values (lists of the inner shape's items) of an encoded tensor."""
    size = math.prod(value["inner_shape"])
    items = value.get("flat_values", value.get("flat_values_b64"))
    return [items[begin:begin + size] for begin in range(0, len(items), size or 1)]


def default_value_broadcasts(case, got):
    """A default value of fewer axes than the inner shape broadcasts to it."""
    inputs = case["inputs"]
    if ("default_value.shape" not in case["expect"].get("message", "")
            or isinstance(got, Exception)):
        return False
    inner, default = inputs["input"]["inner_shape"], inputs["default_value"]
    try:
        key = "values" if "values" in default else "values_b64"
        fill = np.broadcast_to(np.array(default[key]).reshape(default["shape"]), inner)
    except ValueError:
        return False
    got = got.get("output", got)
    size = math.prod(inner)
    items = got.get("values", got.get("values_b64"))
    known = [*_inner_values(inputs["input"]), fill.ravel().tolist()]
    return (got["shape"][len(got["shape"]) - len(inner):] == inner
            and all(items[begin:begin + size] in known
                    for begin in range(0, len(items), size or 1)))


def empty_axes_merge(case, got):
    """No flat values, of an inner shape with a 0, merge to no values."""
    value = case["inputs"]["input"]
    if (0 not in value["inner_shape"] or value["flat_rows"] != 0
            or isinstance(got, Exception)):
        return False
    got = got.get("output", got)
    if "row_splits" in got:
        return got["row_splits"][-1][-1] == 0
    return got["shape"][0] == 0


def sparse_row_outside_of_the_shape(case, got):
    """A row of a sparse tensor that its dense shape does not have is an error."""
    value = case["inputs"]["input"]
    rows = [position[0] for position in value["indices"]]
    return (any(not 0 <= row < value["dense_shape"][0] for row in rows)
            and isinstance(got, ValueError))


def nested_lengths_do_not_fit(case, got):
    """Nested lengths must be as many as the rows of the axis before."""
    lengths = case["inputs"].get("lengths")
    if not isinstance(lengths, list) or not isinstance(got, ValueError):
        return False
    return any(sum(outer["values"]) != len(inner["values"])
               for outer, inner in zip(lengths, lengths[1:]))


def load():
    """The rules of differences.toml: a list of (id, ops, function)."""
    with open(os.path.join(HERE, "differences.toml"), "rb") as file:
        entries = tomllib.load(file)["difference"]
    rules = []
    for entry in entries:
        for key in ("id", "ops", "rule", "reason"):
            if not entry.get(key):
                raise ValueError(f"differences.toml: an entry lacks {key}: {entry}")
        rules.append((entry["id"], entry["ops"], globals()[entry["rule"]]))
    return rules


def find(rules, case, got):
    """The id of the rule that a difference comes under, or None."""
    for name, ops, function in rules:
        if case["op"] in ops and function(case, got):
            return name
    return None
