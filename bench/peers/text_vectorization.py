"""Text to ids, sparse rows and vocabularies: rowsplit and its peers in one run.

    ROWSPLIT_BENCH_TEXT=english.txt ./run bench peers
    python bench/peers/text_vectorization.py [--only REGEX] [--turns N]

The text is cut into lines; each contender gets them in the form that it likes
best (Arrow, NumPy, list of str). Everything runs on one core. Before a peer is
timed, its answer is compared with plain Python's; it may differ in a few words
where the peer lowers more than ASCII letters, which is said. Contenders take
turns; a figure is the median of the turns, in GB of text for each second of
processor time, with the least and the most behind it. Slow peers get a part of
the lines. A peer that is not installed, that fails, or that gives another
answer is named and left out.
"""

from __future__ import annotations

import argparse
import collections
import os
import re
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
for name in ("OMP_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS"):
    os.environ[name] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import numpy as np  # noqa: E402  the threads come first


def load(name: str):
    """The module, or None with a word about why."""
    try:
        __import__(name)
        return sys.modules[name]
    except Exception as error:  # a peer may be missing or broken
        print(f"{name} is left out: {type(error).__name__}: {error}")
        return None


pa = load("pyarrow")
pc = load("pyarrow.compute")
pl = load("polars")
hf = load("tokenizers")
sk = load("sklearn.feature_extraction.text")
tf = load("tensorflow")
rs = load("rowsplit")
if tf is not None:
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)

PUNCTUATION = r"""[!"#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~']"""
TO_LOWER = bytes.maketrans(bytes(range(65, 91)), bytes(range(97, 123)))
STRIPPED = bytes(b for b in range(128) if re.fullmatch(PUNCTUATION, chr(b)))
SPACE = re.compile(rb"[ \t\n\v\f\r]+")


def words(line: str) -> list[bytes]:
    """The words of Keras' default standardize and split, in plain Python."""
    return [w for w in SPACE.split(line.encode().translate(TO_LOWER, STRIPPED)) if w]


class Text:
    """The lines in each form, their words, and a vocabulary."""

    def __init__(self, lines: list[str], max_tokens: int):
        self.lines = lines
        self.size = sum(len(line.encode()) for line in lines)
        self.max_tokens = max_tokens
        if pa is not None:
            self.arrow = pa.array(lines, pa.large_string())
        self.numpy = np.array(lines, dtype=object)
        if pl is not None:
            self.polars = pl.Series(lines)
        if tf is not None:
            self.tensor = tf.constant(lines)

    def part(self, share: int) -> "Text":
        """Every share-th line; the vocabulary is the same."""
        other = Text(self.lines[::share], self.max_tokens)
        other.vocabulary = self.vocabulary
        return other

    def learn(self) -> None:
        counts = collections.Counter(w for line in self.lines for w in words(line))
        order = sorted(counts.items(), key=lambda item: (item[1], item[0]), reverse=True)
        self.vocabulary = [w.decode() for w, _ in order[: self.max_tokens - 2]]

    def expected_ids(self, first: int) -> np.ndarray:
        ids = {w.encode(): first + i for i, w in enumerate(self.vocabulary)}
        return np.array([ids.get(w, first - 1) for line in self.lines for w in words(line)])

    def expected_counts(self) -> tuple[np.ndarray, np.ndarray]:
        """The columns of the lines in order, and their values."""
        ids = {w.encode(): 1 + i for i, w in enumerate(self.vocabulary)}
        columns, values = [], []
        for line in self.lines:
            counts = collections.Counter(ids.get(w, 0) for w in words(line))
            for column in sorted(counts):
                columns.append(column)
                values.append(counts[column])
        return np.array(columns), np.array(values)


@dataclass
class Call:
    """A contender: `run` gives an answer, `flat` makes NumPy arrays of it."""

    run: Callable
    flat: Callable
    share: int = 1  # it gets every share-th line


