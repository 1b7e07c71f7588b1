"""The sheet against GB/T 9704-2012 and against the issue: what is on the paper, and what a reader hears."""

from __future__ import annotations

import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from bulletin.core.print_settings import PrintSettings
from bulletin.editions.blocks import TextBlocks, VersionRecord, lines, text_of
from bulletin.editions.leaf import Leaf
from bulletin.editions.print.typesetting import Typesetter
from tests.editions.leaves import leaf_of
from tests.print.samples import FULL_PAGES, HEAD, ISSUE
from tests.print.sheets import printed, printer, tags, text_on_paper, words_on_paper
from tests.words import words

GB_LEFT, GB_RIGHT, GB_TOP = 28.0, 210 - 26.0, 37.0
NEAR = 0.5
CHARACTER = 15.75 * 25.4 / 72


@pytest.fixture(scope="module")
def leaf() -> Leaf:
    return leaf_of(ISSUE, head=HEAD)


@pytest.fixture(scope="module")
def pdf(typesetter: Typesetter, leaf: Leaf) -> bytes:
    made = printed(typesetter, leaf, text=ISSUE)
    assert [each.code for each in made.problems] == ["T105"]
    return made.pdf


@pytest.fixture(scope="module")
def long_pdf(typesetter: Typesetter) -> bytes:
    return printed(typesetter, leaf_of(f"## 学习\n\n### 规程\n\n{FULL_PAGES}\n")).pdf


# ── the page


def test_full_pages_have_22_lines_of_28_characters(long_pdf: bytes) -> None:
    rows: dict[int, Counter[float]] = defaultdict(Counter)
    for word in words_on_paper(long_pdf):
        if "—" not in word.text and not word.text.isdecimal():
            rows[word.page][round(word.top, 1)] += len(word.text)
    full = rows[2]
    assert len(full) == 22
    assert sorted(Counter(full.values()).items()) == [(10, 1), (26, 1), (28, 20)]
    tops = sorted(full)
    pitch = 28.95 * 25.4 / 72
    assert all(abs(below - above - pitch) < 0.15 for above, below in pairwise(tops))


def test_margins_are_those_of_the_standard(long_pdf: bytes) -> None:
    body = [word for word in words_on_paper(long_pdf) if word.page == 2 and len(word.text) == 28]
    assert all(abs(word.left - GB_LEFT) < NEAR and abs(word.right - GB_RIGHT) < NEAR for word in body)
    assert abs(min(word.top for word in body) - GB_TOP) < NEAR
    assert max(word.bottom for word in body) < 297 - 35


def test_paragraphs_begin_two_characters_in(long_pdf: bytes) -> None:
    shorter = [word for word in words_on_paper(long_pdf) if len(word.text) == 26]
    assert shorter
    assert all(abs(word.left - GB_LEFT - 2 * CHARACTER) < NEAR for word in shorter)


def test_page_numbers_are_outside_with_a_dash_on_each_side(long_pdf: bytes) -> None:
    reader = PdfReader(io.BytesIO(long_pdf))
    found = words_on_paper(long_pdf)
    for page in range(1, len(reader.pages) + 1):
        foot = [word for word in found if word.page == page and word.top > 297 - 35]
        assert "".join(word.text for word in foot) == f"—{page}—"
        if page % 2:
            assert abs(max(word.right for word in foot) - (GB_RIGHT - 14 * 25.4 / 72)) < 1
        else:
            assert abs(min(word.left for word in foot) - (GB_LEFT + 14 * 25.4 / 72)) < NEAR


def test_the_date_begins_two_characters_to_the_right_of_the_office(pdf: bytes) -> None:
    found = words_on_paper(pdf)
    office = next(word for word in found if word.text == "南岭市救助管理站" and word.page == 2)
    date = [word for word in found if word.page == office.page and 8 < word.top - office.top < 13]
    assert abs(min(word.left for word in date) - office.left - 2 * CHARACTER) < NEAR
    assert abs(max(word.right for word in date) - (GB_RIGHT - 2 * CHARACTER)) < NEAR


