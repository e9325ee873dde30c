"""TF Text's functions on tokens and ids, under its names.

>>> import rowsplit as rs
>>> trimmer = rs.text.WaterfallTrimmer(4)
>>> a, b = rs.constant([[1, 2, 3]]), rs.constant([[4, 5]])
>>> [segment.to_list() for segment in trimmer.trim([a, b])]
[[[1, 2, 3]], [[4]]]
"""

import enum
import operator
import secrets

import numpy as np

from rowsplit import _core


class Reduction(enum.Enum):
    """How `ngrams` makes one item of a window."""

    SUM = 1
    MEAN = 2
    STRING_JOIN = 3


def ngrams(data, width, axis=-1, reduction_type=None, string_separator=" ", name=None):
    """Each run of `width` items along an axis as one item: their sum, mean, or the
    strings joined (along the last axis only)."""
    del name
    if not isinstance(reduction_type, Reduction):
        raise ValueError("ngrams: reduction_type must be a Reduction")
    if reduction_type is Reduction.STRING_JOIN and axis != -1:
        raise ValueError("ngrams: STRING_JOIN requires that axis be -1")
    return _core.text_ngrams(data, width, axis, reduction_type.name, _bytes(string_separator))


def sliding_window(data, width, axis=-1, name=None):
    """All runs of `width` items along an axis, as a new axis behind it."""
    del name
    return _core.text_sliding_window(data, width, axis)


def pad_along_dimension(data, axis=-1, left_pad=None, right_pad=None, name=None):
    """The same items in front of every row along an axis, and behind it."""
    del name
    return _core.text_pad_along_dimension(data, axis, left_pad, right_pad)


def gather_with_default(params, indices, default, name=None, axis=0):
    """The slices of `params` that the indices name, and `default` for -1."""
    del name
    return _core.text_gather_with_default(params, indices, default, axis)


def span_overlaps(source_start, source_limit, target_start, target_limit, contains=False,
                  contained_by=False, partial_overlap=False, name=None):
    """Whether each source span overlaps each target span of its row."""
    del name
    return _core.text_span_overlaps(source_start, source_limit, target_start, target_limit,
                                    contains, contained_by, partial_overlap)


def span_alignment(source_start, source_limit, target_start, target_limit, contains=False,
                   contained_by=False, partial_overlap=False, multivalent_result=False,
                   name=None):
    """The places of the target spans that each source span overlaps, or the last of
    them, -1 for none."""
    del name
    return _core.text_span_alignment(source_start, source_limit, target_start, target_limit,
                                     contains, contained_by, partial_overlap,
                                     multivalent_result)


def rouge_l(hypotheses, references, alpha=None):
    """The F measure, precision and recall of ROUGE-L for each row."""
    return _core.text_rouge_l(hypotheses, references, 0.5 if alpha is None else alpha)


class metrics:  # noqa: N801: a namespace, as in TF Text
    """What tf_text.metrics has."""

    rouge_l = staticmethod(rouge_l)


class Trimmer:
    """Cuts the segments of a row until they have a number of items together. A
    subclass gives `generate_mask`."""

    def trim(self, segments):
        """The segments without the items that the masks leave out."""
        return [_core.boolean_mask(segment, mask)
                for segment, mask in zip(segments, self.generate_mask(segments))]

    def generate_mask(self, segments):
        """For each segment, a bool for each item: whether it stays."""
        raise NotImplementedError


class _SharingTrimmer(Trimmer):
    _strategy = ""

    def __init__(self, max_seq_length, axis=-1):
        """`max_seq_length` is one number, or one for each row; `axis` is what is
        counted."""
        self._max_seq_length = _numbers(max_seq_length)
        self._axis = axis

    def trim(self, segments):
        return _core.text_trim(segments, self._strategy, self._max_seq_length, self._axis)

    def generate_mask(self, segments):
        return _core.text_trim(segments, self._strategy, self._max_seq_length, self._axis,
                               masks=True)


class RoundRobinTrimmer(_SharingTrimmer):
    """One item for each segment in turn."""

    _strategy = "round_robin"


class WaterfallTrimmer(_SharingTrimmer):
    """The first segments have all of their items."""

    _strategy = "waterfall"


class ShrinkLongestTrimmer(_SharingTrimmer):
    """The first of the longest segments loses an item, again and again."""

    _strategy = "shrink_longest"


class ItemSelector:
    """Selects items of rows; this one all but those with an unselectable id."""

    _selection = "all"

    def __init__(self, unselectable_ids=None):
        if unselectable_ids is not None and np.ndim(unselectable_ids) != 1:
            raise ValueError("unselectable_ids must be a list or a vector")
        self._unselectable_ids = [] if unselectable_ids is None else _numbers(unselectable_ids)

    @property
    def unselectable_ids(self):
        return self._unselectable_ids

    def _select(self, input_ids, axis, selectable, num_to_select=(0,), selection_rate=0.0,
                max_selections=0, seed=0, stream=0):
        return _core.text_select_items(input_ids, axis, self._selection,
                                       self._unselectable_ids, list(num_to_select),
                                       selection_rate, max_selections, seed, stream,
                                       selectable)

    def get_selectable(self, input_ids, axis):
        """A bool for each item of the axis: whether it may be selected."""
        return self._select(input_ids, axis, True)

    def get_selection_mask(self, input_ids, axis=1):
        """A bool for each item of the axis: whether it is selected."""
        return self.get_selectable(input_ids, axis)


