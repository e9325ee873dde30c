"""keras.layers.TextVectorization's arguments over the compiled layer."""

import json
import os
import tempfile

import numpy as np

from rowsplit import _core
from rowsplit._sparse import csr_matrix
from rowsplit._vocabulary_layer import (
    VocabularyLayer,
    check_encoding,
    check_kwargs,
    check_output_mode,
)

_STANDARDIZE = ("lower_and_strip_punctuation", "lower", "strip_punctuation")
_SPLIT = ("whitespace", "character", "unicode_whitespace")


def _check_word(value, name, words):
    if value is None or value in words:
        return value if value is not None else "none"
    if callable(value):
        raise ValueError(
            f"`{name}` can't be a function, which no file could hold: use `steps`")
    raise ValueError(f"Unknown value for `{name}` argument of TextVectorization. "
                     f"Allowed values are: {words}. Received: {name}={value}")


def _widths(ngrams):
    if ngrams is None:
        return []
    if isinstance(ngrams, (int, np.integer)):
        widths = list(range(1, ngrams + 1))
    elif isinstance(ngrams, (tuple, list)) and all(
            isinstance(item, (int, np.integer)) for item in ngrams):
        widths = [int(item) for item in ngrams]
    else:
        raise ValueError("`ngrams` must be None, an integer, or a tuple of integers. "
                         f"Received: ngrams={ngrams}")
    if not widths:
        raise ValueError("`ngrams` must have a width, or nothing could be learned. "
                         f"Received: ngrams={ngrams}")
    return widths


def _bytes_to_json(value):
    """A str, or what stands for bytes that are not UTF-8."""
    if isinstance(value, str):
        return value
    try:
        return value.decode()
    except UnicodeDecodeError:
        import base64

        return {"base64": base64.b64encode(value).decode()}


def _step_to_json(step):
    if isinstance(step, str):
        return {"step": step}
    return {key: _bytes_to_json(value) if isinstance(value, bytes) else value
            for key, value in dict(step).items()}


def _int(value, name):
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        return int(value)
    raise ValueError(f"`{name}` must be an integer. Received: {name}={value!r}")


def write_text(path, text):
    """Writes a file that appears under its name when it is whole."""
    path = os.fspath(path)
    folder = os.path.dirname(path) or "."
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="\n", dir=folder,
                                     delete=False) as file:
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            os.chmod(file.name, 0o644)
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise


