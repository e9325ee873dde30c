"""rowsplit.strings: arguments, shapes and errors of Python's side."""

import os

import numpy as np
import pytest
import rowsplit as rs
from rowsplit import strings


def test_every_name_is_there():
    assert strings.__all__ == sorted(strings.__all__)
    for name in strings.__all__:
        assert callable(getattr(strings, name))
        assert getattr(strings, name).__doc__


@pytest.mark.parametrize("function", [strings.strip, strings.length, strings.lower,
                                      strings.to_number])
def test_shapes_stay(function):
    assert np.shape(function(rs.StringTensor([["1", "2"], ["3", "4"]]))) == (2, 2)
    ragged = function(rs.constant([["1"], [], ["2", "3"]]))
    assert ragged.row_lengths().tolist() == [1, 0, 2]


@pytest.mark.parametrize("function", [strings.split, strings.bytes_split])
def test_splitting_adds_a_dimension(function):
    assert function("ab").to_list() in ([b"ab"], [b"a", b"b"])
    rows = function(rs.StringTensor([["a", "b c"], ["", "d"]]))
    assert rows.ragged_rank == 2
    assert len(rows.to_list()) == 2


def test_bytes_and_text_are_taken():
    assert strings.split(["aéb"], "é").to_list() == [[b"a", b"b"]]
    assert strings.split([b"a\xffb"], b"\xff").to_list() == [[b"a", b"b"]]
    assert strings.join(["a", "b"], b"\x00") == b"a\x00b"
    with pytest.raises(TypeError, match="separator"):
        strings.join(["a"], 3)


def test_join_takes_lists_of_tensors():
    assert strings.join([]) == b""
    assert strings.join([["a", "b"], "-", ["c", "d"]]).to_list() == [b"a-c", b"b-d"]
    with pytest.raises(ValueError, match="one shape"):
        strings.join([["a", "b"], ["c"]])


def test_axes_out_of_range():
    with pytest.raises(IndexError):
        strings.reduce_join([["a"]], axis=2)
    with pytest.raises(ValueError):
        strings.reduce_join(rs.constant([["a"]]), axis=2)


def test_ngrams_check_their_padding():
    tokens = rs.constant([["a", "b"], ["c"]])
    assert strings.ngrams(tokens, 2, pad_values=("<", ">"), padding_width=1).to_list() == [
        [b"< a", b"a b", b"b >"], [b"< c", b"c >"]]
    with pytest.raises(ValueError, match="padding_width must be"):
        strings.ngrams(tokens, 2, pad_values="P", padding_width=0)
    with pytest.raises(ValueError, match="needs pad_values"):
        strings.ngrams(tokens, 2, padding_width=1)
    with pytest.raises(TypeError, match="pad_values"):
        strings.ngrams(tokens, 2, pad_values=3)
    with pytest.raises(ValueError, match="rank of 1"):
        strings.ngrams("a", 2)


def test_keys_are_two_integers():
    assert strings.to_hash_bucket_strong(["a"], 5, [-1, 2]).dtype == np.int64
    with pytest.raises(ValueError, match="two integers"):
        strings.to_hash_bucket_strong(["a"], 5, [1])
    with pytest.raises(ValueError, match="must be positive"):
        strings.to_hash_bucket_fast(["a"], 0)


def test_dtypes_of_numbers():
    for dtype in (np.float32, "float64", "int32", np.int64, "uint32", "uint64"):
        assert strings.to_number("3", dtype).dtype == np.dtype(dtype)
    with pytest.raises(ValueError, match="got int8"):
        strings.to_number("3", "int8")
    with pytest.raises(ValueError, match="is 'x'"):
        strings.to_number(["1", "x"])


def test_format_takes_one_tensor_or_several():
    assert strings.format("v={}", np.arange(3)) == b"v=[0 1 2]"
    assert strings.format("{} {}", (np.float32(1.5), "a b")) == b'1.5 "a b"'
    assert strings.format("{}", rs.constant([[1], []]), summarize=None) == b"[[1], []]"
    with pytest.raises(ValueError, match="placeholders"):
        strings.format("{}", ())


def test_many_patterns_from_many_threads():
    """The last patterns stay compiled: none answers for another."""
    from concurrent.futures import ThreadPoolExecutor

    def replace(number):
        pattern = number % 80
        return pattern, strings.regex_replace([f"<{pattern}>"], f"<({pattern})>", r"\1").to_list()

    with ThreadPoolExecutor(4) as pool:
        for pattern, answer in pool.map(replace, range(800)):
            assert answer == [str(pattern).encode()]


def test_a_child_of_a_fork_has_patterns_of_its_own():
    assert strings.regex_replace(["ab"], "a", "").to_list() == [b"b"]
    child = os.fork()
    if child == 0:
        answer = strings.regex_replace(["ab", "c"], "a", "").to_list()
        os._exit(0 if answer == [b"b", b"c"] else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_a_long_pattern_is_one_too():
    pattern = "|".join(f"word{i}" for i in range(1000))
    for _ in range(2):
        assert strings.regex_replace(["word7!"], pattern, "x").to_list() == [b"x!"]


def test_a_bad_pattern_fails_each_time():
    for _ in range(3):
        with pytest.raises(ValueError, match=r"\("):
            strings.regex_replace(["a"], "(", "")
