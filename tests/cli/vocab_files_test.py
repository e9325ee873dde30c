#!/usr/bin/env python3
"""`rowsplit vocab merge`, `prune`, `diff`, `show` and `convert`."""

import base64
import json
import os
import struct
import unittest

import support

FORMATS = {"txt": "v.txt", "json": "v.json", "vocab.json": "vocab.json",
           "tokenizer.json": "tokenizer.json", "frozen": "v.rsv"}
HOSTILE = ["", "[UNK]", "x\ny", "\r", "a\r", "\t", "é", "\0", "{", '["', "long " * 20]


def read_ids(path):
    """The numbers of a .npy of int64 with one dimension."""
    with open(path, "rb") as file:
        content = file.read()
    assert b"'<i8'" in content[:128], content[:128]
    return list(struct.unpack(f"<{(len(content) - 128) // 8}q", content[128:]))


class VocabFilesTest(support.CommandTest):
    def lines(self, name, *tokens):
        return self.write(name, "".join(token + "\n" for token in tokens).encode())

    def json_file(self, name, tokens):
        return self.write(name, json.dumps(tokens).encode())

    def tokens(self, path):
        out = self.succeed("vocab", "convert", path, "--format", "json", "--quiet").out
        return [token if isinstance(token, str) else base64.b64decode(token["base64"])
                for token in json.loads(out)]

    def test_merge(self):
        a, b = self.lines("a.txt", "the", "cat"), self.lines("b.txt", "dog", "cat", "a")
        result = self.succeed("vocab", "merge", a, b, "-o", self.path("m.txt"), "--id-map",
                              self.path("a.npy"), "--id-map", self.path("b.npy"))
        self.assertIn("m.txt: 4 tokens of 2 vocabularies", result.err)
        self.assertEqual(self.tokens(self.path("m.txt")), ["the", "cat", "dog", "a"])
        self.assertEqual(read_ids(self.path("a.npy")), [0, 1])
        self.assertEqual(read_ids(self.path("b.npy")), [2, 1, 3])
        self.assert_no_temporaries(self.folder)

    def test_merge_by_counts(self):
        a, b = self.lines("a.txt", "the", "cat"), self.lines("b.txt", "dog", "cat", "a b")
        counts = [self.write("a.tsv", b"5\tthe\n2\tcat\n"),
                  self.write("b.tsv", b"4\tdog\r\n4\tcat\n1\ta b\n9\tnot there\n")]
        out = self.succeed("vocab", "merge", a, b, "--counts", counts[0], "--counts", counts[1],
                           "--counts-output", self.path("sums.tsv")).out
        self.assertEqual(out, b"cat\nthe\ndog\na b\n")
        with open(self.path("sums.tsv"), "rb") as file:
            self.assertEqual(file.read(), b"6\tcat\n5\tthe\n4\tdog\n1\ta b\n")
        broken = self.write("broken.tsv", b"5\tthe\ncat\n")
        self.fail_with(1, "vocab", "merge", a, b, "--counts", counts[0], "--counts", broken,
                       says=["broken.tsv, line 2: expected a count, a tab and a token"])

    def test_prune(self):
        path = self.lines("v.txt", "[UNK]", "the", "cat", "sat")
        drop = self.lines("drop.txt", "the", "x")
        tsv = self.write("c.tsv", b"3\tthe\n1\tcat\n2\tsat\n")
        for args, expected in ((["--max-tokens", "2"], ["[UNK]", "the"]),
                               (["--drop", drop], ["[UNK]", "cat", "sat"]),
                               (["--keep", drop], ["[UNK]", "the"]),
                               (["--keep", drop, "--special", "sat"], ["[UNK]", "the", "sat"]),
                               (["--min-count", "2", "--counts", tsv], ["[UNK]", "the", "sat"])):
            with self.subTest(args=args):
                out = self.succeed("vocab", "prune", path, *args).out
                self.assertEqual(out.decode().split(), expected)
        self.succeed("vocab", "prune", path, "--drop", drop, "--id-map", self.path("m.npy"),
                     "--leading-ids", "2", "-o", self.path("p.txt"))
        self.assertEqual(read_ids(self.path("m.npy")), [0, 1, 2, -1, 3, 4])

    def test_prune_in_place(self):
        path = self.lines("v.txt", "a", "b", "c")
        self.succeed("vocab", "prune", path, "--max-tokens", "2", "-o", path, "--force")
        self.assertEqual(self.tokens(path), ["a", "b"])
        frozen = self.path("v.rsv")
        self.succeed("vocab", "convert", path, "-o", frozen)
        self.succeed("vocab", "prune", frozen, "--max-tokens", "1", "-o", frozen, "--force")
        self.assertEqual(self.tokens(frozen), ["a"])

    def test_diff(self):
        a, b = self.lines("a.txt", "a", "b", "c"), self.lines("b.txt", "c", "a", "d")
        result = support.run("vocab", "diff", a, b)
        self.assertEqual((result.code, result.err), (1, ""))
        self.assertEqual(result.out.decode().split("\n"), [
            "same               0", "added              1", '  + 2 "d"', "removed            1",
            '  - 1 "b"', "moved              2", '  > 0 to 1 "a"', '  > 2 to 0 "c"', ""])
        shown = json.loads(support.run("vocab", "diff", a, b, "--json").out)
        self.assertEqual(shown["added"], [{"token": "d", "id": 2}])
        self.assertEqual(shown["removed"], [{"token": "b", "id": 1}])
        self.assertEqual(shown["moved"], [{"token": "a", "id": 0, "new_id": 1},
                                          {"token": "c", "id": 2, "new_id": 0}])
        self.assertIn("… and 1 more", support.run("vocab", "diff", a, b, "--top", "1").out.decode())
        self.assertEqual(support.run("vocab", "diff", a, b, "--quiet", "--json").out, b"")
        self.succeed("vocab", "convert", a, "-o", self.path("a.rsv"))
        self.assertEqual(self.succeed("vocab", "diff", a, self.path("a.rsv")).out, b"")
        self.fail_with(2, "vocab", "diff", a, self.path("none"), says=["none"])

    def test_show(self):
        path = self.json_file("v.json", HOSTILE)
        text = self.succeed("vocab", "show", path).out.decode()
        for words in ("format      json", "tokens      11", 'special     "[UNK]" = 1',
                      'special     "" = 0', '2  "x\\ny"', "64-127             1"):
            self.assertIn(words, text)
        shown = json.loads(self.succeed("vocab", "show", path, "--json").out)
        self.assertEqual((shown["format"], shown["tokens"]), ("json", 11))
        self.assertEqual(sum(each["tokens"] for each in shown["bytes_a_token"]), 11)
        result = support.run("vocab", "show", path, "--find", "[UNK]", "--find", "dog", "--id", "6")
        self.assertEqual((result.code, result.out.decode()), (1, '1\t"[UNK]"\n-1\t"dog"\n6\t"é"\n'))
        self.assertEqual(self.succeed("vocab", "show", path, "--find", "").out, b'0\t""\n')
        self.assertEqual(len(self.succeed("vocab", "show", path, "--ids").out.splitlines()), 11)
        self.fail_with(1, "vocab", "show", path, "--id", "11", says=["ids are 0 to 10, got 11"])

    def test_show_checks_a_frozen_file(self):
        path = self.path("v.rsv")
        self.succeed("vocab", "convert", self.json_file("v.json", HOSTILE), "-o", path)
        text = self.succeed("vocab", "show", path, "--check").out.decode()
        size = os.path.getsize(path)
        for words in ("check       passed\n", "version     1\n",
                      f"memory      {size} bytes, mapped\n"):
            self.assertIn(words, text)
        self.assertRegex(text, r"seed        [0-9a-f]{16} [0-9a-f]{16}\n"
                               r"buckets     \d+, at most 1 looked at for a token\n"
                               r"long slots  \d+, at most 1 looked at for a token\n"
                               r"section     buckets: \d+ bytes at 256\n")
        frozen = json.loads(self.succeed("vocab", "show", path, "--json").out)["frozen"]
        self.assertEqual((frozen["version"], frozen["max_probe"]), (1, 1))
        last = frozen["sections"][-1]
        self.assertEqual(last["begin"] + last["bytes"], size)
        self.assertEqual(len(frozen["sections"]), 5)
        with open(path, "rb") as file:
            content = bytearray(file.read())
        for place in range(0, len(content), 37):
            content[place] ^= 1
            broken = self.write("broken.rsv", content)
            result = self.fail_with(1, "vocab", "show", broken, "--check", "--checksum",
                                    "deferred", "--from-format", "frozen")
            self.assertIn("broken.rsv", result.err)
            content[place] ^= 1

    def test_round_trips(self):
        words = ["[UNK]", "the", "é", "{", '["', "a b", "\rx"]
        first = self.json_file("first.json", words)
        for source, source_name in FORMATS.items():
            self.succeed("vocab", "convert", first, "-o", self.path(f"1{source_name}"))
            for target, name in FORMATS.items():
                with self.subTest(source=source, target=target):
                    path = self.path(f"2{name}")
                    self.succeed("vocab", "convert", self.path(f"1{source_name}"), "--force",
                                 "-o", path)
                    self.assertEqual(self.tokens(path), words)
                    shown = json.loads(self.succeed("vocab", "show", path, "--json").out)
                    self.assertEqual(shown["format"], target)

    def test_hostile_tokens_come_back_or_are_refused(self):
        path = self.json_file("v.json", HOSTILE)
        for target, name in FORMATS.items():
            with self.subTest(target=target):
                written = self.path("h" + name)
                if target == "txt":
                    self.fail_with(1, "vocab", "convert", path, "-o", written,
                                   says=["the empty token can't be a line", "token 0"])
                    continue
                self.succeed("vocab", "convert", path, "-o", written)
                self.assertEqual(self.tokens(written), HOSTILE)
        for token, why in (("x\ny", "line end"), ("a\r", "carriage return")):
            self.fail_with(1, "vocab", "convert", self.json_file("one.json", ["a", token]),
                           "--format", "txt", says=[why, "token 1"])
        binary = self.write("b.json", b'["[UNK]", {"base64": "/wA="}]')
        self.succeed("vocab", "convert", binary, "-o", self.path("b.rsv"))
        self.assertEqual(self.tokens(self.path("b.rsv")), ["[UNK]", b"\xff\0"])
        for target in ("vocab.json", "tokenizer.json"):
            self.fail_with(1, "vocab", "convert", binary, "--format", target,
                           says=["no UTF-8", 'token 1, "\\xff'])

    def test_convert_prepends(self):
        path = self.lines("v.txt", "the", "cat")
        self.succeed("vocab", "convert", path, "--prepend", "", "--prepend", "[UNK]", "-o",
                     self.path("tokenizer.json"), "--id-map", self.path("m.npy"))
        self.assertEqual(self.tokens(self.path("tokenizer.json")), ["", "[UNK]", "the", "cat"])
        self.assertEqual(read_ids(self.path("m.npy")), [2, 3])
        self.fail_with(1, "vocab", "convert", path, "--prepend", "cat", says=['"cat"', "id 1"])
        self.fail_with(1, "vocab", "convert", path, "--format", "tokenizer.json",
                       says=["lacks the unk_token"])

    def test_other_tokenizers(self):
        path = self.write("tokenizer.json", json.dumps(
            {"version": "1.0", "added_tokens": [], "model": {"type": "BPE", "vocab": {"a": 0},
                                                             "merges": []}}).encode())
        self.fail_with(1, "vocab", "show", path, says=["tokenizer.json: .model", "got BPE"])

    def test_standard_input_and_output(self):
        result = self.succeed("vocab", "convert", "-", "--format", "vocab.json", stdin=b"a\nb\n")
        self.assertEqual(result.out, b'{"a":0,"b":1}')
        frozen = self.succeed("vocab", "convert", "-", "--format", "frozen", stdin=b"a\nb\n").out
        self.assertEqual(self.succeed("vocab", "convert", "-", stdin=frozen).out, b"a\nb\n")
        path = self.lines("v.txt", "a", "b", "c")
        for flag, expected in (("--keep", b"a\nb\n"), ("--drop", b"c\n")):
            for given in (b"a\nb\n", frozen):
                self.assertEqual(self.succeed("vocab", "prune", path, "--from-format", "txt", flag,
                                              "-", stdin=given).out, expected)

    def test_files_appear_together(self):
        """Where one of them can't be written, there is none."""
        path = self.json_file("v.json", ["[UNK]", "a", {"base64": "/wA="}])
        counts = self.write("c.tsv", b"3\ta\n")
        before = sorted(os.listdir(self.folder))
        for args in (["convert", path, "--id-map", self.path("m.npy")],
                     ["prune", path, "--max-tokens", "3", "--id-map", self.path("m.npy")],
                     ["merge", path, "--counts", counts, "--id-map", self.path("m.npy"),
                      "--counts-output", self.path("s.tsv")]):
            with self.subTest(args=args):
                self.fail_with(1, "vocab", *args, "-o", self.path("vocab.json"), says=["no UTF-8"])
                with open("/dev/full", "wb") as full:
                    result = support.run("vocab", *args, stdout=full)
                self.assertEqual(result.code, 1, result)
                self.assertEqual(sorted(os.listdir(self.folder)), before)
        path = self.lines("w.txt", "a", "b")
        self.fail_with(1, "vocab", "convert", path, "-o", self.path("o.txt"), "--id-map",
                       self.path("none", "m.npy"), says=["none/m.npy"])
        self.assertFalse(os.path.exists(self.path("o.txt")))

    def test_files_that_are_there_stay(self):
        path, there = self.lines("v.txt", "a", "b"), self.lines("there.txt", "old")
        for args in (["convert", path, "-o", there], ["merge", path, path, "-o", there],
                     ["prune", path, "--max-tokens", "1", "-o", there],
                     ["prune", path, "--max-tokens", "1", "-o", self.path("n"), "--id-map", there]):
            with self.subTest(args=args):
                self.fail_with(1, "vocab", *args,
                               says=["there.txt is there already; --force replaces it"])
                self.assertEqual(self.tokens(there), ["old"])
        self.succeed("vocab", "convert", path, "-o", there, "--force")
        self.assertEqual(self.tokens(there), ["a", "b"])

    def test_wrong_usage(self):
        path = self.lines("v.txt", "a")
        for args, says in ((["merge"], "files"), (["diff", path], "to"),
                           (["prune", path], "nothing to prune"),
                           (["prune", path, "--min-count", "2"], "go together"),
                           (["merge", path, path, "--id-map", "x"], "each of 2"),
                           (["merge", path, path, "--counts-output", "x"], "needs --counts"),
                           (["convert", path, "--format", "xml"], "one of txt"),
                           (["convert", path, "--from-format", "xml"], "one of txt"),
                           (["show", path, "--from-format", "xml"], "one of txt"),
                           (["diff", path, path, "--from-format", "xml"], "one of txt"),
                           (["show", path, "--checksum", "x"], "--checksum"),
                           (["show", path, "--json", "--find", "a"], "--json is not for --find"),
                           (["prune", path, "--max-tokens", "1", "--leading-ids", "2"],
                            "--leading-ids needs --id-map"),
                           (["prune", path, "--max-tokens", "-2"], "--max-tokens"),
                           (["convert", path, "-o", self.path("x"), "--id-map", self.path(".", "x")],
                            "two outputs are the same file: "),
                           (["convert", path, "--id-map", "x", "--id-map", "y"], "once only"),
                           (["build", "--input", path, "--output", "x", "--counts", "x"],
                            "two outputs are the same file: x"),
                           (["convrt", path], "did you mean vocab convert?"),
                           (["show", path, "--chek"], "did you mean --check?")):
            with self.subTest(args=args):
                self.fail_with(2, "vocab", *args, says=[says])
        self.fail_with(1, "vocab", "show", self.write("e.json", b'{"a": 1}'),
                       says=["e.json", '"a" has 1'])
        self.fail_with(1, "vocab", "show", self.write("e.json", b'["a", '),
                       says=["e.json", "at byte"])
        self.fail_with(1, "vocab", "show", self.write("e.txt", b"a\n\n"), says=["line 2"])


if __name__ == "__main__":
    unittest.main()
