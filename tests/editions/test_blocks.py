"""The blocks of a text: its HTML's words in its HTML's order, and each part what it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from bulletin.editions.block_reader import read_blocks
from bulletin.editions.blocks import (
    Attachments,
    Block,
    Definition,
    Definitions,
    Figure,
    Image,
    Item,
    ListBlock,
    Note,
    Paragraph,
    Point,
    Preformatted,
    Quotation,
    Run,
    SignOff,
    Table,
    TextBlocks,
    VersionRecord,
    lines,
    runs_of,
    text_of,
)
from bulletin.editions.element_tree import KNOWN, UnknownElement
from bulletin.read.dialect import convert, make_markdown
from bulletin.read.sanitise import TAGS, sanitise
from tests.archives import KINDS, issue
from tests.arrange.contents import PATH, read, read_body
from tests.editions.leaves import leaf_of, said_by
from tests.read.cases import Case
from tests.read.test_dialect import CASES, VISIBLE
from tests.read.test_words import Piece, bodies
from tests.words import first_difference, shown, shown_issue, words


def blocks(html: str) -> tuple[Block, ...]:
    return read_blocks(html, {}).blocks


def plain(text: str) -> tuple[Run, ...]:
    return (Run(text),)


# ── the words


def spoken(text: TextBlocks) -> tuple[list[str], list[list[str]]]:
    return words("\n".join(lines(text.blocks))), [words("\n".join(lines(note.blocks))) for note in text.notes]


@pytest.mark.parametrize("case", CASES)
def test_blocks_say_what_the_html_says(case: Case) -> None:
    source = case.source
    for mark, meant in VISIBLE.items():
        source = source.replace(mark, meant)
    html = sanitise(convert(make_markdown(), source).html)
    made, expected = spoken(read_blocks(html, {})), shown(html)
    assert first_difference(words(expected.text), made[0]) == ""
    assert made[1] == [words(note) for note in expected.notes]


@settings(max_examples=150)
@given(bodies)
def test_a_leaf_says_what_the_page_says(text: Piece) -> None:
    reading = read_body(text.source)
    made, expected = said_by(leaf_of(text.source)), shown_issue(reading)
    assert first_difference(words(expected.text), words(made.text)) == "", text.source
    assert list(map(words, made.notes)) == list(map(words, expected.notes))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("index", range(1, 5))
def test_a_leaf_says_what_the_archives_say(kind: str, index: int) -> None:
    text = next(iter(issue(kind, index, 7).files.values()))
    assert isinstance(text, str)
    made, expected = said_by(leaf_of(text, head="")), shown_issue(read({PATH: text}))
    assert first_difference(words(expected.text), words(made.text)) == ""
    assert list(map(words, made.notes)) == list(map(words, expected.notes))


def test_every_element_that_a_text_may_have_has_a_place() -> None:
    assert TAGS <= KNOWN
    for tag in sorted(TAGS - {"br", "hr", "wbr", "img", "col", "colgroup", "rp"}):
        assert words(" ".join(lines(blocks(sanitise(f"<{tag}>站务</{tag}>"))))) == list("站务"), tag
    with pytest.raises(UnknownElement):
        blocks("<marquee>站务</marquee>")


# ── what each part is


def test_words_between_blocks_are_paragraphs() -> None:
    assert blocks("<div>甲<p>乙</p>丙 <b>丁</b></div>") == (
        Paragraph(plain("甲")),
        Paragraph(plain("乙")),
        Paragraph((Run("丙 "), Run("丁", ("strong",)))),
    )


def test_what_is_around_blocks_is_kept() -> None:
    assert blocks('<a href="https://a.cn/"><del><p>甲</p></del></a>') == (
        Paragraph((Run("甲", ("strike",), "https://a.cn/"),)),
    )


def test_blanks_are_those_that_a_browser_shows() -> None:
    assert blocks("<p> 甲\n 乙 <b> 丙</b> <br> 丁\n</p>") == (
        Paragraph((Run("甲 乙 "), Run("丙", ("strong",)), Run("\n丁"))),
    )


def test_marks_of_runs() -> None:
    (made,) = blocks("<p><strong><em>甲</em></strong><s>乙</s><code>丙</code>H<sub>2</sub><u>丁</u><q>戊</q></p>")
    assert isinstance(made, Paragraph)
    assert [(run.text, run.marks) for run in made.runs] == [
        ("甲", ("em", "strong")),
        ("乙", ("strike",)),
        ("丙", ("code",)),
        ("H", ()),
        ("2", ("sub",)),
        ("丁", ("underline",)),
        ("“戊”", ()),
    ]


def test_pinyin_stands_above_its_character() -> None:
    assert blocks("<p><ruby>垚<rt>yáo</rt>喆<rp>(</rp><rt>zhé</rt><rp>)</rp></ruby>到会</p>") == (
        Paragraph((Run("垚", ruby="yáo"), Run("喆", ruby="zhé"), Run("到会"))),
    )


def test_a_list_counts_as_the_page_does() -> None:
    made = blocks('<ol start="3"><li>甲</li><li value="7">乙<ul><li>丙</li></ul></li><li>丁</li></ol>')
    inner = ListBlock(False, (Item("•", (Paragraph(plain("丙")),)),))
    assert made == (
        ListBlock(
            True,
            (
                Item("3.", (Paragraph(plain("甲")),), 3),
                Item("7.", (Paragraph(plain("乙")), inner), 7),
                Item("8.", (Paragraph(plain("丁")),), 8),
            ),
        ),
    )


def test_a_table_has_cells_that_span_and_a_head() -> None:
    (made,) = blocks(
        "<table><caption>人次</caption><thead><tr><th>项目</th><th class='right'>数</th></tr></thead>"
        "<tbody><tr><td colspan='2'>合计</td></tr></tbody></table>"
    )
    assert isinstance(made, Table)
    assert (text_of(made.caption), made.width, [row.in_head for row in made.rows]) == ("人次", 2, [True, False])
    assert [cell.columns for row in made.rows for cell in row.cells] == [1, 1, 2]
    assert made.rows[0].cells[1].align == "right"


def test_a_figure_has_its_picture_and_caption() -> None:
    image = Image("一扇门", "https://a.cn/men.jpg", "men")
    picture = "<picture><source><img src='https://a.cn/men.jpg' alt='一扇门'></picture>"
    html = f"<figure>{picture}<figcaption>新门</figcaption></figure>"
    assert read_blocks(html, {image.src: image}).blocks == (Figure(image, plain("新门")),)


def test_a_picture_that_is_not_here_is_its_words() -> None:
    assert blocks("<figure>门口（图片，img.cn）</figure>") == (Paragraph(plain("门口（图片，img.cn）")),)


OFFICIAL = """\
## 站务新闻

