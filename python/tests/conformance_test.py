import json
import math
import os

import numpy as np
import pytest
from conformance import compare, ops, rules, run, vectors

import rowsplit as rs

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def dense(dtype, shape, values):
    return {"dtype": dtype, "shape": shape, "values": values}


VALUES = [
    dense("int32", [2, 2], [1, 2, 3, 4]), dense("float32", [], [1.5]), dense("bool", [1], [True]),
    dense("float64", [3], ["NaN", "Infinity", "-Infinity"]), dense("int64", [0, 3], []),
    dense("uint64", [1], [2**64 - 1]), dense("float16", [1], [0.5]),
    dense("bfloat16", [2], [1.0, "NaN"]),
    {"dtype": "string", "shape": [2], "values_b64": ["YQ==", "/w=="]},
    {"dtype": "string", "shape": [], "values_b64": [""]},
    {"dtype": "string", "shape": [0, 2], "values_b64": []},
    {"dtype": "int32", "row_splits": [[0, 2], [0, 1, 1]], "flat_values": [7], "inner_shape": []},
    {"dtype": "int8", "row_splits": [[0, 1]], "flat_values": [1, 2], "inner_shape": [2],
     "row_splits_dtype": "int32"},
    {"dtype": "float32", "row_splits": [[0, 3]], "flat_values": [], "inner_shape": [0],
     "flat_rows": 3},
    {"dtype": "string", "row_splits": [[0, 1]], "flat_values_b64": ["YQ=="], "inner_shape": []},
    {"dtype": "int32", "sparse": True, "indices": [[0, 1]], "dense_shape": [1, 2], "values": [3]},
    {"dtype": "int32", "sparse": True, "indices": [], "dense_shape": [1, 2], "values": []},
    {"indexed_slices": True, "indices": dense("int64", [1], [2]),
     "values": dense("float32", [1, 1], [0.5]), "dense_shape": [3, 1]},
    [dense("int32", [1], [1]), 3, "text", None, True, 1.5], {"a": 1, "b": dense("int8", [0], [])},
]


@pytest.mark.parametrize("value", VALUES)
def test_values_survive_reading_and_writing(value):
    assert vectors.encode(vectors.decode(value)) == value


def test_bytes_of_params():
    assert vectors.decode({"b64": "YQ==", "text": "a"}) == b"a"


@pytest.mark.parametrize("got, expected, limits, same", [
    ([1.0], [1.0], (0, 0), True), ([0.0], [-0.0], (0, 0), False), ([0.0], [-0.0], (0, 1e-9), True),
    ([1.0], [1.0000001], (0, 0), False), ([1.0], [1.0000001], (1e-6, 0), True),
    ([2.0, 5.0], [2.1, 5.0], (0, [0.2, 0.0]), True),
    ([2.0, 5.0], [2.0, 5.1], (0, [0.2, 0.0]), False),
    (["NaN"], ["NaN"], (0, 0), True), (["NaN"], [1.0], (1, 1), False),
    (["Infinity"], ["-Infinity"], (1, 1), False), ([1], [2], (1, 1), False),
    ([1, 2], [1], (0, 0), False), ([True], [True], (0, 0), True)])
def test_numbers_are_compared(got, expected, limits, same):
    result = compare.compare({"dtype": "x", "values": got}, {"dtype": "x", "values": expected},
                             limits)
    assert (result is None) == same


def test_what_differs_is_named():
    expected = {"a": dense("int32", [1], [1]), "b": [1, None]}
    assert compare.compare(expected, expected) is None
    for got, words in (
            ({"a": dense("int64", [1], [1]), "b": [1, None]}, "output.a.dtype"),
            ({"a": dense("int32", [1, 1], [1]), "b": [1, None]}, "output.a.shape"),
            ({"a": dense("int32", [1], [2]), "b": [1, None]}, r"output.a.values[0]"),
            ({"a": dense("int32", [1], [1]), "b": [1, 3]}, "output.b[1]"),
            ({"a": dense("int32", [1], [1])}, "b is missing"),
            ({**expected, "c": 1}, "c is too much"), (3, "expected")):
        assert words in compare.compare(got, expected)


