"""What stands at the end of an office's text: the sign-off 落款, the list of attachments 附件, the version record 版记,
and the author, in brackets there or in a line of its own at the beginning.

The order is that of GB/T 9704-2012, 7.3.4 to 7.3.7 and 7.4: 附件, office, date, a remark in brackets, then the record.
The author of the work bulletin is found before, between or after them. The lines of each block come out marked for
dialect/official.py, which knows nothing of where in the text they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from bulletin.read.bylines import is_byline, join_bylines, opening_byline, split_byline
from bulletin.read.definitions import DEFINITION
from bulletin.read.dialect.official import ATTACHMENTS, FILING, SIGN_OFF
from bulletin.read.line_kinds import (
    ends_sentence,
    is_apart,
    is_date,
    is_label,
    is_office_line,
    is_record,
    is_sure_record,
    split_office_and_date,
)
from bulletin.read.lines import INDENT, SourceLine

_Lines = tuple[SourceLine, ...]

_PUSHED = 8
"""Columns of blanks before a line that is pushed to the right: twice what begins a paragraph."""
_MAX_TAIL, _MAX_OFFICES = 40, 8
"""Lines looked at from the end; offices of one sign-off."""
_SHORT, _MAX_SIGNED = 18, 40
"""Characters of a line that no column wrapped (paragraphs.py), and of one pushed to the right above a date: an office,
a post, a name."""
_DATE_BEGINS = frozenset("0123456789０１２３４５６７８９〇○零OＯ一二三四五六七八九十")
_ENDS = frozenset("。；，：！？、…”")
_SENTENCE_ENDS, _RECORD_BEGINS = "。！？；…”", "报送发主抄呈分印"
_REMARK = re.compile(r"[（(][^（）()]*[)）]$")
_RULE = re.compile(r"[-—–─━_*=]{3,}$")
_FIRST_ATTACHMENT = re.compile(r"附\s*件\s*[：:]\s*(?P<number>[1１])\s*[.．、](?!\d)\s*\S")
_ATTACHMENT = re.compile(r"(?P<number>\d{1,2})\s*[.．、](?!\d)\s*\S")


class _Ending(NamedTuple):
    """Lines that become one block, by their places."""

    mark: str
    first: int
    last: int


def take_endings(lines: _Lines, *, signed: bool) -> tuple[_Lines, str]:
    """The lines with those of each block marked and set apart, and the author, if the text may be ``signed``."""
    opening, lines = _take_opening(lines) if signed else ("", lines)
    lines, byline = _take_endings(lines, signed=signed)
    return lines, join_bylines(opening, byline)


def _take_endings(lines: _Lines, *, signed: bool) -> tuple[_Lines, str]:
    texts = [line.text.strip(INDENT) for line in lines]
    place, rest, byline = _find_byline(lines, texts, []) if signed else _NO_BYLINE
    if byline:
        lines, texts = _without_byline(lines, texts, place, rest)
    found = sorted(_endings(lines, texts), key=lambda ending: ending.first)
    if not found:
        return lines, byline
    if signed and not byline:
        place, rest, byline = _find_byline(lines, texts, found)
        if byline:
            lines, texts = _without_byline(lines, texts, place, rest)
    return _marked(lines, texts, found), byline


def _marked(lines: _Lines, texts: list[str], found: list[_Ending]) -> _Lines:
    out: list[SourceLine] = []
    after = 0
    for ending in found:
        number = lines[ending.first].number
        out += [*lines[after : ending.first], SourceLine(number, "")]
        for place in range(ending.first, ending.last + 1):
            out += (SourceLine(lines[place].number, ending.mark + text) for text in _words(ending.mark, texts[place]))
        after = ending.last + 1
        out.append(SourceLine(lines[ending.last].number, ""))
    return (*out, *lines[after:])


def _words(mark: str, text: str) -> tuple[str, ...]:
    """The words of a line: none of a blank one, two of an office and a date in one line."""
    if mark == SIGN_OFF and not is_date(text) and (both := split_office_and_date(text)):
        return both
    return (text,) if text else ()


# ── the author


_NO_BYLINE = (0, "", "")


def _take_opening(lines: _Lines) -> tuple[str, _Lines]:
    """The author whom the first lines of a text name, if these are paragraphs of their own; the lines without them."""
    byline, taken = "", set[int]()
    for place, line in enumerate(lines):
        if not line.text.strip(INDENT):
            continue
        named = "" if line.verbatim else opening_byline(line.text)
        if not named:
            break
        byline = join_bylines(byline, named)
        taken.add(place)
    if not taken or not _begins_paragraph(lines, max(taken) + 1):
        return "", lines
    return byline, tuple(SourceLine(line.number, "") if n in taken else line for n, line in enumerate(lines))


def _begins_paragraph(lines: _Lines, place: int) -> bool:
    """Whether what is at this place is no part of the paragraph above it."""
    text = lines[place].text if place < len(lines) else ""
    return not text.strip(INDENT) or text[0] in INDENT or is_apart(text)


def _without_byline(lines: _Lines, texts: list[str], place: int, rest: str) -> tuple[_Lines, list[str]]:
    line = SourceLine(lines[place].number, rest)
    return (*lines[:place], line, *lines[place + 1 :]), [*texts[:place], rest.strip(INDENT), *texts[place + 1 :]]


def _find_byline(lines: _Lines, texts: list[str], found: list[_Ending]) -> tuple[int, str, str]:
    """Place of the author's line, the line without the author, and the author; empty when there is none."""
    inside = {place for ending in found for place in range(ending.first, ending.last + 1)}
    for place in range(len(lines) - 1, -1, -1):
        if not texts[place] or place in inside or DEFINITION.match(lines[place].text):
            continue
        if lines[place].verbatim:
            break
        rest, byline = split_byline(lines[place].text)
        if byline:
            return place, rest, byline
        if not found or place < found[0].first or not (_REMARK.match(texts[place]) or _RULE.match(texts[place])):
            break
    return _NO_BYLINE


