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

    def test_failing_run_removes_the_folders_it_made(self):
        self.fail_with(1, *self.args("--input", self.bad, output=os.path.join("a", "b")),
                       says=[self.bad, "line 11, byte 104"])
        self.assertFalse(os.path.exists(self.path("a")))
        os.mkdir(self.path("mine"))
        self.fail_with(1, *self.args("--input", self.bad, output=os.path.join("mine", "new")))
        self.assertEqual(os.listdir(self.path("mine")), [])
        self.fail_with(1, *self.args("--input", self.bad, output="mine"))
        self.assertEqual(os.listdir(self.path("mine")), [])

    def test_fault_in_the_last_line_leaves_nothing(self):
        """With a vocabulary there is one pass: the shards are nearly done by then."""
        corpus = self.write("late.txt", support.story_bytes() * 20 + b"\xff")
        vocabulary = self.write("vocab.txt", b"the\n")
        self.fail_with(1, *self.args("--input", corpus, "--vocab", vocabulary), says=["FF"])
        self.assertFalse(os.path.exists(self.path("out")))

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
        """Also by a run that then fails; those of a live process stay."""
        self.prepare(output="first")
        folder = self.path("out")
        os.mkdir(folder)
        live = support.start("vectorize", "--vectorizer", self.path("first", "vectorizer.json"),
                             "--output", self.path("out", "ids"), "--quiet")
        self.wait_until(lambda: os.listdir(folder) != [])
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

    def start_waiting(self):
        """A run that waits for its input and has its shards open."""
        folder = self.path("out")
        process = support.start("prepare", "--config", support.CONFIG, "--input", "-", "--vocab",
                                self.write("the.txt", b"the\n"), "--output", folder, "--quiet")
        self.wait_until(lambda: os.path.isdir(folder) and len(os.listdir(folder)) >= 8)
        return process

    def test_two_runs_at_once(self):
        first = self.start_waiting()
        before = sorted(os.listdir(self.path("out")))
        for more in ((), ("--force",)):
            self.fail_with(1, *self.args(*more),
                           says=["another run is writing to " + self.path("out")])
        self.assertEqual(sorted(os.listdir(self.path("out"))), before)
        _, err = first.communicate(support.story_bytes(), timeout=60)
        self.assertEqual(first.returncode, 0, err)
        self.assert_no_temporaries(self.path("out"))
        self.prepare("--force")

    def test_input_folder_that_holds_the_output_folder(self):
        text = self.write("books/text.txt", support.story_bytes())
        for output in ("books", os.path.join("books", "deep", "out")):
            self.fail_with(1, *self.args("--input", self.path("books"), output=output),
                           says=["holds the output folder", self.path(output)])
            self.assertEqual(os.listdir(self.path("books")), ["text.txt"])
        files = self.prepare("--input", text, output="books")
        self.assertEqual(files["text.txt"], support.story_bytes())

    def test_input_that_the_run_would_replace(self):
        vocabulary = self.write("out/vocab.txt", support.story_bytes())
        shard = self.write("out/train-00001-of-00002.txt", support.story_bytes())
        linked = self.path("linked.txt")
        os.symlink(shard, linked)
        before = support.files_in(self.path("out"))
        for path in (vocabulary, shard, linked, self.path("out", "*.txt")):
            self.fail_with(1, *self.args("--input", path, "--force"),
                           says=["the input", "replace or remove"])
        with open(vocabulary, "rb") as file:
            self.fail_with(1, *self.args("--input", "-", "--vocab", self.write("v", b"the\n"),
                                         "--force"),
                           stdin=file, says=["the input -", "replace or remove"])
        self.assert_same_files(support.files_in(self.path("out")), before)

    def test_vocabulary_of_the_earlier_run(self):
        """It is read whole before it is replaced by the same one."""
        before = self.prepare()
        after = self.prepare("--vocab", self.path("out", "vocab.txt"), "--force")
        self.assertEqual(after["vocab.txt"], before["vocab.txt"])

    def test_force_without_a_manifest_goes_by_names(self):
        expected = self.prepare(output="expected")
        for name in ("report.json", "train-00007-of-00009.txt", "other-00000-of-00001.txt"):
            self.write(os.path.join("out", name), b"someone's")
        files = self.prepare("--force")
        self.assertEqual(files.pop("other-00000-of-00001.txt"), b"someone's")
        self.assert_same_files(files, expected)

    def test_name_that_is_taken_by_a_folder(self):
        before = self.prepare()
        os.remove(self.path("out", "vocab.txt"))
        os.mkdir(self.path("out", "vocab.txt"))
        self.fail_with(1, *self.args("--force"), says=[self.path("out", "vocab.txt"), "a folder"])
        os.rmdir(self.path("out", "vocab.txt"))
        del before["vocab.txt"]
        self.assert_same_files(support.files_in(self.path("out")), before)

    def test_linked_output_folder_and_file(self):
        self.prepare(output="expected")
        os.mkdir(self.path("real"))
        os.symlink("real", self.path("out"))
        target = self.write("report", b"earlier")
        os.symlink(target, self.path("real", "report.json"))
        files = self.prepare("--force")
        self.assert_same_files(files, support.files_in(self.path("expected")))
        self.assertTrue(os.path.islink(self.path("out")))
        self.assertTrue(os.path.islink(self.path("real", "report.json")))
        with open(target, "rb") as file:
            self.assertEqual(file.read(), files["report.json"])

    def limit_files(self, soft, hard):
        return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    def test_more_shards_than_the_soft_limit_of_open_files(self):
        files = self.prepare("--shards", "300", preexec_fn=self.limit_files(64, 1000))
        self.assertEqual(len(files), 304)

    def test_more_shards_than_the_hard_limit_of_open_files(self):
        """Said before the corpus is read."""
        corpus = self.write("bad.txt", b"\xff")
        self.fail_with(1, *self.args("--input", corpus, "--shards", "300"),
                       preexec_fn=self.limit_files(64, 64),
                       says=["Too many open files", self.path("out")])
        self.assertFalse(os.path.exists(self.path("out")))


