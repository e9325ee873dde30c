"""Uses an installed rowsplit, with nothing but NumPy beside it."""

import pickle

import numpy as np

import rowsplit as rs

tensor = rs.RaggedTensor.from_row_splits(np.arange(5), [0, 2, 2, 5])
assert tensor.to_list() == [[0, 1], [], [2, 3, 4]]
assert pickle.loads(pickle.dumps(tensor)).to_list() == tensor.to_list()
words = rs.constant([["to", "be"], [], ["or"]])
assert words.flat_values.to_list() == [b"to", b"be", b"or"]
try:
    rs.RaggedTensor.from_row_splits(np.arange(5), [0, 3, 2, 5])
    raise SystemExit("splits that decrease were taken")
except ValueError as error:
    assert "row_splits[2]=2" in str(error)
print(f"rowsplit {rs.__version__} of {rs.__file__}: {tensor}")
