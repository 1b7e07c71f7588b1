"""The system refuses one call of a build: no traceback, the other issues are built, and what was published stays."""

from __future__ import annotations

import builtins
import errno
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bulletin.build.examine import examine
from bulletin.build.report import Options
from bulletin.core.errors import BulletinError
from bulletin.core.problems import Problem
from bulletin.preview.state import Preview
from tests.conftest import NOW, STATION, good_issues, tree, write_files

from .stations import OwnPool, build_here, copy_project, picture
from .test_kill import FOLDER, moments

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the calls are those of POSIX")

FILES: dict[str, str | bytes] = {
    "content/station.yml": STATION,
    **good_issues(20),
    "content/issues/2014001/index.md": FOLDER.replace("2015", "2014"),
    "content/issues/2014001/a.md": "---\nsection: 站务新闻\n---\n# 单篇\n\n正文。\n",
    "content/issues/2014001/tu.png": picture("PNG", 10),
    "content/issues/2014001/biao.pdf": b"%PDF-1",
    "content/pages/about.md": "# 关于\n\n正文。\n",
    "templates/static/own.css": "",
}
CALLS = ("open", "stat", "lstat", "scandir", "listdir", "read", "fstat", "readlink", "access", "close")
NUMBERS = (
    *(errno.EACCES, errno.EIO, errno.ENOENT, errno.ESTALE, errno.ENOSPC, errno.EMFILE),
    *(errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.ETIMEDOUT),
)


class Fault:
    """Counts the calls that concern the author's files, and refuses one."""

    def __init__(self, root: Path, at: int, number: int) -> None:
        self._tops = tuple(str(root / name) for name in ("content", "templates"))
        self._at = at
        self._number = number
        self._open: set[int] = set()
        self.calls = 0
        self.refused = ""
        """The path of the refused call."""

    def install(self, patch: pytest.MonkeyPatch) -> None:
        for name in CALLS:
            patch.setattr(os, name, self._watched(name, getattr(os, name)))
        patch.setattr(io, "open", self._watched("io.open", io.open))
        patch.setattr(builtins, "open", io.open)

    def strike(self, place: Any) -> None:
        """Refuse this call when its turn has come; ``place`` is a path or a descriptor."""
        self.calls += 1
        if self.calls == self._at:
            named = () if isinstance(place, int) else (os.fsdecode(place),)
            self.refused = "".join(named)
            raise OSError(self._number, os.strerror(self._number), *named)

    def is_own(self, place: Any) -> bool:
        return place in self._open if isinstance(place, int) else os.fsdecode(place).startswith(self._tops)

    def _watched(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(place: Any = ".", *arguments: Any, **options: Any) -> Any:
            own = self.is_own(place)
            if own and name != "close":
                self.strike(place)
            given = call(place, *arguments, **options)
            if name == "close":
                self._open.discard(place)
            if name == "open":
                (self._open.add if own else self._open.discard)(given)
            if name == "scandir" and own:
                return _Entries(given, self)
            return given

        return watched


class _Entries:
    """What `os.scandir` gives; every step and every question to an entry may be refused."""

    def __init__(self, given: Any, fault: Fault) -> None:
        self._given = given
        self._fault = fault

    def __enter__(self) -> _Entries:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._given.close()

    def __iter__(self) -> _Entries:
        return self

    def __next__(self) -> Any:
        entry = next(self._given)
        self._fault.strike(os.path.dirname(entry.path))  # noqa: PTH120 - of a path as a string
        return _Entry(entry, self._fault)


class _Entry:
    def __init__(self, entry: os.DirEntry[str], fault: Fault) -> None:
        self._entry = entry
        self._fault = fault
        self.name, self.path = entry.name, entry.path

    def __fspath__(self) -> str:
        return self.path

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._entry, name)

        def watched(**options: Any) -> Any:
            self._fault.strike(self.path)
            return call(**options)

        return watched


def build_first(root: Path) -> str:
    build_here(root, NOW)
    return ""


def check_first(root: Path) -> str:
    examine(root, NOW, Options())
    return ""


def preview_first(root: Path) -> str:
    """An error that was not foreseen is shown there as an internal one."""
    return Preview(root, 1, lambda: NOW, str).rebuild().error


COMMANDS = {"build": build_first, "check": check_first, "preview": preview_first}


def run_with_fault(command: Callable[[Path], str], root: Path, at: int, number: int) -> tuple[Fault, str]:
    """The fault, and the error of ours that the command ended with."""
    fault, error = Fault(root, at, number), ""
    with pytest.MonkeyPatch.context() as patch:
        for module in ("build.examine", "preview.state"):
            patch.setattr(f"bulletin.{module}.worker_pool", lambda config, *_, **__: OwnPool(config))
        fault.install(patch)
        try:
            error = command(root)
        except BulletinError as raised:
            error = str(raised)
    return fault, error


@pytest.mark.prove
@pytest.mark.parametrize("edited", [False, True])
@pytest.mark.parametrize("name", COMMANDS)
def test_one_call_is_refused(
    room: Path, name: str, edited: bool, prove: bool, record_property: Callable[..., None]
) -> None:
    """In a command for a station of which nothing or everything changed since the last build.

    The next build has nothing left to say. The long form refuses every call once, some 3,700 in all.
    """
    root, kept, command = room / "station", room / "kept", COMMANDS[name]
    write_files(root, FILES)
    build_here(root, NOW)
    old = tree(root / "site")
    if edited:
        texts = {path: text.replace("正文", "新文") for path, text in FILES.items() if isinstance(text, str)}
        write_files(root, texts)
    copy_project(root, kept)
    fault, error = run_with_fault(command, root, 0, 0)
    calls, folders = fault.calls, (str(root / "content"), str(root / "content/issues"))
    assert error == ""
    build_here(root, NOW)
    new, findings = tree(root / "site"), checked(root)
    assert (new != old) == edited
    points = moments(calls, prove)
    for at in points:
        number = NUMBERS[at % len(NUMBERS)]
        copy_project(kept, root)
        fault, error = run_with_fault(command, root, at, number)
        case, found = (at, errno.errorcode[number], error), tree(root / "site")
        assert old.keys() == found.keys(), case
        if error or name != "build":
            assert found == old, case
        if error:
            assert "content/" in error or "templates" in error, case
            assert "internal error" not in error, case
        torn = [path for path in found if found[path] not in (old[path], new[path])]
        assert not [path for path in torn if path.startswith("issues/")], case
        whole = {path.split("/")[1] for path in found if path.startswith("issues/") and found[path] == new[path]}
        if name == "build" and not error and fault.refused not in folders:  # of which nothing is known then
            assert len(whole) >= len(good_issues(20)), case
        assert build_here(root, NOW).problems == (), case
        assert tree(root / "site") == new, case
        if at % 10 == 0:
            assert checked(root) == findings, case
    assert calls > 40
    record_property("refused calls", len(points))


def checked(root: Path) -> tuple[Problem, ...]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bulletin.build.examine.worker_pool", lambda config, *_, **__: OwnPool(config))
        return examine(root, NOW, Options()).problems
