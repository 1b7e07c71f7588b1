"""What a build makes of files under other names, in other encodings and of other kinds."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulletin.build.fixing import fixed_files
from tests.conftest import build_site, tree, write_files

IDENTITY = "11010519491231002X"
TEXT = "## 站务新闻\n\n### 开会\n\n今天开会。{}\n"
HEAD = "---\ndate: 2015-01-05\n---\n"


def issue(station: Path, name: str, text: str | bytes) -> dict[str, str]:
    """Build with one more file of issues; its problems, by code, with the file's name."""
    write_files(station, {f"content/issues/{name}": text})
    report = build_site(station)
    return {each.code: each.path.rpartition("/")[2] for each in report.problems}


@pytest.mark.parametrize(
    ("name", "data", "codes"),
    [
        ("2015010.markdown", (HEAD + TEXT.format("")).encode(), set()),
        ("2015010/index.markdown", (HEAD + TEXT.format("")).encode(), set()),
        ("2015010.md", (HEAD + TEXT.format("")).encode("utf-16"), {"F308"}),
        ("2015010.md", (HEAD + TEXT.format("\x0b再开会。")).encode(), set()),
        ("2015010.md", (HEAD + TEXT.format("\x07")).encode(), {"F309"}),
        ("2015010.txt", (HEAD.replace("date", "draft: no\ndate") + TEXT.format("")).encode(), set()),
    ],
)
def test_an_issue_comes_out(station: Path, name: str, data: bytes, codes: set[str]) -> None:
    assert set(issue(station, name, data)) == codes
    assert "今天开会。" in (station / "site/issues/2015010/index.html").read_text(encoding="utf-8")


def test_word_s_line_break_is_one(station: Path) -> None:
    issue(station, "2015010.md", HEAD + TEXT.format("\x0b再开会。"))
    assert "今天开会。<br>\n再开会。" in (station / "site/issues/2015010/index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("hidden", ["\x01".join(IDENTITY), IDENTITY.replace("1949", "\x02\x031949\x7f")])
def test_control_characters_hide_no_number_from_the_gate(station: Path, hidden: str) -> None:
    text = HEAD + TEXT.format("一" * 400 + hidden)
    assert set(issue(station, "2015010.md", text)) == {"F309"}
    assert IDENTITY.encode() not in b"".join(tree(station / "site").values())
    assert not (station / "site/issues/2015010").exists()


def test_a_text_file_that_is_offered_stays_an_attachment(station: Path) -> None:
    plain = "2015年第11期\n2015年1月6日\n\n今天开会。\n"
    write_files(
        station, {"content/issues/2015011.txt": plain, "content/issues/a.docx": b"", "content/issues/b.docx": b""}
    )
    said = issue(station, "2015010.md", HEAD + TEXT.format("[文](2015011.txt)，[表](a.docx)"))
    assert said == {"F314": "b.docx"}
    assert (station / "site/issues/2015010/2015011.txt").read_text(encoding="utf-8") == plain
    assert not (station / "site/issues/2015011").exists()


def test_a_note_beside_the_issues_is_neither_checked_nor_fixed(station: Path) -> None:
    assert issue(station, "电话.txt", f"老王 {IDENTITY}\r\n") == {"F312": "电话.txt"}
    assert [fixed.path for fixed in fixed_files(station, titles=False)] == []


def test_fixing_takes_out_what_was_dropped(station: Path) -> None:
    write_files(station, {"content/issues/2015010.md": (HEAD + TEXT.format("\x07\x0b再开会。")).encode("utf-16")})
    (fixed,) = fixed_files(station, titles=False)
    assert fixed.after.decode() == HEAD + TEXT.format("  \n再开会。")


def test_a_guess_that_is_lost_unpublishes_nothing(station: Path) -> None:
    assert set(issue(station, "2015010.md", "2015年1月5日\n\n" + TEXT.format(""))) == {"F307"}
    assert set(issue(station, "2015010.md", TEXT.format("再开会。"))) == {"F303"}
    assert "今天开会。" in (station / "site/issues/2015010/index.html").read_text(encoding="utf-8")
    later = "2016年12月31日\n\n" + TEXT.format("又开会。")
    assert set(issue(station, "2015010.md", later)) == {"F307", "A110"}
    assert "又开会。" in (station / "site/issues/2015010/index.html").read_text(encoding="utf-8")
