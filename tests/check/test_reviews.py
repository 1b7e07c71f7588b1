"""三审三校: recorded for a text, void when it changes, printed as a register."""

from __future__ import annotations

import csv
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.build.reviewing import Recorded, record_review, review_state, write_register
from bulletin.check.findings import SourceFindings
from bulletin.check.reviews import (
    REVIEWS_FILE,
    Review,
    ReviewedText,
    append_review,
    clean_name,
    lacking_reviews,
    make_review_book,
    read_reviews,
    reviewed_text,
)
from bulletin.core.config import read_station, with_reviews_from
from bulletin.core.errors import UsageError
from bulletin.core.model import Issue, encode_sections
from bulletin.core.station import Station
from tests.check.stations import check, codes
from tests.conftest import NOW, ROOT, STATION, write_files

ISSUE = "content/issues/2015003.md"
PEOPLE = (("first", "李桂芳"), ("second", "王伏来"), ("final", "邓军"))


@pytest.fixture
def strict(station: Path) -> Path:
    write_files(station, {"content/station.yml": STATION + "reviews: 3\n"})
    return station


def record(root: Path, role: str, by: str, name: str = "2015003", **options: bool) -> Recorded:
    return record_review(root, name, role, by, NOW, 1, **options)


def review(root: Path, name: str = "2015003") -> None:
    """All three."""
    for role, by in PEOPLE:
        record(root, role, by, name)


def values(root: Path) -> list[tuple[str, str]]:
    return [(found.code, dict(found.values)["role"]) for found in check(root).problems if found.code in REVIEW_CODES]


REVIEW_CODES = ("A210", "A211")
VOID = [("A210", "first"), ("A211", "final"), ("A211", "first"), ("A211", "second")]


def states(root: Path, name: str = "2015003") -> list[str]:
    """Why the issue's reviews do not count; empty for those that do."""
    return [line.reason for line in review_state(root, name, NOW, 1).lines if line.by]


def test_three_reviews_in_their_order(strict: Path) -> None:
    assert values(strict) == [("A210", "first")]
    with pytest.raises(UsageError, match="comes first"):
        record(strict, "final", "邓军")
    record(strict, "初审", "李桂芳")
    with pytest.raises(UsageError, match="another person"):
        record(strict, "second", "李桂芳")
    record(strict, "second", "王伏来")
    assert values(strict) == [("A210", "final")]
    record(strict, "final", "邓军")
    assert codes(strict) == []
    assert [each.role for each in read_reviews((strict / REVIEWS_FILE).read_bytes())] == ["first", "second", "final"]


@pytest.mark.parametrize("name", ["李 桂芳", "李　桂芳", "李\u200b桂芳"])
def test_a_name_with_blanks_is_the_same_person(strict: Path, name: str) -> None:
    record(strict, "first", "李桂芳")
    with pytest.raises(UsageError, match="another person"):
        record(strict, "second", name)


@pytest.mark.parametrize(("one", "same"), [("Li Ｍing", "li ming"), ("买买提·阿依古丽", "买买提•阿依古丽")])
def test_a_name_in_other_characters_is_the_same_person(strict: Path, one: str, same: str) -> None:
    record(strict, "first", one)
    with pytest.raises(UsageError, match="another person"):
        record(strict, "second", same)


def test_a_review_that_is_there_is_not_recorded_again(strict: Path) -> None:
    record(strict, "first", "李桂芳")
    for name in ("李桂芳", "王伏来"):
        with pytest.raises(UsageError, match="already"):
            record(strict, "first", name)


# ── what they hold for


def edited(root: Path, old: str, new: str) -> None:
    text = (root / ISSUE).read_text("utf-8")
    assert old in text
    write_files(root, {ISSUE: text.replace(old, new, 1)})


@pytest.mark.parametrize(
    "entry",
    ["hits: 9", "updated: 2015-05-01", "total: 38", "redirect_from: /old/3.html"],
    ids=lambda e: e.split(":")[0],
)
def test_what_is_no_word_of_the_text_voids_nothing(strict: Path, entry: str) -> None:
    review(strict)
    edited(strict, "---\n## ", f"{entry}\n---\n## ")
    assert values(strict) == []


