"""Guesses at what broken links meant, cached between builds: 1,500 take a second in an archive of 1,000 issues."""

from __future__ import annotations

import msgspec

from bulletin.arrange.links import NO_GUESSES, Guesses
from bulletin.write.cache import Cache

GUESSES_RECORD = "guesses"
"""Key of the cache record."""


def read_guesses(cache: Cache, fingerprint: str) -> Guesses:
    """The cached guesses; empty when another version of the program made them, or the record is missing or invalid."""
    stored = cache.record(GUESSES_RECORD)
    try:
        stored_fingerprint, guesses = msgspec.msgpack.decode(stored or b"", type=tuple[str, Guesses])
    except msgspec.MsgspecError:
        return NO_GUESSES
    return guesses if stored_fingerprint == fingerprint else NO_GUESSES


def write_guesses(cache: Cache, fingerprint: str, previous: Guesses, guesses: Guesses) -> None:
    """Cache the guesses for the next build, unless they are the ``previous`` ones."""
    if guesses != previous:
        cache.put_record(GUESSES_RECORD, msgspec.msgpack.encode((fingerprint, guesses)))
