"""Letters of leaves, and what their parts say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path

from msgspec import structs

from bulletin.core.i18n import Translate
from bulletin.core.model import Correction, Picture, Variant
from bulletin.editions.blocks import Figure, Image
from bulletin.editions.leaf import Leaf
from bulletin.editions.letter.letter import LEAVE_MARK, Letter
from bulletin.editions.letter.making import make_letter
from bulletin.render.reports import ReportRenderer, template_folders
from tests.editions.leaves import COUNTED, leaf_of
from tests.words import shown

GOLDEN = Path(__file__).parent / "letter"
"""A sample issue, its letter, and how that looks."""


def sample_leaf() -> Leaf:
    """An issue with something of everything: its pictures have the site's address."""
    leaf = leaf_of((GOLDEN / "issue.md").read_text(encoding="utf-8"), COUNTED, head="")
    picture = Picture("key", 1600, 900, (Variant("-1072.jpg", "jpeg", 1072, 603),))
    car = Image("巡查车停在车站广场", "https://jzz.example.cn/che-1072.jpg", "che", picture)
    correction = Correction(datetime(2015, 4, 12), "deng-ji", "登记14人", "登记15人")
    return structs.replace(_with_picture(leaf, car), corrections=(correction,))


def _with_picture(leaf: Leaf, image: Image) -> Leaf:
    """With one more in front of the lead."""
    blocks = (Figure(image, ()), *leaf.lead.blocks)
    return structs.replace(leaf, lead=structs.replace(leaf.lead, blocks=blocks))


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
    counted = leaf.publisher.counted_url
    yield counted(leaf.url, "mail")
    yield from (counted(article.url, "mail") for _, article in leaf.articles() if article.url)
