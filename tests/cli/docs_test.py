#!/usr/bin/env python3
"""README.md, docs/cli.md, docs/corpus_toml.md and docs/formats.md against the command."""

import json
import os
import re
import tomllib
import unittest

import support

COMMANDS = (["prepare"], ["vocab", "build"], ["vocab", "merge"], ["vocab", "prune"],
            ["vocab", "diff"], ["vocab", "show"], ["vocab", "convert"], ["vectorize"], ["tokenize"],
            ["stats"],
            ["embed", "info"], ["embed", "convert"], ["embed", "nearest"])


def page(name):
    with open(os.path.join(support.ROOT, name), encoding="utf-8") as file:
        return file.read()


def code_blocks(text, language):
    blocks, block = [], None
    for line in text.splitlines(keepends=True):
        if not line.startswith("```"):
            if block is not None:
                block.append(line)
        elif block is None:
            block, is_wanted = [], line.strip() == "```" + language
        else:
            if is_wanted:
                blocks.append("".join(block))
            block = None
    return blocks


class DocsTest(support.CommandTest):
    def flags(self):
        """For each flag in the help, its key and its default, or None."""
        found = {}
        for command in COMMANDS:
            text = self.succeed(*command, "--help").out.decode()
            text = text.replace("\n" + 34 * " ", " ")
            for line in text.splitlines():
                match = re.match(r"  (?:-h,)?(--[a-z-]+).*?"
                                 r"(?: \(default: (.*)\))?(?: \[([a-z]+\.[a-z_]+)\])?$", line)
                if match and match.group(1) != "--help":
                    found[match.group(1), match.group(3)] = match.group(2)
        self.assertGreater(len(found), 30)
        return found

    def rows_of_settings(self):
        """For each row of the tables in corpus_toml.md: (key, flag) and the default."""
        rows, table = {}, ""
        for line in page("docs/corpus_toml.md").splitlines():
            heading = re.match(r"## \[([a-z]+)\]", line)
            row = re.match(r"\| `([a-z_]+)` \| [^|]+\| ([^|]+) \| `(--[a-z-]+)`", line)
            if line.startswith("## "):
                table = heading.group(1) if heading else ""
            if row and table:
                rows[f"{table}.{row.group(1)}", row.group(3)] = row.group(2).strip("`")
        return rows

    def test_each_key_and_its_flag_is_in_the_settings(self):
        keys = {(key, flag) for flag, key in self.flags() if key}
        self.assertEqual(sorted(self.rows_of_settings()), sorted(keys))

    def test_defaults_in_the_help(self):
        shown = self.flags()
        for (key, flag), default in self.rows_of_settings().items():
            no_default = ('""', "none", "false", "not set", "required")
            expected = None if default.startswith(no_default) else default.strip('"')
            self.assertEqual(shown[flag, key], expected, flag)

    def test_defaults(self):
        """The manifest holds the settings of a run, those that nobody set too."""
        self.prepare("--input", support.STORIES, "--window-size", "7", config=None)
        with open(self.path("out", "manifest.json"), "rb") as file:
            config = tomllib.loads(json.load(file)["config"])
        config["input"]["max_line_bytes"] = f"{config['input']['max_line_bytes'] >> 20}M"
        compared = 0
        for (key, _), default in self.rows_of_settings().items():
            table, name = key.split(".")
            if re.fullmatch(r'".*"|-?\d+|true|false', default) and name in config.get(table, {}):
                self.assertEqual(json.loads(default), config[table][name], key)
                compared += 1
        self.assertGreaterEqual(compared, 15)

    def test_each_flag_without_a_key_is_in_the_commands(self):
        text = page("docs/cli.md")
        for flag, key in self.flags():
            if key is None:
                self.assertIn(f"`{flag}", text.replace("--config corpus.toml", "`--config"))

    def test_the_full_example_is_the_sample_job(self):
        (example,) = code_blocks(page("docs/corpus_toml.md"), "toml")
        keys = set(re.findall(r"^([a-z_]+) = ", example, re.MULTILINE))
        self.assertEqual(
            {key.split(".")[1] for key, _ in self.rows_of_settings()} - keys, set())
        config = self.write("corpus.toml", example.encode())
        self.assert_same_files(self.prepare(config=config), self.prepare(output="sample"))

    def test_the_vectorizer_shown_is_the_sample_jobs(self):
        shown = code_blocks(page("docs/formats.md"), "json")[0].rstrip("\n")
        files = self.prepare()
        self.assertTrue(files["vectorizer.json"].decode().startswith(shown))

    def test_members_of_the_json_files(self):
        text = page("docs/formats.md")
        files = self.prepare()
        for name in ("vectorizer.json", "report.json", "manifest.json"):
            part = text.split(f"## {name}\n")[1].split("\n## ")[0]
            for member in json.loads(files[name]):
                with self.subTest(file=name, member=member):
                    self.assertIn(f"`{member}`", part)

    def shown_outputs(self):
        """The arguments, the standard input and the output of each command that
        cli.md shows after a '$'."""
        for block in code_blocks(page("docs/cli.md"), ""):
            for shown in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                line, _, output = shown.partition("\n")
                given, _, command = line.rpartition(" | ")
                if not command.startswith("rowsplit "):
                    continue
                if given:
                    given = given.split("'")[1].encode().decode("unicode_escape")
                yield command.replace("'", "").split()[1:], given.encode(), output

    def test_outputs_shown_are_real(self):
        self.prepare()
        os.symlink(support.SAMPLES, self.path("data_samples"))
        self.succeed("vocab", "build", "--config", support.CONFIG, "--output",
                     self.path("vocab.txt"), "--max-tokens", "1000", cwd=self.folder)
        compared = 0
        for args, given, output in self.shown_outputs():
            if re.search(r"\d s\b", output) or "--output" in args:  # a time
                continue
            with self.subTest(args=args):
                result = support.run(*args, cwd=self.folder, stdin=given)
                self.assertEqual(result.out.decode() + result.err, output)
                compared += 1
        self.assertGreaterEqual(compared, 5)

    def test_the_summary_shown_is_real(self):
        """Of prepare, but for the last line, which tells the time."""
        os.symlink(support.SAMPLES, self.path("data_samples"))
        result = self.succeed("prepare", "--config", "data_samples/corpus.toml", "--output",
                              "out/", cwd=self.folder)
        summary = result.err[:result.err.rindex("\ntime ") + 1]
        command = "$ rowsplit prepare --config data_samples/corpus.toml --output out/\n"
        for name in ("README.md", "docs/cli.md"):
            self.assertIn(command + summary, page(name), name)


if __name__ == "__main__":
    unittest.main()
