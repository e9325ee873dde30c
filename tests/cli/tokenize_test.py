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

    def pad(self, **padding):
        tokenizer = dict(TOKENIZER, padding=dict({
            "strategy": "BatchLongest", "direction": "Right", "pad_to_multiple_of": None,
            "pad_id": 9, "pad_type_id": 0, "pad_token": "[PAD]"}, **padding))
        with open(self.tokenizer, "w", encoding="utf-8") as file:
            json.dump(tokenizer, file)

    def test_pads_to_the_longest_line_of_all(self):
        self.pad()
        text = b"cat\n" * 20000 + b"cats cats!\n" + b"cat\n" * 20000
        for threads in ("1", "3"):
            lines = self.tokenize("--block-bytes", "3000", "--threads", threads, stdin=text
                                  ).out.decode().splitlines()
            self.assertEqual(len(lines), 40001)
            self.assertEqual(lines[20000], "1 3 4 3 4 5 2")
            self.assertEqual(set(lines[:20000] + lines[20001:]), {"1 3 2 9 9 9 9"})
        self.pad(pad_to_multiple_of=4, direction="Left")
        self.assertEqual(self.tokenize(stdin=b"cat\ncats cats").out,
                         b"9 9 9 9 9 1 3 2\n9 9 1 3 4 3 4 2\n")

    def test_pads_and_cuts_to_a_length(self):
        self.assertEqual(self.tokenize("--max-length", "4", stdin=b"cat\ncats cats").out,
                         b"1 3 2\n1 3 4 2\n")
        self.pad(strategy={"Fixed": 4})
        self.assertEqual(self.tokenize(stdin=b"cat\ncats cats").out, b"1 3 2 9\n1 3 4 3 4 2\n")
        self.assertEqual(self.tokenize("--max-length", "5", stdin=b"cat\ncats cats").out,
                         b"1 3 2 9 9\n1 3 4 3 2\n")

    def test_inputs_are_read_as_by_the_other_commands(self):
        latin = self.write("latin.txt", "caté\n".encode("latin-1"))
        self.assertEqual(self.tokenize("--encoding", "latin1", "--input", latin, "--offsets", "bytes",
                                       "--format", "jsonl", "--no-special-tokens").out,
                         b'{"ids":[0],"offsets":[[0,5]]}\n')
        self.fail_with(1, "tokenize", "--tokenizer", self.tokenizer, latin, says=["UTF-8"])
        self.assertEqual(self.tokenize("--on-error", "skip", stdin=b"cat\n\xff\ncat").out,
                         b"1 3 2\n1 3 2\n")
        config = self.write("corpus.toml", b"[[clean]]\ndrop_full_match = 'x.*'\n"
                            b"[tokenizer]\nno_special_tokens = true\n")
        self.assertEqual(self.tokenize("--config", config, stdin=b"cat\nx\ncat").out, b"3\n\n3\n")

    def test_reports(self):
        output = self.path("ids.txt")
        result = self.tokenize("--output", output, "--json", stdin=b"cats\ncat\n")
        report = json.loads(result.out)
        self.assertEqual((report["command"], report["rows"], report["tokens"]), ("tokenize", 2, 7))
        self.assertIn("lines read", result.err)
        self.assertEqual(self.tokenize("--quiet", stdin=b"cat").err, "")
        self.fail_with(2, "tokenize", "--tokenizer", self.tokenizer, "--json",
                       says=["give --output too"])

    def test_says_what_is_wrong(self):
        self.fail_with(2, "tokenize", "--tokenizer", self.tokenizer, "--offsets", "bytes",
                       says=["(--offsets) needs tokenizer.format (--format) jsonl"])
        self.fail_with(2, "tokenize", "--tokenizer", self.tokenizer, "--format", "csv",
                       says=["--format: expected text or jsonl"])
        self.fail_with(1, "tokenize", "--tokenizer", self.path("nothing.json"),
                       says=["nothing.json"])


if __name__ == "__main__":
    unittest.main()