def test_kinds_of_errors():
    expected = {"error": "InvalidArgumentError", "message": "m"}
    assert compare.compare_error(ValueError("x"), expected) is None
    assert compare.compare_error(IndexError("x"), expected) is None
    assert "got AttributeError: x" in compare.compare_error(AttributeError("x"), expected)
    assert compare.compare_error(ValueError("x"), {"error": "Unheard", "message": ""})


def reduce_case(fn, axis, keepdims=False):
    return {"op": "ragged.reduce", "params": {"fn": fn, "axis": axis, "keepdims": keepdims}}


def test_tolerance_is_a_share_of_the_terms():
    value = {"input": rs.constant([[1e6, -1e6], [], [2.0]])}
    assert compare.tolerance(reduce_case("sum", 1), value) == (0, pytest.approx([20, 0, 2e-5]))
    assert compare.tolerance(reduce_case("sum", 0), value)[1] == pytest.approx([10.00002, 10])
    assert compare.tolerance(reduce_case("sum", None), value)[1] == pytest.approx([20.00002])
    assert compare.tolerance(reduce_case("mean", 1), value)[1] == pytest.approx([10, 0, 2e-5])
    assert compare.tolerance(reduce_case("variance", [0, 1]), value)[1] == pytest.approx(
        [1e-4 * (2e12 + 4) / 3])
    assert compare.tolerance(reduce_case("max", 1), value) == (0.0, 0.0)
    dense_value = {"input": np.array([[1.0, 2.0]])}
    assert compare.tolerance(reduce_case("sum", -1), dense_value)[1] == pytest.approx([3e-5])


def write(folder, name, *cases):
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    (folder / f"{name}.jsonl").write_text(lines)


def case(name, expect, op="ragged.from_row_starts", values=(), starts=()):
    return {"id": f"{op}/{name}", "op": op, "params": {}, "expect": expect,
            "inputs": {"values": dense("int32", [len(values)], list(values)),
                       "row_starts": dense("int64", [len(starts)], list(starts))}}


EMPTY = {"output": {"dtype": "int32", "row_splits": [[0]], "flat_values": [], "inner_shape": []}}
WRONG = {"output": {"dtype": "int32", "row_splits": [[3]], "flat_values": [1], "inner_shape": []}}
ERROR = {"error": "InvalidArgumentError", "message": ""}