@pytest.mark.parametrize(
    "entry",
    [
        *("title: 三月简报", "summary: 本期提要", "byline: 刘红兵", "keywords: 救助、返乡", "keywords: [救助, 返乡]"),
        "corrections: [{date: 2015-05-06, was: 三次, now: 四次}]",
    ],
)
def test_every_public_word_belongs_to_it(strict: Path, entry: str) -> None:
    review(strict)
    edited(strict, "---\n## ", f"{entry}\n---\n## ")
    assert values(strict) == VOID
    assert states(strict) == ["the text was changed"] * 3


def test_a_changed_text_is_reviewed_from_the_beginning(strict: Path) -> None:
    review(strict)
    write_files(strict, {ISSUE: (strict / ISSUE).read_text("utf-8") + "又加了一句。\n"})
    assert values(strict) == VOID
    record(strict, "first", "李桂芳")
    assert values(strict) == [("A210", "second"), ("A211", "final"), ("A211", "second")]


def test_another_encoding_or_file_name_is_the_same_text(strict: Path) -> None:
    review(strict)
    text = (strict / ISSUE).read_text("utf-8").replace("\n", "\r\n")
    (strict / ISSUE).unlink()
    write_files(strict, {"content/issues/2015003/index.md": text.encode("gb18030")})
    assert values(strict) == []


def test_pictures_and_attachments_belong_to_it(strict: Path) -> None:
    files = {"content/issues/b.pdf": b"%PDF-1.4 one", "content/issues/c.docx": b"one"}
    write_files(strict, files | {ISSUE: (strict / ISSUE).read_text("utf-8") + "\n[表](b.pdf)，[文](c.docx)。\n"})
    review(strict)
    assert values(strict) == []
    write_files(strict, {"content/issues/b.pdf": b"%PDF-1.4 two"})
    assert values(strict) == VOID
    assert states(strict) == ["a picture, an attachment or what was passed in them was changed"] * 3
    write_files(strict, files)
    assert values(strict) == []
    (strict / "content/issues/c.docx").unlink()
    assert values(strict) == VOID


def test_every_file_of_a_folder_belongs_to_it(strict: Path) -> None:
    article = "content/issues/2015003/rain.md"
    text = (strict / ISSUE).read_text("utf-8")
    (strict / ISSUE).unlink()
    write_files(
        strict, {"content/issues/2015003/index.md": text, article: "---\nsection: 站务新闻\n---\n# 雨\n\n下雨。\n"}
    )
    review(strict)
    assert values(strict) == []
    write_files(strict, {article: "---\nsection: 站务新闻\nbyline: 王伏来\n---\n# 雨\n\n下雨。\n"})
    assert values(strict) == VOID


def test_what_was_passed_belongs_to_it(strict: Path) -> None:
    review(strict)
    edited(strict, "---\n## ", "# bulletin: ignore P101 because 举例\n---\n## ")
    assert ("A210", "first") in values(strict)


def test_a_changed_number_is_no_changed_text(strict: Path, tmp_path: Path) -> None:
    review(strict)
    edited(strict, "number: 2015003", "number: 2015007")
    assert values(strict) == []
    write_register(strict, tmp_path / "r.csv", NOW, 1, str)
    assert rows(tmp_path / "r.csv")[0] == ("2015007", "李桂芳", "valid; the number was 2015003")


# ── records of form 1

OLD = """\
# 三审三校的记录，由 bulletin review 写入，不要手工修改。
- {number: 2015003, as: first, by: 李桂芳, date: 2015-12-01 09:00, text: 5268515d0ad93270a5d5c1162ad81bc0}
- {number: 2015003, as: second, by: 王伏来, date: 2015-12-01 10:00, text: 5268515d0ad93270a5d5c1162ad81bc0}
- {number: 2015003, as: final, by: 邓军, date: 2015-12-02 09:00, text: 5268515d0ad93270a5d5c1162ad81bc0}
"""
"""As an earlier version wrote it for `OLD_ISSUE`."""
OLD_ISSUE = "---\nnumber: 2015003\ndate: 2015-03-10\ntitle: 三月\n---\n## 站务新闻\n\n### 会议\n\n三月十日开会。\n"


