"""What Lighthouse thinks of the pages on a phone: `make lighthouse` prints the table and fails below 98.

The pages are those of the browser tests, served by nginx as an office would; Lighthouse and its settings for phones
(a slow processor, slow 4G, simulated) are its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from tests.browser.chromium import ARGUMENTS
from tests.browser.nginx import Mount, serving
from tests.browser.stations import KINDS, SITES, Kind, build_sites
from tests.browser.tools import module, program

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PAGES = ("home", "issue", "article", "column")
LEAST = 98
TRIES = 3
"""A busy machine makes a page look slow, never quick: one that falls short is measured again, the best counts."""


class Marks(NamedTuple):
    """What a page was given, from 0 to 100, and what was found wanting."""

    page: str
    given: tuple[int, ...]
    wanting: tuple[str, ...]
    seconds: float


def best(kind: Kind, web: str) -> Marks:
    tried: list[Marks] = []
    while not tried or (len(tried) < TRIES and min(tried[-1].given) < LEAST):
        tried.append(measure(kind, web))
    return max(tried, key=lambda marks: marks.given)


def measure(kind: Kind, web: str) -> Marks:
    start = time.monotonic()
    flags = " ".join(("--headless", *ARGUMENTS))
    command = [program("node"), module("lighthouse/cli/index.js"), web + kind.url, f"--chrome-flags={flags}"]
    options = ["--quiet", "--output=json", f"--only-categories={','.join(CATEGORIES)}"]
    environment = {**os.environ, "CHROME_PATH": program("chromium-headless-shell")}
    run = subprocess.run([*command, *options], check=True, stdout=subprocess.PIPE, env=environment)
    report = json.loads(run.stdout)
    given = tuple(round(100 * (report["categories"][name]["score"] or 0)) for name in CATEGORIES)
    return Marks(kind.name, given, tuple(wanting(report)), time.monotonic() - start)


def wanting(report: dict[str, dict[str, dict[str, object]]]) -> list[str]:
    """Audits that failed, where a category is below the least."""
    names = []
    for name in CATEGORIES:
        category = report["categories"][name]
        if float(str(category["score"] or 0)) * 100 < LEAST:
            references = category["auditRefs"]
            assert isinstance(references, list)
            audits = [report["audits"][ref["id"]] for ref in references if ref["weight"]]
            names += [f"{audit['id']}: {audit['title']}" for audit in audits if audit["score"] not in (1, None)]
    return names


def table(all_marks: list[Marks]) -> Table:
    drawn = Table("page", *CATEGORIES, "s")
    for marks in all_marks:
        drawn.add_row(marks.page, *map(str, marks.given), f"{marks.seconds:.0f}")
    return drawn


def main() -> int:
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (site,) = build_sites(root / "sites", sites=SITES[:1]).items()
        with serving(root / "nginx", (Mount(*site),)) as web:
            marks = [best(kind, web) for kind in KINDS if kind.name in PAGES]
    console.print(table(marks))
    for found in marks:
        for name in found.wanting:
            console.print(f"{found.page}: {name}")
    return int(any(given < LEAST for found in marks for given in found.given))


if __name__ == "__main__":
    sys.exit(main())
