"""Comments that silence a rule at one place, with a reason that `--ignored` lists.

``<!-- bulletin: ignore D101 because the notice is quoted as it was printed -->`` on the line before; in the front
matter ``# bulletin: ignore …``. An error of the P rules is silenced only with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from bulletin.check.findings import NEVER_PASSED, Pragma, Silenced
from bulletin.check.passed import NOTHING_PASSED, PASSED_FILE, PassedBook, PassedValue
from bulletin.core.problems import CODES, N_, Problem, problem

if TYPE_CHECKING:
    from bulletin.check.manuscript import Manuscript

_PRAGMA_COMMENT = re.compile(
    r"^[ \t]*(?:<!--|#)[ \t]*bulletin:[ \t]*(?:ignore|忽略)[ \t]+(?P<codes>[A-Za-z]\d{3}(?:[ ,，、]+[A-Za-z]\d{3})*)"
    r"(?:[ \t]*(?:because|因为|原因[:：]?)[ \t]*(?P<reason>[^\n]*?))?[ \t]*(?:-->)?[ \t]*$",
    re.MULTILINE,
)


def pragmas(text: Manuscript) -> Iterator[Pragma]:
    """The comments of a file."""
    if "bulletin:" not in text.text:
        return
    holds = _next_lines(text.text.split("\n"))
    for found in _PRAGMA_COMMENT.finditer(text.text):
        line = text.place(found.start())[0]
        codes = tuple(code.upper() for code in re.findall(r"[A-Za-z]\d{3}", found["codes"]))
        yield Pragma(text.path, line, holds[line], codes, (found["reason"] or "").strip())


def _next_lines(lines: list[str]) -> list[int]:
    """For each line, counted from 1, the next that says something."""
    following = [len(lines) + 1] * (len(lines) + 1)
    for number in range(len(lines) - 1, 0, -1):
        below = lines[number]
        skipped = not below.strip() or _PRAGMA_COMMENT.match(below)
        following[number] = following[number + 1] if skipped else number + 1
    return following


def silence(
    problems: Iterable[Problem],
    comments: Iterable[Pragma],
    not_run: frozenset[str] = frozenset(),
    passed: PassedBook = NOTHING_PASSED,
) -> tuple[tuple[Problem, ...], tuple[Silenced, ...]]:
    """Part what is reported from what is silenced; a comment that silences nothing is a problem itself.

    ``not_run`` names codes that nobody looked for this time; ``passed`` is what passed.yml silences.
    """
    by_value = {(each.code, each.file, each.value): each for each in passed.entries}
    places: dict[tuple[str, int], list[Pragma]] = {}
    for one in comments:
        places.setdefault((one.path, one.holds), []).append(one)
    kept: list[Problem] = []
    silenced: list[Silenced] = []
    for found in problems:
        pragma = next((p for p in places.get((found.path, found.line), ()) if _silences(p, found)), None)
        if pragma:
            silenced.append(Silenced(found, pragma))
        elif entry := by_value.get((found.code, found.path, found.mark)):
            silenced.append(Silenced(found, _as_pragma(entry)))
        else:
            kept.append(found)
    used = {(each.pragma, each.problem.code) for each in silenced}
    for one in (pragma for those in places.values() for pragma in those):
        useless = [code for code in one.codes if (one, code) not in used and code not in not_run]
        kept += [_useless(one, code, kept) for code in useless]
    return tuple(kept), tuple(silenced)


def _as_pragma(entry: PassedValue) -> Pragma:
    return Pragma(PASSED_FILE, entry.line, entry.line, (entry.code,), entry.because)


def _silences(pragma: Pragma, found: Problem) -> bool:
    if found.code not in pragma.codes or found.code in NEVER_PASSED:
        return False
    return bool(pragma.reason) or not _needs_reason(found.code)


def _needs_reason(code: str) -> bool:
    """Whether a person may be harmed."""
    return code.startswith("P") and CODES[code].severity == "error"


def _useless(pragma: Pragma, code: str, found: list[Problem]) -> Problem:
    if code not in CODES:
        reason = N_("there is no such code")
    elif code in NEVER_PASSED:
        reason = N_("this cannot be passed")
    elif _needs_reason(code) and any(p.code == code and (p.path, p.line) == (pragma.path, pragma.holds) for p in found):
        reason = N_("an error of the P rules needs a reason after “because”")
    else:
        reason = N_("the next line has no problem of that code")
    return problem("I101", pragma.path, pragma.line, reason=reason)