@dataclass
class Case:
    name: str
    make: Callable  # Text -> {contender: Call}
    expected: Callable  # Text -> what `flat` must give
    max_tokens: int = 100_000
    shares: dict[str, int] = field(default_factory=dict)


def arrow_words(text: Text):
    lower = pc.ascii_lower(text.arrow)
    bare = pc.replace_substring_regex(lower, PUNCTUATION, "")
    return pc.ascii_split_whitespace(pc.ascii_trim_whitespace(bare)).flatten()


def arrow_ids(text: Text) -> Call:
    keys = pa.array(["", *text.vocabulary], pa.large_string())

    def run():
        return pc.fill_null(pc.add(pc.index_in(arrow_words(text), value_set=keys), 1), 1)

    # An empty line is one empty word for Arrow; it is dropped here, not timed.
    def flat(ids):
        ids = np.asarray(ids)
        empty = np.asarray(pc.equal(arrow_words(text), ""))
        return (ids[~empty],)

    return Call(run, flat)


def polars_words(text: Text):
    frame = pl.LazyFrame({"text": text.polars})
    bare = pl.col("text").str.to_lowercase().str.replace_all(PUNCTUATION, "")
    found = bare.str.extract_all(r"[^ \t\n\x0b\x0c\r]+").alias("word")
    return frame.select(found).explode("word")


def polars_ids(text: Text) -> Call:
    keys = pl.LazyFrame(
        {
            "word": text.vocabulary,
            "id": np.arange(2, 2 + len(text.vocabulary)),
        }
    )

    def run():
        joined = polars_words(text).join(keys, on="word", how="left", maintain_order="left")
        return joined.collect()

    def flat(frame):
        frame = frame.filter(pl.col("word").is_not_null())
        return (frame["id"].fill_null(1).to_numpy(),)

    return Call(run, flat)


def tensorflow_words(tensor):
    lower = tf.strings.lower(tensor)
    return tf.strings.split(tf.strings.regex_replace(lower, PUNCTUATION, ""))


def tensorflow_ids(text: Text) -> Call:
    table = tf.lookup.StaticHashTable(
        tf.lookup.KeyValueTensorInitializer(
            text.vocabulary, np.arange(2, 2 + len(text.vocabulary))
        ),
        1,
    )

    @tf.function
    def ids(tensor):
        split = tensorflow_words(tensor)
        return split.with_flat_values(table.lookup(split.flat_values))

    return Call(lambda: ids(text.tensor), lambda ragged: (ragged.flat_values.numpy(),))


def keras_layer(text: Text, **arguments):
    return tf.keras.layers.TextVectorization(
        max_tokens=text.max_tokens, vocabulary=text.vocabulary, **arguments
    )


def keras_ids(text: Text) -> Call:
    layer = tf.function(keras_layer(text, ragged=True))
    return Call(lambda: layer(text.tensor), lambda ragged: (ragged.flat_values.numpy(),))


def word_level(text: Text):
    ids = {"[PAD]": 0, "[UNK]": 1}
    ids.update((w, i) for i, w in enumerate(text.vocabulary, 2))
    tokenizer = hf.Tokenizer(hf.models.WordLevel(ids, unk_token="[UNK]"))
    tokenizer.normalizer = hf.normalizers.Sequence(
        [
            hf.normalizers.Lowercase(),
            hf.normalizers.Replace(hf.Regex(PUNCTUATION), ""),
        ]
    )
    tokenizer.pre_tokenizer = hf.pre_tokenizers.WhitespaceSplit()
    return tokenizer


def hf_ids(text: Text) -> Call:
    tokenizer = word_level(text)
    return Call(
        lambda: tokenizer.encode_batch(text.lines, add_special_tokens=False),
        lambda encodings: (np.concatenate([np.array(e.ids, dtype=int) for e in encodings]),),
    )


def ours_ids(text: Text) -> Call:
    layer = rs.TextVectorization(
        max_tokens=text.max_tokens, vocabulary=text.vocabulary, ragged=True
    )
    return Call(lambda: layer(text.arrow), lambda ragged: (np.asarray(ragged.flat_values),))


