"""The calls of Hugging Face's pre-tokenizers."""

import numpy as np

import rowsplit as rs

from conformance.ops import op


@op("hf.pre_tokenizer")
def _(p, i):
    tokenizer = getattr(rs.text.pre_tokenizers, p["name"])(**p["args"])
    tokens, starts, ends = tokenizer.split_with_offsets(i["input"], character_offsets=True)
    pairs = np.stack([starts.flat_values, ends.flat_values], axis=1).tolist()
    splits = tokens.row_splits
    return {"tokens": tokens,
            "char_offsets": [pairs[begin:end] for begin, end in zip(splits, splits[1:])]}
