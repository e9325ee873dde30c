"""keras.layers.StringLookup, IntegerLookup and Hashing over the compiled layers."""

import numpy as np

from rowsplit import _core
from rowsplit._sparse import SparseTensor, csr_matrix
from rowsplit._vocabulary_layer import (
    VocabularyLayer,
    check_encoding,
    check_kwargs,
    check_output_mode,
)


def _salt(salt, name):
    """The two words of SipHash's key, or None."""
    if salt is None:
        return None
    if isinstance(salt, (tuple, list)) and len(salt) == 2:
        return [int(word) for word in salt]
    if isinstance(salt, (int, np.integer)) and not isinstance(salt, bool):
        return [int(salt), int(salt)]
    raise ValueError(f"The `salt` argument for `{name}` can only be a tuple of size 2 "
                     f"integers, or a single integer. Received: salt={salt}.")


def _give_csr(parts):
    """A scipy.sparse.csr_matrix, or a SparseTensor where the rows stand for more
    than one dimension."""
    data, indices, indptr, shape, lead = parts
    if lead is None or len(lead) <= 1:
        return csr_matrix(data, indices, indptr, shape)
    rows = np.repeat(np.arange(shape[0], dtype=np.int64), np.diff(indptr))
    places = [*np.unravel_index(rows, lead), indices] if len(rows) else []
    positions = np.stack(places, axis=1) if places else np.empty((0, len(lead) + 1))
    return SparseTensor(positions.astype(np.int64), data,
                        np.array([*lead, shape[1]], dtype=np.int64))


class _IndexLookup(VocabularyLayer):
    """What StringLookup and IntegerLookup share."""

    def __init__(self, max_tokens, num_oov_indices, mask_token, oov_token, vocabulary,
                 idf_weights, invert, output_mode, sparse, pad_to_max_tokens, name, salt,
                 min_count, kwargs, oov_method="floormod"):
        check_kwargs(kwargs)
        class_name = type(self).__name__
        if oov_method not in ("floormod", "farmhash"):
            raise ValueError(
                f"Unknown value for `oov_method` argument of {class_name}. Allowed values "
                f"are: ('floormod', 'farmhash'). Received: oov_method={oov_method}")
        output_mode = check_output_mode(output_mode, sparse, idf_weights, class_name)
        if max_tokens is not None and max_tokens <= 1:
            raise ValueError("If set, `max_tokens` must be greater than 1. "
                             f"Received: max_tokens={max_tokens}")
        self.name = _snake_case(class_name) if name is None else name
        self._output_mode = output_mode
        self._options = {
            "max_tokens": max_tokens,
            "num_oov_indices": num_oov_indices,
            "mask_token": mask_token,
            "oov_token": oov_token,
            "invert": bool(invert),
            "output_mode": output_mode,
            "pad_to_max_tokens": bool(pad_to_max_tokens),
            "oov_method": oov_method,
            "salt": _salt(salt, class_name),
            "min_count": min_count,
        }
        self._sparse = bool(sparse)
        self._layer = self._make_layer(None, None)
        # In the modes but int a layer may not be called before it has been given
        # a vocabulary or been adapted, even to nothing.
        self._is_ready = False
        self._start(vocabulary, idf_weights, kwargs)

    def _make_adapter(self):
        return self._adapter_class(self._options)

    def _make_layer(self, tokens, idf_weights, restore=False):
        return self._layer_class(self._options, tokens, idf_weights, restore)

    def _read_layer(self, path):
        return self._layer_class.from_file(self._options, path)

    def _set_layer(self, layer, given=None):
        super()._set_layer(layer, given)
        self._is_ready = True

    def __call__(self, inputs):
        """Ids, tokens (invert) or rows of columns (the other output modes)."""
        if (not self._is_ready and self._output_mode != "int"
                and not self._options["pad_to_max_tokens"]):
            raise RuntimeError(
                f"When using `output_mode={self._output_mode}` and "
                "`pad_to_max_tokens=False`, you must set the layer's vocabulary before "
                "calling it. Either pass a `vocabulary` argument to the layer, or call "
                "`adapt` with some sample data.")
        if self._sparse:
            return _give_csr(self._layer.call_csr(inputs))
        return self._layer.call(inputs)

    call = __call__

    def finalize_state(self):
        """Makes the vocabulary of what was counted since reset_state; keeps the
        one that there is if that was nothing."""
        self._is_ready = True
        if self._has_input_vocabulary:
            return
        layer = self._adapter.finalize()
        if layer.has_vocabulary:
            self._set_layer(layer)
        self.reset_state()

    def vocabulary_size(self):
        """The ids, with those of mask and OOV."""
        return self._layer.size

    @property
    def idf_weights(self):
        """With tf_idf, the weight of each column."""
        return self._layer.idf_weights

    def _special(self, tokens):
        """get_vocabulary() has the token as it was given."""
        first = self._layer.first_token_id
        num_oov = self._options["num_oov_indices"]
        mask = [self._options["mask_token"]] * (first - num_oov)
        return mask + [self._options["oov_token"]] * num_oov + tokens[first:]

    def get_config(self):
        """The arguments that make this layer again, as Keras names them. A
        vocabulary is among them if it was an argument."""
        config = {
            "name": self.name,
            "trainable": True,
            "dtype": self._dtype,
            "invert": self._options["invert"],
            "max_tokens": self._options["max_tokens"],
            "num_oov_indices": self._options["num_oov_indices"],
            "oov_token": self._options["oov_token"],
            "mask_token": self._options["mask_token"],
            "output_mode": self._options["output_mode"],
            "sparse": self._sparse,
            "pad_to_max_tokens": self._options["pad_to_max_tokens"],
            **self._given_config(),
            "vocabulary_size": self.vocabulary_size() if self._is_ready else None,
            "oov_method": self._options["oov_method"],
            "salt": self._options["salt"],
        }
        if self._options["min_count"] != 1:
            config["min_count"] = self._options["min_count"]
        return config

    @classmethod
    def from_config(cls, config):
        """A layer of what get_config() gave, Keras' own too. An argument that is
        not known is a ValueError."""
        return cls(**config)

    def __getstate__(self):
        state = super().__getstate__()
        if "_layer" in state:
            tokens = weights = None
            if self._layer.has_vocabulary:
                tokens = self._layer.tokens(False)
                if self._output_mode == "tf_idf":
                    weights = self._layer.idf_weights
            state["_layer"] = tokens, weights
        return state

    def __setstate__(self, state):
        super().__setstate__(state)
        if self._given is None:
            self._layer = self._make_layer(*state["_layer"], restore=True)


