"""Leaves of texts, and what they say, for the tests of every edition that is made from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bulletin.core.i18n import translations
from bulletin.core.station import Station
from bulletin.editions.blocks import TextBlocks, lines, text_of
from bulletin.editions.edition import Texts
from bulletin.editions.leaf import Leaf, LeafInputs, make_leaf
from bulletin.read.assets import Assets
from tests.arrange.contents import HEAD, Content
from tests.conftest import STATION
from tests.words import Shown

COUNTED = f"{STATION}hits: yes\n"
"""Of a station whose pages are counted, so that links to them name the edition."""


def leaf_of(text: str, yaml: str = STATION, assets: Assets | None = None, head: str = HEAD) -> Leaf:
    """The leaf of an issue with that text below its front matter."""
    content = Content({"issues/2015001.md": head + text}, yaml, assets=assets, drafts=True)
    return next(leaves(content))


def leaves(content: Content) -> Iterator[Leaf]:
    """Of all issues, newest first."""
    resolved = content.resolved
    for issue in resolved.archive.issues:
        inputs = LeafInputs.of(content.station, issue, resolved.links[issue.source])
        yield make_leaf(texts_of(content.station, content.parts), inputs)


def texts_of(
    station: Station, parts: Mapping[str, tuple[str, ...]], pictures: Mapping[tuple[str, int], bytes] | None = None
) -> Texts:
    """What an edition without a shell is made with."""
    return Texts(
        body=lambda key, part: parts[key][part],
        translate=translations(station.language).gettext,
        picture=lambda key, index: (pictures or {})[key, index],
        progress=lambda *_: None,
    )


def said_by(leaf: Leaf) -> Shown:
    """What a leaf says below its masthead, in the form of tests/words.py: each edition is compared with it."""
    return Shown("\n".join(_lines(leaf)), tuple(_notes(leaf.texts())))


def _lines(leaf: Leaf) -> Iterator[str]:
    yield from lines(leaf.lead.blocks)
    for section in leaf.sections:
        yield text_of(section.heading)
        yield from (*lines(section.lead.blocks), section.byline)
        for article in section.articles:
            yield text_of(article.heading)
            yield from (*lines(article.text.blocks), article.byline)


def _notes(texts: Iterable[TextBlocks]) -> Iterator[str]:
    for text in texts:
        yield from ("\n".join(lines(note.blocks)) for note in text.notes)
