"""Nanoseconds a token against the size of the vocabulary; opening it; its memory.

The tokens are numbered_tokens: 7 to 14 letters, one in 64 longer. What is looked up
is NUM_QUERIES of them: each as likely as any other, which is the worst for the
caches; or token r with a weight of 1 / r, as words of a text; or none that is there.
"""

from __future__ import annotations

import functools
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from suite.call import call, program_call, seconds_of
from suite.program import Program, close_all
from suite.setting import Setting
from suite.task import Contender, Task

NUM_QUERIES = 1 << 20
SIZES = {"quick": (1_000, 100_000, 1_000_000),
         "full": (1_000, 10_000, 100_000, 1_000_000, 10_000_000)}
TITLES = {"uniform": "each token as likely as any other", "zipf": "token r with a weight of 1 / r",
          "miss": "tokens that it does not have"}
PROCESSES = 8


def drawn(kind: str, size: int):
    """The numbers of the tokens to look up, of a vocabulary of the first `size`."""
    import numpy as np

    choose = np.random.default_rng(1)
    if kind == "uniform":
        return choose.integers(0, size, NUM_QUERIES, np.uint64)
    if kind == "miss":
        return size + choose.integers(0, 1_000_000_000, NUM_QUERIES, np.uint64)
    ranks = np.exp(choose.random(NUM_QUERIES) * np.log(size + 1.0)).astype(np.uint64)
    return np.minimum(ranks - np.uint64(1), np.uint64(size - 1))


class Tokens:
    """Tokens of some numbers in each form; made when they are asked for."""

    def __init__(self, setting: Setting, numbers: Callable):
        self.setting = setting
        self.numbers = functools.cache(numbers)

    @functools.cached_property
    def flat(self):
        from suite.numbered_tokens import numbered_tokens
        return numbered_tokens(self.numbers())

    @functools.cached_property
    def list(self) -> list[bytes]:
        from suite.numbered_tokens import tokens_of
        return tokens_of(*self.flat)

    @functools.cached_property
    def ours(self):
        return self.setting.load("rowsplit").StringTensor.from_offsets(self.flat[1], self.flat[0])

    @functools.cached_property
    def arrow(self):
        pa = self.setting.load("pyarrow")
        data, offsets = self.flat
        return pa.LargeStringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets),
                                                pa.py_buffer(data))

    @functools.cached_property
    def tensor(self):
        return self.setting.load("tensorflow").constant(self.list)


def tensorflow_table(tf, tokens: Tokens):
    count = len(tokens.flat[1]) - 1
    return tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(
        tokens.tensor, tf.range(count, dtype=tf.int64)), -1)


@dataclass(frozen=True)
class Models:
    """The vocabulary of one size as each library has it; made once."""

    setting: Setting
    size: int

    @functools.cached_property
    def tokens(self) -> Tokens:
        def numbers():
            import numpy as np
            return np.arange(self.size)
        return Tokens(self.setting, numbers)

    @functools.cached_property
    def ours(self):
        return self.setting.load("rowsplit").Vocabulary(self.tokens.ours)

    @functools.cached_property
    def dict(self) -> dict[bytes, int]:
        return {token: number for number, token in enumerate(self.tokens.list)}

    @functools.cached_property
    def tensorflow(self):
        return tensorflow_table(self.setting.load("tensorflow"), self.tokens)

    def frozen(self) -> str:
        """The frozen file."""
        path = os.path.join(self.setting.folder, f"numbered-{self.size}.rsv")
        if not os.path.exists(path):
            self.ours.save(path)
        return path

    def lines(self) -> str:
        """A file of a token a line."""
        path = os.path.join(self.setting.folder, f"numbered-{self.size}.txt")
        if not os.path.exists(path):
            self.ours.write(path, "txt")
        return path


