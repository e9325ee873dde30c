import sys
import threading
import time

import numpy as np
import pytest

import rowsplit as rs
from embedding_test import OnlyDLPack, matrix, packed_int4, packed_int8

MODES = ["sum", "mean", "sqrtn", "max", "min", "logsumexp", "first", "last"]


def reduce_rows(rows, weights, mode):
    """What the mode makes of the rows of one bag."""
    if len(rows) == 0:
        return np.zeros(rows.shape[1])
    scaled = rows.astype(np.float64) * weights[:, None]
    return {
        "sum": lambda: scaled.sum(axis=0),
        "mean": lambda: scaled.sum(axis=0) / weights.sum(),
        "sqrtn": lambda: scaled.sum(axis=0) / np.sqrt((weights * weights).sum()),
        "max": lambda: scaled.max(axis=0),
        "min": lambda: scaled.min(axis=0),
        "logsumexp": lambda: np.log(np.exp(scaled).sum(axis=0)),
        "first": lambda: scaled[0],
        "last": lambda: scaled[-1],
    }[mode]()


def bags_of(ids, offsets, table, weights, mode):
    ends = [*offsets[1:], len(ids)]
    return [reduce_rows(table[ids[begin:end]], weights[begin:end], mode)
            for begin, end in zip(offsets, ends)]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("is_weighted", [False, True])
def test_modes(mode, is_weighted):
    rng = np.random.default_rng(3)
    table = rng.standard_normal([20, 7], np.float32)
    ids = rng.integers(0, 20, 30)
    offsets = np.array([0, 4, 4, 5, 17, 30])
    weights = rng.uniform(0.5, 2, 30).astype(np.float32)
    argument = weights if is_weighted else None
    expected = bags_of(ids, offsets, table, weights if is_weighted else np.ones(30), mode)
    got = rs.embedding_bag(table, ids, offsets, mode=mode, per_sample_weights=argument)
    assert got.dtype == np.float32 and got.shape == (6, 7)
    np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-5)
    ragged = rs.RaggedTensor.from_row_splits(ids, [*offsets, 30])
    again = rs.embedding_bag(table, ragged, mode=mode, per_sample_weights=argument)
    assert again.tolist() == got.tolist()


def test_the_forms_of_ids():
    table = matrix()
    expected = [[3, 4, 5], [0, 0, 0], [3, 5, 7]]
    flat = np.array([1, 0, 1])
    for ids in ([[1], [], [0, 1]], ([1], [], [0, 1]), rs.constant([[1], [], [0, 1]])):
        assert rs.embedding_bag(table, ids, mode="sum").tolist() == expected
    for dtype in ("uint8", "int32", "int64"):
        for ids in (flat.astype(dtype), flat.astype(dtype).tolist(),
                    OnlyDLPack(flat.astype(dtype))):
            for offsets in ([0, 1, 1], np.int32([0, 1, 1]), (0, 1, 1)):
                assert rs.embedding_bag(table, ids, offsets, mode="sum").tolist() == expected
            assert rs.embedding_bag(table, ids, [0, 1, 1, 3], mode="sum",
                                    include_last_offset=True).tolist() == expected
    assert rs.embedding_bag(table, np.array([[0, 1], [1, 1]])).tolist() == [
        [1.5, 2.5, 3.5], [3, 4, 5]]
    assert rs.embedding_bag(table, [0, 1]).tolist() == [1.5, 2.5, 3.5]
    assert rs.embedding_bag(table, [], []).shape == (0, 3)
    assert rs.embedding_bag(table, [], [0, 0]).tolist() == [[0, 0, 0]] * 2
    deep = rs.constant([[[0], [1, 1]], []])
    assert rs.embedding_bag(table, deep).to_list() == [[[0, 1, 2], [3, 4, 5]], []]
    assert rs.embedding_bag(table.tolist(), [[1]]).tolist() == [[3, 4, 5]]


