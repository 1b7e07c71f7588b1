"""Small values kept between runs, as seen by those who only read and write them (write/cache.py keeps them)."""

from __future__ import annotations

from typing import Protocol


class RecordStore(Protocol):
    """Bytes by key."""

    def record(self, key: str) -> bytes | None: ...
    def put_record(self, key: str, value: bytes) -> None: ...
