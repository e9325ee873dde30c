"""TF Text's normalization of text, under its names. The input is a string, or
strings of any rank."""

from rowsplit import _core


def normalize_utf8(input, normalization_form="NFKC", name=None):
    """The strings in a normalization form of Unicode: 'NFC', 'NFD', 'NFKC',
    'NFKD' or, beyond TF Text, 'NFKC_Casefold'. Bytes that are not UTF-8 stay.

    >>> import rowsplit as rs
    >>> rs.text.normalize_utf8(["\\ufb01 \\u00b2"]).to_list()
    [b'fi 2']
    """
    return _core.text_normalize_utf8(input, normalization_form)


def normalize_utf8_with_offsets_map(input, normalization_form="NFKC", name=None):
    """The normalized strings and a map for find_source_offsets."""
    return _core.text_normalize_utf8_with_offsets_map(input, normalization_form)


def find_source_offsets(offsets_map, input_offsets, name=None):
    """The bytes of the source that bytes of normalized strings came from, a row
    of offsets for each string; inside a change the end of what was changed.

    >>> import rowsplit as rs
    >>> text, offsets_map = rs.text.normalize_utf8_with_offsets_map(["\\ufb01x"])
    >>> rs.text.find_source_offsets(offsets_map, [[0, 1, 2, 3]]).tolist()
    [[0, 3, 3, 4]]
    """
    return _core.text_find_source_offsets(offsets_map, input_offsets)


def case_fold_utf8(input, name=None):
    """NFKC with case folded and what is ignorable deleted.

    >>> import rowsplit as rs
    >>> rs.text.case_fold_utf8(["Stra\\u00dfe \\u00b2"]).to_list()
    [b'strasse 2']
    """
    return _core.text_normalize_utf8(input, "NFKC_Casefold")


class FastBertNormalizer:
    """Makes controls spaces and, with `lower_case_nfd_strip_accents`, folds case,
    decomposes and deletes accents.

    >>> import rowsplit as rs
    >>> normalizer = rs.text.FastBertNormalizer(lower_case_nfd_strip_accents=True)
    >>> text, offsets = normalizer.normalize_with_offsets(["\u00c9t\t"])
    >>> text.to_list(), offsets.to_list()
    ([b'et '], [[0, 2, 3, 4]])
    """

    def __init__(self, lower_case_nfd_strip_accents=False, model_buffer=None):
        if model_buffer is not None:
            raise ValueError("model_buffer is of TF Text alone")
        self._lower_case = lower_case_nfd_strip_accents

    def normalize(self, input):
        """The normalized strings."""
        return _core.text_fast_bert_normalize(input, self._lower_case)

    def normalize_with_offsets(self, input):
        """The same and, for each byte of a string and its end, the byte of the
        source that it came from."""
        return tuple(_core.text_fast_bert_normalize_with_offsets(input, self._lower_case))
