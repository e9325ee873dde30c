#!/usr/bin/env python3
"""Help, version, and wrong usage: exit code 2, a message on standard error that says
what is wrong, and nothing on standard output."""

import json
import os
import pty
import re
import unittest

import support

COMMANDS = (("prepare",), ("vocab", "build"), ("vectorize",), ("stats",))


class HelpTest(support.CommandTest):
    def test_each_command_shows_examples(self):
        for command in COMMANDS:
            with self.subTest(command=command):
                out = self.succeed(*command, "--help").out.decode()
                self.assertRegex(out, rf"Examples?:\n.*rowsplit {' '.join(command)} ")
                self.assertIn("--input", out)

    def test_names_the_commands(self):
        out = self.succeed("--help").out.decode()
        for command in ("prepare", "vocab", "vectorize", "stats", "--version"):
            self.assertIn(command, out)

    def test_names_the_key_of_each_flag(self):
        for command in COMMANDS:
            with self.subTest(command=command):
                self.check_keys(command, at_least=30 if command == ("prepare",) else 12)

    def check_keys(self, command, at_least):
        out = self.succeed(*command, "--help").out.decode().split("Examples:")[0]
        flags = re.findall(r"^ +(?:-\w,)?(--[\w-]+)", out, re.MULTILINE)
        self.assertGreater(len(flags), at_least)
        # What comes after a flag, up to the next one.
        parts = dict(zip(flags, re.split(r"^ +(?:-\w,)?--[\w-]+", out, flags=re.MULTILINE)[1:]))
        for flag, text in parts.items():
            if flag not in ("--help", "--config", "--explain"):
                self.assertRegex(text, r"\[[a-z]+\.[a-z_]+\]", flag)

    def test_version(self):
        self.assertRegex(self.succeed("--version").out.decode(), r"^rowsplit \d+\.\d+\.\d+\n$")


