"""What is written by hand in C++ without a library, as a contender of a few tasks:
the program rowsplit_plain_table (bench/peers/plain.cc)."""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Callable

from suite.call import program_call
from suite.program import Program
from suite.setting import Setting
from suite.task import Contender
from suite.texts import Text, write_whole

NAME = "plain C++"
ONE_CORE = "runs on one core"
FORMS = {
    "split": "a loop over bytes, into a vector of string_view that is used again",
    "delete": "a loop over bytes with a table of 256 bool, into a string that is used again",
    "find": "a loop over string_view, unordered_map.find of each",
    "vectorize": "one loop over bytes that lowers, strips, splits and finds in an unordered_map",
}


def contender(setting: Setting, task: str, arguments: Callable[[], tuple[str, ...]], *,
              checked: Callable[[], tuple[str, ...]] | None = None,
              parse: Callable[[bytes], object] = lambda written: written, unit: str = "MB/s",
              threads: int = 1) -> Contender:
    """The program's task with its arguments, which are asked for when it runs; the
    answer is that with the arguments `checked`, if those are others."""
    if threads != 1:
        return Contender(NAME, FORMS[task], cannot=ONE_CORE)

    def program(given: Callable[[], tuple[str, ...]]) -> Program:
        return setting.program("rowsplit_plain_table", *given())

    @functools.cache
    def timed() -> Contender:
        return program_call(program(arguments), task, FORMS[task], name="plain", unit=unit)

    return Contender(NAME, FORMS[task], lambda turn: timed().time(turn),
                     lambda: parse(program(checked or arguments).written(task, "plain")))


def word_file(setting: Setting, words: list[str]) -> str:
    """The path of a file with a word a line; made once."""
    data = "".join(f"{word}\n" for word in words).encode()
    path = os.path.join(setting.folder, f"words-{hashlib.sha256(data).hexdigest()[:12]}.txt")
    if not os.path.exists(path):
        os.makedirs(setting.folder, exist_ok=True)
        write_whole(path, data)
    return path


def on_lines(setting: Setting, text: Text, task: str, threads: int) -> Contender:
    """split or delete."""
    return contender(setting, task, lambda: ("text", text.path), threads=threads)


def find(setting: Setting, vocabulary: Callable[[], list[str]], tokens: Callable[[], list[str]],
         threads: int) -> Contender:
    def parse(written: bytes):
        import numpy as np

        return np.frombuffer(written, np.int64)

    @functools.cache
    def arguments() -> tuple[str, ...]:
        return "find", word_file(setting, vocabulary()), word_file(setting, tokens())

    return contender(setting, "find", arguments, parse=parse, unit="ns/token", threads=threads)


def vectorize(setting: Setting, vocabulary: Callable[[], list[str]], timed: Callable[[], Text],
              checked: Callable[[], Text], threads: int) -> Contender:
    """Text to (ids, row splits), timed over one text and compared over another."""
    def parse(written: bytes) -> tuple:
        import numpy as np

        numbers = np.frombuffer(written, np.int64)
        num_rows = numbers[0]
        return numbers[num_rows + 2:], numbers[1: num_rows + 2]

    def arguments(text: Callable[[], Text]) -> tuple[str, ...]:
        return "vectorize", word_file(setting, vocabulary()), text().path

    return contender(setting, "vectorize", functools.cache(lambda: arguments(timed)),
                     checked=lambda: arguments(checked), parse=parse, threads=threads)
