"""The gate: nothing private goes out by accident, and nothing that was published vanishes by one."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from bulletin.build.passing import pass_findings
from bulletin.build.pipeline import build
from bulletin.build.report import Options, Report
from bulletin.build.reviewing import record_review
from bulletin.core.errors import StationHeldBack, UsageError
from bulletin.read.pool import Pool
from tests.build.hanging import serve_hanging
from tests.conftest import NOW, STATION, build_site, write_files

IDENTITY = "11010519491231002X"
MOBILE = "13907340000"
ISSUE = "content/issues/2015003.md"
TEXT = "---\nnumber: 2015003\ndate: 2015-04-10\n{entries}---\n## 站务新闻\n\n### 一件事\n\n{text}\n"
PAGE = "content/pages/about.md"


def write(station: Path, text: str, entries: str = "") -> None:
    write_files(station, {ISSUE: TEXT.format(text=text, entries=entries)})


def fates(report: Report) -> list[tuple[str, str]]:
    return [(held.name, held.fate) for held in report.held]


def public(station: Path) -> str:
    """All that the site holds, as text."""
    files = (path for path in (station / "site").rglob("*") if path.is_file())
    return "\n".join(path.read_text("utf-8", "replace") for path in files)


# ── findings


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("number", [IDENTITY, MOBILE, "6222021234567890128", "护照E12345678", "身份证110105491231002"])
def test_a_new_issue_with_a_number_of_a_person_does_not_go_out(station: Path, number: str, check: bool) -> None:
    write(station, f"他的号码是{number}。")
    report = build_site(station, check=check)
    assert fates(report) == [("2015003", "absent")]
    assert number[-8:] not in public(station)
    assert "issues/2015003" not in public(station)
    assert not (station / "site/issues/2015003").exists()
    assert (station / "site/issues/2015001/index.html").exists()


def test_without_the_number_it_goes_out_and_nothing_is_said(station: Path) -> None:
    write(station, f"号码是{IDENTITY}。")
    build_site(station)
    write(station, "号码不写。")
    assert fates(build_site(station)) == []
    assert "号码不写" in public(station)


def test_the_earlier_version_stays_in_all_pages(station: Path) -> None:
    write(station, "第一版。")
    build_site(station)
    write(station, f"第二版，{IDENTITY}。")
    report = build_site(station)
    assert fates(report) == [("2015003", "kept")]
    assert "第一版" in public(station)
    assert "第二版" not in public(station)
    assert "issues/2015003" in (station / "site/index.html").read_text("utf-8")
    assert fates(build_site(station)) == [("2015003", "kept")], "at every build until it is mended"
    write(station, "第三版。")
    assert fates(build_site(station)) == []
    assert "第三版" in public(station)


def test_without_the_cache_the_earlier_version_stays_byte_for_byte(station: Path) -> None:
    write(station, "第一版。")
    build_site(station)
    page = station / "site/issues/2015003/index.html"
    before = page.read_bytes()
    write(station, f"第二版，{IDENTITY}。")
    shutil.rmtree(station / ".bulletin")
    for _ in range(2):
        assert fates(build_site(station)) == [("2015003", "kept")]
        assert page.read_bytes() == before
    assert IDENTITY not in public(station)


def test_what_is_public_with_the_number_stays_and_is_named_at_every_build(station: Path) -> None:
    """As after an upgrade from a version without the gate: a false alarm never unpublishes."""
    write(station, f"<!-- bulletin: ignore P101 because 样例 -->\n号{IDENTITY}。")
    build_site(station)
    write(station, f"号{IDENTITY}。另外的话。")
    for _ in range(2):
        report = build_site(station)
        assert fates(report) == [("2015003", "public")]
        assert IDENTITY in public(station)
        assert "另外的话" not in public(station), "an edit does not go out beside it"


def test_a_text_that_was_published_before_there_was_a_gate(station: Path) -> None:
    write(station, "第一版。")
    build_site(station)
    shutil.rmtree(station / ".bulletin")
    page = station / "site/issues/2015003/index.html"
    page.write_text(page.read_text("utf-8").replace("第一版", f"号{IDENTITY}"), "utf-8")
    write(station, f"号{IDENTITY}。")
    for _ in range(2):
        assert fates(build_site(station)) == [("2015003", "public")]
        assert IDENTITY in page.read_text("utf-8")


def test_a_standing_page_is_kept_back_as_an_issue_is(station: Path) -> None:
    write_files(station, {PAGE: "---\ntitle: 关于我们\n---\n我们是救助站。\n"})
    build_site(station)
    write_files(station, {PAGE: f"---\ntitle: 关于我们\n---\n我们的证号{IDENTITY}。\n"})
    assert fates(build_site(station)) == [("about", "kept")]
    assert "我们是救助站" in (station / "site/about/index.html").read_text("utf-8")
    assert IDENTITY not in public(station)
    shutil.rmtree(station / ".bulletin")
    assert fates(build_site(station)) == [("about", "kept")]
    assert "我们是救助站" in (station / "site/about/index.html").read_text("utf-8")


def test_a_draft_and_a_scheduled_issue_are_not_named_and_never_stand_in(station: Path) -> None:
    for entries in ("draft: true\n", ""):
        text = TEXT.format(text=f"号{IDENTITY}。", entries=entries)
        write_files(station, {ISSUE: text if entries else text.replace("2015-04-10", "2016-02-01")})
        assert fates(build_site(station)) == []
    (station / ISSUE).write_bytes(b"\xff\xff\xff")
    report = build(station, datetime(2016, 3, 1), Options())
    assert "F101" in [found.code for found in report.problems]
    assert IDENTITY not in public(station)


def test_what_was_kept_back_never_stands_in_for_what_cannot_be_read(station: Path) -> None:
    write(station, f"号{IDENTITY}。")
    build_site(station)
    (station / ISSUE).write_bytes(b"\xff\xff\xff")
    build_site(station)
    assert IDENTITY not in public(station)


def test_what_is_passed_with_a_reason_goes_out_and_is_named(station: Path) -> None:
    write(station, f"<!-- bulletin: ignore P103 because 热线电话 -->\n电话{MOBILE}。")
    report = build_site(station)
    assert fates(report) == []
    assert [(each.problem.code, each.pragma.reason) for each in report.passed] == [("P103", "热线电话")]
    assert MOBILE in public(station)
    write(station, f"<!-- bulletin: ignore P103 -->\n电话{MOBILE}。")
    assert fates(build_site(station)) == [("2015003", "public")], "without a reason nothing is passed"


def test_a_guess_keeps_nothing_back(station: Path) -> None:
    write(station, "座机0731-88881234，车牌湘A12345，邮箱someone@qq.com。")
    assert fates(build_site(station)) == []


# ── marks of secrecy


@pytest.mark.parametrize("mark", ["机密★1年", "秘　密", "【工作秘密】", "内部资料"])
def test_a_mark_of_secrecy_takes_down_what_was_published(station: Path, mark: str) -> None:
    write(station, "第一版。")
    build_site(station)
    write(station, f"{mark}\n\n第二版。")
    assert fates(build_site(station)) == [("2015003", "secret")]
    assert "第一版" not in public(station)
    assert "issues/2015003" not in public(station)
    build_site(station, drafts=True)
    assert not (station / ".bulletin/drafts/issues/2015003").exists()
    (station / ISSUE).write_bytes(b"\xff\xff\xff")
    build_site(station)
    assert "版。" not in public(station)


def test_nobody_can_pass_a_mark_of_secrecy(station: Path) -> None:
    write(station, "<!-- bulletin: ignore A209 because 不要紧 -->\n\n机密★1年\n\n正文。")
    report = build_site(station, check=True)
    assert fates(report) == [("2015003", "secret")]
    assert {"A209", "I101"} <= {found.code for found in report.problems}


@pytest.mark.parametrize("value", ["秘密", "不知道", "内部资料"])
def test_an_entry_keeps_back_too_and_a_known_harmless_one_does_not(station: Path, value: str) -> None:
    write(station, "正文。", f"密级: {value}\n")
    assert fates(build_site(station)) == [("2015003", "secret")]
    for harmless in ("公开", "无", "不涉密", "非密", ""):
        write(station, "正文。", f"密级: {harmless}\n")
        assert fates(build_site(station)) == []


def test_an_upgrade_leaves_papers_for_internal_use_where_they_are(station: Path) -> None:
    """Former versions published them; the manifest of such a version does not say which texts are public."""
    write_files(station, {"content/station.yml": STATION + "internal: public\n"})
    write(station, "内部资料\n\n正文。")
    assert fates(build_site(station)) == []
    shutil.rmtree(station / ".bulletin")
    write_files(station, {"content/station.yml": STATION})
    for _ in range(2):
        assert fates(build_site(station)) == [("2015003", "public")]
        assert "正文。" in public(station)
    write(station, "内部资料\n\n新的正文。")
    assert fates(build_site(station)) == [("2015003", "secret")]


# ── station.yml


def test_a_number_that_is_new_in_station_yml_stops_the_build(station: Path) -> None:
    build_site(station)
    before = public(station)
    write_files(station, {"content/station.yml": STATION + f"organizer: 李明{MOBILE}\n"})
    with pytest.raises(StationHeldBack, match=r"station\.yml:\d+.*139\*+.*--pass P103 station\.yml:"):
        build_site(station)
    assert public(station) == before
    pass_findings(station, "P103", "station.yml", "值班手机", NOW, 1)
    report = build_site(station)
    assert [each.pragma.reason for each in report.passed] == ["值班手机"]
    assert MOBILE in public(station)


def test_one_that_is_public_already_stays_and_is_named(station: Path) -> None:
    write_files(station, {"content/station.yml": STATION + f"organizer: 李明{MOBILE}\n"})
    pass_findings(station, "P103", "station.yml", "值班手机", NOW, 1)
    build_site(station)
    (station / "content/passed.yml").unlink()
    for _ in range(2):
        assert fates(build_site(station)) == [("station.yml", "public")]
    write_files(station, {"content/issues/2015001.md": TEXT.format(text="新的话。", entries="").replace("003", "001")})
    build_site(station)
    assert "新的话" in public(station)


def test_a_comment_in_station_yml_is_on_no_page(station: Path) -> None:
    write_files(station, {"content/station.yml": STATION + f"# 小王{MOBILE}\n"})
    assert fates(build_site(station)) == []


# ── drafts


def test_drafts_are_built_into_a_folder_of_their_own(station: Path, tmp_path: Path) -> None:
    write(station, f"号{IDENTITY}。")
    build_site(station)
    report = build_site(station, drafts=True)
    assert Path(report.out) == (station / ".bulletin/drafts").resolve()
    shown = (station / ".bulletin/drafts/issues/2015003/index.html").read_text("utf-8")
    assert IDENTITY in shown
    assert "noindex" in shown
    for folder in (station / "site", tmp_path / "www"):
        build_site(station, out=str(folder))
        with pytest.raises(UsageError, match="drafts are not built"):
            build_site(station, drafts=True, out=str(folder))
    other = tmp_path / "drafts"
    build_site(station, drafts=True, out=str(other))
    build_site(station, drafts=True, out=str(other))
    for folder in (other, station / ".bulletin/drafts"):
        with pytest.raises(UsageError, match="built with drafts"):
            build_site(station, out=str(folder))


def test_an_empty_site_is_no_place_for_drafts_either(station: Path) -> None:
    with pytest.raises(UsageError, match="drafts are not built"):
        build_site(station, drafts=True, out=str(station / "site"))


# ── what cannot be checked


def test_what_cannot_be_checked_is_kept_back(station: Path) -> None:
    from bulletin.build.project import open_project

    write(station, "第一版。")
    build_site(station)
    write(station, "第二版。HANG")
    with Pool(open_project(station).worker_config, 1, serve_hanging, seconds=1) as pool:
        report = build(station, NOW, Options(), pool=pool)
    assert fates(report) == [("2015003", "kept")]
    assert "第一版" in public(station)


# ── reviews

REVIEWED = STATION + "reviews: 3\nreviews_from: 2015-01-01\n"


def review_thrice(station: Path, number: str = "2015003") -> None:
    for role, name in (("first", "李桂芳"), ("second", "王建国"), ("final", "邓军")):
        record_review(station, number, role, name, NOW, 1)


def test_an_issue_waits_for_its_reviews(station: Path) -> None:
    write(station, "第一版。")
    write_files(station, {"content/station.yml": STATION})
    build_site(station)
    write_files(station, {"content/station.yml": REVIEWED, "content/issues/2015004.md": NEW.format(text="新的一期。")})
    report = build_site(station)
    assert fates(report) == [("2015004", "absent")], "what was published before is not kept back for want of reviews"
    assert report.held[0].verdict.missing == ("first", "second", "final")
    assert "新的一期" not in public(station)
    review_thrice(station, "2015004")
    assert fates(build_site(station)) == []
    assert "新的一期" in public(station)
    write_files(station, {"content/issues/2015004.md": NEW.format(text="改过的一期。")})
    for _ in range(2):
        assert fates(build_site(station)) == [("2015004", "kept")]
        assert "新的一期" in public(station)
        assert "改过的一期" not in public(station)
    review_thrice(station, "2015004")
    assert fates(build_site(station)) == []
    assert "改过的一期" in public(station)


NEW = TEXT.replace("2015003", "2015004").replace("{entries}", "")


def test_before_the_first_review_and_before_its_day_nothing_waits(station: Path) -> None:
    write_files(station, {"content/station.yml": STATION + "reviews: 3\n"})
    assert fates(build_site(station)) == []
    write_files(station, {"content/station.yml": STATION + "reviews: 3\nreviews_from: 2016-01-01\n"})
    write(station, "新的话。")
    assert fates(build_site(station)) == []
    assert "新的话" in public(station)


# ── attached files

WITH_FILE = "见[名单](list.txt)。"


def test_a_number_in_an_attached_file_keeps_back_what_offers_it(station: Path) -> None:
    write_files(station, {"content/issues/list.txt": f"张三 {IDENTITY}\n"})
    write(station, WITH_FILE)
    report = build_site(station, check=True)
    assert fates(report) == [("2015003", "absent")]
    assert ("P101", "content/issues/list.txt") in [(found.code, found.path) for found in report.problems]
    assert IDENTITY not in public(station)
    pass_findings(station, "P101", "content/issues/list.txt", "公示的样例", NOW, 1)
    assert fates(build_site(station)) == []
    assert IDENTITY in public(station)


def test_a_published_file_that_gets_a_number_stays_as_it_was(station: Path) -> None:
    write_files(station, {"content/issues/list.txt": "张三\n"})
    write(station, WITH_FILE)
    build_site(station)
    write_files(station, {"content/issues/list.txt": f"张三 {IDENTITY}\n"})
    for _ in range(2):
        assert fates(build_site(station)) == [("2015003", "kept")]
        assert IDENTITY not in public(station)
        assert "张三" in public(station)
    write(station, f"{WITH_FILE}还有{MOBILE}。")
    for _ in range(2):
        assert fates(build_site(station)) == [("2015003", "kept")]
        assert IDENTITY not in public(station)
        assert MOBILE not in public(station)
    write_files(station, {"content/issues/list.txt": "李四\n"})
    write(station, WITH_FILE)
    assert fates(build_site(station)) == []
    assert "李四" in public(station)


def test_a_mark_of_secrecy_in_an_attached_file_takes_down_what_offers_it(station: Path) -> None:
    write_files(station, {"content/issues/list.txt": "名单\n"})
    write(station, WITH_FILE)
    build_site(station)
    write_files(station, {"content/issues/list.txt": "机密★1年\n\n名单\n"})
    assert fates(build_site(station)) == [("2015003", "secret")]
    assert "名单" not in public(station)
