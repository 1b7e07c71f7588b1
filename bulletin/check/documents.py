"""P101 to P108 in attached files, and P115 to P119: what such a file tells beside its text.

A file that is offered for download goes out as it is, with its properties, its comments and all that is hidden in it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from bulletin.check.office import Office
from bulletin.check.personal_numbers import mask_number, personal_data_in
from bulletin.core.i18n import N_, Translate
from bulletin.core.model import Value
from bulletin.core.problems import Problem, problem
from bulletin.read.documents.facts import TRACE_NAMES, DocumentFacts, DocumentPart, Role, Trace, TraceKind, is_person

_CODES: Mapping[TraceKind, str] = {
    **dict.fromkeys(("author", "last author", "manager", "path", "people", "custom properties"), "P115"),
    **dict.fromkeys(("comments", "insertions", "deletions", "format changes", "revisions"), "P116"),
    **dict.fromkeys(("hidden text", "hidden sheets", "hidden rows", "hidden columns", "hidden slides"), "P117"),
    **dict.fromkeys(("hidden shapes", "hidden layers", "speaker notes", "cached data"), "P117"),
    **dict.fromkeys(("cropped pictures", "location"), "P117"),
    **dict.fromkeys(("embedded files", "macros", "scripts", "external links"), "P118"),
}
"""What is reported of each kind; an office's own name (``company``) is public."""
_PEOPLE: frozenset[TraceKind] = frozenset(("author", "last author", "manager", "people"))
_MAX_PROBLEMS_PER_CODE = 200
_CHUNK = 200_000
"""Characters that are searched at once."""
_PROVEN = frozenset(("P101", "P103"))
"""All that counts in bytes that are no text."""


class _DocumentNumber(Value, frozen=True):
    """A number of a person in an attached file."""

    code: str
    part: DocumentPart
    value: str
    """As it is written; never for a report."""
    words: str
    """Enough of it to find it."""


def document_problems(path: str, facts: DocumentFacts, office: Office) -> Iterator[Problem]:
    """All that is wrong with an attached file; ``path`` is the file's, and its places are in the messages."""
    for found in document_numbers(facts, office):
        plain = problem(found.code, path, words=found.words)
        values = plain.values + _place(facts.kind, found.part)
        yield msgspec.structs.replace(plain, values=values, mark=office.mark(found.value))
    for trace in facts.traces:
        yield from _trace_problems(path, trace, office)
    if facts.problem:
        yield problem("P119", path, reason=facts.problem)


def document_numbers(facts: DocumentFacts, office: Office) -> Iterator[_DocumentNumber]:
    """Numbers of persons in all of its texts, hidden ones too; of each code `_MAX_PROBLEMS_PER_CODE` at most."""
    counts: Counter[str] = Counter()
    for part in facts.parts:
        text = re.sub(r"[\t\n]", "\n\n", part.text) if facts.kind == "sheet" else part.text  # cells are never joined
        for found in _numbers_in(text, part, office):
            counts[found.code] += 1
            if counts[found.code] <= _MAX_PROBLEMS_PER_CODE:
                yield found


def _numbers_in(whole: str, part: DocumentPart, office: Office) -> Iterator[_DocumentNumber]:
    for text in _chunks(whole):
        for code, start, end in personal_data_in(text, office):
            if code in _PROVEN if part.role == "raw" else not _is_row(text, start, end):
                yield _DocumentNumber(code, part, text[start:end], mask_number(text[start:end]))


_PARTED = re.compile(r"\d[\s,，;；]+\d")
_FIGURES_ONLY = re.compile(r"[\d\s.,:/%Xx\-]*")
_GAP = " \t\n,，;；.:/-"
_USUAL_GROUPS = re.compile(
    r"1\d\d[ -]\d{4}[ -]\d{4}|\d{6}[ -]\d{8}[ -]?\d{3}[\dXx]|\d{4}(?:[ -]\d{4}){3}(?:[ -]\d{1,3})?|0\d{2,3}[ -]\d{7,8}"
)
"""How people write a mobile, an identity, a card's and a telephone number in groups."""
_MAX_LINE = 400


def _is_row(text: str, start: int, end: int) -> bool:
    """Whether what looks like one number is several of a row or a column: with gaps in it, and figures beside it or
    alone. Of 100,000 cells with figures and dates a hundred in a row have the check digit of an identity number.
    """
    if not _PARTED.search(text, start, end):
        return False
    before = text[max(text.rfind("\n", 0, start) + 1, start - _MAX_LINE) : start]
    line_end = text.find("\n", end)
    after = text[end : min(line_end if line_end >= 0 else len(text), end + _MAX_LINE)]
    if before.rstrip(_GAP)[-1:].isdigit() or after.lstrip(_GAP)[:1].isdigit():
        return True
    alone = _FIGURES_ONLY.fullmatch(before + text[start:end] + after)
    return bool(alone) and not _USUAL_GROUPS.fullmatch(text[start:end])


def _chunks(text: str) -> Iterator[str]:
    """The text in pieces that end with a line, where there are lines."""
    at = 0
    while at < len(text):
        end = at + _CHUNK
        if end < len(text):
            line = text.rfind("\n", at, end)
            end = line + 1 if line > at else end
        yield text[at:end]
        at = end


# ── where

_PLACES: Mapping[str, str] = {
    "sheet": N_("sheet “{place}”"),
    "slides": N_("slide {place}"),
    "pdf": N_("page {place}"),
    "ofd": N_("page {place}"),
}
_ROLES: Mapping[Role, str] = {
    "header": N_("header"),
    "footer": N_("footer"),
    "box": N_("text box"),
    "note": N_("footnote"),
    "comment": N_("comment"),
    "deleted": N_("deleted text"),
    "hidden": N_("hidden text"),
    "speaker": N_("notes for the speaker"),
    "cached": N_("copies of data from elsewhere"),
    "embedded": N_("embedded file “{place}”"),
    "property": N_("properties"),
    "attribute": N_("addresses, names and descriptions"),
}


def _place(kind: str, part: DocumentPart) -> tuple[tuple[str, str], ...]:
    """Values by which `describe` says where in a file something is."""
    values = {"part": _ROLES.get(part.role, ""), "place": _without_numbers(part.place)}
    if part.role not in ("embedded", "cached"):
        values["where"] = _PLACES.get(kind, "")
    return tuple(values.items()) if part.place else (("part", values["part"]),)


# ── traces


def _trace_problems(path: str, trace: Trace, office: Office) -> Iterator[Problem]:
    code = _CODES.get(trace.kind)
    words = trace.words
    if trace.kind in _PEOPLE:
        words = tuple(word for word in words if is_person(word) and word not in office.facts.staff)
        if not words:
            return
    if code:
        yield problem(code, path, what=TRACE_NAMES[trace.kind], words=_listed(trace.count, words))


def trace_words(trace: Trace, translate: Translate) -> str:
    """What a trace is, in the reader's language: ``comments (2: 甲)``."""
    return f"{translate(TRACE_NAMES[trace.kind])} ({_listed(trace.count, trace.words)})"


def _listed(count: int, words: Iterable[str]) -> str:
    """``3: 甲、乙``, or the number alone."""
    named = "、".join(map(_without_numbers, words))
    return f"{count}: {named}" if named else str(count)


def _without_numbers(words: str) -> str:
    """A name in which long numbers are masked: reports are printed and kept."""
    return re.sub(r"\d{7,}[Xx]?", lambda found: found.group()[:4] + "*" * (len(found.group()) - 4), words)
