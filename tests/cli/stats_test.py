#!/usr/bin/env python3
"""`rowsplit stats` against the same counts in plain Python."""

import collections
import json
import os
import unittest

import reference
import support
from reference import Settings


class StatsTest(support.CommandTest):
    def stats(self, *args, **options):
        return json.loads(self.succeed("stats", "--json", "--quiet", *args,
                                       **{"cwd": support.ROOT, **options}).out)

    def length_bins(self, rows):
        bins = collections.Counter(len(row.split()).bit_length() for row in rows)
        return [{"lowest": 1 << bin - 1 if bin else 0, "highest": (1 << bin) - 1,
                 "lines": bins[bin]} for bin in range(max(bins) + 1)]

    def check(self, lines, settings, *args):
        stats = self.stats(*args)
        rows, dropped = reference.clean(lines, settings)
        _, counts = reference.learn_vocabulary(rows, settings)
        words = [word for row in rows for word in row.split()]
        self.assertEqual(stats["command"], "stats")
        self.assertEqual(stats["rows"], len(lines))
        self.assertEqual(stats["text_bytes"], sum(map(len, lines)))
        self.assertEqual(sum(step["rows"] for step in stats["dropped"]), dropped)
        self.assertEqual(stats["tokens"], len(words))
        self.assertEqual(stats["types"], len(counts))
        self.assertEqual(stats["words_a_line"], self.length_bins(rows))
        order = sorted(counts, key=lambda token: (counts[token], token), reverse=True)[:20]
        self.assertEqual(stats["top_tokens"], [{"token": token.decode(), "count": counts[token]}
                                               for token in order])
        return stats, counts

    def test_raw_stories(self):
        lines = reference.split_lines(support.story_bytes())
        stats, _ = self.check(lines, Settings(clean=False), "--input", support.STORIES)
        self.assertEqual(stats["inputs"], len(support.story_files()))
        self.assertEqual(stats["input_bytes"], len(support.story_bytes()))

    def test_cleaned_stories(self):
        self.check(reference.split_lines(support.story_bytes()), Settings(), "--config",
                   support.CONFIG)

    def test_languages(self):
        folder = os.path.join(support.SAMPLES, "languages")
        lines = []
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), "rb") as file:
                lines += reference.split_lines(file.read())
        self.check(lines, Settings(clean=False), "--input", folder)

    def test_threads_and_blocks(self):
        expected = self.stats("--input", support.STORIES)
        for threads, block in (("1", "17"), ("8", "17"), ("8", "5000")):
            self.assertEqual(self.stats("--input", support.STORIES, "--threads", threads,
                                        "--block-bytes", block), expected)

    def test_out_of_vocabulary_share(self):
        lines = reference.split_lines(support.story_bytes())
        vocabulary = [b"the", b"ferry", b"lantern", b"and", b"goose"]
        path = self.write("vocab.txt", b"\n".join(vocabulary) + b"\n")
        stats, counts = self.check(lines, Settings(clean=False), "--input", support.STORIES,
                                   "--vocab", path)
        unknown = sum(count for token, count in counts.items() if token not in vocabulary)
        self.assertEqual(stats["unknown_tokens"], unknown)
        self.assertAlmostEqual(stats["oov_share"], unknown / sum(counts.values()), places=12)

    def test_vocabulary_of_a_run(self):
        self.prepare()
        stats = self.stats("--config", support.CONFIG, "--vocab", self.path("out", "vocab.txt"))
        report = self.report()
        self.assertGreater(report["tokens"], 0)
        for name in ("rows", "tokens", "types", "num_ids", "unknown_tokens", "oov_share"):
            self.assertEqual(stats[name], report[name], name)

    def test_top_tokens(self):
        for top in (0, 1, 5, 100000):
            stats = self.stats("--input", support.STORIES, "--top", str(top))
            self.assertEqual(len(stats["top_tokens"]), min(top, stats["types"]))

    def test_text(self):
        out = self.succeed("stats", "--input", support.STORIES, cwd=support.ROOT).out.decode()
        stats = self.stats("--input", support.STORIES)
        for name in ("inputs", "rows", "text_bytes", "tokens", "types"):
            self.assertRegex(out.replace(",", ""), rf"\b{stats[name]}\b", name)
        for each in stats["top_tokens"]:
            self.assertIn(each["token"], out)

    def test_standard_input(self):
        stats = self.stats("--input", "-", stdin=b"a b\n\na\n")
        self.assertEqual((stats["rows"], stats["tokens"], stats["types"]), (3, 3, 2))

    def test_empty_input(self):
        stats = self.stats("--input", "-", stdin=b"")
        self.assertEqual((stats["rows"], stats["tokens"], stats["types"]),
                         (0, 0, 0))
        self.assertEqual((stats["words_a_line"], stats["top_tokens"]), ([], []))
        self.assertNotIn("oov_share", stats, "nothing was looked up")

    def test_full_standard_output_is_an_error(self):
        for flags in ((), ("--json",)):
            with self.subTest(flags=flags), open("/dev/full", "wb") as full:
                result = support.run("stats", "--input", support.STORIES, *flags, stdout=full)
                self.assertEqual(result.code, 1, result)
                self.assertIn("standard output", result.err)


if __name__ == "__main__":
    unittest.main()
