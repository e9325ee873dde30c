"""rowsplit.TextEmbedding."""

import pickle

import numpy as np
import pytest

import rowsplit as rs

TABLE = np.float32([[0, 0], [1, 10], [2, 20], [3, 30]])
TEXTS = ["The CAT!", "a cat", ""]


def layer(**arguments):
    return rs.TextVectorization(vocabulary=["the", "cat"], **arguments)


def test_gives_the_bag_of_the_ids():
    embedding = rs.TextEmbedding(layer(), TABLE)
    vectors = embedding(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.tolist() == [[2.5, 25], [2, 20], [0, 0]]
    for mode in ("sum", "mean", "sqrtn", "max", "min", "logsumexp", "first", "last"):
        embedding = rs.TextEmbedding(layer(), TABLE, mode)
        expected = rs.embedding_bag(TABLE, layer(ragged=True)(TEXTS), mode=mode)
        np.testing.assert_array_equal(embedding(TEXTS), expected)
        np.testing.assert_array_equal(embedding.stage_by_stage()(TEXTS, num_threads=2),
                                      expected)


def test_takes_the_options_of_the_bag():
    embedding = rs.TextEmbedding(layer(), TABLE, padding_idx=np.int64(1), empty_row=2)
    assert embedding(TEXTS).tolist() == [[2.5, 25], [3, 30], [2, 20]]
    with pytest.raises(ValueError, match="one of sum, mean"):
        rs.TextEmbedding(layer(), TABLE, "median")
    with pytest.raises(ValueError, match="4 ids, it has 3"):
        rs.TextEmbedding(layer(), TABLE[:3])
    with pytest.raises(ValueError, match="int"):
        rs.TextEmbedding(layer(output_mode="count"), TABLE)
    with pytest.raises(TypeError, match="TextVectorization"):
        rs.TextEmbedding("layer", TABLE)
    with pytest.raises(RuntimeError, match="no vocabulary"):
        rs.TextEmbedding(rs.TextVectorization(), TABLE)


def test_takes_any_texts():
    embedding = rs.TextEmbedding(layer(), TABLE)
    expected = embedding(TEXTS)
    assert embedding("The CAT!").tolist() == [2.5, 25]
    np.testing.assert_array_equal(embedding(np.array(TEXTS)), expected)
    np.testing.assert_array_equal(embedding(np.array(TEXTS)[:, None]), expected)
    np.testing.assert_array_equal(embedding(rs.StringTensor(TEXTS)), expected)
    with pytest.raises(TypeError, match="expected texts"):
        embedding(np.arange(3))


def test_takes_chunks():
    pa = pytest.importorskip("pyarrow")
    embedding = rs.TextEmbedding(layer(), TABLE)
    chunks = pa.chunked_array([TEXTS[:1], TEXTS[1:]])
    np.testing.assert_array_equal(embedding(chunks), embedding(TEXTS))


def test_explains_its_plan():
    assert "pool: mean of float32 rows of 2 items" in rs.TextEmbedding(layer(), TABLE).explain()


def test_saves_and_loads(tmp_path):
    embedding = rs.TextEmbedding(layer(ngrams=2), TABLE, "max", padding_idx=1, max_norm=9.5)
    path = tmp_path / "embedding.json"
    embedding.save(path)
    again = rs.TextEmbedding.load(path, TABLE)
    np.testing.assert_array_equal(again(TEXTS), embedding(TEXTS))
    with pytest.raises(ValueError, match="expected a table of 4 rows"):
        rs.TextEmbedding.load(path, TABLE[:3])
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(embedding))(TEXTS),
                                  embedding(TEXTS))
