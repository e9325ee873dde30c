"""Rows of words in the form that each library takes, and each library's call for an
op. A result is compared as its words, one a line, and the lengths of its rows."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator

from suite.flat_rows import arrow_mask
from suite.lines import tokens_of
from suite.ragged_rows import Rows
from suite.setting import Setting

# A mask keeps the words of more bytes than this, about half of English text.
SHORT = 3
# A slice has so many words of each row.
FIRST = 8
# Ops on two tensors.
PAIRS = ("concat", "concat_rows")


class WordRows(Rows):
    """The words of the text, again and again, in rows of `least` to `most` each."""

    def __init__(self, setting: Setting, seed: int, count: int, least: int, most: int):
        super().__init__(setting.load, seed, count, least, most)
        self._text = lambda: setting.text("english").head(8 * count)
        self.title = f"rows of {least} to {most}, {count:,} words"

    @functools.cached_property
    def values(self) -> list[bytes]:
        words = [word for line in self._text().lines for word in tokens_of(line)]
        return list(itertools.islice(itertools.cycle(words), self.count))

    @functools.cached_property
    def other_values(self) -> list[bytes]:
        return self.values[::-1]

    def lists(self, values: list[bytes]) -> list[list[bytes]]:
        splits = self.splits.tolist()
        return [values[begin:end] for begin, end in itertools.pairwise(splits)]

    def ours(self, values=None):
        return super().ours(self.load("rowsplit").StringTensor(
            self.values if values is None else values))

    def awkward(self, values=None):
        import numpy as np

        ak, values = self.load("awkward"), self.values if values is None else values
        contents, offsets = ak.contents, np.cumsum([0, *map(len, values)])
        words = contents.ListOffsetArray(
            ak.index.Index64(offsets), contents.NumpyArray(
                np.frombuffer(b"".join(values), np.uint8), parameters={"__array__": "byte"}),
            parameters={"__array__": "bytestring"})
        return ak.Array(contents.ListOffsetArray(ak.index.Index64(self.splits), words))

    def arrow(self, values=None):
        arrow, values = self.load("pyarrow"), self.values if values is None else values
        words = arrow.array([word.decode() for word in values], arrow.large_string())
        return arrow.LargeListArray.from_arrays(self.splits, words)


def expected(op: str, rows: WordRows):
    """Plain Python's answer."""
    lists = rows.lists(rows.values)
    if op in PAIRS:
        others = rows.lists(rows.other_values)
        return words_and_lengths(lists + others if op == "concat_rows" else
                                 [one + other for one, other in zip(lists, others)])
    if op == "gather":
        return words_and_lengths([lists[row] for row in rows.order])
    each = {"mask": lambda row: [word for word in row if len(word) > SHORT],
            "slice": lambda row: row[:FIRST], "reverse": lambda row: row[::-1],
            "to_dense": lambda row: row + [b""] * (rows.longest - len(row))}[op]
    return words_and_lengths(map(each, lists))


def words_and_lengths(rows) -> tuple:
    import numpy as np

    rows = list(rows)
    return (b"\n".join(itertools.chain.from_iterable(rows)), np.array([len(row) for row in rows]))


def our_calls(rs, rows: WordRows) -> dict[str, tuple[str, Callable]]:
    """By op: the call in words, and the call; so are those of the others."""
    return {
        "concat": ("concat(axis=1)", lambda a, b: rs.concat([a, b], axis=1)),
        "concat_rows": ("concat(axis=0)", lambda a, b: rs.concat([a, b], axis=0)),
        "gather": ("gather", lambda t: rs.gather(t, rows.order)),
        "mask": ("boolean_mask by strings.length",
                 lambda t: rs.boolean_mask(t, rs.strings.length(t) > SHORT)),
        "slice": ("tensor[:, :8]", lambda t: t[:, :FIRST]),
        "reverse": ("reverse", lambda t: rs.reverse(t, axis=[1])),
        "to_dense": ("to_tensor", lambda t: t.to_tensor()),
    }


def tensorflow_calls(tf, rows: WordRows) -> dict[str, tuple[str, Callable]]:
    return {
        "concat": ("concat(axis=1)", lambda a, b: tf.concat([a, b], axis=1)),
        "concat_rows": ("concat(axis=0)", lambda a, b: tf.concat([a, b], axis=0)),
        "gather": ("gather", lambda t: tf.gather(t, rows.order)),
        "mask": ("ragged.boolean_mask by strings.length",
                 lambda t: tf.ragged.boolean_mask(t, tf.strings.length(t) > SHORT)),
        "slice": ("tensor[:, :8]", lambda t: t[:, :FIRST]),
        "reverse": ("reverse", lambda t: tf.reverse(t, axis=[1])),
        "to_dense": ("to_tensor", lambda t: t.to_tensor()),
    }


