"""Stages on text, each alone: deletion, splitting, NFKC, case folding, words.

Each stage takes the lines of a text as strings; some also take blocks of 64 KiB of
lines, or the whole text as one string, which is how some libraries do best.
"""

from __future__ import annotations

import collections
import concurrent.futures
import dataclasses
import functools
import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from suite import plain
from suite.call import call, program_call
from suite.program import Program
from suite.setting import Setting
from suite.task import Contender, Missing, Task, in_unit
from suite.texts import Text

PUNCTUATION = bytes(b for b in range(33, 127) if not chr(b).isalnum())
SPACE = " \t\n\v\f\r"
BLOCK_BYTES = 1 << 16
PIECES = 8
ZILLA = "StringZilla-C"
STRINGS = {"lines": "each line a string", "blocks": "strings of 64 KiB of lines",
           "whole": "the whole text one string"}


def joined(rows) -> bytes:
    return b"".join(row + b"\n" for row in rows)


def joined_strings(rows) -> bytes:
    return "".join(row + "\n" for row in rows).encode()


def tokens_written(rows) -> bytes:
    return b"".join(b"".join(token + b"\n" for token in row) + b"\n" for row in rows)


def blocks_of(data: bytes) -> list[bytes]:
    """Runs of lines of 64 KiB and a part of a line, without the last line end."""
    blocks, begin = [], 0
    while begin < len(data):
        end = data.find(b"\n", min(begin + BLOCK_BYTES, len(data) - 1))
        end = len(data) if end < 0 else end
        blocks.append(data[begin:end])
        begin = end + 1
    return blocks


