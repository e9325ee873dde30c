import numpy as np
import pytest

import rowsplit as rs

X = rs.constant([[1, 2], [], [3]])


def rows(value):
    return value.to_list()


def test_operators_call_the_functions():
    assert rows(X + 1) == [[2, 3], [], [4]]
    assert rows(10 - X) == [[9, 8], [], [7]]
    assert rows(X * [[1], [2], [3]]) == [[1, 2], [], [9]]
    assert rows(np.array([[1], [2], [3]], np.int32) * X) == [[1, 2], [], [9]]
    assert rows(X / 2) == [[0.5, 1.0], [], [1.5]]
    assert rows(7 // X) == [[7, 3], [], [2]]
    assert rows(-X % 2) == [[1, 0], [], [1]]
    assert rows(2**X) == [[2, 4], [], [8]]
    assert rows(abs(-X)) == [[1, 2], [], [3]]
    assert rows((X > 1) & (X <= 2)) == [[False, True], [], [False]]
    assert rows(~(X >= 2) ^ (X < 3)) == [[False, True], [], [False]]
    assert rows((X == 1) | (X != 2)) == [[True, False], [], [True]]


def test_every_function_is_there_and_works():
    floats = rs.cast(X, "float64")
    for name in ("abs negative sign square relu round floor ceil sqrt rsqrt reciprocal exp expm1 "
                 "log log1p sin cos tanh sigmoid softplus is_nan is_inf is_finite").split():
        result = getattr(rs, name)(floats)
        assert result.row_splits.tolist() == [0, 2, 2, 3], name
    for name in ("add subtract multiply truediv floordiv floormod pow maximum minimum "
                 "squared_difference equal not_equal less less_equal greater "
                 "greater_equal").split():
        assert getattr(rs, name)(floats, 2.0).row_splits.tolist() == [0, 2, 2, 3], name
    for name in "bitwise_and bitwise_or bitwise_xor left_shift right_shift".split():
        assert getattr(rs, name)(X, X).dtype == np.int32, name
    bools = rs.cast(X, bool)
    for name in "logical_and logical_or logical_xor".split():
        assert getattr(rs, name)(bools, True).dtype == np.bool_, name
    assert rows(rs.logical_not(bools)) == [[False, False], [], [False]]
    assert rows(rs.invert(X)) == [[-2, -3], [], [-4]]


def test_dense_arguments_give_dense_results():
    result = rs.add(np.array([[1.0], [2.0]]), np.array([10.0, 20.0]))
    assert result.tolist() == [[11, 21], [12, 22]]
    assert rs.add(1, 2) == 3
    assert rs.equal(np.float32(1), np.float32(1))


def test_results_keep_the_dtype_of_the_splits():
    narrow = X.with_row_splits_dtype("int32")
    assert (narrow + 1).row_splits.dtype == np.int32
    assert (X + 1).row_splits.dtype == np.int64
    with pytest.raises(ValueError, match="row splits of one dtype"):
        narrow + X


def test_equality_of_what_does_not_go_together():
    other = rs.constant([[1], [2], [3]])
    assert (X == other) is False
    assert (X != other) is True
    assert (X == None) is False  # noqa: E711
    with pytest.raises(ValueError, match="ragged rows do not broadcast"):
        rs.equal(X, other)
    with pytest.raises(ValueError):
        X < other  # noqa: B015


def test_errors_name_what_is_wrong():
    with pytest.raises(ValueError, match="division by zero, at item 0"):
        X // 0
    with pytest.raises(ValueError, match="got int32 and int64"):
        X + np.array([1])
    with pytest.raises(TypeError):
        X + 1.5
    with pytest.raises(ValueError, match="logical_and is not defined for int32"):
        X & X
    with pytest.raises(ValueError, match="less is not defined for string"):
        rs.constant([["a"]]) < "b"  # noqa: B015


def test_strings():
    words = rs.constant([["a", "b"], []])
    assert rows(words + "!") == [[b"a!", b"b!"], []]
    assert rows("<" + words) == [[b"<a", b"<b"], []]
    assert rows(words == "a") == [[True, False], []]
    assert rows(rs.zeros_like(words)) == [[b"", b""], []]


def test_cast_and_likes():
    assert rows(rs.cast(rs.constant([[1.9, -1.9]]), "int32")) == [[1, -1]]
    assert rs.ones_like(X).dtype == np.int32
    assert rs.zeros_like(X, dtype="float32").dtype == np.float32
    with pytest.raises(ValueError):
        rs.cast(rs.constant([["a"]]), "int32")


def test_broadcast_to():
    assert rows(rs.broadcast_to(5, X)) == [[5, 5], [], [5]]
    assert rs.broadcast_to([[1], [2]], [2, 2]).tolist() == [[1, 1], [2, 2]]
    assert rs.broadcast_to("a", [2]).to_list() == [b"a", b"a"]
    with pytest.raises(ValueError, match=r"shape\[0\]=-1"):
        rs.broadcast_to(1, [-1])
    with pytest.raises(MemoryError):
        rs.broadcast_to(1, [2**40, 2**40])


def test_map_flat_values():
    assert rows(rs.map_flat_values(np.negative, X)) == [[-1, -2], [], [-3]]
    assert rows(rs.map_flat_values(lambda a, scale: a[0] * scale, [X], scale=2)) == [
        [2, 4], [], [6]]
    assert rs.map_flat_values(lambda a: a + 1, 1) == 2
    pair = rs.IndexedSlices(values=X, indices=2, dense_shape=None)
    assert rows(rs.map_flat_values(lambda p: p.values * p.indices, pair)) == [[2, 4], [], [6]]
    with pytest.raises(ValueError, match="same row splits"):
        rs.map_flat_values(np.add, X, rs.constant([[1], [2], [3]]))
    with pytest.raises(ValueError, match="one ragged rank"):
        rs.map_flat_values(np.add, X, rs.constant([[[1, 2], [3]]]))
    with pytest.raises(ValueError):
        rs.map_flat_values(np.sum, X)


def test_softmax_matmul_and_crosses():
    assert rows(rs.softmax(rs.constant([[1.0, 1.0], []]))) == [[0.5, 0.5], []]
    a = rs.constant([[[1.0, 2.0]], [[3.0, 4.0], [5.0, 6.0]]], ragged_rank=1)
    assert rows(rs.matmul(a, a, transpose_b=True)) == [[[5]], [[25, 39], [39, 61]]]
    inputs = [rs.constant([["a"], ["b", "c"]]), [[1, 2], [3, 4]]]
    assert rows(rs.cross(inputs)) == [
        [b"a_X_1", b"a_X_2"], [b"b_X_3", b"b_X_4", b"c_X_3", b"c_X_4"]]
    hashed = rs.cross_hashed(inputs, num_buckets=10)
    assert [len(row) for row in rows(hashed)] == [2, 4]
    with pytest.raises(ValueError, match="num_buckets"):
        rs.cross_hashed(inputs, num_buckets=-1)
