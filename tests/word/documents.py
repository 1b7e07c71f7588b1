# ruff: noqa: E501 - XML reads better in long lines
"""Forty documents with marked features, and what a reader of the printed page would see of each.

Shapes: Word 2007–365 (styles by English names, text boxes in two forms, strict XML), WPS (styles whose ids are numbers,
parts of its own), and documents of LibreOffice (see test_documents.py).
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import NamedTuple

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH

from tests.word import packing as x

VANISH = "<w:vanish/>"
WHO = 'w:id="7" w:author="甲" w:date="2024-01-01T00:00:00Z"'


class Sample(NamedTuple):
    """A document and what is to come of it."""

    content: bytes
    shown: tuple[str, ...]
    """Everything that is printed, in order: paragraphs without their labels, cells of tables."""
    labels: tuple[str, ...] = ()
    """Label of each of `shown`, where there are any; checked against LibreOffice's too."""
    gone: tuple[str, ...] = ()
    """What must stand nowhere, and in the list of what was left out."""
    tables: tuple[tuple[tuple[str, ...], ...], ...] = ()
    """Cells of each table, those that are merged once."""
    html: str = ""
    """The HTML as a whole, where its form is the point."""
    left: tuple[str, ...] = ()
    """Kinds of what was left out, where these are the point."""
    judged: bool = True
    """Whether LibreOffice prints the labels as text."""


def _numbered(
    definitions: dict[int, str],
    instances: dict[int, tuple[int, str]],
    points: list[tuple[int, int]],
    labels: str,
    styles: str = "",
) -> Sample:
    """Numbered paragraphs: instance and level of each, and the labels they must have."""
    shown = tuple(f"要点{'甲乙丙丁戊己庚辛壬癸子丑寅卯'[n]}如此。" for n in range(len(points)))
    body = "".join(x.par(text, num=point) for text, point in zip(shown, points, strict=True))
    content = x.pack(body, numbering=x.lists(definitions, instances), styles=styles)
    return Sample(content, shown, tuple(labels.split("|")))


def _forms(*forms: tuple[str, str]) -> Callable[[], Sample]:
    """One list for each form of number, three points each; the form and its labels."""

    def make() -> Sample:
        definitions = {n: x.level(0, form, "%1、") for n, (form, _) in enumerate(forms, 1)}
        instances = {n: (n, "") for n in definitions}
        points = [(n, 0) for n in definitions for _ in range(3)]
        labels = "|".join(f"{each}、" for _, said in forms for each in said.split())
        return _numbered(definitions, instances, points, labels)

    return make


_FOUR = (
    x.level(0, "chineseCounting", "%1、")
    + x.level(1, "chineseCounting", "（%2）")
    + x.level(2, "decimal", "%3.")
    + x.level(3, "decimal", "(%4)")
)


def official_levels() -> Sample:
    points = [(1, d) for d in (0, 1, 1, 2, 2, 3, 0, 1, 2)]
    return _numbered({1: _FOUR}, {1: (1, "")}, points, "一、|（一）|（二）|1.|2.|(1)|二、|（一）|1.")


def several_levels() -> Sample:
    three = x.level(0, "decimal", "%1") + x.level(1, "decimal", "%1.%2") + x.level(2, "decimal", "%1.%2.%3")
    return _numbered({1: three}, {1: (1, "")}, [(1, d) for d in (0, 1, 2, 2, 1, 0, 1)], "1|1.1|1.1.1|1.1.2|1.2|2|2.1")


def legal_numbers() -> Sample:
    two = x.level(0, "chineseCounting", "第%1章") + x.level(1, "decimal", "%1.%2", "<w:isLgl/>")
    return _numbered({1: two}, {1: (1, "")}, [(1, d) for d in (0, 1, 1, 0, 1)], "第一章|1.1|1.2|第二章|2.1")._replace(
        judged=False  # LibreOffice does not know isLgl and prints 一.1; the labels are Word's
    )


def start_override() -> Sample:
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    five = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    points = [(1, 0), (1, 0), (2, 0), (2, 0), (3, 0), (3, 0)]
    return _numbered(
        {1: x.level(0, "decimal", "%1.")}, {1: (1, ""), 2: (1, again), 3: (1, five)}, points, "1.|2.|1.|2.|5.|6."
    )


