"""The calls of rowsplit.strings."""

import numpy as np

from rowsplit import strings

from conformance.ops import op


@op("strings.lower")
def _(p, i):
    return strings.lower(i["input"], encoding=p["encoding"])


@op("strings.upper")
def _(p, i):
    return strings.upper(i["input"], encoding=p["encoding"])


@op("strings.strip")
def _(p, i):
    return strings.strip(i["input"])


@op("strings.length")
def _(p, i):
    return strings.length(i["input"], unit=p["unit"])


@op("strings.substr")
def _(p, i):
    return strings.substr(i["input"], i["pos"], i["len"], unit=p["unit"])


@op("strings.join")
def _(p, i):
    return strings.join(i["inputs"], separator=p["separator"])


@op("strings.reduce_join")
def _(p, i):
    return strings.reduce_join(i["input"], axis=p["axis"], keepdims=p["keepdims"],
                               separator=p["separator"])


@op("strings.unsorted_segment_join")
def _(p, i):
    return strings.unsorted_segment_join(
        i["input"], i["segment_ids"], p["num_segments"], separator=p["separator"])


@op("strings.regex_full_match")
def _(p, i):
    return strings.regex_full_match(i["input"], p["pattern"])


@op("strings.regex_replace")
def _(p, i):
    return strings.regex_replace(i["input"], p["pattern"], p["rewrite"],
                                 replace_global=p["replace_global"])


@op("strings.split")
def _(p, i):
    return strings.split(i["input"], sep=p["sep"], maxsplit=p["maxsplit"])


@op("strings.bytes_split")
def _(p, i):
    return strings.bytes_split(i["input"])


@op("strings.to_hash_bucket_fast")
def _(p, i):
    return strings.to_hash_bucket_fast(i["input"], p["num_buckets"])


@op("strings.to_hash_bucket_strong")
def _(p, i):
    return strings.to_hash_bucket_strong(i["input"], p["num_buckets"], p["key"])


@op("strings.to_hash_bucket")
def _(p, i):
    return strings.to_hash_bucket(i["input"], p["num_buckets"])


@op("fingerprint.farmhash64")
def _(p, i):
    rows = np.asarray(strings.fingerprint(i["input"]))
    return {"fingerprint64_decimal": [str(int.from_bytes(row.tobytes(), "little"))
                                      for row in rows],
            "bytes": rows}


@op("strings.to_number")
def _(p, i):
    return strings.to_number(i["input"], out_type=p["out_type"])


@op("strings.as_string")
def _(p, i):
    return strings.as_string(i["input"], precision=p["precision"], scientific=p["scientific"],
                             shortest=p["shortest"], width=p["width"], fill=p["fill"])


@op("strings.format")
def _(p, i):
    return strings.format(p["template"], tuple(i["inputs"]), placeholder=p["placeholder"],
                          summarize=p["summarize"])


@op("strings.ngrams")
def _(p, i):
    return strings.ngrams(i["input"], p["ngram_width"], separator=p["separator"],
                          pad_values=p["pad_values"], padding_width=p["padding_width"],
                          preserve_short_sequences=p["preserve_short_sequences"])
