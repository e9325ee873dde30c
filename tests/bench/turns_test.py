#!/usr/bin/env python3
"""Tests suite.turns and suite.task with contenders that are made up."""

import os
import sys
import threading
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "bench"))
sys.dont_write_bytecode = True

from suite.task import Contender, Missing, Task, in_unit  # noqa: E402
from suite.turns import (  # noqa: E402
    MOST_RESTS, REST_SECONDS, come_to_rest, measure, message, seconds_of_others)


class Quiet:
    """Neighbours that do nothing, but in some spans (counted from 0)."""

    def __init__(self, disturbed=()):
        self.disturbed, self.count = set(disturbed), 0

    def begin(self):
        self.count += 1

    def end(self):
        return self.count - 1 in self.disturbed


def contender(name="rowsplit", answer=b"a\nb\n", log=None, figure=1.0, **changes):
    def time(turn):
        if log is not None:
            log.append((name, turn))
        return figure

    return Contender(name, "made up", time, lambda: answer, **changes)


def raising(error):
    def step(*_):
        raise error

    return step


def run(contenders, turns=3, seconds=1.0, neighbours=None, crashed=None, rest=lambda: True,
        **task):
    result = measure(Task("a/task", "A task", contenders, **task), turns, seconds,
                     neighbours=neighbours or Quiet(), crashed=crashed, rest=rest)
    return result, {entry["name"]: entry for entry in result["contenders"]}


class RestTest(unittest.TestCase):
    def rests(self, *spent):
        """Whether threads that take so much of each rest in turn come to rest, and
        after how many."""
        total, slept = 0.0, []

        def sleep(seconds):
            nonlocal total
            self.assertEqual(seconds, REST_SECONDS)
            total += spent[min(len(slept), len(spent) - 1)] * seconds
            slept.append(seconds)

        return come_to_rest(lambda: total, sleep), len(slept)

    def test_waits_until_other_threads_rest(self):
        self.assertEqual(self.rests(0), (True, 1))
        self.assertEqual(self.rests(0.01), (True, 1))
        self.assertEqual(self.rests(1, 0.9, 0), (True, 3))
        self.assertEqual(self.rests(0.5), (False, MOST_RESTS))

    def test_the_time_is_that_of_other_threads(self):
        before = seconds_of_others()
        sum(range(3_000_000))
        self.assertLess(seconds_of_others() - before, 0.01)
        end = threading.Event()

        def spin():
            while not end.is_set():
                sum(range(1000))

        thread = threading.Thread(target=spin)
        thread.start()
        deadline = time.monotonic() + 30
        while seconds_of_others() - before < 0.02 and time.monotonic() < deadline:
            time.sleep(REST_SECONDS)
        end.set()
        thread.join()
        self.assertGreater(seconds_of_others() - before, 0.02)

    def test_a_turn_that_begins_without_rest_is_disturbed(self):
        rests = iter([True, False, True])
        _, entries = run([contender("a")], turns=3, rest=lambda: next(rests))
        self.assertEqual(entries["a"]["disturbed"], [False, True, False])
        self.assertEqual(len(entries["a"]["repeats"]), 3)


