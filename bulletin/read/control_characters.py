"""Control characters, which no source may contain."""

from __future__ import annotations

import re

CONTROL_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that XML and HTML forbid in a text; tab and line ends are allowed."""


def replace_control_characters(text: str) -> str:
    """Replace control characters by U+FFFD; `&#1;` and YAML's `"\\x01"` can still produce them.

    One is enough to make a feed invalid. And two of them delimit the placeholders of links and pictures (texts.py),
    which an author's text must not imitate.
    """
    return CONTROL_CHARACTER.sub("\ufffd", text)
