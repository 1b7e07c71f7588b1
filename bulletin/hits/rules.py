"""What counts: the limits that docs/hits.md explains."""

from __future__ import annotations

from bulletin.core.model import Value


class Rules(Value, frozen=True):
    """Rules of one service, or of all that share a store."""

    window: float = 30.0
    """Seconds within which repeats of one reader on one page are one hit; each repeat restarts the window
    (the double-click rule of COUNTER 5.1, 7.2)."""
    a_day: int = 12
    """Maximum hits of one reader on one page a day; up to 255."""
    net_rate: float = 20.0
    """Requests a second that one network (IPv4 /24, IPv6 /48) may make in the long run: an office, a school, a mobile
    operator's shared address."""
    net_burst: int = 2_000
    """Burst size of a network."""
    page_rate: float = 50.0
    """Hits a second that one page may have in the long run, from everybody."""
    page_burst: int = 5_000
    readers: int = 1 << 18
    """Size of the table of readers, in buckets of four; 48 bytes each."""
    limits: int = 1 << 14
    """Size of a table of rate limits (networks, pages), in buckets of four; 64 bytes each."""
