"""For libraries whose calls run on one core each: on all cores they get a part of
their input for each of them, at once."""

from __future__ import annotations

import concurrent.futures
import os
from collections.abc import Callable


def over(threads: int, what: str) -> str:
    """What such calls are given, in words."""
    return f"one {what}" if threads == 1 else (
        f"a part of one {what} for each core, by a pool of threads")


def parts_of(form, count: int) -> list:
    """A form that slices in so many parts, as long as each other or nearly."""
    size = len(form)
    return [form] if count == 1 else [
        form[size * i // count : size * (i + 1) // count] for i in range(count)]


def on_its_cores(threads: int, form, step: Callable) -> Callable[[], list]:
    """Gives the results of `step` of the form on one core, or of its parts on all (0)."""
    parts = parts_of(form, 1 if threads == 1 else len(os.sched_getaffinity(0)))
    if len(parts) == 1:
        return lambda: [step(form)]
    pool = concurrent.futures.ThreadPoolExecutor(len(parts))
    return lambda: list(pool.map(step, parts))
