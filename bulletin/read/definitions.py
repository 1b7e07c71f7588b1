"""Definitions of footnotes, links and abbreviations, which apply to a whole text, wherever in it they are.

The parts of a text are parsed separately, so each is given the definitions that it uses.
"""

from __future__ import annotations

import re

from bulletin.core.model import Value
from bulletin.read.lines import Part, SourceLine

DEFINITION = re.compile(
    r"^ {0,3}(?:\[(?P<note>\^[^\[\]]+)\]:|\[(?P<name>[^\[\]^][^\[\]]*)\]:[ \t]*(?=\S)(?P<address>.*)"
    r"|\*\[(?P<abbr>[^\]]+)\]:)"
)
_LINK_TARGET = re.compile(
    r"<?(?:[a-z]+:|[/#.]|[\w%-]+(?:[./][\w%-]+)*(?:\.\w+|/))[^\s]*>?(?:[ \t]+[\"'(].*)?", re.ASCII | re.IGNORECASE
)
"""What a link definition's target looks like; ``[注]: 甲乙丙`` is a sentence, and must not disappear."""


class _Definition(Value, frozen=True):
    """A footnote, link or abbreviation defined somewhere in the text."""

    name: str
    """``^1`` for a footnote, ``*救助`` for an abbreviation, else the link's name in lower case."""
    lines: tuple[SourceLine, ...]


def share_definitions(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Give each part the definitions that it uses, wherever in the text they are.

    A definition that no part uses stays where it was written.
    """
    if not any("]:" in line.text for part in parts for line in part.lines):
        return parts
    taken = [_take_definitions(part) for part in parts]
    everything = {d.name: d for _, own in reversed(taken) for d in reversed(own)}
    wanted = [_wanted(part, everything | {d.name: d for d in reversed(own)}) for part, own in taken]
    used = {definition.lines[0].number for each in wanted for definition in each}
    return tuple(
        _with_definitions(part, [d for d in own if d.lines[0].number not in used], each)
        for (part, own), each in zip(taken, wanted, strict=True)
    )


def _wanted(part: Part, known: dict[str, _Definition]) -> list[_Definition]:
    """The definitions that a part uses; of two with one name, its own wins, and of its own the first."""
    text = "\n".join(line.text for line in part.lines).casefold()
    return [definition for name, definition in known.items() if _uses(text, name)]


def _with_definitions(part: Part, unused: list[_Definition], wanted: list[_Definition]) -> Part:
    names = {definition.name for definition in wanted}
    spare = []
    for definition in unused:
        spare.append(_as_text(definition) if definition.name in names else definition)
        names.add(definition.name)
    extra = [line for d in (*spare, *wanted) for line in (SourceLine(d.lines[0].number, ""), *d.lines)]
    return Part(part.role, part.title, part.id, part.line, (*part.lines, *extra), part.typed)


def _as_text(double: _Definition) -> _Definition:
    """Escape a duplicate footnote, so that it stays as text; Markdown would drop one of the two."""
    if not double.name.startswith("^"):
        return double
    first, *more = double.lines
    return _Definition(double.name, (_escaped(first), *more))


def _escaped(line: SourceLine) -> SourceLine:
    return SourceLine(line.number, line.text.replace("[", "\\[", 1))


def _uses(text: str, name: str) -> bool:
    return (name[1:] if name.startswith("*") else f"[{name}]") in text


def _take_definitions(part: Part) -> tuple[Part, list[_Definition]]:
    kept: list[SourceLine] = []
    runs: list[tuple[str, list[SourceLine]]] = []
    inside = False
    for index, line in enumerate(part.lines):
        match = None if line.verbatim else DEFINITION.match(line.text)
        if match and match["name"] and not _LINK_TARGET.fullmatch(match["address"].strip()):
            match, line = None, _escaped(line)
        if match:
            runs.append((_definition_name(match), []))
        inside = bool(match) or (inside and not line.verbatim and _continues(part.lines, index, runs[-1][0]))
        (runs[-1][1] if inside else kept).append(line)
    rest = Part(part.role, part.title, part.id, part.line, tuple(kept), part.typed)
    return rest, [_Definition(name, tuple(run)) for name, run in runs]


def _definition_name(match: re.Match[str]) -> str:
    return ("*" + match["abbr"] if match["abbr"] else match["note"] or match["name"]).casefold()


def _continues(lines: tuple[SourceLine, ...], index: int, name: str) -> bool:
    """Whether a line continues a footnote: indented, or blank before an indented one; a link's title may too."""
    text = lines[index].text
    if not name.startswith("^"):
        return bool(re.match(r"^[ \t]+[\"'(].*[\"')]\s*$", text))
    if text.strip():
        return text.startswith(("    ", "\t")) or bool(lines[index - 1].text.strip() and text.strip())
    after = lines[index + 1].text if index + 1 < len(lines) else ""
    return after.startswith(("    ", "\t"))
