"""D – damage: what texts suffer in old systems, in Word and on the way (docs/norms.md 4).

The shapes are those of a real page of an old system; tests/check/test_seed.py holds the rules to what a careful
reader finds in it, no more and no less. What can be mended without judgement is mended by mend.py, which asks the
functions here for the places.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from msgspec.structs import replace

from bulletin.check.manuscript import BLANK, INVISIBLE, Manuscript, Passage
from bulletin.check.office import Office
from bulletin.core.model import Value
from bulletin.core.problems import Problem

HAN = "一-龥〇"
INDENT = " \t\xa0　"


# ── dates and times

DATE_LIKE = re.compile(r"[\d年月日号/\-]{3,}")
"""Where dates may be: the rules look only there, since most of a text has no digits."""
RUN_TOGETHER = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:年(?P<month_day>\d{3,4})日|(?P<all>\d{2,4})日)"
    r"|(?<![\d年月第共计约])(?P<alone>\d{4})日(?![一-龥]?[元个])"
)
MONTH_DAY = re.compile(r"(?<!\d)(?:(?P<year>\d{4})年)?(?P<month>\d{1,3})月(?:(?P<day>\d{1,3})[日号])?(?!\d)")
DASHED = re.compile(
    r"(?<![\d.\-/])(?P<year>(?:19|20)\d\d)(?P<sign>[-/])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})(?![\d.\-/])"
)
LONG_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{3}年")


def impossible_dates(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """``2014年1116日``, ``2014121日``, ``11月31日``, ``2014-13-02``, ``20144年``."""
    prose = text.prose
    for like in DATE_LIKE.finditer(prose):
        for found in RUN_TOGETHER.finditer(prose, *like.span()):
            readings = possible_days(int(found["year"] or 0), found["month_day"] or found["all"] or found["alone"])
            if readings or not found["alone"]:
                yield text.found("D101", *found.span(), guess="” / “".join(readings), words=found.group())
        for pattern in (MONTH_DAY, DASHED):
            for found in pattern.finditer(prose, *like.span()):
                year, month, day = (int(found[name] or 0) for name in ("year", "month", "day"))
                if not is_day(year or 2000, month, day if found["day"] else 1):
                    yield text.found("D101", *found.span(), words=found.group())
        for found in LONG_YEAR.finditer(prose, *like.span()):
            yield text.found("D101", *found.span(), words=found.group())


def possible_days(year: int, digits: str) -> tuple[str, ...]:
    """What digits run together may mean: 121 → 1月21日, 12月1日; a month or a day is not written 01 there."""
    before = f"{year}年" if year else ""
    return tuple(
        f"{before}{int(digits[:cut])}月{int(digits[cut:])}日"
        for cut in (1, 2)
        if digits[cut:] and digits[cut] != "0" and is_day(year or 2000, int(digits[:cut]), int(digits[cut:]))
    )


def is_day(year: int, month: int, day: int) -> bool:
    """Whether the calendar has it."""
    return 1 <= month <= 12 and 1 <= day <= monthrange(max(year, 1), month)[1]


CLOCK_RUN = re.compile(r"[0-2]\d[0-5]\d(?=左右|许[，,]|时许|分[，,])")
CLOCK = re.compile(r"\d{1,2}(?:[时点](?P<minute>\d{1,2})分(?!之)|[:：](?P<minute2>\d{2})(?![\d:：]))")
BEFORE_RUN = "，,。；、日晚晨午天夜上早里\n"
BEFORE_CLOCK = "日午晚晨间早夜上"


def impossible_times(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """``1830左右``, ``25时10分``, ``下午3:75``; ``约1830左右`` counts people, and ``3:95`` is a ratio."""
    prose = text.prose
    for found in CLOCK_RUN.finditer(prose):
        before, words = prose[max(0, found.start() - 1) : found.start()], found.group()
        if int(words[:2]) <= 24 and (not before or before in BEFORE_RUN):
            yield text.found("D102", *found.span(), guess=f"{words[:2]}:{words[2:]}", words=words)
    for found in CLOCK.finditer(prose):
        before = prose[max(0, found.start() - 1) : found.start()]
        hour, minute = int(re.split(r"[时点:：]", found.group())[0]), int(found["minute"] or found["minute2"])
        says_time = found["minute"] is not None and not before.isdigit()
        if (says_time or (before and before in BEFORE_CLOCK)) and (hour > 24 or minute > 59 or (hour == 24 and minute)):
            yield text.found("D102", *found.span(), words=found.group())


FULL_DATE = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)年(?P<month>\d{1,2})月(?P<day>\d{1,2})日(?P<after>[^\n。]{0,12})"
)
OLD_ON_PURPOSE = re.compile(r"公布|颁布|施行|印发|通过|发布|出生|成立|生效|修订|生，|生于|实施|制定|建站|起，?")
LED = re.compile(r"[（(《〔]|生于|出生|成立|至$|自|截至|到$")
AFTER = 12
FAR = 400
"""Days; an issue tells of its own year and of the one before."""


def far_dates(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """A slip in the year shows by its distance; laws, births and foundings are old on purpose."""
    if text.date is None:
        return
    own = text.date.date()
    for like in DATE_LIKE.finditer(text.prose):
        found = FULL_DATE.search(text.prose, like.start(), like.end() + AFTER)
        if found and _days_from(own, found) > FAR and not _is_old_on_purpose(text.prose, found):
            end = found.start("after")
            yield text.found("D103", found.start(), end, words=text.prose[found.start() : end], date=own.isoformat())


def _days_from(own: date, found: re.Match[str]) -> int:
    """Days between; 0 for a date that is none, which D101 reports."""
    year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
    return abs((date(year, month, day) - own).days) if is_day(year, month, day) else 0


def _is_old_on_purpose(prose: str, found: re.Match[str]) -> bool:
    before = prose[max(0, found.start() - 6) : found.start()]
    return bool(OLD_ON_PURPOSE.search(found["after"]) or LED.search(before))


# ── brackets and quotation marks

PAIRS = {
    "(": ")",
    "（": ")",
    "【": "】",
    "〔": "〕",
    "《": "》",
    "〈": "〉",
    "「": "」",
    "『": "』",
    "“": "”",
    "‘": "’",
}
CLOSERS = {"）": ")", ")": ")"} | {close: close for close in "】〕》〉」』”’"}
SIGNS = re.compile("[" + "".join(map(re.escape, [*PAIRS, *CLOSERS])) + "]")
PARAGRAPH = re.compile(r"[^\n]+(?:\n(?![#>*+\-|]|[ \t\xa0　]*\n|[ \t\xa0　]+[^ ]|●|【)[^\n]+)*")
NUMBERED = re.compile(r"(?:^|[\s，。；、：:;,\x00])(?:\d{1,2}|[A-Za-z一二三四五六七八九十])$")


def brackets(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """Signs without their other half, and crossed ones; half- and full-width are equal here (docs/norms.md 5).

    A speech of several paragraphs opens each with “ and closes only the last (GB/T 15834-2011, 4.8.3).
    """
    for passage in text.passages:
        if SIGNS.search(text.prose, passage.start, passage.end):
            yield from _brackets_in(text, passage)


def _brackets_in(text: Manuscript, passage: Passage) -> Iterator[Problem]:
    blocks = list(PARAGRAPH.finditer(text.prose, passage.start, passage.end))
    for index, block in enumerate(blocks):
        after = blocks[index + 1].group().lstrip(INDENT) if index + 1 < len(blocks) else ""
        for at in unmatched(block.group()):
            sign = block.group()[at]
            if sign == "“" and after.startswith("“") and not block.group()[:at].strip(INDENT):
                continue
            start = block.start() + at
            yield text.found("D104", start, start + 1, words=sign, context=_around(block.group(), at))


def unmatched(block: str) -> list[int]:
    """Offsets of the signs that have no other half; of two that cross, the inner one."""
    waiting: list[tuple[str, int]] = []
    wrong: list[int] = []
    for found in SIGNS.finditer(block):
        sign, at = found.group(), found.start()
        if sign in PAIRS:
            waiting.append((PAIRS[sign], at))
        elif any(CLOSERS[sign] == close for close, _ in waiting):
            while waiting[-1][0] != CLOSERS[sign]:
                wrong.append(waiting.pop()[1])
            waiting.pop()
        elif not _is_no_bracket(block, sign, at):
            wrong.append(at)
    return sorted([*wrong, *(at for _, at in waiting)])


def _is_no_bracket(block: str, sign: str, at: int) -> bool:
    """``1）`` before a point, and the apostrophe of English."""
    if sign == "’":
        return bool(re.search(r"[A-Za-z]$", block[:at]))
    return sign in ")）" and bool(NUMBERED.search(block[max(0, at - 3) : at] if at > 3 else block[:at]))


def _around(block: str, at: int) -> str:
    return block[max(0, at - 8) : at + 12].replace("\n", " ").replace(BLANK, "").strip()


# ── punctuation

HALF = re.compile(
    rf"(?<=[{HAN}”’》）】〕])"
    rf"(?:(?:[,;?]|!{{1,3}})(?=[{HAN}“‘《（【〔「\d]|[ ]*$|\x00)|:(?=[{HAN}“‘《（【〔「]|[ ]*$))",
    re.MULTILINE,
)
HALF_BRACKETS = re.compile(rf"\((?=[^()\n]*[{HAN}])[^()\n]*\)")
FULL = {",": "，", ";": "；", "?": "？", "!": "！", ":": "：", "(": "（", ")": "）"}


def half_width(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """Half-width signs among Han (GB/T 15834-2011, 5): once a passage, since who mends one mends all."""
    for passage in text.passages:
        spots = half_width_spots(text.prose, passage.start, passage.end)
        if spots:
            at = spots[0]
            yield text.found("D105", at, at + 1, words=text.prose[at], count=len(spots))


def half_width_spots(prose: str, start: int, end: int) -> list[int]:
    """Offsets of the signs that should be full-width."""
    spots = [spot for found in HALF.finditer(prose, start, end) for spot in range(*found.span())]
    for found in HALF_BRACKETS.finditer(prose, start, end):
        if _among_han(prose, found.start()):
            spots += [found.start(), found.end() - 1]
    return sorted(spots)


def _among_han(prose: str, start: int) -> bool:
    """Not an author's name at the end, nor a number at the beginning of a line."""
    before = prose[prose.rfind("\n", 0, start) + 1 : start].strip(INDENT)
    return bool(re.search(rf"[{HAN}”》]$", before))


