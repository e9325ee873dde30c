import numpy as np
import pytest

import rowsplit as rs

RT = rs.RaggedTensor
MAX = 2**63 - 1


def test_constant_infers_the_dtype():
    assert rs.constant([[1, 2], [], [3]]).dtype == np.int32
    assert rs.constant([[1, 2**40], []]).dtype == np.int64
    assert rs.constant([[1.5], [2]]).dtype == np.float32
    assert rs.constant([[True], []]).dtype == np.bool_
    assert rs.constant([["a"], [b"b"]]).dtype.kind == "S"
    assert rs.constant([[np.float64(1)], []]).dtype == np.float64
    assert rs.constant([[np.int8(1)], [np.int8(2)]]).dtype == np.int8
    assert rs.constant([np.array([1, 2]), np.array([3])]).dtype == np.int64
    assert rs.constant([[], []]).dtype == np.float32


def test_constant_shapes():
    assert rs.constant([[[1], []], []]).ragged_rank == 2
    assert isinstance(rs.constant([1, 2]), np.ndarray)
    assert rs.constant(3) == 3
    assert rs.constant("ab") == b"ab"
    inner = rs.constant([[[1, 2]], [[3, 4], [5, 6]]], ragged_rank=1)
    assert inner.flat_values.shape == (3, 2)
    assert rs.constant([[1]], row_splits_dtype="int32").row_splits.dtype == np.int32
    assert rs.constant([[1, 2], [3, 4]], ragged_rank=0).shape == (2, 2)


@pytest.mark.parametrize("arguments, error, message", [
    (dict(pylist=[[1], 2]), ValueError, "same nesting depth"),
    (dict(pylist=[[1], [[2]]]), ValueError, "same nesting depth"),
    (dict(pylist=[[1]], ragged_rank=2), ValueError, "ragged_rank=2"),
    (dict(pylist=[[1]], ragged_rank=-1), ValueError, "negative"),
    (dict(pylist=[], ragged_rank=2**31 - 1), ValueError, "at most 64"),
    (dict(pylist=[[[1, 2]], [[3]]], ragged_rank=1), ValueError, "inconsistent shape"),
    (dict(pylist=[[[1, 2]], [[3]]], inner_shape=[2]), ValueError, "inconsistent shape"),
    (dict(pylist=3, ragged_rank=1), ValueError, "scalar"),
    (dict(pylist=[[1], [[]]]), ValueError, "deeper"),
    (dict(pylist=[[300]], dtype="int8"), ValueError, "300 does not fit int8"),
    (dict(pylist=[[-1]], dtype="uint64"), ValueError, "-1 does not fit uint64"),
    (dict(pylist=[[1.5]], dtype="int32"), TypeError, "cannot make a int32"),
    (dict(pylist=[["a"]], dtype="int32"), TypeError, "of type str"),
    (dict(pylist=[[1]], dtype="string"), TypeError, "of type int"),
    (dict(pylist=[[True, 1]]), TypeError, "one kind"),
    (dict(pylist=[[1]], dtype="complex64"), TypeError, "dtype"),
    (dict(pylist=[[1]], row_splits_dtype="float32"), ValueError, "int32 or int64"),
    (dict(pylist=[[object()]]), TypeError, "got object"),
])
def test_constant_errors(arguments, error, message):
    with pytest.raises(error, match=message):
        rs.constant(**arguments)


def test_lists_without_end():
    endless = []
    endless.append(endless)
    endless.append(endless)
    with pytest.raises(ValueError, match="deeper than 64"):
        rs.constant(endless)
    with pytest.raises(ValueError, match="deeper than 64"):
        rs.StringTensor(endless)


def test_factories_agree():
    values, expected = np.arange(5), [[0, 1], [], [2, 3, 4]]
    for tensor in (
            RT.from_row_splits(values, [0, 2, 2, 5]), RT.from_row_lengths(values, [2, 0, 3]),
            RT.from_row_starts(values, [0, 2, 2]), RT.from_row_limits(values, [2, 2, 5]),
            RT.from_value_rowids(values, [0, 0, 2, 2, 2])):
        assert tensor.to_list() == expected
        assert tensor.row_splits.dtype == np.int64
    assert RT.from_value_rowids(values, [0, 0, 2, 2, 2], nrows=4).to_list() == expected + [[]]
    assert RT.from_uniform_row_length(np.arange(4), 2).to_list() == [[0, 1], [2, 3]]
    assert RT.from_uniform_row_length([], 0, nrows=2).to_list() == [[], []]


def test_nested_factories_agree():
    values, expected = np.arange(3), [[[0], []], [[1, 2]]]
    assert RT.from_nested_row_splits(values, [[0, 2, 3], [0, 1, 1, 3]]).to_list() == expected
    assert RT.from_nested_row_lengths(values, [[2, 1], [1, 0, 2]]).to_list() == expected
    assert RT.from_nested_value_rowids(values, [[0, 0, 1], [0, 2, 2]]).to_list() == expected
    more = RT.from_nested_value_rowids(values, [[0, 0, 1], [0, 2, 2]], nested_nrows=[3, None])
    assert more.to_list() == expected + [[]]
    with pytest.raises(ValueError, match="nested_nrows"):
        RT.from_nested_value_rowids(values, [[0, 0, 1], [0, 2, 2]], nested_nrows=[3])


