"""What rowsplit.TextVectorization does with Python's values; what it gives is
compared with Keras by the vectors."""

import copy
import json
import pickle

import numpy as np
import pytest

import rowsplit as rs

TEXTS = ["The cat sat.", "a CAT!", ""]


def make(**arguments):
    return rs.TextVectorization(vocabulary=["the", "cat"], **arguments)


def test_takes_every_form_of_texts():
    layer = make()
    expected = [[2, 3, 1], [1, 3, 0], [0, 0, 0]]
    data = [text.encode() for text in TEXTS]
    for texts in (TEXTS, tuple(TEXTS), data, np.array(TEXTS), np.array(data),
                  np.array(TEXTS, dtype=object), rs.StringTensor(TEXTS),
                  [[text] for text in TEXTS]):
        got = layer(texts)
        assert got.dtype == np.int64
        assert got.tolist() == expected
    assert layer("the cat").tolist() == [2, 3]
    assert layer([]).shape == (0, 0)


def test_takes_arrow_arrays_without_copying():
    pa = pytest.importorskip("pyarrow")
    layer = make(ragged=True)
    expected = layer(TEXTS).to_list()
    for kind in (pa.string(), pa.large_string(), pa.large_binary()):
        assert layer(pa.array(TEXTS, kind)).to_list() == expected
        chunks = pa.chunked_array([pa.array(TEXTS[:1], kind), pa.array([], kind),
                                   pa.array(TEXTS[1:], kind)])
        assert layer(chunks).to_list() == expected
        assert make()(chunks).tolist() == make()(TEXTS).tolist()
        counts = make(output_mode="count")
        assert counts(chunks).tolist() == counts(TEXTS).tolist()
    sliced = pa.array(["x", *TEXTS, "y"])[1:4]
    assert layer(sliced).to_list() == expected
    with pytest.raises(ValueError, match="null"):
        layer(pa.array(["a", None]))
    with pytest.raises(TypeError, match="texts"):
        layer(pa.array([1, 2]))


def test_gives_ragged_rows_and_sparse_matrices():
    assert make(ragged=True)(TEXTS).to_list() == [[2, 3, 1], [1, 3], []]
    scipy_sparse = pytest.importorskip("scipy.sparse")
    for mode in ("multi_hot", "count"):
        sparse = make(output_mode=mode, sparse=True)(TEXTS)
        assert isinstance(sparse, scipy_sparse.csr_matrix)
        assert sparse.shape == (3, 3)
        assert sparse.toarray().tolist() == make(output_mode=mode)(TEXTS).tolist()
    weighted = make(output_mode="tf_idf", idf_weights=[0.5, 2.0], sparse=True)
    assert weighted(TEXTS).toarray().tolist() == [[1.25, 0.5, 2.0], [1.25, 0, 2.0], [0, 0, 0]]


def test_adapts_to_batches_of_any_kind():
    expected = ["", "[UNK]", "cat", "the", "sat", "a"]
    for data in (TEXTS, np.array(TEXTS), rs.StringTensor(TEXTS), iter([TEXTS]),
                 ([text] for text in TEXTS)):
        layer = rs.TextVectorization()
        layer.adapt(data)
        assert layer.get_vocabulary() == expected
    pa = pytest.importorskip("pyarrow")
    layer.adapt(pa.chunked_array([TEXTS[:1], TEXTS[1:]]))
    assert layer.get_vocabulary() == expected
    layer.adapt(([text] for text in TEXTS), steps=1)
    assert layer.get_vocabulary(include_special_tokens=False) == ["the", "sat", "cat"]


def test_adapts_in_steps():
    layer = rs.TextVectorization(min_count=2, num_oov_indices=2)
    layer.update_state(["a a b"])
    layer.reset_state()
    layer.update_state(["c c"])
    layer.update_state(["c a a"])
    with pytest.raises(TypeError, match="between update_state and finalize_state"):
        pickle.dumps(layer)
    layer.finalize_state()
    assert layer.get_vocabulary() == ["", "[UNK]", "[UNK]", "c", "a"]
    assert layer.vocabulary_size() == 5


