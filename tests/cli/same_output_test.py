#!/usr/bin/env python3
"""The same lines give the same files, byte for byte, whatever the number of threads,
the size of a block, and the way that the lines are stored."""

import gzip
import json
import os
import shutil
import unittest

import formats
import reference
import support

# manifest.json names the inputs, and report.json their stored bytes.
ABOUT_INPUTS = ("manifest.json", "report.json")


class SameOutputTest(support.CommandTest):
    def check_equal(self, output_flags, variants):
        first = None
        for number, flags in enumerate(variants):
            with self.subTest(flags=flags):
                files = self.prepare(*output_flags, *flags, output=f"out{number}")
                if first is None:
                    first = files
                self.assert_same_files(files, first)

    def test_threads(self):
        corpus = self.write_repeated("corpus.txt", support.story_bytes(), support.scaled(2 << 20))
        for output_format in ("tfrecord", "jsonl", "npy", "text"):
            self.check_equal(
                ("--input", corpus, "--format", output_format, "--block-bytes", "50000", "--force"),
                [("--threads", threads) for threads in ("1", "2", "8")])

    def test_block_bytes(self):
        self.check_equal(("--format", "jsonl"), [
            ("--block-bytes", size) for size in ("256K", "1", "7", "100", "4096", "61000", "200M")])

    def test_threads_and_blocks_of_damaged_text(self):
        folder = self.path("damaged")
        shutil.copytree(support.HOSTILE, folder)
        for policy in ("replace", "skip"):
            variants = [("--threads", threads, "--block-bytes", size)
                        for threads in ("1", "8") for size in ("256K", "11", "64")]
            self.check_equal(("--input", folder, "--on-error", policy, "--format", "jsonl",
                              "--max-line-bytes", "80", "--tfrecord-feature", "", "--force"),
                             variants)


class StoredFormTest(support.CommandTest):
    """One list of lines, stored in several ways."""

    def setUp(self):
        super().setUp()
        self.text = support.story_bytes()
        self.lines = reference.split_lines(self.text)
        self.expected = self.prepare("--input", self.write("plain.txt", self.text))

    def check(self, *paths, flags=()):
        inputs = [word for path in paths for word in ("--input", path)]
        files = self.prepare(*inputs, *flags, output="other", config=support.CONFIG)
        self.assert_same_files(files, self.expected, leaving_out=ABOUT_INPUTS)
        report = json.loads(files["report.json"])
        for name, value in json.loads(self.expected["report.json"]).items():
            if name not in ("inputs", "input_bytes"):
                self.assertEqual(report[name], value, name)

    def test_several_files(self):
        half = len(self.lines) // 2
        self.check(self.write("a.txt", b"\n".join(self.lines[:half]) + b"\n"),
                   self.write("b.txt", b"\n".join(self.lines[half:])))

    def test_folder_and_glob(self):
        self.check(support.STORIES)
        shutil.rmtree(self.path("other"))
        self.check(os.path.join(support.STORIES, "*.txt"))

    def test_line_ends_of_dos(self):
        self.check(self.write("dos.txt", b"\r\n".join(self.lines) + b"\r\n"))

    def test_gzip(self):
        self.check(self.write("one.txt.gz", gzip.compress(self.text)))

    def test_gzip_of_many_members(self):
        # Cut anywhere, also inside lines; one member is empty.
        cuts = [0, 1, 17, 17, 5000, 44444, len(self.text)]
        members = [gzip.compress(self.text[begin:end]) for begin, end in zip(cuts, cuts[1:])]
        self.check(self.write("many.txt.gz", b"".join(members)))

    def test_gzip_without_its_ending(self):
        self.check(self.write("packed", gzip.compress(self.text)), flags=("--compression", "gzip"))

    def test_json_lines(self):
        records = [json.dumps({"id": number, "text": line.decode()}, ensure_ascii=number % 2 == 0)
                   for number, line in enumerate(self.lines)]
        self.check(self.write("lines.jsonl", "\n".join(records).encode()))

    def test_json_lines_with_a_field_inside(self):
        records = [json.dumps({"text": "not this", "doc": {"body": line.decode()}})
                   for line in self.lines]
        self.check(self.write("lines.jsonl.gz", gzip.compress("\n".join(records).encode())),
                   flags=("--text-field", "doc.body"))

    def test_tfrecord_of_examples(self):
        records = [formats.make_tfrecord(formats.make_text_example(line)) for line in self.lines]
        self.check(self.write("lines.tfrecord", b"".join(records)))

    def test_tfrecord_of_lines(self):
        records = [formats.make_tfrecord(line) for line in self.lines]
        self.check(self.write("lines.tfrecord.gz", gzip.compress(b"".join(records))),
                   flags=("--tfrecord-feature", ""))

    def test_own_tfrecord_can_be_read(self):
        """The text of the examples of one run is the input of the next."""
        self.prepare("--shuffle-buffer", "0", "--shards", "1", "--window-size", "1", "--label",
                     "none", output="words")
        words = self.path("words", "train-00000-of-00001.tfrecord")
        files = self.prepare("--input", words, output="again")
        for name in self.expected:
            if name not in ABOUT_INPUTS:
                self.assertTrue(files[name] == self.expected[name], name)


class SampleStreamTest(support.CommandTest):
    """The sample's .gz of two members and .zst of two frames."""

    def check(self, name, text):
        path = os.path.join(support.HOSTILE, name)
        flags = ("--format", "jsonl", "--shards", "1")
        packed = self.prepare("--input", path, *flags, config=None, output="packed")
        plain = self.prepare("--input", self.write("plain.txt", text), *flags, config=None,
                             output="plain")
        self.assert_same_files(packed, plain, leaving_out=ABOUT_INPUTS)
        self.assertEqual(self.report("packed")["input_bytes"], os.path.getsize(path))
        self.assertEqual(self.report("packed")["text_bytes"], self.report("plain")["text_bytes"])

    def read_members(self):
        with gzip.open(os.path.join(support.HOSTILE, "multi_member.txt.gz")) as file:
            return file.read()

    def test_gzip_members(self):
        self.check("multi_member.txt.gz", self.read_members())

    def test_zstd_frames(self):
        # Both files hold the same text.
        self.check("multi_frame.txt.zst", self.read_members())

    def test_compressed_standard_input(self):
        vocabulary = self.write("vocab.txt", b"the\nof\n")
        path = os.path.join(support.HOSTILE, "multi_frame.txt.zst")
        flags = ("--vocab", vocabulary, "--format", "jsonl")
        with open(path, "rb") as file:
            piped = self.prepare("--input", "-", "--compression", "zstd", *flags, config=None,
                                 output="piped", stdin=file)
        named = self.prepare("--input", path, *flags, config=None, output="named")
        self.assert_same_files(piped, named, leaving_out=ABOUT_INPUTS)


if __name__ == "__main__":
    unittest.main()
