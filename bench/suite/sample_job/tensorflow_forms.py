"""The job by tf.data and Keras: element by element, as tutorials write it, and
over batches. Every form gives the same examples in the same order."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from suite.sample_job.settings import (LENGTH, MAX_TOKENS, PUNCTUATION, SHUFFLE, TITLE, WINDOW,
                                       Work, most_frequent)
from suite.sample_job.shards import Shards

# What tutorials take for adapt and for batches of examples.
BATCH = 1024
# Bytes at a time where a form goes by blocks: so many words that counting them
# stays in the cache.
BLOCK = 1 << 19


def set_threads(threads: int) -> None:
    """Before TensorFlow does anything."""
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)


def _calls(work: Work):
    return tf.data.AUTOTUNE if work.threads > 1 else None


def _examples(work: Work):
    """Lines, filter, regex, split, unbatch, batch, shuffle: one at a time."""
    lines = tf.data.TextLineDataset(work.text)
    lines = lines.filter(lambda line: not tf.strings.regex_full_match(line, TITLE))
    lines = lines.map(lambda line: tf.strings.regex_replace(line, PUNCTUATION, " "),
                      num_parallel_calls=_calls(work))
    words = lines.map(tf.strings.split, num_parallel_calls=_calls(work)).unbatch()
    examples = words.batch(WINDOW).map(
        lambda window: (tf.strings.reduce_join(window[:-1], separator=" "), window[-1]),
        num_parallel_calls=_calls(work))
    if work.shuffle:
        examples = examples.shuffle(SHUFFLE, seed=1)
    layer = tf.keras.layers.TextVectorization(max_tokens=MAX_TOKENS,
                                              output_sequence_length=LENGTH)
    layer.adapt(lines.batch(BATCH))
    return examples, layer


def _write(work: Work, batches, layer) -> None:
    shards = Shards(work.folder)
    for ids, labels in batches.prefetch(tf.data.AUTOTUNE).as_numpy_iterator():
        shards.add(ids, labels)
    shards.close([word.encode() for word in layer.get_vocabulary()[2:]])


def as_written(work: Work) -> None:
    """The layer is mapped over single examples."""
    examples, layer = _examples(work)
    ids = examples.map(lambda text, label: (layer(text), layer(label)[0]),
                       num_parallel_calls=_calls(work))
    _write(work, ids.batch(BATCH), layer)


def as_written_batched(work: Work) -> None:
    """The same, but the layer is mapped over batches of examples."""
    examples, layer = _examples(work)
    ids = examples.batch(BATCH).map(lambda texts, labels: (layer(texts), layer(labels)[:, 0]),
                                    num_parallel_calls=_calls(work))
    _write(work, ids, layer)


def _blocks(path: str):
    """The text in blocks of whole lines."""
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            yield block + file.readline()


def _words(block):
    """The words of a block, as they are looked up: each op sees one long string, and
    one pass of a regex takes titles and punctuation."""
    bare = tf.strings.regex_replace(block, f"(?m)^{TITLE}$|{PUNCTUATION}", " ")
    return tf.strings.split(tf.strings.lower(bare))


def _learn(words) -> list[bytes]:
    """The words that get ids, the most frequent first."""
    table = tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, 0)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def count(batch):
        found, _, counts = tf.unique_with_counts(batch, tf.int64)
        table.insert(found, counts + table.lookup(found))

    for batch in words.prefetch(tf.data.AUTOTUNE):
        count(batch)
    tokens, counts = (array.numpy() for array in table.export())
    return [tokens[place] for place in most_frequent(tokens, counts)]


def _table(vocabulary):
    return tf.lookup.StaticHashTable(
        tf.lookup.KeyValueTensorInitializer(
            tf.constant(vocabulary, tf.string),
            tf.range(2, 2 + len(vocabulary), dtype=tf.int64)), 1)


def _in_blocks(work: Work, keep_words: bool) -> None:
    words = tf.data.Dataset.from_generator(
        lambda: _blocks(work.text), output_signature=tf.TensorSpec([], tf.string)).map(
        _words, num_parallel_calls=_calls(work))
    if keep_words:
        words = words.cache()
    vocabulary = _learn(words)
    table = _table(vocabulary)
    shards, rest = Shards(work.folder), np.empty(0, np.int64)
    for batch in words.map(table.lookup, num_parallel_calls=_calls(work)).prefetch(
            tf.data.AUTOTUNE).as_numpy_iterator():
        ids = np.concatenate([rest, batch])
        whole = len(ids) // WINDOW * WINDOW
        windows, rest = ids[:whole].reshape(-1, WINDOW), ids[whole:]
        shards.add_windows(tf.random.shuffle(windows, seed=1).numpy() if work.shuffle else windows)
    shards.add_rest(rest)
    shards.close(vocabulary)


def vectorised(work: Work) -> None:
    """Two passes over blocks of lines, in bounded memory: words are counted by
    unique_with_counts, then looked up in a StaticHashTable; windows are a reshape."""
    _in_blocks(work, keep_words=False)


def vectorised_cached(work: Work) -> None:
    """The same in one pass: the words stay in memory until they are looked up."""
    _in_blocks(work, keep_words=True)
