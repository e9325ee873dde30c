"""The charts as PNG files, by matplotlib."""

from __future__ import annotations

import glob
import os
import textwrap

from report import charts
from report.summary import Group, Lead, Peer, Summary, names_of, ordered
from report.wording import (
    DISTURBED, STATUS_TEXT, area_title, better_text, figure_text, ratio_text, row_title, short)

MADE_BY = "rowsplit, bench/report/pngs.py"  # stands in each file
MARKERS = {"circle": "o", "square": "s", "triangle": "^", "diamond": "D", "cross": "X"}


def style_of(colours: dict[str, str]) -> dict:
    ink, soft, ground = colours["ink"], colours["soft"], colours["page"]
    return {
        "figure.facecolor": ground, "axes.facecolor": ground, "savefig.facecolor": ground,
        "text.color": ink, "axes.labelcolor": soft, "axes.edgecolor": colours["grid"],
        "xtick.color": soft, "ytick.color": ink, "grid.color": colours["grid"],
        "axes.spines.top": False, "axes.spines.right": False, "font.size": 10,
        "axes.titlesize": 11, "axes.titlelocation": "left", "axes.axisbelow": True,
        # Names of contenders are text, not formulas.
        "text.parse_math": False,
    }


def bars(plt, group: Group, colours: dict[str, str]):
    row = group.rows[0]
    figures = ordered(row)[::-1]
    figure, axes = plt.subplots(figsize=(7.2, 1.2 + 0.36 * len(figures)), layout="constrained")
    most = max((f.high for f in figures if f.median is not None), default=1)
    for place, f in enumerate(figures):
        if f.median is None:
            axes.text(0, place, f" {STATUS_TEXT[f.status]}", va="center", color=colours["soft"])
            continue
        lost = f.ratio is not None and f.ratio < 1
        colour = colours["s0" if f.ours else "lost" if lost else "peer"]
        axes.barh(place, f.median, height=0.6, color=colour,
                  xerr=[[f.median - f.low], [f.high - f.median]], ecolor=colours["ink"], capsize=3)
        shaky = [value for value, was in zip(f.repeats, f.disturbed) if was and value <= most]
        axes.plot(shaky, [place - 0.42] * len(shaky), "^", mfc=colours["page"], mec=colours["ink"],
                  ms=4)
        words = figure_text(f) + (f",  {ratio_text(f.ratio)}" if f.ratio is not None else "")
        axes.text(1.02, place, words, va="center", transform=axes.get_yaxis_transform(),
                  color=colours["lost" if lost else "ink"])
    axes.set_yticks(range(len(figures)), [f.name for f in figures])
    axes.set_ylim(-0.7, len(figures) - 0.4)
    axes.set_xlim(0, most * 1.02)
    axes.xaxis.set_major_formatter(lambda value, _: short(value))
    axes.set_xlabel(f"{row.unit}, {better_text(row.better)}; ×: lead of rowsplit")
    axes.set_title(group.title, wrap=True)
    return figure


def curve(plt, group: Group, styles: dict, colours: dict[str, str]):
    from matplotlib.transforms import ScaledTranslation

    first = group.rows[0]
    figure, axes = plt.subplots(figsize=(7.2, 4.4), layout="constrained")
    for name in reversed(group.names):
        points = [(row.axis[1], f) for row in group.rows for f in row.figures
                  if f.name == name and f.median is not None]
        if not points:
            continue
        colour, shape, dash = styles[name]
        medians = [f.median for _, f in points]
        spread = [[f.median - f.low for _, f in points], [f.high - f.median for _, f in points]]
        pattern = "-" if dash == "none" else (0, tuple(float(d) / 2 for d in dash.split()))
        shaky = [(x, f.high) for x, f in points if f.shaky]
        if shaky:
            over = axes.transData + ScaledTranslation(0, 9 / 72, figure.dpi_scale_trans)
            axes.plot(*zip(*shaky), "^", mfc=colours["page"], mec=colours[colour], ms=6,
                      transform=over, zorder=3)
        axes.errorbar([x for x, _ in points], medians, yerr=spread, label=name,
                      color=colours[colour], marker=MARKERS[shape], linestyle=pattern, capsize=2,
                      linewidth=2.4 if colour == "s0" else 1.6)
    log_x, log_y, ticks = charts.axes_of(group)
    places = [row.axis[1] for row in group.rows]
    if log_x:
        axes.set_xscale("log")
    if log_y:
        axes.set_yscale("log")
    axes.set_ylim(ticks[0], ticks[-1])
    axes.set_yticks(ticks)
    axes.set_xticks(places, [short(value) for value in places])
    axes.minorticks_off()
    axes.yaxis.set_major_formatter(lambda value, _: short(value))
    axes.grid(axis="y")
    axes.set_xlabel(first.axis[0] + (", logarithmic" if log_x else ""))
    axes.set_ylabel(f"{first.unit}, {better_text(first.better)}"
                    + (", logarithmic" if log_y else ""))
    axes.set_title(group.title, wrap=True)
    if names_of(group.rows):
        handles, labels = (some[::-1] for some in axes.get_legend_handles_labels())
        if group.shaky:
            handles.append(plt.Line2D([], [], linestyle="", marker="^", mfc=colours["page"],
                                      mec=colours["ink"]))
            labels.append(charts.SHAKY)
        figure.legend(handles, labels, loc="outside lower left", ncols=3, frameon=False)
    return figure


