"""What StringLookup, IntegerLookup and TextVectorization share."""

import copy
import itertools
import pickle
import sys
import threading

import numpy as np
import pytest

import rowsplit as rs

TEXT_LAYERS = [rs.StringLookup, rs.TextVectorization]


@pytest.mark.parametrize("cls", TEXT_LAYERS)
def test_all_chunks_of_an_arrow_vocabulary_count(cls):
    arrow = pytest.importorskip("pyarrow")
    tokens = [f"w{i}" for i in range(7)]
    for kind in (arrow.string(), arrow.large_binary()):
        chunks = arrow.chunked_array([tokens[:2], [], tokens[2:]], type=kind)
        expected = cls(vocabulary=tokens)
        assert cls(vocabulary=chunks).get_vocabulary() == expected.get_vocabulary()
        later = cls()
        later.set_vocabulary(chunks)
        assert later(["w6", "w1"]).tolist() == expected(["w6", "w1"]).tolist()
    with pytest.raises(ValueError, match="null"):
        cls(vocabulary=arrow.chunked_array([["a"], [None]]))


def test_all_chunks_of_integers_count():
    arrow = pytest.importorskip("pyarrow")
    for kind in (arrow.int64(), arrow.int16(), arrow.uint8()):
        layer = rs.IntegerLookup(vocabulary=arrow.chunked_array([[5], [], [7, 9]], type=kind))
        assert layer.get_vocabulary() == [-1, 5, 7, 9]
    with pytest.raises(ValueError, match="float"):
        rs.IntegerLookup(vocabulary=arrow.array([0.5]))


@pytest.mark.parametrize("cls", TEXT_LAYERS)
@pytest.mark.parametrize("special", [[], ["", "[UNK]"]])
def test_takes_a_vocabulary_and_frozen_files(cls, special, tmp_path):
    mask = {"mask_token": ""} if cls is rs.StringLookup else {}
    tokens = [*special, "the", "cat"]
    path = tmp_path / "words.rsv"
    vocabulary = rs.Vocabulary(tokens)
    vocabulary.save(path)
    expected = cls(vocabulary=tokens, **mask)
    later = cls(**mask)
    later.set_vocabulary(vocabulary)
    mapped = cls(vocabulary=rs.Vocabulary.open(path, "deferred"), **mask)
    for layer in (cls(vocabulary=vocabulary, **mask), cls(vocabulary=str(path), **mask),
                  cls(vocabulary=path, **mask), later, mapped):
        for one in (layer, pickle.loads(pickle.dumps(layer)), copy.copy(layer),
                    copy.deepcopy(layer)):
            assert one.get_vocabulary() == ["", "[UNK]", "the", "cat"]
            assert one(["cat", "x"]).tolist() == expected(["cat", "x"]).tolist()
    assert b"cat" not in pickle.dumps(mapped)  # the path is
    config = cls(vocabulary=vocabulary, **mask).get_config()
    assert config["vocabulary"] == tokens
    assert cls.from_config(config).get_vocabulary() == expected.get_vocabulary()
    assert cls(vocabulary=path, **mask).get_config()["vocabulary"] is None


@pytest.mark.parametrize("cls", TEXT_LAYERS)
def test_a_vocabulary_has_weights(cls):
    vocabulary = rs.Vocabulary(["a", "b"])
    layer = cls(vocabulary=vocabulary, idf_weights=[1, 2], output_mode="tf_idf")
    assert layer.idf_weights.tolist() == [1.5, 1, 2]
    again = pickle.loads(pickle.dumps(layer))
    assert again([["b"]]).tolist() == layer([["b"]]).tolist() == [[0, 0, 2]]
    with pytest.raises(ValueError, match="idf_weights"):
        cls(vocabulary=vocabulary, output_mode="tf_idf")
    with pytest.raises(ValueError, match="idf_weights must be"):
        cls(vocabulary=vocabulary, idf_weights=[1], output_mode="tf_idf")


