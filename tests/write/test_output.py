"""The folder of the site: whatever fails, a file is old or new as a whole, and the next build completes the site."""

from __future__ import annotations

import errno
import io
import os
import shutil
from collections.abc import Callable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bulletin.core.errors import OutputError
from bulletin.write import output as module
from bulletin.write.output import (
    MARKER,
    STAGE,
    GroupRecord,
    Manifest,
    Output,
    Written,
    content_version,
    folder_id,
    manifest_path,
    read_manifest,
    read_snapshot,
    write_manifest,
)
from bulletin.write.owned import OWNED_FILES, OwnedFiles
from bulletin.write.swap import UNFINISHED
from tests.conftest import tree, write_files

MANIFEST = Manifest(
    site_key="k",
    snapshot="s",
    fresh_until="2016-01-01T12:00:00",
    built="2015-12-31T12:00:00",
    groups={"home": GroupRecord("g", (Written("index.html", "a", 3, 4),)), "issue": GroupRecord("h", ())},
    good={"content/issues/1.md": "r"},
    report=b"\x80",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "site"


def claimed(folder: Path) -> Output:
    output = Output(folder)
    output.clear_stage()
    output.claim()
    return output


def staged(folder: Path, files: Mapping[str, bytes]) -> Output:
    output = claimed(folder)
    for path, data in files.items():
        output.stage(path, "key", data)
    return output


def swapped(folder: Path, files: Mapping[str, bytes], stale: tuple[str, ...] = ()) -> dict[str, Written]:
    return staged(folder, files).swap(stale)


def publish(root: Path, files: Mapping[str, bytes]) -> None:
    """What a build does with the folder, in the order in which it does it."""
    place = manifest_path(root, root / "site")
    before, output = read_manifest(place), claimed(root / "site")
    owned = OwnedFiles(output, before)
    kept = {path: file for path, file in before.files.items() if file.key == key_of(files.get(path))}
    kept = {path: file for path, file in kept.items() if output.is_current(file)}
    for path, data in files.items():
        if path not in kept:
            output.stage(path, key_of(data), data)
    versions, stale = output.waiting_versions, owned.stale(set(files), ()).ours
    owned.announce(versions)
    fresh = output.swap(stale)
    stamp = owned.settle(kept.values(), versions, ())
    groups = {"all": GroupRecord("", (*kept.values(), *fresh.values()))}
    write_manifest(place, Manifest(groups=groups, owned=stamp))


def key_of(data: bytes | None) -> str:
    return "" if data is None else data.hex()


def full(*_: object, **__: object) -> Any:
    raise OSError(errno.ENOSPC, "No space left on device")


# ── claim


def test_a_new_folder_gets_the_marker(folder: Path) -> None:
    Output(folder / "deep").claim()
    assert [path.name for path in (folder / "deep").iterdir()] == [MARKER]


def test_a_folder_with_files_and_without_the_marker_is_foreign_unless_it_is_the_projects_own(folder: Path) -> None:
    assert not Output(folder).is_foreign(own=False)
    write_files(folder, {".gitignore": "*"})
    assert not Output(folder).is_foreign(own=False)
    write_files(folder, {"letter.doc": "mine"})
    assert Output(folder).is_foreign(own=False)
    assert not Output(folder).is_foreign(own=True)
    assert sorted(path.name for path in folder.iterdir()) == [".gitignore", "letter.doc"]
    Output(folder).claim()
    assert not Output(folder).is_foreign(own=False)
    assert tree(folder) == {"letter.doc": b"mine"}


def test_a_marker_keeps_its_id_wherever_the_folder_is(folder: Path, tmp_path: Path) -> None:
    Output(folder).claim()
    id_ = folder_id(folder)
    moved = folder.rename(tmp_path / "elsewhere")
    Output(moved).claim()
    assert folder_id(moved) == id_
    assert folder_id(folder) == id_, "where nothing is, the place itself"


@pytest.mark.parametrize("data", [b"", b"../../0123456789ab", b"\xff"])
def test_a_marker_without_an_id_gets_the_one_by_which_its_manifest_was_named(folder: Path, data: bytes) -> None:
    by_place = folder_id(folder)
    write_files(folder, {MARKER: data})
    assert folder_id(folder) == by_place
    Output(folder).claim()
    assert (folder / MARKER).read_text() == f"{by_place}\n"


def test_what_a_killed_build_staged_is_removed(folder: Path) -> None:
    staged(folder, {"a/b.html": b"1"})
    assert (folder / STAGE).exists()
    Output(folder).clear_stage()
    assert not (folder / STAGE).exists()


def test_a_folder_that_cannot_be_made(folder: Path) -> None:
    folder.parent.joinpath("file").touch()
    with pytest.raises(OutputError, match=r"file/site: the site cannot be written: Not a directory\."):
        Output(folder.parent / "file" / "site").claim()


# ── is_current


def test_a_file_is_current_until_it_is_touched(folder: Path) -> None:
    (file,) = swapped(folder, {"a.html": b"123"}).values()
    place, output = folder / "a.html", Output(folder)
    assert output.is_current(file)
    os.utime(place, ns=(file.mtime, file.mtime + 1))
    assert not output.is_current(file)
    place.unlink()
    assert not output.is_current(file)


def test_a_file_of_another_size_is_not_current_though_its_time_was_set_back(folder: Path) -> None:
    (file,) = swapped(folder, {"a.html": b"123"}).values()
    (folder / "a.html").write_bytes(b"1234")
    os.utime(folder / "a.html", ns=(file.mtime, file.mtime))
    assert (folder / "a.html").stat().st_mtime_ns == file.mtime
    assert not Output(folder).is_current(file)


# ── stage


@pytest.mark.parametrize("path", ["/etc/passwd", "../a", "a/../b", "a/./b", "a//b", ".", "..", "a/", ""])
def test_a_path_that_leaves_the_folder_is_a_mistake(folder: Path, path: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        claimed(folder).stage(path, "", b"")


def test_nothing_changes_before_the_swap(folder: Path) -> None:
    swapped(folder, {"a.html": b"1"})
    output = staged(folder, {"a.html": b"2", "b/c.html": b"3"})
    assert output.waiting == ("a.html", "b/c.html")
    assert visible(folder) == {"a.html": b"1"}
    output.abandon()
    output.abandon()
    assert not output.waiting
    assert not (folder / STAGE).exists()
    assert output.swap(()) == {}
    assert visible(folder) == {"a.html": b"1"}


def visible(folder: Path) -> dict[str, bytes]:
    """The site without what is staged."""
    return {path: data for path, data in tree(folder).items() if not path.startswith(STAGE)}


class HalfWritten(io.FileIO):
    """A file on a disk that becomes full: the system writes what there is room for and says no more."""

    def write(self, data: Any) -> int:
        return super().write(data[: len(data) // 2])


def test_a_file_that_was_written_in_part_is_never_staged(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = claimed(folder)
    monkeypatch.setattr(module, "open", lambda path, _, **__: HalfWritten(path, "wb"), raising=False)
    with pytest.raises(OutputError, match=r"^a\.html: .*No space left on device\. .* unchanged"):
        output.stage("a.html", "key", b"1234")
    assert output.waiting == ()


def test_a_disk_that_takes_nothing(folder: Path) -> None:
    output = claimed(folder)
    place = folder / STAGE / str(os.getpid()) / "a.html"
    place.parent.mkdir(parents=True)
    place.symlink_to("/dev/full")
    with pytest.raises(OutputError, match="No space left on device"):
        output.stage("a.html", "key", b"1")
    assert output.waiting == ()


def test_a_disk_without_room_for_a_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = claimed(folder)
    with monkeypatch.context() as disk:
        disk.setattr(os, "makedirs", full)
        with pytest.raises(OutputError, match="No space left on device"):
            output.stage("a/b.html", "key", b"1")
    output.stage("a/b.html", "key", b"1")
    assert output.swap(()).keys() == {"a/b.html"}


def test_files_that_other_processes_staged_are_swapped_with_the_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = staged(folder, {"a.html": b"1", "new/own.html": b"2"})
    monkeypatch.setattr(os, "getpid", lambda: 1)
    other = Output(folder)
    files = {"new/other.html": b"3", "new/deep/other.html": b"4", "b.html": b"5", "alone/c.html": b"6"}
    for path, data in files.items():
        other.stage(path, "other", data)
    own.add_staged(other.staged(files))
    assert own.waiting == ("a.html", "new/own.html", *files)
    written = own.swap(())
    assert tree(folder) == {"a.html": b"1", "new/own.html": b"2"} | files
    assert {path: file.key for path, file in written.items()} == dict.fromkeys(("a.html", "new/own.html"), "key") | (
        dict.fromkeys(files, "other")
    )
    assert all(own.is_current(file) for file in written.values())


# ── swap


def test_each_file_comes_with_its_size_and_time(folder: Path) -> None:
    ticks: list[None] = []
    written = staged(folder, {"a.html": b"123", "b/c.html": b""}).swap((), lambda: ticks.append(None))
    assert len(ticks) == 2
    for path, file in written.items():
        status = (folder / path).stat()
        assert file == Written(path, "key", status.st_size, status.st_mtime_ns)
    assert not (folder / STAGE).exists()


def test_a_new_folder_is_there_as_a_whole_before_any_page_that_leads_to_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swapped(folder, {"index.html": b"1", "old/a.html": b"1"})
    replace = os.replace
    seen: list[dict[str, bytes]] = []

    def watched(source: str, target: str) -> None:
        seen.append(visible(folder))
        replace(source, target)

    output = staged(folder, {"index.html": b"2", "new/index.html": b"2", "new/deep/a.html": b"2", "old/a.html": b"2"})
    monkeypatch.setattr(os, "replace", watched)
    output.swap(())
    new = {"new/index.html": b"2", "new/deep/a.html": b"2"}
    assert seen[0] == {"index.html": b"1", "old/a.html": b"1"} | new
    assert len(seen) == 2, "files of a new folder come with it"


def test_stale_files_go_and_so_do_folders_that_are_empty_then(folder: Path) -> None:
    swapped(folder, {"a/b/c.html": b"1", "a/d.html": b"1", "e/f/g.html": b"1"})
    swapped(folder, {"h.html": b"2"}, ("a/b/c.html", "e/f/g.html", "never/was.html", "a/d.html/no"))
    assert tree(folder) == {"a/d.html": b"1", "h.html": b"2"}
    assert {path.name for path in folder.iterdir() if path.is_dir()} == {"a"}
    assert [path.name for path in (folder / "a").iterdir()] == ["d.html"]


def test_a_stale_file_that_is_a_folder_now_stays(folder: Path) -> None:
    write_files(folder, {"a/b.html": "1"})
    swapped(folder, {}, ("a",))
    assert tree(folder) == {"a/b.html": b"1"}


def test_folders_left_empty_by_a_killed_build_are_removed_with_the_stale_file(folder: Path) -> None:
    (folder / "a").mkdir(parents=True)
    swapped(folder, {}, ("a/b/c.html",))
    assert not (folder / "a").exists()


def test_a_file_becomes_a_folder_and_a_folder_a_file(folder: Path) -> None:
    swapped(folder, {"a": b"1", "b/c/d.html": b"1", "b/e.html": b"1"})
    swapped(folder, {"a/x.html": b"2", "b": b"2"}, ("a", "b/c/d.html", "b/e.html"))
    assert tree(folder) == {"a/x.html": b"2", "b": b"2"}


def test_a_folder_that_a_killed_build_left_empty_gives_way_to_a_file(folder: Path) -> None:
    (folder / "a" / "b").mkdir(parents=True)
    assert swapped(folder, {"a": b"1"}).keys() == {"a"}
    assert tree(folder) == {"a": b"1"}


def test_a_folder_with_unknown_files_where_a_page_must_be_is_left_alone(folder: Path) -> None:
    swapped(folder, {"a/known.html": b"1"})
    write_files(folder, {"a/unknown.html": "mine"})
    with pytest.raises(OutputError, match="a folder is where a file must be"):
        swapped(folder, {"a": b"2"}, ("a/known.html",))
    assert visible(folder) == {"a/known.html": b"1", "a/unknown.html": b"mine"}


# ── symbolic links


def test_a_link_is_replaced_and_what_it_leads_to_stays(folder: Path, tmp_path: Path) -> None:
    write_files(tmp_path, {"else/file": "mine", "else/folder/file": "mine"})
    (tmp_path / "else/folder/empty").mkdir()
    write_files(folder, {".keep": ""})
    links = {"page": "file", "page-to-folder": "folder", "folder": "file", "lost": "nowhere"}
    for name, target in links.items():
        (folder / name).symlink_to(tmp_path / "else" / target)
    files = {"page": b"1", "page-to-folder": b"1", "folder/a.html": b"1", "lost/a.html": b"1"}
    swapped(folder, files)
    assert not any((folder / name).is_symlink() for name in links)
    assert tree(folder) == files
    assert tree(tmp_path / "else") == {"file": b"mine", "folder/file": b"mine"}
    assert (tmp_path / "else/folder/empty").is_dir()


def test_nothing_is_written_through_a_link_to_a_folder(folder: Path, tmp_path: Path) -> None:
    write_files(tmp_path, {"disk/c/b.html": "mine"})
    folder.mkdir()
    (folder / "a").symlink_to(tmp_path / "disk")
    output = staged(folder, {"a/c/b.html": b"1"})
    with pytest.raises(OutputError, match=r"site/a: pages are not written through a link"):
        output.refuse_links()
    assert tree(tmp_path / "disk") == {"c/b.html": b"mine"}


def test_the_stage_is_never_behind_a_link(folder: Path, tmp_path: Path) -> None:
    write_files(tmp_path, {"else/file": "mine"})
    folder.mkdir()
    (folder / STAGE).symlink_to(tmp_path / "else")
    swapped(folder, {"a.html": b"1"})
    assert tree(tmp_path / "else") == {"file": b"mine"}
    assert tree(folder) == {"a.html": b"1"}


def test_a_stale_link_goes_alone(folder: Path, tmp_path: Path) -> None:
    write_files(tmp_path, {"file": "mine"})
    folder.mkdir()
    (folder / "a.html").symlink_to(tmp_path / "file")
    swapped(folder, {}, ("a.html",))
    assert not (folder / "a.html").is_symlink()
    assert (tmp_path / "file").read_bytes() == b"mine"


# ── unknown files


def test_files_that_nobody_knows(folder: Path) -> None:
    write_files(
        folder, {"a.html": "", "b/c.html": "", "b/d.html": "", ".hidden": "", ".dir/e.html": "", "b/.f/g.html": ""}
    )
    assert sorted(Output(folder).unknown_files(["a.html", "b/d.html"])) == ["b/c.html"]
    assert list(Output(folder / "nowhere").unknown_files([])) == []


# ── a swap that fails

BEFORE = {"index.html": b"1", "a/b.html": b"1", "a/c.html": b"1", "gone/d.html": b"1", "x": b"1", "y/z.html": b"1"}
AFTER = {"index.html": b"22", "a/b.html": b"1", "a/n.html": b"2", "new/e/f.html": b"2", "x/g.html": b"2", "y": b"2"}
CALLS = ("replace", "rename", "unlink", "rmdir", "mkdir")


class Failing:
    """The operating system: one call that changes the disk fails, and so do all after it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
        self.count = 0
        self._at = at
        for name in CALLS:
            monkeypatch.setattr(os, name, self._wrapped(getattr(os, name)))

    def _wrapped(self, call: Callable[..., None]) -> Callable[..., None]:
        def wrapped(*args: object, **named: object) -> None:
            self.count += 1
            if self.count >= self._at:
                full()
            call(*args, **named)

        return wrapped


def test_wherever_a_swap_fails_files_are_whole_and_the_next_build_completes_the_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".bulletin").mkdir()
    publish(tmp_path, BEFORE)
    start = tmp_path.parent / f"{tmp_path.name}-before"
    shutil.copytree(tmp_path, start)
    at, failed = 0, 0
    while True:
        at += 1
        shutil.rmtree(tmp_path)
        shutil.copytree(start, tmp_path)
        with monkeypatch.context() as patch:
            disk = Failing(patch, at)
            try:
                publish(tmp_path, AFTER)
            except OutputError:
                failed += 1
        for path, data in visible(tmp_path / "site").items():
            assert data in (BEFORE.get(path), AFTER.get(path)), (at, path)
        other = {"index.html": b"3", "new/h.html": b"3"}
        publish(tmp_path, AFTER if at % 2 else other)
        assert tree(tmp_path / "site") == (AFTER if at % 2 else other), at
        if disk.count < at:
            break
    assert failed > 10


class FailingOnce(Failing):
    """One call fails, those after it do not: a locked or an immutable file."""

    def _wrapped(self, call: Callable[..., None]) -> Callable[..., None]:
        def wrapped(*args: object, **named: object) -> None:
            self.count += 1
            if self.count == self._at:
                raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), "it")
            call(*args, **named)

        return wrapped


def stamps(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {path: (data, (folder / path).stat().st_mtime_ns) for path, data in tree(folder).items()}


@pytest.mark.parametrize("links", [True, False])
def test_one_file_that_cannot_be_replaced(folder: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    """All stays old, to the modification times; without hard links the message says exactly what is new."""
    start = folder.with_name("before")
    swapped(folder, BEFORE)
    shutil.copytree(folder, start)
    stale, partly, unchanged = ("gone/d.html", "x", "y/z.html", "a/c.html"), 0, 0
    for at in range(1, 40):
        shutil.rmtree(folder)
        shutil.copytree(start, folder)
        before, output = stamps(folder), staged(folder, AFTER)
        with monkeypatch.context() as patch:
            if not links:
                patch.setattr(os, "link", lambda *_, **__: full())
            disk = FailingOnce(patch, at)
            try:
                output.swap(stale)
            except OutputError as error:
                failed = error
                output.abandon()
            else:
                assert visible(folder) == AFTER
                if disk.count < at:
                    break
                continue  # a folder that is not empty stays
        after = stamps(folder)
        new = {path for path, data in tree(folder).items() if data != BEFORE.get(path)}
        removed = BEFORE.keys() - after.keys()
        if "unchanged" in failed.message:
            assert after == before
            assert not (folder / UNFINISHED).exists()
            unchanged += 1
        else:
            assert not links
            listed = msgspec.json.decode((folder / UNFINISHED).read_bytes())
            assert (set(listed["new"]) - {"a/b.html"}, set(listed["removed"])) == (new - {"a/b.html"}, removed - new), (
                at
            )
            assert ", ".join(listed["new"]) in str(failed)
            partly += 1
        assert swapped(folder, AFTER, stale).keys() == AFTER.keys()
        assert tree(folder) == AFTER
        assert not (folder / UNFINISHED).exists()
    assert unchanged > 3
    assert (partly == 0) == links


def test_a_message_names_twenty_files_and_the_list_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"{n:02}.html": b"1" for n in range(30)}
    swapped(folder, files)
    output = staged(folder, dict.fromkeys(files, b"2"))
    replace = os.replace

    def refuse(source: str, target: str) -> None:
        if target.endswith("27.html"):
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), target)
        replace(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    monkeypatch.setattr(os, "link", full)
    with pytest.raises(
        OutputError, match=r"27\.html: .*New: 00\.html, .*, 19\.html … \(27\)\. Removed: –\. .*build again"
    ):
        output.swap(())
    assert msgspec.json.decode((folder / UNFINISHED).read_bytes()) == {"new": list(files)[:27], "removed": []}


def test_a_locked_page_is_waited_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    swapped(folder, {"a.html": b"1", "b.html": b"1"})
    slept: list[float] = []
    output = Output(folder, slept.append)
    output.stage("a.html", "key", b"2")
    for name in ("replace", "rename"):
        monkeypatch.setattr(os, name, in_use_at_first(getattr(os, name)))
    output.swap(("b.html",))
    assert tree(folder) == {"a.html": b"2"}
    assert len(slept) == 2


def in_use_at_first(call: Callable[..., None]) -> Callable[..., None]:
    """As Windows refuses what another program has open."""
    refused: list[object] = []

    def refusing(*paths: str) -> None:
        if not refused:
            refused.append(paths)
            error = PermissionError(errno.EACCES, "in use")
            error.winerror = 32  # type: ignore[attr-defined]  # typeshed has it on Windows only
            raise error
        call(*paths)

    return refusing


def test_a_link_is_a_link_again_when_a_swap_is_taken_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    swapped(folder, {"a.html": b"1", "z.html": b"1"})
    (folder / "b.html").symlink_to("a.html")
    output = staged(folder, {"b.html": b"2"})
    rename = os.rename

    def refuse(source: str, target: str) -> None:
        if source.endswith("z.html"):
            full()
        rename(source, target)

    monkeypatch.setattr(os, "rename", refuse)
    with pytest.raises(OutputError, match="unchanged"):
        output.swap(("z.html",))
    assert (folder / "b.html").readlink() == Path("a.html")


def test_what_cannot_be_finished_after_the_swap_says_that_the_pages_are_complete(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = staged(folder, {"a.html": b"1"})
    output.swap(())
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OutputError, match="pages are complete"):
        output.put(OWNED_FILES, b"{}", swapped=True)
    with pytest.raises(OutputError, match="pages are complete"):
        write_manifest(folder.parent / "manifest.bin", MANIFEST)


def test_an_error_names_the_file(folder: Path) -> None:
    output = staged(folder, {"a.html": b"1"})
    shutil.rmtree(folder / STAGE)
    with pytest.raises(OutputError, match=r"/a\.html: .*No such file"):
        output.swap(())


# ── manifest


def test_a_manifest_comes_back_as_it_was_written(tmp_path: Path) -> None:
    place = manifest_path(tmp_path, tmp_path / "site")
    write_manifest(place, MANIFEST)
    assert read_manifest(place) == MANIFEST
    assert read_snapshot(place) == "s"
    assert MANIFEST.files == {"index.html": Written("index.html", "a", 3, 4)}
    assert [path.name for path in place.parent.iterdir()] == [place.name]


def test_each_folder_has_its_own_manifest(tmp_path: Path) -> None:
    names = {manifest_path(tmp_path, tmp_path / name).name for name in ("a", "b", "\udcff")}
    assert len(names) == 3


def sealed(content: object) -> bytes:
    data = msgspec.msgpack.encode(content)
    return blake2b(data, digest_size=16).digest() + data


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "shorter than its hash": lambda data: data[:15],
    "truncated": lambda data: data[:-1],
    "a flipped bit": lambda data: data[:-1] + bytes([data[-1] ^ 1]),
    "a flipped bit in the hash": lambda data: bytes([data[0] ^ 1]) + data[1:],
    "of another version": lambda _: sealed({"site_key": 1, "snapshot": ["s"], "groups": []}),
    "something else": lambda _: sealed("a letter"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_manifest_counts_as_missing(tmp_path: Path, damage: str) -> None:
    place = manifest_path(tmp_path, tmp_path / "site")
    write_manifest(place, MANIFEST)
    place.write_bytes(DAMAGES[damage](place.read_bytes()))
    assert read_manifest(place) == Manifest()
    assert read_snapshot(place) in ("", "s")


@pytest.mark.parametrize("data", [b"", b"\x81", b"\x81\xa8snapshot\xa1\xff", b"\x81\xa8snapshot\x01", b"\x90"])
def test_a_snapshot_that_cannot_be_read_is_none(tmp_path: Path, data: bytes) -> None:
    place = tmp_path / "manifest.bin"
    assert read_snapshot(place) == ""
    place.write_bytes(bytes(16) + data)
    assert read_snapshot(place) == ""


def test_a_manifest_is_replaced_only_when_the_new_one_is_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = manifest_path(tmp_path, tmp_path / "site")
    write_manifest(place, MANIFEST)
    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        with pytest.raises(OutputError, match="No space left on device"):
            write_manifest(place, Manifest())
    assert read_manifest(place) == MANIFEST
    write_manifest(place, Manifest())
    assert read_manifest(place) == Manifest()


def test_a_manifest_is_synced_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda number: synced.append(os.fstat(number).st_size))
    place = manifest_path(tmp_path, tmp_path / "site")
    write_manifest(place, MANIFEST)
    assert synced[0] == place.stat().st_size  # then the folder


def test_a_disk_too_full_for_the_manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, *_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    place = manifest_path(tmp_path, tmp_path / "site")
    write_manifest(place, MANIFEST)
    monkeypatch.setattr(module, "replace_file", full)
    with pytest.raises(OutputError, match="No space left on device"):
        write_manifest(place, Manifest())
    assert read_manifest(place) == MANIFEST


# ── which files are ours


def owned_by_list(folder: Path) -> OwnedFiles:
    """As the folder itself says, without a manifest."""
    return OwnedFiles(Output(folder), Manifest())


def settled(folder: Path, files: Mapping[str, bytes]) -> None:
    """A folder as a build leaves it, with its list."""
    output = staged(folder, files)
    owned, versions = OwnedFiles(output, Manifest()), output.waiting_versions
    owned.announce(versions)
    output.swap(())
    owned.settle((), versions, ())


def test_the_list_names_files_and_holds_nothing_else(folder: Path) -> None:
    settled(folder, {"a.html": b"123", "b/名.html": b""})
    listed = msgspec.json.decode((folder / OWNED_FILES).read_bytes())
    assert listed == {"a.html": [content_version(b"123")], "b/名.html": [content_version(b"")]}
    assert sorted(path.name for path in folder.iterdir()) == [OWNED_FILES, MARKER, "a.html", "b"]


def test_a_file_is_ours_while_it_has_our_content(folder: Path, tmp_path: Path) -> None:
    settled(folder, dict.fromkeys(("a", "b", "c", "d", "e/f", "g", "h/i"), b"123"))
    write_files(folder, {"b": "124", "c": "1234", "foreign": "123"})
    write_files(tmp_path, {"else/f": "123"})
    (folder / "d").unlink()
    (folder / "d").symlink_to("a")
    shutil.rmtree(folder / "e")
    (folder / "e").symlink_to(tmp_path / "else")
    (folder / "g").unlink()
    owned = owned_by_list(folder)
    assert owned.is_ours("a")
    assert [path for path in ("b", "c", "d", "e/f", "g", "foreign", "nowhere") if owned.is_ours(path)] == []
    stale = owned.stale(set(), ("h/",))
    assert (stale.ours, stale.changed) == (["a", "g"], ["b", "c", "d", "e/f"])
    assert owned.unknown({"a"}) == ["b", "c", "d", "foreign"]


def test_what_the_manifest_knows_as_untouched_is_not_read(folder: Path) -> None:
    written = swapped(folder, {"a": b"123"})
    known = Manifest(groups={"all": GroupRecord("", tuple(written.values()))})
    assert OwnedFiles(Output(folder), known).is_ours("a"), "of a station that has no list yet"
    write_files(folder, {"a": "other"})
    assert not OwnedFiles(Output(folder), known).is_ours("a")


def test_what_stands_in_the_way_of_a_page_is_named(folder: Path) -> None:
    settled(folder, {"a": b"1", "b": b"1", "c": b"1"})
    write_files(folder, {"b": "mine", "d": "mine", "e": "same", "folder/x": "mine"})
    staged_files = {"a": b"2", "b": b"2", "c": b"2", "d/page": b"2", "e": b"same", "folder/y": b"2", "new": b"2"}
    versions = {path: content_version(data) for path, data in staged_files.items()}
    assert owned_by_list(folder).foreign_below(versions) == ["d", "b"]


def test_between_announcing_and_settling_both_contents_are_ours(folder: Path) -> None:
    settled(folder, {"a": b"1"})
    output = staged(folder, {"a": b"2", "b": b"2"})
    OwnedFiles(output, Manifest()).announce(output.waiting_versions)
    assert owned_by_list(folder).stale(set(), ()).ours == ["a", "b"], "also where nothing is yet"
    write_files(folder, {"a": "2", "b": "foreign"})
    stale = owned_by_list(folder).stale(set(), ())
    assert (stale.ours, stale.changed) == (["a"], ["b"])


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"a": 1}', b"\xff", b'{"a": ["\xff"]}'])
def test_a_damaged_list_makes_nothing_ours(folder: Path, data: bytes) -> None:
    settled(folder, {"a": b"1"})
    (folder / OWNED_FILES).write_bytes(data)
    assert not owned_by_list(folder).is_ours("a")


@pytest.mark.parametrize("path", ["../mine", "/etc/mine", "a/../../mine", ""])
def test_a_list_that_names_files_elsewhere_makes_them_not_ours(folder: Path, path: str) -> None:
    write_files(folder.parent, {"mine": "1"})
    folder.mkdir(exist_ok=True)
    (folder / OWNED_FILES).write_bytes(msgspec.json.encode({path: [content_version(b"1")]}))
    assert owned_by_list(folder).stale(set(), ()) == ([], [])


def test_a_list_that_is_right_is_not_written_again(folder: Path) -> None:
    publish(folder.parent, {"a": b"1"})
    before = (folder / OWNED_FILES).stat().st_mtime_ns
    publish(folder.parent, {"a": b"1"})
    assert (folder / OWNED_FILES).stat().st_mtime_ns == before
    (folder / OWNED_FILES).unlink()
    publish(folder.parent, {"a": b"1"})
    assert owned_by_list(folder).is_ours("a"), "made again of what the manifest knows"
