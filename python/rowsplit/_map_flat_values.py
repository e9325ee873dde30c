"""A function applied to the flat values of ragged tensors."""

import numpy as np

from rowsplit import _core


def map_flat_values(op, *args, **kwargs):
    """`op(*args, **kwargs)`, where flat values stand for the ragged tensors.

    Ragged tensors are looked for in lists, tuples and dicts as well. They must
    have the same row splits; the result of `op`, which must have as many values,
    gets them too. Without a ragged tensor it is returned as it is.

    >>> import numpy as np, rowsplit
    >>> rt = rowsplit.constant([[1, 2], [], [3]])
    >>> rowsplit.map_flat_values(np.multiply, rt, 10)
    <rowsplit.RaggedTensor [[10, 20], [], [30]]>
    """
    found = []

    def replace(value):
        if isinstance(value, _core.RaggedTensor):
            found.append(value)
            return value.flat_values
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return type(value)(*[replace(item) for item in value])
        if isinstance(value, (list, tuple)):
            return type(value)([replace(item) for item in value])
        if isinstance(value, dict):
            return {key: replace(item) for key, item in value.items()}
        return value

    args = [replace(value) for value in args]
    kwargs = {key: replace(value) for key, value in kwargs.items()}
    if not found:
        return op(*args, **kwargs)
    first = found[0]
    for other in found[1:]:
        _check_same_rows(first, other)
    return first.with_flat_values(op(*args, **kwargs))


def _check_same_rows(first, other):
    if first.ragged_rank != other.ragged_rank:
        raise ValueError(
            "map_flat_values: ragged tensors must have one ragged rank: got "
            f"{first.ragged_rank} and {other.ragged_rank}")
    if first.row_splits.dtype != other.row_splits.dtype:
        raise ValueError(
            "map_flat_values: row splits must have one dtype: got "
            f"{first.row_splits.dtype} and {other.row_splits.dtype}")
    pairs = zip(first.nested_row_splits, other.nested_row_splits)
    for axis, (a, b) in enumerate(pairs, 1):
        if a is not b and not np.array_equal(a, b):
            raise ValueError(
                "map_flat_values: ragged tensors must have the same row splits: "
                f"those of axis {axis} differ")
