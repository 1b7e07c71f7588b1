"""Text → outline: title, sections, articles, each with its lines; before any Markdown is parsed.

Parting the text first means that an unclosed tag or fence in one article cannot swallow the next, and that
every line keeps its number. All ways in which staff mark sections and articles are read
(docs/source-format.md): `##`/`###`, `#`/`##`, `【站务新闻】` and `●标题` alone on a line.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterator
from itertools import count
from typing import Literal

from bulletin.core.look_alikes import fold_name
from bulletin.core.model import Value
from bulletin.core.problems import Problem, problem
from bulletin.read.bullets import dot_items
from bulletin.read.hashes import is_hash_text
from bulletin.read.lines import INDENT, Part, SourceLine

_OPENERS = ("#", "【", "●")
_MAY_OPEN = frozenset((*_OPENERS, *INDENT))
"""How a line begins that may open something: asked of every line, and nearly always in vain."""
_FENCE = re.compile(r"^(?P<fence>`{3,}|~{3,})(?!.*`)")
_ATX = re.compile(r"^(?P<marks>#{1,6})(?P<title>(?:[^#].*)?)$")
_ATTRIBUTES = re.compile(r"\s*\{:?\s*(?P<inside>[^{}]*)\}\s*$")
_EMPHASIS = re.compile(r"\*\*|__|`")
_BRACKETED = re.compile(r"^【\s*(?P<title>[^【】]{1,40}?)\s*】$")
_DOTTED = re.compile(r"^●\s*(?P<title>\S.{0,60}?)$")
_UNDERLINE = re.compile(r"={3,}|-{3,}")
_RULED = re.compile(r"^(?:={3,}|-{3,})\s*$", re.MULTILINE)
_VERBATIM = ("```", "~~~", "<!--")
"""Without one of these a body has neither code blocks nor comments."""
_SENTENCE_END = ("。", "；", ";", "，", ",", "：", ":")


class Heading(Value, frozen=True):
    """A line that opens something."""

    kind: Literal["#", "【", "●"]
    level: int
    """Number of `#`; 0 for the other kinds."""
    title: str
    id: str
    """From ``{#id}``, or empty."""
    line: int
    typed: str = ""
    """The title as it was typed, where `fold_name` changed it."""


class Outline(Value, frozen=True):
    """A text taken apart."""

    title: str
    parts: tuple[Part, ...]
    """In order; the first is the lead."""


def outline(body: str, first_line: int, path: str, known: Collection[str]) -> tuple[Outline, tuple[Problem, ...]]:
    """Part a body into title, sections and articles; ``known`` are the titles of the station's sections."""
    lines, faults = read_lines(body, first_line, path)
    problems = list(faults)
    if ("---" in body or "===" in body) and _RULED.search(body):
        lines = tuple(_join_setext(lines))
    items = dot_items(lines) if "●" in body else ()
    headings = {
        n: found
        for n, line in enumerate(lines)
        if line.text[:1] in _MAY_OPEN and n not in items and (found := heading(line))
    }
    title, levels = _levels(lines, headings.values(), known)
    parts: list[Part] = []
    role, at = "lead", Heading("#", 0, "", "", first_line)
    run: list[SourceLine] = []
    after = 0
    for place, found in headings.items():
        opens = levels.get((found.kind, found.level))
        if found.title and not opens:
            continue  # a heading of the text's own
        run += lines[after:place]
        after = place + 1
        if opens != "title" and not found.title:
            problems.append(problem("M304", path, found.line))
        elif opens and opens != "title":
            parts.append(_part(role, at, run))
            role, at, run = opens, found, []
    parts.append(_part(role, at, [*run, *lines[after:]]))
    return Outline(title, _deepen(tuple(parts), levels)), tuple(problems)


def _part(role: str, at: Heading, run: list[SourceLine]) -> Part:
    return Part(role, at.title, at.id, at.line, tuple(run), at.typed)  # type: ignore[arg-type]


def read_lines(body: str, first_line: int, path: str) -> tuple[tuple[SourceLine, ...], tuple[Problem, ...]]:
    """The numbered lines of a body, with those marked in which no structure is looked for."""
    lines = tuple(map(SourceLine, count(first_line), body.split("\n")))
    verbatim = any(mark[0] in body and mark in body for mark in _VERBATIM)  # a single character is found in no time
    return _mark_verbatim(lines, path) if verbatim else (lines, ())


# ── what no structure is looked for in


def _mark_verbatim(lines: tuple[SourceLine, ...], path: str) -> tuple[tuple[SourceLine, ...], tuple[Problem, ...]]:
    """Mark code blocks and comments; one that never ends is reported and read as text, so nothing is lost."""
    marked: list[SourceLine] = []
    problems: list[Problem] = []
    ends = _Ends(lines)
    until = -1
    for index, line in enumerate(lines):
        if index <= until:
            marked.append(SourceLine(line.number, line.text, True))
            continue
        opening = _opening(line.text)
        end = ends.find(opening, index) if opening else None
        if opening and end is None:
            problems.append(_unclosed(opening, line, path))
            marked.append(SourceLine(line.number, line.text.replace("<!--", "&lt;!--")))
        else:
            until = end if end is not None else -1
            marked.append(SourceLine(line.number, line.text, end is not None))
    return tuple(marked), tuple(problems)


def _opening(text: str) -> str:
    """The fence that a line opens, ``<!--`` for a comment that goes on, or nothing."""
    if found := _FENCE.match(text):
        return found["fence"]
    start = text.rfind("<!--")
    return "<!--" if start >= 0 and "-->" not in text[start:] and "`" not in text[:start] else ""


def _unclosed(opening: str, line: SourceLine, path: str) -> Problem:
    if opening == "<!--":
        return problem("M202", path, line.number)
    return problem("M201", path, line.number, fence=opening)


class _Ends:
    """Where fences and comments end; built once, so that a file full of openings costs one pass each."""

    def __init__(self, lines: tuple[SourceLine, ...]) -> None:
        self._places: dict[str, deque[int]] = {}
        for index, line in enumerate(lines):
            closing = line.text.rstrip(" ")
            if closing and closing[0] in "`~" and closing.strip(closing[0]) == "":
                self._places.setdefault(closing, deque()).append(index)
            if "-->" in line.text:
                self._places.setdefault("<!--", deque()).append(index)

    def find(self, opening: str, index: int) -> int | None:
        places = self._places.get(opening, deque())
        while places and places[0] <= index:
            places.popleft()
        return places[0] if places else None


# ── headings


def heading(line: SourceLine) -> Heading | None:
    """What a line opens, if anything."""
    text = line.text.strip(INDENT)
    if line.verbatim or not text.startswith(_OPENERS):
        return None
    if (found := _ATX.match(text)) and not is_hash_text(text):
        return _heading("#", len(found["marks"]), *_title(found["title"]), line.number)
    if found := _BRACKETED.match(text):
        return _heading("【", 0, found["title"], "", line.number)
    if (found := _DOTTED.match(text)) and not text.endswith(_SENTENCE_END):
        return _heading("●", 0, *_title(found["title"]), line.number)
    return None


def _heading(kind: Literal["#", "【", "●"], level: int, typed: str, id_: str, line: int) -> Heading:
    title = fold_name(typed)
    return Heading(kind, level, title, id_, line, typed if typed != title else "")


def _title(text: str) -> tuple[str, str]:
    """Title without closing `#` and emphasis, and its explicit id."""
    id_ = ""
    if "{" in text and (found := _ATTRIBUTES.search(text)):
        id_ = next((w[1:] for w in found["inside"].split() if w.startswith("#")), "")
        text = text[: found.start()]
    return _EMPHASIS.sub("", text.strip(INDENT).rstrip("#").strip(INDENT)), id_


def _join_setext(lines: tuple[SourceLine, ...]) -> Iterator[SourceLine]:
    """A short line after a blank one, underlined with `===` or `---`, is a heading too."""
    skip = False
    for index, line in enumerate(lines):
        if skip:
            skip = False
            yield SourceLine(line.number, "")
            continue
        below = lines[index + 1].text.rstrip() if index + 1 < len(lines) else ""
        above = lines[index - 1].text.strip(INDENT) if index else ""
        if _underlined(line, above, below):
            skip = True
            yield SourceLine(line.number, ("# " if below[0] == "=" else "## ") + line.text.strip(INDENT))
        elif _UNDERLINE.fullmatch(below) and heading(line):
            skip = True  # a rule that only sets the heading off
            yield line
        else:
            yield line
            if _UNDERLINE.fullmatch(below) and line.text.strip(INDENT) and not line.verbatim:
                yield SourceLine(line.number, "")  # a rule below a sentence, not a heading


def _underlined(line: SourceLine, above: str, below: str) -> bool:
    text = line.text.strip(INDENT)
    return bool(
        _UNDERLINE.fullmatch(below)
        and text
        and not above
        and not line.verbatim
        and len(text) <= 60
        and not text.endswith(_SENTENCE_END)
        and "|" not in text
        and text[0] not in "#【●-*+>:"
    )


# ── what the headings mean


_Levels = dict[tuple[str, int], Literal["title", "section", "article"]]


def _levels(
    lines: tuple[SourceLine, ...], headings: Collection[Heading], known: Collection[str]
) -> tuple[str, _Levels]:
    """Which headings are the title, sections and articles in this text."""
    levels: _Levels = {("【", 0): "section", ("●", 0): "article"}
    marks = [h for h in headings if h.kind == "#"]
    tops = [h for h in marks if h.level == 1]
    title = ""
    if len(tops) == 1 and tops[0].title not in known and _leads(lines, tops[0]):
        title = tops[0].title
        levels["#", 1] = "title"
        marks.remove(tops[0])
    if any(h.kind == "【" for h in headings) and not any(h.title in known for h in marks):
        top = min((h.level for h in marks), default=3)
        return title, levels | {("#", top): "article"}
    if tops and not title:
        return "", levels | {("#", 1): "section", ("#", 2): "article"}
    return title, levels | {("#", 2): "section", ("#", 3): "article"}


def _leads(lines: tuple[SourceLine, ...], top: Heading) -> bool:
    return not any(line.text.strip(INDENT) for line in lines if line.number < top.line)


def _deepen(parts: tuple[Part, ...], levels: _Levels) -> tuple[Part, ...]:
    """Headings inside an article begin at level 4, below issue (1), section (2) and article (3)."""
    article = max((level for (kind, level), role in levels.items() if kind == "#" and role == "article"), default=3)
    shift = 3 - article
    if shift <= 0:
        return parts
    return tuple(Part(p.role, p.title, p.id, p.line, shift_headings(p.lines, shift), p.typed) for p in parts)


def shift_headings(lines: tuple[SourceLine, ...], shift: int) -> tuple[SourceLine, ...]:
    """Move all `#` headings down by ``shift`` levels, to 6 at most."""
    return tuple(
        SourceLine(line.number, "#" * min(6, found.level + shift) + line.text.strip(INDENT).lstrip("#"))
        if (found := heading(line)) and found.kind == "#"
        else line
        for line in lines
    )