@pytest.mark.parametrize("arguments, error, message", [
    (dict(ids=[0, 1], offsets=[1]), ValueError, "row_splits"),
    (dict(ids=[0, 1], offsets=[0, 2, 1]), ValueError, "row_splits"),
    (dict(ids=[0, 1], offsets=[0, 3]), ValueError, "row_splits"),
    (dict(ids=[0, 1], offsets=[0, 1], include_last_offset=True), ValueError, "1.*2"),
    (dict(ids=[0, 1], offsets=[]), ValueError, "row_splits"),
    (dict(ids=[[0, 1]], offsets=[0]), ValueError, "of rank 1"),
    (dict(ids=[0, 1], offsets=[[0]]), ValueError, "of rank 1"),
    (dict(ids=[0], offsets=[0.0]), TypeError, "integers"),
    (dict(ids=[0], include_last_offset=True), ValueError, "needs offsets"),
    (dict(ids=[0.5]), TypeError, "ids must be integers"),
    (dict(ids=[[0], [4]]), IndexError, "4"),
    (dict(ids=[[-1]]), IndexError, "-1"),
    (dict(ids=[[0]], mode="average"), ValueError, "'logsumexp'.*got 'average'"),
    (dict(ids=[[0]], out_of_range="clip"), ValueError, "'skip'.*got 'clip'"),
    (dict(ids=[[0]], padding_idx=4), ValueError, "padding_idx must be a row.*has 4, got 4"),
    (dict(ids=[[0]], padding_idx=-5), ValueError, "padding_idx"),
    (dict(ids=[[0]], empty_row=9), ValueError, "9"),
    (dict(ids=[[0]], max_norm=-1.0), ValueError, "max_norm"),
    (dict(ids=[[0]], max_norm="1"), TypeError, "max_norm"),
    (dict(ids=[[0], [1]], per_sample_weights=[1.0]), ValueError, "2 ids, 1 weights"),
    (dict(ids=[[0], [1]], per_sample_weights=[[1.0], [1.0, 2.0]]), ValueError,
     "weights"),
    (dict(ids=[[0], [1]], per_sample_weights=np.ones([1, 2])), ValueError, "of rank 2"),
    (dict(ids=[[0, 1], []], per_sample_weights=np.ones([2, 1])), ValueError, "of rank 2")])
def test_errors(arguments, error, message):
    with pytest.raises(error, match=message or None):
        rs.embedding_bag(matrix(), **arguments)


def test_options():
    table = matrix()

    def bag(ids, **options):
        return rs.embedding_bag(table, ids, **options).tolist()

    assert bag([[0, 1, 2], [0]], padding_idx=0) == [[4.5, 5.5, 6.5], [0, 0, 0]]
    assert bag([[3, 1]], padding_idx=-1) == [[3, 4, 5]]
    assert bag([[1, 9], [-1]], out_of_range="skip") == [[3, 4, 5], [0, 0, 0]]
    assert bag([[1, 9], [-1]], out_of_range="zero") == [[1.5, 2, 2.5], [0, 0, 0]]
    assert bag([[1, 9]], out_of_range="row", out_of_range_row=1) == [[3, 4, 5]]
    assert bag([[], [2]], empty_row=1) == [[3, 4, 5], [6, 7, 8]]
    scaled = rs.embedding_bag(np.float32([[3, 4]]), [[0]], max_norm=1)
    np.testing.assert_allclose(scaled, [[0.6, 0.8]], rtol=1e-6)
    weights = np.float64([[1, 3], [0, 0]])
    assert bag([[0, 1], [1, 1]], per_sample_weights=weights) == [[2.25, 3.25, 4.25], [0, 0, 0]]


@pytest.mark.parametrize("num_threads", [0, 1, 2])
def test_threads_do_not_change_the_result(num_threads):
    table = np.random.default_rng(1).standard_normal([100, 33], np.float32)
    ids = np.random.default_rng(2).integers(0, 100, 20000)
    offsets = np.arange(0, 20000, 7)
    assert np.array_equal(rs.embedding_bag(table, ids, offsets, num_threads=num_threads),
                          rs.embedding_bag(table, ids, offsets))


def test_tables_of_every_kind():
    values = matrix(4, 6)
    ids = [[0, 3], [2]]
    expected = rs.embedding_bag(values, ids)
    as_table = rs.EmbeddingTable.from_array(values)
    for table in (as_table, rs.Embedding(list("abcd"), values), OnlyDLPack(values),
                  values.astype(np.float16), as_table.convert_to("bfloat16"),
                  rs.EmbeddingTable.factorized(values, np.eye(6, dtype=np.float32))):
        assert rs.embedding_bag(table, ids).tolist() == expected.tolist()
    for name in ("int8", "int4"):
        np.testing.assert_allclose(rs.embedding_bag(as_table.convert_to(name), ids), expected,
                                   atol=0.5)
    np.testing.assert_allclose(rs.embedding_bag(packed_int8(values), ids, row_format="int8"),
                               expected, atol=0.02)
    packed = packed_int4([[1, 2, 15], [0, 7, 8]], 0.5, -1)
    assert rs.embedding_bag(packed, [[0, 1]], mode="sum", row_format="int4",
                            width=3).tolist() == [[-1.5, 2.5, 9.5]]
    with pytest.raises(ValueError, match="'int8' or 'int4'"):
        rs.embedding_bag(packed, [[0]])
    with pytest.raises(ValueError, match="contiguous"):
        rs.embedding_bag(values[:, ::2], ids)


