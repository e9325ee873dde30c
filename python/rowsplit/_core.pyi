"""Types of rowsplit._core. Generated: `./run python --stub` writes it anew."""

from typing import Any
from collections.abc import Iterator, Sequence


class RaggedTensor:
    """
    Rows of different lengths: flat values under row splits, as tf.RaggedTensor. Immutable. Made by `constant` and the `from_…` methods.
    """

    @property
    def dtype(self) -> Any:
        """The dtype of the values, a numpy.dtype; numpy.dtype('S') for strings."""

    @property
    def shape(self) -> tuple:
        """A size for each axis, None for the ragged ones: (3, None)."""

    @property
    def ragged_rank(self) -> int:
        """The number of ragged axes."""

    @property
    def rank(self) -> int:
        """The number of axes, ragged and uniform."""

    @property
    def size(self) -> int:
        """The number of items in all rows."""

    @property
    def flat_values(self) -> Any:
        """
        The items of all rows, without the ragged axes: a read-only NumPy array that shares the memory, or a StringTensor.
        """

    @property
    def values(self) -> Any:
        """
        What the outermost row splits cut into rows: flat_values, or a RaggedTensor of one ragged axis less.
        """

    @property
    def row_splits(self) -> Any:
        """
        Where the rows begin and end in `values`: row r is values[row_splits[r]:row_splits[r + 1]]. An array of nrows() + 1 items.
        """

    @property
    def nested_row_splits(self) -> tuple:
        """The row_splits of every ragged axis, outermost first."""

    def nrows(self) -> int:
        """The number of rows."""

    def row_lengths(self, axis: Any = 1) -> Any:
        """
        The length of each row of `axis`. An array for axis 1, a ragged tensor for a later axis, the number of rows for axis 0.

        >>> rs.constant([[1, 2], [], [3]]).row_lengths().tolist()
        [2, 0, 1]
        >>> rs.constant([[[1], []], [[2, 3]]]).row_lengths(axis=2)
        <rowsplit.RaggedTensor [[1, 0], [2]]>

        Raises ValueError if the tensor lacks the axis.
        """

    def bounding_shape(self) -> Any:
        """
        The least dense shape that holds all rows: the longest row of each axis. An array.
        """

    def row_starts(self) -> Any:
        """Where each row begins in `values`."""

    def row_limits(self) -> Any:
        """Where each row ends in `values`."""

    def value_rowids(self) -> Any:
        """The row of each of the `values`."""

    def nested_row_lengths(self) -> tuple:
        """The row lengths of every ragged axis, outermost first, each an array."""

    def nested_value_rowids(self) -> tuple:
        """The value_rowids of every ragged axis, outermost first."""

    def __dlpack__(self, **options) -> Any: ...

    def __dlpack_device__(self) -> tuple: ...

    def __len__(self) -> int: ...

    def __iter__(self) -> _RowIterator: ...

    def __repr__(self) -> str: ...

    def __reduce__(self) -> tuple: ...

    def __copy__(self) -> Any: ...

    def __deepcopy__(self, memo: Any) -> Any: ...

    def to_list(self) -> Any:
        """
        Nested lists of Python's numbers, bools and bytes.

        >>> rs.constant([["a", "b"], []]).to_list()
        [[b'a', b'b'], []]
        """

    def numpy(self) -> Any:
        """
        A NumPy array of the rows: of objects, an array for each row, where the lengths differ; of the tensor's dtype where all are equal. Copies.
        """

    def with_values(self, new_values: Any) -> Any:
        """
        The same rows over other values, dense or ragged, as many as `values` has.

        >>> rs.constant([[1, 2], [], [3]]).with_values(["a", "b", "c"])
        <rowsplit.RaggedTensor [[b'a', b'b'], [], [b'c']]>

        Raises ValueError if their number differs.
        """

    def with_flat_values(self, new_values: Any) -> Any:
        """
        The same ragged axes over other flat values, as many as `flat_values` has. Raises ValueError if their number differs.
        """

    def with_row_splits_dtype(self, dtype: Any) -> Any:
        """
        The same tensor, its row splits given as int32 or int64. Only the arrays that Python sees change: memory holds int64. Raises ValueError for another dtype.
        """

    @staticmethod
    def from_row_splits(values: Any, row_splits: Any) -> Any:
        """
        Rows of `values` (dense or ragged): row r is values[row_splits[r]:row_splits[r + 1]].

        >>> rs.RaggedTensor.from_row_splits([1, 2, 3], [0, 2, 2, 3])
        <rowsplit.RaggedTensor [[1, 2], [], [3]]>

        NumPy values are shared, not copied; the splits are copied. Raises ValueError unless the splits (int32 or int64, rank 1) start at 0, never decrease and end at the number of values.
        """

    @staticmethod
    def from_row_lengths(values: Any, row_lengths: Any) -> Any:
        """
        Rows of the given lengths: [2, 0, 1]. Raises ValueError for a negative length or lengths that do not add up to the number of values.
        """

    @staticmethod
    def from_row_starts(values: Any, row_starts: Any) -> Any:
        """
        Rows that begin at `row_starts` and end where the next one begins: [0, 2, 2]. Raises ValueError unless the starts begin with 0, never decrease and lie within the values; no starts, but values, are an error too.
        """

    @staticmethod
    def from_row_limits(values: Any, row_limits: Any) -> Any:
        """
        Rows that end at `row_limits`: [2, 2, 3]. Raises ValueError unless the limits never decrease and end at the number of values.
        """

    @staticmethod
    def from_value_rowids(values: Any, value_rowids: Any, nrows: Any | None = None) -> Any:
        """
        Each value in the row of its id: [0, 0, 2]. There are `nrows` rows, or as many as the last id needs. Raises ValueError unless the ids never decrease, are in [0, nrows) and as many as the values.
        """

    @staticmethod
    def from_uniform_row_length(values: Any, uniform_row_length: Any, nrows: Any | None = None) -> Any:
        """
        Rows of one length. `nrows` is needed only where the length is 0. Raises ValueError for a negative length or rows that do not use up the values.
        """

    @staticmethod
    def from_nested_row_splits(flat_values: Any, nested_row_splits: Any) -> Any:
        """
        A tensor of several ragged axes from the row splits of each, outermost first; none gives `flat_values`.

        >>> rs.RaggedTensor.from_nested_row_splits([1, 2, 3], [[0, 2, 3], [0, 1, 1, 3]])
        <rowsplit.RaggedTensor [[[1], []], [[2, 3]]]>

        Raises ValueError where one axis does not fit the next.
        """

    @staticmethod
    def from_nested_row_lengths(flat_values: Any, nested_row_lengths: Any) -> Any:
        """
        A tensor of several ragged axes from the row lengths of each, outermost first. Raises ValueError where one axis does not fit the next.
        """

    @staticmethod
    def from_nested_value_rowids(flat_values: Any, nested_value_rowids: Any, nested_nrows: Any | None = None) -> Any:
        """
        A tensor of several ragged axes from the value_rowids of each, outermost first, and the numbers of rows where the ids do not tell them. Raises ValueError where one axis does not fit the next.
        """

    def __eq__(self, arg: Any | None) -> Any: ...

    def __ne__(self, arg: Any | None) -> Any: ...

    def __lt__(self, arg: Any | None) -> Any: ...

    def __le__(self, arg: Any | None) -> Any: ...

    def __gt__(self, arg: Any | None) -> Any: ...

    def __ge__(self, arg: Any | None) -> Any: ...

    __hash__: None = None

    def __bool__(self) -> bool: ...

    __array_ufunc__: None = None

    def __add__(self, arg: Any, /) -> Any: ...

    def __sub__(self, arg: Any, /) -> Any: ...

    def __mul__(self, arg: Any, /) -> Any: ...

    def __truediv__(self, arg: Any, /) -> Any: ...

    def __floordiv__(self, arg: Any, /) -> Any: ...

    def __mod__(self, arg: Any, /) -> Any: ...

    def __pow__(self, arg: Any, /) -> Any: ...

    def __and__(self, arg: Any, /) -> Any: ...

    def __or__(self, arg: Any, /) -> Any: ...

    def __xor__(self, arg: Any, /) -> Any: ...

    def __radd__(self, arg: Any, /) -> Any: ...

    def __rsub__(self, arg: Any, /) -> Any: ...

    def __rmul__(self, arg: Any, /) -> Any: ...

    def __rtruediv__(self, arg: Any, /) -> Any: ...

    def __rfloordiv__(self, arg: Any, /) -> Any: ...

    def __rmod__(self, arg: Any, /) -> Any: ...

    def __rpow__(self, arg: Any, /) -> Any: ...

    def __rand__(self, arg: Any, /) -> Any: ...

    def __ror__(self, arg: Any, /) -> Any: ...

    def __rxor__(self, arg: Any, /) -> Any: ...

    def __neg__(self) -> Any: ...

    def __abs__(self) -> Any: ...

    def __invert__(self) -> Any: ...

    def __getitem__(self, key: Any | None) -> Any:
        """
        The part that the key names, as tf.RaggedTensor: integers, slices, ... and None (a new axis).
        """

    def to_tensor(self, default_value: Any | None = None, shape: Any | None = None) -> Any:
        r"""
        The rows, padded to the longest with `default_value` (0, False or b\'\'), as a NumPy array or a StringTensor. `shape` pads and cuts the axes whose size it gives, [None, 8] all rows to 8.

        >>> rs.constant([[1, 2, 3], [], [4]]).to_tensor(default_value=-1, shape=[None, 2]).tolist()
        [[1, 2], [-1, -1], [4, -1]]

        Raises ValueError if default_value is of another dtype or does not broadcast to the inner shape, or if `shape` has another rank or changes a uniform axis.
        """

    @staticmethod
    def from_tensor(tensor: Any, lengths: Any | None = None, padding: Any | None = None, ragged_rank: Any = 1, row_splits_dtype: Any = 'int64') -> Any:
        """
        A ragged tensor of the rows of a dense one: as many values of each as `lengths` says, or without the values at its end that equal `padding`, or all. The outermost `ragged_rank` axes become ragged; a list of vectors as `lengths` gives the lengths of each.

        >>> rs.RaggedTensor.from_tensor([[5, 7, 0], [0, 3, 0], [6, 0, 0]], padding=0)
        <rowsplit.RaggedTensor [[5, 7], [0, 3], [6]]>

        Raises ValueError for lengths and padding together, or if they, or ragged_rank, do not fit the tensor.
        """

    def to_sparse(self) -> Any:
        """The values and their positions, a rowsplit.SparseTensor."""

    @staticmethod
    def from_sparse(st_input: Any, row_splits_dtype: Any = 'int64') -> Any:
        """
        The rows of a SparseTensor of rank 2 whose rows have the columns 0, 1, 2, …. Raises ValueError for a gap in a row, or a row outside of the dense shape.
        """

    def merge_dims(self, outer_axis: Any, inner_axis: Any) -> Any:
        """
        The axes from outer_axis to inner_axis as one.

        >>> rs.constant([[[1, 2], [3]], [], [[4]]]).merge_dims(1, 2)
        <rowsplit.RaggedTensor [[1, 2, 3], [], [4]]>

        Raises ValueError if an axis is out of range or outer_axis above inner_axis.
        """

    def __arrow_c_schema__(self) -> Any:
        """The Arrow type, in a PyCapsule."""

    def __arrow_c_array__(self, requested_schema: Any | None = None) -> tuple:
        """
        The Arrow type and array of the rows, in PyCapsules. Shares the memory.
        """

