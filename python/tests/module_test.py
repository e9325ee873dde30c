import doctest
import os
import subprocess
import sys
import threading
import time

import make_stub
import numpy as np
import pytest

import rowsplit as rs
import rowsplit._core as core

STUB = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                    "rowsplit", "_core.pyi")


def test_no_symbol_but_the_entry_is_visible():
    listing = subprocess.run(["nm", "-D", "--defined-only", core.__file__], check=True,
                             capture_output=True, text=True).stdout
    assert [line.split()[-1] for line in listing.splitlines()] == ["PyInit__core"]


def test_everything_is_exported_once():
    assert len(rs.__all__) == len(set(rs.__all__))
    for name in rs.__all__:
        assert hasattr(rs, name)
    assert {"RaggedTensor", "StringTensor", "SparseTensor", "constant"} <= set(rs.__all__)


def test_the_stub_is_what_the_module_has():
    with open(STUB, encoding="utf-8") as file:
        assert file.read() == make_stub.stub(), "run ./run python --stub"


def documented():
    for name in sorted(set(dir(core))):
        item = getattr(core, name)
        if name.startswith("_"):
            continue
        yield name, item
        if isinstance(item, type):
            yield from ((f"{name}.{part}", getattr(item, part)) for part in sorted(vars(item))
                        if not part.startswith("_"))


@pytest.mark.parametrize("name, item", documented())
def test_docstrings(name, item):
    text = item.__doc__ or ""
    # A function's begins with its signature.
    described = "\n".join(text.split("\n")[1:]) if callable(item) and not isinstance(
        item, type) else text
    assert described.strip(), f"{name} has no docstring"


@pytest.mark.parametrize("name, item", [
    (name, item) for name, item in documented() if ">>>" in (item.__doc__ or "")])
def test_examples(name, item):
    names = {"rs": rs, "rowsplit": rs, "np": np}
    example = doctest.DocTestParser().get_doctest(item.__doc__, names, name, None, 0)
    problems = []
    doctest.DocTestRunner().run(example, out=problems.append)
    assert not problems, "".join(problems)


def test_the_gil_is_released():
    """Another thread runs while an operation does. The interpreter is told not
    to take the GIL away by itself."""
    lengths = np.zeros(20_000_000, dtype=np.int64)
    values = np.zeros(0)
    count, stop = 0, False

    def run():
        nonlocal count
        while not stop:
            count += 1
            time.sleep(0)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000)
    thread = threading.Thread(target=run)
    try:
        thread.start()
        while count == 0:
            time.sleep(0.001)
        # On a busy machine the other thread may miss one operation, or several.
        before, deadline = count, time.monotonic() + 60
        while count == before and time.monotonic() < deadline:
            rs.RaggedTensor.from_row_lengths(values, lengths)
        assert count > before
    finally:
        stop = True
        sys.setswitchinterval(interval)
        thread.join()


def test_tensors_are_shared_by_threads():
    tensor = rs.constant([[n, n + 1] for n in range(1000)])
    wrong = []

    def run():
        for _ in range(50):
            if tensor.row_lengths().sum() != 2000 or tensor.flat_values[-1] != 1000:
                wrong.append(1)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
