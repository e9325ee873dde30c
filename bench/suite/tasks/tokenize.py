"""BERT's ids by WordPiece, on text that no turn has seen and on text seen before.

Some tokenizers remember words. So that unseen text is unseen, the answers that are
compared are made by a model (or a process) of their own. Without --tokenizer the
model is learned from the texts.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from suite.call import seconds_of
from suite.program import Program
from suite.setting import Setting
from suite.task import Contender, Task, in_unit
from suite.texts import Text, write_whole

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
VOCABULARY_SIZE = 30_000
LEARNED_FROM_BYTES = 4_000_000
# TensorFlow runs ops, not parts of one, on several cores.
PIECES = 8


def tokenizer_json(tokens: list[str]) -> str:
    """An uncased BERT tokenizer of Hugging Face's format."""
    return json.dumps({
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [
            {"id": tokens.index(token), "content": token, "single_word": False, "lstrip": False,
             "rstrip": False, "normalized": False, "special": True} for token in SPECIAL],
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                       "strip_accents": None, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": None,
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                  "max_input_chars_per_word": 100,
                  "vocab": {token: index for index, token in enumerate(tokens)}}})


def learned(setting: Setting) -> str:
    """The path of a tokenizer learned from the beginnings of the texts; made once."""
    heads = [text.head(LEARNED_FROM_BYTES) for text in setting.texts.values()]
    key = hashlib.sha256(repr(VOCABULARY_SIZE).encode())
    for head in heads:
        key.update(head.data)
    path = os.path.join(setting.folder, f"wordpiece-{key.hexdigest()[:12]}.json")
    if not os.path.exists(path):
        rs = setting.load("rowsplit")
        tokens = rs.text.bert_vocab_from_dataset(
            [head.lines for head in heads], VOCABULARY_SIZE, list(SPECIAL),
            bert_tokenizer_params={"lower_case": True}, learn_params={"lower_thresh": 2})
        write_whole(path, tokenizer_json(tokens).encode())
    return path


def tokens_of(path: str) -> list[str]:
    with open(path, encoding="utf-8") as file:
        vocabulary = json.load(file)["model"]["vocab"]
    return sorted(vocabulary, key=vocabulary.get)


def ids_written(rows) -> bytes:
    return b"".join(" ".join(map(str, row)).encode() + b"\n" for row in rows)