# ── the blocks


def _endings(lines: _Lines, texts: list[str]) -> Iterator[_Ending]:
    tail = _tail(lines, texts)
    record = _record(texts, tail) if tail else None
    if record:
        tail = [place for place in tail if place < record.first]
    found = [record, _sign_off(lines, texts, tail)]
    begins = {text[:1] for text in texts}
    if "附" in begins:
        found += _attachments(lines, texts)
    if not _DATE_BEGINS.isdisjoint(begins) and any(map(_may_be_date, texts)):
        found += _sign_offs_inside(lines, texts)
    taken: set[int] = set()
    for ending in filter(None, found):
        places = range(ending.first, ending.last + 1)
        if taken.isdisjoint(places):
            taken.update(places)
            yield ending


def _may_be_date(text: str) -> bool:
    return text[:1] in _DATE_BEGINS and len(text) <= _MAX_SIGNED and text[-1] not in _ENDS


def _tail(lines: _Lines, texts: list[str]) -> list[int]:
    """Places of the last lines that are text, in order; none when the very last is clearly a sentence."""
    found: list[int] = []
    for place in range(len(lines) - 1, -1, -1):
        if lines[place].verbatim or len(found) == _MAX_TAIL:
            break
        if not texts[place] or DEFINITION.match(lines[place].text):
            continue
        if not found and texts[place][-1] in _SENTENCE_ENDS and texts[place][0] not in _RECORD_BEGINS:
            break
        found.append(place)
    return found[::-1]


def _record(texts: list[str], tail: list[int]) -> _Ending | None:
    """The version record, with lines like 编辑：… that follow; one sure line of it or two likely ones make it one."""
    first, last, sure, likely = -1, -1, 0, 0
    for place in reversed(tail):
        text, below = texts[place], texts[first] if first >= 0 else ""
        if is_record(text) or (is_date(below.removesuffix("印发")) and is_office_line(text)):
            first, last = place, max(last, place)
            sure += is_sure_record(text)
            likely += 1
        elif is_label(text) or (_RULE.match(text) and likely):
            last = max(last, place)
        elif last >= 0 or not _REMARK.match(text):
            break
    return _Ending(FILING, first, last) if first >= 0 and (sure or likely > 1) else None


