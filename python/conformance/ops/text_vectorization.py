"""keras.TextVectorization."""

import base64
import os
import tempfile

import rowsplit as rs
from conformance.ops import op


def layer_arguments(params, inputs, folder):
    arguments = dict(params)
    arguments.pop("adapt_how", None)
    file = arguments.pop("file", None)
    if file is not None:
        path = os.path.join(folder, "vocabulary.txt")
        with open(path, "wb") as out:
            out.write(base64.b64decode(file["b64"]))
        arguments["vocabulary"] = path
    if isinstance(arguments.get("ngrams"), list):
        arguments["ngrams"] = tuple(arguments["ngrams"])
    if "vocabulary" in inputs:
        arguments["vocabulary"] = [token.decode() for token in inputs["vocabulary"]]
    if "idf_weights" in inputs:
        arguments["idf_weights"] = inputs["idf_weights"].tolist()
    return arguments


def adapt(layer, params, batches):
    if params.get("adapt_how") != "dataset":
        layer.adapt(batches[0])
        return
    layer.reset_state()
    for batch in batches:
        layer.update_state(batch)
    layer.finalize_state()


def table(layer):
    """The tokens that have an id in Keras' table, sorted by id."""
    first = layer.vocabulary_size() - len(layer.vocabulary_tensor(False))
    return {"sorted": [[base64.b64encode(token).decode(), first + index]
                       for index, token in enumerate(layer.vocabulary_tensor(False))]}


def is_one_sample(params, texts):
    """Whether the reference's sparse result has no dimension of samples."""
    if isinstance(texts, (bytes, str)):
        return True
    return (params.get("split", "whitespace") is None and texts.rank == 1
            and params["output_mode"] != "one_hot")


@op("keras.TextVectorization")
def _(p, i):
    with tempfile.TemporaryDirectory() as folder:
        layer = rs.TextVectorization(**layer_arguments(p, i, folder))
    if "adapt" in i:
        adapt(layer, p, i["adapt"])
    out = {}
    if "input" in i:
        output = layer(i["input"])
        if p.get("sparse"):
            out["sparse"] = True
            output = output.toarray()
            if is_one_sample(p, i["input"]):
                output = output[0]
        out["output"] = output
    try:
        out["vocabulary"] = layer.get_vocabulary()
        out["vocabulary_without_special"] = layer.get_vocabulary(
            include_special_tokens=False)
    except UnicodeDecodeError as error:
        out["vocabulary"] = {"error": type(error).__name__,
                             "message": "get_vocabulary() cannot decode a token as UTF-8"}
        out["table"] = table(layer)
    out["vocabulary_size"] = layer.vocabulary_size()
    if layer.get_config()["output_mode"] == "tf_idf" and p["output_mode"] == "tf_idf":
        out["idf_weights"] = layer.idf_weights
    return out
