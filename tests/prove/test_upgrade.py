"""An archive of a former program comes out of an upgrade with no sentence and no address lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests import archives
from tests.conftest import ROOT, write_files

from .upgrade import Address, NoSuchProgram, Report, leads_to, main, program_of, report, upgraded

FORMER = "18418de601d87fc8cf30134af6ef19d72b006396"
"""The last program before texts were read as offices write them (its changes are in CHANGELOG)."""


def page(text: str) -> bytes:
    return f"<!DOCTYPE html><html><body><main><h1>题</h1><div class='text'>{text}</div></main></body></html>".encode()


def moved(target: str) -> bytes:
    return f'<!DOCTYPE html><html><head><meta http-equiv="refresh" content="0; url={target}"></head></html>'.encode()


ISSUE = "issues/2015001/index.html"


def compared(before: str, after: str) -> Report:
    """One issue before and after."""
    return report({ISSUE: page(before)}, {ISSUE: page(after)})


# ── what the comparison sees


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        ("<p>甲走访。乙登记。</p>", "<p>甲走访。</p><p>乙登记。</p>", []),
        ("<p>时间：今天地点：三楼</p>", "<p>时间：今天<br>地点：三楼</p>", ["parted anew"]),
        ("<p>请打开，再看。</p>", "<p>请打开&lt;设置&gt;，再看。</p>", ["more words"]),
        ("<p>甲走访。乙登记。</p>", "<p>甲走访。</p>", ["lost"]),
        ("<p>甲走访车站。</p>", "<p>甲走访。</p>", ["lost"]),
        ("<p>甲走访。</p><p>乙登记。</p>", "<p>乙登记。</p><p>甲走访。</p>", ["moved", "more words"]),
        ("<p>[通知](https://example.cn/a)</p>", "<p>通知</p>", []),
        ("<p>见图https://a.example.cn/b.jpg。</p>", "<p>见图。</p>", []),
        ("<p>[x] 已办。</p>", "<p>已办。</p>", []),
    ],
)
def test_sentences_are_compared_by_their_words(before: str, after: str, kinds: list[str]) -> None:
    made = compared(before, after)
    assert sorted(change.kind for change in made.changes) == sorted(kinds)
    assert made.lost == ("lost" in kinds)


def test_an_address_is_kept_or_leads_on_or_is_lost() -> None:
    old = {
        path: page("<p>文。</p>") for path in ("columns/a/index.html", "columns/b/index.html", "columns/c/index.html")
    }
    new = {"index.html": page(""), "columns/a/index.html": old["columns/a/index.html"]}
    new["columns/b/index.html"] = moved("../../index.html#columns")
    assert report(old, new).addresses == [
        Address("columns/a/index.html", "kept"),
        Address("columns/b/index.html", "leads on", "index.html"),
        Address("columns/c/index.html", "lost"),
    ]
    assert report(old, new).lost
    new["columns/c/index.html"] = moved("../../2015/")
    assert report(old, new).addresses[2] == Address("columns/c/index.html", "lost", "2015/index.html")


def test_a_page_that_leads_on_must_lead_to_its_sentences() -> None:
    article, home = "issues/2015001/ti/index.html", page("<p>别的。</p>")
    old = {article: page("<p>甲走访。</p>"), ISSUE: page("<p>甲走访。</p><p>乙登记。</p>")}
    assert not report(old, {**old, article: moved("../index.html#ti")}).lost
    assert report(old, {**old, article: moved("../../../index.html"), "index.html": home}).lost


def test_where_a_page_leads_to() -> None:
    assert leads_to("a/b/index.html", moved("../c/")) == "a/c/index.html"
    assert leads_to("a.html", moved("%E7%AB%99.html#x")) == "站.html"
    assert leads_to("a.html", page("")) == ""


def test_what_is_no_program_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main([str(tmp_path), "--issues", "1"]) == 2
    assert "is no commit of this clone" in capsys.readouterr().err


def test_a_program_that_breaks_is_no_upgrade_without_changes(tmp_path: Path) -> None:
    write_files(tmp_path, {"broken/bulletin/__init__.py": "", "broken/bulletin/__main__.py": "raise ValueError\n"})
    with pytest.raises(RuntimeError, match="ValueError"):
        main([str(ROOT), "--to", str(tmp_path / "broken"), "--archive", str(ROOT / "tests/golden/english")])


# ── the upgrade itself


UNKNOWN_TO_FORMER = ("editions",)
"""Entries of station.yml that the former program refuses."""


def without_entries(path: Path, names: tuple[str, ...]) -> None:
    """Take entries of one line out of a station.yml."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if line.partition(":")[0] not in names), encoding="utf-8")


@pytest.mark.prove
@pytest.mark.parametrize(
    ("source", "forget"),
    [("", False), ("", True), ("tests/golden/station/content", False), ("content", True)],
    ids=["archive", "archive without its manifest", "station", "own content"],
)
def test_nothing_is_lost_by_an_upgrade(source: str, forget: bool, prove: bool, room: Path) -> None:
    root = room / "station"
    if source:
        shutil.copytree(ROOT / source, root / "content")
        without_entries(root / "content/station.yml", UNKNOWN_TO_FORMER)
    else:
        write_files(root, archives.archive(dict.fromkeys(archives.KINDS, 25 if prove else 2), 1))
    try:
        with program_of(FORMER) as former:
            made = report(*upgraded(former, ROOT, root, forget=forget))
    except NoSuchProgram as error:
        pytest.skip(f"*** THE UPGRADE WAS NOT TRIED: {error}")
    assert len(made.addresses) > 30
    assert not made.lost, "\n".join(made.lines())
