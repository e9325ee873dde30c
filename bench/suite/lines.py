"""The lines of a text in the form that each library takes, and plain Python's
account of their words, which the others' answers are held to."""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable

from suite.setting import Setting
from suite.texts import Text

# What Keras' "strip_punctuation" deletes, as RE2, Rust's regex and Python take it.
PUNCTUATION = r"""[!"#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~']"""
STRIPPED = bytes(b for b in range(128) if re.fullmatch(PUNCTUATION, chr(b)))
TO_LOWER = bytes.maketrans(bytes(range(65, 91)), bytes(range(97, 123)))
SPACE = re.compile(rb"[ \t\n\v\f\r]+")


class Lines:
    """The lines of one text; each form is made once, when it is asked for."""

    def __init__(self, setting: Setting, text: Text):
        self.load, self.text = setting.load, text

    @property
    def size(self) -> int:
        return self.text.size

    @property
    def raw(self) -> list[bytes]:
        return self.text.lines

    @property
    def strings(self) -> list[str]:
        return self.text.strings

    @functools.cached_property
    def arrow(self):
        arrow = self.load("pyarrow")
        return arrow.array(self.strings, arrow.large_string())

    @functools.cached_property
    def polars(self):
        """A lazy frame with the column `text`."""
        polars = self.load("polars")
        return polars.LazyFrame({"text": polars.Series(self.strings)})

    @functools.cached_property
    def tensor(self):
        return self.load("tensorflow").constant(self.raw)

    def batches(self, form, count: int) -> list:
        """Runs of `count` lines of a form that slices."""
        return [form[i:i + count] for i in range(0, len(self.raw), count)]


def lower(line: bytes) -> bytes:
    return line.translate(TO_LOWER)


def strip(line: bytes) -> bytes:
    return line.translate(None, STRIPPED)


def both(line: bytes) -> bytes:
    return line.translate(TO_LOWER, STRIPPED)


STANDARDIZE: dict[str | None, Callable[[bytes], bytes]] = {
    "lower_and_strip_punctuation": both, "lower": lower, "strip_punctuation": strip,
    None: lambda line: line}


def split_words(line: bytes) -> list[bytes]:
    return [word for word in SPACE.split(line) if word]


def split_characters(line: bytes) -> list[bytes]:
    return [character.encode() for character in line.decode()]


def ngrams(words: list[bytes], most: int) -> list[bytes]:
    """Those of 1 to `most` words, the short ones first."""
    return [b" ".join(words[i:i + width]) for width in range(1, most + 1)
            for i in range(len(words) - width + 1)]


def tokens_of(line: bytes, standardize: str | None = "lower_and_strip_punctuation",
              split: str | None = "whitespace", most: int = 1) -> list[bytes]:
    """The tokens that TextVectorization makes of a line."""
    cut = split_characters if split == "character" else split_words
    tokens = cut(STANDARDIZE[standardize](line))
    return tokens if most == 1 else ngrams(tokens, most)


def by_count(counts: Counter) -> list[bytes]:
    """The tokens by falling count, then by falling bytes, as Keras orders them."""
    order = sorted(counts.items(), key=lambda item: (item[1], item[0]), reverse=True)
    return [token for token, _ in order]


def count_tokens(rows: Iterable[list[bytes]]) -> Counter:
    return Counter(itertools.chain.from_iterable(rows))


def row_splits(lengths):
    """The lengths of rows as int64 row splits."""
    import numpy as np

    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
