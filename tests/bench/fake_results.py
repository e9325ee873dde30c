"""A results.json of a run that never was, for the tests of what is made of one."""

from __future__ import annotations

import random

PEERS = ("TensorFlow", "pyarrow", "polars", "tokenizers", "StringZilla", "ICU", "tokie")
SLOWER = {"TensorFlow": 25, "pyarrow": 18, "polars": 30, "tokenizers": 300, "StringZilla": 4,
          "ICU": 9, "tokie": 5}
HOSTILE = 'a <b> & "c" | `d`'


def entry(name: str, **changes) -> dict:
    """A contender's part of a result."""
    return {"name": name, "form": f"{name}'s call over one array", "status": "timed", "why": "",
            "share_that_differs": 0.0, "note": "", "repeats": [], "disturbed": [], **changes}


def timed(random_: random.Random, name: str, level: float, turns: int = 5, **changes) -> dict:
    repeats = [level * random_.uniform(0.93, 1.08) for _ in range(turns)]
    return entry(name, repeats=repeats, disturbed=[False] * turns, **changes)


def result(task: str, title: str, contenders: list[dict], **changes) -> dict:
    return {"task": task, "title": title, "text": None, "threads": 1, "unit": "MB/s",
            "better": "higher", "axis": None, "judge": "python", "contenders": contenders,
            **changes}


def text_tasks(random_: random.Random) -> list[dict]:
    """All that may stand in a cell, and a task that is lost (case folding)."""
    tasks = (("delete", "ASCII punctuation deleted", 4700), ("split", "Split at white space", 3800),
             ("nfkc", "NFKC", 4900), ("fold", "Case folding", 4300),
             ("words", "Words of UAX 29", 730))
    found = []
    for stem, title, speed in tasks:
        for text, share in (("english", 1.0), ("languages", 0.5)):
            contenders = [timed(random_, "rowsplit", speed * share)]
            for peer in PEERS[:6]:
                level = speed * share / SLOWER[peer]
                if stem == "fold" and peer == "StringZilla" and text == "english":
                    level = speed * 2.2
                contenders.append(timed(random_, peer, level))
            contenders[3] = entry("polars", status="cannot", form="",
                                  why=f"polars has no call for {title.lower()}")
            if stem == "words":
                contenders[6] = entry("ICU", status="differs", share_that_differs=0.031,
                                      why="first at line 17")
            found.append(result(f"text/{stem}", title, contenders, text=text))
    found[1]["contenders"][1]["disturbed"] = [True] * 5
    found[2]["contenders"][2]["disturbed"][1] = True
    found[3]["contenders"][4] = entry("tokenizers", status="failed", why="Exception: " + HOSTILE)
    return found


def curves(random_: random.Random) -> list[dict]:
    found = []
    for threads in (1, 2, 4):
        found.append(result(
            "curves/threads", "rowsplit prepare", [
                timed(random_, "rowsplit", 200 * threads**0.9),
                timed(random_, "TensorFlow", 18 * threads**0.5)],
            text="english", threads=threads, axis={"name": "threads", "value": threads}))
    for size in (1000, 10_000, 100_000, 1_000_000, 25_000_000):
        slow = size**0.12
        found.append(result(
            "curves/vocabulary", "Look-ups by size of the vocabulary", [
                timed(random_, "rowsplit", 4 * slow), timed(random_, "rowsplit, mapped", 4.6 * slow),
                timed(random_, "dict of Python", 60 * slow),
                timed(random_, "pyarrow", 45 * slow) if size < 10**7 else entry(
                    "pyarrow", status="failed", why="out of memory")],
            unit="ns/token", better="lower", axis={"name": "tokens", "value": size}))
    for size in (100, 1000, 10_000, 1_000_000, 10_000_000):
        found.append(result(
            "curves/document", "Text to ids by length of a document", [
                timed(random_, "rowsplit", 900 * size / (size + 500)),
                timed(random_, "TensorFlow", 40 * size / (size + 90))],
            axis={"name": "document bytes", "value": size}))
    for size in (10_000_000, 100_000_000, 1_000_000_000):
        found.append(result(
            "curves/memory", "Peak memory by size of the input",
            [timed(random_, "rowsplit", 40, 1), timed(random_, "pandas", size * 3 / 2**20, 1)],
            unit="MiB", better="lower", axis={"name": "input bytes", "value": size}))
    return found


