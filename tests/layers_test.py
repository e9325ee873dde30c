#!/usr/bin/env python3
"""Holds every #include of the project to the layers.

    layers_test.py            tests the check, then checks this repository
    layers_test.py --list     prints the layers and the homes of dependencies

Layers point down only; areas on one level do not include each other; each
third-party library has one home; a public header shows none but absl::Status.
No two types have one name, unless each is one source's own.
"""

import os
import re
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# From the bottom up; areas on one line are siblings.
LAYERS = [
    ["core"],
    ["kernels"],
    ["ragged"],
    ["vocab", "ops"],
    ["text", "embedding"],
    ["pipeline", "data"],
    ["corpus"],
    ["cli", "python", "bench", "examples"],
]
LEVEL = {area: i for i, areas in enumerate(LAYERS) for area in areas}

# What an include of the library looks like, and the files that may have it:
# an area, or "area/stem".
HOMES = [
    ("Abseil containers", r"absl/container/", ["text", "vocab"]),
    ("ICU", r"unicode/", ["text"]),
    ("RE2", r"re2/", ["text"]),
    ("CLD2", r"cld2/", ["text"]),
    ("Eigen", r"Eigen/", ["embedding"]),
    ("libcurl", r"curl/", ["embedding"]),
    ("zstd", r"(zstd|zstd_errors|zdict)\.h$", ["data", "core/decoder"]),
    ("zlib", r"(zlib|zconf)\.h$", ["data", "core/decoder"]),
    ("protobuf", r"google/protobuf/", ["data"]),
    ("simdjson", r"simdjson", ["data", "core/json", "core/utf8"]),
    ("toml++", r"toml(\+\+|plusplus)?[./]", ["corpus"]),
    ("CLI11", r"CLI/", ["cli"]),
    ("oneTBB", r"(oneapi/)?tbb/|oneapi/dpl", ["core/parallel"]),
    ("xxHash", r"(xxhash|xxh3)\.h$", ["core/hash"]),
    ("FarmHash", r"farmhash", ["core/hash"]),
    ("Highway", r"hwy/", ["kernels"]),
    ("the sanitizers' interface", r"sanitizer/", ["core/tsan_order"]),
    ("a header of CPU intrinsics", r"[a-z]+intrin\.h$|cpuid\.h$|arm_\w+\.h$", ["kernels"]),
]
# Abseil without its containers is for every area but the kernels.
PUBLIC_ABSL = {"absl/status/status.h", "absl/status/statusor.h"}

POSIX = {
    "aio.h", "dirent.h", "dlfcn.h", "errno.h", "fcntl.h", "fnmatch.h",
    "glob.h", "limits.h", "malloc.h", "poll.h", "pthread.h", "sched.h",
    "signal.h", "spawn.h", "stdint.h", "stdio.h", "stdlib.h", "string.h",
    "strings.h", "termios.h", "time.h", "unistd.h",
}  # fmt: skip

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def is_standard(path):
    return (
        re.fullmatch(r"[a-z0-9_]+", path) is not None
        or path in POSIX
        or path.startswith(("sys/", "linux/", "net/", "arpa/"))
    )


def home_of(path):
    """The library that an include belongs to and its homes, or None."""
    for name, pattern, homes in HOMES:
        if re.match(pattern, path):
            return name, homes
    return None


def third_party_problem(path, area, stem):
    """The rule that a third-party include breaks here, or None."""
    found = home_of(path)
    if found:
        name, homes = found
        if area in homes or f"{area}/{stem}" in homes:
            return None
        return f"{name} is for {' and '.join(homes)} only"
    if path.startswith("absl/"):
        return "kernels do not use Abseil" if area == "kernels" else None
    return "no rule knows this library; give it a home in tests/layers_test.py"


def edge_problem(area, target):
    """The rule that an include of `target` from `area` breaks, or None."""
    if target == area:
        return None
    if area == "kernels" and target == "ragged":
        return "kernels know spans and integers, not ragged types"
    if LEVEL[target] == LEVEL[area]:
        return f"{area} and {target} are on one level"
    if LEVEL[target] > LEVEL[area]:
        return f"{target} is above {area}"
    return None


