#!/usr/bin/env python3
"""Names what clang-tidy's answer for each source depends on.

    tidy_keys.py BUILD_FOLDER VERSION <sources >keys

Reads paths of sources, one a line, and writes "KEY PATH" for each: a hash of the
version, .clang-tidy, the versions of the installed development packages, the
compile command, and the project's own files that the source includes, however
deep. A source that no target compiles gets the key "-". The checkout's own path
is no part of a key.
"""

import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"', re.M)
FOLDER = re.compile(r"(?:^| )(?:-I|-isystem) ?(\S+)")


class Files:
    """The project's files, each read once: its hash and what it includes."""

    def __init__(self, root):
        self._root, self._known = root + os.sep, {}

    def read(self, path):
        """(hash, names that are included in quotes); None if it is not the project's."""
        if path not in self._known:
            self._known[path] = None
            if path.startswith(self._root) and os.path.isfile(path):
                content = pathlib.Path(path).read_bytes()
                names = [os.fsdecode(name) for name in INCLUDE.findall(content)]
                self._known[path] = (hashlib.sha256(content).digest(), names)
        return self._known[path]

    def closure(self, source, folders):
        """path -> hash of the source and of all that it includes."""
        found, left = {}, [source]
        while left:
            path = left.pop()
            read = self.read(path)
            if read is None or path in found:
                continue
            found[path] = read[0]
            for name in read[1]:
                places = [os.path.normpath(os.path.join(folder, name))
                          for folder in (os.path.dirname(path), *folders)]
                left += [place for place in places if self.read(place)][:1]
        return found


def key(entry, constant, files, root):
    """The key of one entry of compile_commands.json."""
    directory = entry["directory"]
    folders = [os.path.join(directory, name) for name in FOLDER.findall(entry["command"])]
    inputs = files.closure(os.path.join(directory, entry["file"]), folders)
    if not inputs:
        return "-"
    digest = hashlib.sha256(constant)
    digest.update(entry["command"].replace(root, "").encode())
    for path in sorted(inputs):
        digest.update(path.replace(root, "").encode() + b"\0" + inputs[path])
    return digest.hexdigest()


def keys(sources, entries, constant, root):
    files = Files(root)
    by_source = {os.path.relpath(entry["file"], root): entry for entry in entries}
    for source in sources:
        entry = by_source.get(os.path.normpath(source))
        yield key(entry, constant, files, root) if entry else "-"


def main(build, version):
    entries = json.loads((ROOT / build / "compile_commands.json").read_text())
    packages = subprocess.run(["dpkg-query", "-W", "lib*-dev"], capture_output=True, check=True)
    constant = version.encode() + b"\0" + (ROOT / ".clang-tidy").read_bytes() + packages.stdout
    sources = sys.stdin.read().split()
    for source, name in zip(sources, keys(sources, entries, constant, str(ROOT))):
        print(name, source)


if __name__ == "__main__":
    main(*sys.argv[1:])
