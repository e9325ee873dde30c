"""What learns a vocabulary from text: rowsplit's adapt, and what each library has
for it. An answer is the words learned, and their number of lines with tf_idf."""

from __future__ import annotations

from suite.lines import STRIPPED, Lines, by_count
from suite.setting import Setting
from suite.vectorizers import (
    Model,
    Way,
    arrow_words,
    counts_of,
    documents_of,
    polars_words,
    set_words,
)

ALL_WORDS = 1 << 30


class Adapt(Model):
    """The arguments of the layer that learns. Its answers: words by bytes; with
    max_tokens, which may cut words that are equally frequent in other ways, only
    how frequent each is; with tf_idf words and numbers of lines."""

    def __init__(self, setting: Setting, **arguments):
        super().__init__(setting, lambda: None, **arguments)

    @property
    def most(self) -> int | None:
        return None if self.max_tokens is None else self.max_tokens - 1 - self.is_int

    def answer(self, lines: Lines, words: list[bytes], documents=None):
        import numpy as np

        if self.max_tokens is not None:
            counts = counts_of(lines, self.how)
            return np.sort([counts[word] for word in words])
        if documents is None:
            return b"\n".join(sorted(words))
        order = sorted(range(len(words)), key=lambda i: words[i])
        return b"\n".join(sorted(words)), np.asarray(documents)[order]

    def expected(self, lines: Lines):
        words = by_count(counts_of(lines, self.how))[: self.most]
        if self.mode != "tf_idf":
            return self.answer(lines, words)
        documents = documents_of(lines, self.how)
        return self.answer(lines, words, [documents[word] for word in words])


def of_weights(weights, num_lines: int):
    """The numbers of lines that the layer's weights, log(1 + lines / (1 + n)), stand for."""
    import numpy as np

    found = num_lines / np.expm1(np.asarray(weights, dtype=np.float64)) - 1
    return np.rint(found).astype(np.int64)


def layer_way(adapt: Adapt, keras: bool) -> Way:
    def make(lines: Lines, _keep: bool):
        kinds = adapt.load("keras").layers if keras else adapt.load("rowsplit")
        data = lines.tensor if keras else lines.arrow

        def run():
            layer = kinds.TextVectorization(max_tokens=adapt.max_tokens, ngrams=adapt.ngrams,
                                            output_mode=adapt.mode)
            layer.adapt(data)
            return layer, lines

        return run

    def answer(result):
        layer, lines = result
        words = [word.encode() for word in layer.get_vocabulary(include_special_tokens=False)]
        if adapt.mode != "tf_idf":
            return adapt.answer(lines, words)
        # Keras' weights are nowhere but in the layer's own layer.
        weights = layer._lookup_layer.idf_weights.numpy() if keras else layer.idf_weights
        return adapt.answer(lines, words, of_weights(weights[-len(words):], len(lines.raw)))

    if keras:
        return Way("Keras", "TextVectorization.adapt of one tensor", make, answer,
                   pace="crawl" if adapt.mode == "tf_idf" else "slow")
    return Way("rowsplit", "TextVectorization.adapt of one Arrow array", make, answer)


def arrow_way(adapt: Adapt) -> Way:
    def make(lines: Lines, _keep: bool):
        arrow, compute = adapt.load("pyarrow"), adapt.load("pyarrow.compute")

        def counted(words):
            if adapt.mode != "tf_idf":
                counts = words.flatten().value_counts()
                return arrow.table([counts.field(0), counts.field(1)], ["word", "count"])
            rows = arrow.table([compute.list_parent_indices(words), words.flatten()],
                               ["row", "word"])
            return rows.group_by(["word", "row"]).aggregate([("row", "count")]).group_by(
                "word").aggregate([("row_count", "sum"), ("row", "count")])

        def run():
            table = counted(arrow_words(adapt, lines.arrow))
            key = "count" if adapt.mode != "tf_idf" else "row_count_sum"
            order = [(key, "descending"), ("word", "descending")]
            if adapt.most is None:
                return table.sort_by(order), lines
            return table.take(compute.select_k_unstable(table, adapt.most + 1, order)), lines

        return run

    def answer(result):
        table, lines = result
        words = [word.encode() for word in table["word"].to_pylist()]
        full = [i for i, word in enumerate(words) if word][: adapt.most]
        found = [words[i] for i in full]
        if adapt.mode != "tf_idf":
            return adapt.answer(lines, found)
        return adapt.answer(lines, found, table["row_count"].to_numpy()[full])

    return Way("pyarrow", "ascii_lower, replace_substring_regex, ascii_split_whitespace, "
               "value_counts or group_by, sort, over one array", make, answer,
               pace="slow" if adapt.mode == "tf_idf" else "fast")


