"""What StringLookup, IntegerLookup and TextVectorization share: a vocabulary that
is given or learned."""

import itertools
import os

import numpy as np

from rowsplit import _core

_OUTPUT_MODES = ("int", "one_hot", "multi_hot", "count", "tf_idf")
# Names that Keras still takes.
_OLD_MODES = {"binary": "multi_hot", "tf-idf": "tf_idf"}
# What Keras' get_config() has beside the layer's own arguments.
_KERAS_KEYS = ("trainable", "dtype", "vocabulary_size", "has_input_vocabulary")


def check_kwargs(kwargs):
    unknown = set(kwargs) - set(_KERAS_KEYS)
    if unknown:
        raise ValueError(f"Unrecognized keyword argument(s): {sorted(unknown)}")


def check_encoding(encoding):
    if encoding.lower().replace("_", "-") not in ("utf-8", "utf8"):
        raise ValueError(f"`encoding` must be 'utf-8'. Received: encoding={encoding}")


def check_output_mode(output_mode, sparse, idf_weights, class_name):
    """The mode under its name of today."""
    output_mode = _OLD_MODES.get(output_mode, output_mode)
    if output_mode not in _OUTPUT_MODES:
        raise ValueError(
            f"Unknown value for `output_mode` argument of {class_name}. Allowed values "
            f"are: {_OUTPUT_MODES}. Received: output_mode={output_mode}")
    if sparse and output_mode == "int":
        raise ValueError(
            "`sparse` may only be true if `output_mode` is `'one_hot'`, `'multi_hot'`, "
            f"`'count'` or `'tf_idf'`. Received: sparse={sparse} and "
            f"output_mode={output_mode}")
    if idf_weights is not None and output_mode != "tf_idf":
        raise ValueError(
            "`idf_weights` should only be set if `output_mode` is `'tf_idf'`. "
            f"Received: output_mode={output_mode}")
    return output_mode


def _is_batch(data):
    """Whether data is one batch; otherwise it is an iterable of them."""
    return isinstance(data, (str, bytes, list, tuple, np.ndarray, _core.StringTensor,
                             _core.RaggedTensor)) or any(
        hasattr(data, name) for name in
        ("__arrow_c_array__", "__arrow_c_stream__", "__array__"))


def _is_path(vocabulary):
    return isinstance(vocabulary, (str, os.PathLike))


def _to_list(value):
    """What get_config() gives back of a vocabulary or weights."""
    if value is None or isinstance(value, (list, tuple)):
        return value
    if isinstance(value, _core.Vocabulary):
        value = value.tokens()
    if isinstance(value, _core.StringTensor):
        return [token.decode() for token in value]
    return np.asarray(value).tolist()


class VocabularyLayer:
    """A subclass sets `name` and `_output_mode` and has _make_adapter(),
    _make_layer(tokens, idf_weights), _read_layer(path) and finalize_state().
    `_layer` is the compiled layer."""

    def _start(self, vocabulary, idf_weights, kwargs):
        # What a layer over a rowsplit.Vocabulary is pickled as.
        self._given = None
        self.reset_state()
        self._has_input_vocabulary = kwargs.get("has_input_vocabulary",
                                                vocabulary is not None)
        self._input_vocabulary = None if _is_path(vocabulary) else vocabulary
        self._input_idf_weights = idf_weights
        if vocabulary is not None:
            self.set_vocabulary(vocabulary, idf_weights)

    def set_vocabulary(self, vocabulary, idf_weights=None):
        """Takes a list of tokens, an array of them, a rowsplit.Vocabulary (which is
        shared, not copied) or the path of a file: a frozen one, which is mapped, or
        one with a token a line. With tf_idf also a weight for each token, which a
        file of lines can't have."""
        if self._output_mode == "tf_idf":
            if idf_weights is None:
                raise ValueError("`idf_weights` must be set if output_mode is 'tf_idf'.")
        elif idf_weights is not None:
            raise ValueError("`idf_weights` should only be set if output_mode is "
                             f"`'tf_idf'`. Received: output_mode={self._output_mode}")
        if _is_path(vocabulary):
            path = os.fspath(vocabulary)
            if not os.path.exists(path):
                raise ValueError(f"Vocabulary file {path} does not exist.")
            if not _core._is_frozen_file(path):
                if self._output_mode == "tf_idf":
                    raise ValueError("output_mode 'tf_idf' does not support loading a "
                                     "vocabulary from file.")
                self._set_layer(self._read_layer(path))
                return
            vocabulary = _core.Vocabulary.open(path)
        if len(vocabulary) == 0:
            raise ValueError("Cannot set an empty vocabulary. "
                             f"Received: vocabulary={vocabulary}")
        given = None
        if isinstance(vocabulary, _core.Vocabulary):
            if idf_weights is not None:
                idf_weights = np.array(idf_weights, dtype=np.float32)
            given = vocabulary, idf_weights
        self._set_layer(self._make_layer(vocabulary, idf_weights), given)

    def _set_layer(self, layer, given=None):
        self._layer = layer
        self._given = given

    def adapt(self, data, steps=None):
        """Learns the vocabulary, the most common tokens first, and with tf_idf
        the weights. `data` is a list, an array, an Arrow array, or any iterable
        of batches (of which the first `steps` are taken)."""
        self.reset_state()
        if _is_batch(data):
            self._update(data, rows=True)
        else:
            for batch in itertools.islice(data, steps):
                self.update_state(batch)
        self.finalize_state()

    def update_state(self, data):
        """Counts a batch. Where tokens are given and not split from texts, a vector
        is one document."""
        self._update(data, rows=False)

    def _update(self, data, rows):
        if self._has_input_vocabulary:
            raise ValueError(
                f"Cannot adapt layer '{self.name}' after setting a static vocabulary via "
                "`vocabulary` argument or `set_vocabulary()` method.")
        self._has_counts = True
        self._adapter.update(data, rows)

    def reset_state(self):
        """Forgets what was counted, not the vocabulary."""
        self._adapter = self._make_adapter()
        self._has_counts = False

    def _given_config(self):
        """The arguments of get_config() that were given."""
        return {"vocabulary": _to_list(self._input_vocabulary),
                "idf_weights": _to_list(self._input_idf_weights)}

    def __getstate__(self):
        if self._has_counts:
            raise TypeError("a layer can't be pickled or copied between update_state and "
                            "finalize_state")
        state = dict(self.__dict__)
        del state["_adapter"]
        if self._given is not None:
            del state["_layer"]
        return state

    def __setstate__(self, state):
        self.__dict__.update(state)
        self.reset_state()
        if self._given is not None:
            self._layer = self._make_layer(*self._given)

    def __repr__(self):
        return (f"<rowsplit.{type(self).__name__} name={self.name}, "
                f"output_mode={self._output_mode}, "
                f"vocabulary_size={self.vocabulary_size()}>")
