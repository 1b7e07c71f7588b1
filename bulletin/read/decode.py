"""Bytes → text, with no guessing.

44.5 % of short Chinese texts in UTF-8 are also valid GB18030, and guessers were wrong on 4 of 7 notices.
So the order is fixed: what is UTF-16 by its byte-order mark or beyond doubt, with a notice; strict UTF-8; strict
GB18030, with a notice; else reject. The text is the same for the reader and for the check: what is dropped here hides
nothing.
"""

from __future__ import annotations

import codecs
import re

from bulletin.core.model import SourceFile
from bulletin.core.problems import Problem, problem
from bulletin.read.control_characters import CONTROL_CHARACTER, break_lines
from bulletin.read.file_kinds import kind_of_bytes

MAX_SOURCE_BYTES = 1_000_000
"""A year of work bulletins has some 500 KB; a single file over this is a mistake."""


ORDINARY = re.compile("[^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef\ufffe\uffff]*+")
"""A text without control characters and with no line end but ``\\n``: one match, in a third of the time."""

LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")


def decode_text(file: SourceFile) -> tuple[str | None, tuple[Problem, ...]]:
    """The file's text with ``\\n`` line ends and without control characters; None with a problem when it cannot be
    read.
    """
    if what := kind_of_bytes(file.data):
        return None, (problem("F311", file.path, what=what),)
    if len(file.data) > MAX_SOURCE_BYTES:
        return None, (problem("F104", file.path, size=len(file.data), limit=MAX_SOURCE_BYTES),)
    text, notices = _decode(file)
    if text is None or ORDINARY.fullmatch(text):
        return text, notices
    text = break_lines(LINE_ENDS.sub("\n", text))
    if found := CONTROL_CHARACTER.search(text):
        return _without_controls(file.path, text, found, notices)
    return text, notices


def _decode(file: SourceFile) -> tuple[str | None, tuple[Problem, ...]]:
    if utf16 := _utf16(file.data):
        try:
            return file.data.decode(utf16).removeprefix("\ufeff"), (problem("F308", file.path),)
        except UnicodeDecodeError as error:
            return None, (problem("F101", file.path, 0, position=error.start),)
    data = file.data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        try:
            return data.decode("gb18030"), (problem("F103", file.path),)
        except UnicodeDecodeError as other:
            position = max(error.start, other.start)
            line = data.count(b"\n", 0, position) + 1
            return None, (problem("F101", file.path, line, position=position + len(file.data) - len(data)),)


_ENCODINGS = ("utf-16-le", "utf-16-be")
_USUAL = r"[\t\r\n -~\xa0-\xff\u2010-\u203b\u2460-\u24ff\u25a0-\u25ff\u3000-\u303f\u4e00-\u9fff\uff00-\uffe5]"
"""What nearly all characters of an office's text are; those of UTF-16 read the wrong way round are others."""
_USUAL_SHARE = 0.95


def _utf16(data: bytes) -> str:
    """Which UTF-16 the bytes are; empty for none.

    By the byte-order mark; without one only where the characters are usual ones, and half of them have a NUL as their
    upper half or the bytes without NULs are no other text.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _ENCODINGS[data.startswith(codecs.BOM_UTF16_BE)]
    if len(data) % 2 or 0 not in data:
        return ""
    upper = {"utf-16-le": data[1::2].count(0), "utf-16-be": data[::2].count(0)}
    usual = [encoding for encoding in _ENCODINGS if _usual_share(data, encoding) > _USUAL_SHARE]
    best = max(usual, key=upper.__getitem__, default="")
    sure = best and (4 * upper[best] >= len(data) >= _MIN_UTF16_BYTES or not _is_other_text(data))
    return best if sure else ""


_MIN_UTF16_BYTES = 8


def _usual_share(data: bytes, encoding: str) -> float:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return 0.0
    return 0.0 if CONTROL_CHARACTER.search(text) else len(re.findall(_USUAL, text)) / len(text)


def _is_other_text(data: bytes) -> bool:
    rest = data.replace(b"\0", b"")
    for encoding in ("utf-8", "gb18030"):
        try:
            rest.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


_MAX_CONTROLS = 20
"""One character in so many: more of them, and it is no text."""


def _without_controls(
    path: str, text: str, first: re.Match[str], notices: tuple[Problem, ...]
) -> tuple[str | None, tuple[Problem, ...]]:
    clean = CONTROL_CHARACTER.sub("", text)
    count, line = len(text) - len(clean), text.count("\n", 0, first.start()) + 1
    character = f"U+{ord(first.group()):04X}"
    if count * _MAX_CONTROLS > len(text) and count > 2:
        return None, (problem("F102", path, line, count=count, character=character),)
    return clean, (*notices, problem("F309", path, line, count=count, character=character))
