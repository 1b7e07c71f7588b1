"""Small POSIX scripts, run by the shell at the other end of an SSH connection."""

from __future__ import annotations

import asyncio
import re
import shlex
import tarfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress

import asyncssh

from bulletin.core.errors import PublishError
from bulletin.core.problems import N_
from bulletin.publish.targets.file_errors import Refusal, refused
from bulletin.publish.targets.release_host import LOCK_TAKEN_AWAY
from bulletin.publish.targets.ssh_connection import PATIENCE, SshConnection, SshConnectionLost

_NO_SHELL = N_(
    "the account “{user}” on {host} has no shell ({said}): write “kind: sftp” for target “{target}” in "
    "content/station.yml."
)
_CUT_OFF = N_("what was sent to “{target}” did not arrive whole: publish again.")

_BEGIN = """\
LC_ALL=C; export LC_ALL; umask 022
[ -d "$1" ] || exit 66
cd -- "$1" || exit 1
shift
whole() { [ "$(wc -c < "$1")" -eq "$2" ] || exit 68; }
locked() { [ -z "$1" ] || grep -qF "\\"token\\":\\"$1\\"" .bulletin-lock.json || exit 67; }
to_disk() { sync -f "$1" 2>/dev/null || sync; }
"""
_NO_FOLDER, _LOCK_GONE, _NOT_WHOLE = 66, 67, 68

_SAID: tuple[tuple[str, Refusal], ...] = (
    ("no space left", "full"),
    ("wrote only", "full"),
    ("quota", "quota"),
    ("read-only file system", "read-only"),
    ("permission denied", "rights"),
    ("not permitted", "rights"),
    ("file name too long", "name"),
    ("invalid argument", "name"),
)
"""What programs say in the locale C, in small letters."""

_NAMED = re.compile(r"'([^']+)'|^tar: (.+?): ")
"""The file in such a sentence."""

_OCTAL = re.compile(rb"\\([0-3][0-7]{2})")
"""How programs write other letters than ASCII in the locale C."""

_CHUNK = 1 << 18


class RemoteShell:
    """Runs scripts in the target's folder."""

    def __init__(self, connection: SshConnection) -> None:
        self._connection = connection
        self._target = connection.target
        path = self._target.path.removeprefix("~/")  # relative paths begin at the account's home
        self._folder = path if path.startswith("/") else f"./{path}"

    def require(self) -> None:
        """Raises `PublishError` where no shell answers."""
        said, code, errors = self._run("echo bulletin-shell")
        if said.strip() != b"bulletin-shell" or code:
            words = " ".join((said + errors).decode("utf-8", "replace").split())[:100] or f"exit {code}"
            raise PublishError(
                _NO_SHELL, user=self._target.user, host=self._target.host, target=self._target.name, said=words
            )

    def ask(
        self, script: str, *words: str, feed: Sequence[bytes] = (), about: str = "", patience: float = PATIENCE
    ) -> bytes:
        """As `run`, of a script that may run twice: it does when the connection breaks, as after a long question."""
        try:
            return self.run(script, *words, feed=feed, about=about, patience=patience)
        except SshConnectionLost:
            self._connection.reconnect()
            return self.run(script, *words, feed=feed, about=about, patience=patience)

    def run(
        self, script: str, *words: str, feed: Iterable[bytes] = (), about: str = "", patience: float = PATIENCE
    ) -> bytes:
        """What the script prints. ``words`` are its ``$1``, ``$2`` …, ``feed`` is what it can read; ``about`` is the
        path that an error concerns. Raises `PublishError`."""
        said, code, errors = self._run(_BEGIN + script, self._folder, *words, feed=feed, patience=patience)
        if code:
            plain = _OCTAL.sub(lambda match: bytes([int(match[1], 8)]), errors)
            raise self._error(code, plain.decode("utf-8", "replace"), about)
        return said

    def _run(
        self, script: str, *words: str, feed: Iterable[bytes] = (), patience: float = PATIENCE
    ) -> tuple[bytes, int, bytes]:
        if not self._connection.is_alive():  # ended while somebody was asked
            self._connection.reconnect()
        command = shlex.join(["exec", "/bin/sh", "-c", script, "sh", *words])
        return self._connection.wait(_talk(self._connection, command, feed), patience=patience)

    def _error(self, code: int, errors: str, about: str) -> PublishError:
        if code == _LOCK_GONE:
            return PublishError(LOCK_TAKEN_AWAY, target=self._target.name)
        if code == _NOT_WHOLE:
            return PublishError(_CUT_OFF, target=self._target.name)
        if code == _NO_FOLDER:
            return refused("folder", self._target.name, self._target.path)
        said = errors.strip().splitlines()
        for line in said:
            for words, why in _SAID:
                if words in line.lower():
                    named = _NAMED.search(line)
                    return refused(why, self._target.name, named[1] or named[2] if named else about, line)
        return refused("other", self._target.name, about or self._target.path, said[0] if said else f"exit {code}")

    def close(self) -> None:
        self._connection.close()


async def _talk(connection: SshConnection, command: str, feed: Iterable[bytes]) -> tuple[bytes, int, bytes]:
    """Output, exit code, and what was said of errors."""
    async with await connection.client.create_process(command, encoding=None) as process:
        feeding = asyncio.ensure_future(_feed(connection, process, feed))
        try:
            said, errors = await asyncio.gather(
                _collected(connection, process.stdout), _collected(connection, process.stderr)
            )
            await process.wait_closed()
            if feeding.done() or process.returncode == 0:
                await feeding  # its own errors: a content that cannot be read
        finally:
            feeding.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await feeding
    if process.returncode is None:
        raise asyncssh.ConnectionLost("the server ended it")
    return said, process.returncode, errors


async def _collected(connection: SshConnection, stream: asyncssh.SSHReader[bytes]) -> bytes:
    chunks = []
    while chunk := await stream.read(_CHUNK):
        connection.progress()
        chunks.append(chunk)
    return b"".join(chunks)


async def _feed(connection: SshConnection, process: asyncssh.SSHClientProcess[bytes], feed: Iterable[bytes]) -> None:
    """Ends quietly when the other side reads no more: it says why, and the exit code says that it failed."""
    try:
        for chunk in feed:
            process.stdin.write(chunk)
            await process.stdin.drain()
            connection.progress()
        process.stdin.write_eof()
    except (BrokenPipeError, ConnectionResetError, asyncssh.Error):
        pass
    except BaseException:
        process.close()  # a content cannot be read: nobody waits for the rest
        raise


def tar_stream(files: Iterable[tuple[str, bytes]], taken: Callable[[int], None]) -> Iterator[bytes]:
    """A tar archive in pieces; ``taken`` is called with the bytes of contents that went before each next piece. The
    GNU form, since busybox cannot read long names in the other one.
    """
    chunks, size, contents = list[bytes](), 0, 0
    for path, data in files:
        header = tarfile.TarInfo(path)
        header.size, header.mode = len(data), 0o644
        piece = (header.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape"), data, bytes(-len(data) % 512))
        chunks += piece
        size += sum(map(len, piece))
        contents += len(data)
        if size >= _CHUNK:
            yield b"".join(chunks)
            taken(contents)
            chunks, size, contents = [], 0, 0
    yield b"".join((*chunks, bytes(1024)))
    if contents:
        taken(contents)
