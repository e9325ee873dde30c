#!/usr/bin/env python3
"""Tests all areas of the suite as they are listed: no peer, no text is needed."""

import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(HERE)), "bench"))
sys.dont_write_bytecode = True

from suite import tasks  # noqa: E402
from suite.setting import MODES, TURNS, Setting  # noqa: E402
from suite.texts import Text  # noqa: E402

PEERS = ("tensorflow", "torch", "pyarrow", "polars", "tokenizers", "sklearn", "awkward",
         "stringzilla", "tokie", "rowsplit")


class EmptyText(Text):
    """Has a size, but can't be read."""

    size = 1_000_000

    def head(self, size):
        return self


def listed(mode):
    texts = {name: EmptyText(name, "/nowhere", "") for name in ("english", "languages")}
    setting = Setting(mode, TURNS[mode], texts, "/nowhere", "/nowhere")
    return {area: list(tasks.of_area(area, setting)) for area in tasks.AREAS}


class TasksTest(unittest.TestCase):
    def test_listing_imports_no_peer(self):
        for mode in MODES:
            listed(mode)
        self.assertEqual([name for name in PEERS if name in sys.modules], [])

    def test_labels_are_unique_and_begin_with_the_area(self):
        for mode in MODES:
            labels = [task.label for some in listed(mode).values() for task in some]
            self.assertEqual(len(labels), len(set(labels)))
        for area, some in listed("quick").items():
            self.assertTrue(some, area)
            for task in some:
                self.assertTrue(task.name.startswith(f"{area}/"), task.name)

    def test_the_full_mode_has_what_the_quick_one_has(self):
        full = {task.name for some in listed("full").values() for task in some}
        quick = {task.name for some in listed("quick").values() for task in some}
        self.assertEqual(quick - full, set())

    def test_tasks_say_what_they_are(self):
        for some in listed("full").values():
            for task in some:
                self.assertTrue(task.title, task.label)
                for contender in task.contenders:
                    self.assertTrue(contender.form or contender.cannot,
                                    f"{task.label}: {contender.name} does not say its form")
                    self.assertNotIn("\n", contender.form)


if __name__ == "__main__":
    unittest.main()
