"""Contenders that are one call, from Python or in a C++ program."""

from __future__ import annotations

import functools
import gc
import time
from collections.abc import Callable

from suite.program import WHOLE, Program
from suite.task import Contender, in_unit


def clock_of(threads: int) -> Callable[[], float]:
    """On one core the processor's time, which others' work lengthens least; else
    the clock on the wall."""
    return time.process_time if threads == 1 else time.perf_counter


def seconds_of(run: Callable[[], object], threads: int = 1, least: float = 0.0) -> float:
    """The time of a call: the mean of as many as take `least` seconds together.
    Results are let go outside of the measured time."""
    clock, spent, calls = clock_of(threads), 0.0, 0
    collects = gc.isenabled()
    gc.disable()
    try:
        while calls == 0 or spent < least:
            begin = clock()
            result = run()
            spent += clock() - begin
            calls += 1
            del result
    finally:
        if collects:
            gc.enable()
    return max(spent, 1e-9) / calls


def call(
    name: str,
    form: str,
    make: Callable[[], Callable[[], object]],
    answer: Callable[[object], object] | None = None,
    *,
    unit: str = "MB/s",
    amount: float | Callable[[], float] = 1.0,
    threads: int = 1,
    least: float = 0.02,
    note: str = "",
) -> Contender:
    """A contender that is one call: `make()` imports what it needs, makes its input
    and model, and returns the call, which takes nothing; `answer(result)` makes
    what is compared of the call's result. `amount` is the bytes, tokens … of one
    call, for the unit, or a function that gives it later.

        call("TensorFlow", "tf.strings.split over one tensor",
             lambda: (lambda tensor=tensor_of(text): tf.strings.split(tensor)),
             lambda ragged: ragged.to_list(), amount=text.size)
    """
    run = functools.cache(make)

    def figure(_turn: int) -> float:
        size = amount() if callable(amount) else amount
        return in_unit(unit, seconds_of(run(), threads, least), size)

    whole = None if answer is None else lambda: answer(run()())
    return Contender(name, form, figure, whole, note=note)


def program_call(program: Program, task: str, form: str, *, name: str = "rowsplit",
                 unit: str = "MB/s", least: float = 0.02, note: str = "") -> Contender:
    """A contender of a C++ program; its answer is what the program writes."""

    def figure(_turn: int) -> float:
        spent = done = 0.0
        while spent < least:
            seconds, amount = program.time(task, name, WHOLE)
            spent += max(seconds, 1e-9)
            done += amount
        return in_unit(unit, spent, done)

    return Contender(name, form, figure, lambda: program.written(task, name), note=note)
