"""Names of the files that hold texts, and of what they make.

Markdown is ``.md`` or ``.markdown``, everywhere. ``.txt`` is a text only at the top of the issues' folder, where it may
be an issue; elsewhere it is an attachment.
"""

from __future__ import annotations

MARKDOWN_SUFFIXES = (".md", ".markdown")
"""The first is the usual one: where both are there under one name, it is the one that counts."""
_PLAIN_SUFFIX = ".txt"


def is_markdown(path: str) -> bool:
    return path.lower().endswith(MARKDOWN_SUFFIXES)


def is_plain(path: str) -> bool:
    """Whether it is a ``.txt``, which is a source only if it has a number and a date of its own."""
    return path.lower().endswith(_PLAIN_SUFFIX)


def without_suffix(path: str) -> str:
    """The path without ``.md``, ``.markdown`` or ``.txt``."""
    lower = path.lower()
    for suffix in (*MARKDOWN_SUFFIXES, _PLAIN_SUFFIX):
        if lower.endswith(suffix):
            return path[: -len(suffix)]
    return path


def is_index(path: str) -> bool:
    """Whether it is the main file of a folder: ``index.md``, ``index.markdown``."""
    return path.rpartition("/")[2].lower() in {f"index{suffix}" for suffix in MARKDOWN_SUFFIXES}


def folder_of(path: str) -> str:
    """Folder, with `/`, that a source has to itself: ``content/issues/2014002/``; empty for a single file."""
    folder, _, name = path.rpartition("/")
    return f"{folder}/" if is_index(name) and folder.count("/") > 1 else ""


def same_text(path: str) -> tuple[str, ...]:
    """Paths under which the same Markdown may be, the given one first: a link names ``2014002.md``, ``2014002`` or
    ``2014002.markdown``.
    """
    stem = without_suffix(path) if is_markdown(path) else path
    return path, *(stem + suffix for suffix in MARKDOWN_SUFFIXES if stem + suffix != path)
