"""The file of a draft: its entries as YAML between `---`, its text, and names for the files beside it."""

from __future__ import annotations

import json
import posixpath
import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import datetime

from bulletin.read.portable import is_portable

_MAX_STEM = 40


def source_text(entries: Mapping[str, object], body: str) -> str:
    """The text of a source. Entries that are empty, None or False are left out; ``date`` may be one as it was found."""
    lines = [line for key, value in entries.items() for line in _entry(key, value)]
    return "\n".join(("---", *lines, "---", "", body) if body else ("---", *lines, "---", ""))


def _entry(key: str, value: object) -> list[str]:
    match value:
        case None | False | "" | ():
            return []
        case True:
            return [f"{key}: true"]
        case tuple():
            return [f"{key}:", *(f"  - {_quoted(str(each))}" for each in value)]
        case datetime():
            precision = "seconds" if value.second else "minutes"  # as `bulletin new` writes it
            return [f"{key}: {value.isoformat(' ', precision).removesuffix(' 00:00')}"]
        case str() if key != "date":
            return [f"{key}: {_quoted(value)}"]
    return [f"{key}: {value}"]


def _quoted(text: str) -> str:
    return text if text.isascii() and text.isdecimal() else json.dumps(" ".join(text.split()), ensure_ascii=False)


def safe_name(name: str, fallback: str) -> str:
    """A plain file name that works everywhere, never a path; ``fallback`` is its stem where nothing is left of it."""
    stem, ending = posixpath.splitext(unicodedata.normalize("NFKC", name))
    stem = re.sub(r"[^\w-]+", "-", stem).strip("-_")[:_MAX_STEM]
    ending = ending.lower() if is_portable("a" + ending.lower()) else ""
    return stem + ending if stem and is_portable(stem + ending) else fallback + ending


def free_name(name: str, taken: Collection[str]) -> str:
    """The name, with a number where it is one of ``taken`` (casefolded)."""
    stem, ending = posixpath.splitext(name)
    number, found = 1, name
    while found.casefold() in taken:
        number += 1
        found = f"{stem}-{number}{ending}"
    return found
