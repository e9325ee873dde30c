import copy
import json
import pickle

import numpy as np
import pytest

import rowsplit as rs

HOSTILE = ["", "[UNK]", "the", "x\ny", "\r", "é", b"\xff\0", "a" * 40]


def tokens(vocabulary):
    return vocabulary.tokens().to_list()


def as_bytes(strings):
    return [s.encode() if isinstance(s, str) else s for s in strings]


@pytest.mark.parametrize("source", [
    ["a", "é", ""], [b"a", "é".encode(), b""], ("a", "é", ""), np.array(["a", "é", ""]),
    np.array(["a", b"\xc3\xa9", ""], dtype=object), rs.StringTensor(["a", "é", ""])])
def test_sources(source):
    vocabulary = rs.Vocabulary(source)
    assert tokens(vocabulary) == [b"a", "é".encode(), b""]
    assert len(vocabulary) == 3
    assert vocabulary == rs.Vocabulary.from_tokens(source)


def test_arrow_source_and_lookup():
    pyarrow = pytest.importorskip("pyarrow")
    chunked = pyarrow.chunked_array([["a", "b"], ["c"]])
    vocabulary = rs.Vocabulary(chunked)
    assert tokens(vocabulary) == [b"a", b"b", b"c"]
    assert vocabulary.lookup(chunked).tolist() == [0, 1, 2]
    assert vocabulary.lookup(pyarrow.array(["c", "x"])).tolist() == [2, -1]


def test_look_up():
    vocabulary = rs.Vocabulary(["a", "cat", ""])
    assert vocabulary.find("cat") == 1 and vocabulary.find(b"dog") == -1
    assert vocabulary["cat"] == 1 and vocabulary[b""] == 2
    assert vocabulary[0] == b"a" and vocabulary[-1] == b"" and vocabulary[np.int64(1)] == b"cat"
    assert "cat" in vocabulary and "dog" not in vocabulary
    assert list(vocabulary) == [b"a", b"cat", b""]
    ids = vocabulary.lookup([["a", "x"], ["cat", ""]])
    assert ids.dtype == np.int64 and ids.tolist() == [[0, -1], [1, 2]]
    ragged = vocabulary.lookup(rs.constant([["a"], [], ["x", "cat"]]))
    assert ragged.to_list() == [[0], [], [-1, 1]]
    assert rs.Vocabulary([]).lookup(["a"]).tolist() == [-1]


def test_errors():
    vocabulary = rs.Vocabulary(["a"])
    with pytest.raises(KeyError, match="dog"):
        vocabulary["dog"]
    for id_ in (1, -2):
        with pytest.raises(IndexError, match=str(id_)):
            vocabulary[id_]
    with pytest.raises(TypeError):
        vocabulary[1.5]
    with pytest.raises(TypeError, match="str or bytes"):
        vocabulary.find(3)
    with pytest.raises(ValueError, match=r'tokens\[0\] and tokens\[1\] are both "a"'):
        rs.Vocabulary(["a", "a"])
    with pytest.raises(ValueError, match="rank 1"):
        rs.Vocabulary([["a"]])
    with pytest.raises(TypeError, match="unhashable"):
        hash(vocabulary)


def test_tokens_share_the_memory(tmp_path):
    path = tmp_path / "words.rsv"
    rs.Vocabulary(HOSTILE).save(path)
    opened = rs.Vocabulary.open(path)
    assert np.shares_memory(opened.tokens().data, opened.tokens().data)
    assert tokens(opened) == as_bytes(HOSTILE)


@pytest.mark.parametrize("checksum", ["full", "sampled", "deferred"])
def test_frozen_file(tmp_path, checksum):
    path = tmp_path / "words.rsv"
    vocabulary = rs.Vocabulary(HOSTILE)
    assert vocabulary.path is None
    vocabulary.save(path)
    opened = rs.Vocabulary.open(path, checksum=checksum)
    assert opened == vocabulary and opened.path == str(path) and opened["é"] == 5
    opened.check()
    assert path.read_bytes() == vocabulary.to_bytes()
    assert rs.Vocabulary.from_bytes(vocabulary.to_bytes()) == vocabulary
    assert opened.size_bytes > 0


def test_files_that_are_not_there_or_damaged(tmp_path):
    for read in (rs.Vocabulary.open, rs.Vocabulary.from_file):
        with pytest.raises(FileNotFoundError, match="none"):
            read(tmp_path / "none")
    with pytest.raises(ValueError, match="checksum must be"):
        rs.Vocabulary.open(tmp_path / "none", checksum="some")
    path = tmp_path / "words.rsv"
    damaged = bytearray(rs.Vocabulary(["a", "b"]).to_bytes())
    damaged[-1] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(RuntimeError, match="damaged"):
        rs.Vocabulary.open(path)


@pytest.mark.parametrize("format", ["txt", "json", "vocab.json", "tokenizer.json", "frozen"])
def test_formats(tmp_path, format):
    words = ["[UNK]", "the", "é", "a b"]
    vocabulary = rs.Vocabulary(words)
    path = tmp_path / ("v." + format)
    vocabulary.write(path, format)
    for given in (None, format):
        assert rs.Vocabulary.from_file(path, given) == vocabulary
    hostile = rs.Vocabulary(HOSTILE)
    if format in ("json", "frozen"):
        hostile.write(path, format)
        assert rs.Vocabulary.from_file(path, format) == hostile
    else:
        with pytest.raises(ValueError, match="token"):
            hostile.write(path, format)
        assert rs.Vocabulary.from_file(path) == vocabulary
    with pytest.raises(ValueError, match="one of txt"):
        vocabulary.write(path, "xml")