class StringTensor:
    """
    A dense tensor of byte strings of any length, of one or more dimensions. Immutable.
    """

    def __init__(self, strings: Any) -> None:
        r"""
        From a list of str (as UTF-8) or bytes, lists of them, or a NumPy array of str, bytes or objects.

        >>> rs.StringTensor(["a", b"\xff"])
        <rowsplit.StringTensor [b'a', b'\xff']>

        Raises TypeError for what is no string, ValueError for lists of different lengths.
        """

    @staticmethod
    def from_offsets(offsets: Any, data: Any, shape: Any | None = None) -> Any:
        r"""
        Strings that lie one after the other in `data` (uint8, shared): string i is data[offsets[i]:offsets[i + 1]]. The offsets are int64 and copied.

        >>> rs.StringTensor.from_offsets([0, 2, 2, 3], np.frombuffer(b"abc", np.uint8))
        <rowsplit.StringTensor [b'ab', b\'\', b'c']>

        Raises ValueError unless the offsets start at 0, never decrease and end at the size of `data`, and the strings fill `shape`.
        """

    def __len__(self) -> int: ...

    def __iter__(self) -> _StringIterator: ...

    def __repr__(self) -> str: ...

    def __reduce__(self) -> tuple: ...

    def __copy__(self) -> Any: ...

    def __deepcopy__(self, memo: Any) -> Any: ...

    @property
    def shape(self) -> tuple:
        """A size for each axis."""

    @property
    def dtype(self) -> Any:
        """numpy.dtype('S')."""

    @property
    def rank(self) -> int:
        """The number of axes."""

    @property
    def offsets(self) -> Any:
        """
        Where the strings begin and end in `data`, in order: an array of their number + 1, shared.
        """

    @property
    def data(self) -> Any:
        """
        The bytes of all strings, one after the other: a read-only array of uint8, shared.
        """

    def numpy(self) -> Any:
        """A NumPy array of bytes objects, of the same shape. Copies."""

    def to_list(self) -> Any:
        """Nested lists of bytes, as deep as the rank."""

    def __eq__(self, arg: Any | None) -> Any: ...

    def __ne__(self, arg: Any | None) -> Any: ...

    def __lt__(self, arg: Any | None) -> Any: ...

    def __le__(self, arg: Any | None) -> Any: ...

    def __gt__(self, arg: Any | None) -> Any: ...

    def __ge__(self, arg: Any | None) -> Any: ...

    __hash__: None = None

    def __bool__(self) -> bool: ...

    __array_ufunc__: None = None

    def __getitem__(self, key: Any | None) -> Any:
        """
        The part that the key names, as tf.RaggedTensor: integers, slices, ... and None (a new axis).
        """

    def __arrow_c_schema__(self) -> Any:
        """The Arrow type, in a PyCapsule."""

    def __arrow_c_array__(self, requested_schema: Any | None = None) -> tuple:
        """
        The Arrow type and array of the rows, in PyCapsules. Shares the memory.
        """

def constant(pylist: Any, dtype: Any | None = None, ragged_rank: Any | None = None, inner_shape: Any | None = None, row_splits_dtype: Any = 'int64') -> Any:
    """
    A tensor of nested lists, as tf.ragged.constant: ragged where lists are nested, dense (a NumPy array or a StringTensor) for one list, a scalar, or ragged_rank=0.

    The dtype, if not given, is that of the NumPy values, or bool, int32 (int64 where a value needs it), float32 or string. The ragged axes are all but the last list's, less those of `inner_shape`; `ragged_rank` says how many.

    >>> rs.constant([[1, 2], [], [3]])
    <rowsplit.RaggedTensor [[1, 2], [], [3]]>
    >>> rs.constant([[[1, 2]], [[3, 4], [5, 6]]], ragged_rank=1).shape
    (2, None, 2)

    Raises ValueError for scalars at different depths, inner lists of different lengths and numbers that the dtype does not hold, TypeError for values of several kinds.
    """

def row_splits_to_segment_ids(splits: Any) -> Any:
    """
    The row of each value: [0, 2, 2, 3] gives [0, 0, 2].

    Raises ValueError for splits that do not start at 0 or decrease.
    """

def segment_ids_to_row_splits(segment_ids: Any, num_segments: Any | None = None) -> Any:
    """
    Row splits of rows that hold as many values as there are equal ids, in any order. With `num_segments` there are that many rows and greater ids are dropped.

    >>> rs.segment_ids_to_row_splits([0, 0, 2]).tolist()
    [0, 2, 2, 3]

    Raises ValueError for a negative id.
    """

def reduce_mean(input_tensor: Any, axis: Any | None = None, keepdims: Any | None = False) -> Any:
    """
    The mean along `axis` (an int, a list, or None for all). Integers of a ragged tensor give float64 (float32 of up to 16 bits), those of an array their own dtype. NaN for no value.
    """

def reduce_variance(input_tensor: Any, axis: Any | None = None, keepdims: Any | None = False) -> Any:
    """The variance of the population along `axis`; NaN for no value."""

def reduce_std(input_tensor: Any, axis: Any | None = None, keepdims: Any | None = False) -> Any:
    """The square root of the variance along `axis`."""

def reduce_any(input_tensor: Any, axis: Any | None = None, keepdims: Any | None = False) -> Any:
    """Whether any value along `axis` is true; False for no value."""

def reduce_all(input_tensor: Any, axis: Any | None = None, keepdims: Any | None = False) -> Any:
    """Whether all values along `axis` are true; True for no value."""

def reduce_sum(input_tensor: Any, axis: Any | None = None, keepdims: Any | None = False, initial: Any | None = None) -> Any:
    """
    The sum along `axis` (an int, a list, or None for all), and of `initial` if given; 0 for no value.
    """

def reduce_prod(input_tensor: Any, axis: Any | None = None, keepdims: Any | None = False, initial: Any | None = None) -> Any:
    """The product along `axis`, and of `initial` if given; 1 for no value."""

def reduce_max(input_tensor: Any, axis: Any | None = None, keepdims: Any | None = False, initial: Any | None = None) -> Any:
    """
    The greatest value along `axis`, or `initial` if that is greater. No value gives the lowest finite value of the dtype over a ragged axis, else -inf.
    """

def reduce_min(input_tensor: Any, axis: Any | None = None, keepdims: Any | None = False, initial: Any | None = None) -> Any:
    """
    The least value along `axis`, or `initial` if that is less. No value gives the greatest finite value of the dtype over a ragged axis, else inf.
    """

def reduce_logsumexp(input_tensor: Any, axis: Any | None = None, keepdims: Any | None = False, initial: Any | None = None) -> Any:
    """
    log(sum(exp(x))) along `axis`, and of `initial` if given, without overflow; -inf for no value.
    """

def unsorted_segment_sum(data: Any, segment_ids: Any, num_segments: Any) -> Any:
    """
    Folds (sum) what has the same id, in any order, into `num_segments` rows. The shape of the ids is a prefix of the data's. ValueError for an id out of range; negative ids drop their values.
    """

def segment_sum(data: Any, segment_ids: Any) -> Any:
    """
    Folds (sum) the rows of an array that have the same id; the ids do not decrease. Rows for ids that are not there are 0, or 1 for prod.
    """

def unsorted_segment_prod(data: Any, segment_ids: Any, num_segments: Any) -> Any:
    """
    Folds (prod) what has the same id, in any order, into `num_segments` rows. The shape of the ids is a prefix of the data's. ValueError for an id out of range; negative ids drop their values.
    """

def segment_prod(data: Any, segment_ids: Any) -> Any:
    """
    Folds (prod) the rows of an array that have the same id; the ids do not decrease. Rows for ids that are not there are 0, or 1 for prod.
    """

def unsorted_segment_mean(data: Any, segment_ids: Any, num_segments: Any) -> Any:
    """
    Folds (mean) what has the same id, in any order, into `num_segments` rows. The shape of the ids is a prefix of the data's. ValueError for an id out of range; negative ids drop their values.
    """

def segment_mean(data: Any, segment_ids: Any) -> Any:
    """
    Folds (mean) the rows of an array that have the same id; the ids do not decrease. Rows for ids that are not there are 0, or 1 for prod.
    """

def unsorted_segment_max(data: Any, segment_ids: Any, num_segments: Any) -> Any:
    """
    Folds (max) what has the same id, in any order, into `num_segments` rows. The shape of the ids is a prefix of the data's. ValueError for an id out of range; negative ids drop their values.
    """

def segment_max(data: Any, segment_ids: Any) -> Any:
    """
    Folds (max) the rows of an array that have the same id; the ids do not decrease. Rows for ids that are not there are 0, or 1 for prod.
    """

def unsorted_segment_min(data: Any, segment_ids: Any, num_segments: Any) -> Any:
    """
    Folds (min) what has the same id, in any order, into `num_segments` rows. The shape of the ids is a prefix of the data's. ValueError for an id out of range; negative ids drop their values.
    """

def segment_min(data: Any, segment_ids: Any) -> Any:
    """
    Folds (min) the rows of an array that have the same id; the ids do not decrease. Rows for ids that are not there are 0, or 1 for prod.
    """

def unsorted_segment_sqrt_n(data: Any, segment_ids: Any, num_segments: Any) -> Any:
    """
    Folds (sqrt_n) what has the same id, in any order, into `num_segments` rows. The shape of the ids is a prefix of the data's. ValueError for an id out of range; negative ids drop their values.
    """

def cumsum(x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, initial: Any | None = None) -> Any:
    """
    The sums so far along `axis`, in the shape of `x`: `exclusive` leaves each value itself out, `reverse` begins at the end, `initial` goes before the first value.
    """

def cumprod(x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, initial: Any | None = None) -> Any:
    """
    The products so far along `axis`, in the shape of `x`: `exclusive` leaves each value itself out, `reverse` begins at the end, `initial` goes before the first value.
    """

def cummax(x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, initial: Any | None = None) -> Any:
    """
    The greatest values so far along `axis`, in the shape of `x`: `exclusive` leaves each value itself out, `reverse` begins at the end, `initial` goes before the first value.
    """

def cummin(x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, initial: Any | None = None) -> Any:
    """
    The least values so far along `axis`, in the shape of `x`: `exclusive` leaves each value itself out, `reverse` begins at the end, `initial` goes before the first value.
    """

def argmax(input: Any, axis: Any = 0, empty: Any | None = None) -> Any:
    """
    Where along `axis` the greatest value is; of equal ones the first. ValueError for a row without a value, unless `empty` says what it gives.
    """

def argmin(input: Any, axis: Any = 0, empty: Any | None = None) -> Any:
    """
    Where along `axis` the least value is; of equal ones the first. ValueError for a row without a value, unless `empty` says what it gives.
    """

def first(input: Any, empty: Any | None = None) -> Any:
    """
    The first value of each innermost row. ValueError for an empty row, unless `empty` says what it gives.
    """

def last(input: Any, empty: Any | None = None) -> Any:
    """
    The last value of each innermost row. ValueError for an empty row, unless `empty` says what it gives.
    """

def quantile(input: Any, q: float, axis: Any = -1, keepdims: bool = False, empty: float = float('nan')) -> Any:
    """
    The value below which a share `q` of the values along `axis` lies, interpolated as numpy.quantile does; `empty` for no value.
    """

def median(input: Any, axis: Any = -1, keepdims: bool = False, empty: float = float('nan')) -> Any:
    """
    The middle value along `axis`, or the mean of the two; `empty` for no value.
    """

def concat(values: Any, axis: Any) -> Any:
    """
    The tensors put together along an axis that they have, as tf.concat: a RaggedTensor unless all are dense.

    >>> rs.concat([rs.constant([[1], [2, 3]]), rs.constant([[4], []])], axis=1).to_list()
    [[1, 4], [2, 3]]
    """

def stack(values: Any, axis: Any = 0) -> Any:
    """
    The tensors put together along a new axis, as tf.stack. Dense tensors must have one shape and give a dense result.

    >>> rs.stack([rs.constant([[1], [2, 3]]), rs.constant([[4], []])], axis=1).to_list()
    [[[1], [4]], [[2, 3], []]]
    """

def ragged_stack(values: Any, axis: Any = 0) -> Any:
    """
    The tensors put together along a new axis, as tf.ragged.stack: dense tensors may be of different lengths.

    >>> rs.ragged_stack([[1, 2], [3]]).to_list()
    [[1, 2], [3]]
    """

def split(value: Any, num_or_size_splits: Any, axis: Any = 0, num: Any | None = None) -> list:
    """
    The tensor cut into pieces along an axis that is not ragged, as tf.split: into a number of equal ones, or into pieces of the sizes given.

    >>> [x.to_list() for x in rs.split(rs.constant([[1], [2, 3], []]), [1, 2])]
    [[[1]], [[2, 3], []]]
    """

def unstack(value: Any, axis: Any = 0) -> list:
    """
    The slices at each place of an axis that is not ragged, without that axis, as tf.unstack.

    >>> [row.tolist() for row in rs.unstack(rs.constant([[1], [2, 3]]))]
    [[1], [2, 3]]
    """

def tile(input: Any, multiples: Any) -> Any:
    """
    The tensor repeated along each of its axes, as tf.tile.

    >>> rs.tile(rs.constant([[1, 2], [3]]), [1, 2]).to_list()
    [[1, 2, 1, 2], [3, 3]]
    """

def reverse(tensor: Any, axis: Any) -> Any:
    """
    The tensor with the order along a list of axes turned round, as tf.reverse.

    >>> rs.reverse(rs.constant([[1, 2], [3]]), [0, 1]).to_list()
    [[3], [2, 1]]
    """

