"""Imports rowsplit together with other libraries, in every order.

  import_order.py [MODULE]...    default: torch tensorflow sentencepiece pyarrow

Each order is a process of its own, which imports the modules and then uses each
of them. A module that is not installed is left out, and said so. Exits with 1
if an order fails.
"""

import importlib.util
import itertools
import os
import subprocess
import sys

USES = {
    "rowsplit": """
rt = rowsplit.RaggedTensor.from_row_splits(__import__("numpy").arange(5), [0, 2, 2, 5])
assert rt.to_list() == [[0, 1], [], [2, 3, 4]]
assert rowsplit.sort(rt, direction="DESCENDING").to_list() == [[1, 0], [], [4, 3, 2]]
try:
    rowsplit.RaggedTensor.from_row_splits([1], [0, 2])
    raise SystemExit("wrong splits were taken")
except ValueError:
    pass
""",
    "torch": """
values = torch.arange(5)
rt = rowsplit.RaggedTensor.from_row_splits(values, [0, 2, 5])
assert torch.from_dlpack(rt).sum().item() == 10
assert torch.from_dlpack(rt).data_ptr() == values.data_ptr()
halves = rowsplit.RaggedTensor.from_row_splits(values.bfloat16(), [0, 5])
assert torch.from_dlpack(halves).dtype == torch.bfloat16
""",
    "tensorflow": """
rt = rowsplit.RaggedTensor.from_row_splits(tensorflow.range(5), [0, 2, 5])
assert rt.to_list() == [[0, 1], [2, 3, 4]]
words = rowsplit.RaggedTensor.from_row_splits(tensorflow.constant(["a", "b"]), [0, 2])
assert words.to_list() == [[b"a", b"b"]]
ragged = tensorflow.RaggedTensor.from_row_splits(rt.flat_values, rt.row_splits)
assert tensorflow.reduce_sum(ragged).numpy() == 10
assert tensorflow.strings.regex_replace(["ab"], "a", "c").numpy()[0] == b"cb"
""",
    "sentencepiece": """
assert sentencepiece.SentencePieceProcessor() is not None
import io
model = io.BytesIO()
sentencepiece.SentencePieceTrainer.train(
    sentence_iterator=iter(["to be or not to be", "that is the question"] * 20),
    model_writer=model, vocab_size=16, minloglevel=2)
ids = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue()).encode("to be")
assert rowsplit.constant([ids, []]).to_list() == [ids, []]
""",
    "pyarrow": """
rt = rowsplit.constant([["a", "bc"], [], ["d"]])
rows = pyarrow.array(rt)
assert rows.to_pylist() == [[b"a", b"bc"], [], [b"d"]] or rows.to_pylist() == [["a", "bc"], [], ["d"]]
assert rowsplit.RaggedTensor.from_row_splits(pyarrow.array([1, 2]), [0, 2]).to_list() == [[1, 2]]
""",
}


def run(order):
    """The end of what a process that imports in this order says, or None."""
    program = "".join(f"import {name}\n" for name in order)
    program += "".join(USES[name] for name in order)
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run([sys.executable, "-c", program], env=environment,
                          capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return None
    return f"exit {done.returncode}: {done.stderr.strip()[-600:]}"


def main():
    wanted = sys.argv[1:] or ["torch", "tensorflow", "sentencepiece", "pyarrow"]
    present = [name for name in wanted if importlib.util.find_spec(name)]
    for name in sorted(set(wanted) - set(present)):
        print(f"{name} is not installed: left out")
    failed = 0
    orders = list(itertools.permutations(["rowsplit", *present]))
    for order in orders:
        problem = run(order)
        if problem:
            failed += 1
            print(f"{' '.join(order)}: {problem}")
    print(f"{len(orders) - failed} of {len(orders)} orders of "
          f"{', '.join(['rowsplit', *present])} passed")
    return 1 if failed or not present else 0


if __name__ == "__main__":
    sys.exit(main())
