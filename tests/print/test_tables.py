"""Tables for paper: every cell once, at a place of its own; first the letters shrink, then the page turns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.editions.blocks import Cell, Paragraph, Row, Run, Table
from bulletin.editions.print.tables import lay_out


def cell(text: str = "字", columns: int = 1, rows: int = 1) -> Cell:
    return Cell((Paragraph((Run(text),)),), columns=columns, rows=rows)


_CELLS = st.builds(cell, st.text("甲乙a1 ", max_size=20), st.integers(0, 4), st.integers(0, 4))
_ROWS = st.lists(st.builds(Row, st.lists(_CELLS, max_size=5).map(tuple), st.booleans()), min_size=1, max_size=6)


@given(_ROWS)
def test_every_cell_is_there_once_and_none_lies_on_another(rows: list[Row]) -> None:
    laid = lay_out(Table((), tuple(rows)))
    places = [
        (each.x + i, each.y + j)
        for row in laid.rows
        for each in row
        for i in range(each.columns)
        for j in range(each.rows)
    ]
    assert len(places) == len(set(places)) == len(laid.columns) * len(rows)
    written = [each for row in rows for each in row.cells]
    assert [each.cell for row in laid.rows for each in row if each.cell.blocks] == written
    assert all(each.y + each.rows <= laid.head or each.y >= laid.head for row in laid.rows for each in row)


def sheet_of(columns: int, text: str) -> tuple[float, bool, bool]:
    laid = lay_out(Table((), tuple(Row((cell(text),) * columns) for _ in range(3))))
    return laid.size, laid.turned, laid.fits


def test_smaller_then_turned_then_said() -> None:
    assert sheet_of(3, "三个字") == (14.0, False, True)
    assert sheet_of(10, "三个字") == (10.5, False, True)
    assert sheet_of(15, "三个字") == (10.5, True, True)
    assert sheet_of(22, "三个字") == (7.5, True, True)
    assert sheet_of(40, "三个字") == (5.5, True, False)


def test_a_small_table_is_not_parted_between_pages() -> None:
    assert not lay_out(Table((), (Row((cell(),)),) * 5)).breakable
    assert lay_out(Table((), (Row((cell(),)),) * 30)).breakable
    assert lay_out(Table((), (Row((cell("字" * 3000),)),))).breakable


@pytest.mark.parametrize(
    ("first", "ems"),
    [(cell("2015-04-10"), 5.5), (Cell((Paragraph((Run("字" * 10, ruby="zì"),)),)), 10.0)],
    ids=["a date", "a word with its reading above it"],
)
def test_what_no_line_ends_in_has_its_width_beside_long_texts(first: Cell, ems: float) -> None:
    laid = lay_out(Table((), (Row((first, *[cell("很长的说明文字" * 30)] * 6)),)))
    assert laid.columns[0] / sum(laid.columns) * 442 >= ems * laid.size
    assert (laid.fits, laid.turned) == (True, False)
