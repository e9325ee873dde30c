"""Compares results with what vectors expect.

Everything is exact (NaN equals NaN, the sign of zero counts) except floats that
come out of arithmetic, for which `tolerance` gives what the vectors allow.
"""

import itertools
import math

import numpy as np

import rowsplit as rs

# The Python exceptions that stand for the reference's: its status codes and
# Python's argument checks. An index out of range is an IndexError here.
KINDS = {
    "InvalidArgumentError": (ValueError, IndexError),
    "ValueError": (ValueError,),
    "TypeError": (TypeError, ValueError),
    "IndexError": (IndexError, ValueError),
    "KeyError": (KeyError,),
    "OutOfRangeError": (IndexError,),
    "NotFoundError": (KeyError, FileNotFoundError),
    "ResourceExhaustedError": (MemoryError,),
    "UnimplementedError": (NotImplementedError,),
    "FailedPreconditionError": (RuntimeError,),
    "RuntimeError": (RuntimeError,),
}

# The functions whose results depend on the order of additions or on how a
# function is computed, with the relative tolerance.
RELATIVE = {
    "std": 1e-4, "softmax": 1e-4, "exp": 1e-4, "sigmoid": 1e-4, "pow": 1e-4,
    "sqrt": 1e-6, "prod": 1e-5, "mean": 0, "sum": 0, "variance": 0, "sqrt_n": 0,
    "sqrtn": 0, "matmul": 0,
}


def merge(rows):
    """The sum of rows item by item; longer rows keep what others lack."""
    if not any(isinstance(row, list) for row in rows):
        return sum(rows)
    return [merge([item for item in items if item is not None])
            for items in itertools.zip_longest(*rows)]


def zeros(shape):
    return [zeros(shape[1:]) for _ in range(shape[0])] if shape else 0


def sum_axis(node, axis, rank, inner):
    if axis > 0:
        return [sum_axis(child, axis - 1, rank - 1, inner) for child in node]
    if node:
        return merge(node)
    # Of no rows: nothing where rows are ragged, else a row of zeros.
    return zeros(inner[len(inner) - rank + 1:]) if rank - 1 <= len(inner) else []


def flatten(node):
    if not isinstance(node, list):
        return [node]
    return [item for child in node for item in flatten(child)]


def map_items(node, function):
    if isinstance(node, list):
        return [map_items(child, function) for child in node]
    return function(node)


def nested(value):
    return value.to_list() if isinstance(value, rs.RaggedTensor) else np.asarray(value).tolist()


def sum_axes(node, axis, rank, inner):
    """The sums, flat; `inner` are the sizes of the uniform inner dimensions."""
    inner = list(inner)
    if axis is None:
        return [sum(flatten(node))]
    axes = {a % rank for a in (axis if isinstance(axis, list) else [axis])}
    for a in sorted(axes, reverse=True):
        node = sum_axis(node, a, rank, inner)
        if a >= rank - len(inner):
            del inner[a - rank]
        rank -= 1
    return flatten(node)


def reduce_tolerance(fn, params, inputs):
    """For each result: 1e-5 times the sum (or mean) of the absolute terms, for
    a variance 1e-4 times the mean of the squares."""
    value = inputs["input"]
    rank = value.rank if isinstance(value, rs.RaggedTensor) else np.ndim(value)
    flat = value.flat_values if isinstance(value, rs.RaggedTensor) else value
    inner = np.shape(flat)[1:]
    items = nested(value)
    term = (lambda x: x * x) if fn == "variance" else abs
    sums = sum_axes(map_items(items, lambda x: term(float(x))), params["axis"], rank, inner)
    if fn == "sum":
        return [1e-5 * s for s in sums]
    counts = sum_axes(map_items(items, lambda x: 1), params["axis"], rank, inner)
    factor = 1e-4 if fn == "variance" else 1e-5
    return [factor * s / max(n, 1) for s, n in zip(sums, counts)]


def whole_tolerance(inputs):
    """A bound for what sums all of the inputs' items."""
    total = 1.0
    for value in inputs.values():
        flat = np.asarray(value.flat_values if isinstance(value, rs.RaggedTensor) else value)
        if flat.dtype.kind == "f":
            total *= float(np.nansum(np.abs(flat[np.isfinite(flat)]))) + 1
    return 1e-5 * total


def rows_of_ids(ids, safe):
    """The row of each id of a ragged or sparse tensor: the first index, or of the
    safe look-up all but the last one."""
    if isinstance(ids, rs.RaggedTensor):
        return np.asarray(ids.value_rowids())
    indices = np.asarray(ids.indices)
    if not safe or not len(indices):
        return indices[:, 0]
    shape = np.asarray(ids.dense_shape)[:-1]
    if not len(shape):
        return np.zeros(len(indices), np.int64)
    return np.ravel_multi_index(indices[:, :-1].T, shape, mode="clip")


def rounding(parts):
    """How far results of a table may be from each other, relatively: 16-bit floats
    are computed in float32 here and rounded at each step by the reference."""
    part = parts[0] if isinstance(parts, list) else parts
    return {"float16": 5e-3, "bfloat16": 3e-2}.get(np.asarray(part).dtype.name, 1e-5)


