"""One HTML page of a results.json: charts as inline SVG with a table behind each.
It loads nothing, and needs no script."""

from __future__ import annotations

import html
import textwrap

from report import charts, svg
from report.style import STYLE
from report.summary import Figure, Group, Lead, Loss, RARE, Row, Summary, ordered
from report.wording import (
    DISTURBED, STATUS_TEXT, area_title, cell, command_of, cores_text, count, median_cell,
    no_figure_text, number, ratio_text, row_title, run_facts, short, times_behind)

HOW_TO_READ = """
<ul class="key">
<li><i class="swatch ours"></i>rowsplit <i class="swatch peer"></i>a peer <i class="swatch lost"></i>a peer that is
ahead. A bar is the median of the turns, the line over it goes from the least to the most. Contenders
take turns (A B A B …), so that what else the machine does meets all of them.</li>
<li><b>2.0×</b>: rowsplit is twice as good as this peer; <b class="lost">0.50×</b>: half as good. Where
rowsplit stands several times (the C++ library, and rowsplit, from Python), leads are those of the best
one; where a peer is ahead of that from Python alone, that is listed as well.</li>
<li>△ under a bar is a disturbed turn: other programs took more than 15 % of a core, or threads of other
contenders did not come to rest before. Such turns count only where fewer than three others are left;
then △ stands behind the figure and over the mark of a curve, and the dot of its lead is hollow.</li>
<li>Before a contender is timed its answer is compared with the judge's, of a long input that of the first
part. One that differs is not timed. Imports, memory and sizes have no answer. What a peer has no call for,
or what is not installed, has no figure, which is not a zero.</li>
<li>All run on one core unless a title says something else. Time is of the processor then, that of all
threads of the process, since some libraries work in threads of their own; on all cores it is by the
clock.</li>
</ul>
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


def task_link(summary: Summary, row: Row, title: str) -> str:
    slug = next(group.slug for group in summary.groups if row in group.rows)
    return f'<a href="#{slug}">{escape(title)}</a>'


def lost_section(summary: Summary) -> str:
    parts = ['<section id="lost"><h2>What a peer does better</h2>']
    if summary.losses:
        items = "\n".join(loss_line(summary, loss) for loss in summary.losses)
        parts.append(f'<ul class="lines">{items}</ul>')
    else:
        parts.append(f"<p>{escape(summary.no_losses)}</p>")
    if summary.without_ours:
        items = "".join(f"<li>{escape(row_title(row))}: {escape(no_figure_text(row.ours))}</li>"
                        for row in summary.without_ours)
        parts.append(f"<p>Tasks on which rowsplit has no figure:</p><ul>{items}</ul>")
    return "\n".join([*parts, "</section>"])


def loss_line(summary: Summary, loss: Loss) -> str:
    row, peer = loss.row, loss.row.best_peer
    figures = (f"rowsplit {median_cell(loss.ours, row.unit)}, {peer.name} "
               f"{median_cell(peer, row.unit)}" + ("; spreads overlap" if loss.close else ""))
    return line(task_link(summary, row, loss.title),
                f'<b class="lost">{escape(peer.name)} {times_behind(loss)}</b>',
                f"<small>{escape(figures)}</small>")


def line(name: str, said: str, drawing: str) -> str:
    """A name, what is to be said of it, and a drawing as wide as there is room."""
    return f'<li><span>{name}</span><span class="said">{said}</span>{drawing}</li>'


def lines(x: charts.LeadScale, items: list[str], label: str) -> str:
    """Drawings over one scale."""
    head = line("", "", svg.fluid("scale", 16, x.labels(12)))
    return f'<ul class="lines" aria-label="{escape(label)}">{head}{chr(10).join(items)}</ul>'


def peers_section(summary: Summary) -> str:
    """All tasks of each peer: a dot for each of them."""
    if not summary.peers:
        return ""
    x = charts.LeadScale([lead for peer in summary.peers for lead in peer.leads])
    items = []
    for peer in summary.peers:
        behind = f'<br><b class="lost">{charts.behind(peer)}</b>' if peer.behind else ""
        items.append(line(escape(peer.name), charts.said(peer) + behind,
                          svg.fluid(f"lead over {peer.name}", charts.LANE,
                                    charts.lane(peer, x, 300))))
    return (f'<section id="peers"><h2>Beside what you use</h2>\n<p class="soft">Lead of rowsplit: '
            f'{charts.LEAD_AXIS}. A dot is a task; where it is a diamond, the peer is ahead. The '
            f'stroke is the median. {RARE}</p>\n{lines(x, items, "Lead of rowsplit over each peer")}'
            "</section>")


def leads_section(summary: Summary) -> str:
    """All tasks at one glance, on one scale; of a curve its ends."""
    if not summary.leads:
        return ""
    x = charts.LeadScale(summary.leads)
    cards = []
    for area, groups in summary.areas.items():
        rows = [row for group in groups for row in ends(group) if row.ratio is not None]
        if rows:
            title = escape(area_title(area))
            listed = lines(x, [lead_line(summary, row.lead, x) for row in rows],
                           f"{title}: lead of rowsplit over the best peer")
            cards.append(f'<div class="card"><h3><a href="#{escape(area)}">{title}</a></h3>'
                         f"{listed}</div>")
    return (f'<section id="leads"><h2>Each task beside its best peer</h2>\n<p class="soft">Lead of '
            f'rowsplit: {charts.LEAD_AXIS}. Of a curve the two ends.</p>\n<div class="columns">'
            + "\n".join(cards) + "</div></section>")


def lead_line(summary: Summary, lead: Lead, x: charts.LeadScale) -> str:
    said = f"{ratio_text(lead.ratio)} {escape(lead.peer.name)}{DISTURBED if lead.shaky else ''}"
    if lead.lost:
        said = f'<b class="lost">{said}</b>'
    return line(task_link(summary, lead.row, row_title(lead.row)), said,
                svg.fluid(f"lead {ratio_text(lead.ratio)}", 18, charts.lead_bar(lead, x)))


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
    return table(head, [details_row(figure) for figure in ordered(row)], group.title)


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
    answers differs; once, if it is the same of several or all along a curve."""
    found: dict[str, dict[str, None]] = {}
    for figure in (f for row in group.rows for f in row.figures if f.median is None or f.why):
        why = no_figure_text(figure) if figure.median is None else figure.why
        found.setdefault(why, {})[figure.name] = None
    # All of a long reason stands in the table.
    items = [f"<li><b>{escape(', '.join(names))}</b>: "
             f"{escape(textwrap.shorten(why, 160, placeholder='…'))}</li>"
             for why, names in found.items()]
    return f'<ul class="notes">{"".join(items)}</ul>' if items else ""


