"""The files of a run: ids and labels as .npy, dealt out to shards."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

import numpy as np

from suite.sample_job.settings import LENGTH, SHARDS, WINDOW


def _name(folder: str, shard: int, what: str) -> str:
    return os.path.join(folder, f"train-{shard:05d}-of-{SHARDS:05d}.{what}.npy")


class Shards:
    """Writes examples as they come: example i into shard i mod SHARDS, as
    `rowsplit prepare --format npy` does. Holds nothing but the files' buffers."""

    def __init__(self, folder: str):
        os.makedirs(folder, exist_ok=True)
        self.folder = folder
        self.count = 0
        self.sizes = [0] * SHARDS
        self.files = {}
        for shard in range(SHARDS):
            for what in ("ids", "labels"):
                file = open(_name(folder, shard, what), "wb", buffering=1 << 20)
                self.files[shard, what] = file
                self._write_header(shard, what)

    def _write_header(self, shard: int, what: str) -> None:
        # NumPy leaves room in a header for more digits: both have one length.
        size = self.sizes[shard]
        shape = (size, LENGTH) if what == "ids" else (size,)
        file = self.files[shard, what]
        file.seek(0)
        np.lib.format.write_array_header_1_0(
            file, {"descr": "<i4", "fortran_order": False, "shape": shape})

    def add(self, ids: np.ndarray, labels: np.ndarray) -> None:
        """Rows of LENGTH ids, and the label of each."""
        for shard in range(SHARDS):
            first = (shard - self.count) % SHARDS
            rows = ids[first::SHARDS]
            self.files[shard, "ids"].write(np.ascontiguousarray(rows, "<i4"))
            self.files[shard, "labels"].write(np.ascontiguousarray(labels[first::SHARDS], "<i4"))
            self.sizes[shard] += len(rows)
        self.count += len(ids)

    def add_windows(self, windows: np.ndarray) -> None:
        """Rows of WINDOW ids, the last of which is the label."""
        self.add(windows[:, :LENGTH], windows[:, LENGTH])

    def add_rest(self, ids: np.ndarray) -> None:
        """The words behind the last whole window, padded with 0."""
        if len(ids):
            row = np.zeros((1, LENGTH), np.int32)
            row[0, :len(ids) - 1] = ids[:-1]
            self.add(row, ids[-1:])

    def close(self, vocabulary: Sequence[bytes]) -> None:
        """Ends the files; the words that have ids go into vocab.txt."""
        for (shard, what), file in self.files.items():
            self._write_header(shard, what)
            file.close()
        with open(os.path.join(self.folder, "vocab.txt"), "wb") as file:
            file.writelines(word + b"\n" for word in vocabulary)


def write_ids(folder: str, ids: np.ndarray, vocabulary: Sequence[bytes],
              shuffled: Callable[[np.ndarray], np.ndarray] | None) -> None:
    """All words' ids at once, cut into windows."""
    whole = len(ids) // WINDOW * WINDOW
    windows = ids[:whole].reshape(-1, WINDOW)
    shards = Shards(folder)
    shards.add_windows(windows if shuffled is None else shuffled(windows))
    shards.add_rest(ids[whole:])
    shards.close(vocabulary)


def read(folder: str) -> tuple[list[bytes], np.ndarray]:
    """The vocabulary and the examples of a run in their order: rows of LENGTH ids
    and the label."""
    parts = [np.column_stack([np.load(_name(folder, shard, "ids")),
                              np.load(_name(folder, shard, "labels"))])
             for shard in range(SHARDS)]
    examples = np.empty((sum(map(len, parts)), WINDOW), np.int32)
    for shard, part in enumerate(parts):
        examples[shard::SHARDS] = part
    with open(os.path.join(folder, "vocab.txt"), "rb") as file:
        return file.read().split(b"\n")[:-1], examples
