"""The calls of look-ups in tables."""

import numpy as np

import rowsplit as rs

from conformance.ops import op


def table(i):
    """A table in one part is an array."""
    parts = i["table"]
    return parts[0] if isinstance(parts, list) and len(parts) == 1 else parts


@op("embedding.lookup")
def _(p, i):
    return rs.embedding_lookup(table(i), i["ids"], max_norm=p["max_norm"])


@op("embedding.lookup_sparse")
def _(p, i):
    return rs.embedding_lookup_sparse(table(i), i["ids"], i.get("weights"),
                                      combiner=p["combiner"], max_norm=p["max_norm"])


@op("embedding.safe_lookup_sparse")
def _(p, i):
    return rs.safe_embedding_lookup_sparse(
        table(i), i["ids"], i.get("weights"), combiner=p["combiner"],
        default_id=p["default_id"], max_norm=p["max_norm"])


@op("embedding.gather")
def _(p, i):
    return rs.gather(i["table"], i["ids"])


@op("embedding.gather_reduce")
def _(p, i):
    return rs.gather_reduce(i["table"], i["ids"], p["fn"], axis=p["axis"])


@op("embedding.keras_layer")
def _(p, i):
    ids = i["ids"]
    mask = rs.not_equal(ids, np.zeros((), ids.dtype)) if p["mask_zero"] else None
    if ids.dtype not in (np.int32, np.int64):
        ids = rs.cast(ids, "int32")
    return {"output": rs.embedding_lookup(i["table"], ids, negative_from_end=True),
            "mask": mask}


SEGMENTS = {"sum": rs.sparse_segment_sum, "mean": rs.sparse_segment_mean,
            "sqrtn": rs.sparse_segment_sqrt_n}


@op("embedding.sparse_segment")
def _(p, i):
    return SEGMENTS[p["fn"]](i["table"], i["indices"], i["segment_ids"],
                             num_segments=p["num_segments"])


@op("embedding.fill_empty_rows")
def _(p, i):
    output, empty = rs.fill_empty_rows(i["input"], p["default_value"])
    return {"output": output, "empty_row_indicator": empty}
