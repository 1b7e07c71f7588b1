"""Sheets of texts, and what a PDF says of itself, for the tests of print."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from pypdf import PdfReader

from bulletin.core.i18n import translations
from bulletin.core.print_settings import PrintSettings
from bulletin.editions.leaf import Leaf
from bulletin.editions.print.faces import FontSet, find_fonts
from bulletin.editions.print.issue import Printed, Printer
from bulletin.editions.print.typesetting import Typesetter
from bulletin.editions.sources import Sources

FANDOL = Path(__file__).parent / "fonts"
"""Made by the Makefile out of Debian's texlive-lang-chinese."""
NOTO = Path("/usr/share/fonts/opentype/noto")


@cache
def fonts_without_official_ones() -> FontSet:
    """Fandol and Noto, as on a computer without the fonts of official writing."""
    assert list(FANDOL.glob("*.otf")), "make tests/print/fonts/.ready"
    return find_fonts([], [FANDOL, NOTO])


def printer(typesetter: Typesetter, settings: PrintSettings | None = None) -> Printer:
    return Printer(typesetter, settings or PrintSettings(), translations("zh-CN").gettext)


def printed(typesetter: Typesetter, leaf: Leaf, settings: PrintSettings | None = None, text: str = "") -> Printed:
    """The sheet of a leaf without pictures."""
    sources = Sources("content/issues/2015001.md", {"content/issues/2015001.md": text})
    return printer(typesetter, settings).sheet(leaf, lambda *_: b"", sources)


# ── what is on the paper

_MM = 25.4 / 72


class PrintedWord(NamedTuple):
    """A piece of text as pdftotext finds it, in millimetres from the upper left corner."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


_WORD = re.compile(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>')


def words_on_paper(pdf: bytes) -> tuple[PrintedWord, ...]:
    """All of them, in order."""
    made = _run("pdftotext", "-bbox", "-", "-", data=pdf).decode()
    return tuple(
        PrintedWord(number, *_corners(found), found[5])
        for number, page in enumerate(made.split("<page ")[1:], 1)
        for found in _WORD.finditer(page)
    )


def _corners(found: re.Match[str]) -> tuple[float, float, float, float]:
    left, top, right, bottom = (float(each) * _MM for each in found.groups()[:4])
    return left, top, right, bottom


def text_on_paper(pdf: bytes) -> str:
    """What pdftotext reads, page after page, in the order of the content."""
    return _run("pdftotext", "-raw", "-", "-", data=pdf).decode()


def rendered(pdf: bytes, page: int, dots: int) -> bytes:
    """One page as PNG."""
    return _run("pdftoppm", "-png", "-r", str(dots), "-f", str(page), "-l", str(page), "-", data=pdf)


def _run(*command: str, data: bytes) -> bytes:
    return subprocess.run(command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout


class TaggedElement(NamedTuple):
    """An element of the structure tree."""

    tag: str
    alt: str
    depth: int


def tags(pdf: bytes) -> tuple[TaggedElement, ...]:
    """The structure tree, in the order in which it is read aloud."""
    root: Any = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    return tuple(_elements(root["/StructTreeRoot"], 0))


def _elements(node: Any, depth: int) -> Iterator[TaggedElement]:
    kids = node.get("/K", [])
    for each in kids if isinstance(kids, list) else [kids]:
        kid = each.get_object()
        if hasattr(kid, "get") and "/S" in kid:
            yield TaggedElement(str(kid["/S"])[1:], str(kid.get("/Alt", "")), depth)
            yield from _elements(kid, depth + 1)
