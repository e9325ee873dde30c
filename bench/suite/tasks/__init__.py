"""The areas of tasks: AREA.py has `tasks(setting)`, which gives its Tasks.

Listing them imports no peer and reads no text: a task's contenders do that when
they are asked.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator

from suite.setting import Setting
from suite.task import Task

AREAS = ("text", "tokenize", "vectorize", "lookup", "ragged", "embedding", "job", "footprint",
         "curves")


def of_area(area: str, setting: Setting) -> Iterator[Task]:
    yield from importlib.import_module(f"suite.tasks.{area}").tasks(setting)
