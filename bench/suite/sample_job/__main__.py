"""A process that does the sample job by one library, as often as it is asked.

    PYTHONPATH=bench python -m suite.sample_job LIBRARY CORES

stays on the cores (such as 0,1), with a thread for each, imports the library
(tensorflow, pyarrow or polars), and says {"ready": VERSION} or {"missing": WHY}.
Then it takes lines of JSON on standard input, {"form": …, "text": …, "folder": …,
"shuffle": …}: it does the job of the text into the folder and answers with
{"seconds": …} by the clock and {"cpu_seconds": …} of the processor, imports left
out, and the process's peak of memory so far, {"peak_mib": …}.
"""

from __future__ import annotations

import json
import os
import sys
import time


def set_environment(threads: int) -> None:
    """What libraries read when they are imported."""
    for name in ("OMP_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS"):
        os.environ[name] = str(threads)
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"


def load(library: str, threads: int):
    """The module of the library's forms, and its version."""
    version = __import__(library).__version__
    if library == "tensorflow":
        from suite.sample_job import tensorflow_forms
        tensorflow_forms.set_threads(threads)
        return tensorflow_forms, version
    from suite.sample_job import table_forms
    return table_forms, version


def peak_mib() -> float:
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM:")) / 1024


def main(library: str, cores: set[int]) -> None:
    # Libraries may print; the answers have a stream of their own.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    os.sched_setaffinity(0, cores)
    set_environment(len(cores))
    try:
        forms, version = load(library, len(cores))
    except Exception as error:  # a library may be missing or broken
        print(json.dumps({"missing": f"{type(error).__name__}: {error}"}), file=answers)
        return
    print(json.dumps({"ready": version}), file=answers)
    from suite.sample_job.settings import Work
    for line in sys.stdin:
        question = json.loads(line)
        run = getattr(forms, question.pop("form"))
        begin, cpu_begin = time.perf_counter(), time.process_time()
        run(Work(threads=len(cores), **question))
        print(json.dumps({"seconds": time.perf_counter() - begin,
                          "cpu_seconds": time.process_time() - cpu_begin,
                          "peak_mib": peak_mib()}), file=answers)


if __name__ == "__main__":
    main(sys.argv[1], {int(core) for core in sys.argv[2].split(",")})
