"""Runs the vectors of a folder and counts what passes.

  run.py DIR [--family FAMILY] [--op REGEX] [--show N]

Prints, for each family done so far, 'N passed, N failed, N differs by design'.
A case whose op is not built counts as failed. Exits with 1 if one failed or none
was run.
"""

import argparse
import collections
import json
import os
import re
import sys

from conformance import compare, ops, rules, vectors


def run_case(case, registry, differences):
    """('passed' | 'failed' | 'differs', what is wrong or the rule's id)."""
    expected = case["expect"]
    function = registry.get(case["op"])
    if function is None:
        return "failed", "the op is not built"
    got = error = None
    try:
        inputs = {name: vectors.decode(value) for name, value in case["inputs"].items()}
    except Exception as caught:  # noqa: BLE001: one case does not end the run
        return "failed", f"the inputs can't be read: {type(caught).__name__}: {caught}"
    try:
        result = function(case["params"], inputs)
    except Exception as caught:  # noqa: BLE001: what arises is the result
        error = caught
    else:
        try:
            got = vectors.encode(result)
        except Exception as caught:  # noqa: BLE001: likewise
            return "failed", f"the result can't be written: {type(caught).__name__}: {caught}"
    problem = judge(case, inputs, expected, got, error)
    if problem is None:
        return "passed", None
    rule = rules.find(differences, case, got if error is None else error)
    return ("differs", rule) if rule else ("failed", problem)


def judge(case, inputs, expected, got, error):
    """What is wrong with a result, or None."""
    if "error" in expected:
        if error is None:
            return (f"expected {expected['error']} ({expected['message'][:80]}), got "
                    f"{compare.summary(got)}")
        return compare.compare_error(error, expected)
    if error is not None:
        return f"raised {type(error).__name__}: {str(error)[:300]}"
    if set(expected) == {"output"}:
        expected = expected["output"]
    return compare.compare(got, expected, compare.tolerance(case, inputs))


def read_cases(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


class Report:
    """Counts the results of one family and prints what failed."""

    def __init__(self, show):
        self.counts = collections.Counter()
        self.failed_by_op = collections.Counter()
        self.rules = collections.Counter()
        self.show = show

    def add(self, case, outcome, detail):
        self.counts[outcome] += 1
        if outcome == "differs":
            self.rules[detail] += 1
        if outcome == "failed":
            self.failed_by_op[case["op"]] += 1
            if self.failed_by_op.total() <= self.show:
                print(f"  {case['id']}: {detail}")
                print(f"    {json.dumps(case)[:600]}")

    def print(self, family):
        print(f"{family}: {self.counts['passed']} passed, {self.counts['failed']} failed, "
              f"{self.counts['differs']} differs by design")
        for name, count in sorted(self.rules.items()):
            print(f"  differs by design: {name}: {count}")
        for name, count in sorted(self.failed_by_op.items()):
            print(f"  failed: {name}: {count}")


def parse(arguments):
    parser = argparse.ArgumentParser(prog="conformance", description=__doc__.split("\n")[0])
    parser.add_argument("folder", metavar="DIR", help="a folder of FAMILY.jsonl files")
    parser.add_argument("--family", help="only this family")
    parser.add_argument("--op", default="", help="only ops that match this expression")
    parser.add_argument("--show", type=int, default=0, help="print this many failed cases")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse(arguments)
    files = sorted(name for name in os.listdir(options.folder) if name.endswith(".jsonl"))
    if not files:
        sys.exit(f"no vectors (*.jsonl) in {options.folder}")
    registry, differences = ops.load(), rules.load()
    failed = done = 0
    for name in files:
        family = name.removesuffix(".jsonl")
        if options.family and family != options.family:
            continue
        if family not in ops.FAMILIES:
            print(f"{family}: not covered yet")
            continue
        report = Report(options.show)
        for case in read_cases(os.path.join(options.folder, name)):
            if re.search(options.op, case["op"]):
                report.add(case, *run_case(case, registry, differences))
        report.print(family)
        failed += report.counts["failed"]
        done += report.counts.total()
    if not done:
        print("no case was run")
    return 1 if failed or not done else 0


if __name__ == "__main__":
    sys.exit(main())