class WrongUsageTest(support.CommandTest):
    def prepare_args(self, *args):
        return ("prepare", "--input", support.STORIES, "--output", self.path("out"), *args)

    def check_prepare(self, *args, says):
        self.fail_with(2, *self.prepare_args(*args), says=says)
        self.assertFalse(os.path.exists(self.path("out")))

    def test_unknown_names(self):
        self.fail_with(2, says=["subcommand"])
        self.fail_with(2, "prepair", says=['"prepair"; did you mean prepare?'])
        self.fail_with(2, "vocab", says=["subcommand"])
        self.fail_with(2, "vocab", "buld", "--input", "a",
                       says=['"vocab buld"; did you mean vocab build?'])
        self.fail_with(2, "prepare", "--max-token=5", "b",
                       says=["--max-token=5 b; did you mean --max-tokens?"])
        self.fail_with(2, "vocab", "build", "--otput", "a", says=["did you mean --output?"])
        for command in (("prepare",), ("stats",), ("vocab", "build", "--output", self.path("v")),
                        ("vectorize", "--vectorizer", self.path("v.json"))):
            self.fail_with(2, *command, "--no-such-flag", says=["--no-such-flag"])

    def test_missing_flags(self):
        self.fail_with(2, "prepare", "--output", self.path("out"), says=["--input"])
        self.fail_with(2, "prepare", "--input", support.STORIES, says=["--output"])
        self.fail_with(2, "vectorize", says=["--vectorizer"])
        self.fail_with(2, "vocab", "build", "--input", support.STORIES, says=["--output"])
        self.fail_with(2, "stats", says=["--input"])

    def test_flags_without_values(self):
        self.check_prepare("--threads", says=["--threads"])
        self.check_prepare("--force=maybe", says=["--force"])

    def test_values_out_of_range(self):
        for flag, value in (("--threads", "-1"), ("--threads", "two"), ("--shards", "0"),
                            ("--shards", "1.5"), ("--window-size", "0"), ("--max-tokens", "-2"),
                            ("--min-count", "0"), ("--sequence-length", "0"),
                            ("--shuffle-buffer", "-5"), ("--seed", "99999999999999999999"),
                            ("--max-line-bytes", "12Q"), ("--max-line-bytes", "3"),
                            ("--block-bytes", "0"), ("--memory", "1000K"), ("--memory", "much"),
                            ("--format", "xml"), ("--dtype", "float"), ("--on-error", "ignore"),
                            ("--input-format", "csv"), ("--compression", "rar"),
                            ("--standardize", "upper"), ("--label", "first"),
                            ("--window-scope", "page"), ("--prefix", "a/b")):
            with self.subTest(flag=flag, value=value):
                extra = ("--window-size", "3") if flag in ("--label", "--window-scope") else ()
                self.check_prepare(flag, value, *extra, says=[flag.lstrip("-"), value])
        self.check_prepare("--max-line-bytes", "99G", says=["--max-line-bytes", "99G"])

    def test_settings_that_do_not_go_together(self):
        self.check_prepare("--format", "npy", says=["--sequence-length"])
        self.check_prepare("--label", "last", says=["window"])
        self.fail_with(2, "prepare", "--input", "-", "--output", self.path("out"),
                       says=["standard input", "--vocab"])

    def test_configuration_files(self):
        for toml, says in (
                ("[vocabulary]\nmax_token = 5\n", ["bad.toml:2", "vocabulary.max_tokens"]),
                ("[windows]\nsize = 5\n", ["bad.toml:1", "did you mean window"]),
                ("[output]\n\nshard = 5\n", ["bad.toml:3", "output.shards"]),
                ("[output]\nshards = 'five'\n", ["bad.toml:2", "output.shards", "integer"]),
                ("[output]\nshards = 0\n", ["bad.toml:2", "output.shards", "0"]),
                ("[output]\nformat = 'xml'\n", ["bad.toml:2", "output.format", "xml", "jsonl"]),
                ("[window]\nshift = 2\n", ["bad.toml:1", "size"]),
                ("[[clean]]\nreplace = 'a'\n", ["bad.toml:1", "with"]),
                ("[[clean]]\nlower = true\nreplace = 'a'\nwith = 'b'\n", ["bad.toml:1", "2"]),
                ("[[clean]]\nlowre = true\n", ["bad.toml:2", "lower"]),
                ("[input\n", ["bad.toml:1"]),
                ("[output]\nshards = 1\nshards = 2\n", ["bad.toml:3"])):
            with self.subTest(toml=toml):
                path = self.write("bad.toml", toml.encode())
                self.check_prepare("--config", path, says=says)

    def test_wrong_regex_names_the_step(self):
        path = self.write("bad.toml",
                          b"[[clean]]\nlower = true\n[[clean]]\ndrop_full_match = '(a'\n")
        self.check_prepare("--config", path, says=["(a"])
        path = self.write("bad.toml", b"[[clean]]\nreplace = 'a'\nwith = '\\3'\n")
        self.check_prepare("--config", path, says=["\\3"])

    def test_missing_configuration_file(self):
        self.check_prepare("--config", self.path("none.toml"), says=["none.toml", "No such file"])

    def test_a_folder_is_no_configuration_file(self):
        self.fail_with(2, "stats", "--config", self.folder, "--input", support.STORIES,
                       says=[f"can't read {self.folder}: Is a directory"])

    def test_missing_inputs_are_failures_of_the_run(self):
        for pattern in ("none.txt", "none/", "*.none"):
            with self.subTest(pattern=pattern):
                self.fail_with(1, "prepare", "--input", self.path(pattern), "--output",
                               self.path("out"), says=[self.path(pattern)])
        self.write("notes/image.png", b"")
        self.fail_with(1, "stats", "--input", self.path("notes"), says=["notes", ".txt"])

    def test_message_is_one_line(self):
        result = self.fail_with(2, *self.prepare_args("--shards", "0"))
        self.assertRegex(result.err, r"^rowsplit: [^\n]+\n$")
        for args in ((), ("vocab",), ("stats", "--shards", "3"), ("stats", "--top"),
                     ("vocab", "buld"), self.prepare_args("--force=maybe")):
            with self.subTest(args=args):
                self.assertRegex(self.fail_with(2, *args).err, r"^rowsplit: [^\n]+\n$")


