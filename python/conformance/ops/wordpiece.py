"""The calls of TF Text's tokenizers into subwords."""

import rowsplit as rs

from conformance.ops import op


def table(vocab):
    pairs = rs.KeyValueTensorInitializer(vocab, range(len(vocab)), value_dtype="int64")
    return rs.StaticVocabularyTable(pairs, 1)


def pieces(tokenizer, i):
    tokens, starts, ends = tokenizer.tokenize_with_offsets(i["input"])
    return {"tokens": tokens, "starts": starts, "ends": ends}


def over_table(tokenizer, p):
    options = dict(p)
    return tokenizer(table(options.pop("vocab")), **options)


@op("text.WordpieceTokenizer")
def _(p, i):
    return pieces(over_table(rs.text.WordpieceTokenizer, p), i)


@op("text.WordpieceTokenizer.detokenize")
def _(p, i):
    return over_table(rs.text.WordpieceTokenizer, p).detokenize(i["input"])


@op("text.BertTokenizer")
def _(p, i):
    return pieces(over_table(rs.text.BertTokenizer, p), i)


@op("text.BasicTokenizer")
def _(p, i):
    return pieces(rs.text.BasicTokenizer(**p), i)


@op("text.FastWordpieceTokenizer")
def _(p, i):
    return pieces(rs.text.FastWordpieceTokenizer(**p), i)


@op("text.FastBertTokenizer")
def _(p, i):
    return pieces(rs.text.FastBertTokenizer(**p), i)


@op("text.FastBertTokenizer.detokenize")
def _(p, i):
    tokenizer = rs.text.FastBertTokenizer(p["vocab"], support_detokenization=True)
    return tokenizer.detokenize(i["input"])


@op("text.bert_vocab_from_dataset")
def _(p, i):
    corpus = i["corpus"].to_list()
    batches = [corpus[at:at + p["batch"]] for at in range(0, len(corpus), p["batch"])]
    return {"vocab": rs.text.bert_vocab_from_dataset(
        batches, p["vocab_size"], p["reserved_tokens"],
        bert_tokenizer_params=p["bert_tokenizer_params"], learn_params=p["learn_params"])}


@op("text.wordpiece_learn")
def _(p, i):
    return {"vocab": rs.text.learn_wordpiece(
        [tuple(pair) for pair in p["word_counts"]], p["vocab_size"], p["reserved_tokens"],
        **p["learn_params"])}
