"""What readers have stays: no copy, no draft, no clock and no unknown entry takes its place, in a whole build."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from bulletin.build.examine import examine
from bulletin.build.report import Options, Report
from bulletin.commands import cli
from tests.conftest import NOW, SESSION, STATION, tree, write_files
from tests.prove.stations import build_here

ISSUES = "content/issues"
TEXT = "---\nnumber: {number}\ndate: 2015-04-10\n{more}---\n\n## 站务新闻\n\n### 花圃\n\n{text}\n"
ABOUT = "---\ntitle: 关于花圃\n---\n\n园子里有{}种花。\n"
ARTICLE = "---\nsection: 学术争鸣\ntitle: 浇水\n{more}---\n\n早晨浇{text}桶水。\n"
COPIES = (
    "2014002 (1).md", "2014002(最终版).md", "2014002-DESKTOP-AB12CD.md", "2014002 2.md", "2014002.bak.md",
    "2014002 - 副本/index.md", "2014002 - 副本.md", "备份的2014002.md", "Copy of 2014002.md",
    "2014002.sync-conflict-20150412-101010-ABCDEF1.md",
)  # fmt: skip
CLOCK_BACK = datetime(2014, 1, 1)


def text(number: str = "2014002", words: str = "新栽了花。", more: str = "") -> str:
    return TEXT.format(number=number, text=words, more=more)


def codes(report: Report) -> list[tuple[str, str]]:
    """Problems of copies, numbers and dates."""
    return [
        (p.code, p.path.removeprefix("content/"))
        for p in report.problems
        if p.code.startswith("A10") or p.code in TAKEN
    ]


TAKEN = ("A110", "A111")


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A station of two issues, one of them a folder, and a page; built."""
    root = tmp_path / "station"
    write_files(
        root,
        {
            "content/station.yml": STATION,
            "content/pages/about.md": ABOUT.format("三"),
            f"{ISSUES}/2014002.md": text(),
            f"{ISSUES}/2014003/index.md": text("2014003", "剪了枝。"),
            f"{ISSUES}/2014003/xuexi.md": ARTICLE.format(more="", text="两"),
        },
    )
    assert codes(build_here(root, NOW)) == []
    return root


def forget(root: Path, remembers: str) -> None:
    """Lose what the last build wrote down."""
    if remembers == "nothing":
        shutil.rmtree(root / ".bulletin")


WITH_AND_WITHOUT = pytest.mark.parametrize("remembers", ["all", "nothing"])


@WITH_AND_WITHOUT
@pytest.mark.parametrize("name", COPIES)
def test_a_copy_of_an_issue_changes_nothing_and_is_named(published: Path, name: str, remembers: str) -> None:
    site = tree(published / "site")
    forget(published, remembers)
    for number in ("number: 2014002\n", ""):  # what a copy says of itself, and what its name says
        write_files(published, {f"{ISSUES}/{name}": text(words="旧稿。").replace("number: 2014002\n", number)})
        assert codes(build_here(published, NOW)) == [("A106", f"issues/{name}")]
        assert tree(published / "site") == site


@WITH_AND_WITHOUT
def test_a_copy_of_a_page_or_an_article_changes_nothing_and_is_named(published: Path, remembers: str) -> None:
    site = tree(published / "site")
    forget(published, remembers)
    copies = ("issues/2014003/xuexi (1).md", "pages/about (1).md", "pages/about - 副本/index.md")
    write_files(
        published,
        {
            f"content/{copies[0]}": ARTICLE.format(more="", text="三"),
            f"content/{copies[1]}": ABOUT.format("九"),
            f"content/{copies[2]}": ABOUT.format("九"),
        },
    )
    assert sorted(codes(build_here(published, NOW))) == sorted(("A106", path) for path in copies)
    assert tree(published / "site") == site


def test_what_was_published_from_a_file_named_like_a_copy_stays(published: Path) -> None:
    (published / ISSUES / "2014002.md").rename(published / ISSUES / "2014002 (1).md")
    assert codes(build_here(published, NOW)) == []
    site = tree(published / "site")
    write_files(published, {f"{ISSUES}/2014002.md": text(words="又一份。")})
    assert codes(build_here(published, NOW)) == [("A101", "issues/2014002.md")]
    assert tree(published / "site") == site


