"""What every form of the job shares: the settings of data_samples/corpus.toml."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WINDOW = 11  # ten words and the one after them, which is the label
LENGTH = 10
MAX_TOKENS = 5000
SHARDS = 8
SHUFFLE = 1000
TITLE = r"_BOOK_TITLE_.*"
PUNCTUATION = r"""[!"#$%&()\*\+,-\./:;<=>?@\[\\\]^_`{|}~']"""


@dataclass(frozen=True)
class Work:
    """One run: the text, the folder for the files, the cores it may use, and
    whether examples are shuffled (not when answers are compared: every library
    has its own random numbers)."""

    text: str
    folder: str
    threads: int
    shuffle: bool = True


def most_frequent(tokens: Sequence[bytes], counts) -> list[int]:
    """The places of the tokens that get an id, in the order of Keras' adapt: by
    falling count, then by falling bytes; `counts` is an array.
    most_frequent([b"a", b"b", b"c"], array([1, 2, 1])) = [1, 2, 0]."""
    import numpy as np  # who lists tasks has no need of it

    most = MAX_TOKENS - 2
    least = np.partition(counts, -most)[-most] if len(counts) > most else 0
    kept = np.flatnonzero(counts >= least).tolist()
    kept.sort(key=lambda place: (counts[place], tokens[place]), reverse=True)
    return kept[:most]
