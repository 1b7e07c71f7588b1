"""What a program for websites has kept of its posts, the same for all of them."""

from __future__ import annotations

from datetime import datetime

from bulletin.core.i18n import N_
from bulletin.core.model import Value
from bulletin.word.incoming import IncomingText

MAX_SITE_BYTES = 64 * 1024 * 1024
"""Of one exported file."""
MAX_POSTS = 20_000

NO_DATE = N_("it has no date")
WITHOUT_TEXT = N_("it has no text")
NO_POST = N_("it is a page, not a post: copy it into content/pages by hand")
LOCKED = N_("it is protected by a password")
TRASHED = N_("it is in the trash")
BAD_ENTRIES = N_("what stands at its top cannot be read")
NO_UTF8 = N_("it is no UTF-8 text")
POST_TOO_LARGE = N_("it is too large")
TOOK_TOO_LONG = N_("it took too much time or memory to read: copy its text by hand")

WAS_DRAFT = N_("it was a draft there")
WAS_PRIVATE = N_("not everybody could find or read it there")
WAS_TIMED = N_("it was to appear later, or only for a time")
FOR_SOME = N_("a part of it was perhaps for some readers only: {code}")


def seen_by_all(visible: str) -> bool:
    """Whether a post may be seen by everybody, after the word that Halo 2 writes: ``PUBLIC``, ``INTERNAL``…"""
    return visible.strip().casefold() in ("", "public", "true", "yes", "1")


class SitePost(Value, frozen=True):
    """A post as the other program has it."""

    origin: str
    """Where it was found: the path of its file, or the number that the program gave it."""
    text: IncomingText
    date: datetime
    """As on the wall clock where it was published."""
    section: str
    """The first category; empty without one."""
    addresses: tuple[str, ...]
    """From the root of the old site: ``/2014/03/05/yexun/``, ``/?p=12``."""
    byline: str = ""
    held_back: str = ""
    """Why it was perhaps not public on the old site, one of the reasons above: it becomes a draft. Empty: it was."""
    code: str = ""
    """What kept a part of it for some readers, for `FOR_SOME`."""


class SkippedPost(Value, frozen=True):
    """What was not taken over."""

    origin: str
    title: str
    reason: str
    """One of the reasons above."""


class FoundSite(Value, frozen=True):
    """All posts, in the order of the source, and what was skipped."""

    posts: tuple[SitePost, ...]
    skipped: tuple[SkippedPost, ...]
