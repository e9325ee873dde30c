#!/usr/bin/env python3
"""Runs a part of the suite for an instant, without peers.

    smoke.py BUILD

BUILD has the C++ programs. Fails unless the figures of rowsplit, and of what is
written by hand in C++, are there: their answers are then those of plain Python and
of ICU.
"""

import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "bench"))
sys.dont_write_bytecode = True

from suite import results  # noqa: E402  the path comes first

TASKS = {"text/delete", "text/split", "text/nfkc", "text/fold", "text/split_blocks",
         "text/fold_whole"}
BY_HAND, PLAIN = {"text/delete", "text/split"}, "plain C++"


def main(build):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-B", "-m", "suite", "--build", os.path.abspath(build), "--text",
             f"{ROOT}/data_samples/stories/crow_mill.txt", "--languages",
             f"{ROOT}/data_samples/languages/el.txt", "--out", folder, "--turns", "1", "--only",
             f"^({'|'.join(sorted(TASKS))}),"],
            cwd=folder, env={**os.environ, "PYTHONPATH": f"{ROOT}/bench"}, check=True)
        made = results.read(os.path.join(folder, "results.json"))
    left = TASKS - {result["task"] for result in made["results"]}
    if left or not made["machine"]["simd_target"]:
        sys.exit(f"smoke.py: not measured: {', '.join(sorted(left)) or 'the SIMD target'}")
    for result in made["results"]:
        entries = {entry["name"]: entry for entry in result["contenders"]}
        by_hand = result["task"] in BY_HAND and result["threads"] == 1
        for name in ("rowsplit", *[PLAIN] * by_hand):
            if entries[name]["status"] != "timed":
                sys.exit(f"smoke.py: {result['task']}: {name} {entries[name]['status']}: "
                         f"{entries[name]['why']}")


if __name__ == "__main__":
    main(*sys.argv[1:])
