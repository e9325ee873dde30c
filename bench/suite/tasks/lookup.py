"""Tokens to ids and back, and building what looks them up: rowsplit beside
TensorFlow's tables, Keras, pyarrow, polars, Python's dict and C++'s unordered_map.

The tokens are the words of the text in order, or made ones of 7 to 14 letters, one
in 64 longer: each equally often, all of them known, or none.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable

from suite import plain
from suite.call import call
from suite.cores import on_its_cores
from suite.lines import by_count, count_tokens
from suite.lines import tokens_of as words_of_line
from suite.setting import Setting
from suite.task import Contender, Task

UNIT = "ns/token"
BUCKETS = 100
TEXT_BYTES = {"quick": 1_500_000, "full": 8_000_000}


def made_strings(numbers, long: bool = False) -> list[str]:
    """The tokens of some numbers; if `long`, of 16 bytes and more."""
    from suite.numbered_tokens import numbered_tokens, tokens_of  # takes NumPy

    tokens = [token.decode() for token in tokens_of(*numbered_tokens(numbers))]
    return [f"{token}_{token}_" for token in tokens] if long else tokens


class Tokens:
    """A vocabulary, and tokens that are looked up, in each library's form."""

    def __init__(self, setting: Setting, vocabulary: Callable[[], list[str]],
                 tokens: Callable[[], list[str]], threads: int = 1):
        self.setting, self.load, self.threads = setting, setting.load, threads
        self._vocabulary, self._tokens = vocabulary, tokens

    @functools.cached_property
    def vocabulary(self) -> list[str]:
        return self._vocabulary()

    @functools.cached_property
    def tokens(self) -> list[str]:
        return self._tokens()

    @functools.cached_property
    def arrow(self):
        arrow = self.load("pyarrow")
        return arrow.array(self.tokens, arrow.large_string())

    @functools.cached_property
    def ids(self):
        """Of the tokens, -1 of unknown ones, by a dict."""
        import numpy as np

        known = dict(zip(self.vocabulary, itertools.count()))
        return np.array([known.get(token, -1) for token in self.tokens], dtype=np.int64)

    @functools.cached_property
    def rows(self):
        """Ids in any order, as many as tokens."""
        import numpy as np

        count = len(self.tokens)
        return np.random.default_rng(1).integers(0, len(self.vocabulary), count)


def array(result):
    import numpy as np

    return np.asarray(result)


def part(contender: Callable, name: str, form: str, make: Callable, answer: Callable,
         tokens: Tokens, threads: int) -> Contender:
    """A contender whose amount is the number of tokens, which is known when it runs."""
    made = contender(name, form, make, answer, unit="ns", threads=threads)
    return Contender(made.name, made.form, lambda turn: made.time(turn) / len(tokens.tokens),
                     made.answer)


# Tokens to ids, -1 where there is none.


def our_find(tokens: Tokens):
    vocabulary, array_of = tokens.load("rowsplit").Vocabulary(tokens.vocabulary), tokens.arrow
    return lambda: vocabulary.lookup(array_of)


def our_string_lookup(tokens: Tokens):
    layer = tokens.load("rowsplit").StringLookup(vocabulary=tokens.vocabulary)
    return lambda: layer(tokens.arrow)


def keras_string_lookup(tokens: Tokens):
    tf = tokens.load("tensorflow")
    layer = tf.function(tokens.load("keras").layers.StringLookup(vocabulary=tokens.vocabulary))
    return on_its_cores(tokens.threads, tf.constant(tokens.tokens), layer)


def tensorflow_find(tokens: Tokens):
    import numpy as np

    tf = tokens.load("tensorflow")
    table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(
        tokens.vocabulary, np.arange(len(tokens.vocabulary))), -1)
    return on_its_cores(tokens.threads, tf.constant(tokens.tokens), tf.function(table.lookup))


def arrow_find(tokens: Tokens):
    arrow, compute = tokens.load("pyarrow"), tokens.load("pyarrow.compute")
    known = arrow.array(tokens.vocabulary, arrow.large_string())
    return on_its_cores(tokens.threads, tokens.arrow, lambda some: compute.fill_null(
        compute.index_in(some, value_set=known), -1))


def polars_find(tokens: Tokens):
    import numpy as np

    polars = tokens.load("polars")
    known = polars.LazyFrame({"token": tokens.vocabulary,
                              "id": np.arange(len(tokens.vocabulary))})
    query = polars.LazyFrame({"token": tokens.tokens}).join(
        known, on="token", how="left", maintain_order="left").select(polars.col("id").fill_null(-1))
    return lambda: query.collect()["id"]


