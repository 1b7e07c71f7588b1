"""What the headings of a text mean: which is the title, which are sections, articles, or headings of the text.

Sections that the station knows are sections at any level. Of the others, the level decides: `##` is a section and
`###` an article, or `#` and `##` where a text begins so. A numbered point (`一、…`, `（一）…`, `第一章 …`) is a heading
of the text, with the exceptions that published addresses ask for (docs/source-format.md lists them).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import Literal, NamedTuple

from bulletin.read.lines import INDENT, Heading, SourceLine

_Role = Literal["title", "section", "article", "text"]

_NUMERAL = "[〇零一二三四五六七八九十百]{1,4}"
_ORDINAL = rf"第(?:{_NUMERAL}|[0-9０-９]{{1,3}})"
_POINT = re.compile(rf"{_NUMERAL}[、.．]|[(（]{_NUMERAL}[)）]|{_ORDINAL}(?:[章编]|部分|[节条](?![一-龥]))")
"""How a numbered point begins (GB/T 9704-2012, 7.3.3) or a chapter of rules; `第三条战线` is neither."""
_NUMBERED = re.compile(rf"(?:{_POINT.pattern}|[0-9０-９]{{1,2}}[、.．])[{INDENT}]*")
_COUNT = "[0-9〇零一二三四五六七八九十百]{1,4}"
_ISSUE_NUMBER = re.compile(
    rf"第{_COUNT}[期号](?![一-龥])|总第?{_COUNT}期|[〔\[(][0-9]{{4}}年?[〕\])]第?{_COUNT}[期号]|(?<![0-9])(?:19|20)[0-9]{{5}}(?![0-9])"
)
_ATTACHED = re.compile(r"附[件录表图注]?[0-9一二三四五六七八九十]{0,2}(?:[:：\s].*)?")
_COMMENT = re.compile(r"<!--.*-->")


def known_section(title: str, known: Collection[str]) -> str:
    """The section of the station that a title means, `一、站务新闻` too; empty for another."""
    if title in known:
        return title
    found = _NUMBERED.match(title)
    rest = title[found.end() :] if found else ""
    return rest if rest in known else ""


def _is_point(heading: Heading) -> bool:
    return heading.kind == "#" and bool(_POINT.match(heading.title))


def _has_number(heading: Heading) -> bool:
    compact = re.sub(r"\s+", "", unicodedata.normalize("NFKC", heading.title))
    return bool(_ISSUE_NUMBER.search(compact))


def assign_roles(
    lines: tuple[SourceLine, ...], headings: Mapping[int, Heading], known: Collection[str]
) -> tuple[dict[int, _Role], int]:
    """The role of each heading with words, by its index in ``lines``, and the level of `#` that articles have."""
    named = {place: found for place, found in headings.items() if found.title}
    if any(found.kind == "【" for found in named.values()):
        inside = _instances(lines, named, known)
        named = {place: found for place, found in named.items() if place not in inside}
    text = _Text(lines, named, {place for place, found in named.items() if known_section(found.title, known)})
    title = _find_title(text)
    levels = _find_levels(text, title)
    roles = _Roles(text, levels, title)
    return {place: roles.take(place, found) for place, found in named.items()}, levels.article


_INSTANCE = re.compile(
    r"(?:事例|案例|个案|实例|例|故事|镜头|片段|场景|做法|经验|问题)(?:之)?[一二三四五六七八九十\d]{1,3}$|(?:其|之)[一二三四五六七八九十]$"
)


def _instances(lines: tuple[SourceLine, ...], named: Mapping[int, Heading], known: Collection[str]) -> set[int]:
    """Places of ``【事例一】`` right below a title of which it is the first instance, and of those that follow it."""
    found: set[int] = set()
    plain = _Text(lines, dict(named), set())
    for before, place in pairwise(named):
        if named[place].kind == "【" and _INSTANCE.search(named[place].title):
            is_first = named[before].kind != "【" and plain.is_empty(before + 1, place)
            if before in found or (is_first and not known_section(named[before].title, known)):
                found.add(place)
    return found


class _Text(NamedTuple):
    """A text's headings, by their indexes in its lines."""

    lines: tuple[SourceLine, ...]
    headings: dict[int, Heading]
    known: set[int]
    """Places of the sections that the station knows."""

    def is_empty(self, first: int, last: int) -> bool:
        """Whether lines hold nothing but blanks and comments."""
        return not any(
            line.text.strip(INDENT) and not line.verbatim and not _COMMENT.fullmatch(line.text.strip(INDENT))
            for line in self.lines[first:last]
        )

    def is_point(self, place: int) -> bool:
        return place not in self.known and _is_point(self.headings[place])


# ── the title


def _find_title(text: _Text) -> int | None:
    """The place of the issue's title: the first heading, a `#` above what is deeper or known, or with a number."""
    places = list(text.headings)
    first = places[0] if places else None
    if first is None or text.headings[first].level != 1 or first in text.known or text.is_point(first):
        return None
    later = places[1:]
    others = [place for place in later if text.headings[place].level == 1 and not text.is_point(place)]
    if _has_number(text.headings[first]) and not any(_has_number(text.headings[place]) for place in others):
        return first
    if others:
        return first if _is_above(text, first, later, others) else None
    below = any(text.headings[place].level or text.headings[place].kind == "【" for place in later)
    return first if below or text.is_empty(0, first) else None


