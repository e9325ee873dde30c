#!/usr/bin/env python3
"""Tests suite.answers: what differs, and where first."""

import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "bench"))
sys.dont_write_bytecode = True

from suite.answers import difference, within  # noqa: E402

try:
    import numpy as np
except ImportError:
    np = None


class DifferenceTest(unittest.TestCase):
    def test_equal_answers(self):
        for answer in (b"a\nb", "a", [1, 2], (b"a", [1]), {"a": 1}, 3, None, []):
            self.assertEqual(difference(answer, answer), (0.0, ""), answer)

    def test_lines(self):
        self.assertEqual(difference(b"a\nb\nc\nd", b"a\nx\nc\ny"),
                         (0.5, "line 2: b'b', not b'x'"))
        self.assertEqual(difference("a\nb", "a\nc"), (0.5, "line 2: 'b', not 'c'"))

    def test_long_lines_are_shown_where_they_part(self):
        share, where = difference(b"a" * 1000 + b"b", b"a" * 1000 + b"c")
        self.assertEqual(share, 1.0)
        self.assertEqual(where, "line 1: at 990 b'aaaaaaaaaab', not b'aaaaaaaaaac'")

    def test_more_lines(self):
        self.assertEqual(difference(b"a\nb\nc", b"a\nb"), (0.5, "3 lines, not 2"))
        self.assertEqual(difference(b"b", b"a\nb"), (0.5, "line 1: b'b', not b'a'"))
        self.assertEqual(difference([], [1]), (1.0, "0 items, not 1"))
        self.assertEqual(difference([1], [])[0], 1.0)

    def test_parts(self):
        self.assertEqual(difference(([1, 2], [1]), ([1, 2], [2])),
                         (1.0, "part 1: item 1: 1, not 2"))
        self.assertEqual(difference({"a": [1, 2]}, {"a": [1, 3]}),
                         (0.5, "a: item 2: 2, not 3"))
        self.assertEqual(difference({"a": 1}, {"b": 1}), (1.0, "has ['a'], not ['b']"))

    def test_other_things(self):
        self.assertEqual(difference(1, 2), (1.0, "1, not 2"))
        self.assertEqual(difference(b"a", "a")[0], 1.0)


@unittest.skipIf(np is None, "needs NumPy")
class ArraysTest(unittest.TestCase):
    def test_items(self):
        self.assertEqual(difference(np.arange(4), np.array([0, 1, 9, 3])),
                         (0.25, "[2]: 2, not 9"))
        self.assertEqual(difference(np.zeros((2, 2)), np.eye(2)), (0.5, "[0, 0]: 0.0, not 1.0"))
        nan = np.array([np.nan, 1.0])
        self.assertEqual(difference(nan, nan.copy()), (0.0, ""))
        self.assertEqual(difference(np.zeros(0), np.zeros(0)), (0.0, ""))

    def test_shape(self):
        self.assertEqual(difference(np.zeros(2), np.zeros(3)), (1.0, "shape (2,), not (3,)"))

    def test_within(self):
        one, near = np.ones(4), np.array([1.0, 1.0, 1.0, 1.001])
        self.assertEqual(within(1e-2)(near, one), (0.0, ""))
        self.assertEqual(within(1e-6)(near, one), (0.25, "[3]: 1.001, not 1.0"))


if __name__ == "__main__":
    unittest.main()
