#!/usr/bin/env python3
"""Learns a vocabulary with several memory limits and without one, and compares.

    python3 bench/vocab/memory.py --text zipf.txt --memory 512M --memory 2G

Runs `rowsplit vocab build` over the text for each limit, prints the peak of resident memory, the time and
whether the file is the same as without a limit, and fails if it is not, or if a peak is above the limit by more
than --slack (of the limit, for the program itself and the batches on their way).
Make a text by rowsplit_zipf_text (bench/support/zipf_text.cc).
"""
import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time

UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def bytes_of(size):
    return int(size[:-1]) * UNITS[size[-1]] if size[-1] in UNITS else int(size)


def run(arguments, memory, output):
    command = [arguments.rowsplit, "vocab", "build", "--input", arguments.text, "--output", output,
               "--max-tokens", arguments.max_tokens, "--threads", arguments.threads, "--quiet"]
    if memory:
        command += ["--memory", memory, "--temporary-folder", arguments.temporary_folder]
    begin = time.monotonic()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit code {process.returncode}")
    with open(output, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"seconds": time.monotonic() - begin, "processor": usage.ru_utime + usage.ru_stime,
            "peak": usage.ru_maxrss * 1024, "digest": digest}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--text", required=True)
    parser.add_argument("--memory", action="append", default=[], help="such as 512M; several times")
    parser.add_argument("--max-tokens", default="100000")
    parser.add_argument("--threads", default="0")
    parser.add_argument("--slack", type=float, default=0.17)
    parser.add_argument("--temporary-folder", default=tempfile.gettempdir())
    parser.add_argument("--rowsplit", default="build/bench/src/cli/rowsplit")
    arguments = parser.parse_args()
    ok = True
    with tempfile.TemporaryDirectory() as folder:
        whole = None
        print("| memory | peak, MiB | seconds | processor, s | same vocabulary |\n|---|---|---|---|---|", flush=True)
        for memory in [*(arguments.memory or ["512M"]), None]:
            result = run(arguments, memory, os.path.join(folder, "vocab.txt"))
            whole = whole or result["digest"]
            same = result["digest"] == whole
            fits = memory is None or result["peak"] <= bytes_of(memory) * (1 + arguments.slack)
            ok = ok and same and fits
            print(f"| {memory or 'no limit'} | {result['peak'] / 2**20:.0f}{'' if fits else ' (too much)'} "
                  f"| {result['seconds']:.1f} | {result['processor']:.1f} | {'yes' if same else 'NO'} |", flush=True)
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
