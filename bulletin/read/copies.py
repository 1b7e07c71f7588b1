"""Names of files that are copies of others: what sync tools, office programs, browsers and people make of a name.

``2014002 (1)``, ``2014002 - 副本``, ``备份的2014002``, ``2014002-DESKTOP-AB12CD`` are all made from ``2014002``. A name
alone proves nothing: whoever asks looks whether the original is there.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from bulletin.read.text_files import without_suffix

_CLEAR_SUFFIXES = (
    r"\s*\(\d{1,2}\)",  # Windows, browsers, WPS
    r"[\s_-]*(?:的)?(?:副本|复本|複本|拷贝)\s*\d{0,2}",  # Windows, macOS, WPS
    r"\s*\((?:副本|复本|複本|拷贝|copy)\s*\d{0,2}\)",
    r"(?:\s*-\s*|\s+|_)copy\s*\d{0,2}",  # Windows, macOS
    r"\s*\([^()]*(?:conflict|冲突|衝突)[^()]*\)",  # Dropbox, Nextcloud
    r"[ ._-]+(?:sync-)?conflict(?:ed)?\b[\w. -]*",  # Syncthing, Resilio
    r"-(?:DESKTOP|LAPTOP|WIN|PC|MACBOOK)-[A-Z0-9-]{2,15}",  # OneDrive, with a computer's given name
    r"[._](?:bak|old|orig|backup|save)\d{0,2}",
)
"""Nobody names a text of its own like that."""
_VERSIONS = (
    "最终版|最终稿|终稿|终版|定稿|修改版|修改稿|修订版|修订稿|最新版|新版|旧版|旧稿|初稿|备份|final|old|backup|bak|v"
)
_UNCLEAR_SUFFIXES = (
    r"\s+(?:[2-9]|[1-9]\d)",  # macOS; or the second of several texts
    r"-(?-i:[A-Z][A-Z0-9]{2,14}(?:-[A-Z0-9]{1,14})?)",  # OneDrive, with a computer's own name
    rf"[\s._-]*[(\[【](?:{_VERSIONS})\s*\d{{0,2}}[)\]】]",
    rf"(?:[\s._-]+|(?<=[^\x00-\x7f])|(?<=\w)(?=[^\x00-\x7f]))(?:{_VERSIONS})\s*\d{{0,2}}",
)
"""Texts of their own may be named so, too."""
_PREFIXES = (
    r"备份的|(?:备份|副本|复件)\s*(?:\(\d{1,2}\))?[\s_-]+",  # WPS, Word, Windows XP
    r"(?:copy|backup)\s*(?:\(\d{1,2}\)\s*)?of\s+",
)


def _either(patterns: tuple[str, ...]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns)


_PREFIX = re.compile(rf"^(?:{_either(_PREFIXES)})", re.IGNORECASE)
_CLEAR = re.compile(rf"(?<=.)(?:{_either(_CLEAR_SUFFIXES)})$", re.IGNORECASE)
_UNCLEAR = re.compile(rf"(?<=.)(?:{_either(_UNCLEAR_SUFFIXES)})$", re.IGNORECASE)
_MAX_COPIES = 8
"""Of copies: what is taken off one name."""


@lru_cache(maxsize=20_000)
def originals(name: str) -> tuple[str, ...]:
    """Names, without ``.md``, that a name may be a copy of, as `name_key` gives them; the nearest first.

    ``2014002 (1) - 副本`` may come from ``2014002 (1)`` or from ``2014002``. Empty for a name that is none of a copy.
    """
    if name.isascii() and name.isalnum():
        return ()
    found: list[str] = []
    left = unicodedata.normalize("NFKC", name).strip()
    for _ in range(_MAX_COPIES):
        shorter = _without_mark(left)
        if not shorter or shorter == left:
            break
        left = shorter
        found.append(left.casefold())
    return tuple(found)


def _without_mark(name: str) -> str:
    for pattern in (_CLEAR, _UNCLEAR, _PREFIX):
        if mark := pattern.search(name):
            return (name[: mark.start()] + name[mark.end() :]).strip()
    return name


def is_clear(name: str) -> bool:
    """Whether a copy's name cannot well be that of a text of its own: not ``history 2``, ``notes-final``."""
    plain = unicodedata.normalize("NFKC", name).strip()
    return bool(_CLEAR.search(plain) or _PREFIX.match(plain))


def name_key(name: str) -> str:
    """The form in which names are compared."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def text_name(path: str) -> str:
    """Name of a text's file without its folders and ``.md``."""
    return without_suffix(path.rpartition("/")[2])


def source_name(path: str) -> str:
    """Name of a source by the path of its main file: ``content/issues/2014002/index.md`` → ``2014002``."""
    folder, stem = path.rpartition("/")[0], text_name(path)
    return folder.rpartition("/")[2] if stem.lower() == "index" and folder.count("/") > 1 else stem
