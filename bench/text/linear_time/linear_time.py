#!/usr/bin/env python3
"""Measures each op of the text area on strings of many sizes and kinds.

    bench/text/linear_time/linear_time.py build/bench/bench/rowsplit_linear_time \\
        --points build/linear_time.json --table build/linear_time.md \\
        --svg docs/images/linear_time.svg

A process for each measurement, one at a time, so that its peak of memory is its
own. The sizes are measured from the smallest on; of the large ones only as many
as fit the time (--minutes), for each op first the kind of text whose speed has
changed most so far. --from draws and prints what an earlier run has kept.
"""

import argparse
import json
import math
import pathlib
import subprocess
import sys
import time

SIZES = (1_000, 1_000_000, 100_000_000, 1_000_000_000)
FEW = 10_000_000  # strings above it are measured once, and as time allows
COLOURS = ("#1b6ca8", "#c0392b", "#2e8b57", "#8e44ad", "#d68910", "#16a085", "#7f8c8d")
COPY = "(copy)"
CHART_OPS = (COPY, "ToLower", "FoldCase", "Normalize NFKC", "SplitWhitespace", "SplitUnicodeWhitespace",
             "SplitWords", "SplitScripts", "SplitCharacters", "RegexSplit classes", "UnicodeDecode",
             "Tokenizer BERT", "HashBuckets fast", "BreakSentences")


def lists(program):
    """The ops with their bounds of memory, and the kinds of text."""
    output = subprocess.run([program, "--list"], check=True, capture_output=True, text=True)
    ops, kinds = output.stdout.strip().split("\n\n")
    bounds = {op: float(bound) for op, bound in (line.split("\t") for line in ops.split("\n"))}
    return bounds, kinds.split("\n")


def measure(options, op, kind, size):
    """A point, or {"why": …} where there is none."""
    runs = options.runs if size < FEW else 1
    command = [options.program, op, kind, str(size), str(runs)]
    if options.cpu is not None:
        command = ["taskset", "-c", str(options.cpu), *command]
    limit = ["bash", "-c", f'ulimit -v {options.memory * 1024}; exec "$@"', "bash"]
    result = subprocess.run([*limit, *command], check=False, capture_output=True, text=True)
    if result.returncode == 0:
        return json.loads(result.stdout)
    refused = result.returncode == 3  # the op says that it is too large
    why = result.stderr.strip().split("\n")[-1] if refused else f"needs more than {options.memory} MiB"
    return {"op": op, "kind": kind, "bytes": size, "why": why}


def speeds(points, least=1_000_000):
    return {p["bytes"]: p["mb_per_s"] for p in points if "why" not in p and p["bytes"] >= least * 0.9}


def spread(points):
    """How many times the slowest size is slower than the fastest, from 1 MB on."""
    found = speeds(points).values()
    return max(found) / min(found) if found else 1.0


def expected_seconds(points, size):
    """What a size will take, by the largest one before, with making its text."""
    before = [p for p in points if "why" not in p]
    if not before:
        return math.inf
    return size / (before[-1]["mb_per_s"] * 1e6) + size / 1e9 + 0.2


def measure_all(options, ops, kinds):
    """rows[op][kind] is a list of points; large sizes as time allows."""
    end = time.monotonic() + options.minutes * 60
    rows = {op: {kind: [] for kind in kinds} for op in ops}
    left_out = 0
    for size in sorted(options.sizes):
        for rank in range(len(kinds)):
            # Each op's worst kind, then each op's second, …
            for op in ops:
                order = sorted(kinds, key=lambda kind: -spread(rows[op][kind]))
                kind = order[rank] if size >= FEW else kinds[rank]
                points = rows[op][kind]
                if any(p["bytes"] >= size for p in points):
                    continue
                late = time.monotonic() + expected_seconds(points, size) > end
                if size >= FEW and late:
                    left_out += 1
                    continue
                points.append(measure(options, op, kind, size))
            print(f"{size:,} bytes: {rank + 1} of {len(kinds)} kinds", file=sys.stderr)
            keep(options, rows)
    if left_out:
        print(f"{left_out} measurements of large strings were left out for lack of time", file=sys.stderr)
    return rows


def keep(options, rows):
    if options.points:
        options.points.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def of_copy(rows, size):
    found = [speed for points in rows.get(COPY, {}).values() for at, speed in speeds(points).items()
             if 0.9 < at / size < 1.1]
    return max(found, default=None)


def is_within(rows, points):
    """Within a factor of 2 from 1 MB on, or as fast as half of what copying takes at the size."""
    found = speeds(points)
    most = max(found.values(), default=0)
    return all(speed * 2 >= most or speed * 2 >= (of_copy(rows, size) or math.inf)
               for size, speed in found.items())


