"""The nearest rows of a table: arguments, and the errors that Python raises."""

import numpy as np
import pytest

import rowsplit as rs

TABLE = np.float32([[1, 0], [0, 2], [1, 1], [-3, 0]])


def test_nearest_rows_are_those_of_numpy():
    rows = np.random.default_rng(3).normal(size=(300, 8)).astype(np.float32)
    ids, scores = rs.nearest_rows(rows, rows[:4], 5)
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    cosines = unit[:4] @ unit.T
    assert ids.tolist() == np.argsort(-cosines, kind="stable")[:, :5].tolist()
    np.testing.assert_allclose(scores, np.take_along_axis(cosines, ids, 1), rtol=1e-5)


def test_arguments():
    table = rs.EmbeddingTable.from_array(TABLE)
    ids, scores = rs.nearest_rows(table, [1, 1], similarity="dot")
    assert (ids.tolist(), scores.tolist()) == ([[1, 2, 0, 3]], [[2, 2, 1, -3]])
    ids, scores = rs.nearest_rows(table, [1, 0], 1, similarity="l2", exclude=[0], num_threads=1)
    assert (ids.tolist(), scores.tolist()) == ([[2]], [[1]])
    ids, _ = rs.analogies(table, [0, 1], [], 1)
    assert ids.tolist() == [[2]]


def test_errors():
    with pytest.raises(ValueError, match="cosine, dot or l2"):
        rs.nearest_rows(TABLE, [1, 0], similarity="near")
    with pytest.raises(ValueError, match="width 3"):
        rs.nearest_rows(TABLE, [1, 0, 0])
    with pytest.raises(ValueError, match="exclude must be a row"):
        rs.nearest_rows(TABLE, [1, 0], exclude=[4])
    with pytest.raises(ValueError, match="needs a row"):
        rs.analogies(TABLE, [], [])
