"""What holds for every target that switches: a folder, and a server behind a shell."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import msgspec
import pytest

from bulletin.core.errors import PublishError
from bulletin.core.publish_targets import PublishTarget
from bulletin.publish.difference import plan_delivery
from bulletin.publish.release import ReleaseFile
from bulletin.publish.target import LOCK, TargetLock, TargetRecord
from bulletin.publish.targets.remote_files import ConnectionLost
from bulletin.publish.targets.switching import SwitchSession
from tests.publish.burst_target import MINE, NEW, NEXT, OLD, blobs_of, file_of, publish, release
from tests.publish.servers import CLERK, SshServer, small_disk, ssh_server
from tests.publish.switch_target import Place, contents

ASSET = {"static/a.1111111111.css": b"old"}
"""Of `OLD`; pages that are open in a browser still ask for it."""
THEIRS = TargetLock("wang", "PC-7", "2026-11-27T09:00:00", "another")


@pytest.fixture(scope="module")
def server() -> Iterator[SshServer]:
    with ssh_server() as server:
        yield server


@pytest.fixture(params=["folder", "ssh"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty one."""
    if request.param == "folder":
        return Place(PublishTarget("web", "folder", path=str(tmp_path)), tmp_path)
    return ssh_place(request.getfixturevalue("server"), f"a 'target' $HOME {random.randrange(10**9)}")


def ssh_place(server: SshServer, name: str) -> Place:
    root = server.root / name
    root.mkdir()
    os.chown(root, CLERK, CLERK)
    account = {"host": server.host, "port": server.port, "user": server.login, "path": str(root)}
    return Place(PublishTarget("web", "ssh", key=str(server.key), host_key=server.fingerprint, **account), root)  # type: ignore[arg-type]


@pytest.fixture
def session(place: Place) -> Iterator[SwitchSession]:
    opened = place.open()
    yield opened
    opened.close()


# ── whole deliveries


def test_a_first_delivery_puts_every_file_and_tells_how_far_it_is(place: Place, session: SwitchSession) -> None:
    steps = list[tuple[int, int]]()
    before = os.umask(0o077)
    try:
        publish(session, 1, OLD, sent=steps)
    finally:
        os.umask(before)
    assert place.site() == OLD
    assert place.entries() == {"current", "releases", "releases/20261127-1"}
    total = sum(map(len, OLD.values()))
    assert (steps[0], steps[-1]) == ((0, total), (total, total))
    state = session.inspect()
    assert state.record is not None
    assert (state.record.release, state.releases) == ("20261127-1", ("20261127-1",))
    assert set(state.record.files) == {file_of(path, data) for path, data in OLD.items()}
    assert (state.changed, state.unfinished, session.resume()) == (frozenset(), "", "")


def test_everybody_may_read_what_is_published(place: Place, session: SwitchSession) -> None:
    before = os.umask(0o077)
    try:
        publish(session, 1, OLD)
    finally:
        os.umask(before)
    rights = {path.stat().st_mode & 0o777 for path in (place.root / "current").rglob("*") if path.is_file()}
    folders = {path.stat().st_mode & 0o777 for path in (place.root / "releases").rglob("*") if path.is_dir()}
    assert (rights, folders) == ({0o644}, {0o755})


def test_a_second_delivery_shares_what_stays_and_leaves_the_first_as_it_was(
    place: Place, session: SwitchSession
) -> None:
    site = {**OLD, "about/index.html": b"stays"}
    publish(session, 1, site)
    publish(session, 2, {**NEW, "about/index.html": b"stays"}, site)
    assert place.site() == {**NEW, **ASSET, "about/index.html": b"stays"}
    assert place.site("releases/20261127-1") == site
    one, two = (place.root / "releases" / f"20261127-{i}" / "about/index.html" for i in (1, 2))
    assert one.stat().st_ino == two.stat().st_ino
    assert session.inspect().releases == ("20261127-2", "20261127-1")


