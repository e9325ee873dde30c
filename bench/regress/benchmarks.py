"""Runs single Google Benchmarks, and says how long an iteration took."""

import dataclasses
import json
import os
import pathlib
import re
import subprocess

# Each turn takes the least of so many repetitions: what disturbs one of them
# makes it longer, never shorter.
REPETITIONS = 3
MIN_TIME = 0.03  # seconds of a repetition
TIMEOUT = 300
NANOSECONDS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}

# Compared unless others are asked for: the hot paths, a few seconds each.
QUICK = (
    "data/BM_AppendNpyInts/int32/10000",
    "data/BM_CheckTfrecord/65536",
    "embedding/BM_BagGradient/0/1",
    "embedding/BM_EmbeddingBag/max/100000/64/1",
    "embedding/BM_EmbeddingBag/sum/100000/64/1",
    "embedding/BM_EmbeddingBag/sum_int8/100000/64/1",
    "kernels/BM_TokenBlocks",
    "kernels/BM_TokenIds/5000",
    "ops/BM_Concat<int64_t>/17/1",
    "ops/BM_Gather/5000",
    "ops/BM_Max/1/262144/1",
    "ops/BM_SliceColumns/34",
    "ops/BM_Softmax/16",
    "ops/BM_Sort<int64_t>/34",
    "ops/BM_Sum/0/262144/1",
    "ops/BM_ToDense<int64_t>/17",
    "ops/BM_Variance/0/262144/1",
    "ops/BM_Window/within/11/11",
    "pipeline/BM_TextEmbedding/5000",
    "pipeline/BM_TextVectorization/5000",
    "pipeline/BM_TextVectorization_Adapt",
    "text/BM_FastWordpiece",
    "text/BM_FoldCase/1",
    "text/BM_Join",
    "text/BM_Ngrams",
    "text/BM_Normalize/2/1",
    "text/BM_RegexReplace/class",
    "text/BM_SplitWhitespace/0",
    "text/BM_SplitWords/1",
    "text/BM_StripPunctuation/0",
    "text/BM_ToLower",
    "text/BM_Wordpiece",
    "vocab/BM_AddSpans/prose",
    "vocab/BM_EncodeIdsCsr/count/20",
    "vocab/BM_FindSpans/prose/5000",
    "vocab/BM_Lookup/tokens_first/1",
)


class BenchmarkError(Exception):
    """A benchmark can't be run; says why."""


@dataclasses.dataclass(frozen=True)
class Benchmark:
    """One that both commits have."""

    name: str  # area/BM_…
    old: pathlib.Path
    new: pathlib.Path

    @property
    def inner_name(self):
        return self.name.split("/", 1)[1]


def run_program(program, *options):
    try:
        result = subprocess.run(
            [str(program), *options], capture_output=True, text=True, timeout=TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired:
        raise BenchmarkError(f"{program.name} {' '.join(options)}: over {TIMEOUT} s") from None
    if result.returncode != 0:
        tail = result.stderr.strip().split("\n")[-5:]
        raise BenchmarkError(
            f"{program.name} {' '.join(options)}: exit {result.returncode}: {' '.join(tail)}"
        )
    return result.stdout


def names(programs):
    """area/BM_… of each benchmark, and its program."""
    found = {}
    for program_name, path in programs.items():
        if not program_name.endswith("_bench"):
            continue
        area = program_name.removeprefix("rowsplit_").removesuffix("_bench")
        for line in run_program(path, "--benchmark_list_tests").split():
            found[f"{area}/{line}"] = path
    return found


def choose(old, new, only):
    """The benchmarks of both, and what only one of them has."""
    chosen = QUICK.__contains__ if only is None else re.compile(only).search
    both = [Benchmark(name, old[name], new[name]) for name in sorted(old.keys() & new.keys())]
    single = sorted(old.keys() ^ new.keys())
    return [one for one in both if chosen(one.name)], [name for name in single if chosen(name)]


def exact_filter(name):
    """A regular expression for this benchmark alone."""
    return "^" + re.sub(r"([][.^$*+?(){}|\\])", r"\\\1", name) + "$"


def nanoseconds(output, name):
    """The least time of an iteration in Google Benchmark's JSON: of the CPU, which
    does not count what others do on it, unless the benchmark asks for real time."""
    measured = "real_time" if "/real_time" in name else "cpu_time"
    times = []
    for entry in json.loads(output)["benchmarks"]:
        if entry.get("error_occurred"):
            raise BenchmarkError(f"{name}: {entry.get('error_message', 'failed')}")
        if entry.get("run_type", "iteration") == "iteration":
            times.append(entry[measured] * NANOSECONDS[entry["time_unit"]])
    if not times or min(times) <= 0:
        raise BenchmarkError(f"{name}: no time was measured")
    return min(times)


def time(program, name):
    output = run_program(
        program,
        f"--benchmark_filter={exact_filter(name)}",
        f"--benchmark_repetitions={REPETITIONS}",
        f"--benchmark_min_time={MIN_TIME}",
        "--benchmark_format=json",
    )
    return nanoseconds(output, name)


def pin_to_one_core():
    """This process and those that it starts; which core."""
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return core