def test_a_bfloat16_table():
    bfloat16 = pytest.importorskip("ml_dtypes").bfloat16
    values = matrix()
    assert rs.embedding_bag(values.astype(bfloat16), [[1, 2]]).tolist() == [[4.5, 5.5, 6.5]]


def test_the_result_is_its_own_memory():
    table = matrix()
    result = rs.embedding_bag(table, [[1]])
    assert result.flags.writeable and not np.shares_memory(result, table)
    result[:] = 0
    assert table[1].tolist() == [3, 4, 5]
    assert np.from_dlpack(result).tolist() == [[0, 0, 0]]


def test_a_large_table_is_not_copied():
    """An id of each of many calls: a copy of the table would take seconds."""
    table = np.zeros([1 << 20, 64], np.float32)  # untouched pages
    table[12345] = 1
    start = time.perf_counter()
    for _ in range(200):
        assert rs.embedding_bag(table, [[12345]])[0, 0] == 1
    assert time.perf_counter() - start < 2
    table[12345] = 2
    assert rs.embedding_bag(table, [[12345]])[0, 0] == 2


def test_the_gil_is_released():
    """Python goes on while bags are computed."""
    table = np.ones([1000, 256], np.float32)
    ids = np.zeros(400_000, np.int64)
    offsets = np.arange(0, len(ids), 4)
    ticks, done = [], threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.0005)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(60)  # only what gives the lock up lets others run
    thread = threading.Thread(target=tick)
    try:
        thread.start()
        begin = time.perf_counter()
        rs.embedding_bag(table, ids, offsets, num_threads=1)
        end = time.perf_counter()
    finally:
        sys.setswitchinterval(interval)
        done.set()
        thread.join()
    assert sum(begin < at < end for at in ticks) > 2


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("is_weighted", [False, True])
def test_gradients_against_differences(mode, is_weighted):
    rng = np.random.default_rng(5)
    table = (rng.permutation(15).reshape(5, 3) / 4).astype(np.float32)
    ids, offsets = np.array([0, 1, 2, 3, 0, 4]), np.array([0, 3, 3, 4])
    weights = (0.5 + rng.permutation(6) / 8).astype(np.float32) if is_weighted else None
    upstream = rng.integers(1, 5, [4, 3]).astype(np.float32)

    def loss(table, weights):
        result = rs.embedding_bag(table, ids, offsets, mode=mode, per_sample_weights=weights)
        return float((result.astype(np.float64) * upstream).sum())

    rows, by_weight = rs.embedding_bag_gradient(
        table, ids, upstream, offsets, mode=mode, per_sample_weights=weights)
    assert rows.dense_shape == (5, 3)
    dense = np.zeros_like(table)
    np.add.at(dense, rows.indices, rows.values)
    step = 2.0**-6
    for index in np.ndindex(table.shape):
        moved = [table.copy(), table.copy()]
        moved[0][index] += step
        moved[1][index] -= step
        slope = (loss(moved[0], weights) - loss(moved[1], weights)) / (2 * step)
        assert slope == pytest.approx(dense[index], abs=5e-3), index
    if not is_weighted:
        assert by_weight is None
        return
    for i in range(6):
        moved = [weights.copy(), weights.copy()]
        moved[0][i] += step
        moved[1][i] -= step
        slope = (loss(table, moved[0]) - loss(table, moved[1])) / (2 * step)
        assert slope == pytest.approx(by_weight[i], abs=2e-2), i


