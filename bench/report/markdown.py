"""The tables of a results.json in Markdown: what is lost first, then each peer, then
the areas."""

from __future__ import annotations

import textwrap

from report.summary import FROM_PYTHON, Figure, Group, RARE, Row, Summary, ordered
from report.wording import (
    area_title, better_text, cell, command_of, commit_text, count, median_cell, no_figure_text,
    ratio_text, reasons, row_title, run_facts, short, times_behind)
from suite.results import OURS


def escape(text: str) -> str:
    """Text that stays text in a table's cell."""
    text = " ".join(str(text).split())
    for character in "\\`*_<>|[]":
        text = text.replace(character, "\\" + character)
    return text


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def lost_lines(summary: Summary) -> list[str]:
    """What is slower, larger or later than a peer's, the worst first."""
    lines = []
    if summary.losses:
        rows = []
        for loss in summary.losses:
            row, peer = loss.row, loss.row.best_peer
            lead = times_behind(loss) + (" (spreads overlap)" if loss.close else "")
            rows.append([escape(loss.title), escape(median_cell(loss.ours, row.unit)),
                         f"{escape(peer.name)} {median_cell(peer)}", lead])
        lines += table(["task", "rowsplit", "the best peer", "its lead"], rows)
    else:
        lines.append(summary.no_losses)
    if summary.without_ours:
        lines += ["", "Tasks on which rowsplit has no figure:", ""]
        for row in summary.without_ours:
            lines.append("- " + escape(f"{row_title(row)}: {no_figure_text(row.ours)}"))
    return lines


def peer_lines(summary: Summary) -> list[str]:
    rows = []
    for peer in summary.peers:
        ratios = [lead.ratio for lead in peer.leads]
        rows.append([escape(peer.name), str(len(ratios)), ratio_text(peer.median),
                     f"{ratio_text(min(ratios))}–{ratio_text(max(ratios))}",
                     str(peer.behind or "")])
    return [*table(["peer", "tasks", "median lead of rowsplit", "least–most", "behind in"], rows),
            "", RARE]


def best_of_ours(row: Row, from_python: bool) -> Figure | None:
    return next((f for f in ordered(row) if f.ours and (f.name == FROM_PYTHON) == from_python),
                None)


def own_cell(figure: Figure | None) -> str:
    """A figure of ours, and of which variant it is."""
    text = cell(figure)
    if not text or figure.name in (OURS, FROM_PYTHON):
        return text
    return f"{text}, {escape(figure.name.removeprefix(OURS).lstrip(', '))}"


def task_table(rows: list[Row], first: str, name) -> list[str]:
    """A line for each row, which `name` gives the name of: ours, the best peer, and in
    one cell what is left."""
    python = any(f.name == FROM_PYTHON for row in rows for f in row.figures)
    body = []
    for row in rows:
        own = [best_of_ours(row, from_python) for from_python in (False, True)[:1 + python]]
        peer = row.best_peer
        best = f"{escape(peer.name)} {cell(peer)}" if peer else ""
        others = [f"{escape(f.name)} {median_cell(f)}" for f in ordered(row)
                  if f is not peer and f not in own and cell(f)]
        lead = f"**{ratio_text(row.ratio)}**" if row.lost else ratio_text(row.ratio)
        body.append([escape(name(row)), *map(own_cell, own), best, lead, "; ".join(others)])
    head = [escape(first), OURS, *["from Python"] * python, "the best peer", "lead of rowsplit",
            "others"]
    width = len(head) if any(line[-1] for line in body) else len(head) - 1
    return table(head[:width], [line[:width] for line in body])


def form_lines(rows: list[Row]) -> list[str]:
    """What each contender was asked to do, and why it has no figure."""
    forms: dict[str, dict[str, None]] = {}
    for figure in (f for row in rows for f in row.figures if f.median is not None):
        text = ". ".join(filter(None, (figure.form, figure.note, figure.why)))
        if text:
            forms.setdefault(figure.name, {})[text] = None
    lines = [f"- {escape(name)}: {escape('; '.join(texts))}" for name, texts in forms.items()]
    for why, names in reasons(rows).items():
        short_why = textwrap.shorten(why, 120, placeholder="…")
        lines.append(f"- No figure of {escape(', '.join(names))}: {escape(short_why)}")
    if not lines:
        return []
    return ["<details><summary>The calls, and why there is no figure of some</summary>", "",
            *lines, "", "</details>", ""]


def area_lines(summary: Summary, area: str, groups: list[Group], level: str) -> list[str]:
    """A table for each unit, and one for each curve."""
    lines = [f"{level} {area_title(area)}", "", f"    {command_of(summary, area)}", ""]
    units: dict[tuple[str, str], list[Row]] = {}
    for row in (group.rows[0] for group in groups if not group.curve):
        units.setdefault((row.unit, row.better), []).append(row)
    for (unit, better), rows in units.items():
        lines += [f"{escape(unit)}, {better_text(better)}:", "",
                  *task_table(rows, "task", row_title), ""]
    for group in (group for group in groups if group.curve):
        row = group.rows[0]
        lines += [f"**{escape(group.title)}**, {escape(row.unit)}, {better_text(row.better)}:", "",
                  *task_table(list(group.rows), row.axis[0], lambda row: short(row.axis[1])), ""]
    return lines + form_lines([row for group in groups for row in group.rows])


HOW_TO_READ = """\
- A figure is the median of the turns, with the least and the most in brackets; of *others* the median alone. Contenders take turns.
- The *lead* is how many times as good rowsplit is as the best peer: below 1, the peer is ahead. Where rowsplit stands several times (in C++, and *from Python*), it is that of the best one; where a peer is ahead of that from Python alone, it is listed above as well.
- On one core, which is what goes without saying, time is of the processor, that of all threads of the process, since some libraries work in threads of their own; on all cores it is by the clock.
- △: the figure rests on disturbed turns, in which other programs took more than 15 % of a core, or threads of other contenders did not come to rest before. Where three turns or more were not disturbed, only those count.
- Before a contender is timed its answer is compared, of a long input that of the first part; one that *differs* is not timed. Imports, memory and sizes have no answer. Who isn't named has no such call, or is not installed."""


def fact_lines(summary: Summary) -> list[str]:
    rows = [[escape(name), escape(text)] for name, text in run_facts(summary.data)]
    return [f"    {summary.data['command']}", "", *table(["", ""], rows)]


def machine_line(summary: Summary) -> str:
    machine, data = summary.data["machine"], summary.data
    return (f"{escape(machine['cpu'])} ({count(machine['cores'], 'core')}), "
            f"commit {commit_text(data)}, {data['date'][:10]}")


def body(summary: Summary, level: str = "##") -> list[str]:
    lines = [f"{level} What a peer does better", "", *lost_lines(summary), ""]
    if summary.peers:
        lines += [f"{level} Beside each peer", "", *peer_lines(summary), ""]
    lines += [f"{level} How to read the tables", "", HOW_TO_READ, ""]
    for area, groups in summary.areas.items():
        lines += area_lines(summary, area, groups, level)
    return lines + [f"{level} The run", "", *fact_lines(summary), ""]


def verdict_lines(summary: Summary) -> list[str]:
    warning = ["", f"**{summary.warning}**"] if summary.warning else []
    return [f"{summary.verdict} Measured on {machine_line(summary)}.", *warning]


def render(summary: Summary) -> str:
    lines = ["# rowsplit beside its peers", "", *verdict_lines(summary), "", *body(summary)]
    return "\n".join(lines).rstrip() + "\n"
