"""Attached files made by hand, for tests: docx, xlsx, pptx, ofd, pdf and what was before 2007."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping
from io import BytesIO

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
X = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
R = f'xmlns:r="{OFFICE}/relationships"'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TYPES = "application/vnd.openxmlformats-officedocument"

ID_NUMBER = "11010519491231002X"
"""The example of GB 11643-1999."""
MOBILE = "13800138000"


def packed(members: Mapping[str, str | bytes]) -> bytes:
    """A zip file."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(zipfile.ZipInfo(name, (2015, 4, 10, 9, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def relations(**targets: str) -> str:
    """``comments="comments.xml"``; what begins with ``!`` is outside."""
    lines = []
    for number, (kind, target) in enumerate(targets.items(), 1):
        mode = ' TargetMode="External"' if target.startswith("!") else ""
        kind = kind.partition("_")[0]
        lines.append(
            f'<Relationship Id="rId{number}" Type="{OFFICE}/relationships/{kind}" Target="{target.lstrip("!")}"{mode}/>'
        )
    return (
        f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{''.join(lines)}</Relationships>"
    )


def types(*names: str) -> str:
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{TYPES}.any+xml"/>' for name in names)
    return (
        f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def core(author: str, saved_by: str) -> str:
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>报名表</dc:title>'
        f"<dc:creator>{author}</dc:creator><cp:lastModifiedBy>{saved_by}</cp:lastModifiedBy></cp:coreProperties>"
    )


def app(manager: str, company: str, template: str) -> str:
    return (
        f'{HEAD}<Properties xmlns="{OFFICE}/extended-properties"><Template>{template}</Template>'
        f"<Manager>{manager}</Manager><Company>{company}</Company></Properties>"
    )


def custom(*names: str) -> str:
    lines = "".join(f'<property fmtid="{{}}" pid="2" name="{name}"><v>内</v></property>' for name in names)
    return f'{HEAD}<Properties xmlns="{OFFICE}/custom-properties">{lines}</Properties>'


def _part_name(word: str) -> str:
    """``word__comments_x`` is word/comments.xml."""
    return f"{word.removesuffix('_x').replace('__', '/')}.xml" if word.endswith("_x") else word


# ── Word


def document(body: str) -> str:
    return f"{HEAD}<w:document {W} {A}><w:body>{body}<w:sectPr/></w:body></w:document>"


def paragraph(*runs: str, properties: str = "") -> str:
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{''.join(runs)}</w:p>"


def run(text: str, properties: str = "", kind: str = "t") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:{kind} xml:space="preserve">{text}</w:{kind}></w:r>'


def docx(body: str, /, **parts: str | bytes) -> bytes:
    """A Word file; further parts as `_part_name` reads them."""
    named = {_part_name(name): data for name, data in parts.items()}
    own = {"[Content_Types].xml": types("word/document.xml", *named), "word/document.xml": document(body)}
    return packed({**own, "_rels/.rels": relations(officeDocument="word/document.xml"), **named})


# ── Excel


def xlsx(sheets: Mapping[str, tuple[str, str]], strings: tuple[str, ...] = (), /, **parts: str | bytes) -> bytes:
    """Sheets: name → state and the XML inside of ``worksheet``."""
    named = {_part_name(name): data for name, data in parts.items()}
    files = {f"xl/worksheets/sheet{n}.xml": xml for n, (_, xml) in enumerate(sheets.values(), 1)}
    lines = "".join(
        f'<sheet name="{name}" sheetId="{n}" state="{state}" r:id="rId{n}"/>'
        for n, (name, (state, _)) in enumerate(sheets.items(), 1)
    )
    targets = {f"worksheet_{n}": f"worksheets/sheet{n}.xml" for n in range(1, len(sheets) + 1)}
    shared = "".join(f"<si><t>{words}</t></si>" for words in strings)
    return packed(
        {
            "[Content_Types].xml": types("xl/workbook.xml", *files, *named),
            "_rels/.rels": relations(officeDocument="xl/workbook.xml"),
            "xl/workbook.xml": f"{HEAD}<workbook {X} {R}><sheets>{lines}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": relations(**targets),
            "xl/sharedStrings.xml": f"{HEAD}<sst {X}>{shared}</sst>",
            **{name: f"{HEAD}<worksheet {X} {R}>{xml}</worksheet>" for name, xml in files.items()},
            **named,
        }
    )


# ── PowerPoint


