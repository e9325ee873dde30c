"""Factorized tables, rows of subwords and of hashes, and the gradients of
attention and Jacobians of bags."""

import numpy as np
import pytest

import rowsplit as rs

TABLE = np.random.default_rng(5).standard_normal([20, 4], np.float32)


def test_factorize():
    exact, error = rs.EmbeddingTable.from_array(TABLE).factorize(4)
    assert exact.is_factorized and exact.shape == (20, 4)
    assert error < 1e-6
    np.testing.assert_allclose(exact.numpy(), TABLE, atol=1e-5)
    small, error = rs.EmbeddingTable.from_array(TABLE).factorize(2, num_threads=1)
    singular = np.linalg.svd(TABLE.astype(np.float64), compute_uv=False)
    best = np.sqrt((singular[2:] ** 2).sum() / (singular ** 2).sum())
    assert error == pytest.approx(best, rel=1e-4)
    assert small.nbytes < exact.nbytes
    coarse, worse = rs.EmbeddingTable.from_array(TABLE).factorize(2, row_format="int8")
    assert coarse.row_format == "int8" and worse > error
    for rank in (0, 5):
        with pytest.raises(ValueError, match="rank"):
            rs.EmbeddingTable.from_array(TABLE).factorize(rank)


def test_subword_rows():
    rows = rs.SubwordRows(TABLE, min_chars=3, max_chars=4)
    assert rows.width == 4 and rows.buckets.shape == (20, 4)
    buckets = rows.find_buckets("the")
    assert len(buckets) == 5  # <th the he> <the the>
    np.testing.assert_allclose(rows.vectors("the"), TABLE[buckets].mean(axis=0), rtol=1e-5)
    assert rows.find_buckets(b"</s>").tolist() == []
    words = rs.constant([["the", "of"], [], ["é"]])
    vectors = rows.vectors(words)
    assert vectors.row_splits.tolist() == [0, 2, 2, 3]
    assert vectors.flat_values.shape == (3, 4)
    assert rows.vectors([["the"], ["of"]]).shape == (2, 1, 4)
    one = rows.vectors(["the", "of"], num_threads=1)
    assert one.dtype == np.float32 and one.tolist() == rows.vectors(["the", "of"]).tolist()
    with pytest.raises(ValueError):
        rs.SubwordRows(TABLE, min_chars=5, max_chars=4)
    with pytest.raises(TypeError, match="one str or bytes"):
        rows.find_buckets(["the"])


def test_hashed_rows():
    rows = rs.HashedRows(TABLE, num_hashes=3)
    buckets = rows.find_buckets("unheardof")
    assert len(buckets) == 3
    assert buckets[0] == rs.strings.to_hash_bucket_fast(["unheardof"], 20)[0]
    np.testing.assert_allclose(
        rows.vectors("unheardof"), TABLE[buckets].mean(axis=0), rtol=1e-5)
    summed = rs.HashedRows(rs.EmbeddingTable.from_array(TABLE), num_hashes=3, mean=False)
    np.testing.assert_allclose(
        summed.vectors(["unheardof"])[0], TABLE[buckets].sum(axis=0), rtol=1e-5)
    assert rs.HashedRows(TABLE, hash="xxh3").vectors([]).shape == (0, 4)
    with pytest.raises(ValueError, match="hash must be one of 'farmhash', 'xxh3', got 'md5'"):
        rs.HashedRows(TABLE, hash="md5")
    with pytest.raises(ValueError):
        rs.HashedRows(TABLE, num_hashes=17)


def attend(table, ids, query, weights):
    rows = table[ids] * np.asarray(weights)[:, None]
    shares = np.exp(rows @ query)
    return shares / shares.sum() @ rows


def difference(function, at, upstream):
    """The gradient of upstream · function by its argument."""
    gradient = np.zeros_like(at)
    for place in np.ndindex(*at.shape):
        step = np.zeros_like(at)
        step[place] = 1e-5
        gradient[place] = upstream @ (function(at + step) - function(at - step)) / 2e-5
    return gradient


def test_attention_gradient():
    rng = np.random.default_rng(7)
    ids, query = [3, 1, 3], rng.standard_normal(4)
    weights, upstream = rng.uniform(1, 2, 3), rng.standard_normal(4)
    table = TABLE.astype(np.float64)
    rows, queries, of_weights = rs.attention_bag_gradient(
        TABLE, [ids], [query], [upstream], scale=1, per_sample_weights=[weights.tolist()])
    assert rows.indices.tolist() == ids and rows.dense_shape == (20, 4)
    of_table = difference(lambda t: attend(t, ids, query, weights), table, upstream)
    summed = np.zeros_like(table)
    np.add.at(summed, rows.indices, rows.values)
    np.testing.assert_allclose(summed, of_table, atol=1e-3)
    np.testing.assert_allclose(
        queries, [difference(lambda q: attend(table, ids, q, weights), query, upstream)],
        atol=1e-3)
    np.testing.assert_allclose(
        np.ravel(of_weights.to_list() if hasattr(of_weights, "to_list") else of_weights),
        difference(lambda w: attend(table, ids, query, w), weights, upstream), atol=1e-3)
    _, _, none = rs.attention_bag_gradient(TABLE, [0, 1], [[1, 0, 0, 0]], [[1, 1, 1, 1]], [0])
    assert none is None
    with pytest.raises(ValueError):
        rs.attention_bag_gradient(TABLE, [[0]], [[1, 0]], [[1, 1]])


@pytest.mark.parametrize("mode", ["sum", "mean", "sqrtn", "max", "logsumexp"])
def test_jacobian(mode):
    ids = [3, 1, 2]
    full = rs.embedding_bag_jacobian(TABLE, [ids, [0]], mode=mode)
    assert full.row_splits.tolist() == [0, 3, 4]
    matrices = full.flat_values
    assert matrices.shape == (4, 4, 4)
    diagonal = rs.embedding_bag_jacobian(TABLE, [ids, [0]], mode=mode, form="diagonal")
    np.testing.assert_array_equal(
        np.diagonal(matrices, axis1=1, axis2=2), diagonal.flat_values)
    # The gradient is upstream times the matrices.
    upstream = np.random.default_rng(9).standard_normal([2, 4], np.float32)
    rows, _ = rs.embedding_bag_gradient(TABLE, [ids, [0]], upstream, mode=mode)
    of_bag = upstream[[0, 0, 0, 1]]
    np.testing.assert_allclose(
        np.einsum("ni,nij->nj", of_bag, matrices), rows.values, rtol=1e-5, atol=1e-6)
    assert rs.embedding_bag_jacobian(TABLE, np.array([ids]), mode=mode).shape == (1, 3, 4, 4)


def test_jacobian_arguments():
    weighted = rs.embedding_bag_jacobian(
        TABLE, [0, 1], [0], mode="sum", per_sample_weights=[2, 3], form="diagonal")
    assert weighted.to_list() == [[[2.0] * 4, [3.0] * 4]]
    with pytest.raises(ValueError, match="form must be one of 'full', 'diagonal'"):
        rs.embedding_bag_jacobian(TABLE, [[0]], form="half")
    with pytest.raises(ValueError):
        rs.embedding_bag_jacobian(TABLE, [[0]], form="diagonal", max_norm=1.0)
    with pytest.raises(IndexError):
        rs.embedding_bag_jacobian(TABLE, [[20]])
