import numpy as np
import pytest

import rowsplit as rs


def test_sort_and_argsort():
    rt = rs.constant([[3, 1, 2], [], [5, 4]])
    assert rs.sort(rt).to_list() == [[1, 2, 3], [], [4, 5]]
    assert rs.sort(rt, direction="DESCENDING").to_list() == [[3, 2, 1], [], [5, 4]]
    order = rs.argsort(rt, axis=-1)
    assert order.to_list() == [[1, 2, 0], [], [1, 0]]
    assert order.dtype == np.int32
    assert rs.sort(rs.constant([["b", "", "a"], []])).to_list() == [[b"", b"a", b"b"], []]
    np.testing.assert_array_equal(rs.sort(np.array([[2, 1], [0, 3]])), [[1, 2], [0, 3]])


def test_the_splits_keep_their_dtype():
    rt = rs.constant([[3, 1], []], row_splits_dtype="int32")
    assert rs.sort(rt).row_splits.dtype == np.int32
    assert rs.top_k(rt, 1)[1].row_splits.dtype == np.int32


def test_nan_comes_last():
    rt = rs.constant([[float("nan"), 2.0, -1.0]])
    np.testing.assert_array_equal(rs.sort(rt).flat_values, np.float32([-1, 2, np.nan]))
    np.testing.assert_array_equal(
        rs.sort(rt, direction="DESCENDING").flat_values, np.float32([2, -1, np.nan]))


def test_top_k():
    values, indices = rs.top_k(rs.constant([[1, 3, 2], [4]]), k=2)
    assert values.to_list() == [[3, 2], [4]]
    assert indices.to_list() == [[1, 2], [0]]


@pytest.mark.parametrize("call, error, message", [
    (lambda rt: rs.sort(rt, direction="UP"), ValueError, "'UP'"),
    (lambda rt: rs.sort(rt, axis=5), ValueError, "axis"),
    (lambda rt: rs.sort(rt, axis=0), NotImplementedError, "innermost"),
    (lambda rt: rs.top_k(rt, -1), ValueError, "negative"),
    (lambda rt: rs.top_k(np.zeros((2, 3)), 4), ValueError, "k=4"),
    (lambda rt: rs.sort(3), ValueError, "rank"),
])
def test_errors(call, error, message):
    with pytest.raises(error, match=message):
        call(rs.constant([[1, 2], []]))
