"""From lists to ragged arithmetic: the program of docs/tutorial.md. Its twin in
C++, ragged_arithmetic.cc, prints the same."""

# [make]
import numpy as np

import rowsplit as rs

# Scores of three games: 3, none and 2 of them.
scores = rs.constant([[3, 1, 2], [], [5, 4]])
# The same from flat values and row splits.
same = rs.RaggedTensor.from_row_splits(np.int32([3, 1, 2, 5, 4]), [0, 3, 3, 5])
# [make]
assert same.to_list() == scores.to_list()
print("scores =", scores.to_list())
print(f"rows = {len(scores)}, values = {len(scores.flat_values)}")

# [arithmetic]
total = scores * 10 + scores
# [arithmetic]
print("scores * 10 + scores =", total.to_list())

# [column]
# A column has one number for each row.
bonus = np.int32([[100], [200], [300]])
with_bonus = scores + bonus
# [column]
print("scores + bonus =", with_bonus.to_list())

# [reduce]
sums = rs.reduce_sum(scores, axis=1)
# [reduce]
print("sums =", sums.tolist())

# [rows]
ordered = rs.sort(scores)
joined = rs.concat([ordered, with_bonus], axis=1)
# [rows]
print("sorted =", ordered.to_list())
print("joined =", joined.to_list())

# [errors]
# Rows that do not fit each other are an error that names the axis.
other = rs.RaggedTensor.from_row_splits(scores.flat_values, [0, 1, 3, 5])
try:
    scores + other
    print("other lengths: added")
except ValueError:
    print("other lengths: refused")
# [errors]
