"""Hugging Face's normalizers, under their names and with their arguments.

Each has `normalize`, which takes a string or strings of any rank, and
`normalize_str`, from str to str.

>>> import rowsplit as rs
>>> normalizer = rs.normalizers.Sequence([rs.normalizers.NFD(),
...                                       rs.normalizers.StripAccents()])
>>> normalizer.normalize(["\u00c9t\u00e9", "a"]).to_list()
[b'Ete', b'a']
"""

import re

from rowsplit import _core


class Normalizer:
    """What the normalizers share."""

    def normalize(self, input):
        """The normalized strings."""
        raise NotImplementedError

    def normalize_str(self, sequence):
        """The normalized form of a str."""
        normalized = self.normalize(sequence.encode("utf-8"))
        return bytes(normalized).decode("utf-8")


class BertNormalizer(Normalizer):
    """Deletes controls, puts spaces around Chinese characters, and makes letters
    small without accents.

    >>> import rowsplit as rs
    >>> rs.normalizers.BertNormalizer().normalize_str("\u00c9t\u00e9")
    'ete'
    """

    def __init__(self, clean_text=True, handle_chinese_chars=True, strip_accents=None,
                 lowercase=True):
        self._options = (clean_text, handle_chinese_chars, strip_accents, lowercase)

    def normalize(self, input):
        return _core.text_bert_normalize(input, *self._options)


class ByteLevel(Normalizer):
    """Makes each byte the character of GPT-2 for it."""

    def normalize(self, input):
        return _core.text_show_bytes(input)


class Lowercase(Normalizer):
    """Makes each character small by itself."""

    def normalize(self, input):
        return _core.text_lower_characters(input)


class _Form(Normalizer):
    def normalize(self, input):
        return _core.text_normalize_utf8(input, type(self).__name__)


class NFC(_Form):
    """Composes."""


class NFD(_Form):
    """Decomposes."""


class NFKC(_Form):
    """Decomposes, compatible characters too, and composes."""


class NFKD(_Form):
    """Decomposes, compatible characters too."""


class Nmt(Normalizer):
    """Deletes controls, and makes tabs, ends of lines and zero-width characters
    spaces."""

    def normalize(self, input):
        return _core.text_normalize_for_nmt(input)


class Prepend(Normalizer):
    """Puts a string before each that is not empty."""

    def __init__(self, prepend="\u2581"):
        self._prefix = prepend.encode("utf-8")

    def normalize(self, input):
        return _core.text_prepend(input, self._prefix)


class Regex:
    """Says that the pattern of Replace is a regular expression, in RE2's syntax."""

    def __init__(self, pattern):
        self.pattern = pattern


class Replace(Normalizer):
    """Replaces each occurrence of a str or a Regex by `content` as it stands.

    >>> import rowsplit as rs
    >>> rs.normalizers.Replace(rs.normalizers.Regex("a+"), "b").normalize_str("caaat")
    'cbt'
    """

    def __init__(self, pattern, content):
        text = pattern.pattern if isinstance(pattern, Regex) else re.escape(pattern)
        self._pattern = text.encode("utf-8")
        self._rewrite = content.replace("\\", "\\\\").encode("utf-8")

    def normalize(self, input):
        return _core.text_replace(input, self._pattern, self._rewrite)


class Sequence(Normalizer):
    """Several normalizers, one behind the other."""

    def __init__(self, normalizers):
        self._normalizers = list(normalizers)

    def normalize(self, input):
        for normalizer in self._normalizers:
            input = normalizer.normalize(input)
        return input


class Strip(Normalizer):
    """Takes white space off the ends."""

    def __init__(self, left=True, right=True):
        self._sides = (left, right)

    def normalize(self, input):
        return _core.text_strip_unicode_whitespace(input, *self._sides)


class StripAccents(Normalizer):
    """Deletes all marks; those of composed letters stay, so NFD goes before."""

    def normalize(self, input):
        return _core.text_delete_marks(input)


__all__ = ["BertNormalizer", "ByteLevel", "Lowercase", "NFC", "NFD", "NFKC", "NFKD", "Nmt",
           "Normalizer", "Prepend", "Regex", "Replace", "Sequence", "Strip", "StripAccents"]
