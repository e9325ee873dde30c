"""The calls of the group move."""

import rowsplit as rs

from conformance.ops import op


@op("ragged.concat")
def _(p, i):
    return rs.concat(i["inputs"], axis=p["axis"])


@op("ragged.stack")
def _(p, i):
    stack = rs.ragged_stack if p.get("ragged_stack") else rs.stack
    return stack(i["inputs"], axis=p["axis"])


@op("ragged.split")
def _(p, i):
    return rs.split(i["input"], p["num_or_size_splits"], axis=p["axis"])


@op("ragged.unstack")
def _(p, i):
    return rs.unstack(i["input"])


@op("ragged.tile")
def _(p, i):
    return rs.tile(i["input"], p["multiples"])


@op("ragged.reverse")
def _(p, i):
    return rs.reverse(i["input"], axis=p["axis"])


@op("ragged.stack_dynamic_partitions")
def _(p, i):
    return rs.stack_dynamic_partitions(i["data"], i["partitions"], p["num_partitions"])
