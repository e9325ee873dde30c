"""TF Text, under its names."""

from rowsplit._text_segmentation import (
    RegexSplitter,
    SplitMergeFromLogitsTokenizer,
    SplitMergeTokenizer,
    StateBasedSentenceBreaker,
    UnicodeScriptTokenizer,
    WhitespaceTokenizer,
    regex_split,
    regex_split_with_offsets,
)

__all__ = [name for name in dir() if not name.startswith("_")]
