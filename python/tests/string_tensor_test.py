import copy
import pickle

import numpy as np
import pytest

import rowsplit as rs


@pytest.mark.parametrize("source", [
    ["a", "bé", ""], [b"a", "bé", b""], ("a", "bé", ""),
    np.array(["a", "bé", ""]), np.array([b"a", "bé".encode(), b""]),
    np.array(["a", b"b\xc3\xa9", ""], dtype=object)])
def test_sources(source):
    strings = rs.StringTensor(source)
    assert strings.to_list() == [b"a", "bé".encode(), b""]
    assert strings.shape == (3,) and strings.rank == 1 and len(strings) == 3
    assert strings.dtype.kind == "S"
    assert strings.offsets.tolist() == [0, 1, 4, 4]
    assert bytes(strings.data) == "abé".encode()


def test_shape():
    strings = rs.StringTensor([["a", "b", "c"], ["d", "e", "f"]])
    assert strings.shape == (2, 3)
    assert strings.to_list() == [[b"a", b"b", b"c"], [b"d", b"e", b"f"]]
    assert strings.numpy().dtype == object and strings.numpy().shape == (2, 3)
    assert [row.to_list() for row in strings] == strings.to_list()
    assert list(rs.StringTensor(["a", "b"])) == [b"a", b"b"]
    assert rs.StringTensor([]).shape == (0,)
    assert rs.StringTensor([[], []]).shape == (2, 0)


def test_bytes_of_any_kind():
    everything = bytes(range(256))
    assert rs.StringTensor([everything, b"\0", b""]).to_list() == [everything, b"\0", b""]


def test_repr():
    assert repr(rs.StringTensor(["a", "b"])) == "<rowsplit.StringTensor [b'a', b'b']>"
    many = rs.StringTensor([str(n) for n in range(1000)])
    assert repr(many) == (
        "<rowsplit.StringTensor [b'0', b'1', b'2', ..., b'997', b'998', b'999']>")


def test_pickle_and_copy():
    strings = rs.StringTensor([["a", "b"], ["\0", ""]])
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        back = pickle.loads(pickle.dumps(strings, protocol))
        assert back.to_list() == strings.to_list() and back.shape == strings.shape
    assert copy.deepcopy(strings) is strings


def test_from_offsets_shares_the_bytes():
    data = np.frombuffer(b"abcde", dtype=np.uint8)
    strings = rs.StringTensor.from_offsets(np.array([0, 1, 1, 5]), data)
    assert strings.to_list() == [b"a", b"", b"bcde"]
    assert np.shares_memory(strings.data, data)


@pytest.mark.parametrize("offsets, message", [
    ([0, 2], "bytes"), ([0, 9], "bytes"), ([1, 5], "start at 0"), ([0, 3, 2, 5], "decrease"),
    ([], "at least one"), ([0, 2**63 - 1], "bytes"), ([0, -1, 5], "decrease")])
def test_offsets_that_do_not_fit(offsets, message):
    data = np.frombuffer(b"abcde", dtype=np.uint8)
    with pytest.raises(ValueError, match=message):
        rs.StringTensor.from_offsets(np.array(offsets, dtype=np.int64), data)


def test_other_sources():
    for source in ([1, 2], 3, "a", [None], np.arange(3), rs.constant([["a"]])):
        with pytest.raises((TypeError, ValueError)):
            rs.StringTensor(source)
    with pytest.raises(TypeError, match="unhashable"):
        hash(rs.StringTensor(["a"]))
    with pytest.raises(TypeError, match="not a condition"):
        bool(rs.StringTensor(["a"]))
