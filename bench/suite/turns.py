"""Measures one task: compares the answers, warms up, and takes turns."""

from __future__ import annotations

import time
from collections.abc import Callable

from suite.answers import difference
from suite.machine import Neighbours
from suite.task import Contender, Missing, Task

# A contender that is out of its time still has so many turns, unless they would
# take some times as long.
LEAST_TURNS = 3
# A turn begins when the other threads of the process, which a contender before may
# have left spinning, take no more than this share of a rest; there are so many rests.
REST_SECONDS = 0.005
MOST_AT_REST = 0.05
MOST_RESTS = 20


def message(error: BaseException) -> str:
    """The kind of the error, and the first and the last line of what it says."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [""]
    text = " … ".join(line[:200] for line in dict.fromkeys((lines[0], lines[-1])))
    return f"{type(error).__name__}: {text}".rstrip(": ")


def seconds_of_others() -> float:
    """The processor time of all threads of the process but this one."""
    return time.process_time() - time.thread_time()


def come_to_rest(busy: Callable[[], float] = seconds_of_others,
                 sleep: Callable[[float], None] = time.sleep) -> bool:
    """Waits for the other threads of the process; False where they don't rest. On one
    core their time is part of a figure: a pool's threads do its library's work."""
    for _ in range(MOST_RESTS):
        before = busy()
        sleep(REST_SECONDS)
        if busy() - before <= MOST_AT_REST * REST_SECONDS:
            return True
    return False


class Turns:
    """One task on its way to a result. `say(contender)` is told before each step
    of a contender; `crashed` has those that ended the process before, and how."""

    def __init__(self, task: Task, turns: int, seconds: float, *,
                 neighbours: Neighbours | None = None,
                 rest: Callable[[], bool] = come_to_rest,
                 say: Callable[[str], None] = lambda name: None,
                 crashed: dict[str, str] | None = None):
        self.task, self.turns, self.seconds = task, turns, task.seconds or seconds
        self.neighbours, self.rest = neighbours or Neighbours(), rest
        self.say, self.crashed = say, crashed or {}
        self.judge = ""
        self.entries = {c.name: {
            "name": c.name, "form": c.form, "status": "timed", "why": "",
            "share_that_differs": 0.0, "note": c.note, "repeats": [], "disturbed": []}
            for c in task.contenders}

    def set_status(self, name: str, status: str, why: str) -> None:
        self.entries[name].update(status=status, why=why)

    def guarded(self, name: str, step: Callable):
        """What the step gives; None where it fails, which the entry then says."""
        self.say(name)
        try:
            return step()
        except Missing as error:
            self.set_status(name, "missing", str(error))
        except ImportError as error:
            self.set_status(name, "missing", message(error))
        except Exception as error:  # a peer may fail in its own way
            self.set_status(name, "failed", message(error))
        return None

    def taking_part(self) -> list[Contender]:
        return [c for c in self.task.contenders if self.entries[c.name]["status"] == "timed"]

    def leave_out(self) -> None:
        for contender in self.task.contenders:
            if contender.cannot is not None:
                self.set_status(contender.name, "cannot", contender.cannot)
            elif contender.name in self.crashed:
                self.set_status(contender.name, "failed", self.crashed[contender.name])

    def compare(self) -> None:
        """Holds each answer to the judge's."""
        task, equal, expected = self.task, self.task.equal or difference, None
        if task.expected is not None:
            self.judge = task.judge
            try:
                expected = task.expected()
            except Exception as error:  # as without a module that it needs
                for contender in self.taking_part():
                    self.set_status(contender.name, "failed",
                                    f"nothing to compare with: {message(error)}")
        # The judge first; others may stand in for one that is not there.
        for contender in sorted(self.taking_part(), key=lambda c: c.name != task.judge):
            if contender.answer is None:
                continue
            got = self.guarded(contender.name, contender.answer)
            if got is None:
                if self.entries[contender.name]["status"] == "timed":
                    self.set_status(contender.name, "failed", "its answer is None")
                continue
            if not self.judge:
                self.judge, expected = contender.name, got
                continue
            share, where = equal(got, expected)
            self.entries[contender.name].update(share_that_differs=share, why=where)
            if share > task.tolerance:
                self.set_status(contender.name, "differs", where)

    def take(self, contender: Contender, turn: int) -> tuple[float | None, bool]:
        """The figure, and whether something disturbed it."""
        self.neighbours.begin()
        rested = self.rest()
        figure = self.guarded(contender.name, lambda: float(contender.time(turn)))
        return figure, self.neighbours.end() or not rested

    def warm_up(self) -> None:
        for contender in self.taking_part():
            self.guarded(contender.name, lambda: contender.time(-1))

    def take_turns(self) -> None:
        spent = dict.fromkeys(self.entries, 0.0)
        for turn in range(self.turns):
            for contender in self.taking_part():
                name, entry = contender.name, self.entries[contender.name]
                most = self.seconds * (1 if turn >= LEAST_TURNS else 4)
                if spent[name] > most:
                    continue
                begin = time.monotonic()
                figure, disturbed = self.take(contender, turn)
                spent[name] += time.monotonic() - begin
                if figure is not None:
                    entry["repeats"].append(figure)
                    entry["disturbed"].append(disturbed)
        for entry in self.entries.values():
            if entry["status"] == "failed":
                entry.update(repeats=[], disturbed=[])

    def result(self) -> dict:
        task = self.task
        axis = None if task.axis is None else {"name": task.axis[0], "value": task.axis[1]}
        return {"task": task.name, "title": task.title, "text": task.text,
                "threads": task.threads, "unit": task.unit, "better": task.better,
                "axis": axis, "judge": self.judge, "contenders": list(self.entries.values())}


def measure(task: Task, turns: int, seconds: float, **how) -> dict:
    """The result of the task, as results.json has it; see Turns."""
    run = Turns(task, turns, seconds, **how)
    run.leave_out()
    run.compare()
    run.warm_up()
    run.take_turns()
    return run.result()
