"""Processes of our own that are measured: one that runs to its end, and one that
does a job each time it is asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from suite import program
from suite.setting import Setting
from suite.task import Missing

# A small process between us and the measured one. A process begins with the peak
# of memory of the one that started it, and this one's is 10 MiB.
_LAUNCHER = """
import json, os, sys, time
cores, report = sys.argv[1], int(sys.argv[2])
os.sched_setaffinity(0, {int(core) for core in cores.split(",")})
os.set_inheritable(report, False)
begin = time.perf_counter()
child = os.posix_spawnp(sys.argv[3], sys.argv[3:], os.environ)
_, status, usage = os.wait4(child, 0)
seconds = time.perf_counter() - begin
os.write(report, json.dumps([seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024,
                             os.waitstatus_to_exitcode(status)]).encode())
"""


class ChildFailed(RuntimeError):
    """A measured process ended with an error; the message has its last words."""


@dataclass(frozen=True)
class Usage:
    """What a process took from its start to its end."""

    seconds: float
    cpu_seconds: float
    peak_mib: float  # of resident memory
    output: bytes


def listed(cores: Iterable[int]) -> str:
    """listed({1, 0}) = "0,1"."""
    return ",".join(map(str, sorted(cores)))


def run(command: Sequence[str], cores: Iterable[int], *, given: bytes = b"",
        environment: dict[str, str] | None = None) -> Usage:
    """Runs a command on some cores with `given` as its standard input; raises
    ChildFailed where it fails."""
    reading, writing = os.pipe()
    try:
        result = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _LAUNCHER, listed(cores), str(writing), *command],
            input=given, capture_output=True, pass_fds=[writing], check=False,
            env={**os.environ, **(environment or {})})
        os.close(writing)
        writing = -1
        report = os.read(reading, 4096)
    finally:
        os.close(reading)
        if writing >= 0:
            os.close(writing)
    if not report:
        raise ChildFailed(_last_words(result.stderr) or f"{command[0]} could not be started")
    seconds, cpu_seconds, peak_mib, code = json.loads(report)
    if code != 0:
        raise ChildFailed(f"{os.path.basename(command[0])}: exit code {code}: "
                          f"{_last_words(result.stderr)}")
    return Usage(seconds, cpu_seconds, peak_mib, result.stdout)


def _last_words(errors: bytes) -> str:
    lines = errors.decode(errors="replace").strip().split("\n")
    return lines[-1][:300]


class Server:
    """A Python module as a process that takes and gives lines of JSON. Its first
    line is {"ready": …} or {"missing": WHY}; the first question starts it."""

    def __init__(self, module: str, *arguments: str):
        self.module, self.arguments = module, arguments
        self.child: subprocess.Popen | None = None

    def start(self) -> None:
        """Raises Missing with the reason if what it needs is not there."""
        if self.child is not None:
            return
        self.errors = tempfile.TemporaryFile()
        folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        path = os.pathsep.join(filter(None, [folder, os.environ.get("PYTHONPATH", "")]))
        self.child = subprocess.Popen(
            [sys.executable, "-B", "-m", self.module, *self.arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True,
            env={**os.environ, "PYTHONPATH": path})
        program.running.add(self)
        first = self._answer()
        if "missing" in first:
            self.close()
            raise Missing(first["missing"])

    def _answer(self) -> dict:
        line = self.child.stdout.readline()
        if line:
            return json.loads(line)
        code = self.child.wait()
        self.errors.seek(0)
        words = _last_words(self.errors.read())
        self.close()
        raise ChildFailed(words or f"{self.module}: exit code {code}")

    def ask(self, **question) -> dict:
        """Its answer; raises ChildFailed with the last that it said if it ends."""
        self.start()
        try:
            self.child.stdin.write(json.dumps(question) + "\n")
            self.child.stdin.flush()
        except BrokenPipeError:
            pass  # it says why where the answer is read
        return self._answer()

    def close(self) -> None:
        if self.child is None:
            return
        self.child.stdin.close()
        self.child.wait()
        self.child.stdout.close()
        self.errors.close()
        self.child = None
        program.running.discard(self)


def server(setting: Setting, module: str, *arguments: str) -> Server:
    """The same one each time; ends with the setting's programs."""
    key = ("python -m", module, *arguments)
    if key not in setting.programs:
        setting.programs[key] = Server(module, *arguments)
    return setting.programs[key]
