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
    ("data", "line", "position"),
    [
        ("救助\n站".encode() + b"\n\xff\xff", 3, 11),
        (b"\xef\xbb\xbfab\n\xff", 2, 6),
        ("救助".encode("utf-16"), 1, 0),
        (b"\n" + "救".encode("gb18030") + b"\n\x81", 3, 4),
        ("救助站\n站".encode()[:-1], 2, 10),
    ],
)
def test_other_bytes_are_refused_with_their_place(data: bytes, line: int, position: int) -> None:
    assert read(data) == (None, (problem("F101", PATH, line, position=position),))


@pytest.mark.parametrize(
    ("data", "line", "position", "character"),
    [
        ("一\n二\x00".encode(), 2, 7, "U+0000"),
        (b"\xef\xbb\xbfa\x07", 1, 4, "U+0007"),
        ("一\r\n\x02".encode(), 2, 5, "U+0002"),
        ("一\x9f".encode(), 1, 3, "U+009F"),
        ("一\x7f".encode(), 1, 3, "U+007F"),
        ("一\ufffe".encode(), 1, 3, "U+FFFE"),
        ("救\n助\x0b".encode("gb18030"), 2, 5, "U+000B"),
        ("ab".encode("utf-16-le"), 1, 1, "U+0000"),
    ],
)
def test_control_characters_are_refused_with_their_place(data: bytes, line: int, position: int, character: str) -> None:
    found = problem("F102", PATH, line, position=position, character=character)
    assert read(data) == (None, (found,))


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
