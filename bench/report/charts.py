"""The charts of the page as SVG: bars of a task, lines of a curve, and the lead
of rowsplit over the best peer of each task.

Colours are classes and variables, which the page sets for light and for dark;
`theme_css` has their values, for files of their own too.
"""

from __future__ import annotations

import statistics

from report import svg
from report.summary import (
    Figure, Group, Row, STATUS_TEXT, better_text, figure_text, ratio_text,
    row_title, short)

WIDTH = 360  # of a card; a telephone shows it in about its own size
SIZE = 12  # of letters

# s0 is rowsplit's and nobody else's, s1 to s6 are the peers' in turn: each at least
# 3:1 on its ground, and as far from each other as they get for all kinds of colour
# blindness. Lines have marks of their own beside.
LIGHT = {
    "page": "#ffffff", "card": "#f6f8fa", "ink": "#1b1f24", "soft": "#57606a", "grid": "#d0d7de",
    "peer": "#8c959f", "lost": "#b0440c", "s0": "#0a5fb4", "s1": "#9b6b17", "s2": "#0b403b",
    "s3": "#ba2d6e", "s4": "#810d00", "s5": "#79915d", "s6": "#069a9d",
}
DARK = {
    "page": "#12161c", "card": "#1a2029", "ink": "#e6e9ed", "soft": "#a3adb8", "grid": "#39424d",
    "peer": "#7d8894", "lost": "#ff9c66", "s0": "#58a9ff", "s1": "#dbb456", "s2": "#457771",
    "s3": "#f56cb7", "s4": "#da3433", "s5": "#9dc085", "s6": "#54fdcf",
}
SERIES = 6  # colours for peers
SHAKY = "rests on disturbed turns"
MARKS = ("circle", "square", "triangle", "diamond", "cross")
# From the seventh peer on colours come again, with another dash.
DASHES = ("none", "6 3", "2 3", "8 3 2 3")

SVG_CSS = """
svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:var(--ink)}
svg .soft{fill:var(--soft)} svg .bold{font-weight:600} svg .lost-text{fill:var(--lost);font-weight:600}
svg .grid{stroke:var(--grid);stroke-width:1} svg .axis{stroke:var(--soft);stroke-width:1}
svg .ours{fill:var(--s0)} svg .peer{fill:var(--peer)} svg .lost{fill:var(--lost)}
svg .whisker{stroke:var(--ink);stroke-width:1.25;fill:none}
svg .turn{fill:var(--card);stroke:var(--ink);stroke-width:1}
"""


def theme_css(colours: dict[str, str]) -> str:
    return ";".join(f"--{name}:{value}" for name, value in colours.items())


