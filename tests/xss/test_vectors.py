"""No vector survives rendering and cleaning; and the vectors are alive, or that would prove nothing."""

from __future__ import annotations

import markdown
import pytest

from bulletin.read.sanitise import sanitise

from .dom import executable
from .vectors import ALT, ATTR_LIST, BODY, FRONT, TITLE

EXTENSIONS = ("tables", "footnotes", "def_list", "attr_list", "abbr", "fenced_code", "admonition")
TABLES = {"BODY": BODY, "ATTR_LIST": ATTR_LIST, "ALT": ALT, "TITLE": TITLE}
PIECES = 8
"""Each table is judged in pieces, so that they spread over the test workers."""


def rendered(text: str) -> str:
    return markdown.markdown(text, extensions=list(EXTENSIONS))


@pytest.mark.parametrize("piece", range(PIECES))
@pytest.mark.parametrize("name", TABLES)
def test_no_vector_survives(name: str, piece: int) -> None:
    cleaned = {vector: sanitise(rendered(vector)) for vector in TABLES[name][piece::PIECES]}
    assert {vector: nodes for vector, html in cleaned.items() if (nodes := executable(html))} == {}
    assert {vector: html for vector, html in cleaned.items() if sanitise(html) != html} == {}


@pytest.mark.parametrize("name", TABLES)
def test_no_vector_survives_without_markdown(name: str) -> None:
    """As raw HTML, the way it comes out of an imported Word file or an old page."""
    found = {vector: executable(sanitise(vector)) for vector in TABLES[name]}
    assert {vector: nodes for vector, nodes in found.items() if nodes} == {}


@pytest.mark.parametrize(("name", "share"), [("BODY", 0.55), ("ATTR_LIST", 0.5), ("ALT", 0.15)])
def test_the_vectors_are_alive(name: str, share: float) -> None:
    """Without cleaning, this share runs; the rest would if Python-Markdown escaped less."""
    alive = sum(bool(executable(rendered(vector))) for vector in TABLES[name])
    assert alive / len(TABLES[name]) > share


def test_there_are_enough() -> None:
    assert len(set(BODY) | set(ATTR_LIST) | set(ALT) | set(TITLE)) >= 500
    for vectors in (BODY, ATTR_LIST, ALT, TITLE, FRONT):
        assert len(set(vectors)) == len(vectors)
