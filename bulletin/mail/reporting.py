"""How many readers there are, without any address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from bulletin.core.model import Value
from bulletin.mail.readers import READER_STATES, Reader, ReaderState


class ReaderReport(Value, frozen=True):
    """Sums."""

    states: dict[ReaderState, int]
    columns: dict[str, int]
    """Active readers by column; under ``""`` those who want all."""
    joined: dict[str, int]
    """Consents by month, ``2026-11``, newest last."""
    left: dict[str, int]
    """Withdrawals by month."""


def report_readers(readers: Iterable[Reader]) -> ReaderReport:
    states, columns = Counter[ReaderState](), Counter[str]()
    joined, left = Counter[str](), Counter[str]()
    for reader in readers:
        states[reader.state] += 1
        if reader.state == "active":
            columns.update(reader.columns or ("",))
        joined.update(c.given[:7] for c in reader.consents)
        left.update(c.withdrawn[:7] for c in reader.consents if c.withdrawn)
    return ReaderReport(
        {s: states[s] for s in READER_STATES}, *(dict(sorted(c.items())) for c in (columns, joined, left))
    )
