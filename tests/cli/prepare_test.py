#!/usr/bin/env python3
"""`rowsplit prepare` against the same job in plain Python: vocabulary, windows, ids,
labels and the numbers of the report, in every output format."""

import json
import os
import re
import unittest

import formats
import reference
import support
from reference import Settings

# The examples in one shard and in their order.
IN_ORDER = ("--shuffle-buffer", "0", "--shards", "1")


def shard_names(files, ending):
    return sorted(name for name in files if re.fullmatch(rf"train-\d+-of-\d+{ending}", name))


def read_jsonl(content):
    return [json.loads(line) for line in content.decode("utf-8").split("\n")[:-1]]


def from_jsonl(records):
    return [(record["text"].encode(), record.get("label_text", "").encode(), record["ids"],
             record.get("label")) for record in records]


def expected_tuples(outcome):
    return [(each.text, each.label_text, each.ids, each.label) for each in outcome.examples]


class PrepareTest(support.CommandTest):
    @classmethod
    def setUpClass(cls):
        cls.lines = reference.split_lines(support.story_bytes())
        cls.outcome = reference.prepare(cls.lines)

    def check_report(self, report, outcome):
        for name, value in outcome.report.items():
            if name == "rows_dropped":
                self.assertEqual(sum(step["rows"] for step in report["dropped"]), value)
            elif name == "oov_share":
                self.assertAlmostEqual(report[name], value, places=12)
            else:
                self.assertEqual(report[name], value, name)


class OutputTest(PrepareTest):
    def test_writes_the_named_files(self):
        files = self.prepare()
        shards = [f"train-{shard:05}-of-00008.tfrecord" for shard in range(8)]
        self.assertEqual(sorted(files), sorted(
            shards + ["manifest.json", "report.json", "vectorizer.json", "vocab.txt"]))

    def test_vocabulary_is_in_keras_order(self):
        files = self.prepare()
        self.assertEqual(files["vocab.txt"].split(b"\n"), self.outcome.vocabulary[2:] + [b""])

    def test_report_counts_what_the_job_did(self):
        self.prepare()
        report = self.report()
        self.check_report(report, self.outcome)
        self.assertEqual(report["inputs"], len(support.story_files()))
        self.assertEqual(report["input_bytes"], len(support.story_bytes()))
        self.assertEqual(report["faults"], [])
        self.assertEqual([(step["step"], step["rows"]) for step in report["dropped"]], [(1, 5)])
        self.assertIn("_BOOK_TITLE_.*", report["dropped"][0]["rule"])

    def test_jsonl_has_every_window(self):
        files = self.prepare("--format", "jsonl", *IN_ORDER)
        records = read_jsonl(files["train-00000-of-00001.jsonl"])
        self.assertEqual(from_jsonl(records), expected_tuples(self.outcome))

    def test_text_has_every_window(self):
        files = self.prepare("--format", "text", *IN_ORDER)
        expected = "".join(f"{' '.join(map(str, each.ids))}\t{each.label}\n"
                           for each in self.outcome.examples)
        self.assertEqual(files["train-00000-of-00001.txt"].decode(), expected)

    def test_npy_has_every_window(self):
        for dtype, code in (("int32", "<i4"), ("int64", "<i8"), ("uint16", "<u2")):
            with self.subTest(dtype=dtype):
                files = self.prepare("--format", "npy", "--dtype", dtype, *IN_ORDER,
                                     output=dtype)
                count = len(self.outcome.examples)
                self.assertEqual(
                    formats.read_npy(files["train-00000-of-00001.ids.npy"]),
                    (code, (count, 10), [id for each in self.outcome.examples for id in each.ids]))
                self.assertEqual(
                    formats.read_npy(files["train-00000-of-00001.labels.npy"]),
                    (code, (count,), [each.label for each in self.outcome.examples]))

    def test_tfrecord_has_every_window(self):
        files = self.prepare("--format", "tfrecord", *IN_ORDER)
        examples = [formats.read_example(payload) for payload in
                    formats.read_tfrecords(files["train-00000-of-00001.tfrecord"])]
        self.assertEqual(examples, [
            {"ids": each.ids, "label": [each.label], "text": [each.text],
             "label_text": [each.label_text]} for each in self.outcome.examples])

    def test_manifest_lists_inputs_and_files(self):
        files = self.prepare()
        manifest = json.loads(files["manifest.json"])
        self.assertEqual([os.path.basename(each["path"]) for each in manifest["inputs"]],
                         sorted(os.listdir(support.STORIES)))
        for each in manifest["inputs"]:
            self.assertEqual(each["bytes"],
                             os.path.getsize(os.path.join(support.ROOT, each["path"])))
        listed = {each["name"]: each for each in manifest["files"]}
        self.assertEqual(sorted(listed), sorted(set(files) - {"manifest.json"}))
        for name, each in listed.items():
            self.assertEqual(each["bytes"], len(files[name]), name)
        for each in [*manifest["inputs"], *manifest["files"]]:
            self.assertRegex(each["xxh3_128"], "^[0-9a-f]{32}$")
        self.assertEqual(sum(each.get("records", 0) for each in manifest["files"]),
                         len(self.outcome.examples))

    def test_manifest_configuration_runs_the_same_job(self):
        first = self.prepare("--window-stride", "2", "--min-count", "2", "--standardize", "lower")
        config = self.write("again.toml", json.loads(first["manifest.json"])["config"].encode())
        self.assert_same_files(self.prepare(config=config, output="again"), first)

    def test_summary_is_readable(self):
        result = self.succeed("prepare", "--config", support.CONFIG, "--output", self.path("out"),
                              cwd=support.ROOT)
        self.assertEqual(result.out, b"")
        for number in ("lines read", "_BOOK_TITLE_", "words", "different", "out of vocabulary",
                       "examples", f"{len(self.outcome.examples):,}"):
            self.assertIn(number, result.err)

    def test_json_summary_equals_the_report(self):
        result = self.succeed("prepare", "--config", support.CONFIG, "--output", self.path("out"),
                              "--json", "--quiet", cwd=support.ROOT)
        self.assertEqual(result.err, "")
        summary = json.loads(result.out)
        for name, value in self.report().items():
            self.assertEqual(summary[name], value, name)
        self.assertEqual(sorted(summary["files"]), sorted(os.listdir(self.path("out"))))
        self.assertEqual(summary["output"], self.path("out"))
        self.assertGreater(summary["seconds"]["total"], 0)


