#!/usr/bin/env python3
"""Tests suite.texts: samples that are grown, and files of the user."""

import collections
import os
import sys
import tempfile
import unittest
from unittest import mock

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "bench"))
sys.dont_write_bytecode = True

from suite import texts  # noqa: E402

SAMPLE = ["the cat sat on the mat", "", "the dog ran", "zebra yonder"] * 3 + ["quagga"]


class GrownTest(unittest.TestCase):
    def setUp(self):
        self.enterContext(mock.patch.dict(texts.NEW_WORDS, english=500, languages=100))

    def lines(self, count, sample=SAMPLE, num_new=50):
        stream = texts.grown_lines(sample, num_new, "1")
        return [next(stream) for _ in range(count)]

    def test_is_the_same_each_time(self):
        sample = "\n".join(SAMPLE) + "\n"
        self.assertEqual(texts.grown("english", [sample], 20_000),
                         texts.grown("english", [sample], 20_000))
        self.assertNotEqual(texts.grown("english", [sample], 20_000, seed=1),
                            texts.grown("english", [sample], 20_000, seed=2))

    def test_has_the_size_and_whole_lines(self):
        data = texts.grown("english", ["\n".join(SAMPLE) + "\n"], 20_000)
        self.assertLessEqual(len(data), 20_000)
        self.assertGreater(len(data), 19_900)
        self.assertTrue(data.endswith(b"\n"))

    def test_has_the_words_as_often_as_the_sample(self):
        counts = collections.Counter(" ".join(self.lines(4000)).split())
        of_sample = collections.Counter(" ".join(SAMPLE).split())
        new = sum(n for word, n in counts.items() if word not in of_sample)
        total = sum(counts.values())
        self.assertAlmostEqual(new / total, 1 / 34, delta=0.01)  # one word stands there once
        for word, count in of_sample.items():
            self.assertAlmostEqual(counts[word] / total, count / 34 * 33 / 34, delta=0.015)

    def test_has_the_line_lengths_of_the_sample(self):
        lengths = collections.Counter(len(line.split()) for line in self.lines(4000))
        self.assertEqual(set(lengths), {0, 1, 2, 3, 6})
        self.assertAlmostEqual(lengths[6] / 4000, 3 / 13, delta=0.03)

    def test_new_words_are_new_and_distinct(self):
        import random

        known = ["house ", "garden ", "river ", "mountain "]
        new = texts.new_words(known, 10, random.Random(1))
        self.assertEqual(len(set(new)), len(new))
        self.assertFalse(set(new) & set(known))
        self.assertEqual(texts.new_words(["a "], 10, random.Random(1)), [])

    def test_text_without_blanks_is_taken_in_pieces(self):
        self.assertEqual(texts.units_of("一二三四五"), ["一二三", "四五"])
        self.assertEqual(texts.units_of("a bc"), ["a ", "bc "])
        # A mark stays with its letter.
        self.assertEqual(texts.units_of("กกก้ก"), ["กกก้", "ก"])

    def test_reads_data_samples(self):
        folder = os.getcwd()
        try:
            os.chdir(ROOT)
            with tempfile.TemporaryDirectory() as made:
                for name in texts.SAMPLES:
                    text = texts.grow(name, 50_000, made)
                    self.assertLessEqual(text.size, 50_000)
                    self.assertEqual(text.describe()["lines"], len(text.lines))
                    self.assertEqual([line.decode() for line in text.lines], text.strings)
                    again = texts.grow(name, 50_000, made)
                    self.assertEqual(again.path, text.path)
                scripts = set(texts.grow("languages", 50_000, made).data.decode())
                self.assertTrue(scripts & set("的の한яظ"))
        finally:
            os.chdir(folder)


class GivenTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def given(self, data, size):
        path = os.path.join(self.folder.name, "mine.txt")
        with open(path, "wb") as file:
            file.write(data)
        return texts.given("english", path, size, self.folder.name)

    def test_takes_a_file(self):
        text = self.given(b"one\ntwo\nlast", 100)
        self.assertEqual(text.lines, [b"one", b"two", b"last"])
        self.assertEqual(text.source, "mine.txt")

    def test_takes_whole_lines_of_the_beginning(self):
        text = self.given(b"one\ntwo\nthree\n", 10)
        self.assertEqual(text.data, b"one\ntwo\n")
        self.assertEqual(text.source, "mine.txt, the first 8e-06 MB")
        self.assertEqual(self.given(b"a long line\nb\n", 3).data, b"a long line\n")
        self.assertEqual(self.given(b"one\ntwo\n", 8).source, "mine.txt")

    def test_rejects_what_is_no_text(self):
        with self.assertRaisesRegex(ValueError, r"mine\.txt is no UTF-8: .* position 2"):
            self.given(b"a\n\xff\n", 100)
        for blank in (b"", b"\n \n"):
            with self.assertRaisesRegex(ValueError, r"mine\.txt has no words"):
                self.given(blank, 100)

    def test_head(self):
        text = self.given(b"one\ntwo\nthree\n", 100)
        self.assertIs(text.head(100), text)
        self.assertEqual(text.head(9).lines, [b"one", b"two"])
        self.assertEqual(text.head(1).lines, [b"one"])


if __name__ == "__main__":
    unittest.main()
