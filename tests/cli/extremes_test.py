#!/usr/bin/env python3
"""Inputs of extreme sizes and kinds, and files that can't be read."""

import json
import os
import random
import shutil
import subprocess
import tempfile
import unittest

import support

LINE_BYTES = 400 << 20 if not support.SANITIZED else 100 << 20


class ExtremesTest(support.CommandTest):
    def stats(self, path, *args):
        result = self.succeed("stats", "--input", path, "--json", "--quiet", *args)
        return json.loads(result.out), result

    def check_memory(self, result):
        if not support.SANITIZED:
            self.assertLess(result.memory, support.MAX_MEMORY, result)


class HugeLineTest(ExtremesTest):
    """One line of 400 MB, and a short one after it. Each thread more holds a few more
    pieces of it: memory is that of two."""

    THREADS = ("--threads", "2")
    WORDS = b"one line of many words goes on and on " * 1024

    @classmethod
    def setUpClass(cls):
        cls.class_folder = tempfile.mkdtemp(prefix="rowsplit-test-")
        cls.addClassCleanup(shutil.rmtree, cls.class_folder)
        cls.copies = LINE_BYTES // len(cls.WORDS)
        cls.line_bytes = cls.copies * len(cls.WORDS)
        cls.line = os.path.join(cls.class_folder, "line.txt")
        with open(cls.line, "wb") as file:
            for _ in range(cls.copies):
                file.write(cls.WORDS)
            file.write(b"\nthe next line\n")

    def test_strict_stops_at_its_beginning(self):
        result = self.fail_with(1, "prepare", "--input", self.line, "--output", self.path("out"),
                                "--quiet", *self.THREADS,
                                says=[f"{self.line}, line 1, byte 0: ", "limit"])
        self.check_memory(result)
        self.assertFalse(os.path.exists(self.path("out")))

    def check_replaced(self, *flags):
        stats, result = self.stats(self.line, "--on-error", "replace", *self.THREADS, *flags)
        self.assertEqual(stats["text_bytes"], self.line_bytes + len("the next line"))
        times = self.copies * 1024
        self.assertEqual(stats["tokens"], 9 * times + 3)
        self.assertEqual({each["token"]: each["count"] for each in stats["top_tokens"]},
                         {"one": times, "line": times + 1, "of": times, "many": times,
                          "words": times, "goes": times, "and": times, "on": 2 * times,
                          "the": 1, "next": 1})
        (fault,) = stats["faults"]
        self.assertEqual((fault["kind"], fault["replaced"], fault["skipped"],
                          fault["first"]["line"], fault["first"]["byte"]),
                         ("overlong_line", 1, 0, 1, 0))
        self.check_memory(result)
        return stats

    def test_replace_cuts_it_into_rows(self):
        self.check_replaced()

    def test_replace_with_a_small_limit(self):
        rows = self.check_replaced("--max-line-bytes", "100K")["rows"]
        # A cut looks back at most 4096 bytes for white space.
        self.assertGreaterEqual(rows, self.line_bytes // (100 << 10) + 1)
        self.assertLessEqual(rows, self.line_bytes // ((100 << 10) - 4096) + 2)

    def test_prepare_in_flat_memory(self):
        result = self.succeed("prepare", "--input", self.line, "--output", self.path("out"),
                              "--on-error", "replace", "--window-size", "11", "--sequence-length",
                              "10", "--format", "npy", "--quiet", *self.THREADS)
        self.assertEqual(self.report()["tokens"], self.copies * len(self.WORDS.split()) + 3)
        self.check_memory(result)

    def test_skip_drops_it(self):
        stats, result = self.stats(self.line, "--on-error", "skip", *self.THREADS)
        self.assertEqual((stats["rows"], stats["tokens"]), (1, 3))
        self.assertEqual(stats["faults"][0]["skipped"], 1)
        self.check_memory(result)

    def test_one_word(self):
        path = self.path("word.txt")
        size = support.scaled(100 << 20)
        with open(path, "wb") as file:
            for _ in range(size >> 20):
                file.write(b"x" * (1 << 20))
        stats, result = self.stats(path, "--on-error", "replace", "--max-line-bytes", "1M", "--top",
                                   "0", *self.THREADS)
        self.assertEqual((stats["tokens"], stats["types"]), (size >> 20, 1))
        self.check_memory(result)


class OddBytesTest(ExtremesTest):
    def test_nul_bytes_alone(self):
        size = support.scaled(4 << 20)
        path = self.write("nul.txt", b"\0" * size)
        self.fail_with(1, "stats", "--input", path, says=[f"{path}, line 1, byte 0: NUL byte"])
        stats, _ = self.stats(path, "--on-error", "replace", "--top", "0")
        self.assertEqual((stats["rows"], stats["text_bytes"], stats["tokens"]), (1, 3 * size, 1))
        self.assertEqual([(each["kind"], each["replaced"]) for each in stats["faults"]],
                         [("nul_byte", size)])
        stats, _ = self.stats(path, "--on-error", "skip")
        self.assertEqual((stats["rows"], stats["faults"][0]["skipped"]), (0, 1))

    def test_random_bytes(self):
        content = random.Random(1).randbytes(support.scaled(2 << 20))
        path = self.write("random.txt", content)
        self.fail_with(1, "stats", "--input", path, says=[f"{path}, line 1, byte "])
        lines = content.split(b"\n")
        stats, _ = self.stats(path, "--on-error", "replace", "--top", "0")
        rows = [line[:-1] if line.endswith(b"\r") else line for line in lines[:-1]] + lines[-1:]
        text = [row.decode("utf-8", "replace").replace("\0", "\ufffd").encode() for row in rows]
        self.assertEqual(stats["rows"], len(rows))
        self.assertEqual(stats["text_bytes"], sum(map(len, text)))
        self.assertEqual(stats["tokens"], sum(len(row.split()) for row in text))
        skipped, _ = self.stats(path, "--on-error", "skip", "--top", "0")
        self.assertEqual(skipped["rows"], sum(row == good for row, good in zip(rows, text)))

    def test_random_bytes_under_every_name(self):
        content = random.Random(2).randbytes(100000)
        for ending in ("txt", "jsonl", "tfrecord", "txt.gz", "jsonl.gz", "txt.zst", "tfrecord.zst"):
            with self.subTest(ending=ending):
                path = self.write(f"random.{ending}", content)
                self.fail_with(1, "stats", "--input", path, says=[path])
                for policy in ("replace", "skip"):
                    stats, _ = self.stats(path, "--on-error", policy, "--top", "0")
                    self.assertGreater(sum(each["replaced"] + each["skipped"]
                                           for each in stats["faults"]), 0)

    def test_empty_file(self):
        path = self.write("empty.txt", b"")
        stats, _ = self.stats(path)
        self.assertEqual((stats["rows"], stats["faults"]), (0, []))
        vocabulary = self.write("vocab.txt", b"the\n")
        self.prepare("--input", path, "--vocab", vocabulary, "--format", "npy", "--shards", "2")
        self.assertEqual(self.report()["examples"], 0)

    def test_nothing_to_learn_a_vocabulary_from(self):
        for name, content in (("empty.txt", b""), ("blank.txt", b"\n \n\t\n"),
                              ("marks.txt", b"... !\n")):
            with self.subTest(name=name):
                path = self.write(name, content)
                self.fail_with(1, "prepare", "--config", support.CONFIG, "--input", path,
                               "--output", self.path("out"), "--quiet", says=["token"])
                self.assertFalse(os.path.exists(self.path("out")))

    def test_empty_file_among_others(self):
        self.write("in/a.txt", b"")
        self.write("in/b.txt", b"some words")
        self.write("in/c.txt", b"")
        stats, _ = self.stats(self.path("in"))
        self.assertEqual((stats["inputs"], stats["rows"], stats["tokens"]), (3, 1, 2))

    def test_many_empty_lines(self):
        size = support.scaled(5 << 20)
        stats, _ = self.stats(self.write("empty_lines.txt", b"\n" * size))
        self.assertEqual((stats["rows"], stats["tokens"]), (size, 0))
        self.assertEqual(stats["words_a_line"], [{"lowest": 0, "highest": 0, "lines": size}])

    def test_no_final_newline(self):
        path = os.path.join(support.HOSTILE, "no_final_newline.txt")
        stats, _ = self.stats(path)
        self.assertEqual((stats["rows"], stats["text_bytes"]), (3, os.path.getsize(path) - 2))


class UnreadableTest(ExtremesTest):
    def setUp(self):
        super().setUp()
        self.write("in/a.txt", b"first words\n")
        self.write("in/z.txt", b"last words\n")

    def check_unreadable(self, name, reason, **options):
        path = self.path("in", name)
        folder = self.path("in")
        self.fail_with(1, "stats", "--input", folder, says=[path, reason], **options)
        for policy in ("replace", "skip"):
            result = self.succeed("stats", "--input", folder, "--on-error", policy, "--json",
                                  "--quiet", **options)
            stats = json.loads(result.out)
            self.assertEqual((stats["rows"], stats["tokens"]), (2, 4))
            (fault,) = stats["faults"]
            self.assertEqual((fault["kind"], fault["skipped"], fault["first"]["input"]),
                             ("unreadable_file", 1, path))
            self.assertIn(reason, fault["first"]["detail"])

    def test_dangling_link(self):
        os.symlink(self.path("nowhere"), self.path("in", "b.txt"))
        self.check_unreadable("b.txt", "No such file or directory")

    def test_folder_with_a_files_name(self):
        self.write("in/b.txt/c.txt", b"words within\n")
        stats, _ = self.stats(self.path("in"))
        self.assertEqual((stats["inputs"], stats["rows"]), (3, 3))

    def test_link_to_itself(self):
        os.symlink("b.txt", self.path("in", "b.txt"))
        self.check_unreadable("b.txt", "Too many levels of symbolic links")

    def test_file_without_permission(self):
        self.write("in/b.txt", b"secret\n")
        os.chmod(self.path("in", "b.txt"), 0)
        options = {}
        if os.geteuid() == 0:
            # Permissions don't stop root.
            os.chmod(self.folder, 0o755)
            prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
            tried = shutil.which("setpriv") and subprocess.run(
                [*prefix, support.COMMAND, "--version"], capture_output=True, check=False)
            if not tried or tried.returncode != 0:
                self.skipTest("can't run the command as another user")
            options = {"prefix": prefix, "cwd": "/"}
        self.check_unreadable("b.txt", "Permission denied", **options)

    def test_folder_named_as_a_file_to_read(self):
        result = support.run("stats", "--input", self.path("in", "a.txt", ""), "--quiet")
        self.assertEqual(result.code, 1, result)
        self.assertIn("a.txt", result.err)


if __name__ == "__main__":
    unittest.main()