def test_wrong_vocabularies(tmp_path):
    for cls in TEXT_LAYERS:
        with pytest.raises(ValueError, match="empty vocabulary"):
            cls(vocabulary=rs.Vocabulary([]))
        with pytest.raises(ValueError, match="rank 1"):
            cls(vocabulary=[["a"]])
        with pytest.raises((TypeError, ValueError)):
            cls(vocabulary=[1, 2])
    with pytest.raises(TypeError, match="Vocabulary"):
        rs.IntegerLookup(vocabulary=rs.Vocabulary(["1"]))
    broken = tmp_path / "broken.rsv"
    broken.write_bytes(rs.Vocabulary(["a"]).to_bytes()[:-1])
    with pytest.raises(RuntimeError, match="broken.rsv"):
        rs.StringLookup(vocabulary=broken)


@pytest.mark.parametrize("cls", TEXT_LAYERS)
def test_what_was_counted_is_not_lost(cls):
    layer = cls()
    layer.update_state(["a"])
    for make in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="between update_state and finalize_state"):
            make(layer)
    layer.finalize_state()
    assert copy.copy(layer).get_vocabulary() == layer.get_vocabulary()


@pytest.mark.parametrize("cls", TEXT_LAYERS)
def test_adapt_takes_as_many_batches_as_steps(cls):
    batches = ([word] for word in itertools.cycle("abc"))
    layer = cls()
    layer.adapt(batches, steps=2)
    assert layer.get_vocabulary(include_special_tokens=False) == ["b", "a"]
    assert next(batches) == ["c"]


@pytest.mark.parametrize("cls", TEXT_LAYERS)
def test_threads_may_count_at_once(cls):
    layer = cls()
    words = [f"w{i}" for i in range(2000)]

    def count():
        for _ in range(20):
            layer.update_state(words)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    layer.update_state(["w7"])
    layer.finalize_state()
    tokens = layer.get_vocabulary(include_special_tokens=False)
    assert tokens[0] == "w7" and sorted(tokens) == sorted(words)


def test_sparse_says_that_it_needs_scipy(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy", None)
    monkeypatch.setitem(sys.modules, "scipy.sparse", None)
    for cls in TEXT_LAYERS:
        layer = cls(vocabulary=["a"], output_mode="count", sparse=True)
        with pytest.raises(ImportError, match="pip install scipy"):
            layer(["a"])


@pytest.mark.parametrize("cls", TEXT_LAYERS)
def test_forms_of_numpy_text(cls):
    layer = cls(vocabulary=["a", "é"])
    expected = layer(["é", "x"]).tolist()
    assert layer([np.str_("é"), np.bytes_(b"x")]).tolist() == expected
    if hasattr(np.dtypes, "StringDType"):
        assert layer(np.array(["é", "x"], dtype=np.dtypes.StringDType())).tolist() == expected
        assert cls(vocabulary=np.array(["a", "é"], dtype=np.dtypes.StringDType()))(
            ["é", "x"]).tolist() == expected
    for texts in (np.array(["a", None], dtype=object), ["a", None]):
        with pytest.raises(TypeError, match="NoneType.* position 1"):
            layer(texts)


def test_a_layer_without_a_vocabulary_explains_how_it_learns():
    layer = rs.TextVectorization()
    assert "count: tokens" in layer.explain()
    layer.adapt([""])
    assert "count: tokens" in layer.explain()
    assert "count: tokens" in pickle.loads(pickle.dumps(layer)).explain()
    weighted = rs.TextVectorization(output_mode="tf_idf")
    assert "documents with each" in weighted.explain()


def test_missing_files(tmp_path):
    with pytest.raises(FileNotFoundError):
        rs.StaticHashTable(rs.TextFileInitializer(
            tmp_path / "none", "string", rs.TextFileIndex.WHOLE_LINE, "int64",
            rs.TextFileIndex.LINE_NUMBER), -1)
    for save in (lambda v, path: v.save(path), lambda v, path: v.write(path, "txt")):
        with pytest.raises(FileNotFoundError):
            save(rs.Vocabulary(["a"]), tmp_path / "no folder" / "words")
