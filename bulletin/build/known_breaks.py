"""Where titles may be broken, remembered between builds: the dictionary is loaded only for titles that are new."""

from __future__ import annotations

import msgspec

from bulletin.core.dictionary import dictionary
from bulletin.core.phrases import title_breaks
from bulletin.core.station import Station
from bulletin.write.cache import Cache


def prepare_breaks(station: Station, *, is_first: bool) -> None:
    """Load the dictionary already where all titles will be new, and Chinese: while workers start, before any fork."""
    if is_first and station.language == "zh-CN":
        dictionary()


Breaks = dict[str, tuple[int, ...]]
"""The places of each title."""


class KnownBreaks:
    """`title_breaks`, with a memory in the cache."""

    def __init__(self, cache: Cache, program: str, station: Station) -> None:
        """``program`` is the fingerprint: another one may break titles elsewhere."""
        self._program = program
        self._station = station
        stored = cache.title_breaks(program)
        self._is_first = stored is None
        self._known = _decode(stored) if stored is not None else {}
        self._new: Breaks = {}

    def __call__(self, title: str) -> tuple[int, ...]:
        places = self._known.get(title)
        if places is None:
            places = self._known[title] = self._new[title] = title_breaks(title)
        return places

    def prepare(self) -> None:
        """Load the dictionary once for all processes that are forked now."""
        prepare_breaks(self._station, is_first=self._is_first)

    def take_new(self) -> Breaks:
        """What was not known before, for the memory of another process."""
        new, self._new = self._new, {}
        return new

    def add(self, new: Breaks) -> None:
        """Take over what another process has found."""
        self._known |= new
        self._new |= new

    def store(self, cache: Cache) -> None:
        """Put it into the cache, if there is anything new."""
        if self._new or self._is_first:
            cache.put_title_breaks(self._program, _encode(self._known))


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Breaks).decode
