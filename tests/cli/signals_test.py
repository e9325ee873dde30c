#!/usr/bin/env python3
"""Interrupted and killed runs. SIGINT: stops within a second, exit code 1, nothing left
behind. SIGKILL at any moment: no half file under a final name, and the next run
succeeds and cleans up."""

import json
import os
import random
import shutil
import signal
import tempfile
import time
import unittest

import support

# Seconds from a signal to the end.
PATIENCE = support.seconds(1)


class SignalTest(support.CommandTest):
    @classmethod
    def setUpClass(cls):
        cls.class_folder = tempfile.mkdtemp(prefix="rowsplit-test-")
        cls.addClassCleanup(shutil.rmtree, cls.class_folder)
        cls.corpus = os.path.join(cls.class_folder, "corpus.txt")
        text = support.story_bytes()
        with open(cls.corpus, "wb") as file:
            for _ in range(support.scaled(50 << 20) // len(text)):
                file.write(text)

    def setUp(self):
        super().setUp()
        self.vocabulary = self.write("vocab.txt", b"the\n")

    def args(self, *more, output="out", corpus=None):
        return ("prepare", "--config", support.CONFIG, "--input", corpus or self.corpus,
                "--output", self.path(output), "--quiet", *more)

    def interrupt(self, process, number=signal.SIGINT):
        """Sends a signal; the run must stop as promised."""
        begin = time.monotonic()
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
        self.assertLess(time.monotonic() - begin, PATIENCE)
        self.assertEqual(process.returncode, 1, err)
        self.assertRegex(err.decode(), "^rowsplit: .*(cancel|interrupt)")

    def started_writing(self, min_bytes=0):
        folder = self.path("out")
        return lambda: os.path.isdir(folder) and any(
            name.startswith(".train-") and os.path.getsize(os.path.join(folder, name)) >= min_bytes
            for name in os.listdir(folder))


class InterruptTest(SignalTest):
    def test_while_learning(self):
        process = support.start(*self.args())
        self.wait_until(lambda: os.path.isdir(self.path("out")))
        self.interrupt(process)
        self.assertFalse(os.path.exists(self.path("out")))

    def test_while_writing(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process = support.start(*self.args("--vocab", self.vocabulary))
            self.wait_until(self.started_writing())
            self.interrupt(process, number)
            self.assertFalse(os.path.exists(self.path("out")))

    def test_earlier_outputs_stay(self):
        before = self.prepare()
        process = support.start(*self.args("--force"))
        self.wait_until(self.started_writing(min_bytes=1))
        self.interrupt(process)
        self.assert_same_files(support.files_in(self.path("out")), before)

    def test_ignored_hangup_stays_ignored(self):
        """As under nohup."""
        process = support.start(
            *self.args("--vocab", self.vocabulary, corpus="-"),
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        self.wait_until(self.started_writing())
        process.send_signal(signal.SIGHUP)
        _, err = process.communicate(support.story_bytes(), timeout=60)
        self.assertEqual(process.returncode, 0, err)

    def test_while_waiting_for_a_pipe(self):
        process = support.start(*self.args("--vocab", self.vocabulary, corpus="-"))
        process.stdin.write(b"some words\n" * 100)
        process.stdin.flush()
        self.wait_until(self.started_writing())
        self.interrupt(process)
        self.assertFalse(os.path.exists(self.path("out")))

    def test_while_waiting_for_a_named_pipe(self):
        pipe = self.path("pipe.txt")
        os.mkfifo(pipe)
        process = support.start("stats", "--input", pipe)
        writer = os.open(pipe, os.O_WRONLY)  # returns when the command has opened it
        self.addCleanup(os.close, writer)
        os.write(writer, b"some words\n")
        time.sleep(0.1)
        self.interrupt(process)

    def test_while_waiting_for_the_writer_of_a_named_pipe(self):
        pipe = self.path("pipe.txt")
        os.mkfifo(pipe)
        process = support.start(*self.args("--vocab", self.vocabulary, corpus=pipe))
        self.wait_until(lambda: os.path.isdir(self.path("out")))
        time.sleep(0.1)
        self.interrupt(process)

    def test_while_one_huge_line_is_read(self):
        line = self.write_repeated("line.txt", b"words and words ", support.scaled(400 << 20))
        process = support.start(*self.args("--on-error", "replace", "--max-line-bytes", "1G",
                                           corpus=line))
        self.wait_until(lambda: os.path.isdir(self.path("out")))
        time.sleep(0.1)
        self.interrupt(process)
        self.assertFalse(os.path.exists(self.path("out")))

    def test_vectorize(self):
        self.prepare()
        output = self.write("ids.txt", b"earlier\n")
        process = support.start("vectorize", "--vectorizer", self.path("out", "vectorizer.json"),
                                "--input", "-", "--output", output)
        process.stdin.write(support.story_bytes())
        process.stdin.flush()
        self.wait_until(
            lambda: any(name.startswith(".ids.txt") for name in os.listdir(self.folder)))
        self.interrupt(process)
        with open(output, "rb") as file:
            self.assertEqual(file.read(), b"earlier\n")
        self.assert_no_temporaries(self.folder)


class KillTest(SignalTest):
    """A run over the files of another: every named file is the one's or the other's, and
    a manifest stands only beside the whole of its run."""

    FLAGS = ("--format", "text", "--shards", "40")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old = cls.run_to_end("old", "--format", "text", "--shards", "50")
        begin = time.monotonic()
        cls.new = cls.run_to_end("new", "--input", cls.corpus, *cls.FLAGS)
        cls.duration = time.monotonic() - begin

    @classmethod
    def run_to_end(cls, output, *flags):
        folder = os.path.join(cls.class_folder, output)
        result = support.run("prepare", "--config", support.CONFIG, "--output", folder, "--quiet",
                             *flags, cwd=support.ROOT)
        if result.code != 0:
            raise AssertionError(str(result))
        return support.files_in(folder)

    def set_up_old_run(self):
        if not os.path.isdir(self.path("out")):
            os.mkdir(self.path("out"))
        for name in os.listdir(self.path("out")):
            os.remove(self.path("out", name))
        for name, content in self.old.items():
            self.write(os.path.join("out", name), content)

    def check_folder(self):
        files = {name: content for name, content in support.files_in(self.path("out")).items()
                 if not name.startswith(".")}
        for name, content in files.items():
            self.assertTrue(content in (self.old.get(name), self.new.get(name)), f"half: {name}")
        if "manifest.json" not in files:
            return "between"
        run = self.old if files["manifest.json"] == self.old["manifest.json"] else self.new
        for each in json.loads(files["manifest.json"])["files"]:
            self.assertTrue(files[each["name"]] == run[each["name"]], each["name"])
        return "old" if run is self.old else "new"

    def check_next_run(self):
        files = self.prepare(*self.FLAGS, "--input", self.corpus, "--force")
        self.assert_same_files(files, self.new)

    def kill(self, process):
        process.kill()
        process.communicate()

    def test_at_ten_random_moments(self):
        generator = random.Random(20)
        moments = [generator.uniform(0, self.duration) for _ in range(10)]
        for number, moment in enumerate(moments):
            with self.subTest(seconds=moment, of=self.duration):
                self.set_up_old_run()
                process = support.start(*self.args(*self.FLAGS, "--force"))
                time.sleep(moment)
                self.kill(process)
                self.check_folder()
                if number % 3 == 0:
                    self.check_next_run()

    def test_while_files_get_their_names(self):
        states = []
        for _ in range(3):
            self.set_up_old_run()
            manifest = self.path("out", "manifest.json")
            process = support.start(*self.args(*self.FLAGS, "--force"))
            while os.path.exists(manifest) and process.poll() is None:
                pass
            self.kill(process)
            states.append(self.check_folder())
        self.assertNotIn("old", states)
        self.check_next_run()

    def test_in_a_new_folder(self):
        process = support.start(*self.args(*self.FLAGS, "--vocab", self.vocabulary))
        self.wait_until(self.started_writing())
        self.kill(process)
        self.assertEqual([name for name in os.listdir(self.path("out"))
                          if not name.startswith(".")], [])
        self.assertGreater(len(os.listdir(self.path("out"))), 0)
        # No --force: what a killed run leaves is no run.
        self.assert_same_files(self.prepare(*self.FLAGS, "--input", self.corpus), self.new)


if __name__ == "__main__":
    unittest.main()
