"""`bulletin print`: a file, what the gate keeps back, drafts, and the place of what cannot be printed."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from tests.conftest import STATION, good_issues, write_files
from tests.print.sheets import FANDOL, NOTO, tags, text_on_paper
from tests.test_cli import Run, run  # noqa: F401 - a fixture


@pytest.fixture
def printing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A station with the tests' fonts in a folder of its own, on a computer without any."""
    root = tmp_path / "station"
    write_files(root, {"content/station.yml": STATION + "print:\n  fonts: fonts\n", **good_issues(2)})
    (root / "fonts").mkdir()
    for path in (*FANDOL.glob("*.otf"), *NOTO.glob("NotoSerifCJK-*.ttc")):
        (root / "fonts" / path.name).symlink_to(path)
    monkeypatch.setattr("bulletin.build.printing.system_font_folders", lambda *_: ())
    return root


def test_an_issue_becomes_a_file(run: Run, printing: Path) -> None:  # noqa: F811
    said = run("print", "2015002", "--root", printing)
    assert (said.code, said.err) == (0, "")
    path = printing / "out/print/2015002.pdf"
    assert said.out.splitlines()[-1] == f"Printed: {path}, 1 page."
    assert "正文第 3 篇" in text_on_paper(path.read_bytes())
    again = run("print", "2015002", "--out", printing / "b.pdf", "--root", printing)
    assert again.code == 0
    assert (printing / "b.pdf").read_bytes() == path.read_bytes()


def test_an_unknown_issue_and_a_station_without_fonts(run: Run, printing: Path) -> None:  # noqa: F811
    assert run("print", "2015009", "--root", printing).code == 2
    for path in (printing / "fonts").iterdir():
        path.unlink()
    said = run("print", "2015001", "--root", printing)
    assert (said.code, "[T108]" in said.out) == (1, True)
    assert not (printing / "out").exists()


SECRET = "身份证号码11010519491231002X"


def test_the_gate_holds(run: Run, printing: Path) -> None:  # noqa: F811
    write_files(printing, {"content/issues/2015002.md": good_issues(2)["content/issues/2015002.md"] + SECRET})
    said = run("print", "2015002", "--root", printing)
    assert (said.code, said.out) == (2, "")
    assert "P101" in said.err
    assert not (printing / "out").exists()


def test_a_draft_is_printed_only_when_asked_for_and_marked(run: Run, printing: Path) -> None:  # noqa: F811
    text = good_issues(2)["content/issues/2015002.md"].replace("---\nnumber", "---\ndraft: yes\nnumber", 1)
    write_files(printing, {"content/issues/2015002.md": text})
    refused = run("print", "2015002", "--root", printing)
    assert (refused.code, "--drafts" in refused.err) == (2, True)
    assert run("print", "2015002", "--draft", "--root", printing).code == 0
    pages = PdfReader(printing / "out/print/2015002.pdf").pages
    assert all("草稿" in page.extract_text() for page in pages)


def test_a_character_without_a_font_is_named_with_its_line(run: Run, printing: Path) -> None:  # noqa: F811
    write_files(printing, {"content/issues/2015002.md": good_issues(2)["content/issues/2015002.md"] + "\n龍𪚥\n"})
    said = run("print", "2015002", "--root", printing)
    assert said.code == 0
    assert "content/issues/2015002.md:15: " in said.out
    assert "[T101]" in said.out


def test_pictures_of_the_issue_are_on_the_sheet(run: Run, printing: Path) -> None:  # noqa: F811
    data = io.BytesIO()
    Image.new("RGB", (1400, 700), (30, 90, 160)).save(data, "JPEG")
    text = good_issues(2)["content/issues/2015002.md"] + "\n![操场上的人](a.jpg '运动会')\n"
    write_files(printing, {"content/issues/2015002.md": text, "content/issues/a.jpg": data.getvalue()})
    assert run("print", "2015002", "--root", printing).code == 0
    found = tags((printing / "out/print/2015002.pdf").read_bytes())
    assert [each.alt for each in found if each.tag == "Figure" and each.alt] == ["操场上的人"]


def test_nothing_but_the_sheet_is_written(run: Run, printing: Path) -> None:  # noqa: F811
    before = {path for path in printing.rglob("*") if ".bulletin" not in path.parts}
    run("print", "2015001", "--root", printing)
    after = {path for path in printing.rglob("*") if ".bulletin" not in path.parts}
    out = printing / "out"
    assert after - before == {out, out / "print", out / "print/2015001.pdf"}
