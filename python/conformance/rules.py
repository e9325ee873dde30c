"""The differences by design, as rules.

differences.toml names a function of this file for each. `rule(case, got)` says
whether the difference is the one that the rule means: `got` is the encoded
result, or the exception that was raised. A rule tells by what the case is, never
by its number, and checks that the result is the one that we want.
"""

import math
import os
import re
from fractions import Fraction

import numpy as np

from conformance import compare, safe_lookup, vectors
from conformance.segment_rules import (  # noqa: F401: named in differences.toml
    inner_axis_from_the_front,
    negative_trimmer_length,
    round_robin_past_its_length,
    rows_without_source_spans,
)
from conformance.segmentation_rules import (  # noqa: F401: named in differences.toml
    characters_end_with_their_string,
    sentences_behind_whitespace,
    text_behind_a_nul,
    whole_whitespace,
)
from conformance.unicode_rules import (  # noqa: F401: named in differences.toml
    each_string_by_itself,
    no_character_at_the_end,
    scripts_of_newer_unicode,
)

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


def rank(value):
    if "row_splits" in value:
        return len(value["row_splits"]) + 1 + len(value["inner_shape"])
    return len(value["shape"])


def _nested(value):
    """The nested lists of an encoded tensor, its axes outermost first."""
    value = vectors.decode(value)
    return value.to_list() if hasattr(value, "to_list") else np.asarray(value).tolist()


def _is(got, wanted):
    """Whether an encoded tensor has these nested lists. NaN equals NaN."""
    return isinstance(got, dict) and repr(_nested(got.get("output", got))) == repr(wanted)


def _walk(params, places):
    for place in places:
        if not 0 <= place < len(params):
            raise IndexError
        params = params[place]
    return params


def _leaves(params, places):
    try:
        _walk(params, places)
    except IndexError:
        return True
    return False


def _gather_leaves_a_row(params, indices, axis, batch_dims):
    """Whether some index is no place of the row that it is looked up in."""
    if batch_dims > 0:
        return any(_gather_leaves_a_row(p, i, axis - 1, batch_dims - 1)
                   for p, i in zip(params, indices))
    if axis > 0:
        return any(_gather_leaves_a_row(p, indices, axis - 1, 0) for p in params)
    return any(not 0 <= index < len(params) for index in compare.flatten(indices))


def _tuple_leaves_a_row(params, indices, depth, batch_dims):
    """The same for tuples, which stand `depth` levels down."""
    if batch_dims > 0:
        return any(_tuple_leaves_a_row(p, i, depth - 1, batch_dims - 1)
                   for p, i in zip(params, indices))
    if depth > 0:
        return any(_tuple_leaves_a_row(params, i, depth - 1, 0) for i in indices)
    return _leaves(params, indices)


def index_out_of_its_row(case, got):
    """A gather in rows, some of which lack a place that is asked for."""
    if "output" not in case["expect"] or not isinstance(got, ValueError):
        return False
    inputs, batch_dims = case["inputs"], case["params"].get("batch_dims") or 0
    params, indices = _nested(inputs["params"]), _nested(inputs["indices"])
    if case["op"] == "ragged.gather_nd":
        return _tuple_leaves_a_row(params, indices, rank(inputs["indices"]) - 1, batch_dims)
    batch_dims += rank(inputs["indices"]) if batch_dims < 0 else 0
    axis = case["params"]["axis"]
    axis = batch_dims if axis is None else axis
    axis += rank(inputs["params"]) if axis < 0 else 0
    return axis > 0 and _gather_leaves_a_row(params, indices, axis, batch_dims)


def batches_of_other_rows(case, got):
    """A gather whose ragged batch axes have other row lengths."""
    if "output" not in case["expect"] or not isinstance(got, ValueError):
        return False
    batch_dims = case["params"]["batch_dims"]
    splits = [case["inputs"][name].get("row_splits", [])[:max(batch_dims - 1, 0)]
              for name in ("params", "indices")]
    return batch_dims > 1 and splits[0] != splits[1]


def _pick(node, key):
    """What Python's own indexing gives of nested lists."""
    if not key:
        return node
    if key[0] == "newaxis":
        return [_pick(node, key[1:])]
    if isinstance(key[0], int):
        return _pick(node[key[0]], key[1:])
    return [_pick(child, key[1:]) for child in node[slice(*key[0]["slice"])]]