def test_records_of_an_earlier_version_stay_valid(strict: Path) -> None:
    write_files(strict, {REVIEWS_FILE: OLD, ISSUE: OLD_ISSUE})
    assert values(strict) == []
    assert states(strict) == ["", "", ""]
    edited(strict, "title: 三月", "title: 三月\nsummary: 本期提要")
    assert values(strict) == [], "an earlier version did not look at it"
    edited(strict, "开会", "开了会")
    assert values(strict) == VOID
    record(strict, "first", "李桂芳")
    assert (strict / REVIEWS_FILE).read_text("utf-8").startswith(OLD)


def test_an_issue_is_meant_by_its_id(strict: Path, tmp_path: Path) -> None:
    for path in (strict / "content/issues").iterdir():
        path.unlink()
    text = "---\nnumber: 第2期\ndate: {year}-02-10\n---\n## 站务新闻\n\n### 会议\n\n{year}年的会。\n"
    paths = {year: f"content/issues/{year}.md" for year in (2014, 2015)}
    write_files(strict, {path: text.format(year=year) for year, path in paths.items()})
    (found,) = [each for each in check(strict).problems if each.code == "A210"]
    assert dict(found.values)["id"] == "2015002"
    with pytest.raises(UsageError, match="several") as refused:
        record(strict, "first", "李桂芳", "第2期")
    assert refused.value.values["names"] == "2014002, 2015002"
    record(strict, "first", "李桂芳", "2015002")
    record(strict, "second", "王伏来", "2015.md")
    assert states(strict, "2015002") == ["", ""]
    assert states(strict, "2014002") == []
    line = "- {number: 第2期, as: first, by: 甲乙, date: 2015-12-01 09:00, text: " + "0" * 32 + "}\n"
    write_files(strict, {REVIEWS_FILE: line})
    write_register(strict, tmp_path / "r.csv", NOW, 1, str)
    assert rows(tmp_path / "r.csv") == [("第2期", "甲乙", "void: several issues have this number")]


# ── recording


def test_what_is_no_review(strict: Path) -> None:
    for number, role, by in (("2019001", "first", "甲"), ("2015003", "fourth", "甲"), ("2015003", "first", "甲, 乙")):
        with pytest.raises(UsageError):
            record_review(strict, number, role, by, NOW, 1)
    assert not (strict / REVIEWS_FILE).exists()
    write_files(strict, {"content/station.yml": STATION + "reviews: 1\n"})
    with pytest.raises(UsageError, match="does without"):
        record(strict, "first", "甲")
    record(strict, "final", "甲")


def test_the_file_is_read_as_it_was_written() -> None:
    old = Review("〔2015〕3号", "first", "欧阳 修", "2016-01-01 12:00", "0" * 32)
    new = Review("第3期", "final", "欧阳 修", "2016-01-01 12:00", "0" * 32, "2015003", "1" * 32, even_so=True)
    assert read_reviews(append_review(append_review(b"", old), new)) == (old, new)


@given(name=st.text(), number=st.text())
def test_whatever_is_recorded_can_be_read(name: str, number: str) -> None:
    try:
        by = clean_name(name)
    except UsageError:
        return
    made = Review(number, "first", by, "2016-01-01 12:00", "0" * 32, "2015003", "1" * 32)
    (read,) = read_reviews(append_review(b"", made))
    assert (read.by, read.id) == (by, "2015003")


def test_a_text_with_errors_is_reviewed_only_on_demand(strict: Path) -> None:
    edited(strict, "---\n## ", "---\n## 站务新闻\n\n### 救助\n\n来人的身份证号11010519491231002X。\n\n## ")
    with pytest.raises(UsageError, match="--even-so") as refused:
        record(strict, "first", "李桂芳")
    assert "P101" in str(refused.value.values["places"])
    assert [each.code for each in review_state(strict, "2015003", NOW, 1).open] == ["P101"]
    assert record(strict, "first", "李桂芳", even_so=True).review.even_so
    assert [line.even_so for line in review_state(strict, "2015003", NOW, 1).lines if line.by] == [True]


