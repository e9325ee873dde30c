#!/usr/bin/env python3
"""Compares `rowsplit prepare` with tf.data and Keras on the main job: every word of the
vocabulary, and every window, id and label.

    main_job.py COMMAND CORPUS     use tests/oracle/run, which finds both

CORPUS is a text file, one .gz of it, or a folder of .txt files. Exits with 1 at the
first difference.
"""

import glob
import gzip
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import keras
import numpy as np
import tensorflow as tf

ROOT = pathlib.Path(__file__).resolve().parents[2]
STORIES = ROOT / "data_samples" / "stories"

WINDOW = 11
LENGTH = 10
MAX_TOKENS = 5000
TITLE = r"_BOOK_TITLE_.*"
PUNCTUATION = r"""[!"#$%&()\*\+,-\./:;<=>?@\[\\\]^_`{|}~']"""
# Lines, windows or records at a time.
BATCH = 4096


class Difference(Exception):
    """The first place where the two differ."""


def check_equal(what, got, expected):
    if len(got) != len(expected):
        raise Difference(f"{what}: rowsplit has {len(got):,}, TensorFlow {len(expected):,}")
    got, expected = np.asarray(got), np.asarray(expected)
    if np.array_equal(got, expected):
        return
    different = got != expected
    row = int(np.argmax(different.reshape(len(got), -1).any(axis=1)))
    raise Difference(f"{what} {row}: rowsplit has {got[row]!r}, TensorFlow {expected[row]!r}")


# The job, as the talk has it, and in batches.


def cleaned_lines(files):
    """The lines of the talk, dropped and replaced one by one."""
    compression = "GZIP" if files[0].endswith(".gz") else None
    lines = tf.data.TextLineDataset(files, compression_type=compression)
    lines = lines.filter(lambda line: not tf.strings.regex_full_match(line, TITLE))
    return lines.map(lambda line: tf.strings.regex_replace(line, PUNCTUATION, " "))


def windows_one_by_one(files):
    """The talk's windows: unbatch, batch, join; (text, label) each."""
    words = cleaned_lines(files).map(tf.strings.split).unbatch()
    windows = words.batch(WINDOW)
    return windows.map(
        lambda window: (tf.strings.reduce_join(window[:-1], separator=" "), window[-1]))


def windows_in_batches(files):
    """The same windows, thousands at a time: (texts, labels) each."""
    words = cleaned_lines(files).batch(BATCH).map(
        lambda lines: tf.strings.split(lines).flat_values, num_parallel_calls=2)
    for batch in words.rebatch(WINDOW * BATCH):
        whole = len(batch) // WINDOW * WINDOW
        for part in (tf.reshape(batch[:whole], [-1, WINDOW]), batch[tf.newaxis, whole:]):
            if part.shape[1] > 0 and part.shape[0] > 0:
                yield tf.strings.reduce_join(part[:, :-1], axis=1, separator=" "), part[:, -1]


def adapted_layer(files):
    layer = keras.layers.TextVectorization(max_tokens=MAX_TOKENS, output_sequence_length=LENGTH)
    layer.adapt(cleaned_lines(files).batch(BATCH))
    return layer


class Expected:
    """What TensorFlow makes of a corpus."""

    def __init__(self, files):
        layer = adapted_layer(files)
        # Keras gives text; bytes that are no UTF-8 can't be in it.
        self.vocabulary = [token.encode() for token in layer.get_vocabulary()]
        texts, labels, ids, label_ids = [], [], [], []
        for text, label in windows_in_batches(files):
            texts += text.numpy().tolist()
            labels += label.numpy().tolist()
            ids.append(layer(text).numpy())
            label_ids.append(layer(label).numpy()[:, 0])
        self.texts, self.labels = texts, labels
        self.ids = np.concatenate(ids)
        self.label_ids = np.concatenate(label_ids)

    def __len__(self):
        return len(self.texts)


def prove_batches(stories):
    """On small corpora, the windows in batches are the talk's own; the last may be short."""
    count = short = 0
    for end in range(1, len(stories) + 1):
        files = stories[:end]
        single = list(windows_one_by_one(files).as_numpy_iterator())
        batched = [pair for texts, labels in windows_in_batches(files)
                   for pair in zip(texts.numpy().tolist(), labels.numpy().tolist())]
        if single != batched:
            raise Difference("the batched windows are not those of unbatch().batch(11)")
        count += len(single)
        short += len(single[-1][0].split()) < WINDOW - 1
    assert short > 0
    print(f"batched form = unbatch().batch({WINDOW}) on {count:,} windows, {short} of them short")


# rowsplit's side.


class Command:
    def __init__(self, path, folder):
        self.path = path
        self.folder = pathlib.Path(folder)
        self.config = self.folder / "job.toml"
        self.config.write_text(
            f"[[clean]]\ndrop_full_match = '{TITLE}'\n"
            f"[[clean]]\nreplace = '''{PUNCTUATION}'''\nwith = ' '\n"
            f"[window]\nsize = {WINDOW}\n[vocabulary]\nmax_tokens = {MAX_TOKENS}\n"
            f"[vectorize]\noutput_sequence_length = {LENGTH}\n", encoding="utf-8")

    def prepare(self, inputs, output_format):
        """Runs the job unshuffled into one shard; returns the folder."""
        output = self.folder / "out"
        shutil.rmtree(output, ignore_errors=True)
        given = [word for path in inputs for word in ("--input", path)]
        subprocess.run([self.path, "prepare", "--config", self.config, *given, "--output", output,
                        "--format", output_format, "--quiet"], check=True)
        return output