def lead_axis(axes, all_leads: list[Lead], colours: dict[str, str]) -> None:
    x = charts.LeadScale(all_leads)
    axes.set_xscale("log")
    axes.set_xlim(x.low, x.high)
    axes.set_xticks(x.ticks)
    axes.minorticks_off()
    axes.xaxis.set_major_formatter(lambda value, _: short(value))
    axes.grid(axis="x")
    axes.axvline(1, color=colours["soft"], linewidth=1)
    axes.set_xlabel(charts.LEAD_AXIS)


def said(axes, place: float, words: str, colour: str) -> None:
    axes.text(1.02, place, words, va="center", fontsize=9, color=colour,
              transform=axes.get_yaxis_transform())


def leads(plt, title: str, found: list[Lead], all_leads: list[Lead], colours: dict[str, str]):
    """The lead of each task of an area over its best peer, on the scale of all."""
    labels = [textwrap.fill(row_title(lead.row), 60) for lead in found]
    height = sum(0.16 * label.count("\n") + 0.27 for label in labels)
    figure, axes = plt.subplots(figsize=(11, 1.2 + height), layout="constrained")
    lead_axis(axes, all_leads, colours)
    places = range(len(found) - 1, -1, -1)
    for place, lead in zip(places, found):
        axes.barh(place, max(lead.ratio, axes.get_xlim()[0]) - 1, left=1, height=0.65,
                  color=colours["lost" if lead.lost else "s0"])
        said(axes, place, f"{ratio_text(lead.ratio)} {lead.peer.name}{DISTURBED * lead.shaky}",
             colours["lost" if lead.lost else "ink"])
    axes.set_yticks(list(places), labels, fontsize=9)
    axes.set_ylim(-0.7, len(found) - 0.3)
    axes.set_title(f"{title}: lead of rowsplit over the best peer")
    return figure


def peers(plt, all_peers: list[Peer], colours: dict[str, str]):
    """A dot for each lead over each peer, as on the page."""
    figure, axes = plt.subplots(figsize=(11, 1.4 + 0.42 * len(all_peers)), layout="constrained")
    all_leads = [lead for peer in all_peers for lead in peer.leads]
    lead_axis(axes, all_leads, colours)
    x = charts.LeadScale(all_leads)
    for place, peer in enumerate(all_peers):
        found = sorted(peer.leads, key=lambda lead: lead.ratio)
        for lead, step in zip(found, charts.dodge([5 * x(lead.ratio) for lead in found], 8)):
            colour = colours["lost" if lead.lost else "s0"]
            axes.plot(max(lead.ratio, x.low), place + 0.14 * step, "D" if lead.lost else "o",
                      mfc=colours["page"] if lead.shaky else colour,
                      mec=colour if lead.shaky else colours["page"], ms=6.5,
                      mew=1 if lead.shaky else 0.5)
        axes.vlines(peer.median, place - 0.4, place + 0.4, color=colours["ink"], zorder=3)
        said(axes, place, ", ".join(filter(None, (charts.said(peer), charts.behind(peer)))),
             colours["ink"])
    axes.set_yticks(range(len(all_peers)), [peer.name for peer in all_peers])
    axes.set_ylim(len(all_peers) - 0.4, -0.6)
    axes.set_title("Lead of rowsplit over each peer, a dot for each task; | the median, "
                   f"○ {charts.SHAKY}")
    return figure


def remove_others(folder: str, paths: list[str]) -> None:
    """Removes the charts of runs before that are not among `paths`; files that this
    module did not make stay."""
    for path in glob.glob(os.path.join(glob.escape(folder), "*.png")):
        if path not in paths:
            with open(path, "rb") as file:
                ours = MADE_BY.encode() in file.read(1024)
            if ours:
                os.remove(path)


def write(summary: Summary, folder: str) -> list[str]:
    """A file for each chart, for the leads of each area, and for those of each peer on
    light and on dark ground, in place of those that are there. Nothing, and a word
    about it, without matplotlib."""
    paths = draw_all(summary, folder)
    remove_others(folder, paths)
    return paths


def draw_all(summary: Summary, folder: str) -> list[str]:
    try:
        import matplotlib
        matplotlib.use("Agg")
        import matplotlib.pyplot as plt
    except ImportError as error:
        print(f"no PNG files of the charts: {error}")
        return []
    os.makedirs(folder, exist_ok=True)
    styles = charts.series_styles(summary.curve_rows)
    paths = []

    def save(name: str, colours: dict[str, str], draw, *arguments) -> None:
        with matplotlib.rc_context(style_of(colours)):
            figure = draw(plt, *arguments, colours)
            paths.append(os.path.join(folder, f"{name}.png"))
            figure.savefig(paths[-1], dpi=144, metadata={"Software": MADE_BY})
            plt.close(figure)

    for group in summary.groups:
        if any(f.median is not None for row in group.rows for f in row.figures):
            if group.curve:
                save(group.slug, charts.LIGHT, curve, group, styles)
            else:
                save(group.slug, charts.LIGHT, bars, group)
    for area in summary.areas:
        found = [lead for lead in summary.leads if lead.row.area == area]
        if found:
            save(f"leads-{area}", charts.LIGHT, leads, area_title(area), found, summary.leads)
    if summary.peers:
        save("peers", charts.LIGHT, peers, summary.peers)
        save("peers-dark", charts.DARK, peers, summary.peers)
    return paths
