"""Bags of table rows: rowsplit, torch and TensorFlow side by side in one run.

    ROWSPLIT_BENCH_TEXT=english.txt ./run bench peers embedding [OPTION]...
    python bench/peers/embedding.py [--rows LIST] [--widths LIST] [--ids LIST]
        [--formats LIST] [--modes LIST] [--cores LIST] [--count N] [--turns N]
        [--full] [--only REGEX]

LIST is comma-separated; --full is the whole grid: 100,000 and 1,000,000 rows,
16, 64, 128 and 300 wide, the ids of the text's words (a bag a line) and uniform
ones (20 a bag), all formats and modes, one core, then two. Each number of cores
is a process of its own, since peers fix their threads when they start.

Before a contender is timed, its first bags are compared with NumPy's, in double
precision from the values that its table stores; rowsplit's int8 and int4 tables
are the very bytes that torch packed. Contenders take turns; a figure is the
median of the turns in nanoseconds an id (processor time on one core, the clock
on more), with the least and the most, the bytes of the rows read in a second,
and how many times rowsplit's time it is. A contender that is not installed, that
fails, or that gives another answer is named and left out.

Where the program rowsplit_embedding_table was built (`./run bench` builds it),
what the memory gives is measured by it in the same run.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

GRID = {
    "rows": "100000",
    "widths": "64",
    "ids": "text,uniform",
    "formats": "float32,float16,int8,int4",
    "modes": "sum,mean,max",
    "cores": "1",
}
FULL = {
    "rows": "100000,1000000",
    "widths": "16,64,128,300",
    "ids": "text,uniform",
    "formats": "float32,float16,bfloat16,int8,int4",
    "modes": "sum,mean,max",
    "cores": "1,2",
}
PROGRAM = "build/bench/bench/rowsplit_embedding_table"


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in GRID.items():
        parser.add_argument(f"--{name}", help=f"comma-separated; default {default}")
    parser.add_argument("--full", action="store_true", help="the whole grid")
    parser.add_argument("--count", type=int, default=400_000, help="ids a call")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--only", default="", help="the cells whose name it matches")
    parser.add_argument("--program", default=PROGRAM, help="rowsplit_embedding_table")
    parser.add_argument("--worker", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    for name, default in (FULL if options.full else GRID).items():
        given = getattr(options, name)
        setattr(options, name, (default if given is None else given).split(","))
    return options


OPTIONS = parse()
CORES = OPTIONS.worker
if CORES:
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[variable] = str(CORES)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import numpy as np  # noqa: E402  the threads come first


def load(name: str):
    """The module, or None with a word about why."""
    try:
        return __import__(name)
    except Exception as error:  # a peer may be missing or broken
        print(f"{name} is left out: {type(error).__name__}: {error}")
        return None


rs = torch = tf = None
if CORES:
    torch, tf, rs = load("torch"), load("tensorflow"), load("rowsplit")
    if torch is not None:
        torch.set_num_threads(CORES)
    if tf is not None:
        tf.config.threading.set_intra_op_parallelism_threads(CORES)
        tf.config.threading.set_inter_op_parallelism_threads(1)


@dataclass
class Ids:
    """Bags of ids in the form that each contender takes."""

    flat: np.ndarray
    splits: np.ndarray

    def __post_init__(self):
        if torch is not None:
            self.torch_flat = torch.from_numpy(self.flat)
            self.torch_offsets = torch.from_numpy(self.splits[:-1].copy())
        if tf is not None:
            rows = np.repeat(np.arange(len(self.splits) - 1), np.diff(self.splits))
            columns = np.arange(len(self.flat)) - self.splits[rows]
            self.sparse = tf.SparseTensor(
                np.stack([rows, columns], 1), self.flat,
                [len(self.splits) - 1, int(np.diff(self.splits).max())])
            self.tf_flat = tf.constant(self.flat)
            self.tf_splits = tf.constant(self.splits)
        if rs is not None:
            self.ragged = rs.RaggedTensor.from_row_splits(self.flat, self.splits)


class Table:
    """One table in the form that each contender takes, made when it is asked
    for: the large ones are some gigabytes together."""

    def __init__(self, values: np.ndarray, row_format: str):
        self.float32 = values
        self.row_format = row_format
        self.width = values.shape[1]
        self.tensor = self.stored = None
        if torch is not None and row_format != "float32":
            weight = torch.from_numpy(values)
            quantized = torch.ops.quantized
            self.tensor = {
                "float16": lambda: weight.half(),
                "bfloat16": lambda: weight.bfloat16(),
                "int8": lambda: quantized.embedding_bag_byte_prepack(weight),
                "int4": lambda: quantized.embedding_bag_4bit_prepack(weight),
            }[row_format]()
        elif torch is not None:
            self.tensor = torch.from_numpy(values)

    @property
    def row_bytes(self) -> int:
        width = self.width
        return {"float32": 4 * width, "float16": 2 * width, "bfloat16": 2 * width,
                "int8": width + 8, "int4": (width + 1) // 2 + 4}[self.row_format]

    def read(self, ids: np.ndarray) -> np.ndarray:
        """The rows that the table stores, in double precision."""
        if self.row_format in ("float32", "float16", "bfloat16"):
            if self.tensor is None:
                return self.float32[ids].astype(np.float64)
            return self.tensor[torch.from_numpy(ids)].double().numpy()
        rows = self.tensor[torch.from_numpy(ids)].numpy()
        if self.row_format == "int8":
            codes = rows[:, : self.width]
            scale_and_offset = rows[:, self.width :].copy().view(np.float32)
        else:
            packed = rows[:, : (self.width + 1) // 2]
            codes = np.stack([packed & 15, packed >> 4], 2).reshape(len(rows), -1)
            codes = codes[:, : self.width]
            scale_and_offset = rows[:, (self.width + 1) // 2 :].copy().view(np.float16)
        scale, offset = scale_and_offset.astype(np.float64).T
        return codes * scale[:, None] + offset[:, None]

    def ours(self):
        """rowsplit's: float32 and what torch packed as they are."""
        if self.row_format == "float32":
            return rs.EmbeddingTable.from_array(self.float32)
        if self.row_format in ("int8", "int4"):
            return rs.EmbeddingTable.from_array(self.tensor.numpy(), row_format=self.row_format,
                                                width=self.width)
        return rs.EmbeddingTable.from_array(self.float32).convert_to(self.row_format)


