"""What the end-to-end tests of the command share: running it, temporary folders,
and checks of what every run must keep to.

ROWSPLIT_COMMAND is the program; ROWSPLIT_SANITIZED=1 says that it was built with
sanitizers, which are slow and need much memory.
"""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SAMPLES = os.path.join(ROOT, "data_samples")
STORIES = os.path.join(SAMPLES, "stories")
HOSTILE = os.path.join(SAMPLES, "hostile")
CONFIG = os.path.join(SAMPLES, "corpus.toml")
COMMAND = os.environ.get("ROWSPLIT_COMMAND",
                         os.path.join(ROOT, "build", "dev", "src", "cli", "rowsplit"))
SANITIZED = os.environ.get("ROWSPLIT_SANITIZED", "0") == "1"

# Memory that the command may use, whatever its input.
MAX_MEMORY = 300 << 20


def scaled(size):
    """A size that takes about as long under sanitizers."""
    return size // 10 if SANITIZED else size


def seconds(limit):
    """A time that is as hard to keep under sanitizers."""
    return 5 * limit if SANITIZED else limit


class Result:
    """How a run ended. `memory` is its peak, in bytes."""

    def __init__(self, args, code, out, err, memory):
        self.args = args
        self.code = code
        self.out = out
        self.err = err
        self.memory = memory

    def __str__(self):
        return f"rowsplit {' '.join(self.args)}\nexit code {self.code}\n{self.err[:4000]}"


def start(*args, prefix=(), **options):
    """Starts the command; options as of subprocess.Popen."""
    for stream in ("stdin", "stdout", "stderr"):
        options.setdefault(stream, subprocess.PIPE)
    return subprocess.Popen([*prefix, COMMAND, *args], **options)


def finish(process, args, out, err):
    """Waits for a process whose streams are the files `out` and `err`."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    for stream in (out, err):
        stream.seek(0)
    return Result(args, process.returncode, out.read(),
                  err.read().decode("utf-8", "backslashreplace"), usage.ru_maxrss * 1024)


def run(*args, stdin=b"", **options):
    """Runs the command to its end. `stdin`: bytes, or an open file."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, \
            tempfile.TemporaryFile() as given:
        if isinstance(stdin, bytes):
            given.write(stdin)
            given.seek(0)
            stdin = given
        options.setdefault("stdout", out)
        process = start(*args, stdin=stdin, stderr=err, **options)
        return finish(process, args, out, err)


def files_in(folder):
    """The content of every file in a folder, hidden ones too."""
    content = {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            content[name] = file.read()
    return content


def story_files():
    return [os.path.join(STORIES, name) for name in sorted(os.listdir(STORIES))]


def story_bytes():
    content = b""
    for path in story_files():
        with open(path, "rb") as file:
            content += file.read()
    return content


def signal_name(code):
    return signal.Signals(-code).name if code < 0 else str(code)


class CommandTest(unittest.TestCase):
    """A test with a temporary folder of its own."""

    maxDiff = 2000

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="rowsplit-test-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, content):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def write_repeated(self, name, content, size):
        """A file of at least `size` bytes, made of whole copies."""
        path = self.path(name)
        with open(path, "wb") as file:
            for _ in range(-(-size // len(content))):
                file.write(content)
        return path

    def succeed(self, *args, **options):
        result = run(*args, **options)
        self.assertEqual(result.code, 0, result)
        return result

    def fail_with(self, code, *args, says=(), **options):
        """Runs the command, which must fail: nothing on standard output, and a
        message that holds each of `says`."""
        result = run(*args, **options)
        self.assertEqual(result.code, code, f"{signal_name(result.code)}\n{result}")
        self.assertEqual(result.out, b"", result)
        for words in says:
            self.assertIn(words, result.err)
        return result

    def prepare(self, *args, config=CONFIG, output="out", **options):
        """Runs the sample job unless told otherwise; returns the folder's files."""
        given = ["--config", config] if config else []
        folder = self.path(output)
        self.succeed("prepare", *given, "--output", folder, "--quiet", *args,
                     **{"cwd": ROOT, **options})
        self.assert_no_temporaries(folder)
        return files_in(folder)

    def report(self, output="out"):
        with open(self.path(output, "report.json"), "rb") as file:
            return json.load(file)

    def assert_no_temporaries(self, folder):
        self.assertEqual([name for name in os.listdir(folder) if name.startswith(".")], [])

    def assert_same_files(self, actual, expected, leaving_out=()):
        self.assertEqual(sorted(actual), sorted(expected))
        for name, content in expected.items():
            if name not in leaving_out:
                self.assertTrue(actual[name] == content, f"{name} differs")

    def wait_until(self, is_true, limit=20):
        end = time.monotonic() + limit
        while not is_true():
            self.assertLess(time.monotonic(), end, "waited for too long")
            time.sleep(0.001)
