"""What makes ids of text: rowsplit's TextVectorization and, for the same
arguments, what each library has for it."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from suite.cores import on_its_cores, over
from suite.lines import PUNCTUATION, Lines, by_count, count_tokens, row_splits, tokens_of
from suite.setting import Setting

WORD = r"[^ \t\n\x0b\x0c\r]+"


@dataclass(frozen=True)
class Way:
    """One contender: `make(lines, keep)` gives the call, whose result has all
    batches if `keep`; `answer` makes what is compared of a result. `pace` says how
    much text it is timed on."""

    name: str
    form: str
    make: Callable[[Lines, bool], Callable[[], object]]
    answer: Callable[[object], object]
    pace: str = "fast"


@functools.cache
def counts_of(lines: Lines, arguments: tuple) -> Counter:
    return count_tokens(tokens_of(line, *arguments) for line in lines.raw)


@functools.cache
def documents_of(lines: Lines, arguments: tuple) -> Counter:
    return count_tokens(sorted(set(tokens_of(line, *arguments))) for line in lines.raw)


class Model:
    """The arguments of the layer, the vocabulary that all are given (learned in
    plain Python from `learned()`), and plain Python's answer."""

    def __init__(self, setting: Setting, learned: Callable[[], Lines], *,
                 max_tokens: int | None = None, ngrams: int | None = None,
                 standardize: str | None = "lower_and_strip_punctuation",
                 split: str = "whitespace", output_mode: str = "int", threads: int = 1, **rest):
        self.load, self.learned, self.threads = setting.load, learned, threads
        self.max_tokens, self.ngrams, self.mode = max_tokens, ngrams, output_mode
        self.standardize, self.split, self.rest = standardize, split, rest
        self.how = (standardize, split, ngrams or 1)
        self.is_int = output_mode == "int"
        self.length = rest.get("output_sequence_length")

    @functools.cached_property
    def vocabulary(self) -> list[str]:
        words = by_count(counts_of(self.learned(), self.how))
        most = None if self.max_tokens is None else self.max_tokens - 1 - self.is_int
        return [word.decode() for word in words[:most]]

    @functools.cached_property
    def idf(self):
        """The weights of the vocabulary's words, as the layer would learn them."""
        import numpy as np

        documents, count = documents_of(self.learned(), self.how), len(self.learned().raw)
        found = np.array([documents[word.encode()] for word in self.vocabulary])
        return np.log(1 + count / (1 + found)).astype(np.float32)

    @property
    def unknown(self) -> int:
        return 1 if self.is_int else 0

    @functools.cached_property
    def ids(self) -> dict[bytes, int]:
        return {word.encode(): i for i, word in enumerate(self.vocabulary, self.unknown + 1)}

    def layer(self, keras: bool = False, **more):
        """rowsplit's or Keras' TextVectorization, given the vocabulary."""
        kind = (self.load("keras").layers if keras else self.load("rowsplit")).TextVectorization
        weights = {"idf_weights": self.idf} if self.mode == "tf_idf" else {}
        return kind(max_tokens=self.max_tokens, standardize=self.standardize, split=self.split,
                    ngrams=self.ngrams, output_mode=self.mode, vocabulary=self.vocabulary,
                    **weights, **self.rest, **more)

    def expected(self, lines: Lines):
        import numpy as np

        rows = [[self.ids.get(token, self.unknown) for token in tokens_of(line, *self.how)]
                for line in lines.raw]
        if not self.is_int:
            return self.expected_columns(rows)
        if self.length is None:
            return (np.array([i for row in rows for i in row], dtype=np.int64),
                    row_splits([len(row) for row in rows]))
        dense = np.zeros((len(rows), self.length), dtype=np.int64)
        for i, row in enumerate(rows):
            dense[i, : len(row)] = row[: self.length]
        return dense

    def expected_columns(self, rows: list[list[int]]) -> dict:
        """The matrix with all columns, and without that of unknown words, as CSR or
        dense; by `known_columns` of the tasks."""
        import numpy as np

        if self.mode == "tf_idf":
            weights = np.concatenate([[self.idf.mean()], self.idf]).astype(np.float32)
        counts = [sorted(Counter(row).items()) for row in rows]
        columns = np.array([column for row in counts for column, _ in row], dtype=np.int64)
        values = np.array([n for row in counts for _, n in row], dtype=np.float32)
        values = {"multi_hot": np.minimum(values, 1), "count": values}[self.mode] if (
            self.mode != "tf_idf") else values * weights[columns]
        splits = row_splits([len(row) for row in counts])
        if not self.rest.get("sparse"):
            dense = np.zeros((len(rows), len(self.vocabulary) + 1), dtype=np.float32)
            dense[np.repeat(np.arange(len(rows)), np.diff(splits)), columns] = values
            return {"all": dense, "known": dense[:, 1:]}
        known = columns > 0
        before = np.concatenate([[0], np.cumsum(known)])
        return {"all": (splits, columns, values),
                "known": (before[splits], columns[known], values[known])}


