"""Which fonts are taken, in which order, and what is said of it."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from bulletin.core.errors import ExtraMissing
from bulletin.editions.print.faces import characters_of, find_fonts, system_font_folders
from bulletin.editions.print.typesetting import Typesetter
from tests.editions.leaves import leaf_of
from tests.print.sheets import FANDOL, NOTO, fonts_without_official_ones, printed


def renamed(source: Path, target: Path, family: bytes, other: bytes) -> None:
    """A copy of a font under another family name of the same length."""
    data = source.read_bytes()
    for encoding in ("latin-1", "utf-16-be"):
        data = data.replace(family.decode().encode(encoding), other.decode().encode(encoding))
    target.write_bytes(data)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder with a font that calls itself STFangsong, though it is Fandol's."""
    folder = tmp_path / "fonts"
    (folder / "deep").mkdir(parents=True)
    renamed(FANDOL / "FandolFang-Regular.otf", folder / "deep/a.otf", b"FandolFang", b"STFangsong")
    return folder


def test_fandol_and_then_noto_stand_in() -> None:
    chains = {chain.role: chain for chain in fonts_without_official_ones().chains}
    assert [face.name for face in chains["body"].faces[:3]] == ["FandolFang", "FandolSong", "Noto Serif CJK SC"]
    assert [face.name for face in chains["title"].faces[:2]] == ["FandolSong Bold", "Noto Serif CJK SC Bold"]
    assert [chains[role].faces[0].name for role in ("heading", "kai", "song")] == [
        "FandolHei",
        "FandolKai",
        "FandolSong",
    ]
    assert not any(chain.is_standard for chain in chains.values())
    assert fonts_without_official_ones().usable


def test_the_font_of_official_writing_comes_first(own: Path) -> None:
    body = find_fonts([own], [FANDOL]).chains[0]
    assert (body.faces[0].name, body.faces[1].name, body.is_standard) == ("STFangsong", "FandolFang", True)


def test_fonts_of_the_station_come_before_those_of_the_system(tmp_path: Path, own: Path) -> None:
    system = tmp_path / "system"
    system.mkdir()
    renamed(FANDOL / "FandolKai-Regular.otf", system / "b.otf", b"FandolKai", b"FangSong_")  # first in the list
    assert [face.name for face in find_fonts([own], [system]).chains[0].faces] == ["STFangsong", "FangSong_"]
    assert find_fonts([FANDOL], [system]).chains[0].faces[0].name == "FangSong_"  # what only stands in comes later


def test_a_folder_may_be_named_from_the_current_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FANDOL.parent)
    with Typesetter(find_fonts([Path(FANDOL.name)], [NOTO])) as typesetter:
        made = printed(typesetter, leaf_of("## 一\n\n### 二\n\n三\n"))
    pages: Any = PdfReader(io.BytesIO(made.pdf)).pages
    resources = [page["/Resources"]["/Font"] for page in pages]
    names = {str(font.get_object()["/BaseFont"]).partition("+")[2] for fonts in resources for font in fonts.values()}
    assert {name.partition("-")[0] for name in names} == {"FandolFang", "FandolHei", "FandolSong"}


def test_noto_alone_is_enough_and_no_font_is_not() -> None:
    assert find_fonts([], [NOTO]).usable
    assert not find_fonts([], [Path("/nowhere")]).usable


def test_every_role_has_the_same_characters() -> None:
    known = [frozenset().union(*characters_of(chain.faces)) for chain in fonts_without_official_ones().chains]
    assert all(each == known[0] for each in known)
    assert all(ord(character) in known[0] for character in "中喆垚堃昇〓—“")


def test_a_damaged_font_is_as_none(tmp_path: Path) -> None:
    (tmp_path / "x.ttf").write_bytes(os.urandom(5000))
    (tmp_path / "y.otf").write_bytes((FANDOL / "FandolKai-Regular.otf").read_bytes()[:2000])
    (tmp_path / "z.ttc").symlink_to("away.ttc")
    assert not find_fonts([tmp_path], []).usable


def test_a_station_without_fonts_gets_a_sentence(tmp_path: Path) -> None:
    with Typesetter(find_fonts([tmp_path], [])) as typesetter:
        made = printed(typesetter, leaf_of("## 一\n\n### 二\n\n三\n"))
    assert (made.pdf, [each.code for each in made.problems]) == (b"", ["T108"])


def test_one_notice_names_what_stands_in_for_what(typesetter: Typesetter) -> None:
    found = [each for each in printed(typesetter, leaf_of("## 一\n\n### 二\n\n三\n")).problems if each.code == "T105"]
    assert [dict(each.values)["fonts"].split("，")[0] for each in found] == ["仿宋 → FandolFang"]


def test_where_systems_keep_fonts() -> None:
    windows = system_font_folders("win32", Path("/u"))
    assert windows == (Path("/Windows/Fonts"), Path("/u/AppData/Local/Microsoft/Windows/Fonts"))
    assert Path("/System/Library/Fonts") in system_font_folders("darwin", Path("/u"))
    assert Path("/u/.local/share/fonts") in system_font_folders("linux", Path("/u"))


def test_without_the_extra_the_command_that_installs_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "uharfbuzz", None)
    with pytest.raises(ExtraMissing, match=r"bulletin\[print\]"):
        find_fonts([], [FANDOL])
