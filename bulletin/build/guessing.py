"""What broken links may have meant, kept between builds: 1,500 guesses take a second in an archive of 1,000 issues."""

from __future__ import annotations

import msgspec

from bulletin.arrange.links import NO_GUESSES, Guesses
from bulletin.write.cache import Cache

GUESSES_RECORD = "guesses"
"""Under which the cache holds those of the last build or check."""


def read_guesses(cache: Cache, engine: str) -> Guesses:
    """Those of the last build by the same engine; none where the record is missing or of another form."""
    stored = cache.record(GUESSES_RECORD)
    try:
        made_by, guesses = msgspec.msgpack.decode(stored or b"", type=tuple[str, Guesses])
    except msgspec.MsgspecError:
        return NO_GUESSES
    return guesses if made_by == engine else NO_GUESSES


def keep_guesses(cache: Cache, engine: str, before: Guesses, guesses: Guesses) -> None:
    """Keep them for the next build, unless they are what is kept already."""
    if guesses != before:
        cache.put_record(GUESSES_RECORD, msgspec.msgpack.encode((engine, guesses)))
