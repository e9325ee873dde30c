"""The tables of a results.json in Markdown: what is lost first, then the areas."""

from __future__ import annotations

from report.summary import (
    Group, Row, Summary, area_title, better_text, cell, command_of, cores_text, names_of,
    no_figure_text, ratio_text, reasons, row_title, run_facts, short)

# Up to so many titles of tasks are named for one reason or call.
MOST_TITLES = 4


def escape(text: str) -> str:
    """Text that stays text in a table's cell."""
    text = " ".join(str(text).split())
    for character in "\\`*_<>|[]":
        text = text.replace(character, "\\" + character)
    return text


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def task_cells(row: Row) -> list[str]:
    axis = f", {row.axis[0]} {short(row.axis[1])}" if row.axis else ""
    return [escape(row.title + axis), escape(row.text or ""), cores_text(row.threads)]


def lost_lines(summary: Summary) -> list[str]:
    """What is slower, larger or later than a peer's, the worst first."""
    lines = []
    if summary.losses:
        head = ["task", "cores", "unit", "rowsplit", "the best peer", "lead of rowsplit"]
        rows = []
        for loss in summary.losses:
            row, peer = loss.row, loss.row.best_peer
            ratio = ratio_text(loss.ratio) + (" (spreads overlap)" if loss.close else "")
            rows.append([escape(loss.title), cores_text(row.threads), escape(row.unit),
                         cell(loss.ours), f"{escape(peer.name)} {cell(peer)}", ratio])
        lines += table(head, rows)
    else:
        lines.append(summary.no_losses)
    if summary.without_ours:
        lines += ["", "Tasks on which rowsplit has no figure:", ""]
        for row in summary.without_ours:
            lines.append("- " + escape(f"{row_title(row)}: {no_figure_text(row.ours)}"))
    return lines


def area_table(rows: list[Row]) -> list[str]:
    """Tasks down, contenders across."""
    names = names_of(rows)
    head = ["task", "text", "cores", "unit", *map(escape, names), "lead of rowsplit"]
    body = []
    for row in rows:
        figures = {f.name: f for f in row.figures}
        arrow = "↑" if row.better == "higher" else "↓"
        body.append([*task_cells(row), f"{escape(row.unit)} {arrow}",
                     *(cell(figures.get(name)) for name in names), ratio_text(row.ratio)])
    return table(head, body)


def curve_table(group: Group) -> list[str]:
    """Values of the axis down, contenders across."""
    first = group.rows[0]
    head = [escape(first.axis[0]), *map(escape, group.names), "lead of rowsplit"]
    body = []
    for row in group.rows:
        figures = {f.name: f for f in row.figures}
        body.append([short(row.axis[1]), *(cell(figures.get(name)) for name in group.names),
                     ratio_text(row.ratio)])
    return table(head, body)


def reason_lines(rows: list[Row]) -> list[str]:
    """Why cells are empty, and what the calls are."""
    lines = []
    for name, why, titles in reasons(rows):
        lines.append("- " + escape(f"{name} ({listed(titles)}): {why}"))
    return lines


def listed(titles: list[str]) -> str:
    more = len(titles) - MOST_TITLES
    return "; ".join(titles[:MOST_TITLES]) + (f" and {more} more" if more > 0 else "")


def form_lines(rows: list[Row]) -> list[str]:
    """What each contender was asked to do."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        for figure in row.figures:
            text = ". ".join(filter(None, (figure.form, figure.note, figure.why)))
            if text and figure.median is not None:
                titles = found.setdefault((figure.name, text), [])
                if row.title not in titles:
                    titles.append(row.title)
    forms: dict[str, list[str]] = {}
    for (name, text), titles in found.items():
        # One form for all tasks needs no titles.
        only = [other for other, _ in found].count(name) == 1
        forms.setdefault(name, []).append(text if only else f"{text} ({listed(titles)})")
    return ["- " + escape(f"{name}: {'; '.join(texts)}") for name, texts in forms.items()]


def area_lines(summary: Summary, area: str, groups: list[Group], level: str) -> list[str]:
    lines = [f"{level} {area_title(area)}", "", f"    {command_of(summary, area)}", ""]
    plain = [row for group in groups if not group.curve for row in group.rows]
    if plain:
        lines += [*area_table(plain), ""]
    for group in groups:
        if group.curve:
            row = group.rows[0]
            lines += [f"{escape(group.title)}, {escape(row.unit)}, {better_text(row.better)}:", "",
                      *curve_table(group), ""]
    rows = [row for group in groups for row in group.rows]
    for more in (reason_lines(rows), form_lines(rows)):
        if more:
            lines += [*more, ""]
    return lines


HOW_TO_READ = (
    "A figure is the median of the turns, with the least and the most behind it; contenders take "
    "turns. On one core it is of processor time, on all cores of time by the clock. Processor time is "
    "that of all threads of the process, since some libraries do their work in threads of their own; "
    "a turn begins when the threads of the others rest, and is disturbed if they don't. ↑ more is "
    "better, ↓ less is better. The lead is how many times as good rowsplit is as the best peer. "
    "Where rowsplit stands twice (rowsplit is the C++ library then, beside rowsplit, from Python), "
    "it is the lead of the better one; where a peer is ahead of that from Python alone, it is "
    "listed as well. △ the figure rests on turns in which other programs took more than 15 % of a core; where "
    "three turns or more were not disturbed, only those count. Before a contender is timed its "
    "answer is compared; one that differs is not timed. An empty cell is what a peer has no call "
    "for, or what is not installed.")


def fact_lines(summary: Summary) -> list[str]:
    rows = [[escape(name), escape(text)] for name, text in run_facts(summary.data)]
    return [f"    {summary.data['command']}", "", *table(["", ""], rows)]


def body(summary: Summary, level: str = "##") -> list[str]:
    warning = [summary.warning, ""] if summary.warning else []
    lines = [*warning, f"{level} What a peer does better", "", *lost_lines(summary), "",
             f"{level} The run", "", *fact_lines(summary), "", HOW_TO_READ, ""]
    for area, groups in summary.areas.items():
        lines += area_lines(summary, area, groups, level)
    return lines


def render(summary: Summary) -> str:
    return "\n".join(["# rowsplit beside its peers", "", *body(summary)]).rstrip() + "\n"