@WITH_AND_WITHOUT
def test_of_copies_alone_none_is_taken_and_the_published_pages_stay(published: Path, remembers: str) -> None:
    site = tree(published / "site")
    copies = ("issues/2014002 (1).md", "issues/2014002(最终版).md")
    (published / ISSUES / "2014002.md").unlink()
    write_files(published, {f"content/{path}": text(words=path) for path in copies})
    forget(published, remembers)
    for _ in range(2):
        assert codes(build_here(published, NOW)) == [("A107", path) for path in copies]
        kept = tree(published / "site/issues/2014002")
        assert kept == {path[15:]: data for path, data in site.items() if path.startswith("issues/2014002/")}
    (published / "content" / copies[1]).unlink()
    assert codes(build_here(published, NOW)) == []
    assert "(1)" in (published / "site/issues/2014002/index.html").read_text()


@WITH_AND_WITHOUT
@pytest.mark.parametrize("more", ["draft: true\n", "date: 2062-04-10\n"])
def test_no_draft_and_no_scheduled_issue_takes_the_place_of_a_published_one(
    published: Path, more: str, remembers: str
) -> None:
    site = tree(published / "site")
    forget(published, remembers)
    hidden = text(words="还没写完。").replace(
        "date: 2015-04-10\n", more + ("" if "date" in more else "date: 2015-04-10\n")
    )
    write_files(published, {f"{ISSUES}/0000.md": hidden})
    build_here(published, NOW)
    assert tree(published / "site") == site


@WITH_AND_WITHOUT
def test_a_clock_set_back_takes_nothing_off_without_a_word_and_yes(published: Path, remembers: str) -> None:
    site = {path for path in tree(published / "site") if path.startswith("issues/2014")}
    forget(published, remembers)
    said = {
        "all": [("A109", "station.yml")],
        "nothing": [("A110", f"issues/{n}") for n in ("2014002.md", "2014003/index.md")],
    }
    for _ in range(2):  # the build with the wrong clock does not become what is remembered
        report = build_here(published, CLOCK_BACK)
        assert codes(report) == said[remembers]
        assert site <= tree(published / "site").keys()
    build_here(published, CLOCK_BACK, let_go=True)
    assert not site & tree(published / "site").keys()
    assert (codes(build_here(published, CLOCK_BACK)), codes(build_here(published, NOW))) == ([], [])
    assert site <= tree(published / "site").keys()


