import numpy as np
import pytest

import rowsplit as rs

RT = rs.RaggedTensor
MAX = 2**63 - 1


def test_to_tensor_pads_and_cuts():
    rows = rs.constant([[1, 2, 3], [], [4]])
    assert rows.to_tensor().tolist() == [[1, 2, 3], [0, 0, 0], [4, 0, 0]]
    assert rows.to_tensor(-1, shape=[None, 2]).tolist() == [[1, 2], [-1, -1], [4, -1]]
    assert rows.to_tensor(shape=(np.int64(1), 1)).tolist() == [[1]]
    assert rows.to_tensor().dtype == np.int32
    words = rs.constant([["a"], ["b", "c"]]).to_tensor(default_value="?")
    assert isinstance(words, rs.StringTensor)
    assert words.numpy().tolist() == [[b"a", b"?"], [b"b", b"c"]]


def test_to_tensor_takes_a_python_default_as_the_dtype():
    assert rs.constant([[1.5], []]).to_tensor(2).tolist() == [[1.5], [2.0]]
    assert rs.constant([[np.uint8(1)], []]).to_tensor(255).dtype == np.uint8
    pairs = RT.from_row_splits(np.arange(4).reshape(2, 2), [0, 2, 2])
    assert pairs.to_tensor([7, 8]).tolist()[1] == [[7, 8], [7, 8]]


@pytest.mark.parametrize("arguments, error", [
    (dict(shape=[5]), ValueError),
    (dict(shape=5), ValueError),
    (dict(shape=[None, -1]), ValueError),
    (dict(shape=[None, "a"]), TypeError),
    (dict(default_value=np.float32(1.5)), ValueError),
    (dict(default_value=[1]), ValueError),
    (dict(shape=[2**40, 2**40]), ValueError),
    (dict(shape=[2**62, 1]), MemoryError),
    (dict(shape=[2**58, 1]), MemoryError),
    (dict(shape=[2**64, 1]), OverflowError),
])
def test_to_tensor_errors(arguments, error):
    with pytest.raises(error):
        rs.constant([[1, 2], [3]]).to_tensor(**arguments)


def test_from_tensor():
    table = np.array([[5, 7, 0], [0, 3, 0], [6, 0, 0]])
    assert RT.from_tensor(table).to_list() == table.tolist()
    assert RT.from_tensor(table, padding=0).to_list() == [[5, 7], [0, 3], [6]]
    assert RT.from_tensor(table, lengths=[1, 0, 9]).to_list() == [[5], [], [6, 0, 0]]
    assert RT.from_tensor(table, lengths=np.array([1, 0, 1], np.int32)).to_list() == [[5], [], [6]]
    assert RT.from_tensor(table.tolist(), 0 * table[0]).to_list() == [[], [], []]
    cube = np.arange(12).reshape(2, 3, 2)
    nested = RT.from_tensor(cube, lengths=([3, 1], [2, 1, 1, 2]))
    assert nested.to_list() == [[[0, 1], [2], [4]], [[6, 7]]]
    assert RT.from_tensor(cube, ragged_rank=2).ragged_rank == 2
    words = RT.from_tensor(rs.StringTensor([["a", ""], ["", ""]]), padding="")
    assert words.to_list() == [[b"a"], []]


def test_from_tensor_shares_whole_rows():
    table = np.arange(6).reshape(2, 3)
    assert np.shares_memory(RT.from_tensor(table).flat_values, table)


def test_row_splits_dtype():
    table = np.eye(2)
    assert RT.from_tensor(table).row_splits.dtype == np.int64
    assert RT.from_tensor(table, row_splits_dtype="int32").row_splits.dtype == np.int32
    assert rs.range(3, row_splits_dtype="int32").row_splits.dtype == np.int32
    short = rs.constant([[1], [2]], row_splits_dtype="int32")
    assert rs.expand_dims(short, 0).row_splits.dtype == np.int32
    assert short.merge_dims(0, 0).row_splits.dtype == np.int32
    with pytest.raises(ValueError, match="int32 or int64"):
        rs.range(3, row_splits_dtype="int8")


