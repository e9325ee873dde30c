"""How much of the disk a package or a program takes, with what it needs."""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
from collections.abc import Iterable

# Whatever runs has these: libraries of C and C++ and the loader.
EVERYWHERE = re.compile(r"(ld-linux.*|lib(c|m|dl|rt|resolv|pthread|gcc_s|stdc\+\+))\.so")


def _requirement(line: str):
    try:
        from packaging.requirements import Requirement
    except ImportError:
        from pip._vendor.packaging.requirements import Requirement
    return Requirement(line)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def needed_by(line: str, extras: Iterable[str]) -> tuple[str, set[str]] | None:
    """The distribution that a line of Requires-Dist asks for here, and its extras;
    None where it is for other systems or for extras that nobody asked for."""
    requirement = _requirement(line)
    if requirement.marker is not None and not any(
            requirement.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
        return None
    return requirement.name, requirement.extras


def with_dependencies(name: str) -> dict[str, importlib.metadata.Distribution]:
    """The installed distributions that a distribution needs, itself among them; an
    optional one that is not installed is left out. Raises PackageNotFoundError
    where the distribution itself is not installed."""
    found = {_normal(name): importlib.metadata.distribution(name)}
    seen, left = set(), [(name, frozenset())]
    while left:
        at, extras = left.pop()
        if (_normal(at), extras) in seen:
            continue
        seen.add((_normal(at), extras))
        try:
            distribution = found.setdefault(_normal(at), importlib.metadata.distribution(at))
        except importlib.metadata.PackageNotFoundError:
            continue
        needed = (needed_by(line, extras) for line in distribution.requires or [])
        left += [(other, frozenset(more)) for other, more in filter(None, needed)]
    return found


def files_of(distribution: importlib.metadata.Distribution) -> set[str]:
    """The files that the distribution's RECORD names and that are there."""
    paths = (os.path.realpath(distribution.locate_file(file)) for file in distribution.files or [])
    return {path for path in paths if os.path.isfile(path)}


def libraries_of(path: str) -> set[str]:
    """The shared libraries that a program or library is linked with, and they with
    others, but for those that are everywhere."""
    output = subprocess.run(["ldd", path], capture_output=True, text=True, check=False).stdout
    found = re.findall(r"^\s*(\S+)(?: => (\S+))? \(0x", output, re.MULTILINE)
    return {os.path.realpath(where or name) for name, where in found
            if not EVERYWHERE.match(os.path.basename(name)) and os.path.isfile(where or name)}


def total_mib(paths: Iterable[str]) -> float:
    return sum(map(os.path.getsize, set(paths))) / 2**20


def program_mib(path: str) -> float:
    """A program with its libraries."""
    return total_mib({os.path.realpath(path)} | libraries_of(path))


def package_mib(name: str, linked: bool = False) -> float:
    """A distribution with those that it needs; `linked`: and with the libraries of
    the system that its own modules are linked with, where others bring theirs."""
    found = with_dependencies(name)
    files = set().union(*map(files_of, found.values()))
    if linked:
        for path in files_of(found[_normal(name)]):
            if path.endswith(".so"):
                files |= libraries_of(path)
    return total_mib(files)