def series_styles(rows) -> dict[str, tuple[str, str, str]]:
    """Of each contender the colour, mark and dash that it has in all charts. Those
    of one name up to a comma ("TensorFlow, as written") have its colour."""
    styles, families, variants = {}, {}, {}
    for figure in (f for row in rows for f in row.figures):
        if figure.name in styles:
            continue
        family = "" if figure.ours else figure.name.split(",")[0]
        if family:
            families.setdefault(family, len(families))
        place, variant = families.get(family, 0), variants.get(family, 0)
        variants[family] = variant + 1
        colour = f"s{1 + place % SERIES}" if family else "s0"
        mark_of = place + 1 + 2 * variant if family else variant
        styles[figure.name] = (colour, MARKS[mark_of % len(MARKS)],
                               DASHES[(place // SERIES + variant) % len(DASHES)])
    return styles


def ordered(row: Row) -> list[Figure]:
    """The contenders of a task: the best first, those without a figure last."""
    timed = [f for f in row.figures if f.median is not None]
    timed.sort(key=lambda f: f.median, reverse=row.better == "higher")
    return timed + [f for f in row.figures if f.median is None]


def spoken(row: Row) -> str:
    """A task's figures in words."""
    parts = []
    for figure in ordered(row):
        if figure.median is None:
            parts.append(f"{figure.name}: {STATUS_TEXT[figure.status]}")
        else:
            parts.append(f"{figure.name}: {figure_text(figure)} {row.unit}")
    return "; ".join(parts) + "."


def triangle(x: float, y: float, size: float, colour: str = "ink") -> str:
    """The mark of what was disturbed."""
    points = f"{x:.1f},{y - size:.1f} {x + size:.1f},{y + size:.1f} {x - size:.1f},{y + size:.1f}"
    return svg.element("polygon", points=points, class_="turn",
                       style=f"stroke:var(--{colour})")


def bar_row(row: Row, figure: Figure, x: svg.Scale, top: float) -> list[str]:
    name = figure.name
    if figure.median is None:
        return [
            svg.text(0, top + 12, svg.clip(name, 150, SIZE), class_="soft"),
            svg.text(WIDTH, top + 12, STATUS_TEXT[figure.status], class_="soft",
                     text_anchor="end"),
        ]
    value = figure_text(figure)
    room = WIDTH - svg.width_of(value, SIZE) - 12
    middle, high = top + 24, x(figure.high)
    faster = figure.ratio is not None and figure.ratio < 1
    kind = "ours" if figure.ours else "lost" if faster else "peer"
    parts = [
        svg.text(0, top + 12, svg.clip(name, room, SIZE), class_="bold" if figure.ours else ""),
        svg.text(WIDTH, top + 12, value, text_anchor="end", class_="bold" if figure.ours else ""),
        svg.element("rect", x=0, y=top + 18, width=max(1.0, x(figure.median)), height=12,
                    class_=kind),
    ]
    if figure.high > figure.low:
        low = x(figure.low)
        parts += [svg.line(low, middle, high, middle, class_="whisker"),
                  svg.line(low, middle - 4, low, middle + 4, class_="whisker"),
                  svg.line(high, middle - 4, high, middle + 4, class_="whisker")]
    # One far from the others that does not count stays at the end of the scale.
    parts += [triangle(x(min(value, x.high)), middle, 4)
              for value, was in zip(figure.repeats, figure.disturbed) if was]
    if figure.ratio is not None:
        parts.append(svg.text(WIDTH, top + 28, ratio_text(figure.ratio), text_anchor="end",
                              class_="lost-text" if faster else "soft"))
    return parts


def bars(group: Group) -> str:
    """A bar for each contender of a task, with the least and the most turn."""
    row, slug = group.rows[0], group.slug
    figures = ordered(row)
    timed = [f for f in figures if f.median is not None]
    most = max((f.high for f in timed), default=1)
    ticks = [t for t in svg.linear_ticks(most, 4) if t <= most]
    x = svg.Scale(0, most, 0, WIDTH - 56)
    # One without a figure is a line of text.
    heights = [18 if f.median is None else 36 for f in figures]
    tops = [22 + sum(heights[:index]) for index in range(len(figures) + 1)]
    ticks_at = 22 + 36 * len(timed)
    parts = [svg.text(0, 12, f"{row.unit}, {better_text(row.better)}", class_="soft")]
    if any(f.ratio is not None for f in figures):
        parts.append(svg.text(WIDTH, 12, "lead of rowsplit", class_="soft", text_anchor="end"))
    if timed:  # the axis stands below the last bar, before those without one
        tops = [top + (22 if top >= ticks_at else 0) for top in tops]
        parts += [svg.text(x(t), ticks_at + 13, short(t), class_="soft",
                           text_anchor="start" if t == 0 else "middle") for t in ticks]
    for top, figure in zip(tops, figures):
        if figure.median is not None:
            parts += [svg.line(x(t), top + 16, x(t), top + 32, class_="grid") for t in ticks]
        parts += bar_row(row, figure, x, top)
    return svg.drawing(slug, f"{group.title}: {row.unit}, {better_text(row.better)}", spoken(row),
                       WIDTH, max(tops[-1], ticks_at) + 2, parts)


def mark(shape: str, x: float, y: float, colour: str) -> str:
    look = {"fill": f"var(--{colour})", "stroke": f"var(--{colour})", "stroke_width": 0.5}
    if shape == "circle":
        return svg.element("circle", cx=x, cy=y, r=3.5, **look)
    if shape == "square":
        return svg.element("rect", x=x - 3.2, y=y - 3.2, width=6.4, height=6.4, **look)
    if shape == "cross":
        path = f"M{x - 3:.1f} {y - 3:.1f}l6 6m-6 0l6 -6"
        return svg.element("path", d=path, **(look | {"stroke_width": 2.4}))
    corners = {"triangle": ((0, -4.4), (4.2, 3.4), (-4.2, 3.4)),
               "diamond": ((0, -4.8), (4.8, 0), (0, 4.8), (-4.8, 0))}[shape]
    points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in corners)
    return svg.element("polygon", points=points, **look)


def axes_of(group: Group) -> tuple[bool, bool, list[float]]:
    """Whether x and y are logarithmic, and the ticks of y. Both are, but for a
    scaling over threads, where twice as many should be seen as twice as high."""
    figures = [f for row in group.rows for f in row.figures if f.median is not None]
    low, high = min((f.low for f in figures), default=1), max((f.high for f in figures), default=1)
    threads = group.rows[0].axis[0] == "threads"
    log_x, log_y = not threads and group.rows[0].axis[1] > 0, not threads and low > 0
    return log_x, log_y, svg.log_ticks(low, high) if log_y else svg.linear_ticks(high)


def x_labels(group: Group, x: svg.Scale, bottom: float) -> list[str]:
    """The places that were measured, as far as their labels have room."""
    parts, free = [], float("-inf")
    for row in group.rows:
        place, label = x(row.axis[1]), short(row.axis[1])
        half = svg.width_of(label, SIZE) / 2
        parts.append(svg.line(place, bottom, place, bottom + 4, class_="axis"))
        if place - half > free:
            # The last stays inside of the drawing.
            middle = min(place, WIDTH - half)
            parts.append(svg.text(middle, bottom + 17, label, class_="soft", text_anchor="middle"))
            free = place + half + 4
    return parts


def legend(entries: list[tuple[str, tuple[str, str, str]]], top: float) -> tuple[list[str], float]:
    """Marks and names in rows; and where they end."""
    parts, x, y = [], 0.0, top
    for name, (colour, shape, dash) in entries:
        name = svg.clip(name, WIDTH - 34, SIZE)
        width = 34 + svg.width_of(name, SIZE) + 12
        if x > 0 and x + width - 12 > WIDTH:
            x, y = 0.0, y + 18
        parts += [svg.line(x, y, x + 26, y, stroke=f"var(--{colour})", stroke_width=2,
                           stroke_dasharray=dash),
                  mark(shape, x + 13, y, colour), svg.text(x + 32, y + 4, name)]
        x += width
    return parts, y + 10


def series(group: Group, name: str, style, x: svg.Scale, y: svg.Scale) -> list[str]:
    """A line over the medians; whiskers from the least to the most. A triangle over
    them, as in the table, is a figure that rests on disturbed turns."""
    colour, shape, dash = style
    stroke = {"stroke": f"var(--{colour})"}
    points, parts = [], []
    for row in group.rows:
        figure = next((f for f in row.figures if f.name == name and f.median is not None), None)
        if figure is None:
            continue
        place = x(row.axis[1])
        points.append(f"{place:.1f},{y(figure.median):.1f}")
        if figure.high > figure.low:
            parts.append(svg.line(place, y(figure.low), place, y(figure.high), stroke_width=1.5,
                                  **stroke))
        parts.append(mark(shape, place, y(figure.median), colour))
        if figure.shaky:
            parts.append(triangle(place, max(y(figure.high) - 10, 5), 4, colour))
    path = svg.element("polyline", points=" ".join(points), fill="none", stroke_dasharray=dash,
                       stroke_width=2.5 if colour == "s0" else 1.75, **stroke)
    return [path, *parts]


def curve(group: Group, styles: dict[str, tuple[str, str, str]]) -> str:
    """A line for each contender over the values of the axis."""
    first = group.rows[0]
    log_x, log_y, ticks = axes_of(group)
    left, top, bottom = 46, 24, 224
    y = svg.Scale(ticks[0], ticks[-1], bottom, top, log_y)
    x = svg.Scale(first.axis[1], group.rows[-1].axis[1], left + 12, WIDTH - 22, log_x)
    unit = f"{first.unit}, {better_text(first.better)}" + ("; logarithmic" if log_y else "")
    parts = [svg.text(0, 12, unit, class_="soft")]
    for tick in ticks:
        parts += [svg.line(left, y(tick), WIDTH, y(tick), class_="grid"),
                  svg.text(left - 6, y(tick) + 4, short(tick), class_="soft", text_anchor="end")]
    parts += x_labels(group, x, bottom)
    name = first.axis[0] + (" (logarithmic)" if log_x else "")
    parts.append(svg.text((left + WIDTH) / 2, bottom + 34, name, class_="soft",
                          text_anchor="middle"))
    shown = [n for n in group.names if any(f.name == n and f.median is not None
                                           for row in group.rows for f in row.figures)]
    # rowsplit last, so that its line lies above the others.
    for contender in reversed(shown):
        parts += series(group, contender, styles[contender], x, y)
    more, end = legend([(n, styles[n]) for n in shown], bottom + 54)
    if group.shaky:
        more += [triangle(13, end + 8, 4), svg.text(32, end + 12, SHAKY, class_="soft")]
        end += 18
    words = " ".join(f"At {short(row.axis[1])}: {spoken(row)}" for row in group.rows)
    return svg.drawing(group.slug, f"{group.title}: {unit}, over {first.axis[0]}", words, WIDTH, end,
                       parts + more)


LEAD_AXIS = "times the best peer, logarithmic; right of 1 rowsplit is ahead"


def lead_ticks(domain: tuple[float, float]) -> list[float]:
    return svg.log_ticks(min(domain[0], 0.9), max(domain[1], 2), most=6)


def leads(rows: list[Row], domain: tuple[float, float], name: str, title: str) -> str:
    """The lead over the best peer, a bar a task from 1 on a logarithmic axis: to
    the right what rowsplit does better, to the left what the peer does."""
    top, band, line = 36, 19, 16
    ticks = lead_ticks(domain)
    x = svg.Scale(ticks[0], ticks[-1], 14, WIDTH - 96, log=True)
    y = top
    parts = [svg.text(0, 12, LEAD_AXIS, class_="soft")]
    parts += [svg.text(x(t), 30, short(t), class_="soft", text_anchor="middle") for t in ticks]
    for row in rows:
        for words in svg.wrap(row_title(row), WIDTH, SIZE, most=3):
            y += line
            parts.append(svg.text(0, y - 2, words))
        y += 3
        parts += [svg.line(x(t), y, x(t), y + band, class_="axis" if t == 1 else "grid")
                  for t in ticks]
        begin, end = sorted((x(1), x(max(row.ratio, x.low))))
        words = f"{ratio_text(row.ratio)} {row.best_peer.name}"
        parts += [svg.element("rect", x=begin, y=y + band / 2 - 6.5, width=max(1.0, end - begin),
                              height=13, class_="lost" if row.lost else "ours"),
                  svg.text(end + 5, y + band / 2 + 4, svg.clip(words, WIDTH - end - 5, SIZE),
                           class_="lost-text" if row.lost else "")]
        y += band + 2
    words = "; ".join(f"{row_title(row)}: {ratio_text(row.ratio)} {row.best_peer.name}"
                      for row in rows)
    return svg.drawing(name, title, words + ".", WIDTH, y + 2, parts)


def strip(areas: dict[str, list[Row]], colours: dict[str, str]) -> str:
    """A file of its own: a line for each area, a dot for each of its tasks where its
    lead is; what is lost lies to the left of 1 in another colour and form."""
    width, left, top, height = 760, 210, 44, 34
    ticks = lead_ticks(domain_of(row for rows in areas.values() for row in rows))
    x = svg.Scale(ticks[0], ticks[-1], left, width - 160, log=True)
    bottom = top + height * len(areas)
    parts = [svg.element("rect", width=width, height=bottom + 12, fill="var(--page)"),
             svg.text(8, 14, LEAD_AXIS, class_="soft")]
    for t in ticks:
        parts += [svg.line(x(t), top - 4, x(t), bottom, class_="axis" if t == 1 else "grid"),
                  svg.text(x(t), top - 10, short(t), class_="soft", text_anchor="middle")]
    words = []
    for index, (title, rows) in enumerate(areas.items()):
        y = top + height * index + height / 2
        middle = statistics.median(row.ratio for row in rows)
        lost = sum(row.lost for row in rows)
        label = f"{len(rows)} tasks" if len(rows) > 1 else "1 task"
        text = f"median {ratio_text(middle)}, {label}"
        words.append(f"{title}: {text}, a peer is ahead in {lost}")
        parts.append(svg.text(8, y + 4, title))
        parts.append(svg.text(width - 8, y + 4, text, text_anchor="end", class_="soft"))
        parts += [dot(row, x(max(row.ratio, x.low)), y) for row in rows]
    return svg.drawing("performance", "Lead of rowsplit over the best peer of each task",
                       "; ".join(words) + ".", width, bottom + 12, parts, alone_css(colours))


def dot(row: Row, x: float, y: float) -> str:
    """A task of a strip; several that lie on one another stay to be seen."""
    look = {"fill_opacity": 0.65, "stroke": "var(--page)", "stroke_width": 0.75}
    if row.lost:
        return svg.element("path", d=f"M{x:.1f} {y - 6:.1f}l6 6l-6 6l-6 -6z", class_="lost",
                           **(look | {"fill_opacity": 0.9}))
    return svg.element("circle", cx=x, cy=y, r=5.5, class_="ours", **look)


def domain_of(rows) -> tuple[float, float]:
    """The least and the greatest lead: all charts of leads have one scale. A figure
    of 0 of a peer's gives a lead of 0, which has no place on it and stands at its end."""
    ratios = [row.ratio for row in rows if row.ratio]
    return (min(ratios, default=1.0), max(ratios, default=1.0))


def alone_css(colours: dict[str, str]) -> str:
    """The style of a drawing that is a file."""
    return f"svg{{{theme_css(colours)};background:var(--page)}}{SVG_CSS}"