class TurnsTest(unittest.TestCase):
    def test_warms_up_then_takes_turns(self):
        log = []
        _, entries = run([contender("a", log=log), contender("b", log=log)], turns=2)
        self.assertEqual(log, [("a", -1), ("b", -1), ("a", 0), ("b", 0), ("a", 1), ("b", 1)])
        self.assertEqual(entries["a"]["repeats"], [1.0, 1.0])
        self.assertEqual(entries["a"]["status"], "timed")

    def test_does_not_time_an_answer_that_differs(self):
        log = []
        result, entries = run([contender("python"), contender("peer", b"a\nc\n", log)])
        self.assertEqual(result["judge"], "python")
        self.assertEqual(entries["peer"]["status"], "differs")
        self.assertEqual(entries["peer"]["share_that_differs"], 1 / 3)
        self.assertEqual(entries["peer"]["why"], "line 2: b'c', not b'b'")
        self.assertEqual(entries["peer"]["repeats"], [])
        self.assertEqual(log, [])

    def test_times_and_says_what_differs_within_the_tolerance(self):
        _, entries = run([contender("python"), contender("peer", b"a\nc\n")], tolerance=0.4)
        self.assertEqual(entries["peer"]["status"], "timed")
        self.assertEqual(len(entries["peer"]["repeats"]), 3)
        self.assertEqual(entries["peer"]["share_that_differs"], 1 / 3)

    def test_takes_its_own_equality(self):
        _, entries = run([contender("python"), contender("peer", b"anything")],
                         equal=lambda got, expected: (0.0, ""))
        self.assertEqual(entries["peer"]["status"], "timed")

    def test_lets_the_named_one_judge(self):
        result, entries = run([contender("a", b"x"), contender("b", b"y"), contender("c", b"y")],
                              judge="b")
        self.assertEqual(result["judge"], "b")
        self.assertEqual([entries[n]["status"] for n in "abc"], ["differs", "timed", "timed"])

    def test_lets_another_judge_where_the_named_one_is_missing(self):
        gone = Contender("b", "made up", lambda turn: 1.0, raising(Missing("not installed")))
        result, entries = run([contender("a"), gone], judge="b")
        self.assertEqual(result["judge"], "a")
        self.assertEqual((entries["b"]["status"], entries["b"]["why"]),
                         ("missing", "not installed"))

    def test_compares_with_what_is_expected(self):
        result, entries = run([contender("a", b"x"), contender("b", b"y")], judge="plain Python",
                              expected=lambda: b"y")
        self.assertEqual(result["judge"], "plain Python")
        self.assertEqual([entries[n]["status"] for n in "ab"], ["differs", "timed"])

    def test_times_nothing_without_what_is_expected(self):
        log = []
        _, entries = run([contender("a", log=log)], judge="NumPy",
                         expected=raising(ImportError("no numpy")))
        self.assertEqual((entries["a"]["status"], entries["a"]["why"]),
                         ("failed", "nothing to compare with: ImportError: no numpy"))
        self.assertEqual(log, [])

    def test_a_module_that_can_not_be_imported_is_missing(self):
        _, entries = run([contender("a"), Contender(
            "b", "", lambda turn: 1.0, raising(ModuleNotFoundError("No module named 'x'")))])
        self.assertEqual((entries["b"]["status"], entries["b"]["why"]),
                         ("missing", "ModuleNotFoundError: No module named 'x'"))

    def test_goes_on_without_one_that_raises(self):
        for bad in (Contender("bad", "", lambda turn: 1.0, raising(KeyError("k"))),
                    Contender("bad", "", raising(KeyError("k")), lambda: b"a\nb\n")):
            _, entries = run([contender("a"), bad])
            self.assertEqual(entries["bad"]["status"], "failed")
            self.assertEqual(entries["bad"]["why"], "KeyError: 'k'")
            self.assertEqual(len(entries["a"]["repeats"]), 3)

    def test_says_the_first_and_the_last_line_of_an_error(self):
        self.assertEqual(message(ValueError("in user code:\n\n  File x\n\n  no rank\n")),
                         "ValueError: in user code: … no rank")
        self.assertEqual(message(OSError()), "OSError")

    def test_has_no_figure_of_one_that_raises_in_a_later_turn(self):
        figures = iter([1.0, 1.0])
        _, entries = run([contender("a"), Contender("bad", "", lambda turn: next(figures),
                                                    lambda: b"a\nb\n")])
        self.assertEqual(entries["bad"]["status"], "failed")
        self.assertEqual(entries["bad"]["repeats"], [])
        self.assertEqual(entries["bad"]["disturbed"], [])

    def test_an_answer_of_none_is_no_answer(self):
        _, entries = run([contender("a"), contender("b", None)])
        self.assertEqual(entries["b"]["status"], "failed")

    def test_leaves_cells_empty(self):
        _, entries = run([contender("a"), Contender("b", "", cannot="has no such op")])
        self.assertEqual((entries["b"]["status"], entries["b"]["why"]),
                         ("cannot", "has no such op"))
        self.assertEqual(entries["b"]["repeats"], [])

    def test_does_not_start_what_crashed_before(self):
        log = []
        _, entries = run([contender("a"), contender("b", log=log)], crashed={"b": "SIGSEGV"})
        self.assertEqual((entries["b"]["status"], entries["b"]["why"]), ("failed", "SIGSEGV"))
        self.assertEqual(log, [])

    def test_marks_disturbed_turns(self):
        _, entries = run([contender("a"), contender("b")], neighbours=Quiet({1, 2}))
        self.assertEqual(entries["a"]["disturbed"], [False, True, False])
        self.assertEqual(entries["b"]["disturbed"], [True, False, False])

    def test_a_slow_one_has_fewer_turns(self):
        _, entries = run([contender("a")], turns=9, seconds=1e-9)
        self.assertEqual(len(entries["a"]["repeats"]), 1)

    def test_tells_before_each_step(self):
        said = []
        measure(Task("a", "A", [contender("x")]), 2, 1.0, neighbours=Quiet(), say=said.append)
        self.assertEqual(said, ["x"] * 4)  # answer, warm-up, two turns


class TaskTest(unittest.TestCase):
    def test_labels(self):
        self.assertEqual(Task("a", "A", [], text="english").label, "a, english, one core")
        self.assertEqual(Task("a", "A", [], threads=0, axis=("bytes", 1000)).label,
                         "a, bytes=1000, all cores")
        self.assertEqual(Task("a", "A", [], threads=2).label, "a, 2 cores")

    def test_knows_what_is_better(self):
        self.assertEqual(Task("a", "A", [], unit="MB/s").better, "higher")
        self.assertEqual(Task("a", "A", [], unit="ns/token").better, "lower")
        self.assertEqual(Task("a", "A", [], unit="MiB", better="higher").better, "higher")

    def test_rejects_what_can_not_be_compared(self):
        with self.assertRaisesRegex(ValueError, "with and without an answer"):
            Task("a", "A", [contender("x"), Contender("y", "", lambda turn: 1.0)])
        with self.assertRaisesRegex(ValueError, "two contenders have one name: x, x"):
            Task("a", "A", [contender("x"), contender("x")])
        with self.assertRaisesRegex(ValueError, "`time` or `cannot`"):
            Contender("x", "")
        with self.assertRaisesRegex(ValueError, "not larger"):
            Task("a", "A", [], better="larger")

    def test_units(self):
        self.assertEqual(in_unit("MB/s", 0.5, 2e6), 4)
        self.assertEqual(in_unit("ns/token", 1, 1e9), 1)
        self.assertEqual(in_unit("ms", 0.25), 250)
        with self.assertRaisesRegex(ValueError, "MiB"):
            in_unit("MiB", 1)


if __name__ == "__main__":
    unittest.main()
