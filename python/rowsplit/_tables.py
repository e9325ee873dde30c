"""tf.lookup's static tables over the compiled ones."""

import os

import numpy as np

from rowsplit import _core


class TextFileIndex:
    """What of a line is a key or a value, where it is no column."""

    WHOLE_LINE = -2
    LINE_NUMBER = -1


class KeyValueTensorInitializer:
    """Keys and values as tensors: tf.lookup.KeyValueTensorInitializer."""

    def __init__(self, keys, values, key_dtype=None, value_dtype=None, name=None):
        del name
        self.keys = _as_dtype(keys, key_dtype)
        self.values = _as_dtype(values, value_dtype)

    def _table(self, default_value):
        return _core._StaticHashTable(self.keys, self.values, default_value)


class TextFileInitializer:
    """Keys and values of a text file: tf.lookup.TextFileInitializer."""

    def __init__(self, filename, key_dtype, key_index, value_dtype, value_index,
                 vocab_size=None, delimiter="\t", name=None, value_index_offset=0):
        del name
        self._arguments = (os.fspath(filename), key_dtype, key_index, value_dtype,
                           value_index, vocab_size, delimiter, value_index_offset)

    def _table(self, default_value):
        return _core._StaticHashTable.from_file(*self._arguments, default_value)


def _as_dtype(values, dtype):
    if dtype is None or dtype in ("string", str, bytes):
        return values
    return np.asarray(values, dtype=dtype)


class StaticHashTable:
    """A map from strings or integers to strings or numbers:
    tf.lookup.StaticHashTable.

    >>> keys = rs.KeyValueTensorInitializer(["a", "b"], [10, 20])
    >>> table = rs.StaticHashTable(keys, default_value=-1)
    >>> table.lookup(["b", "x"])
    array([20, -1], dtype=int32)
    """

    def __init__(self, initializer, default_value, name=None):
        self.name = name
        self._table = initializer._table(default_value)

    def lookup(self, keys):
        """The value of each key, the default value of others."""
        return self._table.lookup(keys)

    __getitem__ = lookup

    def size(self):
        """The number of keys that differ."""
        return self._table.size

    def export(self):
        """All keys and their values."""
        return self._table.keys, self._table.values

    def __reduce__(self):
        return _restore_table, (self._table.keys, self._table.values,
                                self._table.default_value, self.name)


def _restore_table(keys, values, default_value, name):
    return StaticHashTable(KeyValueTensorInitializer(keys, values), default_value, name)


class StaticVocabularyTable:
    """Keys to ids, and other keys to buckets after them, by their hash:
    tf.lookup.StaticVocabularyTable.

    >>> ids = rs.KeyValueTensorInitializer(["a", "b"], [0, 1], value_dtype="int64")
    >>> table = rs.StaticVocabularyTable(ids, num_oov_buckets=1)
    >>> table.lookup(["b", "x"])
    array([1, 2])
    """

    def __init__(self, initializer, num_oov_buckets, lookup_key_dtype=None, name=None):
        if num_oov_buckets <= 0:
            raise ValueError("`num_oov_buckets` must be > 0; use StaticHashTable.")
        self.name = name
        self._num_oov_buckets = num_oov_buckets
        if initializer is None:  # buckets only
            self._table = None
            return
        ids = initializer._table(np.int64(-1))
        is_text = isinstance(ids.keys, _core.StringTensor)
        if lookup_key_dtype is not None and is_text != (
                lookup_key_dtype in ("string", str, bytes)):
            raise TypeError("Invalid `key_dtype`: `lookup_key_dtype` must be of the kind of "
                            f"the keys, got {lookup_key_dtype}")
        dtype = getattr(ids.values, "dtype", None)
        if dtype != np.int64:
            raise TypeError("Invalid `value_dtype`, expected int64, but got "
                            f"{'string' if dtype is None else dtype}.")
        self._ids = ids
        self._table = _core._StaticVocabularyTable(ids, num_oov_buckets)

    def lookup(self, keys):
        """The id of each key."""
        if self._table is None:
            return _core._hashing(keys, self._num_oov_buckets, None, None, "int", None,
                                  False)
        return self._table.lookup(keys)

    __getitem__ = lookup

    def size(self):
        """Keys and buckets."""
        return self._num_oov_buckets if self._table is None else self._table.size

    def __reduce__(self):
        pairs = None if self._table is None else (self._ids.keys, self._ids.values)
        return _restore_vocabulary_table, (pairs, self._num_oov_buckets, self.name)


def _restore_vocabulary_table(pairs, num_oov_buckets, name):
    initializer = None if pairs is None else KeyValueTensorInitializer(*pairs)
    return StaticVocabularyTable(initializer, num_oov_buckets, name=name)