def _snake_case(name):
    return name.replace("Lookup", "_lookup").lower()


class StringLookup(_IndexLookup):
    """Strings to ids, or to rows of columns: keras.layers.StringLookup, with its
    arguments and its answers, for lists of str or bytes, NumPy arrays,
    StringTensor, RaggedTensor and Arrow arrays. `vocabulary` may also be a
    rowsplit.Vocabulary or the path of a frozen one.

    >>> layer = rs.StringLookup(vocabulary=["a", "b"])
    >>> layer(["b", "x", "a"])
    array([2, 0, 1])

    Results are NumPy arrays or a RaggedTensor; with sparse=True a
    scipy.sparse.csr_matrix, or a SparseTensor of more than two dimensions.

    Beyond Keras, `min_count`: adapt leaves out what occurs less often.
    """

    _layer_class = _core._StringLookup
    _adapter_class = _core._StringLookupAdapter
    _dtype = "string"

    def __init__(self, max_tokens=None, num_oov_indices=1, mask_token=None,
                 oov_token="[UNK]", vocabulary=None, idf_weights=None, invert=False,
                 output_mode="int", pad_to_max_tokens=False, sparse=False,
                 encoding="utf-8", name=None, salt=None, *, oov_method="floormod",
                 min_count=1, **kwargs):
        check_encoding(encoding)
        self._encoding = encoding
        super().__init__(max_tokens, num_oov_indices, mask_token, oov_token, vocabulary,
                         idf_weights, invert, output_mode, sparse, pad_to_max_tokens,
                         name, salt, min_count, kwargs, oov_method)

    def get_vocabulary(self, include_special_tokens=True):
        """The tokens by id, as a list of str. Raises UnicodeDecodeError where one
        is not UTF-8; `vocabulary_tensor` gives bytes."""
        tokens = [token.decode("utf-8") for token in
                  self.vocabulary_tensor(include_special_tokens)]
        return self._special(tokens) if include_special_tokens else tokens

    def vocabulary_tensor(self, include_special_tokens=True):
        """The tokens by id, as a StringTensor."""
        return self._layer.tokens(include_special_tokens)

    def get_config(self):
        """The arguments that make this layer again, as Keras names them."""
        return {**super().get_config(), "encoding": self._encoding}


