import functools
import hashlib
import http.server
import pickle
import threading

import numpy as np
import pytest

import rowsplit as rs


def matrix(num_rows=4, width=3, dtype=np.float32):
    return np.arange(num_rows * width).reshape(num_rows, width).astype(dtype)


def packed_int8(values):
    """Rows of float32 as FBGEMM packs them: codes, scale, offset."""
    low = values.min(axis=1, keepdims=True)
    scale = np.maximum((values.max(axis=1, keepdims=True) - low) / 255, 1e-8)
    codes = np.rint((values - low) / scale).astype(np.uint8)
    tail = np.concatenate([scale, low], axis=1).astype(np.float32)
    return np.concatenate([codes, tail.view(np.uint8)], axis=1)


def packed_int4(codes, scale, offset):
    codes = np.asarray(codes, np.uint8)
    if codes.shape[1] % 2:
        codes = np.pad(codes, ((0, 0), (0, 1)))
    pairs = codes[:, ::2] | codes[:, 1::2] << 4
    tail = np.tile(np.float16([scale, offset]).view(np.uint8), (len(codes), 1))
    return np.concatenate([pairs, tail], axis=1)


class OnlyDLPack:
    """An array of another library: nothing but __dlpack__."""

    def __init__(self, array):
        self._array = array

    def __dlpack__(self, **arguments):
        return self._array.__dlpack__(**arguments)

    def __dlpack_device__(self):
        return self._array.__dlpack_device__()


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
@pytest.mark.parametrize("wrap", [lambda array: array, OnlyDLPack])
def test_a_table_shares_the_memory(dtype, wrap):
    if dtype == "bfloat16":
        dtype = pytest.importorskip("ml_dtypes").bfloat16
        if wrap is OnlyDLPack:
            pytest.skip("NumPy exports no bfloat16")
    values = matrix(dtype=dtype)
    table = rs.EmbeddingTable.from_array(wrap(values))
    assert table.shape == (4, 3) and len(table) == 4 and table.width == 3
    assert table.rows.dtype == values.dtype and not table.rows.flags.writeable
    assert table.rows.ctypes.data == values.ctypes.data
    values[1] = 7
    assert table.lookup([1]).tolist() == [[7, 7, 7]]


def test_a_table_keeps_the_memory_alive():
    table = rs.EmbeddingTable.from_array(matrix(1000, 64))
    for _ in range(10):
        matrix(1000, 64) * 2
    assert table.lookup([999])[0, -1] == 63999


def test_a_read_only_and_an_unaligned_table():
    values = matrix()
    values.flags.writeable = False
    assert rs.EmbeddingTable.from_array(values).rows.ctypes.data == values.ctypes.data
    unaligned = np.frombuffer(b"x" + values.tobytes(), np.float32, offset=1).reshape(4, 3)
    table = rs.EmbeddingTable.from_array(unaligned)
    assert table.rows.ctypes.data == unaligned.ctypes.data
    assert table.lookup([2]).tolist() == [[6, 7, 8]]


def test_packed_tables_share_the_memory():
    values = matrix(5, 6)
    packed = packed_int8(values)
    table = rs.EmbeddingTable.from_array(packed, row_format="int8")
    assert table.shape == (5, 6) and table.row_format == "int8" and table.nbytes == 70
    assert table.rows.ctypes.data == packed.ctypes.data
    np.testing.assert_allclose(table.lookup(np.arange(5)), values, atol=0.02)
    packed = packed_int4([[1, 2, 15], [0, 7, 8]], 0.5, -1)
    table = rs.EmbeddingTable.from_array(packed, "int4", width=3)
    assert table.shape == (2, 3)
    assert table.lookup([0, 1]).tolist() == [[-0.5, 0, 6.5], [-1, 2.5, 3]]
    assert rs.EmbeddingTable.from_array(packed, "int4").shape == (2, 4)


@pytest.mark.parametrize("make, error, message", [
    (lambda: matrix()[:, :2], ValueError, "contiguous"),
    (lambda: matrix().T, ValueError, "contiguous"),
    (lambda: OnlyDLPack(matrix().T), ValueError, "contiguous"),
    (lambda: matrix()[0], ValueError, "rank 2, got rank 1"),
    (lambda: OnlyDLPack(matrix()[0]), ValueError, "rank 2, got rank 1"),
    (lambda: matrix(dtype=">f4"), ValueError, "byte order"),
    (lambda: matrix(dtype=np.float64), TypeError, "float64"),
    (lambda: matrix(dtype=np.int32), TypeError, "int32"),
    (lambda: matrix(dtype=np.uint8), ValueError, "'int8' or 'int4'"),
    (lambda: np.array([["a"]]), TypeError, "string"),
    (lambda: rs.constant([[1.0], []]), ValueError, "ragged"),
    (lambda: [1.0], ValueError, "rank 2"),
    (lambda: "text", TypeError, "float32")])