class VariantTest(PrepareTest):
    """Other settings, against the reference."""

    def check(self, settings, *flags, config=support.CONFIG):
        inputs = () if config else ("--input", support.STORIES)
        files = self.prepare(*flags, *inputs, *IN_ORDER, "--format", "jsonl", "--force",
                             config=config)
        outcome = reference.prepare(self.lines, settings)
        records = read_jsonl(files["train-00000-of-00001.jsonl"])
        self.assertEqual(from_jsonl(records), expected_tuples(outcome))
        self.assertEqual(files["vocab.txt"].split(b"\n")[:-1], outcome.vocabulary[2:])
        self.check_report(self.report(), outcome)

    def test_shift_and_stride(self):
        for shift, stride in ((3, 1), (11, 2), (5, 3), (40, 1)):
            with self.subTest(shift=shift, stride=stride):
                self.check(Settings(shift=shift, stride=stride), "--window-shift", str(shift),
                           "--window-stride", str(stride))

    def test_windows_larger_than_lines_and_blocks(self):
        self.check(Settings(window=700, sequence_length=300), "--window-size", "700",
                   "--sequence-length", "300", "--block-bytes", "512")

    def test_window_larger_than_the_corpus(self):
        self.check(Settings(window=50000), "--window-size", "50000")

    def test_dropped_remainder(self):
        self.check(Settings(drop_remainder=True), "--drop-remainder")
        self.check(Settings(drop_remainder=True, within_row=True), "--drop-remainder",
                   "--window-scope", "within_row")

    def test_windows_within_lines(self):
        self.check(Settings(within_row=True), "--window-scope", "within_row")

    def test_windows_without_labels(self):
        self.check(Settings(label=False), "--label", "none")

    def test_small_vocabulary(self):
        for limit in (3, 100):
            with self.subTest(max_tokens=limit):
                self.check(Settings(max_tokens=limit), "--max-tokens", str(limit))

    def test_no_room_for_a_word(self):
        self.fail_with(1, "prepare", "--config", support.CONFIG, "--output", self.path("out"),
                       "--max-tokens", "2", says=["no token to learn", "max_tokens=2"],
                       cwd=support.ROOT)

    def test_rare_words_left_out(self):
        self.check(Settings(min_count=3), "--min-count", "3")

    def test_lines_as_they_are(self):
        for how in ("lower_and_strip_punctuation", "lower", "strip_punctuation", "none"):
            with self.subTest(standardize=how):
                settings = Settings(clean=False, window=0, max_tokens=-1, sequence_length=0,
                                    standardize=how)
                self.check(settings, "--standardize", how, config=None)

    def test_words_of_which_nothing_is_left(self):
        settings = Settings(clean=False, window=4, sequence_length=3, max_tokens=200)
        outcome = reference.prepare(self.lines, settings)
        self.assertGreater(outcome.report["empty_tokens"], 0)
        self.check(settings, "--window-size", "4", "--sequence-length", "3", "--max-tokens", "200",
                   config=None)

    def test_vocabulary_of_another_run(self):
        self.prepare("--max-tokens", "50", output="first")
        vocabulary = reference.prepare(self.lines, Settings(max_tokens=50)).vocabulary
        files = self.prepare("--vocab", self.path("first", "vocab.txt"), "--format", "jsonl",
                             *IN_ORDER, output="second")
        outcome = reference.prepare(self.lines, vocabulary=vocabulary)
        self.assertEqual(from_jsonl(read_jsonl(files["train-00000-of-00001.jsonl"])),
                         expected_tuples(outcome))
        self.assertEqual(self.report("second")["num_ids"], 50)
        self.assertNotIn("types", self.report("second"))


