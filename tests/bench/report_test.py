#!/usr/bin/env python3
"""Tests bench/report on a run that never was: the tables, the page, its charts,
and docs/performance.md. Needs no peer, and no matplotlib."""

import html.parser
import io
import json
import os
import re
import sys
import tempfile
import unittest
import xml.dom.minidom
from contextlib import redirect_stderr, redirect_stdout
from unittest import mock

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [os.path.join(ROOT, "bench"), HERE]
sys.dont_write_bytecode = True

import fake_results  # noqa: E402  the path comes first
import report  # noqa: E402
from report import charts, markdown, page, performance, pngs, svg  # noqa: E402
from report.__main__ import main as report_main  # noqa: E402
from report.summary import (  # noqa: E402
    cell, figure_text, number, percent, ratio_text, reasons, short, summarize)
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


def fake(*tasks: str) -> dict:
    """The run, or of it the tasks that are named."""
    data = fake_results.make()
    if tasks:
        data["results"] = [r for r in data["results"] if r["task"] in tasks]
    return data


def one(*contenders: dict, **changes):
    """The summary of a run of one task."""
    data = fake()
    data["results"] = [fake_results.result("text/one", "One", list(contenders), **changes)]
    return summarize(results.check(data))


def timed(name: str, *repeats: float, disturbed: tuple[bool, ...] = (), **changes) -> dict:
    return fake_results.entry(name, repeats=list(repeats),
                              disturbed=list(disturbed) or [False] * len(repeats), **changes)


