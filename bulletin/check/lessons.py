"""What `bulletin check --explain CODE` teaches, and what docs/problems.md shows: where a rule comes from, a bad and a
good example. The lessons are in lessons.txt; tests/check/test_lessons.py runs every one of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import resources

from bulletin.core.errors import UsageError
from bulletin.core.model import Value
from bulletin.core.problems import CODES, N_, SEVERITIES

_LESSON_HEAD = re.compile(r"^== (?P<code>[A-Z]\d{3})\n", re.MULTILINE)
_PART_HEAD = re.compile(r"^(?P<name>source|bad|good):[ ]?(?P<rest>[^\n]*)\n", re.MULTILINE)


class _Lesson(Value, frozen=True):
    """One code's."""

    source: str
    """A law, a norm's number, an RFC, or a reason; the same in every language."""
    bad: tuple[str, ...]
    good: tuple[str, ...]
    """Innocent look-alikes among them."""


def lessons() -> dict[str, _Lesson]:
    """All of them, in the order of the file."""
    text = resources.files("bulletin.check").joinpath("lessons.txt").read_text(encoding="utf-8")
    _, *pieces = _LESSON_HEAD.split(text)
    return {code: _lesson(body) for code, body in zip(pieces[::2], pieces[1::2], strict=True)}


def _lesson(body: str) -> _Lesson:
    _, *pieces = _PART_HEAD.split(body)
    parts: dict[str, list[str]] = {"source": [], "bad": [], "good": []}
    for name, first, rest in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True):
        lines = [first] if first else [line[4:] for line in rest.rstrip("\n").split("\n")]
        parts[name].append("\n".join(lines).rstrip("\n"))
    return _Lesson(parts["source"][0], tuple(parts["bad"]), tuple(parts["good"]))


def explain(code: str, translate: Callable[[str], str]) -> str:
    """All that is known of a code. Raises `UsageError` for one that there is not."""
    code = code.strip().upper()
    if code not in CODES:
        raise UsageError(N_("there is no code “{code}”. docs/problems.md lists them."), code=code)
    known = CODES[code]
    message, remedy = (_without_names(translate(words)) for words in (known.message, known.remedy))
    lines = [f"{code} ({translate(SEVERITIES[known.severity])})", message, remedy]
    if lesson := lessons().get(code):
        lines += ["", translate(N_("Source: {source}")).format(source=lesson.source)]
        lines += _examples(translate(N_("Causes it:")), lesson.bad) + _examples(translate(N_("Does not:")), lesson.good)
    return "\n".join(lines)


def _without_names(words: str) -> str:
    """A sentence with … for the author's own words."""
    return re.sub(r"\{(\w+)\}", "…", words.replace("{{", "").replace("}}", ""))


def _examples(title: str, texts: tuple[str, ...]) -> list[str]:
    if not texts:
        return []
    shown = "\n\n".join(texts).split("\n")
    return ["", title, *(f"    {line}".rstrip() for line in shown)]
