#!/usr/bin/env python3
"""Tests bench/compare.py: its statistics on simulated noise, the choice and the
reading of benchmarks, and worktrees of a repository made for it. Builds nothing
and times nothing."""

import contextlib
import io
import itertools
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "bench"))
sys.dont_write_bytecode = True

import compare  # noqa: E402  the path comes first
from regress import benchmarks, callgrind, checkout, comparison, counts, paired  # noqa: E402


class Intervals(unittest.TestCase):
    def test_ranks_are_those_of_the_sign_test(self):
        # From tables of the binomial distribution.
        self.assertEqual(paired.rank(5, 0.95), 0)
        self.assertEqual(paired.rank(6, 0.95), 1)
        self.assertEqual(paired.rank(9, 0.95), 2)
        self.assertEqual(paired.rank(20, 0.95), 6)
        self.assertEqual(paired.rank(18, 0.99), 4)
        self.assertEqual(paired.rank(7, 0.99), 0)

    def test_the_fewest_rounds_are_enough(self):
        self.assertGreater(paired.rank(paired.FEWEST_ROUNDS, paired.SECOND_CONFIDENCE), 0)
        self.assertEqual(paired.rank(paired.FEWEST_ROUNDS - 1, paired.SECOND_CONFIDENCE), 0)

    def test_ratio_of_rounds(self):
        pairs = [(10.0, 10.0 + extra) for extra in (1, 2, 3, 4, 5, 6, 7, 8, 90)]
        ratio = paired.ratio(pairs, 0.95)
        self.assertAlmostEqual(ratio.median, 1.5)
        self.assertAlmostEqual(ratio.low, 1.2)  # the second, so one round may be off
        self.assertAlmostEqual(ratio.high, 1.8)

    def test_too_few_rounds(self):
        with self.assertRaisesRegex(ValueError, "5 rounds are too few"):
            paired.ratio([(1.0, 1.0)] * 5, 0.95)

    def test_the_interval_covers_as_often_as_it_says(self):
        # Noise with a long tail on one side: neighbours.
        source = random.Random(7)
        covered = 0
        for _ in range(2000):
            pairs = [
                (1 + source.expovariate(5), 1 + source.expovariate(5)) for _ in range(9)
            ]
            ratio = paired.ratio(pairs, 0.95)
            covered += ratio.low <= 1 <= ratio.high
        self.assertGreater(covered / 2000, 0.94)

    def test_verdicts(self):
        self.assertEqual(paired.verdict(paired.Ratio(1.2, 1.1, 1.3), 0.05), "slower")
        self.assertEqual(paired.verdict(paired.Ratio(1.2, 0.99, 1.3), 0.05), "same")
        self.assertEqual(paired.verdict(paired.Ratio(1.04, 1.03, 1.05), 0.05), "same")
        self.assertEqual(paired.verdict(paired.Ratio(0.8, 0.7, 0.9), 0.05), "faster")
        self.assertEqual(paired.verdict(paired.Ratio(0.8, 0.7, 1.01), 0.05), "same")


def made_up(names):
    old, new = pathlib.Path("old"), pathlib.Path("new")
    return [benchmarks.Benchmark("text/" + name, old, new) for name in names]


def noisy(source, factors, noise):
    """Times with a tail: of `new` those of `old`, times the benchmark's factor."""

    def time(program, name):
        factor = factors.get(name, 1.0) if program.name == "new" else 1.0
        return 1000 * factor * (1 + source.expovariate(1 / noise))

    return time


