"""Bytes → text: what is read, what is refused, and where it says so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.core.model import SourceFile
from bulletin.core.problems import Problem, problem
from bulletin.read.control_characters import CONTROL_CHARACTER
from bulletin.read.decode import LINE_ENDS, MAX_SOURCE_BYTES, ORDINARY, decode_text

PATH = "content/issues/2015001.md"


PLAIN = "---\nnumber: 2014003\n---\n## 站务新闻\n\n一、开会。\n"


def read(data: bytes) -> tuple[str | None, tuple[Problem, ...]]:
    return decode_text(SourceFile(PATH, data))


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        ("救助\n站".encode(), "救助\n站"),
        (b"\xef\xbb\xbf" + "救助".encode(), "救助"),
        (b"a\r\nb\rc\n\rd", "a\nb\nc\n\nd"),
        ("a\u2028b\u2029c\x85d".encode(), "a\nb\nc\nd"),
        ("a\tb\u3000c\xa0d".encode(), "a\tb\u3000c\xa0d"),
        ("𠮷𪚥".encode(), "𠮷𪚥"),
    ],
)
def test_utf8_is_read_with_plain_line_ends(data: bytes, text: str) -> None:
    assert read(data) == (text, ())


@pytest.mark.parametrize("text", ["救助管理站工作简报", "第一行\n㐀𠮷，第二行。"])
def test_gb18030_is_read_with_a_notice(text: str) -> None:
    assert read(text.encode("gb18030")) == (text, (problem("F103", PATH),))


def test_utf8_wins_where_both_would_do() -> None:
    data = "救助".encode()
    assert data.decode("gb18030")
    assert read(data) == ("救助", ())


@pytest.mark.parametrize(
    "data",
    [
        *(PLAIN.encode(encoding) for encoding in ("utf-16", "utf-16-le", "utf-16-be")),
        *(mark + PLAIN.encode(encoding) for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))),
    ],
)
def test_utf16_is_read_with_a_notice(data: bytes) -> None:
    assert read(data) == (PLAIN, (problem("F308", PATH),))


@pytest.mark.parametrize("text", ["ab\0cdef\0", "一\0二\n", "number: 2014002\0\0"])
def test_a_text_with_a_few_nulls_is_no_utf16(text: str) -> None:
    found, problems = read(text.encode())
    assert (found, [each.code for each in problems]) == (text.replace("\0", ""), ["F309"])


@pytest.mark.parametrize(
    ("data", "line", "position"),
    [
        ("救助\n站".encode() + b"\n\xff\xff", 3, 11),
        (b"\xef\xbb\xbfab\n\xff", 2, 6),
        ("救助".encode("utf-16")[:-1], 0, 4),
        (b"\n" + "救".encode("gb18030") + b"\n\x81", 3, 4),
        ("救助站\n站".encode()[:-1], 2, 10),
    ],
)
def test_other_bytes_are_refused_with_their_place(data: bytes, line: int, position: int) -> None:
    assert read(data) == (None, (problem("F101", PATH, line, position=position),))


@pytest.mark.parametrize(
    ("data", "text", "line", "count", "character"),
    [
        ("一\n二\x00".encode(), "一\n二", 2, 1, "U+0000"),
        (b"\xef\xbb\xbfa\x07", "a", 1, 1, "U+0007"),
        ("一\r\n\x02二\x03".encode(), "一\n二", 2, 2, "U+0002"),
        ("一\x9f".encode(), "一", 1, 1, "U+009F"),
        ("一\x7f".encode(), "一", 1, 1, "U+007F"),
        ("一\ufffe".encode(), "一", 1, 1, "U+FFFE"),
        (("一" * 60 + "\n\x1b\x1b\x1b").encode(), "一" * 60 + "\n", 2, 3, "U+001B"),
    ],
)
def test_control_characters_are_dropped_with_their_place(
    data: bytes, text: str, line: int, count: int, character: str
) -> None:
    assert read(data) == (text, (problem("F309", PATH, line, count=count, character=character),))


def test_what_is_mostly_control_characters_is_no_text() -> None:
    assert read(b"a\n" + bytes(range(1, 9))) == (None, (problem("F102", PATH, 2, count=8, character="U+0001"),))


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("一\x0b二".encode(), "一  \n二"),
        ("救\n助\x0b站".encode("gb18030"), "救\n助  \n站"),
        ("一\x0b\n二".encode(), "一\n二"),
        ("一\x0b\x0b二".encode(), "一  \n  \n二"),
        ("### 一\x0b二\n三".encode(), "### 一 二\n三"),
        ("| 一\x0b二 | 三 |".encode(), "| 一 二 | 三 |"),
        ("一\x0b二\t三".encode(), "一 二\t三"),
        ("一\x0c二".encode(), "一\n\n二"),
    ],
)
def test_what_word_breaks_lines_with_breaks_lines(data: bytes, text: str) -> None:
    assert read(data)[0] == text
    assert {each.code for each in read(data)[1]} <= {"F103"}


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"PK\x03\x04....word/document.xml", "a Word document"),
        (b"PK\x03\x04....xl/workbook.xml", "an Excel table"),
        (b"PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.text", "an OpenDocument file"),
        (b"PK\x03\x04....a.txt", "an archive of files"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(MAX_SOURCE_BYTES), "a document of Word, WPS or Excel"),
        (b"\n{\\rtf1\\ansi", "an RTF document"),
        (b"%PDF-1.7", "a PDF document"),
        (b"\xff\xd8\xff\xe0", "a picture"),
    ],
)
def test_other_documents_are_recognised_by_their_bytes(data: bytes, what: str) -> None:
    assert read(data) == (None, (problem("F311", PATH, what=what),))


def test_a_file_may_be_as_large_as_the_limit_and_no_larger() -> None:
    assert read(b"a" * MAX_SOURCE_BYTES)[0] == "a" * MAX_SOURCE_BYTES
    assert read(b"a" * (MAX_SOURCE_BYTES + 1)) == (
        None,
        (problem("F104", PATH, size=MAX_SOURCE_BYTES + 1, limit=MAX_SOURCE_BYTES),),
    )


def test_every_character_is_ordinary_refused_or_a_line_end() -> None:
    for character in map(chr, {*range(0x110000)} - {*range(0xD800, 0xE000)}):
        ordinary = not (CONTROL_CHARACTER.match(character) or LINE_ENDS.match(character))
        assert bool(ORDINARY.fullmatch(character)) == ordinary, character


@given(st.binary(max_size=200))
def test_any_bytes_give_a_clean_text_or_one_error(data: bytes) -> None:
    text, problems = read(data)
    if text is None:
        assert [found.severity for found in problems] == ["error"]
    else:
        assert not CONTROL_CHARACTER.search(text)
        assert "\r" not in text
