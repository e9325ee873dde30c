"""What pairs of times say: how much slower the new one is, and how sure that is.

Each round times OLD and NEW right after one another, in turns of order, so
that what changes slowly (heat, a neighbour) meets both; a round is the ratio of
its two times. Of the rounds the median is reported, with an interval of
confidence for it by the sign test: the number of rounds below the true median
is binomial, whatever the distribution of the noise, so the k-th smallest and
the k-th largest round enclose it with a probability that is known exactly. A
mean would not do, as a neighbour's noise has a long tail on one side, and a
bootstrap of ten rounds gives intervals that are too narrow.

A benchmark is slower if the whole interval lies above 1 and the median beyond
the threshold, twice: those that look so are timed again in more rounds, and
only these count. So a choice among many benchmarks does not turn noise into a
finding: of benchmarks that did not change, 1 in 40 gets past the first test by
its interval alone, 1 in 200 of those past the second, and most of them stop at
the threshold.
"""

import dataclasses
import math
import statistics

FIRST_CONFIDENCE = 0.95
SECOND_CONFIDENCE = 0.99
# Below this no interval of SECOND_CONFIDENCE exists: 2 * 0.5 ** 8 < 0.01.
FEWEST_ROUNDS = 8


def rank(num_rounds, confidence):
    """The greatest k for which the k-th smallest and the k-th largest of the
    rounds enclose the true median with this probability; 0 if there is none."""
    outside, k = 0.0, 0
    while k <= num_rounds // 2:
        # Both sides: fewer than k + 1 of the rounds below, or above, it.
        outside += 2 * math.comb(num_rounds, k) * 0.5**num_rounds
        if outside > 1 - confidence:
            break
        k += 1
    return k


@dataclasses.dataclass(frozen=True)
class Ratio:
    """New by old."""

    median: float
    low: float
    high: float


def ratio(pairs, confidence):
    """Of (old, new) times. Requires as many as an interval needs."""
    ratios = sorted(new / old for old, new in pairs)
    k = rank(len(ratios), confidence)
    if k == 0:
        raise ValueError(f"{len(ratios)} rounds are too few for a confidence of {confidence}")
    return Ratio(statistics.median(ratios), ratios[k - 1], ratios[-k])


def verdict(ratio, threshold):
    """"slower", "faster" or "same"."""
    if ratio.low > 1 and ratio.median > 1 + threshold:
        return "slower"
    if ratio.high < 1 and ratio.median < 1 / (1 + threshold):
        return "faster"
    return "same"