def test_the_runner_counts(tmp_path, capsys):
    write(tmp_path, "ragged", case("0", EMPTY), case("1", WRONG, values=[1]),
          case("2", ERROR, values=[1], starts=[1]))
    write(tmp_path, "later", case("0", EMPTY))
    assert run.main([str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "ragged: 2 passed, 0 failed, 1 differs by design" in out
    assert "invalid-partition-is-an-error: 1" in out
    assert "later: not covered yet" in out


def test_the_runner_fails(tmp_path, capsys):
    write(tmp_path, "ragged", case("0", EMPTY, op="ragged.unheard"), case("1", ERROR),
          case("2", WRONG), case("3", EMPTY, values=[1], starts=[0]))
    assert run.main([str(tmp_path), "--show", "2"]) == 1
    out = capsys.readouterr().out
    assert "ragged: 0 passed, 4 failed, 0 differs by design" in out
    assert "ragged.unheard/0: the op is not built" in out
    assert out.count("\n    {") == 2
    for nothing in (["--op", "nothing"], ["--family", "nothing"]):
        assert run.main([str(tmp_path), *nothing]) == 1
        assert "no case was run" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        run.main([str(tmp_path / "..")])


def test_what_the_runner_can_not_read_or_write_fails(monkeypatch):
    registry = {"ragged.from_row_starts": lambda params, inputs: 1}
    broken = case("0", ERROR)
    broken["inputs"]["values"]["shape"] = [7]
    outcome, detail = run.run_case(broken, registry, rules.load())
    assert outcome == "failed" and "the inputs can't be read" in detail

    def refuse(value):
        raise ValueError

    # Not the error that the reference raises.
    monkeypatch.setattr(vectors, "encode", refuse)
    outcome, detail = run.run_case(case("1", ERROR), registry, rules.load())
    assert outcome == "failed" and "the result can't be written" in detail


ROWS = {"dtype": "int32", "row_splits": [[0, 3, 4]], "flat_values": [1, 2, 3, 4], "inner_shape": []}
PAIRS = {"dtype": "int32", "row_splits": [[0, 2, 3]], "flat_values": [1, 2, 3, 4, 5, 6],
         "inner_shape": [2]}
OUTPUT = {"output": dense("int32", [1], [0])}


def gather(indices, axis=None, batch_dims=0):
    return {"op": "ragged.gather", "params": {"axis": axis, "batch_dims": batch_dims},
            "inputs": {"params": ROWS, "indices": indices}, "expect": OUTPUT}


def gather_nd(params, indices, expect):
    return {"op": "ragged.gather_nd", "params": {"batch_dims": 0},
            "inputs": {"params": params, "indices": indices}, "expect": expect}


def getitem(*key):
    return {"op": "ragged.getitem", "params": {"key": list(key)}, "inputs": {"input": ROWS},
            "expect": {"error": "AttributeError", "message": ""}}


def where(condition):
    return {"op": "ragged.where", "params": {}, "expect": ERROR, "inputs": {
        "condition": condition, "x": PAIRS, "y": dense("int32", [], [0])}}


CHOICE = {**PAIRS, "dtype": "bool", "flat_values": [True, False] * 3}
CHOSEN = {**PAIRS, "flat_values": [1, 0, 3, 0, 5, 0]}


@pytest.mark.parametrize("case, got, rule", [
    # The second row has one place: 1 and 2 are none of its, 0 is.
    (gather(dense("int64", [1], [2]), axis=1), ValueError(), "gather-stays-in-its-row"),
    (gather(dense("int64", [1], [0]), axis=1), ValueError(), None),
    (gather(dense("int64", [2, 1], [2, 1]), batch_dims=1), ValueError(),
     "gather-stays-in-its-row"),
    # Each index is a place of its own row, if not of the shortest.
    (gather(dense("int64", [2, 1], [2, 0]), batch_dims=1), ValueError(), None),
    (gather(dense("int64", [1], [2]), axis=1), RuntimeError(), None),
    (gather(dense("int64", [1], [2]), axis=1), OUTPUT, None),
    (gather_nd(ROWS, dense("int64", [1, 2], [1, 1]), OUTPUT), ValueError(),
     "gather-stays-in-its-row"),
    (gather_nd(ROWS, dense("int64", [1, 2], [0, 2]), OUTPUT), ValueError(), None),
    (gather_nd(PAIRS, dense("int64", [3], [1, 0, 1]), ERROR), dense("int32", [], [6]),
     "one-tuple-into-inner-dimensions"),
    (gather_nd(PAIRS, dense("int64", [3], [1, 0, 1]), ERROR), dense("int32", [], [5]), None),
    (getitem("newaxis", 0), dense("int32", [1, 3], [1, 2, 3]), "new-axis-of-a-dense-row"),
    (getitem("newaxis", 0), dense("int32", [3], [1, 2, 3]), None),
    (getitem("newaxis", 0, {"slice": [None, None, 2]}), dense("int32", [1, 2], [1, 3]),
     "new-axis-of-a-dense-row"),
    (getitem(0, "newaxis", "..."), dense("int32", [1, 3], [1, 2, 3]), "new-axis-of-a-dense-row"),
    (getitem(0), dense("int32", [3], [1, 2, 3]), None),
    (where(CHOICE), CHOSEN, "where-broadcasts-inner-dimensions"),
    (where(CHOICE), PAIRS, None),
    (where(dense("bool", [2], [True, False])), CHOSEN, "where-broadcasts-inner-dimensions"),
    (where(dense("bool", [3], [True, False, True])), CHOSEN, None),
    ({"op": "ragged.where", "params": {}, "inputs": {}, "expect": ERROR}, OUTPUT, None),
])
def test_rules_take_only_what_they_mean(case, got, rule):
    assert rules.find(rules.load(), case, got) == rule


def test_each_difference_is_documented():
    with open(os.path.join(ROOT, "docs", "compatibility.md"), encoding="utf-8") as file:
        page = file.read()
    registry = ops.load()
    for name, names, function in rules.load():
        assert f"`{name}`" in page, f"docs/compatibility.md lacks `{name}`"
        assert set(names) <= set(registry)
        assert function.__doc__


def test_special_numbers_are_numbers():
    assert math.isnan(vectors.decode(dense("float32", [1], ["NaN"]))[0])
