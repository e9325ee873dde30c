#!/usr/bin/env python3
"""Tests suite.lines: plain Python's account of words, which others are held to."""

import os
import sys
import unittest
from collections import Counter

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(HERE)), "bench"))
sys.dont_write_bytecode = True

from suite import lines  # noqa: E402  the path comes first
from suite.texts import Text  # noqa: E402

try:
    import numpy
except ImportError:
    numpy = None


class TokensTest(unittest.TestCase):
    def test_lowers_ascii_strips_punctuation_and_splits_at_white_space(self):
        self.assertEqual(lines.tokens_of("  The CAT!\t'É' -- x_y ".encode()),
                         [b"the", b"cat", "É".encode(), b"xy"])
        self.assertEqual(lines.tokens_of(b""), [])
        self.assertEqual(lines.tokens_of(b" \v\f "), [])

    def test_other_ways_to_standardize(self):
        self.assertEqual(lines.tokens_of(b"A-b", "lower"), [b"a-b"])
        self.assertEqual(lines.tokens_of(b"A-b", "strip_punctuation"), [b"Ab"])
        self.assertEqual(lines.tokens_of(b"A-b c", None), [b"A-b", b"c"])

    def test_characters(self):
        self.assertEqual(lines.tokens_of("Aé!".encode(), split="character"),
                         [b"a", "é".encode()])

    def test_ngrams_stand_by_width(self):
        self.assertEqual(lines.tokens_of(b"a b c", most=2), [b"a", b"b", b"c", b"a b", b"b c"])
        self.assertEqual(lines.tokens_of(b"a", most=2), [b"a"])

    def test_punctuation_is_the_ascii_class(self):
        self.assertEqual(lines.STRIPPED, bytes(
            b for b in range(33, 127) if not chr(b).isalnum()))

    def test_order_by_count_then_bytes_from_the_last(self):
        self.assertEqual(lines.by_count(Counter({b"a": 1, b"c": 1, b"b": 2})), [b"b", b"c", b"a"])
        self.assertEqual(lines.count_tokens([[b"a", b"b"], [], [b"a"]]), {b"a": 2, b"b": 1})


class LinesTest(unittest.TestCase):
    def test_batches_hold_all_lines(self):
        text = Text("english", "/nowhere", "made")
        text.__dict__["lines"] = [b"a", b"b", b"c"]
        made = lines.Lines(type("Setting", (), {"load": None}), text)
        self.assertEqual(made.batches(made.raw, 2), [[b"a", b"b"], [b"c"]])

    @unittest.skipIf(numpy is None, "needs NumPy")
    def test_row_splits(self):
        self.assertEqual(lines.row_splits([2, 0, 1]).tolist(), [0, 2, 2, 3])
        self.assertEqual(lines.row_splits([]).tolist(), [0])


if __name__ == "__main__":
    unittest.main()
