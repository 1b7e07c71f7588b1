"""The notice board: what is on it when, and what becomes of a notice's address."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from bulletin.build.correcting import correct_text
from bulletin.build.pipeline import build
from bulletin.build.report import Options
from tests.conftest import NOW, build_site, write_files

HOLIDAY = "---\nfrom: 2015-12-30\nuntil: 2016-01-03\n---\n# 元旦值班\n\n元旦三天照常接待，夜里请打值班电话。\n"
PATH = "content/notices/yuandan.md"


def page(root: Path, path: str) -> str:
    return (root / "site" / path / "index.html").read_text(encoding="utf-8")


def test_a_notice_stands_on_home_board_and_page_of_its_own(station: Path) -> None:
    write_files(station, {PATH: HOLIDAY})
    assert build_site(station).problems == ()
    home, board, own = page(station, "."), page(station, "notices"), page(station, "notices/yuandan")
    assert home.index("元旦值班") < home.index("第3件事")
    assert 'href="notices/yuandan/index.html"' in home
    assert 'href="yuandan/index.html"' in board.replace("../notices/", "")
    assert "照常接待" in own
    assert "2016-01-03" in own
    assert 'href="../../notices/index.html"' in own, "its trail and the foot lead to the board"
    assert ">元旦值班</a>" not in page(station, "2015"), "no menu has it"


def test_before_its_first_day_nobody_sees_it_and_after_its_last_its_address_leads_to_the_board(station: Path) -> None:
    write_files(station, {PATH: HOLIDAY})
    build(station, datetime(2015, 12, 29, 23, 59), Options())
    assert "元旦" not in "".join(map(str.strip, _texts(station)))
    build(station, NOW, Options())
    assert "元旦值班" in page(station, ".")
    build(station, datetime(2016, 1, 3, 23, 59), Options())
    assert "元旦值班" in page(station, ".")
    build(station, datetime(2016, 1, 4), Options())
    assert "元旦" not in "".join(_texts(station))
    assert 'url=../../notices/index.html"' in page(station, "notices/yuandan")
    assert "目前没有通知" in page(station, "notices")
    (station / PATH).unlink()
    build(station, datetime(2016, 2, 1), Options())
    assert "目前没有通知" in page(station, "notices"), "the board's address stays"


def _texts(root: Path) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in (root / "site").rglob("*.html")]


def test_a_build_is_due_when_a_notice_begins_and_when_it_ends(station: Path) -> None:
    write_files(
        station, {PATH: HOLIDAY, "content/notices/later.md": "---\nfrom: 2016-01-02 09:00\n---\n# 停电\n\n上午停电。\n"}
    )
    build_site(station)
    again = build(station, datetime(2016, 1, 2, 8), Options())
    assert "停电" not in page(station, ".")
    assert again.written == 0
    build(station, datetime(2016, 1, 2, 9), Options())
    assert "停电" in page(station, ".")


def test_the_home_page_shows_the_three_newest(station: Path) -> None:
    texts = {
        f"content/notices/n{day}.md": f"---\ndate: 2015-12-0{day}\n---\n# 第{day}号通知\n\n文字。\n"
        for day in range(1, 6)
    }
    write_files(station, texts)
    build_site(station)
    home, board = page(station, "."), page(station, "notices")
    places = [home.find(f"第{day}号通知") for day in (5, 4, 3)]
    assert places == sorted(places)
    assert -1 not in places
    assert "第2号通知" not in home
    assert "第1号通知" in board


def test_a_draft_is_for_the_preview_alone(station: Path) -> None:
    write_files(station, {PATH: "---\ndraft: true\n---\n# 未定\n\n还没定。\n"})
    build_site(station)
    assert not (station / "site/notices").exists()
    build_site(station, drafts=True)
    assert "未定" in (station / ".bulletin/drafts/index.html").read_text(encoding="utf-8")


def test_a_standing_page_of_that_name_keeps_its_address(station: Path) -> None:
    write_files(station, {PATH: HOLIDAY, "content/pages/notices.md": "# 历年通知\n\n旧的都在这里。\n"})
    build_site(station)
    assert "旧的都在这里" in page(station, "notices")
    assert "照常接待" in page(station, "notices/yuandan")


def test_copies_of_a_notice_are_left_out_and_no_page_counts_as_one(station: Path) -> None:
    copy = PATH.replace(".md", " - 副本.md")
    write_files(station, {PATH: HOLIDAY, copy: HOLIDAY, "content/pages/yuandan - 副本.md": "# 别的\n\n字。\n"})
    assert [each.path for each in build_site(station).problems] == [copy]


def test_a_text_that_names_a_notice_which_is_over_leads_to_the_board(station: Path) -> None:
    links = "见[网页](/notices/yuandan/)和[文件](../notices/yuandan.md)。"
    text = f"---\nnumber: 2015009\ndate: 2015-09-10\n---\n## 站务新闻\n\n### 值班\n\n{links}\n"
    write_files(station, {PATH: HOLIDAY, "content/issues/2015009.md": text})
    assert build_site(station).problems == ()
    assert build(station, datetime(2016, 1, 4), Options()).problems == ()
    assert page(station, "issues/2015009").count('href="../../notices/index.html"') == 3, "both, and the foot"


def test_a_notice_whose_beginning_cannot_be_read_waits(station: Path) -> None:
    write_files(station, {PATH: HOLIDAY.replace("2015-12-30", "2016-02-30")})
    (found,) = build_site(station).problems
    assert (found.code, found.line) == ("F304", 2)
    assert "元旦" not in "".join(_texts(station))


def test_the_gate_keeps_a_notice_back_and_a_correction_can_be_written_into_one(station: Path) -> None:
    write_files(station, {PATH: HOLIDAY, "content/notices/list.md": "# 名单\n\n身份证号 11010519491231002X。\n"})
    assert [held.path for held in build_site(station).held] == ["content/notices/list.md"]
    assert "11010519491231002X" not in "".join(_texts(station))
    correct_text(station, "notices/yuandan", "", "三天", "两天", NOW, 1)
    assert "两天照常接待" in (station / PATH).read_text(encoding="utf-8")
    build_site(station)
    assert "更正" in page(station, "notices/yuandan")
    assert "元旦值班" in page(station, "corrections")
