"""The modules that contenders are made of, held to a number of threads."""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.metadata
import os
import platform

from suite.task import Missing

REQUIREMENTS = os.path.join(os.path.dirname(__file__), "requirements.txt")
# Read once by each library, when it starts.
VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS",
             "POLARS_MAX_THREADS", "RAYON_NUM_THREADS", "TOKIO_WORKER_THREADS")


def confine(threads: int) -> int:
    """Holds this process, and what it starts, to so many cores (0 for all) and to
    as many threads; before a peer is imported. Gives the number."""
    cores = sorted(os.sched_getaffinity(0), reverse=True)
    cores = cores[: threads or len(cores)]
    os.sched_setaffinity(0, cores)
    for name in VARIABLES:
        os.environ[name] = str(len(cores))
    os.environ["TOKENIZERS_PARALLELISM"] = "true" if len(cores) > 1 else "false"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    return len(cores)


def set_tensorflow(tf, threads: int) -> None:
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)


THREADS = {
    "tensorflow": set_tensorflow,
    "torch": lambda torch, threads: torch.set_num_threads(threads),
    "pyarrow": lambda arrow, threads: arrow.set_cpu_count(threads),
}


# What torch's optimizers and nested tensors import when they are used; it ends a
# process that has imported TensorFlow before.
TORCH_LATER = "torch._dynamo"


@functools.cache
def load(name: str):
    """The module, held to the cores that this process has; raises Missing with the
    reason if it can't be imported."""
    if name in ("tensorflow", "keras"):
        with contextlib.suppress(Missing):
            load(TORCH_LATER)
    try:
        module = importlib.import_module(name)
        if name in THREADS:
            THREADS[name](module, len(os.sched_getaffinity(0)))
        return module
    except Exception as error:  # a peer may be missing or broken
        first = (str(error).splitlines() or [""])[0]
        raise Missing(f"{type(error).__name__}: {first[:200]}") from error


def distributions() -> list[str]:
    """The names in requirements.txt."""
    with open(REQUIREMENTS, encoding="utf-8") as file:
        lines = [line.split("#")[0].strip() for line in file]
    return [line.split("=")[0].split("<")[0].split(">")[0].strip() for line in lines if line]


def versions() -> tuple[dict[str, str], dict[str, str]]:
    """The versions of what is installed, and why the rest is not there."""
    found, missing = {}, {}
    for name in ["rowsplit", *distributions(), "keras"]:  # which TensorFlow brings
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            missing[name] = "not installed"
    found["Python"] = platform.python_version()
    return found, missing