def level_override() -> Sample:
    """Another form, and still the count of the definition."""
    own = '<w:lvlOverride w:ilvl="0">' + x.level(0, "upperLetter", "%1)", start=3) + "</w:lvlOverride>"
    return _numbered({1: x.level(0, "decimal", "%1.")}, {1: (1, ""), 2: (1, own)}, [(1, 0), (2, 0), (2, 0)], "1.|B)|C)")


def counting_on() -> Sample:
    """Instances of one definition without an override count on."""
    points = [(1, 0), (1, 0), (2, 0)]
    return _numbered({1: x.level(0, "decimal", "%1.")}, {1: (1, ""), 2: (1, "")}, points, "1.|2.|3.")


def never_restart() -> Sample:
    two = x.level(0, "decimal", "%1.") + x.level(1, "lowerLetter", "%2)", '<w:lvlRestart w:val="0"/>')
    return _numbered({1: two}, {1: (1, "")}, [(1, d) for d in (0, 1, 1, 0, 1)], "1.|a)|b)|2.|c)")._replace(
        judged=False  # LibreOffice does not know lvlRestart; the labels are Word's
    )


def skipped_level() -> Sample:
    two = x.level(0, "decimal", "%1.") + x.level(1, "decimal", "%1.%2.")
    return _numbered({1: two}, {1: (1, "")}, [(1, 1), (1, 1), (1, 0), (1, 1)], "1.1.|1.2.|2.|2.1.")


def start_at_seven() -> Sample:
    return _numbered({1: x.level(0, "decimal", "第%1条", start=7)}, {1: (1, "")}, [(1, 0)] * 3, "第7条|第8条|第9条")


def numbered_by_style() -> Sample:
    """A style and those based on it have a number; a paragraph may take it away."""
    styles = x.style("a0", "Normal") + x.style(
        "tiao", "条", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>', "a0"
    )
    styles += x.style("xia", "下条", "", "tiao")
    body = x.par("要点甲如此。", style="tiao") + x.par("要点乙如此。", style="xia")
    body += x.par("要点丙如此。", style="tiao", more='<w:numPr><w:numId w:val="0"/></w:numPr>') + x.par(
        "要点丁如此。", style="tiao"
    )
    numbering = x.lists({1: x.level(0, "decimal", "%1.")}, {1: (1, "")})
    shown = ("要点甲如此。", "要点乙如此。", "要点丙如此。", "要点丁如此。")
    return Sample(x.pack(body, styles=styles, numbering=numbering), shown, ("1.", "2.", "", "3."))


def headings_with_levels() -> Sample:
    """Headings numbered by levels that name their styles, as Word makes them."""
    numbered = '<w:pPr><w:numPr><w:ilvl w:val="{}"/><w:numId w:val="1"/></w:numPr></w:pPr>'
    styles = x.style("1", "heading 1", numbered.format(0)) + x.style("2", "heading 2", numbered.format(1))
    two = x.level(0, "chineseCounting", "%1、", '<w:pStyle w:val="1"/>')
    two += x.level(1, "chineseCounting", "（%2）", '<w:pStyle w:val="2"/>')
    body = (
        x.par("总则", style="1")
        + x.par("目的", style="2")
        + x.par("说明如下。")
        + x.par("分则", style="1")
        + x.par("细目", style="2")
    )
    html = "<h2>一、总则</h2><h3>（一）目的</h3><p>说明如下。</p><h2>二、分则</h2><h3>（一）细目</h3>"
    content = x.pack(body, styles=styles, numbering=x.lists({1: two}, {1: (1, "")}))
    return Sample(
        content, ("总则", "目的", "说明如下。", "分则", "细目"), ("一、", "（一）", "", "二、", "（一）"), html=html
    )


