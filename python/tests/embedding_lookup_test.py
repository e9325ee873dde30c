"""Look-ups in tables: the arguments, and the errors that Python raises."""

import numpy as np
import pytest

import rowsplit as rs

TABLE = np.array([[1, 2], [3, 4], [5, 6]], np.float32)


def sparse(indices, values, shape):
    return rs.SparseTensor(np.array(indices, np.int64), np.array(values),
                           np.array(shape, np.int64))


def test_lookup_takes_a_table_or_its_parts():
    ids = rs.constant([[2], [], [0, 1]])
    found = rs.embedding_lookup(TABLE, ids)
    assert found.to_list() == [[[5, 6]], [], [[1, 2], [3, 4]]]
    parts = [TABLE[:2], TABLE[2:]]
    assert rs.embedding_lookup(parts, ids).to_list() == found.to_list()
    mod = [TABLE[::2], TABLE[1::2]]
    got = rs.embedding_lookup(mod, ids, partition_strategy="mod")
    assert got.to_list() == found.to_list()
    assert rs.embedding_lookup(TABLE, 1).tolist() == [3, 4]
    assert rs.embedding_lookup(TABLE, [-1], negative_from_end=True).tolist() == [[5, 6]]
    assert rs.embedding_lookup(TABLE.astype(np.float64), [0]).dtype == np.float64


def test_lookup_keeps_the_dtype_of_row_splits():
    ids = rs.constant([[2], [0]]).with_row_splits_dtype("int32")
    assert rs.embedding_lookup(TABLE, ids).row_splits.dtype == np.int32


def test_lookup_raises():
    with pytest.raises(ValueError, match="3 at position 1"):
        rs.embedding_lookup(TABLE, [0, 3])
    with pytest.raises(ValueError, match="no parts"):
        rs.embedding_lookup([], [0])
    with pytest.raises(ValueError, match="'div' or 'mod'"):
        rs.embedding_lookup(TABLE, [0], partition_strategy="all")
    with pytest.raises(TypeError, match="max_norm"):
        rs.embedding_lookup(TABLE, [0], max_norm="1")


def test_lookup_sparse_drops_trailing_rows_unless_told():
    ids = rs.constant([[0, 1], [], [2], []])
    assert rs.embedding_lookup_sparse(TABLE, ids).tolist() == [[2, 3], [0, 0], [5, 6]]
    kept = rs.embedding_lookup_sparse(TABLE, ids, keep_empty_rows=True)
    assert kept.tolist() == [[2, 3], [0, 0], [5, 6], [0, 0]]
    of_sparse = rs.embedding_lookup_sparse(
        TABLE, sparse([[0, 0], [0, 1], [2, 1]], [0, 1, 2], [4, 2]), None, "mean")
    assert of_sparse.tolist() == kept.tolist()[:3]


def test_lookup_sparse_takes_weights_of_the_kind_of_the_ids():
    ids = rs.constant([[0, 1]])
    weights = rs.constant([[1.0, 3.0]])
    got = rs.embedding_lookup_sparse(TABLE, ids, weights, combiner="sum")
    assert got.tolist() == [[10, 14]]
    indices = [[0, 0], [0, 1]]
    got = rs.embedding_lookup_sparse(TABLE, sparse(indices, [0, 1], [1, 2]),
                                     sparse(indices, [1.0, 3.0], [1, 2]), "sum")
    assert got.tolist() == [[10, 14]]
    with pytest.raises(TypeError, match="one kind"):
        rs.embedding_lookup_sparse(TABLE, ids, sparse(indices, [1.0, 3.0], [1, 2]))
    with pytest.raises(TypeError, match="weights must be a SparseTensor"):
        rs.embedding_lookup_sparse(TABLE, sparse(indices, [0, 1], [1, 2]), weights)


def test_lookup_sparse_raises():
    ids = rs.constant([[0, 1]])
    with pytest.raises(ValueError, match="combiner must be"):
        rs.embedding_lookup_sparse(TABLE, ids, combiner="max")
    with pytest.raises(ValueError, match="got a dense tensor"):
        rs.embedding_lookup_sparse(TABLE, [0, 1])
    with pytest.raises(ValueError, match="indices must have the shape"):
        rs.embedding_lookup_sparse(TABLE, sparse([[0, 0]], [0], [1]))


def test_safe_lookup_sparse_drops_what_is_invalid():
    ids = rs.constant([[0, -1], [-1]])
    assert rs.safe_embedding_lookup_sparse(TABLE, ids).tolist() == [[1, 2], [0, 0]]
    got = rs.safe_embedding_lookup_sparse(TABLE, ids, default_id=2)
    assert got.tolist() == [[1, 2], [5, 6]]
    deep = sparse([[1, 0, 0], [0, 1, 1]], [2, 0], [2, 2, 2])
    got = rs.safe_embedding_lookup_sparse(TABLE, deep, combiner=None)
    assert got.tolist() == [[[0, 0], [1, 2]], [[5, 6], [0, 0]]]


def test_sparse_segments():
    indices, segments = [1, 1, 0], [0, 0, 2]
    assert rs.sparse_segment_sum(TABLE, indices, segments).tolist() == [
        [6, 8], [0, 0], [1, 2]]
    got = rs.sparse_segment_mean(TABLE, indices, segments, num_segments=4)
    assert got.tolist() == [[3, 4], [0, 0], [1, 2], [0, 0]]
    np.testing.assert_allclose(rs.sparse_segment_sqrt_n(TABLE, indices, segments)[0],
                               [6 / 2**0.5, 8 / 2**0.5], rtol=1e-6)
    with pytest.raises(ValueError, match="2 at position 2"):
        rs.sparse_segment_sum(TABLE, indices, segments, num_segments=2)


def test_fill_empty_rows():
    filled, empty = rs.fill_empty_rows(sparse([[1, 1]], [b"a"], [3, 2]), b"none")
    assert filled.indices.tolist() == [[0, 0], [1, 1], [2, 0]]
    assert list(filled.values) == [b"none", b"a", b"none"]
    assert filled.dense_shape.tolist() == [3, 2]
    assert empty.tolist() == [True, False, True]


def test_tables_and_gather_reduce():
    table = rs.EmbeddingTable.from_array(TABLE)
    ids = rs.constant([[0, 2], []])
    assert rs.embedding_lookup(table, ids).to_list() == [[[1, 2], [5, 6]], []]
    assert rs.embedding_lookup_sparse(table, ids).tolist() == [[3, 4]]
    assert rs.gather_reduce(TABLE.astype(np.float64), ids, axis=1).dtype == np.float64
    for params in (table, TABLE):
        got = rs.gather_reduce(params, ids, "max", axis=-2)
        assert got.tolist()[0] == [5, 6]
    assert rs.gather_reduce(TABLE, ids, axis=0).tolist() == [[1, 2], [5, 6]]
    assert len(rs.gather_reduce(TABLE, ids, axis=0, keepdims=True)) == 1
    with pytest.raises(ValueError, match="op must be"):
        rs.gather_reduce(TABLE, ids, "median")
    with pytest.raises(ValueError, match="must be in"):
        rs.gather_reduce(TABLE, [[3]], axis=1)
