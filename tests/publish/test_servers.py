"""The servers that publishing is tested with: each takes a file, gives it back, and has the faults that it should."""

from __future__ import annotations

import asyncio
import contextlib
import ftplib
import hashlib
import io
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh
import obstore
import pytest
from obstore.exceptions import AlreadyExistsError, BaseError, PermissionDeniedError
from obstore.store import S3Store

from tests.publish.servers import (
    CLERK,
    FtpServer,
    S3Server,
    SshServer,
    VsftpdServer,
    ftp_server,
    keep_reading,
    s3_server,
    small_disk,
    ssh_server,
    vsftpd_server,
    web_server,
    wire,
)

TEXT = "第一期".encode()


# ── SSH


@asynccontextmanager
async def connected(server: SshServer, host: str = "") -> AsyncIterator[asyncssh.SSHClientConnection]:
    async with asyncssh.connect(
        host or server.host,
        server.port,
        username=server.login,
        client_keys=[str(server.key)],
        known_hosts=asyncssh.import_known_hosts(server.known_hosts),
        config=None,
    ) as connection:
        yield connection


async def put(server: SshServer, name: str, data: bytes = TEXT, host: str = "") -> None:
    async with (
        connected(server, host) as connection,
        connection.start_sftp_client() as files,
        files.open(f"{server.path}/{name}", "wb") as file,
    ):
        await file.write(data)


async def shell(server: SshServer, command: str) -> str:
    async with connected(server) as connection:
        return str((await connection.run(command)).stdout)


def test_ssh_takes_a_file_and_has_a_shell(ssh: SshServer) -> None:
    asyncio.run(put(ssh, "a.html"))
    assert (ssh.root / "a.html").read_bytes() == TEXT
    assert (ssh.root / "a.html").stat().st_uid == CLERK
    assert asyncio.run(shell(ssh, f"id -un; cat {ssh.path}/a.html")) == "clerk\n第一期"


def test_sftp_only_has_no_shell(sftp: SshServer) -> None:
    asyncio.run(put(sftp, "a.html"))
    assert (sftp.root / "a.html").read_bytes() == TEXT
    assert "clerk" not in asyncio.run(shell(sftp, "id -un"))


def test_sftp_can_be_told_what_to_refuse() -> None:
    with ssh_server(sftp_only=True, denied=("posix-rename",)) as server:
        asyncio.run(put(server, "a.html"))
        with pytest.raises(asyncssh.SFTPOpUnsupported):
            asyncio.run(_posix_rename(server))


async def _posix_rename(server: SshServer) -> None:
    async with connected(server) as connection, connection.start_sftp_client() as files:
        await files.posix_rename(f"{server.path}/a.html", f"{server.path}/b.html")


def test_ssh_asks_for_the_right_password(ssh: SshServer) -> None:
    async def log_in(password: str) -> None:
        hosts = asyncssh.import_known_hosts(ssh.known_hosts)
        async with asyncssh.connect(
            ssh.host, ssh.port, username="clerk", password=password, client_keys=None, known_hosts=hosts, config=None
        ):
            pass

    asyncio.run(log_in(ssh.password))
    with pytest.raises(asyncssh.PermissionDenied):
        asyncio.run(log_in("wrong"))


def test_ssh_can_change_its_host_key_and_be_killed_and_started_again(ssh: SshServer) -> None:
    asyncio.run(put(ssh, "a.html"))
    before, line = ssh.fingerprint, ssh.known_hosts
    ssh.change_host_key()
    assert ssh.fingerprint != before
    assert ssh.known_hosts != line
    ssh.kill()
    with pytest.raises(OSError):
        asyncio.run(put(ssh, "b.html"))
    ssh.start()
    asyncio.run(put(ssh, "b.html"))
    assert {path.name for path in ssh.root.iterdir()} == {"a.html", "b.html"}


def test_a_killed_ssh_server_takes_its_connections_along(ssh: SshServer) -> None:
    async def wait() -> None:
        async with connected(ssh) as connection:
            waiting = await connection.create_process("sleep 60")
            await asyncio.to_thread(ssh.kill)
            await waiting.wait()
            assert waiting.exit_status is None

    asyncio.run(asyncio.wait_for(wait(), 5))


# ── FTP


class ReusingTLS(ftplib.FTP_TLS):
    """Takes the session of the control connection for data too; `ftplib` alone does not."""

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        wire, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        assert isinstance(self.sock, ssl.SSLSocket)
        return self.context.wrap_socket(wire, session=self.sock.session), size


