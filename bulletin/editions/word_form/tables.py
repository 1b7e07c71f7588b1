"""A table: every cell at its place, spans as Word writes them, heads repeated where that loses nothing."""

from __future__ import annotations

from collections.abc import Callable

from bulletin.editions.blocks import Block, Cell, Table, nested, runs_of
from bulletin.editions.print.tables import LaidTable, PlacedCell, lay_out
from bulletin.editions.word_form.markup import WordElement, element, on

CellWriter = Callable[[Cell, int, int], list[WordElement]]
"""A cell, its width in twentieths of a point and the size of its letters in half points → what is in it."""
_PADDING = (("top", 2), ("left", 3), ("bottom", 2), ("right", 3))
"""Of a cell, for each half point of its letters."""
_LEAST_SIZE = 15
"""Half points: 小六."""


def table_of(block: Table, style: str, left: int, width: int, write: CellWriter) -> WordElement:
    """``w:tbl``, that wide, moved in by ``left``."""
    laid = lay_out(block)
    size = max(_LEAST_SIZE, round(laid.size * 2))
    widths = _widths(laid, width)
    properties = element(
        "w:tblPr",
        element("w:tblStyle", val=style),
        element("w:tblW", w=sum(widths), type="dxa"),
        element("w:jc", val="center") if not left else None,
        element("w:tblInd", w=left, type="dxa") if left else None,
        element("w:tblLayout", type="fixed"),
        element(
            "w:tblCellMar",
            *(element(f"w:{side}", w=size * each, type="dxa") for side, each in _PADDING),
        ),
    )
    grid = element("w:tblGrid", *(element("w:gridCol", w=each) for each in widths))
    rows = _rows(laid, widths, size, write)
    return element("w:tbl", properties, grid, *rows)


def _widths(laid: LaidTable, width: int) -> list[int]:
    whole = sum(laid.columns) or 1
    return [max(1, int(width * each / whole)) for each in laid.columns]


def _rows(laid: LaidTable, widths: list[int], size: int, write: CellWriter) -> list[WordElement]:
    """Each row, with the places that cells from above reach down to."""
    above: dict[int, PlacedCell] = {}
    made = []
    for y, row in enumerate(laid.rows):
        here = {cell.x: cell for cell in row}
        cells, x = [], 0
        while x < len(widths):
            cell = here.get(x) or above.get(x)
            if cell is None:
                x += 1
                continue
            cells.append(_cell(cell, widths, size, write, continues=x not in here))
            if x in here and cell.rows > 1:
                above[x] = cell
            if cell.y + cell.rows <= y + 1:
                above.pop(x, None)
            x += cell.columns
        is_repeated = y < laid.head and not any(map(_refers, laid.rows[y]))
        properties = element("w:trPr", on("w:cantSplit"), on("w:tblHeader")) if is_repeated else None
        made.append(element("w:tr", properties, *cells))
    return made


def _cell(placed: PlacedCell, widths: list[int], size: int, write: CellWriter, *, continues: bool) -> WordElement:
    width = sum(widths[placed.x : placed.x + placed.columns])
    merge = element("w:vMerge", val="continue" if continues else "restart") if placed.rows > 1 else None
    properties = element(
        "w:tcPr",
        element("w:tcW", w=width, type="dxa"),
        element("w:gridSpan", val=placed.columns) if placed.columns > 1 else None,
        merge,
        element("w:vAlign", val="center"),
    )
    return element("w:tc", properties, *write(Cell(()) if continues else placed.cell, width, size))


def _refers(placed: PlacedCell) -> bool:
    """A note cannot begin in a head that is repeated."""
    inner: tuple[Block, ...] = placed.cell.blocks
    return any(run.note for block in inner for each in nested(block) for run in runs_of(each))
