"""Ragged tensors for NLP: rows of different lengths, without padding.

A ragged tensor is flat values and row splits. The functions have the names and
the arguments of TensorFlow's and give the same answers; dense tensors are NumPy
arrays, dense strings a StringTensor.

>>> import rowsplit
>>> words = rowsplit.constant([[1, 2], [], [3]])
>>> words.row_splits
array([0, 2, 2, 3], dtype=int64)
"""

from rowsplit import _core, normalizers, strings, text
from rowsplit._core import *  # noqa: F403
from rowsplit._core import __version__
from rowsplit._embedding import AlignedEmbedding, AlignReport, LoadFault, LoadReport
from rowsplit._lookup import Hashing, IntegerLookup, StringLookup
from rowsplit._map_flat_values import map_flat_values
from rowsplit._sparse import IndexedSlices, SparseTensor
from rowsplit._tables import (
    KeyValueTensorInitializer,
    StaticHashTable,
    StaticVocabularyTable,
    TextFileIndex,
    TextFileInitializer,
)
from rowsplit._text_embedding import TextEmbedding
from rowsplit._text_vectorization import TextVectorization

__all__ = [name for name in dir(_core) if not name.startswith("_")]
__all__ += ["Hashing", "IntegerLookup", "KeyValueTensorInitializer", "StaticHashTable",
            "StaticVocabularyTable", "StringLookup", "TextFileIndex",
            "TextFileInitializer"]
__all__ += ["AlignReport", "AlignedEmbedding", "LoadFault", "LoadReport"]
__all__ += ["IndexedSlices", "SparseTensor", "TextEmbedding", "TextVectorization", "__version__",
            "map_flat_values", "normalizers", "strings", "text"]