class FlagTest(support.CommandTest):
    """Flags and keys say the same thing."""

    def test_flag_and_key_give_equal_runs(self):
        settings = (
            ("--input", "input.paths", [support.STORIES]),
            ("--input-format", "input.format", "text"),
            ("--compression", "input.compression", "none"),
            ("--text-field", "input.text_field", "t"),
            ("--tfrecord-feature", "input.tfrecord_feature", "f"),
            ("--on-error", "input.on_error", "replace"),
            ("--encoding", "input.encoding", "latin1"),
            ("--max-line-bytes", "input.max_line_bytes", 1000),
            ("--block-bytes", "input.block_bytes", "2K"), ("--window-size", "window.size", 5),
            ("--window-shift", "window.shift", 3), ("--window-stride", "window.stride", 2),
            ("--drop-remainder", "window.drop_remainder", True),
            ("--window-scope", "window.scope", "within_row"), ("--label", "window.label", "none"),
            ("--shuffle-buffer", "shuffle.buffer_size", 50), ("--seed", "shuffle.seed", 9),
            ("--max-tokens", "vocabulary.max_tokens", 60),
            ("--min-count", "vocabulary.min_count", 2), ("--memory", "vocabulary.memory", "2M"),
            ("--temporary-folder", "vocabulary.temporary_folder", "/tmp"),
            ("--standardize", "vectorize.standardize", "lower"),
            ("--sequence-length", "vectorize.output_sequence_length", 4),
            ("--format", "output.format", "npy"), ("--shards", "output.shards", 3),
            ("--prefix", "output.prefix", "part"), ("--dtype", "output.dtype", "uint16"),
            ("--threads", "run.threads", 2), ("--quiet", "run.quiet", True))
        tables = {}
        flags = []
        for flag, key, value in settings:
            table, name = key.split(".")
            # JSON's strings, numbers, lists and booleans are TOML's too.
            tables.setdefault(table, []).append(f"{name} = {json.dumps(value)}\n")
            flags.append(flag)
            if value is not True:
                flags += value if isinstance(value, list) else [str(value)]
        toml = "".join(f"[{table}]\n{''.join(keys)}" for table, keys in tables.items())
        config = self.write("corpus.toml", toml.encode())
        by_flag = self.prepare(*flags, config=None, output="flags")
        by_key = self.prepare(config=config, output="keys")
        self.assert_same_files(by_key, by_flag)
        self.assertIn("part-00002-of-00003.ids.npy", by_key)
        for _, key, value in settings:
            name = key.split(".")[1]
            if name not in ("paths", "block_bytes", "memory", "temporary_folder", "threads",
                            "quiet"):
                self.assertRegex(json.loads(by_key["manifest.json"])["config"],
                                 rf"\b{name} = ['\"]?{str(value).lower()}\b")

    def test_flags_go_over_the_file(self):
        files = self.prepare("--shards", "2", "--format", "text")
        self.assertIn("train-00001-of-00002.txt", files)

    def test_output_and_force_and_json_as_keys(self):
        config = self.write("corpus.toml", (
            f"[input]\npaths = ['{support.STORIES}']\n[output]\nfolder = '{self.path('out')}'\n"
            "force = true\n[run]\njson = true\n").encode())
        for _ in range(2):
            result = self.succeed("prepare", "--config", config, "--quiet")
            self.assertEqual(json.loads(result.out)["output"], self.path("out"))

    def test_keys_of_the_other_commands(self):
        self.prepare()
        config = self.write("corpus.toml", (
            f"[input]\npaths = ['{support.STORIES}']\n"
            f"[vocabulary]\noutput = '{self.path('v')}'\n"
            f"[vectorizer]\nfile = '{self.path('out', 'vectorizer.json')}'\n"
            f"output = '{self.path('i')}'\nformat = 'jsonl'\n[stats]\ntop = 3\n").encode())
        for command, output, flags in (
                (("vocab", "build"), "v", ()),
                (("vectorize",), "i", ("--format", "jsonl", "--vectorizer",
                                       self.path("out", "vectorizer.json")))):
            self.succeed(*command, "--config", config, "--quiet")
            self.succeed(*command, "--input", support.STORIES, *flags, "--output",
                         self.path("by_flag"), "--quiet")
            with open(self.path(output), "rb") as keys, open(self.path("by_flag"), "rb") as by_flag:
                self.assertEqual(keys.read(), by_flag.read())
        stats = self.succeed("stats", "--config", config, "--json", "--quiet")
        self.assertEqual(len(json.loads(stats.out)["top_tokens"]), 3)

    def test_quiet_and_json_of_each_command(self):
        self.prepare()
        vectorizer = self.path("out", "vectorizer.json")
        for args in (("prepare", "--output", self.path("p")),
                     ("vocab", "build", "--output", self.path("v")),
                     ("vectorize", "--output", self.path("i"), "--vectorizer", vectorizer),
                     ("stats",)):
            with self.subTest(command=args[0]):
                args = (*args, "--input", support.STORIES)
                quiet = self.succeed(*args, "--quiet", "--json")
                self.assertEqual(quiet.err, "")
                self.assertGreater(json.loads(quiet.out)["tokens"], 10000)
                if args[0] in ("prepare", "vocab"):
                    args += ("--force",)
                loud = self.succeed(*args)
                self.assertEqual(loud.out == b"", args[0] != "stats", loud)

    def test_explain_prints_the_plan(self):
        """It needs no input and no output."""
        out = self.succeed("prepare", "--config", support.CONFIG, "--explain").out.decode()
        self.assertIn("clean:\n  step 1: drop rows that fully match \"_BOOK_TITLE_", out)
        self.assertIn("vocabulary:\n  fused, in blocks that stay in the cache\n", out)
        config = self.write("corpus.toml", b"[[clean]]\ndrop_full_match = 'a.*'\n")
        self.assertIn("a.*", self.succeed("prepare", "--config", config, "--output",
                                          self.path("out"), "--explain").out.decode())
        self.assertFalse(os.path.exists(self.path("out")))
        config = self.write("corpus.toml", b"[[clean]]\ndrop_full_match = '(a'\n")
        self.fail_with(2, "prepare", "--config", config, "--explain", says=["(a"])

    def test_full_standard_output_is_an_error(self):
        with open("/dev/full", "wb") as full:
            result = support.run("prepare", "--input", support.STORIES, "--output",
                                 self.path("out"), "--json", "--quiet", stdout=full)
        self.assertEqual(result.code, 1, result)
        self.assertIn("standard output", result.err)

    def test_progress_on_a_terminal(self):
        """A bar that is gone at the end, before the summary."""
        corpus = self.write_repeated("big.txt", support.story_bytes(), support.scaled(60 << 20))
        master, slave = pty.openpty()
        process = support.start("prepare", "--config", support.CONFIG, "--input", corpus,
                                "--output", self.path("out"), stdout=slave, stderr=slave)
        os.close(slave)
        shown = b""
        try:
            while part := os.read(master, 65536):
                shown += part
        except OSError:  # what a closed terminal reads as
            pass
        os.close(master)
        process.stdin.close()
        self.assertEqual(process.wait(), 0, shown)
        bars, _, summary = shown.decode().rpartition("\r\x1b[K")
        self.assertRegex(bars, r"\r(vocabulary|vectorize) +\[#*\.*\] +\d+ % of \d+\.\d MB, .*MB/s")
        self.assertNotIn("\x1b", summary)
        self.assertIn("examples", summary)


if __name__ == "__main__":
    unittest.main()
