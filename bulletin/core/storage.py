"""Interface to small values that are kept between runs (implemented in write/cache.py)."""

from __future__ import annotations

from typing import Protocol


class RecordStore(Protocol):
    """Bytes by key."""

    def record(self, key: str) -> bytes | None: ...
    def put_record(self, key: str, value: bytes) -> None: ...
