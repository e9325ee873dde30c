"""Tables, a page and images of a results.json."""

from __future__ import annotations

import os

from report import markdown, page, pngs
from report.summary import read


def write(results_path: str, out_dir: str) -> list[str]:
    """Writes results.md, index.html and, where matplotlib is installed, the charts
    as PNG files into `out_dir`; gives the paths. Says it when there are no images."""
    summary = read(results_path)
    os.makedirs(out_dir, exist_ok=True)
    paths = []
    for name, text in (("results.md", markdown.render(summary)),
                       ("index.html", page.render(summary))):
        paths.append(os.path.join(out_dir, name))
        with open(paths[-1], "w", encoding="utf-8") as file:
            file.write(text)
    return paths + pngs.write(summary, os.path.join(out_dir, "png"))
