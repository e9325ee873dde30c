"""What the tokenizers that cut strings leave to Python."""

import numpy as np
import pytest

import rowsplit as rs


def test_one_string_gives_a_vector():
    tokens, starts, ends = rs.text.WhitespaceTokenizer().tokenize_with_offsets("a bc")
    assert tokens.to_list() == [b"a", b"bc"]
    assert starts.dtype == np.int32
    assert ends.tolist() == [1, 4]


def test_regex_split_takes_one_string_for_a_vector():
    assert rs.text.regex_split("a b", " ").to_list() == [[b"a", b"b"]]


def test_strings_of_any_rank():
    ragged = rs.constant([["a. b", "c"], []])
    sentences = rs.text.StateBasedSentenceBreaker().break_sentences(ragged)
    assert sentences.to_list() == [[[b"a.", b"b"], [b"c"]], []]


@pytest.mark.parametrize("call", [
    lambda: rs.text.regex_split(["a"], "("),
    lambda: rs.text.regex_split(["a"], "b*"),
    lambda: rs.text.SplitMergeTokenizer().tokenize(["ab"], [[0]]),
    lambda: rs.text.SplitMergeFromLogitsTokenizer().tokenize(["a"], [[1.0, 2.0]]),
    lambda: rs.text.split_words(["a"], locale="no locale"),
    lambda: rs.text.pre_tokenizers.Punctuation("apart"),
    lambda: rs.text.pre_tokenizers.FixedLength(0),
])
def test_bad_arguments_are_value_errors(call):
    with pytest.raises(ValueError):
        call()


def test_pre_tokenizers_go_one_behind_the_other():
    p = rs.text.pre_tokenizers
    steps = p.Sequence([p.WhitespaceSplit(), p.Digits(individual_digits=True)])
    assert steps.pre_tokenize_str("é 12") == [("é", (0, 1)), ("1", (2, 3)), ("2", (3, 4))]
