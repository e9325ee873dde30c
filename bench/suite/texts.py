"""The texts that are measured with: files of the user, or data_samples grown.

Grown text has the sample's own words as often as they stand in the sample, and
lines of as many words. A larger text has words that the sample has not: they get
as much of it as the sample's words that stand there once (Good and Turing's
estimate), with weights that fall as 1 / rank, and are made of the beginning of one
word of the sample and the end of another. Languages that set no blanks between
words are taken in pieces of a few characters. The same arguments give the same
bytes.
"""

from __future__ import annotations

import functools
import glob
import hashlib
import itertools
import os
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

SEED = 1
SAMPLES = {"english": "data_samples/stories/*.txt", "languages": "data_samples/languages/*.txt"}
# The most that new words may have of a text: a sample of one page is nearly all
# words that stand there once.
MOST_NEW = 0.2
NEW_WORDS = {"english": 100_000, "languages": 20_000}
PIECE = 3
# Longer runs without a blank are not words.
LONGEST_WORD = 30
UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
LINES_AT_ONCE = 1000


@dataclass(frozen=True)
class Text:
    """Lines of UTF-8 in a file; read when they are asked for."""

    name: str
    path: str
    source: str

    @property
    def size(self) -> int:
        return os.path.getsize(self.path)

    @functools.cached_property
    def data(self) -> bytes:
        with open(self.path, "rb") as file:
            return file.read()

    @functools.cached_property
    def lines(self) -> list[bytes]:
        """The lines without their ends."""
        return self.data.removesuffix(b"\n").split(b"\n")

    @functools.cached_property
    def strings(self) -> list[str]:
        return self.data.decode().removesuffix("\n").split("\n")

    def head(self, size: int) -> Text:
        """The whole lines of the first `size` bytes (at least one), in a file beside."""
        if size >= self.size:
            return self
        path = f"{self.path}.head{size}"
        if not os.path.exists(path):
            with open(self.path, "rb") as file:
                write_whole(path, whole_lines(file.read(size), file))
        return Text(self.name, path, f"{self.source}, the first {megabytes(size)}")

    def describe(self) -> dict:
        return {"bytes": self.size, "lines": self.data.removesuffix(b"\n").count(b"\n") + 1,
                "source": self.source}


def megabytes(size: int) -> str:
    return f"{size / 1e6:.3g} MB"


def whole_lines(data: bytes, file) -> bytes:
    """Without the line that was cut; a first line that is longer is read to its end."""
    end = data.rfind(b"\n")
    return data[: end + 1] if end >= 0 else data + file.readline()


def write_whole(path: str, data: bytes) -> None:
    with open(f"{path}.part", "wb") as file:
        file.write(data)
    os.replace(f"{path}.part", path)


def units_of(line: str) -> list[str]:
    """The words of a line, each with a blank behind it, or its pieces."""
    units = []
    for word in line.split():
        if not UNSPACED.search(word):
            if len(word) <= LONGEST_WORD:
                units.append(word + " ")
            continue
        piece = ""
        for character in word:
            if len(piece) >= PIECE and unicodedata.category(character)[0] != "M":
                units.append(piece)
                piece = ""
            piece += character
        units.append(piece)
    return units


def is_word(unit: str) -> bool:
    word = unit.rstrip()
    return len(word) >= 3 and all(unicodedata.category(c)[0] in "LM" for c in word)


def new_words(known: list[str], count: int, choose: random.Random) -> list[str]:
    """Words that are not known, of the beginnings and the ends of known ones."""
    parts = sorted(unit for unit in known if is_word(unit))
    found = dict.fromkeys(known)
    if len(parts) < 2:
        return []
    for _ in range(4 * count):
        one, other = choose.choice(parts), choose.choice(parts)
        begin, end = one.rstrip(), len(other.rstrip()) // 2
        found.setdefault(begin[: (len(begin) + 1) // 2] + other[end:])
        if len(found) == len(known) + count:
            break
    return list(found)[len(known):]


def grown_lines(sample: list[str], num_new: int, seed: str) -> Iterator[str]:
    """Lines without end, by the words and the line lengths of the sample."""
    choose = random.Random(seed)
    lines = [units_of(line) for line in sample]
    counts = Counter(itertools.chain.from_iterable(lines))
    known = sorted(counts, key=lambda unit: (-counts[unit], unit))
    new = new_words(known, num_new, choose)
    total = sum(counts.values())
    share = min(MOST_NEW, sum(n == 1 for n in counts.values()) / total) if new else 0.0
    falling = [1 / rank for rank in range(len(known) + 1, len(known) + len(new) + 1)]
    scale = share / sum(falling) if new else 0.0
    weights = [(1 - share) * counts[unit] / total for unit in known] + [w * scale for w in falling]
    sums, units = list(itertools.accumulate(weights)), known + new
    lengths = [len(line) for line in lines]
    while True:
        sizes = choose.choices(lengths, k=LINES_AT_ONCE)
        chosen = iter(choose.choices(units, cum_weights=sums, k=sum(sizes)))
        for size in sizes:
            yield "".join(itertools.islice(chosen, size)).rstrip()


def grown(name: str, samples: list[str], size: int, seed: int = SEED) -> bytes:
    """Whole lines of at most `size` bytes, each after the manner of one sample."""
    streams = [grown_lines(text.split("\n")[:-1], NEW_WORDS[name], f"{seed} {i}")
               for i, text in enumerate(samples)]
    choose, lines, length = random.Random(f"{seed} lines"), [], 0
    while True:
        line = next(choose.choice(streams)).encode()
        length += len(line) + 1
        if length > size:
            return b"\n".join(lines) + b"\n"
        lines.append(line)


def grow(name: str, size: int, folder: str) -> Text:
    """The sample of that name as a text of `size` bytes; made once."""
    samples = []
    for path in sorted(glob.glob(SAMPLES[name])):
        with open(path, encoding="utf-8", newline="\n") as file:
            samples.append(file.read())
    if name == "english":  # one language, one stream
        samples = ["".join(samples)]
    key = hashlib.sha256(repr((samples, size, SEED, MOST_NEW, NEW_WORDS, PIECE)).encode())
    path = os.path.join(folder, f"{name}-{key.hexdigest()[:12]}.txt")
    if not os.path.exists(path):
        os.makedirs(folder, exist_ok=True)
        write_whole(path, grown(name, samples, size))
    where = os.path.dirname(SAMPLES[name])
    return Text(name, path, f"{where} grown to {megabytes(size)}, seed {SEED}")


def given(name: str, path: str, size: int, folder: str) -> Text:
    """The whole lines of the first `size` bytes of a user's file, the last one ended. A
    ValueError says what is wrong with it."""
    with open(path, "rb") as file:
        data = file.read(size)
        whole = len(data) < size or not file.peek(1)
        data = data if whole else whole_lines(data, file)
    try:
        blank = not data.decode().strip()
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is no UTF-8: {error}") from error
    if blank:
        raise ValueError(f"{path} has no words")
    data = data if data.endswith(b"\n") else data + b"\n"
    key = hashlib.sha256(data).hexdigest()[:12]
    copy = os.path.join(folder, f"{name}-{key}.txt")
    if not os.path.exists(copy):
        os.makedirs(folder, exist_ok=True)
        write_whole(copy, data)
    part = "" if whole else f", the first {megabytes(len(data))}"
    return Text(name, copy, os.path.basename(path) + part)
