"""Ragged ops of rowsplit and of its peers, side by side in one run.

    ./run bench peers            # or: python bench/peers/ops.py [--only REGEX]

Everything runs on one core. Before it is timed, each peer's answer is compared
with NumPy's, row by row. The contenders take turns (A B C A B C ...); a figure
is the median of the turns, in nanoseconds of processor time for each value of
the input (of the output, for concat), with the quartiles behind it. A peer that
is not installed, or that fails, is named and left out.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402  the threads come first


def load(name: str):
    """The module, or None with a word about why."""
    try:
        return __import__(name)
    except Exception as error:  # a peer may be missing or broken
        print(f"{name} is left out: {type(error).__name__}: {error}")
        return None


ak = load("awkward")
torch = load("torch")
rs = load("rowsplit")
if torch is not None:
    torch.set_num_threads(1)
    # A prototype, as it says of itself with each use.
    import warnings

    warnings.filterwarnings("ignore", message=".*[Nn]ested.*")


SLOW_SECONDS = 0.5  # a call that takes longer is not repeated


@dataclass
class Rows:
    """One input in the form that each peer takes."""

    splits: np.ndarray
    values: np.ndarray

    def __post_init__(self):
        self.lengths = np.diff(self.splits)
        self.full = self.lengths > 0
        self.starts = self.splits[:-1][self.full]
        if ak is not None:
            content = ak.contents.NumpyArray(self.values)
            offsets = ak.index.Index64(self.splits)
            self.awkward = ak.Array(ak.contents.ListOffsetArray(offsets, content))
        if torch is not None:
            self.torch = torch.from_numpy(self.values)
            self.offsets = torch.from_numpy(self.splits)
            self.ids = torch.arange(len(self.values))
            # Without the longest row it pads to the number of values.
            self.nested = torch.nested.nested_tensor_from_jagged(
                self.torch, self.offsets, max_seqlen=int(self.lengths.max())
            )
        if rs is not None:
            self.ragged = rs.RaggedTensor.from_row_splits(self.values, self.splits)


def make_rows(seed: int, num_values: int, width: int = 0, most: int = 34) -> Rows:
    random = np.random.default_rng(seed)
    lengths = random.integers(0, most + 1, size=2 * num_values // most + 1)
    splits = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    shape = (splits[-1], width) if width else (splits[-1],)
    return Rows(splits, random.random(shape, dtype=np.float32))


@dataclass
class Case:
    """What is measured: `calls` by contender, and how an answer becomes NumPy's."""

    name: str
    size: int
    calls: dict[str, Callable]
    expected: np.ndarray
    mask: np.ndarray | None = None  # rows to compare: peers differ on empty ones
    exact: bool = True
    ours: bool = True  # whether rowsplit should be among the contenders


def flat(answer) -> np.ndarray:
    """An answer's values in order."""
    if ak is not None and isinstance(answer, ak.Array):
        answer = ak.fill_none(answer, 0)
        while answer.ndim > 1 and "var" in str(answer.type):
            answer = ak.flatten(answer)
        return ak.to_numpy(answer)
    if torch is not None and isinstance(answer, torch.Tensor):
        return answer.numpy()
    return np.asarray(getattr(answer, "flat_values", answer))


def reduce_case(name: str, rows: Rows, op: str) -> Case:
    ufunc = {"sum": np.add, "mean": np.add, "max": np.maximum}[op]
    shape = (len(rows.lengths), *rows.values.shape[1:])

    def reduceat():
        result = np.zeros(shape, dtype=np.float32)
        result[rows.full] = ufunc.reduceat(rows.values, rows.starts, axis=0)
        if op == "mean":
            result /= rows.lengths.reshape(-1, *[1] * (len(shape) - 1))
        return result

    calls = {}
    if rs is not None:
        function = getattr(rs, f"reduce_{op}", None)
        if function is not None:
            calls["rowsplit"] = lambda: function(rows.ragged, axis=1)
    calls["numpy reduceat"] = reduceat
    if ak is not None:
        calls["awkward"] = lambda: getattr(ak, op)(rows.awkward, axis=1)
    if torch is not None:
        # Not its nested tensors: a sum of one takes seconds at this size.
        calls["torch segment_reduce"] = lambda: torch.segment_reduce(
            rows.torch, op, offsets=rows.offsets
        )
        if rows.values.ndim == 2:
            calls["torch embedding_bag"] = lambda: torch.nn.functional.embedding_bag(
                rows.ids, rows.torch, rows.offsets, mode=op, include_last_offset=True
            )
    with np.errstate(all="ignore"):
        expected = reduceat()
    return Case(name, len(rows.values), calls, expected, rows.full, exact=op == "max")


def concat_case(rows: Rows, other: Rows) -> Case:
    pieces = []
    for row in range(len(rows.lengths)):
        pieces += [part.values[part.splits[row] : part.splits[row + 1]] for part in (rows, other)]
    calls = {}
    if rs is not None and hasattr(rs, "concat"):
        calls["rowsplit"] = lambda: rs.concat([rows.ragged, other.ragged], axis=1)
    if ak is not None:
        calls["awkward"] = lambda: ak.concatenate([rows.awkward, other.awkward], axis=1)
    size = len(rows.values) + len(other.values)
    return Case("concat, axis 1", size, calls, np.concatenate(pieces))


