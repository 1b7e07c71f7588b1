"""Servers that a test asks for by name; for other kinds see `tests.publish.servers`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.publish.servers import (
    FtpServer,
    S3Server,
    SshServer,
    VsftpdServer,
    ftp_server,
    s3_server,
    ssh_server,
    vsftpd_server,
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with the shared S3 server stay in one worker, so that it is started once."""
    for item in items:
        if "s3" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("publish s3"))


@pytest.fixture
def ssh() -> Iterator[SshServer]:
    """With a shell."""
    with ssh_server() as server:
        yield server


@pytest.fixture
def sftp() -> Iterator[SshServer]:
    """SFTP only."""
    with ssh_server(sftp_only=True) as server:
        yield server


@pytest.fixture
def ftp() -> Iterator[FtpServer]:
    """Plain."""
    with ftp_server() as server:
        yield server


@pytest.fixture
def ftps() -> Iterator[FtpServer]:
    """With TLS."""
    with ftp_server(tls=True) as server:
        yield server


@pytest.fixture
def vsftpd() -> Iterator[VsftpdServer]:
    """With TLS, whose sessions must be reused."""
    with vsftpd_server() as server:
        yield server


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    """Without faults, shared by the tests of a worker: each makes its `new_bucket`."""
    with s3_server() as server:
        yield server
