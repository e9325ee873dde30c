"""One HTML page of a results.json: charts as inline SVG with a table behind each.
It loads nothing, and needs no script."""

from __future__ import annotations

import html
import textwrap

from report import charts
from report.style import STYLE
from report.summary import (
    Figure, Group, Row, STATUS_TEXT, Summary, area_title, cell, command_of, cores_text, count,
    no_figure_text, number, ratio_text, row_title, run_facts, short)

HOW_TO_READ = """
<p>A bar is the median of the turns; the line over it goes from the least to the most.
Contenders take turns (A B A B …), so that what else the machine does meets all of them.
<b>2.0×</b> says that rowsplit is twice as good as this contender, <b class="lost">0.50×</b> that it
is half as good. Where rowsplit stands twice (rowsplit is the C++ library then, beside rowsplit,
from Python), leads are those of the better one; where a peer is ahead of that from Python alone,
it is listed as well. △ is a turn in which other programs took more than 15 % of a core; where three
turns or more were not disturbed, only those count. A figure that rests on disturbed turns has △ in
the table, and over its mark on a curve.</p>
<p>Before a contender is timed its answer is compared with the judge's. One that differs is
shown as different and not timed. What a peer has no call for, or what is not installed, has no
figure, which is not a zero. All run on one core, in processor time, unless a title says
something else; on all cores it is time by the clock. The processor time is that of all threads of
the process, since some libraries do their work in threads of their own; a turn begins when the
threads of the others rest, and is disturbed (△) if they don't.</p>
"""


def escape(text) -> str:
    return html.escape(str(text))


def table(head: list[str], rows: list[list[str]], label: str) -> str:
    """Cells are markup. It scrolls by itself where it is too wide."""
    top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "\n".join(
        "<tr>" + f'<th scope="row">{row[0]}</th>' + "".join(f"<td>{cell}</td>" for cell in row[1:])
        + "</tr>" for row in rows)
    return (f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(label)}">'
            f"<table><thead><tr>{top}</tr></thead><tbody>\n{body}\n</tbody></table></div>")


def lost_section(summary: Summary) -> str:
    parts = ['<section id="lost"><h2>What a peer does better</h2>']
    if summary.losses:
        rows = []
        for loss in summary.losses:
            peer = loss.row.best_peer
            note = " <small>spreads overlap</small>" if loss.close else ""
            rows.append([
                f'<a href="#{slug_of(summary, loss.row)}">{escape(loss.title)}</a>',
                f'<b class="lost">{ratio_text(loss.ratio)}</b>{note}',
                f"{escape(cell(loss.ours))} {escape(loss.row.unit)}",
                f"{escape(peer.name)} {escape(cell(peer))}"])
        parts.append(table(["task", "lead of rowsplit", "rowsplit", "the best peer"], rows,
                           "What a peer does better"))
    else:
        parts.append(f"<p>{escape(summary.no_losses)}</p>")
    if summary.without_ours:
        items = "".join(f"<li>{escape(row_title(row))}: {escape(no_figure_text(row.ours))}</li>"
                        for row in summary.without_ours)
        parts.append(f"<p>Tasks on which rowsplit has no figure:</p><ul>{items}</ul>")
    return "\n".join([*parts, "</section>"])


def slug_of(summary: Summary, row: Row) -> str:
    return next(group.slug for group in summary.groups if row in group.rows)


def leads_section(summary: Summary) -> str:
    """All tasks at one glance, on one scale; of a curve its ends."""
    domain = charts.domain_of(summary.rows)
    cards = []
    for area, groups in summary.areas.items():
        rows = [row for group in groups for row in ends(group) if row.ratio is not None]
        if rows:
            title = area_title(area)
            drawing = charts.leads(rows, domain, f"leads-{area}",
                                   f"{title}: lead of rowsplit over the best peer")
            cards.append(f'<figure class="card"><figcaption><a href="#{escape(area)}">'
                         f"{escape(title)}</a></figcaption>{drawing}</figure>")
    return ('<section id="leads"><h2>The lead over the best peer</h2>\n<div class="columns">'
            + "\n".join(cards) + "</div></section>")


def ends(group: Group) -> list[Row]:
    return [group.rows[0], group.rows[-1]] if group.curve else list(group.rows)


def details_row(figure: Figure) -> list[str]:
    if figure.median is None:
        figures = [escape(STATUS_TEXT[figure.status]), "", "", ""]
    else:
        turns = str(len(figure.repeats))
        if figure.disturbed_turns:
            turns += f", {figure.disturbed_turns} disturbed"
        figures = [number(figure.median), number(figure.low), number(figure.high), turns]
    words = ". ".join(filter(None, (figure.form, figure.note, figure.why)))
    return [escape(figure.name), *figures, ratio_text(figure.ratio),
            f'<span class="words">{escape(words)}</span>']


