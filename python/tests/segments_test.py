import numpy as np
import pytest

import rowsplit as rs
from rowsplit import text


def lists(tensors):
    return [tensor.to_list() for tensor in tensors]


A = rs.constant([[1, 2, 3, 4, 5], [6]])
B = rs.constant([[7, 8], [9, 10, 11]])


def test_ngrams_and_their_arguments():
    assert text.ngrams(A, 2, reduction_type=text.Reduction.SUM).to_list() == [[3, 5, 7, 9], []]
    words = rs.constant([["a", "b", "c"], ["d"]])
    joined = text.ngrams(words, 2, reduction_type=text.Reduction.STRING_JOIN,
                         string_separator="|")
    assert joined.to_list() == [[b"a|b", b"b|c"], []]
    dense = text.ngrams([["a", "b"]], 2, reduction_type=text.Reduction.STRING_JOIN)
    assert dense.to_list() == [[b"a b"]]
    with pytest.raises(ValueError, match="must be a Reduction"):
        text.ngrams(A, 2)
    with pytest.raises(ValueError, match="axis be -1"):
        text.ngrams(words, 2, axis=1, reduction_type=text.Reduction.STRING_JOIN)
    with pytest.raises(TypeError):
        text.sliding_window(A, 2.5)


def test_trimmers():
    assert lists(text.RoundRobinTrimmer(4).trim([A, B])) == [[[1, 2], [6]], [[7, 8], [9, 10, 11]]]
    assert lists(text.WaterfallTrimmer([6, 2]).trim([A, B])) == [[[1, 2, 3, 4, 5], [6]],
                                                                 [[7], [9]]]
    assert lists(text.ShrinkLongestTrimmer(np.int64(3)).trim([A, B])) == [
        [[1], [6]], [[7, 8], [9, 10]]]
    masks = text.WaterfallTrimmer(1).generate_mask([A, B])
    assert lists(masks) == [[[True] + [False] * 4, [True]], [[False] * 2, [False] * 3]]
    with pytest.raises(ValueError, match="must not be negative"):
        text.RoundRobinTrimmer(-1).trim([A, B])


def test_a_trimmer_of_ones_own():
    class Shortest(text.Trimmer):
        def generate_mask(self, segments):
            return text.WaterfallTrimmer(2).generate_mask(segments)

    assert lists(Shortest().trim([A, B])) == [[[1, 2], [6]], [[], [9]]]


def test_row_splits_keep_their_dtype():
    narrow = A.with_row_splits_dtype("int32")
    assert text.RoundRobinTrimmer(2).trim([narrow])[0].row_splits.dtype == np.int32
    assert text.FirstNItemSelector(1).get_selectable(narrow, 1).row_splits.dtype == np.int32


def test_selectors():
    ids = rs.constant([[5, 1, 5], [2], []])
    assert text.ItemSelector([5]).get_selectable(ids, 1).to_list() == [
        [False, True, False], [True], []]
    assert text.LastNItemSelector(1, [5]).get_selection_mask(ids, 1).to_list() == [
        [False, True, False], [True], []]
    assert text.NothingSelector().get_selection_mask(ids, 1).to_list() == [
        [False] * 3, [False], []]
    assert text.ItemSelector([5]).unselectable_ids == [5]
    with pytest.raises(ValueError, match="list or a vector"):
        text.ItemSelector(5)
    with pytest.raises(ValueError, match="selection_rate cannot be None"):
        text.RandomItemSelector(1, None)


def test_random_selections_repeat_with_their_seed():
    ids = rs.RaggedTensor.from_uniform_row_length(np.arange(4000), 40)
    first = text.RandomItemSelector(5, 0.5, seed=7)
    again = text.RandomItemSelector(5, 0.5, seed=7)
    mask = first.get_selection_mask(ids, 1)
    assert np.sum(mask.flat_values) == 5 * 100
    assert mask.to_list() == again.get_selection_mask(ids, 1).to_list()
    assert mask.to_list() != first.get_selection_mask(ids, 1).to_list()
    assert first.get_selectable(ids, 1).flat_values.all()
    other = text.RandomItemSelector(5, 0.5).get_selection_mask(ids, 1)
    assert mask.to_list() != other.to_list()


