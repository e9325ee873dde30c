"""rowsplit.Tokenizer against what the package tokenizers 0.23.3 gave."""

import json

import numpy as np
import pytest

import rowsplit as rs


def added(id, content, **flags):
    return {"id": id, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
            "normalized": False, "special": True, **flags}


WORDPIECE = {
    "added_tokens": [added(1, "[CLS]"), added(2, "[SEP]"),
                     added(9, "<x y>", lstrip=True, normalized=True, special=False)],
    "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                   "strip_accents": None, "lowercase": True},
    "pre_tokenizer": {"type": "BertPreTokenizer"},
    "post_processor": {"type": "BertProcessing", "cls": ["[CLS]", 1], "sep": ["[SEP]", 2]},
    "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
    "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
              "max_input_chars_per_word": 10,
              "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "un": 3, "##aff": 4, "##able": 5,
                        ",": 6, "e": 7, "日": 8}}}
TEXTS = ["Unaffable, É", "", "un[SEP] <x y>日 zz", "unaffablexx e"]
IDS = [[1, 3, 4, 5, 6, 7, 2], [1, 2], [1, 3, 2, 9, 8, 0, 2], [1, 0, 7, 2]]

BPE = {
    "truncation": {"direction": "Right", "max_length": 5, "strategy": "LongestFirst", "stride": 0},
    "padding": {"strategy": "BatchLongest", "direction": "Right", "pad_to_multiple_of": 4,
                "pad_id": 0, "pad_type_id": 0, "pad_token": "<p>"},
    "added_tokens": [added(0, "<p>")],
    "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False},
    "post_processor": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True},
    "decoder": {"type": "ByteLevel"},
    "model": {"type": "BPE", "vocab": {"<p>": 0, "a": 1, "b": 2, "Ġ": 3, "ab": 4, "Ġab": 5, "Ã": 6,
                                       "©": 7, "aa": 8},
              "merges": ["a b", "Ġ ab", "a a"]}}


@pytest.fixture
def wordpiece():
    return rs.Tokenizer.from_json(json.dumps(WORDPIECE))


@pytest.fixture
def bpe():
    return rs.Tokenizer.from_json(json.dumps(BPE))


def test_gives_ids(wordpiece):
    ids = wordpiece.encode_batch(TEXTS)
    assert isinstance(ids, rs.RaggedTensor)
    assert ids.to_list() == IDS
    assert ids.dtype == np.int64
    plain = wordpiece.encode_batch(TEXTS, add_special_tokens=False)
    assert plain.to_list() == [[3, 4, 5, 6, 7], [], [3, 2, 9, 8, 0], [0, 7]]
    assert wordpiece.encode_batch([]).to_list() == []
    assert wordpiece.encode_batch([b"\xff un \xe6\x97"]).to_list() == [[1, 3, 2]]
    assert wordpiece.encode_batch(rs.constant(TEXTS)).to_list() == IDS


def test_gives_offsets(wordpiece):
    ids, starts, ends = wordpiece.encode_batch(TEXTS, offsets="characters")
    assert ids.to_list() == IDS
    assert [list(zip(*rows)) for rows in zip(starts.to_list(), ends.to_list())] == [
        [(0, 0), (0, 2), (2, 5), (5, 9), (9, 10), (11, 12), (0, 0)],
        [(0, 0), (0, 0)],
        [(0, 0), (0, 2), (2, 7), (7, 13), (13, 14), (15, 17), (0, 0)],
        [(0, 0), (0, 11), (12, 13), (0, 0)]]
    _, starts, ends = wordpiece.encode_batch(TEXTS, offsets="bytes", add_special_tokens=False)
    assert starts.to_list() == [[0, 2, 5, 9, 11], [], [0, 2, 7, 13, 17], [0, 12]]
    assert ends.to_list() == [[2, 5, 9, 10, 13], [], [2, 7, 13, 16, 19], [11, 13]]


