"""Who reads: 64 bits that mean something today only, and to nobody but the running service.

A keyed BLAKE2b (RFC 7693) of the reader's address, agent and page. The key is a salt that is drawn at random, lives in
memory, and is replaced at midnight: then nobody, not even the office, can say any more who read what.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from hashlib import blake2b
from ipaddress import ip_network

from bulletin.errors import UsageError
from bulletin.problems import N_

MAPPED = bytes(10) + b"\xff\xff"
"""IPv4 addresses written as IPv6 ones begin so (RFC 4291, 2.5.5.2)."""


class Readers:
    """Names for one day."""

    def __init__(self, salt: bytes) -> None:
        self._keyed = blake2b(key=salt, digest_size=8)

    def reader(self, address: bytes, agent: bytes, page: bytes) -> bytes:
        """8 bytes: this reader on this page."""
        hashed = self._keyed.copy()
        hashed.update(b"r%d " % len(address) + address + agent + b"\0" + page)
        return hashed.digest()

    def net(self, net: bytes) -> bytes:
        """8 bytes: this network."""
        hashed = self._keyed.copy()
        hashed.update(b"n" + net)
        return hashed.digest()


def parse_address(text: str) -> tuple[bytes, bytes] | None:
    """What stands for the reader (IPv4 whole, IPv6 /64) and for the network (/24, /48); None if it is no address."""
    text = text.strip().strip("[]").partition("%")[0]
    try:
        if ":" not in text:
            raw = socket.inet_pton(socket.AF_INET, text)
            return raw, raw[:3]
        raw = socket.inet_pton(socket.AF_INET6, text)
    except (OSError, ValueError):
        return None
    return (raw[12:], raw[12:15]) if raw.startswith(MAPPED) else (raw[:8], raw[:6])


class Proxies:
    """Whose word is taken for where a request comes from."""

    def __init__(self, trusted: Iterable[str]) -> None:
        """Networks like ``127.0.0.1`` or ``10.0.0.0/8``. Raises `UsageError`."""
        try:
            networks = tuple(ip_network(text) for text in trusted)
        except ValueError as error:
            raise UsageError(
                N_("“{error}” is no address of a proxy. Write it like 127.0.0.1 or 10.0.0.0/8."), error=error
            ) from None
        self.strangers = 0
        """Requests that came with the word of a proxy that nobody has named."""
        self._networks = tuple((n.version, int(n.network_address), int(n.netmask)) for n in networks)

    def _known(self, text: str) -> bool:
        """Not remembered by address: what is in memory can be read there."""
        family = socket.AF_INET6 if ":" in text else socket.AF_INET
        try:
            raw = socket.inet_pton(family, text)
        except (OSError, ValueError):
            return False
        if raw.startswith(MAPPED):
            raw = raw[12:]
        version, address = (4 if len(raw) == 4 else 6), int.from_bytes(raw)
        return any(version == known and address & mask == net for known, net, mask in self._networks)

    def reader(self, peer: str | None, forwarded: bytes | None) -> str:
        """The address a request comes from: the last one of ``X-Forwarded-For`` that no proxy of ours has.

        ``peer`` is empty for a Unix socket, whose other end is on this machine and let in by the file's rights.
        """
        if forwarded is None or (peer and not self._known(peer)):
            self.strangers += forwarded is not None
            return peer or "0.0.0.0"
        for text in reversed(forwarded.decode("latin-1").split(",")):
            address = text.strip()
            if not self._known(address):
                return address
        return peer or "0.0.0.0"
