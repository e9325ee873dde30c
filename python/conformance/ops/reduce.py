"""The calls of the group reduce."""

import rowsplit as rs

from conformance.ops import op


@op("ragged.reduce")
def _(p, i):
    f = {"sum": rs.reduce_sum, "prod": rs.reduce_prod, "mean": rs.reduce_mean, "max": rs.reduce_max,
         "min": rs.reduce_min, "any": rs.reduce_any, "all": rs.reduce_all,
         "variance": rs.reduce_variance, "std": rs.reduce_std}[p["fn"]]
    return f(i["input"], axis=p["axis"], keepdims=p["keepdims"])


@op("ragged.unsorted_segment")
def _(p, i):
    f = getattr(rs, "unsorted_segment_" + p["fn"])
    return f(i["data"], i["segment_ids"], p["num_segments"])


@op("segment.reduce")
def _(p, i):
    return getattr(rs, "segment_" + p["fn"])(i["data"], i["segment_ids"])
