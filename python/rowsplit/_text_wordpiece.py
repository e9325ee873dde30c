"""TF Text's tokenizers into the subwords of a vocabulary, under its names."""

import os

import numpy as np

from rowsplit import _core
from rowsplit._tables import (
    StaticHashTable,
    StaticVocabularyTable,
    TextFileIndex,
    TextFileInitializer,
)

_FORMS = ("NFC", "NFD", "NFKC", "NFKD")


def _to_bytes(text):
    return text if isinstance(text, bytes) else str(text).encode("utf-8", "surrogateescape")


def _out_type(token_out_type):
    """'string', 'int32' or 'int64'."""
    if token_out_type in ("string", str, bytes):
        return "string"
    name = getattr(token_out_type, "name", None) or np.dtype(token_out_type).name
    if name not in ("string", "int32", "int64"):
        raise TypeError(f"token_out_type must be string, int32 or int64, got {token_out_type!r}")
    return name


def _as_rows(ids):
    """Ids under ragged dimensions alone."""
    if isinstance(ids, _core.RaggedTensor):
        return ids
    ids = np.asarray(ids)
    if ids.dtype.kind not in "iu" and ids.size:
        raise TypeError(f"token ids must be integers, got {ids.dtype}")
    ids = ids.astype(np.int32 if ids.dtype == np.int32 else np.int64)
    if ids.ndim < 2:
        raise ValueError(f"token ids must have rank 2 or more, got rank {ids.ndim}")
    return _core.RaggedTensor.from_tensor(ids, ragged_rank=ids.ndim - 1)


class _Tokenizer:
    """What the tokenizers share."""

    def tokenize(self, input):
        """The subwords alone, one dimension more than the input."""
        return self.tokenize_with_offsets(input)[0]

    def split(self, input):
        return self.tokenize(input)

    def split_with_offsets(self, input):
        return self.tokenize_with_offsets(input)

    def _give(self, parts):
        subwords, starts, ends = parts
        if self._token_out_type == "int32":
            subwords = _core.cast(subwords, "int32")
        return subwords, starts, ends


class WordpieceTokenizer(_Tokenizer):
    """Cuts words into the longest tokens of a vocabulary: text.WordpieceTokenizer.

    The table is a StaticVocabularyTable, a StaticHashTable or the path of a file
    with a token a line.

    >>> import rowsplit as rs
    >>> ids = rs.KeyValueTensorInitializer(["they", "##'", "##re"], [0, 1, 2], value_dtype="int64")
    >>> table = rs.StaticVocabularyTable(ids, 1)
    >>> rs.text.WordpieceTokenizer(table).tokenize(["they're", "dog"]).to_list()
    [[0, 1, 2], [3]]
    """

    def __init__(self, vocab_lookup_table, suffix_indicator="##", max_bytes_per_word=100,
                 max_chars_per_token=None, token_out_type="int64", unknown_token="[UNK]",
                 split_unknown_characters=False):
        if isinstance(vocab_lookup_table, (str, bytes, os.PathLike)):
            lines = TextFileInitializer(vocab_lookup_table, "string", TextFileIndex.WHOLE_LINE,
                                        "int64", TextFileIndex.LINE_NUMBER)
            vocab_lookup_table = StaticVocabularyTable(lines, num_oov_buckets=1)
        self._token_out_type = _out_type(token_out_type)
        tokens, ids, num_oov_buckets, default_id = _pairs(vocab_lookup_table)
        self._tokenizer = _core._WordpieceTokenizer(
            tokens, ids, _to_bytes(suffix_indicator), max_bytes_per_word,
            max_chars_per_token or 0, _to_bytes(unknown_token) if unknown_token else None,
            bool(split_unknown_characters), num_oov_buckets, default_id)

    def vocab_size(self):
        """The number of tokens and buckets."""
        return self._tokenizer.size

    def tokenize_with_offsets(self, input):
        """(subwords, starts, ends): bytes within each word."""
        return self._give(self._tokenizer.tokenize(input, self._token_out_type == "string"))

    def detokenize(self, token_ids):
        """The words that rows of ids make, in the place of the rows.

        >>> import rowsplit as rs
        >>> ids = rs.KeyValueTensorInitializer(["a", "##b", "c"], [0, 1, 2], value_dtype="int64")
        >>> tokenizer = rs.text.WordpieceTokenizer(rs.StaticVocabularyTable(ids, 1))
        >>> tokenizer.detokenize([[0, 1, 1, 2]]).to_list()
        [[b'abb', b'c']]
        """
        return self._tokenizer.detokenize(_as_rows(token_ids))


