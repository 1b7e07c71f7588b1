"""FTP and FTPS targets, with pyftpdlib and Debian's vsftpd."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bulletin.core.errors import PublishError
from bulletin.core.publish_targets import PublishTarget
from bulletin.publish.difference import plan_delivery
from bulletin.publish.target import LOCK, RECORD, TargetLock
from bulletin.publish.targets import ftp, ftp_client
from bulletin.publish.targets.burst import BurstSession
from bulletin.publish.targets.burst_notes import NOT_ENCRYPTED, NOT_OVER, UNREADABLE
from bulletin.publish.targets.ftp_listing import ListedFile, parse_list, parse_mlsd
from tests.publish.burst_target import MINE, NEW, OLD, Site, blobs_of, is_own, publish, release
from tests.publish.servers import FtpServer, VsftpdServer, Wire, ftp_server, small_disk, vsftpd_server, wire

AnyFtp = FtpServer | VsftpdServer

KEPT = {"static/a.1111111111.css": b"old"}
MANY = {f"issues/2025{i:03}/index.html": f"{i}".encode() for i in range(40)}


@pytest.fixture(autouse=True)
def _nobody_else_publishes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock is read back at once."""
    monkeypatch.setattr(ftp, "_READ_BACK_PAUSE", 0.01)


class Passwords:
    def __init__(self, password: str | None) -> None:
        self._password = password

    def password(self, target: str) -> str | None:
        return self._password if target == "old" else None

    def known_hosts(self) -> bytes:
        return b""


def target_of(server: AnyFtp, **changes: Any) -> PublishTarget:
    values: dict[str, Any] = {
        "name": "old",
        "kind": "ftp",
        "host": server.host,
        "port": server.port,
        "user": server.login,
        "path": server.path,
        "tls": server.certificate is not None,
        "certificate": f"SHA256:{server.fingerprint}" if server.certificate else "",
    }
    return PublishTarget(**values | changes)


@contextmanager
def opened(server: AnyFtp, password: str = "", **changes: Any) -> Iterator[BurstSession]:
    session = ftp.open_ftp(target_of(server, **changes), Passwords(password or server.password), lambda: 0.0)
    try:
        yield session
    finally:
        session.close()


def site(server: AnyFtp) -> dict[str, bytes]:
    paths = {path: path.relative_to(server.root).as_posix() for path in server.root.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for path, name in paths.items() if not is_own(name)}


def leftovers(server: AnyFtp) -> set[str]:
    return {path.name for path in server.root.iterdir() if is_own(path.name)} - {RECORD}


def refusal(server: AnyFtp, new: Site, **changes: Any) -> str:
    """What is said when it cannot be published."""
    with opened(server, **changes) as session, pytest.raises(PublishError) as caught:
        publish(session, 2, new, OLD)
    with opened(server, **changes) as session:
        session.unlock("", force=True)
    assert not isinstance(caught.value.values.get("remedy"), str)
    return str(caught.value)


# ── publishing


@pytest.mark.parametrize("kind", ["ftp", "ftps", "vsftpd"])
def test_releases_are_published_one_after_another(request: pytest.FixtureRequest, kind: str) -> None:
    server: AnyFtp = request.getfixturevalue(kind)
    (server.root / "form.doc").write_bytes(b"theirs")
    with opened(server) as session:
        publish(session, 1, {**OLD, **MANY})
        state = session.inspect()
        assert (state.changed, state.unfinished) == (frozenset(), "")
        publish(session, 2, NEW, OLD)
    assert site(server) == {"form.doc": b"theirs", **KEPT, **NEW}
    assert leftovers(server) == set()
    assert not (server.root / "issues/2025001").exists()
    with opened(server) as session:
        state = session.inspect()
        assert state.record is not None
        assert state.record.release == "20261127-2"
        assert state.changed == frozenset()
        assert not plan_delivery(state, release(2, NEW)).writes
        (server.root / "index.html").write_bytes(b"bad")
        (server.root / "feed.xml").unlink()
        assert session.inspect().changed == {"index.html", "feed.xml"}


def test_what_vsftpd_makes_unreadable_is_made_readable(vsftpd: VsftpdServer) -> None:
    with opened(vsftpd) as session:
        publish(session, 1, OLD)
    files = [path for path in vsftpd.root.rglob("*") if not is_own(path.name)]
    assert {path.stat().st_mode & 0o777 for path in files if path.is_file()} == {0o644}
    assert {path.stat().st_mode & 0o777 for path in files if path.is_dir()} == {0o755}


