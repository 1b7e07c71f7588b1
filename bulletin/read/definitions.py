"""Definitions of footnotes, links and abbreviations, which apply to a whole text, wherever in it they are.

The parts of a text are parsed separately, so each is given the definitions that it uses.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from bulletin.core.model import Value
from bulletin.read.lines import INDENT, Part, SourceLine

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


_REFERENCE = re.compile(r"(?<!!)\[(?P<words>[^\[\]]+)\]\[(?P<name>[^\[\]]*)\]")


def inline_references(lines: tuple[SourceLine, ...]) -> tuple[SourceLine, ...]:
    """The lines, with `[words][name]` as `[words](address)` in headings: a title is read before all definitions are."""
    found = (DEFINITION.match(line.text) for line in lines if not line.verbatim and "]:" in line.text)
    targets = {each["name"].casefold(): each["address"].strip() for each in found if each and each["name"]}

    def inlined(match: re.Match[str]) -> str:
        target = targets.get((match["name"] or match["words"]).casefold(), "")
        return f"[{match['words']}]({target})" if _LINK_TARGET.fullmatch(target) else match.group()

    return tuple(
        replace(line, text=_REFERENCE.sub(inlined, line.text))
        if "][" in line.text and not line.verbatim and line.text.lstrip(INDENT).startswith(("#", "●"))
        else line
        for line in lines
    )


def share_definitions(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Give each part the definitions that it uses, wherever in the text they are.

    A definition that no part uses stays where it was written. A note that a part has for itself is no other's
    (`_own_notes`); a part that mentions one of that name without defining it says so in `Part.strange_notes`.
    """
    if not any("]:" in line.text for part in parts for line in part.lines):
        return parts
    taken = [_take_definitions(part) for part in parts]
    texts = [_text(part) for part, _ in taken]
    own = [_own_notes(index, taken, texts) for index in range(len(taken))]
    shared = {
        d.name: d
        for mine, (_, given) in zip(own[::-1], taken[::-1], strict=True)
        for d in given[::-1]
        if d.name not in mine
    }
    wanted = [
        _wanted(text, shared | {d.name: d for d in reversed(given)})
        for text, (_, given) in zip(texts, taken, strict=True)
    ]
    used = {definition.lines[0].number for each in wanted for definition in each}
    owners = {name: part.title for mine, (part, _) in zip(own[::-1], taken[::-1], strict=True) for name in mine}
    return tuple(
        _with_definitions(part, [d for d in given if d.lines[0].number not in used], each, _strange(text, each, owners))
        for (part, given), each, text in zip(taken, wanted, texts, strict=True)
    )


def _text(part: Part) -> str:
    title = part.heading.text + "\n" if part.heading else ""
    return (title + "\n".join(line.text for line in part.lines)).casefold()


def _own_notes(index: int, taken: list[tuple[Part, list[_Definition]]], texts: list[str]) -> set[str]:
    """The notes that a part defines and mentions; not those of a list at the text's end that is for all parts."""
    names = [d.name for d in taken[index][1] if d.name.startswith("^")]
    own = {name for name in names if _uses(texts[index], name)}
    others = [name for name in names if name not in own]
    last = index == len(taken) - 1
    for_all = last and any(_uses(text, name) for text in texts[:index] for name in others)
    return set() if for_all else own


def _strange(text: str, wanted: list[_Definition], owners: dict[str, str]) -> tuple[tuple[str, str], ...]:
    found = {definition.name for definition in wanted}
    return tuple((name[1:], title) for name, title in owners.items() if name not in found and _uses(text, name))


def _wanted(text: str, known: dict[str, _Definition]) -> list[_Definition]:
    """The definitions that a part uses, in order; of two with one name, its own wins, and of its own the first."""
    used = (definition for name, definition in known.items() if _uses(text, name))
    return sorted(used, key=lambda definition: definition.lines[0].number)


def _with_definitions(
    part: Part, unused: list[_Definition], wanted: list[_Definition], strange: tuple[tuple[str, str], ...]
) -> Part:
    names = {definition.name for definition in wanted}
    spare = []
    for definition in unused:
        spare.append(_as_text(definition) if definition.name in names else definition)
        names.add(definition.name)
    extra = [line for d in (*spare, *wanted) for line in (SourceLine(d.lines[0].number, ""), *d.lines)]
    return replace(part, lines=(*part.lines, *extra), strange_notes=strange)


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
    return replace(part, lines=tuple(kept)), [_Definition(name, tuple(run)) for name, run in runs]


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
