"""What the tables, the page and the charts show of a results.json.

It decides the order of things and what counts as lost, and wording what a cell
says, so that the Markdown, the page and the images can't disagree.
"""

from __future__ import annotations

import dataclasses
import re
import statistics

from report.wording import AREAS, axis_text, capital, cores_text, count, percent, row_title
from suite import results

FROM_PYTHON = f"{results.OURS}, from Python"
RARE_BELOW = 20
RARE = f"Peers on fewer than one task in {RARE_BELOW} stand with their tasks alone."


@dataclasses.dataclass(frozen=True)
class Figure:
    """A contender on a task. `ratio` is how many times as good the median of
    rowsplit is: None for rowsplit itself, and where one of both has no figure."""

    name: str
    form: str
    status: str
    why: str
    note: str
    ours: bool
    repeats: tuple[float, ...]
    disturbed: tuple[bool, ...]
    shaky: bool  # whether the median rests on disturbed turns
    median: float | None
    low: float | None
    high: float | None
    ratio: float | None

    @property
    def disturbed_turns(self) -> int:
        return sum(self.disturbed)


@dataclasses.dataclass(frozen=True)
class Row:
    """A task; one point, where it belongs to a curve. `ours` is the best figure of
    rowsplit, or the first entry of it that has none, `best_peer` the best of the
    others, `ratio` how many times as good ours is."""

    task: str
    title: str
    text: str | None
    threads: int
    unit: str
    better: str
    axis: tuple[str, float] | None
    judge: str
    figures: tuple[Figure, ...]
    ours: Figure | None
    best_peer: Figure | None
    ratio: float | None

    @property
    def area(self) -> str:
        return self.task.split("/")[0]

    @property
    def lost(self) -> bool:
        return self.ratio is not None and self.ratio < 1

    @property
    def lead(self) -> Lead | None:
        """Over the best peer; None where one of both has no figure."""
        return None if self.ratio is None else Lead(self, self.best_peer)

    def lead_of(self, ours: Figure) -> float:
        """The lead over the best peer of any figure of ours: there may be several,
        as of C++ and from Python."""
        share = ours.median / self.ours.median if self.ours.median else 1
        return self.ratio * share if self.better == "higher" else self.ratio / share


@dataclasses.dataclass(frozen=True)
class Lead:
    """How many times as good the best figure of ours is as a peer's on a task."""

    row: Row
    peer: Figure

    @property
    def ratio(self) -> float:
        return self.peer.ratio

    @property
    def lost(self) -> bool:
        return self.ratio < 1

    @property
    def shaky(self) -> bool:
        """Whether it rests on disturbed turns."""
        return self.row.ours.shaky or self.peer.shaky


@dataclasses.dataclass(frozen=True)
class Peer:
    """A peer on all the tasks that it has a figure of: of several variants of it on
    a task the best."""

    name: str
    leads: tuple[Lead, ...]

    @property
    def median(self) -> float:
        return statistics.median(lead.ratio for lead in self.leads)

    @property
    def behind(self) -> int:
        """In how many tasks rowsplit is behind it."""
        return sum(lead.lost for lead in self.leads)


@dataclasses.dataclass(frozen=True)
class Loss:
    """A figure of ours that a peer's is better than."""

    row: Row
    ours: Figure
    ratio: float

    @property
    def close(self) -> bool:
        """Whether the spreads of both overlap."""
        peer = self.row.best_peer
        return self.ours.low <= peer.high and peer.low <= self.ours.high

    @property
    def title(self) -> str:
        """The task; and which of ours, where another of ours is ahead."""
        return row_title(self.row) + ("" if self.row.lost else f" ({self.ours.name})")


@dataclasses.dataclass(frozen=True)
class Group:
    """What one chart shows: a task, or the points of a curve in order."""

    rows: tuple[Row, ...]

    @property
    def curve(self) -> bool:
        return len(self.rows) > 1

    @property
    def title(self) -> str:
        row = self.rows[0]
        parts = [row.title]
        if row.text:
            parts.append(row.text)
        if not self.curve and row.axis:
            parts.append(axis_text(row))
        # One core is what goes without saying.
        if row.threads != 1 and not (self.curve and row.axis[0] == "threads"):
            parts.append(cores_text(row.threads))
        return ", ".join(parts)

    @property
    def slug(self) -> str:
        row = self.rows[0]
        # Cores only where they are more than one: the name of the usual case is short.
        parts = [row.task, row.text or "", "" if row.threads == 1 else cores_text(row.threads)]
        if row.axis:
            parts.append(row.axis[0] if self.curve else axis_text(row))
        return re.sub(r"[^a-z0-9]+", "-", " ".join(parts).lower()).strip("-")

    @property
    def names(self) -> list[str]:
        """The contenders in order of their first appearance, rowsplit's first."""
        return names_of(self.rows)

    @property
    def shaky(self) -> bool:
        """Whether a figure of it rests on disturbed turns."""
        return any(f.shaky for row in self.rows for f in row.figures)


