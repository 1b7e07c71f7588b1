"""Which files make which source; names that some computer cannot hold; links that lead out."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import msgspec
import pytest

from bulletin.core.problems import problem
from bulletin.read.portable import is_portable
from bulletin.read.scan import scan_folders
from bulletin.read.sources import FoundSource, find_sources, fold, load_source, other_files, printable
from tests.conftest import write_files


def test_files_and_folders_make_sources(tmp_path: Path) -> None:
    names = (
        "issues/2015002.md",
        "issues/2015001/index.md",
        "issues/2015001/b.md",
        "issues/2015001/A.MD",
        "issues/2015001/photo.jpg",
        "issues/2015001/sub/c.md",
        "issues/notes.txt",
        "issues/empty/readme.txt",
        "issues/texts/a.md",
        "issues/.hidden.md",
        "issues/_aside.md",
        "issues/~$2015002.md",
        "pages/about.md",
        "pages/help/Index.md",
        "pages/help/other.md",
        "station.yml",
        "loose.md",
    )
    write_files(tmp_path, {f"content/{name}": "一" for name in names})
    found, problems = find_sources(tmp_path)
    assert problems == ()
    folder = "content/issues/2015001"
    assert found == (
        FoundSource("issue", "2015001", (f"{folder}/index.md", f"{folder}/A.MD", f"{folder}/b.md")),
        FoundSource("issue", "2015002", ("content/issues/2015002.md",)),
        FoundSource("issue", "notes", ("content/issues/notes.txt",)),
        FoundSource("page", "about", ("content/pages/about.md",)),
        FoundSource("page", "help", ("content/pages/help/Index.md",)),
    )


def test_markdown_is_read_under_both_of_its_names(tmp_path: Path) -> None:
    names = (
        "issues/1.markdown",
        "issues/2.md",
        "issues/2.Markdown",
        "issues/3/index.markdown",
        "issues/3/a.markdown",
        "issues/3/a.md",
        "issues/4/index.md",
        "issues/4/index.markdown",
        "pages/about.markdown",
        "pages/help.markdown",
        "pages/help.md",
    )
    write_files(tmp_path, {f"content/{name}": "一" for name in names})
    found, problems = find_sources(tmp_path)
    assert [(each.name, *(path.rpartition("/")[2] for path in each.paths)) for each in found] == [
        ("1", "1.markdown"),
        ("2", "2.Markdown"),
        ("2", "2.md"),
        ("3", "index.markdown", "a.md"),
        ("4", "index.md"),
        ("about", "about.markdown"),
        ("help", "help.md"),
    ]
    twins = (("issues/3/a.markdown", "issues/3/a.md"), ("issues/4/index.markdown", "issues/4/index.md"))
    expected = [problem("A106", f"content/{twin}", 1, other=f"content/{kept}") for twin, kept in twins]
    assert problems == (*expected, problem("A106", "content/pages/help.markdown", 1, other="content/pages/help.md"))


def test_what_lies_beside_the_issues_is_named(tmp_path: Path) -> None:
    names = ("a.docx", "b.WPS", "c.pdf", "d.html", "e.jpg", "f.odt", "g.abc", "2.txt", "2.md", "3/x.docx", "3/index.md")
    litter = ("Thumbs.db", "~$a.docx", ".x", "2.md.bak")
    write_files(tmp_path, {f"content/issues/{name}": "一" for name in (*names, *litter)})
    found, problems = find_sources(tmp_path)
    assert [each.paths[0] for each in found] == ["content/issues/2.md", "content/issues/3/index.md"]
    assert [each for each in problems if each.code == "F314"] == [
        problem("F314", "content/issues/a.docx", file="content/issues/a.docx")
    ]
    said = {each.path.rpartition("/")[2]: dict(each.values)["what"] for each in problems if each.code == "F310"}
    assert said == {
        "b.WPS": "a WPS document",
        "c.pdf": "a PDF document",
        "d.html": "a web page",
        "e.jpg": "a picture",
        "f.odt": "an OpenDocument file",
        "g.abc": "a file of another kind",
    }


def test_what_was_looked_at_is_not_looked_at_again(tmp_path: Path) -> None:
    write_files(
        tmp_path, {"content/issues/2015001.md": "一", "content/issues/2015002/index.md": "一", "content/a.jpg": ""}
    )
    scan = scan_folders([str(tmp_path / "content")])
    before = find_sources(tmp_path, scan), list(other_files(tmp_path, scan))
    write_files(tmp_path, {"content/issues/2015003.md": "一", "content/issues/2015002/b.md": "一", "content/b.jpg": ""})
    assert (find_sources(tmp_path, scan), list(other_files(tmp_path, scan))) == before
    assert len(find_sources(tmp_path)[0]) == 3
    assert scan.entries(str(tmp_path / "nowhere")) == ()


def test_an_empty_project_has_no_sources(tmp_path: Path) -> None:
    assert find_sources(tmp_path) == ((), ())


@pytest.mark.parametrize("name", ["2015001", "关于 我们", "a.b", "长" * 80, "-", "index"])
def test_portable(name: str) -> None:
    assert is_portable(name)


@pytest.mark.parametrize(
    "name",
    [
        *(".", "..", "．．", "a/b", "a\\b", "a／b", "a:b", "a：b", "a?", "a*b", 'a"b', "a<b", "a|b", "a.", "a ",
            "a\x00", "a\n",),
        *("con", "CON.md", "aux.tar.gz", "nul", "COM1", "lpt9.txt", "ｃｏｎ", "长" * 81, "\udcff",),
    ],
)  # fmt: skip
def test_not_portable(name: str) -> None:
    assert not is_portable(name)


@pytest.mark.skipif(sys.platform == "win32", reason="such names cannot be made there")
@pytest.mark.parametrize("name", ["con.md", "a:b.md", "a？.md", "长" * 79 + ".md", b"\xff.md"])
def test_a_name_that_some_computer_cannot_hold_is_reported(tmp_path: Path, name: str | bytes) -> None:
    (tmp_path / "content" / "issues").mkdir(parents=True)
    shown = os.fsdecode(name).encode("utf-8", "backslashreplace").decode()
    text = os.fsdecode(name)
    (tmp_path / "content" / "issues" / text).write_bytes(b"")
    assert find_sources(tmp_path) == ((), (problem("F105", f"content/issues/{shown}", name=shown),))
    assert printable(text) == shown


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_that_lead_out_are_not_followed(tmp_path: Path) -> None:
    write_files(tmp_path, {"secret.md": "一", "content/pages/about.md": "二", "out/index.md": "三"})
    issues = tmp_path / "content" / "issues"
    issues.mkdir()
    (issues / "1.md").symlink_to(tmp_path / "secret.md")
    (issues / "2.md").symlink_to(tmp_path / "content" / "pages" / "about.md")
    (issues / "3").symlink_to(tmp_path / "out", target_is_directory=True)
    (issues / "4.md").symlink_to(tmp_path / "missing.md")
    found, problems = find_sources(tmp_path)
    assert [each.name for each in found if each.kind == "issue"] == ["2"]
    reason = "it lies outside the content folder"
    assert problems == tuple(problem("F106", f"content/issues/{name}", reason=reason) for name in ("1.md", "3", "4.md"))


def test_a_file_that_is_gone_is_a_problem(tmp_path: Path) -> None:
    found = load_source(tmp_path, FoundSource("issue", "1", ("content/issues/1.md",)))
    assert found == problem("F108", "content/issues/1.md", reason="No such file or directory")


def test_other_files_are_all_that_is_no_text(tmp_path: Path) -> None:
    write_files(tmp_path, {"content/issues/1/a.jpg": "12", "content/issues/1/index.md": "", "content/station.yml": "1"})
    scan = scan_folders([str(tmp_path / "content")])
    assert [(path, stamp.size) for path, stamp in other_files(tmp_path, scan)] == [
        (os.path.join("content", "issues", "1", "a.jpg"), 2),  # noqa: PTH118 - as the system writes it
        (os.path.join("content", "station.yml"), 1),  # noqa: PTH118
    ]


def test_names_that_are_one_on_some_computer_fold_together() -> None:
    assert fold("Ａbout") == fold("ABOUT") == "about"


class _Silent:
    """An entry of a disk that does not say what its entries are, and does not answer when it is asked."""

    def __init__(self, entry: os.DirEntry[str]) -> None:
        self.name, self.path = entry.name, entry.path

    def __fspath__(self) -> str:
        return self.path

    def is_dir(self, **_: bool) -> bool:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    is_file = is_symlink = is_dir


def test_an_entry_that_may_be_an_issues_folder_is_a_problem_and_not_nothing(tmp_path: Path) -> None:
    """So its pages stay."""
    write_files(tmp_path, {"content/issues/2014001/index.md": "", "content/issues/2014002.md": ""})
    folder = str(tmp_path / "content/issues")
    scan = scan_folders([str(tmp_path / "content")])
    entries = tuple(_Silent(entry) for entry in scan.entries(folder))
    silent = msgspec.structs.replace(scan, folders={**scan.folders, folder: entries})
    found, problems = find_sources(tmp_path, silent)
    assert found == ()
    assert {(each.code, each.path) for each in problems} == {
        ("F109", "content/issues/2014001"),
        ("F109", "content/issues/2014002.md"),
    }