def query_file(setting: Setting, kind: str, size: int) -> str:
    path = os.path.join(setting.folder, f"queries-{kind}-{size}.bin")
    if not os.path.exists(path):
        os.makedirs(setting.folder, exist_ok=True)
        drawn(kind, size).astype("=u8").tofile(path)
    return path


def of_program(setting: Setting, kind: str, size: int, name: str, form: str,
               arguments: Callable) -> Contender:
    def made() -> Contender:
        program = setting.program("rowsplit_vocab_table", *arguments(),
                                  query_file(setting, kind, size))
        return program_call(program, "find", form, unit="ns/token")

    def answer():
        import numpy as np
        return np.frombuffer(made().answer(), np.int64)

    return Contender(name, form, lambda turn: made().time(turn), answer)


def arrow_figure(setting: Setting, models: Models, queries: Tokens) -> tuple[Callable, Callable]:
    """index_in makes its table anew in each call, so the time of a call without
    tokens is taken off."""
    def figure(_turn: int) -> float:
        pc = setting.load("pyarrow.compute")
        keys, given = models.tokens.arrow, queries.arrow
        whole = seconds_of(lambda: pc.index_in(given, value_set=keys))
        nothing = seconds_of(lambda: pc.index_in(given[:0], value_set=keys))
        return max(whole - nothing, 1e-9) * 1e9 / len(given)

    def answer():
        pc = setting.load("pyarrow.compute")
        found = pc.index_in(queries.arrow, value_set=models.tokens.arrow)
        return pc.fill_null(found, -1).to_numpy()

    return figure, answer


def lookup(setting: Setting, kind: str, models: Models) -> Task:
    size = models.size
    queries = Tokens(setting, lambda: drawn(kind, size))

    def of(name: str, form: str, make: Callable, answer: Callable) -> Contender:
        return call(name, form, make, answer, unit="ns/token", amount=NUM_QUERIES)

    def python():
        get, given = models.dict.get, queries.list
        return lambda: [get(token, -1) for token in given]

    def ours():
        find, given = models.ours.lookup, queries.ours
        return lambda: find(given)

    def tensorflow():
        tf = setting.load("tensorflow")
        table, given = models.tensorflow, queries.tensor
        function = tf.function(table.lookup, autograph=False)
        return lambda: function(given)

    def array(ids):
        import numpy as np
        return np.asarray(ids)

    figure, answer = arrow_figure(setting, models, queries)
    return Task(f"curves/lookup_{kind}", f"Ids of tokens, {TITLES[kind]}", [
        of("Python", "dict.get, a list of it", python, array),
        of_program(setting, kind, size, "rowsplit", "Vocabulary::FindSpans, batches of 8,192",
                   lambda: ("tokens", str(size))),
        of_program(setting, kind, size, "rowsplit, mapped file",
                   "Vocabulary::FindSpans over a frozen file",
                   lambda: ("file", models.frozen())),
        of("rowsplit, from Python", "rs.Vocabulary.lookup of a StringTensor", ours, array),
        of("TensorFlow", "StaticHashTable.lookup, a tf.function over one tensor", tensorflow,
           lambda ids: ids.numpy()),
        Contender("pyarrow", "index_in over one array", figure, answer,
                  note="makes its table in each call; the time of a call without tokens is "
                       "taken off")],
        unit="ns/token", axis=("tokens in the vocabulary", size), seconds=setting.pick(0.05, 0.3))


