"""Twenty files that want to harm: whoever opens them unprepared hangs, runs out of memory, fetches or writes."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable

from tests.word import packing as x

_MIB = 1 << 20


def _bomb() -> bytes:
    """120 MB of zeros in a part that is a picture, and in one that is not used at all."""
    out = io.BytesIO(x.pack(x.par(x.drawing("p")), links=x.link("p", "image", "media/a.png")))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name in ("word/media/a.png", "word/other.bin"):
            with archive.open(name, "w", force_zip64=True) as file:
                for _ in range(60):
                    file.write(bytes(2 * _MIB))
    return out.getvalue()


def _xml_bomb() -> bytes:
    """A document.xml of 60 MB."""
    out = io.BytesIO()
    head, _, tail = x.root("document", "<w:body>§</w:body>").partition("§")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w", force_zip64=True) as file:
            file.write(head.encode())
            for _ in range(30):
                file.write(b" " * 2 * _MIB)
            file.write(tail.encode())
    return out.getvalue()


def _doctype(declared: str, used: str) -> bytes:
    document = x.root("document", "<w:body>" + x.par(used) + "</w:body>")
    return x.pack("", whole=document.replace("?>", f"?><!DOCTYPE w:document [{declared}]>", 1).encode())


def _entities() -> bytes:
    laughs = '<!ENTITY a0 "哈哈">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 11))
    return _doctype(laughs, "&a10;")


def _utf16_entities() -> bytes:
    document = x.root("document", "<w:body>" + x.par("&a;") + "</w:body>").replace("UTF-8", "UTF-16")
    return x.pack("", whole=document.replace("?>", '?><!DOCTYPE d [<!ENTITY a "啊">]>', 1).encode("utf-16"))


def _outside(port: int) -> bytes:
    """Pictures, a template, a sub-document and styles, all elsewhere."""
    address = f"http://127.0.0.1:{port}/"
    related = x.link("p1", "image", address + "a.png", outside=True) + x.link(
        "p2", "image", "file:///etc/passwd", outside=True
    )
    related += x.link("p3", "image", "../../../../etc/passwd") + x.link(
        "t", "attachedTemplate", address + "t.dotm", outside=True
    )
    related += x.link("s", "subDocument", address + "s.docx", outside=True) + x.link(
        "c", "aFChunk", address + "c", outside=True
    )
    picture = x.drawing("p1") + x.drawing("p2") + x.drawing("p3") + x.drawing("p1").replace("r:embed", "r:link")
    return x.pack(x.par(picture) + '<w:altChunk r:id="c"/><w:subDoc r:id="s"/>' + x.par("正文。"), links=related)


def _names() -> bytes:
    """Names in the zip that lead out of any folder."""
    evil = (
        "../../evil.txt",
        "/evil.txt",
        "C:\\evil.txt",
        "word/media/../../../../evil.png",
        "word/media/\n.png",
        "CON",
    )
    related = x.link("p", "image", "media/../../../../evil.png")
    files = dict.fromkeys(evil, b"evil") | {"word/media/../../../../evil.png": x.png()}
    return x.pack(x.par("正文。") + x.par(x.drawing("p")), links=related, files=files)


def _nested(count: int) -> bytes:
    open_, close = "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"
    return x.pack(open_ * count + x.par("最里面") + close * count)


def _cycles() -> bytes:
    """Styles based on each other, lists that link to each other, and a level 10^9."""
    numbered = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    styles = x.style("a", "甲", numbered, "b") + x.style("b", "乙", "", "c") + x.style("c", "丙", "", "a")
    styles += x.style("l1", "列1", numbered, kind="numbering") + x.style(
        "l2", "列2", '<w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr>', kind="numbering"
    )
    one, two = '<w:numStyleLink w:val="l2"/>', '<w:numStyleLink w:val="l1"/>'
    body = "".join(x.par(f"第{n}段。", style="a", num=(n % 3, 1000000000 * (n % 2))) for n in range(300))
    return x.pack(body, styles=styles, numbering=x.lists({1: one, 2: two}, {1: (1, ""), 2: (2, "")}))


def _wide() -> bytes:
    """A cell over 2 000 000 000 columns, rows that begin as far right."""
    cell = f'<w:tc><w:tcPr><w:gridSpan w:val="2000000000"/></w:tcPr>{x.par("宽")}</w:tc>'
    row = '<w:tr><w:trPr><w:gridBefore w:val="2000000000"/></w:trPr>' + cell + "</w:tr>"
    return x.pack(x.table([cell, "窄"]).replace("</w:tbl>", row * 400 + "</w:tbl>"))


def _deep_fields() -> bytes:
    return x.pack(
        x.par(
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>A</w:instrText></w:r>' * 100_000
            + x.run("尾。")
        )
    )


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "zip bomb": (_bomb, "size"),
    "XML bomb": (_xml_bomb, "size"),
    "entity bomb": (_entities, "entities"),
    "DTD": (lambda: _doctype("<!ELEMENT a ANY>", "甲"), "entities"),
    "outer entity": (lambda: _doctype('<!ENTITY e SYSTEM "file:///etc/passwd">', "&e;"), "entities"),
    "entities in UTF-16": (_utf16_entities, "entities"),
    "names that lead out": (_names, ""),
    "100 MB of text": (lambda: x.pack(x.par("长" * (34 * _MIB))), "size"),
    "8 million characters": (lambda: x.pack(x.par("长文。" * 33_000) * 70), "long"),
    "cycles": (_cycles, ""),
    "broken XML": (lambda: x.pack("", whole=b"<w:document><w:body>"), "damaged"),
    "no XML at all": (lambda: x.pack("", whole=os.urandom(100_000)), "damaged"),
    "10,000 nested tables": (lambda: _nested(10_000), "deep"),
    "70 nested tables": (lambda: _nested(70), "deep"),
    "wide cells": (_wide, ""),
    "macros": (lambda: x.pack(x.par("甲"), files={"word/vbaProject.bin": b"x"}), "macros"),
    "half a file": (lambda: x.pack(x.par("甲" * 5000))[:-300], "damaged"),
    "an old document": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096), "old"),
    "a password": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    "fields in fields": (_deep_fields, ""),
    "100,000 entries": (lambda: x.zipped({f"a{n}": "" for n in range(20_000)}), "size"),
    "100,000 empty paragraphs": (lambda: x.pack("<w:p/>" * 100_000 + x.par("尾。")), ""),
    "60,000 short runs": (
        lambda: x.pack(x.par("".join(x.run("字", "<w:b/>" * (n % 2)) for n in range(60_000)))),
        "limits",
    ),
}
"""Name → what makes it, and the reason why it is refused; none where it is read."""


SLOW = ("fields in fields", "100,000 empty paragraphs", "60,000 short runs", "100 MB of text")
"""Those that take a second or more to be made or read."""


def outside_links(port: int) -> bytes:
    """A document that asks for things at an address of this computer."""
    return _outside(port)
