"""TF Text's tokenizers that cut strings into pieces, under its names.

The input is one string, or strings of any rank; the result has one more
dimension. Offsets are bytes, [start, end), within each string.
"""

from rowsplit import _core


class TokenizerWithOffsets:
    """What the tokenizers share: `split` is `tokenize` by another name."""

    def tokenize(self, input, *args, **kwargs):
        """The tokens alone."""
        return self.tokenize_with_offsets(input, *args, **kwargs)[0]

    def split(self, input, *args, **kwargs):
        return self.tokenize(input, *args, **kwargs)

    def split_with_offsets(self, input, *args, **kwargs):
        return self.tokenize_with_offsets(input, *args, **kwargs)


class WhitespaceTokenizer(TokenizerWithOffsets):
    """Splits at runs of Unicode white space (25 code points).

    >>> import rowsplit as rs
    >>> rs.text.WhitespaceTokenizer().tokenize(["a\\u3000b c", ""]).to_list()
    [[b'a', b'b', b'c'], []]
    """

    def tokenize_with_offsets(self, input):
        """(tokens, starts, ends), the offsets in int32 as TF Text gives them."""
        tokens, starts, ends = _core.text_whitespace_tokenize(input)
        return tokens, _core.cast(starts, "int32"), _core.cast(ends, "int32")


class UnicodeScriptTokenizer(TokenizerWithOffsets):
    """Splits where Unicode's script changes; drops white space unless it is kept.

    >>> import rowsplit as rs
    >>> rs.text.UnicodeScriptTokenizer().tokenize(["xy.,z de"]).to_list()
    [[b'xy', b'.,', b'z', b'de']]
    """

    def __init__(self, keep_whitespace=False):
        self._keep_whitespace = bool(keep_whitespace)

    def tokenize_with_offsets(self, input):
        """(tokens, starts, ends)."""
        return tuple(_core.text_unicode_script_tokenize(input, self._keep_whitespace))


def regex_split_with_offsets(input, delim_regex_pattern, keep_delim_regex_pattern=""):
    """(tokens, starts, ends) between the matches of a pattern of RE2.

    Delimiters that `keep_delim_regex_pattern` matches wholly are tokens too. One
    string is taken for a vector of one.

    >>> import rowsplit as rs
    >>> tokens, starts, ends = rs.text.regex_split_with_offsets(["a, b"], "[ ,]", ",")
    >>> tokens.to_list(), starts.to_list()
    ([[b'a', b',', b'b']], [[0, 1, 3]])
    """
    return tuple(_core.text_regex_split(
        input, delim_regex_pattern.encode(), keep_delim_regex_pattern.encode()))


def regex_split(input, delim_regex_pattern, keep_delim_regex_pattern=""):
    """The tokens of regex_split_with_offsets."""
    return regex_split_with_offsets(input, delim_regex_pattern, keep_delim_regex_pattern)[0]


class RegexSplitter:
    """regex_split with one pattern; that of line ends if there is none.

    >>> import rowsplit as rs
    >>> rs.text.RegexSplitter().split(["a b\\nc\\n"]).to_list()
    [[b'a b', b'c']]
    """

    def __init__(self, split_regex=None):
        self._split_regex = split_regex or "\r?\n"

    def split(self, input):
        return regex_split(input, self._split_regex)

    def split_with_offsets(self, input):
        return regex_split_with_offsets(input, self._split_regex)


class SplitMergeTokenizer(TokenizerWithOffsets):
    """Makes tokens as a label for each character says: 0 begins one.

    >>> import rowsplit as rs
    >>> rs.text.SplitMergeTokenizer().tokenize(["abc"], [[0, 1, 0]]).to_list()
    [[b'ab', b'c']]
    """

    def tokenize_with_offsets(self, input, labels, force_split_at_break_character=True):
        """(tokens, starts, ends)."""
        return tuple(_core.text_split_merge(input, labels, force_split_at_break_character))


class SplitMergeFromLogitsTokenizer(TokenizerWithOffsets):
    """Makes tokens as two numbers for each character say: the greater one first begins one."""

    def __init__(self, force_split_at_break_character=True):
        self._force_split = force_split_at_break_character

    def tokenize_with_offsets(self, strings, logits):
        """(tokens, starts, ends)."""
        return tuple(_core.text_split_merge_from_logits(strings, logits, self._force_split))


class StateBasedSentenceBreaker:
    """Splits behind terminal punctuation and what closes behind it.

    >>> import rowsplit as rs
    >>> rs.text.StateBasedSentenceBreaker().break_sentences(["Hi. (You?) Fine"]).to_list()
    [[b'Hi.', b'(You?)', b'Fine']]
    """

    def break_sentences(self, doc):
        return self.break_sentences_with_offsets(doc)[0]

    def break_sentences_with_offsets(self, doc):
        """(sentences, starts, ends)."""
        return tuple(_core.text_break_sentences(doc))


def split_words(input, locale="", alphanumeric_only=False):
    """(tokens, starts, ends) at the boundaries of words.

    The rules are Unicode's default ones (UAX 29), or ICU's for a locale ("root",
    "th", "ja"), which take Thai, Chinese and others apart by dictionary.
    `alphanumeric_only` leaves out what has no letter or number.

    >>> import rowsplit as rs
    >>> rs.text.split_words(["Don't go: 3.5%"], alphanumeric_only=True)[0].to_list()
    [[b"Don't", b'go', b'3.5']]
    """
    return tuple(_core.text_split_words(input, locale, alphanumeric_only))


def split_sentences(input, locale="", alphanumeric_only=False):
    """(tokens, starts, ends) at the boundaries of sentences, as split_words.

    >>> import rowsplit as rs
    >>> rs.text.split_sentences(["Who? Me."])[0].to_list()
    [[b'Who? ', b'Me.']]
    """
    return tuple(_core.text_split_sentences(input, locale, alphanumeric_only))


def split_graphemes(input, locale="", alphanumeric_only=False):
    """(tokens, starts, ends) of grapheme clusters, what a reader takes for a character.

    >>> import rowsplit as rs
    >>> rs.text.split_graphemes(["ae\u0301"])[0].row_lengths()
    array([2], dtype=int64)
    """
    return tuple(_core.text_split_graphemes(input, locale, alphanumeric_only))