def sort_case(rows: Rows) -> Case:
    ids = np.repeat(np.arange(len(rows.lengths)), rows.lengths)
    calls = {}
    if rs is not None and hasattr(rs, "sort"):
        calls["rowsplit"] = lambda: rs.sort(rows.ragged)
    if ak is not None:
        calls["awkward"] = lambda: ak.sort(rows.awkward, axis=1)
    expected = rows.values[np.lexsort((rows.values, ids))]
    return Case("sort each row", len(rows.values), calls, expected)


def dense_case(rows: Rows) -> Case:
    width = int(rows.lengths.max())
    expected = np.zeros((len(rows.lengths), width), dtype=np.float32)
    expected[np.arange(width) < rows.lengths[:, None]] = rows.values
    calls = {}
    if rs is not None and hasattr(rs.RaggedTensor, "to_tensor"):
        calls["rowsplit"] = lambda: rows.ragged.to_tensor()
    if ak is not None:
        calls["awkward"] = lambda: ak.to_numpy(
            ak.fill_none(ak.pad_none(rows.awkward, width, axis=1, clip=True), np.float32(0))
        )
    if torch is not None:
        calls["torch nested"] = lambda: torch.nested.to_padded_tensor(rows.nested, 0.0)
    return Case("pad to dense", len(rows.values), calls, expected)


def contiguous_case(rows: Rows) -> Case:
    calls = {"numpy": lambda: np.add.reduce(rows.values)}
    return Case("contiguous sum, for scale", len(rows.values), calls, rows.values.sum(), exact=False, ours=False)


def all_cases() -> list[Case]:
    rows = make_rows(1, 1 << 18)
    large = make_rows(2, 1 << 22)
    wide = make_rows(3, 1 << 14, width=64)
    other = Rows(rows.splits, rows.values[::-1].copy())
    return [
        contiguous_case(rows),
        *(reduce_case(f"{op} of rows of 0-34", rows, op) for op in ("sum", "max", "mean")),
        reduce_case("sum of rows of 0-34, 16 MiB", large, "sum"),
        *(
            reduce_case(f"{op} of rows of 500-1500, {mib} MiB", make_long_rows(5, mib << 18), op)
            for op, mib in (("sum", 1), ("sum", 16), ("max", 16))
        ),
        *(reduce_case(f"{op} of rows of 64 floats each", wide, op) for op in ("sum", "mean")),
        concat_case(rows, other),
        sort_case(rows),
        dense_case(rows),
    ]


def make_long_rows(seed: int, num_values: int) -> Rows:
    random = np.random.default_rng(seed)
    lengths = random.integers(500, 1501, size=num_values // 1000)
    splits = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return Rows(splits, random.random(splits[-1], dtype=np.float32))


def agrees(case: Case, call: Callable) -> str:
    """Empty if the answer is the expected one, else what is wrong with it."""
    try:
        answer = flat(call())
    except Exception as error:  # whatever a peer raises, the others go on
        return f"{type(error).__name__}: {str(error).splitlines()[0][:90]}"
    expected = case.expected
    if np.shape(answer) != np.shape(expected):
        return f"shape {np.shape(answer)}, expected {np.shape(expected)}"
    if case.mask is not None:
        answer, expected = answer[case.mask], expected[case.mask]
    tolerance = 0 if case.exact else 1e-4
    if not np.allclose(answer, expected, rtol=tolerance, atol=0):
        return "another answer"
    return ""


def seconds(call: Callable, count: int) -> float:
    begin = time.process_time()
    for _ in range(count):
        call()
    return (time.process_time() - begin) / count


def measure(case: Case, turns: int) -> None:
    print(f"\n{case.name} ({case.size:,} values)")
    counts = {}
    with np.errstate(all="ignore"):
        for who, call in case.calls.items():
            if wrong := agrees(case, call):
                print(f"  {who:22} left out: {wrong}")
            elif (once := seconds(call, 1)) > SLOW_SECONDS:
                print(f"  {who:22} left out: one call takes {once:.1f} s")
            else:
                counts[who] = max(1, round(0.01 / max(1e-7, once)))
        times: dict[str, list[float]] = {who: [] for who in counts}
        for _ in range(turns):
            for who, count in counts.items():
                times[who].append(seconds(case.calls[who], count) * 1e9 / case.size)
    for who, all_times in times.items():
        low, middle, high = statistics.quantiles(all_times, n=4)
        print(f"  {who:22} {middle:8.3f} ns   ({low:.3f} - {high:.3f})")
    if rs is not None and case.ours and "rowsplit" not in case.calls:
        print(f"  {'rowsplit':22} left out: the package has no such function")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="the cases whose name it matches")
    parser.add_argument("--turns", type=int, default=11)
    arguments = parser.parse_args()
    modules = [np, ak, torch, rs]
    print(
        ", ".join(
            f"{m.__name__} {getattr(m, '__version__', '?')}" for m in modules if m is not None
        )
    )
    for case in all_cases():
        if re.search(arguments.only, case.name):
            measure(case, arguments.turns)
    return 0


if __name__ == "__main__":
    sys.exit(main())