def sklearn_counter(text: Text, vocabulary: list[str] | None):
    strip = str.maketrans("", "", STRIPPED.decode())
    return sk.CountVectorizer(
        vocabulary=vocabulary,
        max_features=None if vocabulary else text.max_tokens - 2,
        preprocessor=lambda line: line.lower().translate(strip),
        token_pattern=None,
        tokenizer=str.split,
    )


def sklearn_counts(text: Text) -> Call:
    counter = sklearn_counter(text, text.vocabulary)

    # It has no column for other words, so those of the others are not compared.
    def flat(csr):
        csr.sort_indices()
        return csr.indices + 1, csr.data

    return Call(lambda: counter.transform(text.lines), flat)


def ours_counts(text: Text) -> Call:
    layer = rs.TextVectorization(
        max_tokens=text.max_tokens,
        vocabulary=text.vocabulary,
        output_mode="count",
        sparse=True,
    )

    def flat(csr):
        csr = csr[:, 1:]
        csr.sort_indices()
        return csr.indices + 1, csr.data

    return Call(lambda: layer(text.arrow), flat)


def known_counts(text: Text) -> tuple[np.ndarray, np.ndarray]:
    columns, values = text.expected_counts()
    return columns[columns > 0], values[columns > 0]


def pairs(counts: dict) -> tuple[np.ndarray]:
    """A number for the whole vocabulary, in any order."""
    return (np.array(sorted(counts.values()), dtype=np.int64),)


def arrow_adapt(text: Text) -> Call:
    def flat(counts):
        names, numbers = counts.field(0).to_pylist(), counts.field(1).to_pylist()
        return pairs({w: n for w, n in zip(names, numbers) if w})

    return Call(lambda: pc.value_counts(arrow_words(text)), flat)


def polars_adapt(text: Text) -> Call:
    def flat(frame):
        return pairs({w: n for w, n in frame.iter_rows() if w})

    return Call(lambda: polars_words(text).group_by("word").len().collect(), flat)


def keras_adapt(text: Text) -> Call:
    def run():
        layer = tf.keras.layers.TextVectorization()
        layer.adapt(text.tensor)
        return layer

    return Call(run, lambda layer: (np.array([layer.vocabulary_size() - 2]),))


def sklearn_adapt(text: Text) -> Call:
    counter = sklearn_counter(text, None)
    counter.max_features = None
    return Call(
        lambda: counter.fit(text.lines),
        lambda fitted: (np.array([len(fitted.vocabulary_)]),),
    )


def ours_adapt(text: Text) -> Call:
    def run():
        layer = rs.TextVectorization()
        layer.adapt(text.arrow)
        return layer

    return Call(run, lambda layer: (np.array([layer.vocabulary_size() - 2]),))


def count_words(text: Text) -> dict:
    return collections.Counter(w for line in text.lines for w in words(line))


def expected_adapt(text: Text) -> tuple[np.ndarray]:
    return pairs(count_words(text))


CASES = [
    Case(
        "int, ragged, vocabulary 100,000",
        lambda text: {
            "rowsplit": (rs, ours_ids),
            "pyarrow": (pa, arrow_ids),
            "polars": (pl, polars_ids),
            "tensorflow": (tf, tensorflow_ids),
            "keras": (tf, keras_ids),
            "HF WordLevel": (hf, hf_ids),
        },
        lambda text: (text.expected_ids(2),),
        shares={"HF WordLevel": 10},
    ),
    Case(
        "int, ragged, vocabulary 5,000",
        lambda text: {
            "rowsplit": (rs, ours_ids),
            "pyarrow": (pa, arrow_ids),
            "polars": (pl, polars_ids),
            "tensorflow": (tf, tensorflow_ids),
        },
        lambda text: (text.expected_ids(2),),
        max_tokens=5_000,
    ),
    Case(
        "count, CSR, vocabulary 100,000",
        lambda text: {
            "rowsplit": (rs, ours_counts),
            "scikit-learn": (sk, sklearn_counts),
        },
        known_counts,
        shares={"scikit-learn": 5},
    ),
    Case(
        "adapt",
        lambda text: {
            "rowsplit": (rs, ours_adapt),
            "pyarrow": (pa, arrow_adapt),
            "polars": (pl, polars_adapt),
            "keras": (tf, keras_adapt),
            "scikit-learn": (sk, sklearn_adapt),
        },
        expected_adapt,
        shares={"keras": 5, "scikit-learn": 5},
    ),
]


