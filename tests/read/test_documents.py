"""Attached files: their text by where it is, and what they tell beside it."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bulletin.read.documents.facts import MAX_DOCUMENT_TEXT, DocumentFacts, is_person
from bulletin.read.documents.reading import read_document
from tests.read.documents import (
    HEAD,
    ID_NUMBER,
    MOBILE,
    A,
    P,
    W,
    X,
    app,
    core,
    custom,
    docx,
    ole,
    packed,
    paragraph,
    pdf,
    pptx,
    relations,
    run,
    shape,
    summary,
    xlsx,
)


def texts(facts: DocumentFacts, role: str) -> list[tuple[str, str]]:
    return [(part.place, part.text) for part in facts.parts if part.role == role]


def traces(facts: DocumentFacts) -> dict[str, tuple[int, tuple[str, ...]]]:
    return {trace.kind: (trace.count, trace.words) for trace in facts.traces}


# ── Word


def test_a_word_file_is_taken_apart() -> None:
    box = f"<w:r><w:pict><w:txbxContent>{paragraph(run('框里'))}</w:txbxContent></w:pict></w:r>"
    body = (
        paragraph(run("联系电话138"), run("00138000"), run("隐去", "<w:vanish/>"), run("看见", '<w:vanish w:val="0"/>'))
        + paragraph(
            f'<w:ins w:id="1" w:author="王芳">{run("补上")}</w:ins>',
            f'<w:del w:id="2" w:author="李桂芳">{run("删去", kind="delText")}</w:del>',
            f'<w:moveFrom w:id="3" w:author="李桂芳">{run("搬走")}</w:moveFrom>',
        )
        + paragraph(box)
    )
    comment = (
        f'{HEAD}<w:comments {W}><w:comment w:id="0" w:author="邓军">{paragraph(run("改一改"))}</w:comment></w:comments>'
    )
    data = docx(
        body,
        word__comments_x=comment,
        word__header1_x=f"{HEAD}<w:hdr {W}>{paragraph(run('机密★三年'))}</w:hdr>",
        word__footnotes_x=f"{HEAD}<w:footnotes {W}><w:footnote>{paragraph(run('脚注'))}</w:footnote></w:footnotes>",
    )
    facts = read_document("报名表.docx", data)
    assert (facts.kind, facts.problem) == ("word", "")
    assert texts(facts, "body") == [("", f"联系电话{MOBILE}看见\n补上")]
    assert texts(facts, "header") == [("", "机密★三年")]
    assert [part.text for part in facts.visible if part.role in ("box", "note")] == ["框里", "脚注"]
    assert (texts(facts, "hidden"), texts(facts, "comment")) == ([("", "隐去")], [("", "改一改")])
    assert texts(facts, "deleted") == [("", "删去搬走")]
    assert traces(facts) == {
        "comments": (1, ("邓军",)),
        "deletions": (2, ("李桂芳",)),
        "hidden text": (1, ()),
        "insertions": (1, ("王芳",)),
    }


@pytest.mark.parametrize(
    ("paragraph_style", "run_style", "own", "hidden"),
    [
        ("Secret", "", "", True),
        ("Child", "", "", True),
        ("", "Whisper", "", True),
        ("Secret", "Whisper", "", False),
        ("Secret", "", '<w:vanish w:val="false"/>', False),
        ("", "", '<w:rPrChange w:author="王芳"><w:rPr><w:vanish/></w:rPr></w:rPrChange>', False),
    ],
)
def test_styles_hide_text_too(paragraph_style: str, run_style: str, own: str, hidden: bool) -> None:
    hides = "<w:rPr><w:vanish/></w:rPr>"
    styles = (
        f'{HEAD}<w:styles {W}><w:style w:type="paragraph" w:styleId="Secret">{hides}</w:style>'
        '<w:style w:type="paragraph" w:styleId="Child"><w:basedOn w:val="Secret"/></w:style>'
        f'<w:style w:type="character" w:styleId="Whisper">{hides}</w:style></w:styles>'
    )
    named = f'<w:rStyle w:val="{run_style}"/>' if run_style else ""
    style = f'<w:pStyle w:val="{paragraph_style}"/>' if paragraph_style else ""
    facts = read_document("a.docx", docx(paragraph(run("字", named + own), properties=style), word__styles_x=styles))
    assert texts(facts, "hidden" if hidden else "body") == [("", "字")]


def test_properties_links_and_what_is_embedded() -> None:
    more: dict[str, str | bytes] = {
        "word/_rels/document.xml.rels": relations(
            hyperlink_1="!https://example.cn/",
            hyperlink_2="!file:///C:/Users/wangfang/b.docx",
            attachedTemplate="!file:///D:\\模板.dotx",
        ),
        "word/vbaProject.bin": b"x",
    }
    book = xlsx({"原始": ("visible", "<sheetData><row><c><v>5</v></c></row></sheetData>")})
    data = docx(
        paragraph(run("正文")),
        docProps__core_x=core("王芳", "微软用户"),
        docProps__app_x=app("邓军", "某站", "C:\\Users\\wangfang\\a.dotx"),
        docProps__custom_x=custom("受理人", "KSOProductBuildVer"),
        word__people_x=f'{HEAD}<w15:people xmlns:w15="u"><w15:person w15:author="李桂芳"/></w15:people>',
        **{**more, "word/embeddings/book.xlsx": book},
    )
    found = traces(read_document("a.docx", data))
    assert found["author"] == (1, ("王芳",))
    assert found["last author"] == (1, ("微软用户",))
    assert (found["manager"], found["company"]) == ((1, ("邓军",)), (1, ("某站",)))
    assert found["path"][0] == 3
    assert found["people"] == (1, ("李桂芳",))
    assert found["custom properties"] == (1, ("受理人",))
    assert found["external links"][0] == 2
    assert (found["embedded files"], found["macros"]) == ((1, ("book.xlsx",)), (1, ()))
    assert texts(read_document("a.docx", data), "embedded") == [("book.xlsx", "5")]


@pytest.mark.parametrize(
    ("name", "person"),
    [
        *(("王芳", True), ("Wang Fang", True), ("微软用户", False), ("Administrator", False), ("lenovo", False)),
        *(("WPS_1504230123", False), ("python-docx", False), ("Microsoft Office User", False), ("123", False)),
    ],
)
def test_what_programs_write_as_an_author_is_nobody(name: str, person: bool) -> None:
    assert is_person(name) is person


def test_pictures_say_where_they_were_taken_and_what_was_cropped() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    picture = io.BytesIO()
    Image.new("RGB", (4, 4)).save(picture, "JPEG", exif=exif)
    crop = '<w:r><w:drawing><a:blip/><a:srcRect l="1000"/><a:srcRect t="0"/></w:drawing></w:r>'
    facts = read_document("a.docx", docx(paragraph(crop), **{"word/media/image1.jpeg": picture.getvalue()}))
    assert traces(facts) == {"cropped pictures": (1, ()), "location": (1, ("image1.jpeg",))}
    raw = picture.getvalue()
    held = f"<< /Length {len(raw)} /Filter /DCTDecode >>\nstream\n{raw.decode('latin-1')}\nendstream"
    assert "location" in traces(read_document("a.pdf", pdf(objects=(held,))))


# ── Excel


def test_cells_are_text_whether_they_are_shown_or_not() -> None:
    number = f'<c r="D1" t="str"><v>{ID_NUMBER}</v></c>'
    row = f'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>1.3800138E10</v></c>{number}</row>'
    rows = f'<sheetData>{row}<row r="2" hidden="1"><c r="A2" t="inlineStr"><is><t>藏</t></is></c></row></sheetData>'
    data = xlsx(
        {
            "名单": ("visible", f'<cols><col min="4" max="5" hidden="1"/></cols>{rows}'),
            "底表": ("veryHidden", "<sheetData><row><c><v>7</v></c></row></sheetData>"),
            "空": ("visible", '<sheetFormatPr zeroHeight="1"/><sheetData><row><c><v>8</v></c></row></sheetData>'),
        },
        ("张三",),
        xl__comments1_x=f"{HEAD}<comments {X}><authors><author>王芳</author></authors><commentList>"
        "<comment><text><t>核对</t></text></comment></commentList></comments>",
        xl__pivotCache__pivotCacheRecords1_x=f'{HEAD}<pivotCacheRecords {X}><r><s v="旧数据"/></r></pivotCacheRecords>',
    )
    facts = read_document("名单.xlsx", data)
    assert texts(facts, "body") == [("名单", f"张三\t{MOBILE}")]
    assert texts(facts, "hidden") == [("名单", f"{ID_NUMBER}\n藏"), ("底表", "7"), ("空", "8")]
    assert (texts(facts, "comment"), texts(facts, "cached")[0][1]) == ([("", "核对")], "旧数据")
    found = traces(facts)
    assert found["hidden sheets"] == (1, ("底表",))
    assert (found["hidden rows"], found["hidden columns"]) == ((2, ("名单", "空")), (2, ("名单",)))
    assert (found["comments"], "cached data" in found) == ((1, ("王芳",)), True)


def test_the_header_of_a_sheet_and_the_folder_it_came_from() -> None:
    sheet = '<sheetData/><headerFooter><oddHeader>&amp;C&amp;"宋体"机密</oddHeader></headerFooter>'
    space = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac"
    path = f'<x15ac:absPath xmlns:x15ac="{space}" url="C:\\Users\\wf\\"/>'
    data = xlsx({"一": ("visible", sheet)})
    assert [part.text.strip() for part in read_document("a.xlsx", data).visible] == ["机密"]
    book = f"{HEAD}<workbook {X}>{path}</workbook>"
    assert (
        traces(read_document("a.xlsx", packed({"[Content_Types].xml": "<x/>", "xl/workbook.xml": book})))["path"][0]
        == 1
    )


# ── PowerPoint


def test_slides_in_their_order_hidden_ones_and_notes() -> None:
    left = f"{HEAD}<p:sld {P} {A}>{shape('没有放进去')}</p:sld>"
    data = pptx(
        (("", "第一张"), ('show="0"', "第二张"), ("", "第三张")),
        {1: "这里讲慢一点"},
        ppt__slides__slide9_x=left,
        ppt__commentAuthors_x=f'{HEAD}<p:cmAuthorLst {P}><p:cmAuthor id="0" name="王芳"/></p:cmAuthorLst>',
        ppt__comments__comment1_x=f"{HEAD}<p:cmLst {P}><p:cm><p:text>换图</p:text></p:cm></p:cmLst>",
    )
    facts = read_document("课件.pptx", data)
    assert texts(facts, "body") == [("1", "第一张"), ("3", "第三张")]
    assert (texts(facts, "hidden"), texts(facts, "speaker")) == (
        [("2", "第二张"), ("", "没有放进去")],
        [("1", "这里讲慢一点")],
    )
    assert traces(facts) == {
        "comments": (1, ("王芳",)),
        "hidden slides": (2, ("2", "slide9.xml")),
        "speaker notes": (1, ("1",)),
    }


def test_a_shape_that_the_selection_pane_hides() -> None:
    slide = f"{HEAD}<p:sld {P} {A}>{shape('看得见')}{shape('看不见', '1')}</p:sld>"
    facts = read_document("a.pptx", pptx((("", ""),), ppt__slides__slide1_x=slide))
    assert (texts(facts, "body"), texts(facts, "hidden")) == ([("1", "看得见")], [("1", "看不见")])


def test_of_a_master_only_what_slides_show_is_seen() -> None:
    empty = shape("单击此处编辑标题").replace("</p:nvSpPr>", "<p:nvPr><p:ph/></p:nvPr></p:nvSpPr>")
    master = f"{HEAD}<p:sldMaster {P} {A}>{empty}{shape('内部资料')}</p:sldMaster>"
    facts = read_document("a.pptx", pptx((("", "一"),), ppt__slideMasters__slideMaster1_x=master))
    assert [(part.role, part.text) for part in facts.visible] == [("body", "一"), ("header", "内部资料")]


# ── PDF


def test_a_pdf_is_taken_apart() -> None:
    data = pdf(
        (
            f"ID {ID_NUMBER}",
            "two|/Annots [<< /Subtype /Text /T (Li) /Contents (look) >>"
            " << /Subtype /FileAttachment /Contents (x.xls) >>]",
        ),
        "/Names << /EmbeddedFiles << /Kids [100 0 R] >> /JavaScript << /Names [(s) 101 0 R] >> >>"
        " /OCProperties << /D << /OFF [101 0 R] >> >>",
        "/Author (Wang Fang) /Producer (p) /Project (secret)",
        ("<< /Names [(list.xls) << /F (list.xls) >>] >>", "<< /S /JavaScript /JS (1) >>"),
    )
    facts = read_document("a.pdf", data)
    assert (facts.kind, facts.problem) == ("pdf", "")
    assert texts(facts, "body") == [("1", f"ID {ID_NUMBER}"), ("2", "two")]
    assert texts(facts, "comment") == [("2", "look")]
    assert traces(facts) == {
        "author": (1, ("Wang Fang",)),
        "comments": (1, ("Li",)),
        "custom properties": (1, ("Project",)),
        "embedded files": (2, ("list.xls", "x.xls")),
        "hidden layers": (1, ()),
        "scripts": (1, ()),
    }


def test_radicals_are_read_as_the_characters_that_they_look_like() -> None:
    cmap = "1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfchar <41> <2F08> endbfchar"
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 101 0 R >>"
    page = "A|/Resources << /Font << /F1 100 0 R >> >>"
    data = pdf((page,), objects=(font, f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream"))
    assert texts(read_document("a.pdf", data), "body") == [("1", "人")]


def test_the_author_in_xmp() -> None:
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/"><li>Wang Fang</li>'
        "</dc:creator></x:xmpmeta>"
    )
    stream = f"<< /Length {len(xmp)} >>\nstream\n{xmp}\nendstream"
    assert traces(read_document("a.pdf", pdf(catalogue="/Metadata 100 0 R", objects=(stream,)))) == {
        "author": (1, ("Wang Fang",))
    }


def test_a_pdf_of_pictures_says_that_it_was_not_read() -> None:
    scan = "|/Resources << /XObject << /I 100 0 R >> >>"
    facts = read_document("a.pdf", pdf((scan,), objects=("<< /Subtype /Image /Length 0 >>\nstream\n\nendstream",)))
    assert "pictures" in facts.problem


def test_an_encrypted_pdf_is_named() -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(PdfReader(io.BytesIO(pdf())))
    writer.encrypt("word", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    assert "password" in read_document("a.pdf", out.getvalue()).problem


# ── others


def test_files_of_before_2007_show_their_properties_and_long_numbers() -> None:
    streams = {
        "WordDocument": b"\0\1" + ID_NUMBER.encode() + b"\0\2" + MOBILE.encode("utf-16-le") + b"\0\0",
        "\x05SummaryInformation": summary({4: "王芳", 8: "李桂芳"}),
        "Macros": b"",
    }
    facts = read_document("名单.doc", ole(streams))
    assert (facts.kind, "2007" in facts.problem) == ("old office", True)
    assert texts(facts, "raw") == [("", f"{ID_NUMBER}\n{MOBILE}")]
    assert traces(facts) == {"author": (1, ("王芳",)), "last author": (1, ("李桂芳",)), "macros": (1, ())}
    assert "password" in read_document("a.docx", ole({"EncryptedPackage": b"x"})).problem


def test_an_ofd_file() -> None:
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    page = f"<ofd:Page {space}><ofd:TextCode>第一页</ofd:TextCode></ofd:Page>"
    about = f"<ofd:OFD {space}><ofd:DocInfo><ofd:Author>王芳</ofd:Author></ofd:DocInfo></ofd:OFD>"
    facts = read_document("公告.ofd", packed({"OFD.xml": about, "Doc_0/Pages/Page_0/Content.xml": page}))
    assert (facts.kind, texts(facts, "body")) == ("ofd", [("1", "第一页")])
    assert traces(facts) == {"author": (1, ("王芳",))}


def test_rtf_in_the_clothes_of_a_word_file() -> None:
    said = "".join(f"\\'{byte:02x}" for byte in "王芳".encode("gb18030"))
    data = "{\\rtf1{\\fonttbl{\\f0 Arial;}}{\\info{\\author " + said + "}}\\u30005?x\\par {\\v hid}{\\*\\x y}}"
    facts = read_document("a.doc", data.encode("latin-1"))
    assert texts(facts, "body") == [("", "电x")]
    assert (texts(facts, "hidden"), traces(facts)["author"]) == ([("", "hid")], (1, ("王芳",)))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_plain_text_in_any_of_the_usual_encodings(encoding: str) -> None:
    facts = read_document("名单.csv", f"张三,{MOBILE}\r\n".encode(encoding))
    assert texts(facts, "body") == [("", f"张三,{MOBILE}\n")]


def test_of_an_archive_only_the_names_are_read() -> None:
    data = packed({"abcd/efgh.txt": "x"}).replace(b"abcd/efgh.txt", "材料/王芳.txt".encode("gb18030"))
    facts = read_document("资料.zip", data)
    assert (facts.kind, texts(facts, "attribute")) == ("archive", [("", "材料/王芳.txt")])
    assert "archive" in facts.problem
    assert "archive" in read_document("a.rar", b"Rar!\x1a\x07\x00").problem


def test_a_film_says_where_it_was_taken() -> None:
    assert traces(read_document("a.mp4", b"\0\0\0\x18ftyp....\xa9xyz+27.0+112.0/")) == {"location": (1, ("a.mp4",))}
    assert read_document("a.mp4", b"\0\0\0\x18ftyp") == DocumentFacts("media")


def test_more_text_than_is_looked_at_is_said() -> None:
    facts = read_document("a.txt", b"x" * (MAX_DOCUMENT_TEXT + 1))
    assert sum(len(part.text) for part in facts.parts) == MAX_DOCUMENT_TEXT
    assert "more in it" in facts.problem