def test_without_a_vocabulary():
    layer = rs.TextVectorization()
    assert layer.get_vocabulary() == ["", "[UNK]"]
    assert layer.vocabulary_size() == 2
    layer.adapt(["", " ... "])
    with pytest.raises(RuntimeError, match="no vocabulary"):
        layer(["a"])
    assert rs.TextVectorization(output_mode="count").get_vocabulary() == ["[UNK]"]
    assert "count" in layer.explain() or "split" in layer.explain()


def test_a_given_vocabulary_is_final():
    with pytest.raises(ValueError, match="static vocabulary"):
        make().adapt(TEXTS)
    layer = rs.TextVectorization()
    layer.set_vocabulary(["a"])
    layer.adapt(["b"])
    assert layer.get_vocabulary() == ["", "[UNK]", "b"]


def test_vocabulary_files(tmp_path):
    path = tmp_path / "vocabulary.txt"
    path.write_bytes(b"the\r\ncat\n[UNK]\n")
    layer = rs.TextVectorization(vocabulary=str(path), max_tokens=3)
    assert layer.get_vocabulary() == ["", "[UNK]", "the", "cat", "[UNK]"]
    layer = rs.TextVectorization()
    layer.set_vocabulary(path)
    assert layer(["cat"]).tolist() == [[3]]
    with pytest.raises(ValueError, match="does not exist"):
        rs.TextVectorization(vocabulary=str(tmp_path / "none"))
    with pytest.raises(ValueError, match="tf_idf"):
        rs.TextVectorization(vocabulary=str(path), output_mode="tf_idf",
                             idf_weights=[1, 2, 3])


def test_tokens_that_are_not_text():
    layer = rs.TextVectorization(standardize=None)
    layer.adapt([b"\xff \x00"])
    assert list(layer.vocabulary_tensor(include_special_tokens=False)) == [b"\xff", b"\x00"]
    with pytest.raises(UnicodeDecodeError):
        layer.get_vocabulary()
    assert layer([b"\x00 \xff x"]).tolist() == [[3, 2, 1]]


@pytest.mark.parametrize("arguments, message", [
    ({"max_tokens": 1}, "greater than 1"),
    ({"max_tokens": "3"}, "max_tokens"),
    ({"standardize": "upper"}, "standardize=upper"),
    ({"standardize": str.lower}, "use `steps`"),
    ({"split": "comma"}, "split=comma"),
    ({"ngrams": "2"}, "ngrams=2"),
    ({"ngrams": 0}, "must have a width"),
    ({"ngrams": (1, -1)}, "must be positive: -1"),
    ({"output_mode": "ints"}, "output_mode=ints"),
    ({"output_mode": "count", "ragged": True}, "ragged"),
    ({"sparse": True}, "sparse"),
    ({"output_mode": "count", "output_sequence_length": 3}, "output_sequence_length"),
    ({"output_sequence_length": 2.5}, "output_sequence_length"),
    ({"pad_to_max_tokens": True}, "needs max_tokens"),
    ({"idf_weights": [1.0]}, "idf_weights"),
    ({"encoding": "latin-1"}, "latin-1"),
    ({"num_oov_indices": 0}, "num_oov_indices must be positive"),
    ({"num_oov_indices": 2**63 - 1}, "at most 2.62"),
    ({"oov_hash": "md5"}, "farmhash, xxh3"),
    ({"min_count": 0}, "min_count must be positive"),
    ({"steps": ["upper"]}, "unknown step upper"),
    ({"steps": [{"step": "drop_full_match", "pattern": "a"}]}, "can't be dropped"),
    ({"unknown": 1}, "unknown"),
    ({"vocabulary": []}, "empty vocabulary"),
    ({"vocabulary": ["a", "a"]}, "must differ"),
    ({"vocabulary": ["a", ""]}, "padding"),
])
def test_refuses_wrong_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        rs.TextVectorization(**arguments)


