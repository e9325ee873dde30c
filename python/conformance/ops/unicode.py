"""The calls of ops on code points, encodings and bytes."""

import rowsplit as rs

from conformance.ops import op


def errors_of(p, *names):
    return {name: p[name] for name in ("errors", "replacement_char", *names)}


@op("strings.unicode_decode")
def _(p, i):
    return rs.strings.unicode_decode(
        i["input"], p["input_encoding"], **errors_of(p, "replace_control_characters"))


@op("strings.unicode_decode_with_offsets")
def _(p, i):
    points, offsets = rs.strings.unicode_decode_with_offsets(
        i["input"], p["input_encoding"], **errors_of(p, "replace_control_characters"))
    return {"codepoints": points, "offsets": offsets}


@op("strings.unicode_encode")
def _(p, i):
    return rs.strings.unicode_encode(i["input"], p["output_encoding"], **errors_of(p))


@op("strings.unicode_split")
def _(p, i):
    return rs.strings.unicode_split(i["input"], p["input_encoding"], **errors_of(p))


@op("strings.unicode_split_with_offsets")
def _(p, i):
    chars, offsets = rs.strings.unicode_split_with_offsets(
        i["input"], p["input_encoding"], **errors_of(p))
    return {"chars": chars, "offsets": offsets}


@op("strings.unicode_transcode")
def _(p, i):
    return rs.strings.unicode_transcode(
        i["input"], p["input_encoding"], p["output_encoding"],
        **errors_of(p, "replace_control_characters"))


@op("strings.unicode_script")
def _(p, i):
    return rs.strings.unicode_script(i["input"])


@op("text.UnicodeCharTokenizer")
def _(p, i):
    tokens, starts, ends = rs.text.UnicodeCharTokenizer().tokenize_with_offsets(i["input"])
    return {"tokens": tokens, "starts": starts, "ends": ends}


@op("text.UnicodeCharTokenizer.detokenize")
def _(p, i):
    return rs.text.UnicodeCharTokenizer().detokenize(i["input"])


@op("text.ByteSplitter")
def _(p, i):
    data, starts, ends = rs.text.ByteSplitter().split_with_offsets(i["input"])
    return {"bytes": data, "starts": starts, "ends": ends}


@op("text.ByteSplitter.split_by_offsets")
def _(p, i):
    return rs.text.ByteSplitter().split_by_offsets(i["input"], i["starts"], i["ends"])


@op("text.coerce_to_structurally_valid_utf8")
def _(p, i):
    return rs.text.coerce_to_structurally_valid_utf8(
        i["input"], replacement_char=p["replacement_char"])


@op("text.utf8_binarize")
def _(p, i):
    return rs.text.utf8_binarize(
        i["input"], word_length=p["word_length"], bits_per_char=p["bits_per_char"],
        replacement_char=p["replacement_char"])


@op("text.wordshape")
def _(p, i):
    return rs.text.wordshape(i["input"], [rs.text.WordShape[name] for name in p["shapes"]])