def pptx(slides: tuple[tuple[str, str], ...], notes: Mapping[int, str] = {}, /, **parts: str | bytes) -> bytes:
    """Slides: attributes of the slide, and its text; notes by the slide's number."""
    named = {_part_name(name): data for name, data in parts.items()}
    numbers = range(1, len(slides) + 1)
    ids = "".join(f'<p:sldId id="{255 + n}" r:id="rId{n}"/>' for n in numbers)
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": types("ppt/presentation.xml", *named),
        "ppt/presentation.xml": f"{HEAD}<p:presentation {P} {R}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(**{f"slide_{n}": f"slides/slide{n}.xml" for n in numbers}),
    }
    for n, (attributes, words) in enumerate(slides, 1):
        members[f"ppt/slides/slide{n}.xml"] = f"{HEAD}<p:sld {P} {A} {attributes}>{shape(words)}</p:sld>"
    for n, words in notes.items():
        members[f"ppt/slides/_rels/slide{n}.xml.rels"] = relations(notesSlide=f"../notesSlides/notesSlide{n}.xml")
        members[f"ppt/notesSlides/notesSlide{n}.xml"] = f"{HEAD}<p:notes {P} {A}>{shape(words)}</p:notes>"
    return packed({**members, **named})


def shape(words: str, hidden: str = "0") -> str:
    name = f'<p:nvSpPr><p:cNvPr id="2" name="x" hidden="{hidden}"/></p:nvSpPr>'
    return f"<p:sp>{name}<p:txBody><a:p><a:r><a:t>{words}</a:t></a:r></a:p></p:txBody></p:sp>"


# ── before 2007


def ole(streams: Mapping[str, bytes]) -> bytes:
    """A compound file: header, one sector of table, directory, and each stream in sectors of its own."""
    names = list(streams)
    directory_sectors = (len(names) + 1 + 3) // 4
    table = [0xFFFFFFFD] + [n + 2 for n in range(directory_sectors - 1)] + [0xFFFFFFFE]
    body, entries = b"", [("Root Entry", 5, 0xFFFFFFFE, 0)]
    for name, data in streams.items():
        padded = data.ljust(max(4096, -(-len(data) // 512) * 512), b"\0")
        first, count = len(table), len(padded) // 512
        table += [first + n + 1 for n in range(count - 1)] + [0xFFFFFFFE]
        body += padded
        entries.append((name, 2, first, len(padded)))
    directory = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBB", len(name) * 2 + 2, kind, 1)
        + b"\xff" * 12
        + bytes(36)
        + struct.pack("<IQ", first, size)
        for name, kind, first, size in entries
    ).ljust(directory_sectors * 512, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<I", 0) + b"\xff" * 432
    return header + struct.pack("<128I", *table, *[0xFFFFFFFF] * (128 - len(table))) + directory + body


def summary(properties: Mapping[int, str]) -> bytes:
    """A property set in GBK."""
    values, offsets = b"", []
    start = 8 + 8 * (len(properties) + 1)
    for number, words in [(1, ""), *properties.items()]:
        offsets.append((number, start + len(values)))
        raw = words.encode("gb18030") + b"\0"
        values += struct.pack("<II", 2, 936) if number == 1 else struct.pack("<II", 30, len(raw)) + raw
        values = values.ljust(-(-len(values) // 4) * 4, b"\0")
    section = struct.pack("<II", start + len(values), len(offsets))
    section += b"".join(struct.pack("<II", *each) for each in offsets) + values
    return (
        struct.pack("<HHI", 0xFFFE, 0, 0)
        + bytes(16)
        + struct.pack("<I", 1)
        + bytes(16)
        + struct.pack("<I", 48)
        + section
    )


# ── PDF


def pdf(
    pages: tuple[str, ...] = ("hello",), catalogue: str = "", info: str = "", objects: tuple[str, ...] = ()
) -> bytes:
    """A PDF with Latin text; ``objects`` get the numbers from 100 on."""
    made: dict[int, str] = {
        1: f"<< /Type /Catalog /Pages 2 0 R {catalogue} >>",
        2: f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{10 + 2 * n} 0 R' for n in range(len(pages)))}] >>",
        3: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        4: f"<< {info} >>",
    }
    for n, words in enumerate(pages):
        text, _, extra = words.partition("|")
        content = f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET"
        made[10 + 2 * n] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {11 + 2 * n} 0 R "
            f"{extra} {'' if '/Resources' in extra else '/Resources << /Font << /F1 3 0 R >> >>'} >>"
        )
        made[11 + 2 * n] = f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"
    made |= dict(enumerate(objects, 100))
    out, places = b"%PDF-1.7\n", {}
    for number, body in made.items():
        places[number] = len(out)
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    start = len(out)
    out += b"xref\n" + b"".join(f"{n} 1\n{at:010} 00000 n \n".encode() for n, at in sorted(places.items()))
    return out + f"trailer << /Size 200 /Root 1 0 R /Info 4 0 R >>\nstartxref\n{start}\n%%EOF".encode()
