"""One file replaced as a whole: what is kept of the old one, and what is left when it goes wrong."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bulletin.core.files import LOCK_PAUSES, replace_file, retry_locked

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes, owners and links are another matter there")
as_root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")

OLD, NEW = b"old\r\n", b"new\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.yml"
    path.write_bytes(OLD)
    return path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def whole(path: Path) -> bool:
    """Whether the old file is whole and nothing lies beside it."""
    return path.read_bytes() == OLD and list(path.parent.iterdir()) == [path]


def test_bytes_and_parts_take_the_old_files_place(path: Path) -> None:
    replace_file(path, NEW)
    assert path.read_bytes() == NEW
    replace_file(path, (part for part in (b"a", b"", b"\n")), sync=True)
    assert path.read_bytes() == b"a\n"
    assert list(path.parent.iterdir()) == [path]


def test_a_reader_who_has_the_file_open_keeps_the_old_content(path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("an open file cannot be replaced there")
    with path.open("rb") as file:
        replace_file(path, NEW)
        assert file.read() == OLD


def test_a_name_as_long_as_the_system_permits(tmp_path: Path) -> None:
    path = tmp_path / ("长" * 84 + ".md")
    replace_file(path, NEW)
    assert path.read_bytes() == NEW


@posix
def test_a_new_file_has_the_mode_that_the_umask_gives(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        replace_file(tmp_path / "new", NEW)
    finally:
        os.umask(before)
    assert mode(tmp_path / "new") == 0o640


@posix
@pytest.mark.parametrize("kept", [0o600, 0o664, 0o444])
def test_the_mode_is_kept(path: Path, kept: int) -> None:
    path.chmod(kept)
    replace_file(path, NEW)
    assert (mode(path), path.read_bytes()) == (kept, NEW)


@posix
def test_nobody_reads_the_new_content_before_it_has_the_old_mode(path: Path) -> None:
    path.chmod(0o640)

    def parts() -> Iterator[bytes]:
        yield NEW
        (fresh,) = (found for found in path.parent.iterdir() if found != path)
        assert fresh.name.startswith(".")
        assert mode(fresh) == 0o600

    replace_file(path, parts())
    assert mode(path) == 0o640


@as_root
def test_owner_and_group_are_kept(path: Path) -> None:
    os.chown(path, 1234, 4321)
    path.chmod(0o2750)
    replace_file(path, NEW)
    status = path.stat()
    assert (status.st_uid, status.st_gid, mode(path)) == (1234, 4321, 0o2750)


@as_root
def test_a_new_file_has_the_group_of_a_folder_that_gives_it(tmp_path: Path) -> None:
    os.chown(tmp_path, -1, 4321)
    tmp_path.chmod(0o2770)
    replace_file(tmp_path / "new", OLD)
    os.chown(tmp_path / "new", -1, 1234)
    replace_file(tmp_path / "new", NEW)
    assert (tmp_path / "new").stat().st_gid == 1234
    replace_file(tmp_path / "other", NEW)
    assert (tmp_path / "other").stat().st_gid == 4321


@posix
def test_the_group_is_kept_where_the_owner_cannot_be(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def chown(_: int, owner: int, group: int) -> None:
        asked.append((owner, group))
        if owner != -1:
            raise PermissionError(errno.EPERM, "")

    monkeypatch.setattr("os.fchown", chown)
    replace_file(path, NEW)
    status = path.stat()
    assert asked == [(status.st_uid, status.st_gid), (-1, status.st_gid)]
    assert path.read_bytes() == NEW


@posix
def test_a_link_stays_one_and_its_file_is_replaced(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "links"
    folder.mkdir()
    (folder / "b").symlink_to("../a.yml")
    (folder / "c").symlink_to("b")
    path.chmod(0o640)
    replace_file(folder / "c", NEW)
    assert (folder / "c").readlink() == Path("b")
    assert (path.read_bytes(), mode(path)) == (NEW, 0o640)
    assert sorted(found.name for found in folder.iterdir()) == ["b", "c"]


@posix
def test_a_link_that_leads_to_nothing_yet(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to("there")
    replace_file(link, NEW)
    assert link.is_symlink()
    assert (tmp_path / "there").read_bytes() == NEW


@posix
def test_a_link_to_itself_is_an_error(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to("link")
    with pytest.raises(OSError, match=os.strerror(errno.ELOOP)):
        replace_file(link, NEW)
    assert list(tmp_path.iterdir()) == [link]
    assert link.is_symlink()


@posix
def test_a_pipe_is_written_to_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        replace_file(pipe, (OLD, NEW))
        assert os.read(reader, 100) == OLD + NEW
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


# ── a file that another program has open, as Windows says it


class Locked:
    """A call that is refused some times."""

    def __init__(self, times: int, winerror: int) -> None:
        self.times = times
        self._winerror = winerror

    def __call__(self, *paths: object) -> None:
        if self.times:
            self.times -= 1
            error = PermissionError(errno.EACCES, "in use", *paths)
            error.winerror = self._winerror  # type: ignore[attr-defined]  # typeshed has it on Windows only
            raise error


@pytest.mark.parametrize("winerror", [5, 32, 33])
def test_a_locked_file_is_tried_again_with_growing_pauses(winerror: int) -> None:
    slept: list[float] = []
    retry_locked(Locked(3, winerror), "a", sleep=slept.append)
    assert slept == list(LOCK_PAUSES[:3]) == sorted(slept)


def test_a_file_that_stays_locked_is_an_error_after_some_seconds() -> None:
    slept: list[float] = []
    with pytest.raises(PermissionError):
        retry_locked(Locked(100, 32), "a", sleep=slept.append)
    assert 3 < sum(slept) < 6


def test_any_other_error_is_one_at_once() -> None:
    slept: list[float] = []
    with pytest.raises(PermissionError):
        retry_locked(Locked(1, 183), "a", sleep=slept.append)
    with pytest.raises(FileNotFoundError):
        retry_locked(os.unlink, "nowhere", sleep=slept.append)
    assert slept == []


def test_calls_may_share_the_time_that_they_wait() -> None:
    slept: list[float] = []
    pauses = iter(LOCK_PAUSES)
    for _ in range(3):
        with pytest.raises(PermissionError):
            retry_locked(Locked(100, 32), "a", pauses=pauses, sleep=slept.append)
    assert slept == list(LOCK_PAUSES)


def test_a_file_with_windows_read_only_mark_is_named_as_that(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Status:
        st_mode = stat.S_IFREG
        st_file_attributes = stat.FILE_ATTRIBUTE_READONLY

    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", lambda *_, **__: Status())
        with pytest.raises(PermissionError, match="read-only") as caught:
            replace_file(path, NEW)
    assert caught.value.filename == str(path)
    assert whole(path)


# ── what goes wrong


def test_a_disk_that_is_full_in_the_middle(path: Path) -> None:
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))  # the system itself refuses the rest
    try:
        with pytest.raises(OSError) as caught:
            replace_file(path, [b"x" * 9_000] * 20)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert caught.value.errno == errno.EFBIG
    assert caught.value.filename == str(path)
    assert whole(path)


@pytest.mark.parametrize("call", ["os.fsync", "os.replace"])
def test_each_later_step_may_fail(path: Path, call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "temporary", None, "other")

    monkeypatch.setattr(call, full)
    with pytest.raises(OSError) as caught:
        replace_file(path, NEW, sync=True)
    assert (caught.value.errno, caught.value.filename, caught.value.filename2) == (errno.ENOSPC, str(path), None)
    assert whole(path)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_what_the_parts_raise_comes_through(path: Path, error: type[BaseException]) -> None:
    def parts() -> Iterator[bytes]:
        yield NEW
        raise error

    with pytest.raises(error):
        replace_file(path, parts())
    assert whole(path)


def test_somebody_removes_the_temporary_file(path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("an open file cannot be removed there")

    def parts() -> Iterator[bytes]:
        yield NEW
        for found in path.parent.iterdir():
            if found != path:
                found.unlink()

    with pytest.raises(FileNotFoundError) as caught:
        replace_file(path, parts())
    assert caught.value.filename == str(path)
    assert whole(path)


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(OSError) as caught:
        replace_file(tmp_path, NEW)
    assert caught.value.filename == str(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        replace_file(tmp_path / "no" / "a", NEW)


@posix
def test_a_folder_that_must_not_be_written_to() -> None:
    with TemporaryDirectory() as name:  # tmp_path is one that only its owner may enter
        path = Path(name) / "a.yml"
        path.write_bytes(OLD)
        path.parent.chmod(0o555)
        try:
            with as_nobody(), pytest.raises(PermissionError) as caught:
                replace_file(path, NEW)
        finally:
            path.parent.chmod(0o755)
        assert caught.value.filename == str(path)
        assert whole(path)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Nothing is refused to root."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


@posix
def test_a_folder_that_cannot_be_synced_is_no_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced = []

    def sync(descriptor: int) -> None:
        synced.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        if synced[-1]:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr("os.fsync", sync)
    replace_file(path, NEW, sync=True)
    assert path.read_bytes() == NEW
    assert synced == [False, True], "the file, then its folder"
    replace_file(path, OLD)
    assert len(synced) == 2, "only when asked"
