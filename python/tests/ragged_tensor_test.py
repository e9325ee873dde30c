import copy
import pickle

import numpy as np
import pytest

import rowsplit as rs

RT = rs.RaggedTensor


@pytest.fixture
def words():
    return rs.constant([["a", "bé"], [], ["c"]])


@pytest.fixture
def numbers():
    return rs.constant([[1, 2], [], [3]], dtype="int64")


def test_parts(numbers):
    assert numbers.dtype == np.int64
    assert numbers.shape == (3, None)
    assert (numbers.rank, numbers.ragged_rank, numbers.size) == (2, 1, 3)
    assert numbers.nrows() == len(numbers) == 3
    assert numbers.flat_values.tolist() == [1, 2, 3]
    assert numbers.row_splits.tolist() == [0, 2, 2, 3]
    assert numbers.row_lengths().tolist() == [2, 0, 1]
    assert numbers.row_starts().tolist() == [0, 2, 2]
    assert numbers.row_limits().tolist() == [2, 2, 3]
    assert numbers.value_rowids().tolist() == [0, 0, 2]
    assert numbers.bounding_shape().tolist() == [3, 2]


def test_row_lengths_of_every_axis():
    tensor = RT.from_row_splits(
        RT.from_row_splits(np.zeros([3, 2, 5]), [0, 1, 1, 3]), [0, 2, 3])
    assert tensor.row_lengths(0) == 2
    assert tensor.row_lengths(1).tolist() == [2, 1]
    assert tensor.row_lengths(2).to_list() == [[1, 0], [2]]
    assert tensor.row_lengths(3).to_list() == [[[2], []], [[2, 2]]]
    assert tensor.row_lengths(-1).to_list() == [[[[5, 5]], []], [[[5, 5], [5, 5]]]]
    for axis in (5, -6):
        with pytest.raises(ValueError, match="axis must be in"):
            tensor.row_lengths(axis)


def test_parts_keep_the_dtype_of_the_splits(numbers):
    narrow = numbers.with_row_splits_dtype(np.int32)
    for part in (narrow.row_splits, narrow.row_lengths(), narrow.row_starts(),
                 narrow.row_limits(), narrow.value_rowids(), narrow.bounding_shape(),
                 *narrow.nested_row_splits, *narrow.nested_row_lengths(),
                 *narrow.nested_value_rowids()):
        assert part.dtype == np.int32
    assert narrow.with_row_splits_dtype("int64").row_splits.dtype == np.int64
    assert pickle.loads(pickle.dumps(narrow)).row_splits.dtype == np.int32
    with pytest.raises(ValueError, match="int32 or int64"):
        numbers.with_row_splits_dtype("int8")


def test_splits_that_int32_does_not_hold():
    # Values of no size, so that they take no memory.
    wide = RT.from_row_splits(np.zeros((2**31, 0)), [0, 2**31])
    assert wide.row_splits.tolist() == [0, 2**31]
    for part in ("row_splits", "nested_row_splits"):
        with pytest.raises(ValueError, match="do not fit int32"):
            getattr(wide.with_row_splits_dtype("int32"), part)


def test_with_values(numbers):
    assert numbers.with_values([1.5, 2, 3]).to_list() == [[1.5, 2], [], [3]]
    assert numbers.with_flat_values(["a", "b", "c"]).to_list() == [[b"a", b"b"], [], [b"c"]]
    for method in (numbers.with_values, numbers.with_flat_values):
        with pytest.raises(ValueError, match="row_splits must end at the number of values"):
            method([1, 2])


def test_splits_of_two_dtypes_do_not_mix(numbers):
    with pytest.raises(ValueError, match="one dtype"):
        numbers.with_values(numbers.with_row_splits_dtype("int32"))


def test_repr(numbers, words):
    assert repr(numbers) == "<rowsplit.RaggedTensor [[1, 2], [], [3]]>"
    assert repr(words) == "<rowsplit.RaggedTensor [[b'a', b'b\\xc3\\xa9'], [], [b'c']]>"
    assert repr(rs.constant([[True], []])) == "<rowsplit.RaggedTensor [[True], []]>"
    floats = rs.constant([[0.1], [float("nan"), float("inf")]])
    assert repr(floats) == "<rowsplit.RaggedTensor [[0.1], [nan, inf]]>"
    inner = RT.from_row_splits(np.arange(4).reshape(2, 2), [0, 2])
    assert repr(inner) == "<rowsplit.RaggedTensor [[[0, 1], [2, 3]]]>"


