"""The main job in plain Python, one line after the other: what the command's
outputs are compared with."""

import collections
import dataclasses
import re
import string

PUNCTUATION = string.punctuation.encode("ascii")
REPLACE_PUNCTUATION = bytes.maketrans(PUNCTUATION, b" " * len(PUNCTUATION))
# The two cleaning steps of the sample job.
DROP_TITLES = re.compile(rb"_BOOK_TITLE_.*")


@dataclasses.dataclass
class Settings:
    clean: bool = True  # drop the titles, punctuation to spaces
    window: int = 11  # 0: every row is an example
    shift: int = 0  # 0: the window's size
    stride: int = 1
    drop_remainder: bool = False
    within_row: bool = False
    label: bool = True
    max_tokens: int = 5000
    min_count: int = 1
    sequence_length: int = 10  # 0: as long as they are
    standardize: str = "lower_and_strip_punctuation"


@dataclasses.dataclass
class Example:
    text: bytes
    label_text: bytes
    ids: list
    label: int


@dataclasses.dataclass
class Outcome:
    vocabulary: list  # with '' and '[UNK]'
    examples: list
    report: dict


def split_lines(content):
    """Lines end at LF, with one CR before it dropped."""
    lines = content.split(b"\n")
    if not lines[-1]:
        lines.pop()
        return [line[:-1] if line.endswith(b"\r") else line for line in lines]
    ended = [line[:-1] if line.endswith(b"\r") else line for line in lines[:-1]]
    return ended + lines[-1:]


def standardize(text, how):
    if "lower" in how:
        text = bytes(byte + 32 if 65 <= byte <= 90 else byte for byte in text)
    if "strip_punctuation" in how:
        text = text.translate(None, PUNCTUATION)
    return text


def clean(lines, settings):
    """The rows that are left, and how many were dropped."""
    if not settings.clean:
        return lines, 0
    kept = [line for line in lines if not DROP_TITLES.fullmatch(line)]
    return [line.translate(REPLACE_PUNCTUATION) for line in kept], len(lines) - len(kept)


def learn_vocabulary(rows, settings):
    """The vocabulary, and the counts that it was made from."""
    counts = collections.Counter()
    for row in rows:
        counts.update(standardize(row, settings.standardize).split())
    order = sorted(counts, key=lambda token: (counts[token], token), reverse=True)
    order = [token for token in order if counts[token] >= settings.min_count]
    if settings.max_tokens >= 0:
        order = order[:settings.max_tokens - 2]
    return [b"", b"[UNK]"] + order, counts


def cut_windows(words, settings):
    """(all windows, number of those left out for being short)"""
    reach = (settings.window - 1) * settings.stride + 1
    windows = [words[begin:begin + reach:settings.stride]
               for begin in range(0, len(words), settings.shift or settings.window)]
    if not settings.drop_remainder:
        return windows, 0
    whole = [window for window in windows if len(window) == settings.window]
    return whole, len(windows) - len(whole)


class Job:
    def __init__(self, rows, vocabulary, settings):
        self.settings = settings
        self.rows = rows
        self.ids = {token: number for number, token in enumerate(vocabulary) if number >= 2}

    def ids_of(self, text):
        return [self.ids.get(token, 1)
                for token in standardize(text, self.settings.standardize).split()]

    def padded_ids_of(self, text):
        ids = self.ids_of(text)
        length = self.settings.sequence_length
        return (ids + [0] * length)[:length] if length else ids

    def example(self, words):
        if not self.settings.label:
            text = b" ".join(words)
            return Example(text, b"", self.padded_ids_of(text), None)
        text = b" ".join(words[:-1])
        label = (self.ids_of(words[-1]) + [0])[0]
        return Example(text, words[-1], self.padded_ids_of(text), label)

    def examples(self):
        """(examples, short ones, windows left out, words in no window)"""
        if not self.settings.window:
            return [Example(row, b"", self.padded_ids_of(row), None) for row in self.rows], 0, 0, 0
        streams = [row.split() for row in self.rows]
        if not self.settings.within_row:
            streams = [[word for words in streams for word in words]]
        examples = []
        short = dropped = lost = 0
        for words in streams:
            windows, left_out = cut_windows(words, self.settings)
            examples += [self.example(window) for window in windows]
            short += sum(len(window) < self.settings.window for window in windows)
            dropped += left_out
            if self.settings.drop_remainder:
                step = self.settings.shift or self.settings.window
                covered = (len(windows) - 1) * step + self.settings.window if windows else 0
                lost += len(words) - covered
        return examples, short, dropped, lost


def prepare(lines, settings=Settings(), vocabulary=None):
    """`lines` are the rows of all inputs, in order."""
    rows, num_dropped = clean(lines, settings)
    learned, counts = learn_vocabulary(rows, settings)
    job = Job(rows, vocabulary or learned, settings)
    examples, short, dropped_windows, lost = job.examples()
    words = [word for row in rows for word in row.split()]
    ids = [job.ids_of(word) for word in words]
    unknown = sum(each == [1] for each in ids)
    empty = sum(each == [] for each in ids)
    report = {
        "rows": len(lines),
        "text_bytes": sum(map(len, lines)),
        "rows_dropped": num_dropped,
        "tokens": len(words),
        "types": len(counts),
        "num_ids": len(vocabulary or learned),
        "examples": len(examples),
        "short_examples": short,
        "dropped_windows": dropped_windows,
        "dropped_window_tokens": lost,
        "unknown_tokens": unknown,
        "empty_tokens": empty,
        "oov_share": unknown / (len(words) - empty) if len(words) > empty else 0,
    }
    return Outcome(vocabulary or learned, examples, report)
