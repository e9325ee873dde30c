#!/usr/bin/env python3
"""Measures each op of the text area on single strings of many sizes and kinds.

    bench/text/linear_time/linear_time.py build/bench/bench/rowsplit_linear_time

prints the table of docs/design/linear_time.md: for each op its speed by size, over the
kinds of text the one whose speed changes most, and draws
docs/images/linear_time.svg. A process for each measurement, so that its peak of
memory is its own.
"""

import argparse
import json
import math
import pathlib
import subprocess

SIZES = (1_000, 1_000_000, 100_000_000, 1_000_000_000)
COLOURS = ("#1b6ca8", "#c0392b", "#2e8b57", "#8e44ad", "#d68910", "#16a085", "#7f8c8d")


def lists(program):
    output = subprocess.run([program, "--list"], check=True, capture_output=True, text=True)
    ops, kinds = output.stdout.strip().split("\n\n")
    return ops.split("\n"), kinds.split("\n")


def measure(program, cpu, op, kind, size, runs, most_mib):
    command = [program, op, kind, str(size), str(runs if size < 50_000_000 else 1)]
    if cpu is not None:
        command = ["taskset", "-c", str(cpu), *command]
    limit = ["bash", "-c", f'ulimit -v {most_mib * 1024}; exec "$@"', "bash"]
    result = subprocess.run([*limit, *command], check=False, capture_output=True, text=True)
    return json.loads(result.stdout) if result.returncode == 0 else None


def spread(points):
    """How many times the slowest size is slower than the fastest, from 1 MB on."""
    speeds = [p["mb_per_s"] for p in points if p["bytes"] >= 1_000_000]
    return max(speeds) / min(speeds) if speeds else 1.0


def print_table(rows, sizes):
    head = ["op", "text", *(f"{size:,} B" for size in sizes), "spread from 1 MB", "bytes of memory a byte"]
    print("| " + " | ".join(head) + " |")
    print("| " + " | ".join(["---"] * len(head)) + " |")
    for op, kinds in rows.items():
        kind, points = max(kinds.items(), key=lambda item: spread(item[1]))
        speeds = {p["bytes"]: p["mb_per_s"] for p in points}
        last = points[-1]
        memory = last["peak_mib"] * 2**20 / last["bytes"]
        cells = [op, kind, *(f"{speeds[s]:,.0f}" if s in speeds else "" for s in sizes),
                 f"{spread(points):.1f}", f"{memory:.1f}"]
        print("| " + " | ".join(cells) + " |")


def draw(rows, sizes, path):
    """MB/s by size, both axes logarithmic: a line for each op, the least over the kinds."""
    width, height, left, right, bottom, top = 760, 520, 70, 190, 50, 30
    lines = {}
    for op, kinds in rows.items():
        least = {}
        for points in kinds.values():
            for p in points:
                least[p["bytes"]] = min(least.get(p["bytes"], math.inf), p["mb_per_s"])
        lines[op] = sorted(least.items())
    speeds = [speed for line in lines.values() for _, speed in line]
    low, high = math.floor(math.log10(min(speeds))), math.ceil(math.log10(max(speeds)))

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
        f'<text x="{(width - right) / 2:.0f}" y="{height - 8}">bytes of one string</text>',
    ]
    for power in range(low, high + 1):
        level = y(10**power)
        parts.append(f'<line x1="{left}" x2="{width - right}" y1="{level:.0f}" y2="{level:.0f}" '
                     'stroke="#ddd"/>')
        parts.append(f'<text x="{left - 8}" y="{level + 4:.0f}" text-anchor="end">'
                     f'{10**power:,}</text>')
    for size in sizes:
        parts.append(f'<text x="{x(size):.0f}" y="{height - 28}" text-anchor="middle">'
                     f'{size:,}</text>')
    taken = []
    for index, (op, line) in enumerate(sorted(lines.items(), key=lambda item: item[1][-1][1])):
        colour = COLOURS[index % len(COLOURS)]
        points = " ".join(f"{x(size):.0f},{y(speed):.0f}" for size, speed in line)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" '
                     'stroke-width="1.5"/>')
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
    parser.add_argument("--cpu", type=int, help="run on this processor")
    parser.add_argument("--runs", type=int, default=3, help="the least of so many runs counts")
    parser.add_argument("--memory", type=int, default=14_000, help="MiB that a process may have")
    parser.add_argument("--points", type=pathlib.Path, help="keep the figures in this JSON file")
    parser.add_argument("--svg", type=pathlib.Path, help="draw the chart")
    options = parser.parse_args()
    ops, kinds = lists(options.program)
    rows = {}
    for op in options.ops or ops:
        rows[op] = {}
        for kind in kinds:
            made = [measure(options.program, options.cpu, op, kind, size, options.runs,
                            options.memory) for size in options.sizes]
            if any(made):
                rows[op][kind] = [point for point in made if point]
        if options.points:
            options.points.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    rows = {op: kinds for op, kinds in rows.items() if kinds}
    print_table(rows, options.sizes)
    if options.svg:
        draw(rows, options.sizes, options.svg)


if __name__ == "__main__":
    main()
