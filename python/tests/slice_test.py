import numpy as np
import pytest

import rowsplit as rs

ROWS = [[1, 2, 3], [], [4, 5]]


@pytest.fixture
def rt():
    return rs.constant(ROWS)


def test_indexing_is_that_of_lists(rt):
    for row in range(-3, 3):
        assert rt[row].tolist() == ROWS[row]
    for key in (slice(None), slice(1, None), slice(None, None, -1), slice(-2, 10, 2)):
        assert rt[key].to_list() == ROWS[key]
        assert rt[:, key].to_list() == [row[key] for row in ROWS]
    assert rt[2, -1] == 5
    assert rt[None].to_list() == [ROWS]
    assert rt[..., None].to_list() == [[[v] for v in row] for row in ROWS]
    assert rt[()].to_list() == ROWS
    assert rt[np.int32(0)].tolist() == ROWS[0]
    assert rt[-10**30:10**30].to_list() == ROWS


def test_iteration_gives_the_rows(rt):
    assert [row.tolist() for row in rt] == ROWS
    assert list(rs.StringTensor(["a", "b"])) == [b"a", b"b"]


def test_indexing_keeps_the_dtype_of_the_splits(rt):
    small = rt.with_row_splits_dtype(np.int32)
    assert small[1:].row_splits.dtype == np.int32
    assert small[:, :1].row_splits.dtype == np.int32


@pytest.mark.parametrize("key, error", [
    (3, IndexError), (-4, ValueError), (10**30, IndexError), ((0, 3), ValueError),
    ((slice(None), 0), ValueError), (slice(None, None, 0), ValueError),
    ((0, 0, 0), ValueError), ((..., 0, 0, 0), IndexError), (1.0, TypeError),
    ("a", TypeError), (True, TypeError), (slice(1.5, None), TypeError),
])
def test_bad_keys(rt, key, error):
    with pytest.raises(error, match="slice|indices|bounds|row"):
        rt[key]


def test_string_tensors_are_indexed():
    strings = rs.StringTensor(np.array([["a", "b"], ["c", "d"]], dtype=object))
    assert strings[1, 0] == b"c"
    assert strings[:, 1].to_list() == [b"b", b"d"]
    with pytest.raises(IndexError):
        strings[2]


def test_gather_takes_lists_and_any_axis(rt):
    assert rs.gather(rt, [2, 0]).to_list() == [[4, 5], [1, 2, 3]]
    assert rs.gather(rt, rs.constant([[0], []], dtype=np.int64)).to_list() == [[[1, 2, 3]], []]
    assert rs.gather(rt, 2).tolist() == [4, 5]
    assert rs.gather(np.arange(6).reshape(2, 3), [2, 0], axis=-1).tolist() == [[2, 0], [5, 3]]


def test_a_batch_gather_stays_in_its_row():
    rt = rs.constant([[10], [11, 12]])
    with pytest.raises(ValueError, match="1 is not in"):
        rs.batch_gather(rt, np.array([[1], [0]]))
    with pytest.raises(ValueError, match="-1 is not in"):
        rs.gather(rt, np.array([[0], [-1]]), batch_dims=1)


def test_mixed_row_splits_are_refused(rt):
    indices = rs.constant([[0]], dtype=np.int64).with_row_splits_dtype(np.int32)
    with pytest.raises(ValueError, match="row_splits"):
        rs.gather(rt, indices)


def test_where_needs_both_sides_or_none(rt):
    with pytest.raises(ValueError, match="both"):
        rs.where(rs.constant([[True]]), x=rt)


def test_one_hot_takes_values_of_a_dtype():
    assert rs.one_hot([1], 2, dtype=np.int8).dtype == np.int8
    assert rs.one_hot([1], 2, on_value=5, off_value=-1).tolist() == [[-1, 5]]
    assert rs.one_hot([0], 2, on_value="y", off_value="n").to_list() == [[b"y", b"n"]]
    with pytest.raises(ValueError, match="ragged rank"):
        rs.one_hot(rs.constant([[1]]), 2, axis=1)


def test_unique_of_strings_and_dtype_of_the_index():
    y, idx, count = rs.unique_with_counts(rs.constant([["b", "a", "b"], []]))
    assert y.to_list() == [[b"b", b"a"], []]
    assert idx.to_list() == [[0, 1, 0], []] and idx.dtype == np.int32
    assert count.to_list() == [[2, 1], []]
    assert rs.unique(np.array([1, 1]), out_idx=np.int64)[1].dtype == np.int64
