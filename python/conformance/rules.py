"""The differences by design, as rules.

differences.toml names a function of this file for each. `rule(case, got)` says
whether the difference is the one that the rule means: `got` is the encoded
result, or the exception that was raised. A rule tells by what the case is, never
by its number, and checks that the result is the one that we want.
"""

import os

try:
    import tomllib
except ImportError:  # Python 3.10
    import tomli as tomllib

HERE = os.path.dirname(os.path.abspath(__file__))


def start_without_values(case, got):
    """from_row_starts of no starts over n > 0 values is an error."""
    return (case["inputs"]["row_starts"]["shape"] == [0]
            and case["inputs"]["values"]["shape"] != [0]
            and isinstance(got, ValueError))


def _innermost_rows(value):
    """The rows of plain numbers of an encoded ragged tensor without inner dimensions."""
    splits, flat = value["row_splits"][-1], value["flat_values"]
    return [flat[begin:end] for begin, end in zip(splits, splits[1:])]


def order_of_ragged_rows(case, got):
    """sort, argsort and top_k of a ragged tensor give the order of each row."""
    if "no len()" not in case["expect"].get("message", "") or isinstance(got, Exception):
        return False
    descending = case["params"].get("direction", "DESCENDING") == "DESCENDING"
    rows = _innermost_rows(case["inputs"]["input"])
    orders = [sorted(range(len(row)), key=row.__getitem__) for row in rows]
    if descending:
        orders = [sorted(order, key=lambda place, row=row: -row[place])
                  for row, order in zip(rows, [range(len(row)) for row in rows])]
    k = case["params"].get("k")
    orders = [order[:k] for order in orders]
    values = [[row[place] for place in order] for row, order in zip(rows, orders)]
    if case["op"] == "ragged.sort":
        return _innermost_rows(got) == values
    if case["op"] == "ragged.argsort":
        return _innermost_rows(got) == orders
    return (_innermost_rows(got["values"]) == values
            and _innermost_rows(got["indices"]) == orders)


def load():
    """The rules of differences.toml: a list of (id, ops, function)."""
    with open(os.path.join(HERE, "differences.toml"), "rb") as file:
        entries = tomllib.load(file)["difference"]
    rules = []
    for entry in entries:
        for key in ("id", "ops", "rule", "reason"):
            if not entry.get(key):
                raise ValueError(f"differences.toml: an entry lacks {key}: {entry}")
        rules.append((entry["id"], entry["ops"], globals()[entry["rule"]]))
    return rules


def find(rules, case, got):
    """The id of the rule that a difference comes under, or None."""
    for name, ops, function in rules:
        if case["op"] in ops and function(case, got):
            return name
    return None
