"""A copy never beats its original, and nothing that readers have leaves by a side effect."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.arrange.archive import Archive, arrange
from bulletin.arrange.published import NEVER_PUBLISHED, PublishedBefore
from bulletin.core.problems import Problem, describe
from bulletin.read.copies import originals
from bulletin.read.originals import sort_out
from tests.arrange.contents import read, station
from tests.conftest import NOW

ISSUE = "---\nnumber: 2014002\ndate: 2015-01-01\n---\n## 站务新闻\n一"
COPIES = (
    "{} (1)", "{}（2）", "{}(最终版)", "{}终稿", "{} 修改版", "{}-DESKTOP-AB12CD", "{}-OFFICE-PC", "{} 2", "{}.bak",
    "{}.old", "{} - 副本", "{} - 副本 (2)", "{} - Copy", "{} copy 2", "{}的副本", "备份的{}", "复件 {}", "Copy of {}",
    "{}.sync-conflict-20240101-101010-ABCDEF1", "{} (张三's conflicted copy 2024-01-01)", "{}【定稿】",
)  # fmt: skip
DRAFT = ISSUE.replace("date:", "draft: true\ndate:")


def arranged(
    files: dict[str, str], before: PublishedBefore = NEVER_PUBLISHED, now: datetime = NOW, *, take_off: bool = False
) -> tuple[Archive, tuple[Problem, ...]]:
    readings = [read({f"content/{path}.md": text}) for path, text in files.items()]
    issues, pages = [r.issue for r in readings if r.issue], [r.page for r in readings if r.page]
    archive, _, problems = arrange(issues, pages, station(), None, now, before=before, take_off=take_off)
    return archive, problems


def shown(archive: Archive) -> list[str]:
    return [text.removeprefix("content/").removesuffix(".md") for text in sources(archive)]


def sources(archive: Archive) -> list[str]:
    return [issue.source for issue in archive.issues] + [page.source for page in archive.pages]


def published(*paths: str, built: datetime = NOW) -> PublishedBefore:
    return PublishedBefore(built, frozenset(f"content/{path}.md" for path in paths), copies=frozenset())


@pytest.mark.parametrize(
    ("name", "text", "origin"),
    [
        ("b", "---\nnumber: 2014002\ndate: 2015-01-01\n---\n", ""),
        ("简报2014年第2期", "---\ndate: 2015-01-01\n---\n", "its number is from the file's name"),
        ("b", "---\ntitle: 简报2014年第2期\ndate: 2015-01-01\n---\n", "its number is from its title"),
        ("b", "---\ndate: 2015-01-01\n---\n2014年第2期\n\n", "its number is from its first lines"),
    ],
)
def test_of_a_number_given_twice_it_is_said_where_it_was_found(name: str, text: str, origin: str) -> None:
    archive, problems = arranged({"issues/2014002": ISSUE, f"issues/{name}": text + "## 站务新闻\n一"})
    assert shown(archive) == ["issues/2014002"]
    (found,) = problems
    assert (found.code, dict(found.values).get("where", "")) == ("A101", origin)
    said = describe(found, str)
    assert said.endswith(f"({origin})") if origin else said.endswith("this one was left out.")


def test_two_names_of_markdown_are_a_duplicate_and_md_wins() -> None:
    issues = [read({f"content/issues/2014002.{end}": ISSUE}).issue for end in ("markdown", "md")]
    archive, _, problems = arrange((issue for issue in issues if issue), (), station(), None, NOW)
    assert sources(archive) == ["content/issues/2014002.md"]
    assert [(each.code, each.path) for each in problems] == [("A101", "content/issues/2014002.markdown")]


@pytest.mark.parametrize("form", COPIES)
def test_the_name_without_an_addition_wins(form: str) -> None:
    for kind, name, text in (("issues", "2014002", ISSUE), ("pages", "about", "一")):
        copy = f"{kind}/{form.format(name)}"
        archive, problems = arranged({copy: text, f"{kind}/{name}": text})
        assert shown(archive) == [f"{kind}/{name}"]
        assert [(p.code, p.path) for p in problems] == [("A106", f"content/{copy}.md")]


@pytest.mark.parametrize(
    "name",
    ["2014002-zengkan", "2014年第2期", "第2期 (总第38期)", "about-us", "制度(2014)", "2014-02", "终稿", "interview"],
)
def test_other_names_are_no_copies(name: str) -> None:
    assert originals(name) == ()


def test_a_second_text_is_no_copy_without_a_first() -> None:
    archive, problems = arranged({"pages/history 2": "一", "pages/history 3": "二"})
    assert (len(archive.pages), problems) == (2, ())


def test_of_copies_alone_none_is_taken_but_what_readers_have() -> None:
    files = {"issues/2014002 (1)": ISSUE, "issues/2014002(最终版)": ISSUE}
    archive, problems = arranged(files)
    assert (shown(archive), [p.code for p in problems]) == ([], ["A107", "A107"])
    archive, problems = arranged(files, published("issues/2014002(最终版)"))
    assert (shown(archive), [p.code for p in problems]) == (["issues/2014002(最终版)"], ["A106"])


def test_a_draft_takes_no_published_issue_off_and_its_copy_does_not_follow_it() -> None:
    assert shown(arranged({"issues/2014002": DRAFT, "issues/z": ISSUE})[0]) == ["issues/z"]
    assert shown(arranged({"issues/2014002": DRAFT, "issues/2014002 (1)": ISSUE})[0]) == []


def test_a_published_page_that_is_named_like_a_copy_stays_and_is_named() -> None:
    archive, problems = arranged({"pages/about": "一", "pages/about (1)": "一"}, published("pages/about (1)"))
    assert (len(archive.pages), [p.code for p in problems]) == (2, ["A108"])


def test_a_clock_set_back_takes_nothing_off_unless_that_is_wanted() -> None:
    before, past = published("issues/2014002"), datetime(2014, 1, 1)
    archive, problems = arranged({"issues/2014002": ISSUE}, before, past)
    assert (shown(archive), [p.code for p in problems]) == (["issues/2014002"], ["A109"])
    archive, problems = arranged({"issues/2014002": ISSUE}, before, past, take_off=True)
    assert (shown(archive), problems) == ([], ())


def test_a_published_issue_whose_date_is_to_come_stays() -> None:
    files = {"issues/2014002": ISSUE.replace("2015-01-01", "2062-01-01")}
    archive, problems = arranged(files, published("issues/2014002"))
    assert (shown(archive), [p.code for p in problems]) == (["issues/2014002"], ["A110"])
    assert shown(arranged(files, PublishedBefore(NOW, issues=frozenset(("2014002",))))[0]) == []


@pytest.mark.parametrize(
    "known",
    [
        published("issues/2014002", "pages/about"),
        PublishedBefore(issues=frozenset(("2014002",)), pages=frozenset(("about",))),
    ],
)
def test_what_may_be_a_draft_stays_what_it_is_for_readers(known: PublishedBefore) -> None:
    files = {"issues/2014002": ISSUE.replace("date:", "drfat: true\ndate:"), "pages/about": "---\ndrfat: true\n---\n一"}
    assert shown(arranged(files)[0]) == []
    archive, problems = arranged(files, known)
    assert (shown(archive), problems) == (["issues/2014002", "pages/about"], ())
    assert shown(
        arranged({path.replace("2014002", "b"): text for path, text in files.items()}, published("pages/about"))[0]
    ) == ["pages/about"]


def test_an_article_that_may_be_a_draft_is_not_published_with_its_issue() -> None:
    folder = "content/issues/2014002"
    issue = read({f"{folder}/index.md": ISSUE, f"{folder}/a.md": "---\nsection: 站务新闻\ndrfat: true\n---\n二"}).issue
    assert issue
    for before, slugs, codes in ((NEVER_PUBLISHED, 0, ["F306"]), (published("issues/2014002/index"), 1, [])):
        archive, _, problems = arrange((issue,), (), station(), None, NOW, before=before)
        assert (len(archive.issues[0].slugs), [p.code for p in problems]) == (slugs, codes)


_NAMES = st.one_of(
    st.from_regex(
        r"20[0-9]{2}(?:0[0-9]{2}|z0[1-9]|-[0-9]{1,2}|年第[1-9][0-9]?期|年增刊|年第[1-9]期增刊)", fullmatch=True
    ),
    st.from_regex(
        r"第[一二三四五六七八九十]{1,2}期(?:增刊|专刊|\(总第[1-9][0-9]{0,2}期\)|（总第[1-9][0-9]?期）)?", fullmatch=True
    ),
    st.from_regex(r"20[0-9]{2}-(?:[01][0-9]-[0-3][0-9]|zengkan|spring)", fullmatch=True),
    st.from_regex(
        r"(?:通讯|简报|bulletin)(?:20[0-9]{2}[0-9]{3}|-20[0-9]{2}-[0-9]{1,2}|第[1-9][0-9]?期)", fullmatch=True
    ),
)


@given(_NAMES)
def test_names_that_offices_give_their_issues_are_no_copies(name: str) -> None:
    assert originals(name) == ()


@given(st.sets(_NAMES, min_size=2, max_size=6))
def test_issues_of_any_names_keep_to_themselves(names: set[str]) -> None:
    texts = {f"issues/{name}": ISSUE.replace("2014002", f"20140{i:02}") for i, name in enumerate(sorted(names), 10)}
    archive, problems = arranged(texts)
    assert (len(archive.issues), problems) == (len(names), ())


@given(st.dictionaries(st.sampled_from(COPIES), st.booleans(), max_size=5))
def test_copies_never_change_what_readers_have(copies: dict[str, bool]) -> None:
    files = {"issues/2014002": ISSUE, "issues/2014003 (1)": ISSUE.replace("2014002", "2014003"), "pages/about": "一"}
    before = published(*files)
    more = {f"issues/{form.format('2014002')}": ISSUE for form in copies}
    more |= {f"issues/{form.format('2014003 (1)')}": ISSUE.replace("2014002", "2014003") for form in copies}
    more |= {f"pages/{form.format('about')}": "旧" for form in copies}
    assert arranged(more | files, before)[0] == arranged(files, before)[0]


@given(st.sets(st.sampled_from(COPIES), max_size=6))
def test_copies_of_articles_are_left_out(forms: set[str]) -> None:
    names = {form.format("xuexi"): form.format("xuexi") for form in forms}
    assert sort_out({**names, "xuexi": "xuexi", "peixun 2": "peixun 2"}, frozenset()).left_out == names.keys()
