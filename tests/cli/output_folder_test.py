#!/usr/bin/env python3
"""What `prepare` does to the folder that it writes to: all files of a run or none,
another run's files only with --force, and no traces of failed or killed runs."""

import os
import resource
import signal
import subprocess
import unittest

import support


class OutputFolderTest(support.CommandTest):
    def setUp(self):
        super().setUp()
        self.bad = self.write("bad.txt", b"good line\n" * 10 + b"bad \xff\n")

    def args(self, *more, output="out"):
        return ("prepare", "--config", support.CONFIG, "--input", support.STORIES, "--output",
                self.path(output), "--quiet", *more)

    def test_makes_the_folder(self):
        self.prepare(output=os.path.join("a", "b", "c"))

    def test_refuses_another_runs_folder(self):
        before = self.prepare()
        result = self.fail_with(1, *self.args(), says=[self.path("out"), "--force"])
        self.assertRegex(result.err, r"\((manifest|report|vectorizer)\.json\)|train-0|vocab\.txt")
        self.assert_same_files(support.files_in(self.path("out")), before)

    def test_refuses_a_single_file_of_a_run(self):
        for name in ("manifest.json", "report.json", "vocab.txt", "vectorizer.json",
                     "train-00003-of-00008.tfrecord"):
            with self.subTest(name=name):
                folder = os.path.join("single", name.replace(".", "-"))
                path = self.write(os.path.join(folder, name), b"someone's")
                self.fail_with(1, *self.args(output=folder), says=[name])
                with open(path, "rb") as file:
                    self.assertEqual(file.read(), b"someone's")

    def test_other_files_are_no_run(self):
        self.write("out/notes.md", b"mine")
        self.write("out/training-plan.txt", b"mine")
        files = self.prepare()
        self.assertEqual((files["notes.md"], files["training-plan.txt"]), (b"mine", b"mine"))

    def test_force_replaces_and_removes_what_is_stale(self):
        expected = self.prepare("--format", "text", "--shards", "2", output="expected")
        self.write("out/notes.md", b"mine")
        self.prepare("--shards", "5", "--prefix", "old")
        files = self.prepare("--format", "text", "--shards", "2", "--force")
        self.assertEqual(files.pop("notes.md"), b"mine")
        self.assert_same_files(files, expected)

    def test_same_run_again_with_force_changes_nothing(self):
        before = self.prepare()
        self.assert_same_files(self.prepare("--force"), before)

    def test_failing_run_leaves_earlier_outputs(self):
        before = self.prepare()
        for more in (("--input", self.bad), ("--input", self.path("none.txt")),
                     ("--vocab", self.path("none.txt"))):
            with self.subTest(more=more):
                self.fail_with(1, *self.args("--force", *more))
                self.assert_same_files(support.files_in(self.path("out")), before)

    def test_failing_run_leaves_a_new_folder_empty(self):
        self.fail_with(1, *self.args("--input", self.bad), says=[self.bad, "line 11, byte 104"])
        self.assertEqual(os.listdir(self.path("out")), [])

    def test_fault_in_the_last_line_leaves_nothing(self):
        """With a vocabulary there is one pass: the shards are nearly done by then."""
        corpus = self.write("late.txt", support.story_bytes() * 20 + b"\xff")
        vocabulary = self.write("vocab.txt", b"the\n")
        self.fail_with(1, *self.args("--input", corpus, "--vocab", vocabulary), says=["FF"])
        self.assertEqual(os.listdir(self.path("out")), [])

    def test_damaged_manifest_of_an_earlier_run(self):
        """It can't be said which files are the run's: none is touched."""
        before = self.prepare()
        outside = self.write("x", b"not of the run")
        for content in (b"", b"{}",
                        b'{"format": "rowsplit.manifest", "files": [{"name": "../x"}]}'):
            with self.subTest(content=content):
                before["manifest.json"] = content
                self.write("out/manifest.json", content)
                self.fail_with(1, *self.args("--force"), says=[self.path("out", "manifest.json")])
                self.assert_same_files(support.files_in(self.path("out")), before)
                self.assertTrue(os.path.exists(outside))

    def test_outputs_appear_at_the_end(self):
        """While a run waits for its input, no file of it has its name."""
        vocabulary = self.write("vocab.txt", b"the\n")
        process = support.start("prepare", "--config", support.CONFIG, "--input", "-", "--vocab",
                                vocabulary, "--output", self.path("out"), "--quiet")
        folder = self.path("out")
        process.stdin.write(support.story_bytes() * 5)
        process.stdin.flush()
        self.wait_until(lambda: os.path.isdir(folder) and len(os.listdir(folder)) >= 8)
        self.assertEqual([name for name in os.listdir(folder) if not name.startswith(".")], [])
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, err)
        self.assert_no_temporaries(folder)
        self.assertEqual(len(os.listdir(folder)), 12)

    def test_temporaries_of_a_killed_run_are_removed(self):
        """Also by a run that then fails; those of a live run stay."""
        live = support.start("prepare", "--config", support.CONFIG, "--input", "-", "--vocab",
                             self.write("vocab.txt", b"the\n"), "--output", self.path("out"),
                             "--quiet")
        folder = self.path("out")
        self.wait_until(lambda: os.path.isdir(folder) and len(os.listdir(folder)) >= 8)
        kept = set(os.listdir(folder))
        self.write("out/.train-00000-of-00008.tfrecord.tmp-999999-0", b"left by a killed run")
        self.fail_with(1, *self.args("--input", self.bad))
        self.assertEqual(set(os.listdir(folder)), kept)
        _, err = live.communicate(support.story_bytes(), timeout=60)
        self.assertEqual(live.returncode, 0, err)
        self.assert_no_temporaries(folder)

    def test_output_that_can_be_no_folder(self):
        path = self.write("file", b"a file")
        self.fail_with(1, *self.args(output="file"), says=[path])
        self.fail_with(1, *self.args(output=os.path.join("file", "deeper")), says=[path])
        with open(path, "rb") as file:
            self.assertEqual(file.read(), b"a file")

    def test_input_folder_may_be_the_output_folder(self):
        self.write("out/text.txt", support.story_bytes())
        first = self.prepare("--input", self.path("out"))
        self.assertEqual(first["text.txt"], support.story_bytes())


