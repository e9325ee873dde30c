"""The calls of Hugging Face's tokenizers: each is made as a tokenizer.json."""

import json

import rowsplit as rs

from conformance.ops import op


def tokenizer(model, pre_tokenizer, normalizer=None):
    return rs.Tokenizer.from_json(json.dumps(
        {"model": model, "pre_tokenizer": pre_tokenizer, "normalizer": normalizer}))


def encodings(made, texts):
    ids, starts, ends = (rows.to_list() for rows in
                         made.encode_batch(texts, add_special_tokens=False, offsets="characters"))
    return {"encodings": [
        {"ids": row, "tokens": [made.id_to_token(id) for id in row],
         "offsets": [list(pair) for pair in zip(starts[i], ends[i])]}
        for i, row in enumerate(ids)]}


@op("hf.BertWordPiece")
def _(p, i):
    model = {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
             "max_input_chars_per_word": p["max_input_chars_per_word"],
             "vocab": {token: id for id, token in enumerate(p["vocab"])}}
    normalizer = {"type": "BertNormalizer", "clean_text": p["clean_text"],
                  "handle_chinese_chars": True, "strip_accents": p["strip_accents"],
                  "lowercase": p["lowercase"]}
    return encodings(tokenizer(model, {"type": "BertPreTokenizer"}, normalizer), i["input"])


@op("hf.BPE")
def _(p, i):
    model = {"type": "BPE", "unk_token": p["unk_token"], "fuse_unk": p["fuse_unk"],
             "vocab": {token: id for id, token in enumerate(p["vocab"])}, "merges": p["merges"]}
    pre_tokenizer = {"type": "WhitespaceSplit"}
    if p["byte_level"]:
        pre_tokenizer = {"type": "ByteLevel", "add_prefix_space": p["add_prefix_space"],
                         "trim_offsets": True, "use_regex": True}
    return encodings(tokenizer(model, pre_tokenizer), i["input"])
