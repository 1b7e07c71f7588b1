"""Control characters, which no text may contain: what they were typed for is kept, they themselves are dropped."""

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


_PAGE_BREAK = re.compile(r"[ \t]*\x0c[ \t\x0b\x0c]*")
_SOFT_BREAKS = re.compile(r"[ \t]*\x0b[ \t]*")
_ONE_LINE = ("#", "●", "【", "|")
"""How a line begins that means something else when it is broken."""


def break_lines(text: str) -> str:
    """What Word means by U+000B and U+000C, in a text with ``\\n`` line ends: Shift+Enter breaks a line inside its
    paragraph, a page break ends the paragraph.

    Inside a title and a row of a table a soft break is a blank, since nothing else can be there.
    """
    if "\x0c" in text:
        text = _PAGE_BREAK.sub("\n\n", text)
    if "\x0b" not in text:
        return text
    return "\n".join(_broken(line) if "\x0b" in line else line for line in text.split("\n"))


def _broken(line: str) -> str:
    line = line.rstrip("\x0b \t") if line.rstrip(" \t").endswith("\x0b") else line
    one = "\t" in line.strip(" \t") or line.lstrip(" \t\xa0　").startswith(_ONE_LINE)
    return _SOFT_BREAKS.sub(" " if one else "  \n", line)