def new_axis_of_a_dense_row(case, got):
    """A key that gives a dense tensor a new axis in front of it."""
    key, value = case["params"]["key"], case["inputs"]["input"]
    if case["expect"].get("error") != "AttributeError" or "newaxis" not in key:
        return False
    if "..." in key:
        at = key.index("...")
        all_of_it = {"slice": [None, None, None]}
        missing = rank(value) - sum(item not in ("...", "newaxis") for item in key)
        key = key[:at] + [all_of_it] * missing + key[at + 1:]
    return _is(got, _pick(_nested(value), key))


def _choose(condition, x, y):
    """where() of (nested lists, rank); an axis of one item is stretched."""
    nodes = [condition, x, y]
    top = max(level for _, level in nodes)
    if top == 0:
        return x[0] if condition[0] else y[0]
    sizes = {len(node) for node, level in nodes if level == top} - {1}
    if len(sizes) > 1:
        raise ValueError("rows of other lengths")

    def child(node, level, place):
        if level < top:
            return node, level
        return node[place if len(node) > 1 else 0], level - 1

    return [_choose(*(child(*node, place) for node in nodes))
            for place in range(max(sizes, default=1))]


def stretched_over_inner_dimensions(case, got):
    """A where of a ragged tensor with inner dimensions and one of a lower rank."""
    inputs = [case["inputs"][name] for name in ("condition", "x", "y")]
    return (case["expect"].get("error") == "InvalidArgumentError"
            and any(value.get("inner_shape") for value in inputs)
            and len({rank(value) for value in inputs}) > 1
            and _is(got, _choose(*((_nested(value), rank(value)) for value in inputs))))


def one_tuple_into_inner_dimensions(case, got):
    """A gather_nd of one tuple that is longer than the ragged axes."""
    params, indices = case["inputs"]["params"], case["inputs"]["indices"]
    return (case["expect"].get("error") == "InvalidArgumentError"
            and "row_splits" in params and len(indices.get("shape", [])) == 1
            and indices["shape"][0] > len(params["row_splits"]) + 1
            and _is(got, _walk(_nested(params), _nested(indices))))


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
    """The id of the rule that a difference comes under, or None. A case or result
    that a rule can't read is none of its."""
    for name, ops, function in rules:
        try:
            if case["op"] in ops and function(case, got):
                return name
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            continue
    return None


def bert_of_any_rank(case, got):
    """Subwords of texts of rank 2 and more, and of one string."""
    if "error" not in case["expect"] or isinstance(got, Exception):
        return False
    text = case["inputs"]["input"]
    rank = len(text["row_splits"]) + 1 if "row_splits" in text else len(text["shape"])
    return rank != 1 and set(got) == {"tokens", "starts", "ends"}


def sparse_tf_idf(case, got):
    """tf_idf with sparse=True gives the same numbers as without."""
    params = case["params"]
    if not params.get("sparse") or params.get("output_mode") not in ("tf_idf", "tf-idf"):
        return False
    return not isinstance(got, Exception) and got["output"]["dtype"] == "float32"


def ngrams_without_a_width(case, got):
    """ngrams of no width is a ValueError."""
    ngrams = case["params"].get("ngrams")
    return (ngrams == [] or isinstance(ngrams, int) and ngrams < 1) and isinstance(
        got, ValueError)


def nothing_learned(case, got):
    """tf_idf without a token to learn: the call has no vocabulary."""
    return (case["params"].get("output_mode") in ("tf_idf", "tf-idf")
            and "error" in case["expect"] and isinstance(got, RuntimeError)
            and "has no vocabulary" in str(got))


def trailing_nul_bytes(case, got):
    """The vocabularies differ by NUL bytes at the ends of tokens alone."""
    if isinstance(got, Exception):
        return False
    names = ("vocabulary", "vocabulary_without_special")
    expected = case["expect"]
    if any(not isinstance(v.get(name), list) for v in (got, expected) for name in names):
        return False
    stripped = {**got, **{name: [token.rstrip("\0") for token in got[name]]
                          for name in names}}
    return stripped != got and compare.compare(
        stripped, expected, compare.tolerance(case, {})) is None


def sparse_of_ragged(case, got):
    """The reference fails where sparse output has no static shape."""
    return (bool(case["params"].get("sparse")) and "error" in case["expect"]
            and "NoneType" in case["expect"]["message"]
            and not isinstance(got, Exception))


