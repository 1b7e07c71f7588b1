"""L203: addresses that no reader can reach, as far as the text alone shows."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from bulletin.check.manuscript import Manuscript
from bulletin.check.office import Office
from bulletin.check.patterns import WEB_ADDRESS
from bulletin.core.problems import Problem

_LOCAL_ENDINGS = (".local", ".localhost", ".lan", ".internal", ".intranet", ".home.arpa")


def private_addresses(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """Links into the office's own network: 192.168…, 10…, localhost (RFC 1918, RFC 4193, RFC 6761)."""
    if "://" not in text.text:
        return
    for found in WEB_ADDRESS.finditer(text.text, text.body):
        if is_private_host(found["host"]):
            yield text.found("L203", *found.span(), target=found.group())


def is_private_host(host: str) -> bool:
    """Whether a name or number belongs to no public place; 2130706433 and 127.1 are numbers to a browser."""
    plain = host.strip("[]").rstrip(".").lower()
    if plain == "localhost" or plain.endswith(_LOCAL_ENDINGS):
        return True
    address = _number(plain)
    return address is not None and not is_public(address)


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether a machine at this number may be asked: global, also where it embeds an IPv4 number."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None:
            return is_public(inner)
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return address.is_global and not address.is_multicast


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def _whole(part: str) -> int:
    """A part of a number as browsers read it: 0x7f, 0177, 127."""
    return int(part, 16 if part[:2].lower() == "0x" else 8 if part[:1] == "0" else 10)


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    parts = host.split(".")
    try:
        numbers = [_whole(part) for part in parts]
    except ValueError:
        return None
    if len(numbers) > 4 or not all(0 <= number < 256 for number in numbers[:-1]):
        return None
    last = 256 ** (5 - len(numbers))
    if not 0 <= numbers[-1] < last:
        return None
    return ipaddress.IPv4Address(sum(n << (24 - 8 * i) for i, n in enumerate(numbers[:-1])) + numbers[-1])
