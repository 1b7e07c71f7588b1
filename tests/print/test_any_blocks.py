"""Whatever the blocks are, and however they lie in each other: every word, on a page of PDF/A-2a and PDF/UA-1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec import structs

from bulletin.core.model import Picture, Variant
from bulletin.editions.blocks import (
    Aside,
    Attachments,
    Block,
    Cell,
    Definition,
    Definitions,
    Divider,
    Figure,
    Image,
    Item,
    ListBlock,
    Note,
    Paragraph,
    Point,
    Preformatted,
    Quotation,
    Row,
    Run,
    SignOff,
    Subheading,
    Table,
    TextBlocks,
    VersionRecord,
    lines,
    nested,
    runs_of,
)
from bulletin.editions.print.issue import Printed
from bulletin.editions.print.typesetting import Typesetter
from bulletin.editions.sources import Sources
from tests.editions.leaves import leaf_of
from tests.print.sheets import printer, text_on_paper
from tests.print.test_hostile import jpeg
from tests.words import words

_TEXT = st.text("天地玄黄宇宙ab12，。“”（） \n", min_size=1, max_size=12).map(lambda drawn: f"文{drawn}")
_PICTURE = st.builds(
    lambda number, width, height: Image(
        "", picture=Picture(f"key{number}", width, height, (Variant("", "jpeg", width, height),))
    ),
    st.integers(0, 3),
    st.integers(1, 4000),
    st.integers(1, 4000),
)
_MARKS = st.sets(
    st.sampled_from(["strong", "em", "underline", "strike", "code", "sub", "sup", "mark", "small"]), max_size=3
)
_RUN = st.one_of(
    st.builds(
        lambda text, marks, href: Run(text, tuple(sorted(marks)), href),
        _TEXT,
        _MARKS,
        st.sampled_from(["", "https://a.cn/%3Cb%3E?c=\\u{41}", "#there", "#nowhere", "mailto:a@b.cn"]),
    ),
    st.builds(lambda text: Run(text, ruby="pīn"), st.just("汉")),
    st.builds(lambda image: Run("", image=image), _PICTURE),
    st.just(Run("1", note="n1")),
)
_RUNS = st.lists(_RUN, min_size=1, max_size=3).map(tuple)
_LEAF = st.one_of(
    st.builds(Paragraph, _RUNS, st.sampled_from(["", "there"]), st.sampled_from(["", "center", "right"])),
    st.builds(Point, st.integers(1, 4), _RUNS),
    st.builds(Subheading, st.integers(1, 6), _RUNS),
    st.builds(Attachments, _RUNS, st.lists(_RUNS, max_size=3).map(tuple)),
    st.builds(Preformatted, _TEXT),
    st.just(Divider()),
    st.builds(Figure, _PICTURE, st.one_of(st.just(()), _RUNS)),
    st.builds(SignOff, st.lists(_RUNS, min_size=1, max_size=3).map(tuple)),
    st.builds(VersionRecord, st.lists(_RUNS, min_size=1, max_size=3).map(tuple)),
)


def _around(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    several = st.lists(inner, max_size=3).map(tuple)
    cells = st.builds(Cell, several, st.booleans(), st.integers(1, 3), st.integers(1, 3))
    rows = st.builds(Row, st.lists(cells, min_size=1, max_size=3).map(tuple), st.booleans())
    return st.one_of(
        st.builds(
            ListBlock,
            st.booleans(),
            st.lists(st.builds(Item, st.just("1."), several), min_size=1, max_size=3).map(tuple),
        ),
        st.builds(
            Definitions, st.lists(st.builds(Definition, st.booleans(), several), min_size=1, max_size=3).map(tuple)
        ),
        st.builds(Quotation, several),
        st.builds(Aside, st.one_of(st.just(()), _RUNS), several),
        st.builds(Table, st.one_of(st.just(()), _RUNS), st.lists(rows, min_size=1, max_size=4).map(tuple)),
    )


_BLOCKS = st.lists(st.recursive(_LEAF, _around, max_leaves=12), min_size=1, max_size=5)


@given(_BLOCKS)
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
    leaf = leaf_of("## 栏\n\n### 文\n\n字\n")
    section = leaf.sections[0]
    text = TextBlocks(tuple(blocks), (Note("n1", "1", (Paragraph((Run("注"),)),)),))
    article = structs.replace(section.articles[0], text=text)
    whole = structs.replace(
        leaf, sections=(structs.replace(section, articles=(article,)),), anchors=leaf.anchors | {"there"}
    )
    return printer(typesetter).sheet(whole, jpeg, Sources("a.md"))


def assert_all_words(made: Printed, blocks: Sequence[Block]) -> None:
    """Every character as often as it is written, or more: the head of a table is repeated."""
    readings = (run.ruby for block in blocks for inner in nested(block) for run in runs_of(inner))
    written = Counter("".join(word for line in (*lines(blocks), *readings) for word in words(line)))
    assert not written - Counter("".join(words(text_on_paper(made.pdf))))
