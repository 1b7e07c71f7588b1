"""`make looks`: the same content made with bulletin and with each design system, looked at in one browser.

All goes into `.bulletin/looks`: the sites, the tables, and a picture for each kind of page, width and scheme in which
they stand side by side. With `--write` tables and two pictures go into docs/ too.
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from bench import lighthouse
from bench.looks import report
from bench.looks.content import ARTICLE, PICTURED, Content, read
from bench.looks.measure import SCREENS, Figures, kinds, visit
from bench.looks.montage import Shot, save_small, side_by_side
from bench.looks.report import Key, Measured
from bench.looks.systems import SYSTEMS, System, install_systems, make_site, version
from bulletin import __version__
from tests.browser.chromium import launch
from tests.browser.nginx import Mount, serving
from tests.browser.stations import Kind as Address

FOLDER = Path(__file__).parents[2] / ".bulletin" / "looks"
TALL = {390: 1400, 1280: 1100}
COLUMNS = {390: 5, 1280: 3}
"""Of a picture with all, by the width of the screen."""
SHOWN = {"looks-home.webp": ("home", 1280), "looks-article.webp": ("article", 390)}
"""The pictures in docs/, by what they show."""
WIDE = 1400
"""Of a picture in docs/."""
MARKED = (Address("home", "/", "index.html"), Address("article", "/", f"issues/{PICTURED}/{ARTICLE}/index.html"))
"""What Lighthouse is shown."""


class Look(NamedTuple):
    """What a montage shows."""

    kind: str
    width: int
    scheme: str

    @property
    def file(self) -> str:
        return f"{self.kind}-{self.width}-{self.scheme}.png"


Looks = dict[Look, list[Shot]]
Found = dict[Key, Figures]
Marks = dict[tuple[str, str], tuple[int, ...]]


def look(browser: Browser, web: str, system: System, content: Content, looks: Looks) -> Found:
    """Every page of a site at every width."""
    found: Found = {}
    for kind in kinds(content):
        for width in SCREENS:
            seen = visit(browser, web, system, kind, width, content.headlines)
            found[Key(kind.name, system.name, width)] = seen.figures
            looks.setdefault(Look(kind.name, width, "light"), []).append(Shot(system.name, seen.light))
            looks.setdefault(Look(kind.name, width, "dark"), []).append(Shot(system.name, seen.dark))
    return found


def marks(system: System, web: str) -> Marks:
    return {(kind.name, system.name): lighthouse.measure(kind, web).given for kind in MARKED}


def montages(looks: Looks) -> dict[Look, Image.Image]:
    made = {each: side_by_side(shots, TALL[each.width], COLUMNS[each.width]) for each, shots in looks.items()}
    for each, picture in made.items():
        picture.save(FOLDER / each.file)
    return made


def measure_all(*, marked: bool) -> tuple[Measured, Looks]:
    content, looks, found, given = read(), Looks(), Found(), Marks()
    with sync_playwright() as driver:
        browser = launch(driver)
        for system in SYSTEMS:
            print(f"{system.name} …", flush=True)
            site = make_site(system, content, FOLDER)
            with serving(FOLDER / "nginx", (Mount("/", site, strict=False),)) as web:
                found |= look(browser, web, system, content, looks)
                given |= marks(system, web) if marked else {}
        browser.close()
    numbers = {system.name: version(system) or __version__ for system in SYSTEMS}
    return Measured(f"{date.today()}", numbers, dict(sorted(found.items(), key=_order)), given), looks


def _order(item: tuple[Key, Figures]) -> int:
    """By kind; systems and widths stay as they are."""
    return [kind.name for kind in kinds(read())].index(item[0].kind)


def main() -> None:
    parser = argparse.ArgumentParser(description="Pages beside those of the best design systems")
    parser.add_argument("--write", action="store_true", help="put tables and pictures into docs/")
    parser.add_argument("--no-lighthouse", dest="marked", action="store_false", help="three minutes less")
    options = parser.parse_args()
    install_systems()
    FOLDER.mkdir(parents=True, exist_ok=True)
    measured, looks = measure_all(marked=options.marked)
    made = montages(looks)
    print(table := report.tables(measured, report.ENGLISH))
    (FOLDER / "tables.md").write_text(table, encoding="utf-8")
    if options.write:
        report.write_documents(measured)
        for name, (kind, width) in SHOWN.items():
            save_small(made[Look(kind, width, "light")], report.DOCS / "pictures" / name, WIDE)
    print(f"Side by side: {FOLDER}/*.png")


if __name__ == "__main__":
    main()
