"""What is measured: a task, and the contenders that do it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

BETTER = ("higher", "lower")


class Missing(Exception):
    """Raised by a contender whose module or program is not there; says why."""


@dataclass(frozen=True)
class Contender:
    """One way to do a task.

    `time(turn)` gives a figure in the task's unit; turns count from 0, and -1 is
    the turn that warms up. `answer()` gives the whole answer, for the comparison;
    it is called once, before `time`. Both may raise `Missing`, so modules are
    imported and inputs made in them, not when the contender is. `form` says in a
    line which call is made over what. `cannot` says why there is no figure.
    """

    name: str
    form: str
    time: Callable[[int], float] | None = None
    answer: Callable[[], object] | None = None
    cannot: str | None = None
    note: str = ""

    def __post_init__(self):
        if (self.time is None) == (self.cannot is None):
            raise ValueError(f"{self.name}: has either `time` or `cannot`")


@dataclass
class Task:
    """The same work for several contenders.

    `text` is the name of the text that it is about. `threads` is the number of
    cores that all of them get, 0 for all. `axis` is the place on a curve, as
    ("document bytes", 1000); the tasks of a curve have the same name. `equal` takes
    an answer and the judge's and gives the share that differs and where it does
    first (default: answers.difference); up to a share of `tolerance` is timed, and
    said. `judge` is the contender whose answer is right, or, with `expected`,
    who else gave it; without either, the first that has an answer. `seconds` is
    about what the turns of one contender may take; 0 for the mode's.
    """

    name: str
    title: str
    contenders: list[Contender]
    text: str | None = None
    threads: int = 1
    unit: str = "MB/s"
    better: str = ""
    axis: tuple[str, float] | None = None
    equal: Callable[[object, object], tuple[float, str]] | None = None
    tolerance: float = 0.0
    judge: str = ""
    expected: Callable[[], object] | None = None
    seconds: float = 0.0
    label: str = field(init=False)

    def __post_init__(self):
        if not self.better:
            self.better = "higher" if self.unit.endswith("/s") else "lower"
        if self.better not in BETTER:
            raise ValueError(f"{self.name}: better is {' or '.join(BETTER)}, not {self.better}")
        names = [contender.name for contender in self.contenders]
        if len(set(names)) != len(names):
            raise ValueError(f"{self.name}: two contenders have one name: {', '.join(names)}")
        answers = {c.answer is None for c in self.contenders if c.cannot is None}
        if len(answers) > 1:
            raise ValueError(f"{self.name}: has contenders with and without an answer")
        place = f"{self.axis[0]}={self.axis[1]:g}" if self.axis else ""
        cores = {0: "all cores", 1: "one core"}.get(self.threads, f"{self.threads} cores")
        self.label = ", ".join(filter(None, (self.name, self.text, place, cores)))


def in_unit(unit: str, seconds: float, amount: float = 1.0) -> float:
    """The figure of `seconds` spent on `amount` bytes, tokens, calls …: a rate where
    the unit ends in /s, a time for each of the amount where it has another slash,
    else the time. in_unit("MB/s", 0.5, 2e6) = 4, in_unit("ns/token", 1, 1e9) = 1."""
    scales = {"s": 1.0, "ms": 1e3, "µs": 1e6, "ns": 1e9}
    rates = {"MB/s": 1e6, "GB/s": 1e9, "M/s": 1e6, "/s": 1.0}
    if unit in rates:
        return amount / rates[unit] / seconds
    kind, _, each = unit.partition("/")
    if kind not in scales:
        raise ValueError(f"no time is measured in {unit}")
    return seconds * scales[kind] / (amount if each else 1.0)
