#!/usr/bin/env python3
"""Tests .ci/tidy_keys.py: what a key depends on, and when there is none."""

import importlib.util
import os
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parent.parent
spec = importlib.util.spec_from_file_location("tidy_keys", ROOT / ".ci" / "tidy_keys.py")
tidy_keys = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tidy_keys)


class KeysTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.checkout("one")

    def checkout(self, name):
        self.root = pathlib.Path(self.folder.name) / name
        (self.root / "build").mkdir(parents=True)
        for path, text in (("a.cc", "a"), ("a.h", "h"), ("build/a.o", "")):
            (self.root / path).write_text(text)
        self.touch("build/a.o", 10)

    def touch(self, path, seconds):
        os.utime(self.root / path, ns=(0, (2_000_000_000 + seconds) * 10**9))

    def key(self, source="a.cc", flags="-O2", constant=b"1", deps="a.o: #deps 2, deps mtime 5 (VALID)"):
        entry = {
            "directory": str(self.root / "build"),
            "command": f"c++ {flags} -I{self.root}/include -o a.o -c {self.root}/a.cc",
            "file": str(self.root / "a.cc"),
        }
        deps = tidy_keys.parse_deps(f"{deps}\n    ../a.cc\n    ../a.h\n\n")
        (found,) = tidy_keys.keys([source], [entry], deps, constant, str(self.root))
        return found

    def test_depends_on_every_file_the_command_and_the_version(self):
        keys = {self.key(), self.key(flags="-O3"), self.key(constant=b"2")}
        for path in ("a.cc", "a.h"):
            (self.root / path).write_text("changed")
            keys.add(self.key())
        self.assertEqual(len(keys), 5)
        self.assertNotIn("-", keys)

    def test_does_not_depend_on_the_folder_or_on_times(self):
        first = self.key()
        self.checkout("two")
        self.touch("build/a.o", 20)
        self.assertEqual(self.key(), first)

    def test_there_is_none_of_what_was_not_built(self):
        self.assertEqual(self.key(source="b.cc"), "-")
        self.assertEqual(self.key(deps="a.o: #deps 2, deps mtime 5 (STALE)"), "-")
        self.assertEqual(self.key(deps="b.o: #deps 2, deps mtime 5 (VALID)"), "-")
        (self.root / "build" / "a.o").unlink()
        self.assertEqual(self.key(), "-")

    def test_there_is_none_if_a_file_is_newer_than_the_build(self):
        self.touch("a.h", 11)
        self.assertEqual(self.key(), "-")

    def test_there_is_none_if_a_file_is_gone(self):
        (self.root / "a.h").unlink()
        self.assertEqual(self.key(), "-")


if __name__ == "__main__":
    unittest.main()
