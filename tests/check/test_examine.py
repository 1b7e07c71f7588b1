"""The check of a whole station: what it looks at, what it keeps, what it asks again."""

from __future__ import annotations

import io
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from bulletin.build import project
from bulletin.build.examine import examine
from bulletin.build.pipeline import build
from bulletin.build.report import Options
from bulletin.check import source as source_module
from bulletin.commands.new import make_issue
from bulletin.core.errors import StationError
from bulletin.core.i18n import translations
from bulletin.read import picture_facts
from tests.check.stations import check, codes
from tests.conftest import NOW, ROOT, STATION, build_site, write_files
from tests.prove.stations import OwnPool

ISSUE = "content/issues/2015003.md"
DAMAGED = "---\nnumber: 2015003\ndate: 2015-04-10\n---\n## 站务新闻\n\n2014年1116日，开会。\n"
CASE = "---\nnumber: 2015003\ndate: 2015-04-10\n{entries}---\n## 案例分析\n\n### 一件事\n\n{text}\n"


def photo(width: int = 1200, *, placed: bool = False) -> bytes:
    """A picture, perhaps with the place where it was taken."""
    data = io.BytesIO()
    image = Image.new("RGB", (width, 20))
    exif = image.getexif()
    if placed:
        exif.get_ifd(0x8825).update({1: "N", 2: (26.0, 53.0, 1.5), 3: "E", 4: (112.0, 34.0, 2.5)})
    image.save(data, "JPEG", exif=exif)
    return data.getvalue()


def test_a_good_station_has_no_problems_and_reading_it_again_finds_the_same(station: Path) -> None:
    first = check(station)
    assert (first.problems, first.issues) == ((), 3)
    assert check(station) == first


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_what_bulletin_new_writes_is_known_as_never_written(tmp_path: Path, language: str) -> None:
    write_files(tmp_path, {"content/station.yml": STATION})
    path = make_issue(tmp_path, "2015001", NOW, translations(language).gettext)
    assert "D121" not in codes(tmp_path, path), "a draft"
    text = (tmp_path / path).read_text(encoding="utf-8")
    published = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("draft:"))
    write_files(tmp_path, {path: published})
    assert "D121" in codes(tmp_path, path)