def stack_dynamic_partitions(data: Any, partitions: Any, num_partitions: Any) -> Any:
    """
    Slices of the data sorted into rows by their number in partitions, as tf.ragged.stack_dynamic_partitions.

    >>> rs.stack_dynamic_partitions([10, 20, 30], [1, 0, 1], 3).to_list()
    [[20], [10, 30], []]
    """

def gather(params: Any, indices: Any, axis: Any | None = None, batch_dims: Any = 0) -> Any:
    """
    The slices of params along an axis that indices name. An index that is not in its row is a ValueError.

    >>> rs.gather(rs.constant([[1, 2], [], [3]]), [2, 0]).to_list()
    [[3], [1, 2]]
    """

def batch_gather(params: Any, indices: Any) -> Any:
    """
    gather where all axes of indices but the last are batches.

    >>> rs.batch_gather(rs.constant([[1, 2], [3]]),
    ...                 rs.constant([[1, 0], [0]])).to_list()
    [[2, 1], [3]]
    """

def gather_nd(params: Any, indices: Any, batch_dims: Any = 0) -> Any:
    """
    The slices of params that the tuples in the last axis of indices name.

    >>> rs.gather_nd(rs.constant([[1, 2], [3]]), [[1, 0], [0, 1]])
    array([3, 2], dtype=int32)
    """

def boolean_mask(data: Any, mask: Any) -> Any:
    """
    The values of data where mask is true; keeps the axes of the mask, as tf.ragged.boolean_mask.

    >>> rs.boolean_mask(rs.constant([[1, 2], [3]]),
    ...                 rs.constant([[False, True], [True]])).to_list()
    [[2], [3]]
    """

def where(condition: Any, x: Any | None = None, y: Any | None = None) -> Any:
    """
    From x where the condition is true, else from y; without them the places of the true values, one a line.

    >>> rs.where(rs.constant([[True, False], [True]]), 1, 0).to_list()
    [[1, 0], [1]]
    >>> rs.where(rs.constant([[True, False], [True]])).tolist()
    [[0, 0], [1, 0]]
    """

def one_hot(indices: Any, depth: Any, on_value: Any | None = None, off_value: Any | None = None, axis: Any | None = None, dtype: Any | None = None) -> Any:
    """
    A new axis of depth places for each index, on at the index.

    >>> rs.one_hot(rs.constant([[1], [], [0]]), 2).to_list()
    [[[0.0, 1.0]], [], [[1.0, 0.0]]]
    """

def unique(x: Any, out_idx: Any | None = None) -> tuple:
    """
    (y, idx): the different values of each row in the order in which they come first, and the place of each value among them (int32).

    >>> y, idx = rs.unique(rs.constant([[3, 1, 3], []]))
    >>> y.to_list(), idx.to_list()
    ([[3, 1], []], [[0, 1, 0], []])
    """

def unique_with_counts(x: Any, out_idx: Any | None = None) -> tuple:
    """
    (y, idx, count): as unique, and how often each value is in its row.

    >>> rs.unique_with_counts(rs.constant([[3, 1, 3]]))[2].to_list()
    [[2, 1]]
    """

def expand_dims(input: Any, axis: Any) -> Any:
    """
    With an axis of size 1 at `axis`.

    >>> rs.expand_dims(rs.constant([[1, 2], [], [3]]), 0)
    <rowsplit.RaggedTensor [[[1, 2], [], [3]]]>

    Raises ValueError if axis is out of range.
    """

def squeeze(input: Any, axis: Any | None = None) -> Any:
    """
    Without the axes of size 1 that `axis` (one or several) names; without axis, a dense tensor loses all of them. Raises ValueError if an axis is out of range or of another size, or a ragged tensor is given without axis.
    """

def range(starts: Any, limits: Any | None = None, deltas: Any = 1, dtype: Any | None = None, row_splits_dtype: Any = 'int64') -> Any:
    """
    Rows that count from starts by deltas up to and without limits; with `starts` alone, from 0 up to them. Scalars stand for every row.

    >>> rs.range([0, 5, 8], [3, 3, 12], 2)
    <rowsplit.RaggedTensor [[0, 2], [], [8, 10]]>

    Raises ValueError for a delta of 0, vectors of other sizes or dtypes that do not fit, MemoryError for sizes that no memory has.
    """

def add(x: Any, y: Any) -> Any:
    """
    x + y of numbers; strings are joined. The shapes broadcast as TensorFlow's do; ragged rows are never stretched.
    """

def subtract(x: Any, y: Any) -> Any:
    """
    x - y of numbers. The shapes broadcast as TensorFlow's do; ragged rows are never stretched.
    """

def multiply(x: Any, y: Any) -> Any:
    """
    x * y of numbers. The shapes broadcast as TensorFlow's do; ragged rows are never stretched.
    """

def truediv(x: Any, y: Any) -> Any:
    """
    x / y of numbers; integers give float32 (of up to 16 bits) or float64. The shapes broadcast as TensorFlow's do; ragged rows are never stretched.
    """

def floordiv(x: Any, y: Any) -> Any:
    """
    x / y of numbers, rounded down. ValueError for an integer 0. The shapes broadcast as TensorFlow's do; ragged rows are never stretched.
    """

def floormod(x: Any, y: Any) -> Any:
    """
    The rest of floordiv; its sign is that of y. ValueError for an integer 0. The shapes broadcast as TensorFlow's do; ragged rows are never stretched.
    """

def pow(x: Any, y: Any) -> Any:
    """
    x to the power of y. ValueError for a negative power of an integer. The shapes broadcast as TensorFlow's do; ragged rows are never stretched.
    """

def maximum(x: Any, y: Any) -> Any:
    """
    The greater one; NaN if either is NaN. The shapes broadcast as TensorFlow's do; ragged rows are never stretched.
    """

def minimum(x: Any, y: Any) -> Any:
    """
    The lesser one; NaN if either is NaN. The shapes broadcast as TensorFlow's do; ragged rows are never stretched.
    """

def squared_difference(x: Any, y: Any) -> Any:
    """
    (x - y) squared. The shapes broadcast as TensorFlow's do; ragged rows are never stretched.
    """

def equal(x: Any, y: Any) -> Any:
    """
    x == y as bool, of any dtype. The shapes broadcast as TensorFlow's do; ragged rows are never stretched.
    """

def not_equal(x: Any, y: Any) -> Any:
    """
    x != y as bool, of any dtype. The shapes broadcast as TensorFlow's do; ragged rows are never stretched.
    """

def less(x: Any, y: Any) -> Any:
    """
    x < y of numbers, as bool. The shapes broadcast as TensorFlow's do; ragged rows are never stretched.
    """

def less_equal(x: Any, y: Any) -> Any:
    """
    x <= y of numbers, as bool. The shapes broadcast as TensorFlow's do; ragged rows are never stretched.
    """

def greater(x: Any, y: Any) -> Any:
    """
    x > y of numbers, as bool. The shapes broadcast as TensorFlow's do; ragged rows are never stretched.
    """

def greater_equal(x: Any, y: Any) -> Any:
    """
    x >= y of numbers, as bool. The shapes broadcast as TensorFlow's do; ragged rows are never stretched.
    """

def logical_and(x: Any, y: Any) -> Any:
    """
    x and y of bools. The shapes broadcast as TensorFlow's do; ragged rows are never stretched.
    """

def logical_or(x: Any, y: Any) -> Any:
    """
    x or y of bools. The shapes broadcast as TensorFlow's do; ragged rows are never stretched.
    """

def logical_xor(x: Any, y: Any) -> Any:
    """
    Whether one of two bools is true. The shapes broadcast as TensorFlow's do; ragged rows are never stretched.
    """

def bitwise_and(x: Any, y: Any) -> Any:
    """
    The bits that both integers have. The shapes broadcast as TensorFlow's do; ragged rows are never stretched.
    """

def bitwise_or(x: Any, y: Any) -> Any:
    """
    The bits that either integer has. The shapes broadcast as TensorFlow's do; ragged rows are never stretched.
    """

def bitwise_xor(x: Any, y: Any) -> Any:
    """
    The bits that one of two integers has. The shapes broadcast as TensorFlow's do; ragged rows are never stretched.
    """

def left_shift(x: Any, y: Any) -> Any:
    """
    The bits of x, y places to the left. The shapes broadcast as TensorFlow's do; ragged rows are never stretched.
    """

def right_shift(x: Any, y: Any) -> Any:
    """
    The bits of x, y places to the right; the sign stays. The shapes broadcast as TensorFlow's do; ragged rows are never stretched.
    """

def abs(x: Any) -> Any:
    """The magnitude of each number."""

def negative(x: Any) -> Any:
    """The opposite of each number."""

def sign(x: Any) -> Any:
    """-1, 0 or 1 for each number; NaN stays."""

def square(x: Any) -> Any:
    """The square of each number."""

def relu(x: Any) -> Any:
    """Each number, or 0 if it is negative."""

def round(x: Any) -> Any:
    """The nearest integer, half to even."""

def floor(x: Any) -> Any:
    """The greatest integer not above each float."""

def ceil(x: Any) -> Any:
    """The least integer not below each float."""

def sqrt(x: Any) -> Any:
    """The square root of each float."""

def rsqrt(x: Any) -> Any:
    """1 / sqrt(x) of each float."""

def reciprocal(x: Any) -> Any:
    """1 / x of each float."""

def exp(x: Any) -> Any:
    """e to the power of each float."""

def expm1(x: Any) -> Any:
    """exp(x) - 1 of each float, exact near 0."""

def log(x: Any) -> Any:
    """The natural logarithm of each float."""

def log1p(x: Any) -> Any:
    """log(1 + x) of each float, exact near 0."""

def sin(x: Any) -> Any:
    """The sine of each float."""

def cos(x: Any) -> Any:
    """The cosine of each float."""

def tanh(x: Any) -> Any:
    """The hyperbolic tangent of each float."""

