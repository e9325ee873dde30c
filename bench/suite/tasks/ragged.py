"""Ops on rows of different lengths: rowsplit beside TensorFlow's RaggedTensor,
awkward, polars, pyarrow, torch and NumPy.

Rows have 0 to 34 float32 values, or 500 to 1500. On all cores the tensors are
larger. Answers are held to NumPy's; where libraries differ about empty rows (a
maximum of nothing), those are not compared. Rows of words have 0 to 34 of them, and
are held to plain Python's.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from suite import word_rows
from suite.answers import difference, within
from suite.call import call
from suite.ragged_rows import Rows, contenders_of
from suite.setting import Setting
from suite.task import Contender, Task

UNIT = "ns/value"


@dataclass(frozen=True)
class Op:
    """`expected(rows)` is NumPy's answer, and `lengths(rows)` are those of its rows,
    where it has rows; `exact` if no addition is made in another order; `compare_empty`
    if libraries agree about empty rows."""

    name: str
    title: str
    expected: Callable[[Rows], object]
    lengths: Callable[[Rows], object] = lambda rows: None
    exact: bool = True
    compare_empty: bool = True
    cannot: dict[str, str] = field(default_factory=dict)
    quick: bool = True
    all_cores: bool = False


def reduced(name: str) -> Callable[[Rows], object]:
    """NumPy's reduceat in double precision; 0 for empty rows."""
    def expected(rows: Rows):
        import numpy as np

        values = rows.values if name in ("max", "min") else rows.values.astype(np.float64)
        ufunc = {"max": np.maximum, "min": np.minimum}.get(name, np.add)
        result = np.zeros(len(rows.lengths), values.dtype)
        result[rows.full] = ufunc.reduceat(values, rows.starts)
        if name == "mean":
            result[rows.full] /= rows.lengths[rows.full]
        return result.astype(np.float32)

    return expected


def by_row(function: Callable) -> Callable[[Rows], object]:
    """The function's values of each row, one after the other."""
    def expected(rows: Rows):
        import numpy as np

        parts = [function(row) for row in np.split(rows.values, rows.splits[1:-1])]
        return np.concatenate([np.atleast_1d(part) for part in parts]).astype(np.float32)

    return expected


def variance(row):
    return row.astype("float64").var() if len(row) else 0.0


def logsumexp(row):
    import numpy as np

    if not len(row):
        return -np.inf
    return row.max() + np.log(np.exp(row.astype("float64") - row.max()).sum())


def softmax(row):
    import numpy as np

    if not len(row):
        return row
    powers = np.exp(row.astype("float64") - row.max())
    return powers / powers.sum()


def concatenated(rows: Rows):
    import numpy as np

    parts = np.split(rows.values, rows.splits[1:-1])
    others = np.split(rows.other_values, rows.splits[1:-1])
    return np.concatenate([part for pair in zip(parts, others) for part in pair])


def gathered(rows: Rows):
    import numpy as np

    parts = np.split(rows.values, rows.splits[1:-1])
    return np.concatenate([parts[row] for row in rows.order])


def dense(rows: Rows):
    import numpy as np

    result = np.zeros((len(rows.lengths), rows.longest), dtype=np.float32)
    result[np.arange(rows.longest) < rows.lengths[:, None]] = rows.values
    return result


def argmax(rows: Rows):
    import numpy as np

    parts = np.split(rows.values, rows.splits[1:-1])
    return np.array([part.argmax() if len(part) else 0 for part in parts])


def column_sums(rows: Rows):
    import numpy as np

    columns = np.arange(len(rows.values)) - np.repeat(rows.splits[:-1], rows.lengths)
    return np.bincount(columns, rows.values).astype(np.float32)


def same(rows: Rows):
    return rows.lengths


def kept(rows: Rows):
    import numpy as np

    rows_of_values = np.repeat(np.arange(len(rows.lengths)), rows.lengths)
    return np.bincount(rows_of_values[rows.values > 0.5], minlength=len(rows.lengths))