def test_vsftpd_that_lets_nobody_change_rights_is_said() -> None:
    with vsftpd_server(tls=False, chmod_enable="NO") as server, opened(server) as session:
        assert UNREADABLE in session.probe().notes


def test_a_server_without_mlsd_that_renames_over_nothing() -> None:
    with ftp_server(mlsd=False, rename_over=False) as server, opened(server) as session:
        publish(session, 1, OLD)
        publish(session, 2, NEW, OLD)
        assert site(server) == {**KEPT, **NEW}
        assert session.inspect().changed == frozenset()
        notes = session.probe().notes
        assert {NOT_OVER, ftp._SLOW, NOT_ENCRYPTED} == set(notes)
        assert leftovers(server) == set()


def test_a_probe_of_an_encrypted_server_has_nothing_to_say(ftps: FtpServer) -> None:
    with opened(ftps) as session:
        found = session.probe()
    assert (found.how, found.notes) == ("burst", ())
    assert found.clock_behind < -1_000_000_000
    assert leftovers(ftps) == set()


def test_names_of_a_chinese_windows_are_in_gbk() -> None:
    with ftp_server(encoding="gbk") as server:
        with opened(server) as session:
            publish(session, 1, OLD)
            publish(session, 2, {**NEW, "文件/通知。.pdf": b"pdf"}, OLD)
            assert session.inspect().changed == frozenset()
        assert site(server) == {**KEPT, **NEW, "文件/通知。.pdf": b"pdf"}
        assert leftovers(server) == set()


def test_names_of_others_that_are_no_utf8_do_no_harm(ftp: FtpServer) -> None:
    (ftp.root / "a").mkdir()
    with open(bytes(ftp.root) + "/a/通知".encode("gbk"), "wb"):  # noqa: PTH123 - no text
        pass
    with opened(ftp) as session:
        publish(session, 1, OLD)
        assert session.inspect().changed == frozenset()


def test_the_login_folder_is_taken_where_no_path_is_given(ftp: FtpServer) -> None:
    with opened(ftp, path="") as session:
        publish(session, 1, OLD)
    assert (ftp.root.parent / "index.html").read_bytes() == OLD["index.html"]


# ── two publishers


