"""Reading files that may be no files, and atomic replacement: a reader gets the old content or the new."""

from __future__ import annotations

import errno
import os
import secrets
import stat
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path

_AT_ONCE = 1 << 16
"""Bytes asked for beyond the size that a file seemed to have."""


class NotAFile(OSError):
    """A folder, a pipe or a device is where a file should be."""


def read_file(path: str | Path) -> bytes:
    """All that is in a regular file. Raises `OSError`, `NotAFile` among them; never waits for a pipe or a device.

    What it is, is looked at before opening, since opening alone does something to some devices, and once more after.
    """
    _require_file(os.stat(path), path)  # noqa: PTH116 - called for every source, as below
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        status = os.fstat(descriptor)
        _require_file(status, path)
        chunks = []
        while chunk := os.read(descriptor, status.st_size + _AT_ONCE):
            chunks.append(chunk)
    except OSError as error:
        error.filename = error.filename or str(path)
        raise
    finally:
        os.close(descriptor)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _require_file(status: os.stat_result, path: str | Path) -> None:
    if not stat.S_ISREG(status.st_mode):
        code = errno.EISDIR if stat.S_ISDIR(status.st_mode) else errno.EINVAL
        raise NotAFile(code, os.strerror(code), str(path))


LOCK_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.75, 1.5, 2.0)
"""Seconds between attempts to change a file that another program has open: a virus scanner, a backup, a web server."""

_LOCKED = frozenset((5, 32, 33))
"""Windows' errors for such a file: access denied, sharing violation, lock violation."""


def retry_locked(
    call: Callable[..., object],
    *paths: str | Path,
    pauses: Iterable[float] = LOCK_PAUSES,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Call with the paths; on Windows again after each pause, as long as another program has one of them open.

    An iterator as ``pauses`` is shared between calls, which then wait that long together. Raises the last `OSError`.
    """
    waits = iter(pauses)
    while True:
        try:
            call(*paths)
            return
        except OSError as error:
            if getattr(error, "winerror", None) not in _LOCKED or (pause := next(waits, None)) is None:
                raise
        sleep(pause)


def real_path(path: Path) -> Path:
    """With all links followed as far as they lead; `Path.resolve` raises `RuntimeError` when they go in a circle."""
    return Path(os.path.realpath(path))


def is_utf8(name: str) -> bool:
    """Whether the name of a file, as Python gives it, was UTF-8 on the disk."""
    return name.isascii() or not any(0xD800 <= ord(character) <= 0xDFFF for character in name)


_HINT_LENGTH = 40
"""Characters of the file's name that are kept in the temporary name, so that a leftover can be recognised."""


def replace_file(path: Path, data: bytes | Iterable[bytes], *, sync: bool = False) -> None:
    """Write a temporary file beside the target, then rename it over the target.

    Mode, owner and group of an existing file are kept, the latter two where the system permits it; a new file gets
    the mode that the umask gives. Of a symlink the target is replaced, and the link is kept. A device or a
    pipe is written to directly. ``sync`` forces file and folder to the disk, for what must survive a power cut.
    Raises `OSError` that names ``path``, and whatever ``data`` raises; then the old file is unchanged, the temporary
    one is removed.
    """
    chunks = (data,) if isinstance(data, bytes) else data
    try:
        status = path.stat() if path.exists() else None
        if status and not stat.S_ISREG(status.st_mode):
            with path.open("wb") as file:
                file.writelines(chunks)
        else:
            _refuse_read_only(status)
            _replace(_target(path), status, chunks, sync)
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


def _refuse_read_only(status: os.stat_result | None) -> None:
    """Windows replaces no file with this attribute, and says only that access is denied."""
    if getattr(status, "st_file_attributes", 0) & stat.FILE_ATTRIBUTE_READONLY:
        raise PermissionError(errno.EACCES, "the file is marked as read-only (Properties → Read-only)")


def _target(path: Path) -> Path:
    """The file that a path resolves to; a link may point to one that does not exist yet."""
    target = real_path(path)
    if target.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return target


def _replace(target: Path, status: os.stat_result | None, chunks: Iterable[bytes], sync: bool) -> None:
    fresh = target.with_name(f".{target.name[:_HINT_LENGTH]}.{secrets.token_hex(8)}.new")
    mode = 0o600 if status else 0o666  # private until it has the old file's mode
    file = open(fresh, "xb", opener=partial(os.open, mode=mode))  # noqa: SIM115 - closed below; Path has no opener
    try:
        with file:
            file.writelines(chunks)
            file.flush()
            if status:
                _keep_access(file.fileno(), status)
            if sync:
                os.fsync(file.fileno())
        retry_locked(os.replace, fresh, target)
    except BaseException:
        with suppress(OSError):
            fresh.unlink()
        raise
    if sync:
        _sync_folder(target.parent)


def _keep_access(descriptor: int, status: os.stat_result) -> None:
    """Owner, group and mode of the old file, as far as system and file system permit."""
    if sys.platform == "win32":  # access is inherited from the folder
        return
    for owner in (status.st_uid, -1):
        with suppress(OSError):
            os.fchown(descriptor, owner, status.st_gid)
            break
    with suppress(OSError):
        os.fchmod(descriptor, stat.S_IMODE(status.st_mode))


def _sync_folder(folder: Path) -> None:
    """Make the rename durable. Windows and some network drives cannot; the file is replaced all the same."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