def test_splits_of_the_values_give_lists_their_dtype():
    inner = rs.constant([[1], [2, 3]], row_splits_dtype="int32")
    outer = RT.from_row_splits(inner, [0, 2])
    assert outer.row_splits.dtype == np.int32
    with pytest.raises(ValueError, match="one dtype"):
        RT.from_row_splits(inner, np.array([0, 2]))


HOSTILE = [
    (RT.from_row_splits, [0, 3, 2, 5], r"row_splits\[2\]=2 after row_splits\[1\]=3"),
    (RT.from_row_splits, [0, -1, 5], r"row_splits\[1\]=-1"),
    (RT.from_row_splits, [0, MAX, -MAX - 1, 5], "decrease"),
    (RT.from_row_splits, [1, 5], "start at 0"),
    (RT.from_row_splits, [-MAX - 1, 5], "start at 0"),
    (RT.from_row_splits, [], "at least one"),
    (RT.from_row_splits, [0, 4], "ends at 4, values: 5"),
    (RT.from_row_splits, [0, 6], "ends at 6, values: 5"),
    (RT.from_row_splits, [0, MAX], "ends at 9223372036854775807"),
    (RT.from_row_lengths, [2, 2], "ends at 4"),
    (RT.from_row_lengths, [6, -1], r"row_lengths\[1\]=-1"),
    (RT.from_row_lengths, [-MAX - 1], r"negative"),
    (RT.from_row_starts, [0, 6], "pass the number of values"),
    (RT.from_row_starts, [1, 2], "start at 0"),
    (RT.from_row_starts, [0, 3, 2], "decrease"),
    (RT.from_row_starts, [], "no row_starts, but 5 values"),
    (RT.from_row_limits, [1, 2], "ends at 2"),
    (RT.from_row_limits, [5, 3, 5], "decrease"),
    (RT.from_row_limits, [-5, 5], "negative"),
    (RT.from_value_rowids, [0, 1, 0, 0, 0], "decrease"),
    (RT.from_value_rowids, [-1, 0, 0, 0, 0], "must be in"),
    (RT.from_value_rowids, [0, 1], "ends at 2"),
]


@pytest.mark.parametrize("factory, partition, message, dtype", [
    (*case, dtype) for dtype in (np.int32, np.int64) for case in HOSTILE
    if all(np.iinfo(dtype).min <= x <= np.iinfo(dtype).max for x in case[1])])
def test_hostile_partitions(factory, partition, message, dtype):
    with pytest.raises(ValueError, match=message):
        factory(np.arange(5), np.array(partition, dtype=dtype))


@pytest.mark.parametrize("call", [
    lambda: RT.from_row_lengths(np.arange(5), np.array([MAX, MAX])),
    lambda: RT.from_uniform_row_length(np.arange(4), 2, nrows=MAX),
    lambda: RT.from_uniform_row_length(np.zeros(0), 0, nrows=MAX),
    lambda: RT.from_uniform_row_length(np.zeros(0), 0, nrows=2**60),
    lambda: RT.from_value_rowids(np.arange(1), np.array([MAX])),
    lambda: RT.from_value_rowids(np.arange(1), np.array([0]), nrows=MAX),
    lambda: RT.from_value_rowids(np.arange(1), np.array([2**61])),
    lambda: rs.segment_ids_to_row_splits(np.array([MAX])),
    lambda: rs.segment_ids_to_row_splits([0], num_segments=MAX),
    lambda: rs.segment_ids_to_row_splits([0], num_segments=2**61),
])
def test_sizes_beyond_memory(call):
    with pytest.raises((MemoryError, ValueError)):
        call()


def test_numbers_beyond_64_bits():
    for call in (lambda: RT.from_uniform_row_length([1], 2**64),
                 lambda: RT.from_value_rowids([1], [0], nrows=2**80),
                 lambda: rs.segment_ids_to_row_splits([0], num_segments=-2**70)):
        with pytest.raises(OverflowError):
            call()
    with pytest.raises(ValueError, match="does not fit int64"):
        RT.from_row_splits([1], [0, 2**63])


@pytest.mark.parametrize("partition", [
    np.array([0.0, 5.0]), np.array([[0, 5]]), np.array(5), [[0], [5]], "05", None, [0, None],
    np.array([0, 5], dtype=np.uint64), rs.constant([[0, 5]]), rs.StringTensor(["0"])])
def test_partitions_of_other_kinds(partition):
    with pytest.raises((TypeError, ValueError)):
        RT.from_row_splits(np.arange(5), partition)


def test_values_need_rows():
    for factory, partition in ((RT.from_row_splits, [0, 1]), (RT.from_row_lengths, [1]),
                               (RT.from_row_starts, [0]), (RT.from_row_limits, [1]),
                               (RT.from_value_rowids, [0]), (RT.from_uniform_row_length, 1)):
        with pytest.raises(ValueError, match="scalar"):
            factory(np.float32(1), partition)


def test_segment_ids():
    assert rs.row_splits_to_segment_ids([0, 2, 2, 3]).tolist() == [0, 0, 2]
    assert rs.segment_ids_to_row_splits([2, 0, 2]).tolist() == [0, 1, 1, 3]
    assert rs.segment_ids_to_row_splits([0, 3], num_segments=2).tolist() == [0, 1, 1]
    narrow = rs.segment_ids_to_row_splits(np.array([0], dtype=np.int32))
    assert narrow.dtype == np.int32
    with pytest.raises(ValueError, match=r"segment_ids\[1\]=-1"):
        rs.segment_ids_to_row_splits([0, -1])
    with pytest.raises(ValueError, match="decrease"):
        rs.row_splits_to_segment_ids([0, 2, 1])