def dict_find(tokens: Tokens):
    known = dict(zip(tokens.vocabulary, itertools.count()))
    return lambda: list(map(known.get, tokens.tokens, itertools.repeat(-1)))


def from_one(result):
    """Of Keras' ids, which begin with 1 for the known ones and have 0 for the others."""
    return array(result) - 1


def of_parts(results: list):
    """Of calls on parts of the tokens."""
    import numpy as np

    return np.concatenate([np.asarray(result) for result in results])


def of_parts_from_one(results: list):
    return of_parts(results) - 1


FIND = [
    ("rowsplit", "Vocabulary.lookup of one Arrow array", our_find, array),
    ("rowsplit StringLookup", "StringLookup of one Arrow array", our_string_lookup, from_one),
    ("TensorFlow", "tf.function of StaticHashTable.lookup of one tensor", tensorflow_find,
     of_parts),
    ("Keras", "tf.function of StringLookup of one tensor", keras_string_lookup,
     of_parts_from_one),
    ("pyarrow", "index_in of one array; makes its table with each call", arrow_find, of_parts),
    ("polars", "left join of one frame; makes its table with each call", polars_find, array),
    ("dict", "list(map(dict.get, …)): a loop in C over Python's str", dict_find, array),
]


# Integers to ids: every other one is known.


class Integers(Tokens):
    """Keys and queries as arrays of int64."""

    def __init__(self, setting: Setting, size: int):
        super().__init__(setting, lambda: None, lambda: None)
        self.size, self.count = size, setting.pick(100_000, 500_000)

    @functools.cached_property
    def vocabulary(self):
        import numpy as np

        keys = np.unique(np.random.default_rng(3).integers(1, 1 << 62, self.size))
        return np.random.default_rng(4).permutation(keys)

    @functools.cached_property
    def tokens(self):
        import numpy as np

        random = np.random.default_rng(5)
        known = self.vocabulary[random.integers(0, len(self.vocabulary), self.count)]
        return np.where(random.random(self.count) < 0.5, known, ~known)

    @functools.cached_property
    def ids(self):
        import numpy as np

        known = dict(zip(self.vocabulary.tolist(), itertools.count()))
        return np.array([known.get(token, -1) for token in self.tokens.tolist()])


def our_integers(tokens: Integers):
    layer = tokens.load("rowsplit").IntegerLookup(vocabulary=tokens.vocabulary)
    return lambda: layer(tokens.tokens)


def keras_integers(tokens: Integers):
    tf = tokens.load("tensorflow")
    layer = tf.function(tokens.load("keras").layers.IntegerLookup(vocabulary=tokens.vocabulary))
    tensor = tf.constant(tokens.tokens)
    return lambda: layer(tensor)


def arrow_integers(tokens: Integers):
    arrow, compute = tokens.load("pyarrow"), tokens.load("pyarrow.compute")
    known, array_of = arrow.array(tokens.vocabulary), arrow.array(tokens.tokens)
    return lambda: compute.fill_null(compute.index_in(array_of, value_set=known), -1)


def numpy_integers(tokens: Integers):
    import numpy as np

    order = np.argsort(tokens.vocabulary)
    keys, most = tokens.vocabulary[order], len(order) - 1

    def run():
        places = np.minimum(np.searchsorted(keys, tokens.tokens), most)
        return np.where(keys[places] == tokens.tokens, order[places], -1)

    return run


def dict_integers(tokens: Integers):
    known = dict(zip(tokens.vocabulary.tolist(), itertools.count()))
    keys = tokens.tokens.tolist()
    return lambda: list(map(known.get, keys, itertools.repeat(-1)))


INTEGERS = [
    ("rowsplit", "IntegerLookup of one array", our_integers, from_one),
    ("TensorFlow", "tf.function of StaticHashTable.lookup of one tensor", tensorflow_find,
     of_parts),
    ("Keras", "tf.function of IntegerLookup of one tensor", keras_integers, from_one),
    ("pyarrow", "index_in of one array; makes its table with each call", arrow_integers, array),
    ("polars", "left join of one frame; makes its table with each call", polars_find, array),
    ("NumPy", "searchsorted in keys that were sorted before", numpy_integers, array),
    ("dict", "list(map(dict.get, …)): a loop in C over Python's int", dict_integers, array),
]


# Tokens to ids, others to buckets.


