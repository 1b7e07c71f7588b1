"""SFTP targets, with Debian's sshd, which lets nobody have a shell."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bulletin.core.errors import PublishError
from bulletin.core.publish_targets import PublishTarget
from bulletin.publish.difference import plan_delivery
from bulletin.publish.target import LOCK, RECORD, TargetLock
from bulletin.publish.targets.burst import BurstSession
from bulletin.publish.targets.burst_notes import NOT_OVER
from bulletin.publish.targets.sftp import open_sftp
from tests.publish.burst_target import MINE, NEW, OLD, Site, blobs_of, is_own, publish, release
from tests.publish.servers import SshServer, small_disk, ssh_server, wire

KEPT = {"static/a.1111111111.css": b"old"}
MANY = {f"issues/2025{i:03}/index.html": f"{i}".encode() for i in range(40)}


class Passwords:
    def __init__(self, server: SshServer) -> None:
        self._server = server

    def password(self, _target: str) -> str | None:
        return self._server.password

    def known_hosts(self) -> bytes:
        return self._server.known_hosts.encode()


@contextmanager
def opened(server: SshServer, **changes: Any) -> Iterator[BurstSession]:
    values: dict[str, Any] = {
        "name": "old",
        "kind": "sftp",
        "host": server.host,
        "port": server.port,
        "user": server.login,
        "path": server.path,
        "key": str(server.key),
    }
    session = open_sftp(PublishTarget(**values | changes), Passwords(server), lambda: 0.0)
    try:
        yield session
    finally:
        session.close()


def site(root: Path) -> dict[str, bytes]:
    paths = {path: path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for path, name in paths.items() if not is_own(name) and name != "filler"}


def leftovers(root: Path) -> set[str]:
    return {path.name for path in root.iterdir() if is_own(path.name)} - {RECORD}


def refusal(server: SshServer, new: Site) -> str:
    with opened(server) as session:
        delivery = plan_delivery(session.inspect(), release(2, new))
        with pytest.raises(PublishError) as caught:
            session.deliver(delivery, blobs_of(new), lambda *_: None)
    assert "remedy" not in caught.value.values
    assert site(server.root) == OLD
    return str(caught.value)


def test_releases_are_published_one_after_another(sftp: SshServer) -> None:
    (sftp.root / "form.doc").write_bytes(b"theirs")
    (sftp.root / "link").symlink_to("/etc")
    with opened(sftp) as session:
        publish(session, 1, {**OLD, **MANY})
        publish(session, 2, NEW, OLD)
    assert site(sftp.root) == {"form.doc": b"theirs", **KEPT, **NEW}
    assert leftovers(sftp.root) == set()
    assert not (sftp.root / "issues/2025001").exists()
    files = [path for path in sftp.root.rglob("*.html") if not is_own(path.name)]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o644}
    with opened(sftp) as session:
        state = session.inspect()
        assert state.record is not None
        assert (state.record.release, state.changed) == ("20261127-2", frozenset())
        assert state.present["link"] > 0
        (sftp.root / "index.html").write_bytes(b"bad")
        (sftp.root / "feed.xml").unlink()
        assert session.inspect().changed == {"index.html", "feed.xml"}


def test_a_probe_says_what_the_server_can_and_leaves_nothing(sftp: SshServer) -> None:
    with opened(sftp) as session:
        found = session.probe()
    assert (found.how, found.notes) == ("burst", ())
    assert found.free > 0
    assert found.clock_behind < -1_000_000_000
    assert leftovers(sftp.root) == set()


def test_a_server_without_posix_rename_is_said_and_published_to() -> None:
    with ssh_server(sftp_only=True, denied=("posix-rename",)) as server, opened(server) as session:
        publish(session, 1, OLD)
        publish(session, 2, NEW, OLD)
        assert site(server.root) == {**KEPT, **NEW}
        assert session.probe().notes == (NOT_OVER,)


def test_a_lock_is_held_by_one(sftp: SshServer) -> None:
    other = TargetLock("wang", "PC-4", "2026-11-27T10:01:00", "other")
    with opened(sftp) as first, opened(sftp) as second:
        assert first.lock(MINE) is None
        assert second.lock(other) == MINE
        first.unlock(MINE.token)
        assert second.lock(other) is None


# ── refusals


def test_a_folder_that_is_not_there_is_said(sftp: SshServer) -> None:
    with pytest.raises(PublishError, match="no folder “/nowhere”"), opened(sftp, path="/nowhere"):
        pass


def test_a_read_only_target_is_said() -> None:
    with small_disk() as disk, ssh_server(root=disk.path, sftp_only=True) as server:
        with opened(server) as session:
            publish(session, 1, OLD)
        disk.read_only()
        assert "is read-only" in refusal(server, NEW)


def test_a_folder_of_somebody_else_is_said(sftp: SshServer) -> None:
    with opened(sftp) as session:
        publish(session, 1, OLD)
        sftp.root.chmod(0o755)
        os.chown(sftp.root, 0, 0)
    assert "no right" in refusal(sftp, NEW)


def test_a_full_disk_is_said_and_what_was_staged_is_removed() -> None:
    with small_disk() as disk, ssh_server(root=disk.path, sftp_only=True) as server:
        with opened(server) as session:
            publish(session, 1, OLD)
        assert "the disk of “old” is full" in refusal(server, {**NEW, "files/big.pdf": bytes(3_000_000)})
        assert leftovers(server.root) == set()


@pytest.mark.parametrize("name", [f"文件/{'字' * 90}.pdf", f"{'字' * 90}/a.pdf"])
def test_a_name_that_is_too_long_is_named(sftp: SshServer, name: str) -> None:
    with opened(sftp) as session:
        publish(session, 1, OLD)
    assert f"no file with the name “{name}”" in refusal(sftp, {**NEW, name: b"pdf"})


# ── breaking


def test_a_connection_that_breaks_is_made_again(sftp: SshServer) -> None:
    big = {**OLD, "files/big.pdf": bytes(2_000_000)}
    with wire(sftp) as cut, opened(sftp, host=cut.host) as session:
        assert session.lock(MINE) is None
        delivery = plan_delivery(session.inspect(), release(1, big))
        cut.cut_after(1_000_000)
        session.deliver(delivery, blobs_of(big), lambda *_: None)
        assert site(sftp.root) == big
        assert leftovers(sftp.root) == {LOCK}


def test_a_server_that_dies_leaves_the_site_and_the_next_run_completes_it(sftp: SshServer) -> None:
    with opened(sftp) as session:
        publish(session, 1, OLD)
    with opened(sftp) as session:
        delivery = plan_delivery(session.inspect(), release(2, NEW), (release(1, OLD),))
        session._pauses = (0, 0, 0)

        def die(done: int, total: int) -> None:
            if done > total // 2:
                sftp.kill()

        with pytest.raises(PublishError):
            session.deliver(delivery, blobs_of(NEW), die)
    assert site(sftp.root) == OLD
    sftp.start()
    with opened(sftp) as session:
        publish(session, 2, NEW, OLD)
    assert site(sftp.root) == {**KEPT, **NEW}
    assert leftovers(sftp.root) == set()
