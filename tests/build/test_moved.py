"""Published addresses go on leading to their texts: of columns that are none any more, and of titles read anew."""

from __future__ import annotations

import json
import posixpath
import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bulletin.build.examine import examine
from bulletin.build.report import Options
from tests.build import former
from tests.conftest import NOW, STATION, tree, write_files
from tests.prove.stations import build_here

_REFRESH = re.compile(r'<meta http-equiv="refresh" content="0; url=([^"]*)"')


def fetch(site: Path, path: str) -> str:
    """What a reader of an address gets, as a path with the anchor; empty when there is nothing."""
    anchor = ""
    while (site / path).is_file():
        html = (site / path).read_text("utf-8")
        if not (found := _REFRESH.search(html)):
            assert not anchor or f'id="{anchor}"' in html, (path, anchor)
            return f"{path}#{anchor}" if anchor else path
        assert not anchor, "a redirect leads to a page, not to a redirect"
        target, _, anchor = found[1].partition("#")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    return ""


def redirects(site: Path) -> dict[str, str]:
    """Every redirect and where it leads."""
    pages = {path.relative_to(site).as_posix(): path.read_text("utf-8") for path in sorted(site.rglob("index.html"))}
    return {path: fetch(site, path) for path, html in pages.items() if _REFRESH.search(html)}


# ── an upgrade


@pytest.mark.parametrize("manifest", [True, False], ids=["by the manifest", "by the folder"])
def test_every_address_of_the_former_program_leads_somewhere(tmp_path: Path, manifest: bool) -> None:
    addresses, site = former.unpack(tmp_path), tmp_path / "site"
    if not manifest:
        shutil.rmtree(tmp_path / ".bulletin")
    report = build_here(tmp_path, NOW)
    assert [path for path in addresses if not fetch(site, path)] == []
    made = tree(site)
    found = redirects(site)
    assert len(found) > 30
    assert found["columns/zhan-wu-xin-wen/2014/index.html"] == "columns/news/2014/index.html"
    assert found["columns/du-zhe-lai-xin/index.html"] == "issues/2014004/index.html#du-zhe-lai-xin"
    assert made["columns/zhan-wu-xin-wen/feed.xml"] == made["columns/news/feed.xml"]
    assert b"issues/2014004/#du-zhe-lai-xin" in made["columns/du-zhe-lai-xin/feed.xml"]
    assert report.moved == len(found) + len({path.split("/")[1] for path in found if path.startswith("columns/")}), (
        "and feeds"
    )
    assert (build_here(tmp_path, NOW, clean=True).moved, tree(site)) == (0, made)
    shutil.rmtree(tmp_path / ".bulletin")
    build_here(tmp_path, NOW)
    assert tree(site) == made


# ── edits: what moved is found again, what was withdrawn is not

