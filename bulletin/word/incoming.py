"""What comes in from elsewhere, before it is written down as a draft: the same for a .docx, a paste and an old page."""

from __future__ import annotations

from typing import Literal

from bulletin.core.model import Value

MAX_INCOMING_BYTES = 64 << 20
MAX_PASTED_BYTES = 8 << 20
"""What is longer is refused; who reads a file asks for one byte more, so that nothing is cut. Here, since the libraries
of the extra `word` are not needed to know it."""


class IncomingPicture(Value, frozen=True):
    """A picture as it was found: nothing is decoded or trusted yet."""

    name: str
    """Plain file name without folders, unique within the text; the `src` of its `img` in the HTML."""
    content: bytes


LeftKind = Literal[
    "hidden",
    "deleted",
    "moved",
    "comment",
    "header",
    "footer",
    "ruby",
    "formula",
    "symbol",
    "chart",
    "diagram",
    "ink",
    "object",
    "embedded",
    "picture",
    "EMF",
    "WMF",
    "linked picture",
    "missing picture",
    "unusable picture",
]
"""What a document, or what was copied from one, may have that the draft has not; in the order of the report."""


class LeftOut(Value, frozen=True):
    """Something that the source has and the draft has not, so that a person can look after it."""

    kind: str
    """What it is, a word that whoever reports it has a sentence for: ``hidden``, ``comment``, ``furniture``."""
    text: str
    """How it begins, for a person to find it again; empty where it has no words."""


class IncomingText(Value, frozen=True):
    """One text, clean: what `write_markdown` can write down and the reader reads again."""

    title: str
    """Title of the whole; empty where none was recognised."""
    html: str
    """Body as HTML of the elements that read/sanitise.py lets through, headings from `h2` on."""
    pictures: tuple[IncomingPicture, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    """In the order of the text."""
    secrecy: str = ""
    """A mark of secrecy found anywhere in the source (密级, 内部资料), as written; empty where there is none."""
