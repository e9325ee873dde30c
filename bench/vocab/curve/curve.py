#!/usr/bin/env python3
"""Measures look-ups by size of the vocabulary, and opening, memory and sharing.

    bench/vocab/curve/curve.py build/bench/bench/rowsplit_vocabulary_curve

runs the program for each size, prints the tables of docs/design/vocabulary.md and
draws docs/images/vocabulary_curve.svg. The largest size needs 9 GB of memory
and 7 GB of disk in --folder; what is written there is removed.
"""

import argparse
import json
import math
import os
import pathlib
import subprocess
import tempfile

SIZES = (1_000, 100_000, 1_000_000, 25_000_000, 100_000_000)
LINES = (
    ("hit_ns", "hit, any token as likely", "#1b6ca8"),
    ("miss_ns", "miss", "#c0392b"),
    ("zipf_ns", "hit, as frequent as in text", "#2e8b57"),
)


def run(program, cpu, *arguments):
    command = [program, *map(str, arguments)]
    if cpu is not None:
        command = ["taskset", "-c", str(cpu), *command]
    output = subprocess.run(command, check=True, capture_output=True, text=True)
    print(output.stdout.strip(), flush=True)
    return json.loads(output.stdout)


def forget(path):
    """Drops the file from the page cache, as after a restart."""
    file = os.open(path, os.O_RDONLY)
    os.fsync(file)
    os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(file)


def least(runs, key):
    return min(run[key] for run in runs)


def measure(program, cpu, size, folder, repeats):
    path = os.path.join(folder, f"{size}.rsv")
    try:
        builds = [run(program, cpu, "build", size, path) for _ in range(repeats)]
        point = {"size": size} | {
            key: least(builds, key)
            for key in ("build_cpu_s", "file_mib", "peak_mib", "hit_ns", "zipf_ns", "miss_ns")
        }
        point["max_probe"] = builds[0]["max_probe"]
        for mode in ("deferred", "sampled", "full"):
            runs = [run(program, cpu, "open", size, path, mode) for _ in range(repeats)]
            point[f"{mode}_ms"] = least(runs, "open_ms")
            if mode == "deferred":
                point["mapped_hit_ns"] = least(runs, "hit_ns")
                point["mapped_zipf_ns"] = least(runs, "zipf_ns")
            if mode != "full":
                forget(path)
                cold = run(program, cpu, "open", size, path, mode)
                for key in ("open_ms", "open_mib", "after_1000_mib"):
                    point[f"cold_{mode}_{key}"] = cold[key]
        share = run(program, None, "share", size, path, 8)
        point["share_rss_mib"] = share["sum_rss_mib"]
        point["share_pss_mib"] = share["sum_pss_file_mib"]
        return point
    finally:
        if os.path.exists(path):
            os.remove(path)


def power(size):
    digits = f"{size:.1e}".replace("e+0", "·10^").replace("e+", "·10^")
    return digits.replace("1.0·", "").replace(".0·", "·")


def row(*cells):
    print("| " + " | ".join(cells) + " |")


def print_tables(points):
    row("tokens", "hit, uniform", "hit, Zipf", "miss", "mapped hit, uniform", "mapped hit, Zipf")
    row(*["---"] * 6)
    for p in points:
        keys = ("hit_ns", "zipf_ns", "miss_ns", "mapped_hit_ns", "mapped_zipf_ns")
        row(power(p["size"]), *(f"{p[key]:.1f}" for key in keys))
    print()
    row("tokens", "file, MiB", "build, s of one core", "peak, MiB", "longest search, buckets",
        "open deferred, ms", "sampled, ms", "full, ms")
    row(*["---"] * 8)
    for p in points:
        row(power(p["size"]), f"{p['file_mib']:.1f}", f"{p['build_cpu_s']:.2f}",
            f"{p['peak_mib']:.0f}", str(p["max_probe"]), f"{p['deferred_ms']:.2f}",
            f"{p['sampled_ms']:.2f}", f"{p['full_ms']:.1f}")
    print()
    row("tokens", "cold: open deferred, ms", "resident, MiB", "after 1000 look-ups, MiB",
        "open sampled, ms", "resident, MiB", "8 processes: Rss together, MiB", "Pss together, MiB")
    row(*["---"] * 8)
    for p in points:
        row(power(p["size"]), f"{p['cold_deferred_open_ms']:.2f}",
            f"{p['cold_deferred_open_mib']:.1f}", f"{p['cold_deferred_after_1000_mib']:.1f}",
            f"{p['cold_sampled_open_ms']:.1f}", f"{p['cold_sampled_open_mib']:.1f}",
            f"{p['share_rss_mib']:.0f}", f"{p['share_pss_mib']:.0f}")


def draw(points, path):
    """A chart of LINES over the sizes, both axes logarithmic in size only."""
    width, height, left, bottom, top = 720, 400, 60, 50, 30
    low, high = math.log10(points[0]["size"]), math.log10(points[-1]["size"])
    most = 10 * math.ceil(max(p[key] for p in points for key, _, _ in LINES) / 10)

    def x(size):
        return left + (math.log10(size) - low) / max(high - low, 1) * (width - left - 30)

    def y(time):
        return height - bottom - time / most * (height - bottom - top)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="13">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
    ]
    for time in range(0, most + 1, 10):
        parts.append(f'<line x1="{left}" x2="{width - 30}" y1="{y(time):.0f}" '
                     f'y2="{y(time):.0f}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 8}" y="{y(time) + 4:.0f}" text-anchor="end">{time}</text>')
    for p in points:
        parts.append(f'<text x="{x(p["size"]):.0f}" y="{height - 28}" '
                     f'text-anchor="middle">{p["size"]:,}</text>')
    parts.append(f'<text x="{left}" y="18">ns a token</text>')
    parts.append(f'<text x="{width / 2:.0f}" y="{height - 8}" text-anchor="middle">tokens</text>')
    for index, (key, label, colour) in enumerate(LINES):
        line = " ".join(f'{x(p["size"]):.0f},{y(p[key]):.0f}' for p in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for p in points:
            parts.append(f'<circle cx="{x(p["size"]):.0f}" cy="{y(p[key]):.0f}" r="3" '
                         f'fill="{colour}"/>')
        parts.append(f'<text x="{left + 20}" y="{top + 20 + 18 * index}" '
                     f'fill="{colour}">{label}</text>')
    path.write_text("\n".join([*parts, "</svg>"]) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--folder", help="where the files go for a time")
    parser.add_argument("--cpu", type=int, help="run on this processor")
    parser.add_argument("--repeats", type=int, default=3, help="the least of so many runs counts")
    parser.add_argument("--points", type=pathlib.Path, help="keep the figures in this JSON file")
    parser.add_argument("--svg", type=pathlib.Path, help="draw the curve")
    options = parser.parse_args()
    points = []
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        for size in options.sizes:
            repeats = options.repeats if size < 50_000_000 else 1
            points.append(measure(options.program, options.cpu, size, folder, repeats))
            if options.points:
                options.points.write_text(json.dumps(points, indent=1) + "\n", encoding="utf-8")
    print_tables(points)
    if options.svg:
        draw(points, options.svg)


if __name__ == "__main__":
    main()
