"""A table for paper: every cell at its place in a grid without gaps or overlaps, the letters small enough to fit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from bulletin.editions.blocks import Block, Cell, Paragraph, Row, Run, Table, lines, nested, runs_of

SIZES = (14.0, 12.0, 10.5, 9.0)
"""Points, upright: 四号 to 小五; then the page is turned."""
_TURNED_SIZES = (10.5, 9.0, 7.5)
"""Points, on a page that is turned: 五号 to 六号."""
_SMALLEST = 5.5
"""Points: 七号, which nobody reads with ease."""
_WIDTH, _TURNED_WIDTH = 442.0, 638.0
"""Points: 156 and 225 mm."""
_SMALL_ROWS, _SMALL_CHARACTERS, _SMALL_LINES = 8, 240, 4
"""A table of less than all is not parted between pages; lines are those of one cell."""
_MAX_COLUMNS = 200
_MAX_READ, _MAX_READING = 10, 40
"""Characters of a word with its reading above it, and of the reading: no line ends in it."""
_PADDING = 0.8
"""Of a cell, in ems."""
_WORD = re.compile(r"[0-9A-Za-z.,%/:+-]+")


class PlacedCell(NamedTuple):
    """A cell in the grid."""

    x: int
    y: int
    columns: int
    rows: int
    cell: Cell


class LaidTable(NamedTuple):
    """What Typst sets."""

    rows: tuple[tuple[PlacedCell, ...], ...]
    head: int
    """How many rows are repeated on each page."""
    columns: tuple[float, ...]
    """Their widths, as parts of the whole."""
    size: float
    """Of the letters, in points."""
    turned: bool
    """Whether the page is turned for it."""
    breakable: bool
    """Whether it may be parted between two pages: not, where it surely fits on one."""
    fits: bool
    """False: even so it is too wide, and set in the smallest letters."""


def lay_out(table: Table) -> LaidTable:
    """The table's cells at their places, its size; every cell of the source is there."""
    rows, width = _placed(table.rows)
    head = _head_rows(table.rows, rows)
    needs = _needs(rows, width)
    fair = _fair(rows, width, needs)
    parted = not _is_small(table)
    for turned, sizes, space in ((False, SIZES, _WIDTH), (True, _TURNED_SIZES, _TURNED_WIDTH)):
        for size in sizes:
            if sum(needs) * size <= space:
                return LaidTable(rows, head, _shared(needs, fair, space / size), size, turned, parted, fits=True)
    size = max(_SMALLEST, round(_TURNED_WIDTH / sum(needs), 1))
    return LaidTable(rows, head, tuple(needs), size, turned=True, breakable=True, fits=False)


def _placed(rows: tuple[Row, ...]) -> tuple[tuple[tuple[PlacedCell, ...], ...], int]:
    """As a browser places them, spans cut where another cell is, gaps filled."""
    taken: set[tuple[int, int]] = set()
    made: list[list[PlacedCell]] = []
    for y, row in enumerate(rows):
        x, placed = 0, []
        for cell in row.cells:
            while (x, y) in taken:
                x += 1
            columns = _free(taken, x, y, max(1, min(cell.columns, _MAX_COLUMNS)))
            down = max(1, min(cell.rows, _same_kind_below(rows, y)))
            taken |= {(x + i, y + j) for i in range(columns) for j in range(down)}
            placed.append(PlacedCell(x, y, columns, down, cell))
            x += columns
        made.append(placed)
    width = max((x for x, _ in taken), default=-1) + 1
    for y, placed in enumerate(made):
        placed += [PlacedCell(x, y, 1, 1, Cell(())) for x in range(width) if (x, y) not in taken]
    return tuple(tuple(sorted(placed, key=lambda each: each.x)) for placed in made), width


def _free(taken: set[tuple[int, int]], x: int, y: int, wanted: int) -> int:
    return next((i for i in range(1, wanted) if (x + i, y) in taken), wanted)


def _same_kind_below(rows: tuple[Row, ...], y: int) -> int:
    """How many rows a cell may span: those of a head do not reach below it."""
    kind = rows[y].in_head
    return next((i for i, row in enumerate(rows[y:]) if row.in_head != kind), len(rows) - y)


def _head_rows(rows: tuple[Row, ...], placed: tuple[tuple[PlacedCell, ...], ...]) -> int:
    head = next((i for i, row in enumerate(rows) if not row.in_head), len(rows))
    return head if head < len(placed) and head <= 5 else 0


def _needs(rows: tuple[tuple[PlacedCell, ...], ...], width: int) -> list[float]:
    """Of each column, in ems: its longest number or word, or three characters of a longer text."""
    needs = [1.0] * width
    for each in _single(rows):
        text = "\n".join(_lines(each.cell.blocks))
        longest = max((len(line) for line in text.split("\n")), default=0)
        word = max((len(found) for found in _WORD.findall(text)), default=0) * 0.55
        needs[each.x] = max(needs[each.x], min(longest, 3.0), min(word, 12.0), _read_words(each.cell))
    return [each + _PADDING for each in needs]


def _read_words(cell: Cell) -> float:
    """Width of the widest word with a reading above it, in ems: no line ends in it."""
    runs = (run for block in cell.blocks for inner in nested(block) for run in runs_of(inner))
    return max((max(len(run.text), len(run.ruby) * 0.25) for run in runs if has_reading_above(run)), default=0.0)


def has_reading_above(run: Run) -> bool:
    """Whether its reading is set above it; a longer one follows in brackets."""
    return 0 < len(run.ruby) <= _MAX_READING and len(run.text) <= _MAX_READ


def _fair(rows: tuple[tuple[PlacedCell, ...], ...], width: int, needs: list[float]) -> tuple[float, ...]:
    """Wider where there is more to read, but no column less than it needs."""
    amount = [0.0] * width
    for each in _single(rows):
        amount[each.x] = max(amount[each.x], sum(map(len, _lines(each.cell.blocks))))
    return tuple(
        round(max(need, min(total + _PADDING, 8 + total**0.5)), 3) for need, total in zip(needs, amount, strict=True)
    )


def _shared(needs: list[float], fair: tuple[float, ...], room: float) -> tuple[float, ...]:
    """To each column what it needs, and of the ems that are left its fair part."""
    part = (room - sum(needs)) / (sum(fair) - sum(needs)) if sum(fair) > room else 1.0
    return tuple(round(need + (wished - need) * part, 3) for need, wished in zip(needs, fair, strict=True))


def _single(rows: tuple[tuple[PlacedCell, ...], ...]) -> Iterator[PlacedCell]:
    return (each for row in rows for each in row if each.columns == 1)


def _is_small(table: Table) -> bool:
    """Whether it surely fits on a page: a few short lines, and nothing but lines."""
    cells = [cell for row in table.rows for cell in row.cells]
    plain = all(isinstance(block, Paragraph) for cell in cells for block in cell.blocks)
    words = [line for row in table.rows for line in _row_lines(row)]
    several = max((line.count("\n") + 1 for line in words), default=0) + max((len(c.blocks) for c in cells), default=0)
    few = len(table.rows) <= _SMALL_ROWS and sum(map(len, words)) <= _SMALL_CHARACTERS
    return plain and few and several <= _SMALL_LINES


def _row_lines(row: Row) -> Iterator[str]:
    return (line for cell in row.cells for line in _lines(cell.blocks))


def _lines(blocks: tuple[Block, ...]) -> list[str]:
    return list(lines(blocks))