class _SomeItemsSelector(ItemSelector):
    def __init__(self, num_to_select, unselectable_ids=None):
        """`num_to_select` is one number, or one for each row."""
        super().__init__(unselectable_ids)
        self._num_to_select = _numbers(num_to_select)

    def get_selectable(self, input_ids, axis):
        return self._select(input_ids, axis, True, self._num_to_select)


class FirstNItemSelector(_SomeItemsSelector):
    """The first selectable items of each row."""

    _selection = "first"


class LastNItemSelector(_SomeItemsSelector):
    """The last selectable items of each row."""

    _selection = "last"


class NothingSelector(ItemSelector):
    """No item."""

    _selection = "none"

    def __init__(self):
        super().__init__()


class _Seeded:
    """A seed, and a stream of it for each call. Without a seed, one by chance."""

    def __init__(self, seed):
        self._seed = secrets.randbits(64) if seed is None else operator.index(seed) % 2**64
        self._calls = 0

    def next_stream(self):
        self._calls += 1
        return {"seed": self._seed, "stream": self._calls - 1}


class RandomItemSelector(ItemSelector):
    """A part of the selectable items of each row, by chance: ceil(n * selection_rate),
    but at most `max_selections_per_batch`.

    With a `seed`, the n-th call of an object selects the same on every machine;
    the calls after it select others. A `shuffle_fn` gives the positions that it gets
    in another order, and the first ones are selected.
    """

    _selection = "random"

    def __init__(self, max_selections_per_batch, selection_rate, unselectable_ids=None,
                 shuffle_fn=None, *, seed=None):
        if selection_rate is None:
            raise ValueError("selection_rate cannot be None")
        super().__init__(unselectable_ids)
        self._max_selections_per_batch = operator.index(max_selections_per_batch)
        self._selection_rate = float(selection_rate)
        self._shuffle_fn = shuffle_fn
        self._seeded = _Seeded(seed)

    @property
    def shuffle_fn(self):
        return self._shuffle_fn

    @property
    def max_selections_per_batch(self):
        return self._max_selections_per_batch

    @property
    def selection_rate(self):
        return self._selection_rate

    def get_selectable(self, input_ids, axis):
        return self._select(input_ids, axis, True)

    def get_selection_mask(self, input_ids, axis):
        if self._shuffle_fn is not None:
            return self._select_shuffled(input_ids, axis)
        return self._select(input_ids, axis, False, selection_rate=self._selection_rate,
                            max_selections=self._max_selections_per_batch,
                            **self._seeded.next_stream())

    def _select_shuffled(self, input_ids, axis):
        selectable = self.get_selectable(input_ids, axis)
        flat = np.asarray(selectable.flat_values)
        selected = np.zeros_like(flat)
        splits = selectable.nested_row_splits[0]
        for inner in selectable.nested_row_splits[1:]:
            splits = inner[splits]
        for begin, end in zip(splits[:-1], splits[1:]):
            places = begin + np.flatnonzero(flat[begin:end])
            wanted = np.ceil(np.float32(len(places)) * np.float32(self._selection_rate))
            count = int(min(wanted, self._max_selections_per_batch))
            selected[np.asarray(self._shuffle_fn(places))[:count]] = True
        return selectable.with_flat_values(selected)


class MaskValuesChooser:
    """What stands in the place of masked ids: the mask token, a random id, or the id.

    With a `seed`, the n-th call of an object chooses the same on every machine; the
    calls after it choose others.
    """

    def __init__(self, vocab_size, mask_token, mask_token_rate=0.8, random_token_rate=0.1, *,
                 seed=None):
        if mask_token_rate is None or random_token_rate is None:
            raise ValueError("mask_token_rate and random_token_rate cannot be None")
        self._vocab_size = vocab_size
        self._mask_token = mask_token
        self._mask_token_rate = mask_token_rate
        self._random_token_rate = random_token_rate
        self._seeded = _Seeded(seed)

    @property
    def mask_token(self):
        return self._mask_token

    @property
    def random_token_rate(self):
        return self._random_token_rate

    @property
    def vocab_size(self):
        return self._vocab_size

    def get_mask_values(self, masked_lm_ids):
        """A value for each id, in the shape of the ids."""
        return _core.text_choose_mask_values(masked_lm_ids, self._vocab_size,
                                             self._mask_token, self._mask_token_rate,
                                             self._random_token_rate,
                                             **self._seeded.next_stream())


def mask_language_model(input_ids, item_selector, mask_values_chooser, axis=1):
    """Selects items and puts other values in their place: the rows, the positions of
    what was masked in them, and the ids that stood there."""
    if not isinstance(item_selector, ItemSelector):
        raise ValueError("item_selector must be an ItemSelector")
    if not isinstance(mask_values_chooser, MaskValuesChooser):
        raise ValueError("mask_values_chooser must be a MaskValuesChooser")
    mask = item_selector.get_selection_mask(input_ids, axis)
    positions, ids = _core.text_take_selected(input_ids, mask)
    values = mask_values_chooser.get_mask_values(ids)
    return _core.text_put_at_positions(input_ids, positions, values), positions, ids


def _numbers(value):
    """One number or a vector of them, as a list."""
    return [operator.index(item) for item in np.atleast_1d(np.asarray(value)).tolist()]


def _bytes(text):
    return text.encode() if isinstance(text, str) else text
