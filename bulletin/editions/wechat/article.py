"""One article, as it goes into the editor."""

from __future__ import annotations

from typing import NamedTuple

from bulletin.core.model import Value
from bulletin.editions.blocks import Image


class ArticlePicture(NamedTuple):
    """A picture of an article."""

    number: int
    """Unique in the issue, from 1; names the file: ``01.jpg``."""
    image: Image
    caption: str
    """What it shows: what stands under it, else its description; may be empty."""


class WechatArticle(Value, frozen=True):
    """One article, as it goes into the editor."""

    title: str
    """At most as long as the limit."""
    whole_title: str
    """As it would be without one."""
    digest: str
    author: str
    source_url: str
    """阅读原文; empty where the site has no address."""
    html: str
    """All of it: masthead, corrections, texts, notes, where it comes from."""
    body: str
    """HTML of the texts alone."""
    notes: str
    """HTML of notes, and of the links' addresses."""
    plain: str
    """The same as `html`, as text."""
    pictures: tuple[ArticlePicture, ...]
