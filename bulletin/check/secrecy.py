"""A209: marks of secrecy (保守国家秘密法; GB/T 9704-2012, 7.2.2), which keep back whatever carries them.

A mark is 绝密, 机密, 秘密 or 工作秘密 as an office writes it over a paper: with ★ and a term, after a copy number, in
brackets, after 密级, on a line or in a cell of its own. In a sentence, in quotation marks, in 国家秘密 and 商业秘密 it
is a word. 内部资料 and 内部刊物 are marks too, unless the office says that they are public.

Most texts hold no character of a mark; what is looked for in a line that does is in secrecy_lines.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bulletin.check.folding import CELL, fold_line
from bulletin.check.manuscript import Manuscript
from bulletin.check.office import Office
from bulletin.check.secrecy_entry import declares_public, secrecy_value
from bulletin.core.problems import Problem

# ── a whole text

_LINE_END = re.compile("[\n\r\v\f\x85\u2028\u2029]")
"""Each one character; Word and rendered pages have them all."""
_TRIGGER = re.compile(r"[密宻㊙&内內](?:(?<=[密宻㊙])|(?<=&)#|(?<=[内內])(?:[^一-龥]{0,24}部|&))")
"""A line without it has no mark. It begins with a set, which is found quickly."""
_HALF = re.compile(r"\W*(?P<half>[绝机秘])\W*")
_OTHER_HALF = re.compile(r"\W*密(?:级|\W|$)")
_ALL_LEVELS = frozenset(("绝密", "机密", "秘密"))
_SHAPE = re.compile(r"[#>\-+●○◆■▪•|]")


def secrecy_marks(text: str, *, internal_public: bool) -> Iterator[tuple[int, int, str]]:
    """Start, end and words of each mark of secrecy in a plain text or a source, in order, none within another.

    ``internal_public``: 内部资料 and 内部刊物 are no marks.
    """
    if not _TRIGGER.search(text):
        return
    found: list[tuple[int, int, str]] = []
    bare: dict[str, list[tuple[str, int, int, str]]] = {}
    at, before, begin = 0, "", 0
    for line in _LINE_END.split(text):
        if _TRIGGER.search(line):
            from bulletin.check.secrecy_lines import marks_in_line

            folded = fold_line(line)
            shape = "".join(_SHAPE.findall(line[:12]))[:3] or ("|" if CELL in folded.text else "")
            for one in marks_in_line(folded):
                first, last = folded.span(one.start, one.end)
                if one.bare:
                    bare.setdefault(shape, []).append((one.bare, at + first, at + last, one.mark))
                elif not (one.internal and internal_public):
                    found.append((at + first, at + last, _shown(one.mark)))
            if (half := _HALF.fullmatch(before)) and _OTHER_HALF.match(folded.text):
                found.append((begin + half.start("half"), at + len(line), half["half"] + "密"))
        if line.strip():
            before, begin = line if len(line) < 40 else "", at
        at += len(line) + 1
    for those in bare.values():
        if not {one[0] for one in those} >= _ALL_LEVELS:
            found += [(first, last, _shown(mark)) for _, first, last, mark in those]
    yield from _apart(found)


def _apart(found: Iterable[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """The longest of those that overlap, in order."""
    end = -1
    for one in sorted(found, key=lambda each: (each[0], -each[1])):
        if one[0] >= end:
            yield one
            end = one[1]


def _shown(mark: str) -> str:
    return mark.strip()[:20]


# ── the rule

_KEY = re.compile(r"[ \t]*[\"']?(?P<key>[A-Za-z_\-]+|[一-龥][一-龥 　]{1,5})[\"']?[ \t]*[:：]")
_SECRECY_KEY = re.compile(r"secrecy|密[ 　]*级|(?:保密|秘密|涉密)等级")
_KEYWORDS = re.compile(r"^(?:keywords|tags|关键词)[ \t]*[:：].*(?:\n(?!---)[ \t\-].*)*", re.MULTILINE)


def marks(text: Manuscript, office: Office) -> Iterator[Problem]:
    """Every mark in a file: front matter, text, code and comments, which somebody may read too."""
    public = office.facts.internal_public or declares_public(text.secrecy)
    front = list(_in_front_matter(text, internal_public=public))
    if not front and text.body and (value := secrecy_value(text.entries.get("secrecy", ""), internal_public=public)):
        front.append((0, 3, value))
    body = secrecy_marks(text.text[text.body :], internal_public=public)
    for start, end, mark in (*front, *((text.body + s, text.body + e, mark) for s, e, mark in body)):
        yield text.found("A209", start, end, words=mark)


def _in_front_matter(text: Manuscript, *, internal_public: bool) -> Iterator[tuple[int, int, str]]:
    """Marks in the entries: values of 密级, and whatever else is a mark, under any name but ``keywords``."""
    at = 0
    plain: list[str] = []
    front = _KEYWORDS.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text.text[: text.body])
    for line in front.split("\n"):
        key = _KEY.match(line)
        if key and _SECRECY_KEY.fullmatch(key["key"].strip().lower()):
            value = re.sub(r"[ \t]#.*", "", line[key.end() :])
            if mark := secrecy_value(value, internal_public=internal_public):
                yield at + key.end(), at + len(line), mark
            plain.append(" " * len(line))
        else:
            plain.append(" " * key.end() + line[key.end() :] if key else line)
        at += len(line) + 1
    yield from secrecy_marks("\n".join(plain), internal_public=internal_public)
