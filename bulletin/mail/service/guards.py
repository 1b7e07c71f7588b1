"""What keeps machines from asking in others' names: when a form was given out, and how often a network asks.

No address of a network is kept: in memory only, and for an hour, a hash with a key that each start makes anew.
"""

from __future__ import annotations

import hmac
from hashlib import blake2b

from bulletin.core.http import address_parts
from bulletin.mail.never import AddressHasher

_FILL_SECONDS, _STALE_SECONDS = 3, 6 * 3600
"""Nobody fills in a form more quickly; an open one is good for half a working day."""

REQUESTS_AN_HOUR = 5
_HOUR = 3600.0


class FormStamps:
    """Times that only this station can have signed (HMAC-SHA-256, cut to 128 bits)."""

    def __init__(self, hasher: AddressHasher) -> None:
        self._hasher = hasher

    def stamp(self, second: int) -> str:
        return f"{second}.{self._hasher.secret('form', str(second))}"

    def is_fresh(self, stamp: str, second: int) -> bool:
        """Whether a form with this stamp was filled in at the pace of people."""
        number = stamp.partition(".")[0]
        if not (number.isascii() and number.isdecimal() and len(number) < 15):
            return False
        genuine = hmac.compare_digest(stamp.encode(), self.stamp(int(number)).encode())
        return genuine and _FILL_SECONDS <= second - int(number) <= _STALE_SECONDS


class NetworkLimiter:
    """So many requests of a network (IPv4 /24, IPv6 /48) in any hour; in bounded memory."""

    def __init__(self, salt: bytes, an_hour: int = REQUESTS_AN_HOUR, size: int = 20_000) -> None:
        self._salt, self._an_hour, self._size = salt, an_hour, size
        self._asked: dict[bytes, tuple[float, ...]] = {}

    def allow(self, address: bytes, now: float) -> bool:
        """``address``: 4 or 16 bytes; ``now``: seconds of a monotonic clock."""
        key = blake2b(address_parts(address)[1], key=self._salt, digest_size=8).digest()
        recent = tuple(moment for moment in self._asked.pop(key, ()) if moment > now - _HOUR)
        allowed = len(recent) < self._an_hour
        if len(self._asked) >= self._size:
            self._evict(now)
        self._asked[key] = (*recent, now) if allowed else recent
        return allowed

    def _evict(self, now: float) -> None:
        """Networks that have not asked within the hour; if that is not enough, the half that asked first."""
        kept = {key: moments for key, moments in self._asked.items() if moments[-1] > now - _HOUR}
        first = len(kept) - self._size // 2
        self._asked = dict(list(kept.items())[max(first, 0) :])
