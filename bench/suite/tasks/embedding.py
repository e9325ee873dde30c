"""Bags of table rows, their gradients, steps of optimizers along these, and text to
pooled vectors: rowsplit beside torch and TensorFlow, and what the memory gives where
such rows are only read.

Ids are those of the text's words, a bag a line, or uniform ones, 20 a bag. Answers
are held to NumPy's, in double precision from the values that the table stores.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable

from suite import gradients
from suite.answers import difference, of_arrays, within
from suite.bags import (
    Ids,
    Table,
    cannot,
    equal_bags,
    expected_bags,
    first_bags,
    random_values,
    row_bytes,
    text_ids,
    uniform_ids,
    ways,
)
from suite.call import call, seconds_of
from suite.cores import on_its_cores, over
from suite.lines import Lines
from suite.program import Program
from suite.setting import Setting
from suite.task import Contender, Task, in_unit
from suite.vectorizers import Model, arrow_words, tensorflow_function

COUNT = {"quick": 200_000, "full": 400_000}
FORMATS = ("float32", "float16", "int8", "int4")
POOLED_ROWS, POOLED_WIDTH = 100_000, 64
# Lines: empty ones, which one peer takes for a word, and words beyond ASCII.
POOLED_TOLERANCE = 5e-3
# So that no gradient is larger than 32 MiB: glibc's malloc gives larger memory back
# each time, and its pages are made anew.
GRADIENT_IDS = 100_000
# For each gradient of a sum; they are about 1, and a step is about a hundredth of it.
GRADIENT_ERROR, STEP_ERROR = 2e-6, 1e-7
# Items whose gradient is about zero: Adam moves them by its sign.
ADAM_TOLERANCE = 1e-4


def bag_task(setting: Setting, table: Table, ids: Ids, kind: str, mode: str,
             threads: int) -> Task:
    contenders = []
    for name, form, make in ways(table, ids, mode):
        run = call(name, form, make, first_bags, unit="ns", threads=threads)
        contenders.append(Contender(
            name, form, lambda turn, run=run: run.time(turn) / len(ids.flat), run.answer))
    contenders += [Contender(name, "", cannot=why) for name, why in cannot(table, mode).items()]
    rows, width = table.shape
    return Task(f"embedding/{mode}_{rows}x{width}_{table.row_format}_{kind}",
                f"bags ({mode}) of {table.title}, {kind} ids", contenders,
                "english" if kind == "text" else None, threads, "ns/id",
                equal=equal_bags(table, ids), judge="NumPy in double",
                expected=lambda: expected_bags(table, ids, mode))


def grid(setting: Setting, threads: int) -> Iterable[tuple[int, int, str, str, str]]:
    """Rows, width, format, kind of ids, mode; tables in a row where they are the
    same."""
    if threads == 0:
        for rows in setting.pick((100_000,), (100_000, 1_000_000)):
            yield from ((rows, 64, "float32", kind, "sum") for kind in ("text", "uniform"))
        return
    modes = ("sum", "mean", "max")
    if not setting.full:
        yield from ((100_000, 64, "float32", "text", mode) for mode in modes)
        yield from ((100_000, 64, row_format, "text", "sum") for row_format in FORMATS[1:])
        yield from ((100_000, 64, row_format, "uniform", "sum") for row_format in
                    ("float32", "int8"))
        return
    for rows in (100_000, 1_000_000):
        for width in (16, 64, 128, 300):
            for row_format in FORMATS:
                for kind in ("text", "uniform"):
                    all_modes = width == 64 and row_format in ("float32", "int8")
                    for mode in modes if all_modes else modes[:1]:
                        yield rows, width, row_format, kind, mode


def bag_tasks(setting: Setting, threads: int) -> Iterable[Task]:
    count = COUNT[setting.mode]
    make = {"text": text_ids, "uniform": uniform_ids}
    ids = functools.cache(lambda kind, rows: make[kind](setting, rows, count))
    table = functools.lru_cache(maxsize=1)(functools.partial(Table, setting.load))
    for rows, width, row_format, kind, mode in grid(setting, threads):
        yield bag_task(setting, table(rows, width, row_format), ids(kind, rows), kind, mode,
                       threads)


def read_contender(setting: Setting, rows: int, width: int, order: str, form: str,
                   threads: int) -> Contender:
    """What the program rowsplit_embedding_table reads, in GB/s."""
    @functools.cache
    def program() -> Program:
        cores = str(threads or len(os.sched_getaffinity(0)))
        return setting.program("rowsplit_embedding_table", str(rows),
                               str(row_bytes("float32", width)), "--threads", cores)

    def figure(_turn: int) -> float:
        return in_unit("GB/s", *program().time("read", order))

    return Contender(f"memory, {order}", form, figure)


def read_task(setting: Setting, rows: int, width: int, threads: int) -> Task:
    forms = {"random": "rows of uniform ids, asked for ahead: a word of each cache line",
             "sequential": "all bytes in order: a word of each cache line"}
    return Task(f"embedding/read_{rows}x{width}", "what the memory gives, for scale: "
                f"{rows:,} rows of {width} float32 that are only read",
                [read_contender(setting, rows, width, order, form, threads)
                 for order, form in forms.items()], threads=threads, unit="GB/s")


# Gradients of bags, and steps along them.


def sums_task(work: gradients.Gradients, per_row: bool, title: str) -> Task:
    kind = "rows" if per_row else "ids"

    def expected() -> tuple:
        return work.slices if per_row else (work.ids.flat, work.per_id)

    def answer(result) -> tuple:
        import numpy as np

        indices, values = gradients.rows_of(result)
        order = np.argsort(indices, kind="stable") if per_row else slice(None)
        return indices[order], values[order]

    contenders = [call(name, form, functools.partial(make, work), answer, unit="ns/id",
                       amount=lambda: len(work.ids.flat))
                  for name, form, make in gradients.gradient_ways(work.mode, per_row)]
    return Task(f"embedding/gradient_{work.mode}_{kind}", title, contenders, "english",
                unit="ns/id", equal=equal_slices(work), judge="NumPy in double",
                expected=expected)


def equal_slices(work: gradients.Gradients) -> Callable:
    """Rows are to be the same; what rounding in another order can make of the sums of
    their gradients is no difference."""
    def equal(got, expected) -> tuple[float, str]:
        import numpy as np

        share, where = difference(got[0], expected[0])
        if share:
            return share, f"rows: {where}"
        counts = np.unique(work.ids.flat, return_counts=True)[1] if (
            len(got[0]) < len(work.ids.flat)) else np.ones(len(got[0]))
        most = GRADIENT_ERROR * counts[:, None]
        return of_arrays(got[1], expected[1], lambda a, b: np.abs(a - b) <= most)

    return equal


def equal_tables(work: gradients.Gradients, from_bags: bool) -> Callable:
    """After steps along gradients whose sums may be rounded in another order."""
    def equal(got, expected) -> tuple[float, str]:
        import numpy as np

        counts = np.bincount(work.ids.flat, minlength=work.shape[0])[:, None]
        most = STEP_ERROR * (1 + from_bags * counts) + 1e-5 * np.abs(expected)
        return of_arrays(got, expected, lambda a, b: np.abs(a - b) <= most)

    return equal


def step_task(work: gradients.Gradients, optimizer: str, from_bags: bool, threads: int) -> Task:
    name = "bags" if from_bags else "rows"
    unit = "ns/id" if from_bags else "ns/row"
    amount = (lambda: len(work.ids.flat)) if from_bags else (lambda: len(work.given[0]))

    def contender(who: str, form: str, make: Callable) -> Contender:
        made = functools.cache(lambda: make(work))
        timed = call(who, form, lambda: made().step, unit=unit, amount=amount, threads=threads)
        # The steps that are timed go on; those that are compared begin anew.
        return Contender(who, form, timed.time, lambda: gradients.stepped(make(work)))

    contenders = [contender(*way) for way in gradients.trainer_ways(optimizer, from_bags)]
    if optimizer == "adam":
        contenders += [Contender(who, "", cannot=gradients.NOT_LAZY)
                       for who in ("TensorFlow", "Keras")]
    source = (f"the gradient of bags ({work.mode})" if from_bags else
              "a gradient that was summed for each row")
    return Task(f"embedding/step_{optimizer}_{name}", "a step of "
                f"{gradients.OPTIMIZERS[optimizer]} along {source}", contenders, "english",
                threads, unit, equal=equal_tables(work, from_bags),
                tolerance=ADAM_TOLERANCE if optimizer == "adam" else 0.0,
                judge="NumPy in double",
                expected=lambda: gradients.expected_table(work, optimizer))


def gradient_tasks(setting: Setting, threads: int) -> Iterable[Task]:
    """Of text ids in 100,000 rows of 64."""
    ids = text_ids(setting, POOLED_ROWS, GRADIENT_IDS)
    of = {mode: gradients.Gradients(setting.load, POOLED_ROWS, POOLED_WIDTH, ids, mode)
          for mode in ("sum", "mean")}
    if threads == 1:
        for per_row, title in ((True, "summed for each row of the table"),
                               (False, "as a row for each id")):
            for mode in ("sum", "mean") if setting.full else ("sum",) * per_row:
                yield sums_task(of[mode], per_row, f"the gradient of bags ({mode}), {title}")
        for optimizer in setting.pick(("adagrad",), gradients.OPTIMIZERS):
            yield step_task(of["sum"], optimizer, False, 1)
    for optimizer in setting.pick(("adagrad",) * threads, gradients.OPTIMIZERS):
        yield step_task(of["sum"], optimizer, True, threads)


# Text to one vector a line: the mean of the vectors of its words.


class Pooled:
    def __init__(self, setting: Setting, threads: int):
        self.load = setting.load
        text = setting.text("english")
        self.lines = Lines(setting, text.head(setting.pick(1_000_000, 8_000_000)))
        self.few = Lines(setting, text.head(300_000))
        self.model = Model(setting, lambda: self.lines, max_tokens=POOLED_ROWS, threads=threads)

    @property
    def values(self):
        return random_values(POOLED_ROWS, POOLED_WIDTH)

    def expected(self):
        import numpy as np

        ids, splits = self.model.expected(self.few)
        sums = np.zeros((len(splits) - 1, POOLED_WIDTH))
        lengths = np.diff(splits)
        np.add.at(sums, np.repeat(np.arange(len(lengths)), lengths),
                  self.values[ids].astype(np.float64))
        return sums / np.maximum(lengths, 1)[:, None]


def our_pooled(pooled: Pooled, lines: Lines, fused: bool) -> Callable:
    rs, layer = pooled.load("rowsplit"), pooled.model.layer(ragged=True)
    table = rs.EmbeddingTable.from_array(pooled.values)
    if fused:
        embedding = rs.TextEmbedding(layer, table)
        return lambda: embedding(lines.arrow)
    return lambda: rs.embedding_bag(table, layer(lines.arrow))


def tensorflow_pooled(pooled: Pooled, lines: Lines) -> Callable:
    tf = pooled.load("tensorflow")
    params = tf.constant(pooled.values)

    def encode(ids):
        return tf.sparse.segment_mean(params, ids.flat_values, ids.value_rowids(),
                                      num_segments=ids.nrows())

    return on_its_cores(pooled.model.threads, lines.tensor,
                        tensorflow_function(pooled.model, encode))


def keras_pooled(pooled: Pooled, lines: Lines) -> Callable:
    tf, layer = pooled.load("tensorflow"), pooled.model.layer(keras=True, ragged=True)
    params = tf.constant(pooled.values)

    def vectors(tensor):
        ids = layer(tensor)
        return tf.sparse.segment_mean(params, ids.flat_values, ids.value_rowids(),
                                      num_segments=ids.nrows())

    function = tf.function(vectors, input_signature=[tf.TensorSpec([None], tf.string)])
    return on_its_cores(pooled.model.threads, lines.tensor, function)


def arrow_torch_pooled(pooled: Pooled, lines: Lines) -> Callable:
    arrow, compute, torch = map(pooled.load, ("pyarrow", "pyarrow.compute", "torch"))
    # The word of an empty line has a row that is left out.
    words = [*pooled.model.vocabulary, ""]
    keys, padding = arrow.array(words, arrow.large_string()), len(words) + 1
    weight = torch.zeros(padding + 1, POOLED_WIDTH)
    size = min(padding, POOLED_ROWS)
    weight[:size] = torch.from_numpy(pooled.values[:size])

    def vectors(text):
        rows = arrow_words(pooled.model, text)
        found = compute.index_in(rows.flatten(), value_set=keys)
        ids = compute.fill_null(compute.add(found, 2), 1)
        return torch.nn.functional.embedding_bag(
            torch.from_numpy(ids.to_numpy()), weight,
            torch.from_numpy(rows.offsets.to_numpy()[:-1].astype("int32")), mode="mean",
            padding_idx=padding)

    return on_its_cores(pooled.model.threads, lines.arrow, vectors)


POOLED = [
    ("rowsplit", "TextEmbedding, one pass over one Arrow array",
     functools.partial(our_pooled, fused=True)),
    ("rowsplit, op by op", "TextVectorization, then embedding_bag",
     functools.partial(our_pooled, fused=False)),
    ("TensorFlow", "tf.function of tf.strings ops, a StaticHashTable and sparse.segment_mean",
     tensorflow_pooled),
    ("Keras", "tf.function of TextVectorization and sparse.segment_mean", keras_pooled),
    ("pyarrow and torch", "ascii_lower, replace_substring_regex, ascii_split_whitespace, index_in, "
     "then embedding_bag", arrow_torch_pooled),
]


def pooled_contender(pooled: Pooled, name: str, form: str, make: Callable,
                     threads: int) -> Contender:
    run = functools.cache(lambda: make(pooled, pooled.lines))
    check = functools.cache(lambda: make(pooled, pooled.few))

    def answer():
        import numpy as np

        bags = check()()
        bags = np.concatenate(bags) if isinstance(bags, list) else np.asarray(bags)
        return bags.astype(np.float64)

    if not name.startswith("rowsplit"):
        form = f"{form}, over {over(pooled.model.threads, 'batch')}"
    return Contender(name, form, lambda turn: in_unit(
        "MB/s", seconds_of(run(), threads, 0.02), pooled.lines.size), answer)


def pooled_task(setting: Setting, threads: int) -> Task:
    pooled = Pooled(setting, threads)
    contenders = [pooled_contender(pooled, *way, threads) for way in POOLED]
    return Task("embedding/text_to_vectors", f"text to the mean of {POOLED_WIDTH} float32 of each "
                "line's words, at most 100,000 words", contenders, "english", threads,
                equal=within(1e-4, 1e-5), tolerance=POOLED_TOLERANCE, judge="NumPy in double",
                expected=pooled.expected)


def tasks(setting: Setting) -> Iterable[Task]:
    for threads in (1, 0):
        for rows, width in setting.pick(((100_000, 64),), (
                (100_000, 64), (1_000_000, 64), (1_000_000, 300))):
            yield read_task(setting, rows, width, threads)
        yield from bag_tasks(setting, threads)
        yield from gradient_tasks(setting, threads)
        yield pooled_task(setting, threads)