def _is_above(text: _Text, first: int, later: list[int], others: list[int]) -> bool:
    """Whether the first of several `#` is the title of the others."""
    following = text.headings[later[0]]
    if later[0] in text.known or following.kind == "【":
        return True
    if any(text.headings[place].level > 1 and place in text.known for place in later):
        return True
    if later[0] == others[0] and text.is_empty(first + 1, later[0]):
        return any(place in text.known for place in others)
    return following.level > 1 and all(_ATTACHED.fullmatch(text.headings[place].title) for place in others)


# ── the levels


class _Levels(NamedTuple):
    """Numbers of `#`; 0 for sections where only `【…】` is one."""

    section: int
    article: int


def _find_levels(text: _Text, title: int | None) -> _Levels:
    """What most texts do is the last line; the others follow what a text does with its first headings."""
    marks = {place: found for place, found in text.headings.items() if found.kind == "#" and place != title}
    known = [marks[place].level for place in marks if place in text.known]
    plain = [found for place, found in marks.items() if not text.is_point(place)] or list(marks.values())
    tops = [found for found in plain if found.level == 1]
    if any(found.kind == "【" for found in text.headings.values()) and not known:
        late = len(tops) == 1 and plain[0].level > 1
        article = min((found.level for found in marks.values() if not late or found.level > 1), default=3)
        return _Levels(article - 1, article)
    if plain and _is_known(text, plain[0]):
        section = Counter([plain[0].level, *known]).most_common(1)[0][0]
    elif not tops or _are_late(plain, tops, known):
        section = 2
    else:
        section = 1
    return _Levels(section, section + 1)


def _is_known(text: _Text, first: Heading) -> bool:
    return any(text.headings[place] is first for place in text.known)


def _are_late(plain: list[Heading], tops: list[Heading], known: list[int]) -> bool:
    """Whether `#` stands beside the `##` before it, like `# 附件` at the end, and does not turn the text around."""
    if plain[0].level == 1:
        return False
    before = {found.level for found in plain[: plain.index(tops[0])]}
    return len(tops) == 1 or 2 in known or before >= {2, 3}


# ── one heading after the other


class _Roles:
    """Gives each heading its role; knows what is open."""

    def __init__(self, text: _Text, levels: _Levels, title: int | None) -> None:
        self._text = text
        self._levels = levels
        self._title = title
        self._article_level = levels.article
        """The level of articles in the section that is open."""
        self._open: _Role = "title"
        self._has_articles = False
        """Whether the section that is open has an article that is no point."""
        self._in_point = False
        self._points_are_articles = not _is_notice(text, title)
        self._numbered_sections = _are_sections(text, levels, title)

    def take(self, place: int, found: Heading) -> _Role:
        """The role of the next heading."""
        role = self._role(place, found)
        if role == "section":
            self._article_level = max(self._levels.article, found.level + 1)
            self._has_articles, self._in_point = False, False
            self._points_are_articles = True
        elif role == "article":
            self._has_articles = self._has_articles or not self._text.is_point(place)
            self._in_point = False
        elif role == "text" and self._text.is_point(place) and found.level <= self._levels.section:
            self._in_point = True
        self._open = self._open if role == "text" else role
        return role

    def _role(self, place: int, found: Heading) -> _Role:
        if place == self._title:
            return "title"
        if found.kind == "●":
            return "article"
        if found.kind == "【" or place in self._text.known:
            return "section"
        point = self._text.is_point(place)
        if found.level <= self._levels.section:
            return "section" if not point or self._numbered_sections else "text"
        if not self._levels.article <= found.level <= self._article_level:
            return "text"
        if self._in_point and (point or self._open == "title"):
            return "text"
        if point and (self._has_articles or not self._points_are_articles):
            return "text"
        return "article"


def _are_sections(text: _Text, levels: _Levels, title: int | None) -> bool:
    """Whether an issue numbers its sections: a known one has a number too, or most have articles with titles.

    Below a title that names no issue, all must have: it is more likely the title of a notice.
    """
    heads = {p: found for p, found in text.headings.items() if 0 < found.level <= levels.section and p != title}
    if not heads or not _is_point(next(iter(heads.values()))):
        return False
    if any(place in text.known and _is_point(found) for place, found in heads.items()):
        return True
    with_articles, points = 0, 0
    inside = False
    for place, found in text.headings.items():
        if place in heads:
            inside = text.is_point(place)
            points += inside
        elif inside and (found.kind == "●" or (found.level == levels.article and not text.is_point(place))):
            with_articles += 1
            inside = False
    return (with_articles == points if _is_notice(text, title) else with_articles * 2 >= points) and points > 0


def _is_notice(text: _Text, title: int | None) -> bool:
    """Whether the title is that of one text, like 关于放假的通知, rather than of an issue."""
    return title is not None and not _has_number(text.headings[title])
