"""L203, L206: the addresses in station.yml, looked at as the links of the texts are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from bulletin.check.addresses import is_private_host
from bulletin.check.findings import Mention
from bulletin.core.problems import N_, Problem, problem
from bulletin.core.station import STATION, Station

_SCHEME = re.compile(r"^h+t*t+p+(?P<s>s?)[:;]?/+(?=[^/])", re.IGNORECASE)
"""``http://`` and how it is misspelt: htp://, http:/, hhttp//."""
_BARE = re.compile(r"^(?:www\.|[\w-]+(?:\.[\w-]+)*\.(?:cn|com|org|net|政务|公益)(?:[:/]|$))", re.IGNORECASE)
_WIDE = re.compile("[\u3000-\u3003\uff01-\uff5e。]")


def station_mentions(station: Station, lines: Mapping[str, int]) -> tuple[Mention, ...]:
    """Every address that a program may ask, with its line; the counter's root is no page, and is left out."""
    return tuple(
        Mention(target, STATION, lines.get(key, 0), 0)
        for key, target in _addresses(station)
        if key != "hits" and not _fault(target) and not is_private_host(urlsplit(target).hostname or "")
    )


def station_address_problems(station: Station, lines: Mapping[str, int]) -> Iterator[Problem]:
    """Addresses that are misspelt, and those that no reader can reach."""
    for key, target in _addresses(station):
        line = lines.get(key, 0)
        if reason := _fault(target):
            yield problem("L206", STATION, line, _spelt(target), key=key, target=target, reason=reason)
        elif is_private_host(urlsplit(target).hostname or ""):
            yield problem("L203", STATION, line, target=target)


def _addresses(station: Station) -> Iterator[tuple[str, str]]:
    """Name of the entry (see `address_lines`) and address; empty ones are left out."""
    support = station.support.url if station.support else ""
    hits = "" if station.hits == "yes" else station.hits
    single = (
        ("url", station.url),
        ("conac", station.conac),
        ("error_report", station.error_report),
        ("hits", hits),
        ("support.url", support),
    )
    yield from ((key, target) for key, target in single if target)
    yield from ((f"links.{place}", link.url) for place, link in enumerate(station.links))


def _fault(target: str) -> str:
    """Why a browser cannot follow the address; empty when it can."""
    if not re.match(r"https?://", target, re.IGNORECASE):
        return N_("it does not begin with https:// or http://")
    if re.search(r"\s", target):
        return N_("there is a blank in it")
    try:
        host = urlsplit(target).hostname or ""
        urlsplit(target).port  # noqa: B018 - raises ValueError
    except ValueError:
        return N_("it names no website")
    if _WIDE.search(host):
        return N_("there are full-width characters in it")
    return "" if host and ("." in host or ":" in host or host == "localhost") else N_("it names no website")


def _spelt(target: str) -> str:
    """What was meant, where that is clear."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", target).replace("。", "."))
    plain = _SCHEME.sub(lambda found: f"http{found['s'].lower()}://", plain)
    if _BARE.match(plain):
        plain = f"https://{plain}"
    return plain if plain != target and not _fault(plain) else ""
