"""Reads and writes the values of conformance vectors.

A value is a dense, ragged or sparse tensor, IndexedSlices, a list or object of
values, or plain JSON. Decoded, a tensor is what rowsplit takes: a NumPy array,
a StringTensor, bytes, a RaggedTensor.
"""

import base64
import math

import numpy as np

import rowsplit as rs


def numpy_dtype(name):
    if name == "bfloat16":
        import ml_dtypes

        return np.dtype(ml_dtypes.bfloat16)
    return np.dtype(name)


SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def numbers(values, dtype, shape):
    dtype = numpy_dtype(dtype)
    if dtype.kind in "fV":
        values = [SPECIAL.get(v, v) if isinstance(v, str) else v for v in values]
    return np.array(values, dtype=dtype).reshape(shape)


def strings(values_b64):
    return [base64.b64decode(value) for value in values_b64]


def dense(dtype, shape, value, key):
    """Dense items from `key` or `key`_b64."""
    if dtype != "string":
        return numbers(value[key], dtype, shape)
    items = strings(value[key + "_b64"])
    if not shape:
        return items[0]
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return rs.StringTensor(array.reshape(shape))


def decode_ragged(value):
    inner = value["inner_shape"]
    splits_dtype = value.get("row_splits_dtype", "int64")
    splits = [np.array(s, dtype=splits_dtype) for s in value["row_splits"]]
    rows = value["flat_rows"] if "flat_rows" in value else int(splits[-1][-1])
    flat = dense(value["dtype"], [rows, *inner], value, "flat_values")
    return rs.RaggedTensor.from_nested_row_splits(flat, splits)


def decode(value):
    """The object of a vector's value."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("indexed_slices"):
        return rs.IndexedSlices(
            decode(value["values"]), decode(value["indices"]), value["dense_shape"])
    if value.get("sparse") is True and "indices" in value:
        size = len(value["values_b64" if value["dtype"] == "string" else "values"])
        rank = len(value["dense_shape"])
        indices = np.array(value["indices"], dtype=np.int64).reshape(size, rank)
        return rs.SparseTensor(indices, dense(value["dtype"], [size], value, "values"),
                      np.array(value["dense_shape"], dtype=np.int64))
    if "row_splits" in value and "dtype" in value:
        return decode_ragged(value)
    if "dtype" in value and "shape" in value:
        return dense(value["dtype"], value["shape"], value, "values")
    if set(value) <= {"b64", "text"} and "b64" in value:
        return base64.b64decode(value["b64"])
    return {name: decode(item) for name, item in value.items()}


def dtype_name(dtype):
    return "string" if dtype.kind in "SUOT" else dtype.name


def encode_number(value):
    """One number as the vectors print it."""
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
    return value


def encode_flat(array):
    """The items of a dense result, as (key suffix, list)."""
    if isinstance(array, rs.StringTensor):
        array = array.numpy()
    if array.dtype.kind == "O":
        return "_b64", [base64.b64encode(item).decode() for item in array.ravel()]
    if array.dtype.kind == "V" or array.dtype == np.float16:
        array = array.astype(np.float32)
    return "", [encode_number(item) for item in array.ravel().tolist()]


def encode_ragged(tensor):
    suffix, flat = encode_flat(tensor.flat_values)
    result = {
        "dtype": dtype_name(tensor.dtype),
        "row_splits": [splits.tolist() for splits in tensor.nested_row_splits],
        "flat_values" + suffix: flat,
        "inner_shape": list(tensor.flat_values.shape[1:]),
    }
    if tensor.row_splits.dtype == np.int32:
        result["row_splits_dtype"] = "int32"
    if 0 in result["inner_shape"]:
        result["flat_rows"] = int(tensor.flat_values.shape[0])
    return result


def encode(value):
    """The vector's value of an object."""
    if isinstance(value, rs.RaggedTensor):
        return encode_ragged(value)
    if isinstance(value, bytes):
        return {"dtype": "string", "shape": [],
                "values_b64": [base64.b64encode(value).decode()]}
    if isinstance(value, np.generic):
        value = np.asarray(value)
    if isinstance(value, (np.ndarray, rs.StringTensor)):
        suffix, flat = encode_flat(value)
        return {"dtype": dtype_name(value.dtype), "shape": list(value.shape),
                "values" + suffix: flat}
    if isinstance(value, rs.SparseTensor):
        suffix, flat = encode_flat(value.values)
        return {"dtype": dtype_name(value.values.dtype), "sparse": True,
                "indices": np.asarray(value.indices).tolist(),
                "dense_shape": np.asarray(value.dense_shape).tolist(),
                "values" + suffix: flat}
    if isinstance(value, rs.IndexedSlices):
        return {"indexed_slices": True, "indices": encode(value.indices),
                "values": encode(value.values),
                "dense_shape": np.asarray(value.dense_shape).tolist()}
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {name: encode(item) for name, item in value.items()}
    return value
