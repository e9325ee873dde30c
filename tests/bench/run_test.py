#!/usr/bin/env python3
"""Tests a whole run of the suite on an area that is made up: its processes, those
that end too soon, its programs, and how busy others are."""

import dataclasses
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest
from unittest import mock

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "bench"))
sys.dont_write_bytecode = True

from suite import machine, program, results, worker  # noqa: E402
from suite.call import call, program_call, seconds_of  # noqa: E402
from suite.setting import Setting  # noqa: E402
from suite.task import Contender, Missing, Task  # noqa: E402
from suite.tasks.text import with_headers  # noqa: E402
from suite.texts import Text  # noqa: E402

AREA = """
import os, time
from suite.call import call
from suite.task import Contender, Task

def tasks(setting):
    assert setting.text("english").lines == [b"one", b"two"]
    def good(name):
        return call(name, "", lambda: lambda: b"x", lambda x: x, least=0)
    def bad(step):
        return Contender("bad", "", lambda turn: step(), lambda: b"x")
    yield Task("fake/good", "", [good("a"), good("b")])
    yield Task("fake/aborts", "", [good("a"), bad(os.abort), good("b")])
    yield Task("fake/exits", "", [good("a"), bad(lambda: os._exit(3))])
    yield Task("fake/hangs", "", [good("a"), bad(lambda: time.sleep(60))])
    yield Task("fake/prints", "", [call("a", "", lambda: lambda: print("noise"), lambda x: b"", least=0)])
    yield Task("fake/cores", "", [Contender("a", "", lambda turn: len(os.sched_getaffinity(0)))])
"""
SITE = """
import os, suite.tasks
suite.tasks.__path__.append(os.path.dirname(os.path.abspath(__file__)))
suite.tasks.AREAS = ("fake",)
"""
PROGRAM = """#!/bin/sh
while read -r verb task name rest; do
  case $verb in
    about) printf 'compiler X 1\\nsimd_target Y\\n\\n' ;;
    list) printf 'split rowsplit\\nsplit ICU\\n\\n' ;;
    time) echo '5000000 1000000' ;;
    write) printf 'answer' > "$rest"; echo done ;;
    *) exit 4 ;;
  esac
done
"""


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def file(self, name, content, mode=0o644):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(textwrap.dedent(content))
        os.chmod(path, mode)
        return path


class FakeArea(Folder):
    def setUp(self):
        super().setUp()
        self.file("fake.py", AREA)
        self.file("sitecustomize.py", SITE)
        text = Text("english", self.file("text.txt", "one\ntwo\n"), "made up")
        self.setting = Setting("quick", 2, {"english": text}, self.folder, self.folder)
        path = os.pathsep.join((self.folder, os.path.join(ROOT, "bench")))
        self.enterContext(mock.patch.dict(os.environ, PYTHONPATH=path))
        self.enterContext(mock.patch.dict(worker.LIMIT_SECONDS, quick=20))


class WorkerTest(FakeArea):
    def run_tasks(self, *names):
        group = [Task(f"fake/{name}", "", []) for name in names]
        with open(os.path.join(self.folder, "log"), "w+", encoding="utf-8") as log:
            found = dict(worker.run_group(group, self.setting, log))
            log.seek(0)
            return found, log.read()

    def status(self, result):
        return {e["name"]: (e["status"], e["why"], len(e["repeats"]))
                for e in result["contenders"]}

    def test_measures_in_a_process_of_its_own(self):
        found, log = self.run_tasks("good", "prints", "cores")
        self.assertEqual(self.status(found["fake/good, one core"]),
                         {"a": ("timed", "", 2), "b": ("timed", "", 2)})
        self.assertIn("noise", log)
        self.assertEqual(found["fake/cores, one core"]["contenders"][0]["repeats"], [1.0, 1.0])

    def test_goes_on_without_one_that_ends_the_process(self):
        found, _ = self.run_tasks("good", "aborts", "exits")
        self.assertEqual(list(found), ["fake/good, one core", "fake/aborts, one core",
                                       "fake/exits, one core"])
        self.assertEqual(self.status(found["fake/aborts, one core"]), {
            "a": ("timed", "", 2), "b": ("timed", "", 2),
            "bad": ("failed", "its process ended by SIGABRT", 0)})
        self.assertEqual(self.status(found["fake/exits, one core"])["bad"],
                         ("failed", "its process ended with 3", 0))

    def test_gives_up_one_that_hangs(self):
        with mock.patch.dict(worker.LIMIT_SECONDS, quick=4):
            found, _ = self.run_tasks("hangs")
        self.assertEqual(self.status(found["fake/hangs, one core"])["bad"],
                         ("failed", "took longer than 4 s", 0))

    def test_says_what_was_not_measured(self):
        with self.assertRaisesRegex(RuntimeError, "not measured: fake/nothing, one core"):
            self.run_tasks("nothing")
        self.file("fake.py", "def tasks(setting): raise OSError('no')")
        with self.assertRaisesRegex(RuntimeError, "fake: its process ended with 1, at its start"):
            self.run_tasks("good")

    def test_an_area_that_fails_takes_no_other_down(self):
        self.file("other.py", AREA.replace("fake/", "other/"))
        self.file("fake.py", "def tasks(setting): raise OSError('no')")
        group = [Task("fake/good", "", []), Task("other/good", "", [])]
        found = []
        with open(os.path.join(self.folder, "log"), "w", encoding="utf-8") as log:
            with self.assertRaisesRegex(RuntimeError, "^fake: its process ended with 1, at its start$"):
                for label, _ in worker.run_group(group, self.setting, log):
                    found.append(label)
        self.assertEqual(found, ["other/good, one core"])

    def test_one_core_first_all_cores_last(self):
        tasks = [Task("a/1", "", []), Task("a/0", "", [], threads=0),
                 Task("b/2", "", [], threads=2), Task("b/1", "", [])]
        self.assertEqual([[task.name for task in group] for group in worker.groups(tasks)],
                         [["a/1", "b/1"], ["b/2"], ["a/0"]])


