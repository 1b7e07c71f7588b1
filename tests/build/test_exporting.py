"""`bulletin export`: an issue or a year in a file, what the gate keeps back, drafts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import STATION, good_issues, write_files
from tests.editions.books import XHTML, read_book
from tests.test_cli import Run, run  # noqa: F401 - a fixture


@pytest.fixture
def station(tmp_path: Path) -> Path:
    write_files(tmp_path, {"content/station.yml": STATION, **good_issues(3)})
    return tmp_path


def test_an_issue_and_a_year_become_files(run: Run, station: Path) -> None:  # noqa: F811
    said = run("export", "epub", "2015002", "--root", station)
    path = station / "out/export/2015002.epub"
    assert (said.code, said.err, said.out.splitlines()[-1]) == (0, "", f"Exported: {path}")
    book = read_book(path.read_bytes())
    assert "讨论第3例" in book.pages()
    assert run("export", "text", "2015002", "--out", station / "a.txt", "--root", station).code == 0
    assert "讨论第3例" in (station / "a.txt").read_text(encoding="utf-8-sig")
    assert run("export", "epub", "2015", "--root", station).code == 0
    year = read_book((station / "out/export/2015.epub").read_bytes())
    assert [each for each in year.spine if each.endswith("issue.xhtml")] == [f"i{n}-issue.xhtml" for n in (1, 2, 3)]
    assert len([each for each in year.trees()["nav.xhtml"].iter(f"{XHTML}a") if "issue" in each.get("href", "")]) == 4


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("epub", "2015009"), "2015009"),
        (("epub", "1999"), "there is no issue of 1999"),
        (("text", "2015"), "bulletin export epub 2015"),
        (("pdf", "2015001"), "'pdf'"),
    ],
)
def test_what_is_not_there_makes_no_file(words: tuple[str, str], sentence: str, run: Run, station: Path) -> None:  # noqa: F811
    said = run("export", *words, "--root", station)
    assert said.code == 2
    assert sentence in said.err
    assert not (station / "out").exists()


def test_the_gate_holds(run: Run, station: Path) -> None:  # noqa: F811
    secret = "身份证号码11010519491231002X"
    text = good_issues(3)["content/issues/2015002.md"] + secret
    write_files(station, {"content/issues/2015002.md": text})
    line = text.count("\n") + 1
    said = run("export", "epub", "2015002", "--root", station)
    assert said.code == 2
    assert said.err.endswith("[P101]. See: bulletin check\n")
    assert "P101" in run("export", "text", "./issues/2015002.md", "--root", station).err
    of_year = run("export", "epub", "2015", "--root", station)
    assert (of_year.code, of_year.out.splitlines()[-1]) == (
        0,
        f"kept back, not in the book: 2015002 (P101 in line {line})",
    )
    year = read_book((station / "out/export/2015.epub").read_bytes())
    assert not [name for name, data in year.files.items() if secret.encode() in data]
    assert len([each for each in year.spine if each.endswith("issue.xhtml")]) == 2


def test_a_year_of_which_all_is_kept_back_says_so(run: Run, station: Path) -> None:  # noqa: F811
    texts = {path: text + "身份证号码11010519491231002X" for path, text in good_issues(3).items()}
    write_files(station, texts)
    said = run("export", "epub", "2015", "--root", station)
    assert said.code == 2
    assert "is kept back for what must not be public" in said.err


def test_a_draft_is_exported_only_when_asked_for_and_says_so(run: Run, station: Path) -> None:  # noqa: F811
    text = good_issues(3)["content/issues/2015002.md"].replace("---\n", "---\ndraft: true\n", 1)
    write_files(station, {"content/issues/2015002.md": text})
    assert run("export", "epub", "2015002", "--root", station).code == 2
    assert run("export", "epub", "2015002", "--drafts", "--root", station).code == 0
    book = read_book((station / "out/export/2015002.epub").read_bytes())
    assert "草稿" in book.text("cover.xhtml")
    assert "草稿" in book.text("issue.xhtml")
    assert run("export", "text", "2015002", "--drafts", "--root", station).code == 0
    assert "草稿" in (station / "out/export/2015002.txt").read_text(encoding="utf-8-sig").splitlines()[0]


def test_an_issue_that_cannot_be_read_is_named_with_the_reason(run: Run, station: Path) -> None:  # noqa: F811
    write_files(station, {"content/issues/2015002.md": "---\nnumber: 2015002\n"})
    said = run("export", "text", "2015002", "--root", station)
    assert said.code == 2
    assert "2015002 cannot be read: content/issues/2015002.md:1 [F201]. See: bulletin check\n" in said.err
    of_year = run("export", "epub", "2015", "--root", station)
    assert of_year.code == 1
    assert "content/issues/2015002.md:1: error" in of_year.out
    assert (station / "out/export/2015.epub").exists()


def test_what_is_wrong_in_an_exported_issue_is_said(run: Run, station: Path) -> None:  # noqa: F811
    text = good_issues(3)["content/issues/2015002.md"] + "\n[那期](/issues/1999001/)\n"
    write_files(station, {"content/issues/2015002.md": text})
    said = run("export", "text", "2015002", "--root", station)
    assert "[L101]" in said.out
    assert "[L101]" not in run("export", "text", "2015001", "--root", station).out
