"""Letters of leaves, and what their parts say."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from bulletin.arrange.urls import with_source
from bulletin.core.i18n import Translate
from bulletin.editions.leaf import Leaf
from bulletin.editions.letter.letter import LEAVE_MARK, Letter
from bulletin.editions.letter.making import make_letter
from bulletin.render.reports import ReportRenderer, template_folders
from tests.words import shown


def letter_of(leaf: Leaf, translate: Translate = str, *, correction: bool = False) -> Letter:
    """With the packaged templates."""
    return make_letter(leaf, _renderer(translate).render, translate, correction=correction)


@cache
def _renderer(translate: Translate) -> ReportRenderer:
    return ReportRenderer(template_folders(None), translate)


def said_by_html(letter: Letter) -> str:
    """What a reader sees of the HTML part, descriptions of pictures for them."""
    return shown(letter.html[letter.html.index("<body") :]).text


def said_by_text(letter: Letter, leaf: Leaf) -> str:
    """What the text part says, without the addresses behind words and labels."""
    text = letter.text.replace(f"（{LEAVE_MARK}）", "")
    for url in sorted(_addresses(leaf), key=len, reverse=True):
        text = text.replace(f"：{url}\n", "\n")
    return text


def _addresses(leaf: Leaf) -> Iterator[str]:
    yield with_source(leaf.url, "mail")
    yield from (with_source(article.url, "mail") for _, article in leaf.articles() if article.url)
