"""What a task may ask for: the mode, texts, modules, programs, the command."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from suite import peers
from suite.program import Program
from suite.task import Missing
from suite.texts import Text

# Seconds that the turns of one contender of a task may take, about.
SECONDS = {"quick": 0.4, "full": 2.5}
TURNS = {"quick": 4, "full": 9}
TEXT_BYTES = {"quick": 4_000_000, "full": 64_000_000}
MODES = tuple(TURNS)


@dataclass(frozen=True)
class Setting:
    """The same in each process of a run, but for `threads`: the cores that this
    process has (0: all)."""

    mode: str
    turns: int
    texts: dict[str, Text]
    build: str
    folder: str
    tokenizer: str | None = None
    threads: int = 1
    programs: dict = field(default_factory=dict, compare=False, repr=False)

    @property
    def full(self) -> bool:
        return self.mode == "full"

    @property
    def seconds(self) -> float:
        return SECONDS[self.mode]

    def pick(self, quick, full):
        """The one for this mode."""
        return full if self.full else quick

    def text(self, name: str) -> Text:
        return self.texts[name]

    def load(self, module: str):
        """The module, held to the cores of this process; may raise Missing. To be
        called in `make`, `time` or `answer`, not when tasks are listed."""
        return peers.load(module)

    def program_path(self, name: str) -> str:
        return os.path.join(self.build, "bench", name)

    def program(self, name: str, *arguments: str) -> Program:
        """A program of bench/ with such arguments; the same one each time."""
        key = (name, *arguments)
        if key not in self.programs:
            self.programs[key] = Program(self.program_path(name), *arguments)
        return self.programs[key]

    def command(self) -> str:
        """The path of the command `rowsplit`; may raise Missing."""
        path = os.path.join(self.build, "src/cli/rowsplit")
        if not os.access(path, os.X_OK):
            raise Missing("the command rowsplit is not built")
        return os.path.abspath(path)
