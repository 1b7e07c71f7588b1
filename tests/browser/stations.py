"""The stations that the browser sees, and the kinds of page in them."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw

from tests.conftest import NOW
from tests.prove.stations import build_here

FOLDER = Path(__file__).parent
ISSUE = "content/issues/2015003"
URL = "https://jzz.example.cn/"


class Kind(NamedTuple):
    """A page that stands for all of its kind."""

    name: str
    site: str
    """Where the site is served: the full station, or the one without issues."""
    path: str
    """Its file in the site."""
    address: str | None = None
    """Where it is asked for, when that is not its file's folder."""

    @property
    def url(self) -> str:
        """From the server's root."""
        return self.site + (self.path.removesuffix("index.html") if self.address is None else self.address)


KINDS = (
    Kind("home", "/", "index.html"),
    Kind("issue", "/", "issues/2015003/index.html"),
    Kind("issue-bare", "/", "issues/2015001/index.html"),
    Kind("article", "/", "issues/2015003/xuncha/index.html"),
    Kind("column", "/", "columns/news/index.html"),
    Kind("column-year", "/", "columns/news/2014/index.html"),
    Kind("columns", "/", "columns/index.html"),
    Kind("year", "/", "2015/index.html"),
    Kind("page", "/", "about/index.html"),
    Kind("search", "/", "search/index.html"),
    Kind("missing", "/", "404.html", "issues/1999001/nowhere/"),
    Kind("empty-home", "/empty/", "index.html"),
    Kind("empty-column", "/empty/", "columns/news/index.html"),
)
"""Every kind of page; a new one is added here and nowhere else."""

REDIRECT = "old/41.html"
"""An old address, which leads on at once."""


class Site(NamedTuple):
    """A station and where its site is served."""

    mount: str
    source: Path
    url: str


SITES = (
    Site("/", FOLDER / "station", URL),
    Site("/jianbao/", FOLDER / "station", f"{URL}jianbao/"),
    Site("/empty/", FOLDER / "empty", f"{URL}empty/"),
)


def build_sites(folder: Path, now: datetime = NOW, sites: tuple[Site, ...] = SITES) -> dict[str, Path]:
    """Build every site; where it is served → its folder."""
    return {site.mount: build_one(site, folder / (site.mount.strip("/") or "root"), now) for site in sites}


def site_folders(folder: Path) -> dict[str, Path]:
    """The same for sites that were built before."""
    return {site.mount: folder / (site.mount.strip("/") or "root") / "site" for site in SITES}


def build_one(site: Site, root: Path, now: datetime) -> Path:
    shutil.copytree(site.source, root)
    if (root / ISSUE).exists():
        draw_pictures(root)
    station = root / "content/station.yml"
    station.write_text(station.read_text(encoding="utf-8").replace(f"url: {URL}\n", f"url: {site.url}\n"), "utf-8")
    report = build_here(root, now)
    assert report.problems == (), report.problems
    return root / "site"


def draw_pictures(root: Path) -> None:
    """What the texts refer to and git need not hold."""
    hill(1600, 900).save(root / ISSUE / "luxian.png")
    hill(900, 1200).save(root / "content/issues/2014002/yuanzi.jpg", quality=80)
    (root / ISSUE / "dengji.pdf").write_bytes(b"%PDF-1.4\n" + b"%" * 40_000 + b"\n%%EOF\n")


def hill(width: int, height: int) -> Image.Image:
    """Some sky and a hill: large areas, so that the golden pictures stay small."""
    image = Image.new("RGB", (width, height), "#d9e4ea")
    pen = ImageDraw.Draw(image)
    pen.ellipse((-width // 4, height // 2, width * 5 // 4, height * 2), fill="#8a9a7b")
    pen.ellipse((width // 2, height // 3, width // 2 + width // 20, height // 3 + width // 20), fill="#b01218")
    return image