def list_style_link() -> Sample:
    style = x.style("lb", "列表样式", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>', kind="numbering")
    one = '<w:styleLink w:val="lb"/>' + x.level(0, "decimal", "%1)")
    two = '<w:numStyleLink w:val="lb"/>'
    return _numbered({1: one, 2: two}, {1: (1, ""), 2: (2, "")}, [(2, 0), (2, 0)], "1)|2)", style)


def bullets() -> Sample:
    two = x.level(0, "bullet", "●") + x.level(1, "bullet", "■")
    sample = _numbered({1: two}, {1: (1, "")}, [(1, 0), (1, 1), (1, 0)], "||")
    html = "<ul><li>要点甲如此。<ul><li>要点乙如此。</li></ul></li><li>要点丙如此。</li></ul>"
    return sample._replace(judged=False, html=html)


def deleted_point() -> Sample:
    """A deleted numbered paragraph is not counted."""
    lost = (
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del {WHO}/></w:rPr></w:pPr>'
    )
    lost += f"<w:del {WHO}><w:r><w:delText>删掉的要点</w:delText></w:r></w:del></w:p>"
    body = x.par("要点甲如此。", num=(1, 0)) + lost + x.par("要点乙如此。", num=(1, 0))
    content = x.pack(body, numbering=x.lists({1: x.level(0, "decimal", "%1.")}, {1: (1, "")}))
    return Sample(content, ("要点甲如此。", "要点乙如此。"), ("1.", "2."), ("删掉的要点",), judged=False)


# ── hidden, deleted, commented


def hidden_runs() -> Sample:
    styles = x.style("yc", "隐藏字", f"<w:rPr>{VANISH}</w:rPr>", kind="character")
    styles += x.style("yd", "隐藏段", f"<w:rPr>{VANISH}</w:rPr>") + x.style("ye", "其下", "", "yd")
    body = x.par(x.run("看得见的头") + x.run("暗字一", VANISH) + x.run("看得见的尾。"))
    body += x.par(x.run("明文") + x.run("暗字二", '<w:rStyle w:val="yc"/>') + x.run("照旧", '<w:vanish w:val="0"/>'))
    body += x.par("暗字三", style="yd") + x.par("暗字四", style="ye")
    body += x.par(x.run("两次反而可见。", '<w:rStyle w:val="yc"/>'), style="yd")
    shown = ("看得见的头看得见的尾。", "明文照旧", "两次反而可见。")
    return Sample(x.pack(body, styles=styles), shown, gone=("暗字一", "暗字二", "暗字三", "暗字四"))


def hidden_by_table_style() -> Sample:
    styles = x.style("tb", "暗表", f"<w:rPr>{VANISH}</w:rPr>", kind="table")
    secret = x.table(["暗格甲", "暗格乙"], before='<w:tblStyle w:val="tb"/>')
    row = f"<w:tr><w:trPr><w:hidden/></w:trPr><w:tc><w:tcPr/>{x.par('暗行')}</w:tc></w:tr>"
    plain = x.table(["明格甲", "明格乙"]).replace("</w:tbl>", row + "</w:tbl>")
    content = x.pack(x.par("表前。") + secret + x.par("表中。") + plain, styles=styles)
    return Sample(content, ("表前。", "表中。", "明格甲", "明格乙"), gone=("暗格甲", "暗格乙", "暗行"))


def tracked() -> Sample:
    body = x.par(
        x.run("原文") + f"<w:ins {WHO}>{x.run('添上的')}</w:ins>"
        f"<w:del {WHO}><w:r><w:delText>去掉的</w:delText></w:r></w:del>" + x.run("收尾。")
    )
    body += f"<w:moveFrom {WHO}></w:moveFrom>" + x.par(
        f"<w:moveFrom {WHO}>{x.run('挪走的')}</w:moveFrom>" + x.run("留下。")
    )
    body += x.par(f"<w:moveTo {WHO}>{x.run('挪来的。')}</w:moveTo>")
    return Sample(
        x.pack(body), ("原文添上的收尾。", "留下。", "挪来的。"), gone=("去掉的", "挪走的"), left=("deleted", "moved")
    )


def deleted_marks() -> Sample:
    """A paragraph whose mark is deleted goes on in the next; rows and cells may be deleted."""
    head = f"<w:p><w:pPr><w:rPr><w:del {WHO}/></w:rPr></w:pPr>{x.run('前半句')}</w:p>"
    row = f"<w:tr><w:trPr><w:del {WHO}/></w:trPr><w:tc><w:tcPr/>{x.par('删去的行')}</w:tc></w:tr>"
    body = head + x.par("后半句。") + x.table(["甲", "乙"], ["丙", "丁"]).replace("</w:tbl>", row + "</w:tbl>")
    return Sample(
        x.pack(body),
        ("前半句后半句。", "甲", "乙", "丙", "丁"),
        gone=("删去的行",),
        tables=((("甲", "乙"), ("丙", "丁")),),
    )


def comments() -> Sample:
    body = x.par(
        '<w:commentRangeStart w:id="3"/>' + x.run("有批注的话") + '<w:commentRangeEnd w:id="3"/>'
        '<w:r><w:commentReference w:id="3"/></w:r>' + x.run("，没有批注的话。")
    )
    comment = '<w:comment w:id="3" w:author="乙">' + x.par("批注的内容") + "</w:comment>"
    return Sample(
        x.pack(body, comments=comment), ("有批注的话，没有批注的话。",), gone=("批注的内容",), left=("comment",)
    )


# ── what stands among the words


def text_boxes() -> Sample:
    body = x.par(x.run("框前的话。") + x.box(x.par("框里的话一") + x.par("框里的话二"))) + x.par("框后的话。")
    body += x.par(x.box(x.par("只有新写法的框"), fallback=False))
    return Sample(x.pack(body), ("框前的话。", "框里的话一", "框里的话二", "框后的话。", "只有新写法的框"))


def hidden_box() -> Sample:
    hide = x.box(x.par("暗框")).replace("<w:r><mc:", f"<w:r><w:rPr>{VANISH}</w:rPr><mc:", 1)
    return Sample(x.pack(x.par(x.run("明文。") + hide)), ("明文。",), gone=("暗框",))


def ruby() -> Sample:
    one = f"<w:r><w:ruby><w:rt>{x.run('zhàn')}</w:rt><w:rubyBase>{x.run('站')}</w:rubyBase></w:ruby></w:r>"
    return Sample(x.pack(x.par(x.run("本") + one + x.run("通知。"))), ("本站通知。",), gone=("zhàn",), left=("ruby",))


def fields() -> Sample:
    nested = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>IF </w:instrText></w:r>'
        + x.field("MERGEFIELD 人数", "内层结果")
        + '<w:r><w:instrText> = 1 "x"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        + x.run("外层结果")
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    body = x.par(x.run("日期：") + x.field(' DATE \\@ "yyyy" ', "二〇二四年")) + x.par(nested)
    body += x.par(f'<w:fldSimple w:instr=" PAGE ">{x.run("第三页")}</w:fldSimple>')
    body += x.par(x.run("见") + x.field(' HYPERLINK "https://example.cn/a" ', "网页") + x.run("。"))
    html = '<p>日期：二〇二四年</p><p>外层结果</p><p>第三页</p><p>见<a href="https://example.cn/a">网页</a>。</p>'
    return Sample(x.pack(body), ("日期：二〇二四年", "外层结果", "第三页", "见网页。"), html=html)


def notes() -> Sample:
    body = x.par(x.run("有注") + '<w:r><w:footnoteReference w:id="2"/></w:r>' + x.run("的话。"))
    body += x.par(x.run("尾注") + '<w:r><w:endnoteReference w:id="2"/></w:r>' + x.run("在后。"))
    foot = '<w:footnote w:type="separator" w:id="0">' + x.par("<w:r><w:separator/></w:r>") + "</w:footnote>"
    foot += '<w:footnote w:id="2">' + x.par("<w:r><w:footnoteRef/></w:r>" + x.run(" 脚注内容。")) + "</w:footnote>"
    end = '<w:endnote w:id="2">' + x.par("<w:r><w:endnoteRef/></w:r>" + x.run(" 尾注内容。")) + "</w:endnote>"
    shown = ("有注", "1", "的话。", "尾注", "2", "在后。", "脚注内容。", "↩", "尾注内容。", "↩")
    return Sample(x.pack(body, footnotes=foot, endnotes=end), shown)


def picture_in_note() -> Sample:
    """A note has relationships of its own: its picture is not the first one of the body."""
    body = x.par(x.drawing("p1", "合影")) + x.par(x.run("有注") + '<w:r><w:footnoteReference w:id="2"/></w:r>')
    foot = '<w:footnote w:id="2">' + x.par(x.run("见图。") + x.drawing("p1", "附图")) + "</w:footnote>"
    files = {
        "word/media/a.png": x.png(),
        "word/media/b.png": x.png() + b"b",
        "word/_rels/footnotes.xml.rels": x.relationships(x.link("p1", "image", "media/b.png")).encode(),
    }
    html = (
        '<p><img alt="合影" src="picture-1.png"></p>'
        '<p>有注<sup id="fnref:1"><a class="footnote-ref" href="#fn:1">1</a></sup></p>'
        '<div class="footnote"><hr><ol><li id="fn:1"><p>见图。<img alt="附图" src="picture-2.png"> '
        '<a href="#fnref:1" class="footnote-backref">↩</a></p></li></ol></div>'
    )
    content = x.pack(body, footnotes=foot, links=x.link("p1", "image", "media/a.png"), files=files)
    return Sample(content, ("有注", "1", "见图。", "↩"), html=html)


def small_signs() -> Sample:
    body = x.par(
        x.run("甲")
        + "<w:r><w:noBreakHyphen/></w:r>"
        + x.run("乙")
        + "<w:r><w:softHyphen/></w:r>"
        + x.run("丙")
        + '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'
        + x.run("丁")
        + '<w:r><w:br w:type="page"/></w:r>'
        + x.run("戊")
        + "<w:r><w:br/></w:r>"
        + x.run("己。")
    )
    return Sample(x.pack(body), ("甲‑乙丙🗹丁戊", "己。"), html="<p>甲‑乙丙🗹丁戊<br>己。</p>")


def controls() -> Sample:
    """Content controls, smart tags, a check box, an equation."""
    body = f"<w:sdt><w:sdtPr/><w:sdtContent>{x.par('整段控件。')}</w:sdtContent></w:sdt>"
    body += x.par(
        "<w:sdt><w:sdtPr><w14:checkbox/></w:sdtPr><w:sdtContent>"
        + x.run("☑")
        + "</w:sdtContent></w:sdt>"
        + x.run("已办理")
    )
    body += x.par(
        f'<w:smartTag w:element="a"><w:customXml w:element="b">{x.run("标签里的话。")}</w:customXml></w:smartTag>'
    )
    body += x.par(x.run("面积") + "<m:oMath><m:r><m:t>S=ab</m:t></m:r></m:oMath>" + x.run("平方米。"))
    return Sample(x.pack(body), ("整段控件。", "☑已办理", "标签里的话。", "面积S=ab平方米。"), left=("formula",))


def links() -> Sample:
    body = x.par(
        f'<w:hyperlink r:id="l1">{x.run("外面")}</w:hyperlink>'
        f'<w:hyperlink w:anchor="b">{x.run("里面")}</w:hyperlink><w:hyperlink r:id="l2">{x.run("坏的")}</w:hyperlink>'
    )
    related = x.link("l1", "hyperlink", "https://example.cn/", outside=True)
    related += x.link("l2", "hyperlink", "javascript:alert(1)", outside=True)
    html = '<p><a href="https://example.cn/">外面</a>里面坏的</p>'
    return Sample(x.pack(body, links=related), ("外面里面坏的",), html=html)


def pictures() -> Sample:
    body = (
        x.par("图前。")
        + x.par(x.drawing("p1", "合影"))
        + x.par(x.drawing("p2") + x.drawing("p1"))
        + x.par(x.drawing("p3"))
    )
    body += x.par(
        '<w:r><w:drawing><wp:inline><wp:docPr id="4" name="c" descr="柱形图"/><a:graphic><a:graphicData><c:chart r:id="z"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
    body += x.par('<w:r><w:object><o:OLEObject ProgID="Excel.Sheet.12"/></w:object></w:r>') + x.par("图后。")
    related = x.link("p1", "image", "media/a.png") + x.link("p2", "image", "media/b.emf")
    related += x.link("p3", "image", "http://203.0.113.9/x.png", outside=True)
    files = {"word/media/a.png": x.png(), "word/media/b.emf": b"\x01\0\0\0" + bytes(60)}
    html = '<p>图前。</p><p><img alt="合影" src="picture-1.png"></p><p><img src="picture-1.png"></p><p>图后。</p>'
    left = ("EMF", "linked picture", "chart", "object")
    return Sample(x.pack(body, links=related, files=files), ("图前。", "图后。"), html=html, left=left)


# ── tables


def merged_cells() -> Sample:
    wide = f'<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{x.par("横并")}</w:tc>'
    tall = f'<w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{x.par("竖并")}</w:tc>'
    below = "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>"
    body = x.table([wide, "丙"], [tall, "戊", "己"], [below, "辛", "壬"])
    rows = (("横并", "丙"), ("竖并", "戊", "己"), ("辛", "壬"))
    return Sample(x.pack(body), tuple(cell for row in rows for cell in row), tables=(rows,))


def merged_away() -> Sample:
    """A table and a picture in a cell that is part of the one above; Word prints neither."""
    tall = f'<w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{x.par("竖并")}</w:tc>'
    inner = x.table(["暗甲", "暗乙"]) + x.par(x.drawing("p1", "暗图"))
    below = f"<w:tc><w:tcPr><w:vMerge/></w:tcPr>{inner}</w:tc>"
    rows = (("竖并", "戊"), ("辛",))
    related = x.link("p1", "image", "media/a.png")
    content = x.pack(x.table([tall, "戊"], [below, "辛"]), links=related, files={"word/media/a.png": x.png()})
    return Sample(content, ("竖并", "戊", "辛"), gone=("暗甲", "暗乙", "暗图"), tables=(rows,), left=("hidden",))


def master_document() -> Sample:
    """Its parts are files elsewhere."""
    related = x.link(
        "s1", "subDocument", "file:///C:/%E5%88%86%E7%AF%87/%E7%AC%AC%E4%B8%80%E7%AF%87.docx", outside=True
    )
    body = x.par("篇前。") + '<w:p><w:subDoc r:id="s1"/></w:p>' + x.par("篇后。")
    return Sample(x.pack(body, links=related), ("篇前。", "篇后。"), gone=("第一篇.docx",), left=("embedded",))


def cells_before() -> Sample:
    """A row that begins further right, and cells with several lines."""
    body = x.table(["甲", "乙", "丙"], ["丁", "戊"]).replace(
        "<w:tr><w:tc><w:tcPr/>" + x.par("丁"),
        '<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr><w:tc><w:tcPr/>' + x.par("丁") + x.par("丁二"),
    )
    rows = (("甲", "乙", "丙"), ("", "丁丁二", "戊"))
    return Sample(x.pack(body), ("甲", "乙", "丙", "丁", "丁二", "戊"), tables=(rows,))


def heads_of_tables() -> Sample:
    """Two bold rows under a cell that reaches down; a head whose cell would reach out of it is none."""

    def bold(text: str, merge: str = "") -> str:
        inner = x.par(x.run(text, "<w:b/>")) if text else "<w:p/>"
        return f"<w:tc><w:tcPr>{merge}</w:tcPr>{inner}</w:tc>"

    down, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    body = x.table([bold("地区", down), bold("人次")], [bold("", on), bold("站内")], ["城东", "36"]) + x.par("又：")
    body += x.table([bold("甲", down), bold("乙")], [bold("", on), "丙"])
    html = (
        '<table><thead><tr><th rowspan="2">地区</th><th>人次</th></tr><tr><th>站内</th></tr></thead>'
        "<tbody><tr><td>城东</td><td>36</td></tr></tbody></table><p>又：</p>"
        '<table><tbody><tr><td rowspan="2"><strong>甲</strong></td><td><strong>乙</strong></td></tr><tr><td>丙</td></tr></tbody></table>'
    )
    return Sample(x.pack(body), ("地区", "人次", "站内", "城东", "36", "又：", "甲", "乙", "丙"), html=html)


def frame_and_nested() -> Sample:
    """A table of one cell is a frame; a table in a cell stays in it."""
    inner = x.table(["内甲", "内乙"])
    body = x.table(["框内一句。"]) + x.table(["外甲", f"<w:tc><w:tcPr/>{inner}<w:p/></w:tc>"])
    return Sample(
        x.pack(body), ("框内一句。", "外甲", "内甲", "内乙"), tables=((("外甲", "内甲内乙"),), (("内甲", "内乙"),))
    )


def tab_table() -> Sample:
    tabs = '<w:tabs><w:tab w:val="left" w:pos="2000"/><w:tab w:val="left" w:pos="5000"/></w:tabs>'

    def line(*cells: str) -> str:
        return x.par("<w:r><w:tab/></w:r>".join(x.run(cell) for cell in cells), more=tabs)

    body = x.par("名单如下。") + line("科室", "人数", "备注") + line("业务科", "5", "无") + x.par("完。")
    rows = (("科室", "人数", "备注"), ("业务科", "5", "无"))
    return Sample(x.pack(body), ("名单如下。", "科室", "人数", "备注", "业务科", "5", "无", "完。"), tables=(rows,))


# ── headings, titles, sign-offs


def headings_by_style() -> Sample:
    styles = x.style("Title", "Title") + x.style("Heading1", "heading 1") + x.style("My", "小题", "", "Heading1")
    styles += x.style("Ol", "提纲", '<w:pPr><w:outlineLvl w:val="1"/></w:pPr>')
    body = x.par("全文标题", style="Title") + x.par("大题", style="Heading1") + x.par("正文一。")
    body += (
        x.par("承自大题", style="My") + x.par("提纲题", style="Ol") + x.par("直接题", more='<w:outlineLvl w:val="2"/>')
    )
    body += x.par("这是一句话，不是标题。", style="Heading1")
    html = "<h2>大题</h2><p>正文一。</p><h2>承自大题</h2><h3>提纲题</h3><h4>直接题</h4><p>这是一句话，不是标题。</p>"
    shown = ("全文标题", "大题", "正文一。", "承自大题", "提纲题", "直接题", "这是一句话，不是标题。")
    return Sample(x.pack(body, styles=styles), shown, html=html)


def headings_by_pattern() -> Sample:
    body = (
        x.par("一、基本情况")
        + x.par("文字一。")
        + x.par("（一）人员，物资")
        + x.par("文字二。")
        + x.par("1.登记")
        + x.par("文字三。")
    )
    body += (
        x.par(x.run("加粗小题", "<w:b/>"))
        + x.par("文字四。")
        + x.par("二、这样一句话有句号。")
        + x.par("1.苹果")
        + x.par("2.梨")
    )
    html = (
        "<h3>一、基本情况</h3><p>文字一。</p><h4>（一）人员，物资</h4><p>文字二。</p><h5>1.登记</h5><p>文字三。</p>"
        "<h2>加粗小题</h2><p>文字四。</p><p>二、这样一句话有句号。</p><p>1.苹果</p><p>2.梨</p>"
    )
    shown = ("一、基本情况", "文字一。", "（一）人员，物资", "文字二。", "1.登记", "文字三。", "加粗小题", "文字四。")
    return Sample(x.pack(body), (*shown, "二、这样一句话有句号。", "1.苹果", "2.梨"), html=html)


def sign_off() -> Sample:
    right = '<w:jc w:val="right"/>'
    body = x.par("关于值班的通知", more='<w:jc w:val="center"/>') + x.par("　　请按时到岗。")
    body += x.par("某市救助管理站", more=right) + x.par("2024年9月20日", more='<w:ind w:left="5000"/>')
    html = '<p>请按时到岗。</p><p class="signoff">某市救助管理站<br>2024年9月20日</p>'
    return Sample(x.pack(body), ("关于值班的通知", "请按时到岗。", "某市救助管理站", "2024年9月20日"), html=html)


def typefaces() -> Sample:
    body = x.par(
        x.run("粗", "<w:b/>")
        + x.run("斜", "<w:i/>")
        + x.run("划", "<w:strike/>")
        + x.run("上", '<w:vertAlign w:val="superscript"/>')
        + x.run("断", "<w:b/>")
        + x.run("句", "<w:b/>")
        + x.run("。")
    )
    html = "<p><strong>粗</strong><em>斜</em><s>划</s><sup>上</sup><strong>断句</strong>。</p>"
    return Sample(x.pack(body), ("粗斜划上断句。",), html=html)


def margins() -> Sample:
    content = x.pack(x.par("正文一句。"), header1=x.par("页眉的字"), footer1=x.par("页脚的字"))
    return Sample(content, ("正文一句。",), gone=("页眉的字", "页脚的字"), left=("header", "footer"))


# ── whole documents


def wps_notice() -> Sample:
    """WPS: ids of styles are numbers, a part of its own, labels from one list for headings."""
    styles = x.style("1", "Normal") + x.style("2", "heading 1", '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>', "1")
    styles += x.style("6", "Title", "", "1") + x.style("9", "List Paragraph", "", "1")
    body = x.par("关于做好防汛工作的通知", style="6") + x.par("各科室：", style="1")
    body += (
        x.par("工作要求", style="2", num=(1, 0))
        + x.par("备足沙袋。", style="9", num=(2, 0))
        + x.par("专人值守。", style="9", num=(2, 0))
    )
    body += x.par("纪律要求", style="2", num=(1, 0)) + x.par("不得脱岗。", style="1")
    numbering = x.lists(
        {1: x.level(0, "chineseCounting", "%1、", '<w:suff w:val="nothing"/>'), 2: x.level(0, "decimal", "%1.")},
        {1: (1, ""), 2: (2, "")},
    )
    shown = ("关于做好防汛工作的通知", "各科室：", "工作要求", "备足沙袋。", "专人值守。", "纪律要求", "不得脱岗。")
    files = {"customXml/item1.xml": b"<wps/>"}
    html = "<p>各科室：</p><h2>一、工作要求</h2><p>1. 备足沙袋。</p><p>2. 专人值守。</p><h2>二、纪律要求</h2><p>不得脱岗。</p>"
    content = x.pack(body, styles=styles, numbering=numbering, files=files)
    return Sample(content, shown, ("", "", "一、", "1.", "2.", "二、", ""), html=html)


def strict_form() -> Sample:
    """“Strict Open XML Document” of Word 2013 and later: other names of the same namespaces."""
    inner = x.root("document", "<w:body>" + x.par("严格格式的一句话。") + "</w:body>")
    for part in ("wordprocessingml", "officeDocument", "drawingml"):
        inner = inner.replace(f"http://schemas.openxmlformats.org/{part}/2006/", f"http://purl.oclc.org/ooxml/{part}/")
    return Sample(x.pack("", whole=inner.encode()), ("严格格式的一句话。",))


def python_docx_report() -> Sample:
    document = docx.Document()
    document.add_heading("季度工作小结", 0)
    document.add_heading("完成情况", 1)
    document.add_paragraph("共救助若干人次。")
    for text in ("巡查到位。", "登记齐全。"):
        document.add_paragraph(text, style="List Number")
    made = document.add_table(2, 2)
    for place, text in enumerate(("月份", "人次", "一月", "12")):
        made.cell(place // 2, place % 2).text = text
    last = document.add_paragraph("某市救助管理站")
    last.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    out = io.BytesIO()
    document.save(out)
    shown = (
        "季度工作小结",
        "完成情况",
        "共救助若干人次。",
        "巡查到位。",
        "登记齐全。",
        "月份",
        "人次",
        "一月",
        "12",
        "某市救助管理站",
    )
    labels = ("", "", "", "1.", "2.", "", "", "", "", "")
    return Sample(out.getvalue(), shown, labels, tables=((("月份", "人次"), ("一月", "12")),))


def python_docx_letter() -> Sample:
    document = docx.Document()
    document.add_paragraph("各位同事：")
    paragraph = document.add_paragraph("请于")
    paragraph.add_run("周五前").bold = True
    paragraph.add_run("报送材料。")
    secret = paragraph.add_run("内部备忘别发")
    secret.font.hidden = True
    out = io.BytesIO()
    document.save(out)
    return Sample(out.getvalue(), ("各位同事：", "请于周五前报送材料。"), gone=("内部备忘别发",))


SAMPLES: dict[str, Callable[[], Sample]] = {
    "forms of Han numbers": _forms(
        ("chineseCounting", "一 二 三"),
        ("chineseCountingThousand", "一 二 三"),
        ("ideographTraditional", "甲 乙 丙"),
        ("ideographZodiac", "子 丑 寅"),
    ),
    "forms in circles": _forms(
        ("decimalEnclosedCircle", "① ② ③"),
        ("decimalEnclosedCircleChinese", "① ② ③"),
        ("decimalFullWidth", "１ ２ ３"),
    ),
    "forms in Latin": _forms(
        ("upperRoman", "I II III"),
        ("lowerRoman", "i ii iii"),
        ("upperLetter", "A B C"),
        ("decimalZero", "01 02 03"),
    ),
    "forms of cheques": _forms(("chineseLegalSimplified", "壹 贰 叁"), ("ideographDigital", "一 二 三")),
    **{
        make.__name__: make
        for make in (
            official_levels,
            several_levels,
            legal_numbers,
            start_override,
            level_override,
            counting_on,
            never_restart,
            skipped_level,
            start_at_seven,
            numbered_by_style,
            headings_with_levels,
            list_style_link,
            bullets,
            deleted_point,
            hidden_runs,
            hidden_by_table_style,
            tracked,
            deleted_marks,
            comments,
            text_boxes,
            hidden_box,
            ruby,
            fields,
            notes,
            picture_in_note,
            small_signs,
            controls,
            links,
            pictures,
            merged_cells,
            merged_away,
            master_document,
            cells_before,
            heads_of_tables,
            frame_and_nested,
            tab_table,
            headings_by_style,
            headings_by_pattern,
            sign_off,
            typefaces,
            margins,
            wps_notice,
            strict_form,
            python_docx_report,
            python_docx_letter,
        )
    },
}
"""Name → what makes it."""