def check_vocabulary(folder, expected):
    tokens = (folder / "vocab.txt").read_bytes().split(b"\n")[:-1]
    check_equal("vocab.txt, line", np.array(tokens, object),
                np.array(expected.vocabulary[2:], object))
    report = json.loads((folder / "report.json").read_text("utf-8"))
    if report["num_ids"] != len(expected.vocabulary):
        raise Difference(f"num_ids: {report['num_ids']} and {len(expected.vocabulary)}")
    print(f"vocabulary: {len(tokens):,} tokens equal to Keras', in order")


def check_tfrecord(folder, expected, what="TFRecord"):
    """By TensorFlow's own reader and parser."""
    features = {"ids": tf.io.FixedLenFeature([LENGTH], tf.int64),
                "label": tf.io.FixedLenFeature([], tf.int64),
                "text": tf.io.FixedLenFeature([], tf.string),
                "label_text": tf.io.FixedLenFeature([], tf.string)}
    records = tf.data.TFRecordDataset(str(folder / "train-00000-of-00001.tfrecord"))
    parsed = {name: [] for name in features}
    for batch in records.batch(BATCH):
        for name, values in tf.io.parse_example(batch, features).items():
            parsed[name].append(values.numpy())
    parsed = {name: np.concatenate(values) for name, values in parsed.items()}
    check_equal("text of window", parsed["text"], np.array(expected.texts, object))
    check_equal("label text of window", parsed["label_text"], np.array(expected.labels, object))
    check_equal("ids of window", parsed["ids"], expected.ids)
    check_equal("label of window", parsed["label"], expected.label_ids)
    print(f"{what}: {len(expected):,} windows, {expected.ids.size:,} ids, "
          f"{len(expected):,} labels equal")


def check_npy(folder, expected):
    ids = np.load(folder / "train-00000-of-00001.ids.npy")
    labels = np.load(folder / "train-00000-of-00001.labels.npy")
    check_equal("npy ids of window", ids, expected.ids)
    check_equal("npy label of window", labels, expected.label_ids)
    print(f"NumPy: {ids.shape[0]:,} x {ids.shape[1]} ids as {ids.dtype}, "
          f"{len(labels):,} labels equal")


def check_jsonl(folder, expected):
    with open(folder / "train-00000-of-00001.jsonl", encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    texts = [each["text"].encode() for each in records]
    check_equal("jsonl text of window", np.array(texts, object), np.array(expected.texts, object))
    check_equal("jsonl ids of window", [each["ids"] for each in records], expected.ids)
    check_equal("jsonl label of window", [each["label"] for each in records], expected.label_ids)
    print(f"JSON Lines: {len(records):,} windows equal")


def check_streams(command, text, expected, folder):
    """The same text as several gzip members and several zstd frames."""
    cuts = [len(text) * part // 5 for part in range(6)]
    parts = [text[begin:end] for begin, end in zip(cuts, cuts[1:])]
    packed = folder / "members.txt.gz"
    packed.write_bytes(b"".join(gzip.compress(part, 1) for part in parts))
    check_tfrecord(command.prepare([packed], "tfrecord"), expected, "gzip of 5 members")
    if shutil.which("zstd") is None:
        print("zstd of 5 frames: left out, there is no zstd command")
        return
    packed = folder / "frames.txt.zst"
    packed.write_bytes(b"".join(
        subprocess.run(["zstd", "-q", "-c"], input=part, stdout=subprocess.PIPE, check=True).stdout
        for part in parts))
    check_tfrecord(command.prepare([packed], "tfrecord"), expected, "zstd of 5 frames")


def read_text(files):
    content = b""
    for path in files:
        with (gzip.open(path) if path.endswith(".gz") else open(path, "rb")) as file:
            content += file.read()
    return content


def warn_of_returns(text):
    lone = text.count(b"\r") - text.count(b"\r\n")
    if lone > 0:
        print(f"note: {lone:,} CR not before LF. tf.data.TextLineDataset drops every CR, rowsplit "
              "only the one before LF, so the two differ there by design.")


def find_files(corpus):
    if os.path.isdir(corpus):
        return sorted(glob.glob(os.path.join(glob.escape(corpus), "*.txt")))
    return [corpus]


def compare(command_path, corpus):
    files = find_files(corpus)
    if not files:
        raise Difference(f"no .txt files in {corpus}")
    prove_batches(find_files(str(STORIES)))
    text = read_text(files)
    warn_of_returns(text)
    begin = time.monotonic()
    expected = Expected(files)
    print(f"TensorFlow {tf.__version__}, Keras {keras.__version__}: {len(text):,} bytes, "
          f"{len(expected):,} windows in {time.monotonic() - begin:.1f} s")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        command = Command(command_path, folder)
        output = command.prepare(files, "tfrecord")
        check_vocabulary(output, expected)
        check_tfrecord(output, expected)
        check_npy(command.prepare(files, "npy"), expected)
        check_jsonl(command.prepare(files, "jsonl"), expected)
        check_streams(command, text, expected, folder)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        compare(sys.argv[1], sys.argv[2])
    except Difference as difference:
        sys.exit(f"DIFFERENT: {difference}")
    print("all equal")


if __name__ == "__main__":
    main()