def opening(setting: Setting, models: Models) -> Iterator[Task]:
    """From a file to the id of one token, in a process that has all else."""
    def of(name: str, form: str, make: Callable) -> Contender:
        found = functools.cache(make)

        def figure(_turn: int) -> float:
            return seconds_of(found()) * 1e3
        return Contender(name, form, figure, lambda: int(found()()))

    def token() -> bytes:
        return models.tokens.list[models.size // 2]

    def mapped(checksum: str):
        rs, path, one = setting.load("rowsplit"), models.frozen(), token()
        return lambda: rs.Vocabulary.open(path, checksum).find(one)

    def cold(_turn: int) -> float:
        """By the clock: most of it is waiting for the disk."""
        rs, path, one = setting.load("rowsplit"), f"{models.frozen()}.cold", token()
        if not os.path.exists(path):  # pages that another process maps can't be dropped
            shutil.copyfile(models.frozen(), path)
        file = os.open(path, os.O_RDONLY)
        os.fsync(file)
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(file)
        begin = time.perf_counter()
        rs.Vocabulary.open(path, "deferred").find(one)
        return (time.perf_counter() - begin) * 1e3

    def lines():
        rs, path, one = setting.load("rowsplit"), models.lines(), token()
        return lambda: rs.Vocabulary.from_file(path, "txt").find(one)

    def python():
        path, one = models.lines(), token()

        def run():
            with open(path, "rb") as file:
                tokens = file.read().split(b"\n")
            return {token: number for number, token in enumerate(tokens[:-1])}[one]
        return run

    def tensorflow():
        tf, path = setting.load("tensorflow"), models.lines()
        one = tf.constant([token()])

        def run():
            table = tf.lookup.StaticHashTable(tf.lookup.TextFileInitializer(
                path, tf.string, tf.lookup.TextFileIndex.WHOLE_LINE, tf.int64,
                tf.lookup.TextFileIndex.LINE_NUMBER), -1, experimental_is_anonymous=True)
            return table.lookup(one)[0]
        return run

    axis, seconds = ("tokens in the vocabulary", models.size), setting.pick(0.05, 0.3)
    yield Task("curves/open_vocabulary", "A vocabulary from a file to the first id", [
        of("Python", "a dict of the lines of a file", python),
        of("rowsplit", "rs.Vocabulary.open of a frozen file, all of which is checked",
           functools.partial(mapped, "full")),
        of("rowsplit, from lines", "rs.Vocabulary.from_file of a token a line", lines),
        of("TensorFlow", "StaticHashTable by a TextFileInitializer", tensorflow)],
        unit="ms", axis=axis, seconds=seconds)
    # Others have nothing to check less of.
    yield Task("curves/open_unchecked", "A frozen vocabulary to the first id, checked less", [
        of("rowsplit, sampled", "rs.Vocabulary.open(path, 'sampled')",
           functools.partial(mapped, "sampled")),
        of("rowsplit, deferred", "rs.Vocabulary.open(path, 'deferred')",
           functools.partial(mapped, "deferred")),
        Contender("rowsplit, deferred, cold", "the same after the file was dropped from the page "
                  "cache, by the clock", cold, lambda: int(mapped("deferred")()))],
        unit="ms", axis=axis, seconds=seconds)


def sharing(setting: Setting, models: Models) -> Task:
    """Processes that look up all over one frozen file."""
    def figure(turn: int) -> float:
        if turn < 0:
            return 0.0
        arguments = ("file", models.frozen(),
                     query_file(setting, "uniform", models.size))
        path = setting.program_path("rowsplit_vocab_table")
        programs = [Program(path, *arguments) for _ in range(PROCESSES)]
        try:
            for program in programs:
                program.time("find", "rowsplit")
            return sum(float(program.ask("memory").split()[1]) for program in programs)
        finally:
            for program in programs:
                program.close()

    return Task("curves/share_vocabulary", f"Memory of a vocabulary that {PROCESSES} processes "
                "look up in, all together", [
                    Contender("rowsplit", "a frozen file, mapped by each", figure)],
                unit="MiB", axis=("tokens in the vocabulary", models.size), seconds=0.1)


def tasks(setting: Setting) -> Iterator[Task]:
    for size in SIZES[setting.mode]:
        models = Models(setting, size)
        for kind in setting.pick(("uniform",), TITLES):
            yield lookup(setting, kind, models)
        yield from opening(setting, models)
        if setting.full:
            yield sharing(setting, models)
        # A program keeps its vocabulary.
        close_all()