def test_a_shuffle_function_chooses():
    ids = rs.constant([[5, 1, 2, 3], [5, 4]])
    last = text.RandomItemSelector(2, 0.5, [5], shuffle_fn=lambda places: places[::-1])
    assert last.get_selection_mask(ids, 1).to_list() == [
        [False, False, True, True], [False, True]]
    assert last.shuffle_fn is not None
    assert (last.max_selections_per_batch, last.selection_rate) == (2, 0.5)


def test_mask_language_model():
    ids = rs.constant([[1, 7], [2, 7, 1]])
    chooser = text.MaskValuesChooser(100, 99, 1.0, 0.0)
    masked, positions, were = text.mask_language_model(ids, text.FirstNItemSelector(1), chooser)
    assert lists([masked, positions, were]) == [[[99, 7], [99, 7, 1]], [[0], [0]], [[1], [2]]]
    assert (chooser.vocab_size, chooser.mask_token, chooser.random_token_rate) == (100, 99, 0.0)
    with pytest.raises(ValueError, match="ItemSelector"):
        text.mask_language_model(ids, None, chooser)
    with pytest.raises(ValueError, match="MaskValuesChooser"):
        text.mask_language_model(ids, text.NothingSelector(), None)
    with pytest.raises(ValueError, match="<= 1"):
        text.MaskValuesChooser(100, 99, 0.9, 0.2).get_mask_values(ids)


def test_mask_values_repeat_with_their_seed():
    ids = rs.RaggedTensor.from_uniform_row_length(np.full(10_000, -1), 10)
    chooser = text.MaskValuesChooser(5, 99, seed=3)
    values = chooser.get_mask_values(ids)
    assert values.to_list() == text.MaskValuesChooser(5, 99, seed=3).get_mask_values(ids).to_list()
    assert values.to_list() != chooser.get_mask_values(ids).to_list()
    flat = np.asarray(values.flat_values)
    assert abs((flat == 99).mean() - 0.8) < 0.02
    assert set(flat.tolist()) == {99, -1, 0, 1, 2, 3, 4}


def test_a_chooser_of_ones_own():
    class Doubles(text.MaskValuesChooser):
        def get_mask_values(self, masked_lm_ids):
            return masked_lm_ids.with_flat_values(masked_lm_ids.flat_values * 2)

    masked, _, _ = text.mask_language_model(
        A, text.FirstNItemSelector(1), Doubles(10, 0))
    assert masked.to_list() == [[2, 2, 3, 4, 5], [12]]


def test_padding_and_defaults():
    padded, mask = text.pad_model_inputs(A, 2, pad_value=-1)
    assert (padded.tolist(), mask.tolist()) == ([[1, 2], [6, -1]], [[1, 1], [1, 0]])
    assert text.pad_along_dimension(B, left_pad=[0]).to_list() == [[0, 7, 8], [0, 9, 10, 11]]
    assert text.gather_with_default(["a", "b"], [1, -1], "?").to_list() == [b"b", b"?"]
    with pytest.raises(ValueError, match=r"indices\[0\]=2"):
        text.gather_with_default([1, 2], [2], 0)


def test_spans_tags_and_rouge():
    assert text.span_overlaps([0, 4], [3, 6], [1], [5], partial_overlap=True).tolist() == [
        [True], [True]]
    assert text.span_alignment([0, 4], [3, 6], [1], [5]).tolist() == [-1, -1]
    tags = text.offsets_to_boise_tags([0, 4], [3, 7], [4], [7], ["x"])
    assert tags.to_list() == [b"O", b"S-x"]
    begin, end, kind = text.boise_tags_to_offsets([0, 4], [3, 7], tags)
    assert (begin.tolist(), end.tolist(), kind.to_list()) == ([4], [7], [b"x"])
    f, precision, recall = text.metrics.rouge_l(rs.constant([["a", "b"]]),
                                                rs.constant([["b"]]), alpha=1)
    assert (f.tolist(), precision.tolist(), recall.tolist()) == ([0.5], [0.5], [1.0])