@dataclasses.dataclass(frozen=True)
class Summary:
    """All of a results.json, `data` as it was read."""

    data: dict
    rows: tuple[Row, ...]

    @property
    def groups(self) -> list[Group]:
        return groups_of(self.rows)

    @property
    def curve_rows(self) -> list[Row]:
        return [row for group in self.groups if group.curve for row in group.rows]

    @property
    def areas(self) -> dict[str, list[Group]]:
        """The groups by area, in the order in which areas are named above."""
        found: dict[str, list[Group]] = {}
        for group in self.groups:
            found.setdefault(group.rows[0].area, []).append(group)
        order = list(AREAS)
        return dict(sorted(found.items(),
                           key=lambda item: order.index(item[0]) if item[0] in order else 99))

    @property
    def losses(self) -> list[Loss]:
        """Where a peer has the better median than the best of ours, or else than ours
        from Python, which is what peers in Python are to be compared with; the worst
        first."""
        found = [Loss(row, figure, row.lead_of(figure))
                 for row in self.rows if row.ratio is not None
                 for figure in row.figures if figure.median is not None and (
                     figure is row.ours if row.lost else figure.name == FROM_PYTHON)]
        return sorted((loss for loss in found if loss.ratio < 1), key=lambda loss: loss.ratio)

    @property
    def leads(self) -> list[Lead]:
        """Over the best peer of each task that has one."""
        return [row.lead for row in self.rows if row.ratio is not None]

    @property
    def peers(self) -> list[Peer]:
        """Those that are not rare, the most frequent first."""
        found: dict[str, dict[int, Lead]] = {}
        for place, row in enumerate(self.rows):
            for figure in row.figures:
                if figure.ratio is None:
                    continue
                best = found.setdefault(family(figure.name), {})
                if place not in best or figure.ratio < best[place].ratio:
                    best[place] = Lead(row, figure)
        peers = [Peer(name, tuple(best.values())) for name, best in found.items()
                 if RARE_BELOW * len(best) >= len(self.leads)]
        return sorted(peers, key=lambda peer: -len(peer.leads))

    @property
    def verdict(self) -> str:
        """All of it in a sentence."""
        leads = self.leads
        if not leads:
            return self.no_losses
        behind = sum(lead.lost for lead in leads)
        said = f"rowsplit is ahead of every peer in {len(leads) - behind} of {count(len(leads), 'task')}"
        if behind:
            said += f" and behind the best one in {behind}"
        from_python = len(self.losses) - behind
        if from_python:
            said += f"; behind from Python alone in {from_python}"
        return said + "."

    @property
    def no_losses(self) -> str:
        """What stands in place of the losses where there are none."""
        if all(row.ratio is None for row in self.rows):
            return "No task has figures of both rowsplit and a peer."
        return "Nothing: on each task that was timed, rowsplit is ahead of every peer."

    @property
    def turns(self) -> tuple[int, int]:
        """How many turns there were, and how many of them were disturbed."""
        figures = [f for row in self.rows for f in row.figures]
        return sum(len(f.repeats) for f in figures), sum(f.disturbed_turns for f in figures)

    @property
    def warning(self) -> str:
        """A word where most of the run was disturbed."""
        turns, disturbed = self.turns
        if 2 * disturbed <= turns:
            return ""
        return (f"The machine did other work: {disturbed:,} of {turns:,} turns were disturbed. Read "
                "the leads, not the figures.")

    @property
    def without_ours(self) -> list[Row]:
        """Tasks on which rowsplit should have a figure and has none."""
        return [row for row in self.rows if row.ours and row.ours.median is None]


def family(name: str) -> str:
    """Variants of a peer are named after it: "TensorFlow, as written"."""
    return name.split(",")[0]


def names_of(rows) -> list[str]:
    names = list(dict.fromkeys(f.name for row in rows for f in row.figures))
    ours = {f.name for row in rows for f in row.figures if f.ours}
    return sorted(names, key=lambda name: name not in ours)


def ordered(row: Row) -> list[Figure]:
    """The contenders of a task: the best first, those without a figure last."""
    timed = [f for f in row.figures if f.median is not None]
    timed.sort(key=lambda f: f.median, reverse=row.better == "higher")
    return timed + [f for f in row.figures if f.median is None]


def groups_of(rows) -> list[Group]:
    found: dict[tuple, list[Row]] = {}
    for row in rows:
        threads = "any" if row.axis and row.axis[0] == "threads" else row.threads
        key = (row.task, row.text, row.unit, threads, row.axis and row.axis[0])
        found.setdefault(key, []).append(row)
    groups = []
    for key, members in found.items():
        if key[-1] is None:
            groups.extend(Group((row,)) for row in members)
        else:
            groups.append(Group(tuple(sorted(members, key=lambda row: row.axis[1]))))
    return groups


def summarize(data: dict) -> Summary:
    return Summary(data, tuple(make_row(result) for result in data["results"]))


def read(path) -> Summary:
    return summarize(results.read(path))


def make_row(result: dict) -> Row:
    ours, peer = results.best(result, True), results.best(result, False)
    figures = [make_figure(result, entry) for entry in result["contenders"]]

    def of(entry):
        return next((f for f in figures if entry and f.name == entry["name"]), None)

    axis = result["axis"]
    return Row(
        task=result["task"], title=capital(result["title"]), text=result["text"],
        threads=result["threads"], unit=result["unit"], better=result["better"],
        axis=(axis["name"], axis["value"]) if axis else None, judge=result["judge"],
        figures=tuple(figures), ours=of(ours) or next((f for f in figures if f.ours), None),
        best_peer=of(peer), ratio=results.ratio_to_best_peer(result))


def make_figure(result: dict, entry: dict) -> Figure:
    why, share = entry["why"], entry["share_that_differs"]
    if share > 0:
        why = f"{percent(share)} of the answers differ" + (f"; {why}" if why else "")
    low, high = results.spread(entry) or (None, None)
    return Figure(
        name=entry["name"], form=entry["form"], status=entry["status"], why=why,
        note=entry["note"], ours=results.is_ours(entry), repeats=tuple(entry["repeats"]),
        disturbed=tuple(entry["disturbed"]), shaky=results.is_disturbed(entry),
        median=results.median(entry), low=low, high=high,
        ratio=None if results.is_ours(entry) else results.ratio_to(result, entry))
