"""`check --pass`: what the gate found may be public, says somebody with a reason."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bulletin.build.passing import Passed, pass_findings
from bulletin.check.passed import PassedBook, PassedValue, read_passed, value_mark, write_passed
from bulletin.core.errors import StationError, UsageError
from tests.check.stations import check
from tests.conftest import build_site, write_files

IDENTITY, OTHER = "11010519491231002X", "440524188001010014"
MOBILE = "13907340000"
ISSUE = "content/issues/2015003.md"
TEXT = "---\nnumber: 2015003\ndate: 2015-04-10\n---\n## 站务新闻\n\n### 一件事\n\n{0}\n"


def write(station: Path, text: str) -> None:
    write_files(station, {ISSUE: TEXT.format(text)})


def passed(station: Path, code: str, place: str, because: str = "对外公开的号码") -> tuple[Passed, ...]:
    return pass_findings(station, code, place, because, datetime(2016, 1, 1), 1)


def held(station: Path) -> list[tuple[str, str]]:
    return [(each.name, each.fate) for each in build_site(station).held]


@pytest.mark.parametrize("place", ["2015003", "2015003:9", "2015年第3期", ISSUE, "2015003.md:9"])
def test_a_comment_is_written_before_the_line(station: Path, place: str) -> None:
    write(station, f"电话{MOBILE}。")
    assert held(station) == [("2015003", "absent")]
    assert [(each.file, each.line) for each in passed(station, "P103", place)] == [(ISSUE, 9)]
    comment = "<!-- bulletin: ignore P103 because 对外公开的号码 -->"
    assert (station / ISSUE).read_text("utf-8") == TEXT.format(f"{comment}\n电话{MOBILE}。")
    assert held(station) == []
    assert "P103" not in [found.code for found in check(station).problems]
    with pytest.raises(UsageError, match="no open P103"):
        passed(station, "P103", place.replace(":9", ""))


def test_the_files_encoding_and_line_ends_stay(station: Path) -> None:
    text = TEXT.format(f"电话{MOBILE}。").replace("\n", "\r\n")
    for data in (text.encode("gb18030"), b"\xef\xbb\xbf" + text.encode()):
        write_files(station, {ISSUE: data})
        passed(station, "P103", "2015003")
        after = (station / ISSUE).read_bytes()
        assert b"\n" not in after.replace(b"\r\n", b"")
        encoding = "gb18030" if data[:1] != b"\xef" else "utf-8-sig"
        assert "因为" not in after.decode(encoding)
        assert "because 对外公开的号码" in after.decode(encoding)
        assert held(station) == []


TABLE = f"|名称|号码|\n|---|---|\n|值班|1|\n|司机|{MOBILE}|"
WRAPPED = f"第一行的话，\n电话{MOBILE}。"


@pytest.mark.parametrize("text", [TABLE, WRAPPED, f"```\n{MOBILE}\n```"])
def test_where_a_comment_would_change_what_readers_see_the_value_is_written_down(station: Path, text: str) -> None:
    write(station, text)
    (station / "site").mkdir(exist_ok=True)
    assert [each.file for each in passed(station, "P103", "2015003")] == ["content/passed.yml"]
    assert (station / ISSUE).read_text("utf-8") == TEXT.format(text)
    assert MOBILE not in (station / "content/passed.yml").read_text("utf-8")
    assert held(station) == []
    assert MOBILE in (station / "site/issues/2015003/index.html").read_text("utf-8")
    silenced = check(station).silenced
    assert [(each.problem.code, each.pragma.path) for each in silenced] == [("P103", "content/passed.yml")]
    write(station, text.replace(MOBILE, "13907340001"))
    assert held(station) == [("2015003", "kept")], "another number was not passed"


def test_numbers_of_documents_are_passed_one_by_one(station: Path) -> None:
    write(station, f"号码{IDENTITY}。\n\n号码{OTHER}。")
    with pytest.raises(UsageError, match=r"2015003\.md:9, content/issues/2015003\.md:11"):
        passed(station, "P101", "2015003")
    passed(station, "P101", "2015003:9")
    assert held(station) == [("2015003", "absent")]
    passed(station, "P101", "2015003:12")
    assert held(station) == []


def test_several_telephones_may_be_passed_at_once(station: Path) -> None:
    write(station, f"电话{MOBILE}。\n\n电话13907340001。\n\n电话13907340002。")
    assert len(passed(station, "P103", "2015003")) == 3
    assert held(station) == []


@pytest.mark.parametrize("code", ["A209", "D101", "P110", "I102", "X1"])
def test_what_cannot_be_passed(station: Path, code: str) -> None:
    with pytest.raises(UsageError, match="cannot be passed"):
        passed(station, code, "2015001")


@pytest.mark.parametrize("because", ["", "  ", "a --> b", "a\nb"])
def test_a_reason_is_needed(station: Path, because: str) -> None:
    write(station, f"电话{MOBILE}。")
    with pytest.raises(UsageError, match="--because"):
        passed(station, "P103", "2015003", because)


def test_a_search_notice_without_an_end_needs_a_comment(station: Path) -> None:
    write_files(station, {"content/issues/2015004/index.md": TEXT.format("正文。").replace("2015003", "2015004")})
    notice = "---\ntitle: 寻亲\nsection: 站务新闻\nkind: 寻亲公告\n---\n身高一米七。\n"
    write_files(station, {"content/issues/2015004/a.md": notice})
    assert held(station) == [("2015004", "absent")]
    passed(station, "P113", "2015004")
    assert "# bulletin: ignore P113" in (station / "content/issues/2015004/a.md").read_text("utf-8")
    assert held(station) == []


def test_the_list_of_values_is_read_as_it_was_written() -> None:
    entries = (PassedValue("P101", 'content/a "b".docx', "0123456789abcdef", "样例，“公开”", "2026-11-28"),)
    data = write_passed(PassedBook("ab" * 16, entries))
    assert [each.because for each in read_passed(data).entries] == ["样例，“公开”"]
    assert write_passed(read_passed(data)) == data
    with pytest.raises(StationError, match=r"passed\.yml:5"):
        read_passed(data + b"- P101\n")


def test_a_value_is_the_same_however_it_is_written() -> None:
    key = "00" * 16
    assert value_mark("１１０１０５ 19491231-002x", key) == value_mark(IDENTITY, key) != value_mark(IDENTITY, "01" * 16)
    assert value_mark(IDENTITY, "") == ""
