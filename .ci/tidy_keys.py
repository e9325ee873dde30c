#!/usr/bin/env python3
"""Names what clang-tidy's answer for each source depends on.

    tidy_keys.py BUILD_FOLDER VERSION <sources >keys

Reads paths of sources, one a line, and writes "KEY PATH" for each: a hash of the
version, .clang-tidy, the compile command, and every file that the compiler read
for it, as ninja knows from the last build. A source that was not built, or one
of whose files has changed since, gets the key "-". The checkout's own path is
no part of a key.
"""

import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Files:
    """Hashes of files, each read once, and when they were written."""

    def __init__(self):
        self._known = {}

    def read(self, path):
        """(hash, time); None if it is not there."""
        if path not in self._known:
            try:
                content = pathlib.Path(path).read_bytes()
                self._known[path] = (hashlib.sha256(content).digest(), os.stat(path).st_mtime_ns)
            except OSError:
                self._known[path] = None
        return self._known[path]


def parse_deps(text):
    """object -> the files read for it, of those that ninja says are valid."""
    deps, current = {}, None
    for line in text.split("\n"):
        head = re.match(r"^(\S+): #deps \d+, .*\((VALID|STALE)\)$", line)
        if head:
            current = head[1] if head[2] == "VALID" else None
            if current:
                deps[current] = []
        elif current and line.startswith("    "):
            deps[current].append(line.strip())
    return deps


def key(entry, deps, constant, files, root):
    """The key of one entry of compile_commands.json."""
    output = re.search(r" -o (\S+)", entry["command"])[1]
    inputs = deps.get(output)
    try:
        built = os.stat(os.path.join(entry["directory"], output)).st_mtime_ns
    except OSError:
        return "-"
    if not inputs:
        return "-"
    digest = hashlib.sha256(constant)
    digest.update(entry["command"].replace(root, "").encode())
    for path in sorted(inputs):
        read = files.read(os.path.join(entry["directory"], path))
        if read is None or read[1] > built:
            return "-"
        digest.update(path.replace(root, "").encode() + b"\0" + read[0])
    return digest.hexdigest()


def keys(sources, entries, deps, constant, root):
    files = Files()
    by_source = {os.path.relpath(entry["file"], root): entry for entry in entries}
    for source in sources:
        entry = by_source.get(os.path.normpath(source))
        yield key(entry, deps, constant, files, root) if entry else "-"


def main(build, version):
    entries = json.loads((ROOT / build / "compile_commands.json").read_text())
    listing = subprocess.run(
        ["ninja", "-C", str(ROOT / build), "-t", "deps"], capture_output=True, text=True, check=True
    )
    constant = version.encode() + b"\0" + (ROOT / ".clang-tidy").read_bytes()
    sources = sys.stdin.read().split()
    found = keys(sources, entries, parse_deps(listing.stdout), constant, str(ROOT))
    for source, name in zip(sources, found):
        print(name, source)


if __name__ == "__main__":
    main(*sys.argv[1:])
