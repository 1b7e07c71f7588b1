"""A build removes what it wrote itself, and nothing else: whatever became of its work folder and of the project."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulletin.build.changes import last_report, scan_project
from bulletin.build.pipeline import build, remove_foreign
from bulletin.build.project import open_project
from bulletin.build.report import Options
from bulletin.core.errors import OutputError, UsageError
from bulletin.read import scan
from bulletin.write.output import MARKER, manifest_path, read_manifest, write_manifest
from bulletin.write.owned import OWNED_FILES
from tests.conftest import NOW, STATION, good_issues, tree, write_files
from tests.prove.stations import OwnPool, build_here, copy_project

FOREIGN = {"CNAME": "jzz.example.cn", "MP_verify_x.txt": "x", "old/page.html": "旧", "issues/mine.html": "我的"}
PAGE = "issues/2015003/index.html"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("own") / "kept"
    write_files(root, {"content/station.yml": STATION, **good_issues(3)})
    build_here(root, NOW)
    return root


@pytest.fixture
def root(kept: Path, tmp_path: Path) -> Path:
    """A built project."""
    copy_project(kept, tmp_path / "station")
    return tmp_path / "station"


def _foreign(root: Path) -> dict[str, bytes]:
    return {path: data for path, data in tree(root / "site").items() if path in FOREIGN}


EXPECTED = {path: text.encode() for path, text in FOREIGN.items()}


@pytest.mark.parametrize("lost", ["nothing", "work folder", "list", "both"])
def test_foreign_files_stay_and_pages_without_a_source_go(root: Path, lost: str) -> None:
    write_files(root / "site", FOREIGN)
    (root / "content/issues/2015003.md").unlink()
    if lost in ("work folder", "both"):
        shutil.rmtree(root / ".bulletin")
    if lost in ("list", "both"):
        (root / "site" / OWNED_FILES).unlink()
    report = build_here(root, NOW)
    assert _foreign(root) == EXPECTED
    assert (root / "site" / PAGE).exists() == (lost == "both"), "of a page that nothing tells from others"
    assert (report.removed > 0) == (lost != "both")


def test_a_page_changed_by_hand_stays_without_its_source_and_is_named(root: Path) -> None:
    write_files(root / "site", {PAGE: "改过"})
    (root / "content/issues/2015003.md").unlink()
    assert build_here(root, NOW).changed == (PAGE,)
    assert (root / "site" / PAGE).read_text() == "改过"
    assert build_here(root, NOW).changed == ()


@pytest.mark.parametrize("forgetful", [False, True])
def test_a_page_changed_by_hand_is_overwritten_and_named(root: Path, forgetful: bool) -> None:
    page = (root / "site" / PAGE).read_bytes()
    write_files(root / "site", {PAGE: "改过"})
    if forgetful:
        shutil.rmtree(root / ".bulletin")
    assert build_here(root, NOW).overwritten == (PAGE,)
    assert (root / "site" / PAGE).read_bytes() == page
    assert build_here(root, NOW).overwritten == ()


# ── another place


@pytest.mark.parametrize("how", ["moved", "copied"])
def test_a_project_elsewhere_builds_nothing_anew(root: Path, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "STAMP_RESOLUTION", -(10**12))
    there = root.with_name("elsewhere")
    copy_project(root, there)
    if how == "moved":
        shutil.rmtree(root)
    write_files(there / "site", FOREIGN)
    assert build_here(there, NOW).written == 0
    assert last_report(there, NOW, Options(), scan_project(there)) is not None
    (there / "content/issues/2015003.md").unlink()
    assert 0 < build_here(there, NOW).written < build_here(there, NOW).pages
    assert _foreign(there) == EXPECTED
    assert not (there / "site" / PAGE).exists()
    if how == "copied":
        assert (root / "site" / PAGE).exists()


def test_an_old_station_is_taken_over(root: Path) -> None:
    """Its marker is empty, its manifest is named by the folder's place, and there is no list."""
    manifest = read_manifest(manifest_path(root, root / "site"))
    for path in (root / ".bulletin").glob("manifest-*"):
        path.unlink()
    (root / "site" / MARKER).write_bytes(b"")
    (root / "site" / OWNED_FILES).unlink()
    write_manifest(manifest_path(root, root / "site"), msgspec.structs.replace(manifest, owned=None))
    write_files(root / "site", FOREIGN)
    (root / "content/issues/2015003.md").unlink()
    report = build_here(root, NOW)
    assert 0 < report.written < report.pages
    assert _foreign(root) == EXPECTED
    assert not (root / "site" / PAGE).exists()
    listed = msgspec.json.decode((root / "site" / OWNED_FILES).read_bytes(), type=dict[str, list[str]])
    assert listed.keys() == tree(root / "site").keys() - FOREIGN.keys()
    assert all(len(versions) == 1 and "-" in versions[0] for versions in listed.values())


# ── unknown files, and folders of other people


