"""keras.layers.TextVectorization's arguments over the compiled layer."""

import json
import os
import tempfile

import numpy as np

from rowsplit import _core

_STANDARDIZE = ("lower_and_strip_punctuation", "lower", "strip_punctuation")
_SPLIT = ("whitespace", "character", "unicode_whitespace")
_OUTPUT_MODE = ("int", "one_hot", "multi_hot", "count", "tf_idf")
# Names that Keras still takes.
_OLD_MODES = {"binary": "multi_hot", "tf-idf": "tf_idf"}
# What Keras' get_config() has beside the layer's own arguments.
_KERAS_KEYS = ("trainable", "dtype", "vocabulary_size", "has_input_vocabulary")


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


def _to_list(value):
    """What get_config() gives back of a vocabulary or weights."""
    if value is None or isinstance(value, (list, tuple)):
        return value
    if isinstance(value, _core.StringTensor):
        return [token.decode() for token in value]
    return np.asarray(value).tolist()


class TextVectorization:
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
        unknown = set(kwargs) - set(_KERAS_KEYS)
        if unknown:
            raise ValueError(f"Unrecognized keyword argument(s): {sorted(unknown)}")
        output_mode = _OLD_MODES.get(output_mode, output_mode)
        if output_mode not in _OUTPUT_MODE:
            raise ValueError(
                "Unknown value for `output_mode` argument of TextVectorization. "
                f"Allowed values are: {_OUTPUT_MODE}. Received: "
                f"output_mode={output_mode}")
        if ragged and output_mode != "int":
            raise ValueError("`ragged` must not be true unless `output_mode` is 'int'. "
                             f"Received: ragged={ragged} and output_mode={output_mode}")
        if sparse and output_mode == "int":
            raise ValueError("`sparse` must not be true if `output_mode` is 'int'. "
                             f"Received: sparse={sparse} and output_mode={output_mode}")
        if idf_weights is not None and output_mode != "tf_idf":
            raise ValueError("`idf_weights` should only be set if `output_mode` is "
                             f"'tf_idf'. Received: output_mode={output_mode}")
        if encoding.lower().replace("_", "-") not in ("utf-8", "utf8"):
            raise ValueError(f"`encoding` must be 'utf-8'. Received: encoding={encoding}")
        self.name = "text_vectorization" if name is None else name
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
        self._options = json.dumps({
            "max_tokens": -1 if max_tokens is None else self._max_tokens(max_tokens),
            "steps": [_step_to_json(step) for step in self._extra["steps"]],
            "standardize": _check_word(standardize, "standardize", _STANDARDIZE),
            "split": _check_word(split, "split", _SPLIT),
            "ngrams": _widths(ngrams),
            "output_mode": output_mode,
            "output_sequence_length": (
                None if output_sequence_length is None
                else _int(output_sequence_length, "output_sequence_length")),
            "pad_to_max_tokens": bool(pad_to_max_tokens),
            "num_oov_indices": _int(num_oov_indices, "num_oov_indices"),
            "oov_hash": oov_hash,
            "min_count": _int(min_count, "min_count"),
        })
        self._layer = None
        self._adapter = _core._TextVectorizationAdapter(self._options)
        self._has_input_vocabulary = kwargs.get("has_input_vocabulary",
                                                vocabulary is not None)
        self._input_vocabulary = None if isinstance(vocabulary, str) else vocabulary
        self._input_idf_weights = idf_weights
        if vocabulary is not None:
            self.set_vocabulary(vocabulary, idf_weights)

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
        self.reset_state()
        if _is_batch(data):
            self._update(data, rows=True)
        else:
            for index, batch in enumerate(data):
                if steps is not None and index >= steps:
                    break
                self.update_state(batch)
        self.finalize_state()

    def update_state(self, data):
        """Counts a batch of texts."""
        self._update(data, rows=False)

    def _update(self, data, rows):
        if self._has_input_vocabulary:
            raise ValueError(
                f"Cannot adapt layer '{self.name}' after setting a static vocabulary via "
                "`vocabulary` argument or `set_vocabulary()` method.")
        self._adapter.update(data, rows)

    def finalize_state(self):
        """Makes the vocabulary of what was counted since reset_state; keeps the
        one that there is if that was nothing."""
        if self._has_input_vocabulary or self._adapter.num_types == 0:
            return
        self._layer = self._adapter.finalize()
        self.reset_state()

    def reset_state(self):
        """Forgets what was counted, not the vocabulary."""
        if not self._has_input_vocabulary:
            self._adapter = _core._TextVectorizationAdapter(self._options)

    def __call__(self, inputs):
        """The result for texts of rank 0 or 1, or with a last dimension of 1;
        with split=None of any shape."""
        layer = self._with_vocabulary()
        if not self._config["sparse"]:
            return layer.call(inputs, self._config["ragged"])
        from scipy.sparse import csr_matrix

        data, indices, indptr, shape = layer.call_csr(inputs)
        return csr_matrix((data, indices, indptr), shape=shape)

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
        mask = [""] if self._config["output_mode"] == "int" else []
        return mask + ["[UNK]"] * self._extra["num_oov_indices"]

    def vocabulary_size(self):
        """The ids, with those of the special tokens."""
        if self._layer is None:
            return len(self._special_tokens())
        return self._layer.num_ids

    def set_vocabulary(self, vocabulary, idf_weights=None):
        """Takes a list of tokens, an array of them or the path of a file with a
        token a line; with tf_idf a weight for each token, too."""
        if self._config["output_mode"] == "tf_idf":
            if idf_weights is None:
                raise ValueError("`idf_weights` must be set if output_mode is 'tf_idf'.")
        elif idf_weights is not None:
            raise ValueError("`idf_weights` should only be set if output_mode is 'tf_idf'. "
                             f"Received: output_mode={self._config['output_mode']}")
        if isinstance(vocabulary, (str, os.PathLike)):
            path = os.fspath(vocabulary)
            if not os.path.exists(path):
                raise ValueError(f"Vocabulary file {path} does not exist.")
            if idf_weights is not None:
                raise ValueError("output_mode 'tf_idf' does not support loading a "
                                 "vocabulary from file.")
            self._layer = _core._TextVectorization.from_file(self._options, path)
            return
        if len(vocabulary) == 0:
            raise ValueError("Cannot set an empty vocabulary. "
                             f"Received: vocabulary={vocabulary}")
        self._layer = _core._TextVectorization.from_tokens(
            self._options, vocabulary, idf_weights, True, False)

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
        text = self._with_vocabulary().to_json()
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
            "vocabulary": _to_list(self._input_vocabulary),
            "idf_weights": _to_list(self._input_idf_weights),
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

    def __getstate__(self):
        if self._adapter.num_types:
            raise TypeError("a layer can't be pickled or copied between update_state and "
                            "finalize_state")
        state = dict(self.__dict__)
        del state["_adapter"]
        return state

    def __setstate__(self, state):
        self.__dict__.update(state)
        self._adapter = _core._TextVectorizationAdapter(self._options)

    def __repr__(self):
        return (f"<rowsplit.TextVectorization name={self.name}, "
                f"output_mode={self._config['output_mode']}, "
                f"vocabulary_size={self.vocabulary_size()}>")


_DEFAULT_EXTRA = {"steps": [], "num_oov_indices": 1, "oov_hash": "farmhash",
                  "min_count": 1}


def unpickle_layer(*arguments):
    return _core._TextVectorization.from_tokens(*arguments)


def _is_batch(data):
    """Whether data is one batch; otherwise it is an iterable of them."""
    return isinstance(data, (str, bytes, list, tuple, np.ndarray, _core.StringTensor,
                             _core.RaggedTensor)) or any(
        hasattr(data, name) for name in
        ("__arrow_c_array__", "__arrow_c_stream__", "__array__"))
