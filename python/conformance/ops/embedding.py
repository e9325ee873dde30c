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


def per_first_seen(slices):
    """One slice for each row, where its first one stands, as tf.unique orders."""
    rows, first, which = np.unique(slices.indices, return_index=True, return_inverse=True)
    order = np.argsort(first)
    values = np.zeros((len(rows), *slices.values.shape[1:]), slices.values.dtype)
    np.add.at(values, which, slices.values)
    return rs.IndexedSlices(values[order], rows[order], slices.dense_shape)


def rows_of(sparse_or_ragged):
    """Sparse ids or weights by their rows."""
    value = sparse_or_ragged
    if not isinstance(value, rs.SparseTensor):
        return value
    rows = np.asarray(value.indices)[:, 0]
    return rs.RaggedTensor.from_value_rowids(value.values, rows)


def forward_and_slices(name, i):
    """The result of the forward function and its gradient's slices."""
    table, ids, upstream = i["table"], i["ids"], i["upstream"]
    if name == "gather":
        return (rs.embedding_lookup(table, ids.flat_values),
                rs.IndexedSlices(upstream, ids.flat_values, table.shape))
    if name.startswith("gather_"):
        mode = name.removeprefix("gather_")
        slices, _ = rs.embedding_bag_gradient(table, ids, upstream, mode=mode)
        return rs.gather_reduce(table, ids, mode, axis=1), slices
    mode, weights = name.removeprefix("sparse_"), i.get("weights")
    slices, _ = rs.embedding_bag_gradient(
        table, rows_of(ids), upstream, mode=mode,
        per_sample_weights=None if weights is None else rows_of(weights))
    return (rs.embedding_lookup_sparse(table, ids, weights, combiner=mode),
            per_first_seen(slices))


@op("embedding.gradient")
def _(p, i):
    y, slices = forward_and_slices(p["forward"], i)
    dense = np.zeros_like(i["table"])
    np.add.at(dense, slices.indices, slices.values)
    with np.errstate(over="ignore"):  # of the lowest number, for an empty row
        loss = np.sum(np.asarray(y) * i["upstream"], dtype=np.float32)
    return {"loss": loss, "dense_gradient": dense, "indexed_slices": slices}
