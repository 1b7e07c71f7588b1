"""The rules of the archive."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bulletin.check.archive_rules import next_due
from tests.check.stations import check, codes
from tests.conftest import ISSUE, STATION, build_site, good_issues, write_files


def issue(number: int, day: str) -> dict[str, str]:
    text = ISSUE.format(number=number, month=1).replace("2015-01-10 09:00", day)
    return {f"content/issues/{number}.md": text}


def station_with(root: Path, more: str = "", issues: dict[str, str] | None = None) -> Path:
    write_files(root, {"content/station.yml": STATION + more, **(good_issues(3) if issues is None else issues)})
    return root


def said(root: Path) -> list[tuple[str, dict[str, str]]]:
    return [(found.code, dict(found.values)) for found in check(root).problems]


def test_numbers_left_out(tmp_path: Path) -> None:
    issues = issue(2015002, "2015-02-01") | issue(2015005, "2015-03-01") | issue(2016002, "2016-01-01")
    found = said(station_with(tmp_path, issues=issues))
    assert found == [("A201", {"before": "2015002", "after": "2015005", "missing": "2015003、2015004"})]


@pytest.mark.parametrize(
    ("last", "found"),
    [("2015-11-20", ["A202"]), ("2015-12-03", ["A203"]), ("2015-12-20", [])],
)
def test_the_stations_rhythm(tmp_path: Path, last: str, found: list[str]) -> None:
    assert codes(station_with(tmp_path, "rhythm: monthly\n", issue(2015001, last))) == found


def test_when_the_next_issue_is_due() -> None:
    assert next_due(date(2015, 1, 31), "monthly") == date(2015, 2, 28)
    assert next_due(date(2015, 11, 30), "quarterly") == date(2016, 2, 29)
    assert next_due(date(2015, 12, 25), "biweekly") == date(2016, 1, 8)


def test_columns_without_texts_and_with_old_ones(tmp_path: Path) -> None:
    empty = STATION.replace("sections:\n", "sections:\n  - {id: forum, title: 学术争鸣}\n")
    write_files(tmp_path, {"content/station.yml": empty, **issue(2015001, "2015-12-25")})
    assert said(tmp_path) == [("A205", {"title": "学术争鸣"})]
    gov = STATION.replace("title: 站务新闻", "title: 站务新闻, type: 工作动态") + "profile: gov\n"
    write_files(tmp_path, {"content/station.yml": gov, **issue(2015001, "2015-12-01")})
    stale = [values for code, values in said(tmp_path) if code == "A204"]
    assert stale == [{"title": "站务新闻", "last": "2015-12-01", "limit": "14"}]


def test_what_a_profile_requires(tmp_path: Path) -> None:
    station = "name: 甲\nurl: https://a.example.cn/\n"
    write_files(tmp_path, {"content/station.yml": station, **issue(2015001, "2015-12-25")})
    assert [values["key"] for code, values in said(tmp_path) if code == "A206"] == ["icp", "phone"]
    write_files(tmp_path, {"content/station.yml": "name: 甲\n", **issue(2015001, "2015-12-25")})
    assert "A206" not in codes(tmp_path)


def test_friendly_links(tmp_path: Path) -> None:
    links = "links:\n  - {name: 部, url: https://www.mca.gov.cn/}\n  - {name: 店, url: https://shop.example.com/}\n"
    found = said(station_with(tmp_path, links + "  - {name: 网, url: https://www.rednet.cn/}\npartners: rednet.cn\n"))
    assert found == [("L204", {"name": "店", "target": "https://shop.example.com/"})]
    assert codes(station_with(tmp_path, links + "profile: plain\n")) == []


def test_an_empty_download(tmp_path: Path) -> None:
    text = good_issues(1)["content/issues/2015001.md"] + "\n[登记表](dengji.doc)\n"
    root = station_with(tmp_path, issues={"content/issues/2015001.md": text, "content/issues/dengji.doc": ""})
    assert codes(root) == ["L205"]
    write_files(root, {"content/issues/dengji.doc": "x"})
    assert codes(root) == []


# ── what was public before


def test_a_date_that_was_public_and_is_another_now(station: Path) -> None:
    build_site(station)
    path = "content/issues/2015002.md"
    text = (station / path).read_text("utf-8")
    write_files(station, {path: text.replace("2015-03-10", "2015-05-10")})
    assert said(station) == [("A207", {"before": "2015-03-10 09:00", "after": "2015-05-10 09:00"})]


def test_an_address_that_was_public_and_is_gone(station: Path) -> None:
    build_site(station)
    (station / "content/issues/2015003.md").unlink()
    gone = [values["address"] for code, values in said(station) if code == "A208"]
    assert gone[0] == "issues/2015003/"
    assert len(gone) == 2  # and its article
    text = (station / "content/issues/2015002.md").read_text("utf-8")
    redirect = "".join(f"  - /{address}\n" for address in gone)
    write_files(station, {"content/issues/2015002.md": text.replace("---\n## ", f"redirect_from:\n{redirect}---\n## ")})
    assert codes(station) == []


def test_a_draft_is_not_public_and_its_addresses_may_go(station: Path) -> None:
    text = good_issues(4)["content/issues/2015004.md"].replace("---\n## ", "draft: true\n---\n## ")
    write_files(station, {"content/issues/2015004.md": text})
    build_site(station)
    (station / "content/issues/2015004.md").unlink()
    assert codes(station) == []
