"""TF Text's tokenizers into subwords: what tensorflow-text 2.21 gave."""

import numpy as np
import pytest

import rowsplit as rs

VOCAB = ["[UNK]", "they", "##'", "##re", "the", "great", "##est", "'", "re", "a", "##a", "##b", "!",
         "é", "e", "##e", "日", "##é"]
TEXTS = ["They're the Greatest!", "", "É e\u0301 日a [unused1]".replace("e\u0301", "é\u0301"),
         b"a\xff a"]


def table(num_oov_buckets=1):
    ids = rs.KeyValueTensorInitializer(VOCAB, np.arange(len(VOCAB)))
    return rs.StaticVocabularyTable(ids, num_oov_buckets)


def lists(tensors):
    return tuple(tensor.to_list() for tensor in tensors)


def encoded(rows):
    return [row.encode() if isinstance(row, str) else encoded(row) for row in rows]


def test_wordpiece():
    words = ["they're", "dog", "", "greatest", "aab", "x" * 101]
    tokenizer = rs.text.WordpieceTokenizer(table())
    ids, starts, ends = tokenizer.tokenize_with_offsets(words)
    assert ids.to_list() == [[1, 2, 3], [0], [], [5, 6], [9, 10, 11], [0]]
    assert starts.to_list() == [[0, 4, 5], [0], [], [0, 5], [0, 1, 2], [0]]
    # A word that is too long ends at the size of the unknown token.
    assert ends.to_list() == [[4, 5, 7], [3], [], [5, 8], [1, 2, 3], [5]]
    assert ids.dtype == np.int64
    strings = rs.text.WordpieceTokenizer(table(), token_out_type="string")
    assert strings.tokenize(words).to_list() == encoded(
        [["they", "##'", "##re"], ["[UNK]"], [], ["great", "##est"], ["a", "##a", "##b"],
         ["[UNK]"]])
    assert rs.text.WordpieceTokenizer(table(), token_out_type="int32").tokenize(words).dtype == (
        np.int32)
    assert tokenizer.vocab_size() == len(VOCAB) + 1
    assert tokenizer.split(words).to_list() == ids.to_list()


def test_wordpiece_options():
    def cut(words, **options):
        return lists(rs.text.WordpieceTokenizer(table(), token_out_type="string", **options)
                     .tokenize_with_offsets(words))
    assert cut(["dog", "aab"], unknown_token=None) == (
        encoded([["dog"], ["a", "##a", "##b"]]), [[0], [0, 1, 2]], [[3], [1, 2, 3]])
    assert cut(["aqb", "é日"], split_unknown_characters=True) == (
        encoded([["a", "##[UNK]", "##b"], ["é", "##[UNK]"]]), [[0, 1, 2], [0, 2]],
        [[1, 2, 3], [2, 5]])
    assert cut(["aab", "the"], max_chars_per_token=1)[0] == encoded(
        [["a", "##a", "##b"], ["[UNK]"]])


def test_wordpiece_of_any_rank():
    tokenizer = rs.text.WordpieceTokenizer(table())
    nested = rs.constant([[["they're"], []], [["a", "aab"]]])
    assert lists(tokenizer.tokenize_with_offsets(nested)) == (
        [[[[1, 2, 3]], []], [[[9], [9, 10, 11]]]], [[[[0, 4, 5]], []], [[[0], [0, 1, 2]]]],
        [[[[4, 5, 7]], []], [[[1], [1, 2, 3]]]])
    assert tokenizer.tokenize("aab").tolist() == [9, 10, 11]
    assert tokenizer.tokenize([]).to_list() == []


def test_wordpiece_of_a_file_and_a_table(tmp_path):
    path = tmp_path / "vocab.txt"
    path.write_text("".join(token + "\n" for token in VOCAB), encoding="utf-8")
    assert rs.text.WordpieceTokenizer(str(path)).tokenize(["they're"]).to_list() == [[1, 2, 3]]
    ids = rs.KeyValueTensorInitializer(["a", "##b"], np.array([7, 9]))
    hashed = rs.StaticHashTable(ids, default_value=-5)
    assert rs.text.WordpieceTokenizer(hashed).tokenize(["ab", "q"]).to_list() == [[7, 9], [-5]]


