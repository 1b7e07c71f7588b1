"""Lists as Word and WPS leave them: `•`, `◆`, `➢` and the private-use bullets of Word's symbol fonts become `-`.

In Word the bullet is formatting; pasted, it is a character at the beginning of a line, with a tab after it. The symbol
fonts Symbol and Wingdings have their bullets at U+F020 to U+F0FF, where no other font has anything, so that one of
those alone at the beginning of a line is always a bullet. `●` also marks an article's title (structure.py): it is a
bullet where lines with it follow each other, or a line that ends in a colon.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from bulletin.read.lines import INDENT, SourceLine

_WIDE = "\t\xa0\u2002\u2003\u3000"
_BLANK = f"[ {_WIDE}]"
_BULLETS = "•·‣∙◦▪▫■◆◇○➢➤►▸✓✔"
_PRIVATE = "\uf020-\uf0ff"
_BULLET = re.compile(rf"(?P<indent>{_BLANK}*)(?:[{_BULLETS}]{_BLANK}+|[{_PRIVATE}]{_BLANK}*|o\t{_BLANK}*)(?=\S)")
"""The beginning of an item as Word writes it; the `o` of its second level has a tab after it."""
_DOT = re.compile(rf"(?P<indent>{_BLANK}*)●{_BLANK}*(?=\S)")
_SPACED = re.compile(rf"^(?P<mark>[ >]*(?:[-*+]|[0-9]{{1,3}}\.))(?=[^\n]?[{_WIDE[1:]}]){_BLANK}+(?=[^\s*+_-])")
"""The mark of a list with a space after it that Markdown does not take for one."""
_TASK = re.compile(r"^(?P<mark>[\s>]*(?:[-*+]|[0-9]{1,3}\.) +)\[(?P<done>[ xX])\] +(?=\S)")
_ENDS = ("。", "！", "？", "；", "：", "…", "”", "）", ".", "!", "?", ";", ":", ")")
_WRAPPED = 56
"""Columns from which a line without an end may go on in the next one."""
_SIGN = re.compile(
    rf"\n[> {_WIDE}]*(?:[{_BULLETS}●{_PRIVATE}]|o\t|(?:[-*+]|[0-9]{{1,3}}\.)(?:[^\n]?[{_WIDE}]| +\[[ xX]\]))"
)
"""Every such line, and more; it begins with a character that `re` finds in no time."""


def may_hold_list(source: str) -> bool:
    """Whether there may be anything for `plain_lists` to do."""
    return _SIGN.search(f"\n{source}") is not None


def dot_items(lines: Sequence[SourceLine]) -> frozenset[int]:
    """The places of the lines with `●` that are items of a list; the others may be titles."""
    if not any("●" in line.text for line in lines):
        return frozenset()
    items: set[int] = set()
    place = 0
    while place < len(lines):
        if not _is_dot(lines[place]):
            place += 1
            continue
        run, place = _run(lines, place)
        items.update(run)
    return frozenset(items)


def _run(lines: Sequence[SourceLine], place: int) -> tuple[list[int], int]:
    """The items of a list that may begin at a place, and the place after the lines that were looked at."""
    end = place
    while end < len(lines) and _is_dot(lines[end]):
        end += 1
    run = list(range(place, end))
    introduced, apart = _introduced(lines, place)
    if not introduced:
        return (run if len(run) > 1 else []), end
    while (after := _next(lines, end)) is not None and _is_dot(lines[after]) and _stands_alone(lines, after):
        run.append(after)
        end = after + 1
    return (run if len(run) > 1 or not apart else []), end


def _introduced(lines: Sequence[SourceLine], place: int) -> tuple[bool, bool]:
    """Whether the text before a line ends in a colon, and whether blank lines are between."""
    before = place - 1
    while before >= 0 and not lines[before].text.strip(INDENT):
        before -= 1
    text = lines[before].text.strip(INDENT) if before >= 0 else ""
    return text.endswith(("：", ":")) and not text.startswith(("#", "【", "●")), before < place - 1


def _next(lines: Sequence[SourceLine], place: int) -> int | None:
    """The next line that is not blank."""
    return next((n for n in range(place, len(lines)) if lines[n].text.strip(INDENT)), None)


def _stands_alone(lines: Sequence[SourceLine], place: int) -> bool:
    """Whether no text follows directly: a title has its text after it."""
    after = lines[place + 1].text.strip(INDENT) if place + 1 < len(lines) else ""
    return not after or after.startswith("●")


def _is_dot(line: SourceLine) -> bool:
    return "●" in line.text and not line.verbatim and _DOT.match(line.text) is not None


def plain_lists(lines: Sequence[SourceLine]) -> Iterator[SourceLine]:
    """The lines, with the marks of lists that Markdown knows, and a blank line where such a list ends."""
    dots = dot_items(lines)
    item = ""
    for place, line in enumerate(lines):
        if line.verbatim:
            item = ""
            yield line
            continue
        text = _item(line.text, place in dots)
        if text is None:
            if item and _ends(item) and line.text.strip(INDENT) and line.text[0] not in " \t":
                yield SourceLine(line.number, "")
            item = ""
            text = _TASK.sub(_box, _SPACED.sub(r"\g<mark> ", line.text, count=1), count=1)
            yield line if text == line.text else SourceLine(line.number, text)
        else:
            item = text
            yield SourceLine(line.number, text)


def _item(text: str, is_dot: bool) -> str | None:
    """The item with Markdown's mark; None for a line that is none."""
    found = _DOT.match(text) if is_dot else _BULLET.match(text)
    if found is None:
        return None
    indent = "".join(each for each in found["indent"].expandtabs(4) if each == " ")
    return f"{indent}- {text[found.end() :]}"


def _ends(item: str) -> bool:
    """Whether the next line is a paragraph of its own, and not the rest of an item that was wrapped."""
    width = sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in item)
    return width < _WRAPPED or item.rstrip(INDENT).endswith(_ENDS)


def _box(found: re.Match[str]) -> str:
    return f"{found['mark']}{'☐' if found['done'] == ' ' else '☑'} "