class TextVectorization(VocabularyLayer):
    """Text to ids, or to rows of columns: keras.layers.TextVectorization, with
    its arguments and its answers, for lists of str or bytes, NumPy arrays,
    StringTensor, RaggedTensor and Arrow arrays.

    >>> layer = rs.TextVectorization(vocabulary=["the", "cat"])
    >>> layer(["The CAT!", "a cat"])
    array([[2, 3],
           [1, 3]])

    Beyond Keras:

    steps: cleaning steps before `standardize`, as data: "lower",
      "delete_punctuation", {"step": "replace", "pattern": RE2, "rewrite": text}
      and the others of docs/ops/plan.md.
    split: also "unicode_whitespace".
    num_oov_indices, oov_hash ("farmhash" or "xxh3"): several ids for the tokens
      that are not in the vocabulary.
    min_count: adapt leaves out what occurs less often.

    Results are NumPy arrays; a RaggedTensor with ragged=True (output mode int),
    and a scipy.sparse.csr_matrix with sparse=True (the others).
    """

    def __init__(
        self,
        max_tokens=None,
        standardize="lower_and_strip_punctuation",
        split="whitespace",
        ngrams=None,
        output_mode="int",
        output_sequence_length=None,
        pad_to_max_tokens=False,
        vocabulary=None,
        idf_weights=None,
        sparse=False,
        ragged=False,
        encoding="utf-8",
        name=None,
        *,
        steps=(),
        num_oov_indices=1,
        oov_hash="farmhash",
        min_count=1,
        **kwargs,
    ):
        check_kwargs(kwargs)
        output_mode = check_output_mode(output_mode, sparse, idf_weights,
                                        "TextVectorization")
        if ragged and output_mode != "int":
            raise ValueError("`ragged` must not be true unless `output_mode` is 'int'. "
                             f"Received: ragged={ragged} and output_mode={output_mode}")
        check_encoding(encoding)
        self.name = "text_vectorization" if name is None else name
        self._output_mode = output_mode
        self._config = {
            "max_tokens": max_tokens,
            "standardize": standardize,
            "split": split,
            "ngrams": ngrams,
            "output_mode": output_mode,
            "output_sequence_length": output_sequence_length,
            "pad_to_max_tokens": pad_to_max_tokens,
            "sparse": sparse,
            "ragged": ragged,
            "encoding": encoding,
        }
        self._extra = {
            "steps": list(steps or ()),
            "num_oov_indices": num_oov_indices,
            "oov_hash": oov_hash,
            "min_count": min_count,
        }
        self._options = self._to_json()
        self._layer = None
        self._start(vocabulary, idf_weights, kwargs)

    def _to_json(self):
        """The options as C++ reads them."""
        config, extra = self._config, self._extra
        max_tokens, length = config["max_tokens"], config["output_sequence_length"]
        return json.dumps({
            "max_tokens": -1 if max_tokens is None else self._max_tokens(max_tokens),
            "steps": [_step_to_json(step) for step in extra["steps"]],
            "standardize": _check_word(config["standardize"], "standardize", _STANDARDIZE),
            "split": _check_word(config["split"], "split", _SPLIT),
            "ngrams": _widths(config["ngrams"]),
            "output_mode": self._output_mode,
            "output_sequence_length": (
                None if length is None else _int(length, "output_sequence_length")),
            "pad_to_max_tokens": bool(config["pad_to_max_tokens"]),
            "num_oov_indices": _int(extra["num_oov_indices"], "num_oov_indices"),
            "oov_hash": extra["oov_hash"],
            "min_count": _int(extra["min_count"], "min_count"),
        })

    @staticmethod
    def _max_tokens(max_tokens):
        if _int(max_tokens, "max_tokens") <= 1:
            raise ValueError("If set, `max_tokens` must be greater than 1. "
                             f"Received: max_tokens={max_tokens}")
        return int(max_tokens)

    def adapt(self, data, batch_size=None, steps=None):
        """Learns the vocabulary, the most common tokens first, and with tf_idf
        the weights. `data` is a list, an array, an Arrow array, or any iterable
        of batches (of which the first `steps` are taken)."""
        del batch_size  # Keras takes it and does not use it either.
        super().adapt(data, steps)

    def _make_adapter(self):
        return _core._TextVectorizationAdapter(self._options)

    def _make_layer(self, tokens, idf_weights):
        return _core._TextVectorization.from_tokens(
            self._options, tokens, idf_weights, True, False)

    def _read_layer(self, path):
        return _core._TextVectorization.from_file(self._options, path)

    def finalize_state(self):
        """Makes the vocabulary of what was counted since reset_state; keeps the
        one that there is if that was nothing."""
        if self._has_input_vocabulary:
            return
        if self._adapter.num_types > 0:
            self._set_layer(self._adapter.finalize())
        self.reset_state()

    def __call__(self, inputs):
        """The result for texts of rank 0 or 1, or with a last dimension of 1;
        with split=None of any shape."""
        layer = self._with_vocabulary()
        if not self._config["sparse"]:
            return layer.call(inputs, self._config["ragged"])
        return csr_matrix(*layer.call_csr(inputs))

    call = __call__

    def _with_vocabulary(self):
        if self._layer is None:
            raise RuntimeError(
                "The layer has no vocabulary: pass a `vocabulary` argument, or call "
                "`adapt` with texts that hold a token.")
        return self._layer

    def get_vocabulary(self, include_special_tokens=True):
        """The tokens by id, as a list of str. Raises UnicodeDecodeError where one
        is not UTF-8; `vocabulary_tensor` gives bytes."""
        return [token.decode(self._config["encoding"])
                for token in self.vocabulary_tensor(include_special_tokens)]

    def vocabulary_tensor(self, include_special_tokens=True):
        """The tokens by id, as a StringTensor."""
        if self._layer is not None:
            return self._layer.tokens(include_special_tokens)
        special = self._special_tokens() if include_special_tokens else []
        return _core.StringTensor(special)

    def _special_tokens(self):
        mask = [""] if self._output_mode == "int" else []
        return mask + ["[UNK]"] * self._extra["num_oov_indices"]

    def vocabulary_size(self):
        """The ids, with those of the special tokens."""
        if self._layer is None:
            return self._extra["num_oov_indices"] + (self._output_mode == "int")
        return self._layer.num_ids

    @property
    def idf_weights(self):
        """With tf_idf, the weight of each column."""
        return self._with_vocabulary().idf_weights

    def explain(self):
        """The stages of the work, a line each; before there is a vocabulary,
        those of adapt."""
        return (self._adapter if self._layer is None else self._layer).explain()

    def save(self, path):
        """Writes the options, the vocabulary and the weights to a JSON file that
        `load`, C++ and the command rowsplit read. `sparse`, `ragged` and `name`
        are not in it."""
        write_text(path, self._with_vocabulary().to_json())

    @classmethod
    def load(cls, path, *, sparse=False, ragged=False, name=None):
        """A layer from a file of `save` or of `rowsplit prepare`
        (vectorizer.json), or from Keras' get_config() as JSON, with the layer's
        get_vocabulary() as its "vocabulary". Raises ValueError that names the
        place of what is not known."""
        with open(path, encoding="utf-8") as file:
            layer = _core._TextVectorization.from_json(file.read(), os.fspath(path))
        options = json.loads(layer.options)
        arguments = {key: None if value == "none" else value
                     for key, value in options.items()}
        arguments["max_tokens"] = (None if options["max_tokens"] == -1
                                   else options["max_tokens"])
        arguments["ngrams"] = tuple(options["ngrams"]) or None
        result = cls(**arguments, sparse=sparse, ragged=ragged, name=name)
        result._layer = layer
        return result

    def get_config(self):
        """The arguments that make this layer again, as Keras names them. A
        vocabulary is among them if it was an argument."""
        extra = {key: value for key, value in self._extra.items()
                 if value != _DEFAULT_EXTRA[key]}
        return {
            "name": self.name,
            "trainable": True,
            "dtype": "string",
            **self._config,
            **self._given_config(),
            "vocabulary_size": self.vocabulary_size(),
            **extra,
        }

    @classmethod
    def from_config(cls, config):
        """A layer of what get_config() gave, Keras' own too."""
        config = dict(config)
        if isinstance(config.get("ngrams"), list):
            config["ngrams"] = tuple(config["ngrams"])
        return cls(**config)


_DEFAULT_EXTRA = {"steps": [], "num_oov_indices": 1, "oov_hash": "farmhash",
                  "min_count": 1}


def unpickle_layer(*arguments):
    return _core._TextVectorization.from_tokens(*arguments)
