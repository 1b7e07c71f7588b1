"""Whatever moment a collector is killed at: nobody joins or leaves twice, no answer is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.mail.dovecot import Dovecot
from tests.processes import open_folder

pytestmark = [pytest.mark.prove, pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")]


def kill_collectors(folder: Path, *words: object) -> int:
    """Kills."""
    command = [sys.executable, "-m", "tests.prove.collector", str(folder), *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_killed_at_every_statement(room: Path, prove: bool) -> None:
    assert kill_collectors(room, 1 if prove else 9) > (100 if prove else 10)


def test_killed_at_any_moment_with_dovecot(room: Path, prove: bool) -> None:
    with open_folder("imap-") as folder:
        server = Dovecot(folder)
        try:
            server.start()
            kills = kill_collectors(room, 200 if prove else 5, server.port, folder / "cert.pem")
        finally:
            server.kill()
    assert kills > (100 if prove else 1)
