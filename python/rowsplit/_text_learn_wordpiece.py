"""Learns vocabularies of subwords, as TF Text's tools do."""

import collections

import numpy as np

from rowsplit import _core
from rowsplit._text_wordpiece import BasicTokenizer, _to_bytes


def learn_wordpiece(word_counts, vocab_size, reserved_tokens, upper_thresh=int(1e7),
                    lower_thresh=10, num_iterations=4, max_input_tokens=int(5e6),
                    max_token_length=50, max_unique_chars=1000, slack_ratio=0.05,
                    include_joiner_token=True, joiner="##"):
    """The tokens learned from words and their counts, a dict or pairs: `learn` of TF
    Text's wordpiece_tokenizer_learner_lib.

    >>> import rowsplit as rs
    >>> rs.text.learn_wordpiece({"ab": 3, "abc": 2}, 8, ["[UNK]"], lower_thresh=1)
    ['[UNK]', 'a', 'b', 'c', 'ab', 'abc', '##a', '##b', '##c']
    """
    pairs = list(word_counts.items() if hasattr(word_counts, "items") else word_counts)
    words = [_to_bytes(word) for word, _ in pairs]
    counts = np.array([count for _, count in pairs], dtype=np.int64)
    tokens = _core._learn_wordpiece(
        words, counts, vocab_size, [_to_bytes(token) for token in reserved_tokens],
        upper_thresh, lower_thresh, num_iterations, max_input_tokens, max_token_length,
        max_unique_chars, slack_ratio, bool(include_joiner_token), _to_bytes(joiner))
    return [token.decode("utf-8") for token in tokens.to_list()]


def bert_vocab_from_dataset(dataset, vocab_size, reserved_tokens, bert_tokenizer_params=None,
                            learn_params=None):
    """The tokens learned from the words of text: TF Text's bert_vocab_from_dataset.

    `dataset` gives strings, or batches of them of any rank; BasicTokenizer, with
    `bert_tokenizer_params`, makes words of them.

    >>> import rowsplit as rs
    >>> rs.text.bert_vocab_from_dataset([["ab abc"], ["ab"]], 9, [], learn_params={"lower_thresh": 1})
    ['a', 'b', 'c', 'ab', 'abc', '##a', '##b', '##c']
    """
    tokenizer = BasicTokenizer(**(bert_tokenizer_params or {}))
    counts = collections.Counter()
    for batch in dataset:
        counts.update(tokenizer.tokenize(batch).flat_values.to_list())
    return learn_wordpiece(counts, vocab_size, reserved_tokens, **(learn_params or {}))
