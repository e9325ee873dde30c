#!/usr/bin/env python3
"""Damaged input under each policy: `strict` stops with the place, `replace` and `skip`
go on and count, and the rows that come out are those that plain Python finds."""

import gzip
import json
import os
import re
import struct
import unittest
import zlib

import formats
import reference
import support

REPLACEMENT = "\ufffd".encode()


def read(name):
    with open(os.path.join(support.HOSTILE, name), "rb") as file:
        return file.read()


def mend(line):
    """U+FFFD for each ill-formed part and each NUL."""
    return line.decode("utf-8", "replace").encode().replace(b"\0", REPLACEMENT)


def is_clean(line):
    return mend(line) == line


def count_ill_formed(text):
    return mend(text.replace(b"\0", b"")).count(REPLACEMENT) - text.count(REPLACEMENT)


def place(text, line):
    """(line number, byte) where line number `line` of the text begins."""
    return line, len(b"\n".join(text.split(b"\n")[:line - 1])) + (line > 1)


def inflate(content):
    """The text of a gzip file's first member, its checksum not looked at."""
    assert content[:4] == b"\x1f\x8b\x08\x00"
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(content[10:])


class PolicyTest(support.CommandTest):
    def rows(self, policy, path, *args):
        """The rows that a run reads under a policy, and the faults that it reports."""
        folder = self.path(policy)
        # A vocabulary, so that a file without words can be prepared too.
        vocabulary = self.write("vocab.txt", b"the\n")
        self.succeed("prepare", "--input", path, "--on-error", policy, "--output", folder,
                     "--format", "jsonl", "--vocab", vocabulary, "--force", "--quiet", *args)
        files = support.files_in(folder)
        rows = [json.loads(line)["text"].encode() for line in
                files["train-00000-of-00001.jsonl"].decode("utf-8").split("\n")[:-1]]
        report = json.loads(files["report.json"])
        self.assertEqual(report["rows"], len(rows))
        self.assertEqual(report["text_bytes"], sum(map(len, rows)))
        return rows, report["faults"]

    def check_strict(self, path, where, *args):
        """All commands that read stop, name the place and leave nothing behind."""
        for command in (("prepare", "--output", self.path("out")), ("stats",),
                        ("vocab", "build", "--output", self.path("out.txt"))):
            self.fail_with(1, *command, "--input", path, *args, "--quiet",
                           says=[f"{path}, {where}: "])
        self.assertFalse(os.path.exists(self.path("out.txt")))
        if os.path.exists(self.path("out")):
            self.assertEqual(os.listdir(self.path("out")), [])

    def check_faults(self, faults, path, expected):
        """`expected`: kind -> (replaced, skipped, unit, number, byte)"""
        self.assertEqual(sorted(fault["kind"] for fault in faults), sorted(expected))
        for fault in faults:
            replaced, skipped, unit, number, byte = expected[fault["kind"]]
            first = fault["first"]
            self.assertEqual(
                (fault["replaced"], fault["skipped"], first["input"], first[unit], first["byte"]),
                (replaced, skipped, path, number, byte), fault)
            self.assertTrue(first["detail"])

    def check_clean(self, name, rows, *args):
        path = os.path.join(support.HOSTILE, name)
        for policy in ("strict", "replace", "skip"):
            with self.subTest(file=name, policy=policy):
                self.assertEqual(self.rows(policy, path, *args), (rows, []))


class CleanFileTest(PolicyTest):
    """Files that look bad and are good text."""

    def test_awkward_text_is_no_fault(self):
        for name in ("bom.txt", "combining_marks.txt", "crlf.txt", "empty.txt", "lone_cr.txt",
                     "no_final_newline.txt", "only_punctuation.txt", "only_spaces.txt",
                     "unicode_spaces.txt"):
            self.check_clean(name, reference.split_lines(read(name)))

    def test_joined_streams_are_no_fault(self):
        rows = reference.split_lines(gzip.decompress(read("multi_member.txt.gz")))
        self.check_clean("multi_member.txt.gz", rows)
        self.check_clean("multi_frame.txt.zst", rows)

    def test_every_file_is_covered(self):
        with open(os.path.abspath(__file__), encoding="utf-8") as file:
            source = file.read()
        for name in os.listdir(support.HOSTILE):
            self.assertIn(f'"{name}"', source)