def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)) of each float."""

def softplus(x: Any) -> Any:
    """log(1 + exp(x)) of each float."""

def is_nan(x: Any) -> Any:
    """Whether each float is NaN."""

def is_inf(x: Any) -> Any:
    """Whether each float is an infinity."""

def is_finite(x: Any) -> Any:
    """Whether each float is a finite number."""

def logical_not(x: Any) -> Any:
    """The opposite of each bool."""

def invert(x: Any) -> Any:
    """Each integer with all bits turned."""

def cast(x: Any, dtype: Any) -> Any:
    """
    The same values as another dtype. Floats become integers by rounding towards zero.
    """

def ones_like(input: Any, dtype: Any | None = None) -> Any:
    """The same shape with all values 1."""

def zeros_like(input: Any, dtype: Any | None = None) -> Any:
    """The same shape with all values 0, or the empty string."""

def broadcast_to(input: Any, shape: Any) -> Any:
    """
    The input's values, repeated until they have the shape: sizes, or a tensor whose shape is taken.
    """

def softmax(logits: Any, axis: Any | None = -1) -> Any:
    """
    Positive weights that add up to 1 along the axis, the innermost ragged or an inner one. Empty rows stay empty.
    """

def matmul(a: Any, b: Any, transpose_a: bool = False, transpose_b: bool = False) -> Any:
    """
    Products of the matrices in the last two axes; they may differ in size.
    """

def cross(inputs: Any) -> Any:
    """
    For each row all ways to take one value of each input, joined by '_X_'; the last input varies fastest.
    """

def cross_hashed(inputs: Any, num_buckets: Any = 0, hash_key: Any | None = None) -> Any:
    """The same as numbers in [0, num_buckets), those of TensorFlow."""

def sort(values: Any, axis: Any = -1, direction: Any = 'ASCENDING') -> Any:
    """
    Sorts each innermost row. Equal values keep their order; NaN comes last in both directions; strings are compared by their bytes.

    >>> rs.sort(rs.constant([[3, 1, 2], [], [5, 4]])).to_list()
    [[1, 2, 3], [], [4, 5]]
    """

def argsort(values: Any, axis: Any = -1, direction: Any = 'ASCENDING', stable: bool = False) -> Any:
    """
    The places, inside their row, of the values in sorted order, as int32. Always stable.

    >>> rs.argsort(rs.constant([[3, 1, 2], [], [5, 4]])).to_list()
    [[1, 2, 0], [], [1, 0]]
    """

def top_k(input: Any, k: Any = 1, sorted: bool = True) -> tuple:
    """
    The k greatest values of each row, greatest first, and their places in it: (values, indices). A ragged row with fewer gives all of them.

    >>> [x.to_list() for x in rs.top_k(rs.constant([[1, 3, 2], [4]]), 2)]
    [[[3, 2], [4]], [[1, 2], [0]]]
    """

def sum_gradient(input: Any, upstream: Any, axis: Any | None = None) -> Any:
    """
    The gradient of a sum over the axes: from that of its result, that of its input.

    >>> rt = rs.constant([[1.0, 2.0], [], [3.0]])
    >>> rs.sum_gradient(rt, [10, 20, 30], axis=1).to_list()
    [[10.0, 10.0], [], [30.0]]
    """

def mean_gradient(input: Any, upstream: Any, axis: Any | None = None) -> Any:
    """The gradient of a mean."""

def max_gradient(input: Any, upstream: Any, axis: Any | None = None) -> Any:
    """
    The gradient of a maximum, in equal parts if several values are the greatest.
    """

def logsumexp_gradient(input: Any, upstream: Any, axis: Any | None = None) -> Any:
    """The gradient of log(sum(exp(input)))."""

def softmax_gradient(softmax: Any, upstream: Any, axis: Any = -1) -> Any:
    """The gradient of a softmax, from its result."""

def gather_gradient(input: Any, indices: Any, upstream: Any) -> Any:
    """
    The gradient of a gather of rows: each row of the input gets the sum of the gradients of the places it went to.
    """

def concat_gradient(values: Any, axis: Any, upstream: Any) -> list:
    """The gradient of each input of a concatenation."""

def to_tensor_gradient(input: Any, upstream: Any) -> Any:
    """The gradient of the conversion to a dense tensor."""

def from_arrow(array: Any) -> Any:
    """
    A RaggedTensor, StringTensor or NumPy array of an array or chunked array of pyarrow, polars or any other library with Arrow's PyCapsule protocol. Shares numbers and bytes; nulls are an error.

    >>> rs.from_arrow(rs.constant([[1, 2], []])).to_list()
    [[1, 2], []]
    """

def embedding_lookup(params: Any, ids: Any, max_norm: Any | None = None, partition_strategy: Any = 'div', negative_from_end: bool = False) -> Any:
    """
    The row of `params` for each id, dense or ragged, of any rank: the shape of the ids and then that of a row. A list is one table in parts, by 'div' (consecutive rows) or 'mod' (every n-th row). `max_norm` scales longer rows down. With `negative_from_end` -1 is the last row, as in keras.layers.Embedding. ValueError for an id that is no row.

    >>> table = np.array([[1, 2], [3, 4], [5, 6]], np.float32)
    >>> rs.embedding_lookup(table, rs.constant([[2], [], [0, 1]])).to_list()
    [[[5.0, 6.0]], [], [[1.0, 2.0], [3.0, 4.0]]]
    """

def embedding_lookup_sparse(params: Any, sp_ids: Any, sp_weights: Any | None = None, combiner: Any | None = None, max_norm: Any | None = None, partition_strategy: Any = 'div', keep_empty_rows: bool = False) -> Any:
    """
    The rows of `params` for each row of ids (a SparseTensor or RaggedTensor), combined: their weighted 'sum', the 'mean' (the default) over the sum of the weights, or 'sqrtn' over the root of their squares. A row without ids is 0; those after the last with ids are left out unless `keep_empty_rows`.

    >>> table = np.array([[1, 2], [3, 4], [5, 6]], np.float32)
    >>> ids = rs.constant([[0, 1], [], [2], []])
    >>> rs.embedding_lookup_sparse(table, ids).tolist()
    [[2.0, 3.0], [0.0, 0.0], [5.0, 6.0]]
    """

def safe_embedding_lookup_sparse(embedding_weights: Any, sparse_ids: Any, sparse_weights: Any | None = None, combiner: Any | None = 'mean', default_id: Any | None = None, max_norm: Any | None = None, partition_strategy: Any = 'div') -> Any:
    """
    As embedding_lookup_sparse, without negative ids and, unless the combiner is 'sum', those whose weight is not above 0. Every row is in the result: one without ids is the row `default_id`, or 0. Sparse ids may have any rank and order; the last axis is combined.
    """

def gather_reduce(params: Any, ids: Any, op: Any = 'sum', axis: Any | None = None, keepdims: bool = False) -> Any:
    """
    The rows of a table for `ids`, reduced along `axis`, as reduce_sum (or another `op`) of gather. Along the innermost axis of ragged ids (-2) no gathered tensor is made.

    >>> table = np.array([[1, 2], [3, 4], [5, 6]], np.float32)
    >>> ids = rs.constant([[0, 2], []])
    >>> rs.gather_reduce(table, ids, 'sum', axis=1).tolist()
    [[6.0, 8.0], [0.0, 0.0]]
    """

def sparse_segment_sum(data: Any, indices: Any, segment_ids: Any, num_segments: Any | None = None) -> Any:
    """
    The sum of the rows of `data` at `indices` for each segment id. The ids do not decrease; a segment without an index is 0.
    """

def sparse_segment_mean(data: Any, indices: Any, segment_ids: Any, num_segments: Any | None = None) -> Any:
    """As sparse_segment_sum, over the number of rows."""

def sparse_segment_sqrt_n(data: Any, indices: Any, segment_ids: Any, num_segments: Any | None = None) -> Any:
    """As sparse_segment_sum, over the root of the number of rows."""

def fill_empty_rows(sp_input: Any, default_value: Any) -> tuple:
    """
    A SparseTensor in which rows without values have `default_value` at the index 0 of the other axes, and for each row whether it was empty.
    """

def nearest_rows(table: Any, queries: Any, k: Any = 10, *, similarity: str = 'cosine', exclude: Any | None = None, num_threads: int = 0) -> tuple:
    """
    The `k` rows of the table nearest to each query (a vector, or one a row), and their scores: arrays of shape [queries, k]. `similarity` is 'cosine', 'dot' or 'l2', of which less is nearer; `exclude` are rows that are no answer. Equally near rows come by id.

    >>> table = np.float32([[1, 0], [0, 2], [1, 1]])
    >>> ids, scores = rs.nearest_rows(table, [2, 0], 2)
    >>> ids.tolist(), scores.round(2).tolist()
    ([[0, 2]], [[1.0, 0.7099999785423279]])
    """

def analogies(table: Any, positive: Any, negative: Any, k: Any = 10, *, similarity: str = 'cosine', exclude: Any | None = None, num_threads: int = 0) -> tuple:
    """
    The rows nearest to the sum of the `positive` rows less the `negative` ones, without these, as nearest_rows gives them.
    """

def text_transliterate(input: Any, id: str) -> Any:
    """
    The strings by a transform of ICU's, such as 'Any-Latin; Latin-ASCII'.

    >>> rs.text.transliterate(['Москва'], 'Any-Latin').to_list()
    [b'Moskva']
    """

def text_strip_accents(input: Any) -> Any:
    """
    The strings without nonspacing marks.

    >>> rs.text.strip_accents(['Été']).to_list()
    [b'Ete']
    """

def text_confusable_skeleton(input: Any) -> Any:
    """For each string one that all strings that look like it have too."""

def text_normalize_utf8(input: Any, normalization_form: str = 'NFKC') -> Any:
    """
    The strings in a normalization form of Unicode: 'NFC', 'NFD', 'NFKC', 'NFKD' or 'NFKC_Casefold'. Bytes that are not UTF-8 stay.

    >>> rs.text.normalize_utf8(['ﬁ ²']).to_list()
    [b'fi 2']
    """

class SourceOffsets:
    """
    Where the bytes of normalized strings came from; see find_source_offsets.
    """

    def __len__(self) -> int: ...

def text_normalize_utf8_with_offsets_map(input: Any, normalization_form: str = 'NFKC') -> tuple:
    """
    The strings in a normalization form, and the map from their bytes to those of the input, for find_source_offsets.
    """

def text_find_source_offsets(offsets_map: SourceOffsets, input_offsets: Any) -> Any:
    """
    The bytes of the source that bytes of normalized strings came from: a row of offsets for each string.

    >>> _, offsets_map = rs.text.normalize_utf8_with_offsets_map(['ﬁx'])
    >>> rs.text.find_source_offsets(offsets_map, [[0, 1, 2, 3]]).tolist()
    [[0, 3, 3, 4]]
    """

def text_fast_bert_normalize(input: Any, lower_case_nfd_strip_accents: bool = False) -> Any:
    """The strings as TF Text's FastBertNormalizer makes them."""

def text_fast_bert_normalize_with_offsets(input: Any, lower_case_nfd_strip_accents: bool = False) -> list:
    """
    The same and, for each byte of a string and its end, the byte of the source.
    """

def text_bert_normalize(input: Any, clean_text: bool = True, handle_chinese_chars: bool = True, strip_accents: Any | None = None, lowercase: bool = True) -> Any:
    """
    The strings as Hugging Face's BertNormalizer makes them.

    >>> rs.normalizers.BertNormalizer().normalize_str('Été')
    'ete'
    """

def text_lower_characters(input: Any) -> Any:
    """Each character in lower case by itself."""

def text_delete_marks(input: Any) -> Any:
    """The strings without marks."""

def text_normalize_for_nmt(input: Any) -> Any:
    """The strings as Hugging Face's Nmt makes them."""

def text_show_bytes(input: Any) -> Any:
    """Each byte as the character of GPT-2 for it."""

def text_prepend(input: Any, prefix: bytes) -> Any:
    """`prefix` before each string but empty ones."""

def text_replace(input: Any, pattern: bytes, rewrite: bytes) -> Any:
    """Each match of a regular expression replaced."""

def text_strip_unicode_whitespace(input: Any, left: bool = True, right: bool = True) -> Any:
    """The strings without Unicode white space at their ends."""

def strings_strip(input: Any) -> Any:
    r"""
    Without the white space (09 to 0D, 20) at both ends.

    >>> rs.strings.strip([' a b\n', 'c']).to_list()
    [b'a b', b'c']
    """

def strings_length(input: Any, unit: str = 'BYTE') -> Any:
    r"""
    The lengths in bytes or, with 'UTF8_CHAR', in characters.

    >>> rs.strings.length(['aé', \'\'], unit='UTF8_CHAR')
    array([2, 0], dtype=int32)
    """

def strings_substr(input: Any, pos: Any, len: Any, unit: str = 'BYTE') -> Any:
    """
    `len` bytes or characters of each string from `pos` on; a negative `pos` counts from the end.

    >>> rs.strings.substr(['hello', 'abc'], [1, -2], [3, 1]).to_list()
    [b'ell', b'b']

    Raises ValueError for a position outside of its string.
    """

def strings_join(inputs: Sequence, separator: Any = '') -> Any:
    """
    The strings of several tensors at the same place, joined; scalars are the same for each place.

    >>> rs.strings.join([['a', 'b'], '-', ['c', 'd']]).to_list()
    [b'a-c', b'b-d']
    """

def strings_reduce_join(inputs: Any, axis: Any | None = None, keepdims: bool = False, separator: Any = '') -> Any:
    """
    Joins the strings along axes; None means all.

    >>> rs.strings.reduce_join(rs.constant([['a', 'b'], ['c']]), axis=1, separator=' ').to_list()
    [b'a b', b'c']
    """

def strings_unsorted_segment_join(inputs: Any, segment_ids: Any, num_segments: Any, separator: Any = '') -> Any:
    """
    Joins the strings with the same segment id.

    >>> rs.strings.unsorted_segment_join(['a', 'b', 'c'], [1, 0, 1], 2, ',').to_list()
    [b'b', b'a,c']
    """

def strings_regex_full_match(input: Any, pattern: Any) -> Any:
    """
    Whether the pattern (RE2) matches the whole of each string.

    >>> rs.strings.regex_full_match(['aa', 'ab'], 'a*')
    array([ True, False])
    """

def strings_regex_replace(input: Any, pattern: Any, rewrite: Any, replace_global: bool = True) -> Any:
    r"""
    What the pattern (RE2) matches replaced; '\1' is its first group.

    >>> rs.strings.regex_replace(['a-b'], '(.)-(.)', r'\2-\1').to_list()
    [b'b-a']

    Raises ValueError for a rewrite that names a group which is not there.
    """

def strings_split(input: Any, sep: Any | None = None, maxsplit: Any = -1) -> Any:
    r"""
    The pieces of each string between separators; without one, between runs of white space.

    >>> rs.strings.split(['a  b', \'\']).to_list()
    [[b'a', b'b'], []]
    """

def strings_bytes_split(input: Any) -> Any:
    r"""
    The bytes of each string.

    >>> rs.strings.bytes_split(['ab', \'\']).to_list()
    [[b'a', b'b'], []]
    """

def strings_ngrams(data: Any, ngram_width: Any, separator: Any = ' ', left_pad: Any = '', right_pad: Any = '', pad_width: Any = 0, preserve_short_sequences: bool = False) -> Any:
    """
    What rowsplit.strings.ngrams calls, with `pad_width` paddings on both sides (below 0: the width - 1).
    """