def test_detokenize():
    ids = rs.constant([[1, 3, 4], [], [9, 10]])
    assert rs.text.WordpieceTokenizer(table()).detokenize(ids).to_list() == encoded(
        [["theyre", "the"], [""], ["aa"]])
    assert rs.text.BertTokenizer(table()).detokenize(ids).to_list() == encoded(
        [["theyre", "the"], [""], ["aa"]])
    fast = rs.text.FastWordpieceTokenizer(VOCAB, support_detokenization=True)
    assert fast.detokenize(ids).to_list() == encoded(["theyre the", "", "aa"])
    assert fast.detokenize([1, 3, 4]) == b"theyre the"


def test_basic_tokenizer():
    plain = rs.text.BasicTokenizer().tokenize_with_offsets(TEXTS)
    assert lists(plain) == (
        [encoded(["They", "'", "re", "the", "Greatest", "!"]), [],
         encoded(["É", "é\u0301", "日", "a", "[", "unused1", "]"]), [b"a\xff", b"a"]],
        [[0, 4, 5, 8, 12, 20], [], [0, 3, 8, 11, 13, 14, 21], [0, 3]],
        [[4, 5, 7, 11, 20, 21], [], [2, 7, 11, 12, 14, 21, 22], [2, 4]])
    # The offsets are those in the text that was changed.
    lower = rs.text.BasicTokenizer(lower_case=True).tokenize_with_offsets(TEXTS)
    assert lists(lower) == (
        [encoded(["they", "'", "re", "the", "greatest", "!"]), [],
         encoded(["e", "e", "日", "a", "[", "unused1", "]"]), [b"a\xff", b"a"]],
        [[0, 4, 5, 8, 12, 20], [], [0, 2, 4, 7, 9, 10, 17], [0, 3]],
        [[4, 5, 7, 11, 20, 21], [], [1, 3, 7, 8, 10, 17, 18], [2, 4]])
    kept = rs.text.BasicTokenizer(keep_whitespace=True, preserve_unused_token=True)
    assert lists(kept.tokenize_with_offsets(["a  [unused1]!"])) == (
        [encoded(["a", "  ", "[unused1]", "!"])], [[0, 1, 3, 12]], [[1, 3, 12, 13]])
    assert rs.text.BasicTokenizer(normalization_form="NFKD").tokenize(["é½"]).to_list() == encoded(
        [["e\u03011\u20442"]])
    assert rs.text.AccentPreservingBasicTokenizer(lower_case=True).tokenize(["É"]).to_list() == (
        encoded([["é"]]))


def test_bert_tokenizer():
    assert lists(rs.text.BertTokenizer(table()).tokenize_with_offsets(TEXTS)) == (
        [[[0], [7], [8], [4], [0], [12]], [], [[0], [0], [16], [9], [0], [0], [0]], [[0], [9]]],
        [[[0], [4], [5], [8], [12], [20]], [], [[0], [3], [8], [11], [13], [14], [21]],
         [[0], [3]]],
        [[[4], [5], [7], [11], [20], [21]], [], [[2], [7], [11], [12], [14], [21], [22]],
         [[2], [4]]])
    lower = rs.text.BertTokenizer(table(), lower_case=True)
    assert lists(lower.tokenize_with_offsets(TEXTS)) == (
        [[[1], [7], [8], [4], [5, 6], [12]], [], [[14], [14], [16], [9], [0], [0], [0]],
         [[0], [9]]],
        [[[0], [4], [5], [8], [12, 17], [20]], [], [[0], [2], [4], [7], [9], [10], [17]],
         [[0], [3]]],
        [[[4], [5], [7], [11], [17, 20], [21]], [], [[1], [3], [7], [8], [10], [17], [18]],
         [[2], [4]]])


def test_fast_wordpiece():
    text = rs.text.FastWordpieceTokenizer(VOCAB, token_out_type="string")
    assert lists(text.tokenize_with_offsets(["they're  the!", "q aab", ""])) == (
        encoded([["they", "'", "re", "the", "!"], ["[UNK]", "a", "##a", "##b"], []]),
        [[0, 4, 5, 9, 12], [0, 2, 3, 4], []], [[4, 5, 7, 12, 13], [1, 3, 4, 5], []])
    words = rs.text.FastWordpieceTokenizer(VOCAB, no_pretokenization=True)
    assert lists(words.tokenize_with_offsets(rs.constant([["they're", "q"], ["aab"]]))) == (
        [[[1, 2, 3], [0]], [[9, 10, 11]]], [[[0, 4, 5], [0]], [[0, 1, 2]]],
        [[[4, 5, 7], [1]], [[1, 2, 3]]])


