"""The station's own words on the pages and in every other form; messages stay ours."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from bulletin.build.leaves import open_leaves
from bulletin.build.wechat_folder import articles_to_send, wechat_folder
from bulletin.commands.cli import bulletin
from bulletin.core.labels import page_words
from bulletin.core.wechat_account import WechatAccount
from bulletin.editions.leaf import make_leaf
from bulletin.editions.letter.making import make_letter
from bulletin.render.reports import ReportRenderer, template_folders
from tests.build.test_canaries import inside
from tests.conftest import NOW, SESSION, STATION, build_site, tree, write_files

ISSUE = """\
---
number: 2015001
date: 2015-03-01
corrections:
  - {date: 2015-03-02, was: 三十, now: 三}
---
## 站务新闻

### 夜巡

街面夜巡三次[^1]，见[登记表](biao.txt)和 ![门口](https://example.com/a.jpg)。

[^1]: 三次。
"""
ABOUT = "# 本站概况\n\n一间办公室。\n"
HOSTILE = "<i class=own>&\"'甲</i>"


@pytest.fixture
def station(tmp_path: Path) -> Path:
    root = tmp_path / "station"
    files = {"content/issues/2015001/index.md": ISSUE, "content/pages/about.md": ABOUT}
    write_files(root, {"content/station.yml": STATION, **files, "content/issues/2015001/biao.txt": "表"})
    return root


def with_labels(root: Path, labels: dict[str, str], more: str = "") -> None:
    lines = [
        f"  {msgspec.json.encode(key).decode()}: {msgspec.json.encode(text).decode()}" for key, text in labels.items()
    ]
    write_files(root, {"content/station.yml": "\n".join((STATION + more, "labels:", *lines, ""))})


def page(root: Path, path: str = "index.html") -> str:
    return (root / "site" / path).read_text(encoding="utf-8")


def hostile() -> dict[str, str]:
    """Every word, with a text that would be an element where it is not escaped."""
    return {each.shown: f"{each.shown}{HOSTILE}" for each in page_words("zh-CN")}


def test_pages_show_the_stations_word_and_messages_ours(station: Path) -> None:
    with_labels(station, {"首页": "主页", "打印呢呢": "打"})
    report = build_site(station)
    assert [each.code for each in report.problems if each.code.startswith("A15")] == ["A150"]
    assert ">主页<" in page(station)
    assert ">首页<" not in page(station)


def test_every_label_is_text_in_every_file(station: Path) -> None:
    with_labels(station, hostile(), "search: yes\nhits: yes\neditions: text all, epub all, word all, print all\n")
    build_site(station)
    files = tree(station / "site")
    shown = [name for name, data in files.items() if "甲" in inside(name, data).decode(errors="replace")]
    kinds = {Path(name).suffix for name in shown}
    assert kinds >= {".html", ".xml", ".txt", ".epub", ".docx", ".pdf"}
    for name, data in files.items():
        if name.endswith((".html", ".xml", ".epub", ".docx")):
            assert "<i class=own" not in inside(name, data).decode(errors="replace"), name
            assert not re.search(r"%\(\w+\)s", inside(name, data).decode(errors="replace")), name
        if name.endswith(".html"):
            assert not re.search("&amp;(?:lt|quot|#39);", data.decode()), "escaped twice"
        if name.endswith((".epub", ".docx")):
            assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None


def test_letter_and_article_show_them_too_and_the_clerks_page_does_not(station: Path) -> None:
    with_labels(station, hostile())
    with open_leaves(station, NOW, 1) as archive:
        leaf, translate = make_leaf(archive.texts, archive.inputs("2015001")), archive.texts.translate
        letter = make_letter(leaf, ReportRenderer(template_folders(station), translate).render, translate)
        made = wechat_folder(leaf, archive.texts, WechatAccount(), station)
    assert "<i class" not in letter.html
    assert "&lt;i class=own&gt;" in letter.html
    assert HOSTILE in letter.text
    assert "更正" + HOSTILE in letter.text
    for html in (made.articles[0].html, articles_to_send(made, {}, WechatAccount())[0].html):
        assert "甲&lt;/i" in html
        assert "<i class" not in html
    assert "登录 mp.weixin.qq.com" in made.files["index.html"].decode()


def test_a_label_makes_what_shows_words_again_and_nothing_else(station: Path) -> None:
    more = "search: yes\neditions: text all\n"
    write_files(station, {"content/station.yml": STATION + more})
    build_site(station)
    before, times = tree(station / "site"), stamps(station)
    with_labels(station, {"首页": "主页", "更正": "订正"}, more)
    build_site(station)
    once, again = tree(station / "site"), stamps(station)
    written = {name for name in once if again[name] != times.get(name)}
    assert {name for name in once if once[name] != before.get(name)} <= written
    assert not [name for name in written if name.endswith((".css", ".js", "sitemap.xml", "robots.txt", ".svg"))]
    build_site(station, clean=True)
    assert tree(station / "site") == once
    write_files(station, {"content/station.yml": STATION + more})
    build_site(station)
    assert tree(station / "site") == before


def listed(root: Path, *words: str) -> list[str]:
    """What ``bulletin theme labels`` says."""
    result = CliRunner().invoke(bulletin(SESSION), ["theme", "labels", *words, "--root", str(root)], obj=SESSION)
    assert result.exit_code == 0
    return result.output.splitlines()


def test_the_designers_list_has_every_word_once_and_behind_an_arrow_the_stations_own(station: Path) -> None:
    with_labels(station, {"首页": "主页", "点击": "阅读", "Home": "主页", "打印": " ", "全部": "{words}"})
    lines = listed(station)
    assert {line.partition("  →  ")[0].strip() for line in lines} == {
        word.shown.strip() for word in page_words("zh-CN")
    }
    assert [line for line in lines if "→" in line] == ["  点击：%(number)s  →  阅读：%(number)s", "  首页  →  主页"]
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize("part", ["点击", "%(number)s", "阅读", "hits: ", "HITS"])
def test_it_finds_a_word_by_ours_the_stations_and_its_english(station: Path, part: str) -> None:
    with_labels(station, {"点击": "阅读"})
    lines = listed(station, part)
    assert "  点击：%(number)s  →  阅读：%(number)s" in lines
    assert "  首页" not in lines


def test_it_says_that_there_is_none_and_speaks_the_stations_language(station: Path) -> None:
    assert listed(station, "打印呢呢") == ["No word of the pages has “打印呢呢” in it."]
    with_labels(station, {"Home": "Start"}, "language: en\n")
    assert "  Home  →  Start" in listed(station, "home")


def stamps(root: Path) -> dict[str, int]:
    return {path.relative_to(root / "site").as_posix(): path.stat().st_mtime_ns for path in (root / "site").rglob("*")}


def test_a_word_that_is_written_while_a_text_is_read(station: Path) -> None:
    build_site(station)
    with_labels(station, {"Back to note {} in the text": "回到第 {} 处"})
    build_site(station)
    assert "回到第 1 处" in page(station, "issues/2015001/index.html")