class ShuffleTest(PrepareTest):
    def read(self, files):
        return [line for name in shard_names(files, ".txt")
                for line in files[name].decode().splitlines()]

    def test_is_a_permutation_within_the_buffer(self):
        buffer = 100
        plain = read_jsonl(self.prepare("--format", "jsonl", *IN_ORDER,
                                        output="plain")["train-00000-of-00001.jsonl"])
        shuffled = read_jsonl(self.prepare(
            "--format", "jsonl", "--shards", "1", "--shuffle-buffer", str(buffer),
            output="shuffled")["train-00000-of-00001.jsonl"])
        place = {(each["text"], each["label_text"]): number for number, each in enumerate(plain)}
        self.assertEqual(len(place), len(plain), "the windows must differ for this test")
        order = [place[each["text"], each["label_text"]] for each in shuffled]
        self.assertEqual(sorted(order), list(range(len(plain))))
        self.assertNotEqual(order, sorted(order))
        for written, read in enumerate(order):
            self.assertLessEqual(read, written + buffer, "read before it was in the buffer")

    def test_seed_decides_the_order(self):
        runs = {}
        for output, seed in (("a", "7"), ("b", "7"), ("c", "8")):
            runs[output] = self.read(self.prepare("--format", "text", "--seed", seed,
                                                  "--shards", "1", output=output))
        self.assertEqual(runs["a"], runs["b"])
        self.assertNotEqual(runs["a"], runs["c"])
        self.assertEqual(sorted(runs["a"]), sorted(runs["c"]))


class ShardTest(PrepareTest):
    def test_record_i_is_in_shard_i_mod_n(self):
        for count in (1, 3, 8):
            with self.subTest(shards=count):
                files = self.prepare("--format", "text", "--shuffle-buffer", "0", "--shards",
                                     str(count), "--force")
                names = shard_names(files, ".txt")
                self.assertEqual(names, [f"train-{shard:05}-of-{count:05}.txt"
                                         for shard in range(count)])
                shards = [files[name].decode().splitlines() for name in names]
                expected = [f"{' '.join(map(str, each.ids))}\t{each.label}"
                            for each in self.outcome.examples]
                self.assertEqual(shards, [expected[shard::count] for shard in range(count)])

    def test_more_shards_than_records(self):
        path = self.write("few.txt", b"one two three\n" * 4)
        files = self.prepare("--input", path, "--shards", "5", "--format", "text")
        self.assertEqual([len(files[name].splitlines()) for name in shard_names(files, ".txt")],
                         [1, 1, 0, 0, 0])

    def test_prefix_names_the_shards(self):
        files = self.prepare("--prefix", "valid", "--shards", "2")
        self.assertIn("valid-00001-of-00002.tfrecord", files)


if __name__ == "__main__":
    unittest.main()
