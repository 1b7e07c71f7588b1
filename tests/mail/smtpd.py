"""A mail server that does what it is told, in a process of its own: ``python -m tests.mail.smtpd FOLDER``.

One thread for each connection. ``FOLDER/script.json`` says what it answers: ``{"to": "550 5.1.1 no", "to 3": "hang"}``
is by phase, and by phase and number of the letter, counted over all connections since the script was
written. ``drop`` closes, ``hang`` is silent
until the other end closes, ``drop after`` and ``hang after`` (of ``dot``) take the letter first. What it takes is
appended to ``FOLDER/taken``: a line ``recipient message-id`` for each letter, before the answer goes out.
"""

from __future__ import annotations

import json
import os
import re
import socketserver
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import ROOT

_DEFAULT = {
    "connect": "220 here",
    "hello": "250-here\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME",
    "login": "235 2.7.0 welcome",
    "from": "250 2.1.0 ok",
    "to": "250 2.1.5 ok",
    "data": "354 go on",
    "dot": "250 2.0.0 taken",
    "reset": "250 2.0.0 ok",
}
_COMMANDS = {"EHLO": "hello", "AUTH": "login", "MAIL": "from", "RCPT": "to", "DATA": "data", "RSET": "reset"}


class _Drop(Exception):
    """Close without a word."""


class _Handler(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    server: _Server

    def handle(self) -> None:
        try:
            self._say("connect")
            while line := self.rfile.readline():
                self._obey(line.decode("utf-8", "replace").strip())
        except (_Drop, OSError):
            return

    def _obey(self, line: str) -> None:
        self.server.note(line)
        if line.upper().startswith("QUIT"):
            self.wfile.write(b"221 bye\r\n")
            raise _Drop
        phase = _COMMANDS.get(line[:4].upper(), "")
        if phase == "from":
            self.server.letters += 1
        if phase == "to":
            self.to = line.partition("<")[2].partition(">")[0]
        self._say(phase)
        if phase == "data" and self._answer("data").startswith("354"):
            self._take()

    def _take(self) -> None:
        lines = []
        after_line = self._answer("body")
        while (line := self.rfile.readline()) != b".\r\n":
            if not line or after_line == "drop":
                raise _Drop
            lines.append(line[1:] if line.startswith(b".") else line)
        answer = self._answer("dot")
        if answer.startswith("2") or answer.endswith(" after"):
            self.server.take(self.to, b"".join(lines))
        self._say("dot")

    def _answer(self, phase: str) -> str:
        script = self.server.script()
        return script.get(f"{phase} {self.server.letters}") or script.get(phase) or _DEFAULT.get(phase, "502 what")

    def _say(self, phase: str) -> None:
        answer = self._answer(phase)
        if answer.startswith("drop"):
            raise _Drop
        if answer.startswith("hang"):
            while self.rfile.readline():
                pass
            raise _Drop
        self.wfile.write(answer.encode() + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self._folder, self._script, self._stamp = folder, dict[str, str](), (0, 0)
        self._taken = os.open(folder / "taken", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._said = os.open(folder / "said", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.letters = 0

    def script(self) -> Mapping[str, str]:
        stat = (self._folder / "script.json").stat()
        stamp = (stat.st_ino, stat.st_mtime_ns)
        if stamp != self._stamp:
            self._script, self._stamp = json.loads((self._folder / "script.json").read_bytes()), stamp
            self.letters = 0
        return self._script

    def note(self, line: str) -> None:
        self.script()
        os.write(self._said, f"{line}\n".encode())

    def take(self, to: str, data: bytes) -> None:
        found = re.search(rb"(?mi)^message-id:\s*(\S+)", data)
        os.write(self._taken, f"{to} {found[1].decode() if found else '-'}\n".encode())
        (self._folder / "last").write_bytes(data)


class MailServer:
    """The process, seen from a test."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port

    def script(self, answers: Mapping[str, str]) -> None:
        """What it answers from now on."""
        made = self.folder / "script.new"
        made.write_text(json.dumps(dict(answers)))
        made.rename(self.folder / "script.json")

    def clear(self, answers: Mapping[str, str] | None = None) -> None:
        """Forget what was taken and said."""
        for name in ("taken", "said"):
            os.truncate(self.folder / name, 0)
        self.script(answers or {})

    def taken(self) -> list[tuple[str, str]]:
        """Recipient and Message-ID of each letter taken."""
        return [(to, mark) for to, _, mark in (line.partition(" ") for line in self._lines("taken"))]

    def said(self) -> Counter[str]:
        """How often each command came."""
        return Counter(line[:4].upper() for line in self._lines("said"))

    def _lines(self, name: str) -> list[str]:
        return (self.folder / name).read_text().splitlines()


@contextmanager
def mail_server(folder: Path) -> Iterator[MailServer]:
    """Started, and ended by its process id."""
    (folder / "script.json").write_text("{}")
    command = [sys.executable, "-m", "tests.mail.smtpd", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield MailServer(folder, int(process.stdout.readline()))
        finally:
            process.kill()


def main(folder: Path) -> None:
    with _Server(folder) as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
