"""What is Python's own in the reductions: arguments, errors, results."""

import numpy as np
import pytest
import rowsplit as rs


def numbers():
    return rs.constant([[3, 1, 4], [], [1, 5]])


def test_reductions_take_an_axis_axes_or_none():
    assert rs.reduce_sum(numbers(), axis=1).tolist() == [8, 0, 6]
    assert rs.reduce_sum(numbers(), axis=[0, 1]).tolist() == 14
    assert rs.reduce_sum(numbers()).tolist() == 14
    assert rs.reduce_sum(numbers(), axis=1, keepdims=None).tolist() == [8, 0, 6]
    assert rs.reduce_max(numbers(), axis=1, initial=2).tolist() == [4, 2, 5]
    assert rs.reduce_mean(numbers(), axis=0).dtype == np.float64


def test_a_bad_axis_is_a_value_error():
    with pytest.raises(ValueError, match="axis=2 out of bounds"):
        rs.reduce_sum(numbers(), axis=2)
    with pytest.raises(TypeError):
        rs.reduce_sum(numbers(), axis=1.0)


def test_a_bad_initial_or_keepdims_is_a_type_error():
    for call in (rs.reduce_sum, rs.cumsum):
        with pytest.raises(TypeError, match="initial must be a number, got str"):
            call(numbers(), axis=1, initial="a")
    with pytest.raises(ValueError, match="initial must be a value of int32"):
        rs.reduce_sum(numbers(), axis=1, initial=float("nan"))
    with pytest.raises(TypeError, match="keepdims"):
        rs.reduce_sum(numbers(), axis=1, keepdims="a")


def test_segments():
    assert rs.segment_max([1, 2, 3], [0, 0, 2]).tolist() == [2, 0, 3]
    assert rs.unsorted_segment_sum(numbers(), [1, 0, 1], 2).to_list() == [[], [4, 6, 4]]
    with pytest.raises(ValueError, match=r"segment_ids\[1\] = 2"):
        rs.unsorted_segment_sum([1, 2], [0, 2], 2)


def test_running_folds():
    assert rs.cumsum(numbers(), axis=1).to_list() == [[3, 4, 8], [], [1, 6]]
    assert rs.cumsum(numbers()).to_list() == [[3, 1, 4], [], [4, 6]]
    assert rs.cummin(numbers(), axis=-1, reverse=True).to_list() == [[1, 1, 4], [], [1, 5]]


def test_rows_without_a_value():
    with pytest.raises(ValueError, match="row 1 is empty"):
        rs.argmax(numbers(), axis=1)
    with pytest.raises(ValueError, match="row 1 is empty"):
        rs.first(numbers())
    assert rs.argmax(numbers(), axis=1, empty=-1).tolist() == [2, -1, 1]
    assert rs.last(numbers(), empty=9).tolist() == [4, 9, 5]
    np.testing.assert_array_equal(rs.median(numbers()), [3, np.nan, 3])
    assert rs.quantile(numbers(), 1, axis=1, empty=0).tolist() == [4, 0, 5]
