"""The calls of TF Text's tokenizers that cut strings into pieces."""

import rowsplit as rs

from conformance.ops import op


def pieces(result, name="tokens"):
    tokens, starts, ends = result
    return {name: tokens, "starts": starts, "ends": ends}


@op("text.WhitespaceTokenizer")
def _(p, i):
    return pieces(rs.text.WhitespaceTokenizer().tokenize_with_offsets(i["input"]))


@op("text.UnicodeScriptTokenizer")
def _(p, i):
    tokenizer = rs.text.UnicodeScriptTokenizer(keep_whitespace=p["keep_whitespace"])
    return pieces(tokenizer.tokenize_with_offsets(i["input"]))


@op("text.regex_split")
def _(p, i):
    return pieces(rs.text.regex_split_with_offsets(i["input"], p["delim"], p["keep_delim"]))


@op("text.RegexSplitter")
def _(p, i):
    return pieces(rs.text.RegexSplitter(p["split_regex"]).split_with_offsets(i["input"]))


@op("text.SplitMergeTokenizer")
def _(p, i):
    return pieces(rs.text.SplitMergeTokenizer().tokenize_with_offsets(
        i["input"], i["labels"], force_split_at_break_character=p["force_split"]))


@op("text.SplitMergeFromLogitsTokenizer")
def _(p, i):
    tokenizer = rs.text.SplitMergeFromLogitsTokenizer(p["force_split"])
    return pieces(tokenizer.tokenize_with_offsets(i["input"], i["logits"]))


@op("text.StateBasedSentenceBreaker")
def _(p, i):
    breaker = rs.text.StateBasedSentenceBreaker()
    return pieces(breaker.break_sentences_with_offsets(i["input"]), "sentences")
