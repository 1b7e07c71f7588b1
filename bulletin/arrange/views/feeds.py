"""Feeds, sitemaps and robots.txt, for programs."""

from __future__ import annotations

from bulletin.core.model import Value


class FeedEntry(Value, frozen=True):
    """An entry of a feed (RFC 4287)."""

    id: str
    title: str
    url: str
    """Absolute."""
    published: str
    """RFC 3339."""
    updated: str
    author: str
    summary: str
    html: str
    """Whole text, with absolute addresses."""


class FeedPage(Value, frozen=True):
    """``/feed.xml`` and ``/columns/<id>/feed.xml``"""

    id: str
    title: str
    url: str
    """Its own, absolute."""
    hub: str
    """Address of the WebSub hub; empty without one."""
    home: str
    updated: str
    author: str
    language: str
    entries: tuple[FeedEntry, ...]


class PodcastItem(Value, frozen=True):
    """An issue read aloud (RSS 2.0)."""

    title: str
    url: str
    """Of the issue's page, absolute; it is the item's guid, too."""
    published: str
    """RFC 5322."""
    summary: str
    audio: str
    """Of the recording, absolute."""
    size: int
    """Bytes."""
    seconds: int
    time: str
    """``5:07``."""


class PodcastPage(Value, frozen=True):
    """``/podcast.xml``"""

    title: str
    url: str
    """Its own, absolute."""
    home: str
    description: str
    author: str
    email: str
    language: str
    items: tuple[PodcastItem, ...]
    """Newest first."""


class SitemapUrl(Value, frozen=True):
    """A page in the sitemap."""

    url: str
    modified: str
    """``YYYY-MM-DD``, or empty."""


class SitemapPage(Value, frozen=True):
    """``/sitemap-2014.xml`` (a list of pages) and ``/sitemap.xml`` (a list of those lists)"""

    urls: tuple[SitemapUrl, ...]


class RobotsPage(Value, frozen=True):
    """``/robots.txt``"""

    sitemap: str
    """Absolute address; empty when there is none."""
