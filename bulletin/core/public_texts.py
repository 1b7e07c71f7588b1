"""Which texts readers see, and which wait: what a build tells who makes a release of it."""

from __future__ import annotations

from bulletin.core.model import Value


class PublicText(Value, frozen=True):
    """An issue or a page that readers see."""

    id: str
    """``2014002``; of a page its name."""
    title: str
    folder: str
    """Where its pages are: ``issues/2014002/``."""
    source: str
    """Path of its main file: ``content/issues/2014002.md``."""
    text: str = ""
    """Hash of its public words (`SourceFindings.words`); empty where readers see an earlier text than the file's."""
    reviews: tuple[str, ...] = ()
    """``final, 李站长, 2026-11-27 10:00``, of this very text."""
    corrections: int = 0
    """How many corrections it names."""
    sections: tuple[str, ...] = ()
    """Titles of an issue's sections, in order; none in releases of former versions."""


class WaitingText(Value, frozen=True):
    """An issue whose time has not come."""

    id: str
    title: str
    source: str
    date: str
    """ISO time at which it is due."""
    kept_back: bool
    """Whether the gate would keep it back then."""


class PublicTexts(Value, frozen=True):
    """What the public has, and what it must not have."""

    shown: tuple[PublicText, ...] = ()
    """Issues newest first, then pages."""
    waiting: tuple[WaitingText, ...] = ()
    left_out: tuple[str, ...] = ()
    """Files of sources of which the public must not have what they say now: drafts, and what is kept back."""
    earlier: tuple[str, ...] = ()
    """Those among them of which readers have an earlier text."""
    carried: tuple[str, ...] = ()
    """Folders of the site that stay as they were, since there is no earlier text of them either."""
    withdrawn: tuple[tuple[str, int, int], ...] = ()
    """File, first and last line of what was withdrawn and is in a source still; a folder ends in ``/``, a last line of
    0 is the end of the file."""