ISSUE = """\
---
date: 2015-04-10
---
## 站务新闻

### 春季培训开班

{text}

### 食堂整修完工

后勤科用了两周把灶台和水池换成新的，费用已经公示。

## 来信

一位家属寄来感谢信，说老人已经平安到家，请大家放心。
"""
TEXT = "四月九日起分三批参加培训，每批两天，由业务科安排轮换。"
FIRST = "content/issues/2015001.md"
OLD = "issues/2015001/chun-ji-pei-xun-kai-ban/index.html"
LETTERS = "columns/lai-xin/index.html"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Built, with a column of letters in three issues."""
    issues = {f"content/issues/201500{n}.md": ISSUE.format(text=TEXT) for n in (1, 2, 3)}
    write_files(tmp_path, {"content/station.yml": STATION, **issues})
    build_here(tmp_path, NOW)
    assert fetch(tmp_path / "site", OLD) == OLD
    assert fetch(tmp_path / "site", LETTERS) == LETTERS
    return tmp_path


def edit(root: Path, before: str, after: str, path: str = FIRST, now: datetime = NOW) -> dict[str, str]:
    """Replace words of a source and build. Returns the redirects."""
    text = (root / path).read_text("utf-8")
    assert before in text
    write_files(root, {path: text.replace(before, after)})
    build_here(root, now)
    return redirects(root / "site")


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("### 春季培训开班", "### 春训开班了", "issues/2015001/chun-xun-kai-ban-le/index.html"),
        ("### 春季培训开班", "### 春季培训开班 {#spring}", "issues/2015001/spring/index.html"),
        ("### 春季培训开班", "## 春季培训开班", "issues/2015001/index.html#chun-ji-pei-xun-kai-ban"),
        ("### 春季培训开班", "#### 春季培训开班", "issues/2015001/index.html#news"),
        ("### 春季培训开班", "## 春季培训开班\n\n### 通知", "issues/2015001/index.html#chun-ji-pei-xun-kai-ban"),
        ("### 春季培训开班\n", "", "issues/2015001/index.html#news"),
        (
            "date: 2015-04-10",
            "date: 2015-04-10\nnumber: 2015009\nredirect_from: /issues/2015001/",
            OLD.replace("001", "009"),
        ),
        ("date: 2015-04-10", "date: 2015-04-10\nnumber: 2015009", OLD.replace("001", "009")),
    ],
    ids=[
        "another title",
        "an id",
        "a section",
        "a section with an article",
        "a point",
        "no title",
        "another number",
        "another number, unsaid",
    ],
)
def test_a_text_that_moved_is_found_at_its_old_address(root: Path, before: str, after: str, place: str) -> None:
    assert edit(root, before, after)[OLD] == place
    assert edit(root, "两周", "三周")[OLD] == place, "the next build knows"


def test_an_article_that_is_read_as_a_section_leads_to_it(root: Path) -> None:
    """Not to the first article in it, which begins alike."""
    before = edit(root, "### 春季培训开班", "### 岗位练兵")
    assert before[OLD] == "issues/2015001/gang-wei-lian-bing/index.html"
    found = edit(root, "### 岗位练兵", "## 岗位练兵\n\n### 培训")
    assert found["issues/2015001/gang-wei-lian-bing/index.html"] == "issues/2015001/index.html#gang-wei-lian-bing"


def test_an_address_that_moved_twice_leads_to_the_last_place(root: Path) -> None:
    edit(root, "### 春季培训开班", "### 春训开班了")
    found = edit(root, "### 春训开班了", "### 培训")
    assert {found[OLD], found[OLD.replace("chun-ji-pei-xun-kai-ban", "chun-xun-kai-ban-le")]} == {
        "issues/2015001/pei-xun/index.html"
    }
    assert edit(root, "### 培训", "### 春季培训开班").keys() == {
        "issues/2015001/chun-xun-kai-ban-le/index.html",
        "issues/2015001/pei-xun/index.html",
    }


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"### 春季培训开班\n\n{TEXT}\n", ""),
        (f"### 春季培训开班\n\n{TEXT}\n", "### 夏季消防演练\n\n六月一日上午在院内演练，全体人员参加。\n"),
        ("date: 2015-04-10", "date: 2015-04-10\ndraft: true"),
        ("date: 2015-04-10", "date: 2015-04-10\n密级: 秘密"),
    ],
    ids=["deleted", "another text", "a draft", "a secret"],
)
def test_what_was_withdrawn_leaves_no_address(root: Path, before: str, after: str) -> None:
    assert not [path for path in edit(root, before, after) if path.startswith("issues/")]


@pytest.mark.parametrize(
    ("old", "new"),
    [("### 张三丰回家记", "### 张某某回家记"), ("### 请与13807471234联系", "### 请与业务科联系")],
)
def test_a_title_that_was_masked_leaves_no_address(root: Path, old: str, new: str) -> None:
    """Its old address may spell what was masked."""
    text = ISSUE.format(text=TEXT).replace("### 春季培训开班", old)
    write_files(root, {"content/issues/2015004.md": text})
    write_files(root, {"content/passed.yml": ""})
    build_here(root, NOW)
    assert not edit(root, old, new, "content/issues/2015004.md")


def test_a_notice_that_ended_leaves_no_address(root: Path) -> None:
    """Though its title was changed before."""
    folder = "content/issues/2015004"
    head = "---\ntitle: 寻人启事\nsection: 寻亲公告\nkind: search-notice\nuntil: 2016-01-05\n---\n"
    write_files(
        root, {f"{folder}/index.md": ISSUE.format(text=TEXT), f"{folder}/a.md": head + "一位老人在站，穿蓝布衫。"}
    )
    build_here(root, NOW)
    assert len(edit(root, "寻人启事", "一位老人", f"{folder}/a.md")) == 1
    assert not edit(root, "两周", "三周", now=NOW + timedelta(days=9))


def test_what_comes_back_is_found_again(root: Path) -> None:
    place = "issues/2015001/chun-xun-kai-ban-le/index.html"
    assert edit(root, "### 春季培训开班", "### 春训开班了") == {OLD: place}
    assert OLD not in edit(root, "date: 2015-04-10", "date: 2015-04-10\ndraft: true")
    assert edit(root, "draft: true", "draft: no") == {OLD: place}


def test_an_issue_whose_number_is_another_is_found(root: Path) -> None:
    """All of them, which would else be taken for an accident."""
    for n in (1, 2, 3):
        text = (root / f"content/issues/201500{n}.md").read_text("utf-8").replace("2015-04-10", f"2015-04-1{n}")
        write_files(root, {f"content/issues/201500{n}.md": text})
    build_here(root, NOW)
    for n in (1, 2, 3):
        (root / f"content/issues/201500{n}.md").rename(root / f"content/issues/201501{n}.md")
    build_here(root, NOW)
    found = redirects(root / "site")
    assert [found[f"issues/201500{n}/index.html"] for n in (1, 2, 3)] == [
        f"issues/201501{n}/index.html" for n in (1, 2, 3)
    ]
    assert found[OLD] == OLD.replace("001", "011")


def test_a_deleted_issue_is_gone(root: Path) -> None:
    edit(root, "### 春季培训开班", "### 春训开班了")
    (root / FIRST).unlink()
    build_here(root, NOW)
    assert not [path for path in redirects(root / "site") if path.startswith("issues/")]
    assert not (root / "site/issues/2015001").exists()


# ── columns


def test_a_column_of_a_section_that_became_rare_leads_to_its_newest_issue(root: Path) -> None:
    found = edit(root, "## 来信", "## 案例分析", "content/issues/2015003.md")
    assert found[LETTERS] == "issues/2015002/index.html#lai-xin"
    found = edit(root, "## 来信", "## 案例分析", "content/issues/2015002.md")
    assert found[LETTERS] == "issues/2015001/index.html#lai-xin"
    found = edit(root, "## 来信", "## 案例分析")
    assert found[LETTERS] == "columns/cases/index.html", "the author has put all titles right"
    found = edit(root, "## 案例分析\n\n一位家属寄来感谢信，说老人已经平安到家，请大家放心。\n", "")
    assert found[LETTERS] == "columns/cases/index.html"


def test_a_column_whose_issues_were_withdrawn_leaves_no_address(root: Path) -> None:
    for n in (1, 2, 3):
        found = edit(root, "date: 2015-04-10", "date: 2015-04-10\ndraft: true", f"content/issues/201500{n}.md")
    assert found == {}
    assert not (root / "site/columns/lai-xin").exists()


def test_a_title_that_is_put_right_leads_to_the_right_column(tmp_path: Path) -> None:
    issues = {f"content/issues/201500{n}.md": "---\ndate: 2015-04-10\n---\n## 案例分折\n### 例\n文" for n in (1, 2, 3)}
    write_files(tmp_path, {"content/station.yml": STATION, **issues})
    build_here(tmp_path, NOW)
    write_files(tmp_path, {path: text.replace("分折", "分析") for path, text in issues.items()})
    build_here(tmp_path, NOW)
    assert redirects(tmp_path / "site") == {
        "columns/an-li-fen-zhe/2015/index.html": "columns/cases/2015/index.html",
        "columns/an-li-fen-zhe/index.html": "columns/cases/index.html",
    }


def test_links_counts_and_the_check_follow_what_moved(root: Path) -> None:
    write_files(root, {"content/station.yml": STATION + "hits: yes\n"})
    write_files(
        root, {"content/pages/about.md": f"见[培训](/{OLD.removesuffix('index.html')})和[来信](/columns/lai-xin/)。"}
    )
    for n in (2, 3):
        edit(root, "## 来信", "## 案例分析", f"content/issues/201500{n}.md")
    text = (root / FIRST).read_text("utf-8")
    write_files(root, {FIRST: text.replace("### 春季培训开班", "### 春训开班了")})
    codes = {found.code for found in examine(root, NOW, Options()).problems}
    assert not codes & {"A208", "L101"}
    build_here(root, NOW)
    keys = {key["key"]: key for key in json.loads((root / "site/hits-keys.json").read_bytes())["keys"]}
    key = keys["article:2015001/chun-xun-kai-ban-le"]
    assert key["aliases"] == ["article:2015001/chun-ji-pei-xun-kai-ban"]
    assert key["was"] == [OLD.removesuffix("index.html")]
    page = (root / "site/about/index.html").read_text("utf-8")
    assert 'href="../issues/2015001/chun-xun-kai-ban-le/index.html"' in page
    assert 'href="../issues/2015001/index.html#lai-xin"' in page


def test_a_preview_promises_no_address(root: Path) -> None:
    build_here(root, NOW, drafts=True)
    text = (root / FIRST).read_text("utf-8").replace("### 春季培训开班", "### 春训开班了")
    write_files(root, {FIRST: text})
    build_here(root, NOW, drafts=True)
    assert redirects(root / ".bulletin/drafts") == {}


def test_an_article_of_a_title_alone_leads_to_the_text_that_holds_it(root: Path) -> None:
    edit(root, "### 春季培训开班", "### 春季培训开班\n\n● 门卫换上了新的登记簿\n\n### 后记\n")
    found = edit(
        root, "\n\n● 门卫换上了新的登记簿\n\n### 后记\n", "\n\n主要有：门卫换上了新的登记簿，再无别的。\n\n### 后记\n"
    )
    (target,) = [target for path, target in found.items() if "men-wei-huan-shang" in path]
    assert target == OLD
