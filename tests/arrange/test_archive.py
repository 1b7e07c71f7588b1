"""What is public, in which order, by column and by year."""

from __future__ import annotations

from datetime import datetime

from bulletin.arrange.archive import Archive
from bulletin.core.model import Today
from bulletin.core.problems import problem
from tests.arrange.contents import Content

BODY = "## 站务新闻\n一"


def issue(entries: str = "date: 2015-01-01", body: str = BODY) -> str:
    return f"---\n{entries}\n---\n{body}"


def ids(archive: Archive) -> list[str]:
    return [each.id for each in archive.issues]


def test_newest_first_and_supplements_after_the_numbers_of_their_year() -> None:
    names = ("2014002", "2015001", "2014年增刊", "2014010", "2014年增刊第2期", "2013099")
    content = Content({f"issues/{name}.md": issue() for name in names})
    assert ids(content.archive) == ["2015001", "2014z02", "2014z01", "2014010", "2014002", "2013099"]
    assert content.archive.years == (2015, 2014, 2013)


def test_order_of_the_sources_changes_nothing() -> None:
    files = {f"issues/{name}.md": issue() for name in ("2014002", "2015001", "2014001")}
    files |= {f"pages/{name}.md": "一" for name in ("b", "a")}
    assert Content(files).archive == Content(dict(reversed(files.items()))).archive


def test_drafts_and_what_is_not_due_stay_back() -> None:
    files = {
        "issues/2015001.md": issue(),
        "issues/2015002.md": issue("date: 2015-01-01\ndraft: true"),
        "issues/2016001.md": issue("date: 2016-01-01 12:00"),
        "issues/2016002.md": issue("date: 2016-01-01 12:01"),
        "issues/2016003.md": issue("date: 2017-01-01\ndraft: true"),
        "pages/a.md": "---\ndraft: true\n---\n一",
        "pages/b.md": "一",
    }
    content = Content(files)
    assert ids(content.archive) == ["2016001", "2015001"]
    assert [page.id for page in content.archive.pages] == ["b"]
    held = content.held
    assert (held.drafts, held.scheduled, held.due) == (2, 1, datetime(2016, 1, 1, 12, 1))
    shown = Content(files, drafts=True)
    assert ids(shown.archive) == ["2016003", "2016002", "2016001", "2015002", "2015001"]
    assert [page.id for page in shown.archive.pages] == ["a", "b"]


def test_nothing_waits_where_nothing_is_scheduled() -> None:
    assert Content({"issues/2015001.md": issue()}).held.due is None


def test_of_two_issues_with_one_number_the_one_named_after_it_stays() -> None:
    files = {
        "issues/2015002.md": issue(),
        "issues/2015001.md": issue("date: 2015-01-01\nnumber: 2015年第2期"),
        "issues/a.md": issue("date: 2015-01-01\nnumber: 2015003"),
        "issues/b.md": issue("date: 2015-01-01\nnumber: 2015003"),
    }
    content = Content(files)
    assert [each.source for each in content.archive.issues] == ["content/issues/a.md", "content/issues/2015002.md"]
    assert set(content.doubles) == {
        problem("A101", "content/issues/2015001.md", 1, number="2015年第2期", other="content/issues/2015002.md"),
        problem("A101", "content/issues/b.md", 1, number="2015003", other="content/issues/a.md"),
    }


def test_pages_stand_in_their_order_then_by_name() -> None:
    files = {f"pages/{n}.md": f"---\norder: {o}\n---\n一" for n, o in (("a", 3), ("b", 1), ("c", ""), ("d", 3))}
    assert [page.id for page in Content(files).archive.pages] == ["b", "a", "d", "c"]


def test_columns_are_the_stations_then_the_unknown_ones() -> None:
    files = {
        "issues/2014001.md": issue(body="## 站务新闻\n一\n## 来信\n二\n## 站务新闻\n三"),
        "issues/2015001.md": issue(body="## 站务新闻\n四\n### 甲\n五"),
        "issues/2015002.md": issue(body="### 没有栏目\n六"),
    }
    columns = Content(files).archive.columns
    entries = [(c.rule.id, [e.issue.id for e in c.entries], c.years) for c in columns]
    assert entries == [
        ("news", ["2015001", "2014001", "2014001"], (2015, 2014)),
        ("cases", [], ()),
        ("lai-xin", ["2014001"], (2014,)),
    ]
    assert [entry.section.anchor for entry in columns[0].of_year(2014)] == ["news", "news-2"]
    assert columns[2].rule.title == "来信"


def test_the_figure_of_today_is_shown_on_its_day_only() -> None:
    shown = [Content({}, today=Today(23, date)).archive.today for date in ("2016-01-01", "2015-12-31")]
    assert shown == [Today(23, "2016-01-01"), None]