def test_the_record_of_versions_lies_at_the_foot_of_the_last_page(pdf: bytes) -> None:
    found = words_on_paper(pdf)
    last = max(word.page for word in found)
    office = next(word for word in found if word.text == "南岭市救助管理站办公室")
    issued = next(word for word in found if word.text.endswith("印发"))
    assert (office.page, issued.page) == (last, last)
    assert office.left < GB_LEFT + 8
    assert issued.right > GB_RIGHT - 8
    assert 297 - 35 - issued.bottom < 5


def test_the_settings_make_the_record_where_the_text_has_none(typesetter: Typesetter) -> None:
    with_record = PrintSettings(report="市民政局", send="各县市", issue="各科室", issued_by="办公室", copies=80)
    said = text_on_paper(printed(typesetter, leaf_of("## 一\n\n### 二\n\n三\n"), with_record).pdf)
    lines = said.splitlines()
    at = next(number for number, line in enumerate(lines) if "市民政局" in line)
    assert "各县市" in lines[at + 1]
    assert "各科室" in lines[at + 2]
    assert lines[at + 3].startswith("办公室")
    assert "80" in lines[at + 4]
    assert "各县市\n" not in text_on_paper(printed(typesetter, leaf_of(ISSUE, head=HEAD), with_record).pdf)


# ── what is read aloud


def test_the_tags_are_those_of_the_text(pdf: bytes) -> None:
    found = tags(pdf)
    names = [each.tag for each in found]
    headings = [name for name in names if re.fullmatch(r"H\d", name)]
    assert headings == ["H1", "H1", "H2", "H3", "H4", "H4", "H3", "H3"]
    assert names.count("Table") == 1
    assert (names.count("TH"), names.count("TD"), names.count("TR")) == (4, 12, 4)
    assert names.count("LI") == 2
    assert "Link" in names
    assert {"TOC", "TOCI"} <= set(names)


def test_bookmarks_lead_to_title_sections_and_articles(pdf: bytes) -> None:
    def titles(outline: list[Any]) -> list[Any]:
        return [titles(each) if isinstance(each, list) else each.title for each in outline]

    points = ["一、把人找到", "二、把人安顿好"]
    articles = ["夜间巡查的三点做法", points, "寻亲的经过", "大寒这一天"]
    assert titles(PdfReader(io.BytesIO(pdf)).outline) == ["冬季救助专刊", ["站务新闻", articles]]


def test_language_title_and_standards_are_written_into_the_file(pdf: bytes) -> None:
    reader = PdfReader(io.BytesIO(pdf))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "zh-CN"
    assert reader.metadata
    assert reader.metadata.title == "冬季救助专刊"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert reader.metadata.creation_date_raw == "D:20150410020449Z"  # ten o'clock in China


def test_links_lead_where_they_led(pdf: bytes) -> None:
    notes = [note.get_object() for page in PdfReader(io.BytesIO(pdf)).pages for note in page.get("/Annots", [])]
    targets = [note["/A"]["/URI"] for note in notes if "/A" in note and "/URI" in note["/A"]]
    assert targets == ["https://jzz.example.cn/issues/2015001/", "https://example.cn/notice"]


# ── the text


def test_the_sheet_says_what_the_issue_says(pdf: bytes, leaf: Leaf) -> None:
    assert_says_the_same(pdf, leaf)


@given(data=st.data())
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_sheet_of_any_text_says_the_same(typesetter: Typesetter, data: st.DataObject) -> None:
    text = data.draw(st.lists(_ARTICLE, min_size=1, max_size=3).map("\n\n".join))
    drawn = leaf_of(f"## 栏目\n\n{text}\n")
    assert_says_the_same(printed(typesetter, drawn).pdf, drawn)


