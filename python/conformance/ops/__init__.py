"""How each op of the vectors is called with the public package.

`op(name)` registers a function of the case's params and inputs (decoded). The
groups mirror the reference calls; `family` is a group's name in the vectors.
"""

import importlib

OPS = {}
GROUPS = ["bert", "dense", "elementwise", "embedding", "factories", "lookup", "move",
          "normalize", "order", "pre_tokenizers", "reduce", "segmentation",
          "segments", "slice", "strings", "text_vectorization", "unicode",
          "wordpiece"]
# The families that are done so far; the others are listed, not run.
FAMILIES = ["strings", "text", "ragged", "text_vectorization", "lookup", "embedding"]


def op(name):
    def register(function):
        if name in OPS:
            raise ValueError(f"{name} is registered twice")
        OPS[name] = function
        return function

    return register


def load():
    """All ops, by name."""
    for group in GROUPS:
        importlib.import_module(f"conformance.ops.{group}")
    return OPS