# Answers: of ragged ids (flat ids, row splits).


def ragged_answer(ragged) -> tuple:
    import numpy as np

    return np.asarray(ragged.flat_values), np.asarray(ragged.row_splits)


def joined(parts: list[tuple]) -> tuple:
    """Arrays, of which the last are row splits, of parts one below the other."""
    import numpy as np

    *flat, splits = zip(*parts)
    lengths = np.concatenate([np.diff(some) for some in splits])
    return *map(np.concatenate, flat), row_splits(lengths)


def ragged_parts(results: list) -> tuple:
    return joined([ragged_answer(result) for result in results])


def arrow_words(model: Model, text):
    """Lists of words of an array of lines; an empty line is one empty word."""
    compute, how = model.load("pyarrow.compute"), model.standardize or ""
    if "lower" in how:
        text = compute.ascii_lower(text)
    if "strip" in how:
        text = compute.replace_substring_regex(text, PUNCTUATION, "")
    if model.split == "unicode_whitespace":
        return compute.utf8_split_whitespace(compute.utf8_trim_whitespace(text))
    return compute.ascii_split_whitespace(compute.ascii_trim_whitespace(text))


def arrow_ids(model: Model) -> Way:
    def make(lines: Lines, _keep: bool):
        arrow, compute = model.load("pyarrow"), model.load("pyarrow.compute")
        keys = arrow.array(["", *model.vocabulary], arrow.large_string())

        def ids_of(text):
            words = arrow_words(model, text)
            found = compute.index_in(words.flatten(), value_set=keys)
            return words.offsets, compute.fill_null(compute.add(found, 1), 1), words

        return on_its_cores(model.threads, lines.arrow, ids_of)

    def answer(result) -> tuple:
        import numpy as np

        offsets, ids, words = result
        full = np.asarray(model.load("pyarrow.compute").not_equal(words.flatten(), ""))
        before = np.concatenate([[0], np.cumsum(full)])
        return np.asarray(ids)[full].astype(np.int64), before[np.asarray(offsets)]

    return Way("pyarrow", "ascii_lower, replace_substring_regex, ascii_split_whitespace, index_in "
               f"over {over(model.threads, 'array')}", make,
               lambda parts: joined([answer(part) for part in parts]))


def polars_words(model: Model, lines: Lines):
    """A lazy frame of `row` and `word`; a line without words is one null or empty word."""
    polars = model.load("polars")
    text, how = polars.col("text"), model.standardize or ""
    if "lower" in how:
        text = text.str.to_lowercase()
    if "strip" in how:
        text = text.str.replace_all(PUNCTUATION, "")
    if model.split == "character":
        words = text.str.split("")
    elif model.split == "unicode_whitespace":
        words = text.str.extract_all(r"\S+")
    elif any(space in lines.text.data for space in b"\t\v\f\r"):
        words = text.str.extract_all(WORD)
    else:
        words = text.str.split(" ")
    return lines.polars.select(words.alias("word")).with_row_index("row").explode("word").filter(
        polars.col("word") != "")


def polars_ids(model: Model) -> Way:
    def make(lines: Lines, _keep: bool):
        import numpy as np

        polars = model.load("polars")
        first = model.unknown + 1
        keys = polars.LazyFrame({"word": model.vocabulary,
                                 "id": np.arange(first, first + len(model.vocabulary))})
        joined = polars_words(model, lines).join(keys, on="word", how="left",
                                                 maintain_order="left")
        query = joined.select("row", polars.col("id").fill_null(model.unknown))
        return lambda: (query.collect(), len(lines.raw))

    def answer(result) -> tuple:
        import numpy as np

        frame, num_rows = result
        return frame["id"].to_numpy(), row_splits(
            np.bincount(frame["row"].to_numpy(), minlength=num_rows))

    return Way("polars", "str.to_lowercase, replace_all, split, explode and a left join over one "
               "frame", make, answer)


