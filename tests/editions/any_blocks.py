"""Any blocks, in each other as they may be: for the editions that must not lose a word of them."""

from __future__ import annotations

from collections.abc import Sequence

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
)
from bulletin.editions.leaf import Leaf
from tests.editions.leaves import leaf_of

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


ANY_BLOCKS = st.lists(st.recursive(_LEAF, _around, max_leaves=12), min_size=1, max_size=5)


def leaf_with(blocks: Sequence[Block]) -> Leaf:
    """An issue of one article with these blocks and a note."""
    leaf = leaf_of("## 栏\n\n### 文\n\n字\n")
    section = leaf.sections[0]
    text = TextBlocks(tuple(blocks), (Note("n1", "1", (Paragraph((Run("注"),)),)),))
    article = structs.replace(section.articles[0], text=text)
    return structs.replace(
        leaf, sections=(structs.replace(section, articles=(article,)),), anchors=leaf.anchors | {"there"}
    )
