"""The key list: which pages the counter may count, and the counts they start with.

The build writes it beside the pages (`KEYS`); the service reads it, and again when it changes. A key is permanent:
it stays when the page's address changes. A page that is not in the list is not counted.
"""

from __future__ import annotations

import msgspec

from bulletin.core.errors import HitsError
from bulletin.core.model import Value
from bulletin.core.problems import N_

KEYS = "hits-keys.json"
"""Path of the list in the site. It names published pages only."""

MAX_KEY_BYTES = 256
"""Bytes that a key may have."""


class Key(Value, frozen=True, omit_defaults=True):
    """A page that is counted."""

    key: str
    """``issue:2014002`` or ``article:2014002/slug``; at most `MAX_KEY_BYTES` bytes of UTF-8."""
    path: str
    """Address from the site's root, without ``index.html``: ``issues/2014002/``."""
    title: str
    number: str
    """Of the issue, as printed."""
    date: str
    """``YYYY-MM-DD`` of the issue."""
    section: str = ""
    """The article's column; empty for a whole issue."""
    carried: int = 0
    """Hits carried over from an old site; 0 where the issue's front matter names none."""
    aliases: tuple[str, ...] = ()
    """Earlier keys of the page; their hits count as its own."""
    was: tuple[str, ...] = ()
    """Its earlier addresses, from the site's root; for lists and logs of an old site."""


class KeyList(Value, frozen=True):
    """Every page that is counted."""

    url: str
    """The site's address as in station.yml; may be empty."""
    keys: tuple[Key, ...]


def write_keys(keys: KeyList) -> bytes:
    """The bytes of the file: one key a line, so that people and version control can read it."""
    lines = b",\n".join(map(msgspec.json.encode, keys.keys))
    return b'{"url":' + msgspec.json.encode(keys.url) + b',"keys":[\n' + lines + b"\n]}\n"


def read_keys(data: bytes, path: str) -> KeyList:
    """Parse the file. Raises `HitsError` when it is not a key list; ``path`` is for the message."""
    try:
        return msgspec.json.decode(data, type=KeyList)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = N_("this is no list of keys: {reason}. “bulletin build” writes one.")
        raise HitsError(message, path=path, reason=error) from None