def test_a_file_that_the_text_offers_is_looked_at_too(strict: Path) -> None:
    write_files(strict, {"content/issues/list.txt": "张三 11010519491231002X\n"})
    edited(strict, "---\n## ", "---\n## 站务新闻\n\n### 救助\n\n见[名单](list.txt)。\n\n## ")
    with pytest.raises(UsageError, match="--even-so"):
        record(strict, "first", "李桂芳")
    assert [each.path for each in review_state(strict, "2015003", NOW, 1).open] == ["content/issues/list.txt"]


def test_a_mark_in_the_record_only_where_there_were_errors(strict: Path) -> None:
    assert not record(strict, "first", "李桂芳", even_so=True).review.even_so


PAUSED = """
import sys, time
from datetime import datetime
from pathlib import Path
from bulletin.build import reviewing
append = reviewing.append_review
def slowly(data, review):
    time.sleep(1)
    return append(data, review)
reviewing.append_review = slowly
reviewing.record_review(Path(sys.argv[1]), sys.argv[2], "first", "李桂芳", datetime(2016, 1, 1), 1)
"""


def test_two_recordings_at_once_lose_none(strict: Path) -> None:
    write_files(strict, {"content/issues/2015004.md": OLD_ISSUE.replace("2015003", "2015004")})
    calls = [[sys.executable, "-c", PAUSED, str(strict), name] for name in ("2015003", "2015004")]
    processes = [subprocess.Popen(call, cwd=ROOT) for call in calls]
    assert [process.wait(60) for process in processes] == [0, 0]
    assert {each.id for each in read_reviews((strict / REVIEWS_FILE).read_bytes())} == {"2015003", "2015004"}


# ── reviews_from


def test_the_first_review_writes_from_when_they_are_needed(strict: Path) -> None:
    path = strict / "content/station.yml"
    before = b"\xef\xbb\xbf" + f"{STATION}# 三审\nreviews: 3 # 三个人\nrecent: 5".replace("\n", "\r\n").encode()
    target = strict / "station of the office.yml"
    target.write_bytes(before)
    target.chmod(0o640)
    path.unlink()
    path.symlink_to(target)
    assert record(strict, "first", "李桂芳").reviews_from == "2016-01-01"
    line = "reviews: 3 # 三个人\r\n".encode()
    assert target.read_bytes() == before.replace(line, line + b"reviews_from: 2016-01-01\r\n")
    assert (path.is_symlink(), target.stat().st_mode & 0o777) == (True, 0o640)
    assert record(strict, "second", "王伏来").reviews_from == ""


def test_a_station_with_reviews_begins_with_the_first_of_them(strict: Path) -> None:
    write_files(strict, {REVIEWS_FILE: OLD})
    assert record(strict, "first", "李桂芳").reviews_from == "2015-12-01"


@pytest.mark.parametrize("text", ["{name: 站, reviews: 3}", "name: 站\nreviews: 3\nreviews_from: 2015-01-01\n"])
def test_a_file_to_which_no_line_can_be_added_stays(text: str) -> None:
    assert with_reviews_from(text.encode(), date(2016, 1, 1)) is None


def test_without_a_line_for_reviews_it_is_the_last_one() -> None:
    made = with_reviews_from("name: 站\nreviews： 3".encode(), date(2016, 1, 1)) or with_reviews_from(
        "name: 站".encode(), date(2016, 1, 1)
    )
    assert made is not None
    assert read_station(made).reviews_from == date(2016, 1, 1)
    assert made.endswith(b"\nreviews_from: 2016-01-01\n")


# ── what the gate asks for


def _issue(day: str) -> Issue:
    moment = datetime.fromisoformat(f"{day} 10:00")
    contents = encode_sections(())
    return Issue(
        "2015003", "2015003", 2015, 3, None, False, "", "", moment, None, 0, False, "", (), None, contents, (), (), (),
        ISSUE, "",
    )  # fmt: skip


