"""Rows of different lengths in the form that each library takes, and each library's
call for an op."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Iterator

from suite.flat_rows import arrow_calls, numpy_calls, torch_calls


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

    def arrow(self, values=None):
        values = self.values if values is None else values
        return self.load("pyarrow").LargeListArray.from_arrays(self.splits, values)

    def polars(self, values=None):
        return self.load("polars").from_arrow(self.arrow(values))

    def torch(self):
        """Flat values and row splits, which share the memory."""
        return tuple(map(self.load("torch").from_numpy, (self.values, self.splits)))

    def nested(self):
        torch, (values, splits) = self.load("torch"), self.torch()
        warnings.filterwarnings("ignore", message=".*[Nn]ested.*")
        return torch.nested.nested_tensor_from_jagged(
            values, splits, min_seqlen=int(self.lengths.min()), max_seqlen=self.longest)


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

    def powers(tf, t) -> tuple:
        """Not by arithmetic of a ragged tensor and a column, which takes longer."""
        most, row = tf.reduce_max(t, axis=1), t.value_rowids()
        found = tf.exp(t.flat_values - tf.gather(most, row))
        return found, most, tf.reduce_sum(t.with_flat_values(found), axis=1), row

    def logsumexp(tf, t):
        _, most, sums, _ = powers(tf, t)
        return most + tf.math.log(sums)

    def softmax(tf, t):
        found, _, sums, row = powers(tf, t)
        return t.with_flat_values(found / tf.gather(sums, row))

    def from_dense(tf, _t, matrix, lengths):
        return tf.RaggedTensor.from_tensor(matrix, lengths=lengths)

    calls = {
        "column_sums": ("reduce_sum(axis=0)", of(lambda tf, t: tf.reduce_sum(t, axis=0))),
        "logsumexp": ("reduce_max, gather, exp, reduce_sum, log", of(logsumexp)),
        "softmax": ("reduce_max, gather, exp, reduce_sum, division", of(softmax)),
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
        "add": ("ragged.map_flat_values(add, a, b)",
                pair(lambda tf, a, b: tf.ragged.map_flat_values(tf.add, a, b))),
        "add_column": ("flat values + gather(column)", of(
            lambda tf, t, column: t.with_flat_values(
                t.flat_values + tf.gather(column, t.value_rowids())), lambda: rows.column)),
    }
    for op in ("sum", "mean", "max", "min", "variance"):
        calls[op] = (f"reduce_{op}(axis=1)", of(
            lambda tf, t, op=op: getattr(tf.math, f"reduce_{op}")(t, axis=1)))
    return {op: (f"tf.function of {form}", make) for op, (form, make) in calls.items()}


def tensorflow_segments(rows: Rows) -> dict[str, tuple[str, Callable]]:
    """Over flat values and the row of each, which a ragged tensor has to make first."""
    def make(op: str) -> Callable:
        import numpy as np

        tf, num_rows = rows.load("tensorflow"), len(rows.lengths)
        reduce = getattr(tf.math, f"unsorted_segment_{op}")
        compiled = tf.function(lambda values, row: reduce(values, row, num_rows))
        values, row = map(tf.constant, (rows.values, np.arange(num_rows).repeat(rows.lengths)))
        return lambda: compiled(values, row)

    return {op: (f"tf.function of math.unsorted_segment_{op} by the row of each value",
                 functools.partial(make, op)) for op in ("sum", "mean", "max", "min")}


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

    def concat_rows():
        polars, one, other = rows.load("polars"), rows.polars(), rows.polars(rows.other_values)
        return lambda: polars.concat([one, other], rechunk=True)

    def softmax(pl, series):
        item = pl.element()
        return series.list.eval((item - item.max()).exp() / (item - item.max()).exp().sum())

    def pair(function: Callable) -> Callable:
        def make():
            one, other = rows.polars(), rows.polars(rows.other_values)
            return lambda: function(one, other)

        return make

    def logsumexp(pl, series):
        item = pl.element()
        return series.list.agg((item - item.max()).exp().sum().log() + item.max())

    def add_column():
        polars, series = rows.load("polars"), rows.polars()
        column = polars.Series(rows.column)
        return lambda: series + column

    def from_dense():
        polars = rows.load("polars")
        frame = polars.DataFrame({"row": rows.dense, "length": rows.lengths})
        cut = polars.col("row").arr.to_list().list.head(polars.col("length"))
        return lambda: frame.select(cut)["row"]

    calls = {
        "argmax": ("list.arg_max", of(lambda pl, s: s.list.arg_max())),
        "variance": ("list.var(ddof=0)", of(lambda pl, s: s.list.var(ddof=0))),
        "logsumexp": ("list.agg of max, exp, sum, log", of(logsumexp)),
        "softmax": ("list.eval of exp and sum", of(softmax)),
        "cumsum": ("list.eval of cum_sum", of(lambda pl, s: s.list.eval(pl.element().cum_sum()))),
        "sort": ("list.sort", of(lambda pl, s: s.list.sort())),
        "concat": ("list.concat", pair(lambda a, b: a.list.concat(b))),
        "concat_rows": ("concat(rechunk=True)", concat_rows),
        "gather": ("gather", of(lambda pl, s: s.gather(rows.order))),
        "slice": ("list.head(8)", of(lambda pl, s: s.list.head(8))),
        "reverse": ("list.reverse", of(lambda pl, s: s.list.reverse())),
        "mask": ("list.eval of filter", of(
            lambda pl, s: s.list.eval(pl.element().filter(pl.element() > 0.5)))),
        "add": ("a + b", pair(lambda a, b: a + b)),
        "add_column": ("series + column", add_column),
        "from_dense": ("arr.to_list, list.head(lengths)", from_dense),
    }
    for op in ("sum", "mean", "max", "min"):
        calls[op] = (f"list.{op}", of(lambda pl, s, op=op: getattr(s.list, op)()))
    return calls


# Results as values in order and lengths of rows; None for those of results that are
# dense, or have the rows of what was given.


def of_awkward(rows: Rows, array) -> tuple:
    ak = rows.load("awkward")
    array = ak.fill_none(array, 0)
    if "var" not in str(array.type):
        return ak.to_numpy(array), None
    return ak.to_numpy(ak.flatten(array)), ak.to_numpy(ak.num(array))


def of_polars(series) -> tuple:
    import numpy as np

    lengths = None
    if series.dtype.is_nested():
        lengths = series.list.len().to_numpy()
        series = series.explode()
        series = series.drop_nulls()  # an empty row is one null
    return np.asarray(series.fill_null(0)), lengths


def of_torch(result) -> tuple:
    if isinstance(result, tuple):
        return of_flat(tuple(part.numpy() for part in result))
    if result.is_nested:
        return of_flat((result.values().numpy(), result.offsets().numpy()))
    return result.numpy(), None


def of_arrow(array) -> tuple:
    return array.flatten().to_numpy(), array.value_lengths().to_numpy()


def of_flat(result) -> tuple:
    """Of rowsplit and TensorFlow, ragged or dense; of values and splits, or of values
    alone."""
    import numpy as np

    if isinstance(result, tuple):
        return result[0], np.diff(result[1])
    if hasattr(result, "row_lengths"):
        return np.asarray(result.flat_values), np.asarray(result.row_lengths())
    return np.asarray(result), None


def contenders_of(op: str, rows: Rows) -> Iterator[tuple[str, str, Callable, Callable]]:
    """Name, form, make and answer of those that have the op."""
    libraries = [("rowsplit", our_calls, of_flat), ("TensorFlow", tensorflow_calls, of_flat),
                 ("TensorFlow, segments", tensorflow_segments, of_flat),
                 ("awkward", awkward_calls, functools.partial(of_awkward, rows)),
                 ("polars", polars_calls, of_polars), ("pyarrow", arrow_calls, of_arrow),
                 ("torch", torch_calls, of_torch), ("NumPy", numpy_calls, of_flat)]
    for name, calls, answer in libraries:
        if op in (known := calls(rows)):
            form, make = known[op]
            yield name, form, make, answer
