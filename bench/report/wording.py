"""What the tables, the page and the images call things: numbers, units, titles,
and why there is no figure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from suite import results

if TYPE_CHECKING:
    from report.summary import Figure, Loss, Row, Summary

DISTURBED = "\u00a0△"  # on the line of its figure
AREAS = {
    "text": "Text",
    "tokenize": "Tokenizers",
    "vectorize": "Vectorizing text",
    "lookup": "Look-ups",
    "ragged": "Ragged tensors",
    "embedding": "Embeddings",
    "job": "The whole job",
    "footprint": "Start-up, memory and size",
    "curves": "Curves",
}


def capital(title: str) -> str:
    """`title` as a heading has it; a name that is written small stays so."""
    return title if title.startswith(results.OURS) else title[:1].upper() + title[1:]


def percent(share: float) -> str:
    if 0 < share < 0.0001:
        return "under 0.01 %"
    return f"{100 * share:.2g} %"


def number(value: float) -> str:
    """Three digits at least, and no more behind the point: 4,774  61.2  0.0312."""
    if not value:
        return "0"
    digits = 2 - math.floor(math.log10(abs(value)))
    return f"{value:,.{min(max(digits, 0), 9)}f}"


def ratio_text(ratio: float | None) -> str:
    if ratio is None:
        return ""
    # Two digits would make 0.996 look even, and 0.0151 as good as 0.0249.
    text = f"{ratio:.3f}" if 0.995 <= ratio < 1 or ratio < 0.1 else f"{ratio:.2f}"
    return (text if ratio < 9.995 else f"{ratio:,.1f}" if ratio < 99.95 else f"{ratio:,.0f}") + "×"


def times_behind(loss: Loss) -> str:
    """How many times as good the peer is; nothing where ours would be endless."""
    return ratio_text(1 / loss.ratio) if loss.ratio else ""


def short(value: float) -> str:
    """A place on an axis: 500  1,000  10k  1M  2.5M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            scale = 1e3 if letter == "k" else size
            return f"{value / scale:.4g}{letter}"
    return f"{value:,.4g}" if value < 1000 else f"{value:,.0f}"


def cores_text(threads: int) -> str:
    if threads == 0:
        return "all cores"
    return "one core" if threads == 1 else f"{threads} cores"


def axis_text(row: Row) -> str:
    return f"{short(row.axis[1])} {row.axis[0]}"


def row_title(row: Row) -> str:
    """What a task is, in a line. One core is what goes without saying."""
    return row.title + row_place(row)


def row_place(row: Row) -> str:
    """What follows the title: text, place on the axis, cores."""
    parts = [row.text or "", axis_text(row) if row.axis else ""]
    if row.threads != 1 and not (row.axis and row.axis[0] == "threads"):
        parts.append(cores_text(row.threads))
    return "".join(f", {part}" for part in parts if part)


def better_text(better: str) -> str:
    return "more is better" if better == "higher" else "less is better"


def figure_text(figure: Figure) -> str:
    """The median, and the least and the most where they differ from it."""
    if figure.median is None:
        return ""
    if len(figure.repeats) < 2:
        return number(figure.median)
    return f"{number(figure.median)} ({number(figure.low)}–{number(figure.high)})"


def cell(figure: Figure | None) -> str:
    """A table's cell: nothing where there is nothing to measure, a word where
    there would have been."""
    if figure is None or figure.status in ("cannot", "missing"):
        return ""
    if figure.median is None:
        return figure.status
    return figure_text(figure) + (DISTURBED if figure.shaky else "")


def median_cell(figure: Figure, unit: str = "") -> str:
    """A cell without the least and the most."""
    if figure.median is None:
        return cell(figure)
    return f"{number(figure.median)} {unit}".strip() + (DISTURBED if figure.shaky else "")


def reasons(rows) -> dict[str, list[str]]:
    """Why contenders have no figure: their names by the reason. What is not installed
    is left out: that is said once for the whole run."""
    found: dict[str, list[str]] = {}
    for row in rows:
        for figure in row.figures:
            if figure.median is None and figure.status != "missing":
                names = found.setdefault(no_figure_text(figure), [])
                if figure.name not in names:
                    names.append(figure.name)
    return found


STATUS_TEXT = {
    "cannot": "has no such call",
    "missing": "not installed",
    "differs": "another answer, so not timed",
    "failed": "failed",
}


def no_figure_text(figure: Figure) -> str:
    """Why a contender has no figure."""
    if figure.status == "cannot" and figure.why:
        return figure.why
    return STATUS_TEXT[figure.status] + (f". {figure.why}" if figure.why else "")


def area_title(area: str) -> str:
    return AREAS.get(area, area.replace("_", " ").capitalize())


def command_of(summary: Summary, area: str) -> str:
    """The command that measures one area anew."""
    command = summary.data["command"]
    if "--only" in command:
        return command
    return f"{command} --only '^{area}/'"


def commit_text(data: dict) -> str:
    return data["commit"][:12] + (", with changes not committed" if data["dirty"] else "")


def run_facts(data: dict) -> list[tuple[str, str]]:
    """What a reader has to know of the run, as names and texts."""
    machine = data["machine"]
    caches = ", ".join(f"{level} {size_text(size)}"
                       for level, size in machine.get("caches", {}).items() if size)
    facts = [
        ("Processor", f"{machine['cpu']}, {count(machine['cores'], 'core')}"),
        ("Caches", caches),
        ("Memory", size_text(machine.get("memory_bytes") or 0)),
        ("System", ", ".join(filter(None, (machine.get("system"), machine.get("kernel"))))),
        ("Compiler", machine.get("compiler") or ""),
        ("SIMD target", machine.get("simd_target") or ""),
        ("Commit", commit_text(data)),
        ("Date", data["date"][:16].replace("T", " ") + " UTC"),
        ("Took", f"{data['seconds']:,.0f} s, {data['mode']}"),
        ("Versions", ", ".join(f"{name} {version}"
                               for name, version in data["versions"].items())),
        ("Texts", "; ".join(text_fact(name, text) for name, text in data["texts"].items())),
        ("Left out", "; ".join(f"{name}: {why}" for name, why in data["missing"].items())),
    ]
    return [(name, text) for name, text in facts if text]


def text_fact(name: str, text: dict) -> str:
    source = f", {text['source']}" if text.get("source") else ""
    return f"{name}: {text['bytes'] / 1e6:,.3g} MB, {count(text['lines'], 'line')}{source}"


def count(number_of: int, noun: str) -> str:
    return f"{number_of:,} {noun}" + ("" if number_of == 1 else "s")


def size_text(size: float) -> str:
    for unit, scale in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if size >= scale:
            return f"{size / scale:.4g} {unit}"
    return f"{size:.0f} B" if size else ""
