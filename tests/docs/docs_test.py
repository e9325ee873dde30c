#!/usr/bin/env python3
"""Tests the check of the docs, then checks the docs of this repository.

* A page of docs/ops has its six parts, in order and not empty, and names the
  public header of its op.
* A code block after `<!-- from examples/FILE: MARKER -->` equals the lines
  between the two `// [MARKER]` (in Python `# [MARKER]`) of that file.
* A relative link leads to a file, and its #fragment to a heading.
"""

import os
import re
import tempfile
import textwrap
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# The reference that the differences are from is mostly TensorFlow; what has its
# meaning from elsewhere, as .npy has it from NumPy, names that.
PARTS = ["What", "Signature", "Example", "Edge cases", "Differences from", "Cost"]

FENCE = re.compile(r"^\s*(```+|~~~+)")
HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
QUOTE = re.compile(r"^<!-- from (\S+): (\S+) -->$")
# [text](target "title"), also as an image.
LINK = re.compile(r"\[[^\]\[]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
REFERENCE = re.compile(r"^\s*\[[^\]]+\]:\s+(\S+)")


def read_lines(root, file):
    with open(os.path.join(root, file), encoding="utf-8") as text:
        return text.read().split("\n")


def prose(lines):
    """The lines with their numbers, code blocks left out."""
    fence = None
    for number, line in enumerate(lines, 1):
        match = FENCE.match(line)
        if match and fence is None:
            fence = match.group(1)
        elif match and match.group(1).startswith(fence):
            fence = None
        elif fence is None:
            yield number, line


def is_part(heading, part):
    """'Examples' will do for Example; more words may follow the part's name."""
    return re.match(re.escape(part) + r"s?\b", heading, re.IGNORECASE) is not None


def check_op_page(root, file):
    lines = read_lines(root, file)
    stem = os.path.basename(file)[: -len(".md")]
    headings = [
        (number, match.group(2))
        for number, line in prose(lines)
        if (match := HEADING.match(line)) and len(match.group(1)) == 2
    ]
    problems, found, after = [], {}, 0
    for part in PARTS:
        places = [i for i, (_, heading) in enumerate(headings) if is_part(heading, part)]
        if not places:
            problems.append(f"{file}:1: has no part '## {part}'")
            continue
        number = headings[places[0]][0]
        if number < after:
            problems.append(f"{file}:{number}: '## {part}' is out of order")
        after = max(after, number)
        following = places[0] + 1
        end = headings[following][0] - 1 if following < len(headings) else len(lines)
        found[part] = "\n".join(lines[number:end])
        if not found[part].strip():
            problems.append(f"{file}:{number}: '## {part}' is empty")
    if "Signature" in found:
        headers = re.findall(r"rowsplit/\w+/(\w+)\.h", found["Signature"])
        if stem not in headers:
            problems.append(f"{file}:1: '## Signature' does not name rowsplit/AREA/{stem}.h")
    for header in re.findall(r"rowsplit/\w+/\w+\.h", "\n".join(lines)):
        if not os.path.exists(os.path.join(root, "include", header)):
            problems.append(f"{file}:1: there is no header {header}")
    return problems


def marked_text(lines, marker):
    """The lines between the two markers, or why there are none."""
    pattern = re.compile(r"^\s*(//|#) \[" + re.escape(marker) + r"\]\s*$")
    places = [i for i, line in enumerate(lines) if pattern.match(line)]
    if len(places) != 2:
        return None, f"has {len(places)} lines [{marker}], not 2"
    return textwrap.dedent("\n".join(lines[places[0] + 1 : places[1]])).strip("\n"), None


def block_after(lines, index):
    """The code block that starts at or after lines[index], blank lines skipped."""
    while index < len(lines) and not lines[index].strip():
        index += 1
    if index == len(lines) or not (match := FENCE.match(lines[index])):
        return None
    for end in range(index + 1, len(lines)):
        if lines[end].strip() == match.group(1):
            return "\n".join(lines[index + 1 : end]).strip("\n")
    return None


def check_quotes(root, file):
    lines = read_lines(root, file)
    problems = []
    for number, line in prose(lines):
        match = QUOTE.match(line.strip())
        if not match:
            if line.strip().startswith("<!-- from"):
                problems.append(f"{file}:{number}: not of the form <!-- from FILE: MARKER -->")
            continue
        source, marker = match.groups()
        if not os.path.exists(os.path.join(root, source)):
            problems.append(f"{file}:{number}: there is no {source}")
            continue
        text, reason = marked_text(read_lines(root, source), marker)
        block = block_after(lines, number)
        if text is None:
            problems.append(f"{file}:{number}: {source} {reason}")
        elif block is None:
            problems.append(f"{file}:{number}: no code block follows")
        elif block != text:
            problems.append(f"{file}:{number}: differs from {source}, [{marker}]")
    return problems


def fragments(lines):
    """What the headings are called in a URL, as GitHub makes it."""
    names = set()
    for _, line in prose(lines):
        match = HEADING.match(line)
        if match:
            text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", match.group(2)).lower()
            name = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
            candidate, repeat = name, 0
            while candidate in names:
                repeat += 1
                candidate = f"{name}-{repeat}"
            names.add(candidate)
    return names


def check_links(root, file):
    problems = []
    lines = read_lines(root, file)
    for number, line in prose(lines):
        line = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", line)
        for target in LINK.findall(line) + REFERENCE.findall(line):
            if re.match(r"[a-z][a-z0-9+.\-]*:", target):
                continue
            path, _, fragment = target.partition("#")
            linked = os.path.normpath(os.path.join(os.path.dirname(file), path)) if path else file
            if path.startswith("/") or not os.path.exists(os.path.join(root, linked)):
                problems.append(f"{file}:{number}: links to {target}, which is not there")
            elif fragment and linked.endswith(".md"):
                if fragment not in fragments(read_lines(root, linked)):
                    problems.append(f"{file}:{number}: links to {target}: no such heading")
    return problems


def markdown_files(root):
    for where, folders, names in os.walk(root):
        relative = os.path.relpath(where, root)
        folders[:] = sorted(
            folder for folder in folders
            if not (folder == ".git" or (relative == "." and folder in ("build", "out"))))
        for name in sorted(names):
            if name.endswith(".md"):
                yield os.path.normpath(os.path.join(relative, name))


def check(root):
    """Every problem under `root`, as 'file:line: what'."""
    problems = []
    for file in markdown_files(root):
        if os.path.dirname(file) == "docs/ops":
            problems += check_op_page(root, file)
        problems += check_quotes(root, file)
        problems += check_links(root, file)
    return problems


OP_PAGE = """# case
## What
Lowers.
## Signature
`rowsplit/text/case.h`
```cpp
## Not a heading
```
## Example
One.
## Edge cases
None.
## Differences from TensorFlow
None.
## Cost
Linear.
"""


class CheckTest(unittest.TestCase):
    """Checks small trees with planted faults."""

    def problems(self, files):
        with tempfile.TemporaryDirectory() as root:
            for file, text in files.items():
                full = os.path.join(root, file)
                os.makedirs(os.path.dirname(full), exist_ok=True)
                with open(full, "w", encoding="utf-8") as out:
                    out.write(text)
            return check(root)

    def op_page(self, text):
        return self.problems({"docs/ops/case.md": text, "include/rowsplit/text/case.h": ""})

    def test_a_whole_op_page(self):
        self.assertEqual(self.op_page(OP_PAGE), [])
        self.assertEqual(self.op_page(OP_PAGE.replace("## Example", "## Examples")), [])

    def test_a_missing_part(self):
        for part in PARTS:
            found = self.op_page(OP_PAGE.replace(f"## {part}", "Not a heading: "))
            self.assertIn(f"docs/ops/case.md:1: has no part '## {part}'", found)

    def test_a_part_inside_a_code_block_does_not_count(self):
        found = self.op_page(OP_PAGE.replace("## Cost\nLinear.", "```\n## Cost\nLinear.\n```"))
        self.assertEqual(found, ["docs/ops/case.md:1: has no part '## Cost'"])

    def test_an_empty_part(self):
        self.assertEqual(self.op_page(OP_PAGE.replace("Linear.", "")),
                         ["docs/ops/case.md:15: '## Cost' is empty"])

    def test_parts_out_of_order(self):
        text = OP_PAGE.replace("## What", "## X").replace("## Cost", "## What").replace(
            "## X", "## Cost")
        self.assertTrue(any("out of order" in problem for problem in self.op_page(text)))

    def test_the_header_of_an_op(self):
        self.assertEqual(self.op_page(OP_PAGE.replace("text/case.h", "text/none.h")), [
            "docs/ops/case.md:1: '## Signature' does not name rowsplit/AREA/case.h",
            "docs/ops/case.md:1: there is no header rowsplit/text/none.h"])

    EXAMPLE = "int main() {\n  // [SUM]\n  if (a)\n    b();\n  // [SUM]\n}\n"

    def quote(self, page, example=EXAMPLE):
        return self.problems({"README.md": page, "examples/e.cc": example})

    def test_an_equal_quote(self):
        block = "```cpp\nif (a)\n  b();\n```\n"
        self.assertEqual(self.quote("<!-- from examples/e.cc: SUM -->\n" + block), [])
        self.assertEqual(self.quote("<!-- from examples/e.cc: SUM -->\n\n" + block), [])

    def test_a_stale_quote(self):
        for block in ("if (a)\n  c();", "if (a)\nb();", "if (a)", ""):
            found = self.quote(f"<!-- from examples/e.cc: SUM -->\n```cpp\n{block}\n```\n")
            self.assertEqual(found, ["README.md:1: differs from examples/e.cc, [SUM]"])

    def test_a_quote_of_nothing(self):
        block = "```cpp\nx\n```\n"
        self.assertEqual(self.quote("\n<!-- from examples/none.cc: SUM -->\n" + block),
                         ["README.md:2: there is no examples/none.cc"])
        self.assertEqual(self.quote("<!-- from examples/e.cc: NONE -->\n" + block),
                         ["README.md:1: examples/e.cc has 0 lines [NONE], not 2"])
        self.assertEqual(self.quote("<!-- from examples/e.cc: SUM -->\n" + block, "// [SUM]\n"),
                         ["README.md:1: examples/e.cc has 1 lines [SUM], not 2"])
        self.assertEqual(self.quote("<!-- from examples/e.cc: SUM -->\nText\n" + block),
                         ["README.md:1: no code block follows"])
        self.assertEqual(self.quote("<!-- from examples/e.cc -->\n" + block),
                         ["README.md:1: not of the form <!-- from FILE: MARKER -->"])

    def link(self, line):
        return self.problems({
            "docs/a.md": line + "\n# A `b` c, d\n",
            "docs/ops/x.txt": "", "README.md": "## Top\n## Top\n"})

    def test_links_that_lead_somewhere(self):
        for target in ("ops/x.txt", "ops", "../README.md", "../README.md#top", "#a-b-c-d",
                       "../README.md#top-1", "https://example.org/none.md", "mailto:a@b.c"):
            self.assertEqual(self.link(f"See [it]({target})."), [], target)
        self.assertEqual(self.link("`[a](none)` and ``b ` [a](none)``"), [])
        self.assertEqual(self.link("```\n[a](none)\n```"), [])

    def test_links_that_lead_nowhere(self):
        for target in ("none.md", "../docs/none", "/docs/a.md", "ops/x.md", "../README.md#none",
                       "#none"):
            found = self.link(f"`code` ![it]({target}) and [b](ops)")
            self.assertEqual(len(found), 1, target)
            self.assertIn(f"docs/a.md:1: links to {target}", found[0])
        self.assertEqual(len(self.link("[name]: none.md")), 1)
        self.assertEqual(len(self.link('[a](none.md "title")')), 1)


class RepositoryTest(unittest.TestCase):
    def test_this_repository(self):
        self.assertIn("CONTRIBUTING.md", markdown_files(ROOT))
        problems = check(ROOT)
        self.assertEqual(problems, [], "\n" + "\n".join(problems))


if __name__ == "__main__":
    unittest.main()