def logged_in(server: FtpServer | VsftpdServer, host: str = "") -> ftplib.FTP:
    if not server.certificate:
        client = ftplib.FTP(timeout=5)
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.load_verify_locations(server.certificate)
        client = ReusingTLS(context=context, timeout=5)
    client.connect(host or server.host, server.port)
    client.login(server.login, server.password)
    if isinstance(client, ReusingTLS):
        client.prot_p()
    return client


@pytest.mark.parametrize("kind", ["ftp", "ftps", "vsftpd"])
def test_ftp_takes_a_file_and_gives_it_back(request: pytest.FixtureRequest, kind: str) -> None:
    server: FtpServer | VsftpdServer = request.getfixturevalue(kind)
    with logged_in(server) as client:
        client.cwd(server.path)
        client.storbinary("STOR 第一期.html", io.BytesIO(TEXT))
        got = io.BytesIO()
        client.retrbinary("RETR 第一期.html", got.write)
        assert got.getvalue() == (server.root / "第一期.html").read_bytes() == TEXT
        if client_socket := client.sock:
            shown = getattr(client_socket, "getpeercert", lambda _: b"")(True)
            assert not server.certificate or hashlib.sha256(shown).hexdigest() == server.fingerprint


def test_vsftpd_wants_its_sessions_reused_and_hides_new_files(vsftpd: VsftpdServer) -> None:
    with logged_in(vsftpd) as client:
        client.storbinary(f"STOR {vsftpd.path}/a.html", io.BytesIO(TEXT))
        assert (vsftpd.root / "a.html").stat().st_mode & 0o777 == 0o600
        assert isinstance(client, ReusingTLS)
        client.__class__ = ftplib.FTP_TLS  # type: ignore[assignment]
        with pytest.raises(ftplib.error_perm, match="522 SSL connection failed: session reuse required"):
            client.storbinary(f"STOR {vsftpd.path}/b.html", io.BytesIO(TEXT))


def test_plain_vsftpd_with_settings_refuses_a_wrong_password() -> None:
    with vsftpd_server(tls=False, local_umask="022") as server:
        with logged_in(server) as client:
            client.storbinary(f"STOR {server.path}/a.html", io.BytesIO(TEXT))
        assert (server.root / "a.html").stat().st_mode & 0o777 == 0o644
        with ftplib.FTP(timeout=5) as client:
            client.connect(server.host, server.port)
            with pytest.raises(ftplib.error_perm, match="530"):
                client.login("clerk", "wrong")


def test_ftp_has_the_faults_that_it_is_told_to_have() -> None:
    with (
        ftp_server(mlsd=False, rename_over=False, quota=100, refused_names='[:"*?]') as server,
        logged_in(server) as client,
    ):
        client.cwd(server.path)
        for name in ("a", "b"):
            client.storbinary(f"STOR {name}", io.BytesIO(TEXT))
        for refused in ("MLSD", "STOR a:b"):
            with pytest.raises(ftplib.error_perm, match=r"^5[05]0"):
                client.storbinary(refused, io.BytesIO(TEXT))
        with pytest.raises(ftplib.error_perm, match="already exists"):
            client.rename("a", "b")
        with pytest.raises(ftplib.Error, match="552 Disk quota exceeded"):
            client.storbinary("STOR c", io.BytesIO(TEXT * 50))
        assert (server.root / "b").read_bytes() == TEXT


# ── S3


def bucket(server: S3Server, name: str, key: str = "") -> S3Store:
    return S3Store(
        name,
        endpoint=server.endpoint,
        region=server.region,
        access_key_id=key or server.key,
        secret_access_key=server.secret,
        client_options={"allow_http": True},
        retry_config={"max_retries": 0},
    )


def test_s3_takes_a_file_once_and_shows_it_to_everybody(s3: S3Server) -> None:
    name = s3.new_bucket()
    store = bucket(s3, name)
    obstore.put(store, "a.html", TEXT, mode="create", attributes={"Content-Type": "text/html"})
    with pytest.raises(AlreadyExistsError):
        obstore.put(store, "a.html", b"", mode="create")
    assert bytes(obstore.get(store, "a.html").bytes()) == TEXT
    with urllib.request.urlopen(f"{s3.endpoint}/{name}/a.html", timeout=5) as reply:
        assert (reply.read(), reply.headers["Content-Type"]) == (TEXT, "text/html")


