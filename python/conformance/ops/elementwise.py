"""The calls of arithmetic, broadcasting, softmax, matmul and crosses."""

import rowsplit as rs

from conformance.ops import op


def lower(words):
    """tf.strings.lower: the ASCII letters, as a function of flat values."""
    return [word.lower() for word in words]


FUNCTIONS = {
    "add": rs.add, "multiply": rs.multiply, "negative": rs.negative, "string_lower": lower,
}


@op("ragged.map_flat_values")
def _(p, i):
    return rs.map_flat_values(FUNCTIONS[p["fn"]], *i["args"])


@op("ragged.elementwise")
def _(p, i):
    return getattr(rs, p["fn"])(i["x"], i["y"])


@op("ragged.elementwise_unary")
def _(p, i):
    name, _, dtype = p["fn"].partition("cast_")
    return rs.cast(i["input"], dtype) if dtype else getattr(rs, name)(i["input"])


@op("ragged.broadcast_to")
def _(p, i):
    # tf.shape, which is what the reference broadcasts to, has int32 splits.
    return rs.broadcast_to(i["input"], i["like"].with_row_splits_dtype("int32"))


@op("ragged.softmax")
def _(p, i):
    return rs.softmax(i["input"], axis=p["axis"])


@op("ragged.matmul")
def _(p, i):
    return rs.matmul(i["a"], i["b"], transpose_a=p["transpose_a"], transpose_b=p["transpose_b"])


@op("ragged.cross")
def _(p, i):
    return rs.cross(i["inputs"])


@op("ragged.cross_hashed")
def _(p, i):
    return rs.cross_hashed(i["inputs"], num_buckets=p["num_buckets"], hash_key=p["hash_key"])