REPEATED = re.compile(
    r"([，。、；：！？（《【〔“）》】〕”])"
    r"(?:(?<=[，。、；：])(?:[ ]?[，。、；：])+|(?<=[！？])\1{3,}|(?<=[（《【〔“）》】〕”])\1+)"
)


def repeated(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """Signs that stand twice; an ellipsis is ……, not 。。。."""
    for found in REPEATED.finditer(text.prose):
        guess = "……" if set(found.group()) == {"。"} and len(found.group()) > 2 else found.group()[-1]
        yield text.found("D106", *found.span(), guess=guess, words=found.group())


# ── numbered points

CHINESE = "一二三四五六七八九十"
POINT = re.compile(
    rf"^[{INDENT}]*(?:(?P<first>[{CHINESE}]{{1,3}})(?P<sign1>[、.．，,])|[（(](?P<second>[{CHINESE}]{{1,3}})(?P<sign2>[）)])"
    rf"|(?P<third>\d{{1,2}})(?P<sign3>[.、．])(?!\d))(?P<title>[^\n]*)",
    re.MULTILINE,
)
HEADING = re.compile(r"^(?P<marks>#{1,6})[^#\n]|^[ \t\xa0　]*(?:●|【[^【】\n]{1,40}】[ \t\xa0　]*$)", re.MULTILINE)
ENUMERATION = re.compile(rf"^[{CHINESE}]{{1,2}}(?:、|等|类|级|期|年级|线|季度)")
LEVELS = ("first", "second", "third")
SHORT = 30
"""Signs; a longer point is a sentence of its own and needs nothing under it."""


class Point(Value, frozen=True):
    """A numbered line, with what stands around it in its series."""

    level: int
    """1 for 一、, 2 for （一）, 3 for 1."""
    number: int
    sign: str
    sign_at: int
    start: int
    end: int
    title: str
    told: bool = False
    """Paragraphs follow it."""
    filled: bool = False
    """Anything does; points below it, too."""

    def ends(self, level: int) -> bool:
        """Whether a run of that level is over with this point."""
        return level > self.level or (level == self.level and self.number == 1)


def _point(found: re.Match[str]) -> Point | None:
    """A numbered line as a point; None for one that only looks like it."""
    name = next(n for n in LEVELS if found[n])
    level = LEVELS.index(name) + 1
    number = int(found[name]) if level == 3 else chinese_number(found[name])
    title = found["title"].strip(INDENT)
    if not number or ENUMERATION.match(title):
        return None
    sign = f"sign{level}"
    return Point(level, number, found[sign], found.start(sign), found.start(name), found.end(), title)


def chinese_number(signs: str) -> int:
    """一 → 1, 十二 → 12, 二十三 → 23; 0 for what is no number below a hundred."""
    tens, ten, ones = signs.partition("十")
    if ten:
        return (CHINESE.index(tens) + 1 if tens else 1) * 10 + (CHINESE.index(ones) + 1 if ones else 0)
    return CHINESE.index(signs) + 1 if len(signs) == 1 else 0


def series(text: Manuscript, passage: Passage) -> Iterator[list[Point]]:
    """The runs of points of one level in a passage; a heading or a point above ends those below."""
    prose, runs, told = text.prose, dict[int, list[Point]](), passage.start
    for mark in _marks(prose, passage):
        _tell(runs, prose[told : mark.start()])
        if mark.re is HEADING:
            told = _line_end(prose, mark.start(), passage.end)
            yield from _ended(runs, list(runs))
            continue
        told, point = mark.end(), _point(mark)
        if point:
            yield from _ended(runs, [level for level in runs if point.ends(level)])
            _fill(runs, point.level)
            runs.setdefault(point.level, []).append(point)
    _tell(runs, prose[told : passage.end])
    yield from runs.values()


def _marks(prose: str, passage: Passage) -> list[re.Match[str]]:
    """Numbered lines and headings, as they follow each other."""
    found = [found for mark in (POINT, HEADING) for found in mark.finditer(prose, passage.start, passage.end)]
    return sorted(found, key=lambda mark: mark.start())


def _line_end(prose: str, start: int, end: int) -> int:
    found = prose.find("\n", start)
    return end if found < 0 else found


def _ended(runs: dict[int, list[Point]], levels: list[int]) -> Iterator[list[Point]]:
    """Take out the runs of these levels, the upper ones first."""
    return (runs.pop(level) for level in sorted(levels))


def _tell(runs: dict[int, list[Point]], between: str) -> None:
    """Each run's last point is followed by this text."""
    if between.strip(INDENT + "\n"):
        for run in runs.values():
            run[-1] = replace(run[-1], told=True, filled=True)


def _fill(runs: dict[int, list[Point]], below: int) -> None:
    """Each run's last point has one of a level below it."""
    for level, run in runs.items():
        if level < below:
            run[-1] = replace(run[-1], filled=True)


def points(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """``三.`` after ``一、二、``; a number left out or used twice; a point of a list of texts without its text."""
    for passage in text.passages:
        for run in series(text, passage):
            yield from _signs(text, run)
            yield from _jumps(text, run)
            yield from _unfilled(text, run)


def _signs(text: Manuscript, run: list[Point]) -> Iterator[Problem]:
    for point in odd_points(run):
        words = text.prose[point.start : point.sign_at + 1]
        yield text.found("D107", point.start, point.sign_at + 1, words[:-1] + run[0].sign, words=words)


def odd_points(run: list[Point]) -> Iterator[Point]:
    """Points whose sign is not that of the first; of those in brackets none, since both widths are in use."""
    return (point for point in run[1:] if point.level != 2 and point.sign != run[0].sign)


def _jumps(text: Manuscript, run: list[Point]) -> Iterator[Problem]:
    for before, point in pairwise(run):
        if point.number != before.number + 1:
            first = text.prose[before.start : before.sign_at]
            words = text.prose[point.start : point.sign_at]
            yield text.found("D108", point.start, point.sign_at, words=words, before=first)


def _unfilled(text: Manuscript, run: list[Point]) -> Iterator[Problem]:
    if any(point.told for point in run[:-1]):
        for point in run:
            if not point.filled and 0 < len(point.title) <= SHORT:
                words = text.prose[point.start : point.end].replace(BLANK, "").strip(INDENT)
                yield text.found("D109", point.start, point.end, words=words)


ATX = re.compile(r"^(?P<marks>#{1,6})[ \t]*(?P<title>[^#\n][^\n]*)$", re.MULTILINE)


def empty_headings(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """A heading inside a text that is followed by one of its own level, a higher one, or nothing."""
    for passage in text.passages:
        found = list(ATX.finditer(text.prose, passage.start, passage.end))
        for index, one in enumerate(found):
            after = found[index + 1] if index + 1 < len(found) else None
            between = text.text[one.end() : after.start() if after else passage.end]
            if not between.strip(INDENT + "\n") and not (after and len(after["marks"]) > len(one["marks"])):
                title = one["title"].replace(BLANK, "").strip(INDENT)
                yield text.found("D109", *one.span(), words=title)


# ── characters

LOST = re.compile(rf"\ufffd+|(?:锟斤拷)+|烫{{3,}}|屯{{3,}}|(?<=[{HAN}])\?{{2,}}(?=[{HAN}])")
WRONG_LATIN = re.compile(r"(?:[ÃÂâäåæçèéêëìíîïð][\xa1-\xbf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œžŸ]{1,2}){2,}")
MISREAD = "".join(bytes((lead, trail)).decode("gbk") for lead in range(0xE4, 0xEA) for trail in range(0x80, 0xA1))
"""What the first two bytes of a Han character in UTF-8 are in GBK: all rare, none in GB 2312."""
WRONG_GBK = re.compile(rf"[{MISREAD}]")
FOREIGN = re.compile(r"[^\x00-\x7f]+")
SUSPECT = re.compile(rf"[\ufffd锟烫屯?ÃÂâäåæçèéêëìíîïð{MISREAD}\ue000-\uf8ff\U000f0000-\U0010fffd]")
"""What all of these begin with: one look at a text that has none."""
PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]+")


def lost_characters(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """Replacement characters, and what UTF-8 and GBK make of each other."""
    if not SUSPECT.search(text.text):
        return
    for found in LOST.finditer(text.text):
        yield text.found("D110", *found.span(), words=found.group()[:12])
    for found in WRONG_LATIN.finditer(text.text):
        yield text.found("D111", *found.span(), words=found.group()[:12])
    for found in FOREIGN.finditer(text.text) if WRONG_GBK.search(text.text) else ():
        if WRONG_GBK.search(found.group()) and was_utf8(found.group()):
            yield text.found("D111", *found.span(), words=found.group()[:12])
    for found in PRIVATE.finditer(text.text):
        yield text.found("D112", *found.span(), character=f"U+{ord(found.group()[0]):04X}")


def was_utf8(words: str) -> bool:
    """Whether words are UTF-8 once more when their bytes in GBK are read again; the last character may be cut."""
    data = words.encode("gb18030", "replace")
    for cut in (0, 1, 2):
        try:
            return len(data[: len(data) - cut].decode("utf-8")) > 1
        except UnicodeDecodeError:
            continue
    return False


def invisible(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """No-break and zero-width spaces, soft hyphens, signs of direction: once a passage."""
    if not INVISIBLE.search(text.text):
        return
    for passage in text.passages:
        spots = [found.start() for found in INVISIBLE.finditer(text.prose, passage.start, passage.end)]
        if spots:
            name = f"U+{ord(text.prose[spots[0]]):04X}"
            yield text.found("D113", spots[0], spots[0] + 1, character=name, count=len(spots))


MISSING = re.compile(
    rf"《[ ]*》|“[ ]*”|【[ ]*】|（[ ]*）|(?<=[{HAN}])\([ ]*\)"
    r"|(?<=[于从自至，。])[ ]*年[ ]*月[ ]*日|共(?:人次|余人|万元)(?=[，。、])"
    rf"|第[ ]+[期届次条号](?=[{HAN}，。])|(?<=[{HAN}])(?:19|20)\d\d年月(?:\d{{1,2}})?日"
)


YEAR = 4
"""Digits that may stand before what is missing, or signs after it."""
GAP = re.compile(r"[《“【（(年共第][ ]*[》”】）)月人余万期届次条号]")


def missing_words(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """Empty brackets, 于年月日, 共人次: a number or a name got lost."""
    for gap in GAP.finditer(text.prose):
        found = MISSING.search(text.prose, max(0, gap.start() - YEAR), gap.end() + YEAR)
        if found:
            yield text.found("D114", *found.span(), words=found.group())
