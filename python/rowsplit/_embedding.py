"""What Embedding.align_to and Embedding.load_report give."""

from typing import Any, NamedTuple


class AlignReport(NamedTuple):
    """How the rows of an aligned embedding were found. The numbers add up to the
    tokens of the vocabulary.

    num_found: as they are; num_alternatives: in the other spelling given;
    num_lower_case: in lower case; num_subwords: made of subwords;
    num_missing: not at all. missing_ids and missing_tokens are those, in order.
    """

    num_found: int
    num_alternatives: int
    num_lower_case: int
    num_subwords: int
    num_missing: int
    missing_ids: Any
    missing_tokens: Any


class AlignedEmbedding(NamedTuple):
    """embedding: an Embedding, its rows in a vocabulary's order.
    report: an AlignReport.
    """

    embedding: Any
    report: Any


class LoadFault(NamedTuple):
    """count: how often; first: where the first of them is, and what."""

    count: int
    first: str


class LoadReport(NamedTuple):
    """What loading left out or mended.

    skipped: rows that were dropped; replaced: values that became 0;
    duplicates: rows whose token came before. Each a LoadFault.
    """

    skipped: LoadFault
    replaced: LoadFault
    duplicates: LoadFault