def test_repr_of_much_is_short():
    many = RT.from_uniform_row_length(np.arange(1_000_000), 1000)
    assert repr(many).startswith("<rowsplit.RaggedTensor [[0, 1, 2, ..., 997, 998, 999], [1000")
    assert len(repr(many)) < 400
    empty = RT.from_row_lengths(np.zeros(0), np.zeros(100_000, dtype=np.int64))
    assert len(repr(empty)) < 100
    assert len(repr(rs.constant([["x" * 10_000]]))) < 200


def test_rows(numbers, words):
    assert [row.tolist() for row in numbers] == [[1, 2], [], [3]]
    assert [row.to_list() for row in words] == [[b"a", "bé".encode()], [], [b"c"]]
    nested = rs.constant([[[1], []], [], [[2, 3]]])
    assert [row.to_list() for row in nested] == [[[1], []], [], [[2, 3]]]
    assert list(RT.from_row_splits(np.zeros(0), [0])) == []
    inner = RT.from_row_splits(np.arange(4).reshape(2, 2), [0, 0, 2])
    assert [row.shape for row in inner] == [(0, 2), (2, 2)]


def test_iterators_live_on(numbers):
    rows = iter(rs.constant([[1, 2], [3]]))
    assert next(rows).tolist() == [1, 2]
    assert next(rows).tolist() == [3]
    for _ in range(2):
        with pytest.raises(StopIteration):
            next(rows)


def test_numpy(numbers, words):
    rows = numbers.numpy()
    assert rows.dtype == object and [row.tolist() for row in rows] == [[1, 2], [], [3]]
    even = rs.constant([[1, 2], [3, 4]]).numpy()
    assert even.dtype == np.int32 and even.tolist() == [[1, 2], [3, 4]]
    assert [row.tolist() for row in words.numpy()] == [[b"a", "bé".encode()], [], [b"c"]]
    assert RT.from_row_splits(np.zeros(0), [0]).numpy().shape == (0,)