def table(rows, bounds, sizes):
    head = ["op", "text", *(f"{size:,} B" for size in sizes), "spread", "linear", "µs of a call on 1 KB",
            "memory", "bound"]
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join(["---"] * len(head)) + " |"]
    for op, kinds in rows.items():
        if not any(kinds.values()):
            continue
        kind, points = max(kinds.items(), key=lambda item: spread(item[1]))
        made = {min(sizes, key=lambda size: abs(size - p["bytes"])): p for p in points}
        cells = [op, kind]
        for size in sizes:
            point = made.get(size)
            cells.append("" if point is None else point.get("why") or f"{point['mb_per_s']:,.0f}")
        all_points = [p for some in kinds.values() for p in some if "why" not in p]
        calls = [p["call_seconds"] for p in all_points if p["strings"] > 1]
        memory = max((p["memory_per_byte"] for p in all_points if p["bytes"] >= FEW), default=0)
        linear = all(is_within(rows, some) for some in kinds.values())
        cells += [f"{spread(points):.1f}", "yes" if linear else "no",
                  f"{max(calls) * 1e6:.1f}" if calls else "", f"{memory:.1f}", f"{bounds.get(op, 0):g}"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def size_text(size):
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "KB")):
        if size >= unit:
            return f"{size / unit:g} {name}"
    return f"{size} B"


def draw(rows, sizes, path):
    """MB/s by size, both axes logarithmic: a line for each op, the least over the kinds that
    were measured at the most sizes."""
    width, height, left, right, bottom, top = 760, 520, 70, 190, 50, 30
    lines = {}
    for op in CHART_OPS:
        least = {}
        found = [points for points in rows.get(op, {}).values() if points]
        most = max((len(speeds(points, 0)) for points in found), default=0)
        for points in found:
            if len(speeds(points, 0)) < most:
                continue
            for size, speed in speeds(points, 0).items():
                size = min(sizes, key=lambda wanted, size=size: abs(wanted - size))
                least[size] = min(least.get(size, math.inf), speed)
        if least:
            lines[op] = sorted(least.items())
    all_speeds = [speed for line in lines.values() for _, speed in line]
    low, high = math.floor(math.log10(min(all_speeds))), math.ceil(math.log10(max(all_speeds)))

    def x(size):
        return left + (math.log10(size / sizes[0]) / max(math.log10(sizes[-1] / sizes[0]), 1)
                       * (width - left - right))

    def y(speed):
        return height - bottom - (math.log10(speed) - low) / (high - low) * (height - bottom - top)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="{left - 50}" y="18">MB/s of one core, the slowest kind of text</text>',
        f'<text x="{(width - right) / 2:.0f}" y="{height - 8}">size of one string</text>',
    ]
    for power in range(low, high + 1):
        level = y(10**power)
        parts.append(f'<line x1="{left}" x2="{width - right}" y1="{level:.0f}" y2="{level:.0f}" '
                     'stroke="#ddd"/>')
        parts.append(f'<text x="{left - 8}" y="{level + 4:.0f}" text-anchor="end">'
                     f'{10**power:,}</text>')
    for size in sizes:
        parts.append(f'<text x="{x(size):.0f}" y="{height - 28}" text-anchor="middle">'
                     f'{size_text(size)}</text>')
    taken = []
    for index, (op, line) in enumerate(sorted(lines.items(), key=lambda item: item[1][-1][1])):
        colour = COLOURS[index % len(COLOURS)]
        points = " ".join(f"{x(size):.0f},{y(speed):.0f}" for size, speed in line)
        dash = ' stroke-dasharray="6 4"' if op == COPY else ""
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" '
                     f'stroke-width="1.5"{dash}/>')
        label = y(line[-1][1]) + 4
        label = min([label, *(taken[-1:] and [taken[-1] - 14])])
        taken.append(label)
        parts.append(f'<text x="{x(line[-1][0]) + 6:.0f}" y="{label:.0f}" fill="{colour}">{op}</text>')
    path.write_text("\n".join([*parts, "</svg>"]) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--ops", nargs="+", help="only these")
    parser.add_argument("--kinds", nargs="+", help="only these")
    parser.add_argument("--cpu", type=int, help="run on this processor")
    parser.add_argument("--runs", type=int, default=3, help="the least of so many runs counts, below 10 MB")
    parser.add_argument("--minutes", type=float, default=60, help="the time for the whole of it")
    parser.add_argument("--memory", type=int, default=20_000, help="MiB that a process may have")
    parser.add_argument("--points", type=pathlib.Path, help="keep the figures in this JSON file")
    parser.add_argument("--from", dest="source", type=pathlib.Path, help="take them from this one")
    parser.add_argument("--table", type=pathlib.Path, help="write the table there (default: print it)")
    parser.add_argument("--svg", type=pathlib.Path, help="draw the chart")
    options = parser.parse_args()
    bounds, kinds = lists(options.program)
    if options.source:
        rows = json.loads(options.source.read_text(encoding="utf-8"))
    else:
        rows = measure_all(options, options.ops or list(bounds), options.kinds or kinds)
    text = table(rows, bounds, sorted(options.sizes))
    if options.table:
        options.table.write_text(text, encoding="utf-8")
    else:
        print(text)
    if options.svg:
        draw(rows, sorted(options.sizes), options.svg)


if __name__ == "__main__":
    main()
