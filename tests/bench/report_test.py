#!/usr/bin/env python3
"""Tests bench/report on a run that never was: what is derived from it, the tables,
the files that are written, and docs/performance.md. Needs no peer, and no matplotlib."""

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
from fake_results import measured as timed, part as fake  # noqa: E402
from report import markdown, page, performance, pngs  # noqa: E402
from report.__main__ import main as report_main  # noqa: E402
from report.summary import summarize  # noqa: E402
from report.wording import (  # noqa: E402
    area_title, cell, figure_text, median_cell, number, percent, ratio_text, reasons, row_title,
    short)
from suite import results  # noqa: E402


def one(*contenders: dict, **changes):
    """The summary of a run of one task."""
    return summarize(results.check(fake_results.one(*contenders, **changes)))


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

    def test_ours_from_python_that_is_behind_is_a_loss(self):
        for better, figures in (("higher", (30, 10, 20)), ("lower", (10, 30, 20))):
            fast, slow, peer = figures
            summary = one(timed("rowsplit", fast), timed("rowsplit, from Python", slow),
                          timed("rowsplit, cold", slow),
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
        summary = one(timed("peer", 20), fake_results.entry("rowsplit", status="failed", why="x"))
        for text in (markdown.render(summary), page.render(summary)):
            self.assertIn("One: failed. x", text)

    def test_a_task_that_is_for_scale_has_no_lead(self):
        summary = one(timed("memory", 20))
        self.assertEqual((summary.losses, summary.without_ours, summary.rows[0].ratio),
                         ([], [], None))
        for text in (markdown.render(summary), page.render(summary)):
            self.assertNotIn("has no figure:", text)

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
        self.assertEqual(area_title("ragged_strings"), "Ragged strings")

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
                         ["5.00 (4.00–6.00)", "7.00", "2.00 (1.00–3.00)\u00a0△",
                          "2.00 (1.00–3.00)", "", "", "differs", "failed"])
        self.assertEqual([median_cell(figure, "s") for figure in row.figures],
                         ["5.00 s", "7.00 s", "2.00 s\u00a0△", "2.00 s", "", "", "differs", "failed"])
        self.assertEqual(cell(None), "")
        self.assertEqual(figure_text(row.figures[-1]), "")

    def test_reasons_join_contenders(self):
        found = reasons(summarize(fake("text/words", "tokenize/wordpiece")).rows)
        self.assertEqual(found["another answer, so not timed. 3.1 % of the answers differ; first at "
                               "line 17"], ["ICU"])
        self.assertNotIn(["tokie"], found.values())
        row = one(timed("rowsplit", 1), fake_results.entry("a", status="cannot", why="too old"),
                  fake_results.entry("b", status="cannot", why="too old")).rows[0]
        self.assertEqual(reasons([row]), {"too old": ["a", "b"]})

    def test_a_peer_is_the_best_of_its_variants(self):
        summary = one(timed("rowsplit", 12), timed("peer, slow", 1), timed("peer", 3),
                      timed("peer, late", 2), timed("other", 24))
        self.assertEqual([(p.name, p.median, p.behind) for p in summary.peers],
                         [("peer", 4, 0), ("other", 0.5, 1)])

    def test_peers_that_are_rare_are_left_out(self):
        data = fake_results.one(timed("rowsplit", 2), timed("rare", 1), timed("peer", 1))
        data["results"] += 20 * fake_results.one(timed("rowsplit", 2), timed("peer", 1))["results"]
        peers = summarize(data).peers
        self.assertEqual([(p.name, len(p.leads)) for p in peers], [("peer", 21)])

    def test_the_verdict(self):
        self.assertEqual(one(timed("rowsplit", 2), timed("peer", 1)).verdict,
                         "rowsplit is ahead of every peer in 1 of 1 task.")
        self.assertIn("in 0 of 1 task and behind the best one in 1.",
                      one(timed("rowsplit", 1), timed("peer", 2)).verdict)
        self.assertIn("No task has", one(timed("rowsplit", 1)).verdict)
        self.assertEqual(one(timed("rowsplit", 3), timed("rowsplit, from Python", 1),
                             timed("peer", 2)).verdict,
                         "rowsplit is ahead of every peer in 1 of 1 task; behind from Python alone "
                         "in 1.")


