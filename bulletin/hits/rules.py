"""What counts: the figures that docs/hits.md explains, all settable."""

from __future__ import annotations

from bulletin.core.model import Value


class Rules(Value, frozen=True):
    """RateLimiter of one service, or of all that share a store."""

    window: float = 30.0
    """Seconds within which repeats of one reader on one page are one hit; each repeat begins them anew
    (the double-click rule of COUNTER 5.1, 7.2)."""
    a_day: int = 12
    """Hits of one reader on one page a day at most; up to 255."""
    net_rate: float = 20.0
    """Requests a second that one network (IPv4 /24, IPv6 /48) may make for long: an office, a school, a mobile
    operator's shared address."""
    net_burst: int = 2_000
    """And at once."""
    page_rate: float = 50.0
    """Hits a second that one page may have for long, from everybody."""
    page_burst: int = 5_000
    readers: int = 1 << 18
    """Buckets of four readers that are remembered; 48 bytes each."""
    limits: int = 1 << 14
    """Buckets of four networks or pages that are remembered; 64 bytes each."""