def strings_to_hash_bucket_fast(input: Any, num_buckets: Any) -> Any:
    """
    FarmHash's Fingerprint64 of each string modulo `num_buckets`.

    >>> rs.strings.to_hash_bucket_fast(['Hello', 'TensorFlow', '2.x'], 3)
    array([0, 2, 2], dtype=int64)
    """

def strings_to_hash_bucket(input: Any, num_buckets: Any) -> Any:
    """
    TensorFlow's oldest hash, MurmurHash2, modulo `num_buckets`.

    >>> rs.strings.to_hash_bucket(['Hello', 'TensorFlow', '2.x'], 3)
    array([2, 0, 1], dtype=int64)
    """

def strings_to_hash_bucket_strong(input: Any, num_buckets: Any, key: Any) -> Any:
    """
    SipHash-2-4 with a key of two integers, modulo `num_buckets`.

    >>> rs.strings.to_hash_bucket_strong(['Hello', 'TF'], 3, [1, 2])
    array([2, 0], dtype=int64)
    """

def strings_fingerprint(data: Any) -> Any:
    """
    The Fingerprint64 of each row as 8 bytes, the lowest first: tf.fingerprint.

    >>> rs.strings.fingerprint(['a'])
    array([[227, 117, 223, 182, 101,  66,  69, 179]], dtype=uint8)
    """

def strings_to_number(input: Any, out_type: Any = 'float32') -> Any:
    """
    The number that each string spells: float32, float64, int32, int64, uint32 or uint64.

    >>> rs.strings.to_number(['1.5', ' -2'])
    array([ 1.5, -2. ], dtype=float32)
    """

def strings_as_string(input: Any, precision: Any = -1, scientific: bool = False, shortest: bool = False, width: Any = -1, fill: Any = '') -> Any:
    """
    Each number as printf writes it; `fill` is one of its flags '+- #0'.

    >>> rs.strings.as_string([3.14159, 2.0], precision=2).to_list()
    [b'3.14', b'2.00']
    """

def strings_format(template: Any, inputs: Any, placeholder: Any = '{}', summarize: Any | None = 3) -> Any:
    """
    The template with the text of a tensor for each placeholder; of each dimension `summarize` items at either end.

    >>> rs.strings.format('v={}', np.arange(8))
    b'v=[0 1 2 ... 5 6 7]'
    """

def lower(input: Any, encoding: str = '', *, nul_ends_string: bool = False, locale: str = '') -> Any:
    """
    Lower case: the ASCII letters, or with encoding='utf-8' those of all alphabets, by Unicode's full mapping with final sigma; ill-formed bytes become U+FFFD. With `nul_ends_string` a string ends at its first NUL, as in tf.strings.lower with 'utf-8'. With 'utf-8', `locale` is the tag of a language whose rules to follow, such as 'tr'.

    >>> rs.lower(['É', 'ΟΔΟΣ'], encoding='utf-8').to_list() == ['é'.encode(), 'οδος'.encode()]
    True
    """

def upper(input: Any, encoding: str = '', *, nul_ends_string: bool = False, locale: str = '') -> Any:
    """
    Upper case, as `lower`.

    >>> rs.upper(['straße'], encoding='utf-8').to_list()
    [b'STRASSE']
    """

def fold_case(input: Any, *, locale: str = '') -> Any:
    """
    Unicode's full case folding: strings that differ in case only become equal. Of locales, 'tr' and 'az' differ.

    >>> rs.fold_case(['Straße', 'STRASSE']).to_list()
    [b'strasse', b'strasse']
    """

def title_case(input: Any, *, locale: str = '') -> Any:
    """
    Each word with a capital letter and small ones behind it, by the rules of a locale.

    >>> rs.title_case(['in the éCOLE']).to_list()[0].decode()
    'In The École'
    """

def split_characters(input: Any) -> Any:
    r"""
    The UTF-8 characters of each string, with U+FFFD for each maximal ill-formed subpart: tf.strings.unicode_split(input, 'UTF-8').

    >>> rs.split_characters(['ab', \'\']).to_list()
    [[b'a', b'b'], []]
    """

def split_unicode_whitespace(input: Any) -> Any:
    r"""
    The tokens of each string between runs of Unicode white space (25 code points).

    >>> rs.split_unicode_whitespace(['a\u3000b c']).to_list()
    [[b'a', b'b', b'c']]
    """

def hash_ngrams(input: Any, num_bins: Any, min_width: Any = 3, max_width: Any = 6, unit: str = 'character', word_marks: bool = False, hash: str = 'xxh3') -> Any:
    """
    The ids, hash(n-gram) mod num_bins, of the n-grams of characters or bytes ('byte') of each string, width by width. `word_marks` puts '<' and '>' around a string. The hash is 'xxh3', 'farmhash' (as tf.strings.to_hash_bucket_fast) or 'fasttext'.

    >>> rs.hash_ngrams(['abc', 'a'], 1000, min_width=2).row_lengths()
    array([3, 0], dtype=int64)
    """

def hash_token_ngrams(input: Any, num_bins: Any, min_width: Any = 1, max_width: Any = 2, separator: bytes = ..., hash: str = 'xxh3') -> Any:
    """
    The ids of the n-grams of the tokens in each innermost row of a ragged tensor: hash(tokens joined by the separator) mod num_bins.

    >>> rs.hash_token_ngrams(rs.constant([['a', 'b'], []]), 1000).row_lengths()
    array([3, 0], dtype=int64)
    """

def text_html_to_text(input: Any, *, tags: bool = True, references: bool = True) -> Any:
    """
    The text of HTML: tags dropped, with a space where a block ends, and characters in place of references.

    >>> rs.text.html_to_text(['<p>Caf&eacute; &amp; <b>bar</b><br>open']).to_list()[0].decode()
    'Café & bar open'
    """

def text_mask(input: Any, *, urls: Any | None = None, emails: Any | None = None, numbers: Any | None = None) -> Any:
    """
    The strings with `urls`, `emails` and `numbers` (str or bytes) in place of URLs, e-mail addresses and numbers; None: they stay.

    >>> rs.text.mask(['mail a@b.org, see www.d.org/e.'], urls='<u>', emails='<m>').to_list()
    [b'mail <m>, see <u>.']
    """

def text_limit_repeats(input: Any, *, max_characters: Any = 0, max_lines: Any = 0) -> Any:
    """
    The strings with at most so many equal characters and equal lines in a row; 0: any number.

    >>> rs.text.limit_repeats(['sooooo!!!'], max_characters=2).to_list()
    [b'soo!!']
    """

def text_remove_controls(input: Any, *, controls: bool = True, zero_width: bool = True, bidi: bool = True, joiners: bool = False) -> Any:
    r"""
    The strings without control characters, characters of no width, marks of direction and, if asked for, joiners.

    >>> rs.text.remove_controls(['a\u200bb\x07', '\u202ec']).to_list()
    [b'ab', b'c']
    """

def text_repair_mojibake(input: Any) -> Any:
    """
    The strings with UTF-8 that was read as Windows-1252 or Latin-1 repaired.

    >>> rs.text.repair_mojibake(['cafÃ©']).to_list()[0].decode()
    'café'
    """

def text_detect_language(input: Any) -> tuple:
    """
    The language of each string, as CLD2 tells it, and how sure that is: codes ('en', 'zh-Hant'; 'und' for none) and confidences from 0 to 1.

    >>> codes, confidences = rs.text.detect_language(
    ...     ['Das ist ein ganz gewöhnlicher Satz.'])
    >>> codes.to_list(), bool(confidences[0] > 0.9)
    ([b'de'], True)
    """

def strings_unicode_decode(input: Any, input_encoding: str, errors: str = 'replace', replacement_char: Any = 65533, replace_control_characters: bool = False) -> Any:
    r"""
    The code points of each string, from any encoding that ICU knows. `errors`, for what is ill-formed: 'strict' raises, 'replace' gives replacement_char, 'ignore' nothing.

    >>> rs.strings.unicode_decode(['aé', b'\xff'], 'UTF-8').to_list()
    [[97, 233], [65533]]
    """

def strings_unicode_decode_with_offsets(input: Any, input_encoding: str, errors: str = 'replace', replacement_char: Any = 65533, replace_control_characters: bool = False) -> list:
    """
    Code points, and the byte of its string that each begins at.

    >>> points, starts = rs.strings.unicode_decode_with_offsets(['éa'], 'UTF-8')
    >>> starts.to_list()
    [[0, 2]]
    """

def text_unicode_char_tokenize(input: Any) -> list:
    """
    The code points of each UTF-8 string, and the bytes that each begins and ends at.
    """

def strings_unicode_split(input: Any, input_encoding: str, errors: str = 'replace', replacement_char: Any = 65533) -> Any:
    """
    The characters of each string of UTF-8, UTF-16-BE or UTF-32-BE.

    >>> rs.strings.unicode_split(['aé'], 'UTF-8').to_list() == [[b'a', 'é'.encode()]]
    True
    """

def strings_unicode_split_with_offsets(input: Any, input_encoding: str, errors: str = 'replace', replacement_char: Any = 65533) -> list:
    """Characters, and the byte of its string that each begins at."""

def strings_unicode_encode(input: Any, output_encoding: str, errors: str = 'replace', replacement_char: Any = 65533) -> Any:
    """
    A string in UTF-8, UTF-16-BE or UTF-32-BE for each innermost row of code points. `errors` is for what is no scalar value.

    >>> rs.strings.unicode_encode([[97, 98], [99, 100]], 'UTF-8').to_list()
    [b'ab', b'cd']
    """

def strings_unicode_transcode(input: Any, input_encoding: str, output_encoding: str, errors: str = 'replace', replacement_char: Any = 65533, replace_control_characters: bool = False) -> Any:
    r"""
    Each string in UTF-8, UTF-16-BE or UTF-32-BE, from any encoding that ICU knows.

    >>> rs.strings.unicode_transcode([b'\xe9'], 'latin1', 'UTF-8').to_list() == ['é'.encode()]
    True
    """

def strings_unicode_script(input: Any) -> Any:
    """
    ICU's number of the script of each code point.

    >>> rs.strings.unicode_script([97, 0x4e2d, 32, -1]).tolist()
    [25, 17, 0, -1]
    """

def text_byte_split_with_offsets(input: Any) -> list:
    """The bytes of each string, and where each begins and ends."""

def text_byte_split_by_offsets(input: Any, start_offsets: Any, end_offsets: Any) -> Any:
    """The pieces [start, end) of each string."""

def text_utf8_binarize(tokens: Any, word_length: Any = 16, bits_per_char: Any = 24, replacement_char: Any = 65533) -> Any:
    """
    The lowest bits of the first code points of each string, as 0 and 1.

    >>> rs.text.utf8_binarize('b', word_length=2, bits_per_char=3).tolist()
    [0.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    """

def text_wordshape(input: Any, shape_name: str) -> Any:
    """Whether each string has the shape."""

class TextPreTokenizer:
    """What text.pre_tokenizers are made of."""

    @staticmethod
    def whitespace() -> TextPreTokenizer:
        """Runs of letters."""

    @staticmethod
    def whitespace_split() -> TextPreTokenizer:
        """Between white space."""

    @staticmethod
    def char_delimiter_split(delimiter: str) -> TextPreTokenizer:
        """Between delimiters."""

    @staticmethod
    def punctuation(behavior: str) -> TextPreTokenizer:
        """At punctuation."""

    @staticmethod
    def digits(individual_digits: bool) -> TextPreTokenizer:
        """At numbers."""

    @staticmethod
    def unicode_scripts() -> TextPreTokenizer:
        """Where the script changes."""

    @staticmethod
    def fixed_length(length: int) -> TextPreTokenizer:
        """So many characters."""

    @staticmethod
    def split_pattern(pattern: str, behavior: str, invert: bool) -> TextPreTokenizer:
        """At the matches of a pattern."""

    @staticmethod
    def metaspace(replacement: str, prepend_scheme: str, split: bool) -> TextPreTokenizer:
        """A mark for spaces."""

    @staticmethod
    def bert_pre_tokenizer() -> TextPreTokenizer:
        """White space and punctuation."""

    @staticmethod
    def byte_level(add_prefix_space: bool, use_regex: bool) -> TextPreTokenizer:
        """Words of GPT-2, as visible bytes."""

    @staticmethod
    def sequence(steps: list) -> TextPreTokenizer:
        """One behind the other."""

    def split(self, input: Any, character_offsets: bool = False) -> list:
        """[tokens, starts, ends]."""

