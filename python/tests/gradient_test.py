import numpy as np
import pytest

import rowsplit as rs


def floats(rows):
    return rs.constant(rows, dtype="float32")


def test_reductions():
    rt = floats([[1, 5, 5], [], [3]])
    grad = np.float32([8, 1, 2])
    assert rs.sum_gradient(rt, grad, axis=1).to_list() == [[8, 8, 8], [], [2]]
    assert rs.max_gradient(rt, grad, axis=-1).to_list() == [[0, 4, 4], [], [2]]
    assert rs.mean_gradient(rt, np.float32(4)).to_list() == [[1, 1, 1], [], [1]]
    weights = rs.logsumexp_gradient(floats([[0, 0]]), np.float32([3]), axis=1)
    assert weights.to_list() == [[1.5, 1.5]]


def test_softmax():
    assert rs.softmax_gradient(floats([[0.5, 0.5], [1]]), floats([[1, 3], [7]])).to_list() == [
        [-0.5, 0.5], [0]]


def test_moves():
    rows = rs.gather_gradient(
        floats([[1, 2], [3]]), [1, 0, 1], floats([[5], [6, 7], [8]]))
    assert rows.to_list() == [[6, 7], [13]]
    a, b = rs.concat_gradient(
        [floats([[1], [2, 3]]), floats([[4, 5], []])], 1, floats([[6, 7, 8], [9, 10]]))
    assert a.to_list() == [[6], [9, 10]]
    assert b.to_list() == [[7, 8], []]
    dense = rs.to_tensor_gradient(floats([[1, 2, 3], [4]]), np.float32([[5, 6], [7, 8]]))
    assert dense.to_list() == [[5, 6, 0], [7]]


def test_errors():
    with pytest.raises(ValueError, match="int32"):
        rs.sum_gradient(rs.constant([[1]]), np.int32([1]), axis=1)
    with pytest.raises(IndexError, match="indices"):
        rs.gather_gradient(floats([[1]]), [1], floats([[1]]))
