#!/usr/bin/env python3
"""Tests .ci/tidy_keys.py: what a key depends on, and when there is none."""

import importlib.util
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
        for path, text in (("src/a.cc", '#include <b.h>\n#include "a.h"\n'),
                           ("src/a.h", '# include "deep/b.h"\n#include "a.h"\n'),
                           ("include/deep/b.h", "int b;"), ("src/c.h", "int c;")):
            self.write(path, text)

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def key(self, source="src/a.cc", flags="-O2", constant=b"1"):
        entry = {
            "directory": str(self.root / "build"),
            "command": f"c++ {flags} -I{self.root}/include -o a.o -c {self.root}/src/a.cc",
            "file": str(self.root / "src/a.cc"),
        }
        (found,) = tidy_keys.keys([source], [entry], constant, str(self.root))
        return found

    def test_depends_on_every_file_the_command_and_the_version(self):
        keys = {self.key(), self.key(flags="-O3"), self.key(constant=b"2")}
        for path in ("src/a.cc", "src/a.h", "include/deep/b.h"):
            self.write(path, (self.root / path).read_text() + "// changed")
            keys.add(self.key())
        self.assertEqual(len(keys), 6)
        self.assertNotIn("-", keys)

    def test_does_not_depend_on_the_folder_or_on_other_files(self):
        first = self.key()
        self.checkout("two")
        self.write("src/c.h", "changed")
        self.write("other/deep/b.h", "not in a folder that is searched")
        self.assertEqual(self.key(), first)

    def test_a_file_beside_hides_that_of_another_folder(self):
        first = self.key()
        self.write("src/deep/b.h", "int b;")
        self.assertNotEqual(self.key(), first)

    def test_an_include_that_is_gone_is_another_key(self):
        first = self.key()
        (self.root / "include/deep/b.h").unlink()
        self.assertNotEqual(self.key(), first)

    def test_there_is_none_of_what_is_not_compiled(self):
        self.assertEqual(self.key(source="src/b.cc"), "-")
        (self.root / "src/a.cc").unlink()
        self.assertEqual(self.key(), "-")


if __name__ == "__main__":
    unittest.main()
