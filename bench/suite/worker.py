"""One process that measures tasks on so many cores, and the run that starts such
processes one after another: libraries fix their threads when they start, and a
peer that crashes or hangs takes no other down."""

from __future__ import annotations

import dataclasses
import gc
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator

from suite import peers, program, tasks
from suite.machine import Neighbours
from suite.setting import Setting
from suite.task import Task
from suite.texts import Text
from suite.turns import measure

# A step of a contender (its answer, or one turn) that takes longer is given up.
LIMIT_SECONDS = {"quick": 120, "full": 900}
START_SECONDS = 300


def to_json(setting: Setting) -> dict:
    fields = {f.name: getattr(setting, f.name) for f in dataclasses.fields(setting)}
    del fields["programs"]
    fields["texts"] = {name: dataclasses.asdict(text) for name, text in setting.texts.items()}
    return fields


def from_json(fields: dict) -> Setting:
    texts = {name: Text(**text) for name, text in fields["texts"].items()}
    return Setting(**{**fields, "texts": texts})


def work(spec: dict, send: Callable[[dict], None]) -> None:
    """Measures the tasks whose labels the spec has; sends what it is at and each
    result."""
    setting, areas = from_json(spec["setting"]), spec["areas"]
    peers.confine(setting.threads)
    neighbours = Neighbours()
    for area in areas:
        send({"area": area})
        for task in tasks.of_area(area, setting):
            if task.label not in spec["labels"]:
                continue
            send({"task": task.label})
            send({"task": task.label, "result": measure(
                task, setting.turns, setting.seconds, neighbours=neighbours,
                say=lambda name, label=task.label: send({"task": label, "contender": name}),
                crashed=spec["crashed"].get(task.label))})
        program.close_all()
        gc.collect()  # what the area's tasks had: peers' compiled functions are in cycles


def main(spec: str) -> int:
    """The worker's process: events go to what was standard output, as JSON lines;
    what peers print goes to standard error."""
    events = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    given = json.loads(spec)
    # One that is killed leaves no files elsewhere.
    tempfile.tempdir = os.path.abspath(given["setting"]["folder"])
    os.makedirs(tempfile.tempdir, exist_ok=True)
    work(given, lambda event: print(json.dumps(event), file=events))
    return 0


class Worker:
    """A worker's process as the run sees it. `ended` says how it did, "" if well,
    after the last of its events."""

    def __init__(self, spec: dict, log, limit: float):
        self.limit, self.ended = limit, ""
        self.child = subprocess.Popen(
            [sys.executable, "-B", "-m", "suite", "--worker", json.dumps(spec)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, start_new_session=True)

    def events(self) -> Iterator[dict]:
        """Until the process ends or is silent for too long."""
        output, rest, limit = self.child.stdout.fileno(), b"", START_SECONDS
        while select.select([output], [], [], limit)[0]:
            data, limit = os.read(output, 1 << 16), self.limit
            if not data:
                self.ended = how_it_ended(self.child.wait())
                return
            *lines, rest = (rest + data).split(b"\n")
            yield from map(json.loads, lines)
        self.ended = f"took longer than {limit:g} s"

    def kill(self) -> None:
        """Ends the process, if it runs, and what it started."""
        if self.child.poll() is None:
            os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()
        self.child.stdout.close()


def how_it_ended(status: int) -> str:
    if status < 0:
        return f"its process ended by {signal.Signals(-status).name}"
    return f"its process ended with {status}" if status else ""


def run_group(group: list[Task], setting: Setting, log) -> Iterator[tuple[str, dict]]:
    """The labels and results of tasks of one number of threads. A contender that
    ends the process has failed, and its task is measured again without it; what ends
    it otherwise costs the tasks of its area."""
    left, crashed, problems = [task.label for task in group], {}, []
    while left:
        areas = list(dict.fromkeys(label.split("/")[0] for label in left))
        spec = {"areas": areas, "labels": left, "crashed": crashed, "setting": to_json(
            dataclasses.replace(setting, threads=group[0].threads))}
        worker, at, area = Worker(spec, log, LIMIT_SECONDS[setting.mode]), {}, areas[0]
        try:
            for event in worker.events():
                at, area = event, event.get("area", area)
                if "result" in event:
                    left = [label for label in left if label != event["task"]]
                    yield event["task"], event["result"]
        finally:
            worker.kill()
        how = worker.ended
        if not how:
            break
        if "contender" in at and at["contender"] not in crashed.get(at["task"], {}):
            crashed.setdefault(at["task"], {})[at["contender"]] = how
            continue
        rest = [label for label in left if label.split("/")[0] != area]
        if len(rest) < len(left):
            problems.append(f"{area}: {how}, at {at.get('task', 'its start')}")
        left = rest
    if left:
        problems.append(f"these were not measured: {'; '.join(left)}")
    if problems:
        raise RuntimeError("; ".join(problems))


def groups(chosen: list[Task]) -> Iterator[list[Task]]:
    """Tasks of as many threads: one core first, all cores last."""
    counts = {task.threads for task in chosen}
    for threads in sorted(counts, key=lambda n: n or 1 << 30):
        yield [task for task in chosen if task.threads == threads]
