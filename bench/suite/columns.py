"""What makes rows of columns of text, dense and sparse, and ids in dense rows, by
rowsplit's TextVectorization and by each library that can; and bins of words."""

from __future__ import annotations

import functools
from collections.abc import Callable

from suite.cores import on_its_cores, over
from suite.lines import PUNCTUATION, STRIPPED, Lines, row_splits
from suite.vectorizers import (
    Model,
    Way,
    joined,
    keras_function,
    polars_words,
    ragged_answer,
    tensorflow_function,
    tensorflow_tokens,
    word_level,
)

BATCH = 1024  # lines, where rows are dense
NUM_BINS = 1 << 18


def of_batches(batches: list, step: Callable, keep: bool) -> Callable[[], list]:
    def run() -> list:
        if keep:
            return [step(batch) for batch in batches]
        for batch in batches:
            result = step(batch)
        return [result]

    return run


def concatenated(arrays: list):
    import numpy as np

    return np.concatenate([np.asarray(array) for array in arrays])


# Dense rows, in batches as a training loop asks for them: all lines at once are
# many times the text. Answers other than ids are (which columns, matrix).


def matrix_answer(model: Model, columns: str = "all") -> Callable[[list], object]:
    if model.is_int:
        return concatenated
    return lambda batches: (columns, concatenated(batches))


def our_dense(model: Model) -> Way:
    def make(lines: Lines, keep: bool):
        return of_batches(lines.batches(lines.arrow, BATCH), model.layer(), keep)

    return Way("rowsplit", "TextVectorization over Arrow arrays of 1024 lines", make,
               matrix_answer(model))


def keras_dense(model: Model) -> Way:
    def make(lines: Lines, keep: bool):
        return of_batches(lines.batches(lines.tensor, BATCH), keras_function(model), keep)

    return Way("Keras", "tf.function of TextVectorization over tensors of 1024 lines", make,
               matrix_answer(model))


def tensorflow_dense(model: Model) -> Way:
    def make(lines: Lines, keep: bool):
        tf = model.load("tensorflow")
        columns = len(model.vocabulary) + 1

        def encode(ids):
            if model.is_int:
                return ids.to_tensor(shape=[None, model.length])
            rows = tf.math.bincount(ids, minlength=columns, maxlength=columns, axis=-1,
                                    dtype=tf.float32, binary_output=model.mode == "multi_hot")
            if model.mode != "tf_idf":
                return rows
            return rows * tf.concat([[tf.reduce_mean(model.idf)], model.idf], 0)

        step = tensorflow_function(model, encode)
        return of_batches(lines.batches(lines.tensor, BATCH), step, keep)

    return Way("TensorFlow", "tf.function of tf.strings ops, a StaticHashTable and to_tensor or "
               "bincount over tensors of 1024 lines", make, matrix_answer(model))


def hugging_face_dense(model: Model) -> Way:
    def make(lines: Lines, keep: bool):
        import numpy as np

        tokenizer = word_level(model)

        def step(batch):
            rows = tokenizer.encode_batch_fast(batch, add_special_tokens=False)
            return np.array([row.ids for row in rows], dtype=np.int64)

        return of_batches(lines.batches(lines.strings, BATCH), step, keep)

    return Way("Hugging Face", "encode_batch_fast of a WordLevel model that pads, over lists of "
               "1024 str, and a Python loop into an array", make, concatenated, pace="slow")


def sklearn_vectorizer(model: Model):
    """It has no column for words that are not in the vocabulary."""
    import numpy as np

    kinds, strip = model.load("sklearn.feature_extraction.text"), str.maketrans(
        "", "", STRIPPED.decode())
    arguments = {"vocabulary": model.vocabulary, "token_pattern": None, "tokenizer": str.split,
                 "preprocessor": lambda line: line.lower().translate(strip),
                 "ngram_range": (1, model.ngrams or 1), "dtype": np.float32}
    if model.mode != "tf_idf":
        return kinds.CountVectorizer(binary=model.mode == "multi_hot", **arguments)
    vectorizer = kinds.TfidfVectorizer(norm=None, **arguments)
    vectorizer.idf_ = model.idf
    return vectorizer


def sklearn_dense(model: Model) -> Way:
    def make(lines: Lines, keep: bool):
        vectorizer = sklearn_vectorizer(model)
        return of_batches(lines.batches(lines.strings, BATCH),
                          lambda batch: vectorizer.transform(batch).toarray(), keep)

    name = "TfidfVectorizer" if model.mode == "tf_idf" else "CountVectorizer"
    return Way("scikit-learn", f"{name}.transform of lists of 1024 str, toarray", make,
               matrix_answer(model, "known"), pace="slow")


def dense_ways(model: Model) -> list[Way]:
    if model.is_int:
        ways = [our_dense, keras_dense, tensorflow_dense, hugging_face_dense]
    else:
        ways = [our_dense, keras_dense, tensorflow_dense, sklearn_dense]
    return [way(model) for way in ways]


# Sparse rows: (which columns, (row splits, columns, values)).


def csr_answer(columns: str, first: int = 0) -> Callable:
    def answer(matrix) -> tuple:
        matrix.sort_indices()
        return columns, (matrix.indptr, matrix.indices + first, matrix.data)

    return answer