class TextFaultTest(PolicyTest):
    def check(self, path, text, kinds):
        lines = reference.split_lines(text)
        first = next(number for number, line in enumerate(lines, 1) if not is_clean(line))
        kept = [line for line in lines if is_clean(line)]
        counts = {"invalid_utf8": count_ill_formed(text), "nul_byte": text.count(b"\0")}
        marks = {"invalid_utf8": self.first_ill_formed(text), "nul_byte": text.find(b"\0")}

        where = {kind: (text[:marks[kind]].count(b"\n") + 1, marks[kind]) for kind in kinds}
        line, byte = min(where.values())
        self.assertEqual(line, first)
        self.check_strict(path, f"line {line}, byte {byte}")

        rows, faults = self.rows("replace", path)
        self.assertEqual(rows, [mend(line) for line in lines])
        self.check_faults(faults, path, {
            kind: (counts[kind], 0, "line", *where[kind]) for kind in kinds})

        rows, faults = self.rows("skip", path)
        self.assertEqual(rows, kept)
        self.assertEqual(sum(fault["skipped"] for fault in faults), len(lines) - len(kept))
        self.assertEqual(min((fault["first"]["line"], fault["first"]["byte"]) for fault in faults),
                         (line, byte))
        self.assertEqual({fault["replaced"] for fault in faults}, {0})

    def first_ill_formed(self, text):
        try:
            text.decode("utf-8")
        except UnicodeDecodeError as error:
            return error.start
        return -1

    def test_ill_formed_utf8(self):
        path = os.path.join(support.HOSTILE, "invalid_utf8.txt")
        self.check(path, read("invalid_utf8.txt"), ["invalid_utf8"])

    def test_nul_bytes(self):
        path = os.path.join(support.HOSTILE, "nul_bytes.txt")
        self.check(path, read("nul_bytes.txt"), ["nul_byte"])

    def test_both_in_one_file(self):
        text = b"good\nbad \xc3 and \0\n\0\ngood\n\xff\0\xff"
        self.check(self.write("both.txt", text), text, ["invalid_utf8", "nul_byte"])

    def test_place_is_that_of_the_second_input(self):
        good = self.write("a.txt", b"good\ngood\n")
        bad = self.write("b.txt", b"good\nx\xff\n")
        self.fail_with(1, "stats", "--input", self.folder, says=[f"{bad}, line 2, byte 6: ", "FF"])
        self.assertNotIn(good, self.fail_with(1, "stats", "--input", self.folder).err)


class OverlongLineTest(PolicyTest):
    TEXT = b"short one\n" + b"this line has words, many words " * 4 + b"\nshort two\n" + b"x" * 100
    LIMIT = 64

    def test_strict(self):
        path = self.write("long.txt", self.TEXT)
        self.check_strict(path, "line 2, byte 10", "--max-line-bytes", "64")
        self.check_strict(path, "line 2, byte 10", "--max-line-bytes", "64", "--block-bytes", "7")

    def test_limit_can_be_raised(self):
        path = self.write("long.txt", self.TEXT)
        rows, faults = self.rows("strict", path, "--max-line-bytes", "1K")
        self.assertEqual((rows, faults), (reference.split_lines(self.TEXT), []))

    def test_replace_cuts_and_loses_nothing(self):
        path = self.write("long.txt", self.TEXT)
        for block in ("7", "64", "256K"):
            rows, faults = self.rows("replace", path, "--max-line-bytes", "64", "--block-bytes",
                                     block)
            self.assertEqual(b"".join(rows), self.TEXT.replace(b"\n", b""))
            self.assertLessEqual(max(map(len, rows)), self.LIMIT)
            self.assertEqual([row for row in rows if row.startswith(b"short")],
                             [b"short one", b"short two"])
            self.assertEqual(b" ".join(rows[1:rows.index(b"short two")]).split(),
                             self.TEXT.split(b"\n")[1].split())
            self.check_faults(faults, path, {"overlong_line": (2, 0, "line", 2, 10)})

    def test_skip_drops_the_line(self):
        path = self.write("long.txt", self.TEXT)
        for block in ("7", "64", "256K"):
            rows, faults = self.rows("skip", path, "--max-line-bytes", "64", "--block-bytes", block)
            self.assertEqual(rows, [b"short one", b"short two"])
            self.check_faults(faults, path, {"overlong_line": (0, 2, "line", 2, 10)})