def one_hot_of_a_scalar(case, got):
    """A scalar in one_hot mode is one row."""
    return (case["params"].get("output_mode") == "one_hot"
            and case["expect"].get("error") == "IndexError"
            and not isinstance(got, Exception))


def adapted_to_high_rank(case, got):
    """adapt takes tokens of ranks that the reference's `unique` does not."""
    return ("adapt" in case["inputs"] and "error" in case["expect"]
            and "1D vector" in case["expect"]["message"]
            and not isinstance(got, Exception))


def no_room_for_a_token(case, got):
    """max_tokens leaves no room beside the special tokens."""
    params = case["params"]
    special = params.get("num_oov_indices", 1) + (
        params.get("mask_token") is not None and params.get("output_mode", "int") == "int")
    return ("adapt" in case["inputs"] and params["max_tokens"] < special
            and isinstance(got, ValueError) and "adapting leaves no token" in str(got))


def multi_hot_of_nothing(case, got):
    """A sample without tokens is zeros, not the lowest numbers; the rest is equal."""
    if case["params"].get("output_mode") not in ("multi_hot", "binary"):
        return False
    expected = case["expect"]
    # Of Hashing the result is all that there is.
    whole = expected.get("output", expected)
    lowest = {-2**63, -2**31, float(np.finfo(np.float32).min)}
    values = [0 if value in lowest else value for value in whole["values"]]
    zeros = {**whole, "values": values}
    return values != whole["values"] and compare.compare(
        got, {**expected, "output": zeros} if "output" in expected else zeros,
        compare.tolerance(case, {})) is None


def safe_lookup_of_more(case, got):
    """Ids and tables that the reference's safe look-up fails on."""
    inputs, params = case["inputs"], case["params"]
    ids, table = inputs["ids"], inputs["table"]
    table = table[0] if isinstance(table, list) else table
    of_ragged = "row_splits" in ids and (
        ids["dtype"] == "int32" or ids.get("row_splits_dtype") == "int32"
        or len(ids["row_splits"]) > 1 or ids["row_splits"][0] == [0])
    other_rank = len(table["shape"]) != 2 and params["default_id"] is None
    if "error" not in case["expect"] or not (of_ragged or other_rank):
        return False
    decoded = vectors.decode(inputs)
    parts = decoded["table"] if isinstance(decoded["table"], list) else [decoded["table"]]
    try:
        wanted = safe_lookup.safe_lookup(
            parts, decoded["ids"], decoded.get("weights"), params["combiner"],
            params["default_id"], params["max_norm"])
    except IndexError:
        return isinstance(got, ValueError)
    if isinstance(got, Exception):
        # Weights of another dtype than the table's, or of another number.
        return False
    key = "flat_values" if "row_splits" in got else "values"
    tolerance = {"float16": 1e-2, "bfloat16": 5e-2}.get(got["dtype"], 1e-4)
    return np.allclose(np.array(vectors.decode(got).flat_values if key == "flat_values"
                                else vectors.decode(got), np.float64).ravel(),
                       wanted.ravel(), rtol=tolerance, atol=tolerance)


def lookup_of_deeper_ids(case, got):
    """Ragged ids of rank 3 of a look-up that drops trailing rows."""
    ids = case["inputs"]["ids"]
    return ("row_splits" in ids and len(ids["row_splits"]) > 1
            and isinstance(got, ValueError) and "can be dropped" in str(got))


def _num_groups(pattern):
    """The groups that capture in a pattern of RE2."""
    count, in_class, place = 0, False, 0
    while place < len(pattern):
        char = pattern[place]
        if char == "\\":
            place += 1
        elif in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
            place += pattern[place + 1:place + 2] == "^"
            place += pattern[place + 1:place + 2] == "]"
        elif char == "(":
            count += not pattern.startswith("(?", place) or pattern.startswith("(?P<", place)
        place += 1
    return count


def rewrite_of_a_missing_group(case, got):
    """A rewrite that names a group which the pattern does not have is an error."""
    if not isinstance(got, ValueError) or "output" not in case["expect"]:
        return False
    groups = _num_groups(case["params"]["pattern"])
    escaped = re.findall(r"\\(.)", case["params"]["rewrite"], re.DOTALL)
    named = [int(char) for char in escaped if char in "0123456789"]
    unchanged = case["expect"]["output"] == case["inputs"]["input"]
    return unchanged and max(named, default=0) > groups
