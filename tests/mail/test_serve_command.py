"""`bulletin mail serve`: the service as a process, and what keeps it from beginning."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from bulletin.commands.cli import bulletin
from bulletin.commands.terminal import Messages, Session
from tests.browser.nginx import free_port
from tests.conftest import NOW, ROOT, write_files
from tests.mail.form import write_pages_of_form

STATION = "name: 甲\nmail:\n  form: 是\n  accounts: [{name: office, host: smtp.example.cn, from: a@example.cn}]\n"


def invoke(root: Path, *words: str) -> tuple[int, str]:
    session = Session(Messages(lambda text: text), "en", lambda: NOW, {})
    done = CliRunner().invoke(bulletin(session), ["mail", "serve", "--root", str(root), *words], obj=session)
    return done.exit_code, done.output


@pytest.mark.parametrize(
    ("station", "words", "said"),
    [
        ("name: 甲\n", (), "offers no form"),
        (STATION.replace("form: 是", "form: 否"), (), "offers no form"),
        (STATION, ("--bind", "here"), "is no address to listen at"),
        (STATION, ("--proxy", "here"), "is no address of a proxy"),
        (STATION + "  postgresql: MISSING_URL\n", (), "MISSING_URL"),
    ],
)
def test_what_is_wrong_is_said_before_it_listens(
    tmp_path: Path, station: str, words: tuple[str, ...], said: str
) -> None:
    write_files(tmp_path, {"content/station.yml": station})
    code, output = invoke(tmp_path, *words)
    assert (code, said in output) == (2, True), output


def test_it_serves_until_it_is_stopped(tmp_path: Path) -> None:
    write_files(tmp_path, {"content/station.yml": STATION})
    write_pages_of_form(tmp_path / "site")
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "bulletin",
        "mail",
        "serve",
        "--root",
        str(tmp_path),
        "--bind",
        f"127.0.0.1:{port}",
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LANGUAGE": "en"}
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, env=environment, encoding="utf-8") as process:
        try:
            assert _ask(port, process) == "ok\n"
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_mail/") as reply:
                assert reply.read().startswith(b"form|")
        finally:
            process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)
    assert said == f"The form is at 127.0.0.1:{port}; the proxy gives it out as /_mail/.\n"
    assert (tmp_path / "mail/readers.db").stat().st_mode & 0o777 == 0o600


def _ask(port: int, process: subprocess.Popen[str]) -> str:
    end = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_mail/health") as reply:
                return str(reply.read().decode())
        except urllib.error.URLError:
            time.sleep(0.05)
    raise AssertionError("it did not begin")
