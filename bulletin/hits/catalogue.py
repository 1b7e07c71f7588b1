"""The list of keys as the service uses it: which key is meant, and how it follows the file."""

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
        """Carried-over counts that differ from those known, to be put into the store.

        Where the front matter names none, what was imported stays.
        """
        wanted = {key: page.carried for key, page in self.pages.items() if page.carried}
        return tuple(Count(key, "", "carried", n) for key, n in wanted.items() if known.get(key) != n)

    def old_keys(self) -> tuple[tuple[str, str], ...]:
        """Aliases, and the keys that they lead to."""
        return tuple((name, key) for name, key in self.names.items() if name != key)


def catalogue(keys: KeyList) -> Catalogue:
    """A key wins over another page's alias; of two aliases the first."""
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


class Watched:
    """The file, and whether it was replaced since it was last asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp = self._look()

    def _look(self) -> tuple[int, ...]:
        try:
            found = self.path.stat()
        except OSError:
            return ()
        return found.st_mtime_ns, found.st_size, found.st_ino

    def changed(self) -> bool:
        """Once for each change; a file that is gone for a moment is no change."""
        stamp = self._look()
        if not stamp or stamp == self._stamp:
            return False
        self._stamp = stamp
        return True