def text_whitespace_tokenize(input: Any) -> list:
    """[tokens, starts, ends]: see text.WhitespaceTokenizer."""

def text_unicode_script_tokenize(input: Any, keep_whitespace: bool = False) -> list:
    """[tokens, starts, ends]: see text.UnicodeScriptTokenizer."""

def text_break_sentences(input: Any) -> list:
    """[sentences, starts, ends]: see text.StateBasedSentenceBreaker."""

def text_regex_split(input: Any, delimiter: bytes, keep: bytes = ...) -> list:
    """[tokens, starts, ends]: see text.regex_split_with_offsets."""

def text_split_merge(input: Any, labels: Any, force_split_at_break_character: bool = True) -> list:
    """[tokens, starts, ends]: see text.SplitMergeTokenizer."""

def text_split_merge_from_logits(input: Any, logits: Any, force_split_at_break_character: bool = True) -> list:
    """[tokens, starts, ends]: see text.SplitMergeFromLogitsTokenizer."""

def text_split_words(input: Any, locale: str = '', alphanumeric_only: bool = False) -> list:
    """[tokens, starts, ends]: see text.split_words."""

def text_split_sentences(input: Any, locale: str = '', alphanumeric_only: bool = False) -> list:
    """[tokens, starts, ends]: see text.split_sentences."""

def text_split_graphemes(input: Any, locale: str = '', alphanumeric_only: bool = False) -> list:
    """[tokens, starts, ends]: see text.split_graphemes."""

def text_basic_tokenize(input: Any, lower_case: str = '', keep_whitespace: bool = False, normalization_form: Any | None = None, preserve_unused_token: bool = False) -> list:
    r"""
    [tokens, starts, ends] of rs.text.BasicTokenizer; lower_case is \'\', 'strip' (accents) or 'keep'.

    >>> rs.text_basic_tokenize(['a-b c'])[0].to_list()
    [[b'a', b'-', b'b', b'c']]
    """

class IdMap:
    """
    Which new id each old id became when a vocabulary changed: what carries the rows of an embedding table, and stored ids, over.
    """

    def __init__(self, old_to_new: Any, num_new: Any) -> None:
        """
        From the new id of each old one, or -1.

        >>> rs.IdMap([1, -1, 0], 3).new_to_old.tolist()
        [2, 0, -1]

        Raises ValueError for an id that is none, or comes twice.
        """

    def __len__(self) -> int: ...

    @property
    def old_to_new(self) -> Any:
        """For each old id the new one, or -1."""

    @property
    def new_to_old(self) -> Any:
        """For each new id the old one, or -1: the rows of the old table."""

    @property
    def num_new(self) -> int:
        """The number of new ids."""

    @property
    def is_identity(self) -> bool:
        """Whether every id stays and none is added."""

    def with_leading_ids(self, count: int) -> IdMap:
        """
        The map where `count` ids come before these on both sides, which stay: padding and OOV ids of a layer.
        """

    def then(self, next: IdMap) -> IdMap:
        """This map, then the next."""

    def remap(self, ids: Any, oov_id: Any | None = None) -> Any:
        """
        The same ids, dense or ragged, after the map; `oov_id` for those that have no new one.

        >>> rs.IdMap([1, -1, 0], 3).remap(rs.constant([[0, 2], [1]]), oov_id=7)
        <rowsplit.RaggedTensor [[1, 0], [7]]>

        Raises ValueError for an id outside the map, and for one without a new id if there is no oov_id.
        """

    def __eq__(self, other: Any | None) -> bool: ...

    __hash__: None = None

    def __reduce__(self) -> tuple: ...

class VocabularyDiff:
    """What is different in a new vocabulary."""

    @property
    def added(self) -> Any:
        """Ids, in the new vocabulary, of tokens that the old one lacks."""

    @property
    def removed(self) -> Any:
        """Ids, in the old vocabulary, of tokens that the new one lacks."""

    @property
    def moved(self) -> Any:
        """Old ids of tokens that both have under different ids."""

    @property
    def id_map(self) -> IdMap:
        """The old ids to the new ones."""

    @property
    def is_same(self) -> bool:
        """Whether both have the same tokens with the same ids."""

class Vocabulary:
    """
    A map from tokens to the ids 0, 1, 2 … and back. Tokens are bytes; str is taken as UTF-8. Immutable.

    >>> vocabulary = rs.Vocabulary(['a', 'cat'])
    >>> vocabulary['cat'], vocabulary[0], 'dog' in vocabulary
    (1, b'a', False)
    """

    def __init__(self, tokens: Any) -> None:
        """As from_tokens."""

    @staticmethod
    def from_tokens(tokens: Any) -> Vocabulary:
        """
        From str (as UTF-8) or bytes: lists, NumPy and Arrow arrays; the token at index i has the id i.

        Raises ValueError for a token that comes twice.
        """

    @staticmethod
    def from_file(path: Any, format: str | None = None) -> Vocabulary:
        """
        From a file of lines, JSON, vocab.json, tokenizer.json (WordLevel) or a frozen one; which, is found out unless `format` says it: 'txt', 'json', 'vocab.json', 'tokenizer.json' or 'frozen'.
        """

    @staticmethod
    def open(path: Any, checksum: str = 'full') -> Vocabulary:
        """
        Maps the frozen file of `save`, which processes share; `checksum`: 'full' reads all of it, 'sampled' some, 'deferred' its first page (see `check`).
        """

    @staticmethod
    def from_bytes(bytes: bytes) -> Vocabulary:
        """From the bytes of a frozen file, which are copied."""

    def to_bytes(self) -> bytes:
        """The bytes of the frozen file."""

    def save(self, path: Any) -> None:
        """Writes the frozen file, whole or not at all."""

    def write(self, path: Any, format: str, unk_token: Any = '[UNK]', special_tokens: Any = ()) -> None:
        """
        Writes a file of the format, whole or not at all. Raises ValueError for a token that the format can't hold.
        """

    def to_text(self) -> bytes:
        r"""
        A token a line, as bytes.

        >>> rs.Vocabulary(['a', 'b']).to_text()
        b'a\nb\n'

        Raises ValueError for a token that is no line.
        """

    def to_json(self) -> str:
        """A JSON array of the tokens."""

    def to_vocab_json(self) -> str:
        """A JSON object from tokens to ids."""

    def to_tokenizer_json(self, unk_token: Any = '[UNK]', special_tokens: Any = ()) -> str:
        """
        A tokenizer.json for Hugging Face's tokenizers: a WordLevel model behind a split at white space.
        """

    def __len__(self) -> int: ...

    def find(self, token: Any) -> int:
        """The id of a token, or -1."""

    def __contains__(self, arg: Any, /) -> bool: ...

    def __getitem__(self, key: Any) -> Any:
        """
        The id of a token (KeyError without one), or the token of an id (IndexError).
        """

    def lookup(self, tokens: Any) -> Any:
        """
        The id of each token, or -1: int64, in the shape of `tokens`. Arrow arrays are not copied.

        >>> rs.Vocabulary(['a', 'b']).lookup(['b', 'x'])
        array([ 1, -1], dtype=int64)
        """

    def tokens(self) -> Any:
        """All tokens by id, as a StringTensor that shares the memory."""

    def __iter__(self) -> Iterator: ...

    def check(self) -> None:
        """Checks all of a mapped file; raises RuntimeError if it is damaged."""

    @property
    def size_bytes(self) -> int:
        """The bytes of tokens and table, in memory or mapped."""

    @property
    def path(self) -> Any:
        """The file that is mapped, or None."""

    def __eq__(self, other: Any | None) -> bool: ...

    def __repr__(self) -> str: ...

    __hash__: None = None

    def __reduce__(self) -> tuple: ...

    def __copy__(self) -> Any: ...

    def __deepcopy__(self, memo: Any) -> Any: ...

    @staticmethod
    def merge(vocabularies: Any, counts: Any | None = None, special_tokens: Any = ('', '[UNK]')) -> tuple:
        """
        One vocabulary of several, and a list with the IdMap of each: the tokens of the first keep their ids, then come those of the second that are new, and so on. With `counts` (an array for each) it is ordered by their sums, special tokens first, and the sums are the third result.
        """

    def prune(self, max_tokens: Any | None = None, min_count: Any | None = None, counts: Any | None = None, keep: Any | None = None, drop: Any | None = None, special_tokens: Any = ('', '[UNK]')) -> tuple:
        """
        The vocabulary without some tokens, and the IdMap: the first `max_tokens` of those that have at least `min_count` in `counts`, are in `keep` and not in `drop`. Special tokens stay.

        >>> small, id_map = rs.Vocabulary(['a', 'b', 'c']).prune(drop=['a'])
        >>> small.tokens().to_list(), id_map.old_to_new.tolist()
        ([b'b', b'c'], [-1, 0, 1])
        """

    def diff(self, to: Vocabulary) -> VocabularyDiff:
        """What is different in another vocabulary."""

    def map_ids(self, to: Vocabulary) -> IdMap:
        """The IdMap from these ids to those of another vocabulary."""

class EmbeddingTable:
    """
    Vectors by id, in one of several formats of rows. Immutable. Made by `from_array`, `uniform`, `factorized`, and as the table of an `Embedding`.

    >>> table = rs.EmbeddingTable.from_array(np.float32([[1, 2], [3, 4]]))
    >>> table.lookup([1, 0]).tolist()
    [[3.0, 4.0], [1.0, 2.0]]
    >>> table.convert_to('int8').nbytes
    20
    """

    @staticmethod
    def from_array(rows: Any, row_format: Any | None = None, width: int | None = None) -> EmbeddingTable:
        """
        A table that shares the memory of a matrix: a NumPy array or what has `__dlpack__` (a torch tensor), of float32, float16 or bfloat16; or of uint8 with packed rows of row_format 'int8' or 'int4', as torch.ops.quantized.embedding_bag_byte_prepack and _4bit_prepack give them, `width` items each (by default as many as fit). The matrix must be contiguous: nothing is copied, and what is written to it later shows in the table.
        """

    @staticmethod
    def uniform(num_rows: Any, width: Any, limit: float = 0.05, seed: int = 0) -> EmbeddingTable:
        """Random items between the limits, the same on each machine."""

    @staticmethod
    def factorized(factor: Any, projection: Any) -> EmbeddingTable:
        """
        The table factor · projection, whose rows are made when they are asked for. The memory is shared.
        """

    @property
    def shape(self) -> tuple:
        """The number of rows and their width."""

    @property
    def width(self) -> int:
        """The items of a row."""

    @property
    def row_format(self) -> str:
        """
        How the rows are stored: 'float32', 'float16', 'bfloat16', 'int8' or 'int4'.
        """

    @property
    def nbytes(self) -> int:
        """The bytes of what is stored."""

    @property
    def rows(self) -> Any:
        """
        The rows as they are stored: a read-only array that shares the memory, of uint8 for int8 and int4. A factorized table has none.
        """

    @property
    def is_factorized(self) -> bool:
        """Whether the rows are made of shorter ones by a matrix."""

    def convert_to(self, row_format: Any) -> EmbeddingTable:
        """The same table in another format of rows, rounded."""

    def to_dense(self) -> EmbeddingTable:
        """The table as float32 rows, a factorized one multiplied out."""

    def factorize(self, rank: Any, row_format: Any = 'float32', num_threads: int = 0) -> tuple:
        """
        The factorized table of that rank which is nearest to this one, its short rows in `row_format`, and how far it is: the root of the sum of the squares of all items' differences, divided by that of the items.

        >>> table = rs.EmbeddingTable.from_array(np.float32([[1, 2], [2, 4]]))
        >>> small, error = table.factorize(1)
        >>> small.is_factorized, bool(error < 1e-6)
        (True, True)
        """

    def lookup(self, ids: Any) -> Any:
        """
        The rows of ids of any shape, dense or ragged, as float32: an axis more.
        """

    def numpy(self) -> Any:
        """
        The rows as a read-only array of float32. It shares the memory of a float32 table.
        """

    def __array__(self, dtype: Any | None = None, copy: Any | None = None) -> Any: ...

    def __len__(self) -> int: ...

    def __repr__(self) -> str: ...

    def __reduce__(self) -> tuple: ...

