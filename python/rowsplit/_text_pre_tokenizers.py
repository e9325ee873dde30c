"""Hugging Face's pre-tokenizers, under their names."""

import re

from rowsplit import _core


class PreTokenizer:
    """Splits strings into tokens, with offsets in bytes or in characters."""

    def __init__(self, core):
        self._core = core

    def split(self, input):
        """The tokens alone.

        >>> import rowsplit as rs
        >>> rs.text.pre_tokenizers.Whitespace().split(["don't go"]).to_list()
        [[b'don', b"'", b't', b'go']]
        """
        return self.split_with_offsets(input)[0]

    def split_with_offsets(self, input, character_offsets=False):
        """(tokens, starts, ends) of one string, or of strings of any rank."""
        return tuple(self._core.split(input, character_offsets))

    def pre_tokenize_str(self, sequence):
        """[(token, (start, end)), ...] of one str, in characters, as Hugging Face's.

        >>> import rowsplit as rs
        >>> rs.text.pre_tokenizers.Metaspace().pre_tokenize_str("a b")
        [('▁a', (0, 1)), ('▁b', (1, 3))]
        """
        tokens, starts, ends = self.split_with_offsets(sequence, character_offsets=True)
        return [(token.decode(), (int(start), int(end)))
                for token, start, end in zip(tokens.to_list(), starts, ends)]


def Whitespace():
    """Runs of word characters, and runs of others that are no white space."""
    return PreTokenizer(_core.TextPreTokenizer.whitespace())


def WhitespaceSplit():
    """What stands between white space."""
    return PreTokenizer(_core.TextPreTokenizer.whitespace_split())


def CharDelimiterSplit(delimiter):
    """What stands between a character."""
    return PreTokenizer(_core.TextPreTokenizer.char_delimiter_split(delimiter))


def Punctuation(behavior="isolated"):
    """Splits at punctuation."""
    return PreTokenizer(_core.TextPreTokenizer.punctuation(behavior))


def Digits(individual_digits=False):
    """Splits numbers off, each character or each run."""
    return PreTokenizer(_core.TextPreTokenizer.digits(individual_digits))


def UnicodeScripts():
    """Splits where the script changes."""
    return PreTokenizer(_core.TextPreTokenizer.unicode_scripts())


def FixedLength(length=5):
    """Tokens of so many characters."""
    return PreTokenizer(_core.TextPreTokenizer.fixed_length(length))


def Split(pattern, behavior, invert=False):
    """Splits at a str, or at what a compiled pattern (re.compile) matches, which RE2 must take."""
    text = re.escape(pattern) if isinstance(pattern, str) else pattern.pattern
    return PreTokenizer(_core.TextPreTokenizer.split_pattern(text, behavior, invert))


def Metaspace(replacement="▁", prepend_scheme="always", split=True):
    """Puts a mark for each space, and one before the first word."""
    return PreTokenizer(_core.TextPreTokenizer.metaspace(replacement, prepend_scheme, split))


def BertPreTokenizer():
    """Splits at white space, and makes each punctuation mark a token."""
    return PreTokenizer(_core.TextPreTokenizer.bert_pre_tokenizer())


def ByteLevel(add_prefix_space=True, trim_offsets=True, use_regex=True):
    """Words of GPT-2, each byte a visible character; trim_offsets means nothing here."""
    return PreTokenizer(_core.TextPreTokenizer.byte_level(add_prefix_space, use_regex))


def Sequence(pretokenizers):
    """Each on the tokens of the one before."""
    return PreTokenizer(_core.TextPreTokenizer.sequence([step._core for step in pretokenizers]))
