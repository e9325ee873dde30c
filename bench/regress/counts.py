"""Compares the kernels' instruction counts with those in the repository.

    ./run bench counts              exit 1 if a kernel needs 5 % more than recorded
    ./run bench counts --update     records what is counted now

Counts are compared only within one setting: architecture, compiler with its
major version, and SIMD target. A setting without recorded counts is no
failure, and is said.
"""

import argparse
import dataclasses
import json
import pathlib
import sys

from regress import callgrind

RECORD = pathlib.Path(__file__).resolve().parent.parent / "kernels" / "instructions.json"
# More than this is a failure; less than one by it wants an update.
TOLERANCE = 0.05
UPDATE = "./run bench counts --update"


@dataclasses.dataclass(frozen=True)
class Change:
    name: str
    old: int
    new: int

    @property
    def ratio(self):
        return self.new / self.old


@dataclasses.dataclass(frozen=True)
class Difference:
    more: list[Change]  # beyond the tolerance, the worst first
    fewer: list[Change]  # likewise, the best first
    added: list[str]  # counted, but not recorded
    gone: list[str]  # recorded, but no longer there

    @property
    def fails(self):
        return bool(self.more or self.added or self.gone)


def differences(recorded, counted, tolerance=TOLERANCE):
    """What changed from one dict of counts by name to another."""
    changes = [
        Change(name, recorded[name], counted[name]) for name in counted if name in recorded
    ]
    return Difference(
        more=sorted(
            (change for change in changes if change.ratio > 1 + tolerance),
            key=lambda change: -change.ratio,
        ),
        fewer=sorted(
            (change for change in changes if change.ratio < 1 - tolerance),
            key=lambda change: change.ratio,
        ),
        added=sorted(counted.keys() - recorded.keys()),
        gone=sorted(recorded.keys() - counted.keys()),
    )


def describe(change):
    return (
        f"  {change.name}: {change.old:,} instructions before, {change.new:,} now,"
        f" {change.ratio:.3f} times"
    )


def report(difference, num_counted, setting):
    """The lines that say all of it."""
    lines = []
    if difference.more:
        lines.append(f"{len(difference.more)} need more than {TOLERANCE:.0%} more instructions:")
        lines += [describe(change) for change in difference.more]
    if difference.fewer:
        lines.append(f"{len(difference.fewer)} need more than {TOLERANCE:.0%} fewer:")
        lines += [describe(change) for change in difference.fewer]
    if difference.added:
        lines.append("no count is recorded of: " + ", ".join(difference.added))
    if difference.gone:
        lines.append("counts are recorded of what is no longer run: " + ", ".join(difference.gone))
    if difference.fails or difference.fewer:
        lines.append(f"If that is meant: {UPDATE}, and commit {RECORD.name}")
    outcome = "FAILED" if difference.fails else "passed"
    lines.append(f"counts: {outcome}, {num_counted} kernels and ops ({setting})")
    return lines


def read_record(path):
    """The counts by setting; none if there is no file."""
    if not path.exists():
        return {}
    record = json.loads(path.read_text())
    if record.get("format") != 1:
        raise callgrind.CountError(f"{path}: not of format 1; write it anew with {UPDATE}")
    return record["counts"]


def write_record(path, record):
    text = {"format": 1, "command": UPDATE, "counts": record}
    path.write_text(json.dumps(text, indent=1, sort_keys=True) + "\n")


def check(path, counted):
    """Prints the report; the exit code."""
    recorded = read_record(path).get(counted.setting)
    if recorded is None:
        print(f"counts: nothing to compare with: {path.name} has no counts of {counted.setting}")
        print(f"To add them: {UPDATE}, and commit {path.name}")
        return 0
    difference = differences(recorded, counted.counts)
    print("\n".join(report(difference, len(counted.counts), counted.setting)))
    return 1 if difference.fails else 0


def update(path, counted):
    record = read_record(path)
    before = record.get(counted.setting, {})
    difference = differences(before, counted.counts)
    for change in difference.more + difference.fewer:
        print(describe(change))
    record[counted.setting] = counted.counts
    write_record(path, record)
    print(
        f"counts: wrote {len(counted.counts)} of {counted.setting} to {path.name}"
        f" ({len(difference.added)} new, {len(difference.gone)} gone)"
    )
    return 0


def main(arguments):
    parser = argparse.ArgumentParser(
        prog="./run bench counts",
        description="Compares the kernels' instruction counts with those in the repository.",
    )
    parser.add_argument("program", help="rowsplit_instructions")
    parser.add_argument(
        "--update", action="store_true", help="record what is counted now, and succeed"
    )
    parser.add_argument("--record", type=pathlib.Path, default=RECORD, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    try:
        counted = callgrind.count(chosen.program)
        return (update if chosen.update else check)(chosen.record, counted)
    except callgrind.CountError as error:
        print(f"counts: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