def test_what_is_no_table(make, error, message):
    with pytest.raises(error, match=message):
        rs.EmbeddingTable.from_array(make())


def test_formats_that_do_not_fit():
    with pytest.raises(ValueError, match="'float16', but the table is of float32"):
        rs.EmbeddingTable.from_array(matrix(), "float16")
    with pytest.raises(ValueError, match="row_format must be one of"):
        rs.EmbeddingTable.from_array(matrix(), "int2")
    with pytest.raises(ValueError, match="width is 4, but the table has 3"):
        rs.EmbeddingTable.from_array(matrix(), width=4)
    rows = np.zeros([2, 7], np.uint8)
    with pytest.raises(ValueError):
        rs.EmbeddingTable.from_array(rows, "int8")
    with pytest.raises(ValueError):
        rs.EmbeddingTable.from_array(rows, "int4", width=7)


def test_look_up():
    table = rs.EmbeddingTable.from_array(matrix())
    assert table.lookup([1, 0]).tolist() == [[3, 4, 5], [0, 1, 2]]
    assert table.lookup(np.uint8([[1], [0]])).shape == (2, 1, 3)
    assert table.lookup(2).tolist() == [6, 7, 8]
    assert table.lookup([]).shape == (0, 3)
    ragged = table.lookup(rs.constant([[1], [], [0, 0]]))
    assert ragged.to_list() == [[[3, 4, 5]], [], [[0, 1, 2]] * 2]
    assert table.lookup([[[0]], []]).to_list() == [[[[0, 1, 2]]], []]
    for ids in ([4], [-1], np.uint64([2**64 - 1])):
        with pytest.raises(IndexError):
            table.lookup(ids)
    for ids in ([1.5], np.float32([1]), ["a"]):
        with pytest.raises(TypeError, match="ids must be integers"):
            table.lookup(ids)


def test_a_table_as_an_array():
    values = matrix()
    table = rs.EmbeddingTable.from_array(values)
    assert np.shares_memory(table.numpy(), values)
    assert np.asarray(table).tolist() == values.tolist()
    assert np.array(table, np.float64).dtype == np.float64
    half = rs.EmbeddingTable.from_array(values.astype(np.float16))
    assert half.numpy().dtype == np.float32 and half.numpy().tolist() == values.tolist()
    assert rs.EmbeddingTable.uniform(3, 2, seed=5).numpy().tolist() == \
        rs.EmbeddingTable.uniform(4, 2, seed=5).numpy()[:3].tolist()


def test_a_factorized_table():
    factor, projection = matrix(4, 2, np.float16), matrix(2, 5)
    table = rs.EmbeddingTable.factorized(factor, projection)
    assert table.shape == (4, 5) and table.is_factorized
    np.testing.assert_allclose(table.lookup([3, 0]), (factor @ projection)[[3, 0]])
    with pytest.raises(ValueError, match="factorized"):
        table.rows
    with pytest.raises(ValueError, match="a row for each column of the factor: 2, got 5"):
        rs.EmbeddingTable.factorized(factor, matrix(5, 2))
    with pytest.raises(TypeError, match="float32"):
        rs.EmbeddingTable.factorized(factor, matrix(2, 5, np.float16))
    again = pickle.loads(pickle.dumps(table))
    assert again.is_factorized and again.numpy().tolist() == table.numpy().tolist()


@pytest.mark.parametrize("make", [
    lambda: rs.EmbeddingTable.from_array(matrix()),
    lambda: rs.EmbeddingTable.from_array(packed_int8(matrix()), "int8"),
    lambda: rs.EmbeddingTable.from_array(packed_int4([[1, 2, 3]], 1, 0), "int4", 3)])
def test_pickled_tables(make):
    table = make()
    again = pickle.loads(pickle.dumps(table))
    assert again.row_format == table.row_format and again.shape == table.shape
    assert again.rows.tolist() == table.rows.tolist()


