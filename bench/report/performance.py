#!/usr/bin/env python3
"""docs/performance.md, its charts and the figures of README.md, from a results.json.

    performance.py            writes them from bench/report/results.json
    performance.py RESULTS    makes RESULTS that file before
    performance.py --check    says which of them the file does not give
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "bench"))

from report import charts, markdown  # noqa: E402  the path comes first
from report.summary import Summary, read  # noqa: E402
from report.wording import times_behind  # noqa: E402

RESULTS = "bench/report/results.json"
PAGE = "docs/performance.md"
README = "README.md"
BEGIN = "<!-- figures: written by bench/report/performance.py -->"
END = "<!-- end of figures -->"
MOST_LOSSES = 8  # that README names

INTRODUCTION = """# Performance

<!-- Written by bench/report/performance.py from bench/report/results.json. -->"""

SOURCES = """Every figure in the tables here is of one run of `./run bench`, and in [results.json](../bench/report/results.json) with each of its repeats. The same command measures on
your machine and makes a page with charts. Figures of other runs, and what was tried and dropped, are in the [design pages](design) and those of the [ops](ops), each with its machine and command."""

LENGTHS = """## By the length of one string

![Speed of ops on text by the size of one string, 1 KB to 1 GB](images/linear_time.svg)

Drawn by bench/text/linear_time/linear_time.py from [linear_time.json](../bench/report/linear_time.json), which has every op, kind of text and size that was measured; [linear_time](design/linear_time.md) has the command, the machine and what bounds each."""


def picture(folder: str, summary: Summary) -> list[str]:
    """The chart on light and on dark ground; the path is seen from the document."""
    words = f"Lead of rowsplit over each peer, a dot for each task. {summary.verdict}"
    return ["<picture>",
            f'<source media="(prefers-color-scheme: dark)" srcset="{folder}/performance-dark.svg">',
            f'<img alt="{words}" src="{folder}/performance.svg">',
            "</picture>"]


def render_page(summary: Summary) -> str:
    lines = [INTRODUCTION, "", *markdown.verdict_lines(summary), "", *picture("images", summary), "",
             SOURCES, "", *markdown.body(summary), LENGTHS]
    return "\n".join(lines).rstrip() + "\n"


def readme_lines(summary: Summary) -> list[str]:
    """The chart, the run in a few sentences, and where a peer is ahead."""
    said = (f"{summary.verdict} Each dot is a task beside one peer; of rowsplit in C++ and from "
            f"Python the better one counts. Measured by `{summary.data['command']}` on "
            f"{markdown.machine_line(summary)}; [all figures](docs/performance.md).")
    return [*picture("docs/images", summary), "", f"{said} {summary.warning}".rstrip(), "",
            *losses_lines(summary)]


def losses_lines(summary: Summary) -> list[str]:
    if not summary.losses:
        return [summary.no_losses]
    lines = ["Where a peer is ahead, and how many times as good it is:", ""]
    lines += ["- " + markdown.escape(
        f"{loss.title}: {loss.row.best_peer.name} {times_behind(loss)}".rstrip())
        for loss in summary.losses[:MOST_LOSSES]]
    more = len(summary.losses) - MOST_LOSSES
    return lines + ([f"- and {more} more"] if more > 0 else [])


def render_readme(summary: Summary, text: str) -> str:
    """README with the part between the marks made anew."""
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{README} has no part between {BEGIN} and {END}")
    return "\n".join([head + BEGIN, *readme_lines(summary), END]) + tail


def render(root: str) -> dict[str, str]:
    """Each file that is made, and what is in it."""
    summary = read(os.path.join(root, RESULTS))
    with open(os.path.join(root, README), encoding="utf-8") as file:
        readme = render_readme(summary, file.read())
    return {
        PAGE: render_page(summary),
        README: readme,
        "docs/images/performance.svg": charts.strip(summary.peers, charts.LIGHT),
        "docs/images/performance-dark.svg": charts.strip(summary.peers, charts.DARK),
    }


def is_same(path: str, text: str) -> bool:
    if not os.path.exists(path):
        return False
    with open(path, encoding="utf-8") as file:
        return file.read() == text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", metavar="RESULTS", nargs="?",
                        help=f"becomes {RESULTS} before")
    parser.add_argument("--check", action="store_true", help="write nothing; 1 where files differ")
    parser.add_argument("--root", default=ROOT, help=argparse.SUPPRESS)
    options = parser.parse_args()
    kept = os.path.join(options.root, RESULTS)
    try:
        if options.results and os.path.abspath(options.results) != os.path.abspath(kept):
            if options.check:
                parser.error("--check takes no RESULTS")
            read(options.results)  # refuses what is no results.json
            shutil.copyfile(options.results, kept)
        made = render(options.root)
    except (OSError, ValueError) as error:
        print(f"performance.py: {error}", file=sys.stderr)
        return 1
    stale = [name for name, text in made.items()
             if not is_same(os.path.join(options.root, name), text)]
    if options.check:
        for name in stale:
            print(f"{name} is not what {RESULTS} gives: run bench/report/performance.py")
        return 1 if stale else 0
    for name in stale:
        with open(os.path.join(options.root, name), "w", encoding="utf-8") as file:
            file.write(made[name])
        print(f"wrote {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
