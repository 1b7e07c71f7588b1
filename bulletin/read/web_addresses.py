"""Where an address of the web that is written in a text ends, and what is meant by one without a scheme."""

from __future__ import annotations

import re

BARE_ADDRESS = (
    r"(?i:(?<![a-z0-9@/.:_-])(?:https?://|www\.(?=[a-z0-9-]+\.[a-z]))[a-z0-9]"
    r"[!#$%&'()+,./0-9:;=?@A-Z\[\]_a-z~-]*)"
)
"""An address from its beginning to the first character that must be escaped in one (RFC 3986), or is no ASCII."""
ADDRESS_BEGINNINGS = ("://", "www.", "WWW.", "Www.")
"""One of them is in every text with a bare address."""
_ENDS = ".,;:!?'_~&"
_REFERENCE = re.compile(r"&[a-zA-Z]{1,8};\Z")
_CLOSES = {")": "(", "]": "["}
_WWW = re.compile(r"www\.[a-z0-9-]+\.[a-z][^\s@]*", re.IGNORECASE)
_MAIL = re.compile(r"[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)


def without_end(address: str) -> str:
    """The address without punctuation and closing brackets that belong to the sentence."""
    before = ""
    while before != address:
        before = address
        address = _REFERENCE.sub("", address).rstrip(_ENDS)
        opening = _CLOSES.get(address[-1:])
        if opening and address.count(address[-1]) > address.count(opening):
            address = address[:-1]
    return address


def with_scheme(target: str) -> str:
    """The target, with `https://` before `www.` and `mailto:` before a mail address."""
    if _WWW.fullmatch(target):
        return f"https://{target}"
    return f"mailto:{target}" if _MAIL.fullmatch(target) else target
