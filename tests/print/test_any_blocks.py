"""Whatever the blocks are, and however they lie in each other: every word, on a page of PDF/A-2a and PDF/UA-1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from bulletin.editions.blocks import (
    Aside,
    Block,
    Cell,
    Paragraph,
    Quotation,
    Row,
    Run,
    Table,
    lines,
    nested,
    runs_of,
)
from bulletin.editions.print.issue import Printed
from bulletin.editions.print.typesetting import Typesetter
from bulletin.editions.sources import Sources
from tests.editions.any_blocks import ANY_BLOCKS, leaf_with
from tests.print.sheets import printer, text_on_paper
from tests.print.test_hostile import jpeg
from tests.words import words


@given(ANY_BLOCKS)
@settings(
    max_examples=8,
    derandomize=True,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_blocks_make_a_page_of_the_standards_with_all_words(typesetter: Typesetter, blocks: list[Block]) -> None:
    made = sheet_of(typesetter, blocks)
    assert [each for each in made.problems if each.code not in ("T104", "T105")] == []
    assert_all_words(made, blocks)


def _cell(*blocks: Block) -> Table:
    return Table((), (Row((Cell(blocks),)),))


@pytest.mark.parametrize(
    "block",
    [
        _cell(Quotation((Aside((Run("框中标题"),), ()),))),
        _cell(Quotation((Table((Run("表的名称"),), (Row((Cell((Paragraph((Run("格"),)),)),)),)),))),
        Paragraph((Run("长" * 40, ruby="cháng"),)),
        Paragraph((Run("短", ruby="duǎn" * 40),)),
    ],
    ids=["a box too deep", "a table too deep", "many characters read", "a long reading"],
)
def test_no_word_is_lost_where_there_is_little_room(typesetter: Typesetter, block: Block) -> None:
    made = sheet_of(typesetter, [block])
    assert [each.code for each in made.problems] == ["T105"]
    assert_all_words(made, [block])


def sheet_of(typesetter: Typesetter, blocks: Sequence[Block]) -> Printed:
    """An issue of one article with these blocks and a note."""
    return printer(typesetter).sheet(leaf_with(blocks), jpeg, Sources("a.md"))


def assert_all_words(made: Printed, blocks: Sequence[Block]) -> None:
    """Every character as often as it is written, or more: the head of a table is repeated."""
    readings = (run.ruby for block in blocks for inner in nested(block) for run in runs_of(inner))
    written = Counter("".join(word for line in (*lines(blocks), *readings) for word in words(line)))
    assert not written - Counter("".join(words(text_on_paper(made.pdf))))
