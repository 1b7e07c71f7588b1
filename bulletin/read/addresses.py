"""What authors write between the brackets of a link or picture, as far as Markdown does not take it as they mean it.

A camera writes ``DSC 0033 (1).JPG``, a clerk ``a(1.jpg`` or ``1)会场.jpg``; and what is dragged out of a window is the
file's place on one computer: ``C:\\Users\\li\\a.jpg``.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit

import msgspec

from bulletin.read.lines import SourceLine

_PICTURE_SUFFIX = r"\.(?i:jpe?g|jfif|png|apng|webp|gif|bmp|tiff?|heic|svg)"
_TITLE = r"(?:\"[^\"\n]*\"|'[^'\n]*')"
_END = rf"(?=\s*>?\s*{_TITLE}?\s*\))"
TARGET = (
    rf"(?P<target>(?![^()\s<>]*{_PICTURE_SUFFIX}\))[^()\s<>\[\]]+\)[^()\s<>\[\]]+{_PICTURE_SUFFIX}(?=>?\))"
    r"|[^()\s<>\"]+(?=>?\))"
    rf"|(?:[^()\n<>\"\[\]]|\([^()\n\[\]]*\)){{1,300}}?{_END}"
    rf"|[^\n<>\"\[\]]{{1,300}}?{_PICTURE_SUFFIX}{_END}"
    r"|[^()\s<>]+)"
)
"""What follows ``](`` or ``](<``: a name with one ``)`` in it, one without blanks, one with blanks or brackets, one
with a bracket that is never closed; else what there is up to the next blank."""

_NAMED = re.compile(rf"(?<!\\)(?P<mark>!?)(?P<words>\[[^\[\]\n]*\]\(\s*)<?{TARGET}>?")
_ATTRIBUTE = re.compile(r"(?P<before>\b(?:src|href)\s*=\s*[\"'])(?P<target>(?i:file:/|[a-z]:[\\/](?!/)|\\\\)[^\"'<>]*)")
_LOCAL = re.compile(r"(?:file:/|[a-z][:：](?!//)|\\\\[^\\/])", re.IGNORECASE)
_CODE = re.compile(r"(`+)[^`]+\1")


EXTERNAL_REL = ' rel="external noopener"'
"""What a link that leaves the site says of itself."""


def is_elsewhere(target: str) -> bool:
    """Whether an address has a scheme or a host."""
    return target.startswith("//") or bool(_scheme(target))


def is_web(target: str) -> bool:
    """Whether a browser can open it."""
    return target.startswith(("//", "http:", "https:"))


def _scheme(target: str) -> str:
    """The address's scheme; empty for one that has none or cannot be read."""
    try:
        return urlsplit(target).scheme
    except ValueError:
        return ""


def local_path(target: str) -> str:
    """The file on one computer that an address means, ``C:\\a.jpg`` or ``\\\\server\\a.jpg``; empty for any other."""
    plain = unquote(target)
    return plain if _LOCAL.match(plain) else ""


def mark_names(lines: tuple[SourceLine, ...]) -> tuple[SourceLine, ...]:
    """Lines whose names of files reach the parser whole: unequal brackets in ``<…>``, paths of one computer quoted.

    Without that, the sanitiser would take ``C:`` for the scheme of an address and delete it.
    """
    return tuple(_marked(line) if _may_need_marks(line.text) and not line.verbatim else line for line in lines)


def may_name_files(source: str) -> bool:
    """Whether there may be anything for `mark_names` to do in a text."""
    return ("<" in source and "=" in source) or ("](" in source and _may_need_marks(source))


_MAY_BE_LOCAL = re.compile(r"\]\(\s*<?(?:[fF][iI][lL][eE]:|[A-Za-z][:：]|\\\\)")
"""The beginning of a link to a file of one computer."""


def _may_need_marks(text: str) -> bool:
    return (
        ("<" in text and "=" in text)
        or ("!" in text and "![" in text)
        or text.count("(") != text.count(")")
        or _MAY_BE_LOCAL.search(text) is not None
    )


def _marked(line: SourceLine) -> SourceLine:
    code = [found.span() for found in _CODE.finditer(line.text)] if "`" in line.text else []

    def mark(found: re.Match[str]) -> str:
        if any(start <= found.start() < end for start, end in code):
            return found.group()
        target = found["target"]
        if _LOCAL.match(target):
            return f"{found['mark']}{found['words']}<{quote(target, safe=' /()')}>"
        return f"{found['mark']}{found['words']}<{target}>" if found["mark"] and _is_unequal(target) else found.group()

    text = _NAMED.sub(mark, line.text) if "](" in line.text else line.text
    if "=" in text and "<" in text:
        text = _ATTRIBUTE.sub(lambda found: found["before"] + quote(found["target"], safe=" /()"), text)
    return line if text == line.text else msgspec.structs.replace(line, text=text)


def _is_unequal(name: str) -> bool:
    """Whether the round brackets in a name are no pairs."""
    depth = 0
    for character in name:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return True
    return depth != 0