def test_vectors_of_tokens():
    values = matrix()
    embedding = rs.Embedding(["a", "b", "é", ""], values)
    assert embedding.shape == (4, 3) and len(embedding) == 4 and embedding.width == 3
    assert np.shares_memory(embedding.table.rows, values)
    assert embedding["é"].tolist() == embedding["é".encode()].tolist() == [6, 7, 8]
    assert "b" in embedding and "x" not in embedding
    assert embedding.find("b") == 1 and embedding.find("x") == -1
    assert list(embedding.vocabulary)[:2] == [b"a", b"b"]
    assert embedding.vectors([["a"], ["b"]]).tolist() == [[[0, 1, 2]], [[3, 4, 5]]]
    ragged = embedding.vectors(rs.constant([["b"], []]))
    assert ragged.to_list() == [[[3, 4, 5]], []]
    with pytest.raises(KeyError, match="x"):
        embedding["x"]
    with pytest.raises(KeyError, match="x"):
        embedding.vectors(["a", "x"])
    assert embedding.vectors(["x", "a"], unknown="zero").tolist() == [[0, 0, 0], [0, 1, 2]]
    with pytest.raises(ValueError, match="unknown must be"):
        embedding.vectors(["a"], unknown="skip")
    with pytest.raises(ValueError):
        rs.Embedding(["a"], values)
    with pytest.raises(TypeError, match="str or bytes"):
        embedding[3]
    again = pickle.loads(pickle.dumps(embedding))
    assert again["b"].tolist() == [3, 4, 5]
    nameless = rs.Embedding(None, values)
    assert len(nameless) == 4 and nameless.find("a") == -1


def test_bags_of_tokens():
    embedding = rs.Embedding(["a", "b", "c", "d"], matrix())
    expected = [[1.5, 2.5, 3.5], [0, 0, 0], [9, 10, 11]]
    for tokens in ([["a", "b", "x"], [], ["d"]], rs.constant([["a", "b"], ["x"], ["d"]]),
                   [[0, 1], [], [3, 7]], rs.constant([[0, 1], [-1], [3]])):
        assert embedding.bag(tokens).tolist() == expected
    assert embedding.bag(np.array([["a", "x"], ["c", "d"]]), mode="sum").tolist() == [
        [0, 1, 2], [15, 17, 19]]
    assert embedding.bag(["b", "c"], "max").tolist() == [6, 7, 8]
    assert embedding.bag([["b", "c"]], per_sample_weights=[[1.0, 3.0]]).tolist() == [
        [5.25, 6.25, 7.25]]
    with pytest.raises(ValueError, match="mode must be one of"):
        embedding.bag([["a"]], mode="none")


def test_load(tmp_path):
    path = tmp_path / "vectors.npy"
    np.save(path, matrix())
    (tmp_path / "words.txt").write_text("a\nb\nc\nd\n")
    embedding = rs.Embedding.load(path, vocabulary=tmp_path / "words.txt")
    assert embedding["c"].tolist() == [6, 7, 8]
    with pytest.raises(FileNotFoundError):
        rs.Embedding.load(tmp_path / "none.npy")
    with pytest.raises(ValueError, match="npy"):
        rs.Embedding.load(path, format="none")


@pytest.mark.parametrize("name, options", [
    ("v.rse", {}), ("v.npy", {}), ("v.npz", {}), ("v.safetensors", {"tensor": "rows"}),
    ("v.txt", {}), ("v.vec", {}), ("v.bytes", {"format": "frozen"}),
    ("v.rse", {"row_format": "int8"}), ("v.safetensors", {"row_format": "bfloat16"})])
def test_save_and_load(tmp_path, name, options):
    embedding = rs.Embedding(["a", "b", "é", "d"], matrix())
    embedding.save(tmp_path / name, **options)
    again = rs.Embedding.load(tmp_path / name)
    assert list(again.vocabulary) == list(embedding.vocabulary)
    np.testing.assert_allclose(again.table.numpy(), matrix(), atol=0.03)
    assert again.table.row_format == options.get("row_format", "float32")
    mapped = pickle.loads(pickle.dumps(again))
    assert mapped.table.rows.tolist() == again.table.rows.tolist()


def test_errors_of_files(tmp_path):
    embedding = rs.Embedding(["a", "b"], matrix(2))
    with pytest.raises(ValueError):
        embedding.save(tmp_path / "v.unknown")
    with pytest.raises(FileNotFoundError):
        embedding.save(tmp_path / "none" / "v.npy")
    with pytest.raises(ValueError, match="frozen"):
        embedding.save(tmp_path / "v.npy", format="none")
    (tmp_path / "broken.txt").write_text("a 1 2\nb 1 x\nc 3 4\n")
    with pytest.raises((RuntimeError, ValueError)):
        rs.Embedding.load(tmp_path / "broken.txt")
    kept = rs.Embedding.load(tmp_path / "broken.txt", errors="skip")
    assert list(kept.vocabulary) == [b"a", b"c"]
    assert kept.load_report.skipped.count == 1 and "line 2" in kept.load_report.skipped.first
    assert kept.load_report.duplicates == rs.LoadFault(0, "")
    with pytest.raises((RuntimeError, ValueError), match="(?i)sha-?256"):
        rs.Embedding.load(tmp_path / "broken.txt", errors="skip", sha256="0" * 64)
    with pytest.raises(ValueError, match="errors must be one of"):
        rs.Embedding.load(tmp_path / "broken.txt", errors="ignore")