class StreamFaultTest(PolicyTest):
    def check(self, name, text, kind):
        """`text`: what comes before the break."""
        path = os.path.join(support.HOSTILE, name)
        whole = text[:text.rfind(b"\n") + 1]
        self.fail_with(1, "stats", "--input", path, says=[path, "line ", f", byte {len(text)}: "])
        self.check_strict(path, f"line {text.count(bytes([10])) + 1}, byte {len(text)}")
        for policy, kept in (("replace", text), ("skip", whole)):
            rows, faults = self.rows(policy, path)
            self.assertEqual(rows, reference.split_lines(kept))
            ((found,),) = ([fault["kind"] for fault in faults],)
            self.assertEqual(found, kind)
            self.assertEqual((faults[0]["replaced"], faults[0]["skipped"]), (0, 1))
            self.assertEqual((faults[0]["first"]["input"], faults[0]["first"]["byte"]),
                             (path, len(text)))

    def test_truncated_gzip(self):
        text = inflate(read("truncated.txt.gz"))
        self.assertGreater(len(text), 0)
        self.check("truncated.txt.gz", text, "broken_gzip")

    def test_wrong_gzip_checksum(self):
        self.check("bad_crc.txt.gz", inflate(read("bad_crc.txt.gz")), "broken_gzip")

    def test_garbage_after_gzip(self):
        text = inflate(read("trailing_garbage.txt.gz"))
        self.assertEqual(len(text), 229)
        self.check("trailing_garbage.txt.gz", text, "broken_gzip")

    def test_truncated_zstd(self):
        self.check("truncated.txt.zst", b"", "broken_zstd")

    def test_text_that_claims_to_be_compressed(self):
        for ending in ("gz", "zst"):
            path = self.write(f"plain.txt.{ending}", b"not compressed\n")
            self.fail_with(1, "stats", "--input", path, says=[path, "byte 0"])
            rows, faults = self.rows("skip", path)
            self.assertEqual((rows, len(faults)), ([], 1))

    def test_later_inputs_are_read(self):
        self.write("in/a.txt.gz", read("truncated.txt.gz"))
        self.write("in/b.txt", b"the next file\n")
        rows, _ = self.rows("skip", self.path("in"))
        self.assertEqual(rows[-1], b"the next file")


class RecordFaultTest(PolicyTest):
    def test_broken_json_lines(self):
        path = os.path.join(support.HOSTILE, "broken.jsonl")
        text = read("broken.jsonl")
        good = [json.loads(text.split(b"\n")[number])["text"].encode() for number in (0, 2, 5, 6)]
        line, byte = place(text, 2)
        self.check_strict(path, f"line {line}, byte {byte}")
        for policy in ("replace", "skip"):
            rows, faults = self.rows(policy, path)
            self.assertEqual(rows, good)
            self.check_faults(faults, path, {"broken_json": (0, 3, "line", line, byte)})

    def test_wrong_checksum_of_a_record(self):
        path = os.path.join(support.HOSTILE, "bad_crc.tfrecord")
        content = read("bad_crc.tfrecord")
        (length,) = struct.unpack_from("<Q", content)
        second = 12 + length + 4
        (length,) = struct.unpack_from("<Q", content, second)
        third = second + 12 + length + 4
        flag = ("--tfrecord-feature", "")
        self.check_strict(path, f"record 2, byte {second}", *flag)
        for policy in ("replace", "skip"):
            rows, faults = self.rows(policy, path, *flag)
            self.assertEqual(rows,
                             [content[12:second - 4], *formats.read_tfrecords(content[third:])])
            self.check_faults(faults, path, {"broken_tfrecord": (0, 1, "record", 2, second)})

    def test_truncated_record(self):
        path = os.path.join(support.HOSTILE, "truncated.tfrecord")
        content = read("truncated.tfrecord")
        at = 0
        for _ in range(2):
            (length,) = struct.unpack_from("<Q", content, at)
            at += 12 + length + 4
        flag = ("--tfrecord-feature", "")
        self.check_strict(path, f"record 3, byte {at}", *flag)
        for policy in ("replace", "skip"):
            rows, faults = self.rows(policy, path, *flag)
            self.assertEqual(rows, formats.read_tfrecords(content[:at]))
            self.check_faults(faults, path, {"broken_tfrecord": (0, 1, "record", 3, at)})

    def test_records_that_are_no_examples(self):
        first, second, third = (formats.make_tfrecord(payload) for payload in (
            formats.make_text_example(b"the good one"), b"\xff\xff\xff",
            formats.make_text_example(b"another")))
        path = self.write("mixed.tfrecord", first + second + third)
        self.check_strict(path, f"record 2, byte {len(first) + 12}")
        rows, faults = self.rows("skip", path)
        self.assertEqual(rows, [b"the good one", b"another"])
        self.assertEqual(faults[0]["first"]["record"], 2)


class SummaryTest(PolicyTest):
    def test_summary_names_counts_and_first_places(self):
        path = os.path.join(support.HOSTILE, "nul_bytes.txt")
        for command in (("prepare", "--output", self.path("out")), ("stats",)):
            result = self.succeed(*command, "--input", path, "--on-error", "replace")
            self.assertRegex(
                result.err,
                rf"nul_byte .* replaced, .* skipped.*{re.escape(path)}, line 2, byte \d+")


if __name__ == "__main__":
    unittest.main()
