"""The job in plain Python: slow, obvious, and what the others are held to."""

from __future__ import annotations

import array
import re
from collections import Counter
from collections.abc import Iterator

import numpy as np

from suite.sample_job.settings import (LENGTH, PUNCTUATION, TITLE, WINDOW, most_frequent)

_TITLE = re.compile(TITLE.encode())
_PUNCTUATION = re.compile(PUNCTUATION.encode())
_SPACES = bytes(ord(" ") if _PUNCTUATION.fullmatch(bytes([byte])) else byte for byte in range(256))


def _words(path: str) -> Iterator[list[bytes]]:
    """The words of each line, as they are looked up."""
    with open(path, "rb") as file:
        for line in file:
            if not _TITLE.fullmatch(line.rstrip(b"\n")):
                yield line.translate(_SPACES).lower().split()


def plain(path: str) -> tuple[list[bytes], np.ndarray]:
    """The vocabulary and the examples of a text, as shards.read gives them."""
    counts: Counter = Counter()
    for words in _words(path):
        counts.update(words)
    tokens = list(counts)
    vocabulary = [tokens[place] for place in
                  most_frequent(tokens, np.fromiter(counts.values(), np.int64))]
    id_of = {word: number for number, word in enumerate(vocabulary, 2)}
    ids = array.array("i")
    for words in _words(path):
        ids.extend([id_of.get(word, 1) for word in words])
    rest = len(ids) % WINDOW
    if rest:  # the last window is short: its last word is the label
        label = ids.pop()
        ids.extend([0] * (LENGTH - rest + 1))
        ids.append(label)
    return vocabulary, np.frombuffer(ids, np.int32).reshape(-1, WINDOW)
