"""The calls between ragged, dense and sparse, and of changes of shape."""

import rowsplit as rs

from conformance.ops import op

RT = rs.RaggedTensor


@op("ragged.to_tensor")
def _(p, i):
    return i["input"].to_tensor(default_value=i.get("default_value"), shape=p["shape"])


@op("ragged.from_tensor")
def _(p, i):
    return RT.from_tensor(i["tensor"], lengths=i.get("lengths"), padding=i.get("padding"),
                          ragged_rank=p["ragged_rank"])


@op("ragged.to_sparse")
def _(p, i):
    return i["input"].to_sparse()


@op("ragged.from_sparse")
def _(p, i):
    return RT.from_sparse(i["input"])


@op("ragged.expand_dims")
def _(p, i):
    return rs.expand_dims(i["input"], axis=p["axis"])


@op("ragged.squeeze")
def _(p, i):
    return rs.squeeze(i["input"], axis=p["axis"])


@op("ragged.merge_dims")
def _(p, i):
    return i["input"].merge_dims(p["outer_axis"], p["inner_axis"])


@op("ragged.range")
def _(p, i):
    return rs.range(i["starts"], i.get("limits"), i["deltas"] if "deltas" in i else 1)
