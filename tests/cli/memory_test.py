#!/usr/bin/env python3
"""Peak memory does not grow with the input. Not for programs with sanitizers."""

import os
import shutil
import tempfile
import unittest

import support


class MemoryTest(support.CommandTest):
    """The larger corpus is five times the smaller; 200 MB more text may take little more
    than what buffers that are not yet full take."""

    SMALL = 50 << 20
    LARGE = 250 << 20

    # A child's peak counts from its parent's size: this process stays small.
    @classmethod
    def setUpClass(cls):
        cls.class_folder = tempfile.mkdtemp(prefix="rowsplit-test-")
        cls.addClassCleanup(shutil.rmtree, cls.class_folder)
        cls.corpora = []
        text = support.story_bytes()
        for size in (cls.SMALL, cls.LARGE):
            cls.corpora.append(os.path.join(cls.class_folder, f"{size}.txt"))
            with open(cls.corpora[-1], "wb") as file:
                for _ in range(size // len(text)):
                    file.write(text)

    def check_flat(self, *args):
        peaks = [self.succeed(*args, "--input", corpus, "--quiet", cwd=support.ROOT).memory
                 for corpus in self.corpora]
        self.assertLess(peaks[1], support.MAX_MEMORY)
        self.assertLess(peaks[1], 1.3 * peaks[0] + (48 << 20), peaks)

    def prepare_args(self):
        return ("prepare", "--config", support.CONFIG, "--output", self.path("out"), "--force")

    def test_npy(self):
        self.check_flat(*self.prepare_args(), "--format", "npy")

    def test_tfrecord_with_many_threads(self):
        self.check_flat(*self.prepare_args(), "--threads", "8")

    def test_stats(self):
        self.check_flat("stats")

    def test_vocab_build(self):
        self.check_flat("vocab", "build", "--output", self.path("vocab.txt"), "--force")

    def test_vectorize(self):
        self.prepare()
        self.check_flat("vectorize", "--vectorizer", self.path("out", "vectorizer.json"),
                        "--output", self.path("ids.txt"))


if __name__ == "__main__":
    unittest.main()
