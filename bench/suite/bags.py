"""Bags of table rows in the form that each library takes, and each library's call."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

from suite.setting import Setting

BAG_SIZE = 20  # of uniform ids
CHECKED_BAGS = 500
FLOATS = {"float32": 4, "float16": 2}
# Of a bag of ten ids or less; of more, in proportion. Items are at most 0.05, and a
# sum that is given in half precision is rounded to 2^-11 of it.
MOST_ERROR = {"float32": 1e-5, "float16": 1e-3, "int8": 1e-5, "int4": 1e-5}


def row_bytes(row_format: str, width: int) -> int:
    """Of int8 and int4 rows, with their scale and offset."""
    if row_format in FLOATS:
        return FLOATS[row_format] * width
    return width + 8 if row_format == "int8" else (width + 1) // 2 + 4


class Ids:
    """Flat ids and row splits, from `make()`."""

    def __init__(self, load: Callable, make: Callable[[], tuple]):
        self.load, self._make = load, make

    @functools.cached_property
    def _made(self) -> tuple:
        return self._make()

    @property
    def flat(self):
        return self._made[0]

    @property
    def splits(self):
        return self._made[1]

    @functools.cached_property
    def rows(self):
        """The bag of each id."""
        import numpy as np

        return np.repeat(np.arange(len(self.splits) - 1), np.diff(self.splits))


def uniform_ids(setting: Setting, num_rows: int, count: int) -> Ids:
    def make() -> tuple:
        import numpy as np

        num_bags = count // BAG_SIZE
        flat = np.random.default_rng(1).integers(0, num_rows, num_bags * BAG_SIZE)
        return flat, np.arange(num_bags + 1) * BAG_SIZE

    return Ids(setting.load, make)


def text_ids(setting: Setting, num_rows: int, count: int) -> Ids:
    """A bag for each line of the text: the more frequent a word, the smaller its id."""
    def make() -> tuple:
        import numpy as np

        rs, text = setting.load("rowsplit"), setting.text("english").head(8 * count)
        lines = rs.StringTensor(text.lines)
        layer = rs.TextVectorization(max_tokens=num_rows, ragged=True)
        layer.adapt(lines)
        ids = layer(lines)
        splits = np.asarray(ids.row_splits)
        num_bags = max(1, int(np.searchsorted(splits, count, side="right")) - 1)
        return np.asarray(ids.flat_values)[: splits[num_bags]].copy(), splits[: num_bags + 1].copy()

    return Ids(setting.load, make)


@functools.lru_cache(maxsize=1)
def random_values(num_rows: int, width: int):
    """The last one asked for is kept: the large ones are more than a gigabyte."""
    import numpy as np

    values = np.random.default_rng(2).random((num_rows, width), dtype=np.float32)
    values -= np.float32(0.5)
    values *= np.float32(0.1)
    return values


class Table:
    """One table in the form that each library takes, made when it is asked for. The
    packed rows of int8 and int4 are the same bytes for all."""

    def __init__(self, load: Callable, num_rows: int, width: int, row_format: str):
        self.load, self.shape, self.width = load, (num_rows, width), width
        self.row_format = row_format
        self.title = f"{num_rows:,} rows of {width} {row_format}"

    @property
    def row_bytes(self) -> int:
        return row_bytes(self.row_format, self.width)

    @functools.cached_property
    def ours(self):
        values = random_values(*self.shape)
        table = self.load("rowsplit").EmbeddingTable.from_array(values)
        return table if self.row_format == "float32" else table.convert_to(self.row_format)

    @functools.cached_property
    def stored(self):
        """The rows as an array of floats, or of bytes for int8 and int4."""
        return self.ours.rows

    @functools.cached_property
    def torch(self):
        import warnings

        # It shares read-only memory, and nothing writes to it.
        warnings.filterwarnings("ignore", message=".*not writable.*")
        return self.load("torch").from_numpy(self.stored)

    def read(self, ids):
        """The rows that are stored, in double precision."""
        import numpy as np

        rows = self.stored[ids]
        if self.row_format in FLOATS:
            return rows.astype(np.float64)
        if self.row_format == "int8":
            codes, rest = rows[:, : self.width], rows[:, self.width:].copy().view(np.float32)
        else:
            packed = rows[:, : (self.width + 1) // 2]
            codes = np.stack([packed & 15, packed >> 4], 2).reshape(len(rows), 2 * packed.shape[1])
            codes = codes[:, : self.width]
            rest = rows[:, (self.width + 1) // 2:].copy().view(np.float16)
        scale, offset = rest.astype(np.float64).T
        return codes * scale[:, None] + offset[:, None]


def expected_bags(table: Table, ids: Ids, mode: str):
    """The first bags, by NumPy in double precision; empty ones are zeros."""
    import numpy as np

    count = min(CHECKED_BAGS, len(ids.splits) - 1)
    bags = np.zeros((count, table.width))
    for bag in range(count):
        rows = table.read(ids.flat[ids.splits[bag]: ids.splits[bag + 1]])
        if len(rows):
            bags[bag] = {"sum": rows.sum, "mean": rows.mean, "max": rows.max}[mode](axis=0)
    return bags


def first_bags(bags):
    """Of any library, in double precision."""
    import numpy as np

    bags = bags[:CHECKED_BAGS]
    return np.asarray(bags.double() if hasattr(bags, "double") else bags).astype(np.float64)


def equal_bags(table: Table, ids: Ids) -> Callable:
    """What rounding in another order can make of a bag is no difference; nor are
    empty bags, of whose maximum each library has its own."""
    def equal(got, expected) -> tuple[float, str]:
        import numpy as np

        if got.shape != expected.shape:
            return 1.0, f"shape {got.shape}, not {expected.shape}"
        sizes = np.diff(ids.splits)[: len(expected), None]
        most = MOST_ERROR[table.row_format] * np.maximum(1, sizes / 10)
        wrong = ~(np.abs(got - expected) <= most) & (sizes > 0)
        if not wrong.any():
            return 0.0, ""
        bag, item = np.argwhere(wrong)[0]
        return float(wrong.mean()), f"bag {bag}: {got[bag, item]}, not {expected[bag, item]}"

    return equal


def our_bag(table: Table, ids: Ids, mode: str) -> Callable:
    rs, ours = table.load("rowsplit"), table.ours
    ragged = rs.RaggedTensor.from_row_splits(ids.flat, ids.splits)
    return lambda: rs.embedding_bag(ours, ragged, mode=mode)


def torch_bag(table: Table, ids: Ids, mode: str) -> Callable:
    torch, rows = table.load("torch"), table.torch
    flat, offsets = torch.from_numpy(ids.flat), torch.from_numpy(ids.splits[:-1].copy())
    if table.row_format in FLOATS:
        bag = torch.nn.functional.embedding_bag
        return lambda: bag(flat, rows, offsets, mode=mode)
    bag = (torch.ops.quantized.embedding_bag_byte_rowwise_offsets if table.row_format == "int8"
           else torch.ops.quantized.embedding_bag_4bit_rowwise_offsets)
    return lambda: bag(rows, flat, offsets)


def tensorflow_segments(table: Table, ids: Ids, mode: str) -> Callable:
    tf = table.load("tensorflow")
    function = tf.sparse.segment_sum if mode == "sum" else tf.sparse.segment_mean
    compiled = tf.function(functools.partial(function, num_segments=len(ids.splits) - 1))
    arguments = [tf.constant(array) for array in (table.stored, ids.flat, ids.rows)]
    return lambda: compiled(*arguments)


def tensorflow_lookup(table: Table, ids: Ids, mode: str) -> Callable:
    import numpy as np

    tf = table.load("tensorflow")
    columns = np.arange(len(ids.flat)) - ids.splits[ids.rows]
    sparse = tf.SparseTensor(np.stack([ids.rows, columns], 1), ids.flat,
                             [len(ids.splits) - 1, int(columns.max()) + 1])
    compiled = tf.function(functools.partial(tf.nn.embedding_lookup_sparse, sp_weights=None,
                                             combiner=mode))
    params = tf.constant(table.stored)
    return lambda: compiled(params, sparse)


def tensorflow_gather(table: Table, ids: Ids, mode: str) -> Callable:
    tf = table.load("tensorflow")
    reduce = {"sum": tf.reduce_sum, "mean": tf.reduce_mean, "max": tf.reduce_max}[mode]

    @tf.function
    def bags(params, flat, splits):
        rows = tf.RaggedTensor.from_row_splits(tf.gather(params, flat), splits, validate=False)
        return reduce(rows, axis=1)

    arguments = [tf.constant(array) for array in (table.stored, ids.flat, ids.splits)]
    return lambda: bags(*arguments)


def ways(table: Table, ids: Ids, mode: str) -> Iterator[tuple[str, str, Callable]]:
    """Name, form and make of those that have such bags."""
    def of(make: Callable) -> Callable:
        return lambda: make(table, ids, mode)

    is_float = table.row_format in FLOATS
    yield "rowsplit", f"embedding_bag(mode={mode!r}) of one ragged tensor", of(our_bag)
    if is_float:
        yield "torch", f"embedding_bag(mode={mode!r}) of flat ids and offsets", of(torch_bag)
    elif mode == "sum":
        yield "torch", "torch.ops.quantized's bag of flat ids and offsets", of(torch_bag)
    if is_float and mode != "max":
        yield "TensorFlow", f"tf.function of sparse.segment_{mode}", of(tensorflow_segments)
        if table.row_format == "float32":
            yield ("TensorFlow, lookup_sparse", "tf.function of nn.embedding_lookup_sparse",
                   of(tensorflow_lookup))
    elif is_float:
        yield "TensorFlow", "tf.function of gather and reduce_max", of(tensorflow_gather)


def cannot(table: Table, mode: str) -> dict[str, str]:
    if table.row_format in FLOATS:
        return {}
    why = {"TensorFlow": f"has no bags of {table.row_format} rows"}
    return why if mode == "sum" else {**why, "torch": f"has only sums of {table.row_format} rows"}
