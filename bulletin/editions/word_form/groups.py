"""Which block paragraphs belong to, in hidden bookmarks around them: Word itself knows no quotation in a list.

A bookmark changes nothing in what is printed, and stays where paragraphs are changed. `word in` reads them
(word/flatten/groups.py) and has the block again, whatever its paragraphs look like in the office's own form.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_NAME = re.compile(r"_blt_([a-z0-9]+)_([a-z0-9-]*)_(\d{1,9})")


class BlockGroup(NamedTuple):
    """What a bookmark says of the paragraphs in it."""

    kind: str
    """``quote``, ``ol``, ``li``; of HTML where that has a word for it."""
    value: str = ""
    """Number of an item, level of a point, alignment of a cell."""
    number: int = 0
    """Of the bookmark in the document; a group's is higher than those of the groups in it."""


WHOLE_TEXT = "text"
"""Kind of the group that a whole document of ours is."""
ISSUE_HEAD = "head"
"""Of the head of an issue."""


def bookmark_name(group: BlockGroup, number: int) -> str:
    """Name of the bookmark, unique by the number; that it begins with ``_`` hides it."""
    return f"_blt_{group.kind}_{group.value}_{number}"


def group_of(name: str) -> BlockGroup | None:
    """What a bookmark's name says; None for one that is not ours."""
    found = _NAME.fullmatch(name)
    return BlockGroup(found[1], found[2], int(found[3])) if found else None