NO_ARROW = {"pyarrow": "has no such call of lists"}
NO_POLARS = {"polars": "has no call for it"}
NO_NUMPY = {"NumPy": "has no call for it"}
NO_MOVE = {**NO_NUMPY, "torch": "has no such op of nested tensors"}

OPS = [
    Op("sum", "sum of each row", reduced("sum"), exact=False, all_cores=True, cannot=NO_ARROW),
    Op("mean", "mean of each row", reduced("mean"), exact=False, compare_empty=False,
       cannot=NO_ARROW),
    Op("max", "maximum of each row", reduced("max"), compare_empty=False, cannot=NO_ARROW),
    Op("min", "minimum of each row", reduced("min"), compare_empty=False, quick=False,
       cannot=NO_ARROW),
    Op("variance", "variance of each row", by_row(variance), exact=False, compare_empty=False,
       quick=False, cannot={**NO_NUMPY, **NO_ARROW, "torch": "has no such op of segments"}),
    Op("logsumexp", "log of the sum of exponentials of each row", by_row(logsumexp), exact=False,
       compare_empty=False, cannot=NO_ARROW),
    Op("argmax", "place of the maximum of each row", argmax, compare_empty=False, quick=False,
       cannot={**NO_NUMPY, **NO_ARROW, "TensorFlow": "has no argmax of ragged tensors"}),
    Op("column_sums", "sum over the rows (axis 0)", column_sums, exact=False, quick=False,
       cannot={**NO_MOVE, **NO_POLARS, **NO_ARROW}),
    Op("softmax", "softmax of each row", by_row(softmax), same, exact=False, all_cores=True,
       cannot=NO_ARROW),
    Op("cumsum", "running sum of each row", by_row(lambda row: row.astype("float64").cumsum()),
       same, exact=False, quick=False,
       cannot={**NO_MOVE, **NO_ARROW, "awkward": "has no call for it",
               "TensorFlow": "has no cumsum of ragged tensors"}),
    Op("sort", "each row sorted", by_row(lambda row: sorted(row)), same, all_cores=True,
       cannot={**NO_MOVE, **NO_ARROW, "TensorFlow": "has no sort of ragged tensors"}),
    Op("concat", "two tensors concatenated row by row (axis 1)", concatenated,
       lambda rows: 2 * rows.lengths, all_cores=True, cannot={**NO_MOVE, **NO_ARROW}),
    Op("concat_rows", "two tensors one below the other (axis 0)",
       lambda rows: joined([rows.values, rows.other_values]),
       lambda rows: joined([rows.lengths, rows.lengths]), quick=False),
    Op("gather", "all rows in another order", gathered, lambda rows: rows.lengths[rows.order],
       all_cores=True, cannot=NO_MOVE),
    Op("to_dense", "padded to a dense matrix", dense, all_cores=True,
       cannot={**NO_ARROW, "polars": "has no matrix of float32 with padding"}),
    Op("from_dense", "a padded matrix to rows, by their lengths", lambda rows: rows.values, same,
       quick=False, cannot=NO_ARROW),
    Op("slice", "the first 8 values of each row", by_row(lambda row: row[:8]),
       lambda rows: rows.lengths.clip(max=8), cannot=NO_MOVE),
    Op("reverse", "each row backwards", by_row(lambda row: row[::-1]), same, quick=False,
       cannot={**NO_MOVE, **NO_ARROW}),
    Op("mask", "the values above 0.5", lambda rows: rows.values[rows.values > 0.5], kept),
    Op("add", "two tensors added", lambda rows: rows.values + rows.other_values, same, quick=False,
       cannot=NO_ARROW),
    Op("add_column", "a number for each row added to its values",
       lambda rows: rows.values + rows.column.repeat(rows.lengths), same, quick=False,
       cannot=NO_ARROW),
]