class MarkdownTest(unittest.TestCase):
    def test_every_task_and_contender_is_there(self):
        summary = summarize(fake())
        text = markdown.render(summary)
        for row in summary.rows:
            self.assertIn(markdown.escape(row.title), text)
            for figure in row.figures:
                self.assertIn(markdown.escape(figure.name), text)
                if figure in (row.ours, row.best_peer):
                    self.assertIn(cell(figure), text)
                elif figure.median is not None:
                    self.assertIn(f"{markdown.escape(figure.name)} {median_cell(figure)}", text)

    def test_what_is_lost_comes_first(self):
        text = markdown.render(summarize(fake()))
        headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
        self.assertEqual(headings[:4], ["What a peer does better", "Beside each peer",
                                        "How to read the tables", "Text"])
        self.assertEqual(headings[-1], "The run")
        first = text.index("Case folding")
        self.assertLess(first, text.index("Largest of rows"))
        self.assertLess(first, text.index("## Beside each peer"))

    def test_nothing_is_lost(self):
        self.assertIn("Nothing: ", markdown.render(one(timed("rowsplit", 2), timed("peer", 1))))
        self.assertIn("No task has figures of both", markdown.render(one(timed("rowsplit", 2))))

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
        text = re.sub("</?(details|summary)>", "", text)
        self.assertIsNone(re.search(r"(?<!\\)<", text))

    def test_each_area_has_its_command(self):
        text = markdown.render(summarize(fake()))
        self.assertIn("## Text\n\n    ./run bench --full --only '^text/'\n", text)
        data = fake() | {"command": "./run bench --only text"}
        self.assertIn("## Text\n\n    ./run bench --only text\n", markdown.render(summarize(data)))

    def table_line(self, *contenders):
        text = "\n".join(markdown.task_table(list(one(*contenders).rows), "task", row_title))
        return text.split("\n")[-1]

    def test_what_a_peer_cannot_is_not_named(self):
        line = self.table_line(timed("rowsplit", 4), timed("peer", 2), timed("slow", 1),
                               fake_results.entry("polars", status="cannot", why="x"),
                               fake_results.entry("ICU", status="differs", why="x"))
        self.assertEqual(line, "| One | 4.00 | peer 2.00 | 2.00× | slow 1.00; ICU differs |")
        text = markdown.render(summarize(fake("text/delete")))
        self.assertIn("- No figure of polars: polars has no call", text)

    def test_the_best_of_ours_stands_first(self):
        line = self.table_line(timed("rowsplit", 4), timed("rowsplit, mapped", 6), timed("peer", 8),
                               timed("rowsplit, from Python", 5))
        self.assertEqual(line, "| One | 6.00, mapped | 5.00 | peer 8.00 | **0.75×** | rowsplit 4.00 |")
        self.assertEqual(self.table_line(timed("rowsplit", 4), timed("peer", 2)),
                         "| One | 4.00 | peer 2.00 | 2.00× |")

    def test_each_unit_has_a_table(self):
        text = markdown.render(summarize(fake("footprint/import", "footprint/installed")))
        self.assertEqual(re.findall(r"^(.*), less is better:$", text, re.MULTILINE), ["s", "MiB"])


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

    def test_images_that_are_not_made_anymore_go(self):
        folder = os.path.join(self.folder, "png")
        os.mkdir(folder)
        for name, made_by in (("old.png", pngs.MADE_BY), ("mine.png", "a camera")):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(b"\x89PNG\r\n\x1a\n" + made_by.encode())
        summary = report.read(self.results)
        with mock.patch.object(pngs, "draw_all", return_value=[os.path.join(folder, "old.png")]):
            pngs.write(summary, folder)
        self.assertEqual(sorted(os.listdir(folder)), ["mine.png", "old.png"])
        with mock.patch.dict(sys.modules, {"matplotlib": None}), redirect_stdout(io.StringIO()):
            pngs.write(summary, folder)
        self.assertEqual(os.listdir(folder), ["mine.png"])

    def test_images(self):
        try:
            import matplotlib  # noqa: F401
        except ImportError:
            self.skipTest("matplotlib is not installed")
        paths = pngs.write(report.read(self.results), self.folder)
        self.assertEqual([os.path.basename(p) for p in paths],
                         ["text-fold-english.png", "text-fold-languages.png",
                          "curves-document-document-bytes.png", "leads-text.png",
                          "leads-curves.png", "peers.png", "peers-dark.png"])
        for path in paths:
            with open(path, "rb") as file:
                head = file.read(1024)
            self.assertEqual(head[:8], b"\x89PNG\r\n\x1a\n")
            self.assertIn(pngs.MADE_BY.encode(), head)

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
        self.assertIn("rowsplit is ahead of every peer in 6 of 7 tasks and behind the best one in 1. Each "
                      "dot is a task beside one peer; of rowsplit in C++ and from Python the better "
                      "one counts. Measured by `./run bench --full`", readme)
        self.assertIn("how many times as good it is:\n\n- Case folding, english: StringZilla "
                      "1.97×\n", readme)
        self.assertIn("A Processor, 2 cores", text)
        self.assertIn("StringZilla 8,946", text)
        ahead = sum(len(peer.leads) - peer.behind for peer in report.read(self.results).peers)
        for name in ("performance.svg", "performance-dark.svg"):
            tree = xml.dom.minidom.parseString(self.content(f"docs/images/{name}"))
            self.assertEqual(len(tree.getElementsByTagName("circle")), ahead)

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