@dataclass(frozen=True)
class Work:
    """A text in parts, one for each turn and one to warm up with."""

    setting: Setting
    text: Text
    parts: int
    threads: int
    unseen: bool

    def tokenizer(self) -> str:
        return self.setting.tokenizer or learned(self.setting)

    def part(self, index: int) -> list[str]:
        lines, index = self.text.strings, index % self.parts
        return lines[len(lines) * index // self.parts : len(lines) * (index + 1) // self.parts]

    def contender(self, name: str, form: str, make: Callable, ids: Callable,
                  convert: Callable = lambda strings: strings, note: str = "") -> Contender:
        """`make()` gives a model's call, `convert` its input of a list of str, `ids`
        rows of ids of its result. The answer is another model's, so that the timed
        one has seen nothing."""
        model = functools.cache(make)

        def figure(turn: int) -> float:
            part = self.part(turn if self.unseen else 0)
            given, encode = convert(part), model()
            least = 0.0 if self.unseen else 0.02
            seconds = seconds_of(lambda: encode(given), self.threads, least)
            return in_unit("MB/s", seconds, sum(len(line.encode()) for line in part))

        def answer() -> bytes:
            whole = self.text.strings if self.unseen else self.part(0)
            return ids_written(ids(make()(convert(whole))))

        return Contender(name, form, figure, answer, note=note)

    def program(self) -> Program:
        return Program(self.setting.program_path("rowsplit_text_table"), self.text.path,
                       "--tokenizer", self.tokenizer(), "--parts", str(self.parts), "--threads",
                       str(self.threads))


def cpp(work: Work) -> Contender:
    program = functools.cache(work.program)

    def seen(_turn: int) -> float:
        times = [program().time("wordpiece", "rowsplit", 0) for _ in range(5)]
        return in_unit("MB/s", sum(seconds for seconds, _ in times), sum(n for _, n in times))

    def figure(turn: int) -> float:
        if work.unseen:
            return in_unit("MB/s", *program().time("wordpiece", "rowsplit", turn % work.parts))
        return seen(turn)

    def answer() -> bytes:
        other = work.program()
        whole = other.written("wordpiece", "rowsplit")
        other.close()
        if work.unseen:
            return whole
        return b"".join(line + b"\n" for line in whole.split(b"\n")[: len(work.part(0))])

    return Contender("rowsplit", "Tokenizer::Encode", figure, answer)


def ours(work: Work) -> Contender:
    def make():
        model = work.setting.load("rowsplit").Tokenizer.from_file(work.tokenizer())
        return lambda strings: model.encode_batch(strings, add_special_tokens=False,
                                                  num_threads=work.threads)

    def convert(strings):
        return work.setting.load("rowsplit").StringTensor(strings)

    return work.contender("rowsplit, from Python", "rs.Tokenizer.encode_batch of a StringTensor",
                          make, lambda ids: ids.to_list(), convert)


def hugging_face(work: Work) -> Contender:
    def make():
        model = work.setting.load("tokenizers").Tokenizer.from_file(work.tokenizer())
        return lambda strings: model.encode_batch_fast(strings, add_special_tokens=False)

    return work.contender("Hugging Face", "Tokenizer.encode_batch_fast", make,
                          lambda rows: [row.ids for row in rows])


def tokie(work: Work) -> Contender:
    def make():
        model = work.setting.load("tokie").Tokenizer.from_json(work.tokenizer())
        return lambda strings: model.encode_batch(strings, add_special_tokens=False)

    return work.contender("tokie", "Tokenizer.encode_batch", make,
                          lambda rows: [list(row.ids) for row in rows])


def tensorflow(work: Work) -> Contender:
    def make():
        tf, tf_text = work.setting.load("tensorflow"), work.setting.load("tensorflow_text")
        fast = tf_text.FastBertTokenizer(tokens_of(work.tokenizer()),
                                         lower_case_nfd_strip_accents=True)
        pieces = 1 if work.threads == 1 else PIECES

        def tokenize(tensor):
            size = tf.size(tensor)
            return [fast.tokenize(tensor[size * i // pieces : size * (i + 1) // pieces])
                    for i in range(pieces)]

        return tf.function(tokenize, autograph=False)

    def convert(strings):
        return work.setting.load("tensorflow").constant(strings)

    form = "tf_text.FastBertTokenizer, a tf.function over one tensor"
    return work.contender(
        "TensorFlow", form if work.threads == 1 else f"{form} in {PIECES} pieces, run at once",
        make, lambda found: [row for ids in found for row in ids.to_list()], convert)


def task_of(setting: Setting, text: Text, threads: int, unseen: bool) -> Task:
    parts = setting.turns + 1
    head = text.head(setting.pick(400_000, 4_000_000) * parts)
    work = Work(setting, head, parts, threads, unseen)
    name = "tokenize/wordpiece" if unseen else "tokenize/wordpiece_again"
    title = "BERT's ids by WordPiece, " + ("each turn on text not seen before" if unseen
                                           else "the same text each turn")
    # TensorFlow strips accents that the others keep, of a few words.
    return Task(name, title, [hugging_face(work), cpp(work), ours(work), tensorflow(work),
                              tokie(work)], text=text.name, threads=threads, tolerance=0.01)


def tasks(setting: Setting) -> Iterator[Task]:
    for text in setting.texts.values():
        yield task_of(setting, text, 1, True)
    yield task_of(setting, setting.text("english"), 1, False)
    yield task_of(setting, setting.text("english"), 0, True)
