"""What stands for TensorFlow's SparseTensor and IndexedSlices."""

from typing import Any, NamedTuple


class SparseTensor(NamedTuple):
    """Values at positions of a dense shape; all others are absent.

    indices: int64 of shape [number of values, rank], one position a row.
    values: the values, as many as positions.
    dense_shape: int64 of shape [rank].
    """

    indices: Any
    values: Any
    dense_shape: Any


class IndexedSlices(NamedTuple):
    """Rows of a larger tensor: what the gradient of a gather is.

    values: the rows; indices: which row each is, repeats allowed;
    dense_shape: the shape of the larger tensor.
    """

    values: Any
    indices: Any
    dense_shape: Any


def csr_matrix(data, indices, indptr, shape):
    """A scipy.sparse.csr_matrix. SciPy is asked for here only."""
    try:
        from scipy.sparse import csr_matrix as make
    except ImportError as error:
        raise ImportError("sparse=True gives a scipy.sparse.csr_matrix, which needs "
                          "SciPy: pip install scipy") from error
    return make((data, indices, indptr), shape=shape)
