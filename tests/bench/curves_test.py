#!/usr/bin/env python3
"""Tests suite.curves and suite.numbered_tokens. Needs NumPy, no peer."""

import importlib.util
import os
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "bench"))
sys.dont_write_bytecode = True

if importlib.util.find_spec("numpy") is None:
    print("left out: NumPy is not installed")
    sys.exit(0)

import numpy as np  # noqa: E402
from suite.child import Usage  # noqa: E402
from suite.curves import documents, lookups, scaling  # noqa: E402
from suite.numbered_tokens import numbered_tokens, tokens_of  # noqa: E402
from suite.setting import Setting  # noqa: E402
from suite.task import Missing  # noqa: E402
from suite.texts import Text  # noqa: E402


def settled(folder: str, mode: str = "quick", english: bytes = b"a b\n") -> Setting:
    path = os.path.join(folder, "english.txt")
    with open(path, "wb") as file:
        file.write(english)
    text = Text("english", path, "made up")
    return Setting(mode=mode, turns=1, texts={"english": text, "languages": text},
                   build=os.path.join(folder, "build"), folder=folder)


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name


class NumberedTokensTest(unittest.TestCase):
    def test_are_those_of_the_header(self):
        # As support/numbered_tokens.h makes them.
        numbers = [0, 1, 2, 63, 1000, 2**32 - 1]
        tokens = tokens_of(*numbered_tokens(np.array(numbers)))
        self.assertEqual(tokens, [plain_token(number) for number in numbers])

    def test_are_different_and_of_the_lengths(self):
        tokens = tokens_of(*numbered_tokens(np.arange(20_000)))
        self.assertEqual(len(set(tokens)), 20_000)
        lengths = {len(token) for token in tokens}
        self.assertLessEqual(lengths, {*range(7, 15), *range(16, 32)})
        self.assertLessEqual({*range(7, 15)}, lengths)
        self.assertAlmostEqual(sum(len(t) > 15 for t in tokens) / 20_000, 1 / 64, delta=0.005)

    def test_none_are_none(self):
        self.assertEqual(tokens_of(*numbered_tokens(np.empty(0))), [])


def plain_token(index: int) -> bytes:
    """One token by Python's integers."""
    bits = index
    for factor in (0x7FEB352D, 0x846CA68B):
        bits = (bits ^ bits >> (16 if factor == 0x7FEB352D else 15)) * factor % 2**32
    bits ^= bits >> 16
    token = b""
    for _ in range(7):
        token += bytes([97 + bits % 26])
        bits //= 26
    more = (index + 1) * 0x9E3779B97F4A7C15 % 2**64
    more ^= more >> 29
    size = 9 + more // 64 % 16 if more % 64 == 0 else more // 64 % 8
    for _ in range(size):
        more = more * 0xBF58476D1CE4E5B9 % 2**64
        token += bytes([97 + (more >> 40) % 26])
    return token


class DrawnTest(unittest.TestCase):
    def test_stay_in_or_out_of_the_vocabulary(self):
        for size in (1, 1000):
            for kind in ("uniform", "zipf"):
                self.assertLess(int(lookups.drawn(kind, size).max()), size)
            self.assertGreaterEqual(int(lookups.drawn("miss", size).min()), size)

    def test_zipf_prefers_the_first(self):
        numbers = lookups.drawn("zipf", 1000)
        share = [float((numbers == rank).mean()) for rank in (0, 9)]
        self.assertAlmostEqual(share[0], np.log(2) / np.log(1001), delta=0.01)
        self.assertGreater(share[0], 5 * share[1])

    def test_file_has_the_numbers(self):
        with tempfile.TemporaryDirectory() as folder:
            path = lookups.query_file(settled(folder), "uniform", 100)
            np.testing.assert_array_equal(np.fromfile(path, np.uint64),
                                          lookups.drawn("uniform", 100))


