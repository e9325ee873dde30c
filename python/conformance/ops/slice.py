"""The calls of the group slice."""

import rowsplit as rs

from conformance.ops import op


def key_item(item):
    """An item of a key as Python's indexing takes it."""
    if item == "...":
        return Ellipsis
    if item == "newaxis":
        return None
    return item if isinstance(item, int) else slice(*item["slice"])


@op("ragged.getitem")
def _(p, i):
    key = [key_item(item) for item in p["key"]]
    return i["input"][tuple(key) if len(key) != 1 else key[0]]


@op("ragged.gather")
def _(p, i):
    return rs.gather(i["params"], i["indices"], axis=p["axis"],
                     batch_dims=p["batch_dims"])


@op("ragged.gather_nd")
def _(p, i):
    return rs.gather_nd(i["params"], i["indices"], batch_dims=p["batch_dims"])


@op("ragged.boolean_mask")
def _(p, i):
    return rs.boolean_mask(i["data"], i["mask"])


@op("ragged.where")
def _(p, i):
    if "x" in i:
        return rs.where(i["condition"], i["x"], i["y"])
    return rs.where(i["condition"])


@op("ragged.one_hot")
def _(p, i):
    return rs.one_hot(i["input"], p["depth"], axis=p["axis"])
