"""The end of an office's text: sign-off, attachments, version record, and the author among them."""

from __future__ import annotations

import pytest

from bulletin.core.model import Text
from bulletin.read.dialect import make_markdown
from bulletin.read.lines import Part
from bulletin.read.structure import read_lines
from bulletin.read.texts import TextReader

MD = make_markdown()
BODY = "请按时参加。"
SIGNED = '<p class="signoff">县救助管理站<br>\n2023年5月6日</p>'


def read(text: str, *, signed: bool = True) -> tuple[str, Text]:
    reader = TextReader(MD, "https://jz.example.cn", frozenset())
    lines, _ = read_lines(text, 1, "a.md")
    _, made, _ = reader.read(Part("article", "题", "ti", 0, lines), "a.md", signed=signed)
    assert made
    assert reader.unsure_breaks == {"a.md": []}
    return reader.html_parts[-1], made


@pytest.mark.parametrize(
    "lines",
    [
        "　　　　　　　　　　县救助管理站\n　　　　　　　　　2023年5月6日",
        "\t\t\t县救助管理站\n\t\t\t2023年5月6日",
        "                    县救助管理站\n                    2023年5月6日",
        "县救助管理站\n2023年5月6日",
        "县救助管理站\n\n2023年5月6日",
        "县救助管理站　　2023年5月6日",
        "　　　　　　　　县救助管理站　　2023年5月6日",
    ],
)
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_office_and_date_are_set_right(lines: str, between: str) -> None:
    assert read(BODY + between + lines)[0] == f"<p>{BODY}</p>\n{SIGNED}"


@pytest.mark.parametrize(
    "date",
    [
        "二〇二三年五月六日",
        "5月6日",
        "2023年5月",
        "2023.5.6",
        "二○二三年十二月三十一日",
        "2023-05-06",
        "2023 年 5 月 6 日",
        "２０２３年５月６日",
    ],
)
def test_dates_of_a_sign_off(date: str) -> None:
    assert f"县民政局（盖章）<br>\n{date}</p>" in read(f"{BODY}\n\n县民政局（盖章）\n{date}")[0]


def test_several_offices_sign_above_one_date() -> None:
    html = read(f"{BODY}\n\n县民政局\n县公安局\n　　县 财 政 局\n2023年5月6日")[0]
    assert html.endswith('<p class="signoff">县民政局<br>\n县公安局<br>\n县 财 政 局<br>\n2023年5月6日</p>')


def test_a_sign_off_stands_below_words_without_a_full_stop_and_before_an_attachment() -> None:
    assert read("特此通知\n县救助管理站\n2023年5月6日")[0] == f"<p>特此通知</p>\n{SIGNED}"
    text = f"{BODY}\n\n县救助管理站\n2023年5月6日\n\n#### 附件1\n\n报名表"
    assert SIGNED in read(text)[0]


def test_a_person_signs_where_it_is_pushed_right_or_is_a_name() -> None:
    assert (
        '<p class="signoff">站长　刘红兵<br>' in read(f"{BODY}\n　　　　　　站长　刘红兵\n　　　　　　2023年5月6日")[0]
    )
    assert '<p class="signoff">刘红兵<br>' in read(f"{BODY}\n\n刘红兵\n2023年5月6日")[0]


def test_one_that_is_pushed_right_may_be_anywhere() -> None:
    pushed = "　　　　　　　　县救助管理站\n　　　　　　　　2023年5月6日"
    assert read(f"{BODY}\n\n{pushed}\n\n又：请带水杯。")[0] == f"<p>{BODY}</p>\n{SIGNED}\n<p>又：请带水杯。</p>"


@pytest.mark.parametrize(
    "text",
    [
        "县救助管理站\n2023年5月6日",  # a masthead: nothing is signed
        f"{BODY}\n\n县救助管理站\n2023年5月6日\n\n当天下着雨。",
        f"{BODY}\n\n2023年5月6日",
        f"{BODY}\n\n县救助管理站",
        f"{BODY}\n\n地点：县救助管理站\n时间：2023年5月6日",
    ],
)
def test_what_is_no_sign_off(text: str) -> None:
    html, _ = read(text, signed=False)
    assert "signoff" not in html
    assert html.count("<p>") == len(list(filter(None, text.split("\n"))))