MOST_DIFFERING = 1e-3


def difference(answer: tuple, expected: tuple) -> tuple[str, bool]:
    """What differs, and whether that rules the answer out."""
    if len(answer) == 1 and len(answer[0]) == 1 and len(expected[0]) > 1:
        # adapt may give the number of words only.
        expected = (np.array([len(expected[0])]),)
    size = sum(len(array) for array in expected)
    if size != sum(len(array) for array in answer):
        most = max(1, MOST_DIFFERING * size)
        apart = abs(size - sum(len(array) for array in answer))
        return f"{apart:,} values more or less than {size:,}", apart > most
    differing = sum(int((one != other).sum()) for one, other in zip(answer, expected))
    if not differing:
        return "", False
    return f"{differing:,} of {size:,} values differ", differing > MOST_DIFFERING * size


def seconds(run: Callable) -> float:
    begin = time.process_time()
    run()
    return time.process_time() - begin


def measure(case: Case, text: Text, turns: int) -> None:
    print(f"\n{case.name}")
    calls = {}
    for who, (module, make) in case.make(text).items():
        if module is None:
            continue
        share = case.shares.get(who, 1)
        part = text if share == 1 else text.part(share)
        try:
            call = make(part)
            note, wrong = difference(call.flat(call.run()), case.expected(part))
        except Exception as error:  # whatever a peer raises, the others go on
            note, wrong = f"{type(error).__name__}: {str(error).splitlines()[0][:90]}", True
        if wrong:
            print(f"  {who:14} left out: {note}")
            continue
        notes = [f"every {share}th line"] * (share > 1) + [note] * bool(note)
        calls[who] = (call.run, part.size, "; ".join(notes))
    times: dict[str, list[float]] = {who: [] for who in calls}
    for _ in range(turns):
        for who, (run, _, _) in calls.items():
            repeats = 3 if who == "rowsplit" else 1
            times[who] += [seconds(run) for _ in range(repeats)]
    for who, all_times in times.items():
        _, size, note = calls[who]
        speeds = sorted(size / t / 1e9 for t in all_times)
        middle = statistics.median(speeds)
        print(f"  {who:14} {middle:7.4f} GB/s   ({speeds[0]:.4f} - {speeds[-1]:.4f})  {note}")


def generated(num_lines: int) -> list[str]:
    random = np.random.default_rng(1)
    ranks = (50_000 ** random.random(num_lines * 17)).astype(int)
    return [
        " ".join(f"W{rank:x}," if rank % 7 == 0 else f"w{rank:x}" for rank in line)
        for line in ranks.reshape(num_lines, 17)
    ]


def read_lines() -> list[str]:
    path = os.environ.get("ROWSPLIT_BENCH_TEXT")
    if path is None:
        return generated(50_000)
    with open(path, encoding="utf-8", newline="\n") as file:
        return file.read().split("\n")[:-1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="the cases whose name it matches")
    parser.add_argument("--turns", type=int, default=5)
    arguments = parser.parse_args()
    modules = [np, pa, pl, tf, hf, sys.modules.get("sklearn"), rs]
    print(", ".join(f"{m.__name__} {m.__version__}" for m in modules if m is not None))
    lines = read_lines()
    for case in CASES:
        if re.search(arguments.only, case.name):
            text = Text(lines, case.max_tokens)
            text.learn()
            measure(case, text, arguments.turns)
    return 0


if __name__ == "__main__":
    sys.exit(main())
