"""Published addresses go on leading to their texts: of columns that are none any more, and of titles read anew."""

from __future__ import annotations

import posixpath
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.build import former
from tests.conftest import NOW, build_site, tree, write_files
from tests.prove.stations import build_here, copy_project

_REFRESH = re.compile(r'<meta http-equiv="refresh" content="0; url=([^"]*)"')


def fetch(site: Path, path: str) -> tuple[str, str]:
    """Follow redirects from an address: the page that is found, and the anchor there; empty when none is."""
    anchor = ""
    for _ in range(3):
        if not (site / path).is_file():
            return "", ""
        found = _REFRESH.search((site / path).read_text("utf-8"))
        if not found:
            html = (site / path).read_text("utf-8")
            assert not anchor or f'id="{anchor}"' in html, (path, anchor)
            return path, anchor
        target, _, anchor = found[1].partition("#")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    raise AssertionError(path)


def redirects(site: Path) -> dict[str, str]:
    """Every redirect page and where it leads."""
    pages = (path.relative_to(site).as_posix() for path in sorted(site.rglob("index.html")))
    return {
        path: "#".join(filter(None, fetch(site, path)))
        for path in pages
        if _REFRESH.search((site / path).read_text("utf-8"))
    }


# ── an upgrade


@pytest.mark.parametrize("kept", [("site", ".bulletin"), ("site",)], ids=["manifest", "folder"])
def test_every_address_of_the_former_program_leads_somewhere(tmp_path: Path, kept: tuple[str, ...]) -> None:
    """With its manifest, and by what is in the folder alone."""
    addresses = former.unpack(tmp_path)
    if ".bulletin" not in kept:
        shutil.rmtree(tmp_path / ".bulletin")
    report = build_here(tmp_path, NOW)
    site = tmp_path / "site"
    gone = [path for path in addresses if not fetch(site, path)[0]]
    assert gone == []
    assert report.moved == len([path for path in addresses if _moved(site, path)]) > 40
    before = redirects(site)
    assert len(before) > 30
    assert {each for path in before if (each := fetch(site, path)[0]).startswith("columns/")}
    again = build_here(tmp_path, NOW, clean=True)
    assert (again.written, again.moved, redirects(site)) == (0, 0, before)
    shutil.rmtree(tmp_path / ".bulletin")
    assert (build_here(tmp_path, NOW).moved, redirects(site)) == (len(before) + len(_feeds(site)), before)


def _moved(site: Path, path: str) -> bool:
    return bool(_REFRESH.search((site / path).read_text("utf-8"))) or path in _feeds(site)


def _feeds(site: Path) -> list[str]:
    feeds = [path.relative_to(site).as_posix() for path in site.glob("columns/*/feed.xml")]
    return [
        path
        for path in feeds
        if fetch(site, posixpath.dirname(path) + "/index.html")[0] != path.replace("feed.xml", "index.html")
    ]