class SummaryTest(unittest.TestCase):
    def test_the_run_is_in_the_format(self):
        results.check(fake())
        self.assertEqual(fake(), fake())

    def test_ratios_follow_what_is_better(self):
        for better, ratio in (("higher", 2), ("lower", 0.5)):
            summary = one(timed("rowsplit", 10), timed("peer", 5), better=better)
            self.assertEqual(summary.rows[0].ratio, ratio)
        for row, result in zip(summarize(fake()).rows, fake()["results"]):
            if row.ratio is not None:
                ratios = [f.ratio for f in row.figures if f.ratio is not None]
                self.assertAlmostEqual(row.ratio, min(ratios))
                self.assertEqual(row.best_peer.ratio, min(ratios))
            self.assertEqual(row.ratio, results.ratio_to_best_peer(result))

    def test_losses_are_the_worst_first(self):
        losses = summarize(fake()).losses
        self.assertEqual([loss.row.task for loss in losses],
                         ["text/fold", "curves/memory", "ragged/max"])
        self.assertEqual([loss.close for loss in losses], [False, False, True])
        self.assertEqual([loss.row.best_peer.name for loss in losses],
                         ["StringZilla", "pandas", "NumPy reduceat"])
        self.assertEqual([loss.ratio for loss in losses], [loss.row.ratio for loss in losses])

    def test_the_best_of_several_of_ours_counts(self):
        row = one(timed("rowsplit", 10), timed("rowsplit, mapped", 30), timed("peer", 20)).rows[0]
        self.assertEqual((row.ratio, row.lost, row.ours.name), (1.5, False, "rowsplit, mapped"))
        self.assertTrue(all(f.ours == f.name.startswith("rowsplit") for f in row.figures))

    def test_each_of_ours_that_is_behind_is_a_loss(self):
        for better, figures in (("higher", (30, 10, 20)), ("lower", (10, 30, 20))):
            fast, slow, peer = figures
            summary = one(timed("rowsplit", fast), timed("rowsplit, from Python", slow),
                          timed("peer", peer), better=better)
            self.assertFalse(summary.rows[0].lost)
            losses = summary.losses
            self.assertEqual([loss.title for loss in losses], ["One (rowsplit, from Python)"])
            self.assertAlmostEqual(losses[0].ratio, slow / peer if better == "higher" else peer / slow)

    def test_a_run_that_was_disturbed(self):
        disturbed = timed("rowsplit", 1, 2, 3, disturbed=(True, True, True))
        for peer, warned in ((timed("peer", 1, 1), True), (timed("peer", 1, 1, 1), False)):
            summary = one(disturbed, peer)
            self.assertEqual(bool(summary.warning), warned)
            for text in (markdown.render(summary), page.render(summary)):
                self.assertEqual("did other work" in text, warned)

    def test_tasks_without_a_figure_of_ours(self):
        self.assertEqual([row.task for row in summarize(fake()).without_ours], ["hostile/names"])
        summary = one(timed("peer", 20))
        self.assertEqual(len(summary.without_ours), 1)
        self.assertEqual((summary.losses, summary.rows[0].ratio), ([], None))
        for text in (markdown.render(summary), Page(page.render(summary)).text):
            self.assertIn("One: was not tried", text)

    def test_groups(self):
        groups = summarize(fake()).groups
        curves = [group for group in groups if group.curve]
        self.assertEqual([[row.axis[1] for row in group.rows] for group in curves][0], [1, 2, 4])
        self.assertEqual([len(group.rows) for group in curves], [3, 5, 5, 3])
        self.assertEqual(curves[1].names[:2], ["rowsplit", "rowsplit, mapped"])
        slugs = [group.slug for group in groups]
        self.assertEqual(len(set(slugs)), len(slugs))
        self.assertTrue(all(re.fullmatch(r"[a-z0-9-]+", slug) for slug in slugs), slugs)
        self.assertIn("vectorize-int-english-all-cores", slugs)

    def test_areas_have_an_order_and_new_ones_come_last(self):
        areas = list(summarize(fake()).areas)
        self.assertEqual(areas, ["text", "tokenize", "vectorize", "ragged", "job", "footprint",
                                 "curves", "hostile"])

    def test_numbers(self):
        for value, text in ((4774.4, "4,774"), (123.4, "123"), (61.23, "61.2"), (2.346, "2.35"),
                            (0.03125, "0.0312"), (0.29, "0.290"), (0.000123, "0.000123"), (99.96, "100.0"), (0, "0")):
            self.assertEqual(number(value), text)
        for value, text in ((500, "500"), (1000, "1,000"), (10_000, "10k"), (2.5e7, "25M"),
                            (1.5e9, "1.5G"), (0.5, "0.5")):
            self.assertEqual(short(value), text)
        for value, text in ((None, ""), (0.4444, "0.44×"), (0.9996, "1.000×"), (0.997, "0.997×"),
                            (0.0249, "0.025×"), (5.539, "5.54×"), (27.46, "27.5×"), (1234.5, "1,234×")):
            self.assertEqual(ratio_text(value), text)
        self.assertEqual([percent(share) for share in (0.031, 0.00001, 0)],
                         ["3.1 %", "under 0.01 %", "0 %"])

    def test_cells(self):
        row = one(timed("rowsplit", 4, 5, 6), timed("once", 7),
                  timed("shaky", 1, 2, 3, disturbed=(True, True, False)),
                  timed("quiet", 1, 2, 3, 99, disturbed=(False, False, False, True)),
                  *(fake_results.entry(status, status=status)
                    for status in ("cannot", "missing", "differs", "failed"))).rows[0]
        self.assertEqual([cell(figure) for figure in row.figures],
                         ["5.00 (4.00 – 6.00)", "7.00", "2.00 (1.00 – 3.00) △",
                          "2.00 (1.00 – 3.00)", "", "", "differs", "failed"])
        self.assertEqual(cell(None), "")
        self.assertEqual(figure_text(row.figures[-1]), "")

    def test_reasons_join_tasks(self):
        found = reasons(summarize(fake("text/words", "tokenize/wordpiece")).rows)
        self.assertIn(("ICU", "another answer, so not timed. 3.1 % of the answers differ; first at "
                       "line 17", ["Words of UAX 29"]), found)
        self.assertNotIn("tokie", [name for name, _, _ in found])


