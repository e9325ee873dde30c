#!/usr/bin/env python3
"""`rowsplit vocab build --model wordpiece`: the subwords that TF Text's
bert_vocab_from_dataset learns, and the tokenizer that is made of them."""

import json
import unittest

import support

TEXT = "The cats sat; the cat's hats!\nUn café, deux cafés: THE CAFÉ.\n日本 cats\n"
RESERVED = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
# Of tensorflow-text 2.21: vocab_size 60, lower_thresh 2, lower_case True and False.
LOWER = RESERVED + (
    "! ' , . : ; a c d e f h n s t u x 日 本 the cafe cats ##! ##' ##, ##. ##: ##; ##a ##c ##d "
    "##e ##f ##h ##n ##s ##t ##u ##x ##日 ##本 cafes cat deux hats sat un").split()
PLAIN = RESERVED + (
    "! ' , . : ; A C E F H T U a c d e f h n s t u x É é 日 本 ##at ##he ##s cats ##! ##' ##, ##. "
    "##: ##; ##A ##C ##E ##F ##H ##T ##U ##a ##c ##d ##e ##f ##h ##n ##t ##u ##x ##É ##é ##日 "
    "##本").split()


class VocabWordpieceTest(support.CommandTest):
    def setUp(self):
        super().setUp()
        self.text = self.write("text.txt", TEXT.encode())

    def build(self, *args, output="vocab.txt"):
        path = self.path(output)
        self.succeed("vocab", "build", "--model", "wordpiece", "--max-tokens", "60", "--min-count",
                     "2", "--output", path, "--quiet", "--force", *args)
        self.assert_no_temporaries(self.folder)
        with open(path, encoding="utf-8") as file:
            return file.read()

    def test_gives_the_tokens_of_tf_text(self):
        self.assertEqual(self.build("--input", self.text).splitlines(), PLAIN)
        self.assertEqual(self.build("--input", self.text, "--lower-case").splitlines(), LOWER)

    def test_threads_blocks_and_memory_change_nothing(self):
        stories = ("--input", support.STORIES, "--lower-case")
        expected = self.build(*stories)
        for threads, block in (("1", "100"), ("3", "3000")):
            self.assertEqual(self.build(*stories, "--threads", threads, "--block-bytes", block,
                                        "--memory", "1M"), expected)

    def test_partial_counts_are_merged(self):
        expected = self.build("--input", support.STORIES)
        parts = []
        for i, file in enumerate(support.story_files()):
            parts += ["--from-partial", self.path(f"{i}.counts")]
            self.succeed("vocab", "build", "--model", "wordpiece", "--input", file, "--partial",
                         parts[-1], "--quiet")
        self.assertEqual(self.build(*parts), expected)

    def test_reserved_tokens_come_first(self):
        tokens = self.build("--input", self.text, "--reserved-token", "<s>", "--reserved-token",
                            "[UNK]").splitlines()
        self.assertEqual(tokens[:3], ["<s>", "[UNK]", "!"])

    def test_settings_of_a_file(self):
        config = self.write("corpus.toml", f"""
            [input]
            paths = ["{self.text}"]
            [vocabulary]
            lower_case = true
            reserved_tokens = ["[UNK]"]
        """.encode())
        self.assertEqual(self.build("--config", config).splitlines(), ["[UNK]"] + LOWER[5:])

    def test_a_tokenizer_uses_them(self):
        made = json.loads(self.build("--input", self.text, "--lower-case", "--format",
                                     "tokenizer.json", output="tokenizer.json"))
        self.assertEqual(made["model"]["vocab"], {token: i for i, token in enumerate(LOWER)})
        result = self.succeed("tokenize", "--tokenizer", self.path("tokenizer.json"),
                              stdin="Cafés, CATS! [MASK] q".encode())
        words = "[CLS] cafes , cats ! [MASK] [UNK] [SEP]".split()
        self.assertEqual(result.out.decode().split(), [str(LOWER.index(word)) for word in words])
        # Its tokens are no words.
        self.fail_with(1, "prepare", "--input", self.text, "--output", self.path("out"), "--vocab",
                       self.path("tokenizer.json"), says=["expected a WordLevel model"])

    def test_the_words_of_a_vocabulary_can_be_pieces(self):
        """`prepare` takes lines for whole words, whatever they were learned as."""
        self.build("--input", self.text, "--lower-case")
        files = self.prepare("--input", self.text, "--vocab", self.path("vocab.txt"), "--format",
                             "text", config=None)
        first = files["train-00000-of-00001.txt"].splitlines()[0].split()
        self.assertEqual(first[:3], [str(LOWER.index(word) + 2).encode()
                                     for word in ("the", "cats", "sat")])

    def test_says_what_is_wrong(self):
        build = ("vocab", "build", "--input", self.text, "--output", self.path("v"))
        model = ("--model", "wordpiece")
        for args, says in (
                (model, "wordpiece needs vocabulary.max_tokens (--max-tokens)"),
                (("--lower-case",), "needs vocabulary.model (--model) wordpiece"),
                (("--reserved-token", "a"), "needs vocabulary.model (--model) wordpiece"),
                (model + ("--counts", self.path("c"), "--max-tokens", "9"), "(--counts) is of words"),
                (model + ("--format", "tokenizer.json", "--max-tokens", "9", "--reserved-token",
                          "a"), "needs [UNK] among"),
                (("--model", "bpe"), "--model: expected words or wordpiece")):
            self.fail_with(2, *build, *args, says=[says])
        empty = self.write("empty.txt", b"\n")
        self.fail_with(1, "vocab", "build", "--input", empty, "--output", self.path("v"), *model,
                       "--max-tokens", "9", says=["there is no word to learn subwords from"])


if __name__ == "__main__":
    unittest.main()
