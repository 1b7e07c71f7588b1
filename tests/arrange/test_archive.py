"""What is public, in which order, by column and by year."""

from __future__ import annotations

from datetime import datetime

import pytest

from bulletin.arrange.archive import Archive, Unpublished, arrange
from bulletin.core.model import Issue, Today, decode_sections
from bulletin.core.problems import problem
from tests.arrange.contents import Content, read, station
from tests.conftest import NOW

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


def test_columns_are_the_stations_then_the_unknown_ones_of_three_issues() -> None:
    files = {
        "issues/2014001.md": issue(
            body="## 站务新闻\n一\n## 来信\n二\n## 站务新闻\n三\n## 附录\n一\n## 附录\n二\n## 附录\n三"
        ),
        "issues/2014002.md": issue(body="## 学习园地\n一\n## 来信\n二"),
        "issues/2015001.md": issue(body="## 站务新闻\n四\n### 甲\n五\n## 学习园地\n六\n## 来信\n七"),
        "issues/2015002.md": issue(body="### 没有栏目\n六\n## 学习园地\n七"),
    }
    archive = Content(files).archive
    entries = [(c.rule.id, [e.issue.id for e in c.entries], c.years) for c in archive.columns]
    assert entries == [
        ("news", ["2015001", "2014001", "2014001"], (2015, 2014)),
        ("cases", [], ()),
        ("lai-xin", ["2015001", "2014002", "2014001"], (2015, 2014)),
        ("xue-xi-yuan-di", ["2015002", "2015001", "2014002"], (2015, 2014)),
    ]
    assert [entry.section.anchor for entry in archive.columns[0].of_year(2014)] == ["news", "news-2"]
    assert archive.columns[2].rule.title == "来信"
    assert [(c.rule.title, c.issue_count) for c in archive.rare] == [("附录", 1)]


def test_drafts_make_no_column() -> None:
    """The third issue with a section is a draft."""
    files = {f"issues/201500{n}.md": issue(body="## 来信\n一") for n in (1, 2)}
    files["issues/2015003.md"] = issue("date: 2015-01-01\ndraft: true", body="## 来信\n一")
    assert [c.rule.id for c in Content(files).archive.columns] == ["news", "cases"]


def test_a_rare_section_with_nearly_a_columns_title_is_asked_about() -> None:
    files = {
        "issues/2015001.md": issue(body="## 案例分折\n一\n## 节日专刊\n二"),
        "issues/2015002.md": issue(body="## 来信选登\n一\n\n## 案例分析\n二"),
    }
    files |= {f"issues/201400{n}.md": issue(body="## 群众来信\n一\n## 来信选编\n二") for n in (1, 2, 3)}
    assert set(Content(files).doubles) == {
        problem("A112", "content/issues/2015001.md", 4, "案例分析", title="案例分折"),
        problem("A112", "content/issues/2015002.md", 4, "来信选编", title="来信选登"),
    }


def test_the_figure_of_today_is_shown_on_its_day_only() -> None:
    shown = [Content({}, today=Today(23, date)).archive.today for date in ("2016-01-01", "2015-12-31")]
    assert shown == [Today(23, "2016-01-01"), None]


# ── search notices leave after their last day


def notices(sections: str = "## 站务新闻\n### 甲\n一", **untils: str) -> Issue:
    """An issue with notices, each until a day."""
    folder = "content/issues/2015001"
    files = {f"{folder}/index.md": issue(body=sections)}
    for name, until in untils.items():
        entries = f"title: {name}\nsection: 寻亲公告\nkind: search-notice\nuntil: {until}"
        files[f"{folder}/{name}.md"] = issue(entries, "一位老人在站。")
    found = read(files).issue
    assert found
    return found


def titles(archive: Archive) -> dict[str, list[str]]:
    """Of the articles of the only issue, by section."""
    (only,) = archive.issues
    return {section.title: [a.title for a in section.articles] for section in decode_sections(only.contents)}


