#!/usr/bin/env python3
"""`rowsplit vectorize`: the ids of `prepare` for any lines, output line n for input
line n."""

import gzip
import json
import os
import unittest

import reference
import support


class VectorizerCase(support.CommandTest):
    def setUp(self):
        super().setUp()
        files = self.prepare("--format", "jsonl", "--shuffle-buffer", "0", "--shards", "1")
        self.examples = [json.loads(line) for line in
                         files["train-00000-of-00001.jsonl"].decode("utf-8").splitlines()]
        self.vectorizer = self.path("out", "vectorizer.json")
        self.outcome = reference.prepare(reference.split_lines(support.story_bytes()))

    def vectorize(self, *args, **options):
        return self.succeed("vectorize", "--vectorizer", self.vectorizer, "--quiet", *args,
                            **options)

    def ids(self, output):
        return [[int(id) for id in line.split()] for line in output.decode().split("\n")[:-1]]

    def expected(self, content):
        lines = reference.split_lines(content)
        settings = reference.Settings()
        job = reference.Job([], self.outcome.vocabulary, settings)
        rows = []
        for line in lines:
            kept, _ = reference.clean([line], settings)
            rows.append(job.padded_ids_of(kept[0]) if kept else [])
        return rows


class VectorizeTest(VectorizerCase):
    def test_gives_the_ids_of_prepare(self):
        texts = "".join(each["text"] + "\n" for each in self.examples)
        result = self.vectorize(stdin=texts.encode())
        self.assertEqual(self.ids(result.out), [each["ids"] for each in self.examples])
        labels = "".join(each["label_text"] + "\n" for each in self.examples)
        self.assertEqual([ids[0] for ids in self.ids(self.vectorize(stdin=labels.encode()).out)],
                         [each["label"] for each in self.examples])

    def test_lines_stay_aligned(self):
        """Dropped lines, empty lines and a last line without its end."""
        text = (b"_BOOK_TITLE_ : a\n\nThe FERRY, the lantern!\n_BOOK_TITLE_\n...\n"
                b"no _BOOK_TITLE_ : a\n_BOOK_TITLE_ : b\n_BOOK_TITLE_ : c\nlast one")
        expected = self.expected(text)
        self.assertEqual([number for number, ids in enumerate(expected) if not ids], [0, 3, 6, 7])
        for block in ("256K", "1", "20"):
            with self.subTest(block=block):
                self.assertEqual(
                    self.ids(self.vectorize("--block-bytes", block, stdin=text).out), expected)

    def test_raw_stories(self):
        text = support.story_bytes()
        result = self.vectorize("--threads", "8", "--block-bytes", "1000", stdin=text)
        self.assertEqual(self.ids(result.out), self.expected(text))

    def test_jsonl(self):
        text = b"the river\n_BOOK_TITLE_ x\nthe\n"
        result = self.vectorize("--format", "jsonl", stdin=text)
        lines = result.out.decode().split("\n")
        self.assertEqual(lines.pop(), "")
        self.assertEqual([json.loads(line) for line in lines],
                         [{"ids": ids} for ids in self.expected(text)])

    def test_named_inputs(self):
        path = self.write("text.txt.gz", gzip.compress(b"the lantern\n"))
        result = self.vectorize("--input", path, "--input", support.STORIES)
        self.assertEqual(self.ids(result.out),
                         self.expected(b"the lantern\n" + support.story_bytes()))

    def test_no_input_gives_no_lines(self):
        self.assertEqual(self.vectorize(stdin=b"").out, b"")

    def test_output_file(self):
        path = self.path("ids.txt")
        result = self.vectorize("--output", path, stdin=b"the lantern\n")
        self.assertEqual(result.out, b"")
        with open(path, "rb") as file:
            self.assertEqual(self.ids(file.read()), self.expected(b"the lantern\n"))
        self.assert_no_temporaries(self.folder)

    def test_failure_leaves_an_earlier_output(self):
        path = self.write("ids.txt", b"earlier\n")
        self.fail_with(1, "vectorize", "--vectorizer", self.vectorizer, "--output", path,
                       stdin=b"good\nbad \xff\n", says=["line 2, byte 9"])
        with open(path, "rb") as file:
            self.assertEqual(file.read(), b"earlier\n")
        self.assert_no_temporaries(self.folder)

    def test_json_summary_needs_an_output_file(self):
        self.fail_with(2, "vectorize", "--vectorizer", self.vectorizer, "--json", stdin=b"",
                       says=["--json", "--output"])
        result = self.vectorize("--json", "--output", self.path("ids.txt"),
                                stdin=b"the lantern\n_BOOK_TITLE_\nxyzzy\n")
        summary = json.loads(result.out)
        self.assertEqual((summary["rows"], summary["tokens"], summary["unknown_tokens"]), (3, 3, 1))
        self.assertEqual(summary["dropped"][0]["rows"], 1)

    def test_summary_on_standard_error(self):
        result = self.succeed("vectorize", "--vectorizer", self.vectorizer, stdin=b"the lantern\n")
        self.assertIn("lines read", result.err)
        self.assertEqual(self.ids(result.out), self.expected(b"the lantern\n"))