class FullDiskTest(support.CommandTest):
    def check_full(self, folder, run):
        """`run` fails for want of space and leaves what was there."""
        before = support.files_in(folder)
        result = run("prepare", "--config", support.CONFIG, "--input", self.corpus, "--format",
                     "jsonl", "--output", folder, "--quiet", "--force")
        self.assertEqual(result.code, 1, result)
        self.assertRegex(result.err, "^rowsplit: .*(No space left on device|File too large)\n$")
        self.assertIn(folder, result.err)
        self.assert_same_files(support.files_in(folder), before)

    def setUp(self):
        super().setUp()
        self.corpus = self.write_repeated("corpus.txt", support.story_bytes(), 2 << 20)

    def test_small_file_system(self):
        folder = self.path("small")
        os.mkdir(folder)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder],
                                 stderr=subprocess.DEVNULL, check=False)
        if mounted.returncode != 0:
            self.skipTest("mounting a small file system is not allowed here")
        self.addCleanup(subprocess.run, ["umount", folder], check=True)
        self.check_full(folder, support.run)
        small = self.write("small.txt", b"few words\n")
        self.prepare("--input", small, output="small")
        self.check_full(folder, support.run)

    def test_largest_file_allowed(self):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (200000, resource.RLIM_INFINITY))

        self.prepare(output="limited")
        self.check_full(self.path("limited"),
                        lambda *args: support.run(*args, preexec_fn=limit, restore_signals=False))


if __name__ == "__main__":
    unittest.main()