class WholeRunTest(FakeArea):
    """The command, on files of its own."""

    def start(self, *arguments):
        return subprocess.Popen(
            [sys.executable, "-B", "-m", "suite", "--text", self.setting.texts["english"].path,
             "--languages", self.setting.texts["english"].path, "--out", "out", *arguments],
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def written(self):
        return results.read(os.path.join(self.folder, "out", "results.json"))

    def test_writes_results_and_report(self):
        child = self.start("--only", "good|cores", "--turns", "3")
        output, _ = child.communicate(timeout=60)
        self.assertEqual(child.returncode, 0, output)
        made = self.written()
        self.assertEqual([r["task"] for r in made["results"]], ["fake/good", "fake/cores"])
        self.assertEqual(len(made["results"][0]["contenders"][0]["repeats"]), 3)
        self.assertLessEqual(sum(r["seconds"] for r in made["results"]), made["seconds"])
        self.assertRegex(output, r"fake/good, one core: .* \(\d+\.\d s\)\n")
        self.assertRegex(output, r"time went to: fake \d+ s\n2 tasks in \d+ s")
        self.assertRegex(made["command"], r"^\./run bench --text .* --turns 3$")
        self.assertEqual(made["texts"]["english"], {"bytes": 8, "lines": 2, "source": "text.txt"})
        self.assertIn("index.html", os.listdir(os.path.join(self.folder, "out")))

    def test_keeps_what_was_measured_before_an_interrupt(self):
        self.interrupt(signal.SIGINT)

    def test_keeps_what_was_measured_before_it_is_ended(self):
        self.interrupt(signal.SIGTERM)

    def interrupt(self, number):
        child = self.start("--only", "good|hangs")
        path = os.path.join(self.folder, "out", "results.json")
        while not os.path.exists(path) and child.poll() is None:
            time.sleep(0.05)
        child.send_signal(number)
        output, _ = child.communicate(timeout=60)
        self.assertEqual(child.returncode, 1, output)
        self.assertIn("interrupted", output)
        self.assertEqual([r["task"] for r in self.written()["results"]], ["fake/good"])
        self.assertIn("index.html", os.listdir(os.path.join(self.folder, "out")))

    def test_lists_tasks_and_knows_misuse(self):
        output, _ = self.start("--list", "--only", "good").communicate(timeout=60)
        self.assertRegex(output, r"fake/good, one core: , MB/s\n    a +\n    b +\n$")
        child = self.start("--only", "no such task")
        self.assertIn("--only no such task: no task matches it", child.communicate(timeout=60)[0])
        self.assertEqual(child.returncode, 2)
        self.file("latin.txt", "")
        self.file("blank.txt", "\n")
        with open(os.path.join(self.folder, "latin.txt"), "wb") as file:
            file.write(b"caf\xe9\n")
        for arguments, message in (
                (("--turns", "0"), "--turns must be 1 or more"),
                (("--only", "("), "--only (: "),
                (("--text", "nowhere.txt"), "--text nowhere.txt: no such file"),
                (("--only", "no such task", "--list"), "no task matches it"),
                (("--out", "latin.txt"), "--out latin.txt: no folder"),
                (("--text", "blank.txt"), "blank.txt has no words"),
                (("--text", "latin.txt"), "latin.txt is no UTF-8: .*0xe9 in position 3")):
            child = self.start(*arguments)
            self.assertRegex(child.communicate(timeout=60)[0], message.replace("(", r"\("))
            self.assertEqual(child.returncode, 2)


class ProgramTest(Folder):
    def program(self):
        made = program.Program(self.file("program", PROGRAM, 0o755))
        self.addCleanup(made.close)
        return made

    def test_asks(self):
        made = self.program()
        self.assertEqual(made.contenders(), [("split", "rowsplit"), ("split", "ICU")])
        self.assertEqual(made.about(), {"compiler": "X 1", "simd_target": "Y"})
        self.assertEqual(made.time("split", "rowsplit"), (0.005, 1e6))
        self.assertEqual(made.written("split", "rowsplit"), b"answer")
        self.assertIn(made, program.running)
        program.close_all()
        self.assertNotIn(made, program.running)

    def test_is_a_contender(self):
        made = program_call(self.program(), "split", "a call", least=0.01)
        self.assertEqual((made.time(0), made.answer()), (200.0, b"answer"))

    def test_what_it_was_built_without_is_missing(self):
        made = self.program()
        there = Contender("ICU", "", lambda turn: 1.0, lambda: b"x")
        self.assertEqual(with_headers(there, "split", lambda: made).answer(), b"x")
        absent = with_headers(dataclasses.replace(there, name="Other-C"), "split", lambda: made)
        self.assertEqual(absent.name, "Other, C")
        for step in (absent.answer, lambda: absent.time(0)):
            with self.assertRaisesRegex(Missing, "its C headers were not there"):
                step()
        untold = dataclasses.replace(there, answer=None)
        self.assertIsNone(with_headers(untold, "split", lambda: made).answer)

    def test_says_that_it_ended(self):
        with self.assertRaisesRegex(RuntimeError, r"program has ended \(4\) at: fly"):
            self.program().ask("fly")

    def test_says_that_it_is_not_built(self):
        with self.assertRaisesRegex(Missing, "nothing is not built"):
            program.Program("/nowhere/nothing").ask("list")


class CallTest(unittest.TestCase):
    def test_makes_its_input_once_and_late(self):
        made = []

        def make():
            made.append(1)
            return lambda: [b"a"]

        contender = call("x", "", make, b"".join, amount=lambda: 3e6, least=0)
        self.assertEqual(made, [])
        self.assertEqual(contender.answer(), b"a")
        self.assertGreater(contender.time(0), 0)
        self.assertEqual(made, [1])

    def test_calls_until_the_time_is_enough(self):
        calls = []
        seconds_of(lambda: calls.append(1), threads=0, least=0.002)
        self.assertGreater(len(calls), 1)
        calls.clear()
        seconds_of(lambda: calls.append(1))
        self.assertEqual(len(calls), 1)

    def test_is_missing_with_its_module(self):
        def make():
            raise Missing("no module")

        with self.assertRaises(Missing):
            call("x", "", make, None).time(0)


class NeighboursTest(unittest.TestCase):
    """A clock, and what all and we have done, as the test sets them."""

    def setUp(self):
        self.now = self.all = self.ours = 0.0
        self.neighbours = machine.Neighbours(lambda: self.all, lambda: self.ours,
                                             lambda: self.now, window=0.5)

    def span(self, seconds, others=0.0, ours=0.0):
        self.neighbours.begin()
        self.now += seconds
        self.all += others + ours
        self.ours += ours
        return self.neighbours.end()

    def test_our_own_work_does_not_disturb(self):
        self.assertFalse(self.span(1.0, ours=2.0))

    def test_above_15_percent_of_a_core_disturbs(self):
        self.assertFalse(self.span(1.0, others=0.14))
        self.assertTrue(self.span(1.0, others=0.16))

    def test_a_short_span_is_judged_with_what_was_before(self):
        self.assertFalse(self.span(0.3))
        self.assertFalse(self.span(0.02, others=0.02))  # ticks: nothing can be said yet
        self.assertTrue(self.span(0.3, others=0.2))
        self.assertTrue(self.span(0.02))  # the work of others was just before
        self.assertFalse(self.span(1.0))

    def test_the_real_ones(self):
        before = machine.own_seconds()
        sum(range(2_000_000))
        self.assertGreater(machine.own_seconds(), before)
        self.assertGreater(machine.busy_seconds(), 0)
        self.assertIn(machine.Neighbours().end(), (True, False))


class MachineTest(unittest.TestCase):
    def test_says_what_it_is(self):
        said = machine.describe({"compiler": "GCC 12", "simd_target": "AVX3"})
        self.assertEqual((said["compiler"], said["simd_target"]), ("GCC 12", "AVX3"))
        self.assertGreater(said["memory_bytes"], 1 << 20)
        self.assertEqual(said["cores"], len(os.sched_getaffinity(0)))
        self.assertTrue(all(isinstance(size, int) for size in said["caches"].values()))


if __name__ == "__main__":
    unittest.main()
