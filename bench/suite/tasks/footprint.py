"""What a library costs before it does anything, and while it does: import, the
first answer of a process, memory, disk."""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator

from suite import installed
from suite.child import listed, run, server
from suite.setting import Setting
from suite.task import Contender, Missing, Task
from suite.tasks.job import CONFIG, prepare

# Name, module to import, distribution.
PACKAGES = [
    ("rowsplit", "rowsplit", "rowsplit"),
    ("TensorFlow", "tensorflow", "tensorflow"),
    ("Keras", "keras", "keras"),
    ("torch", "torch", "torch"),
    ("pyarrow", "pyarrow.compute", "pyarrow"),
    ("polars", "polars", "polars"),
    ("scikit-learn", "sklearn.feature_extraction.text", "scikit-learn"),
    ("Hugging Face", "tokenizers", "tokenizers"),
    ("awkward", "awkward", "awkward"),
    ("StringZilla", "stringzilla", "stringzilla"),
    ("tokie", "tokie", "tokie"),
]
LINE = "The old miller did not see the two crows, but they saw him."
# Bytes of text whose memory is measured: in each mode up to the whole text.
MEMORY_SIZES = (1_000_000, 4_000_000, 16_000_000, 64_000_000)
PUNCTUATION = r"""[!"#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~']"""

# Programs that print the ids of the line; argv: vocabulary, line.
FIRST_IDS = {
    "rowsplit": """
import sys, rowsplit
layer = rowsplit.TextVectorization(vocabulary=sys.argv[1], ragged=True)
print(*layer([sys.argv[2]]).flat_values.tolist())
""",
    "Keras": """
import sys, keras
layer = keras.layers.TextVectorization(vocabulary=sys.argv[1])
print(*layer([sys.argv[2]]).numpy()[0].tolist())
""",
    "Hugging Face": f"""
import sys, tokenizers as hf
with open(sys.argv[1], encoding="utf-8") as file:
    tokens = ["", "[UNK]", *file.read().split("\\n")[:-1]]
model = hf.models.WordLevel(dict(zip(tokens, range(len(tokens)))), unk_token="[UNK]")
tokenizer = hf.Tokenizer(model)
tokenizer.normalizer = hf.normalizers.Sequence(
    [hf.normalizers.Lowercase(), hf.normalizers.Replace(hf.Regex({PUNCTUATION!r}), "")])
tokenizer.pre_tokenizer = hf.pre_tokenizers.WhitespaceSplit()
print(*tokenizer.encode(sys.argv[2]).ids)
""",
}
MODULES = {"rowsplit": "rowsplit", "Keras": "keras", "Hugging Face": "tokenizers"}
FIRST_FORMS = {
    "rowsplit": "python -c, rowsplit.TextVectorization over vocab.txt",
    "Keras": "python -c, keras.layers.TextVectorization over vocab.txt, on TensorFlow",
    "Hugging Face": "python -c, tokenizers' WordLevel over vocab.txt",
}


def python(code: str, *arguments: str):
    """A fresh process of Python, on the cores of this one."""
    return run([sys.executable, "-c", code, *arguments], os.sched_getaffinity(0),
               environment={"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"})


def need(module: str) -> None:
    if importlib.util.find_spec(module.partition(".")[0]) is None:
        raise Missing(f"{module} is not installed")


def not_warmed(figure: Callable[[], float]) -> Callable[[int], float]:
    """Without the turn that warms up: what others have run is in the page cache."""
    return lambda turn: figure() if turn >= 0 else 0.0


def imports(setting: Setting) -> Task:
    def of(name: str, module: str) -> Contender:
        def figure() -> float:
            need(module)
            return python(f"import {module}").cpu_seconds * 1e3
        return Contender(name, f"python -c 'import {module}'", not_warmed(figure))

    # Keras imports TensorFlow.
    return Task("footprint/import", "A process from its start until the library is imported",
                [of(name, module) for name, module, _ in PACKAGES
                 if name != "Keras" or setting.full],
                unit="ms", seconds=setting.pick(0.1, 10.0))


