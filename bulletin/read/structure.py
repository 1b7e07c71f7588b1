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

from msgspec.structs import replace

from bulletin.core.model import Value
from bulletin.core.problems import Problem, problem
from bulletin.read.bullets import dot_items
from bulletin.read.definitions import inline_references
from bulletin.read.dialect.attributes import ATTRIBUTES
from bulletin.read.hashes import is_hash_text
from bulletin.read.lines import INDENT, Heading, Part, SourceLine
from bulletin.read.roles import assign_roles
from bulletin.read.titles import heading_line, make_heading

_OPENERS = ("#", "【", "●")
_MAY_OPEN = frozenset((*_OPENERS, *INDENT))
"""How a line begins that may open something: asked of every line, and nearly always in vain."""
_FENCE = re.compile(r"^(?P<fence>`{3,}|~{3,})(?!.*`)")
_ATX = re.compile(r"^(?P<marks>#{1,6})(?P<title>(?:[^#].*)?)$")
_ATTRIBUTES = re.compile(rf"{ATTRIBUTES}\s*$")
_BRACKETED = re.compile(r"^【\s*(?P<title>[^【】]{1,40}?)\s*】$")
_DOTTED = re.compile(r"^●\s*(?P<title>\S.*)$")
_UNDERLINE = re.compile(r"={3,}|-{3,}")
_RULED = re.compile(r"^(?:={3,}|-{3,})\s*$", re.MULTILINE)
_VERBATIM = ("```", "~~~", "<!--")
"""Without one of these a body has neither code blocks nor comments."""
_SENTENCE_END = ("。", "；", ";", "，", ",", "：", ":")


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
    roles, article_level = assign_roles(lines, headings, known)
    title = next((headings[place] for place, role in roles.items() if role == "title"), None)
    parts: list[Part] = []
    role, at = "lead", Heading("#", 0, "", "", first_line, markdown=title.markdown if title else "")
    run: list[SourceLine] = []
    after = 0
    for place, found in headings.items():
        opens = roles.get(place, "text")
        if found.title and opens == "text":
            continue  # a heading of the text's own
        run += lines[after:place]
        after = place + 1
        if not found.title:
            run += _without_words(found)
            problems.append(problem("M304", path, found.line))
        elif opens != "title":
            parts.append(_part(role, at, run, title))
            role, at, run = opens, found, []
    parts.append(_part(role, at, [*run, *lines[after:]], title))
    made = tuple(_deepen(part, 3 - article_level) for part in parts)
    return Outline(title.title if title else "", made), tuple(problems)


def _part(role: str, at: Heading, run: list[SourceLine], title: Heading | None) -> Part:
    line = heading_line(title if role == "lead" and title else at)
    return Part(role, at.title, at.id, at.line, tuple(run), at.typed, line)  # type: ignore[arg-type]


def _without_words(found: Heading) -> tuple[SourceLine, ...]:
    """What a heading holds beside words, a picture without description or a note: it stays where it is."""
    if not found.markdown:
        return ()
    blank = SourceLine(found.line, "")
    return (blank, SourceLine(found.line, found.markdown), blank)


def read_lines(body: str, first_line: int, path: str) -> tuple[tuple[SourceLine, ...], tuple[Problem, ...]]:
    """The numbered lines of a body, with those marked in which no structure is looked for."""
    lines = tuple(map(SourceLine, count(first_line), body.split("\n")))
    verbatim = any(mark[0] in body and mark in body for mark in _VERBATIM)  # a single character is found in no time
    lines, problems = _mark_verbatim(lines, path) if verbatim else (lines, ())
    return inline_references(lines) if "][" in body and "]:" in body else lines, problems


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
        return make_heading("#", len(found["marks"]), *_raw_title(found["title"]), line.number)
    if found := _BRACKETED.match(text):
        return make_heading("【", 0, found["title"], "", line.number)
    if (found := _DOTTED.match(text)) and not text.endswith(_SENTENCE_END):
        made = make_heading("●", 0, *_raw_title(found["title"]), line.number)
        return made if len(made.title if made.markdown else found["title"]) <= _MAX_DOTTED else None
    return None


_MAX_DOTTED = 61
"""Characters of a title behind `●`; what is longer is a sentence."""


def _raw_title(text: str) -> tuple[str, str]:
    """Title without closing `#`, and its explicit id."""
    id_ = ""
    if "{" in text and (found := _ATTRIBUTES.search(text)):
        id_ = next((w[1:] for w in found.group().strip("{:} \t").split() if w.startswith("#")), "")
        text = text[: found.start()]
    return text.strip(INDENT).rstrip("#").strip(INDENT), id_


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
        and not text.startswith("<!--")
    )


# ── levels of the text's own headings


def _deepen(part: Part, shift: int) -> Part:
    """Headings inside an article begin at level 4, below issue (1), section (2) and article (3); in a lead at 2."""
    lines = shift_headings(part.lines, shift) if shift else part.lines
    own = [found.level for line in lines if line.text[:1] in _MAY_OPEN and (found := heading(line)) and found.level]
    lines = shift_headings(lines, max(0, (2 if part.role == "lead" else 4) - min(own))) if own else lines
    return part if lines is part.lines else replace(part, lines=lines)


def shift_headings(lines: tuple[SourceLine, ...], shift: int) -> tuple[SourceLine, ...]:
    """Move all `#` headings down by ``shift`` levels, to 6 at most; up where it is less than 0."""
    if not shift:
        return lines
    return tuple(
        SourceLine(line.number, "#" * max(1, min(6, found.level + shift)) + line.text.strip(INDENT).lstrip("#"))
        if (found := heading(line)) and found.kind == "#"
        else line
        for line in lines
    )
