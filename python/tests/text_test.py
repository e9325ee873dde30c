import numpy as np
import pytest

import rowsplit as rs


def encoded(rows):
    return [row.encode() if isinstance(row, str) else encoded(row) for row in rows]


def test_lower_and_upper():
    words = ["É", "ABC", "", "ΟΔΟΣ", "straße"]
    assert rs.lower(words).to_list() == encoded(["É", "abc", "", "ΟΔΟΣ", "straße"])
    assert rs.lower(words, encoding="utf-8").to_list() == encoded(
        ["é", "abc", "", "οδος", "straße"])
    assert rs.upper(words, "utf-8").to_list() == encoded(
        ["É", "ABC", "", "ΟΔΟΣ", "STRASSE"])
    assert rs.lower("É", encoding="utf-8") == "é".encode()
    ragged = rs.constant([["É", "A"], [], ["Я"]])
    assert rs.lower(ragged, encoding="utf-8").to_list() == encoded([["é", "a"], [], ["я"]])
    assert rs.upper([["é"], ["ß"]], encoding="utf-8").to_list() == encoded([["É"], ["SS"]])


def test_case_of_a_document_is_that_of_python():
    text = "Größe ΑΣ Σ İ Ǆ ﬁ ЖЁ Ա 日本 " * 300
    assert rs.lower(text, encoding="utf-8").decode() == text.lower()
    assert rs.upper(text, encoding="utf-8").decode() == text.upper()
    assert rs.fold_case(text).decode() == text.casefold()


def test_ill_formed_bytes_and_nul():
    assert rs.lower([b"A\xff\xe2\x82B"], encoding="utf-8").to_list() == encoded(
        ["a\ufffd\ufffdb"])
    assert rs.lower([b"A\0B"], encoding="utf-8").to_list() == [b"a\0b"]
    assert rs.lower([b"A\0B"], encoding="utf-8", nul_ends_string=True).to_list() == [b"a"]


def test_split_by_unicode():
    assert rs.split_characters(["aé", "", b"x\xe2\x82"]).to_list() == encoded(
        [["a", "é"], [], ["x", "\ufffd"]])
    assert rs.split_characters("日本").to_list() == encoded(["日", "本"])
    assert rs.split_unicode_whitespace(rs.constant([["a\u00a0b"], ["\u2003", "c d"]])
                                       ).to_list() == encoded([[["a", "b"]], [[], ["c", "d"]]])


def test_hash_ngrams():
    ids = rs.hash_ngrams(["abc", ""], 1000, min_width=2, max_width=3)
    assert ids.row_lengths().tolist() == [3, 0]
    assert ids.flat_values.dtype == np.int64
    again = rs.hash_ngrams(["ab", "bc", "abc"], 1000, min_width=2, max_width=3).to_list()
    assert ids.to_list()[0] == [again[0][0], again[1][0], again[2][2]]
    marked = rs.hash_ngrams("ab", 1000, min_width=1, max_width=9, word_marks=True)
    assert marked.shape == (2 + 3 + 2 + 1,)
    assert rs.hash_ngrams(["é"], 9, min_width=1, unit="byte").row_lengths().tolist() == [3]


def test_hash_token_ngrams():
    tokens = rs.constant([["a", "b"], [], ["c"]])
    ids = rs.hash_token_ngrams(tokens, 100_000, hash="farmhash")
    joined = rs.hash_ngrams(["a b"], 100_000, min_width=3, max_width=3, hash="farmhash")
    assert ids.row_lengths().tolist() == [3, 0, 1]
    assert ids.to_list()[0][2] == joined.to_list()[0][0]


@pytest.mark.parametrize("call, error, message", [
    (lambda: rs.lower(["a"], encoding="latin-1"), ValueError, "'latin-1'"),
    (lambda: rs.lower([1]), TypeError, "strings|str"),
    (lambda: rs.hash_ngrams(["a"], 0), ValueError, "num_bins"),
    (lambda: rs.hash_ngrams(["a"], 5, min_width=0), ValueError, "min_width=0"),
    (lambda: rs.hash_ngrams(["a"], 5, hash="md5"), ValueError, "'md5'"),
    (lambda: rs.hash_ngrams(["a"], 5, unit="word"), ValueError, "'word'"),
    (lambda: rs.hash_token_ngrams(["a"], 5), ValueError, "ragged"),
])
def test_errors(call, error, message):
    with pytest.raises(error, match=message):
        call()