class Embedding:
    """
    Vectors by token: a Vocabulary and an EmbeddingTable with a row for each token. Immutable.

    >>> embedding = rs.Embedding(['a', 'cat'], np.float32([[1, 2], [3, 4]]))
    >>> embedding['cat'].tolist()
    [3.0, 4.0]
    >>> embedding.vectors(['a', 'dog'], unknown='zero').tolist()
    [[1.0, 2.0], [0.0, 0.0]]
    """

    def __init__(self, tokens: Any | None, table: Any, subwords: Any | None = None, min_chars: int = 3, max_chars: int = 6) -> None: ...

    @staticmethod
    def load(path: Any, *, format: str | None = None, tensor: str = '', vocabulary: Any | None = None, max_rows: int = -1, errors: str = 'strict', sha256: str = '', cache_folder: Any | None = None, offline: bool = False, checksum: str = 'sampled') -> Embedding:
        """
        Reads an embedding from a path or a URL: NumPy's .npy and .npz, safetensors, the text of GloVe, word2vec and fastText (plain, gzip or zstd), word2vec's and fastText's binary files, and what `save` wrote. The format is found from the first bytes.

        `tensor`: of npz and safetensors, the array to take; `vocabulary`: of arrays, the file with the tokens, by default the one beside it; `max_rows`: no more than the first ones; `errors`: 'strict', or 'replace' or 'skip' for broken rows, which load_report counts; `sha256`: what the file must have; `cache_folder` and `offline`: where files of URLs are kept, and whether to use these only; `checksum`: how much of a file of `save` is checked, 'full', 'sampled' or 'deferred'.
        """

    def save(self, path: Any, *, format: str | None = None, row_format: Any | None = None, tensor: str = 'embedding', vocabulary: Any | None = None) -> None:
        """
        Writes the embedding in the format of its name's ending, whole or not at all: 'frozen' (.rse), 'npy', 'npz', 'safetensors', 'glove' (.txt) or 'word2vec' (.vec). In the forms of arrays the tokens go to the file `vocabulary`, by default beside it.
        """

    def align_to(self, vocabulary: Any, *, lower_case: bool = False, alternatives: Any | None = None, subwords: bool = True, missing: str = 'zeros', limit: float = 0.05, seed: int = 0) -> Any:
        """
        An embedding with a row for each token of a vocabulary, in its order, and a report of what was not there. Such a token is looked for as the one of `alternatives` at its place, with `lower_case` in lower case, made of subwords where there are some, and else gets 'zeros', the 'mean' of all rows, a 'uniform' random row (limit, seed), or is an 'error'.

        >>> embedding = rs.Embedding(['a', 'cat'], np.float32([[1, 2], [3, 4]]))
        >>> aligned = embedding.align_to(['dog', 'Cat', 'a'], lower_case=True)
        >>> aligned.embedding.table.numpy().tolist()
        [[0.0, 0.0], [3.0, 4.0], [1.0, 2.0]]
        >>> aligned.report.num_missing, aligned.report.missing_tokens.to_list()
        (1, [b'dog'])
        """

    @property
    def vocabulary(self) -> Vocabulary:
        """
        The tokens: row i is the vector of the token with the id i. Shares the memory.
        """

    @property
    def table(self) -> EmbeddingTable:
        """The EmbeddingTable. Shares the memory."""

    @property
    def load_report(self) -> Any:
        """What `load` left out or mended: a LoadReport."""

    @property
    def subwords(self) -> Any:
        """
        The EmbeddingTable of the buckets of n-grams, of which the vectors of words without a row are made as fastText makes them, or None.
        """

    @property
    def shape(self) -> tuple:
        """The number of rows and their width."""

    @property
    def width(self) -> int:
        """The items of a vector."""

    def find(self, token: Any) -> int:
        """The row of the token, or -1."""

    def vectors(self, tokens: Any, unknown: str = 'error') -> Any:
        """
        The vectors of tokens of any shape, dense or ragged, as float32: an axis more. A token without a vector is a KeyError, or with unknown='zero' has a vector of zeros.
        """

    def nearest(self, query: Any, k: int = 10, similarity: str = 'cosine') -> list:
        """
        The `k` tokens nearest to a token, itself left out, or to a vector, with their scores. `similarity` is 'cosine', 'dot' or 'l2'.

        >>> embedding = rs.Embedding(['a', 'b', 'c'], np.float32([[1, 0], [0, 1], [2, 2]]))
        >>> [token for token, _ in embedding.nearest('a')]
        [b'c', b'b']
        """

    def __call__(self, tokens: Any) -> Any:
        """
        The vectors of tokens or ids of any shape: `vectors` or the table's `lookup`.
        """

    def bag(self, tokens: Any, mode: str = 'mean', per_sample_weights: Any | None = None) -> Any:
        """
        One vector for each row of tokens, or of ids: rs.embedding_bag of their rows. What has no row is left out.

        >>> embedding = rs.Embedding(['a', 'cat'], np.float32([[1, 2], [3, 4]]))
        >>> embedding.bag([['a', 'cat', 'dog'], []]).tolist()
        [[2.0, 3.0], [0.0, 0.0]]
        """

    def __getitem__(self, token: Any) -> Any: ...

    def __contains__(self, arg: Any, /) -> bool: ...

    def __len__(self) -> int: ...

    def __repr__(self) -> str: ...

    def __reduce__(self) -> tuple: ...

def attention_bag(table: Any, ids: Any, queries: Any, offsets: Any | None = None, *, scale: Any | None = None, per_sample_weights: Any | None = None, include_last_offset: bool = False, padding_idx: Any | None = None, max_norm: Any | None = None, out_of_range: str = 'error', out_of_range_row: int = 0, empty_row: Any | None = None, row_format: Any | None = None, width: Any | None = None, num_threads: int = 0) -> Any:
    """
    The rows of each bag, weighted by the softmax over the bag of scale times their dot product with the bag's query (by default 1 / sqrt(width)). `queries` has the shape of the result; the rest is as in embedding_bag.

    >>> table = np.float32([[0, 1], [2, 0]])
    >>> rs.attention_bag(table, [[0, 1]], [[0, 0]]).tolist()
    [[1.0, 0.5]]
    """

def attention_bag_gradient(table: Any, ids: Any, queries: Any, upstream: Any, offsets: Any | None = None, *, scale: Any | None = None, per_sample_weights: Any | None = None, include_last_offset: bool = False, padding_idx: Any | None = None, max_norm: Any | None = None, out_of_range: str = 'error', out_of_range_row: int = 0, empty_row: Any | None = None, num_threads: int = 0) -> tuple:
    """
    The gradients of attention_bag, from that of its result: IndexedSlices of the table, an array for the queries, and one for the weights or None.

    >>> table = np.float32([[0, 1], [2, 0]])
    >>> rows, queries, _ = rs.attention_bag_gradient(
    ...     table, [[0, 1]], [[0, 0]], [[2, 0]], scale=1)
    >>> rows.values.tolist(), queries.tolist()
    ([[1.0, 0.0], [1.0, 0.0]], [[2.0, -1.0]])
    """

def embedding_bag_jacobian(table: Any, ids: Any, offsets: Any | None = None, *, mode: str = 'mean', per_sample_weights: Any | None = None, include_last_offset: bool = False, padding_idx: Any | None = None, max_norm: Any | None = None, out_of_range: str = 'error', out_of_range_row: int = 0, ties: str = 'equal_parts', form: str = 'full', num_threads: int = 0) -> Any:
    """
    The Jacobian of each bag by each of its rows: a matrix for each id, whose item [i, j] is the derivative of the bag's item i by item j of the id's row. With form='diagonal' only the items [i, i], for all others are 0 without a max_norm. The rest is as in embedding_bag_gradient.

    >>> table = np.float32([[1, 2], [3, 4]])
    >>> rs.embedding_bag_jacobian(table, [[1, 0]], form='diagonal').to_list()
    [[[0.5, 0.5], [0.5, 0.5]]]
    """

def embedding_bag(table: Any, ids: Any, offsets: Any | None = None, *, mode: str = 'mean', per_sample_weights: Any | None = None, include_last_offset: bool = False, padding_idx: Any | None = None, max_norm: Any | None = None, out_of_range: str = 'error', out_of_range_row: int = 0, empty_row: Any | None = None, row_format: Any | None = None, width: Any | None = None, num_threads: int = 0) -> Any:
    """
    One vector for each bag of ids: the rows that they name, summed or otherwise put together (mode 'sum', 'mean', 'sqrtn', 'max', 'min', 'logsumexp', 'first' or 'last'), as torch's embedding_bag and TensorFlow's embedding_lookup_sparse.

    The table is an EmbeddingTable, an Embedding, or a matrix as EmbeddingTable.from_array takes it, with row_format and width for packed rows; it is not copied. A bag is an innermost row of the ids, which are ragged, dense or lists; or flat ids are cut at `offsets`, where bags begin (with include_last_offset the last one is where they end). `per_sample_weights` is a number for each id, in every mode.

    The ids that are padding_idx are left out. An id that is no row is an IndexError, or left out ('skip'), a row of zeros ('zero'), or out_of_range_row ('row'). A bag without ids is zeros, or empty_row. Longer rows are scaled down to max_norm; the table does not change.

    >>> table = np.float32([[1, 2], [3, 4]])
    >>> rs.embedding_bag(table, [[0, 1], [], [1]], mode='sum').tolist()
    [[4.0, 6.0], [0.0, 0.0], [3.0, 4.0]]
    >>> rs.embedding_bag(table, [0, 1, 1], [0, 2]).tolist()
    [[2.0, 3.0], [3.0, 4.0]]
    """

def embedding_bag_gradient(table: Any, ids: Any, upstream: Any, offsets: Any | None = None, *, mode: str = 'mean', per_sample_weights: Any | None = None, include_last_offset: bool = False, padding_idx: Any | None = None, max_norm: Any | None = None, out_of_range: str = 'error', out_of_range_row: int = 0, empty_row: Any | None = None, ties: str = 'equal_parts', per_id: bool = False, num_threads: int = 0) -> tuple:
    """
    The gradients of embedding_bag, from that of its result: IndexedSlices of the table, and an array for the weights or None.

    There is a slice for each id, or with per_id one for each row of the table, which then ascend. Several rows that are the greatest share the gradient of a maximum, or with ties='first' the first has it, as in torch.

    >>> table = np.float32([[1, 2], [3, 4]])
    >>> rows, _ = rs.embedding_bag_gradient(table, [[0, 1], [1]], [[2, 4], [1, 1]])
    >>> rows.indices.tolist(), rows.values.tolist()
    ([0, 1, 1], [[1.0, 2.0], [1.0, 2.0], [1.0, 1.0]])
    """

def sum_per_id(slices: Any, order: str = 'ascending', num_threads: int = 0) -> Any:
    """
    IndexedSlices with one slice for each row that has any: its slices added up, in their order. Rows ascend, or with order='first_seen' stand as they come first.

    >>> slices = rs.IndexedSlices(np.float32([[1], [2], [4]]), [2, 0, 2], (3, 1))
    >>> sums = rs.sum_per_id(slices)
    >>> sums.indices.tolist(), sums.values.tolist()
    ([0, 2], [[2.0], [5.0]])
    """

class EmbeddingOptimizer:
    """
    Trains a table, a float32 NumPy array whose rows are changed where they are, from gradients of few of its rows. Made by `sgd`, `adagrad`, `row_wise_adagrad` and `adam` for a table of a shape. The same bits for any number of threads.

    >>> table = np.float32([[1, 2], [3, 4]])
    >>> optimizer = rs.EmbeddingOptimizer.sgd(table.shape, learning_rate=0.5)
    >>> optimizer.update_bags(table, [[1, 1], [1]], [[1, 1], [2, 2]])
    >>> table.tolist()
    [[1.0, 2.0], [1.5, 2.5]]
    """

    @staticmethod
    def sgd(shape: Any, learning_rate: float = 0.009999999776482582, weight_decay: float = 0.0) -> EmbeddingOptimizer:
        """x -= learning_rate * g, where g is the gradient + weight_decay * x."""

    @staticmethod
    def adagrad(shape: Any, learning_rate: float = 0.009999999776482582, learning_rate_decay: float = 0.0, initial_sum: float = 0.0, epsilon: float = 1.000000013351432e-10, epsilon_inside: bool = False, weight_decay: float = 0.0) -> EmbeddingOptimizer:
        """
        s += g * g, x -= learning_rate * g / (sqrt(s) + epsilon), as torch's; with epsilon_inside / sqrt(s + epsilon), as Keras' (which starts from initial_sum=0.1 with epsilon=1e-7).
        """

    @staticmethod
    def row_wise_adagrad(shape: Any, learning_rate: float = 0.009999999776482582, initial_sum: float = 0.0, epsilon: float = 9.99999993922529e-09, weight_decay: float = 0.0) -> EmbeddingOptimizer:
        """Adagrad with one sum a row, of the mean of g * g, as FBGEMM's."""

    @staticmethod
    def adam(shape: Any, learning_rate: float = 0.0010000000474974513, beta1: float = 0.8999999761581421, beta2: float = 0.9990000128746033, epsilon: float = 9.99999993922529e-09, weight_decay: float = 0.0) -> EmbeddingOptimizer:
        """
        Lazy Adam, as torch.optim.SparseAdam: the moments of rows without a gradient stay as they are.
        """

    def update(self, table: Any, slices: Any, num_threads: int = 0) -> None:
        """A step along IndexedSlices; those of a row are added up first."""

    def update_bags(self, table: Any, ids: Any, upstream: Any, offsets: Any | None = None, *, mode: str = 'mean', per_sample_weights: Any | None = None, include_last_offset: bool = False, padding_idx: Any | None = None, max_norm: Any | None = None, num_threads: int = 0) -> Any:
        """
        A step along the gradient of embedding_bag, from that of its result, without making slices; the arguments are those of embedding_bag_gradient. Gives the gradient of the weights, or None without them.
        """

    @property
    def num_steps(self) -> int:
        """The steps done."""

    @property
    def learning_rate(self) -> float:
        """The learning rate, for a schedule."""

    @learning_rate.setter
    def learning_rate(self, arg: float, /) -> None: ...

    def state(self) -> dict:
        """
        A copy of what a later training needs to go on: the number of steps and the arrays by name.
        """

    def load_state(self, state: dict) -> None:
        """Goes on from what `state` gave."""

