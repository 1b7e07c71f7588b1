# ruff: noqa: E501 - XML reads better in long lines
"""Documents from raw XML: the shortest way to say what a word processor writes."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

_SCHEMAS = "http://schemas.openxmlformats.org"
NAMESPACES = " ".join(
    (
        f'xmlns:w="{_SCHEMAS}/wordprocessingml/2006/main"',
        f'xmlns:r="{_SCHEMAS}/officeDocument/2006/relationships"',
        f'xmlns:wp="{_SCHEMAS}/drawingml/2006/wordprocessingDrawing"',
        f'xmlns:a="{_SCHEMAS}/drawingml/2006/main"',
        f'xmlns:pic="{_SCHEMAS}/drawingml/2006/picture"',
        f'xmlns:c="{_SCHEMAS}/drawingml/2006/chart"',
        f'xmlns:dgm="{_SCHEMAS}/drawingml/2006/diagram"',
        f'xmlns:m="{_SCHEMAS}/officeDocument/2006/math"',
        f'xmlns:mc="{_SCHEMAS}/markup-compatibility/2006"',
        'xmlns:v="urn:schemas-microsoft-com:vml"',
        'xmlns:o="urn:schemas-microsoft-com:office:office"',
        'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"',
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"',
        'xmlns:wpsCustomData="http://www.wps.cn/officeDocument/2013/wpsCustomData"',
        'mc:Ignorable="w14 wpsCustomData"',
    )
)
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PARTS = ("styles", "numbering", "footnotes", "endnotes", "comments", "header1", "footer1", "settings")


def root(name: str, inner: str) -> str:
    """A part's XML."""
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:{name} {NAMESPACES}>{inner}</w:{name}>'


def pack(
    body: str, *, links: str = "", files: Mapping[str, bytes] | None = None, whole: bytes | None = None, **parts: str
) -> bytes:
    """A .docx. ``parts``: inner XML by name (`_PARTS`); ``links``: further relationships; ``whole``: document.xml."""
    section = "".join(
        f'<w:{name[:-1]}Reference w:type="default" r:id="{name}"/>' for name in ("header1", "footer1") if name in parts
    )
    document = whole or root("document", f"<w:body>{body}<w:sectPr>{section}</w:sectPr></w:body>").encode()
    related = "".join(
        f'<Relationship Id="{name}" Type="{_SCHEMAS}/officeDocument/2006/relationships/{name.rstrip("1")}"'
        f' Target="{name}.xml"/>'
        for name in parts
    )
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_TYPE}.{name.rstrip("1")}+xml"/>' for name in parts
    )
    names = {"header1": "hdr", "footer1": "ftr"}
    written: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_SCHEMAS}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_SCHEMAS}/package/2006/relationships"><Relationship Id="d"'
        f' Type="{_SCHEMAS}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
        "</Relationships>",
        "word/document.xml": document,
        "word/_rels/document.xml.rels": relationships(related + links),
        **{f"word/{name}.xml": root(names.get(name, name), inner) for name, inner in parts.items()},
        **(files or {}),
    }
    return zipped(written)


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """A zip of some files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def relationships(links: str) -> str:
    """The relationships of a part."""
    return f'<Relationships xmlns="{_SCHEMAS}/package/2006/relationships">{links}</Relationships>'


def link(name: str, kind: str, target: str, *, outside: bool = False) -> str:
    """A relationship."""
    mode = ' TargetMode="External"' if outside else ""
    return f'<Relationship Id="{name}" Type="{_SCHEMAS}/officeDocument/2006/relationships/{kind}" Target="{target}"{mode}/>'


def run(text: str, properties: str = "") -> str:
    """Some words."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def par(inner: str, *, style: str = "", num: tuple[int, int] | None = None, more: str = "") -> str:
    """A paragraph of words or runs; ``num``: instance and level."""
    content = inner if inner.startswith("<") or not inner else run(inner)
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    numbered = f'<w:numPr><w:ilvl w:val="{num[1]}"/><w:numId w:val="{num[0]}"/></w:numPr>' if num else ""
    return f"<w:p><w:pPr>{styled}{numbered}{more}</w:pPr>{content}</w:p>"


def level(depth: int, form: str, text: str, more: str = "", start: int = 1) -> str:
    """A level of a list."""
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/></w:lvl>'
    )


def lists(definitions: Mapping[int, str], instances: Mapping[int, tuple[int, str]]) -> str:
    """numbering.xml: definitions by id, and instances: the definition of each and its overrides."""
    made = "".join(
        f'<w:abstractNum w:abstractNumId="{name}"><w:multiLevelType w:val="multilevel"/>{inner}</w:abstractNum>'
        for name, inner in definitions.items()
    )
    return made + "".join(
        f'<w:num w:numId="{name}"><w:abstractNumId w:val="{which}"/>{more}</w:num>'
        for name, (which, more) in instances.items()
    )


def style(name: str, shown: str, inner: str = "", based: str = "", kind: str = "paragraph") -> str:
    """A style."""
    on = f'<w:basedOn w:val="{based}"/>' if based else ""
    return f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="{shown}"/>{on}{inner}</w:style>'


def table(*rows: list[str], before: str = "") -> str:
    """A table of cells, each words or XML of a whole ``w:tc``."""
    lines = "".join(
        "<w:tr>"
        + "".join(cell if cell.startswith("<w:tc") else f"<w:tc><w:tcPr/>{par(cell)}</w:tc>" for cell in row)
        + "</w:tr>"
        for row in rows
    )
    grid = "<w:gridCol/>" * max(len(row) for row in rows)
    return f"<w:tbl><w:tblPr>{before}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>"


def png(width: int = 8, height: int = 6, shade: int = 90) -> bytes:
    """A grey picture."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    lines = (b"\0" + bytes([shade]) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def drawing(name: str, description: str = "") -> str:
    """A picture in a line."""
    return (
        '<w:r><w:drawing><wp:inline><wp:extent cx="360000" cy="270000"/>'
        f'<wp:docPr id="1" name="图" descr="{description}"/><a:graphic><a:graphicData'
        f' uri="{_SCHEMAS}/drawingml/2006/picture"><pic:pic><pic:blipFill><a:blip r:embed="{name}"/></pic:blipFill>'
        "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def field(code: str, result: str) -> str:
    """A field with its stored result."""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{code}</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(result)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def box(inner: str, *, fallback: bool = True) -> str:
    """A text box as Word 2010 and later write it: two forms of the same."""
    old = f"<mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>{inner}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback>"
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><wp:docPr id="9" name="框"/>'
        f"<a:graphic><a:graphicData><wps:wsp><wps:txbx><w:txbxContent>{inner}</w:txbxContent></wps:txbx></wps:wsp>"
        f"</a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>{old if fallback else ''}"
        "</mc:AlternateContent></w:r>"
    )