class MarkdownTest(unittest.TestCase):
    def test_every_task_and_contender_is_there(self):
        summary = summarize(fake())
        text = markdown.render(summary)
        for row in summary.rows:
            self.assertIn(markdown.escape(row.title), text)
            for figure in row.figures:
                self.assertIn(markdown.escape(figure.name), text)
                if figure.median is not None:
                    self.assertIn(figure_text(figure), text)

    def test_what_is_lost_comes_first(self):
        text = markdown.render(summarize(fake()))
        headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
        self.assertEqual(headings[:3], ["What a peer does better", "The run", "Text"])
        first = text.index("Case folding")
        self.assertLess(first, text.index("Largest of rows"))
        self.assertLess(first, text.index("## The run"))

    def test_nothing_is_lost(self):
        self.assertIn("Nothing: ", markdown.render(one(timed("rowsplit", 2), timed("peer", 1))))

    def test_tables_are_rectangular(self):
        widths = []
        for line in markdown.render(summarize(fake())).split("\n"):
            if line.startswith("|"):
                widths.append(len(re.findall(r"(?<!\\)\|", line)))
            elif widths:
                self.assertEqual(len(set(widths)), 1, line)
                widths = []

    def test_names_stay_text(self):
        text = markdown.render(summarize(fake("hostile/names")))
        self.assertIn(r"a \<b\> & \"c\" \| \`d\`".replace(r"\"", '"'), text)
        self.assertIsNone(re.search(r"(?<!\\)<", text))

    def test_each_area_has_its_command(self):
        text = markdown.render(summarize(fake()))
        self.assertIn("## Text\n\n    ./run bench --full --only '^text/'\n", text)
        data = fake() | {"command": "./run bench --only text"}
        self.assertIn("## Text\n\n    ./run bench --only text\n", markdown.render(summarize(data)))

    def test_what_a_peer_cannot_is_empty(self):
        text = markdown.render(summarize(fake("text/delete")))
        line = next(x for x in text.split("\n") if x.startswith("| ASCII punctuation deleted"))
        self.assertEqual(line.split("|")[8].strip(), "")
        self.assertIn("- polars (ASCII punctuation deleted): polars has no call", text)


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
        areas = [area for area in self.summary.areas if area != "hostile"]
        self.assertEqual(self.page.tags.count("svg"), len(groups) + len(areas))
        # And one of what is lost.
        self.assertEqual(self.page.tags.count("table"), len(groups) + 1)

    def test_each_drawing_says_what_it_is(self):
        for attributes in self.page.svgs:
            self.assertEqual(attributes["role"], "img")
            for name in attributes["aria-labelledby"].split():
                self.assertIn(name, self.page.ids)

    def test_what_is_lost_comes_first(self):
        self.assertLess(self.text.index('id="lost"'), self.text.index('id="leads"'))
        lost = self.text[self.text.index('id="lost"'):self.text.index('id="leads"')]
        places = [lost.index(f"#{slug}") for slug in
                  ("text-fold-english", "curves-memory-input-bytes", "ragged-max")]
        self.assertEqual(places, sorted(places))
        self.assertIn("failed. <script>alert(1)</script>", Page(self.text).text)

    def test_nothing_is_lost(self):
        self.assertIn("Nothing: ", page.render(one(timed("rowsplit", 2), timed("peer", 1))))

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
        styles = charts.series_styles(summary.rows)
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
        rows = one(timed("rowsplit", 3), timed("peer", 0), better="lower").rows
        self.assertEqual((rows[0].ratio, rows[0].lost), (0, True))
        for text in (charts.leads(list(rows), charts.domain_of(rows), "a", "b"),
                     charts.strip({"A": list(rows)}, charts.LIGHT)):
            self.assertIn('class="lost"', text)
            self.assertNotIn("nan", text)

    def test_a_task_without_any_figure(self):
        group = one(fake_results.entry("rowsplit", status="failed", why="x"),
                    fake_results.entry("peer", status="cannot")).groups[0]
        text = charts.bars(group)
        self.assertEqual(text.count("<rect"), 0)
        self.assertIn("has no such call", text)
        self.assertNotIn("lead of rowsplit", text)

    def test_a_curve_without_a_figure_or_with_a_hole(self):
        data = fake("curves/document")
        for result in data["results"]:
            result["contenders"][1] = fake_results.entry("TensorFlow", status="failed", why="x")
        data["results"][2]["contenders"][0] = fake_results.entry("rowsplit", status="failed")
        summary = summarize(data)
        styles = charts.series_styles(summary.rows)
        tree = xml.dom.minidom.parseString(charts.curve(summary.groups[0], styles))
        lines = tree.getElementsByTagName("polyline")
        self.assertEqual([len(n.getAttribute("points").split()) for n in lines], [4])
        for result in data["results"]:
            result["contenders"][0] = fake_results.entry("rowsplit", status="failed", why="x")
        xml.dom.minidom.parseString(charts.curve(summarize(data).groups[0], styles))

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
        self.assertEqual(svg.wrap("one two three four five six", 60, 12), ["one two", "three f…"])
        self.assertEqual(svg.wrap("a" * 50, 100, 12), ["a" * 13 + "…"])
        self.assertEqual(svg.clip("a" * 50, 100, 12), "a" * 13 + "…")


class WriteTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.results = os.path.join(self.folder, "results.json")
        results.write(self.results, fake("text/fold", "curves/document"))

    def run_main(self, main, *arguments):
        out, errors = io.StringIO(), io.StringIO()
        with mock.patch.object(sys, "argv", ["report", *arguments]), \
                redirect_stdout(out), redirect_stderr(errors):
            status = main()
        return status, out.getvalue(), errors.getvalue()

    def test_without_matplotlib(self):
        out = io.StringIO()
        with mock.patch.dict(sys.modules, {"matplotlib": None}), redirect_stdout(out):
            paths = report.write(self.results, os.path.join(self.folder, "out"))
        self.assertEqual([os.path.basename(p) for p in paths], ["results.md", "index.html"])
        self.assertTrue(all(os.path.getsize(p) > 1000 for p in paths))
        self.assertIn("no PNG files of the charts", out.getvalue())

    def test_images(self):
        try:
            import matplotlib  # noqa: F401
        except ImportError:
            self.skipTest("matplotlib is not installed")
        paths = pngs.write(report.read(self.results), self.folder)
        self.assertEqual([os.path.basename(p) for p in paths],
                         ["text-fold-english.png", "text-fold-languages.png",
                          "curves-document-document-bytes.png", "leads.png", "leads-dark.png"])
        for path in paths:
            with open(path, "rb") as file:
                self.assertEqual(file.read(8), b"\x89PNG\r\n\x1a\n")

    def test_the_command(self):
        out = os.path.join(self.folder, "there")
        with mock.patch.dict(sys.modules, {"matplotlib": None}):
            status, said, _ = self.run_main(report_main, self.results, "--out", out)
        self.assertEqual(status, 0)
        self.assertIn(os.path.join(out, "index.html"), said)
        status, _, errors = self.run_main(report_main, os.path.join(self.folder, "none.json"))
        self.assertEqual(status, 1)
        self.assertIn("none.json", errors)
        with open(self.results, "w", encoding="utf-8") as file:
            json.dump({"format": 1}, file)
        status, _, errors = self.run_main(report_main, self.results)
        self.assertEqual((status, errors), (1, "report: results has no command\n"))

    def tree(self):
        for folder in ("bench/report", "docs/images"):
            os.makedirs(os.path.join(self.folder, folder))
        with open(os.path.join(self.folder, "README.md"), "w", encoding="utf-8") as file:
            file.write(f"before\n{performance.BEGIN}\nwas here\n{performance.END}\nafter\n")
        return ("--root", self.folder)

    def content(self, name):
        with open(os.path.join(self.folder, name), encoding="utf-8") as file:
            return file.read()

    def test_performance(self):
        root = self.tree()
        status, said, _ = self.run_main(performance.main, self.results, *root)
        self.assertEqual((status, said.count("wrote")), (0, 4))
        status, said, _ = self.run_main(performance.main, *root)
        self.assertEqual((status, said), (0, ""))
        self.assertEqual(self.run_main(performance.main, "--check", *root), (0, "", ""))
        readme, text = self.content("README.md"), self.content("docs/performance.md")
        self.assertTrue(readme.startswith("before\n<!-- figures"))
        self.assertTrue(readme.endswith("<!-- end of figures -->\nafter\n"))
        self.assertNotIn("was here", readme)
        self.assertIn("7 tasks, ahead in 6 of 7. Measured by `./run bench --full`", readme)
        self.assertIn("how many times as good it is:\n\n- Case folding, english: StringZilla "
                      "1.97×\n", readme)
        self.assertIn("A Processor, 2 cores", text)
        self.assertIn("StringZilla 8,946", text)
        for name in ("performance.svg", "performance-dark.svg"):
            tree = xml.dom.minidom.parseString(self.content(f"docs/images/{name}"))
            self.assertEqual(len(tree.getElementsByTagName("circle")), 6)

    def test_performance_that_is_stale(self):
        root = self.tree()
        self.run_main(performance.main, self.results, *root)
        page_path = os.path.join(self.folder, "docs/performance.md")
        with open(page_path, "a", encoding="utf-8") as file:
            file.write("A figure by hand: 7.\n")
        status, said, _ = self.run_main(performance.main, "--check", *root)
        self.assertEqual((status, said), (1, "docs/performance.md is not what bench/report/"
                                          "results.json gives: run bench/report/performance.py\n"))
        self.assertIn("by hand", self.content("docs/performance.md"))

    def test_performance_says_what_is_wrong(self):
        root = self.tree()
        status, _, errors = self.run_main(performance.main, *root)
        self.assertEqual(status, 1)
        self.assertIn("bench/report/results.json", errors)
        with open(os.path.join(self.folder, "README.md"), "w", encoding="utf-8") as file:
            file.write("no marks\n")
        status, _, errors = self.run_main(performance.main, self.results, *root)
        self.assertEqual(status, 1)
        self.assertIn("README.md has no part between", errors)


if __name__ == "__main__":
    unittest.main()
