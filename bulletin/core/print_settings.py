"""What station.yml says of print."""

from __future__ import annotations

from typing import Annotated

import msgspec

from bulletin.core.model import Value


class PrintSettings(Value, frozen=True, forbid_unknown_fields=True):
    """``print:``: fonts, and the record of versions of issues that have none in their text (GB/T 9704-2012, 7.4)."""

    fonts: str = ""
    """A folder with fonts, from the project's root."""
    report: str = ""
    """报: to whom above it goes."""
    send: str = ""
    """送: to whom beside it."""
    issue: str = ""
    """发: to whom below it."""
    issued_by: str = ""
    """Who had it printed; the organizer where it is empty."""
    copies: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0
    """How many are printed; 0: it does not say."""

    @property
    def has_record(self) -> bool:
        """Whether there is anything for the record of versions."""
        return bool(self.report or self.send or self.issue or self.issued_by or self.copies)
