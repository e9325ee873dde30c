"""MB/s against the length of a document: each op gets one string.

A document is the text over and over, cut to its length. Up to COMPARED bytes the
answers are compared; longer ones run the same code.
"""

from __future__ import annotations

import functools
import os
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from suite.call import call, program_call
from suite.program import close_all
from suite.sample_job.settings import PUNCTUATION
from suite.setting import Setting
from suite.task import Contender, Task
from suite.tasks.text import ZILLA, with_headers
from suite.tasks.tokenize import learned, tokens_of
from suite.texts import write_whole

COMPARED = 1_000_000
SIZES = {"quick": (1_000, 100_000, 10_000_000, 100_000_000),
         "full": (1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000)}
# The longest document that others than rowsplit get, but for those in C.
LONGEST = {"quick": 10_000_000, "full": 100_000_000}
# Those that do a few MB in a second get shorter ones.
SLOW_LONGEST = {"quick": 100_000, "full": 10_000_000}
SPACE = " \t\n\v\f\r"


def head_of_characters(data: bytes, size: int) -> bytes:
    """The first `size` bytes, or up to 3 fewer: no character is cut."""
    while size > 0 and size < len(data) and data[size] & 0xC0 == 0x80:
        size -= 1
    return data[:size]


@dataclass(frozen=True)
class Document:
    """One string of about `size` bytes of a text."""

    setting: Setting
    text: str
    size: int

    @functools.cached_property
    def data(self) -> bytes:
        whole = self.setting.text(self.text).data
        times = self.size // max(len(whole), 1) + 1
        return head_of_characters(whole * times, self.size)

    @functools.cached_property
    def string(self) -> str:
        return self.data.decode()

    def path(self) -> str:
        """A file of it."""
        source = os.path.basename(self.setting.text(self.text).path)
        path = os.path.join(self.setting.folder, "texts", f"{source}.document{self.size}")
        if not os.path.exists(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            write_whole(path, self.data)
        return path

    def call(self, name: str, form: str, make: Callable, answer: Callable, *,
             slow: bool = False, ours: bool = False) -> Contender:
        mode = self.setting.mode
        longest = SLOW_LONGEST[mode] if slow else LONGEST[mode]
        if self.size > longest and not ours:
            other = "" if self.setting.full else " without --full"
            return Contender(name, form, cannot=f"not measured above {longest:,} bytes{other}")
        return call(name, form, make, answer if self.size <= COMPARED else None,
                    amount=lambda: len(self.data))

    def ours(self, form: str, run: Callable, answer: Callable, name="rowsplit, from Python"):
        """`run(rs)` gives what is called of a StringTensor of one string."""
        def make():
            rs = self.setting.load("rowsplit")
            function, given = run(rs), rs.StringTensor([self.data])
            return lambda: function(given)
        return self.call(name, form, make, answer, ours=True)

    def program(self, task: str, form: str, name: str = "rowsplit") -> Contender:
        """rowsplit, or another, in C++."""
        def started():
            return self.setting.program("rowsplit_text_table", self.path(), "--strings", "whole",
                                        "--threads", "1")

        def later(method: str) -> Callable:
            return lambda *given: getattr(
                program_call(started(), task, form, name=name), method)(*given)

        made = Contender(name, form, later("time"),
                         later("answer") if self.size <= COMPARED else None)
        return with_headers(made, task, started) if name == ZILLA else made

    def tensorflow(self, form: str, run: Callable, answer: Callable) -> Contender:
        """`run(tf, tf_text)` gives what is called of a tensor of one string."""
        def make():
            tf = self.setting.load("tensorflow")
            function = tf.function(run(tf, self.setting.load("tensorflow_text")), autograph=False)
            given = tf.constant([self.data])
            return lambda: function(given)
        return self.call("TensorFlow", f"{form}, a tf.function", make, answer)

    def arrow(self, form: str, run: Callable, answer: Callable) -> Contender:
        def make():
            pa, pc = self.setting.load("pyarrow"), self.setting.load("pyarrow.compute")
            given = pa.array([self.string], pa.large_string())
            return lambda: run(pc, given)
        return self.call("pyarrow", form, make, answer)

    def polars(self, form: str, run: Callable) -> Contender:
        def make():
            given = self.setting.load("polars").Series([self.string])
            return lambda: run(given)
        return self.call("polars", form, make, lambda found: found[0].encode())

    def stringzilla(self, form: str, run: Callable, answer: Callable) -> Contender:
        def make():
            sz = self.setting.load("stringzilla")
            given = sz.Str(self.data)
            return lambda: run(sz, given)
        return self.call("StringZilla", form, make, answer)


def lines_of(tokens) -> bytes:
    """Tokens of one string, as rowsplit_text_table writes them."""
    return b"".join(token + b"\n" for token in tokens) + b"\n"


def split(on: Document) -> list[Contender]:
    return [
        on.call("Python", "bytes.split", lambda: lambda data=on.data: data.split(), lines_of),
        on.program("split", "SplitWhitespace: spans"),
        on.ours("rs.strings.split: copies", lambda rs: rs.strings.split,
                lambda rows: lines_of(rows.to_list()[0])),
        on.tensorflow("tf.strings.split", lambda tf, _: tf.strings.split,
                      lambda rows: lines_of(rows.to_list()[0])),
        on.arrow("ascii_split_whitespace", lambda pc, x: pc.ascii_split_whitespace(x),
                 lambda rows: lines_of(t.encode() for t in rows[0].as_py() if t)),
        on.stringzilla("split_byteset", lambda _, x: x.split_byteset(SPACE, skip_empty=True),
                       lambda tokens: lines_of(map(bytes, tokens))),
        on.program("split", "sz_utf8_whitespaces, from C; its spans stay in the cache", ZILLA)]


def nfkc(on: Document) -> list[Contender]:
    def first(strings) -> bytes:
        return bytes(strings.to_list()[0]) + b"\n"

    def hugging_face():
        step = on.setting.load("tokenizers.normalizers").NFKC()
        return lambda: step.normalize_str(on.string)

    return [
        on.call("Python", "unicodedata.normalize, of str",
                lambda: lambda: unicodedata.normalize("NFKC", on.string),
                lambda found: found.encode() + b"\n"),
        on.program("nfkc", "Normalize"),
        on.ours("rs.text.normalize_utf8", lambda rs: lambda x: rs.text.normalize_utf8(x, "NFKC"),
                first),
        on.tensorflow("tf_text.normalize_utf8", lambda _, tf_text: lambda x:
                      tf_text.normalize_utf8(x, "NFKC"), lambda x: x.numpy()[0] + b"\n"),
        on.arrow("utf8_normalize", lambda pc, x: pc.utf8_normalize(x, "NFKC"),
                 lambda x: x[0].as_py().encode() + b"\n"),
        on.stringzilla("utf8_norm", lambda sz, x: sz.utf8_norm(x, "NFKC"),
                       lambda x: bytes(x) + b"\n"),
        on.call("Hugging Face", "normalizers.NFKC", hugging_face,
                lambda found: found.encode() + b"\n", slow=True)]


def regex(on: Document) -> list[Contender]:
    def python():
        import re
        pattern = re.compile(PUNCTUATION.encode())
        return lambda: pattern.sub(b" ", on.data)

    return [
        on.call("Python", "re.sub", python, lambda found: found),
        on.ours("rs.strings.regex_replace",
                lambda rs: lambda x: rs.strings.regex_replace(x, PUNCTUATION, " "),
                lambda x: x.to_list()[0], "rowsplit"),
        on.tensorflow("tf.strings.regex_replace", lambda tf, _: lambda x:
                      tf.strings.regex_replace(x, PUNCTUATION, " "), lambda x: x.numpy()[0]),
        on.arrow("replace_substring_regex", lambda pc, x: pc.replace_substring_regex(
            x, PUNCTUATION, " "), lambda x: x[0].as_py().encode()),
        on.polars("str.replace_all", lambda x: x.str.replace_all(PUNCTUATION, " "))]


def wordpiece(on: Document) -> list[Contender]:
    setting = on.setting

    @functools.cache
    def path() -> str:
        return setting.tokenizer or learned(setting)

    def ours(rs):
        model = rs.Tokenizer.from_file(path())
        return lambda x: model.encode_batch(x, add_special_tokens=False, num_threads=1)

    def tensorflow(_, tf_text):
        return tf_text.FastBertTokenizer(tokens_of(path()),
                                         lower_case_nfd_strip_accents=True).tokenize

    def hugging_face():
        model = setting.load("tokenizers").Tokenizer.from_file(path())
        return lambda: model.encode_batch_fast([on.string], add_special_tokens=False)

    def tokie():
        model = setting.load("tokie").Tokenizer.from_json(path())
        return lambda: model.encode_batch([on.string], add_special_tokens=False)

    return [
        on.call("Hugging Face", "Tokenizer.encode_batch_fast", hugging_face,
                lambda rows: list(rows[0].ids), slow=True),
        on.ours("rs.Tokenizer.encode_batch", ours, lambda rows: rows.to_list()[0], "rowsplit"),
        on.tensorflow("tf_text.FastBertTokenizer", tensorflow, lambda rows: rows.to_list()[0]),
        on.call("tokie", "Tokenizer.encode_batch", tokie, lambda rows: list(rows[0].ids))]


OPS = {
    "split": (split, "english", "Tokens between ASCII white space"),
    "nfkc": (nfkc, "languages", "Unicode normalization form NFKC"),
    "regex": (regex, "english", "ASCII punctuation replaced by a regex of a class"),
    "wordpiece": (wordpiece, "english", "BERT's ids by WordPiece, the same text each turn"),
}
# TensorFlow strips accents that the others keep, of a few words.
TOLERANCE = {"wordpiece": 0.01}


def tasks(setting: Setting) -> Iterator[Task]:
    for op, (contenders, text, title) in OPS.items():
        for size in SIZES[setting.mode]:
            yield Task(f"curves/document_{op}", f"{title}, one string",
                       contenders(Document(setting, text, size)), text=text,
                       axis=("document bytes", size), tolerance=TOLERANCE.get(op, 0.0),
                       seconds=setting.pick(0.05, 0.3))
            # A program keeps its document.
            close_all()
