"""Text to ids, rows of columns and vocabularies: keras.layers.TextVectorization in
each mode, beside what gives the same.

All are given the vocabulary that plain Python learned, and are held to plain
Python's answer over the first lines of the text. Slow ones are timed over fewer
lines than the others, which is said.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from suite import plain
from suite.adapters import Adapt, adapt_ways
from suite.answers import difference, within
from suite.call import seconds_of
from suite.columns import count_ways, dense_ways, hash_ways
from suite.lines import Lines
from suite.setting import Setting
from suite.task import Contender, Task, in_unit
from suite.vectorizers import Model, Way, id_ways

# Bytes of text: what is compared, and what the fast and the slow ones are timed on.
COMPARED = 200_000
SIZES = {"quick": {"fast": 2_000_000, "slow": 300_000, "crawl": 30_000},
         "full": {"fast": 12_000_000, "slow": 1_500_000, "crawl": 100_000}}
# A vocabulary grows more slowly than its text: all learn from as much, but for one.
ADAPT_SIZES = {"quick": {"fast": 1_000_000, "slow": 1_000_000, "crawl": 30_000},
               "full": {"fast": 8_000_000, "slow": 8_000_000, "crawl": 100_000}}
# What may differ: a word with a letter that the peer lowers beyond ASCII.
TOLERANCE = 2e-3


@dataclass(frozen=True)
class Cell:
    """One task: `model` has the layer's arguments, `ways` gives its contenders."""

    name: str
    title: str
    model: dict
    ways: Callable[[Model], list[Way]]
    text: str = "english"
    quick: bool = True
    threads: tuple[int, ...] = (1,)
    equal: Callable | None = None
    judge: str = "plain Python"
    cannot: dict[str, str] = field(default_factory=dict)
    plain: bool = False  # whether it is also written by hand


NO_IDS = {"scikit-learn": "makes rows of columns, no ids in order"}
NO_LAYER = {"pyarrow": "has no rows of columns", "Hugging Face": "gives ids only"}
NO_SPARSE_TF_IDF = {"Keras": "raises an error for sparse tf_idf rows"}
NO_PADDING = {"pyarrow": "lists are not padded", "polars": "lists are not padded"}


def known_columns(got, expected) -> tuple[float, str]:
    """Of an answer (`kind`, value): some libraries have no column for the words
    that are not in the vocabulary."""
    kind, value = got
    one, other = value, expected[kind]
    close = within(1e-5, 1e-6)
    if not isinstance(one, tuple):
        return close(one, other)
    shapes = [(a.shape, b.shape) for a, b in zip(one, other)]
    if any(a != b for a, b in shapes):
        return 1.0, f"shapes {shapes}"
    *places, values = zip(one, other)
    return max([difference(a, b) for a, b in places] + [close(*values)])


def cells() -> Iterable[Cell]:
    ids = "text to ragged ids"
    yield Cell("int_ragged_100000", f"{ids}, at most 100,000 words", {"max_tokens": 100_000},
               id_ways, threads=(1, 0), cannot=NO_IDS, plain=True)
    yield Cell("int_ragged_5000", f"{ids}, 5,000 words", {"max_tokens": 5_000}, id_ways,
               cannot=NO_IDS, plain=True)
    yield Cell("int_dense", "text to dense ids, 256 a line, batches of 1024 lines",
               {"max_tokens": 100_000, "output_sequence_length": 256}, dense_ways,
               cannot={**NO_IDS, **NO_PADDING})
    for mode in ("multi_hot", "count", "tf_idf"):
        yield Cell(f"{mode}_dense", f"text to dense rows ({mode}), 5,000 words, "
                   "batches of 1024 lines", {"max_tokens": 5_000, "output_mode": mode},
                   dense_ways, quick=mode != "count", equal=known_columns,
                   cannot={**NO_LAYER, "polars": "has no matrix"})
    for mode in ("multi_hot", "count", "tf_idf"):
        yield Cell(f"{mode}_csr", f"text to sparse rows ({mode}), at most 100,000 words",
                   {"max_tokens": 100_000, "output_mode": mode, "sparse": True}, count_ways,
                   quick=mode != "multi_hot", threads=(1, 0) if mode == "count" else (1,),
                   equal=known_columns,
                   cannot=NO_LAYER if mode != "tf_idf" else {**NO_LAYER, **NO_SPARSE_TF_IDF})
    yield Cell("ngrams_int", f"{ids} of words and pairs of words, at most 100,000 of them",
               {"max_tokens": 100_000, "ngrams": 2}, id_ways,
               cannot={**NO_IDS, "pyarrow": "has no n-grams", "polars": "has no n-grams",
                       "Hugging Face": "has no n-grams of words"})
    yield Cell("ngrams_csr", "text to sparse counts of words and pairs of words, at most "
               "100,000",
               {"max_tokens": 100_000, "ngrams": 2, "output_mode": "count", "sparse": True},
               count_ways, quick=False, equal=known_columns,
               cannot={**NO_LAYER, "polars": "has no n-grams"})
    yield Cell("split_character", f"{ids} of characters", {"split": "character"}, id_ways,
               cannot=NO_IDS)
    yield Cell("split_unicode", f"{ids}, split at Unicode's white space",
               {"split": "unicode_whitespace", "standardize": None}, id_ways, text="languages",
               quick=False, cannot={**NO_IDS, "Keras": "splits at ASCII white space only"})
    for standardize in ("lower", "strip_punctuation", None):
        yield Cell(f"standardize_{standardize or 'none'}", f"{ids}, standardize={standardize}",
                   {"standardize": standardize}, id_ways, quick=standardize is None,
                   cannot=NO_IDS)
    yield Cell("hash", "text to ragged bins by Fingerprint64", {}, hash_ways,
               judge="TensorFlow", cannot={
        "scikit-learn": "HashingVectorizer hashes by MurmurHash3: other bins",
        "polars": "hashes by another function", "pyarrow": "has no hash of strings"})