def test_cuts_and_pads(bpe):
    texts = ["ab ab aab", "é", "", "abababab ab ab"]
    ids, starts, ends = bpe.encode_batch(texts, offsets="characters")
    assert ids.to_list() == [[4, 5, 3, 1, 4, 0, 0, 0], [6, 7, 0, 0, 0, 0, 0, 0], [0] * 8,
                             [4, 4, 4, 4, 5, 0, 0, 0]]
    assert starts.to_list()[0] == [0, 3, 6, 6, 7, 0, 0, 0]
    assert ends.to_list()[0] == [2, 5, 6, 7, 9, 0, 0, 0]
    assert ends.to_list()[1][:2] == [1, 1]
    assert bpe.encode_batch(texts, max_length=3).to_list() == [
        [4, 5, 3], [6, 7, 0], [0, 0, 0], [4, 4, 4]]
    assert bpe.encode_batch(texts, pad=False).to_list() == [
        [4, 5, 3, 1, 4], [6, 7], [], [4, 4, 4, 4, 5]]


def test_threads_change_nothing(wordpiece, bpe):
    texts = ["unaffable, ab É aab " * (i % 7) for i in range(20000)]
    for tokenizer in (wordpiece, bpe):
        one = tokenizer.encode_batch(texts, num_threads=1)
        many = tokenizer.encode_batch(texts, num_threads=4)
        assert np.array_equal(one.flat_values, many.flat_values)
        assert np.array_equal(one.row_splits, many.row_splits)
        assert (tokenizer.decode_batch(one, num_threads=1).to_list()
                == tokenizer.decode_batch(one, num_threads=4).to_list())


def test_gives_text(wordpiece, bpe):
    rows = [[1, 3, 4, 5, 6, 7, 2], [0, 8, 8], []]
    assert wordpiece.decode_batch(rs.constant(rows)).to_list() == [
        b"unaffable, e", "[UNK] 日 日".encode(), b""]
    assert wordpiece.decode_batch(rs.constant(rows), skip_special_tokens=False).to_list() == [
        b"[CLS] unaffable, e [SEP]", "[UNK] 日 日".encode(), b""]
    # Ids without a token are left out.
    assert wordpiece.decode_batch(rs.constant([[3, 77, -1, 4]])).to_list() == [b"unaff"]
    rows = rs.constant([[4, 5, 0], [6, 7], [6], []])
    assert bpe.decode_batch(rows).to_list() == [
        b"ab ab", "é".encode(), "\ufffd".encode(), b""]
    assert bpe.decode_batch(rows, skip_special_tokens=False).to_list()[0] == b"ab ab<p>"


def test_knows_its_tokens(wordpiece, tmp_path):
    assert wordpiece.vocab_size == 10
    assert wordpiece.token_to_id("<x y>") == 9
    assert wordpiece.token_to_id("dog") is None
    assert wordpiece.id_to_token(8) == "日"
    with pytest.raises(IndexError, match="no token has the id 10"):
        wordpiece.id_to_token(10)
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps(WORDPIECE))
    assert rs.Tokenizer.from_file(str(path)).encode_batch(TEXTS).to_list() == IDS


def test_says_what_is_wrong(wordpiece):
    with pytest.raises(FileNotFoundError, match="nothing.json"):
        rs.Tokenizer.from_file("/nowhere/nothing.json")
    with pytest.raises(ValueError, match="tokenizer.json"):
        rs.Tokenizer.from_json("{")
    with pytest.raises(NotImplementedError, match="Unigram"):
        rs.Tokenizer.from_json('{"model": {"type": "Unigram", "vocab": []}}')
    with pytest.raises(ValueError, match="'words'"):
        wordpiece.encode_batch(["a"], offsets="words")
    with pytest.raises(ValueError, match="vector of strings"):
        wordpiece.encode_batch([["a"], ["b"]])
    with pytest.raises(ValueError, match="max_length must be from 0"):
        wordpiece.encode_batch(["a"], max_length=-1)
    no_unknown = dict(WORDPIECE, added_tokens=[], model=dict(WORDPIECE["model"], vocab={"e": 0}))
    with pytest.raises(ValueError, match='text 1: the word "zz" is unknown.*\\[UNK\\]'):
        rs.Tokenizer.from_json(json.dumps(no_unknown)).encode_batch(["e", "e zz"])