def test_folders_that_are_empty_then_go(place: Place, session: SwitchSession) -> None:
    publish(session, 1, OLD)
    publish(session, 2, NEW, OLD)
    assert not (place.root / "current/issues/2026001/gone").exists()


def test_files_of_others_come_along(place: Place, session: SwitchSession) -> None:
    publish(session, 1, OLD)
    place.put("current/.well-known/proof.txt")
    publish(session, 2, NEW, OLD)
    assert place.site() == {**NEW, **ASSET, ".well-known/proof.txt": b"theirs"}


def test_nothing_to_do_writes_nothing(place: Place, session: SwitchSession) -> None:
    publish(session, 1, OLD)
    before = {path: path.lstat().st_ctime_ns for path in (place.root, *place.root.rglob("*"))}
    delivery = plan_delivery(session.inspect(), release(1, OLD))
    assert (delivery.writes, delivery.removes) == ((), ())
    assert {path: path.lstat().st_ctime_ns for path in (place.root, *place.root.rglob("*"))} == before


def test_a_file_becomes_a_folder_and_a_folder_a_file(place: Place, session: SwitchSession) -> None:
    publish(session, 1, {"a": b"file", "b/c/index.html": b"page", "index.html": b"home"})
    publish(session, 2, {"a/index.html": b"page", "b": b"file", "index.html": b"home"})
    assert place.site() == {"a/index.html": b"page", "b": b"file", "index.html": b"home"}


def test_any_name_that_a_disk_takes_is_published(place: Place, session: SwitchSession) -> None:
    names = [
        "-rf/index.html",
        'quote\'s "two" $(id) `id`.html',
        "会议：纪要 * ?.html",
        "back\\slash\nline.html",
        "长" * 84,
    ]
    site = {name: name.encode() for name in names}
    publish(session, 1, site)
    for name in names:
        os.utime(place.root / "current" / name, (1, 1))  # all of them in doubt
    assert session.inspect().changed == frozenset()
    publish(session, 2, dict.fromkeys(names[1:], b"new"))
    assert place.site() == dict.fromkeys(names[1:], b"new")
    assert place.site("releases/20261127-1") == site


def test_a_name_that_is_too_long_is_named_and_changes_nothing(place: Place, session: SwitchSession) -> None:
    publish(session, 1, OLD)
    with pytest.raises(PublishError, match=f"takes no file with the name “关于/{'长' * 90}"):
        publish(session, 2, {**NEW, f"关于/{'长' * 90}": b"1"})
    session.unlock(MINE.token)
    assert place.site() == OLD
    assert place.entries() == {"current", "releases", "releases/20261127-1"}


# ── what others did


def test_what_others_changed_or_removed_is_seen_and_put_right(place: Place, session: SwitchSession) -> None:
    publish(session, 1, OLD)
    place.put("current/index.html", b"home, bad")
    place.put("current/2026/index.html", OLD["2026/index.html"])  # the same again
    (place.root / "current/feed.xml").unlink()
    assert session.inspect().changed == {"index.html", "feed.xml"}
    delivery = publish(session, 1, OLD)
    assert [file.path for file in delivery.writes] == ["index.html", "feed.xml"]
    assert place.site() == OLD
    assert session.inspect().changed == frozenset()
    assert session.inspect().releases == ("20261127-1",)


