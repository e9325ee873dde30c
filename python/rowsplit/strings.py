"""What TensorFlow calls tf.strings, with its names and arguments.

Strings of any rank are a StringTensor, a RaggedTensor, or lists of str and
bytes; a function gives the shape that TensorFlow's gives.

>>> import rowsplit as rs
>>> rs.strings.split(["a b", "c"]).to_list()
[[b'a', b'b'], [b'c']]
"""

from rowsplit import _core
from rowsplit._core import strings_as_string as as_string
from rowsplit._core import strings_bytes_split as bytes_split
from rowsplit._core import strings_fingerprint as fingerprint
from rowsplit._core import strings_format as format  # noqa: A004
from rowsplit._core import strings_join as join
from rowsplit._core import strings_length as length
from rowsplit._core import strings_reduce_join as reduce_join
from rowsplit._core import strings_regex_full_match as regex_full_match
from rowsplit._core import strings_regex_replace as regex_replace
from rowsplit._core import strings_split as split
from rowsplit._core import strings_strip as strip
from rowsplit._core import strings_substr as substr
from rowsplit._core import strings_to_hash_bucket as to_hash_bucket
from rowsplit._core import strings_to_hash_bucket_fast as to_hash_bucket_fast
from rowsplit._core import strings_to_hash_bucket_strong as to_hash_bucket_strong
from rowsplit._core import strings_to_number as to_number
from rowsplit._core import strings_unicode_decode as unicode_decode
from rowsplit._core import strings_unicode_decode_with_offsets as unicode_decode_with_offsets
from rowsplit._core import strings_unicode_encode as unicode_encode
from rowsplit._core import strings_unicode_script as unicode_script
from rowsplit._core import strings_unicode_split as unicode_split
from rowsplit._core import strings_unicode_split_with_offsets as unicode_split_with_offsets
from rowsplit._core import strings_unicode_transcode as unicode_transcode
from rowsplit._core import strings_unsorted_segment_join as unsorted_segment_join

__all__ = [
    "as_string", "bytes_split", "fingerprint", "format", "join", "length", "lower",
    "ngrams", "reduce_join", "regex_full_match", "regex_replace", "split", "strip",
    "substr", "to_hash_bucket", "to_hash_bucket_fast", "to_hash_bucket_strong",
    "to_number", "unicode_decode", "unicode_decode_with_offsets", "unicode_encode",
    "unicode_script", "unicode_split", "unicode_split_with_offsets", "unicode_transcode",
    "unsorted_segment_join", "upper",
]


def lower(input, encoding=""):  # noqa: A002
    """Lower case of the ASCII letters or, with 'utf-8', of all: rowsplit.lower,
    where, as in TensorFlow, a NUL ends a string with 'utf-8'.

    >>> import rowsplit as rs
    >>> rs.strings.lower(["ABC"]).to_list()
    [b'abc']
    """
    return _core.lower(input, encoding, nul_ends_string=True)


def upper(input, encoding=""):  # noqa: A002
    """Upper case, as `lower`.

    >>> import rowsplit as rs
    >>> rs.strings.upper(["abc"]).to_list()
    [b'ABC']
    """
    return _core.upper(input, encoding, nul_ends_string=True)


def ngrams(data, ngram_width, separator=" ", pad_values=None, padding_width=None,
           preserve_short_sequences=False):
    """The n-grams of the strings of the innermost axis, joined. `pad_values` is a
    string for both sides or a pair; `padding_width` defaults to the width - 1.

    >>> import rowsplit as rs
    >>> rs.strings.ngrams(["a", "b", "c"], 2).to_list()
    [b'a b', b'b c']

    Raises ValueError for a width below 1 or a padding without `pad_values`.
    """
    pads = pad_values if isinstance(pad_values, (list, tuple)) else (pad_values, pad_values)
    if pad_values is not None and not all(isinstance(pad, (str, bytes)) for pad in pads[:2]):
        raise TypeError("pad_values must be a string, a pair of strings, or None")
    if padding_width is not None and padding_width < 1:
        raise ValueError(f"padding_width must be 1 or more: {padding_width}")
    if padding_width is not None and pad_values is None:
        raise ValueError("padding_width needs pad_values")
    if pad_values is None:
        pads, padding_width = ("", ""), 0
    return _core.strings_ngrams(
        data, ngram_width, separator, pads[0], pads[1],
        -1 if padding_width is None else padding_width, preserve_short_sequences)
