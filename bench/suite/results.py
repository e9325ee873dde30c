"""results.json: written, read, checked; and each figure that is derived from it."""

from __future__ import annotations

import json
import os
import statistics

FORMAT = 1
STATUSES = ("timed", "differs", "missing", "cannot", "failed")
OURS = "rowsplit"
# Fewer turns that nothing disturbed than this, and all turns count.
LEAST_UNDISTURBED = 3

FIELDS = {
    "format": int, "command": str, "mode": str, "commit": str, "dirty": bool, "date": str,
    "seconds": (int, float), "machine": dict, "versions": dict, "missing": dict, "texts": dict,
    "results": list,
}
# A result may also have `seconds`: what it took, since the one before.
RESULT_FIELDS = {
    "task": str, "title": str, "text": (str, type(None)), "threads": int, "unit": str,
    "better": str, "axis": (dict, type(None)), "judge": str, "contenders": list,
}
CONTENDER_FIELDS = {
    "name": str, "form": str, "status": str, "why": str, "share_that_differs": (int, float),
    "note": str, "repeats": list, "disturbed": list,
}


def check_fields(value, fields: dict, where: str) -> None:
    if not isinstance(value, dict):
        raise ValueError(f"{where} must be an object")
    for name, kind in fields.items():
        if name not in value:
            raise ValueError(f"{where} has no {name}")
        if not isinstance(value[name], kind):
            raise ValueError(f"{where}: {name} is of a wrong type: {value[name]!r}")


def check_contender(entry: dict, where: str) -> None:
    check_fields(entry, CONTENDER_FIELDS, where)
    where = f"{where} ({entry['name']})"
    if entry["status"] not in STATUSES:
        raise ValueError(f"{where}: no such status: {entry['status']}")
    if len(entry["repeats"]) != len(entry["disturbed"]):
        raise ValueError(f"{where}: needs one disturbed mark for each repeat")
    if bool(entry["repeats"]) != (entry["status"] == "timed"):
        raise ValueError(f"{where}: a figure stands where one was timed, and only there")


def check(results: dict) -> dict:
    """The results, if they are in the format; a ValueError names the place if not."""
    check_fields(results, FIELDS, "results")
    if results["format"] != FORMAT:
        raise ValueError(f"format must be {FORMAT}, not {results['format']}")
    for i, result in enumerate(results["results"]):
        where = f"results[{i}]"
        check_fields(result, RESULT_FIELDS, where)
        for k, entry in enumerate(result["contenders"]):
            check_contender(entry, f"{where}.contenders[{k}]")
    return results


def write(path: str, results: dict) -> None:
    """Puts the checked results in place of what was there, whole."""
    text = json.dumps(check(results), ensure_ascii=False, indent=1)
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(f"{path}.part", "w", encoding="utf-8") as file:
        file.write(text + "\n")
    os.replace(f"{path}.part", path)


def read(path: str) -> dict:
    with open(path, encoding="utf-8") as file:
        return check(json.load(file))


def counted(entry: dict) -> list[float]:
    """The repeats that count: those that nothing disturbed, if they are some, else
    all."""
    quiet = [x for x, disturbed in zip(entry["repeats"], entry["disturbed"]) if not disturbed]
    return quiet if len(quiet) >= LEAST_UNDISTURBED else entry["repeats"]


def is_disturbed(entry: dict) -> bool:
    """Whether repeats count that were disturbed."""
    return any(entry["disturbed"]) and len(counted(entry)) == len(entry["repeats"])


def median(entry: dict) -> float | None:
    """The median of the repeats that count; None where nothing was timed."""
    return statistics.median(counted(entry)) if entry["repeats"] else None


def spread(entry: dict) -> tuple[float, float] | None:
    """The least and the most of the repeats that count."""
    return (min(counted(entry)), max(counted(entry))) if entry["repeats"] else None


def is_ours(entry: dict) -> bool:
    return entry["name"] == OURS or entry["name"].startswith((f"{OURS} ", f"{OURS},"))


def ranked(result: dict) -> list[dict]:
    """The contenders, the best first; those without a figure last."""
    sign = -1 if result["better"] == "higher" else 1
    return sorted(result["contenders"],
                  key=lambda e: (not e["repeats"], sign * (median(e) or 0.0)))


def best(result: dict, ours: bool) -> dict | None:
    """The best of ours or of the peers that was timed."""
    return next((e for e in ranked(result) if e["repeats"] and is_ours(e) == ours), None)


def ratio_to(result: dict, peer: dict) -> float | None:
    """How many times as good as the peer our best is: below 1, we lose. None where
    either has no figure."""
    ours = best(result, True)
    if ours is None or not peer["repeats"]:
        return None
    above, below = median(ours), median(peer)
    if result["better"] == "lower":
        above, below = below, above
    return above / below if below else None


def ratio_to_best_peer(result: dict) -> float | None:
    peer = best(result, False)
    return None if peer is None else ratio_to(result, peer)
