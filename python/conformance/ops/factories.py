"""The calls of the factories and of RaggedTensor's parts."""

import numpy as np

import rowsplit as rs

from conformance.ops import op

RT = rs.RaggedTensor


@op("ragged.constant")
def _(p, i):
    return rs.constant(p["pylist"], dtype=p["dtype"], ragged_rank=p.get("ragged_rank"),
                       inner_shape=p.get("inner_shape"))


@op("ragged.from_row_splits")
def _(p, i):
    return RT.from_row_splits(i["values"], i["row_splits"])


@op("ragged.from_row_lengths")
def _(p, i):
    return RT.from_row_lengths(i["values"], i["row_lengths"])


@op("ragged.from_row_starts")
def _(p, i):
    return RT.from_row_starts(i["values"], i["row_starts"])


@op("ragged.from_row_limits")
def _(p, i):
    return RT.from_row_limits(i["values"], i["row_limits"])


@op("ragged.from_value_rowids")
def _(p, i):
    return RT.from_value_rowids(i["values"], i["value_rowids"], nrows=p["nrows"])


@op("ragged.from_uniform_row_length")
def _(p, i):
    return RT.from_uniform_row_length(
        i["values"], p["uniform_row_length"], nrows=p["nrows"])


@op("ragged.from_nested_row_splits")
def _(p, i):
    return RT.from_nested_row_splits(i["flat_values"], i["nested_row_splits"])


@op("ragged.from_nested_row_lengths")
def _(p, i):
    return RT.from_nested_row_lengths(i["flat_values"], i["nested_row_lengths"])


@op("ragged.from_nested_value_rowids")
def _(p, i):
    return RT.from_nested_value_rowids(
        i["flat_values"], i["nested_value_rowids"], nested_nrows=p["nested_nrows"])


@op("ragged.accessors")
def _(p, i):
    x = i["input"]
    splits = x.row_splits.dtype.type
    return {
        "row_splits": x.row_splits,
        "row_lengths": x.row_lengths(),
        "row_starts": x.row_starts(),
        "row_limits": x.row_limits(),
        "value_rowids": x.value_rowids(),
        "nrows": splits(x.nrows()),
        "bounding_shape": x.bounding_shape(),
        "row_lengths_axis_last": x.row_lengths(axis=x.ragged_rank),
        "nested_row_lengths": list(x.nested_row_lengths()),
        "nested_value_rowids": list(x.nested_value_rowids()),
        "flat_values": x.flat_values,
        "values": x.values,
        "ragged_rank": x.ragged_rank,
        "size": np.int32(x.size),
        "rank": np.int32(x.rank),
        "static_shape": list(x.shape),
    }


@op("ragged.with_row_splits_dtype")
def _(p, i):
    return i["input"].with_row_splits_dtype(p["dtype"])


@op("ragged.with_values")
def _(p, i):
    return i["input"].with_values(i["values"])


@op("ragged.with_flat_values")
def _(p, i):
    return i["input"].with_flat_values(i["values"])


@op("ragged.row_splits_to_segment_ids")
def _(p, i):
    return rs.row_splits_to_segment_ids(i["splits"])


@op("ragged.segment_ids_to_row_splits")
def _(p, i):
    return rs.segment_ids_to_row_splits(i["segment_ids"], num_segments=p["num_segments"])
