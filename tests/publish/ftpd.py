"""An FTP server with the faults that it is told to have: ``python -m tests.publish.ftpd SETTINGS`` (JSON).

pyftpdlib, one process, one thread; `tests.publish.servers.ftp_server` starts it.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import sys
from pathlib import Path
from typing import IO, Any

import msgspec
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.filesystems import AbstractedFS, FilesystemError
from pyftpdlib.handlers import FTPHandler, TLS_FTPHandler
from pyftpdlib.servers import FTPServer

from tests.publish.faults import FtpSettings


class _Received:
    """A file that is being received, until all files together are too large. Written through, as the reply promises."""

    def __init__(self, file: IO[bytes], left: int | None) -> None:
        self._file = file
        self._left = left
        self.failure = ""
        """Why it could not be written."""

    def write(self, data: bytes) -> None:
        try:
            if self._left is not None and len(data) > self._left:
                self._put(data[: self._left])  # as a real one: what fits is there
                self._left = 0
                raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))
            self._put(data)
        except OSError as error:
            self.failure = os.strerror(error.errno or 0)
            raise
        self._left = self._left and self._left - len(data)

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self._file.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _file_system(settings: FtpSettings) -> type[Any]:
    home = Path(settings.home)

    class Files(AbstractedFS):  # type: ignore[misc]
        def _check(self, path: str) -> None:
            if settings.refused_names and re.search(settings.refused_names, Path(path).name):
                raise FilesystemError("The filename, directory name, or volume label syntax is incorrect")

        def open(self, filename: str, mode: str) -> Any:
            if "r" in mode and "+" not in mode:
                return super().open(filename, mode)
            self._check(filename)
            file = super().open(filename, mode)
            if not settings.quota:
                return _Received(file, None)
            used = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
            return _Received(file, max(0, settings.quota - used))

        def mkdir(self, path: str) -> None:
            self._check(path)
            super().mkdir(path)

        def rename(self, src: str, dst: str) -> None:
            self._check(dst)
            if not settings.rename_over and Path(dst).exists():
                raise FilesystemError("Cannot create a file when that file already exists")
            super().rename(src, dst)

    return Files


def _data(base: type[Any]) -> type[Any]:
    """What receives files. pyftpdlib itself would answer “426 None; transfer aborted” when a disk is full."""

    class Data(base):  # type: ignore[misc]
        def close(self) -> None:
            if failure := getattr(self.file_obj, "failure", ""):
                self._resp = (f"552 {failure}.", logging.getLogger("pyftpdlib").warning)
            super().close()

    return Data


def _handler(settings: FtpSettings) -> type[Any]:
    base: type[Any] = TLS_FTPHandler if settings.certificate else FTPHandler
    commands = {
        name: command for name, command in base.proto_cmds.items() if settings.mlsd or name not in ("MLSD", "MLST")
    }
    authorizer = DummyAuthorizer()
    authorizer.add_user(
        settings.user, settings.password, settings.home, perm="elr" if settings.read_only else "elradfmwMT"
    )
    options: dict[str, object] = {
        "authorizer": authorizer,
        "abstracted_fs": _file_system(settings),
        "dtp_handler": _data(base.dtp_handler),
        "proto_cmds": commands,
        "passive_ports": settings.passive_ports,
        "encoding": settings.encoding,
        "auth_failed_timeout": 0.1,
    }
    if settings.certificate:
        options |= {"certfile": settings.certificate, "tls_control_required": True, "tls_data_required": True}
    return type("Handler", (base,), options)


def main(text: str) -> None:
    settings = msgspec.json.decode(text, type=FtpSettings)
    FTPServer((settings.host, settings.port), _handler(settings)).serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
