"""tf.strings, under its names."""

from rowsplit._core import strings_unicode_decode as unicode_decode
from rowsplit._core import strings_unicode_decode_with_offsets as unicode_decode_with_offsets
from rowsplit._core import strings_unicode_encode as unicode_encode
from rowsplit._core import strings_unicode_script as unicode_script
from rowsplit._core import strings_unicode_split as unicode_split
from rowsplit._core import strings_unicode_split_with_offsets as unicode_split_with_offsets
from rowsplit._core import strings_unicode_transcode as unicode_transcode

__all__ = [name for name in dir() if not name.startswith("_")]
