"""Elements of SVG, scales and ticks. Knows nothing of what is drawn."""

from __future__ import annotations

import html
import math

# The mean width of a sans-serif letter over its size. Nothing can measure text
# here, so what must not run into something else is cut by this.
LETTER = 0.56


def width_of(text: str, size: float) -> float:
    return LETTER * size * len(text)


def clip(text: str, pixels: float, size: float) -> str:
    """`text`, or as much of it as fits."""
    fits = max(1, int(pixels / (LETTER * size)))
    return text if len(text) <= fits else text[: fits - 1].rstrip() + "…"


def element(name: str, content: str | None = None, **attributes) -> str:
    """An element. `content` is markup; `class_` and `text_anchor` stand for the
    attributes class and text-anchor; numbers lose digits that nobody sees."""
    parts = [name]
    for key, value in attributes.items():
        if isinstance(value, float):
            value = f"{value:.1f}".rstrip("0").rstrip(".")
        key = key.rstrip("_").replace("_", "-")
        parts.append(f'{key}="{html.escape(str(value))}"')
    head = " ".join(parts)
    return f"<{head}/>" if content is None else f"<{head}>{content}</{name}>"


def text(x: float, y: float, string: str, **attributes) -> str:
    return element("text", html.escape(string), x=float(x), y=float(y), **attributes)


def line(x1: float, y1: float, x2: float, y2: float, **attributes) -> str:
    return element("line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), **attributes)


def drawing(name: str, title: str, description: str, width: float, height: float,
            parts: list[str], alone: str | None = None) -> str:
    """An svg element with title and description for those who don't see it.
    `alone`: the style of a file of its own; without, it is part of a page."""
    more = {} if alone is None else {"xmlns": "http://www.w3.org/2000/svg"}
    style = [] if alone is None else [element("style", alone)]
    content = [
        element("title", html.escape(title), id=f"{name}-title"),
        element("desc", html.escape(description), id=f"{name}-desc"),
        *style, *parts,
    ]
    return element("svg", "\n" + "\n".join(content) + "\n", **more,
                   viewBox=f"0 0 {width:.0f} {height:.0f}", role="img",
                   aria_labelledby=f"{name}-title {name}-desc") + "\n"


def fluid(label: str, height: float, parts: list[str]) -> str:
    """A part of a page as wide as there is room: places across are in per cent."""
    return element("svg", "".join(parts), width="100%", height=height, role="img",
                   aria_label=label)


class Scale:
    """From values to pixels. A logarithmic one needs values above zero."""

    def __init__(self, low: float, high: float, begin: float, end: float, log: bool = False):
        self.log = log
        self.low, self.high, self.begin, self.end = low, high, begin, end
        self._low, self._range = self._value(low), self._value(high) - self._value(low)

    def _value(self, value: float) -> float:
        return math.log10(value) if self.log else value

    def __call__(self, value: float) -> float:
        if not self._range:
            return (self.begin + self.end) / 2
        share = (self._value(value) - self._low) / self._range
        return self.begin + share * (self.end - self.begin)


def steps(low: float, high: float) -> list[float]:
    """1, 2 and 5 times the powers of ten, from the last not above `low` to the
    first not below `high`."""
    found = [digit * 10.0**power
             for power in range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 2)
             for digit in (1, 2, 5)]
    slack = 1 + 1e-9
    first = max(v for v in found if v <= low * slack)
    last = min(v for v in found if v * slack >= high)
    return [v for v in found if first <= v <= last]


def log_ticks(low: float, high: float, most: int = 7) -> list[float]:
    """Ticks of a logarithmic axis; the first and the last are its ends."""
    ticks = steps(low, high)
    if len(ticks) < 2:
        ticks = steps(low / 1.5, high * 1.5)
    if len(ticks) <= most:
        return ticks
    low, high = math.floor(math.log10(ticks[0])), math.ceil(math.log10(ticks[-1]))
    return [10.0**power for power in range(low, high + 1)]


def linear_ticks(high: float, most: int = 5) -> list[float]:
    """Ticks from 0 to the first round number not below `high`."""
    if high <= 0:
        return [0.0, 1.0]
    step = next(s for s in steps(high / most / 10, high * 10) if s * most >= high)
    return [step * i for i in range(math.ceil(high / step - 1e-9) + 1)]
