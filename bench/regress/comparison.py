"""Compares two builds: the benchmarks in pairs, the kernels by instructions."""

import dataclasses

from regress import benchmarks, callgrind, counts, paired
from regress.checkout import INSTRUCTIONS


@dataclasses.dataclass
class Outcome:
    name: str
    verdict: str  # slower, faster, same, failed
    ratio: paired.Ratio | None
    pairs: list[tuple[float, float]]  # nanoseconds, old and new, of the first rounds
    again: list[tuple[float, float]]  # of the second, if there were any
    why: str = ""


def take_rounds(chosen, num_rounds, time, say):
    """Pairs of times for each benchmark, round after round, so that those of one
    benchmark are spread over the whole time; and why some could not be had."""
    pairs = {one.name: [] for one in chosen}
    failed = {}
    for number in range(num_rounds):
        for one in chosen:
            if one.name in failed:
                continue
            order = ("old", "new") if number % 2 == 0 else ("new", "old")
            try:
                taken = {side: time(getattr(one, side), one.inner_name) for side in order}
            except benchmarks.BenchmarkError as error:
                failed[one.name] = str(error)
                continue
            pairs[one.name].append((taken["old"], taken["new"]))
        say(f"round {number + 1} of {num_rounds}")
    return pairs, failed


def compare_times(chosen, num_rounds, threshold, time=benchmarks.time, say=lambda text: None):
    """An outcome for each benchmark. Those that look changed are timed again."""
    pairs, failed = take_rounds(chosen, num_rounds, time, say)
    outcomes = []
    for one in chosen:
        if one.name in failed:
            outcomes.append(Outcome(one.name, "failed", None, [], [], failed[one.name]))
            continue
        ratio = paired.ratio(pairs[one.name], paired.FIRST_CONFIDENCE)
        verdict = paired.verdict(ratio, threshold)
        outcomes.append(Outcome(one.name, verdict, ratio, pairs[one.name], []))
    suspects = {outcome.name: outcome for outcome in outcomes if outcome.verdict in ("slower", "faster")}
    if not suspects:
        return outcomes
    say(f"again, as they look changed: {', '.join(suspects)}")
    again, failed = take_rounds(
        [one for one in chosen if one.name in suspects], 2 * num_rounds, time, say
    )
    for name, outcome in suspects.items():
        if name in failed:
            outcome.verdict, outcome.why = "failed", failed[name]
            continue
        outcome.again = again[name]
        outcome.ratio = paired.ratio(again[name], paired.SECOND_CONFIDENCE)
        confirmed = paired.verdict(outcome.ratio, threshold)
        # Slower, then faster, is noise.
        outcome.verdict = confirmed if confirmed == outcome.verdict else "same"
    return outcomes


@dataclasses.dataclass
class CountOutcome:
    why: str = ""  # not compared, for this reason
    setting: str = ""
    num_compared: int = 0
    difference: counts.Difference | None = None

    @property
    def slower(self):
        return self.difference.more if self.difference else []


def compare_counts(old_programs, new_programs, count=callgrind.count):
    for side, programs in (("OLD", old_programs), ("NEW", new_programs)):
        if INSTRUCTIONS not in programs:
            return CountOutcome(why=f"{side} has no {INSTRUCTIONS}")
    try:
        old = count(old_programs[INSTRUCTIONS])
        new = count(new_programs[INSTRUCTIONS])
    except callgrind.CountError as error:
        return CountOutcome(why=str(error))
    if old.setting != new.setting:
        return CountOutcome(why=f"OLD is {old.setting}, NEW is {new.setting}")
    difference = counts.differences(old.counts, new.counts)
    return CountOutcome("", new.setting, len(old.counts.keys() & new.counts.keys()), difference)


ORDER = {"slower": 0, "failed": 1, "faster": 2, "same": 3}


def time_text(nanoseconds):
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.3g} {unit}"
    return f"{nanoseconds:.3g} ns"


def outcome_line(outcome, width):
    if outcome.ratio is None:
        return f"{outcome.verdict:7} {outcome.name:{width}}  {outcome.why}"
    pairs = outcome.again or outcome.pairs
    old, new = (min(pair[side] for pair in pairs) for side in (0, 1))
    ratio = outcome.ratio
    return (
        f"{outcome.verdict:7} {outcome.name:{width}}  {ratio.median:6.3f}"
        f"  {ratio.low:.3f} to {ratio.high:.3f}  {time_text(old):>8} -> {time_text(new)}"
    )


def report(outcomes, counted, single, changed, threshold):
    """The table, worst first, then the counts, then the verdict."""
    width = max([len(outcome.name) for outcome in outcomes], default=0)
    lines = [f"{'':7} {'benchmark':{width}}   ratio  of confidence    least times"]
    for outcome in sorted(
        outcomes, key=lambda one: (ORDER[one.verdict], -(one.ratio.median if one.ratio else 0))
    ):
        lines.append(outcome_line(outcome, width))
    if single:
        lines.append("only one commit has: " + ", ".join(single))
    if changed:
        lines.append("they don't measure the same where these changed: " + ", ".join(changed))
    if counted.difference is None:
        lines.append(f"instructions: not compared: {counted.why}")
    else:
        lines.append(f"instructions of {counted.num_compared} kernels and ops ({counted.setting}):")
        changes = counted.difference.more + counted.difference.fewer
        lines += [counts.describe(change) for change in changes]
        if not changes:
            lines.append(f"  none changed by more than {counts.TOLERANCE:.0%}")
    if failed := failed_names(outcomes):
        lines.append(f"not known of {len(failed)} that failed: {', '.join(failed)}")
    slower = slower_names(outcomes, counted)
    lines.append(
        f"SLOWER beyond the noise and {threshold:.0%}: {', '.join(slower)}"
        if slower
        else f"nothing is slower beyond the noise and {threshold:.0%}"
    )
    return lines


def slower_names(outcomes, counted):
    return [one.name for one in outcomes if one.verdict == "slower"] + [
        change.name for change in counted.slower
    ]


def failed_names(outcomes):
    return [one.name for one in outcomes if one.verdict == "failed"]
