"""MB/s against the number of threads, and what a limit of memory costs."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Callable, Iterator

from suite.child import Usage, listed, run, server
from suite.setting import Setting
from suite.task import Contender, Missing, Task
from suite.tasks.job import CONFIG, prepare

# Text with many different words, made by rowsplit_zipf_text.
ZIPF = {"quick": (32_000_000, 1_000_000), "full": (200_000_000, 6_000_000)}
LIMITS = {"quick": ("32M",), "full": ("64M", "256M")}
UNITS = {"M": 1 << 20, "G": 1 << 30}
# Above the limit: the program itself and the batches on their way.
SLACK_MIB = 32


def counts(most: int) -> list[int]:
    """1, 2, 4 … and the most.

    counts(6) = [1, 2, 4, 6]
    """
    return sorted({1 << bit for bit in range(most.bit_length())} | {most})


def first_cores(count: int) -> set[int]:
    return set(sorted(os.sched_getaffinity(0), reverse=True)[:count])


def threads(setting: Setting, count: int) -> Iterator[Task]:
    text, axis = setting.text("english"), ("threads", count)
    folder = os.path.join(setting.folder, "scaling")

    def rate(seconds: float) -> float:
        return text.size / 1e6 / seconds

    def job(turn: int) -> float:
        usage = prepare(setting, text.path, folder, first_cores(count))
        return rate(usage.seconds)

    def tensorflow(turn: int) -> float:
        peer = server(setting, "suite.sample_job", "tensorflow", listed(first_cores(count)))
        return rate(peer.ask(form="vectorised", text=text.path, folder=folder)["seconds"])

    yield Task("curves/threads_job", "The sample job by the clock, each thread on a core of its "
               "own", [Contender("rowsplit", f"rowsplit prepare --config {CONFIG}, the whole "
                                 "process", job),
                       Contender("TensorFlow, vectorised", "tf.data over blocks of lines, two "
                                 "passes, imported before", tensorflow)],
               text="english", threads=0, axis=axis)

    def vectorize(turn: int) -> float:
        model = os.path.join(folder, "vectorizer.json")
        if not os.path.exists(model):
            prepare(setting, text.path, folder, first_cores(count))
        with open(text.path, "rb") as file:
            lines = file.read()
        return rate(run([setting.command(), "vectorize", "--vectorizer", model, "--threads",
                         str(count), "--quiet"], first_cores(count), given=lines).seconds)

    yield Task("curves/threads_vectorize", "Lines to ids as text, by the clock, each thread on a "
               "core of its own", [
                   Contender("rowsplit", "rowsplit vectorize from a pipe to a pipe", vectorize)],
               text="english", threads=0, axis=axis)


class Counting:
    """`vocab build` over a text whose words are mostly different ones."""

    def __init__(self, setting: Setting):
        self.setting = setting
        self.size, self.types = ZIPF[setting.mode]
        # What was run, by limit: both tasks are about the same runs.
        self.runs: dict[str, list[tuple[Usage, str]]] = {}

    def text(self) -> str:
        path = os.path.join(self.setting.folder, "texts", f"zipf-{self.size}-{self.types}.txt")
        if not os.path.exists(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            program = self.setting.program_path("rowsplit_zipf_text")
            if not os.access(program, os.X_OK):
                raise Missing("rowsplit_zipf_text is not built")
            subprocess.run([program, "--bytes", str(self.size), "--types", str(self.types),
                            "--output", f"{path}.part"], check=True)
            os.replace(f"{path}.part", path)
        return path

    def build(self, limit: str) -> tuple[Usage, str]:
        """What it took, and the digest of the vocabulary."""
        output = os.path.join(self.setting.folder, "counted.txt")
        usage = run([self.setting.command(), "vocab", "build", "--input", self.text(), "--output",
                     output, "--force", "--max-tokens", "100000", "--threads", "1", "--quiet",
                     *(["--memory", limit] if limit else [])], os.sched_getaffinity(0))
        with open(output, "rb") as file:
            return usage, hashlib.file_digest(file, "sha256").hexdigest()

    def run_of(self, limit: str, turn: int) -> tuple[Usage, str]:
        runs = self.runs.setdefault(limit, [])
        while len(runs) <= turn:
            runs.append(self.build(limit))
        return runs[turn]

    def contender(self, limit: str, figure: Callable[[Usage], float]) -> Contender:
        def answer() -> dict:
            usage, digest = self.run_of(limit, 0)
            fits = not limit or usage.peak_mib <= (
                int(limit[:-1]) * UNITS[limit[-1]] / 2**20 + SLACK_MIB)
            return {"vocabulary": digest, "within the limit": fits}

        def time(turn: int) -> float:
            return figure(self.run_of(limit, turn)[0]) if turn >= 0 else 0.0

        name = f"rowsplit, {limit.replace('M', ' MiB')}" if limit else "rowsplit"
        form = "rowsplit vocab build --threads 1" + f" --memory {limit}" * bool(limit)
        return Contender(name, form, time, answer)

    def tasks(self) -> Iterator[Task]:
        about = f"{self.size / 1e6:g} MB of text, {self.types:,} different words at most"
        for name, title, unit, figure in (
                ("count_memory", "Peak of memory of counting words in a limit", "MiB",
                 lambda usage: usage.peak_mib),
                ("count_time", "Processor time of counting words in a limit", "s",
                 lambda usage: usage.cpu_seconds)):
            yield Task(f"curves/{name}", f"{title}: {about}", [
                self.contender(limit, figure) for limit in ("", *LIMITS[self.setting.mode])],
                unit=unit, seconds=0.1)


def tasks(setting: Setting) -> Iterator[Task]:
    yield from Counting(setting).tasks()
    for count in counts(len(os.sched_getaffinity(0))):
        yield from threads(setting, count)
