"""The lookup layers and tables."""

import base64
import os
import tempfile

import numpy as np

import rowsplit as rs
from conformance.ops import op

# Parameters of the vectors that are no arguments of the layers.
NO_ARGUMENTS = ("adapt_ragged", "call_twice", "file", "file_lines", "include",
                "set_vocabulary_later")
INDEX = {"line": rs.TextFileIndex.WHOLE_LINE, "number": rs.TextFileIndex.LINE_NUMBER}


def write_file(folder, file):
    path = os.path.join(folder, "vocabulary.txt")
    with open(path, "wb") as out:
        out.write(base64.b64decode(file["b64"]))
    return path


def table_outputs(table, query):
    return {"output": table.lookup(query), "size": np.int64(table.size())}


@op("lookup.StaticHashTable")
def _(p, i):
    table = rs.StaticHashTable(
        rs.KeyValueTensorInitializer(i["keys"], i["values"]), i["default_value"])
    return table_outputs(table, i["query"])


@op("lookup.StaticHashTable.from_file")
def _(p, i):
    with tempfile.TemporaryDirectory() as folder:
        initializer = rs.TextFileInitializer(
            write_file(folder, p["file"]), p["key_dtype"],
            INDEX.get(p["key_index"], p["key_index"]), p["value_dtype"],
            INDEX.get(p["value_index"], p["value_index"]), vocab_size=p["vocab_size"],
            delimiter=p["delimiter"], value_index_offset=p.get("value_index_offset", 0))
        table = rs.StaticHashTable(initializer, i["default_value"])
    return table_outputs(table, i["query"])


@op("lookup.StaticVocabularyTable")
def _(p, i):
    table = rs.StaticVocabularyTable(
        rs.KeyValueTensorInitializer(i["keys"], i["values"]), p["num_oov_buckets"],
        lookup_key_dtype=p.get("lookup_key_dtype"))
    return table_outputs(table, i["query"])


def dense(output):
    """The dense form of what a layer with sparse=True gives."""
    if isinstance(output, rs.SparseTensor):
        full = np.zeros(output.dense_shape, dtype=output.values.dtype)
        full[tuple(output.indices.T)] = output.values
        return full
    return output.toarray()


def arguments(p, i, folder):
    given = {key: value for key, value in p.items() if key not in NO_ARGUMENTS}
    if "file" in p:
        given["vocabulary"] = write_file(folder, p["file"])
    if "vocabulary" in i:
        tokens = i["vocabulary"]
        given["vocabulary"] = (
            [token.decode() for token in tokens] if isinstance(tokens, rs.StringTensor)
            else tokens.tolist())
    if "idf_weights" in i:
        given["idf_weights"] = i["idf_weights"].tolist()
    return given


def run_layer(cls, p, i):
    with tempfile.TemporaryDirectory() as folder:
        layer = cls(**arguments(p, i, folder))
    if "adapt" in i:
        for batch in i["adapt"]:
            layer.update_state(batch)
        layer.finalize_state()
    out = {}
    if "query" in i:
        output = layer(i["query"])
        if p.get("sparse"):
            out["sparse"] = True
            output = dense(output)
        out["output"] = output
    try:
        out["vocabulary"] = layer.get_vocabulary()
        out["vocabulary_without_special"] = layer.get_vocabulary(
            include_special_tokens=False)
    except UnicodeDecodeError as error:
        out["vocabulary"] = {"error": type(error).__name__,
                             "message": "get_vocabulary() cannot decode a token as UTF-8"}
    out["vocabulary_size"] = layer.vocabulary_size()
    if p.get("output_mode") == "tf_idf":
        out["idf_weights"] = layer.idf_weights
    return out


@op("keras.StringLookup")
def _(p, i):
    return run_layer(rs.StringLookup, p, i)


@op("keras.IntegerLookup")
def _(p, i):
    return run_layer(rs.IntegerLookup, p, i)


@op("keras.Hashing")
def _(p, i):
    output = rs.Hashing(**p)(i["input"])
    return dense(output) if p.get("sparse") else output
