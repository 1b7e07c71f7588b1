"""A folder that switches, broken off at every single call of the system that changes something."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from bulletin.core.errors import PublishError, UsageError
from bulletin.core.publish_targets import PublishTarget
from bulletin.publish.targets.burst import BurstSession
from bulletin.publish.targets.folder import open_folder
from bulletin.publish.targets.opening import open_target
from tests.publish.burst_target import NEW, NEXT, OLD, Killed, publish
from tests.publish.switch_target import NoSecrets, Place

CHANGES = (
    "os.link",
    "os.mkdir",
    "os.rename",
    "os.replace",
    "os.rmdir",
    "os.symlink",
    "os.unlink",
    "builtins.open",
    "shutil.rmtree",
)


class Breaking:
    """Counts calls, and fails the one with the given number, before or after it."""

    def __init__(self, at: int, *, after: bool, raised: BaseException) -> None:
        self.calls = 0
        self._at = at
        self._after = after
        self._raised = raised

    def wrap(self, call: Callable[..., object]) -> Callable[..., object]:
        def wrapped(*args: object, **values: object) -> object:
            self.calls += 1
            if self.calls != self._at:
                return call(*args, **values)
            if self._after:
                call(*args, **values)
            raise self._raised

        return wrapped


def attempts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, raised: Callable[[], BaseException]
) -> Iterator[tuple[str, Place]]:
    """A delivery of `NEW` over `OLD` for each call at which it fails."""
    for name in CHANGES:
        for after in (False,) if name == "builtins.open" else (False, True):  # one that is open is not closed by us
            for at in range(1, 1000):
                place = Place(PublishTarget("web", "folder", path=str(tmp_path / "www")), tmp_path / "www")
                place.root.mkdir()
                publish(place.open(), 1, OLD)
                breaking = Breaking(at, after=after, raised=raised())
                with monkeypatch.context() as patch:
                    module, _, attribute = name.rpartition(".")
                    patch.setattr(
                        sys.modules[module], attribute, breaking.wrap(getattr(sys.modules[module], attribute))
                    )
                    with suppress(Killed, PublishError):
                        publish(place.open(), 2, NEW, OLD)
                yield f"{name} {at} {'after' if after else 'before'}", place
                shutil.rmtree(place.root)
                if breaking.calls < at:
                    break


def whole(place: Place) -> bool:
    return place.site() in (OLD, {**NEW, "static/a.1111111111.css": b"old"})


@pytest.mark.parametrize("raised", [Killed, partial(OSError, 28, "No space left on device")], ids=["killed", "full"])
def test_broken_off_anywhere_readers_have_a_whole_release_and_the_next_run_cleans_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, raised: Callable[[], BaseException]
) -> None:
    points = 0
    for at, place in attempts(monkeypatch, tmp_path, raised):
        points += 1
        assert whole(place), at
        session = place.open()
        session.unlock("", force=True)
        assert session.inspect().changed == frozenset(), at
        publish(session, 3, NEXT, NEW, OLD)
        assert place.site() in (NEXT, {**NEXT, "static/a.1111111111.css": b"old"}), at
        assert {name for name in place.entries() if ".bulletin" in name} == set(), at
    assert points > 80


def test_where_no_link_can_be_made_files_are_renamed_in_a_burst(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "symlink", refused)
    (tmp_path / "www").mkdir()
    target = PublishTarget("lan", "folder", path="www")
    assert open_folder(target, tmp_path, lambda: 0).probe().how == "burst"
    session = open_target(target, NoSecrets(), tmp_path)
    assert isinstance(session, BurstSession)
    publish(session, 1, OLD)
    assert (tmp_path / "www/index.html").read_bytes() == OLD["index.html"]


def test_a_disk_without_hard_links_keeps_whole_copies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", refused)
    place = Place(PublishTarget("lan", "folder", path=str(tmp_path)), tmp_path)
    session = place.open()
    assert [note[:26] for note in session.probe().notes][-1] == "its disk has no hard links"
    publish(session, 1, OLD)
    publish(session, 2, NEW, OLD)
    assert place.site() == {**NEW, "static/a.1111111111.css": b"old"}
    assert place.site("releases/20261127-1") == OLD


def test_a_path_begins_at_the_project(tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    session = open_target(PublishTarget("lan", "folder", path="www"), NoSecrets(), tmp_path)
    publish(session, 1, OLD)
    assert (tmp_path / "www/current/index.html").read_bytes() == OLD["index.html"]


@pytest.mark.parametrize("path", ["", ".", "content/.."])
def test_the_station_is_never_published_into_itself(tmp_path: Path, path: str) -> None:
    (tmp_path / "content").mkdir()
    with pytest.raises(UsageError, match="path"):
        open_target(PublishTarget("lan", "folder", path=path), NoSecrets(), tmp_path)
