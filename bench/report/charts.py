"""The charts of the page as SVG: bars of a task, lines of a curve, and leads of
rowsplit: a bar for one task, dots for all tasks of a peer.

Colours are classes and variables, which the page sets for light and for dark;
`theme_css` has their values, for files of their own too.
"""

from __future__ import annotations

import html

from report import svg
from report.summary import Figure, Group, Lead, Peer, Row, family, ordered
from report.wording import (
    STATUS_TEXT, better_text, count, figure_text, ratio_text, row_title, short)

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
svg circle.ours,svg path.lost{fill-opacity:.7;stroke:var(--page);stroke-width:.75}
svg circle.hollow{fill:var(--page);stroke:var(--s0);stroke-width:1.5}
svg path.hollow{fill:var(--page);stroke:var(--lost);stroke-width:1.5}
svg .median{stroke:var(--ink);stroke-width:2}
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
        peer = "" if figure.ours else family(figure.name)
        if peer:
            families.setdefault(peer, len(families))
        place, variant = families.get(peer, 0), variants.get(peer, 0)
        variants[peer] = variant + 1
        colour = f"s{1 + place % SERIES}" if peer else "s0"
        mark_of = place + 1 + 2 * variant if peer else variant
        styles[figure.name] = (colour, MARKS[mark_of % len(MARKS)],
                               DASHES[(place // SERIES + variant) % len(DASHES)])
    return styles


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


def bar_row(figure: Figure, x: svg.Scale, top: float) -> list[str]:
    value = figure_text(figure)
    room = WIDTH - svg.width_of(value, SIZE) - 12
    middle, low, high = top + 24, x(figure.low), x(figure.high)
    faster = figure.ratio is not None and figure.ratio < 1
    kind = "ours" if figure.ours else "lost" if faster else "peer"
    weight = "bold" if figure.ours else ""
    parts = [
        svg.text(0, top + 12, svg.clip(figure.name, room, SIZE), class_=weight),
        svg.text(WIDTH, top + 12, value, text_anchor="end", class_=weight),
        svg.element("rect", x=0, y=top + 18, width=max(1.0, x(figure.median)), height=12,
                    class_=kind),
    ]
    if high > low:
        parts += [svg.line(low, middle, high, middle, class_="whisker"),
                  svg.line(low, middle - 4, low, middle + 4, class_="whisker"),
                  svg.line(high, middle - 4, high, middle + 4, class_="whisker")]
    # One far from the others that does not count stays at the end of the scale.
    parts += [triangle(x(min(value, x.high)), top + 34, 3)
              for value, was in zip(figure.repeats, figure.disturbed) if was]
    if figure.ratio is not None:
        parts.append(svg.text(WIDTH, top + 28, ratio_text(figure.ratio), text_anchor="end",
                              class_="lost-text" if faster else "soft"))
    return parts


def bars(group: Group) -> str:
    """A bar for each contender of a task that was timed, with the least and the most
    turn; under it those turns that were disturbed."""
    row = group.rows[0]
    figures = [f for f in ordered(row) if f.median is not None]
    most = max((f.high for f in figures), default=1)
    ticks = [t for t in svg.linear_ticks(most) if t <= most]
    x = svg.Scale(0, most, 0, WIDTH - 56)
    parts = [svg.text(0, 12, f"{row.unit}, {better_text(row.better)}", class_="soft")]
    if any(f.ratio is not None for f in figures):
        parts.append(svg.text(WIDTH, 12, "lead of rowsplit", class_="soft", text_anchor="end"))
    top = 22
    for figure in figures:
        parts += [svg.line(x(t), top + 16, x(t), top + 32, class_="grid") for t in ticks]
        parts += bar_row(figure, x, top)
        top += 40
    if figures:
        parts += [svg.text(x(t), top + 11, short(t), class_="soft",
                           text_anchor="start" if t == 0 else "middle") for t in ticks]
        top += 14
    return svg.drawing(group.slug, f"{group.title}: {row.unit}, {better_text(row.better)}",
                       spoken(row), WIDTH, top, parts)


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


LEAD_AXIS = "times as good as the peer, logarithmic; right of 1 rowsplit is ahead"
LANE = 34  # the height of a lane of dots


class LeadScale(svg.Scale):
    """All leads from the least to the greatest on a logarithmic axis, in per cent of
    the width. A figure of 0 of a peer's gives a lead of 0, which has no place on it
    and stands at its end."""

    def __init__(self, leads: list[Lead]):
        ratios = [lead.ratio for lead in leads if lead.ratio]
        self.ticks = svg.log_ticks(min(ratios + [0.9]), max(ratios + [2]), most=6)
        super().__init__(self.ticks[0], self.ticks[-1], 2, 98, log=True)

    def __call__(self, ratio: float) -> float:
        return super().__call__(max(ratio, self.low))

    def labels(self, y: float) -> list[str]:
        return [svg.element("text", short(t), x=percent(self(t)), y=y, text_anchor="middle",
                            class_="soft") for t in self.ticks]

    def lines(self, height: float) -> list[str]:
        """From the top to the bottom, the one at 1 stronger than the others."""
        return [svg.element("line", x1=percent(self(t)), x2=percent(self(t)), y1=0, y2=height,
                            class_="axis" if t == 1 else "grid") for t in self.ticks]


def percent(place: float) -> str:
    return f"{place:.2f}%"


def lead_bar(lead: Lead, x: LeadScale) -> list[str]:
    """A bar from 1: to the right what rowsplit does better, to the left what the peer
    does."""
    left, right = sorted((x(1), x(lead.ratio)))
    return x.lines(18) + [
        svg.element("rect", x=percent(left), y=4, width=percent(max(right - left, 0.5)), height=10,
                    class_="lost" if lead.lost else "ours")]


def dodge(places: list[float], size: float) -> list[float]:
    """How many half sizes each of some dots goes up or down, so that it does not lie on
    those before it, as far as there is room; `places` ascend."""
    free = dict.fromkeys((0, -1, 1, -2, 2), float("-inf"))
    found = []
    for place in places:
        step = next((step for step, end in free.items() if end <= place), 0)
        free[step] = place + size
        found.append(step)
    return found


def lane(peer: Peer, x: LeadScale, width: float) -> list[str]:
    """A dot for each lead over a peer, and a line at the median. `width` is about that
    in pixels, by which dots know of others that they would lie on."""
    leads = sorted(peer.leads, key=lambda lead: lead.ratio)
    steps = dodge([x(lead.ratio) * width / 100 for lead in leads], 9)
    middle = percent(x(peer.median))
    return [*x.lines(LANE),
            *(dot(lead, x, LANE / 2 + 5 * step) for lead, step in zip(leads, steps)),
            svg.element("line", x1=middle, x2=middle, y1=2, y2=LANE - 2, class_="median")]


def dot(lead: Lead, x: LeadScale, y: float) -> str:
    """Hollow where it rests on disturbed turns; of another form where the peer leads."""
    words = svg.element("title", html.escape(
        f"{row_title(lead.row)}: {ratio_text(lead.ratio)} {lead.peer.name}"))
    look = "lost" if lead.lost else "ours"
    look += " hollow" if lead.shaky else ""
    if lead.lost:
        # A part of its own, since a path has no places in per cent.
        path = svg.element("path", words, d="M0 -5.5l5.5 5.5l-5.5 5.5l-5.5 -5.5z", class_=look)
        return svg.element("svg", path, x=percent(x(lead.ratio)), y=y, overflow="visible")
    return svg.element("circle", words, cx=percent(x(lead.ratio)), cy=y, r=4.5, class_=look)


def said(peer: Peer) -> str:
    return f"median {ratio_text(peer.median)}, {count(len(peer.leads), 'task')}"


def behind(peer: Peer) -> str:
    return f"behind in {peer.behind}" if peer.behind else ""


def strip(peers: list[Peer], colours: dict[str, str]) -> str:
    """A file of its own: a lane for each peer."""
    width, left, right, top = 760, 96, 270, 40
    x = LeadScale([lead for peer in peers for lead in peer.leads])
    inner, bottom = width - left - right, top + LANE * len(peers)

    def part(y: float, content: list[str]) -> str:
        return svg.element("svg", "".join(content), x=left, y=y, width=inner, height=LANE,
                           overflow="visible")

    parts = [svg.element("rect", width=width, height=bottom + 30, fill="var(--page)"),
             svg.text(8, 14, f"Lead of rowsplit: {LEAD_AXIS}", class_="soft"),
             part(top - LANE, x.labels(LANE - 6))]
    for index, peer in enumerate(peers):
        y = top + LANE * index
        more = svg.element("tspan", f", {behind(peer)}", class_="lost-text") if peer.behind else ""
        parts += [svg.text(8, y + LANE / 2 + 4, svg.clip(peer.name, left - 12, SIZE)),
                  part(y, lane(peer, x, inner)),
                  svg.element("text", said(peer) + more, x=left + inner + 12, y=y + LANE / 2 + 4,
                              class_="soft")]
    parts.append(svg.text(8, bottom + 20, KEY, class_="soft"))
    words = "; ".join(f"{peer.name}: {said(peer)} {behind(peer)}".strip() for peer in peers)
    return svg.drawing("performance", "Lead of rowsplit over each peer", words + ".", width,
                       bottom + 30, parts, alone_css(colours))


KEY = "● a task; ◆ a task in which the peer is ahead; ○ ◇ rests on disturbed turns; | the median"


def alone_css(colours: dict[str, str]) -> str:
    """The style of a drawing that is a file."""
    return f"svg{{{theme_css(colours)};background:var(--page)}}{SVG_CSS}"