def our_buckets(tokens: Tokens, module: str):
    import numpy as np

    library = tokens.load(module)
    lookup = library.lookup if module == "tensorflow" else library
    table = lookup.StaticVocabularyTable(lookup.KeyValueTensorInitializer(
        tokens.vocabulary, np.arange(len(tokens.vocabulary))), BUCKETS)
    if module == "rowsplit":
        return lambda: table.lookup(tokens.arrow)
    function, tensor = library.function(table.lookup), library.constant(tokens.tokens)
    return lambda: function(tensor)


BUCKET = [
    ("rowsplit", "StaticVocabularyTable.lookup of one Arrow array",
     functools.partial(our_buckets, module="rowsplit"), array),
    ("TensorFlow", "tf.function of StaticVocabularyTable.lookup of one tensor",
     functools.partial(our_buckets, module="tensorflow"), array),
]


# Ids to tokens.


def our_invert(tokens: Tokens):
    layer = tokens.load("rowsplit").StringLookup(
        vocabulary=tokens.vocabulary, invert=True, num_oov_indices=0)
    return lambda: layer(tokens.rows)


def keras_invert(tokens: Tokens):
    tf = tokens.load("tensorflow")
    layer = tokens.load("keras").layers.StringLookup(
        vocabulary=tokens.vocabulary, invert=True, num_oov_indices=0)
    function, tensor = tf.function(layer), tf.constant(tokens.rows)
    return lambda: function(tensor)


def tensorflow_invert(tokens: Tokens):
    tf = tokens.load("tensorflow")
    params, tensor = tf.constant(tokens.vocabulary), tf.constant(tokens.rows)
    function = tf.function(lambda ids: tf.gather(params, ids))
    return lambda: function(tensor)


def arrow_invert(tokens: Tokens):
    arrow = tokens.load("pyarrow")
    known, rows = arrow.array(tokens.vocabulary, arrow.large_string()), arrow.array(tokens.rows)
    return lambda: known.take(rows)


def polars_invert(tokens: Tokens):
    polars = tokens.load("polars")
    known, rows = polars.Series(tokens.vocabulary), polars.Series(tokens.rows)
    return lambda: known.gather(rows)


def list_invert(tokens: Tokens):
    known, rows = tokens.vocabulary, tokens.rows.tolist()
    return lambda: list(map(known.__getitem__, rows))


def lines_of(strings) -> bytes:
    """Strings of any library, a line each."""
    for name in ("to_list", "to_pylist", "numpy"):
        if hasattr(strings, name):
            strings = getattr(strings, name)()
            break
    items = list(strings)
    return b"\n".join(item if isinstance(item, bytes) else item.encode() for item in items)


INVERT = [
    ("rowsplit", "StringLookup(invert=True) of one array", our_invert, lines_of),
    ("TensorFlow", "tf.function of tf.gather of one tensor of strings", tensorflow_invert,
     lines_of),
    ("Keras", "tf.function of StringLookup(invert=True) of one tensor", keras_invert, lines_of),
    ("pyarrow", "take of one array; copies the bytes", arrow_invert, lines_of),
    ("polars", "gather of one series; copies views of 16 bytes", polars_invert, lines_of),
    ("list", "list(map(list.__getitem__, …)): a loop in C; copies pointers", list_invert,
     lines_of),
]


# Building: the call gives what looks up, and the answer looks up some tokens.


def our_build(tokens: Tokens):
    arrow, rs = tokens.load("pyarrow"), tokens.load("rowsplit")
    known = arrow.array(tokens.vocabulary, arrow.large_string())
    return lambda: rs.Vocabulary(known).lookup


def tensorflow_build(tokens: Tokens):
    import numpy as np

    tf = tokens.load("tensorflow")
    keys, ids = tf.constant(tokens.vocabulary), tf.constant(np.arange(len(tokens.vocabulary)))
    return lambda: tf.lookup.StaticHashTable(
        tf.lookup.KeyValueTensorInitializer(keys, ids), -1)


def dict_build(tokens: Tokens):
    def build():
        known = dict(zip(tokens.vocabulary, itertools.count()))
        return lambda some: [known.get(token, -1) for token in some]

    return build


