import gc

import numpy as np
import pyarrow as pa
import pytest

import rowsplit as rs

RT = rs.RaggedTensor
ROWS = [[1, 2], [], [3, 4, 5]]


def lists(dtype, rows=ROWS):
    return pa.array(rows, pa.list_(dtype))


@pytest.mark.parametrize("dtype", [
    pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(),
    pa.uint64(), pa.float32(), pa.float64()])
def test_numbers_go_there_and_back(dtype):
    rt = rs.from_arrow(lists(dtype))
    assert rt.to_list() == ROWS
    assert rt.dtype == dtype.to_pandas_dtype()
    back = pa.array(rt)
    assert back.type == pa.large_list(dtype)
    back.validate(full=True)
    assert back.to_pylist() == ROWS
    assert rs.from_arrow(back).to_list() == ROWS


def test_bools_and_half_floats():
    rows = [[True, False], [], [True] * 9]
    rt = rs.from_arrow(lists(pa.bool_(), rows))
    assert rt.to_list() == rows
    assert pa.array(rt).to_pylist() == rows
    half = pa.array([np.float16(1.5)], pa.float16())
    assert rs.from_arrow(half).dtype == np.float16


@pytest.mark.parametrize("kind", [
    pa.list_, pa.large_list, pa.list_view, pa.large_list_view])
@pytest.mark.parametrize("part", [slice(None), slice(1, None), slice(2, 3), slice(1, 1)])
def test_lists_of_each_kind_and_their_slices(kind, part):
    array = pa.array(ROWS, kind(pa.int32()))[part]
    assert rs.from_arrow(array).to_list() == ROWS[part]


@pytest.mark.parametrize("dtype", [
    pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary(),
    pa.binary_view()])
def test_strings_of_each_kind(dtype):
    items = ["a", "", "bücher", "a string of more than twelve bytes"]
    items = [item.encode() for item in items]
    array = pa.array(items, pa.binary()).cast(dtype)
    for part in [slice(None), slice(1, 3), slice(4, None)]:
        strings = rs.from_arrow(array[part])
        assert isinstance(strings, rs.StringTensor)
        assert strings.to_list() == items[part]
    rows = pa.ListArray.from_arrays([0, 1, 1, 4], array)
    assert rs.from_arrow(rows).to_list() == [items[:1], [], items[1:]]
    assert rs.from_arrow(rows[2:]).to_list() == [items[1:]]


def test_fixed_sizes():
    pairs = pa.array([[[1, 2], [3, 4]], [], [[5, 6]]], pa.list_(pa.list_(pa.int32(), 2)))
    rt = rs.from_arrow(pairs)
    assert rt.flat_values.shape == (3, 2)
    back = pa.array(rt)
    assert back.type == pa.large_list(pa.list_(pa.int32(), 2))
    assert back.to_pylist() == pairs.to_pylist()
    assert rs.from_arrow(pairs[1:]).to_list() == [[], [[5, 6]]]
    outer = pa.array([[[1], [2, 3]], [[], [4]]], pa.list_(pa.list_(pa.int64()), 2))
    assert rs.from_arrow(outer).to_list() == outer.to_pylist()
    assert rs.from_arrow(outer[1:]).to_list() == outer[1:].to_pylist()
    keys = pa.array([b"ab", b"cd"], pa.binary(2))
    assert rs.from_arrow(keys[1:]).to_list() == [b"cd"]


def test_chunked_arrays():
    chunked = pa.chunked_array([lists(pa.int64()), lists(pa.int64(), [[9]])[:1]])
    assert rs.from_arrow(chunked).to_list() == [*ROWS, [9]]
    assert rs.from_arrow(chunked.slice(2)).to_list() == [ROWS[2], [9]]
    empty = rs.from_arrow(pa.chunked_array([], pa.list_(pa.string())))
    assert empty.to_list() == [] and empty.ragged_rank == 1
    words = pa.chunked_array([["a"], ["b", "c"]])
    assert rs.from_arrow(words).to_list() == [b"a", b"b", b"c"]


def test_deep_ragged_strings():
    rt = rs.constant([[["a", "b"], []], [], [["c"]]])
    back = pa.array(rt)
    assert back.type == pa.large_list(pa.large_list(pa.large_string()))
    assert back.to_pylist() == [[["a", "b"], []], [], [["c"]]]
    assert pa.array(rs.StringTensor([b"\xff"])).type == pa.large_binary()
    assert pa.array(rs.StringTensor(["x"])).type == pa.large_string()


def test_the_type_alone():
    assert pa.field(rs.constant([[1.5]])).type == pa.large_list(pa.float32())


def test_values_are_shared():
    flat = np.arange(1000, dtype=np.int64)
    rt = RT.from_row_splits(flat, [0, 400, 1000])
    array = pa.array(rt)
    assert array.values.buffers()[1].address == rt.flat_values.ctypes.data
    back = rs.from_arrow(array)
    assert back.flat_values.ctypes.data == rt.flat_values.ctypes.data
    # The memory outlives all that it came through.
    del flat, rt, array
    gc.collect()
    assert back.to_list()[1][-1] == 999


def test_what_is_not_used_is_released():
    rt = rs.constant([[1]])
    rt.__arrow_c_array__()
    rt.__arrow_c_schema__()
    schema, array = rt.__arrow_c_array__()
    del array
    gc.collect()
    assert "arrow_schema" in repr(schema)


@pytest.mark.parametrize("array, error, message", [
    (pa.array([1, None]), ValueError, "value 1"),
    (pa.array([[1], None], pa.list_(pa.int32())), ValueError, "level 0"),
    (pa.array([["a", None]], pa.list_(pa.string())), ValueError, "level 1"),
    (pa.array([{"a": 1}]), ValueError, r"\+s"),
    (pa.array(["a"]).dictionary_encode(), ValueError, "dictionary"),
    (pa.array([None]), ValueError, "'n'"),
    (pa.table({"a": [1]}), ValueError, r"\+s"),
    ([1, 2], TypeError, "__arrow_c_array__"),
])
def test_errors(array, error, message):
    with pytest.raises(error, match=message):
        rs.from_arrow(array)


def test_nulls_outside_a_slice_do_not_matter():
    assert rs.from_arrow(pa.array([None, [1]], pa.list_(pa.int8()))[1:]).to_list() == [[1]]


def test_bfloat16_has_no_arrow_type():
    ml_dtypes = pytest.importorskip("ml_dtypes")
    rt = RT.from_row_splits(np.zeros(1, ml_dtypes.bfloat16), [0, 1])
    with pytest.raises(ValueError, match="bfloat16"):
        pa.array(rt)
