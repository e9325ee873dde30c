#!/usr/bin/env python3
"""Tests suite.installed on packages made up for it. Needs no peer."""

import os
import shutil
import sys
import tempfile
import unittest
from importlib.metadata import PackageNotFoundError

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(HERE)), "bench"))
sys.dont_write_bytecode = True

from suite import installed  # noqa: E402  the path comes first

try:
    installed._requirement("a")
    HAS_PACKAGING = True
except ImportError:  # an interpreter without pip
    HAS_PACKAGING = False


@unittest.skipUnless(HAS_PACKAGING, "neither packaging nor pip is installed")
class PackageTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        sys.path.insert(0, self.folder)
        self.addCleanup(sys.path.remove, self.folder)

    def install(self, name: str, size: int, *requires: str) -> None:
        name = name.replace("-", "_")
        module = f"{name}.py"
        with open(os.path.join(self.folder, module), "wb") as file:
            file.write(b"#" * size)
        info = os.path.join(self.folder, f"{name}-1.dist-info")
        os.mkdir(info)
        with open(os.path.join(info, "METADATA"), "w", encoding="utf-8") as file:
            file.write(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
            file.writelines(f"Requires-Dist: {line}\n" for line in requires)
        with open(os.path.join(info, "RECORD"), "w", encoding="utf-8") as file:
            file.write(f"{module},,\ngone.py,,\n")

    def mib(self, name: str) -> int:
        return round(installed.package_mib(name) * 2**20)

    def test_counts_what_is_required_once(self):
        self.install("rs-one", 1000, "rs-two", "rs_three>=1")
        self.install("rs-two", 200, "RS.Three", "rs-one")
        self.install("rs-three", 30)
        self.assertEqual(self.mib("rs-one"), 1230)
        self.assertEqual(self.mib("rs-two"), 1230)
        self.assertEqual(self.mib("rs-three"), 30)

    def test_extras_count_where_they_are_asked_for(self):
        self.install("rs-one", 1000, 'rs-three; extra == "more"')
        self.install("rs-two", 200, "rs-one[more]")
        self.install("rs-three", 30)
        self.assertEqual(self.mib("rs-one"), 1000)
        self.assertEqual(self.mib("rs-two"), 1230)

    def test_other_systems_and_what_is_not_there_do_not_count(self):
        self.install("rs-one", 1000, 'rs-two; sys_platform == "win32"', "rs-not-there")
        self.install("rs-two", 200)
        self.assertEqual(self.mib("rs-one"), 1000)

    def test_a_package_that_is_not_there_is_an_error(self):
        with self.assertRaises(PackageNotFoundError):
            installed.package_mib("rs-not-there")


class ProgramTest(unittest.TestCase):
    def test_libraries_everywhere_do_not_count(self):
        for name in ("libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1",
                     "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"):
            self.assertRegex(name, installed.EVERYWHERE)
        for name in ("libicudata.so.72", "libcurl.so.4", "libcrypto.so.3", "libmd.so.0"):
            self.assertNotRegex(name, installed.EVERYWHERE)

    def test_a_program_counts_with_its_libraries(self):
        program = os.path.realpath(sys.executable)
        libraries = installed.libraries_of(program)
        self.assertEqual({os.path.isfile(path) for path in libraries} - {True}, set())
        expected = os.path.getsize(program) + sum(map(os.path.getsize, libraries))
        self.assertEqual(installed.program_mib(program), expected / 2**20)

    def test_what_is_no_program_has_no_libraries(self):
        self.assertEqual(installed.libraries_of(__file__), set())
        if shutil.which("true"):
            self.assertGreater(installed.program_mib(shutil.which("true")), 0)


if __name__ == "__main__":
    unittest.main()