def _pairs(table):
    """(tokens, ids, number of buckets, id of other strings) of a table."""
    if isinstance(table, StaticVocabularyTable):
        if table._table is None:
            return np.array([], dtype=bytes), np.array([], np.int64), table._num_oov_buckets, -1
        return table._ids.keys, table._ids.values, table._num_oov_buckets, -1
    if isinstance(table, StaticHashTable):
        keys, ids = table.export()
        return keys, np.asarray(ids).astype(np.int64), 0, int(table._table.default_value)
    raise TypeError(f"Unable to build a lookup table from {table!r}")


class BasicTokenizer(_Tokenizer):
    """Splits text at spaces, punctuation and Chinese characters: TF Text's BasicTokenizer.

    The offsets are those in the text after lower_case or normalization_form.

    >>> import rowsplit as rs
    >>> rs.text.BasicTokenizer(lower_case=True).tokenize(["It's É 日本"]).to_list()[0][:4]
    [b'it', b"'", b's', b'e']
    """

    _lower = "strip"

    def __init__(self, lower_case=False, keep_whitespace=False, normalization_form=None,
                 preserve_unused_token=False):
        if lower_case and normalization_form not in (None, "NFD"):
            raise ValueError("lower_case strips accents: beside it normalization_form must be "
                             f"'NFD' or None, got {normalization_form!r}")
        if normalization_form is not None and normalization_form not in _FORMS:
            raise ValueError(f"normalization_form must be one of {', '.join(_FORMS)}, got "
                             f"{normalization_form!r}")
        self._arguments = (self._lower if lower_case else "", bool(keep_whitespace),
                           normalization_form, bool(preserve_unused_token))

    def tokenize_with_offsets(self, text_input):
        """(tokens, starts, ends); one string is taken for a vector of one."""
        return tuple(_core.text_basic_tokenize(text_input, *self._arguments))


class AccentPreservingBasicTokenizer(BasicTokenizer):
    """The same, where lower_case keeps accents."""

    _lower = "keep"


class BertTokenizer(_Tokenizer):
    """BasicTokenizer, then WordpieceTokenizer: text.BertTokenizer.

    The result has the dimensions [texts, words, subwords]; the offsets are those
    in the text after lower_case or normalization_form.

    >>> import rowsplit as rs
    >>> ids = rs.KeyValueTensorInitializer(["great", "##est", "!"], [0, 1, 2], value_dtype="int64")
    >>> tokenizer = rs.text.BertTokenizer(rs.StaticVocabularyTable(ids, 1), lower_case=True)
    >>> tokenizer.tokenize(["Greatest!"]).to_list()
    [[[0, 1], [2]]]
    """

    def __init__(self, vocab_lookup_table, suffix_indicator="##", max_bytes_per_word=100,
                 max_chars_per_token=None, token_out_type="int64", unknown_token="[UNK]",
                 split_unknown_characters=False, lower_case=False, keep_whitespace=False,
                 normalization_form=None, preserve_unused_token=False,
                 basic_tokenizer_class=BasicTokenizer):
        self._basic = basic_tokenizer_class(lower_case, keep_whitespace, normalization_form,
                                            preserve_unused_token)
        self._wordpiece = WordpieceTokenizer(
            vocab_lookup_table, suffix_indicator, max_bytes_per_word, max_chars_per_token,
            token_out_type, unknown_token, split_unknown_characters)
        self._token_out_type = self._wordpiece._token_out_type

    def tokenize_with_offsets(self, text_input):
        """(subwords, starts, ends)."""
        if type(self._basic) in (BasicTokenizer, AccentPreservingBasicTokenizer):
            return self._give(self._wordpiece._tokenizer.bert_tokenize(
                text_input, self._token_out_type == "string", *self._basic._arguments))
        tokens, begins, _ = self._basic.tokenize_with_offsets(text_input)
        subwords, starts, ends = self._wordpiece.tokenize_with_offsets(tokens)
        first = np.repeat(begins.flat_values, np.diff(starts.nested_row_splits[-1]))
        return (subwords, starts.with_flat_values(starts.flat_values + first),
                ends.with_flat_values(ends.flat_values + first))

    def detokenize(self, token_ids):
        """As WordpieceTokenizer.detokenize."""
        return self._wordpiece.detokenize(token_ids)