class Comparing(unittest.TestCase):
    def test_nothing_changed_five_times(self):
        names = [f"BM_{i}" for i in range(40)]
        for seed in range(5):
            outcomes = comparison.compare_times(
                made_up(names), 9, 0.05, noisy(random.Random(seed), {}, 0.15)
            )
            self.assertEqual({outcome.verdict for outcome in outcomes}, {"same"})

    def test_a_slow_one_and_a_fast_one_are_found(self):
        for seed in range(5):
            time = noisy(random.Random(seed), {"BM_3": 1.4, "BM_5": 0.7}, 0.08)
            outcomes = comparison.compare_times(
                made_up([f"BM_{i}" for i in range(8)]), 9, 0.05, time
            )
            verdicts = {outcome.name: outcome.verdict for outcome in outcomes}
            self.assertEqual(verdicts.pop("text/BM_3"), "slower")
            self.assertEqual(verdicts.pop("text/BM_5"), "faster")
            self.assertEqual(set(verdicts.values()), {"same"})

    def test_what_looks_slower_once_is_timed_again(self):
        calls = itertools.count()

        def time(program, name):
            first = next(calls) < 18
            return 150.0 if first and program.name == "new" else 100.0

        (outcome,) = comparison.compare_times(made_up(["BM_a"]), 9, 0.05, time)
        self.assertEqual(outcome.verdict, "same")
        self.assertEqual(len(outcome.pairs), 9)
        self.assertEqual(len(outcome.again), 18)
        self.assertEqual(outcome.ratio.median, 1.0)

    def test_turns_change_their_order(self):
        seen = []

        def time(program, name):
            seen.append(program.name)
            return 1.0

        comparison.take_rounds(made_up(["BM_a"]), 3, time, lambda text: None)
        self.assertEqual(seen, ["old", "new", "new", "old", "old", "new"])

    def test_one_that_fails_stops_no_other(self):
        def time(program, name):
            if name == "BM_bad":
                raise benchmarks.BenchmarkError("BM_bad: wrong result")
            return 1.0

        bad, good = comparison.compare_times(made_up(["BM_bad", "BM_good"]), 9, 0.05, time)
        self.assertEqual((bad.verdict, bad.why), ("failed", "BM_bad: wrong result"))
        self.assertEqual(good.verdict, "same")

    def test_report(self):
        slow = comparison.Outcome(
            "text/BM_a", "slower", paired.Ratio(1.5, 1.4, 1.6), [(2e6, 3e6)], []
        )
        same = comparison.Outcome("text/BM_b", "same", paired.Ratio(1, 0.9, 1.1), [(20, 21)], [])
        failed = comparison.Outcome("text/BM_c", "failed", None, [], [], "why")
        difference = counts.differences({"k/x": 100}, {"k/x": 130})
        counted = comparison.CountOutcome("", "x86_64 gcc-12 AVX2", 1, difference)
        lines = comparison.report([same, failed, slow], counted, ["text/BM_new"], ["bench/a.cc"], 0.05)
        text = "\n".join(lines)
        self.assertLess(text.index("BM_a"), text.index("BM_c"))
        self.assertLess(text.index("BM_c"), text.index("BM_b"))
        self.assertIn("1.400 to 1.600", text)
        self.assertIn("2 ms -> 3 ms", text)
        self.assertIn("only one commit has: text/BM_new", text)
        self.assertIn("don't measure the same where these changed: bench/a.cc", text)
        self.assertIn("k/x: 100 instructions before, 130 now", text)
        self.assertEqual(lines[-1], "SLOWER beyond the noise and 5%: text/BM_a, k/x")


class Counting(unittest.TestCase):
    programs = {checkout.INSTRUCTIONS: pathlib.Path("p")}

    def count(self, *results):
        return mock.Mock(side_effect=results)

    def test_a_commit_without_the_program(self):
        outcome = comparison.compare_counts({}, self.programs)
        self.assertEqual(outcome.why, "OLD has no rowsplit_instructions")
        self.assertEqual(outcome.slower, [])

    def test_names_of_both_are_compared(self):
        old = callgrind.Counts("s", {"a": 100, "gone": 1})
        new = callgrind.Counts("s", {"a": 120, "added": 1})
        outcome = comparison.compare_counts(
            self.programs, self.programs, self.count(old, new)
        )
        self.assertEqual(outcome.num_compared, 1)
        self.assertEqual([change.name for change in outcome.slower], ["a"])

    def test_other_settings_are_not_compared(self):
        old, new = callgrind.Counts("gcc-12", {"a": 1}), callgrind.Counts("gcc-14", {"a": 9})
        outcome = comparison.compare_counts(
            self.programs, self.programs, self.count(old, new)
        )
        self.assertEqual(outcome.slower, [])
        self.assertIn("OLD is gcc-12, NEW is gcc-14", outcome.why)


