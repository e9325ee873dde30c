#!/usr/bin/env python3
"""Tests suite.tasks.job and suite.tasks.footprint with a command made up for it.
Needs NumPy, no peer."""

import importlib.util
import os
import sys
import tempfile
import unittest
from unittest import mock

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "bench"))
sys.dont_write_bytecode = True

if importlib.util.find_spec("numpy") is None:
    print("left out: NumPy is not installed")
    sys.exit(0)

from suite.setting import TEXT_BYTES, Setting  # noqa: E402
from suite.task import Missing  # noqa: E402
from suite.tasks import footprint, job  # noqa: E402
from suite.texts import Text  # noqa: E402

# Does what `rowsplit prepare` does, by plain Python, and nothing else.
COMMAND = f"""#!{sys.executable}
import os, sys
sys.path.insert(0, {os.path.join(ROOT, "bench")!r})
sys.dont_write_bytecode = True
from suite.sample_job.plain import plain
from suite.sample_job.shards import Shards
given = dict(zip(sys.argv[2::2], sys.argv[3::2]))
if sys.argv[1] == "prepare":
    vocabulary, examples = plain(given["--input"])
    out = Shards(given["--output"])
    out.add_windows(examples)
    out.close(vocabulary)
    for name in ("vectorizer.json", "seen"):
        open(os.path.join(given["--output"], name), "w").write(" ".join(sys.argv[1:]))
if sys.argv[1] == "vectorize":
    print(*range(len(input().split())))
"""


class Commanded(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.setting = self.settled()
        path = os.path.join(self.folder, "build/src/cli/rowsplit")
        os.makedirs(os.path.dirname(path))
        with open(path, "w", encoding="utf-8") as file:
            file.write(COMMAND)
        os.chmod(path, 0o755)

    def settled(self, mode: str = "quick") -> Setting:
        path = os.path.join(self.folder, "english.txt")
        with open(path, "wb") as file:
            file.write(b"_BOOK_TITLE_ : x\n" + b"The fox, the dog and the End\n" * 200)
        text = Text("english", path, "made up")
        return Setting(mode=mode, turns=1, texts={"english": text, "languages": text},
                       build=os.path.join(self.folder, "build"), folder=self.folder)


class JobTest(Commanded):
    def test_the_command_is_held_to_plain_python(self):
        task = job.Job(self.setting, 1).task()
        ours = task.contenders[0]
        answer, expected = ours.answer(), task.expected()
        self.assertEqual(answer.keys(), expected.keys())
        self.assertEqual(task.equal(answer, expected), (0.0, ""))
        answer[0][1][3, 2] += 1
        share, where = task.equal(answer, expected)
        self.assertGreater(share, 0)
        self.assertIn("[3, 2]", where)
        self.assertGreater(ours.time(0), 0)

    def test_a_part_is_held_to_that_part(self):
        self.assertEqual(job.of_parts({5: [1]}, {0: [2], 5: [1]}), (0.0, ""))
        self.assertEqual(job.of_parts({5: [1]}, {0: [1], 5: [2]})[0], 1.0)

    def test_set_up_is_taken_off(self):
        peer = mock.Mock()
        peer.ask = lambda **question: {"cpu_seconds": 0.5 if question["text"].endswith(
            f"head{job.NOTHING}") else 1.5, "seconds": 0.0}
        with mock.patch.object(job, "server", return_value=peer):
            contender = job.Job(self.setting, 1).task().contenders[1]
            size = self.setting.text("english").size - self.setting.text("english").head(
                job.NOTHING).size
            self.assertAlmostEqual(contender.time(0), size / 1e6 / 1.0)
            self.assertEqual(contender.time(-1), 0.0)

    def test_on_all_cores_the_clock_counts(self):
        usage = {"cpu_seconds": 1.0, "seconds": 2.0}
        self.assertEqual([job.Job(self.setting, n).seconds(usage) for n in (1, 0)], [1.0, 2.0])


class FootprintTest(Commanded):
    def task(self, name: str, setting: Setting | None = None):
        return [t for t in footprint.tasks(setting or self.setting) if t.name == name]

    def test_import_times_a_process(self):
        with mock.patch.object(footprint, "PACKAGES", [("a", "json", "a"),
                                                       ("b", "no_such_module", "b")]):
            (task,) = self.task("footprint/import")
            self.assertGreater(task.contenders[0].time(0), 0)
            with self.assertRaisesRegex(Missing, "no_such_module is not installed"):
                task.contenders[1].time(0)

    def test_the_command_gives_ids(self):
        (task,) = self.task("footprint/first_ids_command")
        (ours,) = task.contenders
        self.assertEqual(ours.answer(), list(range(len(footprint.LINE.split()))))
        self.assertGreater(ours.time(0), 0)

    def test_scripts_of_first_ids_are_python(self):
        self.assertEqual(footprint.FIRST_IDS.keys(), footprint.FIRST_FORMS.keys())
        self.assertEqual(footprint.FIRST_IDS.keys(), footprint.MODULES.keys())
        for name, script in footprint.FIRST_IDS.items():
            compile(script, name, "exec")

    def test_memory_is_of_the_process(self):
        task = footprint.memory(self.setting, 1000)
        self.assertTrue(4 < task.contenders[0].time(0) < 500)
        reasons = {c.name: c.cannot for c in task.contenders if c.cannot}
        self.assertEqual(list(reasons), ["TensorFlow, layer on batches"])
        self.assertEqual([c for c in footprint.memory(self.settled("full"), 1000).contenders
                          if c.cannot], [])

    def test_memory_is_a_curve_up_to_the_whole_text(self):
        sizes = {}
        for mode, most in TEXT_BYTES.items():
            with mock.patch.object(Text, "size", most):
                tasks = self.task("footprint/memory", self.settled(mode))
            sizes[mode] = [task.axis[1] for task in tasks]
            self.assertEqual(sizes[mode][-1], most)
            self.assertGreater(len(sizes[mode]), 1)
        self.assertLessEqual(set(sizes["quick"]), set(sizes["full"]))

    def test_disk_says_what_is_missing(self):
        with mock.patch.object(footprint, "PACKAGES", [("a", "a", "no-such-distribution")]):
            (task,) = self.task("footprint/disk")
            with self.assertRaisesRegex(Missing, "no-such-distribution is not installed"):
                task.contenders[0].time(0)
        (command,) = self.task("footprint/disk_command")[0].contenders
        self.assertGreater(command.time(0), 0)


if __name__ == "__main__":
    unittest.main()
