"""The text of station.yml and today.yml as staff type it, made into YAML line by line: lines keep their numbers.

Chinese keyboards give `：`, `“”`, `－` and U+3000; Notepad saves GB18030; Word sets typographic quotes.
"""

from __future__ import annotations

import re

from bulletin.core.model import Value

UNSEEN = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
"""Zero-width characters, soft hyphens, direction marks and controls: nobody sees them, and they part equal names."""

_RULE = re.compile(r"^(?:-{3,}|\.{3}|[—－]{2,})[ \t\u3000\xa0]*$")
_INDENT = re.compile(r"^[ \t\u3000\xa0]+")
_DASH = re.compile(r"^( *)(?:[－—–−•·●][ \u3000]*|-[\u3000\xa0]+|-(?=[A-Za-z一-龥“\"]))(?=\S)")
_ENTRY = re.compile(r"^(?P<head> *(?:- +)?[A-Za-z_]+)[ \t\u3000]*[:：](?!//)[ \t\u3000\xa0]*(?P<value>.*)$")
_LABEL = re.compile(
    r"^(?P<indent> +)(?P<key>[^:：\"'#\s][^:：\"'#]*?)[ \u3000]*(?:：[ \u3000]*|: +)(?P<value>[^:：]*)$"
)
_QUOTED = re.compile(r"^[“”„＂](?P<words>[^“”„＂\"\\]*)[“”„＂]$|^[‘’](?P<inner>[^‘’\"\\]*)[‘’]$")


class _SettingsText(Value, frozen=True):
    """What a file says, ready for the YAML parser."""

    text: str
    gb18030: bool
    """Whether the file was not UTF-8."""
    unseen: tuple[tuple[int, str, int], ...]
    """Line, first character (``U+200B``) and number of characters of each line that held invisible ones."""


def settings_text(data: bytes) -> _SettingsText:
    """Decode strictly and tidy each line. Raises `UnicodeDecodeError` for what is neither UTF-8 nor GB18030."""
    gb18030 = False
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text, gb18030 = data.decode("gb18030"), True
    unseen, lines = [], []
    of_labels = False
    for number, line in enumerate(re.sub("\r\n?|[\x85\u2028\u2029]", "\n", text).split("\n"), 1):
        if spots := UNSEEN.findall(line):
            unseen.append((number, f"U+{ord(spots[0]):04X}", len(spots)))
        tidy = _tidy(UNSEEN.sub("", line))
        of_labels = tidy.startswith("labels:") if tidy[:1] not in ("", " ", "#") else of_labels
        lines.append(_tidy_label(tidy) if of_labels else tidy)
    return _SettingsText("\n".join(lines), gb18030, tuple(unseen))


def _tidy(line: str) -> str:
    line = line.rstrip(" \t\u3000\xa0")
    if _RULE.match(line):
        return ""
    line = _INDENT.sub(lambda found: found.group().translate(_BLANKS), line)
    if line.lstrip(" ").startswith("＃"):
        return line.replace("＃", "#", 1)
    line = _DASH.sub(r"\1- ", line)
    if found := _ENTRY.match(line):
        return f"{found['head']}: {_value(found['value'])}".rstrip(" ")
    return line


def _tidy_label(line: str) -> str:
    """A word of the pages and the office's, where one colon parts them: a word may have one of its own (点击：)."""
    if found := _LABEL.match(line):
        return f"{found['indent']}{_value(found['key'])}: {_value(found['value'])}".rstrip(" ")
    return line


_BLANKS = {ord("\t"): "  ", ord("\u3000"): "  ", ord("\xa0"): " "}
"""An ideographic space is as wide as two others."""


def _value(value: str) -> str:
    if found := _QUOTED.match(value):
        return f'"{found["words"] or found["inner"] or ""}"'
    return re.sub(r"^＃(?=[0-9A-Fa-f]{6}$)", "#", value)