class Benchmarks(unittest.TestCase):
    def test_choice(self):
        path = pathlib.Path("p")
        old = {"text/BM_Join": path, "text/BM_Old": path, "ops/BM_A<int>/17": path}
        new = {"text/BM_Join": path, "text/BM_New": path, "ops/BM_A<int>/17": path}
        both, single = benchmarks.choose(old, new, ".")
        self.assertEqual([one.name for one in both], ["ops/BM_A<int>/17", "text/BM_Join"])
        self.assertEqual(single, ["text/BM_New", "text/BM_Old"])
        both, single = benchmarks.choose(old, new, "^text/BM_J")
        self.assertEqual([one.name for one in both], ["text/BM_Join"])
        self.assertEqual(single, [])
        both, single = benchmarks.choose(old, new, None)  # what is in QUICK
        self.assertEqual([one.name for one in both], ["text/BM_Join"])
        self.assertEqual(both[0].inner_name, "BM_Join")

    def test_filter_names_one(self):
        self.assertEqual(benchmarks.exact_filter("BM_A<int>/1.5"), r"^BM_A<int>/1\.5$")

    def json(self, **entry):
        entry = {"cpu_time": 2.0, "real_time": 3.0, "time_unit": "us"} | entry
        least = dict(entry, cpu_time=1.5)
        mean = dict(entry, run_type="aggregate", cpu_time=0.1)
        return json.dumps({"benchmarks": [entry, least, mean]})

    def test_times(self):
        self.assertEqual(benchmarks.nanoseconds(self.json(), "BM_A"), 1500)
        self.assertEqual(benchmarks.nanoseconds(self.json(), "BM_A/real_time"), 3000)

    def test_times_that_are_none(self):
        for output, message in (
            ('{"benchmarks": []}', "no time"),
            (self.json(error_occurred=True, error_message="wrong ids"), "wrong ids"),
        ):
            with self.assertRaisesRegex(benchmarks.BenchmarkError, "BM_A: .*" + message):
                benchmarks.nanoseconds(output, "BM_A")

    def test_a_program_that_fails(self):
        with self.assertRaisesRegex(benchmarks.BenchmarkError, "false --x: exit 1"):
            benchmarks.run_program(pathlib.Path("/bin/false"), "--x")


