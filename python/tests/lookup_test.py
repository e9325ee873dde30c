"""What is Python's own of the lookup layers and tables."""

import copy
import pickle

import numpy as np
import pytest

import rowsplit as rs


def test_string_lookup_takes_all_kinds_of_text():
    layer = rs.StringLookup(vocabulary=["a", "é"], mask_token="")
    expected = [2, 3, 1, 0]
    texts = ["a", "é", "x", ""]
    for given in (texts, [text.encode() for text in texts], np.array(texts),
                  np.array(texts, dtype=object), rs.StringTensor(texts)):
        assert layer(given).tolist() == expected
    assert layer("é") == 3
    assert layer([["a"], ["x"]]).tolist() == [[2], [1]]
    ragged = layer(rs.constant([["a", "x"], [], ["é"]]))
    assert ragged.to_list() == [[2, 1], [], [3]]
    with pytest.raises(ValueError, match="expected strings, got int"):
        layer(np.array([1, 2]))


def test_arrow_arrays_and_chunked_arrays():
    arrow = pytest.importorskip("pyarrow")
    layer = rs.StringLookup(vocabulary=["a", "b"])
    assert layer(arrow.array(["b", "x"])).tolist() == [2, 0]
    chunks = arrow.chunked_array([["b", "x"], [], ["a"]], type=arrow.large_string())
    assert layer(chunks).tolist() == [2, 0, 1]
    count = rs.StringLookup(vocabulary=["a", "b"], output_mode="count")
    assert count(chunks).tolist() == [1, 1, 1]
    integers = rs.IntegerLookup(vocabulary=[5, 7])
    assert integers(arrow.chunked_array([[7], [5, 1]])).tolist() == [2, 1, 0]
    assert rs.Hashing(3)(chunks).tolist() == rs.Hashing(3)(["b", "x", "a"]).tolist()
    adapted = rs.StringLookup()
    adapted.adapt(chunks)
    assert adapted.get_vocabulary() == ["[UNK]", "x", "b", "a"]


def test_sparse_results():
    layer = rs.StringLookup(vocabulary=["a", "b"], output_mode="count", sparse=True)
    rows = layer(rs.constant([["b", "b", "x"], []]))
    assert rows.shape == (2, 3) and rows.dtype == np.int64
    assert rows.toarray().tolist() == [[1, 0, 2], [0, 0, 0]]
    assert layer(["a", "a"]).toarray().tolist() == [[0, 2, 0]]
    one_hot = rs.StringLookup(vocabulary=["a", "b"], output_mode="one_hot", sparse=True)
    places = one_hot([["a", "b"], ["x", "a"]])
    assert isinstance(places, rs.SparseTensor)
    assert places.dense_shape.tolist() == [2, 2, 3]
    assert places.indices.tolist() == [[0, 0, 1], [0, 1, 2], [1, 0, 0], [1, 1, 1]]
    weights = rs.StringLookup(vocabulary=["a"], idf_weights=[2.0], output_mode="tf_idf",
                              sparse=True)
    assert weights([["a", "a"]]).toarray().tolist() == [[0.0, 4.0]]
    hashed = rs.Hashing(3, output_mode="count", sparse=True)(["A", "C"])
    assert hashed.toarray().tolist() == [[0.0, 2.0, 0.0]]


def test_adapt_counts_documents_as_keras():
    layer = rs.StringLookup(output_mode="tf_idf")
    with pytest.raises(RuntimeError, match="set the layer's vocabulary"):
        layer(["a"])
    layer.adapt(["a", "b", "a"])  # three documents
    assert layer.get_vocabulary() == ["[UNK]", "a", "b"]
    assert np.allclose(layer.idf_weights[1:], [np.log(1 + 3 / 3), np.log(1 + 3 / 2)])
    layer.adapt(iter([["b"], ["b", "b"]]), steps=1)
    assert layer.get_vocabulary() == ["[UNK]", "b"]
    fixed = rs.StringLookup(vocabulary=["a"])
    with pytest.raises(ValueError, match="static vocabulary"):
        fixed.adapt(["b"])


def test_integer_lookup():
    layer = rs.IntegerLookup(vocabulary=np.array([12, 36], dtype=np.int32), mask_token=0)
    assert layer.get_vocabulary() == [0, -1, 12, 36]
    assert layer(np.array([36, 0, 5], dtype=np.uint8)).tolist() == [3, 0, 1]
    assert layer(np.array([2.9, 36.5])).tolist() == [1, 3]
    with pytest.raises(ValueError, match="must be integers"):
        rs.IntegerLookup(vocabulary=["1"])
    with pytest.raises(ValueError, match="oov_method"):
        rs.IntegerLookup(vocabulary=[1], salt=3)


LAYERS = [
    rs.StringLookup(vocabulary=["a", "é"], mask_token="", num_oov_indices=3, salt=7),
    rs.StringLookup(vocabulary=["a", "b"], invert=True, oov_token=b"?"),
    rs.StringLookup(vocabulary=["a", "b"], idf_weights=[1, 2], output_mode="tf_idf",
                    max_tokens=5, pad_to_max_tokens=True),
    rs.StringLookup(),
    rs.IntegerLookup(vocabulary=[5, -7], mask_token=0, oov_method="farmhash",
                     num_oov_indices=2, salt=(1, -1)),
    rs.Hashing(7, mask_value="", salt=(1, 2)),
    rs.Hashing(7, output_mode="count", dtype="int32"),
]