class IntegerLookup(_IndexLookup):
    """Integers to ids, or to rows of columns: keras.layers.IntegerLookup, with
    its arguments and its answers.

    >>> layer = rs.IntegerLookup(vocabulary=[12, 36])
    >>> layer([36, 7, 12])
    array([2, 0, 1])
    """

    _layer_class = _core._IntegerLookup
    _adapter_class = _core._IntegerLookupAdapter
    _dtype = "int64"

    def __init__(self, max_tokens=None, num_oov_indices=1, mask_token=None, oov_token=-1,
                 vocabulary=None, vocabulary_dtype="int64", idf_weights=None,
                 invert=False, output_mode="int", sparse=False, pad_to_max_tokens=False,
                 oov_method="floormod", salt=None, name=None, *, min_count=1, **kwargs):
        if vocabulary_dtype != "int64":
            raise ValueError("Only `vocabulary_dtype='int64'` is supported. Received: "
                             f"vocabulary_dtype={vocabulary_dtype}")
        if isinstance(vocabulary, (list, tuple)) and not all(
                isinstance(token, (int, np.integer)) for token in vocabulary):
            raise ValueError("The vocabulary of an IntegerLookup must be integers. "
                             f"Received: vocabulary={vocabulary}")
        super().__init__(max_tokens, num_oov_indices, mask_token, oov_token, vocabulary,
                         idf_weights, invert, output_mode, sparse, pad_to_max_tokens,
                         name, salt, min_count, kwargs, oov_method)

    def get_vocabulary(self, include_special_tokens=True):
        """The tokens by id, as a list of int."""
        tokens = self._layer.tokens(include_special_tokens).tolist()
        return self._special(tokens) if include_special_tokens else tokens

    def get_config(self):
        """The arguments that make this layer again, as Keras names them."""
        return {**super().get_config(), "vocabulary_dtype": "int64"}


class Hashing:
    """Strings or numbers to bins: keras.layers.Hashing, with its arguments and
    its answers.

    >>> layer = rs.Hashing(num_bins=3)
    >>> layer([["A"], ["B"], ["C"]])
    array([[1],
           [0],
           [1]])
    """

    def __init__(self, num_bins, mask_value=None, salt=None, output_mode="int",
                 sparse=False, *, name=None, trainable=True, dtype=None):
        if num_bins is None or num_bins <= 0:
            raise ValueError("The `num_bins` for `Hashing` cannot be `None` or "
                             f"non-positive values. Received: num_bins={num_bins}.")
        modes = ("int", "one_hot", "multi_hot", "count")
        if output_mode not in modes:
            raise ValueError("Invalid value for argument `output_mode`. Expected one of "
                             f"{modes}. Received: output_mode={output_mode}")
        if sparse and output_mode == "int":
            raise ValueError(
                '`sparse` may only be true if `output_mode` is `"one_hot"`, `"multi_hot"`, '
                f'or `"count"`. Received: sparse={sparse} and output_mode={output_mode}')
        if isinstance(dtype, dict):  # Keras' DTypePolicy
            dtype = dtype["config"]["name"]
        if dtype is None:
            dtype = "int64" if output_mode == "int" else "float32"
        if output_mode == "int" and dtype not in ("int32", "int64"):
            raise ValueError('When `output_mode="int"`, `dtype` should be an integer type, '
                             f"'int32' or 'int64'. Received: dtype={dtype}")
        del trainable  # nothing of it is
        self.name = "hashing" if name is None else name
        self._config = {"num_bins": num_bins, "salt": _salt(salt, "Hashing"),
                        "mask_value": mask_value, "output_mode": output_mode,
                        "sparse": bool(sparse)}
        self._dtype = dtype

    def __call__(self, inputs):
        """The bins, or rows of columns."""
        config = self._config
        result = _core._hashing(inputs, config["num_bins"], config["mask_value"],
                                config["salt"], config["output_mode"], self._dtype,
                                config["sparse"])
        return _give_csr(result) if config["sparse"] else result

    call = __call__

    def get_config(self):
        """The arguments that make this layer again, as Keras names them."""
        return {"name": self.name, "trainable": True, "dtype": self._dtype, **self._config}

    @classmethod
    def from_config(cls, config):
        """A layer of what get_config() gave, Keras' own too."""
        return cls(**config)

    def __repr__(self):
        return (f"<rowsplit.Hashing name={self.name}, "
                f"num_bins={self._config['num_bins']}>")
