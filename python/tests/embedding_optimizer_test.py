import numpy as np
import pytest

import rowsplit as rs


def table():
    return np.arange(12, dtype=np.float32).reshape(4, 3) / 8


def slices(indices, values):
    return rs.IndexedSlices(np.float32(values), np.int64(indices), (4, 3))


def test_sum_per_id():
    gradient = slices([2, 0, 2], [[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    sums = rs.sum_per_id(gradient)
    assert sums.indices.tolist() == [0, 2]
    assert sums.values.tolist() == [[4, 5, 6], [8, 10, 12]]
    assert sums.dense_shape == (4, 3)
    assert rs.sum_per_id(gradient, "first_seen").indices.tolist() == [2, 0]
    with pytest.raises(IndexError, match=r"indices\[0\]=4"):
        rs.sum_per_id(slices([4], [[1, 2, 3]]))
    with pytest.raises(ValueError, match="order"):
        rs.sum_per_id(gradient, "any")


@pytest.mark.parametrize("name", ["sgd", "adagrad", "row_wise_adagrad", "adam"])
def test_bags_as_slices(name):
    ids, upstream = [[1, 1, 2], [3]], np.float32([[1, 2, 3], [4, 5, 6]])
    weights = np.float32([0.5, 2, 1, 3])
    weights = rs.RaggedTensor.from_row_splits(weights, [0, 3, 4])
    one, other = table(), table()
    first = getattr(rs.EmbeddingOptimizer, name)(one.shape)
    second = getattr(rs.EmbeddingOptimizer, name)(one.shape)
    for _ in range(3):
        rows, expected = rs.embedding_bag_gradient(one, ids, upstream,
                                                   per_sample_weights=weights)
        first.update(one, rows)
        got = second.update_bags(other, ids, upstream, per_sample_weights=weights)
        assert got.to_list() == expected.to_list()
        assert np.array_equal(one, other)
    assert not np.array_equal(one, table())
    assert np.array_equal(one[0], table()[0])
    assert first.num_steps == 3


def test_state():
    one, gradient = table(), slices([1], [[1, 2, 3]])
    optimizer = rs.EmbeddingOptimizer.adam(one.shape, learning_rate=0.5)
    optimizer.update(one, gradient)
    state = optimizer.state()
    assert sorted(state) == ["first_moment", "num_steps", "second_moment"]
    again, other = one.copy(), rs.EmbeddingOptimizer.adam(one.shape)
    other.learning_rate = 0.5
    other.load_state(state)
    optimizer.update(one, gradient)
    other.update(again, gradient)
    assert np.array_equal(one, again)
    with pytest.raises(ValueError, match="first_moment must have 12 items"):
        other.load_state({**state, "first_moment": np.float32([1])})
    with pytest.raises(ValueError, match="num_steps must not be negative, got -1"):
        other.load_state({**state, "num_steps": -1})
    assert other.num_steps == 2


def test_bags_are_taken_as_by_the_gradient():
    ids, upstream = [[1, 1, 3], [3]], np.float32([[1, 2, 3], [4, 5, 6]])
    ragged = [[0.5, 2.0, 1.0], [3.0]]
    wanted, got = table(), table()
    rs.EmbeddingOptimizer.sgd((4, 3)).update_bags(
        wanted, ids, upstream, per_sample_weights=rs.constant(ragged), padding_idx=3)
    assert np.array_equal(wanted[3], table()[3])
    for arguments in (
            {"ids": ids, "per_sample_weights": ragged, "padding_idx": -1},
            {"ids": ids, "per_sample_weights": [0.5, 2, 1, 3], "padding_idx": 3},
            {"ids": [1, 1, 3, 3], "offsets": [0, 3], "padding_idx": 3,
             "per_sample_weights": np.float32([0.5, 2, 1, 3])}):
        got = table()
        rs.EmbeddingOptimizer.sgd((4, 3)).update_bags(got, upstream=upstream, **arguments)
        assert np.array_equal(got, wanted), arguments
    with pytest.raises(ValueError, match="padding_idx must be a row of the table"):
        rs.EmbeddingOptimizer.sgd((4, 3)).update_bags(got, ids, upstream, padding_idx=4)


def test_errors():
    optimizer = rs.EmbeddingOptimizer.sgd((4, 3))
    gradient = slices([1], [[1, 2, 3]])
    with pytest.raises(TypeError, match="float32"):
        optimizer.update(table().astype(np.float64), gradient)
    with pytest.raises(TypeError, match="NumPy array"):
        optimizer.update([[1.0]], gradient)
    frozen = table()
    frozen.flags.writeable = False
    with pytest.raises(ValueError, match="writeable"):
        optimizer.update(frozen, gradient)
    with pytest.raises(ValueError, match="contiguous"):
        optimizer.update(np.zeros((4, 6), np.float32)[:, ::2], gradient)
    with pytest.raises(ValueError, match="must be of 4 rows of 3"):
        optimizer.update(np.zeros((2, 3), np.float32), gradient)
    for bad in (rs.IndexedSlices(np.ones((3, 1), np.float32), [1], (4, 3)),
                rs.IndexedSlices(np.ones(3, np.float32), [1], (4, 3))):
        with pytest.raises(ValueError, match="a row of values for each"):
            optimizer.update(table(), bad)
    with pytest.raises(ValueError, match="beta1"):
        rs.EmbeddingOptimizer.adam((4, 3), beta1=2)
    with pytest.raises(ValueError, match="shape"):
        rs.EmbeddingOptimizer.sgd(4)
    with pytest.raises(ValueError, match="learning_rate"):
        optimizer.learning_rate = float("nan")
