"""The small values that the fields of views are made of."""

from __future__ import annotations

from bulletin.core.model import Value


class Link(Value, frozen=True):
    """Words that lead somewhere."""

    text: str
    href: str


class DisplayTime(Value, frozen=True):
    """A time, by the station's clock."""

    text: str
    """For people: ``2015-04-10 10:04``, without the time where none was given."""
    day: str
    """The day alone: ``2015-04-10``."""
    iso: str
    """For machines: ``2015-04-10T10:04:49+08:00``."""


class DailyFigure(Value, frozen=True):
    """今日滞站人员."""

    count: int
    date: str
    """``YYYY-MM-DD``; the page hides the figure when this is not the reader's today."""


class PictureView(Value, frozen=True):
    """A picture of the station's own, in all its forms."""

    src: str
    """The widest form."""
    srcset: str
    """All forms in the picture's own format; empty for a drawing, which has one."""
    webp: str
    """The forms in WebP, likewise; may be empty."""
    width: int
    """Pixels of the widest form."""
    height: int
    transparent: bool = False
    """Whether the page shows through it: in the dark scheme it needs a light ground."""


class Meta(Value, frozen=True):
    """One meta tag: ``SiteName``, ``ArticleTitle``, ``PubDate`` (国办发〔2017〕47号), or ``og:title`` (Open Graph)."""

    name: str
    content: str


class Choice(Value, frozen=True):
    """One of the things that a search can be narrowed to."""

    text: str
    value: str
    """As it is in the address: ``news`` in ``?q=救助&column=news``."""


class ShownCorrection(Value, frozen=True):
    """更正: what was wrong, what is right, and when that was said."""

    date: DisplayTime
    text: Link | None
    """What it is about, where that is not the page as a whole."""
    was: str
    """Empty where words were missing."""
    now: str
    """Empty where there should have been none."""