def test_ngrams_of_ragged_tokens_in_a_last_dimension_of_one():
    arguments = {"split": None, "ngrams": (2, 1), "vocabulary": ["a b", "c"],
                 "ragged": True}
    layer = rs.TextVectorization(**arguments)
    tokens = rs.constant([[["a"], ["b"]], [], [["c"]]], ragged_rank=1, inner_shape=[1])
    assert layer(tokens).to_list() == [[2, 1, 1], [], [3]]
    learned = rs.TextVectorization(split=None, ngrams=(2,))
    learned.update_state(tokens)
    learned.finalize_state()
    assert learned.get_vocabulary(include_special_tokens=False) == ["a b"]


def test_steps_are_data():
    steps = [{"step": "replace", "pattern": "[0-9]+", "rewrite": "0"}, "lower",
             {"step": "replace", "pattern": "\u00e9".encode(), "rewrite": ""}]
    layer = rs.TextVectorization(steps=steps, standardize=None, vocabulary=["0", "caf"])
    assert layer(["12 CAF\u00e9"]).tolist() == [[2, 3]]
    assert layer.get_config()["steps"] == steps
    assert rs.TextVectorization.from_config(layer.get_config())(["7"]).tolist() == [[2]]


def test_configuration_of_keras():
    layer = make(ngrams=2, max_tokens=9, name="words")
    config = layer.get_config()
    assert config["ngrams"] == 2 and config["vocabulary"] == ["the", "cat"]
    assert "steps" not in config
    # Keras' JSON has lists for tuples.
    again = rs.TextVectorization.from_config(
        {**json.loads(json.dumps(config)), "dtype": {"module": "keras"}, "ngrams": [1, 2]})
    assert again(TEXTS).tolist() == layer(TEXTS).tolist()
    assert again.name == "words"


@pytest.mark.parametrize("arguments", [
    {},
    {"ngrams": (2, 1), "split": "character", "output_sequence_length": 5},
    {"output_mode": "tf_idf", "idf_weights": [0.1, 0.7], "max_tokens": 6,
     "pad_to_max_tokens": True},
    {"output_mode": "count", "num_oov_indices": 3, "oov_hash": "xxh3", "min_count": 2,
     "steps": [{"step": "replace", "pattern": "z", "rewrite": b"\xff"}]},
])
def test_save_and_load_pickle_and_copy(tmp_path, arguments):
    layer = make(**arguments)
    layer.save(tmp_path / "layer.json")
    loaded = rs.TextVectorization.load(tmp_path / "layer.json")
    for other in (loaded, pickle.loads(pickle.dumps(layer)), copy.copy(layer),
                  copy.deepcopy(layer)):
        assert other(TEXTS).tolist() == layer(TEXTS).tolist()
        assert other.get_vocabulary() == layer.get_vocabulary()
    assert loaded.get_config()["max_tokens"] == layer.get_config()["max_tokens"]
    assert list(tmp_path.iterdir()) == [tmp_path / "layer.json"]


def test_loads_a_configuration_of_keras(tmp_path):
    layer = rs.TextVectorization(output_mode="tf_idf")
    layer.adapt(TEXTS)
    config = layer.get_config()
    config["vocabulary"] = layer.get_vocabulary()
    config["idf_weights"] = layer.idf_weights.tolist()
    path = tmp_path / "keras.json"
    path.write_text(json.dumps(config))
    loaded = rs.TextVectorization.load(path)
    assert loaded(TEXTS).tolist() == layer(TEXTS).tolist()
    path.write_text(json.dumps({**config, "lang": "en"}))
    with pytest.raises(ValueError, match="keras.json.*lang"):
        rs.TextVectorization.load(path)


def test_tokens_with_line_ends_keep_their_ids(tmp_path):
    layer = rs.TextVectorization(standardize=None, split=None)
    layer.adapt(["a\nb", "c", "\n"])
    layer.save(tmp_path / "layer.json")
    loaded = rs.TextVectorization.load(tmp_path / "layer.json")
    assert loaded.get_vocabulary() == layer.get_vocabulary()
    assert loaded([["c"], ["a\nb"], ["\n"]]).tolist() == layer([["c"], ["a\nb"], ["\n"]]).tolist()


def test_explains_and_shows_itself():
    assert "look up" in make().explain()
    assert repr(make()) == ("<rowsplit.TextVectorization name=text_vectorization, "
                            "output_mode=int, vocabulary_size=4>")
