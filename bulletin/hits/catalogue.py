"""The list of keys as the service uses it: keys, aliases, and reloading when the file changes."""

from __future__ import annotations

from pathlib import Path

from bulletin.core.errors import HitsError
from bulletin.core.keys import Key, KeyList, read_keys
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.hits.stores.base import Count


class Catalogue(Value, frozen=True):
    """All pages that are counted."""

    pages: dict[str, Key]
    """By key."""
    names: dict[str, str]
    """Every key and alias → key."""
    url: str = ""

    def carried(self, known: dict[str, int]) -> tuple[Count, ...]:
        """Carried-over counts that differ from the stored ones, to be put into the store.

        Where the front matter has none, imported counts stay.
        """
        wanted = {key: page.carried for key, page in self.pages.items() if page.carried}
        return tuple(Count(key, "", "carried", n) for key, n in wanted.items() if known.get(key) != n)

    def old_keys(self) -> tuple[tuple[str, str], ...]:
        """Aliases and their keys."""
        return tuple((name, key) for name, key in self.names.items() if name != key)


def catalogue(keys: KeyList) -> Catalogue:
    """Build the catalogue; a key wins over another page's alias, and of two equal aliases the first wins."""
    pages = {key.key: key for key in keys.keys}
    names: dict[str, str] = {}
    for key in keys.keys:
        for alias in key.aliases:
            names.setdefault(alias, key.key)
    return Catalogue(pages, {**names, **{key: key for key in pages}}, keys.url)


def load_catalogue(path: Path) -> Catalogue:
    """Read the file. Raises `HitsError`."""
    try:
        data = path.read_bytes()
    except OSError as error:
        message = N_(
            "the list of keys cannot be read: {reason}. “bulletin build” writes it; station.yml must say “hits: yes”."
        )
        raise HitsError(message, path=path, reason=error.strerror or error) from None
    return catalogue(read_keys(data, str(path)))


class WatchedFile:
    """A file, and whether it changed since the last check."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp = self._stat()

    def _stat(self) -> tuple[int, ...]:
        try:
            found = self.path.stat()
        except OSError:
            return ()
        return found.st_mtime_ns, found.st_size, found.st_ino

    def changed(self) -> bool:
        """True once for each change; a file that is missing for a moment has not changed."""
        stamp = self._stat()
        if not stamp or stamp == self._stamp:
            return False
        self._stamp = stamp
        return True