def test_align():
    embedding = rs.Embedding(["a", "b", "c", "d"], matrix())
    aligned = embedding.align_to(rs.Vocabulary(["d", "x", "B", "y"]), lower_case=True)
    assert isinstance(aligned.embedding, rs.Embedding)
    assert aligned.embedding.table.numpy().tolist() == [
        [9, 10, 11], [0, 0, 0], [3, 4, 5], [0, 0, 0]]
    assert aligned.embedding["B"].tolist() == [3, 4, 5]
    report = aligned.report
    assert (report.num_found, report.num_lower_case, report.num_missing) == (1, 1, 2)
    assert report.missing_ids.tolist() == [1, 3]
    assert report.missing_tokens.to_list() == [b"x", b"y"]
    other = embedding.align_to(["X", "y"], alternatives=["a", "z"], missing="mean")
    assert other.embedding.table.numpy().tolist() == [[0, 1, 2], [4.5, 5.5, 6.5]]
    assert other.report.num_alternatives == 1
    random = embedding.align_to(["y"], missing="uniform", limit=0.5, seed=3)
    assert 0 < np.abs(random.embedding["y"]).max() <= 0.5
    with pytest.raises(KeyError, match="y"):
        embedding.align_to(["a", "y"], missing="error")
    with pytest.raises(ValueError, match="missing must be one of"):
        embedding.align_to(["a"], missing="none")
    with pytest.raises(ValueError):
        embedding.align_to(["a"], alternatives=["a", "b"])


def test_subwords():
    buckets = matrix(100, 3) / 10
    embedding = rs.Embedding(["a", "b"], matrix(2), subwords=buckets)
    assert embedding["a"].tolist() == [0, 1, 2]
    made = embedding["unheard"]
    assert made.shape == (3,) and made.any()
    assert embedding.vectors(["b", "unheard"]).tolist() == [[3, 4, 5], made.tolist()]
    assert "unheard" not in embedding
    assert embedding.align_to(["unheard"]).report.num_subwords == 1
    assert embedding.subwords.shape == (100, 3)
    assert np.shares_memory(embedding.subwords.rows, buckets)
    again = pickle.loads(pickle.dumps(embedding))
    assert again["unheard"].tolist() == made.tolist()
    assert rs.Embedding(["a", "b"], matrix(2)).subwords is None
    longer = rs.Embedding(["a", "b"], matrix(2), buckets, min_chars=5, max_chars=5)
    assert longer["unheard"].tolist() != made.tolist()
    with pytest.raises(ValueError):
        rs.Embedding(["a", "b"], matrix(2), buckets, min_chars=4, max_chars=3)
    with pytest.raises(ValueError):
        rs.Embedding(["a", "b"], matrix(2), matrix(5, 2))


def test_nearest_tokens():
    embedding = rs.Embedding(["a", "b", "c"], np.float32([[1, 0], [0, 1], [2, 2]]))
    assert [token for token, _ in embedding.nearest("a", k=1)] == [b"c"]
    pairs = embedding.nearest([0, 5], k=2, similarity="dot")
    assert pairs == [(b"c", 10.0), (b"b", 5.0)]
    with pytest.raises(KeyError, match="x"):
        embedding.nearest("x")
    with pytest.raises(ValueError):
        embedding.nearest("a", similarity="none")
    with pytest.raises(ValueError, match="one vector"):
        embedding.nearest([[0, 5]])
    with pytest.raises(ValueError, match="no tokens"):
        rs.Embedding(None, matrix()).nearest([1.0, 2.0, 3.0])


def test_call():
    embedding = rs.Embedding(["a", "b", "c", "d"], matrix())
    assert embedding([1, 0]).tolist() == embedding(["b", "a"]).tolist() == [[3, 4, 5], [0, 1, 2]]
    assert embedding([["b"], []]).to_list() == embedding([[1], []]).to_list() == [[[3, 4, 5]], []]
    assert embedding(np.int32([[2]])).tolist() == embedding("c").reshape(1, 1, 3).tolist()
    with pytest.raises(KeyError, match="x"):
        embedding(["x"])
    with pytest.raises(IndexError):
        embedding([4])


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


def test_load_from_a_url(tmp_path):
    (tmp_path / "served").mkdir()
    path = tmp_path / "served" / "v.vec"
    rs.Embedding(["a", "b"], matrix(2)).save(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    options = dict(sha256=digest, cache_folder=tmp_path / "cache")
    handler = functools.partial(Quiet, directory=tmp_path / "served")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/v.vec"
        assert rs.Embedding.load(url, **options)["b"].tolist() == [3, 4, 5]
        with pytest.raises(FileNotFoundError):
            rs.Embedding.load(url.replace("v.vec", "none.vec"), cache_folder=tmp_path / "cache")
        server.shutdown()
    assert rs.Embedding.load(url, offline=True, **options)["b"].tolist() == [3, 4, 5]
