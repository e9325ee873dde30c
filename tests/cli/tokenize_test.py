#!/usr/bin/env python3
"""`rowsplit tokenize`: the ids of a tokenizer.json for any lines, output line n for
input line n."""

import json
import unittest

import support

TOKENIZER = {
    "added_tokens": [], "normalizer": {"type": "BertNormalizer"},
    "pre_tokenizer": {"type": "BertPreTokenizer"},
    "post_processor": {"type": "BertProcessing", "cls": ["[CLS]", 1], "sep": ["[SEP]", 2]},
    "model": {"type": "WordPiece", "unk_token": "[UNK]",
              "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "cat": 3, "##s": 4, "!": 5}}}


class TokenizeTest(support.CommandTest):
    def setUp(self):
        super().setUp()
        self.tokenizer = self.path("tokenizer.json")
        with open(self.tokenizer, "w", encoding="utf-8") as file:
            json.dump(TOKENIZER, file)

    def tokenize(self, *args, **options):
        return self.succeed("tokenize", "--tokenizer", self.tokenizer, *args, **options)

    def test_gives_a_line_for_each_line(self):
        result = self.tokenize(stdin=b"Cats!\n\ndog cat")
        self.assertEqual(result.out, b"1 3 4 5 2\n1 2\n1 0 3 2\n")
        result = self.tokenize("--no-special-tokens", stdin=b"Cats!\n\n")
        self.assertEqual(result.out, b"3 4 5\n\n")

    def test_writes_json_lines_with_offsets(self):
        text = self.path("text.txt")
        with open(text, "wb") as file:
            file.write("é cats\n".encode())
        output = self.path("ids.jsonl")
        for unit, first in (("characters", 2), ("bytes", 3)):
            self.tokenize(text, "--format", "jsonl", "--offsets", unit, "--no-special-tokens",
                          "--output", output)
            with open(output, encoding="utf-8") as file:
                line = json.loads(file.read())
            self.assertEqual(line, {"ids": [0, 3, 4], "offsets": [
                [0, first - 1], [first, first + 3], [first + 3, first + 4]]})

    def test_threads_do_not_change_the_output(self):
        text = b"cats cat! dogs\n" * 50000
        outputs = {self.tokenize("--threads", threads, stdin=text).out for threads in ("1", "3")}
        self.assertEqual(len(outputs), 1)

    def test_says_what_is_wrong(self):
        self.fail_with(2, "tokenize", "--tokenizer", self.tokenizer, "--offsets", "bytes",
                       says=["--offsets needs --format jsonl"])
        self.fail_with(2, "tokenize", "--tokenizer", self.tokenizer, "--format", "csv",
                       says=["--format must be text or jsonl"])
        self.fail_with(1, "tokenize", "--tokenizer", self.path("nothing.json"),
                       says=["nothing.json"])


if __name__ == "__main__":
    unittest.main()
