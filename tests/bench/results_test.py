#!/usr/bin/env python3
"""Tests suite.results: the file, its check, and the figures that are derived."""

import os
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "bench"))
sys.dont_write_bytecode = True

import fake_results  # noqa: E402
from suite import results  # noqa: E402


def entry(repeats, disturbed=None, name="rowsplit"):
    status = "timed" if repeats else "cannot"
    return {"name": name, "form": "", "status": status, "why": "", "share_that_differs": 0.0,
            "note": "", "repeats": repeats, "disturbed": disturbed or [False] * len(repeats)}


def result(better, *entries):
    return {"task": "a", "title": "A", "text": None, "threads": 1, "unit": "s", "better": better,
            "axis": None, "judge": "", "contenders": list(entries)}


class FileTest(unittest.TestCase):
    def test_comes_back_as_it_was_written(self):
        made = fake_results.make()
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "new", "results.json")
            results.write(path, made)
            self.assertEqual(results.read(path), made)
            self.assertEqual(os.listdir(os.path.dirname(path)), ["results.json"])

    def test_names_what_is_wrong(self):
        def first(made):
            return made["results"][0]["contenders"][0]

        for change, message in (
                (lambda made: made.update(format=2), "format must be 1, not 2"),
                (lambda made: made.pop("commit"), "results has no commit"),
                (lambda made: made.update(seconds="3"), "seconds is of a wrong type: '3'"),
                (lambda made: made["results"][0].pop("unit"), r"results\[0\] has no unit"),
                (lambda made: first(made).update(status="good"), "no such status: good"),
                (lambda made: first(made)["disturbed"].pop(), "one disturbed mark for each"),
                (lambda made: first(made).update(status="differs"), "a figure stands where"),
                (lambda made: made["results"].append(3), "must be an object")):
            made = fake_results.make()
            change(made)
            with self.assertRaisesRegex(ValueError, message):
                results.check(made)

    def test_leaves_the_old_file_where_the_new_one_is_wrong(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "results.json")
            results.write(path, fake_results.make())
            with self.assertRaises(ValueError):
                results.write(path, {})
            self.assertTrue(results.read(path)["results"])


class FiguresTest(unittest.TestCase):
    def test_median_and_spread(self):
        self.assertEqual(results.median(entry([3.0, 1.0, 2.0])), 2.0)
        self.assertEqual(results.spread(entry([3.0, 1.0, 2.0])), (1.0, 3.0))
        self.assertIsNone(results.median(entry([])))
        self.assertIsNone(results.spread(entry([])))

    def test_undisturbed_turns_count_where_they_are_enough(self):
        some = entry([1.0, 2.0, 3.0, 100.0], [False, False, False, True])
        self.assertEqual(results.median(some), 2.0)
        self.assertEqual(results.spread(some), (1.0, 3.0))
        self.assertFalse(results.is_disturbed(some))
        most = entry([1.0, 2.0, 3.0, 100.0], [False, False, True, True])
        self.assertEqual(results.spread(most), (1.0, 100.0))
        self.assertTrue(results.is_disturbed(most))

    def test_ratio_says_how_many_times_as_good_ours_is(self):
        ours, slow, fast = entry([4.0]), entry([2.0], name="slow"), entry([8.0], name="fast")
        self.assertEqual(results.ratio_to_best_peer(result("higher", ours, slow, fast)), 0.5)
        self.assertEqual(results.ratio_to_best_peer(result("lower", ours, slow, fast)), 0.5)
        self.assertEqual(results.ratio_to(result("lower", ours, slow, fast), fast), 2.0)
        other = entry([16.0], name="rowsplit, from Python")
        self.assertEqual(results.ratio_to_best_peer(result("higher", ours, slow, other)), 8.0)

    def test_no_ratio_without_both(self):
        self.assertIsNone(results.ratio_to_best_peer(result("higher", entry([1.0]))))
        self.assertIsNone(results.ratio_to_best_peer(
            result("higher", entry([]), entry([1.0], name="peer"))))

    def test_ranks_the_best_first_and_empty_ones_last(self):
        made = result("lower", entry([], name="none"), entry([2.0], name="b"),
                      entry([1.0], name="a"))
        self.assertEqual([e["name"] for e in results.ranked(made)], ["a", "b", "none"])


if __name__ == "__main__":
    unittest.main()
