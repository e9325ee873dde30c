"""The job by pyarrow and polars: columns of strings, all of the text at once."""

from __future__ import annotations

import numpy as np

from suite.sample_job.settings import PUNCTUATION, Work, most_frequent
from suite.sample_job.shards import write_ids


def _shuffled(windows: np.ndarray) -> np.ndarray:
    return np.random.default_rng(1).permutation(windows)


def _write(work: Work, tokens: list[bytes], places: np.ndarray) -> None:
    """`places` says which of the tokens each word is: what is left is to count
    them and to give the most frequent their ids."""
    counts = np.bincount(places, minlength=len(tokens))
    kept = most_frequent(tokens, counts)
    id_of = np.ones(len(tokens), np.int32)
    id_of[kept] = np.arange(2, 2 + len(kept))
    write_ids(work.folder, id_of[places], [tokens[place] for place in kept],
              _shuffled if work.shuffle else None)


def arrow(work: Work) -> None:
    """Kernels on one array of lines; words are encoded by a dictionary, so that
    each is hashed once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    pa.set_cpu_count(work.threads)
    text = pa.memory_map(work.text).read_buffer()
    ends = np.flatnonzero(np.frombuffer(text, np.uint8) == ord("\n")) + 1
    # A line keeps its end, which is white space.
    offsets = np.concatenate([[0], ends] if len(ends) and ends[-1] == len(text)
                             else [[0], ends, [len(text)]]).astype(np.int64)
    lines = pa.LargeStringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), text)
    lines = lines.filter(pc.invert(pc.starts_with(lines, "_BOOK_TITLE_")))
    bare = pc.ascii_lower(pc.replace_substring_regex(lines, PUNCTUATION, " "))
    words = pc.ascii_split_whitespace(bare).flatten()
    # Blanks at the ends of a line give empty words.
    words = words.filter(pc.not_equal(words, "")).dictionary_encode()
    tokens = [token.encode() for token in words.dictionary.to_pylist()]
    _write(work, tokens, np.asarray(words.indices))


def polars(work: Work) -> None:
    """One lazy frame of lines; words become numbers as a categorical column. Its
    lower case is Unicode's, not ASCII's."""
    import polars as pl

    with open(work.text, encoding="utf-8", errors="replace", newline="") as file:
        lines = pl.Series("text", [file.read()]).str.split("\n").explode().to_frame().lazy()
    bare = (pl.col("text").str.replace_all(PUNCTUATION, " ").str.to_lowercase()
            .str.extract_all(r"[^ \t\n\x0b\x0c\r]+"))
    words = (lines.filter(~pl.col("text").str.starts_with("_BOOK_TITLE_"))
             .select(word=bare).explode("word").drop_nulls().collect()["word"])
    coded = words.cast(pl.Categorical)
    different = coded.unique()
    numbers = different.to_physical().to_numpy()
    tokens = [b""] * (int(numbers.max()) + 1)
    for number, token in zip(numbers.tolist(), different.cast(pl.String).to_list()):
        tokens[number] = token.encode()
    _write(work, tokens, coded.to_physical().to_numpy())
