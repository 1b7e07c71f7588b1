"""Entries that a post has without naming them: Hugo's ``cascade``, and Hexo's passwords by tags.

Hugo: https://gohugo.io/configuration/cascade/ – of the site's settings and of each ``_index.md`` above the post, the
nearest last. What such an entry is aimed at (``target``) is not looked at: a post that it does not mean becomes a draft
rather than one that it means becomes public. Hexo: the setting ``encrypt.tags`` of hexo-blog-encrypt.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from bulletin.core.files import read_file
from bulletin.word.sites.front_matter import Entries, split_post, words

_MAX_SETTINGS = 1024 * 1024
_FENCES = {".yaml": "---", ".yml": "---", ".toml": "+++", ".json": ""}


class Inherited:
    """What the folder of a site says of its posts."""

    def __init__(self, root: Path, kind: str) -> None:
        self._root = root
        self._kind = kind
        self._known: dict[Path, Entries] = {}

    def entries(self, base: Path, path: Path, own: Entries) -> Entries:
        """The entries of a post, with what it inherits; ``base`` is the folder of all posts."""
        if self._kind == "hugo":
            above = [each for each in path.parents if each == base or base in each.parents]
            for folder in above:  # from the nearest
                own = {**self._cascade(folder), **own}
            return {**self._settings_cascade, **own}
        if self._kind == "hexo" and self._locked_tags.intersection(words(own, "tags")):
            return {"encrypt": "true", **own}
        return own

    def _cascade(self, folder: Path) -> Entries:
        if folder not in self._known:
            self._known[folder] = _cascaded(_read(folder / "_index.md"))
        return self._known[folder]

    @cached_property
    def _settings_cascade(self) -> Entries:
        found: Entries = {}
        for name in ("config", "hugo"):
            for ending in _FENCES:
                found = {**found, **_cascaded(_read(self._root / (name + ending)))}
        return found

    @cached_property
    def _locked_tags(self) -> frozenset[str]:
        encrypt = _read(self._root / "_config.yml").get("encrypt")
        tags = encrypt.get("tags") if isinstance(encrypt, dict) else None
        listed = tags if isinstance(tags, list) else []
        return frozenset(str(each.get("name", "")) for each in listed if isinstance(each, dict))


def _read(path: Path) -> Entries:
    """The entries of a file of settings, or at the top of a text; none where there are none to read."""
    try:
        if path.stat().st_size > _MAX_SETTINGS:
            return {}
        text = read_file(path).decode("utf-8", "replace")
    except OSError:
        return {}
    fence = _FENCES.get(path.suffix, "")
    parted = split_post(f"{fence}\n{text}\n{fence}\n" if fence else text)
    return parted[0] if parted else {}


def _cascaded(entries: Entries) -> Entries:
    found: Entries = {}
    for each in _mappings(entries.get("cascade")):
        found = {**found, **{str(key).casefold(): value for key, value in each.items()}}
    return found


def _mappings(value: object) -> Iterator[dict[object, object]]:
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        yield from (each for each in value if isinstance(each, dict))
