"""Whose counts a store holds, and which version of the program wrote it: two records of their own.

Every station has an ``issue:2014002``: two stations on one store would each show the sum of both.
"""

from __future__ import annotations

import secrets
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from bulletin.core.errors import HitsError
from bulletin.core.problems import N_
from bulletin.hits.stores.base import Batch, Store, StoredRecord

SCHEMA_VERSION = 1
"""Raised with every change of what a store holds that an earlier version of the program cannot read."""

_KIND: Literal["store"] = "store"


def check_version(store: Store) -> None:
    """Raises `HitsError` for a store that a newer version wrote."""
    found = _read(store, "schema") or str(SCHEMA_VERSION)
    if not found.isdecimal() or int(found) > SCHEMA_VERSION:
        raise HitsError(
            N_(
                "a newer version of bulletin wrote this store (form {found}, this one reads {known}). Use that version."
            ),
            found=found,
            known=SCHEMA_VERSION,
        )


def claim_store(store: Store, site: str, *, take_over: bool = False) -> None:
    """Record that a store belongs to the station with this address; a store without an owner gets it.

    ``take_over`` gives it to this station whoever had it: it has moved to another address. A station without an
    address owns nothing. Raises `HitsError` for a store of another station.
    """
    check_version(store)
    if not take_over:
        check_owner(store, site)
    name = site_name(site)
    wanted = {"schema": str(SCHEMA_VERSION)} | ({"station": name} if name else {})
    missing = tuple(
        StoredRecord(_KIND, key, msgspec.json.encode(value).decode())
        for key, value in wanted.items()
        if _read(store, key) != value
    )
    if missing:
        store.commit(Batch(f"claim-{secrets.token_hex(6)}", 1, records=missing))


def check_owner(store: Store, site: str) -> None:
    """Raises `HitsError` for a store of another station than that with this address."""
    name, owner = site_name(site), _read(store, "station")
    if name and owner and owner != name:
        raise HitsError(
            N_(
                "these are the counts of {owner}, not of {name}. Give each station a store of its own. "
                "If the station has moved to a new address: bulletin hits serve --take-over"
            ),
            owner=owner,
            name=name,
        )


def site_name(url: str) -> str:
    """``https://jzz.example.cn/a/`` → ``jzz.example.cn/a``: the same with and without encryption and ``www.``."""
    parts = urlsplit(url)
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}"


def _read(store: Store, name: str) -> str:
    found = store.records(_KIND).get(name, "")
    return msgspec.json.decode(found, type=str) if found else ""
