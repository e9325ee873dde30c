#!/usr/bin/env python3
"""Tests suite.sample_job: the judge in plain Python and the files of shards. Needs
NumPy, no peer."""

import importlib.util
import os
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "bench"))
sys.dont_write_bytecode = True

if importlib.util.find_spec("numpy") is None:
    print("left out: NumPy is not installed")
    sys.exit(0)

import numpy as np  # noqa: E402
from suite.sample_job import settings, shards  # noqa: E402
from suite.sample_job.plain import plain  # noqa: E402


class PlainTest(unittest.TestCase):
    def plain(self, text: bytes):
        with tempfile.NamedTemporaryFile() as file:
            file.write(text)
            file.flush()
            vocabulary, examples = plain(file.name)
            return vocabulary, examples.tolist()

    def test_order_is_by_count_and_then_by_falling_bytes(self):
        vocabulary, examples = self.plain(b"b a b\nc\n")
        self.assertEqual(vocabulary, [b"b", b"c", b"a"])
        self.assertEqual(examples, [[2, 4, 2] + [0] * 7 + [3]])

    def test_titles_go_and_punctuation_parts_words(self):
        vocabulary, _ = self.plain(b"_BOOK_TITLE_ : x\nDon't, _BOOK_TITLE_\n")
        self.assertEqual(sorted(vocabulary), [b"book", b"don", b"t", b"title"])

    def test_words_of_all_lines_run_together(self):
        _, examples = self.plain(b"\n".join(b"w" for _ in range(24)))
        self.assertEqual(examples, [[2] * 11, [2] * 11, [2] + [0] * 9 + [2]])

    def test_one_word_is_a_label_alone(self):
        self.assertEqual(self.plain(b"w"), ([b"w"], [[0] * 10 + [2]]))

    def test_whole_windows_have_no_rest(self):
        self.assertEqual(self.plain(b"w " * 11), ([b"w"], [[2] * 11]))

    def test_words_beyond_the_vocabulary_have_the_id_1(self):
        words = [f"a{n:05}" for n in range(settings.MAX_TOKENS)]
        vocabulary, examples = self.plain(" ".join(words).encode())
        self.assertEqual(len(vocabulary), settings.MAX_TOKENS - 2)
        self.assertEqual(vocabulary[0], b"a04999")
        self.assertEqual(examples[0][:3], [1, 1, settings.MAX_TOKENS - 1])


class MostFrequentTest(unittest.TestCase):
    def test_agrees_with_sorting_everything(self):
        choose = np.random.default_rng(1)
        tokens = [f"{n:x}".encode() for n in range(20_000)]
        counts = choose.integers(1, 50, len(tokens))
        expected = sorted(range(len(tokens)), key=lambda i: (counts[i], tokens[i]), reverse=True)
        self.assertEqual(settings.most_frequent(tokens, counts),
                         expected[:settings.MAX_TOKENS - 2])

    def test_of_nothing_is_nothing(self):
        self.assertEqual(settings.most_frequent([], np.empty(0, np.int64)), [])


class ShardsTest(unittest.TestCase):
    def test_gives_back_what_was_added_in_any_pieces(self):
        windows = np.arange(1000 * settings.WINDOW).reshape(-1, settings.WINDOW)
        for size in (1, 7, 8, 400, 1000):
            with self.subTest(size=size), tempfile.TemporaryDirectory() as folder:
                out = shards.Shards(folder)
                for begin in range(0, 1000, size):
                    out.add_windows(windows[begin:begin + size])
                out.add_rest(np.array([5, 6, 7]))
                out.add_rest(np.empty(0, int))
                out.close([b"x", b"y"])
                vocabulary, examples = shards.read(folder)
                self.assertEqual(vocabulary, [b"x", b"y"])
                np.testing.assert_array_equal(examples[:-1], windows)
                self.assertEqual(examples[-1].tolist(), [5, 6] + [0] * 8 + [7])

    def test_files_are_those_of_numpy(self):
        with tempfile.TemporaryDirectory() as folder:
            shards.write_ids(folder, np.arange(23), [], None)
            first = np.load(os.path.join(folder, "train-00000-of-00008.ids.npy"), mmap_mode="r")
            self.assertEqual((first.dtype, first.tolist()), (np.int32, [list(range(10))]))
            labels = np.load(os.path.join(folder, "train-00002-of-00008.labels.npy"))
            self.assertEqual(labels.tolist(), [22])

    def test_write_ids_shuffles_whole_windows(self):
        with tempfile.TemporaryDirectory() as folder:
            shards.write_ids(folder, np.arange(33), [], lambda windows: windows[::-1])
            _, examples = shards.read(folder)
            self.assertEqual(examples[:, 0].tolist(), [22, 11, 0])


if __name__ == "__main__":
    unittest.main()