def test_a_target_that_was_emptied_is_filled_again(place: Place, session: SwitchSession) -> None:
    publish(session, 1, OLD)
    os.rename(place.root / "releases/20261127-1", place.root / "releases/gone")  # noqa: PTH104
    publish(session, 1, OLD)
    assert place.site() == OLD
    for path in sorted(place.root.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    publish(session, 1, OLD)
    assert place.site() == OLD


def test_a_foreign_home_page_under_a_link_of_others_is_refused(place: Place, session: SwitchSession) -> None:
    place.put("theirs/index.html")
    (place.root / "current").symlink_to("theirs")
    with pytest.raises(PublishError, match=r"index\.html"):
        plan_delivery(session.inspect(), release(1, OLD))
    delivery = plan_delivery(session.inspect(), release(1, OLD), adopt=True)
    session.deliver(delivery, blobs_of(OLD), lambda *_: None)
    assert place.site() == OLD
    assert place.site("theirs") == {"index.html": b"theirs"}


@pytest.mark.parametrize("path", ["index.html", "current/index.html"])
def test_a_folder_that_is_the_root_itself_is_for_a_burst(place: Place, session: SwitchSession, path: str) -> None:
    assert session.can_switch()
    place.put(path)
    assert not session.can_switch()
    assert session.probe().how == "burst"


def test_what_station_yml_says_decides(place: Place) -> None:
    burst, switch = (place.open(how=how) for how in ("burst", "switch"))
    assert not burst.can_switch()
    place.put("current/index.html")
    assert switch.can_switch()
    with pytest.raises(PublishError, match="how: burst"):
        switch.inspect()
    burst.close()
    switch.close()


def test_a_folder_that_is_not_there_is_named(place: Place) -> None:
    with pytest.raises(PublishError, match="there is no folder “/nowhere/www”"), closing_target(place) as session:
        session.inspect()


@contextmanager
def closing_target(place: Place) -> Iterator[SwitchSession]:
    session = place.open(path="/nowhere/www")
    try:
        yield session
    finally:
        session.close()


# ── releases that are kept


def test_readers_get_a_former_release_back(place: Place, session: SwitchSession) -> None:
    publish(session, 1, OLD)
    publish(session, 2, NEW, OLD)
    session.switch("20261127-1")
    assert place.site() == OLD
    state = session.inspect()
    assert state.record is not None
    assert (state.record.release, state.changed) == ("20261127-1", frozenset())
    with pytest.raises(PublishError, match=r"20261127-9 is not on “web” any more\. There are: 20261127-2, 20261127-1"):
        session.switch("20261127-9")


def test_so_many_releases_stay_and_always_the_one_before(place: Place) -> None:
    session = place.open(keep=3)
    place.put("releases/mine/note.txt")
    for number in range(1, 12):
        publish(session, number, {**OLD, "index.html": b"%d" % number})
    assert session.inspect().releases == ("20261127-11", "20261127-10", "20261127-9")
    session.switch("20261127-9")
    publish(session, 12, OLD)
    assert session.inspect().releases == ("20261127-12", "20261127-11", "20261127-9")
    assert place.site("releases/mine") == {"note.txt": b"theirs"}
    session.close()


def test_a_purge_removes_a_content_from_every_release(place: Place, session: SwitchSession) -> None:
    gone = "issues/2026001/gone/index.html"
    publish(session, 1, OLD)
    publish(session, 2, {**OLD, gone: b"gone, other"})
    publish(session, 3, {**OLD, "2026/index.html": b"year"})
    place.put("releases/.bulletin-next-00/secret.html")
    removed = session.purge([file_of(gone, OLD[gone]), ReleaseFile("never/there.html", "0" * 64, 1)])
    assert set(removed) == {
        *(f"releases/20261127-{i}/{gone}" for i in (1, 3)),
        "releases/.bulletin-next-00/",
    }
    assert place.site("releases/20261127-2")[gone] == b"gone, other"
    assert [gone in place.site(f"releases/20261127-{i}") for i in (1, 3)] == [False, False]
    assert not (place.root / "current" / gone).parent.exists()
    state = session.inspect()
    assert state.record is not None
    assert (gone in {file.path for file in state.record.files}, state.changed) == (False, frozenset())
    session.switch("20261127-1")
    assert session.inspect().changed == frozenset()
    assert OLD[gone] not in contents(place.root).values()


# ── the lock


def test_who_publishes_is_told_to_another(place: Place, session: SwitchSession) -> None:
    other = place.open()
    assert session.lock(MINE) is None
    assert session.lock(MINE) is None
    assert other.lock(THEIRS) == MINE
    other.unlock(THEIRS.token)
    assert other.lock(THEIRS) == MINE
    other.unlock(THEIRS.token, force=True)
    assert other.lock(THEIRS) is None
    other.unlock(THEIRS.token)
    assert place.entries() == set()
    other.close()


def test_a_damaged_lock_is_a_lock(place: Place, session: SwitchSession) -> None:
    place.put(LOCK, b"{")
    assert session.lock(MINE) == TargetLock("", "", "", "")
    session.unlock("", force=True)
    assert session.lock(MINE) is None


def test_whose_lock_was_taken_away_switches_nothing(place: Place, session: SwitchSession) -> None:
    publish(session, 0, NEXT)
    publish(session, 1, OLD)
    session.lock(MINE)
    delivery = plan_delivery(session.inspect(), release(2, NEW), (release(1, OLD),))
    place.put(LOCK, msgspec.json.encode(THEIRS))
    with pytest.raises(PublishError, match="somebody has taken the lock on “web” away"):
        session.deliver(delivery, blobs_of(NEW, OLD), lambda *_: None)
    with pytest.raises(PublishError, match="somebody has taken the lock on “web” away"):
        session.switch("20261127-0")
    assert place.site() == {**OLD, "static/a.2222222222.css": b"new!"}
    assert place.entries() == {"current", "releases", "releases/20261127-0", "releases/20261127-1", LOCK}


# ── what goes wrong


def test_a_probe_leaves_nothing_behind(place: Place, session: SwitchSession) -> None:
    found = session.probe()
    assert (found.how, len(found.notes)) == ("switch", 1)
    assert found.free > 1_000_000
    assert abs(found.clock_behind - (100 - time.time())) < 5
    assert place.entries() == set()
    publish(session, 1, OLD)
    assert session.probe().notes == ()


def test_a_content_that_cannot_be_read_leaves_the_site_as_it_was(place: Place, session: SwitchSession) -> None:
    publish(session, 1, OLD)

    def broken(file: ReleaseFile) -> bytes:
        raise PublishError("{path} is damaged", path=file.path)

    delivery = plan_delivery(session.inspect(), release(2, NEW))
    with pytest.raises(PublishError, match="is damaged"):
        session.deliver(delivery, broken, lambda *_: None)
    assert place.site() == OLD
    assert place.entries() == {"current", "releases", "releases/20261127-1"}


def test_a_file_that_came_in_part_is_not_published(place: Place, session: SwitchSession) -> None:
    delivery = plan_delivery(session.inspect(), release(1, OLD))
    with pytest.raises(PublishError, match=r"has taken “.*”, but it is not there"):
        session.deliver(delivery, lambda file: b"" if file.path == "feed.xml" else OLD[file.path], lambda *_: None)
    assert place.entries() == {"releases"}


def test_leftovers_are_removed_by_the_next_delivery(place: Place, session: SwitchSession) -> None:
    publish(session, 1, OLD)
    for leftover in (
        ".bulletin-next-00/x",
        ".bulletin-next-00.json",
        ".bulletin-next-11.json",
        "20261127-2/index.html",
        "mine/x",
        "mine.txt",
    ):
        place.put(f"releases/{leftover}")
    (place.root / ".bulletin-link-00").symlink_to("releases/20261127-2")
    assert session.inspect().releases == ("20261127-1",)
    publish(session, 2, NEW, OLD)
    ours = {"releases/20261127-1", "releases/20261127-2"}
    assert place.entries() == {"current", "releases", "releases/mine", "releases/mine.txt", *ours}
    assert {path.name for path in (place.root / "releases").glob(".*")} == set()


@pytest.fixture(params=["folder", "ssh"])
def tight(request: pytest.FixtureRequest) -> Iterator[tuple[Place, object]]:
    with small_disk() as disk:
        if request.param == "folder":
            yield Place(PublishTarget("web", "folder", path=str(disk.path)), disk.path), disk
            return
        with ssh_server(root=disk.path) as server:
            account = {"host": server.host, "port": server.port, "user": server.login, "path": server.path}
            key = {"key": str(server.key), "host_key": server.fingerprint}
            yield Place(PublishTarget("web", "ssh", **account, **key), disk.path), disk  # type: ignore[arg-type]


def test_a_full_disk_leaves_the_site_as_it_was(tight: tuple[Place, object]) -> None:
    place, disk = tight
    session = place.open()
    publish(session, 1, OLD)
    disk.fill(left=200_000)  # type: ignore[attr-defined]
    with pytest.raises(PublishError, match="the disk of “web” is full"):
        publish(session, 2, {**NEW, "large.pdf": os.urandom(3_000_000)})
    session.unlock(MINE.token)
    assert place.site() == OLD
    assert place.entries() == {"current", "releases", "releases/20261127-1", "filler"}
    publish(session, 3, NEW)
    assert place.site() == {**NEW, **ASSET}
    session.close()


def test_a_disk_that_is_read_only_is_named(tight: tuple[Place, object]) -> None:
    place, disk = tight
    session = place.open()
    publish(session, 1, OLD)
    disk.read_only()  # type: ignore[attr-defined]
    with pytest.raises(PublishError, match="“web” is read-only"):
        session.lock(MINE)
    with pytest.raises(PublishError, match="“web” is read-only"):
        session.probe()
    assert place.site() == OLD
    session.close()


@pytest.mark.parametrize("done", [True, False])
def test_a_connection_that_breaks_at_the_switch_leaves_no_doubt(
    place: Place, session: SwitchSession, monkeypatch: pytest.MonkeyPatch, done: bool
) -> None:
    publish(session, 1, OLD)
    host = session._host
    complete = host.complete

    def broken(*args: str | bytes) -> None:
        if done:
            complete(*args)  # type: ignore[arg-type]
        raise ConnectionLost("lost")

    monkeypatch.setattr(host, "complete", broken)
    with nullcontext() if done else pytest.raises(ConnectionLost):
        publish(session, 2, NEW, OLD)
    assert place.site() == ({**NEW, **ASSET} if done else OLD)


# ── kills


LARGE = {**NEW, **{f"pages/{i}/index.html": b"%d" % i * 500 for i in range(400)}}


@pytest.mark.prove
def test_killed_at_any_moment_readers_have_the_old_or_the_new(
    place: Place, session: SwitchSession, prove: bool
) -> None:
    publish(session, 1, OLD)
    publisher = place.start(2, LARGE, OLD)
    started = time.monotonic()
    assert publisher.wait(60) == 0
    lasted = time.monotonic() - started
    session.switch("20261127-1")
    for number in range(3, 203 if prove else 6):
        before = place.site()
        publisher = place.start(number, {**LARGE, "index.html": b"%d" % number}, OLD)
        time.sleep(random.uniform(0.1, 1.1) * lasted)
        publisher.kill()
        publisher.wait(10)
        session.unlock("", force=True)
        after = {**LARGE, **ASSET, "index.html": b"%d" % number}
        assert place.site() in (before, after)
    publish(session, 999, OLD)
    assert place.site() in (OLD, {**OLD, "static/a.2222222222.css": b"new!"})
    assert not [name for name in place.entries() if ".bulletin" in name]


def test_a_record_that_nobody_can_read_counts_as_none(place: Place, session: SwitchSession) -> None:
    publish(session, 1, OLD)
    place.put("releases/20261127-1.json", b"{")
    assert session.inspect().record is None
    assert msgspec.json.decode(b"{}", type=TargetRecord) == TargetRecord()
