"""Attached files that are damaged or made to do harm: a problem is returned, nothing is raised, in bounded time."""

from __future__ import annotations

import random
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bulletin.read.documents.cleaning import clean_document
from bulletin.read.documents.package import MAX_MEMBERS
from bulletin.read.documents.reading import read_document
from tests.read.documents import (
    HEAD,
    ID_NUMBER,
    W,
    core,
    document,
    docx,
    ole,
    packed,
    paragraph,
    pdf,
    pptx,
    relations,
    run,
    summary,
    types,
    xlsx,
)

SECONDS = 20

GOOD = {
    "a.docx": docx(
        paragraph(run("甲"), run("乙", "<w:vanish/>"), f'<w:ins w:author="王芳">{run("丙")}</w:ins>'),
        docProps__core_x=core("王芳", "李桂芳"),
        word__comments_x=f'{HEAD}<w:comments {W}><w:comment w:author="邓军"/></w:comments>',
    ),
    "a.xlsx": xlsx({"一": ("hidden", '<sheetData><row><c t="s"><v>0</v></c></row></sheetData>')}, ("字",)),
    "a.pptx": pptx((("", "一"), ('show="0"', "二")), {1: "三"}),
    "a.pdf": pdf(("one", "two|/Annots [<< /Subtype /Text /Contents (x) >>]"), "/Names << >>", "/Author (x)"),
    "a.doc": ole({"WordDocument": ID_NUMBER.encode(), "\x05SummaryInformation": summary({4: "王芳"})}),
    "b.doc": b"{\\rtf1{\\info{\\author x}}\\'b5\\'e7\\u30005?{\\v y}}",
}


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    """A good file with bytes changed, cut or repeated; of zip files also inside of a member."""
    name = draw(st.sampled_from(sorted(GOOD)))
    data = GOOD[name]
    if data.startswith(b"PK") and draw(st.booleans()):
        with zipfile.ZipFile(BytesIO(data)) as package:
            members: dict[str, str | bytes] = {each: package.read(each) for each in package.namelist()}
        part = draw(st.sampled_from(sorted(members)))
        raw = members[part]
        members[part] = draw(changes(raw if isinstance(raw, bytes) else raw.encode()))
        return name, packed(members)
    return name, draw(changes(data))


@st.composite
def changes(draw: st.DrawFn, data: bytes) -> bytes:
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        end = min(len(data), at + draw(st.integers(0, 40)))
        fresh = draw(st.one_of(st.binary(max_size=8), st.just(data[at:end] * 3), st.sampled_from(HARMFUL)))
        data = data[:at] + fresh + data[end:]
    return data


HARMFUL = [
    b"<w:p>",
    b"</w:r>",
    b"\xff\xff\xff\xff",
    b"<w:vanish/>",
    b"9999999999",
    b" 0 R",
    b"<<",
    b"[[[[",
    b"\0\0\0\0",
    b"-1",
]


@settings(max_examples=400)
@given(damaged())
@example(("a.pdf", b"%PDF-1.7\ntrailer << /Root 1 0 R >>"))
@example(("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600))
@example(("a.docx", b"PK\x05\x06" + b"\xff" * 18))
def test_damaged_files_raise_nothing(those: tuple[str, bytes]) -> None:
    name, data = those
    facts = read_document(name, data)
    assert facts.problem or facts.kind
    clean_document(name, data)


@settings(max_examples=200)
@given(st.sampled_from([*sorted(GOOD), "a.txt", "a.zip", "a.mp4", "a.ofd"]), st.binary(max_size=200))
def test_any_bytes_raise_nothing(name: str, data: bytes) -> None:
    read_document(name, data)


def entity_bomb() -> bytes:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    xml = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "lol">{entities}]><w:document {W}>&e11;</w:document>'
    return packed(
        {
            "[Content_Types].xml": types(),
            "word/document.xml": document(""),
            "word/x.xml": xml,
            "word/document.xml.bak": xml,
        }
    )


def external_entity() -> bytes:
    xml = document("").replace(HEAD, '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')
    return docx("", word__header1_x=xml.replace("<w:body>", "<w:body>&e;"))


def embedded_bombs() -> bytes:
    inner = docx("", **{f"word/m{n}.xml": b"<x>" + b" " * 30_000_000 + b"</x>" for n in range(3)})
    return docx("", **{f"word/embeddings/e{n}.docx": inner for n in range(200)})


BOMBS: dict[str, Callable[[], bytes]] = {
    "embedded": embedded_bombs,
    "entities": entity_bomb,
    "an external entity": external_entity,
    "one member": lambda: docx(paragraph(run("x" * 60_000_000))),
    "many members": lambda: docx("", **{f"word/m{n}.xml": b"<x>" + b" " * 8_000_000 + b"</x>" for n in range(20)}),
    "names": lambda: docx("", **{f"word/media/{n}.txt": b"" for n in range(MAX_MEMBERS + 1)}),
    "depth": lambda: docx("<w:sdt>" * 100_000 + "</w:sdt>" * 100_000),
    "elements": lambda: docx("<w:p/>" * 900_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_before_they_go_off(name: str) -> None:
    bomb = BOMBS[name]()
    start = time.process_time()
    assert read_document("a.docx", bomb).problem
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize(
    "unit", [run("甲"), run("乙", "<w:vanish/>"), "<w:p/>", f'<w:ins w:author="王芳">{run("丙")}</w:ins>']
)
def test_time_grows_with_the_size_and_no_faster(unit: str) -> None:
    def seconds(count: int) -> float:
        data = docx(f"<w:p>{unit * count}</w:p>")
        start = time.process_time()
        read_document("a.docx", data)
        clean_document("a.docx", data)
        return time.process_time() - start

    seconds(100)
    assert seconds(8_000) < 8 * (seconds(2_000) + 0.05)


def test_a_member_that_is_there_twice_is_refused() -> None:
    out = BytesIO(GOOD["a.docx"])
    with zipfile.ZipFile(out, "a") as package, pytest.warns(UserWarning, match="Duplicate"):
        package.writestr("word/document.xml", document(paragraph(run("another"))))
    assert "damaged" in read_document("a.docx", out.getvalue()).problem


def test_a_member_with_a_password_is_named() -> None:
    data = bytearray(GOOD["a.xlsx"])
    at = -1
    while (at := data.find(b"PK", at + 1)) >= 0:
        if bytes(data[at : at + 4]) in (b"PK\x03\x04", b"PK\x01\x02"):
            data[at + (6 if data[at + 2] == 3 else 8)] |= 1
    assert read_document("a.xlsx", bytes(data)).problem


def test_a_chain_that_bites_its_tail_takes_no_memory() -> None:
    data = bytearray(GOOD["a.doc"])
    (table,) = struct.unpack_from("<I", data, 76)
    struct.pack_into("<II", data, 60, 1, 0xFFFFFFFF)  # first sector of the small streams, and how many there are
    struct.pack_into("<I", data, (table + 1) * 512 + 4, 1)
    tracemalloc.start()
    read_document("a.doc", bytes(data))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50_000_000


def test_many_numbers_in_a_file_of_before_2007_take_no_time() -> None:
    digits = "".join(random.Random(1).choices("0123456789", k=2_000_000)).encode()
    start = time.process_time()
    read_document("a.doc", ole({"WordDocument": digits[:40_000]}) + digits)
    assert time.process_time() - start < SECONDS


def test_relations_that_lead_out_of_the_file_lead_nowhere() -> None:
    data = docx("", **{"word/_rels/document.xml.rels": relations(image="../../../../etc/passwd", header="/../x.xml")})
    assert read_document("a.docx", data).problem == ""