def our_csr(model: Model) -> Way:
    def make(lines: Lines, _keep: bool):
        layer, array = model.layer(), lines.arrow
        return lambda: layer(array)

    return Way("rowsplit", "TextVectorization(sparse=True) over one Arrow array", make,
               csr_answer("all"))


def keras_csr(model: Model) -> Way:
    def make(lines: Lines, _keep: bool):
        return on_its_cores(model.threads, lines.tensor, keras_function(model))

    return Way("Keras", "tf.function of TextVectorization(sparse=True) over "
               f"{over(model.threads, 'tensor')}", make, sparse_answer)


def tensorflow_csr(model: Model) -> Way:
    def make(lines: Lines, _keep: bool):
        tf = model.load("tensorflow")
        columns = len(model.vocabulary) + 1

        def encode(ids):
            rows = tf.sparse.bincount(ids, minlength=columns, maxlength=columns, axis=-1,
                                      binary_output=model.mode == "multi_hot")
            values = tf.cast(rows.values, tf.float32)
            if model.mode == "tf_idf":
                weights = tf.concat([[tf.reduce_mean(model.idf)], model.idf], 0)
                values *= tf.gather(weights, rows.indices[:, 1])
            return rows.with_values(values)

        function = tensorflow_function(model, encode)
        return on_its_cores(model.threads, lines.tensor, function)

    return Way("TensorFlow", "tf.function of tf.strings ops, a StaticHashTable and "
               f"sparse.bincount over {over(model.threads, 'tensor')}", make, sparse_answer)


def sparse_answer(parts: list) -> tuple:
    def of_part(sparse) -> tuple:
        import numpy as np

        rows, columns = np.asarray(sparse.indices).T
        splits = row_splits(np.bincount(rows, minlength=int(sparse.dense_shape[0])))
        return columns, np.asarray(sparse.values), splits

    columns, values, splits = joined([of_part(part) for part in parts])
    return "all", (splits, columns, values)


def sklearn_csr(model: Model) -> Way:
    def make(lines: Lines, _keep: bool):
        vectorizer = sklearn_vectorizer(model)
        return lambda: vectorizer.transform(lines.strings)

    name = "TfidfVectorizer" if model.mode == "tf_idf" else "CountVectorizer"
    return Way("scikit-learn", f"{name}.transform of a list of str", make,
               csr_answer("known", first=1), pace="slow")


def polars_csr(model: Model) -> Way:
    def make(lines: Lines, _keep: bool):
        import numpy as np

        polars = model.load("polars")
        columns = {"word": model.vocabulary, "id": np.arange(1, 1 + len(model.vocabulary))}
        value = polars.len().cast(polars.Float32)
        if model.mode == "multi_hot":
            value = polars.lit(1, polars.Float32)
        if model.mode == "tf_idf":
            columns["weight"] = model.idf
            weight = polars.col("weight").first().fill_null(float(model.idf.mean()))
            value = value * weight.cast(polars.Float32)
        joined = polars_words(model, lines).join(polars.LazyFrame(columns), on="word", how="left")
        query = joined.group_by("row", polars.col("id").fill_null(0)).agg(
            value.alias("value")).sort("row", "id")
        return lambda: (query.collect(), len(lines.raw))

    def answer(result) -> tuple:
        import numpy as np

        frame, num_rows = result
        splits = row_splits(np.bincount(frame["row"].to_numpy(), minlength=num_rows))
        return "all", (splits, frame["id"].to_numpy(), frame["value"].to_numpy())

    return Way("polars", "the words of one frame, a left join, group_by and sort", make, answer)


def count_ways(model: Model) -> list[Way]:
    ways = [our_csr, keras_csr, tensorflow_csr, sklearn_csr, polars_csr]
    if model.ngrams:
        ways.remove(polars_csr)
    return [way(model) for way in ways]


# Words into bins: 1 + Fingerprint64 of the word modulo NUM_BINS.


def hash_ways(model: Model) -> list[Way]:
    def ours(lines: Lines, _keep: bool):
        # A vocabulary of one word that no text has: all words go to the bins.
        layer = model.load("rowsplit").TextVectorization(
            vocabulary=[" "], num_oov_indices=NUM_BINS, ragged=True)
        return lambda: layer(lines.arrow)

    def ops(lines: Lines, _keep: bool):
        strings = model.load("rowsplit").strings

        def run():
            bare = strings.regex_replace(strings.lower(lines.arrow), PUNCTUATION, "")
            return strings.to_hash_bucket_fast(strings.split(bare), NUM_BINS) + 1

        return run

    def tensorflow(lines: Lines, _keep: bool):
        tf = model.load("tensorflow")

        @functools.partial(tf.function, input_signature=[tf.TensorSpec([None], tf.string)])
        def function(tensor):
            words = tensorflow_tokens(model, tensor)
            bins = tf.strings.to_hash_bucket_fast(words.flat_values, NUM_BINS)
            return words.with_flat_values(bins + 1)

        return lambda: function(lines.tensor)

    return [Way("rowsplit", "TextVectorization(num_oov_indices=2^18) over one Arrow array", ours,
                ragged_answer),
            Way("rowsplit, op by op", "strings.lower, regex_replace, split, to_hash_bucket_fast",
                ops, ragged_answer),
            Way("TensorFlow", "tf.function of tf.strings ops over one tensor", tensorflow,
                ragged_answer)]
