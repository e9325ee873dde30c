"""What the compiled classes leave to Python: NumPy arrays of rows, pickles."""

import numpy as np

from rowsplit import _core


def ragged_to_numpy(tensor):
    """The rows as one array: of objects (a row's array each) where their
    lengths differ, of the tensor's dtype where they are equal."""
    values = tensor.values
    if not isinstance(values, np.ndarray):
        values = values.numpy()
    rows = np.split(values, tensor.row_splits[1:-1]) if len(tensor) else []
    lengths = {len(row) for row in rows}
    if len(lengths) == 1:
        return np.array(rows)
    result = np.empty(len(rows), dtype=object)
    result[:] = rows
    return result if rows else np.empty([0], dtype=values.dtype)


def unpickle_ragged(flat_values, nested_row_splits):
    return _core.RaggedTensor.from_nested_row_splits(flat_values, nested_row_splits)


def unpickle_strings(offsets, data, shape):
    return _core.StringTensor.from_offsets(offsets, data, shape)


def unpickle_vocabulary(frozen):
    return _core.Vocabulary.from_bytes(frozen)


def unpickle_mapped_vocabulary(path, checksum, size):
    """Of the file that it was mapped from, unless that holds another one now."""
    vocabulary = _core.Vocabulary.open(path, checksum)
    if len(vocabulary) != size:
        raise ValueError(f"{path} had {size} tokens when the vocabulary was pickled, "
                         f"and has {len(vocabulary)}")
    return vocabulary


def unpickle_table(rows, row_format, width):
    return _core.EmbeddingTable.from_array(rows, row_format, width)


def unpickle_factorized_table(factor, projection):
    return _core.EmbeddingTable.factorized(factor, projection)


def unpickle_embedding(vocabulary, table, subwords, min_chars, max_chars):
    return _core.Embedding(vocabulary, table, subwords, min_chars, max_chars)
