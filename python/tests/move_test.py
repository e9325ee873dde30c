import numpy as np
import pytest

import rowsplit as rs


def test_concat_of_dense_is_dense():
    joined = rs.concat([np.array([[1], [2]]), np.array([[3, 4], [5, 6]])], axis=1)
    assert isinstance(joined, np.ndarray)
    assert joined.tolist() == [[1, 3, 4], [2, 5, 6]]


def test_concat_takes_dense_and_ragged():
    joined = rs.concat([rs.constant([[1], [2, 3]]), [[4, 5], [6, 7]]], axis=1)
    assert joined.to_list() == [[1, 4, 5], [2, 3, 6, 7]]


def test_concat_keeps_the_dtype_of_the_splits():
    narrow = rs.constant([[1], [2, 3]]).with_row_splits_dtype("int32")
    assert rs.concat([narrow, narrow], axis=0).row_splits.dtype == np.int32
    assert rs.stack([narrow, narrow], axis=0).row_splits.dtype == np.int32
    with pytest.raises(ValueError, match="row_splits"):
        rs.concat([narrow, rs.constant([[1]])], axis=0)


def test_ragged_stack_of_vectors_has_int32_splits():
    for axis in (0, -2):
        stacked = rs.ragged_stack([np.array([1, 2]), np.array([3])], axis=axis)
        assert stacked.to_list() == [[1, 2], [3]]
        assert stacked.row_splits.dtype == np.int32
    pair = rs.ragged_stack([np.ones((1, 2)), np.ones((2, 1))])
    assert pair.row_splits.dtype == np.int64


def test_split_takes_a_number_or_sizes():
    rows = rs.constant([["a"], ["b", "c"], []])
    assert [x.to_list() for x in rs.split(rows, 3)] == [[[b"a"]], [[b"b", b"c"]], [[]]]
    for sizes in ([1, 2], (1, 2), np.array([1, 2])):
        assert [x.nrows() for x in rs.split(rows, sizes, num=2)] == [1, 2]
    assert len(rs.split(rows, np.int64(3))) == 3
    with pytest.raises(ValueError, match="num must be"):
        rs.split(rows, [1, 2], num=3)


def test_stack_undoes_unstack():
    rows = rs.constant([[[1], [2, 3]], [[4], [5, 6]]])
    parts = rs.unstack(rows)
    assert [type(part) for part in parts] == [rs.RaggedTensor] * 2
    assert rs.stack(parts).to_list() == rows.to_list()
    assert [x.tolist() for x in rs.unstack(np.eye(2), axis=1)] == [[1, 0], [0, 1]]


def test_reverse_takes_one_axis_or_several():
    rows = rs.constant([[1, 2], [3]])
    assert rs.reverse(rows, [1]).to_list() == rs.reverse(rows, -1).to_list() == [[2, 1], [3]]
    assert rs.reverse(np.arange(3), [0]).tolist() == [2, 1, 0]


def test_partitions_give_the_dtype_of_the_splits():
    data, ids = np.arange(3), [1, 0, 1]
    for dtype in (np.int32, np.int64):
        rows = rs.stack_dynamic_partitions(data, np.array(ids, dtype), 2)
        assert rows.to_list() == [[1], [0, 2]]
        assert rows.row_splits.dtype == dtype


@pytest.mark.parametrize("call, error, message", [
    (lambda: rs.concat([], 0), ValueError, "must be an input"),
    (lambda: rs.concat([rs.constant([[1]])] * 2, 2), ValueError, "axis=2"),
    (lambda: rs.concat([rs.constant([[1]]), rs.constant([["a"]])], 0), ValueError, "one dtype"),
    (lambda: rs.stack([[1, 2], [3, 4]], axis=5), ValueError, "axis=5"),
    (lambda: rs.split(rs.constant([[1]]), 2, axis=1), ValueError, "ragged one"),
    (lambda: rs.tile(rs.constant([[1]]), [2]), IndexError, "multiples"),
    (lambda: rs.tile(rs.constant([[1]]), [2, -1]), ValueError, "negative"),
    (lambda: rs.tile(rs.constant([[1]]), [2**62, 4]), MemoryError, "64 bits"),
    (lambda: rs.reverse(rs.constant([[1]]), [2]), ValueError, "axis=2"),
    (lambda: rs.stack_dynamic_partitions([1], [3], 3), ValueError, "partitions"),
])
def test_errors(call, error, message):
    with pytest.raises(error, match=message):
        call()
