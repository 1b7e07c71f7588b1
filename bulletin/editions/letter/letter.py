"""What a letter is, before it is addressed to anybody."""

from __future__ import annotations

import hashlib

from bulletin.core.model import Value

LEAVE_MARK = "{{leave}}"
"""Stands in both parts where the address for leaving goes, which is another for each reader; a text that has these
characters itself never has them in the letter unbroken."""


class Letter(Value, frozen=True):
    """Subject and two parts with the same words."""

    issue: str
    """Number: ``2014002``."""
    subject: str
    """One line."""
    text: str
    """Lines end with a line feed."""
    html: str
    """A whole document; every style inline."""
    columns: frozenset[str] = frozenset()
    """Ids and titles of the columns that it has, for readers who want only some."""
    short: bool = False
    """Titles and first paragraphs alone, because the whole would be cut off by readers' mail programs."""

    @property
    def hash(self) -> str:
        """SHA-256 in hex of what readers see: a run holds it, and stops when it changes."""
        parts = (self.issue, self.subject, self.text, self.html)
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def wire_size(self) -> int:
        """Bytes in its wire form at most: both parts in base64, headers and a reader's addresses with them."""
        bodies = (part.replace("\n", "\r\n").encode("utf-8", "replace") for part in (self.text, self.html))
        return sum(-(-len(body) // _LINE_BYTES) for body in bodies) * _WIRE_LINE + _HEADERS


_LINE_BYTES, _WIRE_LINE = 57, 78
"""Bytes of a body in a line of base64 (RFC 2045, 6.8), and that line with its end."""
_HEADERS = 4_000