class DocumentTest(Folder):
    def test_is_the_text_over_and_over(self):
        setting = settled(self.folder, english=b"ab c\n")
        self.assertEqual(documents.Document(setting, "english", 12).data, b"ab c\nab c\nab")
        self.assertEqual(documents.Document(setting, "english", 3).data, b"ab ")
        with open(documents.Document(setting, "english", 12).path(), "rb") as file:
            self.assertEqual(file.read(), b"ab c\nab c\nab")

    def test_cuts_no_character(self):
        data = "aé€😀".encode()
        for size in range(len(data) + 2):
            head = documents.head_of_characters(data, size)
            self.assertLessEqual(len(head), size)
            self.assertGreater(len(head), min(size, len(data)) - 4)
            head.decode()

    def test_longer_than_the_mode_allows_has_no_figure_but_from_c(self):
        on = documents.Document(settled(self.folder), "english", 100_000_000)
        for op in (documents.split, documents.nfkc, documents.regex):
            timed = {c.name for c in op(on) if c.cannot is None}
            self.assertTrue(timed)
            self.assertTrue(all(name.startswith(("rowsplit", "StringZilla, C")) for name in timed), timed)
        slow = documents.Document(settled(self.folder), "english", 1_000_000)
        cannot = {c.name: c.cannot for c in documents.wordpiece(slow) if c.cannot}
        self.assertEqual(cannot, {
            "Hugging Face": "not measured above 100,000 bytes without --full"})

    def test_plain_python_answers_as_written(self):
        on = documents.Document(settled(self.folder, english=b"a, b\n"), "english", 5)
        answers = {op.__name__: next(c for c in op(on) if c.name == "Python").answer()
                   for op in (documents.split, documents.nfkc, documents.regex)}
        self.assertEqual(answers, {"split": b"a,\nb\n\n", "nfkc": b"a, b\n\n", "regex": b"a  b\n"})


class ScalingTest(Folder):
    def test_counts_of_threads_end_with_all(self):
        self.assertEqual([scaling.counts(n) for n in (1, 2, 6, 8)],
                         [[1], [1, 2], [1, 2, 4, 6], [1, 2, 4, 8]])

    def counting(self, peaks: dict[str, float]) -> scaling.Counting:
        counting = scaling.Counting(settled(self.folder))
        counting.build = mock.Mock(
            side_effect=lambda limit: (Usage(1.0, 0.5, peaks[limit], b""), "digest"))
        return counting

    def test_both_tasks_are_about_the_same_runs(self):
        counting = self.counting({"": 500.0, "32M": 40.0})
        memory, seconds = counting.tasks()
        figures = {task.unit: [(c.name, c.answer(), c.time(-1), c.time(0))
                               for c in task.contenders] for task in (memory, seconds)}
        fits = {"vocabulary": "digest", "within the limit": True}
        self.assertEqual(figures, {
            "MiB": [("rowsplit", fits, 0.0, 500.0), ("rowsplit, 32 MiB", fits, 0.0, 40.0)],
            "s": [("rowsplit", fits, 0.0, 0.5), ("rowsplit, 32 MiB", fits, 0.0, 0.5)]})
        self.assertEqual(counting.build.call_count, 2)

    def test_more_memory_than_the_limit_is_another_answer(self):
        memory, _ = self.counting({"": 500.0, "32M": 65.0}).tasks()
        answers = [c.answer()["within the limit"] for c in memory.contenders]
        self.assertEqual(answers, [True, False])

    def test_text_needs_the_program(self):
        with self.assertRaisesRegex(Missing, "rowsplit_zipf_text is not built"):
            scaling.Counting(settled(self.folder)).text()


class TasksTest(Folder):
    def test_list_reads_no_text_and_imports_nothing(self):
        setting = settled(self.folder)
        os.remove(setting.text("english").path)
        program = ("import sys; sys.path.insert(0, sys.argv[1])\n"
                   "from suite.tasks import curves\n"
                   "from suite.setting import Setting\nfrom suite.texts import Text\n"
                   "text = Text('english', 'gone', '')\n"
                   "setting = Setting('full', 1, {'english': text, 'languages': text}, 'b', 'f')\n"
                   "labels = [task.label for task in curves.tasks(setting)]\n"
                   "assert len(labels) == len(set(labels)) > 40, labels\n"
                   "assert 'numpy' not in sys.modules and 'rowsplit' not in sys.modules\n")
        subprocess.run([sys.executable, "-B", "-c", program, os.path.join(ROOT, "bench")],
                       check=True)


if __name__ == "__main__":
    unittest.main()
