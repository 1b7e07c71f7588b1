"""Addresses in old pages: what a link leads to, and what can be kept of it."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote, urljoin, urlsplit

DOCUMENTS = frozenset(
    (
        *(".pdf", ".ofd", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".wps", ".et", ".dps"),
        *(".txt", ".csv", ".zip", ".mp3", ".mp4"),
    )
)
"""Endings of attachments: those that a site may hold (read/assets.py)."""
PICTURE_ENDINGS = frozenset((".jpg", ".jpeg", ".png", ".webp"))
OLD_PICTURES = frozenset((".gif", ".bmp"))
"""Turned into PNG."""


def resolve(link: str, page: str, hosts: frozenset[str]) -> tuple[str, bool]:
    """Where a link in a page leads: its address from the root, and whether it is on the old site; else the whole link,
    empty where nobody may follow it.
    """
    try:
        whole = urljoin(f"http://old.invalid{page}", link.strip())
        parts = urlsplit(whole)
    except ValueError:
        return "", False
    if parts.scheme not in ("http", "https", "mailto"):
        return "", False
    if parts.hostname not in hosts | {"old.invalid"}:
        return (whole if parts.hostname or parts.scheme == "mailto" else ""), False
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/", True


def file_name(address: str) -> str:
    """The name that an address ends in; anything may be in it."""
    return posixpath.basename(unquote(address.partition("?")[0]))


def ending_of(address: str) -> str:
    return posixpath.splitext(address.partition("?")[0])[1].lower()
