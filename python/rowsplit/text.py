"""What TensorFlow Text calls tf_text, with its names and arguments.

>>> import rowsplit as rs
>>> rs.text.sliding_window(rs.constant([[1, 2, 3], [4]]), 2).to_list()
[[[1, 2], [2, 3]], []]
"""

from rowsplit import _text_pre_tokenizers as pre_tokenizers
from rowsplit._core import text_boise_tags_to_offsets as boise_tags_to_offsets
from rowsplit._core import text_combine_segments as combine_segments
from rowsplit._core import text_concatenate_segments as concatenate_segments
from rowsplit._core import text_offsets_to_boise_tags as offsets_to_boise_tags
from rowsplit._core import text_confusable_skeleton as confusable_skeleton
from rowsplit._core import text_detect_language as detect_language
from rowsplit._core import text_html_to_text as html_to_text
from rowsplit._core import text_limit_repeats as limit_repeats
from rowsplit._core import text_mask as mask
from rowsplit._core import text_pad_model_inputs as pad_model_inputs
from rowsplit._core import text_remove_controls as remove_controls
from rowsplit._core import text_repair_mojibake as repair_mojibake
from rowsplit._core import text_strip_accents as strip_accents
from rowsplit._core import text_transliterate as transliterate
from rowsplit._text_normalize import (
    FastBertNormalizer,
    case_fold_utf8,
    find_source_offsets,
    normalize_utf8,
    normalize_utf8_with_offsets_map,
)
from rowsplit._text_segmentation import (
    RegexSplitter,
    SplitMergeFromLogitsTokenizer,
    SplitMergeTokenizer,
    StateBasedSentenceBreaker,
    UnicodeScriptTokenizer,
    WhitespaceTokenizer,
    regex_split,
    regex_split_with_offsets,
    split_graphemes,
    split_sentences,
    split_words,
)
from rowsplit._text_segments import (
    FirstNItemSelector,
    ItemSelector,
    LastNItemSelector,
    MaskValuesChooser,
    NothingSelector,
    RandomItemSelector,
    Reduction,
    RoundRobinTrimmer,
    ShrinkLongestTrimmer,
    Trimmer,
    WaterfallTrimmer,
    gather_with_default,
    mask_language_model,
    metrics,
    ngrams,
    pad_along_dimension,
    sliding_window,
    span_alignment,
    span_overlaps,
)
from rowsplit._text_unicode import (
    ByteSplitter,
    UnicodeCharTokenizer,
    WordShape,
    coerce_to_structurally_valid_utf8,
    utf8_binarize,
    wordshape,
)
from rowsplit._text_learn_wordpiece import bert_vocab_from_dataset, learn_wordpiece
from rowsplit._text_wordpiece import (
    AccentPreservingBasicTokenizer,
    BasicTokenizer,
    BertTokenizer,
    FastBertTokenizer,
    FastWordpieceTokenizer,
    WordpieceTokenizer,
)

__all__ = [name for name in dir() if not name.startswith("_")]
