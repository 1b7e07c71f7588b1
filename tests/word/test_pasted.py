# ruff: noqa: E501 - as Word writes it
"""What was copied in Word or WPS comes in by the same rules as a document."""

from __future__ import annotations

import pytest

from bulletin.word.pasted import read_pasted
from bulletin.word.refusals import NotTaken

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office">
<head><meta charset=utf-8><title>题</title><style>p.MsoNormal {mso-style-parent:""}</style>
<!--[if gte mso 9]><xml><w:WordDocument>机器读的</w:WordDocument></xml><![endif]--></head>
<body lang=ZH-CN><!--StartFragment-->
<p class=MsoTitle align=center style='text-align:center'><b><span>关于巡查的通知</span></b><o:p></o:p></p>
<p class=MsoNormal><span style='mso-spacerun:yes'>&nbsp; </span>各科室要<b style='mso-bidi-font-weight:normal'>认真</b>巡查，
不得<span style='display:none;mso-hide:all'>暗字</span>延误。<o:p>&nbsp;</o:p></p>
<h1 style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>一、</span><![endif]><span>工作要求</span></h1>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><!--[if !supportLists]--><span style='mso-list:Ignore'>1.<span
style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span><!--[endif]-->备好物资。</p>
<p class=MsoListParagraph style='mso-list:l2 level1 lfo3'><!--[if !supportLists]--><span
style='font-family:Wingdings;mso-list:Ignore'>§<span>&nbsp;</span></span><!--[endif]-->圆点一条</p>
<p class=MsoNormal>看<del cite="mailto:a">删掉的</del><ins>添上的</ins>话<span class=MsoCommentReference><a
class=msocomanchor href="#_msocom_1">[甲1]</a></span>。<a href="javascript:alert(1)">链接</a></p>
<table class=MsoTableGrid><tr><td colspan=2><p class=MsoNormal>横并</p></td></tr>
<tr><td rowspan=2><p>竖并</p></td><td><p>丙</p></td></tr><tr><td><p>丁</p></td></tr></table>
<p class=MsoNormal align=right style='text-align:right'>某市救助管理站</p>
<p class=MsoNormal align=right style='text-align:right'>2024年9月20日</p>
<div style='mso-element:comment-list'><div style='mso-element:comment'>批注内容</div></div>
<!--EndFragment--></body></html>"""
"""As Word puts it on the clipboard."""


def test_what_word_copies_comes_in_by_the_same_rules() -> None:
    text = read_pasted(WORD.encode())
    assert text.title == "关于巡查的通知"
    assert text.html == (
        "<p>各科室要<strong>认真</strong>巡查，不得延误。</p><h2>一、工作要求</h2><p>1. 备好物资。</p>"
        "<ul><li>圆点一条</li></ul><p>看添上的话。链接</p>"
        '<table><tbody><tr><td colspan="2">横并</td></tr><tr><td rowspan="2">竖并</td><td>丙</td></tr>'
        "<tr><td>丁</td></tr></tbody></table>"
        '<p class="signoff">某市救助管理站<br>2024年9月20日</p>'
    )
    assert [(left.kind, left.text) for left in text.left_out] == [
        ("hidden", "暗字"),
        ("deleted", "删掉的"),
        ("comment", "批注内容"),
    ]


def test_the_header_of_the_clipboard_of_windows_is_no_text() -> None:
    body = "<html><body><!--StartFragment--><p>剪来的话。</p><!--EndFragment--></body></html>"
    head = "Version:0.9\r\nStartHTML:{:08}\r\nEndHTML:00000000\r\nStartFragment:{:08}\r\nEndFragment:00000000\r\n"
    begin = len(head.format(0, 0))
    made = head.format(begin, begin + body.index("<p>")) + body
    assert read_pasted(made.encode()).html == "<p>剪来的话。</p>"


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings(code: str) -> None:
    page = "<html><head><meta charset=gb2312></head><body><p>编码试一试。</p></body></html>"
    assert read_pasted(page.encode(code)).html == "<p>编码试一试。</p>"


def test_plain_lines_are_paragraphs() -> None:
    assert read_pasted("　　第一行。\n\n第二行。\n".encode()).html == "<p>第一行。</p><p>第二行。</p>"


def test_points_that_a_browser_numbers_keep_their_numbers() -> None:
    """Word writes such lists into mails, and its web version to the clipboard."""
    page = "<ol start=3><li>甲事。</li><li>乙事。<ol type=a><li>里面。</li></ol>还有。</li><li value=9><p>丙事。</p></li></ol>"
    made = read_pasted(page.encode()).html
    assert made == "<p>3. 甲事。</p><p>4. 乙事。</p><p>a. 里面。</p><p>还有。</p><p>9. 丙事。</p>"


def test_a_mark_of_secrecy_is_found() -> None:
    assert read_pasted("<p>机密★1年</p><p>正文。</p>".encode()).secrecy == "机密★1年"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<div>" * 5000 + "深".join("") + "字", "deep"),
        ("<p></p>", "empty"),
        ("<p>" + "长" * 500_000, "long"),
        ("甲\0乙", "other"),
    ],
)
def test_what_cannot_be_taken_in(content: str, reason: str) -> None:
    with pytest.raises(NotTaken) as refused:
        read_pasted(content.encode())
    assert refused.value.reason == reason


def test_words_in_a_hidden_style_do_not_come_in() -> None:
    page = "<style><!-- span.a\n\t{mso-style-name:藏;\n\tdisplay:none;} p.b {color:red} --></style><p class=b>甲<span class=a>暗字</span>乙</p>"
    text = read_pasted(page.encode())
    assert (text.html, [each.text for each in text.left_out]) == ("<p>甲乙</p>", ["暗字"])
