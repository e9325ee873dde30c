"""The differences by design of TF Text's ops on ids, and the plain loops that say
what the results must be there."""

import numpy as np


def _nested(value):
    """An encoded ragged tensor as lists."""
    rows = value["flat_values"] if "flat_values" in value else value["values"]
    for splits in reversed(value["row_splits"]):
        rows = [rows[begin:end] for begin, end in zip(splits, splits[1:])]
    return rows


def _item_splits(value):
    """The splits of the outermost rows in flat values."""
    splits = np.array(value["row_splits"][0])
    for inner in value["row_splits"][1:]:
        splits = np.array(inner)[splits]
    return splits.tolist()


def negative_trimmer_length(case, got):
    """A negative max_seq_length is an error."""
    return (np.min(case["params"]["max_seq_length"]) < 0 and isinstance(got, ValueError)
            and "must not be negative" in str(got))


def _round_robin(lengths, budget):
    kept = [0] * len(lengths)
    while sum(kept) < min(budget, sum(lengths)):
        for k, length in enumerate(lengths):
            if kept[k] < length and sum(kept) < budget:
                kept[k] += 1
    return kept


def round_robin_past_its_length(case, got):
    """A RoundRobinTrimmer whose reference keeps more than max_seq_length items in a
    row, in a tensor of rank 3 or more."""
    params = case["params"]
    if params["trimmer"] != "RoundRobinTrimmer" or isinstance(got, Exception):
        return False
    expected = case["expect"].get("masks")
    budget = params["max_seq_length"]
    if expected is None or any(len(s["row_splits"]) < 2 for s in case["inputs"]["segments"]):
        return False
    rank = len(case["inputs"]["segments"][0]["row_splits"]) + 1
    words = params["axis"] % rank < rank - 1
    splits = [mask["row_splits"][0] if words else _item_splits(mask) for mask in expected]

    def totals(masks):
        return [[sum(m["flat_values"][s[row]:s[row + 1]]) for m, s in zip(masks, splits)]
                for row in range(len(splits[0]) - 1)]

    if not any(sum(row) > budget for row in totals(expected)):
        return False
    wanted = [_round_robin([s[row + 1] - s[row] for s in splits], budget)
              for row in range(len(splits[0]) - 1)]
    # Words without a token stay, whatever the budget.
    return words or totals(got["masks"]) == wanted


def inner_axis_from_the_front(case, got):
    """Axis 2 of rank 3 is the innermost one, where the reference fails."""
    params, inputs = case["params"], case["inputs"]
    if "out of bounds" not in case["expect"].get("message", "") or isinstance(got, Exception):
        return False
    if "input" not in inputs or params["axis"] != len(inputs["input"]["row_splits"]):
        return params["axis"] == 2 and "segments" in inputs and all(
            mask["row_splits"] == segment["row_splits"]
            for mask, segment in zip(got["masks"], inputs["segments"]))
    value = inputs["input"]
    splits = _item_splits(value)
    unselectable = params["unselectable_ids"] or []
    positions = []
    for begin, end in zip(splits, splits[1:]):
        row = value["flat_values"][begin:end]
        places = [k for k, item in enumerate(row) if item not in unselectable]
        count = params["num_to_select"]
        is_first = params["selector"] == "FirstNItemSelector"
        positions.append(places[:count] if is_first else places[max(len(places) - count, 0):])
    if "masked_input" in got:
        return _nested(got["positions"]) == positions
    chosen = [begin + place for begin, row in zip(splits, positions) for place in row]
    mask = [k in chosen for k in range(len(value["flat_values"]))]
    return (got["mask"]["flat_values"] == mask
            and got["mask"]["row_splits"] == value["row_splits"])


def rows_without_source_spans(case, got):
    """Ragged rows at the end without a source span, where the reference fails."""
    inputs, params = case["inputs"], case["params"]
    source = inputs["source_start"]
    if ("incompatible row_splits" not in case["expect"].get("message", "")
            or isinstance(got, Exception) or "row_splits" not in source
            or source["row_splits"][-1][-2:] != [len(source["flat_values"])] * 2):
        return False
    # The axes between the outermost and the last are the same for all.
    outer = len(source["row_splits"]) - 1
    if got["row_splits"][:outer + 1] != source["row_splits"]:
        return False
    got = {**got, "row_splits": got["row_splits"][outer:]}
    four = [_nested({**inputs[name], "row_splits": inputs[name]["row_splits"][outer:]})
            for name in ("source_start", "source_limit", "target_start", "target_limit")]

    def overlaps(a, b, c, d):
        contains, contained = a <= c and d <= b, c <= a and b <= d
        if params["partial_overlap"]:
            return (a <= c < b) or (c <= a < d)
        if params["contains"] or params["contained_by"]:
            return (params["contains"] and contains) or (params["contained_by"] and contained)
        return contains and contained

    pairs = [[[overlaps(a, b, c, d) for c, d in zip(starts, limits)] for a, b in zip(*row)]
             for *row, starts, limits in zip(*four)]
    if case["op"] == "text.span_overlaps":
        return _nested(got) == pairs
    places = [[[k for k, found in enumerate(span) if found] for span in row] for row in pairs]
    if params["multivalent_result"]:
        return _nested(got) == places
    return _nested(got) == [[max(span, default=-1) for span in row] for row in places]