def test_a_clean_build_lists_unknown_files_which_can_then_be_removed(root: Path) -> None:
    write_files(root / "site", {**FOREIGN, ".htaccess": "x"})
    report = build_here(root, NOW, clean=True)
    assert report.foreign == tuple(sorted(FOREIGN))
    assert _foreign(root) == EXPECTED
    whole = tree(root / "site")
    remove_foreign(root, Options(), report.foreign)
    assert tree(root / "site") == {path: data for path, data in whole.items() if path not in FOREIGN}
    assert not (root / "site/old").exists()
    assert (root / "site/.htaccess").exists()


def _adopt(root: Path, out: Path, answer: bool) -> list[tuple[str, ...]]:
    asked: list[tuple[str, ...]] = []

    def agree(paths: tuple[str, ...]) -> bool:
        asked.append(paths)
        return answer

    pool = OwnPool(open_project(root).worker_config)
    build(root, NOW, Options(out=str(out), adopt=True), pool=pool, agree=agree)
    return asked


def test_a_foreign_folder_is_taken_over_once_somebody_has_agreed(root: Path, tmp_path: Path) -> None:
    old = {"index.html": "旧", "keep.html": "旧", "issues": "旧"}
    write_files(tmp_path / "web", old)
    with pytest.raises(UsageError, match="--adopt"):
        build_here(root, NOW, out=str(tmp_path / "web"))
    with pytest.raises(UsageError, match="not taken over"):
        _adopt(root, tmp_path / "web", answer=False)
    assert {path.name: path.read_text() for path in (tmp_path / "web").iterdir()} == old, "no dot file either"
    assert _adopt(root, tmp_path / "web", answer=True) == [("issues", "index.html")]
    assert (tmp_path / "web/keep.html").read_text() == "旧"
    assert _adopt(root, tmp_path / "web", answer=False) == [], "it is ours now"


def test_a_site_that_is_a_link_to_other_peoples_folder_is_refused(root: Path, tmp_path: Path) -> None:
    write_files(tmp_path / "web", {"index.html": "旧"})
    shutil.rmtree(root / "site")
    (root / "site").symlink_to(tmp_path / "web")
    with pytest.raises(UsageError, match="not built here"):
        build_here(root, NOW)
    assert tree(tmp_path / "web") == {"index.html": "旧".encode()}


def test_a_site_that_is_a_link_to_a_folder_of_ours_is_built(root: Path, tmp_path: Path) -> None:
    (root / "site").rename(tmp_path / "web")
    (root / "site").symlink_to(tmp_path / "web")
    (root / "content/issues/2015003.md").unlink()
    build_here(root, NOW)
    assert not (tmp_path / "web" / PAGE).exists()


def test_a_link_to_a_folder_inside_the_site_is_refused_before_anything_changes(root: Path, tmp_path: Path) -> None:
    (root / "site/issues").rename(tmp_path / "disk")
    (root / "site/issues").symlink_to(tmp_path / "disk")
    before = tree(tmp_path / "disk"), tree(root / "site")
    write_files(root, {"content/station.yml": STATION + "address: 解放路1号\n"})
    with pytest.raises(OutputError, match="link"):
        build_here(root, NOW)
    assert (tree(tmp_path / "disk"), tree(root / "site")) == before


# ── any order of things


STEPS = ("build", "forget", "move", "foreign", "hand", "remove", "clean")


@settings(max_examples=15)
@given(st.lists(st.sampled_from(STEPS), min_size=2, max_size=8))
def test_whatever_happens_foreign_files_stay_and_pages_without_a_source_go(kept: Path, steps: list[str]) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder) / "0"
        copy_project(kept, root)
        numbers, foreign = [2015001, 2015002, 2015003], dict[str, bytes]()
        for number, step in enumerate([*steps, "build"]):
            if step in ("build", "clean"):
                build_here(root, NOW, clean=step == "clean")
                foreign = {p: data for p, data in foreign.items() if p.startswith("f") or not _has_page(p, numbers)}
                whole = tree(root / "site")
                assert {path: whole[path] for path in foreign} == foreign
                issues = {path for path in whole if path.startswith("issues/")} - foreign.keys()
                assert {path.split("/")[1] for path in issues} == {str(number) for number in numbers}
            elif step == "forget":
                shutil.rmtree(root / ".bulletin", ignore_errors=True)
            elif step == "move":
                root = root.rename(Path(folder) / f"{number + 1}")
            elif step == "foreign":
                foreign[f"f{number}/a.html"] = b"mine"
                write_files(root / "site", {f"f{number}/a.html": b"mine"})
            elif step == "hand":
                page = f"issues/{numbers[-1]}/index.html"
                foreign[page] = b"by hand %d" % number
                write_files(root / "site", {page: foreign[page]})
            elif len(numbers) > 1:
                (root / f"content/issues/{numbers.pop()}.md").unlink()


def _has_page(path: str, numbers: list[int]) -> bool:
    return path in {f"issues/{number}/index.html" for number in numbers}