class PipeTest(VectorizerCase):
    def test_closed_pipe_ends_the_run(self):
        text = self.write_repeated("big.txt", support.story_bytes(), support.scaled(20 << 20))
        process = support.start("vectorize", "--vectorizer", self.vectorizer, "--input", text,
                                "--quiet")
        process.stdin.close()
        self.assertTrue(process.stdout.readline())
        process.stdout.close()
        err = process.stderr.read().decode()
        process.stderr.close()
        self.assertEqual(process.wait(timeout=60), 1, err)
        self.assertRegex(err, "^rowsplit: .*Broken pipe\n$")

    def test_full_device_is_an_error(self):
        with open("/dev/full", "wb") as full:
            result = support.run("vectorize", "--vectorizer", self.vectorizer, "--quiet",
                                 stdin=b"the lantern\n", stdout=full)
        self.assertEqual(result.code, 1, result)
        self.assertIn("No space left on device", result.err)

    def test_pipes_on_both_sides(self):
        text = support.story_bytes() * 20
        process = support.start("vectorize", "--vectorizer", self.vectorizer, "--quiet")
        out, err = process.communicate(text, timeout=60)
        self.assertEqual((process.returncode, err), (0, b""))
        self.assertTrue(out == self.vectorize(stdin=text).out)


class VectorizerFileTest(VectorizerCase):
    def test_missing(self):
        self.fail_with(1, "vectorize", "--vectorizer", self.path("none.json"), stdin=b"",
                       says=["none.json", "No such file"])

    def test_damaged(self):
        with open(self.vectorizer, "rb") as file:
            whole = file.read()
        for name, content in (("cut.json", whole[:len(whole) // 2]), ("empty.json", b""),
                              ("list.json", b"[]"), ("other.json", b'{"format": "other"}')):
            with self.subTest(name=name):
                path = self.write(name, content)
                self.fail_with(1, "vectorize", "--vectorizer", path, stdin=b"", says=[name])

    def test_unknown_member_is_refused(self):
        with open(self.vectorizer, "rb") as file:
            document = json.load(file)
        document["surprise"] = 1
        path = self.write("new.json", json.dumps(document).encode())
        self.fail_with(1, "vectorize", "--vectorizer", path, stdin=b"", says=["surprise"])

    def test_survives_another_json_writer(self):
        with open(self.vectorizer, "rb") as file:
            document = json.load(file)
        path = self.write("again.json", json.dumps(document, indent=1, sort_keys=True).encode())
        text = support.story_bytes()
        self.assertEqual(
            self.succeed("vectorize", "--vectorizer", path, "--quiet", stdin=text).out,
            self.vectorize(stdin=text).out)

    def test_ragged_vectorizer(self):
        folder = self.path("ragged")
        self.succeed("prepare", "--input", support.STORIES, "--output", folder, "--format", "jsonl",
                     "--quiet")
        settings = reference.Settings(clean=False, sequence_length=0)
        lines = reference.split_lines(support.story_bytes())
        vocabulary, _ = reference.learn_vocabulary(
            lines, reference.Settings(clean=False, max_tokens=-1))
        job = reference.Job([], vocabulary, settings)
        result = self.succeed("vectorize", "--vectorizer", os.path.join(folder, "vectorizer.json"),
                              "--quiet", stdin=support.story_bytes())
        self.assertEqual(self.ids(result.out), [job.ids_of(line) for line in lines])


if __name__ == "__main__":
    unittest.main()
