"""Bytes of a saved page → text. What cannot be decoded is marked and reported with its place, never guessed.

Servers of the 2000s declared ``gb2312`` and sent GBK, declared ``iso-8859-1`` and sent GB2312, or declared nothing. So
a declaration decides only where the bytes do not: a byte-order mark, then strict UTF-8, then strict GB18030, which
holds GB2312 and GBK. A page that is none of them is damaged: the encoding with the fewest damaged places is taken.
"""

from __future__ import annotations

import codecs
import re

from bulletin.core.model import Value
from bulletin.read.control_characters import CONTROL_CHARACTER

_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]{1,40})", re.IGNORECASE)
_MAX_DECLARATION = 4_000
_OTHER_ENCODINGS = ("big5", "big5-hkscs", "shift_jis", "euc-kr", "utf-16", "utf-16-le", "utf-16-be")
"""Taken only where declared: their bytes are valid GB18030 too."""

_DAMAGE = re.compile(
    "\ufffd+|[\ue000-\uf8ff]+|(?:锟斤拷)+|锟[^\u4e00-\u9fff]|烫烫烫+|屯屯屯+|(?:[\xc0-\xff][\x80-\xbf¡-¿]){3,}"
)
"""What is left of characters that were lost: the sign for them, private ones, UTF-8 that was read as GBK or Latin."""
_AROUND = 12
_MAX_DAMAGES = 50


class Damage(Value, frozen=True):
    """A place with characters that are lost."""

    line: int
    around: str
    """The damaged characters and some before and after."""


class PageText(Value, frozen=True):
    """A page, decoded."""

    text: str
    encoding: str


def decode_page(data: bytes, charset: str = "") -> PageText:
    """Decode a page; ``charset`` is what the server declared. U+FFFD is in the place of each lost character."""
    text, encoding = _decode(data, charset)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return PageText(CONTROL_CHARACTER.sub("", text), encoding)


def find_damages(text: str) -> tuple[Damage, ...]:
    """Places of lost characters in a text, by its lines; the first fifty."""
    found: list[Damage] = []
    for each in _DAMAGE.finditer(text):
        if len(found) == _MAX_DAMAGES:
            break
        around = text[max(0, each.start() - _AROUND) : each.end() + _AROUND].replace("\n", " ").strip()
        found.append(Damage(text.count("\n", 0, each.start()) + 1, around))
    return tuple(found)


def _decode(data: bytes, charset: str) -> tuple[str, str]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace"), "utf-16"
    declared = _DECLARED.search(data, 0, _MAX_DECLARATION)
    said = ((declared[1].decode("ascii", "replace") if declared else "") or charset).lower()
    plain = data.removeprefix(codecs.BOM_UTF8)
    others = (said,) if said in _OTHER_ENCODINGS else ()
    candidates = ("utf-8", *others, "gb18030")
    for encoding in candidates:
        try:
            return plain.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    texts = [(plain.decode(encoding, "replace"), encoding) for encoding in candidates]
    return min(texts, key=lambda each: each[0].count("\ufffd"))
