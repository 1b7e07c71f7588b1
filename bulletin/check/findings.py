"""What the rules find, as values."""

from __future__ import annotations

from typing import Literal

import msgspec

from bulletin.core.model import Value
from bulletin.core.problems import Problem


class Pragma(Value, frozen=True):
    """A comment that silences a rule at one place."""

    path: str
    line: int
    holds: int
    """The line it speaks of: the next that is not empty."""
    codes: tuple[str, ...]
    reason: str


class Silenced(Value, frozen=True):
    """A problem that is not reported, and why."""

    problem: Problem
    pragma: Pragma


class Mention(Value, frozen=True):
    """A place in a text that names a picture or an address."""

    target: str
    path: str
    line: int
    column: int


class SourceFindings(Value, frozen=True):
    """What the rules find in one source, and what the checks of pictures, links and reviews need of it."""

    problems: tuple[Problem, ...] = ()
    pragmas: tuple[Pragma, ...] = ()
    pictures: tuple[Mention, ...] = ()
    links: tuple[Mention, ...] = ()
    """Addresses on other websites."""
    until: tuple[tuple[str, int, str], ...] = ()
    """Path, line and last day of search notices."""
    digest: str = ""
    """Hash of the texts; a review of form 1 holds for it (reviews.py)."""
    words: str = ""
    """Hash of every public word; a review of form 2 holds for it."""


decode_findings = msgspec.msgpack.Decoder(SourceFindings).decode


class Findings(Value, frozen=True):
    """What the whole check found."""

    problems: tuple[Problem, ...]
    silenced: tuple[Silenced, ...]
    issues: int
    fresh_until: str = ""
    """ISO time at which a scheduled issue comes due; empty when none waits."""


# ── the gate (gate.py)

_SECRECY = "A209"
NEVER_PASSED = frozenset((_SECRECY, "I102"))
"""What nobody can pass: a mark of secrecy, and what cannot be checked and may hold anything."""
GATE_CODES = frozenset(("P101", "P102", "P103", "P105", "P107", "P113")) | NEVER_PASSED
"""What keeps a text back: besides those a number that its form or its check digit proves, and a search notice without
an end. Names, addresses, plates, landlines and mail addresses are guesses, and keep nothing back."""


class Verdict(Value, frozen=True):
    """What the gate says of a source."""

    open: tuple[Problem, ...]
    """Findings that nobody has passed."""
    passed: tuple[Silenced, ...]
    """Findings that somebody has passed, with the reason."""
    missing: tuple[str, ...] = ()
    """Reviews that are asked for and not there, in their order."""

    def __add__(self, other: Verdict) -> Verdict:
        """Of a text and the files that it offers."""
        return Verdict(self.open + other.open, self.passed + other.passed, self.missing + other.missing)

    @property
    def keeps_back(self) -> bool:
        return bool(self.open or self.missing)

    @property
    def is_secret(self) -> bool:
        return any(found.code == _SECRECY for found in self.open)

    @property
    def is_internal(self) -> bool:
        """Whether its only marks of secrecy are those of papers for the office's own use: 内部资料, 内部刊物."""
        marks = [dict(found.values).get("words", "") for found in self.open if found.code == _SECRECY]
        return bool(marks) and all("内部" in words for words in marks)


Fate = Literal["absent", "kept", "public", "secret"]
"""What the public sees of a text that is kept back: nothing; its earlier version; an earlier version that has an open
finding itself; nothing any more, because it bears a mark of secrecy."""


class Held(Value, frozen=True):
    """A text that is kept back, for the report."""

    path: str
    """Of its main file."""
    name: str
    """An issue's id or a page's, as the commands take it."""
    fate: Fate
    verdict: Verdict
