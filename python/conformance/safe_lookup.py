"""safe_embedding_lookup_sparse, one id at a time and in double."""

import math

import numpy as np

import rowsplit as rs


def rows_of_ids(ids):
    """(the ids and their places of each row, the shape of the rows)."""
    if isinstance(ids, rs.SparseTensor):
        shape = tuple(int(size) for size in ids.dense_shape[:-1])
        rows = [[] for _ in range(math.prod(shape))]
        for place, (index, value) in enumerate(zip(ids.indices, ids.values)):
            row = np.ravel_multi_index(tuple(index[:-1]), shape) if shape else 0
            rows[int(row)].append((place, int(value)))
        return rows, shape
    splits = ids.nested_row_splits[-1].tolist()
    items = [(place, int(value)) for place, value in enumerate(ids.flat_values)]
    rows = [items[begin:end] for begin, end in zip(splits, splits[1:])]
    return rows, (len(rows),)


def combine(vectors, weights, combiner):
    total = sum(w * x for w, x in zip(weights, vectors))
    divisor = {"sum": 1.0, "mean": sum(weights),
               "sqrtn": math.sqrt(sum(w * w for w in weights))}[combiner]
    return total / divisor if divisor else np.zeros_like(total)


def safe_lookup(parts, ids, weights, combiner, default_id, max_norm):
    """The result as a dense array of the rows' shape and then a row's."""
    table = np.concatenate([np.asarray(part, np.float64) for part in parts])
    if max_norm is not None:
        axes = tuple(range(1, table.ndim))
        norms = np.sqrt((table * table).sum(axis=axes, keepdims=True)) if axes else abs(table)
        with np.errstate(invalid="ignore"):  # a row of zeros and a norm of 0
            table = table * max(max_norm, 0) / np.maximum(norms, max(max_norm, 0))
    factors = None
    if weights is not None:
        flat = weights.values if isinstance(weights, rs.SparseTensor) else weights.flat_values
        factors = np.asarray(flat, np.float64)
    rows, shape = rows_of_ids(ids)
    combiner = combiner or "mean"
    result = np.zeros((len(rows), *table.shape[1:]))
    for row, items in enumerate(rows):
        kept = [(value, 1.0 if factors is None else factors[place]) for place, value in items
                if value >= 0 and (factors is None or combiner == "sum" or factors[place] > 0)]
        if not kept and default_id is not None:
            kept = [(default_id, 1.0)]
        if kept:
            result[row] = combine([table[value] for value, _ in kept],
                                  [w for _, w in kept], combiner)
    return result.reshape(shape + table.shape[1:])