def include_problem(quote, path, area, stem, is_public, root):
    """The rule that one include breaks, or None.

    `area` is None in the umbrella header.
    """
    if path.startswith("rowsplit/"):
        if quote != '"':
            return "includes of the project stand in quotes"
        parts = path.split("/")
        if len(parts) == 2:
            return "the umbrella header is for programs, not for the library"
        if len(parts) != 3 or parts[1] not in LEVEL:
            return 'a public include is "rowsplit/area/stem.h"'
        return edge_problem(area, parts[1]) if area else None
    is_bare = path.startswith(".") or "/" not in path
    if quote == '"' and is_bare and not home_of(path):
        return 'an include of the project is "area/stem.h" or "rowsplit/area/stem.h"'
    first = path.split("/")[0]
    if quote == '"' and first in LEVEL:
        if is_public:
            return "a public header includes public headers only"
        return edge_problem(area, first)
    if quote == "<" and is_standard(path):
        return None
    if is_public:
        if path in PUBLIC_ABSL:
            return None
        return "a public header shows no library but absl::Status and StatusOr"
    return third_party_problem(path, area, stem)


def program_problem(quote, path, area):
    """The same for bench/, examples/ and python/: they use all libraries."""
    if path.startswith("rowsplit/"):
        return None if quote == '"' else "includes of the project stand in quotes"
    first = path.split("/")[0]
    if quote == '"' and first in LEVEL:
        if area == "examples":
            return "an example includes public headers only"
        return edge_problem(area, first)
    return None


def source_files(root, folder):
    for where, _, names in os.walk(os.path.join(root, folder)):
        for name in sorted(names):
            if name.endswith((".h", ".cc")):
                yield os.path.relpath(os.path.join(where, name), root)


