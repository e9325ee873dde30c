"""How far one answer is from another, and where first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable


def shown(value, most: int = 60) -> str:
    text = repr(value)
    return text if len(text) <= most else text[: most - 1] + "…"


def shown_pair(got, expected) -> str:
    """Both, of strings from a little before they part."""
    if isinstance(expected, (bytes, str)) and type(got) is type(expected):
        places = (i for i, (one, other) in enumerate(zip(got, expected)) if one != other)
        begin = max(next(places, min(len(got), len(expected))) - 10, 0)
        if begin:
            return f"at {begin} {shown(got[begin:], 40)}, not {shown(expected[begin:], 40)}"
    return f"{shown(got)}, not {shown(expected)}"


def difference(got, expected) -> tuple[float, str]:
    """The share of lines (of bytes and text), items (of arrays and sequences) or
    parts (of tuples and dicts: the greatest share of one) that differs, and the
    first place as words; (0.0, "") for equal ones. Of sequences that differ in
    length, what one has more often than the other counts."""
    if isinstance(expected, (bytes, str)) and type(got) is type(expected):
        if got == expected:
            return 0.0, ""
        end = b"\n" if isinstance(expected, bytes) else "\n"
        return of_sequences(got.split(end), expected.split(end), "line")
    if hasattr(expected, "dtype") or hasattr(got, "dtype"):
        return of_arrays(got, expected)
    if isinstance(expected, dict) and isinstance(got, dict):
        if got.keys() != expected.keys():
            return 1.0, f"has {shown(sorted(got))}, not {shown(sorted(expected))}"
        return of_parts((str(key), got[key], expected[key]) for key in expected)
    if isinstance(expected, tuple) and isinstance(got, tuple) and len(got) == len(expected):
        return of_parts((f"part {i}", *pair) for i, pair in enumerate(zip(got, expected)))
    if isinstance(expected, (list, tuple)) and isinstance(got, (list, tuple)):
        return of_sequences(got, expected, "item")
    return (0.0, "") if got == expected else (1.0, f"{shown(got)}, not {shown(expected)}")


def of_parts(parts) -> tuple[float, str]:
    worst = 0.0, ""
    for name, got, expected in parts:
        share, where = difference(got, expected)
        if share > worst[0]:
            worst = share, f"{name}: {where}"
    return worst


def of_sequences(got, expected, item: str) -> tuple[float, str]:
    pairs = enumerate(zip(got, expected), 1)
    place = next((i for i, (one, other) in pairs if one != other), None)
    if len(got) == len(expected):
        if place is None:
            return 0.0, ""
        differing = sum(one != other for one, other in zip(got, expected))
        share = differing / len(expected)
    else:
        counts = Counter(map(repr, got))
        counts.subtract(Counter(map(repr, expected)))
        share = min(1.0, sum(map(abs, counts.values())) / max(len(expected), 1))
        if place is None:
            return share, f"{len(got)} {item}s, not {len(expected)}"
    return share, f"{item} {place}: {shown_pair(got[place - 1], expected[place - 1])}"


def of_arrays(got, expected, close: Callable | None = None) -> tuple[float, str]:
    import numpy as np  # an answer is an array, so it is there

    got, expected = np.asarray(got), np.asarray(expected)
    if got.shape != expected.shape:
        return 1.0, f"shape {got.shape}, not {expected.shape}"
    if close is not None:
        wrong = ~close(got, expected)
    elif got.dtype.kind == "f" and expected.dtype.kind == "f":
        wrong = ~((got == expected) | (np.isnan(got) & np.isnan(expected)))
    else:
        wrong = got != expected
    if not wrong.any():
        return 0.0, ""
    place = np.unravel_index(int(wrong.argmax()), wrong.shape)
    at = ", ".join(map(str, place))
    return float(wrong.mean()), f"[{at}]: {got[place]}, not {expected[place]}"


def within(relative: float, absolute: float = 0.0) -> Callable:
    """An `equal` for arrays of floats whose order of additions may differ."""

    def close(got, expected):
        import numpy as np

        return np.isclose(got, expected, rtol=relative, atol=absolute, equal_nan=True)

    return lambda got, expected: of_arrays(got, expected, close)