@pytest.mark.parametrize(
    "text",
    [
        f"{BODY}（刘红兵）\n\n　　　　　　县救助管理站\n　　　　　　2023年5月6日",
        f"{BODY}\n（刘红兵）\n县救助管理站\n2023年5月6日",
        f"{BODY}\n\n县救助管理站\n2023年5月6日\n（刘红兵）",
        f"{BODY}\n\n县救助管理站\n2023年5月6日（刘红兵）",
        f"{BODY}（刘红兵）\n\n县救助管理站\n2023年5月6日\n（此件可以张贴）",
        f"{BODY}（刘红兵）\n\n县救助管理站\n2023年5月6日\n\n---\n\n报：县委办\n送：各科室",
    ],
)
def test_an_author_before_or_after_stays_an_author(text: str) -> None:
    html, made = read(text)
    assert made.byline == "刘红兵"
    assert SIGNED in html
    assert "刘红兵" not in html


def test_attachments_are_a_list_with_their_numbers() -> None:
    listed = '<dl class="attachments">\n<dt>附件：</dt>\n<dd>1.报名表</dd>\n<dd>2.路线图</dd>\n<dd>3.名册</dd>\n</dl>'
    for text in ("附件：1.报名表\n2.路线图\n3.名册", "　　附件：1.报名表\n　　　　　2.路线图\n\n　　　　　3.名册"):
        assert read(f"{BODY}\n{text}\n\n县救助管理站\n2023年5月6日")[0] == f"<p>{BODY}</p>\n{listed}\n{SIGNED}"
    assert "<dt>附 件:</dt>\n<dd>1、甲</dd>\n<dd>2、乙</dd>" in read(f"{BODY}\n附 件:1、甲\n2、乙")[0]


@pytest.mark.parametrize(
    "text", ["附件：报名表", "附件：1.报名表", "附件1：报名表\n附件2：路线图", "附件：1.5万元的清单\n清单另发。"]
)
def test_lone_attachments_are_paragraphs(text: str) -> None:
    assert read(f"{BODY}\n{text}")[0] == "\n".join(f"<p>{line}</p>" for line in (BODY, *text.split("\n")))


@pytest.mark.parametrize(
    "record",
    [
        "报：县委办公室\n送：各乡镇\n（共印50份）",
        "主送：各科室\n\n抄送：县民政局，县公安局",
        "报：县委办公室　　送：各乡镇　　（共印50份）",
        "发送范围：各科室　　　　共印五十份",
        "抄　送：县民政局",
        "县救助管理站办公室　　2023年5月6日印发",
        "县救助管理站办公室\n2023年5月6日印发",
        "报：县民政局\n送：各科室\n编辑：刘红兵　审核：邓军",
    ],
)
def test_the_version_record_is_a_block_of_its_own(record: str) -> None:
    html, made = read(f"{BODY}\n\n{record}")
    inside = "\n".join(f"<p>{line}</p>" for line in filter(None, record.split("\n")))
    assert html == f'<p>{BODY}</p>\n<div class="record">\n{inside}\n</div>'
    assert made.summary == BODY
    assert made.words == 5


def test_a_record_without_a_text_is_no_summary() -> None:
    assert read("报：县委办公室\n送：各乡镇")[1].summary == ""


def test_recipients_in_the_middle_of_a_text_are_its_paragraphs() -> None:
    text = f"送：棉衣五十件\n发：棉被二十床\n{BODY}"
    assert read(text)[0] == f"<p>送：棉衣五十件</p>\n<p>发：棉被二十床</p>\n<p>{BODY}</p>"


@pytest.mark.parametrize(
    ("above", "author"),
    [
        ("作者：李办公\n\n", "李办公"),
        ("\n　　　　　　　　作者：李办公\n", "李办公"),
        ("文/李娜\n图/王芳\n\n", "文/李娜；图/王芳"),
        ("（供稿：信息小组）\n\n", "供稿：信息小组"),
    ],
)
def test_an_author_in_the_first_lines_is_no_paragraph_and_in_no_summary(above: str, author: str) -> None:
    html, text = read(f"{above}　　会议指出，请按时参加。")
    assert (html, text.byline, text.summary) == ("<p>会议指出，请按时参加。</p>", author, "会议指出，请按时参加。")


def test_authors_in_the_first_and_in_the_last_line_are_both_named() -> None:
    html, text = read(f"作者：李办公\n\n{BODY}（摄影：王芳）")
    assert (html, text.byline) == (f"<p>{BODY}</p>", "李办公；摄影：王芳")


@pytest.mark.parametrize(
    "above", ["作者：李办公\n会议指出，", "编辑：李娜\n电话：0734-8516000\n\n", "> 作者：李办公\n\n"]
)
def test_a_first_paragraph_that_says_more_than_its_author_stays(above: str) -> None:
    html, text = read(f"{above}{BODY}")
    assert text.byline == ""
    assert above.split("：")[1].split("\n")[0] in html


def test_a_text_that_is_not_signed_keeps_its_first_line() -> None:
    assert read(f"作者：李办公\n\n{BODY}", signed=False)[0] == f"<p>作者：李办公</p>\n<p>{BODY}</p>"