def lacking(needed: int, since: str, day: str, done: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The reviews that an issue of a day lacks for the gate."""
    station = Station("站", reviews=needed, reviews_from=date.fromisoformat(since) if since else None)
    text = ReviewedText("1" * 32, "2" * 32, "3" * 32)
    issue = _issue(day)
    records = [Review("2015003", role, role, "2016-02-01 09:00", text.words, "2015003", text.files) for role in done]
    book = make_review_book(records, [issue], {issue.source: text}, station)
    return lacking_reviews(issue, book)


@pytest.mark.parametrize(
    ("needed", "since", "day", "done", "missing"),
    [
        (0, "2016-01-01", "2016-05-01", (), ()),
        (3, "", "2016-05-01", (), ()),
        (3, "2016-01-01", "2015-12-31", (), ()),
        (3, "2016-01-01", "2016-01-01", (), ("first", "second", "final")),
        (2, "2016-01-01", "2016-05-01", ("first",), ("final",)),
        (3, "2016-01-01", "2016-05-01", ("first", "second", "final"), ()),
        (3, "", "2016-05-01", ("first",), ("second", "final")),
        (3, "", "2016-01-31", ("first",), ()),
    ],
)
def test_the_gate_asks_where_and_since_when_the_station_does(
    needed: int, since: str, day: str, done: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    assert lacking(needed, since, day, done) == missing


def test_lines_that_pass_something_belong_to_it() -> None:
    found = SourceFindings(words="1" * 32, digest="3" * 32)
    issue = _issue("2015-01-01")
    texts = [reviewed_text(issue, found, {}, passed) for passed in ((), ("P103 0 a",), ("P103 0 a",))]
    assert texts[0] != texts[1] == texts[2]


# ── the register


def rows(path: Path) -> list[tuple[str, str, str]]:
    """Number, name and state."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        _, *found = csv.reader(file)
    return [(row[0], row[3], row[5]) for row in found]


def test_the_register(strict: Path, tmp_path: Path) -> None:
    record(strict, "first", "=甲<b>")
    write_files(strict, {ISSUE: (strict / ISSUE).read_text("utf-8") + "又加了一句。\n"})
    record(strict, "first", "乙丙")
    table, page = tmp_path / "r.csv", tmp_path / "r.html"
    assert write_register(strict, table, NOW, 1, str) == 2
    assert rows(table) == [("2015003", "'=甲<b>", "void: the text was changed"), ("2015003", "乙丙", "valid")]
    write_register(strict, page, NOW, 1, str)
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page.read_bytes())
    assert [cell.text for cell in tree.iter("td")][:4] == ["2015003", "工作简报2015003", "first review", "=甲<b>"]
    assert "Signature" in [cell.text for cell in tree.iter("th")]
    with pytest.raises(UsageError):
        write_register(strict, tmp_path / "r.doc", NOW, 1, str)


def test_the_register_says_what_was_passed_and_what_is_gone(strict: Path, tmp_path: Path) -> None:
    comment = "<!-- bulletin: ignore P101 because 教材上的例子 -->"
    edited(strict, "---\n## ", f"---\n## 站务新闻\n\n### 救助\n\n{comment}\n证号11010519491231002X。\n\n## ")
    record(strict, "first", "李桂芳")
    write_register(strict, tmp_path / "r.html", NOW, 1, str)
    assert "教材上的例子" in (tmp_path / "r.html").read_text("utf-8")
    (strict / ISSUE).unlink()
    write_register(strict, tmp_path / "r.csv", NOW, 1, str)
    assert rows(tmp_path / "r.csv") == [("2015003", "李桂芳", "void: there is no such issue now")]


def test_the_stations_own_register(strict: Path, tmp_path: Path) -> None:
    record(strict, "first", "<甲>")
    write_files(strict, {"templates/reports/register.html": "{% for row in page.rows %}{{ row.by }}{% endfor %}"})
    write_register(strict, tmp_path / "r.html", NOW, 1, str)
    assert (tmp_path / "r.html").read_text("utf-8") == "&lt;甲&gt;"
