"""撤稿: what was withdrawn is in no file of the site, a note stays at its addresses, and nothing brings it back."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from bulletin.arrange.archive import Archive
from bulletin.arrange.withdrawn import WithdrawnBook
from bulletin.build.pipeline import build
from bulletin.build.report import Options, Report
from bulletin.build.withdrawing import find_target, make_withdrawal
from bulletin.core.errors import StationError
from bulletin.core.withdrawals import WITHDRAWN_FILE, Withdrawal, read_withdrawals, with_withdrawal, withdrawn_paths
from tests.conftest import NOW, build_site, good_issues, tree, write_files

NUMBER = "content/issues/2015002.md"
ISSUE = """\
---
number: 2015002
date: 2015-03-10 09:00
redirect_from: /old/2.html
summary: 本期有寻人回家一例
keywords: 寻人，夜巡
{more}---
## 站务新闻

### 夜巡三次

街面夜巡共三次，劝导五人。

### 寻人回家一例

走失老人在火车站候车室找到，当晚送回家中。

![门口](tu.png) [登记表](biao.pdf)

### 培训一次

全站培训一次，讲急救。

## 案例分析

### 旧案重谈

多年前的一件旧案。
"""
SENTENCES = ("走失老人", "寻人回家", "旧案重谈", "多年前的一件")
ARTICLE = "issues/2015002/xun-ren-hui-jia-yi-li/index.html"
DAY = "2016-01-01 12:00"


@pytest.fixture
def site(station: Path) -> Path:
    """A project that was built once."""
    picture = station / "content/issues/tu.png"
    Image.new("RGB", (40, 30)).save(picture)
    write_files(station, {NUMBER: ISSUE.format(more=""), "content/issues/biao.pdf": b"%PDF-1.4"})
    build_site(station)
    return station


def withdrawn(slug: str = "", addresses: tuple[str, ...] = (), because: str = "") -> Withdrawal:
    return Withdrawal("2015002", slug, DAY, because, NUMBER, addresses=addresses)


def withdraw(root: Path, *entries: Withdrawal) -> Report:
    data = b""
    for entry in entries:
        data = with_withdrawal(data, entry)
    write_files(root, {WITHDRAWN_FILE: data})
    return build_site(root)


FIRST = withdrawn("xun-ren-hui-jia-yi-li", (ARTICLE,))
LAST = withdrawn("jiu-an-zhong-tan", ("issues/2015002/jiu-an-zhong-tan/index.html",))


def codes(report: Report) -> list[str]:
    """Without what is said of its picture and its attachment, which nothing shows any more."""
    return [each.code for each in report.problems if each.code not in ("F310", "F314")]


def test_an_article_leaves_everything(site: Path) -> None:
    report = withdraw(site, FIRST, LAST)
    files = tree(site / "site")
    texts = {path: data.decode() for path, data in files.items() if path.endswith((".html", ".xml", ".json"))}
    notes = {each.addresses[0] for each in (FIRST, LAST)}
    assert {path for path in texts if any(words in texts[path] for words in SENTENCES)} == set()
    assert {path for path in texts if "xun-ren" in texts[path]} == {ARTICLE}  # its own address, for who is there
    assert not [path for path in files if "tu" in path.rsplit("/", 1)[-1] or path.endswith(".pdf")]
    assert all("noindex" in texts[path] and "2016" in texts[path] for path in notes)
    assert all("og:" not in texts[path] and "ld+json" not in texts[path] for path in notes)
    home = texts["issues/2015002/index.html"]
    assert home.count("withdrawn-line") == 2
    assert home.index('id="ye-xun') < home.index("withdrawn-line") < home.index('id="pei-xun')
    assert "案例分析" in home  # where its article was
    assert "2015002" not in texts["columns/cases/index.html"]
    assert codes(report) == ["A120", "A120"]


def test_the_neighbours_skip_it(site: Path) -> None:
    withdraw(site, FIRST)
    page = (site / "site/issues/2015002/pei-xun-yi-ci/index.html").read_text("utf-8")
    assert 'rel="prev" href="../../../issues/2015002/ye-xun-san-ci/index.html"' in page


@pytest.mark.parametrize("where", ["", ", where: xun-ren-hui-jia-yi-li"])
def test_what_the_issue_tells_of_it_in_front_leaves_too(site: Path, where: str) -> None:
    """A clause of it in the summary, and its correction; also when no source has the article any more."""
    from tests.arrange.contents import read

    wrong = f"{{date: 2015-04-01 10:00{where}, was: 汽车站候车室找到, now: 火车站候车室找到}}"
    other = "{date: 2015-04-02 10:00, where: ye-xun-san-ci, was: 劝导四人, now: 劝导五人}"
    text = ISSUE.format(more=f"corrections:\n  - {wrong}\n  - {other}\n")
    text = text.replace("本期有寻人回家一例", "喜讯：走失老人在火车站候车室找到")
    write_files(site, {NUMBER: text})
    build_site(site)
    assert len(_holding(site, "候车室找到")) > 3
    issue = read({NUMBER: text}).issue
    assert issue
    target = find_target((issue,), "2015002", "寻人回家一例")
    withdraw(site, make_withdrawal(target, _archive(), (), NOW, ""))
    assert _holding(site, "候车室找到") == []
    assert _holding(site, "劝导四人")
    cut = text[: text.index("### 寻人")] + text[text.index("### 培训") :]
    write_files(site, {NUMBER: cut})
    build_site(site)
    assert _holding(site, "候车室找到") == []


def _holding(root: Path, *sentences: str) -> list[str]:
    files = ((path, data.decode("utf-8", "ignore")) for path, data in tree(root / "site").items())
    return [path for path, words in files if any(each in words for each in sentences)]


def test_an_issue_leaves_a_note_at_each_of_its_addresses(site: Path) -> None:
    before = [path for path in tree(site / "site") if path.startswith(("issues/2015002", "old/"))]
    pages = tuple(path for path in before if path.endswith(".html"))
    report = withdraw(site, withdrawn("", pages, "依当事人请求"))
    files = tree(site / "site")
    left = {path for path in files if path.startswith(("issues/2015002", "old/"))}
    assert left == set(pages)
    assert "old/2.html" in left
    assert all("依当事人请求" in files[path].decode() for path in pages)
    others = {path: data for path, data in files.items() if path not in left}
    assert not [path for path, data in others.items() if "2015002" in data.decode("utf-8", "ignore")]
    assert "A201" not in codes(report)
    assert report.issues == 2


@pytest.mark.parametrize("change", ["deleted", "unreadable", "unreadable, cache lost", "renumbered", "edited"])
def test_nothing_brings_an_issue_back(site: Path, change: str) -> None:
    home = withdrawn("", ("issues/2015002/index.html", ARTICLE))
    source = site / NUMBER
    if change == "deleted":
        source.unlink()
    elif change == "renumbered":
        source.write_text(ISSUE.format(more="").replace("2015002", "2015009"), encoding="utf-8")
    elif change == "edited":
        source.write_text("---\nnumber: 2015002\ndate: 2015-03-10\n---\n新的走失老人。\n", encoding="utf-8")
    else:
        source.write_text(ISSUE.format(more="").replace("date: 2015-03-10", "date: 2015-02-30"), encoding="utf-8")
    if change.endswith("lost"):
        (site / ".bulletin/cache.db").unlink()
    withdraw(site, home)
    files = tree(site / "site")
    assert {path for path in files if "2015002" in path} == set(home.addresses)
    assert not [path for path, data in files.items() if "走失老人" in data.decode("utf-8", "ignore")]


@pytest.mark.parametrize("change", ["another title", "another address", "unreadable", "secret", "new number in it"])
def test_nothing_brings_an_article_back(site: Path, change: str) -> None:
    from tests.arrange.contents import read

    text = ISSUE.format(more="")
    reading = read({NUMBER: text})
    assert reading.issue
    target = find_target((reading.issue,), "2015002", "寻人回家一例")
    made = make_withdrawal(target, _archive(), (), NOW, "")
    assert (made.addresses, len(made.marks)) == ((ARTICLE,), 4)
    changed = {
        "another title": text.replace("### 寻人回家一例", "### 一例"),
        "another address": text.replace("### 寻人回家一例", "### 寻人回家一例 {#one}"),
        "unreadable": text.replace("date: 2015-03-10", "date: 2015-02-30"),
        "secret": text.replace("多年前", "机密★1年，多年前"),
        "new number in it": text.replace("候车室", "候车室，身份证号11010519491231002X，"),
    }[change]
    (site / NUMBER).write_text(changed, encoding="utf-8")
    report = withdraw(site, made)
    files = tree(site / "site")
    assert ARTICLE in files
    assert not [path for path, data in files.items() if "走失老人" in data.decode("utf-8", "ignore")]
    if change == "new number in it":
        assert report.held == ()
        assert "P103" not in codes(report) and "P101" not in codes(report)
    if change == "unreadable":
        assert "issues/2015002/ye-xun-san-ci/index.html" in files


def test_pages_that_would_stay_as_they_are_go(site: Path) -> None:
    """Neither the text nor its last good reading is there: only the pages in the folder, and one of them must go."""
    (site / NUMBER).write_text(ISSUE.format(more="").replace("date: 2015-03-10", "date: 2015-02-30"), "utf-8")
    (site / ".bulletin/cache.db").unlink()
    report = withdraw(site, FIRST)
    files = tree(site / "site")
    assert {path for path in files if "2015002" in path} == {ARTICLE}
    assert "A121" in codes(report)


def test_pages_made_since_stay(site: Path) -> None:
    withdraw(site, FIRST)
    before = tree(site / "site")
    (site / NUMBER).write_text(ISSUE.format(more="").replace("date: 2015-03-10", "date: 2015-02-30"), "utf-8")
    (site / ".bulletin/cache.db").unlink()
    report = build_site(site)
    assert {path for path in tree(site / "site") if "2015002" in path} == {path for path in before if "2015002" in path}
    assert "A121" not in codes(report)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0), (1, 2, 0), (2,)])
def test_its_place_is_kept_when_the_source_has_it_no_more(site: Path, order: tuple[int, ...]) -> None:
    from tests.arrange.contents import read

    text = ISSUE.format(more="").replace("![门口](tu.png) [登记表](biao.pdf)\n", "")
    (site / NUMBER).write_text(text, "utf-8")
    articles = [part.group() for part in re.finditer(r"### .*?(?=\n##)", text, re.DOTALL)]
    entries: list[Withdrawal] = []
    for number in order:
        issue = read({NUMBER: text}).issue
        assert issue
        (issue,) = WithdrawnBook(entries).without_withdrawn([issue])
        title = articles[number].partition("\n")[0].removeprefix("### ")
        entries.append(make_withdrawal(find_target((issue,), "2015002", title), _archive(), (), NOW, ""))
    page = site / "site/issues/2015002/index.html"
    withdraw(site, *entries)
    before = page.read_bytes()
    for number in order:
        text = text.replace(articles[number] + "\n", "")
    (site / NUMBER).write_text(text, "utf-8")
    build_site(site)
    assert b"withdrawn-line" in before
    assert page.read_bytes() == before


def test_a_link_to_it_leads_to_the_note(site: Path) -> None:
    write_files(site, {"content/pages/help.md": "[那篇](/issues/2015002/xun-ren-hui-jia-yi-li/)见此。\n"})
    report = withdraw(site, FIRST)
    assert codes(report) == ["A120"]
    assert f'href="../{ARTICLE}"' in (site / "site/help/index.html").read_text("utf-8")


def test_the_reason_must_not_name_a_number(site: Path) -> None:
    report = withdraw(site, msgspec.structs.replace(FIRST, because="电话13812345678的家属要求"))
    assert "A122" in codes(report)
    assert not [path for path, data in tree(site / "site").items() if b"13812345678" in data]


def test_no_number_is_given_twice_and_no_gap_is_said(site: Path) -> None:
    from bulletin.build.examine import examine
    from bulletin.commands.new import make_issue

    (site / "content/issues/2015003.md").unlink()
    gone = msgspec.structs.replace(withdrawn(), issue="2015003", source="content/issues/2015003.md")
    write_files(site, {WITHDRAWN_FILE: with_withdrawal(b"", gone)})
    assert make_issue(site, None, datetime(2015, 12, 1), str) == "content/issues/2015004.md"
    write_files(site, {"content/issues/2015004.md": good_issues(4)["content/issues/2015004.md"]})
    assert "A201" not in [each.code for each in examine(site, NOW, Options()).problems]


def test_a_build_with_nothing_to_do_writes_nothing(site: Path) -> None:
    withdraw(site, FIRST)
    assert build_site(site).written == 0
    grown = tree(site / "site")
    build(site, NOW, Options(clean=True))
    assert tree(site / "site") == grown


def _archive() -> Archive:
    from bulletin.arrange.archive import arrange
    from tests.arrange.contents import station

    return arrange((), (), station(), None, NOW)[0]


# ── the file


def test_the_file_says_what_was_recorded() -> None:
    entries = (
        Withdrawal(
            "2015002", "", DAY, "依法\n撤回 “甲”", NUMBER, (), "", 0, ("issues/2015002/index.html", "old/2.html"), 2
        ),
        Withdrawal(
            "2015z01", "ye-xun", DAY, "", NUMBER, ("aa", "bb"), "news", 2, ("issues/2015z01/ye-xun/index.html",), 3
        ),
    )
    data = b""
    for each in entries:
        data = with_withdrawal(data, each)
    assert read_withdrawals(data) == (msgspec.structs.replace(entries[0], because="依法 撤回 “甲”"), entries[1])
    assert withdrawn_paths(entries) == (
        "issues/2015002/index.html",
        "issues/2015z01/ye-xun/index.html",
        "old/2.html",
    )


def test_what_is_there_stays_byte_for_byte() -> None:
    before = b"# \xe6\xb3\xa8\r\n" + with_withdrawal(b"", FIRST).splitlines()[1] + b"\r\n"
    after = with_withdrawal(before, LAST)
    assert after.startswith(before)
    assert after.endswith(b"}\r\n")
    assert with_withdrawal(before[:-2], LAST) == after.replace(b"}\r\n-", b"}\r\n-")


@pytest.mark.parametrize(
    "line",
    [
        "- {issue: 2015002}",
        "随便写的",
        '- {issue: "", slug: "", date: 2016-01-01 12:00, because: ""}',
        '- {issue: "2015002", slug: "", date: 2016-13-01 12:00, because: ""}',
        '- {issue: "2015002", slug: "", date: 2016-01-01 12:00, because: "", addresses: ["../index.html"]}',
        '- {issue: "2015002", slug: "", date: 2016-01-01 12:00, because: "", addresses: ["a.css"]}',
        '- {issue: "../x", slug: "", date: 2016-01-01 12:00, because: ""}',
    ],
)
def test_a_line_that_is_wrong_ends_the_build(site: Path, line: str) -> None:
    write_files(site, {WITHDRAWN_FILE: f"# 注\n{line}\n"})
    before = tree(site / "site")
    with pytest.raises(StationError) as error:
        build_site(site)
    assert error.value.values["path"] == f"{WITHDRAWN_FILE}:2"
    assert tree(site / "site") == before