class FastWordpieceTokenizer(_Tokenizer):
    """Cuts text, or with no_pretokenization words, in linear time:
    text.FastWordpieceTokenizer.

    >>> import rowsplit as rs
    >>> vocab = ["they", "##'", "##re", "the", "[UNK]", "'", "re"]
    >>> rs.text.FastWordpieceTokenizer(vocab).tokenize(["they're the"]).to_list()
    [[0, 5, 6, 3]]
    """

    def __init__(self, vocab=None, suffix_indicator="##", max_bytes_per_word=100,
                 token_out_type="int64", unknown_token="[UNK]", no_pretokenization=False,
                 support_detokenization=False, model_buffer=None):
        if model_buffer is not None:
            raise NotImplementedError("model_buffer holds TensorFlow's own format: give vocab")
        if vocab is None:
            raise TypeError("vocab must be a list of tokens")
        self._token_out_type = _out_type(token_out_type)
        self._support_detokenization = support_detokenization
        self._tokenizer = _core._FastWordpieceTokenizer(
            [_to_bytes(token) for token in vocab], _to_bytes(suffix_indicator),
            max_bytes_per_word, _to_bytes(unknown_token), bool(no_pretokenization))

    def tokenize_with_offsets(self, input):
        """(subwords, starts, ends): bytes within each string."""
        return self._give(self._tokenizer.tokenize(input, self._token_out_type == "string"))

    def detokenize(self, input):
        """The text of each row of ids; needs support_detokenization.

        >>> import rowsplit as rs
        >>> vocab = ["a", "##b", "c", "[UNK]"]
        >>> tokenizer = rs.text.FastWordpieceTokenizer(vocab, support_detokenization=True)
        >>> tokenizer.detokenize([[0, 1, 2], [1, 0]]).to_list()
        [b'ab c', b'##b a']
        """
        if not self._support_detokenization:
            raise RuntimeError("detokenize needs support_detokenization=True")
        if not isinstance(input, _core.RaggedTensor) and np.ndim(input) == 1:
            return self._tokenizer.detokenize(_as_rows([input]))[0]
        return self._tokenizer.detokenize(_as_rows(input))


class FastBertTokenizer(_Tokenizer):
    """Changes text character by character, then FastWordpieceTokenizer:
    text.FastBertTokenizer. The offsets are those in the text as given.

    >>> import rowsplit as rs
    >>> tokenizer = rs.text.FastBertTokenizer(["e", "a", "[UNK]"], lower_case_nfd_strip_accents=True)
    >>> subwords, starts, ends = tokenizer.tokenize_with_offsets(["É a"])
    >>> subwords.to_list(), starts.to_list(), ends.to_list()
    ([[0, 1]], [[0, 3]], [[2, 4]])
    """

    def __init__(self, vocab=None, suffix_indicator="##", max_bytes_per_word=100,
                 token_out_type="int64", unknown_token="[UNK]", no_pretokenization=False,
                 support_detokenization=False, fast_wordpiece_model_buffer=None,
                 lower_case_nfd_strip_accents=False, fast_bert_normalizer_model_buffer=None):
        if fast_bert_normalizer_model_buffer is not None:
            raise NotImplementedError("fast_bert_normalizer_model_buffer holds TensorFlow's own "
                                      "format: give lower_case_nfd_strip_accents")
        self._wordpiece = FastWordpieceTokenizer(
            vocab, suffix_indicator, max_bytes_per_word, token_out_type, unknown_token,
            no_pretokenization, support_detokenization, fast_wordpiece_model_buffer)
        self._token_out_type = self._wordpiece._token_out_type
        self._lower_case = bool(lower_case_nfd_strip_accents)

    def tokenize_with_offsets(self, text_input):
        """(subwords, starts, ends)."""
        return self._give(self._wordpiece._tokenizer.bert_tokenize(
            text_input, self._token_out_type == "string", self._lower_case))

    def detokenize(self, token_ids):
        """As FastWordpieceTokenizer.detokenize."""
        return self._wordpiece.detokenize(token_ids)
