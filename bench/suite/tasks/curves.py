"""Curves: speed by the length of a document, by the size of a vocabulary and by
the number of threads; memory by its limit. That of the sample job by the length of
the text is in footprint.py."""

from __future__ import annotations

from collections.abc import Iterator

from suite.curves import documents, lookups, scaling
from suite.setting import Setting
from suite.task import Task


def tasks(setting: Setting) -> Iterator[Task]:
    for curve in (documents, lookups, scaling):
        yield from curve.tasks(setting)
