"""The sample job as a whole: lines to windows of ids in files.

`rowsplit prepare` with data_samples/corpus.toml beside the same job by tf.data and
Keras (element by element, as tutorials write it; and over batches), pyarrow and
polars. All write .npy in eight shards, and the answers are compared unshuffled with
those of plain Python. rowsplit is a command, so its figure has the start of the
process and the writing to the disk in it; the others' have neither their imports
nor what tf.data needs to set itself up.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from suite.answers import difference
from suite.child import listed, run, server
from suite.setting import Setting
from suite.task import Contender, Task

CONFIG = "data_samples/corpus.toml"
# So small that it takes nothing but the set-up.
NOTHING = 1_000
# The answers of polars may differ: it lowers more than ASCII letters.
TOLERANCE = 1e-3


@dataclass(frozen=True)
class Form:
    """How a library does the job, and on the first bytes of the text if not on all."""

    name: str
    library: str
    function: str
    form: str
    part: int = 0


def forms(setting: Setting) -> list[Form]:
    single, batched = setting.pick((250_000, 500_000), (2_000_000, 4_000_000))
    return [
        Form("TensorFlow, as written", "tensorflow", "as_written",
             "tf.data by single lines, words and examples, and Keras' TextVectorization mapped "
             "over single examples", single),
        Form("TensorFlow, layer on batches", "tensorflow", "as_written_batched",
             "as written, but the layer is mapped over batches of 1,024 examples", batched),
        Form("TensorFlow, vectorised", "tensorflow", "vectorised",
             "tf.data over blocks of lines of 512 KiB, two passes: unique_with_counts, then a "
             "StaticHashTable; windows are a reshape"),
        Form("TensorFlow, vectorised, cached", "tensorflow", "vectorised_cached",
             "the same in one pass, the words kept in memory"),
        Form("pyarrow", "pyarrow", "arrow",
             "kernels over one array of the lines, words in a dictionary, no look-up"),
        Form("polars", "polars", "polars",
             "one frame of the lines, words as a categorical column, no look-up")]


def prepare(setting: Setting, text: str, folder: str, cores: set[int], *arguments: str):
    """What the command used; its files are in the folder."""
    return run([setting.command(), "prepare", "--config", CONFIG, "--input", text, "--output",
                folder, "--format", "npy", "--threads", str(len(cores)), "--force", "--quiet",
                *arguments], cores)


def of_parts(got: dict, expected: dict) -> tuple[float, str]:
    """Answers are by the bytes of text that they are of; one may have fewer."""
    return difference(got, {size: expected[size] for size in got})


class Job:
    """The job of one text on the cores of this process."""

    def __init__(self, setting: Setting, threads: int):
        self.setting, self.threads = setting, threads
        self.text = setting.text("english")
        self.forms = forms(setting)
        self.folder = os.path.join(setting.folder, f"job-{threads}")

    def path(self, part: int) -> str:
        return (self.text.head(part) if part else self.text).path

    def seconds(self, usage) -> float:
        """Of the processor on one core, as other tasks; else by the clock."""
        return usage["cpu_seconds" if self.threads == 1 else "seconds"]

    def read(self):
        from suite.sample_job import shards  # needs NumPy
        try:
            return shards.read(self.folder)
        finally:
            shutil.rmtree(self.folder)

    def expected(self) -> dict:
        from suite.sample_job.plain import plain
        return {part: plain(self.path(part)) for part in {form.part for form in self.forms} | {0}}

    def ours(self) -> Contender:
        cores = os.sched_getaffinity(0)

        def answer():
            answers = {}
            for part in {form.part for form in self.forms} | {0}:
                prepare(self.setting, self.path(part), self.folder, cores, "--shuffle-buffer", "0")
                answers[part] = self.read()
            return answers

        def time(_turn: int) -> float:
            usage = prepare(self.setting, self.text.path, self.folder, cores)
            return self.text.size / 1e6 / self.seconds(vars(usage))

        return Contender("rowsplit", f"rowsplit prepare --config {CONFIG} --format npy, the whole "
                         "process", time, answer,
                         note="waits until its files are on the disk, which the others don't")

    def peer(self, form: Form) -> Contender:
        def ask(part: int, shuffle: bool = True) -> dict:
            peer = server(self.setting, "suite.sample_job", form.library,
                          listed(os.sched_getaffinity(0)))
            return peer.ask(form=form.function, text=self.path(part), folder=self.folder,
                            shuffle=shuffle)

        def answer():
            ask(form.part, shuffle=False)
            return {form.part: self.read()}

        def time(turn: int) -> float:
            if turn < 0:  # the answer has warmed it up
                return 0.0
            size = os.path.getsize(self.path(form.part)) - os.path.getsize(self.path(NOTHING))
            seconds = self.seconds(ask(form.part)) - self.seconds(ask(NOTHING))
            return size / 1e6 / seconds

        on = f", on the first {form.part / 1e6:g} MB" if form.part else ""
        return Contender(form.name, form.form + on, time, answer,
                         note="the time that 1 KB of text takes is taken off")

    def task(self) -> Task:
        return Task("job/sample", "The sample job: lines cleaned, cut into windows, learned from, "
                    "turned into ids and written", text="english", threads=self.threads,
                    contenders=[self.ours(), *map(self.peer, self.forms)],
                    expected=self.expected, judge="plain Python", equal=of_parts,
                    tolerance=TOLERANCE)


def tasks(setting: Setting) -> Iterator[Task]:
    yield Job(setting, 1).task()
    yield Job(setting, 0).task()