def test_texts():
    vocabulary = rs.Vocabulary(["[UNK]", "é"])
    assert vocabulary.to_text() == "[UNK]\né\n".encode()
    assert json.loads(vocabulary.to_json()) == ["[UNK]", "é"]
    assert json.loads(vocabulary.to_vocab_json()) == {"[UNK]": 0, "é": 1}
    tokenizer = json.loads(vocabulary.to_tokenizer_json(special_tokens=["[UNK]"]))
    assert tokenizer["model"] == {"type": "WordLevel", "vocab": {"[UNK]": 0, "é": 1},
                                  "unk_token": "[UNK]"}
    assert tokenizer["added_tokens"][0]["id"] == 0
    with pytest.raises(ValueError, match="lacks the unk_token"):
        vocabulary.to_tokenizer_json(unk_token="<unk>")


def test_loads_in_tokenizers():
    tokenizers = pytest.importorskip("tokenizers")
    vocabulary = rs.Vocabulary(["", "[UNK]", "the", "cat"])
    peer = tokenizers.Tokenizer.from_str(vocabulary.to_tokenizer_json())
    assert peer.encode("the  cat\nsat").ids == [2, 3, 1]


def test_pickle_and_copy(tmp_path):
    vocabulary = rs.Vocabulary(HOSTILE)
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(vocabulary, protocol)) == vocabulary
    assert copy.copy(vocabulary) is vocabulary and copy.deepcopy(vocabulary) is vocabulary
    path = tmp_path / "words.rsv"
    vocabulary.save(path)
    pickled = pickle.dumps(rs.Vocabulary.open(path, checksum="deferred"))
    assert len(pickled) < 300
    assert pickle.loads(pickled).path == str(path)
    rs.Vocabulary(["other"]).save(path)
    with pytest.raises(ValueError, match="had 8 tokens"):
        pickle.loads(pickled)


def test_merge():
    a, b = rs.Vocabulary(["a", "b"]), rs.Vocabulary(["c", "b", "d"])
    merged, maps = rs.Vocabulary.merge([a, b])
    assert tokens(merged) == [b"a", b"b", b"c", b"d"]
    assert [m.old_to_new.tolist() for m in maps] == [[0, 1], [2, 1, 3]]
    merged, maps, counts = rs.Vocabulary.merge([a, b], counts=[[1, 5], np.array([2, 1, 1])])
    assert tokens(merged) == [b"b", b"c", b"d", b"a"] and counts.tolist() == [6, 2, 1, 1]
    with pytest.raises(ValueError, match="at least one"):
        rs.Vocabulary.merge([])
    with pytest.raises(ValueError, match=r"counts\[1\]"):
        rs.Vocabulary.merge([a, b], counts=[[1, 5], [2]])


def test_prune():
    vocabulary = rs.Vocabulary(["[UNK]", "a", "b", "c"])
    for options, expected in (
            ({"max_tokens": 2}, [b"[UNK]", b"a"]), ({"drop": ["a", "x"]}, [b"[UNK]", b"b", b"c"]),
            ({"keep": rs.Vocabulary(["c"])}, [b"[UNK]", b"c"]),
            ({"min_count": 2, "counts": [0, 3, 1, 2]}, [b"[UNK]", b"a", b"c"]),
            ({"max_tokens": 1, "special_tokens": ["c"]}, [b"c"])):
        pruned, id_map = vocabulary.prune(**options)
        assert tokens(pruned) == expected
        for old, new in enumerate(id_map.old_to_new):
            assert new == pruned.find(vocabulary[old])
    with pytest.raises(ValueError, match="needs counts"):
        vocabulary.prune(min_count=1)


def test_diff_and_id_map():
    old, new = rs.Vocabulary(["a", "b", "c"]), rs.Vocabulary(["c", "a", "d"])
    diff = old.diff(new)
    assert (diff.added.tolist(), diff.removed.tolist(), diff.moved.tolist()) == ([2], [1], [0, 2])
    assert not diff.is_same and old.diff(old).is_same
    id_map = old.map_ids(new)
    assert id_map == diff.id_map and id_map != old.map_ids(old) and id_map != 3
    assert id_map.old_to_new.tolist() == [1, -1, 0] and id_map.new_to_old.tolist() == [2, 0, -1]
    assert len(id_map) == 3 and id_map.num_new == 3 and not id_map.is_identity
    assert id_map.with_leading_ids(2).old_to_new.tolist() == [0, 1, 3, -1, 2]
    assert id_map.then(new.map_ids(old)).old_to_new.tolist() == [0, -1, 2]
    assert pickle.loads(pickle.dumps(id_map)) == id_map
    ids = np.array([[0, 2], [1, 1]], dtype=np.int32)
    assert id_map.remap(ids, oov_id=9).dtype == np.int32
    assert id_map.remap(ids, oov_id=9).tolist() == [[1, 0], [9, 9]]
    with pytest.raises(ValueError, match="has no new id"):
        id_map.remap(ids)
    with pytest.raises(ValueError, match="are both 0"):
        rs.IdMap([0, 0], 1)


def test_rows_of_an_embedding_table():
    old, new = rs.Vocabulary(["a", "b", "c"]), rs.Vocabulary(["c", "x", "a"])
    table = np.arange(6, dtype=np.float32).reshape(3, 2)
    rows = old.map_ids(new).new_to_old
    moved = np.where((rows >= 0)[:, None], table[rows], 0)
    assert moved.tolist() == [[4, 5], [0, 0], [0, 1]]