def first_ids(setting: Setting) -> Iterator[Task]:
    folder = os.path.join(setting.folder, "first-ids")

    @functools.cache
    def made() -> str:
        """A run without cleaning steps and windows leaves its vocabulary here."""
        shutil.rmtree(folder, ignore_errors=True)
        run([setting.command(), "prepare", "--input", setting.text("english").head(1_000_000).path,
             "--output", folder, "--format", "text", "--max-tokens", "5000", "--quiet"],
            os.sched_getaffinity(0))
        return folder

    def by_command():
        return run([setting.command(), "vectorize", "--quiet", "--vectorizer",
                    os.path.join(made(), "vectorizer.json")], os.sched_getaffinity(0),
                   given=LINE.encode() + b"\n")

    def by_python(name: str):
        need(MODULES[name])
        return python(FIRST_IDS[name], os.path.join(made(), "vocab.txt"), LINE)

    def contender(name: str, form: str, runs: Callable) -> Contender:
        done = []  # the process that answers is the first that is timed

        def run_of(turn: int):
            while len(done) <= turn:
                done.append(runs())
            return done[turn]

        return Contender(name, form,
                         lambda turn: run_of(turn).cpu_seconds * 1e3 if turn >= 0 else 0.0,
                         lambda: [int(word) for word in run_of(0).output.split()])

    yield Task("footprint/first_ids", "A process of Python from its start to the ids of one line",
               [contender(name, FIRST_FORMS[name], functools.partial(by_python, name))
                for name in FIRST_IDS],
               unit="ms", seconds=setting.pick(0.1, 10.0))
    yield Task("footprint/first_ids_command", "The command from its start to the ids of one line",
               [contender("rowsplit", "rowsplit vectorize --vectorizer, from a pipe", by_command)],
               unit="ms")


def memory(setting: Setting, size: int) -> Task:
    """One process does the sizes one after another, so a peak is that of all texts
    up to this one; rowsplit's is a process each."""
    folder = os.path.join(setting.folder, "memory")

    def path() -> str:
        return setting.text("english").head(size).path

    def ours() -> float:
        return prepare(setting, path(), folder, os.sched_getaffinity(0)).peak_mib

    def peer(name: str, library: str, function: str, form: str) -> Contender:
        def figure() -> float:
            process = server(setting, "suite.sample_job", library,
                             listed(os.sched_getaffinity(0)), function)
            return process.ask(form=function, text=path(), folder=folder)["peak_mib"]
        return Contender(name, form, not_warmed(figure))

    return Task("footprint/memory", "Peak of resident memory of the sample job",
                [Contender("rowsplit", f"rowsplit prepare --config {CONFIG} --format npy",
                           not_warmed(ours)),
                 peer("TensorFlow, vectorised", "tensorflow", "vectorised",
                      "tf.data over blocks of lines, two passes, in bounded memory"),
                 peer("TensorFlow, layer on batches", "tensorflow", "as_written_batched",
                      "tf.data by single lines, Keras' layer on batches")
                 if setting.full and size <= 8_000_000 else
                 Contender("TensorFlow, layer on batches", "tf.data by single lines, Keras' layer "
                           "on batches", cannot="takes too long for this size or mode"),
                 peer("pyarrow", "pyarrow", "arrow", "kernels over one array of the lines"),
                 peer("polars", "polars", "polars", "one frame of the lines")],
                text="english", unit="MiB", axis=("text bytes", size), seconds=0.1)


def disk(setting: Setting) -> Iterator[Task]:
    def of(name: str, distribution: str) -> Contender:
        @functools.cache
        def figure() -> float:
            try:
                return installed.package_mib(distribution, linked=name == "rowsplit")
            except importlib.metadata.PackageNotFoundError as error:
                raise Missing(f"{distribution} is not installed") from error

        libraries = ", and the system's shared libraries that it is linked with"
        return Contender(name, f"the files of {distribution} and of what it requires, by RECORD"
                         + libraries * (name == "rowsplit"), not_warmed(figure),
                         note="as pip installs it, with CUDA" if name == "torch" else "")

    @functools.cache
    def command() -> float:
        return installed.program_mib(setting.command())

    yield Task("footprint/disk", "Installed size of a package with what it requires",
               [of(name, distribution) for name, _, distribution in PACKAGES],
               unit="MiB", seconds=0.01)
    yield Task("footprint/disk_command", "Installed size of the command",
               [Contender("rowsplit", "the program and the shared libraries that it is linked "
                          "with, but for those of C and C++", not_warmed(command))],
               unit="MiB", seconds=0.01)


def tasks(setting: Setting) -> Iterator[Task]:
    yield imports(setting)
    yield from first_ids(setting)
    for size in setting.pick(MEMORY_SIZES[:2], MEMORY_SIZES):
        if size <= setting.text("english").size * 1.01:
            yield memory(setting, size)
    yield from disk(setting)
