"""The machine: what it is, and how busy others keep it."""

from __future__ import annotations

import collections
import os
import platform
import resource
import subprocess
import time

from suite import program

# A turn in which others had more of a core than this is disturbed.
MOST_OF_OTHERS = 0.15
# /proc/stat counts ticks of 10 ms: less time than this tells nothing.
WINDOW_SECONDS = 0.5


def first_line(path: str, start: str = "") -> str:
    """The first line that starts so, without the start; "" where there is none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return next((line[len(start):].strip() for line in file if line.startswith(start)), "")
    except OSError:
        return ""


def caches() -> dict[str, int]:
    """Bytes of the caches that one core has, by name."""
    root, sizes = "/sys/devices/system/cpu/cpu0/cache", {}
    for index in sorted(os.listdir(root)) if os.path.isdir(root) else []:
        level = first_line(f"{root}/{index}/level")
        kind = first_line(f"{root}/{index}/type")
        size = first_line(f"{root}/{index}/size")
        if kind in ("Data", "Unified") and size[:-1].isdigit():
            name = f"L{level}" + ("d" if kind == "Data" else "")
            sizes[name] = int(size[:-1]) * {"K": 1 << 10, "M": 1 << 20}[size[-1]]
    return sizes


def describe(about: dict[str, str]) -> dict:
    """The machine as results.json has it; `about` is what a C++ program says."""
    cpu = first_line("/proc/cpuinfo", "model name").lstrip("\t: ")
    memory = first_line("/proc/meminfo", "MemTotal:").split()
    return {
        "cpu": cpu or platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "caches": caches(),
        "memory_bytes": int(memory[0]) * 1024 if memory else 0,
        "system": first_line("/etc/os-release", "PRETTY_NAME=").strip('"'),
        "kernel": platform.release(),
        "compiler": about.get("compiler", ""),
        "simd_target": about.get("simd_target", ""),
    }


def git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def commit() -> tuple[str, bool]:
    """The commit, "" outside of a repository, and whether files differ from it."""
    try:
        return git("rev-parse", "HEAD"), bool(git("status", "--porcelain", "-uno"))
    except OSError:
        return "", False


def busy_seconds() -> float:
    """What all processors have done, and what other machines on the host took."""
    user, nice, system, _, _, irq, softirq, steal, *_ = map(
        int, first_line("/proc/stat", "cpu ").split())
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def own_seconds() -> float:
    """What this process and its children have done, the living ones too."""
    spent = 0.0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        usage = resource.getrusage(who)
        spent += usage.ru_utime + usage.ru_stime
    for child in program.running:
        stat = first_line(f"/proc/{child.child.pid}/stat").rpartition(")")[2].split()
        if stat:
            spent += (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")
    return spent


class Neighbours:
    """Says of spans of time whether others worked much in them.

        neighbours.begin()
        …
        disturbed = neighbours.end()

    A span that is shorter than `window` is judged together with what was just
    before it.
    """

    def __init__(self, busy=busy_seconds, own=own_seconds, clock=time.monotonic,
                 window: float = WINDOW_SECONDS):
        self.busy, self.own, self.clock, self.window = busy, own, clock, window
        self.marks: collections.deque = collections.deque(maxlen=1000)
        self.began = self.mark()

    def mark(self) -> tuple[float, float]:
        mark = self.clock(), self.busy() - self.own()
        self.marks.append(mark)
        return mark

    def begin(self) -> None:
        self.began = self.mark()

    def end(self) -> bool:
        now, others = self.mark()
        least = min(self.began[0], now - self.window)
        since = next((mark for mark in reversed(self.marks) if mark[0] <= least), self.marks[0])
        return others - since[1] > MOST_OF_OTHERS * max(now - since[0], self.window)