def awkward_calls(ak, rows: WordRows) -> dict[str, tuple[str, Callable]]:
    def to_dense(t):
        padded = ak.pad_none(t, rows.longest, axis=1, clip=True)
        return ak.to_packed(ak.fill_none(padded, b""))

    return {
        "concat": ("to_packed(concatenate(axis=1))",
                   lambda a, b: ak.to_packed(ak.concatenate([a, b], axis=1))),
        "concat_rows": ("to_packed(concatenate(axis=0))",
                        lambda a, b: ak.to_packed(ak.concatenate([a, b], axis=0))),
        "gather": ("to_packed(array[order])", lambda t: ak.to_packed(t[rows.order])),
        "mask": ("to_packed(array[str.length > 3])",
                 lambda t: ak.to_packed(t[ak.str.length(t) > SHORT])),
        "slice": ("to_packed(array[:, :8])", lambda t: ak.to_packed(t[:, :FIRST])),
        "reverse": ("to_packed(array[:, ::-1])", lambda t: ak.to_packed(t[:, ::-1])),
        "to_dense": ("to_packed of pad_none, fill_none", to_dense),
    }


def arrow_calls(arrow, rows: WordRows) -> dict[str, tuple[str, Callable]]:
    def mask(t):
        compute = rows.load("pyarrow.compute")
        return arrow_mask(arrow, t, compute.greater(compute.binary_length(t.values), SHORT))

    return {
        "concat_rows": ("concat_arrays", lambda a, b: arrow.concat_arrays([a, b])),
        "gather": ("take", lambda t: t.take(arrow.array(rows.order))),
        "mask": ("binary_length, filter of all words, NumPy's running sum at the offsets", mask),
        "slice": ("list_slice", lambda t: rows.load("pyarrow.compute").list_slice(t, 0, FIRST)),
    }


def polars_calls(pl, rows: WordRows) -> dict[str, tuple[str, Callable]]:
    """It copies views of 16 bytes and lets the words lie."""
    calls = {
        "concat": ("list.concat", lambda a, b: a.list.concat(b)),
        "concat_rows": ("concat(rechunk=True)", lambda a, b: pl.concat([a, b], rechunk=True)),
        "gather": ("gather", lambda t: t.gather(rows.order)),
        "mask": ("list.eval of filter by str.len_bytes", lambda t: t.list.eval(
            pl.element().filter(pl.element().str.len_bytes() > SHORT))),
        "slice": ("list.head(8)", lambda t: t.list.head(FIRST)),
        "reverse": ("list.reverse", lambda t: t.list.reverse()),
    }
    return {op: (f"{form}; copies views of 16 bytes", call) for op, (form, call) in calls.items()}


# Results as words and lengths.


def of_tensor(result) -> tuple:
    """Of rowsplit and TensorFlow, ragged or dense."""
    if hasattr(result, "row_lengths"):
        words = result.flat_values
        words = words.numpy().tolist() if hasattr(words, "numpy") else words.to_list()
        return joined(words, result.row_lengths())
    rows = result.numpy().tolist() if hasattr(result, "numpy") else result.to_list()
    return words_and_lengths(rows)


def joined(words: list, lengths) -> tuple:
    import numpy as np

    encoded = (word if isinstance(word, bytes) else word.encode() for word in words)
    return b"\n".join(encoded), np.asarray(lengths)


def of_arrow(result) -> tuple:
    return joined(result.flatten().to_pylist(), result.value_lengths())


def of_lists(result) -> tuple:
    """Of awkward and polars."""
    rows = result.to_list()
    return joined(list(itertools.chain.from_iterable(rows)), [len(row) for row in rows])


LIBRARIES = [("rowsplit", "rowsplit", WordRows.ours, our_calls, of_tensor),
             ("TensorFlow", "tensorflow", WordRows.tensorflow, tensorflow_calls, of_tensor),
             ("awkward", "awkward", WordRows.awkward, awkward_calls, of_lists),
             ("polars", "polars", WordRows.polars, polars_calls, of_lists),
             ("pyarrow", "pyarrow", WordRows.arrow, arrow_calls, of_arrow)]


def make(op: str, rows: WordRows, module: str, tensor: Callable,
         calls: Callable) -> Callable[[], object]:
    library, values = rows.load(module), [rows.values]
    values += [rows.other_values] * (op in PAIRS)
    given, run = [tensor(rows, some) for some in values], calls(library, rows)[op][1]
    if module == "tensorflow":
        run = library.function(run)
    return lambda: run(*given)


def contenders_of(op: str, rows: WordRows) -> Iterator[tuple[str, str, Callable, Callable]]:
    """Name, form, make and answer of those that have the op."""
    for name, module, tensor, calls, answer in LIBRARIES:
        known = calls(None, rows)  # nothing is called, so no library is needed
        if op in known:
            form = known[op][0] if module != "tensorflow" else f"tf.function of {known[op][0]}"
            yield name, form, functools.partial(make, op, rows, module, tensor, calls), answer
