"""The system refuses one call of a build: no traceback, the other issues are built, and what was published stays."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bulletin.core.errors import BulletinError
from tests.conftest import NOW, STATION, good_issues, tree, write_files

from .stations import build_here, copy_project, picture
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
CALLS = ("open", "stat", "lstat", "scandir", "read", "fstat", "close")
NUMBERS = (errno.EACCES, errno.EIO, errno.ENOENT, errno.ESTALE)


class Fault:
    """Counts the calls that concern the author's files, and refuses one."""

    def __init__(self, root: Path, at: int, number: int) -> None:
        self._tops = tuple(str(root / name) for name in ("content", "templates"))
        self._at = at
        self._number = number
        self._open: set[int] = set()
        self.calls = 0

    def install(self, patch: pytest.MonkeyPatch) -> None:
        for name in CALLS:
            patch.setattr(os, name, self._watched(name, getattr(os, name)))

    def _watched(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(place: Any, *arguments: Any, **options: Any) -> Any:
            own = place in self._open if isinstance(place, int) else os.fsdecode(place).startswith(self._tops)
            if own and name != "close":
                self.calls += 1
                if self.calls == self._at:
                    named = () if isinstance(place, int) else (os.fsdecode(place),)
                    raise OSError(self._number, os.strerror(self._number), *named)
            given = call(place, *arguments, **options)
            if name == "close":
                self._open.discard(place)
            if name == "open":
                (self._open.add if own else self._open.discard)(given)
            return given

        return watched


def build_with_fault(root: Path, at: int, number: int) -> tuple[int, str]:
    """Number of calls, and the error of ours that the build ended with."""
    fault, error = Fault(root, at, number), ""
    with pytest.MonkeyPatch.context() as patch:
        fault.install(patch)
        try:
            build_here(root, NOW)
        except BulletinError as raised:
            error = str(raised)
    return fault.calls, error


@pytest.mark.prove
@pytest.mark.parametrize("edited", [False, True])
def test_one_call_is_refused(room: Path, edited: bool, prove: bool, record_property: Callable[..., None]) -> None:
    """In a build of which nothing or everything changed since the last; the next build has nothing left to say."""
    root, kept = room / "station", room / "kept"
    write_files(root, FILES)
    build_here(root, NOW)
    old = tree(root / "site")
    if edited:
        texts = {path: text.replace("正文", "新文") for path, text in FILES.items() if isinstance(text, str)}
        write_files(root, texts)
    copy_project(root, kept)
    calls, error = build_with_fault(root, 0, 0)
    new = tree(root / "site")
    assert (error, new != old) == ("", edited)
    points = moments(calls, prove)
    for at in points:
        copy_project(kept, root)
        number = NUMBERS[at % len(NUMBERS)]
        _, error = build_with_fault(root, at, number)
        found = tree(root / "site")
        assert old.keys() == found.keys(), (at, error)
        if error:
            assert found == old, (at, error)
            assert "content/" in error or "templates" in error, (at, error)
        changed = {path.split("/")[1] for path in found if path.startswith("issues/") and found[path] == new[path]}
        assert error or len(changed) >= len(good_issues(20)), (at, number)
        assert build_here(root, NOW).problems == ()
        assert tree(root / "site") == new
    assert calls > 40
    record_property("refused calls", len(points))
