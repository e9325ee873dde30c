"""Counts the instructions of the runs of rowsplit_instructions.

The counts depend on the machine code and on its input, and not on what else
the machine does. What else could change them is kept out: valgrind gives every
process the same addresses, the environment is empty, and the program fixes its
seeds. valgrind plays a CPU without AVX-512, so they are those of AVX2.
"""

import dataclasses
import pathlib
import re
import shutil
import subprocess
import tempfile

# The function of instructions.cc that calls the kernel.
MEASURED = "rowsplit_measured_run"


class CountError(Exception):
    """The program can't be counted; says why."""


@dataclasses.dataclass(frozen=True)
class Counts:
    setting: str  # "x86_64 gcc-12 AVX2": what counts may be compared with
    counts: dict[str, int]


def parse_names(output):
    """What the program printed: its setting and the runs in their order."""
    lines = output.split("\n")
    if len(lines) < 2 or lines[-1] != "":
        raise CountError(f"rowsplit_instructions printed no names: {output!r}")
    return lines[0], lines[1:-1]


def parse_total(profile):
    """The instructions of one of callgrind's files."""
    found = re.search(r"^totals: (\d+)$", profile, re.MULTILINE)
    if found is None:
        raise CountError("callgrind wrote a file without totals")
    return int(found[1])


def pair(names, totals):
    """The n-th file is that of the n-th run."""
    if len(names) != len(totals):
        raise CountError(
            f"{len(names)} runs, but callgrind saw {MEASURED} {len(totals)} times"
        )
    if 0 in totals:
        raise CountError(f"no instructions in {names[totals.index(0)]}")
    return dict(zip(names, totals))


def valgrind_command(program, profile, names):
    return [
        "valgrind",
        "--tool=callgrind",
        f"--toggle-collect={MEASURED}",
        f"--dump-after={MEASURED}",
        f"--callgrind-out-file={profile}",
        "--dump-line=no",
        str(program),
        "run",
        *names,
    ]


def count(program, names=()):
    """Counts the runs of those names, or all, with one start of valgrind."""
    if shutil.which("valgrind") is None:
        raise CountError("valgrind is not installed (Debian, Ubuntu: valgrind)")
    with tempfile.TemporaryDirectory(prefix="rowsplit-counts-") as folder:
        profile = pathlib.Path(folder) / "profile"
        result = subprocess.run(
            valgrind_command(pathlib.Path(program).resolve(), profile, names),
            cwd=folder,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode != 0:
            tail = "\n".join(result.stderr.strip().split("\n")[-15:])
            raise CountError(f"{program} under valgrind: exit {result.returncode}\n{tail}")
        setting, ran = parse_names(result.stdout)
        # profile.1, profile.2 … in the order of the calls; `profile` itself is
        # what was left at the end: nothing.
        totals = []
        while (file := profile.with_name(f"profile.{len(totals) + 1}")).exists():
            totals.append(parse_total(file.read_text()))
        return Counts(setting, pair(ran, totals))
