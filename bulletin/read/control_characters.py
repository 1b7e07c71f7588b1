"""Characters that no file may hold."""

from __future__ import annotations

import re

CONTROL_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")
"""What XML and HTML forbid in a text; tab and line ends are not among them."""


def printed(text: str) -> str:
    """A text without the characters that no file may hold; `&#1;` and YAML's `"\\x01"` can still write them.

    One is enough to make a feed unreadable. And links and pictures are marked with two of them (texts.py): an
    author's must not look like a mark.
    """
    return CONTROL_CHARACTER.sub("\ufffd", text)
