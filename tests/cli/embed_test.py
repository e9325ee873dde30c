#!/usr/bin/env python3
"""`rowsplit embed`: info, convert and nearest of small files."""

import functools
import hashlib
import http.server
import json
import os
import threading
import unittest

import support

VECTORS = "man 1 0 0\nwoman 1 1 0\nking 1 0 1\nqueen 1 1 1\napple -1 0 0.25\n"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class EmbedTest(support.CommandTest):
    def setUp(self):
        super().setUp()
        self.text = self.path("vectors.txt")
        with open(self.text, "w", encoding="utf-8") as file:
            file.write(VECTORS)

    def info(self, path):
        return json.loads(self.succeed("embed", "info", path, "--json").out)

    def fail(self, code, part, *args):
        result = support.run("embed", *args)
        self.assertEqual(result.code, code, str(result))
        self.assertIn(part, result.err)
        self.assertEqual(result.out, b"")

    def test_info(self):
        found = self.info(self.text)
        self.assertEqual((found["rows"], found["width"], found["tokens"]), (5, 3, 5))
        self.assertEqual(found["row_format"], "float32")
        shown = self.succeed("embed", "info", self.text).out.decode()
        self.assertIn("rows      5\nwidth     3\nstored    float32\n", shown)
        self.assertEqual(self.succeed("embed", "info", self.text, "--max-rows", "2").out.split()[1],
                         b"2")

    def test_convert_there_and_back(self):
        frozen, vec = self.path("v.rse"), self.path("v.vec")
        result = self.succeed("embed", "convert", self.text, "--output", frozen)
        self.assertIn("5 rows of 3", result.err)
        quiet = self.succeed("embed", "convert", frozen, "--output", vec, "--quiet")
        self.assertEqual(quiet.err, "")
        with open(vec, encoding="utf-8") as file:
            lines = file.read().splitlines()
        self.assertEqual(lines[0], "5 3")
        self.assertEqual([float(x) for x in lines[5].split()[1:]], [-1, 0, 0.25])
        self.succeed("embed", "convert", self.text, "--output", frozen, "--rows", "int8", "--force")
        self.assertEqual(self.info(frozen)["row_format"], "int8")

    def test_tokens_beside_an_array_are_not_lost(self):
        array, tokens = self.path("v.npy"), self.path("v.vocab.txt")
        with open(tokens, "w", encoding="utf-8") as file:
            file.write("of another table\n")
        self.fail(1, "v.vocab.txt is there already", "convert", self.text, "--output", array)
        self.assertFalse(os.path.exists(array))
        self.fail(1, "must be another one", "convert", self.text, "--output", array,
                  "--output-vocab", array, "--force")
        self.succeed("embed", "convert", self.text, "--output", array, "--force")
        with open(tokens, encoding="utf-8") as file:
            self.assertEqual(file.read().split(), ["man", "woman", "king", "queen", "apple"])
        other = self.path("other.txt")
        self.succeed("embed", "convert", self.text, "--output", self.path("w.npz"),
                     "--output-vocab", other)
        self.fail(1, "other.txt is there already", "convert", self.text, "--output",
                  self.path("x.bin"), "--format", "npy", "--output-vocab", other)

    def test_broken_rows(self):
        bad = self.write("bad.txt", b"man 1 0 0\nking 1 x 1\nqueen 1 1\nman 2 2 2\n")
        self.fail(1, "bad.txt, line 2", "info", bad)
        shown = self.succeed("embed", "info", bad, "--on-error", "skip").out.decode()
        self.assertRegex(shown, "rows      1\n(.*\n)*skipped   2 rows, the first: .*line 2")
        self.assertIn("repeated  1 tokens, the first: ", shown)
        found = json.loads(self.succeed("embed", "info", bad, "--on-error", "replace",
                                        "--json").out)
        self.assertEqual([found[name] for name in ("rows", "skipped", "replaced", "repeated")],
                         [2, 1, 1, 1])
        result = self.succeed("embed", "convert", bad, "--output", self.path("v.rse"),
                              "--on-error", "skip")
        self.assertIn("skipped   2 rows", result.err)
        self.fail(2, "strict, replace or skip", "info", bad, "--on-error", "ignore")

    def test_url(self):
        self.assertIn(b"rows      5\n", self.succeed("embed", "info", "file://" + self.text).out)
        cache = self.path("cache")
        with open(self.text, "rb") as file:
            sha256 = hashlib.sha256(file.read()).hexdigest()
        flags = ("--cache-folder", cache, "--sha256", sha256)
        handler = functools.partial(Quiet, directory=os.path.dirname(self.text))
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            url = f"http://127.0.0.1:{server.server_port}/vectors.txt"
            self.fail(1, "", "info", url, *flags, "--offline")
            shown = support.run("embed", "info", url, *flags)
            server.shutdown()
            thread.join()
        self.assertIn(b"rows      5\n", shown.out, str(shown))
        self.assertIn(b"queen", self.succeed("embed", "nearest", url, "king", *flags).out)
        self.fail(1, "SHA-256", "info", self.text, "--sha256", "0" * 64)

    def test_nearest(self):
        def nearest(*args):
            out = self.succeed("embed", "nearest", self.text, *args).out.decode()
            return [line.split("\t") for line in out.splitlines()]

        self.assertEqual(nearest("queen", "--top", "1"), [["0.816497", "woman"]])
        self.assertEqual(nearest("king", "woman", "--minus", "man", "--top", "1")[0][1], "queen")
        self.assertEqual(nearest("king", "--similarity", "l2", "--top", "2"),
                         [["1.000000", "man"], ["1.000000", "queen"]])
        self.assertEqual([row[0] for row in nearest("king", "man", "--top", "1")][::2],
                         ["king:", "man:"])
        self.assertEqual(len(nearest("king", "woman", "--sum")), 3)

    def test_errors(self):
        self.fail(1, "no_such_file", "info", "no_such_file")
        self.fail(1, "zebra", "nearest", self.text, "zebra")
        self.fail(1, "no vector of \"zebra\"", "nearest", self.text, "king", "--minus", "zebra")
        self.fail(2, "cosine, dot or l2", "nearest", self.text, "king", "--similarity", "near")
        self.fail(2, "format", "info", self.text, "--from-format", "none")
        self.fail(1, "--force", "convert", self.text, "--output", self.text)
        self.fail(2, "int8", "convert", self.text, "--output", self.path("x.rse"), "--rows", "int3")
        self.fail(2, "did you mean embed info", "inof", self.text)
        self.fail(2, "", "nearest", self.text)


if __name__ == "__main__":
    unittest.main()