def combine_tolerance(case, inputs):
    """1e-5 (of 16-bit floats more) times the sum of the absolute terms of each
    row, over its divisor."""
    parts = inputs["table"] if isinstance(inputs["table"], list) else [inputs["table"]]
    ids, weights = inputs["ids"], inputs.get("weights")
    if not isinstance(ids, (rs.SparseTensor, rs.RaggedTensor)):
        return 0.0, 0.0
    safe = case["op"] == "embedding.safe_lookup_sparse"
    rows = rows_of_ids(ids, safe)
    factors = np.ones(len(rows)) if weights is None else np.asarray(
        weights.values, dtype=np.float64)
    largest = max([float(np.nanmax(np.abs(part), initial=0)) for part in parts] + [0.0])
    width = math.prod(np.shape(parts[0])[1:])
    combiner = case["params"]["combiner"] or "mean"
    if len(rows) != len(factors):
        return 0.0, 0.0
    relative = rounding(parts)
    bounds = []
    for row in range(int(max(rows, default=-1)) + 1):
        w = factors[rows == row]
        w = w[w > 0] if safe and combiner != "sum" else w
        divisor = {"sum": 1.0, "mean": abs(w.sum()), "sqrtn": math.sqrt((w * w).sum())}[combiner]
        bounds += [relative * largest * float(np.abs(w).sum()) / (divisor or 1.0)] * width
    return relative, bounds


def window_tolerance(inputs, params):
    """1e-5 times the sum (or mean) of the absolute terms of each window."""
    value = inputs["input"]
    if isinstance(value, rs.RaggedTensor):
        terms = value.with_flat_values(np.abs(value.flat_values))
    else:
        terms = np.abs(value)
    sums = rs.text.ngrams(terms, params["width"], params["axis"],
                          rs.text.Reduction[params["reduction"]])
    flat = sums.flat_values if isinstance(sums, rs.RaggedTensor) else sums
    return (1e-5 * np.asarray(flat, np.float64)).ravel().tolist()


def tolerance(case, inputs):
    """(relative, absolute) of a case; absolute is a number or one a result."""
    fn = case["params"].get("fn") or case["op"].split(".")[-1]
    if "combiner" in case["params"]:
        return combine_tolerance(case, inputs)
    if case["op"] == "text.ngrams" and case["params"]["reduction"] in ("SUM", "MEAN"):
        return 0.0, window_tolerance(inputs, case["params"])
    if case["op"] == "embedding.gradient":
        return 1e-5, whole_tolerance({name: inputs[name] for name in ("table", "upstream")})
    if case["op"] == "embedding.lookup":
        norm = case["params"]["max_norm"]
        return (0.0 if norm is None else rounding(inputs["table"])), 0.0
    if case["params"].get("output_mode") in ("tf_idf", "tf-idf"):
        return 1e-4, 0.0
    if fn not in RELATIVE:
        return 0.0, 0.0
    if case["op"] == "ragged.reduce" and fn in ("sum", "mean", "variance"):
        return 0.0, reduce_tolerance(fn, case["params"], inputs)
    if fn in ("sum", "mean", "sqrt_n", "sqrtn", "matmul"):
        return 0.0, whole_tolerance(inputs)
    return RELATIVE[fn], 0.0


def same_float(got, expected, relative, absolute):
    if isinstance(got, str) or isinstance(expected, str):
        return got == expected
    if got == expected:
        return (absolute > 0 or relative > 0
                or math.copysign(1, got) == math.copysign(1, expected))
    return abs(got - expected) <= absolute + relative * abs(expected)


def compare_numbers(got, expected, limits, where):
    if len(got) != len(expected):
        return f"{where}: expected {len(expected)} items, got {len(got)}"
    relative, absolute = limits
    for k, (a, b) in enumerate(zip(got, expected)):
        bound = absolute[k] if isinstance(absolute, list) and k < len(absolute) else absolute
        bound = 0.0 if isinstance(bound, list) else bound
        is_float = isinstance(a, float) or isinstance(b, float)
        if not (same_float(a, b, relative, bound) if is_float else a == b):
            return f"{where}[{k}]: expected {b!r}, got {a!r}"
    return None


def compare(got, expected, limits=(0.0, 0.0), where="output"):
    """What differs between two encoded values, or None."""
    if isinstance(expected, dict):
        if not isinstance(got, dict):
            return f"{where}: expected {summary(expected)}, got {summary(got)}"
        keys = (set(expected) | set(got)) - {"text", "flat_rows"}
        for key in sorted(keys):
            if key not in got or key not in expected:
                return f"{where}: {key} is {'missing' if key not in got else 'too much'}"
            problem = compare(got[key], expected[key], limits, f"{where}.{key}")
            if problem:
                return problem
        return None
    if isinstance(expected, list):
        if not isinstance(got, list):
            return f"{where}: expected a list, got {summary(got)}"
        if where.endswith("values"):
            return compare_numbers(got, expected, limits, where)
        if len(got) != len(expected):
            return f"{where}: expected {len(expected)} items, got {len(got)}: {summary(got)}"
        for k, (a, b) in enumerate(zip(got, expected)):
            problem = compare(a, b, limits, f"{where}[{k}]")
            if problem:
                return problem
        return None
    if type(got) is not type(expected) or got != expected:
        return f"{where}: expected {summary(expected)}, got {summary(got)}"
    return None


def compare_error(error, expected):
    """What is wrong with an exception where the reference raises, or None."""
    kinds = KINDS.get(expected["error"], ())
    if isinstance(error, kinds):
        return None
    return (f"expected {expected['error']} ({expected['message'][:80]}), got "
            f"{type(error).__name__}: {error}")


def summary(value):
    text = repr(value)
    return text if len(text) <= 200 else text[:197] + "..."
