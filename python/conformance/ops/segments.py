"""The calls of TF Text's ops on tokens and ids."""

from rowsplit import text

from conformance.ops import op


@op("text.ngrams")
def _(p, i):
    reduction = getattr(text.Reduction, p["reduction"]) if p["reduction"] else None
    return text.ngrams(i["input"], p["width"], axis=p["axis"], reduction_type=reduction,
                       string_separator=p["separator"])


@op("text.sliding_window")
def _(p, i):
    return text.sliding_window(i["input"], p["width"], axis=p["axis"])


@op("text.pad_model_inputs")
def _(p, i):
    padded, mask = text.pad_model_inputs(i["input"], p["max_seq_length"],
                                         pad_value=p["pad_value"])
    return {"padded": padded, "mask": mask}


@op("text.pad_along_dimension")
def _(p, i):
    return text.pad_along_dimension(i["input"], axis=p["axis"], left_pad=p["left_pad"],
                                    right_pad=p["right_pad"])


@op("text.combine_segments")
def _(p, i):
    combined, ids = text.combine_segments(i["segments"], p["start_of_sequence_id"],
                                          p["end_of_segment_id"])
    return {"combined": combined, "segment_ids": ids}


@op("text.concatenate_segments")
def _(p, i):
    combined, ids = text.concatenate_segments(i["segments"])
    return {"combined": combined, "segment_ids": ids}


@op("text.trimmer")
def _(p, i):
    trimmer = getattr(text, p["trimmer"])(p["max_seq_length"], axis=p["axis"])
    return {"trimmed": list(trimmer.trim(i["segments"])),
            "masks": list(trimmer.generate_mask(i["segments"]))}


def selector(p):
    return getattr(text, p["selector"])(p["num_to_select"],
                                        unselectable_ids=p["unselectable_ids"])


@op("text.item_selector")
def _(p, i):
    chosen = selector(p)
    return {"selectable": chosen.get_selectable(i["input"], p["axis"]),
            "mask": chosen.get_selection_mask(i["input"], p["axis"])}


@op("text.mask_language_model")
def _(p, i):
    chooser = text.MaskValuesChooser(p["vocab_size"], p["mask_token"],
                                     mask_token_rate=p["mask_token_rate"],
                                     random_token_rate=0.0)
    masked, positions, ids = text.mask_language_model(i["input"], selector(p), chooser,
                                                      axis=p["axis"])
    return {"masked_input": masked, "positions": positions, "ids": ids}


@op("text.span_overlaps")
def _(p, i):
    return text.span_overlaps(i["source_start"], i["source_limit"], i["target_start"],
                              i["target_limit"], **p)


@op("text.span_alignment")
def _(p, i):
    return text.span_alignment(i["source_start"], i["source_limit"], i["target_start"],
                               i["target_limit"], **p)


@op("text.gather_with_default")
def _(p, i):
    return text.gather_with_default(i["params"], i["indices"], i["default"], axis=p["axis"])


@op("text.rouge_l")
def _(p, i):
    f, precision, recall = text.metrics.rouge_l(i["hypotheses"], i["references"],
                                                alpha=p["alpha"])
    return {"f": f, "p": precision, "r": recall}


@op("text.offsets_to_boise_tags")
def _(p, i):
    return text.offsets_to_boise_tags(i["token_begin"], i["token_end"], i["span_begin"],
                                      i["span_end"], i["span_type"],
                                      use_strict_boundary_mode=p["strict"])


@op("text.boise_tags_to_offsets")
def _(p, i):
    begin, end, kind = text.boise_tags_to_offsets(i["token_begin"], i["token_end"], i["tags"])
    return {"begin": begin, "end": end, "type": kind}
