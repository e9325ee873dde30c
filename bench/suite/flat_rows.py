"""Calls for an op on rows by those that have flat values and row splits, and no rows,
or few ops of them: NumPy, torch, pyarrow. torch's nested tensors have some of the ops,
but pad the rows or go through them one by one: where its flat values can do it,
they do."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from suite.ragged_rows import Rows


def numpy_powers(np, rows: Rows) -> tuple:
    """The exponentials of values less the maximum of their row, and of each row that
    has values the maximum and the sum of these."""
    most = np.maximum.reduceat(rows.values, rows.starts)
    powers = np.exp(rows.values - most.repeat(rows.lengths[rows.full]))
    return powers, most, np.add.reduceat(powers, rows.starts)


def numpy_moves(rows: Rows) -> dict[str, tuple[str, Callable]]:
    """By op: the call in words, and the call, which takes the library."""
    def logsumexp(np):
        _, most, sums = numpy_powers(np, rows)
        result = np.full(len(rows.lengths), -np.inf, dtype=np.float32)
        result[rows.full] = most + np.log(sums)
        return result

    def softmax(np):
        powers, _, sums = numpy_powers(np, rows)
        return powers / sums.repeat(rows.lengths[rows.full])

    def concat_rows(np):
        splits = np.concatenate([rows.splits, rows.splits[1:] + rows.splits[-1]])
        return np.concatenate([rows.values, rows.other_values]), splits

    def mask(np):
        kept = rows.values > 0.5
        before = np.concatenate([[0], np.cumsum(kept)])
        return rows.values[kept], before[rows.splits]

    def to_dense(np):
        result = np.zeros((len(rows.lengths), rows.longest), dtype=np.float32)
        result[np.arange(rows.longest) < rows.lengths[:, None]] = rows.values
        return result

    def from_dense(np):
        splits = np.concatenate([[0], np.cumsum(rows.lengths)])
        return rows.dense[np.arange(rows.longest) < rows.lengths[:, None]], splits

    return {
        "logsumexp": ("maximum.reduceat, repeat, exp, add.reduceat, log", logsumexp),
        "softmax": ("maximum.reduceat, repeat, exp, add.reduceat, division", softmax),
        "concat_rows": ("concatenate of values and of splits", concat_rows),
        "mask": ("values[kept], running sum of kept at the splits", mask),
        "to_dense": ("zeros, matrix[mask] = values", to_dense),
        "from_dense": ("matrix[mask], running sum of lengths", from_dense),
        "add": ("values + values", lambda np: rows.values + rows.other_values),
        "add_column": ("values + repeat(column)",
                       lambda np: rows.values + rows.column.repeat(rows.lengths)),
    }


def numpy_calls(rows: Rows) -> dict[str, tuple[str, Callable]]:
    """By op: the call in words, and what makes it; so are those of the others."""
    def of(function: Callable) -> Callable:
        def make():
            import numpy as np

            return lambda: function(np)

        return make

    def reduce(op: str, np):
        ufunc = {"max": np.maximum, "min": np.minimum}.get(op, np.add)
        result = np.zeros(len(rows.lengths), dtype=np.float32)
        result[rows.full] = ufunc.reduceat(rows.values, rows.starts)
        if op == "mean":
            result[rows.full] /= rows.lengths[rows.full]
        return result

    calls = {op: (form, of(run)) for op, (form, run) in numpy_moves(rows).items()}
    for op, ufunc in (("sum", "add"), ("mean", "add"), ("max", "maximum"), ("min", "minimum")):
        calls[op] = (f"{ufunc}.reduceat", of(functools.partial(reduce, op)))
    return calls


def torch_calls(rows: Rows) -> dict[str, tuple[str, Callable]]:
    def argmax():
        tensor = rows.nested()
        return lambda: tensor.argmax(1)

    def of_flat(function: Callable) -> Callable:
        """Of the library, the values, the splits and the lengths."""
        def make():
            torch, (values, splits) = rows.load("torch"), rows.torch()
            lengths = torch.from_numpy(rows.lengths)
            return lambda: function(torch, values, splits, lengths)

        return make

    def add():
        torch, (values, _) = rows.load("torch"), rows.torch()
        other = torch.from_numpy(rows.other_values)
        return lambda: values + other

    def add_column():
        torch, (values, _) = rows.load("torch"), rows.torch()
        column, lengths = map(torch.from_numpy, (rows.column, rows.lengths))
        return lambda: values + column.repeat_interleave(lengths, output_size=rows.count)

    def powers(torch, values, splits, lengths) -> tuple:
        """As those of NumPy; 0 as the sum of empty rows."""
        most = torch.segment_reduce(values, "max", offsets=splits)
        found = torch.exp(values - most.repeat_interleave(lengths, output_size=rows.count))
        return found, most, torch.segment_reduce(found, "sum", offsets=splits)

    def logsumexp(torch, values, splits, lengths):
        _, most, sums = powers(torch, values, splits, lengths)
        return most + torch.log(sums)

    def softmax(torch, values, splits, lengths):
        found, _, sums = powers(torch, values, splits, lengths)
        return found / sums.repeat_interleave(lengths, output_size=rows.count)

    def mask(torch, values, splits, _):
        kept = values > 0.5
        before = torch.nn.functional.pad(kept.cumsum(0), (1, 0))
        return values[kept], before[splits]

    def to_dense(torch, values, _, lengths):
        shape = len(lengths), rows.longest
        return torch.zeros(shape).masked_scatter_(torch.arange(rows.longest) < lengths[:, None],
                                                  values)

    def concat_rows():
        torch, (values, splits) = rows.load("torch"), rows.torch()
        other = torch.from_numpy(rows.other_values)
        return lambda: (torch.cat([values, other]), torch.cat([splits, splits[1:] + splits[-1]]))

    def from_dense():
        torch = rows.load("torch")
        matrix, lengths = map(torch.from_numpy, (rows.dense, rows.lengths))

        def run():
            kept = torch.arange(rows.longest) < lengths[:, None]
            splits = torch.nn.functional.pad(lengths.cumsum(0), (1, 0))
            return matrix.masked_select(kept), splits

        return run

    calls = {
        "argmax": ("argmax of a nested tensor", argmax),
        "logsumexp": ("segment_reduce(max), repeat_interleave, exp, segment_reduce(sum), log",
                      of_flat(logsumexp)),
        "softmax": ("segment_reduce(max), repeat_interleave, exp, segment_reduce(sum), division",
                    of_flat(softmax)),
        "concat_rows": ("cat of values and of splits", concat_rows),
        "mask": ("values[kept], running sum of kept at the splits", of_flat(mask)),
        "to_dense": ("zeros.masked_scatter_", of_flat(to_dense)),
        "from_dense": ("masked_select of the matrix, running sum of lengths", from_dense),
        "add": ("values + values", add),
        "add_column": ("values + repeat_interleave(column)", add_column),
    }
    for op in ("sum", "mean", "max", "min"):
        # Not its nested tensors: a sum of one pads them first.
        calls[op] = (f"segment_reduce({op})", of_flat(
            lambda torch, values, splits, _, op=op: torch.segment_reduce(
                values, op, offsets=splits)))
    return calls


def arrow_calls(rows: Rows) -> dict[str, tuple[str, Callable]]:
    def of(function: Callable) -> Callable:
        """Of the library, its kernels and the array."""
        def make():
            arrow, compute = rows.load("pyarrow"), rows.load("pyarrow.compute")
            array = rows.arrow()
            return lambda: function(arrow, compute, array)

        return make

    def mask(arrow, compute, array):
        return arrow_mask(arrow, array, compute.greater(array.values, 0.5))

    def concat_rows():
        arrow, both = rows.load("pyarrow"), [rows.arrow(), rows.arrow(rows.other_values)]
        return lambda: arrow.concat_arrays(both)

    def gather():
        array, order = rows.arrow(), rows.load("pyarrow").array(rows.order)
        return lambda: array.take(order)

    return {
        "concat_rows": ("concat_arrays", concat_rows),
        "gather": ("take", gather),
        "slice": ("list_slice", of(lambda _, compute, array: compute.list_slice(array, 0, 8))),
        "mask": ("filter of all values, NumPy's running sum at the offsets", of(mask)),
    }


def arrow_mask(arrow, array, kept):
    """The lists with those of their items that are kept."""
    import numpy as np

    before = np.concatenate([[0], np.cumsum(kept.to_numpy(zero_copy_only=False))])
    return arrow.LargeListArray.from_arrays(before[array.offsets.to_numpy()],
                                            array.values.filter(kept))
