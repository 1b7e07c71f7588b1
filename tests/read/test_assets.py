"""Which file a reference means, and what is known of it."""

from __future__ import annotations

import sys
import unicodedata
from hashlib import blake2b
from pathlib import Path

import pytest

from bulletin.core.model import Ref
from bulletin.read.assets import Asset, AssetFinder, asset_path, is_file_type, is_picture_type
from bulletin.read.scan import Scan
from bulletin.read.stamps import Stamps
from tests.conftest import write_files

FOLDER = "content/issues/2015001"
FAR = 2**63
"""A time after every file was written."""


def ref(target: str) -> Ref:
    return Ref("picture", target, f"{FOLDER}/index.md", 1)


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("a.jpg", f"{FOLDER}/a.jpg"),
        ("./sub/../a.jpg", f"{FOLDER}/a.jpg"),
        ("../2014001/a.jpg", "content/issues/2014001/a.jpg"),
        ("../../pages/a.jpg", "content/pages/a.jpg"),
        ("a.jpg?v=1#x", f"{FOLDER}/a.jpg"),
        ("照片 一.jpg", f"{FOLDER}/照片 一.jpg"),
        ("%E7%85%A7.jpg", f"{FOLDER}/照.jpg"),
        ("sub\\a.jpg", f"{FOLDER}/sub/a.jpg"),
        (unicodedata.normalize("NFD", "é.jpg"), f"{FOLDER}/é.jpg"),
        ("附件（一）.pdf", f"{FOLDER}/附件（一）.pdf"),
    ],
)
def test_path(target: str, path: str) -> None:
    assert asset_path(ref(target)) == path


@pytest.mark.parametrize(
    "target",
    [
        *("", "#a", "?a", "/a.jpg", "../../../secret.jpg", "../../../content/../a.jpg", "%2e%2e/%2e%2e/%2e%2e/a.jpg",
            "a%00.jpg",),
        *("．．/．．/．．/a.jpg", "..\\..\\..\\a.jpg", "c:a.jpg", "con.jpg", "a／../../../../b.jpg",
            "\\\\host\\a.jpg",),
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_content_folder(target: str) -> None:
    assert asset_path(ref(target)) is None


def test_types() -> None:
    assert [is_file_type(name) for name in ("a.PDF", "a.wps", "a.html", "a.svg", "a.exe", "a")] == [True] * 2 + [
        False
    ] * 4
    assert [is_picture_type(name) for name in ("a.JPG", "a.webp", "a.gif", "a.svg")] == [True] * 2 + [False] * 2


def find(root: Path, *targets: str, known: dict[str, tuple[str, str]] | None = None) -> dict[str, Asset]:
    return AssetFinder(root, Stamps(known or {}, Scan(started=FAR))).find(map(ref, targets), lambda _: True)


def test_found_files_are_hashed_once(tmp_path: Path) -> None:
    write_files(tmp_path, {f"{FOLDER}/a.pdf": "12"})
    stamps = Stamps({}, Scan(started=FAR))
    finder = AssetFinder(tmp_path, stamps)
    found = finder.find([ref("a.pdf"), ref("./a.pdf"), ref("b.pdf")], is_file_type)
    digest = blake2b(b"12", digest_size=16).hexdigest()
    assert found == {f"{FOLDER}/a.pdf": Asset(f"{FOLDER}/a.pdf", digest, 2)}
    assert finder.read(found[f"{FOLDER}/a.pdf"]) == b"12"
    again = Stamps(stamps.hashed, Scan(started=FAR))
    assert AssetFinder(tmp_path, again).find([ref("a.pdf")], is_file_type) == found
    assert again.hashed == {}


def test_a_changed_file_is_hashed_again(tmp_path: Path) -> None:
    write_files(tmp_path, {f"{FOLDER}/a.pdf": "12"})
    assert find(tmp_path, "a.pdf", known={f"{FOLDER}/a.pdf": ("old", "x")})[f"{FOLDER}/a.pdf"].digest != "x"


def test_capital_letters_count_everywhere(tmp_path: Path) -> None:
    write_files(tmp_path, {f"{FOLDER}/Photo.JPG": "1"})
    assert find(tmp_path, "photo.jpg", "Photo.JPG").keys() == {f"{FOLDER}/Photo.JPG"}


def test_a_name_in_another_unicode_form_is_found(tmp_path: Path) -> None:
    write_files(tmp_path, {f"{FOLDER}/{unicodedata.normalize('NFD', 'é.pdf')}": "1"})
    assert find(tmp_path, unicodedata.normalize("NFC", "é.pdf")).keys() == {f"{FOLDER}/é.pdf"}


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_out_of_the_content_folder_are_not_found(tmp_path: Path) -> None:
    write_files(tmp_path, {"secret.pdf": "1", f"{FOLDER}/index.md": "", "out/b.pdf": "2"})
    (tmp_path / FOLDER / "a.pdf").symlink_to(tmp_path / "secret.pdf")
    (tmp_path / FOLDER / "sub").symlink_to(tmp_path / "out", target_is_directory=True)
    (tmp_path / "content" / "b").mkdir()
    (tmp_path / "content" / "b" / "c").symlink_to(tmp_path / "out", target_is_directory=True)
    (tmp_path / FOLDER / "inner").symlink_to(tmp_path / "content" / "b", target_is_directory=True)
    write_files(tmp_path, {"content/b/d.pdf": "3"})
    places = ["a.pdf", "sub/b.pdf", "sub/./b.pdf", "inner/c/b.pdf", "../../b/c/b.pdf"]
    assert find(tmp_path, *places, "inner/d.pdf").keys() == {f"{FOLDER}/inner/d.pdf"}


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    write_files(tmp_path, {f"{FOLDER}/a.pdf/b.txt": "1"})
    assert find(tmp_path, "a.pdf") == {}