@pytest.mark.parametrize("layer", LAYERS, ids=repr)
def test_pickle_copy_and_config(layer):
    queries = [1, 5, 0] if "invert" in str(layer.get_config()) and (
        isinstance(layer, rs.IntegerLookup) or layer.get_config().get("invert")
    ) else ["a", "", "zz"]
    for again in (pickle.loads(pickle.dumps(layer)), copy.copy(layer),
                  copy.deepcopy(layer), type(layer).from_config(layer.get_config())):
        assert again.get_config() == layer.get_config()
        try:
            expected = np.asarray(layer(queries)).tolist()
        except RuntimeError:
            with pytest.raises(RuntimeError):
                again(queries)
            continue
        assert np.asarray(again(queries)).tolist() == expected
        if hasattr(layer, "get_vocabulary"):
            assert again.get_vocabulary() == layer.get_vocabulary()


def test_an_adapted_layer_is_pickled_with_its_weights():
    layer = rs.StringLookup(output_mode="tf_idf")
    layer.adapt([b"a", b"\xff", b"a"])
    again = pickle.loads(pickle.dumps(layer))
    assert list(again.vocabulary_tensor()) == [b"[UNK]", b"a", b"\xff"]
    assert again.idf_weights.tolist() == layer.idf_weights.tolist()


def test_unknown_configuration_is_refused():
    for cls in (rs.StringLookup, rs.IntegerLookup):
        with pytest.raises(ValueError, match="colour"):
            cls.from_config({"vocabulary": None, "colour": "red"})
        with pytest.raises(ValueError, match="output_mode"):
            cls.from_config({"output_mode": "loud"})
    with pytest.raises(TypeError, match="colour"):
        rs.Hashing.from_config({"num_bins": 3, "colour": "red"})
    with pytest.raises(ValueError, match="salt"):
        rs.Hashing(3, salt="s")


def test_keras_own_configurations():
    config = {
        "name": "string_lookup_6", "trainable": True,
        "dtype": {"module": "keras", "class_name": "DTypePolicy",
                  "config": {"name": "float32"}, "registered_name": None},
        "invert": False, "max_tokens": None, "num_oov_indices": 1, "oov_token": "[UNK]",
        "mask_token": None, "output_mode": "int", "sparse": False,
        "pad_to_max_tokens": False, "idf_weights": None, "vocabulary": ["a"],
        "vocabulary_size": 2, "oov_method": "floormod", "salt": None,
        "encoding": "utf-8"}
    assert rs.StringLookup.from_config(config)(["a"]).tolist() == [1]
    ours = rs.StringLookup.from_config(config).get_config()
    assert set(ours) == set(config)
    hashing = {
        "name": "hashing_16", "trainable": True,
        "dtype": {"module": "keras", "class_name": "DTypePolicy",
                  "config": {"name": "int64"}, "registered_name": None},
        "num_bins": 3, "salt": [1, 2], "mask_value": 1, "output_mode": "int",
        "sparse": False}
    assert rs.Hashing.from_config(hashing)([1])[0] == 0
    assert set(rs.Hashing.from_config(hashing).get_config()) == set(hashing)


def test_tables():
    table = rs.StaticHashTable(rs.KeyValueTensorInitializer(["a", "b"], [0.5, 2.0]), -1.0)
    assert table.lookup(["b", "c"]).tolist() == [2.0, -1.0]
    assert table["a"] == 0.5 and table.size() == 2
    names = rs.StaticHashTable(
        rs.KeyValueTensorInitializer([1, 2], ["one", "two"]), "?")
    assert list(names.lookup([2, 3])) == [b"two", b"?"]
    with pytest.raises(RuntimeError, match="has the value 1 at 0 and 2 at 1"):
        rs.StaticHashTable(rs.KeyValueTensorInitializer(["a", "a"], [1, 2]), 0)
    ids = rs.KeyValueTensorInitializer(["a", "b"], [0, 1], value_dtype="int64")
    vocabulary = rs.StaticVocabularyTable(ids, 3)
    for made in (vocabulary, pickle.loads(pickle.dumps(vocabulary)),
                 copy.deepcopy(vocabulary)):
        assert made.size() == 5
        assert made.lookup(["b", "x"]).tolist() == [1, 2 + rs.Hashing(3)(["x"])[0]]
    assert pickle.loads(pickle.dumps(names)).lookup([1]).to_list() == [b"one"]
    buckets = rs.StaticVocabularyTable(None, 4)
    assert buckets.lookup(["x"]).tolist() == rs.Hashing(4)(["x"]).tolist()
    with pytest.raises(TypeError, match="value_dtype"):
        rs.StaticVocabularyTable(rs.KeyValueTensorInitializer(["a"], [0]), 1)
    with pytest.raises(TypeError, match="lookup_key_dtype"):
        rs.StaticVocabularyTable(ids, 1, lookup_key_dtype="int64")


def test_text_file_initializer(tmp_path):
    path = tmp_path / "table.txt"
    path.write_bytes(b"a|1\nb|2\r\n")
    table = rs.StaticHashTable(
        rs.TextFileInitializer(path, "string", 0, "int64", 1, delimiter="|"), -1)
    assert table.lookup(["b", "a", "c"]).tolist() == [2, 1, -1]
    with pytest.raises(ValueError, match="one character"):
        rs.StaticHashTable(
            rs.TextFileInitializer(path, "string", 0, "int64", 1, delimiter="||"), -1)
    lines = rs.TextFileInitializer(
        path, "int64", rs.TextFileIndex.LINE_NUMBER, "string",
        rs.TextFileIndex.WHOLE_LINE)
    assert list(rs.StaticHashTable(lines, "?").lookup([1, 2])) == [b"b|2", b"?"]
