"""Text to pooled vectors."""

import json
import os

from rowsplit import _core
from rowsplit._text_vectorization import TextVectorization, write_text


class TextEmbedding:
    """Text to one vector a text: a TextVectorization of int mode and the bag of
    the rows of a table that its ids name, in one pass without an array of ids.

    >>> layer = rs.TextVectorization(vocabulary=["the", "cat"])
    >>> table = np.float32([[0, 0], [1, 10], [2, 20], [3, 30]])
    >>> embedding = rs.TextEmbedding(layer, table)
    >>> embedding(["The CAT!", "a cat", ""]).tolist()
    [[2.5, 25.0], [2.0, 20.0], [0.0, 0.0]]

    The table is an EmbeddingTable, an Embedding, or a matrix as
    EmbeddingTable.from_array takes it; it is not copied. The other arguments are
    those of embedding_bag. Rows are cut to the layer's output_sequence_length
    and not padded. A layer that is adapted again later does not change this.
    """

    def __init__(self, layer, table, mode="mean", *, padding_idx=None,
                 out_of_range="error", out_of_range_row=0, max_norm=None,
                 empty_row=None):
        if not isinstance(layer, TextVectorization):
            raise TypeError("`layer` must be a rowsplit.TextVectorization. "
                            f"Received: {type(layer).__name__}")
        options = {
            "mode": mode,
            "padding_idx": padding_idx,
            "out_of_range": out_of_range,
            "out_of_range_row": out_of_range_row,
            "max_norm": max_norm,
            "empty_row": empty_row,
        }
        self._embedding = _core._TextEmbedding.make(
            layer._with_vocabulary(), table, json.dumps(options, default=int))

    def __call__(self, texts, num_threads=0):
        """A vector for each text: float32 of the texts' shape (of rank 0 or 1,
        or with a last dimension of 1, which is dropped) with one dimension
        more. With split=None of the layer, one for each innermost row."""
        return self._embedding.embed(texts, num_threads)

    embed = __call__

    @property
    def table(self):
        """The table, as an EmbeddingTable."""
        return self._embedding.table

    def explain(self):
        """The stages of the work, a line each."""
        return self._embedding.explain()

    def stage_by_stage(self):
        """The same without the fused pass, to compare and to measure it."""
        return self._of(self._embedding.stage_by_stage())

    def save(self, path):
        """Writes the layer and the options to a JSON file; the table, which may
        be large, is saved by itself."""
        write_text(path, self._embedding.to_json())

    @classmethod
    def load(cls, path, table):
        """What `save` wrote, with the table that it was saved for. Raises
        ValueError for a table of another shape or format."""
        with open(path, encoding="utf-8") as file:
            return cls._of(_core._TextEmbedding.from_json(
                file.read(), os.fspath(path), table))

    @classmethod
    def _of(cls, core):
        result = cls.__new__(cls)
        result._embedding = core
        return result

    def __reduce__(self):
        return _unpickle, (self._embedding.to_json(), self.table)


def _unpickle(text, table):
    return TextEmbedding._of(_core._TextEmbedding.from_json(text, "pickle", table))