def test_fast_bert():
    plain = rs.text.FastBertTokenizer(VOCAB)
    assert lists(plain.tokenize_with_offsets(TEXTS)) == (
        [[0, 7, 8, 4, 0, 12], [], [0, 0, 16, 9, 0, 0, 0], [0, 9]],
        [[0, 4, 5, 8, 12, 20], [], [0, 3, 8, 11, 13, 14, 21], [0, 3]],
        [[4, 5, 7, 11, 20, 21], [], [2, 7, 11, 12, 14, 21, 22], [2, 4]])
    # The offsets are those in the text as given.
    lower = rs.text.FastBertTokenizer(VOCAB, lower_case_nfd_strip_accents=True)
    assert lists(lower.tokenize_with_offsets(TEXTS)) == (
        [[1, 7, 8, 4, 5, 6, 12], [], [14, 14, 16, 9, 0, 0, 0], [0, 9]],
        [[0, 4, 5, 8, 12, 17, 20], [], [0, 3, 8, 11, 13, 14, 21], [0, 3]],
        [[4, 5, 7, 11, 17, 20, 21], [], [2, 7, 11, 12, 14, 21, 22], [2, 4]])
    nested = rs.constant([["a!"], [], ["é", "the a"]])
    assert plain.tokenize(nested).to_list() == [[[9, 12]], [], [[13], [4, 9]]]


@pytest.mark.parametrize("call, error, message", [
    (lambda: rs.text.WordpieceTokenizer(3), TypeError, "lookup table"),
    (lambda: rs.text.WordpieceTokenizer(table(), token_out_type="float32"), TypeError,
     "token_out_type"),
    (lambda: rs.text.WordpieceTokenizer(table()).tokenize([1]), TypeError, "string"),
    (lambda: rs.text.WordpieceTokenizer(table()).detokenize([1]), ValueError, "rank 2"),
    (lambda: rs.text.WordpieceTokenizer(table()).detokenize([[-1]]), ValueError, "ids.0.=-1"),
    (lambda: rs.text.WordpieceTokenizer("/nowhere/vocab.txt"), FileNotFoundError, "vocab.txt"),
    (lambda: rs.text.BasicTokenizer(lower_case=True, normalization_form="NFKC"), ValueError,
     "'NFKC'"),
    (lambda: rs.text.BasicTokenizer(normalization_form="NFX"), ValueError, "'NFX'"),
    (lambda: rs.text.FastWordpieceTokenizer(["a"]), RuntimeError, "unknown token"),
    (lambda: rs.text.FastWordpieceTokenizer(["[UNK]", "a", "a"]), RuntimeError, "unique"),
    (lambda: rs.text.FastWordpieceTokenizer(["[UNK]", "a\0"]), ValueError, "NUL"),
    (lambda: rs.text.FastWordpieceTokenizer(), TypeError, "vocab"),
    (lambda: rs.text.FastWordpieceTokenizer(VOCAB).detokenize([[1]]), RuntimeError,
     "support_detokenization"),
    (lambda: rs.text.FastWordpieceTokenizer(VOCAB, support_detokenization=True).detokenize(
        [[99]]), IndexError, "ids.0.=99"),
    (lambda: rs.text.FastBertTokenizer(VOCAB).tokenize([1]), TypeError, "string"),
])
def test_errors(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_learn_wordpiece():
    texts = ["The cats sat; the cat's hats!", "Un café, deux cafés: THE CAFÉ.", "日本 cats"]
    learned = rs.text.bert_vocab_from_dataset(
        [texts[:2], texts[2:]], 60, ["[PAD]", "[UNK]"], bert_tokenizer_params={"lower_case": True},
        learn_params={"lower_thresh": 2})
    assert learned == (
        "[PAD] [UNK] ! ' , . : ; a c d e f h n s t u x 日 本 the cafe cats ##! ##' ##, ##. ##: ##; "
        "##a ##c ##d ##e ##f ##h ##n ##s ##t ##u ##x ##日 ##本 cafes cat deux hats sat un").split()
