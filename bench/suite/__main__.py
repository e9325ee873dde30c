"""`./run bench`: arguments, and the whole run."""

from __future__ import annotations

import argparse
import collections
import datetime
import os
import re
import shlex
import signal
import sys
import time

from suite import machine, peers, results, tasks, texts, worker
from suite.program import Program
from suite.setting import TEXT_BYTES, TURNS, Setting
from suite.task import Missing, Task

HELP = """Measures rowsplit and what people use now on the same work, side by side, and makes
a page of it. Answers are compared before anything is timed; contenders take
turns, on one core and, where a task says so, on all; every repeat is kept."""
EPILOGUE = """What it writes into DIR: results.json (every repeat, the machine, versions), and the
table, the page and the charts that are made of it. A library that is not installed
is said to be missing; what was measured before Ctrl-C is kept."""
OUT = "bench/report/out"
BUILD = "build/bench"
FOLDER = "build/suite"


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench", description=HELP, epilog=EPILOGUE)
    parser.add_argument("--full", action="store_true",
                        help="larger texts, more turns and cells: meant for 40 minutes, "
                        "not 5")
    parser.add_argument("--only", metavar="REGEX", default="",
                        help="the tasks whose line of --list it matches")
    parser.add_argument("--turns", metavar="N", type=int,
                        help=f"turns of each contender (default: {TURNS['quick']}, with --full "
                        f"{TURNS['full']})")
    parser.add_argument("--text", metavar="FILE",
                        help="English text, instead of data_samples/stories grown")
    parser.add_argument("--languages", metavar="FILE",
                        help="text of many languages, instead of data_samples/languages grown")
    parser.add_argument("--tokenizer", metavar="FILE",
                        help="tokenizer.json of a WordPiece model, instead of one that is "
                        "learned from the text")
    parser.add_argument("--list", action="store_true", help="print the tasks, and whom they have")
    parser.add_argument("--out", metavar="DIR", default=OUT, help=f"default: {OUT}")
    parser.add_argument("--build", metavar="DIR", default=BUILD,
                        help="where the C++ programs are built")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.turns is not None and options.turns < 1:
        parser.error("--turns must be 1 or more")
    try:
        re.compile(options.only)
    except re.error as error:
        parser.error(f"--only {options.only}: {error}")
    for name in ("text", "languages", "tokenizer"):
        path = getattr(options, name)
        if path and not os.path.isfile(path):
            parser.error(f"--{name} {path}: no such file")
    if os.path.exists(options.out) and not os.path.isdir(options.out):
        parser.error(f"--out {options.out}: no folder")
    return options


def make_setting(options: argparse.Namespace) -> Setting:
    mode = "full" if options.full else "quick"
    size, named = TEXT_BYTES[mode], {"english": options.text, "languages": options.languages}
    folder = os.path.join(FOLDER, "texts")
    made = {name: texts.given(name, path, size, folder) if path else
            texts.grow(name, size, folder) for name, path in named.items()}
    return Setting(mode=mode, turns=options.turns or TURNS[mode], texts=made,
                   build=os.path.abspath(options.build), folder=FOLDER,
                   tokenizer=options.tokenizer)


def chosen_tasks(setting: Setting, only: str) -> list[Task]:
    chosen = [task for area in tasks.AREAS for task in tasks.of_area(area, setting)
              if re.search(only, task.label)]
    labels = [task.label for task in chosen]
    twice = {label for label in labels if labels.count(label) > 1}
    if twice:
        raise ValueError(f"two tasks are {', '.join(sorted(twice))}")
    return chosen


def print_list(chosen: list[Task]) -> None:
    for task in chosen:
        print(f"{task.label}: {task.title}, {task.unit}")
        for contender in task.contenders:
            print(f"    {contender.name:16} {contender.cannot or contender.form}")


def result_line(result: dict, entry: dict) -> str:
    figure, share = results.median(entry), entry["share_that_differs"]
    if figure is None:
        where = f"{share:.3%}, first {entry['why']}" if share else entry["why"]
        return f"{entry['status']}: {where}"
    least, most = results.spread(entry)
    words = [f"{figure:10.4g} {result['unit']}  ({least:.4g} to {most:.4g})"]
    times = None if results.is_ours(entry) else results.ratio_to(result, entry)
    if times is not None:
        words.append(f"rowsplit is {times:.3g} times as good")
    words += [f"{share:.3%} differ"] * (share > 0) + ["disturbed"] * results.is_disturbed(entry)
    return ", ".join(words)


