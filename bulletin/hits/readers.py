"""Anonymous readers: 64-bit hashes that are valid for one day and known to the running service alone.

A keyed BLAKE2b (RFC 7693) of the reader's address, agent and page. The key is a random salt that is
kept in memory and replaced at midnight: then nobody, not even the office, can find out who read what.
"""

from __future__ import annotations

from hashlib import blake2b


class Readers:
    """Hashes of readers for one day."""

    def __init__(self, salt: bytes) -> None:
        self._keyed = blake2b(key=salt, digest_size=8)

    def reader(self, address: bytes, agent: bytes, page: bytes) -> bytes:
        """8 bytes: this reader on this page."""
        hashed = self._keyed.copy()
        hashed.update(b"".join((b"r%d " % len(address), address, agent, b"\0", page)))
        return hashed.digest()

    def net(self, net: bytes) -> bytes:
        """8 bytes: this network."""
        hashed = self._keyed.copy()
        hashed.update(b"n" + net)
        return hashed.digest()