@pytest.mark.parametrize("dtype", [
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float16", "bfloat16", "float32", "float64", "string"])
def test_every_dtype(dtype):
    items = {"bool": [True, False, True], "string": [b"a", b"", b"\xff\0"]}.get(dtype, [1, 0, 3])
    tensor = rs.constant([items[:2], [], items[2:]], dtype=dtype)
    assert tensor.to_list() == [items[:2], [], items[2:]]
    assert rs.constant(tensor.to_list(), dtype=tensor.dtype).dtype == tensor.dtype
    back = pickle.loads(pickle.dumps(tensor, protocol=5))
    assert back.dtype == tensor.dtype and back.to_list() == tensor.to_list()
    assert repr(back) == repr(tensor)


def test_copies_are_the_tensor_itself(numbers):
    assert copy.copy(numbers) is numbers
    assert copy.deepcopy({"a": [numbers]})["a"][0] is numbers


def test_neither_key_nor_condition(numbers):
    with pytest.raises(TypeError, match="unhashable"):
        hash(numbers)
    with pytest.raises(TypeError, match="not a condition"):
        bool(numbers)


def test_a_deep_tensor_is_no_stack_overflow():
    deep = RT.from_nested_row_splits(np.arange(1), [np.array([0, 1])] * 50_000)
    assert deep.ragged_rank == 50_000
    for use in (deep.to_list, lambda: repr(deep)):
        with pytest.raises(RecursionError):
            use()


def test_values_are_shared_with_numpy_and_kept():
    source = np.arange(5.0)
    tensor = RT.from_row_splits(source, [0, 2, 5])
    values = tensor.flat_values
    assert np.shares_memory(source, values)
    assert not values.flags.writeable
    del source, tensor
    assert values.tolist() == [0, 1, 2, 3, 4]


def test_splits_are_copied():
    splits = np.array([0, 2, 5])
    tensor = RT.from_row_splits(np.arange(5), splits)
    splits[1] = 1_000_000
    assert tensor.row_splits.tolist() == [0, 2, 5]


@pytest.mark.parametrize("array", [
    np.arange(12).reshape(3, 4).T, np.arange(12)[::-2], np.arange(3, dtype=">i4"),
    np.arange(6, dtype="<f8")[::3], np.zeros([4, 0]), np.array([[True, False]]).T])
def test_arrays_of_every_layout(array):
    tensor = RT.from_row_splits(array, [0, len(array)])
    assert tensor.flat_values.tolist() == array.tolist()


def misaligned(values):
    """The same int64 values, one byte past an address that they could have."""
    raw = np.zeros(8 * len(values) + 1, dtype=np.uint8)
    array = raw[1:].view(np.int64)
    array[:] = values
    assert not array.flags.aligned
    return array


def test_arrays_that_are_not_aligned_are_copied():
    array = misaligned([3, 1, 2])
    for taken in (array, Exporter(array)):
        values = RT.from_row_splits(taken, misaligned([0, 2, 3])).flat_values
        assert values.tolist() == [3, 1, 2] and values.ctypes.data % 8 == 0


def test_any_byte_but_zero_is_true():
    odd = np.array([2, 0, 255, 1], dtype=np.uint8).view(bool)
    for taken in (odd, Exporter(odd)):
        mask = RT.from_row_splits(taken, [0, 3, 4])
        assert mask.flat_values.view(np.uint8).tolist() == [1, 0, 1, 1]
        assert rs.cast(mask, "int32").to_list() == [[1, 0, 1], [1]]
        assert rs.equal(mask, True).to_list() == [[True, False, True], [True]]
        assert rs.boolean_mask([5, 6, 7, 8], mask.flat_values).tolist() == [5, 7, 8]
    plain = np.array([True, False])
    assert np.shares_memory(RT.from_row_splits(plain, [0, 2]).flat_values, plain)


class Liar(np.ndarray):
    """A subclass whose methods do not say what its memory is."""

    dtype = property(lambda self: np.dtype("float64"))
    shape = property(lambda self: (2**40,))

    def ravel(self, *arguments):
        return 5

    tolist = copy = astype = view = reshape = ravel


def test_subclasses_are_arrays_of_their_memory():
    numbers = np.ndarray.view(np.array([1, 2], dtype=np.int8), Liar)
    tensor = RT.from_row_splits(numbers, [0, 2])
    assert tensor.dtype == np.int8 and tensor.to_list() == [[1, 2]]
    words = np.ndarray.view(np.array(["a", "b"]), Liar)
    assert rs.StringTensor(words).to_list() == [b"a", b"b"]


class Exporter:
    """What another library's array is: memory behind __dlpack__ only."""

    def __init__(self, array, **attributes):
        self.array = array
        self.__dict__.update(attributes)

    def __dlpack__(self, **options):
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()


def test_dlpack_shares_the_values():
    source = np.arange(6.0)
    tensor = RT.from_row_splits(Exporter(source), [0, 2, 6])
    assert np.shares_memory(tensor.flat_values, source)
    taken = np.from_dlpack(tensor)
    assert np.shares_memory(taken, source)
    del source, tensor
    assert taken.tolist() == [0, 1, 2, 3, 4, 5]


def test_dlpack_of_bfloat16_and_of_strides():
    halves = rs.constant([[1, 2.5]], dtype="bfloat16")
    again = RT.from_row_splits(Exporter(halves, dtype="torch.bfloat16"), [0, 2])
    assert again.dtype == halves.dtype and again.to_list() == [[1, 2.5]]
    turned = np.arange(6).reshape(2, 3).T
    assert RT.from_row_splits(Exporter(turned), [0, 3]).to_list() == [[[0, 3], [1, 4], [2, 5]]]


def test_dlpack_has_no_strings_and_no_copies(words, numbers):
    with pytest.raises(BufferError, match="strings"):
        np.from_dlpack(words)
    with pytest.raises(BufferError, match="copy"):
        numbers.__dlpack__(copy=True)


@pytest.mark.parametrize("value, error", [
    (object(), TypeError), ({1: 2}, TypeError), (None, TypeError), (3 + 4j, TypeError),
    ([[1, 2], [3]], ValueError), ([1, "a"], TypeError), ([2**70], ValueError),
    (np.array([1 + 2j]), TypeError), (np.array(["2020"], dtype="M8[Y]"), TypeError),
    (np.array([1, None]), TypeError), ("\ud800", UnicodeEncodeError)])
def test_values_that_are_no_tensor(value, error):
    with pytest.raises(error):
        RT.from_row_splits(value, [0, 1])