def _sign_off(lines: _Lines, texts: list[str], tail: list[int]) -> _Ending | None:
    """The sign-off at the end; only remarks in brackets may follow it."""
    while tail and (_RULE.match(texts[tail[-1]]) or _is_remark(lines[tail[-1]], texts[tail[-1]])):
        tail = tail[:-1]
    if not tail:
        return None
    last = tail[-1]
    if not is_date(texts[last]):
        pushed = _is_pushed(lines[last]) and is_office_line(texts[last])
        both = len(texts[last]) <= 2 * _MAX_SIGNED and split_office_and_date(texts[last]) is not None
        alone = pushed or (both and len(tail) > 1 and _follows_an_end(lines, texts, last))
        return _Ending(SIGN_OFF, last, last) if alone else None
    first = last
    for place in tail[-2 : -2 - _MAX_OFFICES : -1]:
        if not _signs(lines, texts, place):
            break
        first = place
    if first == last:
        return _Ending(SIGN_OFF, last, last) if _is_pushed(lines[last]) else None
    begins = tail[0] == first or not _follows_an_end(lines, texts, first)
    return None if begins and not _is_pushed(lines[first]) else _Ending(SIGN_OFF, first, last)


def _is_remark(line: SourceLine, text: str) -> bool:
    """Whether a line is a remark in brackets, not an office in brackets that is pushed right."""
    return _REMARK.match(text) is not None and not _is_pushed(line)


def _signs(lines: _Lines, texts: list[str], place: int) -> bool:
    """Whether the line above a date says who signs: an office, a name, or anything short that is pushed right."""
    text = texts[place]
    if is_office_line(text) or ("：" not in text and ":" not in text and is_byline(text)):
        return True
    listed = text[0] == "附" or text[0].isdigit()
    return _is_pushed(lines[place]) and len(text) <= _MAX_SIGNED and not listed and not ends_sentence(text)


def _follows_an_end(lines: _Lines, texts: list[str], place: int) -> bool:
    """Whether what is above the line is finished."""
    above = texts[place - 1] if place else ""
    return len(above) < _SHORT or lines[place - 1].verbatim or ends_sentence(above) or is_apart(above)


def _is_pushed(line: SourceLine) -> bool:
    text = line.text
    indent = text[: len(text) - len(text.lstrip(INDENT))]
    return not line.verbatim and len(indent) + indent.count("　") + 3 * indent.count("\t") >= _PUSHED


def _sign_offs_inside(lines: _Lines, texts: list[str]) -> Iterator[_Ending]:
    """Sign-offs anywhere: who signs and a date, both pushed to the right or before an attachment 附件."""
    for place in range(1, len(lines)):
        text = texts[place]
        pushed = len(text) + 2 < len(lines[place].text) and _is_pushed(lines[place])
        if not (pushed or text[-1:] == "日") or not is_date(text):
            continue
        if not pushed and not _is_before_attachment(texts, place):
            continue
        first = place
        while first and place - first < _MAX_OFFICES and texts[first - 1] and _signs(lines, texts, first - 1):
            if pushed and not _is_pushed(lines[first - 1]):
                break
            first -= 1
        if first < place:
            yield _Ending(SIGN_OFF, first, place)


def _is_before_attachment(texts: list[str], place: int) -> bool:
    below = next(filter(None, texts[place + 1 : place + 4]), "")
    return below.lstrip("#* ").startswith(("附件", "附表", "附："))


def _attachments(lines: _Lines, texts: list[str]) -> Iterator[_Ending]:
    """``附件：1.…`` and the lines ``2.…``, ``3.…`` below it; a lone one is a paragraph."""
    for place, text in enumerate(texts):
        if text[:1] == "附" and not lines[place].verbatim and _FIRST_ATTACHMENT.match(text):
            last, number = place, 1
            for below in range(place + 1, len(lines)):
                found = _ATTACHMENT.match(texts[below])
                if found and int(found["number"]) == number + 1 and not lines[below].verbatim:
                    last, number = below, number + 1
                elif texts[below]:
                    break
            if last > place:
                yield _Ending(ATTACHMENTS, place, last)