def polars_way(adapt: Adapt) -> Way:
    def make(lines: Lines, _keep: bool):
        polars = adapt.load("polars")
        words = polars_words(adapt, lines)
        if adapt.mode == "tf_idf":
            by_row = words.group_by("word", "row").len()
            counts = by_row.group_by("word").agg(polars.col("len").sum(),
                                                 polars.len().alias("documents"))
        else:
            counts = words.group_by("word").len()
        query = counts.sort("len", "word", descending=True)
        query = query if adapt.most is None else query.head(adapt.most)
        return lambda: (query.collect(), lines)

    def answer(result):
        frame, lines = result
        words = [word.encode() for word in frame["word"]]
        documents = frame["documents"].to_numpy() if adapt.mode == "tf_idf" else None
        return adapt.answer(lines, words, documents)

    return Way("polars", "str.to_lowercase, replace_all, split, explode, group_by, sort over one "
               "frame", make, answer)


def sklearn_way(adapt: Adapt) -> Way:
    def make(lines: Lines, _keep: bool):
        kinds = adapt.load("sklearn.feature_extraction.text")
        strip = str.maketrans("", "", STRIPPED.decode())
        kind = kinds.TfidfVectorizer if adapt.mode == "tf_idf" else kinds.CountVectorizer

        def run():
            vectorizer = kind(
                token_pattern=None, tokenizer=str.split, max_features=adapt.most,
                preprocessor=lambda line: line.lower().translate(strip),
                ngram_range=(1, adapt.ngrams or 1))
            return vectorizer.fit(lines.strings), lines

        return run

    def answer(result):
        import numpy as np

        vectorizer, lines = result
        words = [word.encode() for word in vectorizer.get_feature_names_out()]
        if adapt.mode != "tf_idf":
            return adapt.answer(lines, words)
        # Its weights are log((1 + lines) / (1 + n)) + 1.
        found = (1 + len(lines.raw)) / np.exp(vectorizer.idf_ - 1) - 1
        return adapt.answer(lines, words, np.rint(found).astype(np.int64))

    name = "TfidfVectorizer" if adapt.mode == "tf_idf" else "CountVectorizer"
    return Way("scikit-learn", f"{name}.fit of a list of str", make, answer, pace="slow")


def hugging_face_way(adapt: Adapt) -> Way:
    def make(lines: Lines, _keep: bool):
        hf = adapt.load("tokenizers")

        def run():
            tokenizer = hf.Tokenizer(hf.models.WordLevel())
            set_words(adapt, tokenizer)
            trainer = hf.trainers.WordLevelTrainer(
                vocab_size=adapt.most or ALL_WORDS, show_progress=False, special_tokens=[])
            tokenizer.train_from_iterator([lines.strings], trainer)
            return tokenizer, lines

        return run

    def answer(result):
        tokenizer, lines = result
        return adapt.answer(lines, [word.encode() for word in tokenizer.get_vocab()])

    return Way("Hugging Face", "train_from_iterator of a WordLevelTrainer over a list of str", make,
               answer, pace="slow")


def adapt_ways(adapt: Adapt) -> tuple[list[Way], dict[str, str]]:
    """Who can, and why others can't."""
    ours, keras = layer_way(adapt, False), layer_way(adapt, True)
    sklearn = sklearn_way(adapt)
    if adapt.ngrams:
        none = "has no n-grams of words"
        return [ours, keras, sklearn], {"pyarrow": none, "polars": none, "Hugging Face": none}
    ways = [ours, arrow_way(adapt), polars_way(adapt), keras, sklearn]
    if adapt.mode == "tf_idf":
        return ways, {"Hugging Face": "does not count in how many lines a word is"}
    return [*ways, hugging_face_way(adapt)], {}
