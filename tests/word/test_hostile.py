"""Hostile files: one sentence each, within five seconds and 512 MB; nothing is fetched, nothing written."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bulletin.word.refusals import REFUSALS
from tests.conftest import ROOT
from tests.word.hostile import HOSTILE, SLOW, outside_links

pytestmark = pytest.mark.prove

Said = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def said(folder: Path, request: pytest.FixtureRequest) -> Iterator[Said]:
    """What the program says of each file; all are read in one process, each in a worker of its own.

    Those that take seconds only with ``--prove``.
    """
    whole = bool(request.config.getoption("--prove"))
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        files = {name: make() for name, (make, _) in HOSTILE.items() if whole or name not in SLOW}
        files["links outside"] = outside_links(server.getsockname()[1])
        (folder / "in").mkdir()
        paths = [folder / "in" / f"{name}.docx" for name in files]
        for path in paths:
            path.write_bytes(files[path.stem])
        done = subprocess.run(
            [sys.executable, "-m", "tests.word.driver", folder / "offences", *paths],
            cwd=ROOT,
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        with pytest.raises(BlockingIOError):
            server.accept()
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        yield {line["name"]: line for line in lines}


def test_there_are_twenty() -> None:
    assert len(HOSTILE) >= 20


def test_each_is_refused_with_its_sentence_or_read(said: Said) -> None:
    reasons = {name: reason for name, (_, reason) in HOSTILE.items() if name in said}
    expected = {name: REFUSALS[reason] if reason else "" for name, reason in reasons.items()}
    assert {name: each["said"] for name, each in said.items()} == {**expected, "links outside": ""}


def test_each_takes_little_time_and_memory(said: Said) -> None:
    assert {name: each["took"] for name, each in said.items() if each["took"] > 5} == {}
    assert max(each["megabytes"] for each in said.values()) < 512


def test_nothing_is_fetched_and_nothing_written(said: Said, folder: Path) -> None:
    assert len(said) > 18
    assert not (folder / "offences").exists(), (folder / "offences").read_text(encoding="utf-8")
    assert {path.name for path in folder.iterdir()} == {"in"}