def test_s3_knows_its_publisher(s3: S3Server) -> None:
    name = s3.new_bucket()
    with pytest.raises((PermissionDeniedError, BaseError), match="InvalidAccessKeyId"):
        obstore.put(bucket(s3, name, "SOMEBODY"), "a.html", TEXT)
    anonymous = urllib.request.Request(f"{s3.endpoint}/{name}/a.html", data=TEXT, method="PUT")
    with pytest.raises(urllib.error.HTTPError, match="403") as caught:
        urllib.request.urlopen(anonymous, timeout=5)
    caught.value.close()


def test_s3_has_the_faults_that_it_is_told_to_have() -> None:
    with s3_server(conditional=False, quota=20) as server:
        store = bucket(server, server.new_bucket())
        with pytest.raises(BaseError, match="NotImplemented"):
            obstore.put(store, "a.html", TEXT, mode="create")
        obstore.put(store, "a.html", TEXT)
        with pytest.raises(BaseError, match="QuotaExceeded"):
            obstore.put(store, "b.html", TEXT * 2)


# ── the web, wires, disks


def test_nginx_follows_a_link_that_is_switched_while_readers_read(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text(name)
        (tmp_path / name / f"{name}.css").write_text("")
    current = tmp_path / "current"
    current.symlink_to("one")
    with (
        web_server(current) as address,
        keep_reading(address, ["/"], follow=lambda _, body: [f"/{body.decode()}.css"], mark=bytes.decode) as readers,
    ):
        readers.wait(20)
        (tmp_path / "next").symlink_to("two")
        (tmp_path / "next").replace(current)
        readers.wait(len(readers.reads) + 40)
    pages = [read for read in readers.reads if not read.page]
    assert {read.status for read in pages} == {200}
    assert [pages[0].mark, pages[-1].mark] == ["one", "two"]
    assert {read.digest for read in pages} == {hashlib.sha256(word).hexdigest() for word in (b"one", b"two")}
    assert {"/one.css", "/two.css"} == {read.path for read in readers.reads if read.page == "/"}


def test_readers_write_down_what_is_missing(tmp_path: Path) -> None:
    with web_server(tmp_path) as address, keep_reading(address, ["/无.html"], count=1) as readers:
        readers.wait(3)
    assert {(read.path, read.status) for read in readers.reads} == {("/无.html", 404)}


def test_a_wire_can_be_cut_taken_down_and_stalled(ssh: SshServer) -> None:
    with wire(ssh) as cut:
        asyncio.run(put(ssh, "a.html", host=cut.host))
        cut.cut_after(4_000_000)
        with pytest.raises((asyncssh.Error, OSError)):
            asyncio.run(put(ssh, "b.html", bytes(8_000_000), cut.host))
        assert 0 < (ssh.root / "b.html").stat().st_size < 8_000_000
        cut.down()
        with pytest.raises((asyncssh.Error, OSError)):
            asyncio.run(put(ssh, "c.html", host=cut.host))
        cut.up()
        cut.stall()
        with pytest.raises(TimeoutError):
            asyncio.run(asyncio.wait_for(put(ssh, "c.html", host=cut.host), 0.3))
        cut.resume()
        asyncio.run(put(ssh, "c.html", host=cut.host))
        assert (ssh.root / "c.html").read_bytes() == TEXT


def test_data_of_ftp_goes_through_the_wire_too(ftps: FtpServer) -> None:
    with wire(ftps) as cut:
        client = logged_in(ftps, cut.host)
        with contextlib.closing(client):
            client.storbinary(f"STOR {ftps.path}/a.html", io.BytesIO(TEXT))
            assert cut.connections == 2
            cut.cut_after(300_000)
            with pytest.raises((OSError, EOFError)):
                client.storbinary(f"STOR {ftps.path}/b.html", io.BytesIO(bytes(4_000_000)))


def test_a_small_disk_is_soon_full_and_can_be_read_only() -> None:
    with small_disk(100_000) as disk, ssh_server(root=disk.path) as server:
        asyncio.run(put(server, "a.html"))
        disk.fill()
        with pytest.raises(asyncssh.SFTPError):
            asyncio.run(put(server, "b.html", bytes(8_000)))
        (disk.path / "filler").unlink()
        disk.read_only()
        with pytest.raises(asyncssh.SFTPError):
            asyncio.run(put(server, "c.html"))
        disk.read_only(False)
        asyncio.run(put(server, "c.html"))
