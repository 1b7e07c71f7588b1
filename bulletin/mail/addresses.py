"""Addresses as people type them → addresses that can be written to: pure, without asking DNS.

What is corrected is what can be nothing else: full-width letters, ``qq,com``, ``163.c0m``, ``.con``. Whatever could
also be another's address is left alone or refused.
"""

from __future__ import annotations

import re
import unicodedata

from email_validator import EmailNotValidError, validate_email

from bulletin.core.model import Value

_INVISIBLE = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad]")
_PROVIDERS = r"(?:vip\.)?(?:qq|163|126|188|sina)|foxmail|139|189|sohu|aliyun|gmail|hotmail|outlook|yahoo|icloud|21cn"
_ENDINGS = r"com|cn|net|org|edu|gov"
_BLANK_AT = re.compile(r"\s*@+\s*")
_COMMA_DOT = re.compile(rf"(@[a-z0-9.-]+)\s*[,、]\s*(?=(?:{_ENDINGS})(?![a-z0-9@]))")
_BLANK_DOT = re.compile(rf"(@[a-z0-9.-]+?)\s*\.\s*(?=(?:{_ENDINGS})(?![a-z0-9]))")
_DOTS = re.compile(r"\.{2,}")
_NO_ENDING = re.compile(r"(@[a-z0-9.-]+\.)(?:con|c0m|cpm|comm|coom|vom|xom|cmo|ocm)(?![a-z0-9.])")
_GUESSED = re.compile(rf"@({_PROVIDERS})\.(?:co|cm|om|c0n)(?![a-z0-9.])")
_WITHOUT_DOT = re.compile(rf"@({_PROVIDERS})com(?![a-z0-9.])")
_SEPARATORS = re.compile(r"[\s,;、|/]+")
_WRAPPING = "<>()[]{}《》〈〉“”\"'‘’:.-"
_LOCAL_PART = re.compile(r"[^\s@<>;,、|/]+(?=\s*@)")
_MAX_CELL, _MAX_SHOWN = 2_000, 60


class FoundAddress(Value, frozen=True):
    """One address of a cell."""

    address: str
    """Normal form, or empty where there is none."""
    corrected: bool = False
    """Whether it was typed in a way that had to be corrected; blanks, capitals and full width do not count."""


def find_addresses(cell: str) -> tuple[FoundAddress, ...]:
    """All addresses of a cell, in order, repeated ones once; one with an empty address for each that is none."""
    plain = _plain(cell[:_MAX_CELL])
    fixed = _corrected(plain)
    parts = [part for part in _SEPARATORS.split(_words(fixed)) if "@" in part]
    if not parts:
        return (FoundAddress(""),)
    found = (_found(part.removeprefix("mailto:").partition("?")[0].strip(_WRAPPING), plain) for part in parts)
    return tuple(dict.fromkeys(found))


def normal_address(text: str) -> str:
    """One address in normal form, small letters; empty for what is none, or more than one."""
    found = find_addresses(text)
    return found[0].address if len(found) == 1 else ""


def masked_address(text: str) -> str:
    """For reports: ``l***@qq.com``; of words without an address the first character."""
    words = _words(_plain(text[:_MAX_CELL])).replace(",", " ,").split()
    return " ".join(_masked_word(word) for word in words).replace(" ,", ",")[:_MAX_SHOWN]


def _masked_word(word: str) -> str:
    if "@" in word:
        return _LOCAL_PART.sub(lambda found: found[0][0] + "***", word)
    mark = "," if word.startswith(",") else ""
    rest = word.removeprefix(",")
    return mark + (rest if not rest or rest in _ENDINGS.split("|") else rest[0] + "…")


def _plain(cell: str) -> str:
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", cell)).lower().replace("。", ".").strip()
    return _BLANK_AT.sub("@", text)


def _corrected(text: str) -> str:
    for _ in range(2):  # ``example,gov,cn``
        text = _COMMA_DOT.sub(r"\1.", text)
    text = _DOTS.sub(".", _BLANK_DOT.sub(r"\1.", text))
    text = _NO_ENDING.sub(r"\1com", text)
    return _WITHOUT_DOT.sub(r"@\1.com", _GUESSED.sub(r"@\1.com", text))


def _words(text: str) -> str:
    """Blanks for the brackets around an address, so that a name before it is a word of its own."""
    return text.translate(str.maketrans("<>()[]《》〈〉", " " * 10))


def _found(part: str, typed: str) -> FoundAddress:
    try:
        address = validate_email(part, check_deliverability=False, allow_smtputf8=False).ascii_email
    except (EmailNotValidError, UnicodeError):
        return FoundAddress("")
    return FoundAddress((address or "").lower(), part not in typed)