def tensorflow_tokens(model: Model, tensor):
    tf, how = model.load("tensorflow"), model.standardize or ""
    if "lower" in how:
        tensor = tf.strings.lower(tensor)
    if "strip" in how:
        tensor = tf.strings.regex_replace(tensor, PUNCTUATION, "")
    tokens = (tf.strings.unicode_split(tensor, "UTF-8") if model.split == "character" else
              tf.strings.split(tensor))
    return tf.strings.ngrams(tokens, [*range(1, model.ngrams + 1)]) if model.ngrams else tokens


def tensorflow_table(model: Model):
    import numpy as np

    tf, first = model.load("tensorflow"), model.unknown + 1
    ids = np.arange(first, first + len(model.vocabulary))
    return tf.lookup.StaticHashTable(
        tf.lookup.KeyValueTensorInitializer(model.vocabulary, ids), model.unknown)


def tensorflow_function(model: Model, encode: Callable):
    """The tf.function of a tensor of lines; `encode` is given the ragged ids."""
    tf, table = model.load("tensorflow"), tensorflow_table(model)

    @functools.partial(tf.function, input_signature=[tf.TensorSpec([None], tf.string)])
    def function(tensor):
        tokens = tensorflow_tokens(model, tensor)
        return encode(tokens.with_flat_values(table.lookup(tokens.flat_values)))

    return function


def tensorflow_ids(model: Model) -> Way:
    def make(lines: Lines, _keep: bool):
        function = tensorflow_function(model, lambda ids: ids)
        return on_its_cores(model.threads, lines.tensor, function)

    return Way("TensorFlow", "tf.function of tf.strings ops and a StaticHashTable over "
               f"{over(model.threads, 'tensor')}", make, ragged_parts)


def keras_function(model: Model, **more):
    tf = model.load("tensorflow")
    return tf.function(model.layer(keras=True, **more),
                       input_signature=[tf.TensorSpec([None], tf.string)])


def keras_ids(model: Model) -> Way:
    def make(lines: Lines, _keep: bool):
        return on_its_cores(model.threads, lines.tensor, keras_function(model, ragged=True))

    return Way("Keras", "tf.function of TextVectorization over "
               f"{over(model.threads, 'tensor')}", make, ragged_parts)


def word_level(model: Model):
    """Hugging Face's tokenizer of whole words with the same ids."""
    hf = model.load("tokenizers")
    ids = {"[PAD]": 0, "[UNK]": model.unknown}
    ids.update((word, i) for i, word in enumerate(model.vocabulary, model.unknown + 1))
    tokenizer = hf.Tokenizer(hf.models.WordLevel(ids, unk_token="[UNK]"))
    set_words(model, tokenizer)
    if model.length:
        tokenizer.enable_padding(length=model.length, pad_id=0)
        tokenizer.enable_truncation(model.length)
    return tokenizer


def set_words(model: Model, tokenizer) -> None:
    """What of a line is a word."""
    hf, how, steps = model.load("tokenizers"), model.standardize or "", []
    if "lower" in how:
        steps.append(hf.normalizers.Lowercase())
    if "strip" in how:
        steps.append(hf.normalizers.Replace(hf.Regex(PUNCTUATION), ""))
    if steps:
        tokenizer.normalizer = hf.normalizers.Sequence(steps)
    tokenizer.pre_tokenizer = (
        hf.pre_tokenizers.Split(hf.Regex("(?m:.)|\n"), "isolated")
        if model.split == "character" else hf.pre_tokenizers.WhitespaceSplit())


def hugging_face_ids(model: Model) -> Way:
    def make(lines: Lines, _keep: bool):
        tokenizer = word_level(model)
        return lambda: tokenizer.encode_batch_fast(lines.strings, add_special_tokens=False)

    def answer(encodings) -> tuple:
        import numpy as np

        rows = [encoding.ids for encoding in encodings]
        return (np.array([i for row in rows for i in row], dtype=np.int64),
                row_splits([len(row) for row in rows]))

    return Way("Hugging Face", "encode_batch_fast of a WordLevel model over a list of str", make,
               answer, pace="slow")


def our_ids(model: Model) -> Way:
    def make(lines: Lines, _keep: bool):
        layer, array = model.layer(ragged=True), lines.arrow
        return lambda: layer(array)

    return Way("rowsplit", "TextVectorization over one Arrow array", make, ragged_answer)


def id_ways(model: Model) -> list[Way]:
    ways = [our_ids, arrow_ids, polars_ids, tensorflow_ids, keras_ids, hugging_face_ids]
    if model.split == "character":
        ways.remove(arrow_ids)
    if model.split == "unicode_whitespace":
        ways.remove(tensorflow_ids)
    return [way(model) for way in ways]
