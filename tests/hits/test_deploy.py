"""The files of `deploy/`: scripts that run, units that start what there is, an engine set up as the store demands."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import click
import pytest

from bulletin.commands import cli
from bulletin.core.server import HEADER_SECONDS
from bulletin.hits.stores.base import Batch, Count
from bulletin.hits.stores.opening import open_store
from bulletin.hits.stores.redis import DURABLE_SETTINGS
from tests.conftest import ROOT, SESSION

DEPLOY = ROOT / "deploy"
BULLETIN = Path(sys.executable).with_name("bulletin")


def script(name: str, *words: object, folder: Path) -> str:
    done = subprocess.run(
        [DEPLOY / name, *map(str, words)],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "LANGUAGE": "en", "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_backup_restores(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/counts.db"
    store = open_store(url, exclusive=True)  # the service counts on meanwhile
    store.commit(Batch("s", 1, add=(Count("issue:1", "2026-11-26", "live", 7),)))
    (tmp_path / "backups").mkdir()
    for day in range(70):
        (tmp_path / f"backups/hits-2025-{day // 28 + 1:02}-{day % 28 + 1:02}.json.gz").touch()
    made = script("backup.sh", BULLETIN, url, tmp_path / "backups", folder=tmp_path)
    store.commit(Batch("s", 2, add=(Count("issue:1", "2026-11-26", "live", 1),)))
    assert len(list((tmp_path / "backups").iterdir())) == 60
    script("restore.sh", BULLETIN, made, f"sqlite:///{tmp_path}/other.db", folder=tmp_path)
    assert open_store(f"sqlite:///{tmp_path}/other.db").totals() == {"issue:1": 7}
    assert (tmp_path / "other.db").stat().st_mode & 0o777 == 0o640
    store.close()


def units() -> list[Path]:
    return sorted((DEPLOY / "systemd").glob("*.service"))


@pytest.mark.parametrize("unit", units(), ids=lambda unit: unit.stem)
def test_a_unit_starts_what_there_is(unit: Path) -> None:
    read = ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read(unit, "utf-8")
    assert read["Service"]["NoNewPrivileges"] == "yes"
    assert read["Service"]["ProtectSystem"] == "strict"
    program, *words = shlex.split(read["Service"]["ExecStart"])
    if program.endswith(".sh"):
        assert (DEPLOY / Path(program).name).is_file()
        return
    command: click.Command = cli.bulletin(SESSION)
    while isinstance(command, click.Group) and not words[0].startswith("-"):
        _, found, words = command.resolve_command(click.Context(command), words)
        assert found is not None
        command = found
    with command.make_context("x", words):
        pass  # every option is one that it has


def test_the_web_server_hands_out_nothing_that_begins_with_a_dot() -> None:
    conf = (DEPLOY / "nginx/bulletin-site.conf").read_text(encoding="utf-8")
    assert "location ~ /\\. {\n    return 404;\n}" in conf


def analyze(*words: object) -> str:
    """What systemd itself says of units; empty when it finds nothing."""
    tool = shutil.which("systemd-analyze")
    assert tool, "make browser-tools installs it, in Debian's package systemd"
    done = subprocess.run([tool, *map(str, words)], capture_output=True, text=True)
    return done.stdout + done.stderr if done.returncode or done.stderr.strip() else ""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units as on a server where their programs are in place."""
    programs = tmp_path / "opt"
    for name in ("bin/bulletin", "share/backup.sh"):
        (programs / name).parent.mkdir(parents=True)
        (programs / name).write_text("#!/bin/sh\n")
        (programs / name).chmod(0o755)
    for unit in (DEPLOY / "systemd").iterdir():
        text = unit.read_text("utf-8").replace("/opt/bulletin", str(programs))
        (tmp_path / unit.name).write_text(text, "utf-8")
    return tmp_path


def test_systemd_takes_the_units(installed: Path) -> None:
    found = sorted(installed.glob("bulletin-*"))
    assert len(found) == 12
    assert analyze("verify", "--man=no", *found) == ""
    broken = found[0]
    broken.write_text(broken.read_text("utf-8").replace("[Service]", "[Service]\nProtectEverything=yes"), "utf-8")
    assert "ProtectEverything" in analyze("verify", "--man=no", broken), "and would say what is wrong"


@pytest.mark.parametrize("unit", units(), ids=lambda unit: unit.stem)
def test_units_may_do_little(unit: Path) -> None:
    """The exposure that systemd reckons, of 100; without any hardening it is 96."""
    assert analyze("security", "--offline=yes", "--no-pager", "--threshold=25", unit) == ""


def test_the_service_starts_again_after_a_long_outage() -> None:
    """systemd gives up after five starts in ten seconds, unless it is told not to (systemd.unit(5))."""
    text = (DEPLOY / "systemd/bulletin-hits.service").read_text("utf-8")
    unit = text.partition("[Service]")[0]
    assert "StartLimitIntervalSec=0" in unit
    assert "Restart=always" in text


def test_each_timer_has_its_service() -> None:
    for timer in (DEPLOY / "systemd").glob("*.timer"):
        assert timer.with_suffix(".service") in units()


def test_nginx_lets_idle_connections_go_before_the_service_does() -> None:
    """A hit on a connection that is just being closed would be lost: nginx sends none twice."""
    (seconds,) = re.findall(r"keepalive_timeout (\d+)s;", (DEPLOY / "nginx/bulletin-http.conf").read_text("utf-8"))
    assert int(seconds) < HEADER_SECONDS


def test_redis_is_set_up_as_the_store_demands() -> None:
    lines = (DEPLOY / "redis.conf").read_text("utf-8").splitlines()
    assert [f"{name} {value}" for name, value in DURABLE_SETTINGS if f"{name} {value}" not in lines] == []
