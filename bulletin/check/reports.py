"""What the check found, problem by problem: text, JSON, workflow commands; all at once: `sarif`, `report_view`.

No number of a person leaves in any of them (masking.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from bulletin.check.lines import quoted
from bulletin.check.masking import masked_line, masked_problem
from bulletin.core.i18n import Translate
from bulletin.core.problems import N_, SEVERITIES, Problem, describe, remedy

_SourceLines = Callable[[str], list[str]]
"""The lines of a file by its path; none for one that cannot be read (read/source_lines.py)."""
_Style = Callable[[str, str], str]
"""A text in a colour: ``error``, ``warning``, ``notice``, ``path`` or ``mark``."""


def uncoloured(text: str, _: str) -> str:
    """Without colours."""
    return text


def place(found: Problem) -> str:
    """``file:line:column``, as far as it is known."""
    numbers = [str(n) for n in (found.line, found.column if found.line else 0) if n]
    return ":".join((found.path, *numbers))


def text(found: Problem, translate: Translate, lines: _SourceLines, style: _Style = uncoloured) -> str:
    """Where, what and which rule; the line with a mark under the words; how to fix it."""
    found = masked_problem(found)
    severity = style(translate(SEVERITIES[found.severity]), found.severity)
    said = f"{style(place(found), 'path')}: {severity}: {describe(found, translate)} [{found.code}]"
    quote = ""
    if found.column and 0 < found.line <= len(lines(found.path)):
        line, mark = quoted(masked_line(lines(found.path)[found.line - 1]), found.column, found.length)
        quote = f"\n    {line}\n    {style(mark, 'mark')}"
    return f"{said}{quote}\n    {remedy(found, translate)}"


_MAX_OF_A_KIND = 3
_ONCE_A_FILE = frozenset(("L106",))
"""Kinds that are one fault of a whole text: it was copied from another website with all its pictures there."""


def report_texts(
    problems: Iterable[Problem], translate: Translate, lines: _SourceLines, style: _Style = uncoloured
) -> Iterator[str]:
    """All problems for people. Of the warnings and notices of one kind in one file three at most, then how many more
    there are; the other forms hold all, and every error is said.
    """
    problems = tuple(problems)
    counts = Counter((found.path, found.code) for found in problems)
    said: Counter[tuple[str, str]] = Counter()
    for found in problems:
        key = (found.path, found.code)
        said[key] += 1
        most = counts[key] if found.severity == "error" else 1 if found.code in _ONCE_A_FILE else _MAX_OF_A_KIND
        if said[key] <= most:
            yield text(found, translate, lines, style)
        if said[key] == most < counts[key]:
            more = translate(N_("and {count} more of this kind in this file"))
            yield f"{style(found.path, 'path')}: {more.format(count=counts[key] - most)} [{found.code}]"


def github(found: Problem, translate: Translate) -> str:
    """A workflow command, which the code host shows beside the line."""

    def safe(words: str) -> str:
        return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    found = masked_problem(found)
    where = f"file={safe(found.path).replace(':', '%3A').replace(',', '%2C')}"
    where += f",line={found.line}" if found.line else ""
    if found.line and found.column:
        where += f",col={found.column},endColumn={found.column + found.length}"
    return f"::{found.severity} {where},title={found.code}::{safe(describe(found, translate))}"


def as_json(found: Problem, translate: Translate) -> dict[str, object]:
    """One problem for programs; column and length are 0 where they are not known."""
    found = masked_problem(found)
    return {
        "code": found.code,
        "severity": found.severity,
        "file": found.path,
        "line": found.line,
        "column": found.column,
        "length": found.length,
        "message": describe(found, translate),
        "remedy": remedy(found, translate),
    }