class SingleFileTest(support.CommandTest):
    """The one file that `vectorize` and `vocab build` write."""

    def setUp(self):
        super().setUp()
        self.prepare()
        text = self.write("text.txt", b"the goose\n")
        self.commands = (
            ("vectorize", "--vectorizer", self.path("out", "vectorizer.json"), "--input", text),
            ("vocab", "build", "--input", text, "--force"))

    def test_replaces_regular_files_only(self):
        os.mkfifo(self.path("pipe"))
        os.mkdir(self.path("folder"))
        os.symlink("nowhere", self.path("dangling"))
        for command in self.commands:
            for output, kind in (("/dev/null", "a device"), (self.path("pipe"), "a pipe"),
                                 (self.path("folder"), "a folder"),
                                 (self.path("dangling"), "leads to no file")):
                self.fail_with(1, *command, "--output", output, "--quiet", says=[output, kind])
        self.assertEqual(sorted(os.listdir(self.folder)),
                         ["dangling", "folder", "out", "pipe", "text.txt"])
        self.assertFalse(os.path.isfile("/dev/null"))

    def test_refuses_its_input(self):
        text = self.path("text.txt")
        link = self.path("link.txt")
        os.symlink(text, link)
        for command in self.commands:
            for output in (text, link):
                self.fail_with(1, *command, "--output", output, "--quiet",
                               says=["the input", "would replace"])
        with open(text, "rb") as file:
            self.assertEqual(file.read(), b"the goose\n")
        self.assert_no_temporaries(self.folder)

    def test_keeps_a_link(self):
        for command in self.commands:
            target = self.write("deep/target", b"earlier")
            os.symlink(os.path.join("deep", "target"), self.path("link"))
            self.succeed(*command, "--output", self.path("link"), "--quiet")
            self.assertTrue(os.path.islink(self.path("link")))
            with open(target, "rb") as file:
                self.assertNotEqual(file.read(), b"earlier")
            os.remove(self.path("link"))


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
