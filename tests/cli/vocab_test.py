#!/usr/bin/env python3
"""`rowsplit vocab build` against a count in plain Python."""

import json
import unittest

import reference
import support
from reference import Settings


class VocabTest(support.CommandTest):
    def setUp(self):
        super().setUp()
        self.lines = reference.split_lines(support.story_bytes())

    def build(self, *args, stdin=b""):
        path = self.path("vocab.txt")
        self.succeed("vocab", "build", "--output", path, "--quiet", "--force", *args, cwd=support.ROOT,
                     stdin=stdin)
        self.assert_no_temporaries(self.folder)
        with open(path, "rb") as file:
            return file.read()

    def check(self, settings, *args):
        rows, _ = reference.clean(self.lines, settings)
        vocabulary, _ = reference.learn_vocabulary(rows, settings)
        self.assertEqual(self.build(*args).split(b"\n"), vocabulary[2:] + [b""])

    def test_all_words(self):
        self.check(Settings(clean=False, max_tokens=-1), "--input", support.STORIES)

    def test_most_common_words(self):
        for limit in (2, 3, 100, 5000):
            with self.subTest(max_tokens=limit):
                self.check(Settings(clean=False, max_tokens=limit), "--input", support.STORIES,
                           "--max-tokens", str(limit))

    def test_common_enough_words(self):
        self.check(Settings(clean=False, max_tokens=-1, min_count=4), "--input", support.STORIES,
                   "--min-count", "4")

    def test_standardize(self):
        for how in ("lower_and_strip_punctuation", "lower", "strip_punctuation", "none"):
            with self.subTest(standardize=how):
                self.check(Settings(clean=False, max_tokens=-1, standardize=how), "--input",
                           support.STORIES, "--standardize", how)

    def test_settings_of_a_file(self):
        self.check(Settings(), "--config", support.CONFIG)

    def test_equals_the_vocabulary_of_prepare(self):
        files = self.prepare()
        self.assertEqual(self.build("--config", support.CONFIG), files["vocab.txt"])

    def test_order_depends_on_neither_threads_nor_blocks(self):
        expected = self.build("--input", support.STORIES)
        for threads, block in (("1", "100"), ("8", "100"), ("8", "3000")):
            self.assertEqual(self.build("--input", support.STORIES, "--threads", threads,
                                        "--block-bytes", block), expected)

    def test_ties_are_in_descending_order_of_bytes(self):
        self.assertEqual(self.build("--input", "-", stdin="b a é z zz c c".encode()),
                         "c\né\nzz\nz\nb\na\n".encode())

    def test_json_summary(self):
        path = self.path("vocab.txt")
        result = self.succeed("vocab", "build", "--config", support.CONFIG, "--output", path,
                              "--json", "--quiet", "--max-tokens", "100", cwd=support.ROOT)
        self.assertEqual(result.err, "")
        summary = json.loads(result.out)
        expected = reference.prepare(self.lines).report
        self.assertEqual(summary["output"], path)
        self.assertEqual((summary["types"], summary["tokens"], summary["num_ids"]),
                         (expected["types"], expected["tokens"], 100))

    def test_formats_hold_the_ids_of_prepare(self):
        lines = self.build("--input", support.STORIES, "--max-tokens", "50")
        for name in ("json", "vocab.json", "tokenizer.json", "frozen"):
            path = self.path("v." + name)
            self.succeed("vocab", "build", "--input", support.STORIES, "--max-tokens", "50",
                         "--format", name, "--output", path)
            out = self.succeed("vocab", "convert", path, "--format", "json", "--quiet").out
            self.assertEqual(json.loads(out), ["", "[UNK]", *lines.decode().split()])
            by_file = self.prepare("--vocab", path, output="out" + name)
            by_lines = self.prepare("--vocab", self.path("vocab.txt"), output="lines" + name)
            self.assertEqual(by_file["vocab.txt"], by_lines["vocab.txt"])

    def test_partial_counts(self):
        partials = []
        for number, path in enumerate(support.story_files()):
            partials += ["--from-partial", self.path(f"{number}.counts")]
            result = self.succeed("vocab", "build", "--input", path, "--partial", partials[-1])
            self.assertIn("different tokens", result.err)
        expected = self.build("--input", support.STORIES)
        self.assertEqual(self.build(*partials), expected)
        path = self.path("counts.tsv")
        self.assertEqual(self.build(*partials, "--max-tokens", "5", "--counts", path),
                         b"".join(expected.splitlines(True)[:3]))
        with open(path, "rb") as file:
            lines = [line.split(b"\t") for line in file.read().splitlines()]
        words = b"".join(expected.splitlines(True)[:3]).split()
        self.assertEqual([token for _, token in lines[:3]], words)
        counts = [int(count) for count, _ in lines]
        self.assertEqual(counts, sorted(counts, reverse=True))
        self.fail_with(1, "vocab", "build", "--from-partial", support.CONFIG, "--output",
                       self.path("n.txt"), says=["corpus.toml"])
        self.fail_with(2, "vocab", "build", "--input", support.STORIES, "--partial", self.path("p"),
                       "--counts", path, says=["needs vocabulary.output"])

    def test_failure_leaves_an_earlier_file(self):
        path = self.write("vocab.txt", b"earlier\n")
        self.fail_with(1, "vocab", "build", "--input", "-", "--output", path, says=["--force"])
        self.fail_with(1, "vocab", "build", "--input", "-", "--output", path, "--force",
                       stdin=b"fine\n\xc3\n", says=["line 2, byte 5"])
        with open(path, "rb") as file:
            self.assertEqual(file.read(), b"earlier\n")
        self.assert_no_temporaries(self.folder)


if __name__ == "__main__":
    unittest.main()
