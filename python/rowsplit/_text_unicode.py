"""TF Text's functions on characters and bytes, under its names."""

import enum

from rowsplit import _core


class UnicodeCharTokenizer:
    """The code points of UTF-8 strings.

    >>> import rowsplit as rs
    >>> tokens, starts, ends = rs.text.UnicodeCharTokenizer().tokenize_with_offsets(["éa"])
    >>> tokens.to_list(), starts.to_list(), ends.to_list()
    ([[233, 97]], [[0, 2]], [[2, 3]])
    """

    def tokenize(self, input):
        """The code points of each string."""
        return _core.strings_unicode_decode(input, "UTF-8")

    def tokenize_with_offsets(self, input):
        """(code points, starts, ends), in bytes of each string."""
        return tuple(_core.text_unicode_char_tokenize(input))

    def split(self, input):
        return self.tokenize(input)

    def split_with_offsets(self, input):
        return self.tokenize_with_offsets(input)

    def detokenize(self, input, name=None):
        """The UTF-8 strings of rows of code points."""
        del name
        return _core.strings_unicode_encode(input, "UTF-8")


class ByteSplitter:
    """The bytes of strings.

    >>> import rowsplit as rs
    >>> rs.text.ByteSplitter().split(["hé", ""]).to_list()
    [[104, 195, 169], []]
    >>> rs.text.ByteSplitter().split_by_offsets("hello", [0, 4], [4, 5]).to_list()
    [b'hell', b'o']
    """

    def split(self, input):
        """The bytes of each string."""
        return self.split_with_offsets(input)[0]

    def split_with_offsets(self, input):
        """(bytes, starts, ends)."""
        return tuple(_core.text_byte_split_with_offsets(input))

    def split_by_offsets(self, input, start_offsets, end_offsets):
        """The pieces [start, end) of each string; offsets in int32 with one dimension more."""
        return _core.text_byte_split_by_offsets(input, start_offsets, end_offsets)


def coerce_to_structurally_valid_utf8(input, replacement_char="\ufffd", name=None):
    """Each string with `replacement_char`, one character, for each maximal ill-formed subpart.

    >>> import rowsplit as rs
    >>> rs.text.coerce_to_structurally_valid_utf8([b"a\\xff"], "?").to_list()
    [b'a?']
    """
    del name
    return _core.strings_unicode_transcode(
        input, "UTF-8", "UTF-8", errors="replace", replacement_char=ord(replacement_char))


def utf8_binarize(tokens, word_length=16, bits_per_char=24, replacement_char=65533, name=None):
    """The lowest bits of the first code points of each string, as 0 and 1: one more dimension.

    >>> import rowsplit as rs
    >>> rs.text.utf8_binarize("b", word_length=2, bits_per_char=3).tolist()
    [0.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    """
    del name
    return _core.text_utf8_binarize(tokens, word_length, bits_per_char, replacement_char)


WordShape = enum.Enum("WordShape", {name: name for name in (
    "HAS_PUNCTUATION_DASH", "HAS_NO_DIGITS", "HAS_SOME_DIGITS", "HAS_ONLY_DIGITS",
    "IS_NUMERIC_VALUE", "HAS_NO_PUNCT_OR_SYMBOL", "HAS_SOME_PUNCT_OR_SYMBOL",
    "IS_PUNCT_OR_SYMBOL", "BEGINS_WITH_PUNCT_OR_SYMBOL", "ENDS_WITH_PUNCT_OR_SYMBOL",
    "ENDS_WITH_ELLIPSIS", "IS_EMOTICON", "ENDS_WITH_EMOTICON", "HAS_EMOJI",
    "IS_ACRONYM_WITH_PERIODS", "IS_UPPERCASE", "IS_LOWERCASE", "HAS_MIXED_CASE",
    "IS_MIXED_CASE_LETTERS", "HAS_TITLE_CASE", "BEGINS_WITH_OPEN_QUOTE",
    "ENDS_WITH_CLOSE_QUOTE", "HAS_MATH_SYMBOL", "HAS_CURRENCY_SYMBOL", "HAS_NON_LETTER")})


def wordshape(input_tensor, pattern, name=None):
    """Whether each string has a shape; for a list of shapes a dimension of them at the end.

    >>> import rowsplit as rs
    >>> rs.text.wordshape(["Abc", "abc"], rs.text.WordShape.HAS_TITLE_CASE).tolist()
    [True, False]
    """
    del name
    if isinstance(pattern, WordShape):
        return _core.text_wordshape(input_tensor, pattern.name)
    if not (isinstance(pattern, (list, tuple))
            and all(isinstance(shape, WordShape) for shape in pattern)):
        raise TypeError("pattern must be a WordShape or a list of them")
    if not pattern:
        raise IndexError("pattern must not be empty")
    return _core.stack([_core.text_wordshape(input_tensor, shape.name) for shape in pattern],
                       axis=-1)
