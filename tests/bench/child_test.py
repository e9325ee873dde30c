#!/usr/bin/env python3
"""Tests suite.child: processes that are measured. Needs no peer."""

import os
import sys
import tempfile
import textwrap
import unittest
from unittest import mock

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(HERE)), "bench"))
sys.dont_write_bytecode = True

from suite import child, program  # noqa: E402  the path comes first
from suite.task import Missing  # noqa: E402

CORES = os.sched_getaffinity(0)
PYTHON = [sys.executable, "-I", "-S", "-c"]


class RunTest(unittest.TestCase):
    def test_gives_output_time_and_memory(self):
        usage = child.run([*PYTHON, "print(input() * 2); b = bytearray(50 << 20)"], CORES,
                          given=b"ab\n")
        self.assertEqual(usage.output, b"abab\n")
        self.assertGreater(usage.seconds, 0)
        self.assertGreater(usage.cpu_seconds, 0)
        self.assertGreater(usage.peak_mib, 50)
        self.assertLess(usage.peak_mib, 100)

    def test_memory_is_not_that_of_this_process(self):
        held = bytearray(100 << 20)
        for place in range(0, len(held), 4096):
            held[place] = 1
        self.assertLess(child.run([*PYTHON, ""], CORES).peak_mib, 50)

    def test_runs_on_the_cores_with_the_environment(self):
        core = min(CORES)
        usage = child.run([*PYTHON, "import os; print(os.sched_getaffinity(0), os.environ['A'])"],
                          {core}, environment={"A": "b"})
        self.assertEqual(usage.output, f"{{{core}}} b\n".encode())

    def test_failure_has_its_last_words(self):
        with self.assertRaisesRegex(child.ChildFailed, "exit code 3: two$"):
            child.run([*PYTHON, "import sys; sys.stderr.write('one\\ntwo\\n'); sys.exit(3)"], CORES)
        with self.assertRaisesRegex(child.ChildFailed, "exit code -9"):
            child.run([*PYTHON, "import os; os.kill(os.getpid(), 9)"], CORES)
        with self.assertRaisesRegex(child.ChildFailed, "no-such-command"):
            child.run(["no-such-command"], CORES)

    def test_leaves_no_descriptors(self):
        before = len(os.listdir("/proc/self/fd"))
        for command in (["true"], ["false"], ["no-such-command"]):
            try:
                child.run(command, CORES)
            except child.ChildFailed:
                pass
        self.assertEqual(len(os.listdir("/proc/self/fd")), before)


class ServerTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.enterContext(mock.patch.dict(os.environ, {"PYTHONPATH": folder.name}))
        self.folder = folder.name

    def server(self, source: str) -> child.Server:
        with open(os.path.join(self.folder, "served.py"), "w", encoding="utf-8") as file:
            file.write("import json, sys\n" + textwrap.dedent(source))
        server = child.Server("served", "x")
        self.addCleanup(server.close)
        return server

    def test_answers_each_question_and_counts_as_ours(self):
        server = self.server("""
            print(json.dumps({"ready": sys.argv[1]}), flush=True)
            for line in sys.stdin:
                print(json.dumps({"sum": sum(json.loads(line)["n"])}), flush=True)
            """)
        self.assertEqual(server.ask(n=[1, 2]), {"sum": 3})
        self.assertEqual(server.ask(n=[]), {"sum": 0})
        self.assertIn(server, program.running)
        server.close()
        self.assertNotIn(server, program.running)
        self.assertEqual(server.ask(n=[4]), {"sum": 4})  # starts anew

    def test_missing_is_said(self):
        server = self.server('print(json.dumps({"missing": "no such library"}), flush=True)')
        with self.assertRaisesRegex(Missing, "no such library"):
            server.ask()
        self.assertNotIn(server, program.running)

    def test_end_is_a_failure_with_its_last_words(self):
        server = self.server("""
            print(json.dumps({"ready": ""}), flush=True)
            input()
            sys.exit("out of paper")
            """)
        with self.assertRaisesRegex(child.ChildFailed, "out of paper"):
            server.ask()
        self.assertNotIn(server, program.running)
        with self.assertRaisesRegex(child.ChildFailed, "exit code 4"):
            self.server("sys.exit(4)").ask()


if __name__ == "__main__":
    unittest.main()