@dataclass(frozen=True)
class Work:
    """A text as strings of a kind, for contenders that get it in their own form."""

    setting: Setting
    text: Text
    strings: str = "lines"
    threads: int = 1

    def rows(self) -> list[bytes]:
        if self.strings == "lines":
            return self.text.lines
        return blocks_of(self.text.data) if self.strings == "blocks" else [
            self.text.data.removesuffix(b"\n")]

    def call(self, name: str, form: str, make: Callable, write: Callable,
             note: str = "") -> Contender:
        return call(name, form, make, write, amount=self.text.size, threads=self.threads,
                    note=note)

    def table(self) -> Program:
        return self.setting.program("rowsplit_text_table", self.text.path, "--strings",
                                    self.strings, "--threads", str(self.threads))

    def program(self, task: str, form: str, name: str = "rowsplit") -> Contender:
        if self.threads != 1 and name != "rowsplit":
            return Contender(name, form, cannot=plain.ONE_CORE)
        return program_call(self.table(), task, form, name=name)

    def zilla(self, task: str, form: str) -> Contender:
        """StringZilla in C, whose tokens are no objects of Python."""
        made = self.program(task, f"{form} of each, from C; its spans stay in the cache", ZILLA)
        return with_headers(made, task, self.table)

    def plain(self, task: str) -> list[Contender]:
        """By hand in C++; of lines only."""
        if self.strings != "lines":
            return []
        return [plain.on_lines(self.setting, self.text, task, self.threads)]

    def ours(self, form: str, run: Callable, write: Callable) -> Contender:
        """`run(rs, strings)`, from Python."""

        def make():
            rs = self.setting.load("rowsplit")
            strings = rs.StringTensor(self.rows())
            return lambda: run(rs, strings)

        return self.call("rowsplit, from Python", form, make, write)

    def python(self, form: str, run: Callable, write: Callable) -> Contender:
        """`run(rows)`."""
        if self.threads != 1:
            return Contender("Python", form, cannot=plain.ONE_CORE)

        def make():
            rows = self.rows()
            return lambda: run(rows)

        return self.call("Python", form, make, write)

    def in_pieces(self, rows: list) -> list:
        """What a library whose calls run on one core gets to use the others too."""
        pieces = 1 if self.threads == 1 else PIECES
        return [rows[len(rows) * i // pieces : len(rows) * (i + 1) // pieces]
                for i in range(pieces)]

    def tensorflow(self, form: str, run: Callable, write: Callable) -> Contender:
        """`run(tf, load)` gives what is called of a tensor of the strings."""

        def make():
            tf = self.setting.load("tensorflow")
            step = run(tf, self.setting.load)
            tensors = [tf.constant(rows) for rows in self.in_pieces(self.rows())]
            function = tf.function(lambda tensors: [step(tensor) for tensor in tensors],
                                   autograph=False)
            return lambda: function(tensors)

        kind = "one tensor" if self.threads == 1 else f"{PIECES} tensors at once"
        return self.call("TensorFlow", f"{form}, a tf.function over {kind}", make,
                         lambda found: b"".join(map(write, found)))

    def by_pool(self, run: Callable, pieces: list) -> Callable:
        if self.threads == 1:
            return lambda: [run(pieces[0])]
        pool = concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0)))
        return lambda: list(pool.map(run, pieces))

    def over(self, one: str, several: str) -> str:
        return f"over one {one}" if self.threads == 1 else (
            f"over {PIECES} {several} by a pool of threads")

    def arrow(self, form: str, run: Callable, write: Callable) -> Contender:
        """`run(pc, array)`."""

        def make():
            pa, pc = self.setting.load("pyarrow"), self.setting.load("pyarrow.compute")
            strings = [row.decode() for row in self.rows()]
            arrays = [pa.array(rows, pa.large_string()) for rows in self.in_pieces(strings)]
            return self.by_pool(functools.partial(run, pc), arrays)

        return self.call("pyarrow", f"{form} {self.over('array', 'arrays')}", make,
                         lambda found: b"".join(map(write, found)))

    def polars(self, form: str, run: Callable, write: Callable = joined_strings) -> Contender:
        """`run(series)`."""

        def make():
            polars, strings = self.setting.load("polars"), [row.decode() for row in self.rows()]
            # A piece may be empty, which says nothing of its type.
            return self.by_pool(run, [polars.Series(rows, dtype=polars.String)
                                      for rows in self.in_pieces(strings)])

        return self.call("polars", f"{form} {self.over('series', 'series')}", make,
                         lambda found: b"".join(map(write, found)))

    def stringzilla(self, form: str, run: Callable, write: Callable, note: str = ""):
        """`run(sz, str)` on each block, or on the whole text: it takes no array of
        strings, and does best where its output stays in the cache."""
        kind = "whole" if self.strings == "whole" else "blocks"
        if self.threads != 1:
            return Contender("StringZilla", form, cannot=plain.ONE_CORE)
        rows = Work(self.setting, self.text, kind).rows

        def make():
            sz = self.setting.load("stringzilla")
            strings = [sz.Str(row) for row in rows()]

            def run_all():
                for string in strings:
                    run(sz, string)

            # The answers are kept for the comparison only: they would leave the cache.
            run_all.answers = lambda: [run(sz, string) for string in strings]
            return run_all

        made = functools.cache(make)
        timed = self.call("StringZilla", f"{form}, {STRINGS[kind]}", made, None, note)
        return Contender(timed.name, timed.form, timed.time,
                         lambda: write(made().answers()), note=note)

    def hugging_face(self, form: str, normalizer: str) -> Contender:
        if self.threads != 1:
            return Contender("Hugging Face", form, cannot=plain.ONE_CORE)

        def make():
            step = getattr(self.setting.load("tokenizers.normalizers"), normalizer)()
            rows = [row.decode() for row in self.rows()]
            return lambda: [step.normalize_str(row) for row in rows]

        return self.call("Hugging Face", form, make, joined_strings)


def with_headers(made: Contender, task: str, program: Callable[[], Program]) -> Contender:
    """Missing where the program was built without the library's headers. A name of
    a program has no blank: "StringZilla-C" is shown as "StringZilla, C"."""
    @functools.cache
    def check() -> None:
        if (task, made.name) not in program().contenders():
            raise Missing("its C headers were not there when rowsplit_text_table was built")

    def checked(step: Callable) -> Callable:
        return lambda *given: (check(), step(*given))[1]

    return dataclasses.replace(made, name=made.name.replace("-", ", "),
                               time=made.time and checked(made.time),
                               answer=made.answer and checked(made.answer))


