"""Cleaned copies of Office files: what goes, and that all else stays byte for byte."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulletin.read.documents.cleaning import clean_document
from bulletin.read.documents.reading import read_document
from tests.read.documents import (
    HEAD,
    P,
    R,
    W,
    X,
    app,
    core,
    custom,
    document,
    docx,
    packed,
    paragraph,
    pptx,
    relations,
    run,
    unpacked,
    xlsx,
)

COMMENT = (
    f'{HEAD}<w:comments {W}><w:comment w:id="0" w:author="邓军">{paragraph(run("改一改"))}</w:comment></w:comments>'
)


def inserted(words: str) -> str:
    return f'<w:ins w:id="1" w:author="王芳">{words}</w:ins>'


def deleted(words: str) -> str:
    return f'<w:del w:id="2" w:author="王芳">{words}</w:del>'


def cleaned_body(body: str, **parts: str | bytes) -> str:
    """The document after cleaning, without what is around its body."""
    cleaned = clean_document("a.docx", docx(body, **parts))
    assert cleaned
    text = unpacked(cleaned[0])["word/document.xml"].decode()
    before, _, after = document("|").partition("|")
    assert text.startswith(before)
    assert text.endswith(after)
    return text[len(before) : -len(after)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (paragraph(inserted(run("新")), run("旧")), paragraph(run("新"), run("旧"))),
        (paragraph(deleted(run("删", kind="delText")), run("留")), paragraph(run("留"))),
        (
            paragraph('<w:commentRangeStart w:id="0"/>', run("字"), '<w:commentRangeEnd w:id="0"/>', inserted("")),
            paragraph(run("字")),
        ),
        (paragraph(run("藏", "<w:vanish/>"), run("见")), paragraph(run("见"))),
        (
            paragraph(inserted(""), run("字", '<w:b/><w:rPrChange w:id="4" w:author="王芳"><w:rPr/></w:rPrChange>')),
            paragraph(run("字", "<w:b/>")),
        ),
        (
            paragraph(deleted(run("全", kind="delText")), properties=f"<w:rPr>{deleted('')}</w:rPr>") + paragraph(),
            paragraph(),
        ),
        (
            paragraph(run("留"), properties='<w:rPr><w:del w:id="9" w:author="王芳"/></w:rPr>'),
            paragraph(run("留"), properties="<w:rPr></w:rPr>"),
        ),
        (
            f"<w:tbl><w:tr><w:trPr>{deleted('')}</w:trPr>"
            f"<w:tc>{paragraph(deleted(run('行', kind='delText')))}</w:tc></w:tr>"
            f"<w:tr><w:tc>{paragraph(run('列'))}</w:tc></w:tr></w:tbl>",
            f"<w:tbl><w:tr><w:tc>{paragraph(run('列'))}</w:tc></w:tr></w:tbl>",
        ),
        (
            f'<w:p w:rsidR="00A1" w:rsidRPr="00B2">{run("藏", "<w:vanish/>")}'
            '<w:r w:rsidR="00C3"><w:t>w:rsidR="1"</w:t></w:r></w:p>',
            '<w:p><w:r><w:t>w:rsidR="1"</w:t></w:r></w:p>',
        ),
        (
            paragraph(run("藏", "<w:vanish/>"), properties="<w:rPr><w:vanish/></w:rPr>") + paragraph(run("见")),
            paragraph(run("见")),
        ),
    ],
)
def test_what_goes_is_cut_out_and_the_rest_stays_byte_for_byte(before: str, after: str) -> None:
    assert cleaned_body(before) == after


def test_a_hidden_run_with_a_part_of_a_field_stays() -> None:
    part = '<w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t><w:fldChar w:fldCharType="begin"/></w:r>'
    assert cleaned_body(paragraph(part, run("藏", "<w:vanish/>"))) == paragraph(part)


def test_comments_people_and_properties_go_with_all_that_names_them() -> None:
    more: dict[str, str | bytes] = {
        "docProps/thumbnail.jpeg": b"x",
        "word/media/image1.png": b"\x89PNG",
        "word/_rels/document.xml.rels": relations(comments="comments.xml", image="media/image1.png"),
    }
    data = docx(
        paragraph(run("正文")),
        word__comments_x=COMMENT,
        docProps__core_x=core("王芳", "李桂芳"),
        docProps__app_x=app("邓军", "某站", "Normal.dotm"),
        docProps__custom_x=custom("受理人"),
        **more,
    )
    cleaned = clean_document("报名表.docx", data)
    assert cleaned
    before, after = unpacked(data), unpacked(cleaned[0])
    gone = {"word/comments.xml", "docProps/custom.xml", "docProps/thumbnail.jpeg"}
    changed = {"[Content_Types].xml", "word/_rels/document.xml.rels", "docProps/core.xml", "docProps/app.xml"}
    assert before.keys() - after.keys() == gone
    assert {name for name in after if after[name] != before[name]} == changed
    assert "comments" not in after["[Content_Types].xml"].decode() + after["word/_rels/document.xml.rels"].decode()
    assert "某站" in after["docProps/app.xml"].decode()
    for name in changed:
        ElementTree.fromstring(after[name])
    assert {trace.kind: trace.words for trace in cleaned[1]} == {
        "author": ("王芳",),
        "last author": ("李桂芳",),
        "manager": ("邓军",),
        "comments": ("邓军",),
        "custom properties": ("受理人",),
    }
    assert [trace.kind for trace in read_document("a.docx", cleaned[0]).traces] == ["company"]


def test_the_template_on_somebodys_computer_goes() -> None:
    data = docx(
        paragraph(run("正文")),
        word__settings_x=f'{HEAD}<w:settings {W} {R}><w:attachedTemplate r:id="rId1"/><w:zoom/></w:settings>',
        **{"word/_rels/settings.xml.rels": relations(attachedTemplate="!file:///C:\\Users\\wangfang\\a.dotx")},
    )
    cleaned = clean_document("a.docx", data)
    assert cleaned
    after = unpacked(cleaned[0])
    assert after["word/settings.xml"].decode() == f"{HEAD}<w:settings {W} {R}><w:zoom/></w:settings>"
    assert b"wangfang" not in b"".join(after.values())


def test_notes_of_cells_go_with_the_drawing_that_frames_them() -> None:
    note = '<v:shape><x:ClientData ObjectType="Note"></x:ClientData></v:shape>'
    vml = f'<xml xmlns:v="urn:v" xmlns:x="urn:x">{note}</xml>'
    comments = (
        f"{HEAD}<comments {X}><authors><author>王芳</author></authors><commentList><comment/></commentList></comments>"
    )
    data = xlsx(
        {"一": ("visible", '<sheetData/><legacyDrawing r:id="rId2"/>')},
        xl__comments1_x=comments,
        **{
            "xl/drawings/vml1.vml": vml,
            "xl/worksheets/_rels/sheet1.xml.rels": relations(
                comments="../comments1.xml", vmlDrawing="../drawings/vml1.vml"
            ),
        },
    )
    cleaned = clean_document("a.xlsx", data)
    assert cleaned
    after = unpacked(cleaned[0])
    assert not {"xl/comments1.xml", "xl/drawings/vml1.vml"} & after.keys()
    assert b"legacyDrawing" not in after["xl/worksheets/sheet1.xml"]
    assert b"Relationship " not in after["xl/worksheets/_rels/sheet1.xml.rels"]
    button = vml.replace("</xml>", '<x:ClientData ObjectType="Button"></x:ClientData></xml>')
    members = {**unpacked(data), "xl/drawings/vml1.vml": button.encode()}
    assert clean_document("a.xlsx", packed(members)) is None


def test_comments_on_slides_go() -> None:
    data = pptx(
        (("", "第一张"),),
        {1: "备注"},
        ppt__comments__comment1_x=f"{HEAD}<p:cmLst {P}><p:cm><p:text>换图</p:text></p:cm></p:cmLst>",
        ppt__commentAuthors_x=f'{HEAD}<p:cmAuthorLst {P}><p:cmAuthor id="0" name="王芳"/></p:cmAuthorLst>',
    )
    cleaned = clean_document("a.pptx", data)
    assert cleaned
    assert [trace.kind for trace in read_document("a.pptx", cleaned[0]).traces] == ["speaker notes"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", docx(paragraph(run("正文")))),
        ("a.docx", docx(paragraph(run("正文")), docProps__core_x=core("微软用户", "Administrator"))),
        ("a.docx", docx(f'<w:p w:rsidR="00A1">{run("只有编号")}</w:p>')),
        ("a.docx", docx(paragraph(run("签了名", "<w:vanish/>")), **{"_xmlsignatures/sig1.xml": "<x/>"})),
        ("a.docx", b"PK\x03\x04"),
        ("a.doc", docx(paragraph(run("藏", "<w:vanish/>")))),
        ("a.zip", docx(paragraph(run("藏", "<w:vanish/>")))),
    ],
)
def test_what_needs_no_cleaning_or_may_not_be_touched(name: str, data: bytes) -> None:
    assert clean_document(name, data) is None


PIECES = st.lists(
    st.sampled_from(
        [
            run("甲"),
            run("乙", "<w:vanish/>"),
            inserted(run("丙") + run("丁", "<w:vanish/>")),
            deleted(run("戊", kind="delText")),
            inserted(deleted(run("己", kind="delText"))),
            f'<w:moveTo w:id="5" w:author="王芳">{run("庚")}</w:moveTo>',
            f'<w:moveFrom w:id="6" w:author="王芳">{run("辛")}</w:moveFrom>',
            '<w:r><w:commentReference w:id="0"/></w:r>',
            f"<w:r><w:pict><w:txbxContent>{paragraph(run('框'), run('角', '<w:vanish/>'))}"
            "</w:txbxContent></w:pict></w:r>",
        ]
    ),
    max_size=6,
)
MARKS = st.sampled_from(["", f"<w:rPr>{deleted('')}</w:rPr>", "<w:rPr><w:vanish/></w:rPr>"])


@settings(max_examples=150)
@given(st.lists(st.tuples(PIECES, MARKS), max_size=5))
def test_readers_see_the_same_afterwards_and_a_second_cleaning_finds_nothing(
    those: list[tuple[list[str], str]],
) -> None:
    data = docx("".join(paragraph(*pieces, properties=mark) for pieces, mark in those), word__comments_x=COMMENT)
    cleaned = clean_document("a.docx", data)
    assert cleaned
    after = read_document("a.docx", cleaned[0])
    assert after.visible == read_document("a.docx", data).visible
    assert after.traces == ()
    assert clean_document("a.docx", cleaned[0]) is None
    ElementTree.fromstring(unpacked(cleaned[0])["word/document.xml"])