class SubwordRows:
    """
    Vectors of words from their parts, as fastText makes them: the mean of the rows of the buckets that the n-grams of '<word>' hash to, with `min_chars` to `max_chars` characters. `buckets` is an EmbeddingTable or a matrix. Immutable.

    >>> rows = rs.SubwordRows(np.float32([[1, 2], [4, 5]]), 3, 3)
    >>> rows.find_buckets('cat').tolist()
    [1, 1, 0]
    >>> rows.vectors(['cat']).tolist()
    [[3.0, 4.0]]
    """

    def __init__(self, buckets: Any, min_chars: Any = 3, max_chars: Any = 6) -> None: ...

    def vectors(self, words: Any, num_threads: int = 0) -> Any:
        """The vectors of words of any shape, as float32: an axis more."""

    def find_buckets(self, word: Any) -> Any:
        """The buckets of a word, whose rows make its vector."""

    @property
    def buckets(self) -> EmbeddingTable:
        """The table of the buckets' rows."""

    @property
    def width(self) -> int:
        """The items of a vector."""

class HashedRows:
    """
    Vectors of words that no vocabulary has: the mean, or with mean=False the sum, of the rows of the `num_hashes` buckets that a word hashes to. The hash is 'farmhash', with which the first bucket is that of tf.strings.to_hash_bucket_fast, or 'xxh3'. `buckets` is an EmbeddingTable or a matrix. Immutable.

    >>> rows = rs.HashedRows(np.float32([[1, 2], [3, 4]]))
    >>> rows.find_buckets('a').tolist() == rs.strings.to_hash_bucket_fast(['a'], 2).tolist()
    True
    >>> rows.vectors(['a', 'b']).shape
    (2, 2)
    """

    def __init__(self, buckets: Any, *, hash: str = 'farmhash', num_hashes: Any = 1, mean: bool = True) -> None: ...

    def vectors(self, words: Any, num_threads: int = 0) -> Any:
        """The vectors of words of any shape, as float32: an axis more."""

    def find_buckets(self, word: Any) -> Any:
        """The buckets of a word, whose rows make its vector."""

    @property
    def buckets(self) -> EmbeddingTable:
        """The table of the buckets' rows."""

    @property
    def width(self) -> int:
        """The items of a vector."""

class Tokenizer:
    """
    A Hugging Face tokenizer: text to ids and back, with the same answers as the package tokenizers, for WordPiece and BPE models.
    """

    @staticmethod
    def from_file(path: str) -> Tokenizer:
        """
        Reads a tokenizer.json.

        Raises FileNotFoundError, ValueError for a file that makes no sense, and NotImplementedError that names the part that can't be honoured.
        """

    @staticmethod
    def from_json(json: str) -> Tokenizer:
        r"""
        The same of the content of a file.

        >>> tokenizer = rs.Tokenizer.from_json(\'\''{
        ...   "pre_tokenizer": {"type": "BertPreTokenizer"},
        ...   "model": {"type": "WordPiece", "vocab":
        ...             {"[UNK]": 0, "cat": 1, "##s": 2}}}\'\'')
        >>> tokenizer.encode_batch(["cats cat", "dog"])
        <rowsplit.RaggedTensor [[1, 2, 1], [0]]>
        """

    def encode_batch(self, texts: Any, add_special_tokens: bool = True, offsets: Any | None = None, max_length: Any | None = None, pad: bool = True, num_threads: int = 0) -> Any:
        """
        The ids of each text, as a RaggedTensor. With `offsets`, 'characters' or 'bytes', three of them: ids, starts and ends. With `max_length` texts are cut to so many ids and, where the tokenizer pads, padded to them, instead of as it says; pad=False leaves padding out.

        Raises ValueError, naming the text, where a word is unknown and the model has no token for that.
        """

    def decode_batch(self, ids: Any, skip_special_tokens: bool = True, num_threads: int = 0) -> Any:
        """The text of each row of ids, as a StringTensor."""

    @property
    def vocab_size(self) -> int:
        """One above the highest id."""

    def token_to_id(self, token: str) -> Any:
        """The id of a token, or None."""

    def id_to_token(self, id: int) -> str:
        """The token of an id. Raises IndexError if there is none."""

def text_sliding_window(data: Any, width: Any, axis: Any = -1) -> Any:
    """
    All runs of `width` items along an axis, as a new axis behind it: tf_text.sliding_window.

    >>> rs.text_sliding_window(rs.constant([[1, 2, 3], [4]]), 2).to_list()
    [[[1, 2], [2, 3]], []]
    """

def text_ngrams(data: Any, width: Any, axis: Any, reduction: str, separator: bytes) -> Any:
    r"""
    What rowsplit.text.ngrams calls: windows of `width` items, folded by 'SUM', 'MEAN' or 'STRING_JOIN' (along the last axis).

    >>> rs.text_ngrams(rs.constant([[1, 2, 3], [4]]), 2, -1, 'SUM', b\'\').to_list()
    [[3, 5], []]
    """

def text_combine_segments(segments: Any, start_of_sequence_id: Any, end_of_segment_id: Any) -> tuple:
    """
    The segments of each row one after the other, with an id in front and one behind each, and the number of the segment of each item: tf_text.combine_segments.

    >>> a, b = rs.constant([[1, 2]]), rs.constant([[3]])
    >>> [x.to_list() for x in rs.text_combine_segments([a, b], 101, 102)]
    [[[101, 1, 2, 102, 3, 102]], [[0, 0, 0, 0, 1, 1]]]
    """

def text_concatenate_segments(segments: Any) -> tuple:
    """
    The segments of each row one after the other, and the number of the segment of each item: tf_text.concatenate_segments.

    >>> a, b = rs.constant([[1, 2]]), rs.constant([[3]])
    >>> [x.to_list() for x in rs.text_concatenate_segments([a, b])]
    [[[1, 2, 3]], [[0, 0, 1]]]
    """

def text_trim(segments: Any, strategy: str, max_seq_length: Any, axis: Any = -1, masks: bool = False) -> list:
    """
    What the trimmers of rowsplit.text call: the segments cut so that each row has at most `max_seq_length` items, or which items stay. The strategy is 'round_robin', 'waterfall' or 'shrink_longest'.

    >>> a, b = rs.constant([[1, 2, 3]]), rs.constant([[4, 5]])
    >>> [x.to_list() for x in rs.text_trim([a, b], 'waterfall', 4)]
    [[[1, 2, 3]], [[4]]]
    """

def text_pad_along_dimension(data: Any, axis: Any = -1, left_pad: Any | None = None, right_pad: Any | None = None) -> Any:
    """
    The same items in front of every row along an axis, and behind it: tf_text.pad_along_dimension.

    >>> rs.text_pad_along_dimension(rs.constant([[1, 2], [3]]), right_pad=[0]).to_list()
    [[1, 2, 0], [3, 0]]
    """

def text_pad_model_inputs(input: Any, max_seq_length: Any, pad_value: Any = 0) -> tuple:
    """
    Rows cut or padded to one length, and 1 where a row has an item: tf_text.pad_model_inputs.

    >>> [x.tolist() for x in rs.text_pad_model_inputs(rs.constant([[1, 2, 3], [4]]), 2)]
    [[[1, 2], [4, 0]], [[1, 1], [1, 0]]]
    """

def text_gather_with_default(params: Any, indices: Any, default: Any, axis: Any = 0) -> Any:
    """
    The slices that the indices name, and the default for -1: tf_text.gather_with_default.

    >>> rs.text_gather_with_default([10, 20], [1, -1], 99).tolist()
    [20, 99]
    """

def text_select_items(input: Any, axis: Any, selection: str, unselectable_ids: Any, num_to_select: Any, selection_rate: float, max_selections: Any, seed: int, stream: int, selectable: bool) -> Any:
    """
    What the item selectors of rowsplit.text call: a bool for each item, whether it is selected, or selectable.

    >>> rs.text_select_items(rs.constant([[1, 7, 2]]), 1, 'last', [7], 1, 0.0, 0, 0, 0, False).to_list()
    [[False, False, True]]
    """

def text_take_selected(input: Any, mask: Any) -> tuple:
    """
    The items whose place in the mask is true: their positions in the rows, and the items.

    >>> [x.to_list() for x in rs.text_take_selected(rs.constant([[5, 6]]), rs.constant([[False, True]]))]
    [[[1]], [[6]]]
    """

def text_put_at_positions(input: Any, positions: Any, values: Any) -> Any:
    """
    The rows with other values at some positions.

    >>> rs.text_put_at_positions(rs.constant([[5, 6]]), rs.constant([[1]]), rs.constant([[9]])).to_list()
    [[5, 9]]
    """

def text_choose_mask_values(ids: Any, vocab_size: Any, mask_token: Any, mask_token_rate: float, random_token_rate: float, seed: int, stream: int) -> Any:
    """
    What MaskValuesChooser calls: the mask token, a random id or the id itself, in the place of each id.

    >>> rs.text_choose_mask_values(rs.constant([[5, 6]]), 10, 3, 1.0, 0.0, 0, 0).to_list()
    [[3, 3]]
    """

def text_span_overlaps(source_start: Any, source_limit: Any, target_start: Any, target_limit: Any, contains: bool = False, contained_by: bool = False, partial_overlap: bool = False) -> Any:
    """
    Whether each source span overlaps each target span: tf_text.span_overlaps.

    >>> rs.text_span_overlaps([0, 3], [3, 5], [0], [2], contains=True).tolist()
    [[True], [False]]
    """

def text_span_alignment(source_start: Any, source_limit: Any, target_start: Any, target_limit: Any, contains: bool = False, contained_by: bool = False, partial_overlap: bool = False, multivalent_result: bool = False) -> Any:
    """
    The places of the target spans that each source span overlaps, or the last of them, -1 for none: tf_text.span_alignment.

    >>> rs.text_span_alignment([0, 3], [3, 5], [0], [2], contains=True).tolist()
    [0, -1]
    """

def text_offsets_to_boise_tags(token_begin_offsets: Any, token_end_offsets: Any, span_begin_offsets: Any, span_end_offsets: Any, span_type: Any, use_strict_boundary_mode: bool = False) -> Any:
    """
    The BOISE tag of each token: tf_text.offsets_to_boise_tags.

    >>> rs.text_offsets_to_boise_tags([0, 4, 8], [3, 7, 11], [4], [11], ['x']).to_list()
    [b'O', b'B-x', b'E-x']
    """

def text_boise_tags_to_offsets(token_begin_offsets: Any, token_end_offsets: Any, boise_tags: Any) -> tuple:
    """
    The spans that BOISE tags stand for, and their types: tf_text.boise_tags_to_offsets.

    >>> rs.text_boise_tags_to_offsets([0, 4], [3, 7], ['O', 'S-x'])[0].tolist()
    [4]
    """

def text_rouge_l(hypotheses: Any, references: Any, alpha: float = 0.5) -> tuple:
    """
    The F measure, precision and recall of ROUGE-L for each row: tf_text.metrics.rouge_l.

    >>> [x.tolist() for x in rs.text_rouge_l(rs.constant([['a', 'b']]), rs.constant([['b', 'c']]))]
    [[0.5], [0.5], [0.5]]
    """