def joined(parts: list):
    import numpy as np

    return np.concatenate(parts)


def equal_of(op: Op, rows: Rows) -> Callable:
    """Of values and lengths of rows; what gives values alone has the rows of what it
    was given."""
    close = difference if op.exact else within(2e-5, 1e-6)

    def equal(got, expected) -> tuple[float, str]:
        (values, lengths), (right, right_lengths) = got, expected
        if lengths is not None:
            share, where = difference(lengths, right_lengths)
            if share:
                return share, f"lengths of rows: {where}"
        if values.shape != right.shape:
            return 1.0, f"shape {values.shape}, not {right.shape}"
        if not op.compare_empty:
            values, right = values[rows.full], right[rows.full]
        return close(values, right)

    return equal


def op_task(op: Op, rows: Rows, place: str, threads: int) -> Task:
    contenders = []
    for name, form, make, answer in contenders_of(op.name, rows):
        contenders.append(call(name, form, make, answer, unit=UNIT, amount=rows.count,
                               threads=threads))
    contenders += [Contender(name, "", cannot=why) for name, why in op.cannot.items()]
    return Task(f"ragged/{op.name}{place}", f"{op.title}, {rows.title}", contenders,
                threads=threads, unit=UNIT, equal=equal_of(op, rows), judge="NumPy in double",
                expected=lambda: (op.expected(rows), op.lengths(rows)))


LONG = ("sum", "max", "sort", "softmax")

NO_MATRIX = "has no matrix of strings"

# Name, title, whether it is in the quick mode, who can't.
WORD_OPS = [
    ("concat", "two tensors of words concatenated row by row (axis 1)", True, NO_ARROW),
    ("concat_rows", "two tensors of words one below the other (axis 0)", False, {}),
    ("gather", "all rows of words in another order", True, {}),
    ("mask", f"the words of more than {word_rows.SHORT} bytes", True, {}),
    ("slice", f"the first {word_rows.FIRST} words of each row", False, {}),
    ("reverse", "each row of words backwards", False, NO_ARROW),
    ("to_dense", "words padded to a dense matrix", False,
     {"polars": NO_MATRIX, "pyarrow": NO_MATRIX}),
]


def word_task(name: str, title: str, cannot: dict[str, str], rows: word_rows.WordRows,
              threads: int = 1) -> Task:
    contenders = [call(who, form, make, answer, unit="ns/word", amount=rows.count, threads=threads)
                  for who, form, make, answer in word_rows.contenders_of(name, rows)]
    contenders += [Contender(who, "", cannot=why) for who, why in {
        **cannot, "torch": "has no strings"}.items()]
    return Task(f"ragged/words_{name}", f"{title}, {rows.title}", contenders, "english", threads,
                "ns/word", judge="plain Python",
                expected=functools.partial(word_rows.expected, name, rows))


def word_tasks(setting: Setting) -> Iterable[Task]:
    rows = word_rows.WordRows(setting, 1, 1 << 18, 0, 34)
    for name, title, quick, cannot in WORD_OPS:
        if quick or setting.full:
            yield word_task(name, title, cannot, rows)
        if setting.full and name in ("concat", "gather"):
            yield word_task(name, title, cannot, rows, 0)


def tasks(setting: Setting) -> Iterable[Task]:
    load = setting.load
    short = Rows(load, 1, 1 << 18, 0, 34)
    long = Rows(load, 2, 1 << setting.pick(20, 22), 500, 1500)
    large = Rows(load, 3, 1 << setting.pick(20, 22), 0, 34)
    for op in OPS:
        if not (op.quick or setting.full):
            continue
        yield op_task(op, short, "", 1)
        if op.name in LONG and (setting.full or op.name == "sum"):
            yield op_task(op, long, "_long", 1)
        if op.all_cores:
            if setting.full:
                yield op_task(op, large, "_large", 1)
            yield op_task(op, large, "_large", 0)
    yield from word_tasks(setting)