def card(group: Group, styles: dict) -> str:
    row = group.rows[0]
    drawing = charts.curve(group, styles) if group.curve else charts.bars(group)
    behind = curve_table(group) if group.curve else bars_table(group)
    judge = f" The answers were compared with {escape(row.judge)}." if row.judge else ""
    return (f'<figure class="card" id="{group.slug}">'
            f"<figcaption>{escape(group.title)}</figcaption>\n{drawing}{notes(group)}"
            f"<details><summary>Table</summary>{behind}"
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
            f"</code></p><dl>{items}</dl></section>")


def render(summary: Summary) -> str:
    styles = charts.series_styles(summary.curve_rows)
    sections = {"lost": ("Behind a peer", lost_section(summary)),
                "peers": ("By peer", peers_section(summary)),
                "leads": ("By task", leads_section(summary)),
                "key": ("How to read", f'<section id="key"><h2>How to read the charts</h2>'
                                       f"{HOW_TO_READ}</section>")}
    for area, groups in summary.areas.items():
        sections[area] = (area_title(area), area_section(summary, area, groups, styles))
    sections["run"] = ("The run", facts(summary))
    nav = "".join(f'<a href="#{escape(name)}">{escape(title)}</a>'
                  for name, (title, text) in sections.items() if text)
    first = "\n".join(sections.pop(name)[1] for name in ("lost", "peers"))
    rest = "\n".join(text for _, text in sections.values())
    machine, data = summary.data["machine"], summary.data
    turns, disturbed = summary.turns
    head = (f"<p><b>{escape(summary.verdict)}</b></p><p class=\"soft\">{escape(machine['cpu'])}, "
            f"{count(machine['cores'], 'core')}; commit {escape(data['commit'][:12])}; "
            f"{escape(data['date'][:10])}; {turns:,} turns, {disturbed:,} of them disturbed.</p>")
    if summary.warning:
        head += f'<p class="lost"><b>{escape(summary.warning)}</b></p>'
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
<header><h1>rowsplit beside its peers</h1>{head}</header>
<nav aria-label="Sections">{nav}</nav>
<main>
<div class="first">{first}</div>
{rest}
</main>
</body>
</html>
"""