def test_nothing_is_read_again_when_nothing_changed(station: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(station, {ISSUE: DAMAGED})
    before = check(station)
    assert [found.code for found in before.problems] == ["D101"]
    monkeypatch.setattr(source_module, "problems_in", None)
    for module in ("examine", "pipeline"):
        monkeypatch.setattr(f"bulletin.build.{module}.worker_pool", lambda config, *_, **__: OwnPool(config))
    assert check(station) == before
    write_files(station, {"content/issues/2015003/notes.txt": "x"})  # nothing that a rule of the texts looks at
    assert check(station) == before
    assert build_site(station, check=True).problems == before.problems


@pytest.mark.parametrize(
    "change",
    [
        {ISSUE: DAMAGED.replace("1116", "1117")},
        {"content/words/own.txt": "开会 → 会议"},
        {"content/station.yml": STATION + "staff: 王建国\n"},
    ],
)
def test_what_a_rule_looks_at_makes_it_look_again(station: Path, change: dict[str, str]) -> None:
    write_files(station, {ISSUE: DAMAGED.replace("1116", "11月16")})
    assert codes(station) == []
    write_files(station, {ISSUE: DAMAGED})
    assert codes(station) == ["D101"]
    write_files(station, change)
    assert "D101" in codes(station)


def test_a_damaged_cache_costs_nothing_but_time(station: Path) -> None:
    before = check(station)
    cache = station / ".bulletin" / "cache.db"
    data = bytearray(cache.read_bytes())
    data[4096:20000] = b"\x55" * (20000 - 4096)
    cache.write_bytes(bytes(data))
    assert check(station) == before
    cache.unlink()
    assert check(station) == before


def test_the_repositorys_own_station_is_clean(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "content", tmp_path / "content")
    assert check(tmp_path).problems == ()


# ── comments


def test_a_comment_silences_a_rule_on_the_next_line_and_is_listed(station: Path) -> None:
    comment = "<!-- bulletin: ignore D101 because 原文如此 -->\n\n"
    write_files(station, {ISSUE: DAMAGED.replace("2014年", comment + "2014年")})
    found = check(station)
    assert found.problems == ()
    assert [(each.problem.code, each.pragma.reason) for each in found.silenced] == [("D101", "原文如此")]
    assert "原文如此" not in "".join(p.read_text("utf-8") for p in built(station).rglob("*.html"))


def built(station: Path) -> Path:
    build_site(station)
    return station / "site"


@pytest.mark.parametrize(("reason", "left"), [("", ["P101", "I101"]), (" because 公开的样例号码", [])])
def test_an_error_of_the_p_rules_needs_a_reason(station: Path, reason: str, left: list[str]) -> None:
    text = f"<!-- bulletin: ignore P101{reason} -->\n号码11010519491231002X。"
    write_files(station, {ISSUE: CASE.format(entries="", text=text)})
    assert sorted(codes(station)) == sorted(left)


def test_a_comment_speaks_for_what_reading_finds_and_in_the_front_matter(station: Path) -> None:
    text = "<!-- bulletin: ignore L101 because 下月开通 -->\n[二](/nowhere/)"
    entries = "# bulletin: ignore F205 because 旧系统的项目\noldid: 5\n"
    write_files(station, {ISSUE: CASE.format(entries=entries, text=text)})
    found = check(station)
    assert found.problems == ()
    assert [each.problem.code for each in found.silenced] == ["F205", "L101"]
    report = build_site(station)
    assert {found.code for found in report.problems} == {"F205", "L101"}
    assert build_site(station, check=True).problems == ()


# ── pictures


def test_pictures_that_say_where_they_were_taken_or_are_too_small(station: Path) -> None:
    text = "<!-- people: none -->\n![门](a.jpg)\n\n<!-- people: none -->\n![门](b.jpg)"
    write_files(station, {ISSUE: CASE.format(entries="", text=text)})
    write_files(station, {"content/issues/a.jpg": photo(placed=True), "content/issues/b.jpg": photo(300)})
    found = check(station).problems
    assert [(p.code, p.line, dict(p.values)["target"]) for p in found] == [("P112", 10, "a.jpg"), ("R105", 13, "b.jpg")]
    write_files(station, {"content/issues/a.jpg": photo(), "content/issues/b.jpg": b"\x89PNG"})
    assert codes(station) == ["L105"]


def test_another_program_looks_at_pictures_again(station: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "---\nnumber: 2015003\ndate: 2015-04-10\n---\n## 站务新闻\n\n![会场](b.jpg)\n"
    write_files(station, {"content/issues/2015003/index.md": text, "content/issues/2015003/b.jpg": photo(400)})
    assert "R105" in [found.code for found in build_site(station, check=True).problems]
    monkeypatch.setattr(picture_facts, "_read", lambda _: picture_facts.PictureFacts(1200))
    assert "R105" in [found.code for found in build_site(station, check=True).problems]
    monkeypatch.setattr(project, "program_fingerprint", lambda: "newer")
    assert "R105" not in [found.code for found in build_site(station, check=True).problems]


@pytest.mark.parametrize(("entries", "left"), [("", ["P111"]), ("people: masked\n", []), ("people: some\n", ["F206"])])
def test_a_picture_of_a_case_says_who_can_be_seen(station: Path, entries: str, left: list[str]) -> None:
    write_files(station, {ISSUE: CASE.format(entries=entries, text="![门](a.jpg)"), "content/issues/a.jpg": photo()})
    assert codes(station) == left


def test_a_picture_elsewhere_is_not_shown_and_shows_nobody(station: Path) -> None:
    text = "![门](https://a.example/a.jpg)"
    write_files(station, {ISSUE: CASE.format(entries="", text=text)})
    assert codes(station) == ["L106"]


# ── words


def test_the_offices_own_words(station: Path) -> None:
    words = "# 本站的词表\n救助所 → 救助站\n! 盲流\n邓军 = 站长\n盲流人员\n"
    text = "邓军副站长说，救助所不再用盲流这个词。站长邓军同意。"
    write_files(station, {"content/words/own.txt": words, ISSUE: CASE.format(entries="", text=text)})
    found = {(p.code, p.column, p.length) for p in check(station).problems if p.path == ISSUE}
    assert found == {("W103", 1, 5), ("W101", 8, 3), ("W102", 14, 2)}
    assert codes(station, "content/words/own.txt") == ["W106"]


# ── search notices and secrecy


NOTICE = (
    "---\nsection: 案例分析\ntitle: 寻找家人\nkind: search-notice\nuntil: {until}\n---\n\n"
    "张小明，男，12岁，电话13812345678。\n"
)


def test_a_search_notice_may_show_what_it_must_and_leaves_the_site(station: Path) -> None:
    (station / ISSUE).unlink()
    write_files(station, {"content/issues/2015003/index.md": DAMAGED.replace("2014年1116日", "11月16日")})
    write_files(station, {"content/issues/2015003/xun.md": NOTICE.format(until=NOW.date())})
    assert codes(station) == []
    page = built(station) / "issues/2015003/xun-zhao-jia-ren/index.html"
    assert "张小明" in page.read_text("utf-8")
    tomorrow = datetime.combine(NOW.date(), datetime.min.time()) + timedelta(days=1)
    report = build(station, tomorrow, Options())
    assert report.removed > 0
    assert not page.exists()
    assert "张小明" not in (station / "site/issues/2015003/index.html").read_text("utf-8")
    assert [p.code for p in examine(station, tomorrow, Options()).problems] == ["P114"]


def test_an_issue_with_a_mark_of_secrecy_is_kept_back(station: Path) -> None:
    for text in (DAMAGED.replace("date:", "密级: 机密\ndate:"), DAMAGED.replace("## ", "秘密★一年\n\n## ")):
        write_files(station, {ISSUE: text.replace("2014年1116日", "11月16日")})
        assert codes(station) == ["A209"]
        assert not (built(station) / "issues/2015003").exists()


def test_a_mark_of_secrecy_is_named_in_articles_and_standing_pages_too(station: Path) -> None:
    marked = {
        "content/issues/2015003/b.md": "---\nsection: 站务新闻\n密级: 机密\n---\n# 值班\n\n安排如下。\n",
        "content/pages/jieshao.md": "# 介绍\n\n这里是本站。\n\n内部资料　注意保存\n",
    }
    (station / ISSUE).unlink()
    write_files(station, {"content/issues/2015003/index.md": DAMAGED.replace("2014年1116日", "11月16日"), **marked})
    for found in (check(station).problems, build_site(station, check=True).problems):
        assert [problem.path for problem in found if problem.code == "A209"] == list(marked)
        assert "F205" not in {problem.code for problem in found}


def test_reviews_that_are_no_reviews_are_named(station: Path) -> None:
    write_files(station, {"content/reviews.yml": "# x\n\nnonsense\n"})
    with pytest.raises(StationError, match=r"content/reviews\.yml:3"):
        check(station)