def lines_of(setting: Setting) -> Callable[[str, int], Lines]:
    """The first bytes of a text, as Lines; the same ones each time."""
    return functools.cache(lambda name, size: Lines(setting, setting.text(name).head(size)))


def contender(way: Way, text: str, threads: int, lines: Callable,
              sizes: dict[str, int]) -> Contender:
    """The way as a contender: compared over the first lines, timed over more."""
    size = sizes[way.pace]
    check = functools.cache(lambda: way.make(lines(text, COMPARED), True))
    run = functools.cache(lambda: way.make(lines(text, size), False))

    def figure(_turn: int) -> float:
        call = run()
        return in_unit("MB/s", seconds_of(call, threads, 0.02), lines(text, size).size)

    note = f"timed over the first {size / 1e6:.3g} MB" if size != sizes["fast"] else ""
    return Contender(way.name, way.form, figure, lambda: way.answer(check()()), note=note)


def layer_task(setting: Setting, cell: Cell, threads: int, lines: Callable) -> Task:
    sizes = SIZES[setting.mode]
    learned = functools.partial(lines, cell.text, sizes["fast"])
    model = Model(setting, learned, threads=threads, **cell.model)
    ways = [way for way in cell.ways(model) if way.name not in cell.cannot]
    contenders = [contender(way, cell.text, threads, lines, sizes) for way in ways]
    contenders += [Contender(name, "", cannot=why) for name, why in cell.cannot.items()]
    if cell.plain:
        contenders.append(plain.vectorize(
            setting, lambda: model.vocabulary, lambda: lines(cell.text, sizes["fast"]).text,
            lambda: lines(cell.text, COMPARED).text, threads))
    return Task(f"vectorize/{cell.name}", cell.title, contenders, cell.text, threads,
                equal=cell.equal, tolerance=TOLERANCE, judge=cell.judge,
                expected=None if cell.judge == "TensorFlow" else
                lambda: model.expected(lines(cell.text, COMPARED)))


ADAPT = [
    ("adapt", "learn the words of a text, all of them", {}, (1, 0), True),
    ("adapt_5000", "learn the 5,000 most frequent words", {"max_tokens": 5_000}, (1,), False),
    ("adapt_tf_idf", "learn words and in how many lines they are",
     {"output_mode": "tf_idf"}, (1,), True),
    ("adapt_ngrams", "learn words and pairs of words", {"ngrams": 2}, (1,), False),
]


def adapt_task(setting: Setting, name: str, title: str, arguments: dict, threads: int,
               lines: Callable) -> Task:
    adapt = Adapt(setting, **arguments)
    ways, cannot = adapt_ways(adapt)
    sizes = ADAPT_SIZES[setting.mode]
    contenders = [contender(way, "english", threads, lines, sizes) for way in ways]
    contenders += [Contender(who, "", cannot=why) for who, why in cannot.items()]
    return Task(f"vectorize/{name}", title, contenders, "english", threads, tolerance=TOLERANCE,
                judge="plain Python", expected=lambda: adapt.expected(lines("english", COMPARED)))


def tasks(setting: Setting) -> Iterable[Task]:
    lines = lines_of(setting)
    for cell in cells():
        if cell.quick or setting.full:
            for threads in cell.threads:
                yield layer_task(setting, cell, threads, lines)
    for name, title, arguments, all_threads, quick in ADAPT:
        if quick or setting.full:
            for threads in all_threads:
                yield adapt_task(setting, name, title, arguments, threads, lines)