def includes(root, file):
    with open(os.path.join(root, file), encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            match = INCLUDE.match(line)
            if match:
                yield number, match.group(1), match.group(2)


def check_library_file(root, file):
    is_public = file.startswith("include/")
    parts = file.split("/")
    place = parts[2:] if is_public else parts[1:]
    if len(place) == 1:
        area = None
    else:
        area = place[0]
        if area not in LEVEL:
            return [f"{file}:1: {area} is not an area"]
    stem = place[-1].split(".")[0]
    problems = []
    for number, quote, path in includes(root, file):
        problem = include_problem(quote, path, area, stem, is_public, root)
        if problem:
            problems.append(f"{file}:{number}: includes {path}: {problem}")
    return problems


NAMESPACE = re.compile(r"(inline )?namespace( [\w:]+)? \{")
TYPE = re.compile(r"(?:struct|class|union|enum(?: class)?)(?: alignas\(\w+\)| ROWSPLIT_\w+)? (\w+)"
                  r"(?: final)?(?: : .*)?(?: \{|$)")


def types(root, file):
    """(line, full name) of each type that other sources may have too."""
    inside = []
    with open(os.path.join(root, file), encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            namespace, found = NAMESPACE.match(line), TYPE.match(line)
            if namespace:
                inside.append((namespace[2] or "").strip())
            elif line.startswith("}  // namespace") and inside:
                inside.pop()
            elif found and "" not in inside:
                yield number, "::".join([*inside, found[1]])


def check_types(root):
    """Two types of one name are one to the linker, which keeps one's functions."""
    places, problems = {}, []
    for folder in ("include", "src", "tests", "bench", "python"):
        for file in source_files(root, folder):
            for number, name in types(root, file):
                place = places.setdefault(name, f"{file}:{number}")
                if place != f"{file}:{number}":
                    problems.append(f"{file}:{number}: {name} is in {place} too")
    return problems


def check(root):
    """Every broken rule under `root`, as 'file:line: what: rule'."""
    problems = check_types(root)
    for folder in ("include", "src"):
        for file in source_files(root, folder):
            problems += check_library_file(root, file)
    for area in ("bench", "examples", "python"):
        for file in source_files(root, area):
            for number, quote, path in includes(root, file):
                problem = program_problem(quote, path, area)
                if problem:
                    problems.append(f"{file}:{number}: includes {path}: {problem}")
    return problems


class CheckTest(unittest.TestCase):
    """Plants includes in a tree of its own and looks at what check finds."""

    def problems(self, file, *lines):
        with tempfile.TemporaryDirectory() as root:
            full = os.path.join(root, file)
            os.makedirs(os.path.dirname(full))
            with open(full, "w", encoding="utf-8") as out:
                out.write("\n".join(lines) + "\n")
            return check(root)

    def assert_finds(self, rule, file, line):
        found = self.problems(file, "// A comment.", "", line)
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(f"{file}:3: includes "), found)
        self.assertIn(rule, found[0])

    def assert_allows(self, file, *lines):
        self.assertEqual(self.problems(file, *lines), [])

    def test_edges_point_down(self):
        self.assert_finds("text is above ops", "src/ops/a.cc", '#include "text/b.h"')
        self.assert_finds(
            "corpus is above core", "include/rowsplit/core/a.h",
            '#include "rowsplit/corpus/job.h"')
        self.assert_finds("cli is above corpus", "src/corpus/a.h", '#  include "cli/b.h"')
        self.assert_allows(
            "src/cli/a.cc", '#include "corpus/b.h"', '#include "rowsplit/core/buffer.h"',
            '#include "cli/c.h"')

    def test_every_pair_of_areas(self):
        for area, level in LEVEL.items():
            for target, other in LEVEL.items():
                if area in ("python", "bench", "examples"):
                    continue
                allowed = area == target or other < level
                if (area, target) == ("kernels", "ragged"):
                    allowed = False
                for line in (f'#include "{target}/x.h"', f'#include "rowsplit/{target}/x.h"'):
                    found = self.problems(f"src/{area}/a.cc", line)
                    self.assertEqual(found == [], allowed, (area, line, found))

    def test_siblings(self):
        self.assert_finds("one level", "src/vocab/a.cc", '#include "rowsplit/ops/b.h"')
        self.assert_finds("one level", "src/data/a.cc", '#include "pipeline/b.h"')
        self.assert_finds("one level", "bench/text/a.cc", '#include "cli/b.h"')

    def test_kernels_know_spans_only(self):
        for line in ('#include "absl/status/status.h"', "#include <unicode/uchar.h>",
                     '#include "re2/re2.h"', '#include "rowsplit/ragged/row_partition.h"'):
            self.assertEqual(len(self.problems("src/kernels/a.cc", line)), 1, line)
        self.assert_allows("src/kernels/a.cc", '#include "hwy/highway.h"', "#include <cstdint>",
                           '#include "rowsplit/core/offset.h"', '#include "kernels/b-inl.h"')

    def test_each_library_has_one_home(self):
        wrong_places = {
            '#include "absl/container/flat_hash_map.h"': ("src/ops/a.cc", "src/vocab/a.cc"),
            "#include <unicode/uchar.h>": ("src/data/a.cc", "src/text/a.cc"),
            '#include "unicode/uchar.h"': ("src/vocab/a.cc", "src/text/a.h"),
            '#include "re2/re2.h"': ("src/corpus/a.cc", "src/text/a.cc"),
            "#include <cld2/public/encodings.h>": ("src/pipeline/a.cc", "src/text/a.cc"),
            "#include <Eigen/Core>": ("src/ops/a.cc", "src/embedding/a.cc"),
            "#include <zstd.h>": ("src/core/a.cc", "src/data/a.cc"),
            "#include <zlib.h>": ("src/corpus/a.cc", "src/data/a.cc"),
            "#include <google/protobuf/message_lite.h>": ("src/cli/a.cc", "src/data/a.cc"),
            '#include "simdjson.h"': ("src/core/hash.cc", "src/data/a.cc"),
            "#include <simdjson.h>": ("src/pipeline/a.cc", "src/core/json.cc"),
            "#include <toml++/toml.h>": ("src/cli/a.cc", "src/corpus/a.cc"),
            "#include <CLI/CLI.hpp>": ("src/corpus/a.cc", "src/cli/a.cc"),
            '#include "oneapi/tbb/parallel_for.h"': ("src/core/hash.cc", "src/core/parallel.cc"),
            "#include <tbb/task_arena.h>": ("src/data/a.cc", "src/core/parallel.h"),
            "#include <xxhash.h>": ("src/vocab/a.cc", "src/core/hash.cc"),
            "#include <farmhash.h>": ("src/core/parallel.cc", "src/core/hash.cc"),
            '#include "hwy/highway.h"': ("src/text/a.cc", "src/kernels/a.cc"),
            "#include <sanitizer/tsan_interface.h>": ("src/core/parallel.cc",
                                                      "src/core/tsan_order.h"),
            "#include <nmmintrin.h>": ("src/core/a.cc", "src/kernels/a.cc"),
            "#include <arm_acle.h>": ("src/text/a.cc", "src/kernels/a.cc"),
        }
        for line, (wrong, right) in wrong_places.items():
            self.assert_finds("only", wrong, line)
            self.assert_allows(right, line)

    def test_homes_are_areas(self):
        for name, _, homes in HOMES:
            for home in homes:
                self.assertIn(home.split("/")[0], LEVEL, name)

    def test_unknown_library(self):
        self.assert_finds("no rule knows", "src/core/a.cc", "#include <boost/any.hpp>")
        self.assert_finds("no rule knows", "src/text/a.cc", '#include "fmt/format.h"')

    def test_public_headers_show_status_only(self):
        header = "include/rowsplit/text/a.h"
        for line in ("#include <unicode/uchar.h>", '#include "re2/re2.h"',
                     '#include "absl/strings/string_view.h"', "#include <fmt/core.h>"):
            self.assert_finds("shows no library", header, line)
        self.assert_finds("public headers only", header, '#include "text/b.h"')
        self.assert_finds("shows no library", "include/rowsplit/kernels/a.h",
                          '#include "hwy/highway.h"')
        self.assert_allows(header, '#include "absl/status/statusor.h"', "#include <span>",
                           '#include "absl/status/status.h"', "#include <string_view>")

    def test_forms(self):
        form = '"area/stem.h" or "rowsplit/area/stem.h"'
        self.assert_finds(form, "src/text/a.cc", '#include "../core/check.h"')
        self.assert_finds(form, "src/text/a.cc", '#include "b.h"')
        self.assert_finds(form, "include/rowsplit/text/a.h", '#include "b.h"')
        self.assert_finds("in quotes", "src/text/a.cc", "#include <rowsplit/core/offset.h>")
        self.assert_finds("umbrella", "src/text/a.cc", '#include "rowsplit/rowsplit.h"')
        self.assert_finds("public include is", "src/text/a.cc", '#include "rowsplit/b/c.h"')
        self.assert_allows("include/rowsplit/rowsplit.h", '#include "rowsplit/corpus/job.h"')

    def test_unknown_area(self):
        self.assertEqual(self.problems("src/utils/a.cc", ""),
                         ["src/utils/a.cc:1: utils is not an area"])

    def test_programs(self):
        self.assert_finds("public headers only", "examples/a.cc", '#include "core/check.h"')
        self.assert_allows("bench/text/a.cc", '#include "re2/re2.h"', '#include "kernels/a_ref.h"')
        self.assert_allows("examples/a.cc", '#include "rowsplit/rowsplit.h"')
        self.assert_allows("tests/core/a.cc", '#include "cli/b.h"')

    def test_types_have_names_of_their_own(self):
        lines = ("namespace rowsplit {", "namespace internal {", "struct A {", "};", "class B;",
                 "}  // namespace internal", "namespace {", "struct C {", "};", "}  // namespace",
                 "struct D : A {", "};", "}  // namespace rowsplit")
        found = self.problems("src/text/a.cc", *lines, *lines)
        self.assertEqual(found, ["src/text/a.cc:16: rowsplit::internal::A is in src/text/a.cc:3 too",
                                 "src/text/a.cc:24: rowsplit::D is in src/text/a.cc:11 too"])
        self.assert_allows("src/text/a.cc", *lines)

    def test_every_problem_of_a_file(self):
        found = self.problems("src/core/a.cc", '#include "ops/a.h"', "#include <vector>",
                              '#include "text/b.h"')
        self.assertEqual([problem.split(":")[1] for problem in found], ["1", "3"])


class RepositoryTest(unittest.TestCase):
    def test_this_repository(self):
        self.assertGreater(len(list(source_files(ROOT, "src"))), 10)
        problems = check(ROOT)
        self.assertEqual(problems, [], "\n" + "\n".join(problems))


if __name__ == "__main__":
    if sys.argv[1:] == ["--list"]:
        for areas in reversed(LAYERS):
            print(", ".join(areas))
        for name, _, homes in HOMES:
            print(f"{name}: {', '.join(homes)}")
    else:
        unittest.main()