def build_task(setting: Setting, tokens: Tokens, size: int) -> Task:
    def looked_up(find):
        return array(find(tokens.tokens[:10_000]))

    def tensorflow_looked_up(table):
        return array(table.lookup(tokens.load("tensorflow").constant(tokens.tokens[:10_000])))

    ways = [("rowsplit", "Vocabulary of one Arrow array", our_build, looked_up),
            ("TensorFlow", "StaticHashTable of one tensor of keys and one of values",
             tensorflow_build, tensorflow_looked_up),
            ("dict", "dict(zip(list of str, count())); shares the strings", dict_build, looked_up)]
    contenders = [call(name, form, functools.partial(make, tokens), answer, unit=UNIT, amount=size)
                  for name, form, make, answer in ways]
    contenders += [Contender(name, "", cannot="makes its table with each look-up")
                   for name in ("pyarrow", "polars")]
    return Task(f"lookup/build_{size}", f"building from {size:,} tokens", contenders, unit=UNIT,
                judge="a dict", expected=lambda: tokens.ids[:10_000])


def form_on(threads: int, who: str, form: str) -> str:
    parted = threads != 1 and who in ("TensorFlow", "Keras", "pyarrow")
    return f"{form}; a part for each core, by a pool of threads" if parted else form


def lookup_task(name: str, title: str, ways: list, tokens: Tokens, threads: int = 1,
                text: str | None = None, cannot: dict[str, str] | None = None,
                **judge) -> Task:
    contenders = [part(call, who, form_on(threads, who, form), functools.partial(make, tokens),
                       answer, tokens, threads) for who, form, make, answer in ways]
    if ways is FIND:
        contenders.append(plain.find(tokens.setting, lambda: tokens.vocabulary,
                                     lambda: tokens.tokens, threads))
    contenders += [Contender(who, "", cannot=why) for who, why in (cannot or {}).items()]
    return Task(f"lookup/{name}", title, contenders, text, threads, UNIT, **judge)


@functools.cache
def words_of(path: str) -> list[str]:
    with open(path, "rb") as file:
        return [word.decode() for line in file for word in words_of_line(line)]


def text_tokens(setting: Setting, most: int, threads: int = 1) -> Tokens:
    """The words of the text, and the most frequent of them as vocabulary."""
    def words() -> list[str]:
        return words_of(setting.text("english").head(TEXT_BYTES[setting.mode]).path)

    return Tokens(setting, lambda: by_count(count_tokens([words()]))[:most], words, threads)


def made_tokens(setting: Setting, size: int, known: bool = True,
                long: bool = False) -> Tokens:
    """Of `size` tokens, many in any order, or as many others."""
    def chosen() -> list[str]:
        import numpy as np

        count = setting.pick(100_000, 500_000)
        numbers = np.random.default_rng(2).integers(0, size, count) + (0 if known else size)
        return made_strings(numbers, long)

    return Tokens(setting, lambda: made_strings(range(size), long), chosen)


def dict_judge(tokens: Tokens) -> dict:
    return {"judge": "a dict", "expected": lambda: tokens.ids}


def tasks(setting: Setting) -> Iterable[Task]:
    for most in setting.pick((100_000,), (5_000, 100_000)):
        for threads in (1, 0):
            words = text_tokens(setting, most, threads)
            yield lookup_task(f"text_{most}", "the text's words in a vocabulary of at most "
                              f"{most:,}", FIND, words, threads, "english", **dict_judge(words))
    for size in setting.pick((100_000,), (1_000, 100_000, 1_000_000)):
        for known in (True, False):
            tokens = made_tokens(setting, size, known)
            yield lookup_task(f"{'hit' if known else 'miss'}_{size}",
                              f"tokens {'all' if known else 'none of them'} in a vocabulary of "
                              f"{size:,}, each equally often", FIND, tokens, **dict_judge(tokens))
    if setting.full:
        tokens = made_tokens(setting, 100_000, long=True)
        yield lookup_task("hit_long_100000", "tokens of 16 bytes and more, all in a vocabulary of "
                          "100,000", FIND, tokens, **dict_judge(tokens))
    integers = Integers(setting, 100_000)
    yield lookup_task("integers_100000", "int64 in a vocabulary of 100,000, every other one known",
                      INTEGERS, integers, **dict_judge(integers))
    words = text_tokens(setting, 5_000)
    yield lookup_task("buckets", f"the text's words in a vocabulary of 5,000, others in {BUCKETS} "
                      "buckets by Fingerprint64", BUCKET, words, text="english",
                      judge="TensorFlow", cannot={
                          "pyarrow": "has no hash of strings",
                          "polars": "hashes by another function",
                          "dict": "Python hashes by another function"})
    for size in setting.pick((100_000,), (100_000, 1_000_000)):
        tokens = made_tokens(setting, size)
        yield lookup_task(f"invert_{size}", f"ids to tokens, of {size:,}", INVERT, tokens,
                          judge="list")
        yield build_task(setting, tokens, size)