def bars_table(group: Group) -> str:
    row = group.rows[0]
    unit = escape(row.unit)
    head = ["contender", f"median, {unit}", "least", "most", "turns", "lead of rowsplit",
            "how, and why not"]
    return table(head, [details_row(figure) for figure in charts.ordered(row)], group.title)


def curve_table(group: Group) -> str:
    first = group.rows[0]
    rows = []
    for row in group.rows:
        figures = {f.name: f for f in row.figures}
        rows.append([escape(short(row.axis[1])),
                     *(escape(cell(figures.get(name))) for name in group.names),
                     ratio_text(row.ratio)])
    head = [escape(first.axis[0]), *map(escape, group.names), "lead of rowsplit"]
    forms = {f.name: f.form for row in group.rows for f in row.figures if f.form}
    words = "".join(f"<li>{escape(name)}: {escape(form)}</li>" for name, form in forms.items())
    return table(head, rows, group.title) + (f"<ul>{words}</ul>" if words else "")


def notes(group: Group) -> str:
    """Why contenders have no figure, and of those who have one how much of their
    answers differs; once, if it is the same all along a curve."""
    found = dict.fromkeys(
        (f.name, f.why if f.median is not None else no_figure_text(f))
        for row in group.rows for f in row.figures if f.median is None or f.why)
    # All of a long reason stands in the table.
    short_found = [(name, textwrap.shorten(text, 160, placeholder="…")) for name, text in found]
    items = [f"<li><b>{escape(name)}</b>: {escape(text)}</li>" for name, text in short_found]
    return f'<ul class="notes">{"".join(items)}</ul>' if items else ""


def card(group: Group, styles: dict) -> str:
    row = group.rows[0]
    drawing = charts.curve(group, styles) if group.curve else charts.bars(group)
    behind = curve_table(group) if group.curve else bars_table(group)
    judge = f" The answers were compared with {escape(row.judge)}." if row.judge else ""
    return (f'<figure class="card" id="{group.slug}">'
            f"<figcaption>{escape(group.title)}</figcaption>\n{drawing}{notes(group)}<details><summary>Table</summary>{behind}"
            f"<p>Task <code>{escape(row.task)}</code>, {cores_text(row.threads)}.{judge}</p>"
            "</details></figure>")


def area_section(summary: Summary, area: str, groups: list[Group], styles: dict) -> str:
    cards = "\n".join(card(group, styles) for group in groups)
    return (f'<section id="{escape(area)}"><h2>{escape(area_title(area))}</h2>\n'
            f"<p><code>{escape(command_of(summary, area))}</code></p>\n"
            f'<div class="cards">{cards}</div></section>')


def facts(summary: Summary) -> str:
    items = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>"
                    for name, text in run_facts(summary.data))
    return (f'<section id="run"><h2>The run</h2>\n<p><code>{escape(summary.data["command"])}'
            f"</code></p><dl>{items}</dl>{HOW_TO_READ}</section>")


def render(summary: Summary) -> str:
    styles = charts.series_styles(summary.rows)
    links = [("lost", "Behind a peer"), ("leads", "Leads"), ("run", "The run")]
    links += [(area, area_title(area)) for area in summary.areas]
    nav = "".join(f'<a href="#{escape(name)}">{escape(text)}</a>' for name, text in links)
    machine, data = summary.data["machine"], summary.data
    turns, disturbed = summary.turns
    head = (f"<p>{escape(machine['cpu'])}, {count(machine['cores'], 'core')}; commit "
            f"{escape(data['commit'][:12])}; {escape(data['date'][:10])}; {len(summary.rows)} "
            f"tasks, {turns:,} turns, {disturbed:,} of them disturbed.</p>")
    if summary.warning:
        head += f'<p class="lost"><b>{escape(summary.warning)}</b></p>'
    sections = [lost_section(summary), leads_section(summary), facts(summary)]
    sections += [area_section(summary, area, groups, styles)
                 for area, groups in summary.areas.items()]
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>rowsplit beside its peers</title>
<link rel="icon" href="data:,">
<style>{STYLE}</style>
</head>
<body>
<header><h1>rowsplit beside its peers</h1>{head}
<nav aria-label="Sections">{nav}</nav></header>
<main>
{chr(10).join(sections)}
</main>
</body>
</html>
"""
