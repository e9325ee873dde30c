#!/usr/bin/env python3
"""Reads the files of a shard writer with TensorFlow's and NumPy's own readers.

    read_tfrecord.py WRITER     WRITER is the program rowsplit_oracle_shards

Needs TensorFlow. Run by hand; the C++ tests need neither.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import tensorflow as tf

NUM_EXAMPLES = 1000
NUM_SHARDS = 3


def expected(i):
    """What write_shards.cc makes of example i."""
    ids = [(i * 7 + k * 13) % 5000 for k in range(10)]
    return ids, i % 97, f"text {i} \u00e9", f"label {i % 97}"


def check_tfrecord(folder):
    spec = {
        "ids": tf.io.FixedLenFeature([10], tf.int64),
        "label": tf.io.FixedLenFeature([], tf.int64),
        "text": tf.io.FixedLenFeature([], tf.string),
        "label_text": tf.io.FixedLenFeature([], tf.string),
    }
    count = 0
    for shard in range(NUM_SHARDS):
        path = folder / f"train-{shard:05d}-of-{NUM_SHARDS:05d}.tfrecord"
        indices = tf.data.Dataset.range(NUM_EXAMPLES).shard(NUM_SHARDS, shard)
        records = list(tf.data.TFRecordDataset(str(path)))
        wanted = [int(i) for i in indices.as_numpy_iterator()]
        assert len(records) == len(wanted), (path, len(records), len(wanted))
        for i, record in zip(wanted, records):
            got = tf.io.parse_single_example(record, spec)
            ids, label, text, label_text = expected(i)
            assert got["ids"].numpy().tolist() == ids, (path, i)
            assert int(got["label"]) == label, (path, i)
            assert got["text"].numpy().decode() == text, (path, i)
            assert got["label_text"].numpy().decode() == label_text, (path, i)
            # The same bytes as TensorFlow's own message, parsed and compared.
            message = tf.train.Example.FromString(record.numpy())
            assert sorted(message.features.feature) == sorted(spec), (path, i)
            count += 1
    return count


def check_npy(folder):
    count = 0
    for shard in range(NUM_SHARDS):
        stem = f"train-{shard:05d}-of-{NUM_SHARDS:05d}"
        ids = np.load(folder / f"{stem}.ids.npy", mmap_mode="r")
        labels = np.load(folder / f"{stem}.labels.npy")
        wanted = [expected(i) for i in range(shard, NUM_EXAMPLES, NUM_SHARDS)]
        assert ids.dtype == np.int32 and ids.shape == (len(wanted), 10), ids.shape
        assert labels.shape == (len(wanted),), labels.shape
        assert ids.tolist() == [w[0] for w in wanted]
        assert labels.tolist() == [w[1] for w in wanted]
        count += len(wanted)
    return count


def check_lines(folder):
    count = 0
    for shard in range(NUM_SHARDS):
        stem = f"train-{shard:05d}-of-{NUM_SHARDS:05d}"
        wanted = [expected(i) for i in range(shard, NUM_EXAMPLES, NUM_SHARDS)]
        rows = (folder / f"{stem}.jsonl").read_text("utf-8").splitlines()
        texts = (folder / f"{stem}.txt").read_text("utf-8").splitlines()
        assert len(rows) == len(texts) == len(wanted)
        for (ids, label, text, label_text), row, line in zip(wanted, rows, texts):
            assert json.loads(row) == {
                "text": text, "label_text": label_text, "ids": ids, "label": label}
            assert line == " ".join(map(str, ids)) + f"\t{label}"
            count += 1
    return count


def main():
    writer = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([writer, folder, str(NUM_EXAMPLES), str(NUM_SHARDS)],
                       check=True)
        for check in (check_tfrecord, check_npy, check_lines):
            count = check(folder)
            assert count == NUM_EXAMPLES, (check.__name__, count)
            print(f"{check.__name__}: {count} examples equal")


if __name__ == "__main__":
    main()
