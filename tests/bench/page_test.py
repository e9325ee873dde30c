#!/usr/bin/env python3
"""Tests the page that bench/report makes, and its charts, on a run that never was."""

import html.parser
import os
import re
import sys
import unittest
import xml.dom.minidom

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [os.path.join(ROOT, "bench"), HERE]
sys.dont_write_bytecode = True

import fake_results  # noqa: E402  the path comes first
from fake_results import measured as timed, part as fake  # noqa: E402
from report import charts, page, svg  # noqa: E402
from report.summary import summarize  # noqa: E402
from suite import results  # noqa: E402

VOID = {"meta", "link", "br", "img", "source"}


class Page(html.parser.HTMLParser):
    """What the tests ask of a page: balanced elements, ids, links, texts of tags."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.links, self.tags, self.text = [], [], [], [], ""
        self.svgs, self.labelled = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append(tag)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "a":
            self.links.append(attributes["href"])
        if tag == "svg":
            self.svgs.append(attributes)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> ends {self.open[-3:]}"
        self.open.pop()

    def handle_data(self, data):
        self.text += data

def one(*contenders: dict, **changes):
    """The summary of a run of one task."""
    return summarize(results.check(fake_results.one(*contenders, **changes)))


class PageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.summary = summarize(fake())
        cls.text = page.render(cls.summary)
        cls.page = Page(cls.text)

    def test_it_is_whole(self):
        self.assertEqual(self.page.open, [])
        self.assertEqual(len(set(self.page.ids)), len(self.page.ids))
        for link in self.page.links:
            self.assertIn(link.removeprefix("#"), self.page.ids)

    def test_it_loads_nothing(self):
        self.assertNotIn("://", self.text)
        self.assertNotIn("url(", self.text)
        self.assertFalse({"script", "img", "iframe", "object", "embed"} & set(self.page.tags))
        self.assertIn("default-src 'none'", self.text)

    def test_names_stay_text(self):
        self.assertIn(fake_results.HOSTILE, self.page.text)
        self.assertIn("<script>alert(1)</script>", self.page.text)
        self.assertNotIn("<script", self.text)
        self.assertNotIn("<b> &", self.text)

    def test_each_task_has_a_chart_and_a_table(self):
        groups = self.summary.groups
        for group in groups:
            self.assertIn(group.slug, self.page.ids)
        self.assertEqual(self.page.tags.count("figure"), len(groups))
        self.assertEqual(self.page.tags.count("table"), len(groups))

    def test_each_task_is_linked_and_each_peer_named(self):
        leads = self.text[self.text.index('id="leads"'):self.text.index('id="key"')]
        for group in self.summary.groups:
            self.assertEqual(f'href="#{group.slug}"' in leads, group.rows[0].ratio is not None)
        peers = self.text[self.text.index('id="peers"'):self.text.index('id="leads"')]
        for peer in self.summary.peers:
            self.assertIn(f"<span>{peer.name}</span>", peers)
        self.assertIn("rowsplit is ahead of every peer in 31 of 34 tasks and behind the best one "
                      "in 3.", self.page.text)

    def test_each_drawing_says_what_it_is(self):
        for attributes in self.page.svgs:
            if "x" in attributes:  # a part of another
                continue
            self.assertEqual(attributes["role"], "img")
            for name in attributes.get("aria-labelledby", "").split():
                self.assertIn(name, self.page.ids)
            self.assertTrue(attributes.get("aria-labelledby") or attributes["aria-label"])

    def test_what_is_lost_comes_first(self):
        self.assertLess(self.text.index('id="lost"'), self.text.index('id="leads"'))
        lost = self.text[self.text.index('id="lost"'):self.text.index('id="leads"')]
        places = [lost.index(f"#{slug}") for slug in
                  ("text-fold-english", "curves-memory-input-bytes", "ragged-max")]
        self.assertEqual(places, sorted(places))
        self.assertIn("failed. <script>alert(1)</script>", Page(self.text).text)

    def test_nothing_is_lost(self):
        self.assertIn("Nothing: ", page.render(one(timed("rowsplit", 2), timed("peer", 1))))

    def test_one_reason_of_several_stands_once(self):
        group = one(timed("rowsplit", 2), fake_results.entry("a", status="cannot", why="too old"),
                    fake_results.entry("b", status="cannot", why="too old")).groups[0]
        self.assertIn("<li><b>a, b</b>: too old</li>", page.notes(group))

    def test_why_there_is_no_figure(self):
        text = Page(page.render(summarize(fake("text/words", "tokenize/wordpiece")))).text
        self.assertIn("polars has no call for words", text)
        self.assertIn("3.1 % of the answers differ; first at line 17", text)
        self.assertIn("No module named 'tokie'", text)

    def test_a_share_that_differs_is_said_of_what_was_timed(self):
        summary = one(timed("rowsplit", 2),
                      timed("peer", 1, share_that_differs=0.002, why="first at row 5"))
        self.assertIn("0.2 % of the answers differ; first at row 5", Page(page.render(summary)).text)

    def test_light_and_dark(self):
        self.assertIn("prefers-color-scheme:dark", self.text)
        used = set(re.findall(r"var\(--(\w+)\)", self.text))
        self.assertLessEqual(used, set(charts.LIGHT))
        self.assertEqual(set(charts.LIGHT), set(charts.DARK))


class ChartsTest(unittest.TestCase):
    def test_drawings_are_xml_and_stay_inside(self):
        summary = summarize(fake())
        styles = charts.series_styles(summary.curve_rows)
        for group in summary.groups:
            text = charts.curve(group, styles) if group.curve else charts.bars(group)
            tree = xml.dom.minidom.parseString(text).documentElement
            _, _, width, height = map(float, tree.getAttribute("viewBox").split())
            for name, across, down in (("text", "x", "y"), ("line", "x2", "y2"), ("line", "x1", "y1"),
                                       ("circle", "cx", "cy"), ("rect", "x", "y")):
                for node in tree.getElementsByTagName(name):
                    self.assertTrue(-1 <= float(node.getAttribute(across)) <= width, group.slug)
                    self.assertTrue(-1 <= float(node.getAttribute(down)) <= height, group.slug)

    def test_bars_are_as_long_as_figures(self):
        group = one(timed("rowsplit", 100), timed("peer", 25)).groups[0]
        tree = xml.dom.minidom.parseString(charts.bars(group))
        widths = [float(r.getAttribute("width")) for r in tree.getElementsByTagName("rect")]
        self.assertAlmostEqual(widths[0] / widths[1], 4, delta=0.01)

    def test_whiskers_and_disturbed_turns(self):
        summary = one(timed("rowsplit", 100, 90, 120), timed("peer", 25),
                      timed("far", 1, 2, 3, 900, disturbed=(False, False, False, True)))
        tree = xml.dom.minidom.parseString(charts.bars(summary.groups[0]))
        whiskers = [n for n in tree.getElementsByTagName("line")
                    if n.getAttribute("class") == "whisker"]
        self.assertEqual(len(whiskers), 6)
        self.assertEqual(len(tree.getElementsByTagName("polygon")), 1)

    def test_a_lead_of_zero_has_a_place(self):
        summary = one(timed("rowsplit", 3), timed("peer", 0), better="lower")
        self.assertEqual((summary.rows[0].ratio, summary.rows[0].lost), (0, True))
        x = charts.LeadScale(summary.leads)
        self.assertIn('class="lost"', "".join(charts.lead_bar(summary.leads[0], x)))
        text = charts.strip(summary.peers, charts.LIGHT)
        self.assertIn('class="lost"', text)
        self.assertNotIn("nan", text)

    def test_dots_of_a_peer(self):
        shaky = (True, True)
        data = fake_results.one(timed("rowsplit", 2), timed("peer", 1))
        for figures in ((timed("rowsplit", 2), timed("peer", 1, 1, disturbed=shaky)),
                        (timed("rowsplit", 2, 2, disturbed=shaky), timed("peer, b", 4)),
                        (timed("rowsplit", 2), timed("peer", 3))):
            data["results"] += fake_results.one(*figures)["results"]
        (peer,) = summarize(data).peers
        text = "".join(charts.lane(peer, charts.LeadScale(list(peer.leads)), 300))
        for kind, number in (("ours", 1), ("ours hollow", 1), ("lost hollow", 1), ("lost", 1)):
            self.assertEqual(text.count(f'class="{kind}"'), number, kind)
        # Two of 2.0 don't lie on one another.
        self.assertEqual(len(set(re.findall(r'<circle cx="[^"]*" cy="([^"]*)"', text))), 2)

    def test_a_bar_of_a_lead_begins_at_one(self):
        summary = one(timed("rowsplit", 10), timed("peer", 1))
        x = charts.LeadScale(summary.leads)
        bar = charts.lead_bar(summary.leads[0], x)[-1]
        self.assertIn(f'x="{x(1):.2f}%" y="4" width="{x(10) - x(1):.2f}%"', bar)

    def test_a_task_without_any_figure(self):
        group = one(fake_results.entry("rowsplit", status="failed", why="x"),
                    fake_results.entry("peer", status="cannot")).groups[0]
        text = charts.bars(group)
        self.assertEqual(text.count("<rect"), 0)
        self.assertNotIn("lead of rowsplit", text)
        self.assertIn("has no such call", page.notes(group))

    def test_a_curve_without_a_figure_or_with_a_hole(self):
        data = fake("curves/document")
        for result in data["results"]:
            result["contenders"][1] = fake_results.entry("TensorFlow", status="failed", why="x")
        data["results"][2]["contenders"][0] = fake_results.entry("rowsplit", status="failed")
        summary = summarize(data)
        styles = charts.series_styles(summary.curve_rows)
        tree = xml.dom.minidom.parseString(charts.curve(summary.groups[0], styles))
        lines = tree.getElementsByTagName("polyline")
        self.assertEqual([len(n.getAttribute("points").split()) for n in lines], [4])
        for result in data["results"]:
            result["contenders"][0] = fake_results.entry("rowsplit", status="failed", why="x")
        xml.dom.minidom.parseString(charts.curve(summarize(data).groups[0], styles))

    def test_a_curve_marks_what_rests_on_disturbed_turns(self):
        data = fake("curves/document")
        styles = charts.series_styles(summarize(data).rows)
        plain = charts.curve(summarize(data).groups[0], styles)
        self.assertNotIn(charts.SHAKY, plain)
        self.assertNotIn('class="turn"', plain)
        for entry in (data["results"][1]["contenders"][0], data["results"][2]["contenders"][1]):
            entry["disturbed"] = [True] * 5
        # Where enough turns were not disturbed, only those count.
        data["results"][3]["contenders"][1]["disturbed"][0] = True
        drawn = charts.curve(summarize(data).groups[0], styles)
        self.assertEqual(drawn.count('class="turn"'), 2 + 1)  # and that of the legend
        self.assertEqual(drawn.count(charts.SHAKY), 1)

    def test_rowsplit_has_its_colour_alone(self):
        styles = charts.series_styles(summarize(fake()).rows)
        for name, style in styles.items():
            self.assertEqual(style[0] == "s0", name.startswith("rowsplit"), name)
        self.assertEqual(len(set(styles.values())), len(styles))

    def test_peers_of_one_family_have_one_colour(self):
        names = [f"peer {i}{variant}" for i in range(13) for variant in ("", ", as written", ", b")]
        row = one(*(timed(name, 1) for name in ("rowsplit", "rowsplit, mapped", *names))).rows[0]
        styles = charts.series_styles([row])
        self.assertEqual(len(set(styles.values())), len(styles))
        self.assertEqual({styles[name][0] for name in names[:3]}, {"s1"})
        self.assertEqual({styles[name][0] for name in ("rowsplit", "rowsplit, mapped")}, {"s0"})
        self.assertNotIn("s0", {styles[name][0] for name in names})

    def test_colours_can_be_told_from_the_ground(self):
        def light(colour):
            parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
            parts = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

        for theme in (charts.LIGHT, charts.DARK):
            for name, colour in theme.items():
                if name in ("page", "card", "grid"):
                    continue
                least = 4.5 if name in ("ink", "soft", "lost") else 3 if name != "peer" else 2.7
                pair = sorted((light(colour), light(theme["card"])))
                self.assertGreaterEqual((pair[1] + 0.05) / (pair[0] + 0.05), least, name)

    def test_ticks(self):
        self.assertEqual(svg.log_ticks(9, 480), [5, 10, 20, 50, 100, 200, 500])
        self.assertEqual(svg.log_ticks(3, 3e6), [1, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7])
        self.assertEqual(svg.log_ticks(5, 5), [2, 5, 10])
        self.assertEqual(svg.linear_ticks(690), [0, 200, 400, 600, 800])
        self.assertEqual(svg.linear_ticks(0), [0, 1])
        for high in (0.0312, 1, 7, 99, 4774, 1e9):
            ticks = svg.linear_ticks(high)
            self.assertGreaterEqual(ticks[-1], high)
            self.assertLessEqual(len(ticks), 6)

    def test_what_is_too_long_is_cut(self):
        self.assertEqual(svg.clip("abc", 100, 12), "abc")
        self.assertEqual(svg.clip("a" * 50, 100, 12), "a" * 13 + "…")


if __name__ == "__main__":
    unittest.main()
