"""`python -m report RESULTS [--out DIR]`: the report of a results.json."""

import argparse
import os
import sys

import report


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m report", description=report.__doc__)
    parser.add_argument("results", metavar="RESULTS", help="a results.json")
    parser.add_argument("--out", metavar="DIR", help="default: the folder of RESULTS")
    options = parser.parse_args()
    out = options.out or os.path.dirname(os.path.abspath(options.results))
    try:
        paths = report.write(options.results, out)
    except (OSError, ValueError) as error:
        print(f"report: {error}", file=sys.stderr)
        return 1
    print("\n".join(path for path in paths if not path.endswith(".png")))
    images = sum(path.endswith(".png") for path in paths)
    if images:
        print(f"{images} images in {os.path.join(out, 'png')}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
