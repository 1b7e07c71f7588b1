"""What the author of an issue can fix: each problem has a code, a location, a message and a remedy.

`CODES` is the whole list; docs/problems.md describes each line of it, and a test compares the two.
The messages are English and marked for translation with `N_`; the command line translates them into the reader's
language (see i18n.py). First letter: F file and front matter, M markup and structure, L links and pictures,
A the archive as a whole; the codes themselves are in read_codes.py, archive_codes.py and, for the rules of the
check, in codes.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bulletin.core.archive_codes import ARCHIVE_CODES
from bulletin.core.codes import CHECK_CODES
from bulletin.core.codes import N_ as N_
from bulletin.core.codes import Code as Code
from bulletin.core.codes import Severity as Severity
from bulletin.core.errors import TRANSLATED_VALUES
from bulletin.core.errors import sentence as sentence
from bulletin.core.mail_codes import MAIL_CODES
from bulletin.core.model import Value
from bulletin.core.print_codes import PRINT_CODES
from bulletin.core.read_codes import READ_CODES

SEVERITIES: dict[Severity, str] = {"error": N_("error"), "warning": N_("warning"), "notice": N_("notice")}
"""Most severe first, with the word for each."""


class Problem(Value, frozen=True):
    """Something wrong in the content, with its location."""

    code: str
    path: str
    """From the project's root, always with `/`."""
    line: int
    """First line is 1; 0 means the file as a whole."""
    values: tuple[tuple[str, str], ...] = ()
    """The values of the `{names}` in the message."""
    guess: str = ""
    """What the author may have meant."""
    column: int = 0
    """First character of the words concerned, counted from 1; 0 when it is not known."""
    length: int = 0
    """Number of characters concerned."""
    mark: str = ""
    """Keyed hash of a number of a person (check/passed.py), so that it can be passed; empty where nothing was yet."""

    @property
    def severity(self) -> Severity:
        return CODES[self.code].severity


def problem(code: str, path: str, line: int = 0, guess: str = "", **values: object) -> Problem:
    """Make a `Problem`; an unknown code is a bug and raises `KeyError` at once."""
    CODES[code].message.format_map(values)
    return Problem(code, path, line, tuple((k, str(v)) for k, v in values.items()), guess)


def sort_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sorted by file, line, column and code, and deduplicated."""
    return tuple(sorted(set(problems), key=lambda p: (p.path, p.line, p.column, p.code, p.values)))


def describe(found: Problem, translate: Callable[[str], str]) -> str:
    """The problem's message, with a guess where there is one: ``link "x" leads nowhere. Did you mean "y"?``"""
    values = {k: translate(v) if k in TRANSLATED_VALUES else v for k, v in found.values}
    text = translate(CODES[found.code].message).format_map(values)
    parts = [translate(values[k]).format_map(values) for k in _PARTS_OF_FILES if values.get(k)]
    if parts:
        text = translate(_WITH_PARTS).format(text=text, parts=" · ".join(parts))
    if found.guess:
        return translate(_WITH_GUESS).format(text=text, guess=found.guess)
    return text


def remedy(found: Problem, translate: Callable[[str], str]) -> str:
    """How to fix the problem."""
    return translate(CODES[found.code].remedy).format_map(dict(found.values))


_PARTS_OF_FILES = ("where", "part")
"""Values that say where in an attached file something is: phrases with a {place}."""
_WITH_PARTS = N_("{text} ({parts})")
_WITH_GUESS = N_("{text} Did you mean “{guess}”?")

CODES: dict[str, Code] = READ_CODES | ARCHIVE_CODES | PRINT_CODES | MAIL_CODES | CHECK_CODES
"""All codes."""
