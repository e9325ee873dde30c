#!/usr/bin/env python3
"""The vocabularies in vocab/ are what the command makes now."""

import hashlib
import os
import unittest

import support

VOCAB = os.path.join(support.ROOT, "vocab")


def read(name):
    with open(os.path.join(VOCAB, name), "rb") as file:
        return file.read()


class ShippedVocabularyTest(support.CommandTest):
    def test_stories_are_made_by_the_sample_job(self):
        path = self.path("vocab.txt")
        self.succeed("vocab", "build", "--config", support.CONFIG, "--output", path, "--quiet",
                     cwd=support.ROOT)
        with open(path, "rb") as file:
            self.assertEqual(file.read().split(b"\n"), read("stories-en.txt").split(b"\n"))

    def test_prepare_takes_it(self):
        files = self.prepare("--vocab", os.path.join(VOCAB, "stories-en.txt"))
        self.assertEqual(files["vocab.txt"], read("stories-en.txt"))
        self.assertEqual(self.report()["unknown_tokens"], 0)

    def test_checksums(self):
        sums = dict(reversed(line.split("  ")) for line in read("SHA256SUMS").decode().splitlines())
        names = sorted(name for name in os.listdir(VOCAB) if name.endswith(".txt"))
        self.assertEqual(sorted(sums), names)
        for name in names:
            self.assertEqual(hashlib.sha256(read(name)).hexdigest(), sums[name], name)


if __name__ == "__main__":
    unittest.main()