def test_the_command_with_a_clock_set_back_fails_until_yes(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(published)
    session = SESSION._replace(now=lambda: CLOCK_BACK)

    def run(*arguments: str) -> int:
        return CliRunner().invoke(cli.bulletin(session), ("build", "--no-check", *arguments), obj=session).exit_code

    assert (run(), (published / "site/issues/2014002").exists()) == (1, True)
    assert (run("--yes"), (published / "site/issues/2014002").exists()) == (0, False)


def test_a_published_issue_whose_date_is_moved_ahead_stays(published: Path) -> None:
    write_files(published, {f"{ISSUES}/2014002.md": text().replace("2015-04-10", "2051-04-10")})
    report = build_here(published, NOW)
    assert codes(report) == [("A110", "issues/2014002.md")]
    assert (published / "site/issues/2014002/index.html").exists()


@pytest.mark.parametrize("entry", ["drfat: true", "dreft: yes", "drafts: 1", "status: 草稿", "publish: false"])
def test_no_unknown_entry_unpublishes_anything(published: Path, entry: str) -> None:
    more = entry + "\n"
    for path, words in (
        (f"{ISSUES}/2014002.md", text(more=more)),
        (f"{ISSUES}/2014003/xuexi.md", ARTICLE.format(more=more, text="两")),
        ("content/pages/about.md", ABOUT.format("三").replace("title", f"{entry}\ntitle")),
    ):
        site = tree(published / "site")
        write_files(published, {path: words})
        report = build_here(published, NOW)
        assert "F205" in {p.code for p in report.problems if p.path == path}
        assert tree(published / "site") == site


@pytest.mark.parametrize("entry", ["date: 2015-04-08", "date: 2062-01-01", "updated: 2015-04-08", "titel: 甲"])
def test_no_entry_of_an_article_takes_its_issue_off(published: Path, entry: str) -> None:
    site = tree(published / "site")
    write_files(published, {f"{ISSUES}/2014003/xuexi.md": ARTICLE.format(more=entry + "\n", text="两")})
    report = build_here(published, NOW)
    assert [p.code for p in report.problems if p.path.endswith("xuexi.md")] == ["F205"]
    assert tree(published / "site") == site


def test_what_its_author_makes_a_draft_goes_and_is_named_until_it_is_gone(published: Path) -> None:
    write_files(
        published,
        {
            f"{ISSUES}/2014002.md": text(more="draft: true\n"),
            "content/pages/about.md": ABOUT.format("三").replace("title", "draft: true\ntitle"),
        },
    )
    report = build_here(published, NOW)
    assert codes(report) == [("A111", "issues/2014002.md"), ("A111", "pages/about.md")]
    assert not (published / "site/issues/2014002").exists()
    write_files(published, {f"{ISSUES}/2014003/index.md": text("2014003", "又剪了枝。")})
    assert codes(build_here(published, NOW)) == []


def test_a_scheduled_issue_is_marked_in_drafts_and_is_in_no_feed_and_sitemap(published: Path) -> None:
    write_files(published, {f"{ISSUES}/2016009.md": text("2016009").replace("2015-04-10", "2016-02-01")})
    drafts = published.parent / "drafts"
    build_here(published, NOW, drafts=True, out=str(drafts))
    page = (drafts / "issues/2016009/index.html").read_text()
    shown = (drafts / "issues/2014002/index.html").read_text()
    for mark in ('content="noindex', 'class="draft'):
        assert (mark in page, mark in shown) == (True, False), mark
    for path, data in tree(drafts).items():
        if path.endswith(".xml"):
            assert b"2016009" not in data, path


@pytest.mark.parametrize("address", ["2014009.md", "/issues/2014009/", "/issues/2014009/index.html", "2014009"])
@pytest.mark.parametrize("hidden", ["draft: true\ndate: 2015-04-10\n", "date: 2016-04-10\n"])
def test_a_link_to_what_is_not_public_is_the_same_in_check_and_build(
    published: Path, address: str, hidden: str
) -> None:
    link = f"[花]({address})"
    write_files(
        published,
        {
            f"{ISSUES}/2014009.md": text("2014009").replace("date: 2015-04-10\n", hidden),
            f"{ISSUES}/2014002.md": text(words=link),
        },
    )
    built = [(p.code, p.path) for p in build_here(published, NOW).problems if p.code[0] == "L"]
    checked = [(p.code, p.path) for p in examine(published, NOW, Options()).problems if p.code[0] == "L"]
    assert built == checked == [("L109", f"{ISSUES}/2014002.md")]


@WITH_AND_WITHOUT
@pytest.mark.parametrize("other", ["2014002 (1).md", "old.md"])
def test_nothing_takes_the_place_of_what_the_gate_keeps_back(published: Path, other: str, remembers: str) -> None:
    site = tree(published / "site/issues/2014002")
    forget(published, remembers)
    write_files(
        published,
        {
            f"{ISSUES}/2014002.md": text(words="打电话给13907340000。"),
            f"{ISSUES}/{other}": text(words="旧稿。"),
            f"{ISSUES}/2014004.md": text("2014004", words="打电话给13907340000。"),
            f"{ISSUES}/2014004 (1).md": text("2014004", words="旧稿。"),
        },
    )
    for _ in range(2):
        report = build_here(published, NOW)
        assert {(held.name, held.fate) for held in report.held} == {("2014002", "kept"), ("2014004", "absent")}
        assert set(codes(report)) == {
            ("A106", "issues/2014004 (1).md"),
            ("A101" if other == "old.md" else "A106", f"issues/{other}"),
        }
        assert tree(published / "site/issues/2014002") == site
        assert not (published / "site/issues/2014004").exists()
