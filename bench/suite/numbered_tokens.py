"""Any number of different tokens: token i is made from i.

The same as bench/support/numbered_tokens.h: seven letters that are i shuffled, so
that no two are equal, then 0 to 7 more or, for one in 64, 9 to 24, which makes it
too long for rowsplit's inline keys.
"""

from __future__ import annotations

import numpy as np

_LONGEST = 31


def _shuffled(numbers: np.ndarray) -> np.ndarray:
    bits = numbers.astype(np.uint32)
    bits = (bits ^ bits >> np.uint32(16)) * np.uint32(0x7FEB352D)
    bits = (bits ^ bits >> np.uint32(15)) * np.uint32(0x846CA68B)
    return bits ^ bits >> np.uint32(16)


def numbered_tokens(numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The bytes of the tokens of some numbers below 2^32, one behind the other,
    and where each begins and the last one ends (as int64).

    >>> data, offsets = numbered_tokens(np.arange(2))
    >>> data[offsets[0]:offsets[1]].tobytes()
    b'aaaaaaalt'
    """
    numbers = np.asarray(numbers, np.uint64)
    letters = np.empty((len(numbers), _LONGEST), np.uint8)
    bits = _shuffled(numbers)
    for place in range(7):
        letters[:, place] = bits % np.uint32(26)
        bits //= np.uint32(26)
    more = (numbers + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    more ^= more >> np.uint64(29)
    rest = more // np.uint64(64)
    sizes = 7 + np.where(more % np.uint64(64) == 0, 9 + rest % np.uint64(16), rest % np.uint64(8))
    sizes = sizes.astype(np.int64)
    for place in range(7, _LONGEST):
        more *= np.uint64(0xBF58476D1CE4E5B9)
        letters[:, place] = (more >> np.uint64(40)) % np.uint64(26)
    letters += ord("a")
    data = letters[np.arange(_LONGEST) < sizes[:, np.newaxis]]
    return data, np.concatenate([[0], np.cumsum(sizes)])


def tokens_of(data: np.ndarray, offsets: np.ndarray) -> list[bytes]:
    """The tokens one by one."""
    whole = data.tobytes()
    ends = offsets.tolist()
    return [whole[begin:end] for begin, end in zip(ends, ends[1:])]
