#!/usr/bin/env python3
"""Tests suite.plain with a program that is made up; the true one runs in smoke.py."""

import os
import struct
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(HERE)), "bench"))
sys.dont_write_bytecode = True

from suite import plain  # noqa: E402  the path comes first
from suite.setting import Setting  # noqa: E402
from suite.texts import Text  # noqa: E402

try:
    import numpy
except ImportError:
    numpy = None


class FakeProgram:
    """Remembers its arguments and gives one answer to all."""

    def __init__(self, arguments, answer):
        self.arguments, self.answer = arguments, answer

    def written(self, task, name):
        return self.answer

    def time(self, task, name, part):
        return 0.02, 1e6


class FakeSetting(Setting):
    """Its programs are made up."""

    def program(self, *arguments):
        key = arguments
        return self.programs.setdefault(key, FakeProgram(arguments, self.programs.get("answer")))


class PlainTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def setting(self, *numbers):
        setting = FakeSetting("quick", 1, {}, "/nowhere", self.folder)
        setting.programs["answer"] = struct.pack(f"={len(numbers)}q", *numbers)
        return setting

    def test_it_has_one_core(self):
        text = Text("english", "/nowhere/text", "")
        for threads, cannot in ((1, None), (0, plain.ONE_CORE), (2, plain.ONE_CORE)):
            made = plain.on_lines(self.setting(), text, "split", threads)
            self.assertEqual(made.cannot, cannot)
            self.assertEqual(made.name, "plain C++")

    def test_texts_are_given_by_their_paths(self):
        setting = self.setting()
        made = plain.on_lines(setting, Text("english", "/nowhere/text", ""), "delete", 1)
        self.assertEqual(list(setting.programs), ["answer"])  # nothing runs yet
        self.assertEqual(made.time(0), 50)  # MB/s
        self.assertIn(("rowsplit_plain_table", "text", "/nowhere/text"), setting.programs)

    def test_words_are_a_file_that_is_made_once(self):
        path = plain.word_file(self.setting(), ["a", "é"])
        with open(path, "rb") as file:
            self.assertEqual(file.read(), "a\né\n".encode())
        before = os.stat(path).st_mtime_ns
        self.assertEqual(plain.word_file(self.setting(), ["a", "é"]), path)
        self.assertEqual(os.stat(path).st_mtime_ns, before)
        self.assertNotEqual(plain.word_file(self.setting(), ["aé"]), path)

    @unittest.skipUnless(numpy, "needs NumPy")
    def test_ids(self):
        made = plain.find(self.setting(1, -1), lambda: ["b", "a"], lambda: ["a", "x"], 1)
        self.assertEqual(made.answer().tolist(), [1, -1])
        self.assertEqual(made.time(0), 20)  # ns/token

    @unittest.skipUnless(numpy, "needs NumPy")
    def test_ragged_ids_and_the_texts_that_they_are_of(self):
        setting = self.setting(2, 0, 1, 3, 7, 8, 9)
        texts = {name: Text("english", f"/nowhere/{name}", "") for name in ("long", "short")}
        made = plain.vectorize(setting, lambda: ["a"], lambda: texts["long"],
                               lambda: texts["short"], 1)
        ids, splits = made.answer()
        self.assertEqual((ids.tolist(), splits.tolist()), ([7, 8, 9], [0, 1, 3]))
        words = plain.word_file(setting, ["a"])
        self.assertEqual(list(setting.programs)[1:],
                         [("rowsplit_plain_table", "vectorize", words, "/nowhere/short")])
        made.time(0)
        self.assertEqual(list(setting.programs)[2][3], "/nowhere/long")


if __name__ == "__main__":
    unittest.main()
