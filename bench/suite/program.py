"""The C++ programs that measure one contender at a time, as they are asked.

Such a program takes commands on standard input, one a line:

    list                          pairs `TASK CONTENDER`, one a line, then an empty line
    time TASK CONTENDER PART      `NANOSECONDS AMOUNT` of one call over a part
    write TASK CONTENDER PATH     the whole answer into a file, then `done`
    about                         lines `KEY VALUE`, then an empty line
"""

from __future__ import annotations

import os
import subprocess
import tempfile

from suite.task import Missing

WHOLE = -1
running: set[Program] = set()


class Program:
    """A running program; started by the first question."""

    def __init__(self, path: str, *arguments: str):
        self.path, self.arguments = path, arguments
        self.child: subprocess.Popen | None = None

    def start(self) -> None:
        if not os.access(self.path, os.X_OK):
            raise Missing(f"{os.path.basename(self.path)} is not built")
        self.child = subprocess.Popen([self.path, *self.arguments], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, text=True)
        running.add(self)

    def ask(self, command: str) -> str:
        """The first line of the answer."""
        if self.child is None:
            self.start()
        try:
            self.child.stdin.write(command + "\n")
            self.child.stdin.flush()
        except BrokenPipeError:
            pass  # it says why where the answer is read
        return self.line(command)

    def line(self, command: str) -> str:
        answer = self.child.stdout.readline()
        if not answer:
            status = self.close()
            raise RuntimeError(f"{os.path.basename(self.path)} has ended ({status}) at: {command}")
        return answer.rstrip("\n")

    def lines(self, command: str) -> list[str]:
        """The lines of an answer that ends with an empty one."""
        answers, answer = [], self.ask(command)
        while answer:
            answers.append(answer)
            answer = self.line(command)
        return answers

    def contenders(self) -> list[tuple[str, str]]:
        return [tuple(line.split(" ", 1)) for line in self.lines("list")]

    def about(self) -> dict[str, str]:
        return dict(line.split(" ", 1) for line in self.lines("about"))

    def time(self, task: str, name: str, part: int = WHOLE) -> tuple[float, float]:
        """Seconds, and the amount of what was done in them."""
        nanoseconds, amount = self.ask(f"time {task} {name} {part}").split()
        return int(nanoseconds) * 1e-9, float(amount)

    def written(self, task: str, name: str) -> bytes:
        """The whole answer."""
        with tempfile.NamedTemporaryFile() as file:
            self.ask(f"write {task} {name} {file.name}")
            return file.read()

    def close(self) -> int | None:
        """Ends the program; its exit status."""
        if self.child is None:
            return None
        self.child.stdin.close()
        self.child.stdout.close()
        status = self.child.wait()
        self.child = None
        running.discard(self)
        return status


def close_all() -> None:
    for program in list(running):
        program.close()