class Checkouts(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        environment = {
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_NOSYSTEM": "1",
            **{f"GIT_{who}_{what}": f"{what.lower()}@x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }
        patch = mock.patch.dict(os.environ, environment)
        patch.start()
        self.addCleanup(patch.stop)
        self.git("init", "-q", "-b", "main")
        (self.root / ".gitignore").write_text("build/\n")
        for text in ("one", "two"):
            (self.root / "file").write_text(text)
            self.git("add", "-A")
            self.git("commit", "-qm", text)

    def git(self, *arguments):
        subprocess.run(["git", "-C", str(self.root), *arguments], check=True)

    def run_main(self, *arguments):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = compare.main(list(arguments), self.root)
        return code, out.getvalue(), err.getvalue()

    def test_resolves_names(self):
        commit = checkout.resolve(self.root, "HEAD~1")
        self.assertEqual((commit.subject, len(commit.hash)), ("one", 40))

    def test_an_unknown_commit(self):
        code, _, err = self.run_main("HEAD", "nothing")
        self.assertEqual(code, 2)
        self.assertIn("nothing is no commit here", err)

    def test_a_name_that_looks_like_an_option(self):
        with self.assertRaisesRegex(checkout.CheckoutError, "--all is no commit here"):
            checkout.resolve(self.root, "--all")

    def test_changes_that_would_not_be_measured(self):
        (self.root / "file").write_text("three")
        code, _, err = self.run_main("HEAD~1", "HEAD")
        self.assertEqual(code, 2)
        self.assertIn("file", err)
        self.assertIn("commit or stash them", err)
        old = checkout.resolve(self.root, "HEAD~1")
        checkout.check_clean(self.root, [old])  # it is not HEAD

    def test_worktrees_are_made_used_again_and_removed(self):
        old = checkout.resolve(self.root, "HEAD~1")
        new = checkout.resolve(self.root, "HEAD")
        folder = checkout.worktree(self.root, old)
        self.assertEqual((folder / "file").read_text(), "one")
        self.assertEqual(checkout.worktree(self.root, old), folder)
        checkout.remove_others(self.root, [new])
        self.assertFalse(folder.exists())
        checkout.worktree(self.root, old)

    def test_benchmarks_that_are_not_the_same(self):
        (self.root / "bench").mkdir()
        for name in ("a.cc", "counts.json"):
            (self.root / "bench" / name).write_text("x")
        self.git("add", "-A")
        self.git("commit", "-qm", "three")
        old, new = (checkout.resolve(self.root, name) for name in ("HEAD~1", "HEAD"))
        self.assertEqual(checkout.changed_benchmarks(self.root, old, new), ["bench/a.cc"])
        self.assertEqual(checkout.changed_benchmarks(self.root, old, old), [])

    def test_a_worktree_that_was_changed(self):
        old = checkout.resolve(self.root, "HEAD~1")
        folder = checkout.worktree(self.root, old)
        (folder / "file").write_text("mine")
        with self.assertRaisesRegex(checkout.CheckoutError, "git worktree remove --force"):
            checkout.worktree(self.root, old)

    def test_arguments_alone_are_checked(self):
        with mock.patch.object(checkout, "build", side_effect=AssertionError("it builds")):
            self.assertEqual(self.run_main("HEAD~1", "HEAD", "--check"), (0, "", ""))
            code, _, err = self.run_main("HEAD", "nothing", "--check")
            self.assertEqual(code, 2)
            self.assertIn("nothing is no commit here", err)
            (self.root / "file").write_text("three")
            self.assertEqual(self.run_main("HEAD~1", "HEAD", "--check")[0], 2)
        self.assertFalse((self.root / "build").exists())

    def test_two_at_once(self):
        with checkout.alone(self.root):
            code, _, err = self.run_main("HEAD~1", "HEAD")
        self.assertEqual(code, 2)
        self.assertIn("another comparison is running", err)

    def test_a_build_that_fails(self):
        commit = checkout.resolve(self.root, "HEAD")
        with self.assertRaisesRegex(checkout.CheckoutError, "HEAD .* can't be built: (.|\n)*boom"):
            checkout.run_build(self.root, commit, "sh", "-c", "echo boom; exit 3")

    def compare_made_up(self, factors, *options):
        """The whole of it, but for the builds and the times."""
        programs = {
            "rowsplit_text_bench": pathlib.Path("text"),
            checkout.INSTRUCTIONS: pathlib.Path("count"),
        }

        def build(folder, commit, jobs):
            side = "new" if commit.subject == "two" else "old"
            return {name: pathlib.Path(side) for name in programs}

        count = callgrind.Counts("x86_64 gcc-12 AVX2", {"kernels/a/b": 100})
        time = factors if callable(factors) else noisy(random.Random(1), factors, 0.02)
        with (
            mock.patch.object(checkout, "build", build),
            mock.patch.object(benchmarks, "run_program", return_value="BM_Join\nBM_Ngrams\n"),
            mock.patch.object(benchmarks, "pin_to_one_core", return_value=0),
            mock.patch.object(callgrind, "count", return_value=count),
            mock.patch.object(comparison.compare_times, "__defaults__", (time, lambda text: None)),
            mock.patch.object(comparison.compare_counts, "__defaults__", (lambda program: count,)),
        ):
            return self.run_main("HEAD~1", "HEAD", *options)

    def test_the_exit_code_says_whether_something_is_slower(self):
        code, out, _ = self.compare_made_up({})
        self.assertEqual(code, 0)
        self.assertIn("nothing is slower", out)
        code, out, _ = self.compare_made_up({"BM_Join": 1.5})
        self.assertEqual(code, 1)
        self.assertIn("SLOWER beyond the noise and 5%: text/BM_Join", out)

    def test_the_exit_code_says_whether_it_is_known_of_all(self):
        def fails(program, name):
            raise benchmarks.BenchmarkError("it ends")

        code, out, _ = self.compare_made_up(fails)
        self.assertEqual(code, 2)
        self.assertIn("not known of 2 that failed: text/BM_Join, text/BM_Ngrams", out)

    def test_json(self):
        code, out, _ = self.compare_made_up({"BM_Join": 1.5}, "--json")
        self.assertEqual(code, 1)
        result = json.loads(out)
        self.assertEqual(result["slower"], ["text/BM_Join"])
        self.assertEqual(result["new"]["subject"], "two")
        self.assertEqual(len(result["benchmarks"]), 2)
        self.assertEqual(result["instructions"]["compared"], 1)

    def test_nothing_chosen(self):
        code, _, err = self.compare_made_up({}, "--only", "BM_Nothing")
        self.assertEqual(code, 2)
        self.assertIn("no benchmark contains BM_Nothing", err)

    def test_options_that_make_no_sense(self):
        for options, message in (
            (["--rounds", "3"], "at least 8"),
            (["--only", "("], "--only"),
        ):
            with contextlib.redirect_stderr(io.StringIO()) as err:
                with self.assertRaises(SystemExit):
                    compare.parse(["A", "B", *options])
            self.assertIn(message, err.getvalue())


if __name__ == "__main__":
    unittest.main()