_SENTENCE = st.text("天地玄黄宇宙洪荒日月盈昃辰宿列张，。、；：（）“”A1x ", min_size=1, max_size=80).map(
    lambda drawn: f"文{drawn.strip()}"
)
_BLOCK = st.one_of(
    _SENTENCE,
    _SENTENCE.map(lambda drawn: f"> {drawn}"),
    st.lists(_SENTENCE, min_size=1, max_size=4).map(lambda drawn: "\n".join(f"- {each}" for each in drawn)),
    st.lists(_SENTENCE, min_size=1, max_size=4).map(
        lambda drawn: "\n".join(f"{number}. {each}" for number, each in enumerate(drawn, 1))
    ),
    _SENTENCE.map(lambda drawn: f"一、{drawn}"),
    _SENTENCE.map(lambda drawn: f"（二）{drawn}"),
    st.lists(st.sampled_from("甲乙丙丁12"), min_size=6, max_size=6).map(
        lambda drawn: "|{}|{}|\n|---|---|\n|{}|{}|\n|{}|{}|".format(*drawn)
    ),
)
_ARTICLE = st.tuples(st.text("春夏秋冬", min_size=1, max_size=8), st.lists(_BLOCK, min_size=1, max_size=5)).map(
    lambda drawn: f"### 题{drawn[0]}\n\n" + "\n\n".join(drawn[1])
)


def assert_says_the_same(pdf: bytes, leaf: Leaf) -> None:
    said = re.sub(r"(?m)^—\s*\d+\s*—$", "", text_on_paper(pdf))
    on_paper, written = ("".join(words(re.sub(r"〔\d{1,3}〕", "", text))) for text in (said, "\n".join(_said(leaf))))
    assert on_paper.endswith(written)


def _said(leaf: Leaf) -> Iterator[str]:
    yield from _said_by(leaf.lead, "")
    for section in leaf.sections:
        yield text_of(section.heading)
        yield from _said_by(section.lead, section.byline)
        for article in section.articles:
            yield text_of(article.heading)
            yield from _said_by(article.text, article.byline)


def _said_by(text: TextBlocks, byline: str) -> Iterator[str]:
    """The order on paper: a record of versions is at the foot of the page."""
    ends = text.blocks[-1:] if text.blocks and isinstance(text.blocks[-1], VersionRecord) else ()
    yield from lines(text.blocks[: len(text.blocks) - len(ends)])
    yield byline
    for note in text.notes:
        yield from lines(note.blocks)
    yield from lines(ends)


def test_code_on_paper_can_be_copied(typesetter: Typesetter) -> None:
    """Where a long word of it may be parted, there is no character."""
    address = "https://www.example.cn/" + "y" * 60
    said = text_on_paper(printed(typesetter, leaf_of(f"## 一\n\n### 二\n\n```\n{address}\n```\n")).pdf)
    assert address in said.replace("\n", "")


def test_a_draft_says_so_on_every_page(typesetter: Typesetter) -> None:
    draft = leaf_of("## 一\n\n### 二\n\n" + "字" * 1500, head=HEAD.replace("---\nnumber", "---\ndraft: yes\nnumber"))
    assert draft.draft
    pages = PdfReader(io.BytesIO(printed(typesetter, draft).pdf)).pages
    assert len(pages) > 2
    assert all("草稿" in page.extract_text() for page in pages)


def test_points_have_their_typefaces(typesetter: Typesetter, leaf: Leaf) -> None:
    blocks = printer(typesetter).inputs(leaf, lambda *_: b"").data["blocks"]
    styles = {"".join(run["t"] for run in node["runs"])[:4]: node["style"] for node in blocks if "style" in node}
    assert (styles["一、把人"], styles["站务新闻"], styles["夜间巡查"]) == ("sub1", "section", "article")
    leads = ["".join(run["t"] for run in node["lead"]) for node in blocks if node["kind"] == "point"]
    assert leads == ["（一）划片包干。", "（二）信息共享。"]


def test_points_of_one_level_look_alike(typesetter: Typesetter) -> None:
    rules = leaf_of(
        "## 一\n\n### 二\n\n一、早上八点开门。\n\n二、晚上八点关门。值班的人留下。\n\n三、本规定自公布之日起施行。\n"
    )
    blocks = printer(typesetter).inputs(rules, lambda *_: b"").data["blocks"]
    assert [node["lead"] for node in blocks if node["kind"] == "point"] == [[], [], []]


def test_a_link_in_the_head_of_a_long_table_keeps_the_standards(typesetter: Typesetter) -> None:
    rows = "| 甲 | 乙 |\n" * 60
    text = f"## 一\n\n### 二\n\n| [甲](https://a.cn/) | 乙 |\n|---|---|\n{rows}"
    assert [each.code for each in printed(typesetter, leaf_of(text)).problems] == ["T105"]
