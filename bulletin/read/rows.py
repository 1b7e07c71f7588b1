"""Tables as they are pasted and typed: cells with tabs between them, and bars without a rule below the head.

Excel and Word put tabs between the cells of a table that is copied. Lines next to each other with such cells are a
table; its first line is the head. A tab in one line alone is a space, tabs before a text only indent it, and a number
with a tab after it (`1.`, `（一）`) is what Word writes before a point.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from bulletin.core.problems import Problem, problem
from bulletin.read.lines import INDENT, SourceLine

_NO_ROW = ("#", ">", "<", "|", "【", "●", "[^")
_POINT = re.compile(
    r"[-*+•●]|[(（]?[0-9０-９]{1,3}[.．、)）]|[(（]?[〇零一二三四五六七八九十百]{1,4}[.．、)）]|第[^\t]{1,4}[章节条款]|[①-⓿❶-❿]"
)
"""The first cell of a line that is a point, and no row."""
_ITEM = re.compile(r"(?:[-*+]|[0-9]{1,3}\.) ")
_NUMBERED_HEAD = re.compile("序号|编号|序|号|No.?", re.IGNORECASE)
_ENTRY = re.compile(".+[：:]")
_DASHES = "—–─―－"
_RULE = re.compile(rf"[ \t]*\|?[ :|{_DASHES}-]*[{_DASHES}-][ :|{_DASHES}-]*")
_TABBED_BAR = re.compile(r"\A\||\t[ \t]*\||\|[ \t]*\t")
_BAR = re.compile(r"(?<!\\)\|")
_BORDERED = re.compile(r"\A\||(?<!\\)\|\Z")
_ESCAPED = r"\|"


def plain_tables(lines: Sequence[SourceLine], path: str) -> tuple[tuple[SourceLine, ...], tuple[Problem, ...]]:
    """The lines with every table as Markdown has it, and a problem for each whose rows have different lengths."""
    made: list[SourceLine] = []
    problems: list[Problem] = []
    for kind, group in groupby(lines, _kind):
        found = list(group)
        rows, ragged = (found, None) if not kind else _TABLES[kind](found)
        if rows is not found and made and made[-1].text.strip(INDENT):
            made.append(SourceLine(found[0].number, ""))
        made += rows
        if ragged is not None:
            problems.append(problem("M210", path, ragged[0], cells=ragged[1], head=ragged[2]))
    return tuple(made), tuple(problems)


_Table = tuple[list[SourceLine], tuple[int, int, int] | None]
"""Lines, and the first row with more or fewer cells than the head: its line, its cells, those of the head."""


def _kind(line: SourceLine) -> str:
    """What a line may be a row of."""
    if line.verbatim:
        return ""
    text = line.text.strip(INDENT)
    if not text or text.startswith((">", "<")):
        return ""
    if "|" in text and ("\t" not in text or _TABBED_BAR.search(text)):
        return "|"
    return "\t" if "\t" in line.text else ""


def _ragged(numbers: list[int], widths: list[int]) -> tuple[int, int, int] | None:
    head = widths[0]
    return next(((n, width, head) for n, width in zip(numbers, widths, strict=True) if width != head), None)


# ── cells with tabs between them


def _tabbed(lines: list[SourceLine]) -> _Table:
    """Neighbouring lines with tabs; those before and after the table stay as they are."""
    cells = [[cell.strip(INDENT) for cell in line.text.split("\t")] for line in lines]
    rows = [_is_row(line.text, each) for line, each in zip(lines, cells, strict=True)]
    first = next((n for n in range(len(rows)) if rows[n]), len(rows))
    if first < len(rows) and _NUMBERED_HEAD.fullmatch(cells[first][0]):
        rows = [found or _is_numbered(line.text, each) for line, each, found in zip(lines, cells, rows, strict=True)]
    last = max((n for n in range(len(rows)) if rows[n]), default=-1)
    inside = range(first, last + 1)
    table = _same_kind([cells[n] for n in inside], [rows[n] for n in inside])
    if table is None:
        return lines, None
    numbers = [line.number for line in lines[first : last + 1]]
    text = [_row(row) for row in table]
    text.insert(1, "|" + "---|" * len(table[0]))
    numbered = [numbers[0], *numbers]
    made = [SourceLine(number, row) for number, row in zip(numbered, text, strict=True)]
    before = [*lines[:first], SourceLine(numbers[0], "")] if first else []
    after = [SourceLine(numbers[-1], ""), *lines[last + 1 :]]
    return [*before, *made, *after], _ragged(numbers, [len(row) for row in table])


def _is_row(text: str, cells: list[str]) -> bool:
    """Whether a line has cells, and is not a point with a tab after its number."""
    bare = text.strip(INDENT)
    if "\t" not in bare or bare.startswith(_NO_ROW) or _ITEM.match(bare):
        return False
    return _POINT.fullmatch(next(filter(None, cells))) is None


def _is_numbered(text: str, cells: list[str]) -> bool:
    return "\t" in text.strip(INDENT) and cells[0][:1].isdigit()


def _same_kind(cells: list[list[str]], rows: list[bool]) -> list[list[str]] | None:
    """The cells of a table; None when the lines are no table."""
    if sum(rows) < 2:
        return None
    head = [cell for cell in cells[0] if cell]
    if len(head) > 1 and all(map(_ENTRY.match, head)):
        return None  # entries side by side: 联系人：…　电话：…
    widths = Counter(map(len, cells))
    filled = [[cell for cell in row if cell] for row in cells]
    if len(widths) > 1 and len(set(map(len, filled))) == 1:
        return filled  # several tabs, so that the columns stand below each other
    if max(widths.values()) * 2 < len(cells) or (len(cells) == 2 and len(widths) > 1):
        return None
    used = {n for row in cells for n, cell in enumerate(row) if cell}
    return [[cell for n, cell in enumerate(row) if n in used] for row in cells]


def _row(cells: list[str]) -> str:
    return f"| {' | '.join([cell.replace('|', _ESCAPED) for cell in cells])} |"


# ── bars


def _barred(lines: list[SourceLine]) -> _Table:
    """Neighbouring lines with bars: a table with its rule put right, or with one where none was typed."""
    rules = [n for n, line in enumerate(lines) if n and _RULE.fullmatch(line.text) and "|" in line.text]
    at = rules[0] if rules else _missing_rule(lines)
    if at is None:
        return lines, None
    widths = [_width(line.text) for line in lines]
    head = widths[at - 1]
    body = at + 1 if rules else at
    rule = _rule(lines[at].text if rules else "", head, _BORDERED.search(lines[at - 1].text.strip(INDENT)) is not None)
    made = lines
    if not rules or rule is not None:
        number = lines[at].number if rules else lines[at - 1].number
        made = [*lines[:at], SourceLine(number, rule or ""), *lines[body:]]
    numbers = [line.number for line in lines]
    plain = [n for n in range(body, len(lines)) if "`" not in lines[n].text]
    return made, _ragged([numbers[at - 1], *(numbers[n] for n in plain)], [head, *(widths[n] for n in plain)])


def _missing_rule(lines: list[SourceLine]) -> int | None:
    """Where the rule of a table without one belongs; None when the lines are no table."""
    texts = [line.text.strip(INDENT) for line in lines]
    if len(lines) > 1 and all(text.startswith("|") and len(_BAR.findall(text)) > 1 for text in texts):
        return 1
    bars = {len(_BAR.findall(text)) for text in texts}
    enough = len(lines) > 2 or (len(lines) == 2 and min(bars) > 1)
    return (
        1 if enough and len(bars) == 1 and min(bars) > 0 and not any(t.startswith(("-", "*")) for t in texts) else None
    )


def _width(text: str) -> int:
    bare = text.strip(INDENT)
    inner = bare[1:] if bare.startswith("|") else bare
    return len(_BAR.findall(re.sub(r"(?<!\\)\|$", "", inner))) + 1


def _rule(typed: str, width: int, bordered: bool) -> str | None:
    """The rule for a head of so many cells, with bars at its ends or without; None when the typed one fits."""
    bare = typed.strip(INDENT)
    fits = typed and _width(typed) == width and (bordered or not _BORDERED.search(bare))
    if fits and not set(typed) & set(_DASHES):
        return None
    inner = re.sub(f"[{_DASHES}]", "-", bare).strip("|")
    cells = [re.sub("-+", "---", cell.strip()) for cell in inner.split("|")] if inner else []
    cells = [cell if "-" in cell else "---" for cell in cells]
    rule = "|".join([*cells, *["---"] * width][:width])
    return f"|{rule}|" if bordered else rule


_TABLES = {"\t": _tabbed, "|": _barred}