@pytest.mark.parametrize(
    ("now", "shown", "due"),
    [
        (datetime(2015, 5, 31, 12), True, datetime(2015, 6, 2)),
        (datetime(2015, 6, 1), True, datetime(2015, 6, 2)),
        (datetime(2015, 6, 1, 23, 59, 59), True, datetime(2015, 6, 2)),
        (datetime(2015, 6, 2), False, None),
        (datetime(2015, 6, 2, 0, 0, 1), False, None),
        (datetime(2015, 6, 3), False, None),
    ],
)
def test_a_notice_is_there_to_the_end_of_its_last_day(now: datetime, shown: bool, due: datetime | None) -> None:
    archive, held, _ = arrange([notices(xun="2015-06-01")], [], station(), None, now)
    assert titles(archive) == {"站务新闻": ["甲"]} | ({"寻亲公告": ["xun"]} if shown else {})
    assert held == Unpublished(0, 0, due)
    (only,) = archive.issues
    assert only.ended == (() if shown else ("xun",))
    assert ("xun" in only.slugs) == shown
    assert ("寻亲公告" in [title for _, title in only.columns]) == shown
    assert ("寻亲公告" in [column.rule.title for column in archive.rare]) == shown


def test_each_notice_ends_by_itself_and_the_next_end_is_due() -> None:
    given = notices(a="2015-06-01", b="2015-06-03", c="2015-06-02")
    ends = [(1, "acb", 2), (2, "cb", 3), (3, "b", 4), (4, "", 0)]
    for day, left, due in ends:
        archive, held, _ = arrange([given], [], station(), None, datetime(2015, 6, day, 9))
        assert sorted(titles(archive).get("寻亲公告", [])) == sorted(left)
        assert sorted(archive.issues[0].ended) == sorted(set("abc") - set(left))
        assert held.due == (datetime(2015, 6, due) if due else None)


def test_an_issue_comes_due_before_a_notice_ends_or_after_it() -> None:
    for until, due in (("2015-06-02", datetime(2015, 6, 3)), ("2015-06-03", datetime(2015, 6, 3, 8))):
        later = read({"content/issues/2015002.md": issue("date: 2015-06-03 08:00")}).issue
        assert later
        _, held, _ = arrange([notices(a=until), later], [], station(), None, datetime(2015, 6, 1))
        assert held == Unpublished(0, 1, due)


def test_a_section_stays_for_its_text_when_its_notices_have_ended() -> None:
    archive, _, _ = arrange([notices("## 寻亲公告\n看到的人请来电。", a="2015-06-01")], [], station(), None, NOW)
    assert titles(archive) == {"寻亲公告": []}


def test_an_issue_whose_notices_have_not_ended_is_the_same() -> None:
    given = notices(a="2015-06-01")
    archive, _, _ = arrange([given], [], station(), None, datetime(2015, 6, 1))
    assert archive.issues == (given,)
    archive, _, _ = arrange([given], [], station(), None, datetime(2015, 6, 2))
    assert archive.issues != (given,)


def test_a_preview_marks_what_is_hidden_and_holds_nothing_back() -> None:
    files = {
        "issues/2015001.md": issue(),
        "issues/2015002.md": issue("date: 2015-01-01\ndraft: true"),
        "issues/2016002.md": issue("date: 2016-01-01 12:01"),
        "pages/a.md": "---\ndraft: true\n---\n一",
        "pages/b.md": "一",
    }
    hidden = {f"content/{name}.md" for name in ("issues/2015002", "issues/2016002", "pages/a")}
    preview = Content(files, drafts=True)
    assert preview.archive.hidden == hidden
    assert preview.held == Unpublished(0, 0, datetime(2016, 1, 1, 12, 1))
    assert Content(files).archive.hidden == frozenset()


def test_a_site_is_made_without_drafts_unless_they_are_asked_for() -> None:
    draft = read({"content/issues/2015002.md": issue("date: 2015-01-01\ndraft: true")}).issue
    assert draft
    assert arrange([draft], [], station(), None, NOW)[0].issues == ()