@pytest.mark.parametrize("arguments, error", [
    (dict(lengths=[1]), ValueError),
    (dict(lengths=[1, 1], padding=0), ValueError),
    (dict(lengths=[1.0, 2.0]), TypeError),
    (dict(lengths=2), ValueError),
    (dict(lengths=[[1, 3]]), ValueError),
    (dict(padding=np.int8(0)), ValueError),
    (dict(ragged_rank=2), ValueError),
    (dict(ragged_rank=1.5), TypeError),
])
def test_from_tensor_errors(arguments, error):
    with pytest.raises(error):
        RT.from_tensor(np.zeros([2, 2], np.int32), **arguments)


def test_sparse():
    rows = rs.constant([[5, 6], [], [7]])
    sparse = rows.to_sparse()
    assert isinstance(sparse, rs.SparseTensor)
    assert sparse.indices.tolist() == [[0, 0], [0, 1], [2, 0]]
    assert sparse.dense_shape.tolist() == [3, 2]
    assert RT.from_sparse(sparse).to_list() == rows.to_list()
    words = rs.constant([["a"], []])
    assert RT.from_sparse(words.to_sparse()).to_list() == [[b"a"], []]


@pytest.mark.parametrize("indices, values, shape, error", [
    ([[0, 1]], [1], [1, 2], ValueError),
    ([[5, 0]], [1], [1, 2], ValueError),
    ([[MAX, MAX]], [1], [1, 2], ValueError),
    ([[0, 0]], [1, 2], [1, 2], ValueError),
    ([[0, 0, 0]], [1], [1, 2], ValueError),
    ([0, 0], [1], [1, 2], ValueError),
    ([[0, 0]], [[1]], [1, 2], ValueError),
    (np.zeros([1, 2]), [1], [1, 2], ValueError),
    ([], [], [-1, 2], ValueError),
    ([], [], [MAX, 2], MemoryError),
    ([], [], [2**60, 2], MemoryError),
])
def test_hostile_sparse_tensors(indices, values, shape, error):
    with pytest.raises(error):
        RT.from_sparse(rs.SparseTensor(indices, values, shape))


def test_from_sparse_needs_a_sparse_tensor():
    with pytest.raises(TypeError, match="SparseTensor"):
        RT.from_sparse([[1]])


def test_axes():
    rows = rs.constant([[1, 2], [], [3]])
    assert rs.expand_dims(rows, 1).to_list() == [[[1, 2]], [[]], [[3]]]
    assert rs.expand_dims(np.array([1, 2]), -1).tolist() == [[1], [2]]
    assert rs.squeeze(rs.constant([[1, 2]]), 0).tolist() == [1, 2]
    assert rs.squeeze(np.zeros([1, 2, 1])).shape == (2,)
    assert rows.merge_dims(0, -1).tolist() == [1, 2, 3]
    with pytest.raises(ValueError, match="axis"):
        rs.squeeze(rows)
    with pytest.raises(ValueError, match="axis 1"):
        rs.squeeze(rows, 1)
    with pytest.raises(ValueError, match="out of range"):
        rs.expand_dims(rows, 4)
    with pytest.raises(TypeError):
        rs.expand_dims(rows, None)
    with pytest.raises(ValueError, match="above"):
        rows.merge_dims(1, 0)


def test_range():
    assert rs.range([2, 0, 1]).to_list() == [[0, 1], [], [0]]
    assert rs.range([0, 5], 10, [4, -1]).to_list() == [[0, 4, 8], []]
    assert rs.range(np.array([3])).dtype == np.int64
    assert rs.range(3, 5.0).dtype == np.float32
    assert rs.range([0, 5], [5, 0], 2, dtype="float64").to_list() == [[0.0, 2.0, 4.0], []]
    for arguments, error in [
            (([0], [5], 0), ValueError), (([0, 1], [5]), ValueError),
            (([[0]], 5), ValueError), (("a", "b"), ValueError),
            ((np.int64(0), MAX), MemoryError), ((-MAX, MAX), ValueError),
            ((0.0, float("nan")), ValueError), ((0.0, float("inf")), ValueError)]:
        with pytest.raises(error):
            rs.range(*arguments)
