import numpy as np
import pytest

import rowsplit as rs


def test_constant_infers_the_dtype():
    assert rs.constant([[1, 2], [], [3]]).dtype == np.int32
    assert rs.constant([[1, 2**40], []]).dtype == np.int64
    assert rs.constant([[1.5], [2]]).dtype == np.float32
    assert rs.constant([[True], []]).dtype == np.bool_
    assert rs.constant([["a"], [b"b"]]).dtype.kind == "S"
    assert rs.constant([[np.float64(1)], []]).dtype == np.float64


def test_from_row_splits_names_what_is_wrong():
    with pytest.raises(ValueError, match=r"row_splits\[2\]=2 after row_splits\[1\]=3"):
        rs.RaggedTensor.from_row_splits(np.arange(5), [0, 3, 2, 5])