def others(random_: random.Random) -> list[dict]:
    def of(*levels: tuple[str, float], turns: int = 5) -> list[dict]:
        return [timed(random_, name, level, turns) for name, level in levels]

    missing = entry("tokie", status="missing", why="No module named 'tokie'")
    return [
        result("tokenize/wordpiece", "WordPiece, 30,000 pieces, text not seen before",
               [*of(("rowsplit", 188), ("TensorFlow", 36), ("tokenizers", 2.7)), missing],
               text="english", judge="tokenizers"),
        result("vectorize/int", "Ids, ragged, vocabulary 100,000",
               of(("rowsplit", 1370), ("pyarrow", 64), ("polars", 31), ("TensorFlow", 40),
                  ("Keras", 40), ("tokenizers", 5)), text="english"),
        result("vectorize/int", "Ids, ragged, vocabulary 100,000",
               of(("rowsplit", 2370), ("pyarrow", 64), ("polars", 61), ("TensorFlow", 70)),
               text="english", threads=0),
        result("ragged/sum", "Sum of rows of 0 to 34", of(
            ("rowsplit", 0.315), ("NumPy reduceat", 1.22), ("awkward", 1.9), ("torch", 1.4)),
            unit="ns/value", better="lower"),
        result("ragged/max", "Largest of rows of 500 to 1500", of(
            ("rowsplit", 0.1065), ("NumPy reduceat", 0.103), ("awkward", 0.731)),
            unit="ns/value", better="lower"),
        result("job/prepare", "The seed's job", of(
            ("rowsplit", 69), ("TensorFlow, as written", 1.3), ("TensorFlow, vectorised", 36.9)),
            text="stories"),
        result("footprint/import", "Time to import", of(
            ("rowsplit", 0.08), ("TensorFlow", 4.1), ("torch", 1.9), turns=3),
            unit="s", better="lower"),
        result("footprint/installed", "Installed size", of(
            ("rowsplit", 7.3), ("TensorFlow", 1800), ("torch", 700), turns=1),
            unit="MiB", better="lower"),
        result("hostile/" + "names", HOSTILE, [
            entry("rowsplit", status="failed", why="<script>alert(1)</script>"),
            *of(("peer " + HOSTILE, 3))], text="<i>"),
    ]


def make(seed: int = 1) -> dict:
    """The same for the same seed."""
    random_ = random.Random(seed)
    return {
        "format": 1, "command": "./run bench --full", "mode": "full", "commit": "0123456789abcdef",
        "dirty": False, "date": "2026-01-02T03:04:05Z", "seconds": 1234.5,
        "machine": {"cpu": "A Processor", "cores": 2,
                    "caches": {"L1d": 32768, "L2": 1048576, "L3": 33554432},
                    "memory_bytes": 25769803776, "system": "Debian 12", "kernel": "6.18",
                    "compiler": "GCC 12.2.0", "simd_target": "AVX3_DL"},
        "versions": {"rowsplit": "0.1.0", "tensorflow": "2.21.0", "pyarrow": "26.0.1"},
        "missing": {"tokie": "No module named 'tokie'"},
        "texts": {"english": {"bytes": 20_000_000, "lines": 187_045,
                              "source": "data_samples, grown"}},
        "results": text_tasks(random_) + others(random_) + curves(random_),
    }


def part(*tasks: str) -> dict:
    """The run, or of it the tasks that are named."""
    data = make()
    if tasks:
        data["results"] = [r for r in data["results"] if r["task"] in tasks]
    return data


def one(*contenders: dict, **changes) -> dict:
    """A run of one task."""
    data = make()
    data["results"] = [result("text/one", "One", list(contenders), **changes)]
    return data


def measured(name: str, *repeats: float, disturbed: tuple[bool, ...] = (), **changes) -> dict:
    return entry(name, repeats=list(repeats),
                 disturbed=list(disturbed) or [False] * len(repeats), **changes)