def test_the_forms_of_gradients():
    table = matrix()
    ids, weights = rs.constant([[1, 0], [], [1]]), rs.constant([[1.0, 2.0], [], [3.0]])
    upstream = np.float32([[1, 2, 3], [9, 9, 9], [4, 5, 6]])
    rows, by_weight = rs.embedding_bag_gradient(table, ids, upstream, mode="sum",
                                                per_sample_weights=weights)
    assert isinstance(rows, rs.IndexedSlices)
    assert rows.indices.tolist() == [1, 0, 1]
    assert rows.values.tolist() == [[1, 2, 3], [2, 4, 6], [12, 15, 18]]
    assert by_weight.to_list() == [[26, 8], [], [62]]
    rows, by_weight = rs.embedding_bag_gradient(
        table, ids, upstream, mode="sum", per_sample_weights=[1, 2, 3], per_id=True)
    assert rows.indices.tolist() == [0, 1]
    assert rows.values.tolist() == [[2, 4, 6], [13, 17, 21]]
    assert by_weight.tolist() == [26, 8, 62]
    assert rows.values.flags.writeable and rows.indices.flags.writeable
    _, by_weight = rs.embedding_bag_gradient(
        table, [[0, 1]], upstream[:1], per_sample_weights=np.ones([1, 2]))
    assert by_weight.shape == (1, 2)
    tied = np.float32([[1], [1]])
    for ties, expected in (("equal_parts", [[2], [2]]), ("first", [[4], [0]])):
        rows, _ = rs.embedding_bag_gradient(tied, [[0, 1]], [[4]], mode="max", ties=ties)
        dense = np.zeros([2, 1])
        np.add.at(dense, rows.indices, rows.values)
        assert dense.tolist() == expected
    with pytest.raises(ValueError):
        rs.embedding_bag_gradient(table, [[0]], [1.0])
    with pytest.raises(ValueError, match="ties must be one of"):
        rs.embedding_bag_gradient(table, [[0]], [[1.0]], ties="last")
    with pytest.raises(IndexError):
        rs.embedding_bag_gradient(table, [[7]], [[1.0, 1.0, 1.0]])


def test_attention():
    rng = np.random.default_rng(7)
    table = rng.standard_normal([9, 5], np.float32)
    ids, offsets = rng.integers(0, 9, 12), np.array([0, 5, 5, 6])
    queries = rng.standard_normal([4, 5], np.float32)
    for scale, factor in ((None, 5**-0.5), (2.0, 2.0)):
        got = rs.attention_bag(table, ids, queries, offsets, scale=scale)
        assert got.shape == (4, 5) and got[1].tolist() == [0] * 5
        for bag, (begin, end) in enumerate(zip(offsets, [*offsets[1:], 12])):
            if begin == end:
                continue
            rows = table[ids[begin:end]].astype(np.float64)
            weights = np.exp(factor * (rows @ queries[bag]))
            np.testing.assert_allclose(got[bag], weights @ rows / weights.sum(), rtol=1e-5,
                                       atol=1e-6)
    assert rs.attention_bag(table, [[3], []], queries[:2], per_sample_weights=[2.0])[0].tolist() \
        == (2 * table[3]).tolist()
    with pytest.raises(ValueError):
        rs.attention_bag(table, [[3]], queries)
    with pytest.raises(IndexError):
        rs.attention_bag(table, [[9]], queries[:1])


def test_torch_tensors():
    torch = pytest.importorskip("torch")
    table = torch.arange(12, dtype=torch.float32).reshape(4, 3)
    ids, offsets = torch.tensor([1, 0, 1]), torch.tensor([0, 1, 1])
    for dtype in (torch.float32, torch.float16, torch.bfloat16):
        got = rs.embedding_bag(table.to(dtype), ids, offsets, mode="sum")
        expected = torch.nn.functional.embedding_bag(ids, table, offsets, mode="sum")
        assert torch.equal(torch.from_numpy(got), expected)
        assert torch.equal(torch.from_dlpack(got), expected)
    shared = rs.EmbeddingTable.from_array(table)
    assert shared.rows.ctypes.data == table.data_ptr()
    table[1] = 7
    assert shared.lookup([1]).tolist() == [[7, 7, 7]]
    with pytest.raises(ValueError, match="contiguous"):
        rs.embedding_bag(table.T, ids, offsets)
    with pytest.raises(BufferError, match="detach"):
        rs.embedding_bag(torch.nn.Parameter(table), ids, offsets)
    packed = torch.ops.quantized.embedding_bag_byte_prepack(table)
    expected = torch.ops.quantized.embedding_bag_byte_rowwise_offsets(
        packed, ids, offsets, mode=0)
    got = rs.embedding_bag(packed, ids, offsets, mode="sum", row_format="int8")
    torch.testing.assert_close(torch.from_numpy(got), expected)
    wide = torch.randn(9, 8)
    packed = torch.ops.quantized.embedding_bag_4bit_prepack(wide)
    expected = torch.ops.quantized.embedding_bag_4bit_rowwise_offsets(
        packed, ids, offsets, mode=0)
    got = rs.embedding_bag(packed, ids, offsets, mode="sum", row_format="int4")
    torch.testing.assert_close(torch.from_numpy(got), expected)
