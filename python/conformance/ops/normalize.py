"""The calls of normalization: TF Text's, and Hugging Face's normalizers."""

import rowsplit as rs

from conformance.ops import op


@op("text.normalize_utf8")
def _(p, i):
    return rs.text.normalize_utf8(i["input"], p["form"])


@op("text.normalize_utf8_with_offsets_map")
def _(p, i):
    normalized, offsets_map = rs.text.normalize_utf8_with_offsets_map(i["input"], p["form"])
    offsets = rs.text.find_source_offsets(offsets_map, i["offsets"])
    return {"normalized": normalized, "source_offsets": offsets}


@op("text.case_fold_utf8")
def _(p, i):
    return rs.text.case_fold_utf8(i["input"])


@op("text.FastBertNormalizer")
def _(p, i):
    normalizer = rs.text.FastBertNormalizer(**p)
    normalized, offsets = normalizer.normalize_with_offsets(i["input"])
    return {"normalized": normalized, "offsets": offsets}


@op("hf.normalizer")
def _(p, i):
    normalizer = getattr(rs.normalizers, p["name"])(**p["args"])
    return normalizer.normalize(i["input"])
