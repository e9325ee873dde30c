#!/usr/bin/env python3
"""Says what became slower from one commit to another.

    bench/compare.py OLD NEW [--only REGEX] [--rounds N]

Both commits are checked out under build/compare and built with the preset
bench. Their benchmarks run in pairs, pinned to one core, and their kernels are
counted with callgrind. bench/regress/paired.py says what "slower" means here.
Exits 1 if something became slower, else 2 if that can't be said of all.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import re
import sys

from regress import benchmarks, checkout, comparison, paired

ROOT = pathlib.Path(__file__).resolve().parent.parent
DEFAULT_ROUNDS = 9
DEFAULT_THRESHOLD = 5.0


def say(text):
    print(text, file=sys.stderr, flush=True)


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="bench/compare.py", description="Says what became slower from one commit to another."
    )
    parser.add_argument("old", metavar="OLD", help="a commit: hash, branch, tag")
    parser.add_argument("new", metavar="NEW", help="another")
    parser.add_argument(
        "--only",
        metavar="REGEX",
        help="the benchmarks that contain this, as text/BM_Join; '.' is all;"
        " without it a choice that takes some minutes",
    )
    parser.add_argument(
        "--rounds", type=int, default=DEFAULT_ROUNDS, help=f"of each pair (default: {DEFAULT_ROUNDS})"
    )
    parser.add_argument(
        "--threshold",
        type=float,
        default=DEFAULT_THRESHOLD,
        metavar="PERCENT",
        help="a smaller change is none (default: %(default)s)",
    )
    parser.add_argument("--no-counts", action="store_true", help="leave out the instructions")
    parser.add_argument(
        "--committed", action="store_true", help="measure HEAD although files have changes"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    parser.add_argument(
        "--check", action="store_true", help="only say what is wrong with the arguments"
    )
    chosen = parser.parse_args(arguments)
    if chosen.rounds < paired.FEWEST_ROUNDS:
        parser.error(f"--rounds {chosen.rounds}: at least {paired.FEWEST_ROUNDS} say something")
    try:
        re.compile(chosen.only or "")
    except re.error as error:
        parser.error(f"--only {chosen.only}: {error}")
    return chosen


def to_json(options, commits, outcomes, counted, single, changed):
    difference = counted.difference
    return {
        "format": 1,
        "old": dataclasses.asdict(commits[0]),
        "new": dataclasses.asdict(commits[1]),
        "rounds": options.rounds,
        "threshold": options.threshold / 100,
        "benchmarks": [dataclasses.asdict(outcome) for outcome in outcomes],
        "single": single,
        "changed_benchmarks": changed,
        "instructions": {
            "why_not": counted.why,
            "setting": counted.setting,
            "compared": counted.num_compared,
            "more": [dataclasses.asdict(change) for change in difference.more] if difference else [],
            "fewer": [dataclasses.asdict(change) for change in difference.fewer] if difference else [],
        },
        "slower": comparison.slower_names(outcomes, counted),
    }


def named_commits(options, root):
    """The two of them, if they can be measured."""
    commits = [checkout.resolve(root, name) for name in (options.old, options.new)]
    if not options.committed:
        checkout.check_clean(root, commits)
    return commits


def compare(options, root):
    commits = named_commits(options, root)
    checkout.remove_others(root, commits)
    changed = checkout.changed_benchmarks(root, *commits)
    programs = []
    for commit in commits:
        say(f"build {commit.name} ({commit.short}: {commit.subject})")
        folder = checkout.worktree(root, commit)
        programs.append(checkout.build(folder, commit, os.cpu_count() or 1))
    chosen, single = benchmarks.choose(*map(benchmarks.names, programs), options.only)
    if not chosen and not single:
        raise checkout.CheckoutError(f"no benchmark contains {options.only}")
    core = benchmarks.pin_to_one_core()
    say(f"{len(chosen)} benchmarks, {options.rounds} rounds, on core {core}")
    threshold = options.threshold / 100
    outcomes = comparison.compare_times(chosen, options.rounds, threshold, say=say)
    if options.no_counts:
        counted = comparison.CountOutcome(why="--no-counts")
    else:
        say("count instructions")
        counted = comparison.compare_counts(*programs)
    if options.json:
        print(json.dumps(to_json(options, commits, outcomes, counted, single, changed), indent=1))
    else:
        print("\n".join(comparison.report(outcomes, counted, single, changed, threshold)))
    if comparison.slower_names(outcomes, counted):
        return 1
    return 2 if comparison.failed_names(outcomes) else 0


def main(arguments, root=ROOT):
    options = parse(arguments)
    try:
        if options.check:
            named_commits(options, root)
            return 0
        with checkout.alone(root):
            return compare(options, root)
    except (checkout.CheckoutError, benchmarks.BenchmarkError) as error:
        print(f"compare: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
