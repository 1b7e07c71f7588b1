"""Real sshd: who it is, who we are, and what happens when it goes away."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bulletin.core.errors import PublishError
from bulletin.core.publish_targets import PublishTarget
from bulletin.publish.targets import ssh_connection
from bulletin.publish.targets.burst import BurstSession
from bulletin.publish.targets.opening import open_target
from bulletin.publish.targets.ssh_connection import SshConnectionLost, connect
from bulletin.publish.targets.ssh_shell import tar_stream
from bulletin.publish.targets.switching import SwitchSession
from tests.publish.burst_target import MINE, NEW, OLD, Site, file_of, publish
from tests.publish.servers import CLERK, PASSWORD, SshServer, ssh_server, wire
from tests.publish.switch_target import NoSecrets, Place, contents


@pytest.fixture(scope="module")
def server() -> Iterator[SshServer]:
    with ssh_server() as server:
        yield server


def target_of(server: SshServer, **changes: object) -> PublishTarget:
    values: dict[str, object] = {
        "host": server.host,
        "port": server.port,
        "user": server.login,
        "path": server.path,
        "key": str(server.key),
        "host_key": server.fingerprint,
    }
    return PublishTarget("web", "ssh", **(values | changes))  # type: ignore[arg-type]


# ── who it is, who we are


@pytest.mark.parametrize("way", ["key", "password"])
@pytest.mark.parametrize("known", ["pinned", "known_hosts"])
def test_a_known_server_lets_a_known_account_in(server: SshServer, way: str, known: str) -> None:
    target = target_of(
        server,
        key=str(server.key) if way == "key" else "",
        host_key=server.fingerprint if known == "pinned" else "",
    )
    secrets = NoSecrets(PASSWORD if way == "password" else None, server.known_hosts if known != "pinned" else "")
    with closing(connect(target, secrets)) as connection:
        assert str(connection.wait(connection.client.run("id -u")).stdout).strip() == "1500"


def test_the_one_key_that_is_confirmed_is_asked_for() -> None:
    with ssh_server() as server:
        second = server.folder / "rsa"
        subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-N", "", "-f", second], check=True)
        shown = subprocess.run(["ssh-keygen", "-l", "-f", second], check=True, capture_output=True, text=True).stdout
        config = server.folder / "sshd_config"
        config.write_text(f"{config.read_text('utf-8')}HostKey {second}\n", "utf-8")
        server.restart()
        for pinned in (server.fingerprint, shown.split()[1]):
            connect(target_of(server, host_key=pinned), NoSecrets()).close()
        with pytest.raises(PublishError, match="the key or the password is wrong"):
            connect(target_of(server, host_key=shown.split()[1], key=""), NoSecrets("wrong"))


def test_an_unknown_server_is_shown_by_its_fingerprint(server: SshServer) -> None:
    with pytest.raises(PublishError, match="is not known here") as raised:
        connect(target_of(server, host_key=""), NoSecrets())
    assert f"host_key: {server.fingerprint}" in str(raised.value)


@pytest.mark.parametrize("known", ["pinned", "known_hosts"])
def test_a_server_with_another_key_gets_nothing(known: str) -> None:
    with ssh_server() as server:
        pinned = server.fingerprint if known == "pinned" else ""
        hosts = "" if known == "pinned" else server.known_hosts
        server.change_host_key()
        with pytest.raises(PublishError, match="shows another key than before") as raised:
            connect(target_of(server, host_key=pinned, key=""), NoSecrets("secret", hosts))
        assert f"host_key: {server.fingerprint}" in str(raised.value)
        assert "password" not in server.log()


@pytest.mark.parametrize(
    "changes, password, sentence",
    [
        ({"key": ""}, "wrong", "“clerk” in: the key or the password is wrong"),
        ({"key": "/nowhere/key"}, None, "the key file “/nowhere/key” of target “web” cannot be read: No such file"),
        ({"host": "nowhere.invalid"}, None, "there is no server “nowhere.invalid”"),
        ({"host": ""}, None, "target “web” has no host"),
        ({"port": 1}, None, "nothing listens for SSH at port 1"),
    ],
)
def test_who_gets_no_connection_is_told_why(
    server: SshServer, changes: dict[str, object], password: str | None, sentence: str
) -> None:
    with pytest.raises(PublishError, match=sentence):
        connect(target_of(server, **changes), NoSecrets(password))


def test_a_locked_key_file_needs_its_passphrase(server: SshServer, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-m", "PEM", "-N", "geheim", "-f", key], check=True)
    with pytest.raises(PublishError, match="needs its passphrase"):
        connect(target_of(server, key=str(key)), NoSecrets())
    with pytest.raises(PublishError, match="cannot be unlocked"):
        connect(target_of(server, key=str(key)), NoSecrets("wrong"))
    with pytest.raises(PublishError, match="does not let “clerk” in"):
        connect(target_of(server, key=str(key)), NoSecrets("geheim"))


def test_what_answers_nothing_is_not_waited_for(server: SshServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh_connection, "_CONNECT_SECONDS", 0.3)
    with wire(server) as stalled:
        stalled.stall()
        started = time.monotonic()
        with pytest.raises(PublishError, match="does not answer at port"):
            connect(target_of(server, host=stalled.host), NoSecrets())
        assert time.monotonic() - started < 5


def test_an_account_without_a_shell_is_told_to_use_sftp(sftp: SshServer) -> None:
    with pytest.raises(PublishError, match="write “kind: sftp” for target “web”"):
        open_target(target_of(sftp), NoSecrets(), Path("/"))


def test_a_fixed_root_is_published_to_by_a_burst(server: SshServer) -> None:
    session = open_target(target_of(server, how="burst"), NoSecrets(), Path("/"))
    assert isinstance(session, BurstSession)
    session.close()


# ── what goes away


def test_an_operation_without_progress_ends(server: SshServer) -> None:
    with wire(server) as stalled, closing(connect(target_of(server, host=stalled.host), NoSecrets())) as connection:
        stalled.stall()
        started = time.monotonic()
        with pytest.raises(SshConnectionLost, match="made no progress for"):
            connection.wait(connection.client.run("id"), patience=0.5)
        assert time.monotonic() - started < 5
        stalled.resume()
        connection.reconnect()
        connection.wait(connection.client.run("id"), patience=5)


def test_what_goes_on_is_waited_for(server: SshServer) -> None:
    async def slow() -> str:
        for _ in range(4):
            await asyncio.sleep(0.2)
            connection.progress()
        return "done"

    with closing(connect(target_of(server), NoSecrets())) as connection:
        assert connection.wait(slow(), patience=0.5) == "done"


def test_a_connection_that_ended_while_somebody_was_asked_is_made_anew(server: SshServer) -> None:
    place = fresh_place(server, "asked")
    session = place.open()
    publish(session, 1, OLD)
    server.restart()
    publish(session, 2, NEW, OLD)
    assert place.site() == {**NEW, "static/a.1111111111.css": b"old"}
    session.close()


def fresh_place(server: SshServer, name: str, **changes: object) -> Place:
    root = server.root / name
    root.mkdir()
    os.chown(root, CLERK, CLERK)
    return Place(target_of(server, path=str(root), **changes), root)


def publish_while(disturbed: Callable[[], None], session: SwitchSession, number: int, site: Site) -> None:
    """A delivery, and something that happens at some moment of it."""
    timer = threading.Timer(random.uniform(0, 0.5), disturbed)
    timer.start()
    with suppress(PublishError):
        publish(session, number, site, OLD)
    timer.join()


@pytest.mark.prove
@pytest.mark.parametrize("fault", ["server", "wire"])
def test_a_delivery_that_is_cut_off_leaves_the_old_or_the_new(server: SshServer, fault: str, prove: bool) -> None:
    large = {**NEW, "large.pdf": random.randbytes(3_000_000)}
    with wire(server) as way:
        place = fresh_place(server, f"cut by {fault}", host=way.host if fault == "wire" else server.host)
        session = place.open()
        publish(session, 1, OLD)
        size = way.sent
        publish(session, 2, large, OLD)
        size = way.sent - size
        for number in range(3, 203 if prove else 13):
            old = place.site()
            large |= {"large.pdf": random.randbytes(3_000_000), "index.html": b"%d" % number}
            if fault == "wire":
                way.cut_after(random.randrange(size))
            publish_while(server.kill if fault == "server" else lambda: None, session, number, large)
            if fault == "server":
                server.restart()
            assert place.site() in (old, {**large, "static/a.1111111111.css": b"old"})
            way.cut_after(10**12)
            session.unlock("", force=True)
        publish(session, 999, OLD)
        assert place.site() == {**OLD, "static/a.2222222222.css": b"new!"}
        assert not [name for name in place.entries() if ".bulletin" in name]
        session.close()


def test_a_server_that_stays_away_is_named() -> None:
    with ssh_server() as server:
        session = fresh_place(server, "away").open()
        publish(session, 1, OLD)
        server.kill()
        with pytest.raises(PublishError, match="nothing listens for SSH"):
            session.inspect()
        session.close()


# ── what is sent


def test_the_archive_is_one_that_tar_reads(tmp_path: Path) -> None:
    files = {"a/" + "长" * 60 + "/" + "b" * 90 + ".html": b"1" * 512, "empty": b"", "x": b"2" * 700_000}
    taken = list[int]()
    data = b"".join(tar_stream(files.items(), taken.append))
    subprocess.run(["tar", "-xf", "-", "-C", tmp_path], input=data, check=True)
    assert contents(tmp_path) == files
    assert sum(taken) == sum(map(len, files.values()))


TOOLS = "awk cat chmod cp date df find grep ln mkdir mv readlink rm rmdir sh sha256sum stat sync tail tar tr wc xargs"


def test_small_servers_have_busybox() -> None:
    with ssh_server() as server:
        tools = server.folder / "bin"
        tools.mkdir()
        for name in TOOLS.split():
            (tools / name).symlink_to(shutil.which("busybox") or "")
        config = server.folder / "sshd_config"
        config.write_text(f"{config.read_text('utf-8')}SetEnv PATH={tools}\n", "utf-8")
        server.restart()
        place = fresh_place(server, "small")
        session = place.open()
        facts = session.probe()
        assert (facts.how, len(facts.notes), facts.free > 0) == ("switch", 1, True)
        publish(session, 1, OLD)
        publish(session, 2, {**NEW, "长" * 84: b"long"}, OLD)
        assert place.site() == {**NEW, "长" * 84: b"long", "static/a.1111111111.css": b"old"}
        assert place.site("releases/20261127-1") == OLD
        place.put("current/index.html", b"home, bad")
        for name in ("index.html", "feed.xml"):  # such a stat tells whole seconds
            os.utime(place.root / "current" / name, (1, 1))
        assert session.inspect().changed == {"index.html"}
        session.switch("20261127-1")
        assert place.site() == OLD
        assert session.purge([file_of("index.html", OLD["index.html"])]) == ("releases/20261127-1/index.html",)
        assert session.lock(MINE) is None
        session.close()