def test_a_lock_is_held_by_one(ftp: FtpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # read back as late as in an office
    other = TargetLock("wang", "PC-4", "2026-11-27T10:01:00", "other")
    with opened(ftp) as first, opened(ftp) as second:
        assert first.lock(MINE) is None
        assert second.lock(other) == MINE
        first.unlock(MINE.token)
        assert second.lock(other) is None


# ── refusals


def test_a_wrong_or_missing_password_is_said(vsftpd: VsftpdServer) -> None:
    with pytest.raises(PublishError, match=r"“clerk” in \(530 "), opened(vsftpd, "wrong"):
        pass
    with pytest.raises(PublishError, match="no password is stored"):
        ftp.open_ftp(target_of(vsftpd), Passwords(None), lambda: 0.0)


def test_a_certificate_that_nobody_knows_is_shown_and_not_trusted(ftps: FtpServer) -> None:
    line = f"certificate: “SHA256:{ftps.fingerprint}”"
    with pytest.raises(PublishError, match=line), opened(ftps, certificate=""):
        pass
    before = f"SHA256:{ftps.fingerprint}"
    ftps.change_certificate()
    with (
        pytest.raises(PublishError, match=f"another certificate.*{ftps.fingerprint}"),
        opened(ftps, certificate=before),
    ):
        pass
    assert "USER" not in ftps.log()


def test_authorities_are_loaded_only_where_they_are_asked(
    ftp: FtpServer, ftps: FtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They take longer to load than a connection takes."""

    def loaded() -> None:
        raise LookupError

    monkeypatch.setattr(ssl, "create_default_context", loaded)
    for server in (ftp, ftps):
        with opened(server) as session:
            session.probe()
    with pytest.raises(LookupError), opened(ftps, certificate=""):
        pass


def test_encryption_that_is_missing_or_needed_is_said(ftp: FtpServer, vsftpd: VsftpdServer) -> None:
    with pytest.raises(PublishError, match="does not encrypt"), opened(ftp, tls=True):
        pass
    with pytest.raises(PublishError, match="wants encryption"), opened(vsftpd, tls=False, certificate=""):
        pass


def test_a_server_or_folder_that_is_not_there_is_said(ftp: FtpServer) -> None:
    with pytest.raises(PublishError, match="no folder “/nowhere”"), opened(ftp, path="/nowhere"):
        pass
    with pytest.raises(PublishError, match="nothing listens for FTP"), opened(ftp, port=1):
        pass


@pytest.mark.parametrize("where", ["pyftpdlib", "vsftpd"])
def test_a_read_only_target_is_said_and_stays_as_it_was(where: str) -> None:
    with small_disk(8_000_000) as disk:
        start = ftp_server if where == "pyftpdlib" else vsftpd_server
        with start(root=disk.path) as server:
            with opened(server) as session:
                publish(session, 1, OLD)
            disk.read_only()
            with opened(server) as session, pytest.raises(PublishError, match=r"no right|read-only"):
                session.probe()
            with opened(server) as session:
                delivery = plan_delivery(session.inspect(), release(2, NEW))
                with pytest.raises(PublishError, match=r"no right|read-only"):
                    session.deliver(delivery, blobs_of(NEW), lambda *_: None)
            assert site(server) == OLD


@pytest.mark.parametrize("where", ["pyftpdlib", "vsftpd"])
def test_a_full_disk_is_said_and_the_site_stays_as_it_was(where: str) -> None:
    with small_disk(1_000_000) as disk:
        start = ftp_server if where == "pyftpdlib" else vsftpd_server
        with start(root=disk.path) as server:
            with opened(server) as session:
                publish(session, 1, OLD)
            said = refusal(server, {**NEW, "files/big.pdf": bytes(3_000_000)})
            assert "“files/big.pdf” does not fit" in said
            assert site(server) == OLD
            assert leftovers(server) == set()


def test_a_quota_is_said() -> None:
    with ftp_server(quota=20_000) as server:
        with opened(server) as session:
            publish(session, 1, OLD)
        assert "quota" in refusal(server, {**NEW, "files/big.pdf": bytes(30_000)})
        assert site(server) == OLD


@pytest.mark.parametrize("name", ["文件/甲：乙.pdf", "文件：/甲.pdf"])
def test_a_name_that_is_refused_is_named(name: str) -> None:
    with ftp_server(refused_names='[：:"*?]') as server:
        with opened(server) as session:
            publish(session, 1, OLD)
        assert f"no file with the name “{name}”" in refusal(server, {**NEW, name: b"pdf"})
        assert site(server) == OLD


def test_a_name_that_is_too_long_is_named(vsftpd: VsftpdServer) -> None:
    name = f"文件/{'字' * 90}.pdf"
    with opened(vsftpd) as session:
        publish(session, 1, OLD)
    assert f"no file with the name “{name}”" in refusal(vsftpd, {**NEW, name: b"pdf"})
    assert site(vsftpd) == OLD


# ── breaking


@pytest.mark.parametrize("kind", ["ftp", "vsftpd"])
def test_a_connection_that_breaks_is_made_again(request: pytest.FixtureRequest, kind: str) -> None:
    server: AnyFtp = request.getfixturevalue(kind)
    big = {**OLD, "files/big.pdf": bytes(2_000_000)}
    with wire(server) as cut, opened(server, host=cut.host) as session:
        assert session.lock(MINE) is None
        delivery = plan_delivery(session.inspect(), release(1, big))
        cut.cut_after(1_000_000)
        session.deliver(delivery, blobs_of(big), lambda *_: None)
        assert site(server) == big
        assert leftovers(server) == {LOCK}


def test_a_server_that_dies_leaves_the_site_and_the_next_run_completes_it(vsftpd: VsftpdServer) -> None:
    with opened(vsftpd) as session:
        publish(session, 1, OLD)
    with opened(vsftpd) as session:
        delivery = plan_delivery(session.inspect(), release(2, NEW), (release(1, OLD),))
        blobs = blobs_of(NEW)
        session._pauses = (0, 0, 0)

        def die(done: int, total: int) -> None:
            if done > total // 2:
                vsftpd.kill()

        with pytest.raises(PublishError, match=r"FTP|broke"):
            session.deliver(delivery, blobs, die)
    assert site(vsftpd) == OLD
    vsftpd.start()
    with opened(vsftpd) as session:
        publish(session, 2, NEW, OLD)
    assert site(vsftpd) == {**KEPT, **NEW}
    assert leftovers(vsftpd) == set()


def test_a_server_that_says_nothing_is_not_waited_for(ftp: FtpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ftp_client, "_SECONDS", 0.5)
    with wire(ftp) as cut, opened(ftp, host=cut.host) as session:
        session._pauses = (0,)
        stalled: Wire = cut
        stalled.stall()
        with pytest.raises(PublishError, match="does not answer"):
            session.inspect()
        stalled.resume()


@pytest.mark.parametrize("kind", ["ftp", "vsftpd"])
def test_interrupted_in_the_middle_of_a_file_it_gives_its_lock_back(
    request: pytest.FixtureRequest, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server: AnyFtp = request.getfixturevalue(kind)
    with opened(server) as session:
        publish(session, 1, OLD)
        assert session.lock(MINE) is None
        delivery = plan_delivery(session.inspect(), release(2, NEW))
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(ftp_client, "_end_tls", _interrupt)
            session.deliver(delivery, blobs_of(NEW), lambda *_: None)
        session.unlock(MINE.token)
        assert not (server.root / LOCK).exists()
        publish(session, 2, NEW, OLD)
    assert site(server) == {**KEPT, **NEW}
    assert leftovers(server) == set()


def _interrupt(_wire: object) -> None:
    raise KeyboardInterrupt


# ── listings


def test_mlsd_is_read() -> None:
    lines = [
        "type=cdir;modify=20261127100000; .",
        "Type=file;Size=12;Modify=20261127100000.123;UNIX.mode=0644; a b; c.html",
        "type=dir;modify=20261127100000; 第二",
        "type=OS.unix=slink:/x;size=3; link",
    ]
    assert list(parse_mlsd(lines)) == [
        ListedFile("a b; c.html", False, 12, 20261127100000, 0o644),
        ListedFile("第二", True, 0, 20261127100000, None),
        ListedFile("link", False, 3, 0, None),
    ]


@pytest.mark.parametrize(
    ("line", "name", "is_folder", "size", "mode"),
    [
        ("-rw-r--r--    1 1500     1500         1234 Nov 28 12:57 a  b.html", "a  b.html", False, 1234, 0o644),
        ("-rw-------    1 ftp Domain Users      1234 Nov 28  2025 a.html", "a.html", False, 1234, 0o600),
        ("drwxr-xr-x   2 user group 4096 11月 28 12:57 第二", "第二", True, 4096, 0o755),
        ("-rw-r--r-- 1 user 1234 2026-11-28 12:57 a.html", "a.html", False, 1234, 0o644),
        ("lrwxrwxrwx 1 user group 7 Nov 28 12:57 current -> /srv/x", "current", False, 7, 0o777),
        ("11-28-26  12:57PM       <DIR>          a b", "a b", True, 0, None),
        ("11-28-2026  12:57PM            1,234 a b.html", "a b.html", False, 1234, None),
    ],
)
def test_list_is_read(line: str, name: str, is_folder: bool, size: int, mode: int | None) -> None:
    (found,) = parse_list(["total 8", "drwxr-xr-x 2 u g 4096 Nov 28 12:57 .", line, ""])
    assert (found.name, found.is_folder, found.size, found.mode) == (name, is_folder, size, mode)
    assert found.mtime != 0


def test_a_time_with_or_without_year_is_the_same_day() -> None:
    new, old = ("-rw-r--r-- 1 u g 5 Nov 28 12:57 a", "-rw-r--r-- 1 u g 5 Nov 28  2026 a")
    assert list(parse_list([new])) == list(parse_list([old]))


@pytest.mark.parametrize(
    ("said", "path", "why"),
    [
        ("552 Exceeded storage allocation", "a.html", "quota"),
        ("452 Insufficient storage space", "a.html", "full"),
        ("451 Failure writing to local file.", "a.html", "full"),
        ("553 Could not create file.", "s/0-a.html", "rights"),
        ("553 Could not create file.", "s/0-甲.html", "name"),
        ("550 Permission denied.", "s/0-甲.html", "rights"),
        ("553 File name not allowed", "a.html", "name"),
        ("421 Timeout.", "a.html", "lost"),
        ("550 文件名、目录名或卷标语法不正确", "a.html", "name"),
        ("504 Not implemented", "a.html", "other"),
    ],
)
def test_the_reason_of_a_refusal_is_found(said: str, path: str, why: str) -> None:
    assert ftp._why(said, path) == why
