#!/usr/bin/env python3
"""Tests bench/regress/callgrind.py and counts.py on made-up counts, without
valgrind; and that each kernel of src/kernels has a count."""

import contextlib
import io
import json
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "bench"))
sys.dont_write_bytecode = True

from regress import callgrind, counts  # noqa: E402  the path comes first

SETTING = "x86_64 gcc-12 AVX2"


class Parsing(unittest.TestCase):
    def test_names_follow_the_setting(self):
        self.assertEqual(
            callgrind.parse_names("x86_64 gcc-12 AVX2\na/b/c\na/b/d\n"), (SETTING, ["a/b/c", "a/b/d"])
        )

    def test_output_that_was_cut_is_an_error(self):
        for output in ("", "x86_64 gcc-12 AVX2\na/b", "x86_64"):
            with self.assertRaisesRegex(callgrind.CountError, "printed no names"):
                callgrind.parse_names(output)

    def test_total(self):
        profile = "# callgrind format\nevents: Ir\nfn=(1) f\n0 12\n\ntotals: 56490\n"
        self.assertEqual(callgrind.parse_total(profile), 56490)
        with self.assertRaisesRegex(callgrind.CountError, "without totals"):
            callgrind.parse_total("events: Ir\n")

    def test_the_nth_file_is_that_of_the_nth_run(self):
        self.assertEqual(callgrind.pair(["a", "b"], [3, 4]), {"a": 3, "b": 4})
        with self.assertRaisesRegex(callgrind.CountError, "2 runs, but .* 1 times"):
            callgrind.pair(["a", "b"], [3])
        with self.assertRaisesRegex(callgrind.CountError, "no instructions in b"):
            callgrind.pair(["a", "b"], [3, 0])

    def test_no_valgrind(self):
        with mock.patch("shutil.which", return_value=None):
            with self.assertRaisesRegex(callgrind.CountError, "valgrind is not installed"):
                callgrind.count("program")

    def test_a_program_that_fails(self):
        failed = mock.Mock(returncode=2, stderr="no kernel x; see list", stdout="")
        with mock.patch("shutil.which", return_value="/usr/bin/valgrind"):
            with mock.patch("subprocess.run", return_value=failed):
                with self.assertRaisesRegex(callgrind.CountError, "exit 2\nno kernel x"):
                    callgrind.count("program", ["x"])


class Differences(unittest.TestCase):
    def test_equal_counts_pass(self):
        difference = counts.differences({"a": 100, "b": 7}, {"a": 100, "b": 7})
        self.assertFalse(difference.fails)
        self.assertEqual(counts.report(difference, 2, SETTING), [f"counts: passed, 2 kernels and ops ({SETTING})"])

    def test_five_percent_pass_and_a_little_more_fails(self):
        self.assertFalse(counts.differences({"a": 1000}, {"a": 1050}).fails)
        difference = counts.differences({"a": 1000}, {"a": 1051})
        self.assertTrue(difference.fails)
        text = "\n".join(counts.report(difference, 1, SETTING))
        self.assertIn("a: 1,000 instructions before, 1,051 now, 1.051 times", text)
        self.assertIn("counts: FAILED", text)

    def test_the_worst_comes_first(self):
        difference = counts.differences({"a": 10, "b": 10, "c": 10}, {"a": 12, "b": 30, "c": 10})
        self.assertEqual([change.name for change in difference.more], ["b", "a"])

    def test_an_improvement_passes_and_wants_an_update(self):
        difference = counts.differences({"a": 1000, "b": 1000}, {"a": 949, "b": 951})
        self.assertFalse(difference.fails)
        self.assertEqual([change.name for change in difference.fewer], ["a"])
        text = "\n".join(counts.report(difference, 2, SETTING))
        self.assertIn("1 need more than 5% fewer", text)
        self.assertIn("--update", text)

    def test_names_must_be_those_recorded(self):
        difference = counts.differences({"a": 1, "old": 1}, {"a": 1, "new": 1})
        self.assertTrue(difference.fails)
        text = "\n".join(counts.report(difference, 2, SETTING))
        self.assertIn("no count is recorded of: new", text)
        self.assertIn("no longer run: old", text)


class Main(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.record = pathlib.Path(folder.name) / "instructions.json"

    def main(self, counted, *options, setting=SETTING):
        out = io.StringIO()
        result = callgrind.Counts(setting, counted)
        with mock.patch.object(callgrind, "count", return_value=result):
            with contextlib.redirect_stdout(out):
                code = counts.main(["program", "--record", str(self.record), *options])
        return code, out.getvalue()

    def test_update_then_check(self):
        self.assertEqual(self.main({"a": 100}, "--update")[0], 0)
        self.assertEqual(self.main({"a": 104})[0], 0)
        code, out = self.main({"a": 120})
        self.assertEqual(code, 1)
        self.assertIn("1.200 times", out)
        self.assertIn("1.200 times", self.main({"a": 120}, "--update")[1])
        self.assertEqual(self.main({"a": 120})[0], 0)

    def test_another_setting_says_so_and_passes(self):
        self.main({"a": 100}, "--update")
        code, out = self.main({"a": 900}, setting="aarch64 gcc-12 NEON")
        self.assertEqual(code, 0)
        self.assertIn("has no counts of aarch64 gcc-12 NEON", out)
        self.assertIn(f"To add them: {counts.UPDATE}", out)

    def test_an_update_keeps_the_other_settings(self):
        self.main({"a": 100}, "--update")
        self.main({"a": 200}, "--update", setting="aarch64 gcc-12 NEON")
        self.assertEqual(
            json.loads(self.record.read_text())["counts"],
            {SETTING: {"a": 100}, "aarch64 gcc-12 NEON": {"a": 200}},
        )

    def test_no_file_yet(self):
        code, out = self.main({"a": 100})
        self.assertEqual(code, 0)
        self.assertIn("nothing to compare with", out)

    def test_a_file_of_another_format(self):
        self.record.write_text('{"format": 2}')
        with contextlib.redirect_stderr(io.StringIO()) as err:
            code, _ = self.main({"a": 100})
        self.assertEqual(code, 2)
        self.assertIn("not of format 1", err.getvalue())


class Record(unittest.TestCase):
    def test_each_kernel_has_a_count_in_each_setting(self):
        stems = {path.stem for path in (ROOT / "src" / "kernels").glob("*.cc")}
        self.assertGreater(len(stems), 20)
        for setting, recorded in counts.read_record(counts.RECORD).items():
            counted = {name.split("/")[1] for name in recorded if name.startswith("kernels/")}
            self.assertEqual(stems - counted, set(), f"{setting}: add runs to bench/kernels/instructions")


if __name__ == "__main__":
    unittest.main()
