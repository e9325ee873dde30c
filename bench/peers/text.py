"""Tasks on text: rowsplit and the specialists side by side in one run.

    ROWSPLIT_BENCH_TEXT=english.txt ./run bench peers text [OPTION]...
    python bench/peers/text.py [TEXT]... [--tokenizer tokenizer.json]
        [--only REGEX] [--turns N] [--program PATH]

TEXT are files, taken line by line; without one, those of ROWSPLIT_BENCH_TEXT and
ROWSPLIT_BENCH_LANGUAGES, else data_samples' stories. The tasks:

    delete     the ASCII punctuation class deleted
    split      tokens between ASCII white space (spans, or what a peer makes)
    nfkc       Unicode normalization form NFKC
    fold       full case folding
    words      word boundaries of UAX 29
    wordpiece  BERT's ids by a tokenizer.json (only with --tokenizer)

Everything runs on one core. Before a contender is timed, its whole answer is
compared with that of the task's judge: plain Python for delete and split, ICU for
nfkc and fold, StringZilla for words, Hugging Face's tokenizers for wordpiece; where
one is not there, rowsplit. The share of lines that differ is said; a contender with
more than one line in a hundred (of words five, since ICU cuts some scripts by a
dictionary) is left out. Contenders take turns; a figure is the
median of the turns in MB of text for each second of processor time, with the
least and the most behind it. For wordpiece each turn takes lines that no turn
before it has seen. A peer that is not installed, or that fails, is named.

rowsplit and ICU are measured by the program rowsplit_text_table, which `./run
bench` builds; the others from Python, each with the call that does the most at
once.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field

os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
for name in ("OMP_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[name] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

PROGRAM = "build/bench/bench/rowsplit_text_table"
SAMPLES = "data_samples/stories"
PUNCTUATION = bytes(b for b in range(33, 127) if not chr(b).isalnum())
SPACE = " \t\n\v\f\r"
TASKS = ("delete", "split", "nfkc", "fold", "words", "wordpiece")
# The greatest share of lines that may differ. ICU's words are not those of UAX 29
# alone: some scripts are cut by a dictionary.
TOLERANCE = {"words": 0.05}


def load(name: str):
    """The module, or None with a word about why."""
    try:
        __import__(name)
        return sys.modules[name]
    except Exception as error:  # a peer may be missing or broken
        print(f"{name} is left out: {type(error).__name__}: {str(error)[:100]}")
        return None


class Program:
    """rowsplit_text_table over one text."""

    def __init__(self, path: str, text: str, tokenizer: str | None, parts: int):
        self.child = subprocess.Popen([path, text, tokenizer or "-", str(parts)],
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, command: str) -> str:
        self.child.stdin.write(command + "\n")
        self.child.stdin.flush()
        answer = self.child.stdout.readline()
        if not answer:
            raise RuntimeError("rowsplit_text_table has ended")
        return answer.strip()

    def contenders(self) -> list[tuple[str, str]]:
        pairs, answer = [], self.ask("list")
        while answer:
            pairs.append(tuple(answer.split(" ", 1)))
            answer = self.child.stdout.readline().strip()
        return pairs

    def written(self, task: str, name: str) -> bytes:
        with tempfile.NamedTemporaryFile() as file:
            self.ask(f"write {task} {name} {file.name}")
            return file.read()

    def close(self):
        self.child.stdin.close()
        self.child.wait()


@dataclass
class Contender:
    """`time(part)` gives nanoseconds of processor time and bytes of text;
    `written()` the result of the whole text, as rowsplit_text_table writes it."""

    name: str
    time: Callable[[int], tuple[int, int]]
    written: Callable[[], bytes]
    figures: list[float] = field(default_factory=list)


class Lines:
    """The lines of a text in each form, whole (part -1) or in parts."""

    def __init__(self, path: str, parts: int):
        with open(path, "rb") as file:
            data = file.read()
        self.path = path
        self.lines = data.split(b"\n")
        if not self.lines[-1]:
            self.lines.pop()
        count = len(self.lines)
        self.parts = [self.lines[count * k // parts:count * (k + 1) // parts]
                      for k in range(parts)]
        self.forms: dict = {}

    def part(self, index: int) -> list[bytes]:
        return self.lines if index < 0 else self.parts[index]

    def form(self, index: int, name: str, make: Callable):
        """What `make` gives for a part, made once."""
        if (index, name) not in self.forms:
            self.forms[index, name] = make(self.part(index))
        return self.forms[index, name]


def joined(rows) -> bytes:
    return b"".join(row + b"\n" for row in rows)


def tokens_written(rows) -> bytes:
    return b"".join(b"".join(token + b"\n" for token in row) + b"\n" for row in rows)


def ids_written(rows) -> bytes:
    return joined(" ".join(map(str, row)).encode() for row in rows)


def of_python(lines: Lines, name: str, form: str, make: Callable, run: Callable,
              write: Callable) -> Contender:
    """A peer called from Python: `make` gives its input of a part, outside of the
    measured time, `run` its result, `write` the bytes of the result."""

    def timed(part: int) -> tuple[int, int]:
        value = lines.form(part, form, make)
        begin = time.process_time_ns()
        result = run(value)
        nanos = time.process_time_ns() - begin
        del result
        return nanos, sum(map(len, lines.part(part)))

    return Contender(name, timed, lambda: write(run(lines.form(-1, form, make))))


def coreutils(lines: Lines) -> list[Contender]:
    if shutil.which("tr") is None:
        print("tr is left out: not installed")
        return []
    command = ["tr", "-d", "[:punct:]"]
    environment = {**os.environ, "LC_ALL": "C"}

    def timed(_part: int) -> tuple[int, int]:
        with open(lines.path, "rb") as file:
            child = subprocess.Popen(command, stdin=file, stdout=subprocess.DEVNULL,
                                     env=environment)
            usage = os.wait4(child.pid, 0)[2]
            child.returncode = 0
        return int((usage.ru_utime + usage.ru_stime) * 1e9), os.path.getsize(lines.path)

    def written() -> bytes:
        with open(lines.path, "rb") as file:
            return subprocess.run(command, stdin=file, capture_output=True, env=environment,
                                  check=True).stdout

    return [Contender("tr -d", timed, written)]


def tensorflow(lines: Lines, task: str, tokenizer: str | None) -> list[Contender]:
    if tf is None:
        return []

    def tensors(rows):
        return tf.constant(rows, dtype=tf.string)

    def peer(run, write):
        return [of_python(lines, "TensorFlow", "tensor", tensors, run, write)]

    def strings(result):
        return joined(result.numpy())

    if task == "delete":
        return peer(lambda x: tf.strings.regex_replace(x, "[[:punct:]]", ""), strings)
    if task == "split":
        return peer(tf.strings.split, lambda rows: tokens_written(rows.to_list()))
    if tf_text is None:
        return []
    if task == "nfkc":
        return peer(lambda x: tf_text.normalize_utf8(x, "NFKC"), strings)
    if task == "wordpiece" and hf is not None:
        model = hf.Tokenizer.from_file(tokenizer)
        vocabulary = [token for token, _ in
                      sorted(model.get_vocab().items(), key=lambda item: item[1])]
        fast = tf_text.FastBertTokenizer(vocabulary, lower_case_nfd_strip_accents=True)
        return peer(fast.tokenize, lambda rows: ids_written(rows.to_list()))
    return []


def stringzilla(lines: Lines, task: str) -> list[Contender]:
    if sz is None:
        return []

    def whole(rows):
        return sz.Str(b"\n".join(rows) + b"\n")

    def peer(run, write):
        return [of_python(lines, "StringZilla", "Str", whole, run, write)]

    if task == "split":
        # The lines' ends are lost; those are found again for the comparison.
        return peer(lambda x: x.split_byteset(SPACE, skip_empty=True),
                    lambda tokens: b"\n".join(bytes(t) for t in tokens))
    if task == "nfkc":
        return peer(lambda x: sz.utf8_norm(x, "NFKC"), bytes)
    if task == "fold":
        return peer(sz.utf8_uncased_fold, bytes)
    if task == "words":
        def words(x):
            return [bytes(word) for word in sz.utf8_wordbreaks(x)]

        def as_rows(found):
            # The break of a line is a word of its own.
            return b"".join(b"\n" if word == b"\n" else word + b"\n" for word in found)

        return peer(words, as_rows)
    return []


def arrow(lines: Lines, task: str) -> list[Contender]:
    if pc is None:
        return []

    def array(rows):
        return pa.array([row.decode(errors="replace") for row in rows], pa.large_string())

    def peer(run, write):
        return [of_python(lines, "pyarrow", "array", array, run, write)]

    def strings(result):
        return joined(row.encode() for row in result.to_pylist())

    if task == "delete":
        return peer(lambda x: pc.replace_substring_regex(x, "[[:punct:]]", ""), strings)
    if task == "split":
        # Blanks at the ends of a line give empty strings, which are dropped here.
        return peer(pc.ascii_split_whitespace, lambda rows: tokens_written(
            [token.encode() for token in row if token] for row in rows.to_pylist()))
    if task == "nfkc":
        return peer(lambda x: pc.utf8_normalize(x, "NFKC"), strings)
    return []


def texts(rows) -> list[str]:
    return [row.decode(errors="replace") for row in rows]


def hugging_face(lines: Lines, task: str, tokenizer: str | None) -> list[Contender]:
    if hf is None:
        return []
    if task == "nfkc":
        form = hf.normalizers.NFKC()
        return [of_python(lines, "Hugging Face", "texts", texts,
                          lambda rows: [form.normalize_str(row) for row in rows],
                          lambda rows: joined(row.encode() for row in rows))]
    if task == "wordpiece":
        model = hf.Tokenizer.from_file(tokenizer)
        return [of_python(lines, "Hugging Face", "texts", texts,
                          lambda rows: model.encode_batch(rows, add_special_tokens=False),
                          lambda rows: ids_written(row.ids for row in rows))]
    return []


def tokie_peer(lines: Lines, task: str, tokenizer: str | None) -> list[Contender]:
    if tokie is None or task != "wordpiece":
        return []
    model = tokie.Tokenizer.from_json(tokenizer)
    return [of_python(lines, "tokie", "texts", texts,
                      lambda rows: model.encode_batch(rows, add_special_tokens=False),
                      lambda rows: ids_written(list(row.ids) for row in rows))]


def judge_of(task: str, lines: Lines, contenders: dict[str, Contender]) -> tuple[str, bytes]:
    """What the answers are compared with, and by whom it was made."""
    if task == "delete":
        return "plain Python", joined(line.translate(None, PUNCTUATION) for line in lines.lines)
    if task == "split":
        return "plain Python", tokens_written(line.split() for line in lines.lines)
    name = {"wordpiece": "Hugging Face", "words": "StringZilla"}.get(task, "ICU")
    name = name if name in contenders else "rowsplit"
    return name, contenders[name].written()


def differing(task: str, name: str, got: bytes, expected: bytes) -> float:
    """The share of lines (of the written form) that differ."""
    if task == "split" and name == "StringZilla":
        expected = b"\n".join(token for token in expected.split(b"\n") if token)
    if got == expected:
        return 0.0
    a, b = got.split(b"\n"), expected.split(b"\n")
    if len(a) == len(b):
        return sum(x != y for x, y in zip(a, b)) / max(len(b), 1)
    # More or fewer tokens: what does not stand in both, as often.
    count: dict[bytes, int] = {}
    for line in b:
        count[line] = count.get(line, 0) + 1
    for line in a:
        count[line] = count.get(line, 0) - 1
    return sum(map(abs, count.values())) / max(len(b), 1)


def guarded(what: str, make: Callable, default):
    """What `make` gives, or the default with a word about why not."""
    try:
        return make()
    except Exception as error:  # a peer may fail in its own way
        print(f"    {what} is left out: {type(error).__name__}: {str(error)[:100]}")
        return default


def measure(task: str, lines: Lines, program: Program, options: argparse.Namespace) -> None:
    contenders = []
    for known, name in program.contenders():
        if known == task:
            contenders.append(Contender(
                name, lambda part, n=name: tuple(
                    map(int, program.ask(f"time {task} {n} {part}").split())),
                lambda n=name: program.written(task, n)))
    makers: dict[str, Callable] = {
        "tr": lambda: coreutils(lines) if task == "delete" else [],
        "TensorFlow": lambda: tensorflow(lines, task, options.tokenizer),
        "StringZilla": lambda: stringzilla(lines, task),
        "pyarrow": lambda: arrow(lines, task),
        "Hugging Face": lambda: hugging_face(lines, task, options.tokenizer),
        "tokie": lambda: tokie_peer(lines, task, options.tokenizer)}
    for name, make in makers.items():
        contenders += guarded(name, make, [])
    if not contenders:
        return
    print(f"\n{task}, {os.path.basename(lines.path)}")
    judge, expected = judge_of(task, lines, {c.name: c for c in contenders})
    taking_part, notes = [], {}
    for contender in contenders:
        got = guarded(contender.name, contender.written, None)
        if got is None:
            continue
        share = differing(task, contender.name, got, expected)
        if share > TOLERANCE.get(task, 0.01):
            print(f"    {contender.name} is left out: {share:.1%} of its lines differ from "
                  f"{judge}'s")
            continue
        notes[contender.name] = f", {share:.3%} of the lines differ" if share else ""
        taking_part.append(contender)
    parts = range(options.turns) if task == "wordpiece" else [-1] * options.turns
    for part in parts:
        for contender in taking_part:
            nanos, size = contender.time(part)
            contender.figures.append(size / nanos * 1e3)
    ours = next((statistics.median(c.figures) for c in taking_part if c.name == "rowsplit"), None)
    for c in sorted(taking_part, key=lambda c: -statistics.median(c.figures)):
        median = statistics.median(c.figures)
        times = f", rowsplit is {ours / median:.1f} times as fast" if (
            ours and c.name != "rowsplit") else ""
        print(f"    {c.name:14} {median:8.1f} MB/s  ({min(c.figures):.1f} to "
              f"{max(c.figures):.1f}){times}{notes[c.name]}")


def default_texts() -> list[str]:
    named = [os.environ[name] for name in ("ROWSPLIT_BENCH_TEXT", "ROWSPLIT_BENCH_LANGUAGES")
             if os.environ.get(name)]
    if named:
        return named
    return sorted(os.path.join(SAMPLES, name) for name in os.listdir(SAMPLES)
                  if name.endswith(".txt"))[:1]


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("texts", nargs="*", help="files, taken line by line")
    parser.add_argument("--tokenizer", help="a tokenizer.json of a WordPiece model")
    parser.add_argument("--only", default=".", help="the tasks whose name it matches")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--program", default=PROGRAM, help="rowsplit_text_table")
    options = parser.parse_args()
    options.turns = max(options.turns, 1)
    return options


def main() -> int:
    options = parse()
    if not os.access(options.program, os.X_OK):
        print(f"{options.program} is not there; ./run bench peers text builds it")
        return 1
    for path in options.texts or default_texts():
        lines = Lines(path, options.turns)
        program = Program(options.program, path, options.tokenizer, options.turns)
        for task in TASKS:
            if re.search(options.only, task):
                measure(task, lines, program, options)
        program.close()
    return 0


if __name__ == "__main__":
    tf = load("tensorflow")
    tf_text = load("tensorflow_text") if tf is not None else None
    sz, hf, tokie, pa = (load(name) for name in ("stringzilla", "tokenizers", "tokie", "pyarrow"))
    pc = load("pyarrow.compute") if pa is not None else None
    if tf is not None:
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    sys.exit(main())