def contenders(table: Table, ids: Ids, mode: str) -> dict[str, Callable]:
    calls: dict[str, Callable] = {}
    if rs is not None:
        ours = table.ours()
        calls["rowsplit"] = lambda: rs.embedding_bag(ours, ids.ragged, mode=mode)
    if torch is not None:
        bags = (ids.torch_flat, ids.torch_offsets)
        if table.row_format in ("float32", "float16", "bfloat16"):
            bag = torch.nn.functional.embedding_bag
            calls["torch"] = lambda: bag(bags[0], table.tensor, bags[1], mode=mode)
        elif mode == "sum":
            quantized = torch.ops.quantized
            packed_bag = (quantized.embedding_bag_byte_rowwise_offsets
                          if table.row_format == "int8"
                          else quantized.embedding_bag_4bit_rowwise_offsets)
            calls["torch"] = lambda: packed_bag(table.tensor, *bags)
    if tf is not None and table.row_format == "float32":
        params = tf.constant(table.float32)
        if mode != "max":
            calls["tf lookup_sparse"] = lambda: tf.nn.embedding_lookup_sparse(
                params, ids.sparse, None, combiner=mode)
        reduce = {"sum": tf.reduce_sum, "mean": tf.reduce_mean, "max": tf.reduce_max}[mode]
        calls["tf gather + reduce"] = lambda: reduce(
            tf.RaggedTensor.from_row_splits(
                tf.gather(params, ids.tf_flat), ids.tf_splits, validate=False), axis=1)
    return calls


CHECKED_BAGS = 500


def expected_bags(table: Table, ids: Ids, mode: str) -> dict[int, np.ndarray]:
    """The first bags that are not empty."""
    bags = {}
    for bag in range(min(CHECKED_BAGS, len(ids.splits) - 1)):
        begin, end = ids.splits[bag], ids.splits[bag + 1]
        if begin == end:
            continue
        rows = table.read(ids.flat[begin:end])
        bags[bag] = {"sum": rows.sum, "mean": rows.mean, "max": rows.max}[mode](axis=0)
    return bags


def largest_error(answer, expected: dict[int, np.ndarray], ids: Ids) -> float:
    """For a bag of ten ids or less; of more, in proportion."""
    if torch is not None and isinstance(answer, torch.Tensor):
        answer = answer.float()
    array = np.asarray(answer)
    sizes = np.diff(ids.splits)
    return max(float(np.abs(array[bag] - row).max()) / max(1, sizes[bag] / 10)
               for bag, row in expected.items())


# Items are at most 0.05; half precision results are rounded to 2^-11 of a sum.
MOST_ERROR = {"float32": 1e-5, "float16": 1e-3, "bfloat16": 8e-3, "int8": 1e-5, "int4": 1e-5}


def seconds(run: Callable) -> float:
    clock = time.process_time if CORES == 1 else time.perf_counter
    begin = clock()
    run()
    return clock() - begin


