"""Writes the type stub of the compiled module.

  make_stub.py [FILE]   to FILE, or to the standard output

Run with the built package on PYTHONPATH.
"""

import re
import sys

from nanobind.stubgen import StubGen

import rowsplit._core

HEAD = '''"""Types of rowsplit._core. Generated: `./run python --stub` writes it anew."""

'''


def stub():
    generator = StubGen(rowsplit._core)
    generator.put(rowsplit._core)
    text = generator.get()
    # The bindings take and give objects of several types, chosen at run time.
    text = re.sub(r"\bobject\b(?=[,)\]:]| =| \|)|(?<=-> )object\b", "Any", text)
    if "from typing import" not in text:
        text = "from typing import Any\n" + text
    elif not re.search(r"from typing import .*\bAny\b", text):
        text = text.replace("from typing import ", "from typing import Any, ", 1)
    return HEAD + text.rstrip() + "\n"


def main():
    text = stub()
    if len(sys.argv) > 1:
        with open(sys.argv[1], "w", encoding="utf-8") as file:
            file.write(text)
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
