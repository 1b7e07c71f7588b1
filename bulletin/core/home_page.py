"""What station.yml says of the home page: which blocks it shows, in which order."""

from __future__ import annotations

from typing import Annotated

import msgspec

from bulletin.core.model import Value

HOME_BLOCKS = ("notices", "newest", "today", "contact", "recent", "columns", "ranking")
"""The home page's own, in the order of a page whose station says nothing."""


class HomeColumn(Value, frozen=True, forbid_unknown_fields=True):
    """An entry under ``home``: the latest articles of a column."""

    column: str
    """Its id or title."""
    count: Annotated[int, msgspec.Meta(ge=1, le=20)] = 5
    """How many articles."""
    pictures: bool = False
    """Whether each shows its first picture."""