def print_result(result: dict, label: str) -> None:
    print(f"\n{label}: {result['title']} ({result['seconds']:.1f} s)")
    for entry in results.ranked(result):
        print(f"    {entry['name']:24} {result_line(result, entry)}", flush=True)


def seconds_by_area(found: list[dict]) -> str:
    """Where the time of a run went, the most first."""
    spent: collections.Counter = collections.Counter()
    for result in found:
        spent[result["task"].split("/")[0]] += result["seconds"]
    return ", ".join(f"{area} {seconds:.0f} s" for area, seconds in spent.most_common())


class Run:
    """The results so far, in results.json after each task."""

    def __init__(self, options: argparse.Namespace, setting: Setting, command: list[str]):
        self.setting, self.out = setting, options.out
        self.path = os.path.join(options.out, "results.json")
        self.began = self.last = time.monotonic()
        commit, dirty = machine.commit()
        found, missing = peers.versions()
        about = self.about()
        found.update({k: v for k, v in about.items() if k not in ("compiler", "simd_target")})
        now = datetime.datetime.now(datetime.timezone.utc)
        self.results = {
            "format": results.FORMAT, "command": shlex.join(["./run", "bench", *command]),
            "mode": setting.mode, "commit": commit, "dirty": dirty,
            "date": now.isoformat(timespec="seconds"), "seconds": 0.0,
            "machine": machine.describe(about), "versions": found, "missing": missing,
            "texts": {name: text.describe() for name, text in setting.texts.items()},
            "results": []}

    def about(self) -> dict[str, str]:
        """What a program that uses the library says of compiler and SIMD target."""
        text = next(iter(self.setting.texts.values())).path
        program = Program(os.path.join(self.setting.build, "bench/rowsplit_text_table"), text)
        try:
            return program.about()
        except (Missing, RuntimeError) as error:
            print(f"compiler and SIMD target are not known: {error}")
            return {}
        finally:
            program.close()

    def add(self, result: dict, label: str) -> None:
        """`seconds` is the time since the result before: with the start of a worker,
        imports and inputs."""
        now = time.monotonic()
        result, self.last = {**result, "seconds": round(now - self.last, 3)}, now
        print_result(result, label)
        self.results["results"].append(result)
        self.write()

    def write(self) -> None:
        self.results["seconds"] = round(time.monotonic() - self.began, 3)
        results.write(self.path, self.results)

    def measure(self, chosen: list[Task]) -> bool:
        """Whether all was measured."""
        well = True
        os.makedirs(self.out, exist_ok=True)
        with open(os.path.join(self.out, "peers.log"), "w", encoding="utf-8") as log:
            for group in worker.groups(chosen):
                try:
                    for label, result in worker.run_group(group, self.setting, log):
                        self.add(result, label)
                except RuntimeError as error:
                    print(f"\n{error}; what was printed is in {log.name}")
                    well = False
        return well


def make_report(path: str, out: str) -> None:
    import report

    report.write(path, out)


def main() -> int:
    options = parse()
    if options.worker:
        return worker.main(options.worker)
    try:
        setting = make_setting(options)
    except (OSError, ValueError) as error:
        print(f"./run bench: {error}", file=sys.stderr)
        return 2
    chosen = chosen_tasks(setting, options.only)
    if not chosen:
        print(f"./run bench: --only {options.only}: no task matches it", file=sys.stderr)
        return 2
    if options.list:
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # as in `--list | head`
        print_list(chosen)
        return 0
    run = Run(options, setting, sys.argv[1:])
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C
    try:
        well = run.measure(chosen)
    except KeyboardInterrupt:
        print("\ninterrupted: what was measured so far is kept")
        well = False
    run.write()
    make_report(run.path, options.out)
    print(f"\ntime went to: {seconds_by_area(run.results['results']) or 'nothing'}")
    print(f"{len(run.results['results'])} tasks in {run.results['seconds']:.0f} s; the page: "
          f"{os.path.join(options.out, 'index.html')}")
    return 0 if well else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