def measure(table: Table, ids: Ids, mode: str) -> None:
    calls = {}
    expected = expected_bags(table, ids, mode)
    for who, run in contenders(table, ids, mode).items():
        try:
            error = largest_error(run(), expected, ids)
            why = f"differs by {error:.3g}" if not error <= MOST_ERROR[table.row_format] else ""
        except Exception as failure:  # whatever a peer raises, the others go on
            why = f"{type(failure).__name__}: {str(failure).splitlines()[0][:90]}"
        if why:
            print(f"    {who:18} left out: {why}")
        else:
            calls[who] = run
    times: dict[str, list[float]] = {who: [] for who in calls}
    for _ in range(OPTIONS.turns):
        for who, run in calls.items():
            times[who].append(seconds(run))
    middle = {who: statistics.median(all_times) for who, all_times in times.items()}
    count = len(ids.flat)
    for who, all_times in times.items():
        rate = count * table.row_bytes / middle[who] / 1e9
        ratio = middle[who] / middle["rowsplit"] if "rowsplit" in middle else float("nan")
        print(f"    {who:18} {middle[who] / count * 1e9:8.2f} ns an id "
              f"({min(all_times) / count * 1e9:.2f} - {max(all_times) / count * 1e9:.2f}) "
              f"{rate:7.1f} GB/s  x {ratio:.2f}", flush=True)


def print_bandwidth(rows: str, row_bytes: int) -> None:
    if not os.access(OPTIONS.program, os.X_OK):
        return
    result = subprocess.run(
        [OPTIONS.program, "--bandwidth", f"{rows}x{row_bytes}"],
        capture_output=True, text=True, check=False)
    print(f"  memory, rows of {row_bytes} bytes, one core: "
          f"{result.stdout.strip() or result.stderr.strip()}", flush=True)


def read_lines() -> list[str]:
    path = os.environ.get("ROWSPLIT_BENCH_TEXT")
    if path is None:
        random = np.random.default_rng(1)
        ranks = (50_000 ** random.random(50_000 * 17)).astype(int)
        return [" ".join(f"w{rank:x}" for rank in line) for line in ranks.reshape(-1, 17)]
    with open(path, encoding="utf-8", newline="\n") as file:
        return file.read().split("\n")[:-1]


def make_ids(kind: str, num_rows: int) -> Ids:
    if kind == "uniform":
        bag_size = 20
        num_bags = OPTIONS.count // bag_size
        flat = np.random.default_rng(1).integers(0, num_rows, num_bags * bag_size)
        return Ids(flat, np.arange(num_bags + 1) * bag_size)
    lines = read_lines()
    layer = rs.TextVectorization(max_tokens=num_rows, ragged=True)
    layer.adapt(lines)
    ids = layer(lines)
    splits = np.asarray(ids.row_splits)
    num_bags = max(1, int(np.searchsorted(splits, OPTIONS.count, side="right")) - 1)
    return Ids(np.asarray(ids.flat_values)[: splits[num_bags]].copy(),
               splits[: num_bags + 1].copy())


def run_worker() -> None:
    print(f"\n{CORES} core{'s' * (CORES > 1)}")
    if torch is not None:
        print(f"torch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}")
    if tf is not None:
        print(f"tensorflow {tf.__version__}")
    wanted = re.compile(OPTIONS.only)
    for rows in OPTIONS.rows:
        all_ids = {}
        for width in OPTIONS.widths:
            shape = (int(rows), int(width))
            values = np.random.default_rng(2).random(shape, dtype=np.float32)
            values = (values - 0.5) * np.float32(0.1)
            for row_format in OPTIONS.formats:
                cells = [(kind, mode, name) for kind in OPTIONS.ids for mode in OPTIONS.modes
                         if wanted.search(name := f"{rows} x {width}, {row_format}, {kind} "
                                                  f"ids, {mode}")]
                if not cells:
                    continue
                if row_format in ("int8", "int4") and torch is None:
                    print(f"  {row_format} is left out: torch packs its tables")
                    continue
                table = Table(values, row_format)
                if CORES == 1:
                    print_bandwidth(rows, table.row_bytes)
                for kind, mode, name in cells:
                    if kind not in all_ids:
                        all_ids[kind] = make_ids(kind, int(rows))
                    print(f"  {name}", flush=True)
                    measure(table, all_ids[kind], mode)


def machine() -> str:
    model = "unknown processor"
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return f"{model}, {os.cpu_count()} processors"


def main() -> int:
    if CORES:
        run_worker()
        return 0
    print(machine(), flush=True)
    status = 0
    for cores in OPTIONS.cores:
        if int(cores) > len(os.sched_getaffinity(0)):
            print(f"there are no {cores} cores")
            continue
        child = [sys.executable, "-B", __file__, *sys.argv[1:], "--worker", cores]
        status = max(status, subprocess.run(child, check=False).returncode)
    return status


if __name__ == "__main__":
    sys.exit(main())