def coreutils(work: Work) -> Contender:
    if work.threads != 1:
        return Contender("tr", "tr -d", cannot=plain.ONE_CORE)
    command = ["tr", "-d", "[:punct:]"]
    environment = {**os.environ, "LC_ALL": "C"}

    def run(output) -> subprocess.CompletedProcess:
        if shutil.which("tr") is None:
            raise Missing("tr is not installed")
        with open(work.text.path, "rb") as file:
            return subprocess.run(command, stdin=file, stdout=output, env=environment, check=True)

    def figure(_turn: int) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run(subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return in_unit("MB/s", max(spent, 1e-6), work.text.size)

    return Contender("tr", "tr -d '[:punct:]' from a file to /dev/null, with its start", figure,
                     lambda: run(subprocess.PIPE).stdout)


def delete(work: Work) -> list[Contender]:
    regex = "[[:punct:]]"
    return [
        work.python("bytes.translate of each", lambda rows: [
            row.translate(None, PUNCTUATION) for row in rows], joined),
        work.program("delete", "StripPunctuation"),
        work.ours("rs.strings.regex_replace", lambda rs, x: rs.strings.regex_replace(
            x, regex, ""), lambda x: joined(x.to_list())),
        work.tensorflow("tf.strings.regex_replace", lambda tf, _load: lambda x:
                        tf.strings.regex_replace(x, regex, ""), lambda x: joined(x.numpy())),
        work.arrow("replace_substring_regex", lambda pc, x: pc.replace_substring_regex(
            x, regex, ""), lambda x: joined_strings(x.to_pylist())),
        work.polars("str.replace_many", lambda x: x.str.replace_many(
            [chr(byte) for byte in PUNCTUATION], [""])),
        coreutils(work),
        *work.plain("delete"),
    ]


def split(work: Work) -> list[Contender]:
    def rows_again(found) -> bytes:
        tokens = (bytes(token) for some in found for token in some)
        return tokens_written([next(tokens) for _ in row.split()] for row in work.rows())

    return [
        work.python("bytes.split of each", lambda rows: [row.split() for row in rows],
                    tokens_written),
        work.program("split", "SplitWhitespace: spans of the strings"),
        work.ours("rs.strings.split: copies", lambda rs, x: rs.strings.split(x),
                  lambda x: tokens_written(x.to_list())),
        work.tensorflow("tf.strings.split", lambda tf, _load: tf.strings.split,
                        lambda x: tokens_written(x.to_list())),
        # Blanks at the ends of a string give empty ones, which are dropped here.
        work.arrow("ascii_split_whitespace", lambda pc, x: pc.ascii_split_whitespace(x),
                   lambda x: tokens_written([t.encode() for t in row if t]
                                            for row in x.to_pylist())),
        work.polars("str.extract_all", lambda x: x.str.extract_all(f"[^{SPACE}]+"),
                    lambda x: tokens_written([t.encode() for t in row] for row in x.to_list())),
        work.stringzilla("split_byteset", lambda sz, x: x.split_byteset(SPACE, skip_empty=True),
                         rows_again, "does not say which line a token is of"),
        work.zilla("split", "sz_utf8_whitespaces"),
        *work.plain("split"),
    ]


def nfkc(work: Work) -> list[Contender]:
    def python(rows):
        from unicodedata import normalize

        return [normalize("NFKC", row.decode()).encode() for row in rows]

    return [
        work.program("nfkc", "Normalizer2::normalizeUTF8 of each", "ICU"),
        work.program("nfkc", "Normalize"),
        work.ours("rs.text.normalize_utf8", lambda rs, x: rs.text.normalize_utf8(x, "NFKC"),
                  lambda x: joined(x.to_list())),
        work.python("unicodedata.normalize of each, from UTF-8 to UTF-8", python, joined),
        work.tensorflow("tf_text.normalize_utf8", lambda _tf, load: lambda x:
                        load("tensorflow_text").normalize_utf8(x, "NFKC"),
                        lambda x: joined(x.numpy())),
        work.arrow("utf8_normalize", lambda pc, x: pc.utf8_normalize(x, "NFKC"),
                   lambda x: joined_strings(x.to_pylist())),
        work.polars("str.normalize", lambda x: x.str.normalize("NFKC")),
        work.stringzilla("utf8_norm", lambda sz, x: sz.utf8_norm(x, "NFKC"), joined),
        work.hugging_face("normalizers.NFKC of each", "NFKC"),
    ]


def fold(work: Work) -> list[Contender]:
    return [
        work.program("fold", "CaseMap::utf8Fold of each", "ICU"),
        work.program("fold", "FoldCase"),
        work.ours("rs.fold_case", lambda rs, x: rs.fold_case(x), lambda x: joined(x.to_list())),
        work.python("str.casefold of each, from UTF-8 to UTF-8", lambda rows: [
            row.decode().casefold().encode() for row in rows], joined),
        work.tensorflow("tf_text.case_fold_utf8", lambda _tf, load:
                        load("tensorflow_text").case_fold_utf8, lambda x: joined(x.numpy())),
        work.stringzilla("utf8_uncased_fold", lambda sz, x: sz.utf8_uncased_fold(x), joined),
    ]


def words(work: Work) -> list[Contender]:
    def exhaust(sz, string):
        collections.deque(sz.utf8_wordbreaks(string), maxlen=0)

    def written(sz, string) -> bytes:
        each = [bytes(word) for word in sz.utf8_wordbreaks(string)]
        if work.strings != "lines":
            return tokens_written([each])
        # The break of a line is a word of its own.
        return b"".join(word if word == b"\n" else word + b"\n" for word in [*each, b"\n"])

    def make(run):
        sz = work.setting.load("stringzilla")
        strings = [sz.Str(block) for block in blocks_of(work.text.data)]
        return lambda: [run(sz, string) for string in strings]

    zilla = work.call("StringZilla", f"utf8_wordbreaks, each word made and dropped, "
                      f"{STRINGS['blocks']}", lambda: make(exhaust), None)
    answer = Contender(zilla.name, zilla.form, zilla.time, lambda: b"".join(make(written)()))
    return [
        answer,
        work.program("words", "SplitWords: spans of the strings"),
        work.ours("rs.text.split_words: copies, with offsets",
                  lambda rs, x: rs.text.split_words(x), lambda x: tokens_written(x[0].to_list())),
        work.program("words", "BreakIterator over each", "ICU"),
        work.zilla("words", "sz_utf8_wordbreaks"),
    ]


STAGES = {
    "delete": (delete, "ASCII punctuation deleted"),
    "split": (split, "tokens between ASCII white space"),
    "nfkc": (nfkc, "Unicode normalization form NFKC"),
    "fold": (fold, "full case folding"),
    "words": (words, "words of UAX 29"),
}
# ICU's words are not those of UAX 29 alone: some scripts are cut by a dictionary.
TOLERANCE = {"words": 0.05}


def task_of(work: Work, stage: str) -> Task:
    contenders, title = STAGES[stage]
    kind = "" if work.strings == "lines" else f"_{work.strings}"
    return Task(f"text/{stage}{kind}", f"{title}, {STRINGS[work.strings]}", contenders(work),
                text=work.text.name, threads=work.threads, tolerance=TOLERANCE.get(stage, 0.0))


def tasks(setting: Setting) -> Iterator[Task]:
    english, languages = (setting.text(name).head(16_000_000) for name in ("english", "languages"))
    for stage in STAGES:
        yield task_of(Work(setting, english), stage)
    for stage in setting.pick(("nfkc", "fold", "words"), STAGES):
        yield task_of(Work(setting, languages), stage)
    for text in setting.pick((english,), (english, languages)):
        for strings in ("blocks", "whole"):
            for stage in ("split", "nfkc", "fold"):
                yield task_of(Work(setting, text, strings), stage)
        yield task_of(Work(setting, text, "blocks"), "words")
    for stage in setting.pick(("delete", "split"), ("delete", "split", "nfkc", "fold")):
        yield task_of(Work(setting, english, threads=0), stage)
