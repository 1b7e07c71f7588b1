"""Names of files that work on every computer."""

from __future__ import annotations

import re
import unicodedata

from bulletin.core.files import is_utf8

_MAX_NAME = 80
"""Characters; 83 Han characters would be 249 of the 255 bytes that file systems allow."""

RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)
FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]|[. ]$')
_PLAIN = re.compile(r"\w(?:[\w.-]*\w)?", re.ASCII)
"""Most names; they need no closer look."""


def is_portable(name: str) -> bool:
    """Whether a name works on Windows, macOS and Linux, shows, and stays one name after NFKC (``．．／``)."""
    if _PLAIN.fullmatch(name) and len(name) <= _MAX_NAME:
        return not RESERVED.match(name)
    plain = unicodedata.normalize("NFKC", name)
    return not (
        not plain
        or len(plain) > _MAX_NAME
        or plain.startswith(".")
        or RESERVED.match(plain)
        or FORBIDDEN.search(plain)
        or not is_utf8(name)
    )