### 通知

一、工作要求

（二）按时上报。

> 引文

```
 a
  b
```

词
: 释义

附件：1.名单
2.表格

　　　　　　　　　　　　　救助站
　　　　　　　　　　　　2024年9月20日

报：市局
送：各站
（共印50份）
"""


def test_a_line_break_in_code_is_one() -> None:
    assert blocks("<pre>甲<br>乙</pre>") == (Preformatted("甲\n乙"),)


def test_code_says_what_the_page_shows_of_it() -> None:
    assert blocks('<pre><q>甲</q><img src="men.png" alt="新门"></pre>') == (Preformatted("“甲”新门"),)
    assert blocks("<pre> <wbr>\n</pre>") == ()


def test_one_picture_at_two_places_is_described_for_each() -> None:
    image = Image("一扇门", "https://a.cn/men.jpg", "men")
    html = "".join(f'<p><img src="https://a.cn/men.jpg" alt="{alt}"></p>' for alt in ("前门", "后门"))
    made = read_blocks(html, {image.src: image}).blocks
    assert [run.image and run.image.alt for block in made for run in runs_of(block)] == ["前门", "后门"]
    assert [run.image and run.image.path for block in made for run in runs_of(block)] == ["men", "men"]


def test_official_parts() -> None:
    leaf = leaf_of(OFFICIAL)
    first, second, quotation, code, terms, attachments, sign_off, record = leaf.sections[0].articles[0].text.blocks
    assert isinstance(first, Point) and isinstance(second, Point)
    assert [(each.level, each.is_title) for each in (first, second)] == [(1, True), (2, False)]
    assert quotation == Quotation((Paragraph(plain("引文")),))
    assert code == Preformatted(" a\n  b")
    assert terms == Definitions(
        (Definition(True, (Paragraph(plain("词")),)), Definition(False, (Paragraph(plain("释义")),)))
    )
    assert attachments == Attachments(plain("附件："), (plain("1.名单"), plain("2.表格")))
    assert sign_off == SignOff((plain("救助站"), plain("2024年9月20日")))
    assert record == VersionRecord((plain("报：市局"), plain("送：各站"), plain("（共印50份）")))


def test_notes_are_apart_and_their_marks_name_them() -> None:
    leaf = leaf_of("## 站务新闻\n\n### 大会召开[^1]\n\n到会三十人[^2]。\n\n[^1]: 在礼堂。\n[^2]: 不含列席。\n")
    (article,) = leaf.sections[0].articles
    (body,) = article.text.blocks
    assert isinstance(body, Paragraph)
    marks = [run for run in (*article.heading, *body.runs) if run.note]
    assert [(run.text, run.note) for run in marks] == [(note.number, note.id) for note in article.text.notes]
    assert article.text.notes[0] == Note(marks[0].note, "1", (Paragraph(plain("在礼堂。")),))
    assert {note.id for note in article.text.notes} <= leaf.anchors


def test_links_lead_into_the_leaf_or_to_an_absolute_address() -> None:
    leaf = leaf_of("## 站务新闻\n\n### 甲 {#jia}\n\n[此](#jia)[彼](#yi)[站](/about/)[外](https://a.cn/x)\n")
    hrefs = ("#jia", "#yi", "https://a.cn/x", "about/index.html")
    home = "https://jzz.example.cn/issues/2015001/"
    assert [leaf.link(href) for href in hrefs] == ["#jia", f"{home}#yi", "https://a.cn/x", ""]
    assert leaf.sections[0].articles[0].url == f"{home}jia/"
