"""The calls of the group order."""

import rowsplit as rs

from conformance.ops import op


@op("ragged.sort")
def _(p, i): return rs.sort(i["input"], axis=p["axis"], direction=p["direction"])


@op("ragged.argsort")
def _(p, i): return rs.argsort(i["input"], axis=p["axis"], direction=p["direction"])


@op("ragged.top_k")
def _(p, i):
    values, indices = rs.top_k(i["input"], k=p["k"])
    return {"values": values, "indices": indices}
