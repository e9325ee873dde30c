"""Rows of different lengths in the form that each library takes, and each library's
call for an op."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Iterator


class Rows:
    """About `count` float32 values in [0, 1) in rows of `least` to `most` each; each
    form is made when it is asked for."""

    def __init__(self, load: Callable, seed: int, count: int, least: int, most: int):
        self.load, self.seed, self.least, self.most = load, seed, least, most
        self.num_rows = 2 * count // (least + most) + 1
        self.count = count  # about; the figures are for so many
        self.title = f"rows of {least} to {most}, {count:,} values"

    @functools.cached_property
    def lengths(self):
        """They add up to `count`."""
        import numpy as np

        lengths = np.random.default_rng(self.seed).integers(
            self.least, self.most + 1, self.num_rows)
        ends = np.minimum(np.cumsum(lengths), self.count)
        ends[-1] = self.count
        if ends[-1] - ends[-2] > self.most:  # the rest, in as many rows as it needs
            rest = self.count - int(ends[-2])
            more = np.full(rest // self.most, self.most)
            ends = np.concatenate([ends[:-1], ends[-2] + np.cumsum(more), [self.count]])
        return np.diff(ends, prepend=0)

    @functools.cached_property
    def splits(self):
        import numpy as np

        return np.concatenate([[0], np.cumsum(self.lengths)]).astype(np.int64)

    @functools.cached_property
    def values(self):
        import numpy as np

        return np.random.default_rng(self.seed).random(self.count, dtype=np.float32)

    @functools.cached_property
    def other_values(self):
        return self.values[::-1].copy()

    @functools.cached_property
    def column(self):
        return self.values[: len(self.lengths)]

    @functools.cached_property
    def order(self):
        import numpy as np

        return np.random.default_rng(self.seed).permutation(len(self.lengths))

    @property
    def longest(self) -> int:
        return int(self.lengths.max())

    @functools.cached_property
    def full(self):
        return self.lengths > 0

    @functools.cached_property
    def starts(self):
        return self.splits[:-1][self.full]

    @functools.cached_property
    def dense(self):
        import numpy as np

        result = np.zeros((len(self.lengths), self.longest), dtype=np.float32)
        result[np.arange(self.longest) < self.lengths[:, None]] = self.values
        return result

    def ours(self, values=None):
        values = self.values if values is None else values
        return self.load("rowsplit").RaggedTensor.from_row_splits(values, self.splits)

    def tensorflow(self, values=None):
        tf = self.load("tensorflow")
        values = self.values if values is None else values
        return tf.RaggedTensor.from_row_splits(tf.constant(values), tf.constant(self.splits))

    def awkward(self, values=None):
        ak = self.load("awkward")
        values = self.values if values is None else values
        return ak.Array(ak.contents.ListOffsetArray(
            ak.index.Index64(self.splits), ak.contents.NumpyArray(values)))

    def polars(self, values=None):
        arrow, values = self.load("pyarrow"), self.values if values is None else values
        return self.load("polars").from_arrow(
            arrow.LargeListArray.from_arrays(self.splits, values))

    @functools.cached_property
    def torch_splits(self):
        """One tensor: torch adds nested tensors only if they have the same one."""
        return self.load("torch").from_numpy(self.splits)

    def torch(self):
        """Flat values and row splits, which share the memory."""
        return self.load("torch").from_numpy(self.values), self.torch_splits

    def nested(self, values=None):
        torch = self.load("torch")
        values = torch.from_numpy(self.values if values is None else values)
        warnings.filterwarnings("ignore", message=".*[Nn]ested.*")
        return torch.nested.nested_tensor_from_jagged(
            values, self.torch_splits, min_seqlen=int(self.lengths.min()),
            max_seqlen=self.longest)


def our_calls(rows: Rows) -> dict[str, tuple[str, Callable]]:
    """By op: the call in words, and what makes it."""
    def rs():
        return rows.load("rowsplit")

    def of(function: Callable) -> Callable:
        """Of the library and the tensor."""
        def make():
            library, tensor = rs(), rows.ours()
            return lambda: function(library, tensor)

        return make

    def pair(function: Callable) -> Callable:
        def make():
            library, one, other = rs(), rows.ours(), rows.ours(rows.other_values)
            return lambda: function(library, one, other)

        return make

    calls = {
        "argmax": ("argmax", of(lambda rs, t: rs.argmax(t, axis=1, empty=0))),
        "column_sums": ("reduce_sum(axis=0)", of(lambda rs, t: rs.reduce_sum(t, axis=0))),
        "softmax": ("softmax", of(lambda rs, t: rs.softmax(t))),
        "cumsum": ("cumsum", of(lambda rs, t: rs.cumsum(t, axis=1))),
        "sort": ("sort", of(lambda rs, t: rs.sort(t))),
        "concat": ("concat(axis=1)", pair(lambda rs, a, b: rs.concat([a, b], axis=1))),
        "concat_rows": ("concat(axis=0)", pair(lambda rs, a, b: rs.concat([a, b], axis=0))),
        "gather": ("gather", of(lambda rs, t: rs.gather(t, rows.order))),
        "to_dense": ("to_tensor", of(lambda rs, t: t.to_tensor())),
        "from_dense": ("from_tensor", of(
            lambda rs, t: rs.RaggedTensor.from_tensor(rows.dense, lengths=rows.lengths))),
        "slice": ("tensor[:, :8]", of(lambda rs, t: t[:, :8])),
        "reverse": ("reverse", of(lambda rs, t: rs.reverse(t, axis=[1]))),
        "mask": ("boolean_mask(t, t > 0.5)", of(lambda rs, t: rs.boolean_mask(t, t > 0.5))),
        "add": ("a + b", pair(lambda rs, a, b: a + b)),
        "add_column": ("tensor + column", of(lambda rs, t: t + rows.column[:, None])),
    }
    for op in ("sum", "mean", "max", "min", "variance", "logsumexp"):
        calls[op] = (f"reduce_{op}(axis=1)", of(
            lambda rs, t, op=op: getattr(rs, f"reduce_{op}")(t, axis=1)))
    return calls


def tensorflow_calls(rows: Rows) -> dict[str, tuple[str, Callable]]:
    """Each a tf.function over ragged tensors."""
    def of(function: Callable, *others: Callable) -> Callable:
        def make():
            tf = rows.load("tensorflow")
            arguments = [rows.tensorflow(), *(tf.constant(other()) if callable(other) else other
                                              for other in others)]
            compiled = tf.function(functools.partial(function, tf))
            return lambda: compiled(*arguments)

        return make

    def pair(function: Callable) -> Callable:
        def make():
            tf = rows.load("tensorflow")
            one, other = rows.tensorflow(), rows.tensorflow(rows.other_values)
            compiled = tf.function(functools.partial(function, tf))
            return lambda: compiled(one, other)

        return make

    def logsumexp(tf, t):
        most = tf.reduce_max(t, axis=1)
        rest = t - most[:, None]
        return most + tf.math.log(tf.reduce_sum(tf.exp(rest), axis=1))

    def softmax(tf, t):
        powers = tf.exp(t - tf.reduce_max(t, axis=1)[:, None])
        return powers / tf.reduce_sum(powers, axis=1)[:, None]

    def from_dense(tf, _t, matrix, lengths):
        return tf.RaggedTensor.from_tensor(matrix, lengths=lengths)

    calls = {
        "column_sums": ("reduce_sum(axis=0)", of(lambda tf, t: tf.reduce_sum(t, axis=0))),
        "logsumexp": ("reduce_max, exp, reduce_sum, log", of(logsumexp)),
        "softmax": ("reduce_max, exp, reduce_sum, division", of(softmax)),
        "concat": ("concat(axis=1)", pair(lambda tf, a, b: tf.concat([a, b], axis=1))),
        "concat_rows": ("concat(axis=0)", pair(lambda tf, a, b: tf.concat([a, b], axis=0))),
        "gather": ("gather", of(lambda tf, t, order: tf.gather(t, order), lambda: rows.order)),
        "to_dense": ("to_tensor", of(lambda tf, t: t.to_tensor())),
        "from_dense": ("from_tensor(lengths=…)", of(from_dense, lambda: rows.dense,
                                                    lambda: rows.lengths)),
        "slice": ("tensor[:, :8]", of(lambda tf, t: t[:, :8])),
        "reverse": ("reverse", of(lambda tf, t: tf.reverse(t, axis=[1]))),
        "mask": ("ragged.boolean_mask(t, t > 0.5)", of(
            lambda tf, t: tf.ragged.boolean_mask(t, t > 0.5))),
        "add": ("a + b", pair(lambda tf, a, b: a + b)),
        "add_column": ("tensor + column", of(lambda tf, t, column: t + column[:, None],
                                             lambda: rows.column)),
    }
    for op in ("sum", "mean", "max", "min", "variance"):
        calls[op] = (f"reduce_{op}(axis=1)", of(
            lambda tf, t, op=op: getattr(tf.math, f"reduce_{op}")(t, axis=1)))
    return {op: (f"tf.function of {form}", make) for op, (form, make) in calls.items()}


def awkward_calls(rows: Rows) -> dict[str, tuple[str, Callable]]:
    def of(function: Callable) -> Callable:
        def make():
            ak, array = rows.load("awkward"), rows.awkward()
            return lambda: function(ak, array)

        return make

    def pair(function: Callable) -> Callable:
        def make():
            ak, one, other = rows.load("awkward"), rows.awkward(), rows.awkward(rows.other_values)
            return lambda: function(ak, one, other)

        return make

    def logsumexp(ak, t):
        import numpy as np

        most = ak.max(t, axis=1, mask_identity=False)
        return most + np.log(ak.sum(np.exp(t - most), axis=1))

    def to_dense(ak, t):
        import numpy as np

        padded = ak.pad_none(t, rows.longest, axis=1, clip=True)
        return ak.to_numpy(ak.fill_none(padded, np.float32(0)))

    def from_dense(ak, _t):
        import numpy as np

        return ak.from_regular(rows.dense)[np.arange(rows.longest) < rows.lengths[:, None]]

    calls = {
        "argmax": ("argmax", of(lambda ak, t: ak.argmax(t, axis=1))),
        "logsumexp": ("max, exp, sum, log", of(logsumexp)),
        "column_sums": ("sum(axis=0)", of(lambda ak, t: ak.sum(t, axis=0))),
        "variance": ("var(axis=1)", of(lambda ak, t: ak.var(t, axis=1))),
        "softmax": ("softmax", of(lambda ak, t: ak.softmax(t, axis=1))),
        "sort": ("sort", of(lambda ak, t: ak.sort(t, axis=1))),
        "concat": ("concatenate(axis=1)", pair(lambda ak, a, b: ak.concatenate([a, b], axis=1))),
        "concat_rows": ("concatenate(axis=0)",
                        pair(lambda ak, a, b: ak.concatenate([a, b], axis=0))),
        "gather": ("to_packed(array[order])", of(lambda ak, t: ak.to_packed(t[rows.order]))),
        "to_dense": ("pad_none, fill_none, to_numpy", of(to_dense)),
        "from_dense": ("from_regular(matrix)[mask]", of(from_dense)),
        "slice": ("to_packed(array[:, :8])", of(lambda ak, t: ak.to_packed(t[:, :8]))),
        "reverse": ("to_packed(array[:, ::-1])", of(lambda ak, t: ak.to_packed(t[:, ::-1]))),
        "mask": ("to_packed(array[array > 0.5])", of(lambda ak, t: ak.to_packed(t[t > 0.5]))),
        "add": ("a + b", pair(lambda ak, a, b: a + b)),
        "add_column": ("array + column", of(lambda ak, t: t + rows.column)),
    }
    for op in ("sum", "mean", "max", "min"):
        calls[op] = (f"{op}(axis=1)", of(lambda ak, t, op=op: getattr(ak, op)(t, axis=1)))
    return calls


def polars_calls(rows: Rows) -> dict[str, tuple[str, Callable]]:
    def of(function: Callable) -> Callable:
        def make():
            polars, series = rows.load("polars"), rows.polars()
            return lambda: function(polars, series)

        return make

    def concat():
        one, other = rows.polars(), rows.polars(rows.other_values)
        return lambda: one.list.concat(other)

    def concat_rows():
        polars, one, other = rows.load("polars"), rows.polars(), rows.polars(rows.other_values)
        return lambda: polars.concat([one, other], rechunk=True)

    def softmax(pl, series):
        item = pl.element()
        return series.list.eval((item - item.max()).exp() / (item - item.max()).exp().sum())

    calls = {
        "argmax": ("list.arg_max", of(lambda pl, s: s.list.arg_max())),
        "variance": ("list.var(ddof=0)", of(lambda pl, s: s.list.var(ddof=0))),
        "softmax": ("list.eval of exp and sum", of(softmax)),
        "cumsum": ("list.eval of cum_sum", of(lambda pl, s: s.list.eval(pl.element().cum_sum()))),
        "sort": ("list.sort", of(lambda pl, s: s.list.sort())),
        "concat": ("list.concat", concat),
        "concat_rows": ("concat(rechunk=True)", concat_rows),
        "gather": ("gather", of(lambda pl, s: s.gather(rows.order))),
        "slice": ("list.head(8)", of(lambda pl, s: s.list.head(8))),
        "reverse": ("list.reverse", of(lambda pl, s: s.list.reverse())),
    }
    for op in ("sum", "mean", "max", "min"):
        calls[op] = (f"list.{op}", of(lambda pl, s, op=op: getattr(s.list, op)()))
    return calls


def torch_calls(rows: Rows) -> dict[str, tuple[str, Callable]]:
    def nested(function: Callable) -> Callable:
        def make():
            torch, tensor = rows.load("torch"), rows.nested()
            return lambda: function(torch, tensor)

        return make

    def add():
        one, other = rows.nested(), rows.nested(rows.other_values)
        return lambda: one + other

    calls = {
        "argmax": ("argmax of a nested tensor", nested(lambda torch, t: t.argmax(1))),
        "softmax": ("softmax of a nested tensor", nested(lambda torch, t: t.softmax(1))),
        "to_dense": ("nested.to_padded_tensor",
                     nested(lambda torch, t: torch.nested.to_padded_tensor(t, 0.0))),
        "add": ("a + b of nested tensors", add),
    }
    for op in ("sum", "mean", "max", "min"):
        def make(op=op):
            torch, (values, splits) = rows.load("torch"), rows.torch()
            return lambda: torch.segment_reduce(values, op, offsets=splits)

        # Not its nested tensors: a sum of one pads them first.
        calls[op] = (f"segment_reduce({op})", make)
    return calls


def numpy_calls(rows: Rows) -> dict[str, tuple[str, Callable]]:
    def reduce(op: str) -> Callable:
        def run():
            import numpy as np

            ufunc = {"max": np.maximum, "min": np.minimum}.get(op, np.add)
            result = np.zeros(len(rows.lengths), dtype=np.float32)
            result[rows.full] = ufunc.reduceat(rows.values, rows.starts)
            if op == "mean":
                result[rows.full] /= rows.lengths[rows.full]
            return result

        return lambda: run

    def concat_rows():
        import numpy as np

        both = [rows.splits, rows.splits[1:] + rows.splits[-1]]

        def run():
            splits = np.concatenate(both)
            return np.concatenate([rows.values, rows.other_values]), splits

        return run

    def mask():
        import numpy as np

        def run():
            kept = rows.values > 0.5
            before = np.concatenate([[0], np.cumsum(kept)])
            return rows.values[kept], before[rows.splits]

        return run

    def from_dense():
        import numpy as np

        return lambda: rows.dense[np.arange(rows.longest) < rows.lengths[:, None]]

    calls = {op: (f"{ufunc}.reduceat", reduce(op)) for op, ufunc in
             (("sum", "add"), ("mean", "add"), ("max", "maximum"), ("min", "minimum"))}
    return {**calls,
            "concat_rows": ("concatenate of values and of splits", concat_rows),
            "mask": ("values[kept], running sum of kept at the splits", mask),
            "from_dense": ("matrix[mask]", from_dense),
            "add": ("values + values", lambda: lambda: rows.values + rows.other_values),
            "add_column": ("values + repeat(column)",
                           lambda: lambda: rows.values + rows.column.repeat(rows.lengths))}


def flat_of_awkward(rows: Rows, array):
    ak = rows.load("awkward")
    array = ak.fill_none(array, 0)
    return ak.to_numpy(ak.flatten(array) if "var" in str(array.type) else array)


def flat_of_polars(series):
    import numpy as np

    if series.dtype.is_nested():
        series = series.explode()
        series = series.drop_nulls()  # an empty row is one null
    return np.asarray(series.fill_null(0))


def flat_of_torch(tensor):
    return (tensor.values() if tensor.is_nested else tensor).numpy()


def flat(array):
    """Of rowsplit, TensorFlow and NumPy (which may give splits too): the values in
    order."""
    import numpy as np

    if isinstance(array, tuple):
        return array[0]
    return np.asarray(getattr(array, "flat_values", array))


def contenders_of(op: str, rows: Rows) -> Iterator[tuple[str, str, Callable, Callable]]:
    """Name, form, make and answer of those that have the op."""
    libraries = [("rowsplit", our_calls, flat), ("TensorFlow", tensorflow_calls, flat),
                 ("awkward", awkward_calls, functools.partial(flat_of_awkward, rows)),
                 ("polars", polars_calls, flat_of_polars), ("torch", torch_calls, flat_of_torch),
                 ("NumPy", numpy_calls, flat)]
    for name, calls, answer in libraries:
        if op in (known := calls(rows)):
            form, make = known[op]
            yield name, form, make, answer
