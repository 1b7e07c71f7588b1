"""Rendering in several processes gives what one gives, also when one of them is lost."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bulletin.build import sharing, staging
from bulletin.build.pipeline import build
from bulletin.build.report import Options
from bulletin.build.sharing import BLOCK, Shared
from bulletin.build.staging import StagedGroup
from bulletin.core.errors import TemplateError
from bulletin.editions.edition import Planned
from tests.conftest import NOW, STATION, good_issues, tree, write_files

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")

JOBS = 3


@pytest.fixture
def station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One that is worth sharing, in a process that may be forked: pytest's own threads only wait."""
    monkeypatch.setattr(sharing, "may_fork", lambda: True)
    monkeypatch.setattr(sharing, "LEAST", 1)
    write_files(tmp_path, {"content/station.yml": STATION, **good_issues(12)})
    return tmp_path


def site(root: Path, name: str, jobs: int) -> dict[str, bytes]:
    build(root, NOW, Options(out=str(root / name), jobs=jobs))
    return tree(root / name)


def test_many_processes_make_what_one_makes(station: Path) -> None:
    assert site(station, "one", 1) == site(station, "many", JOBS)
    assert build(station, NOW, Options(out=str(station / "many"), jobs=JOBS)).written == 0


def test_a_mistake_in_a_template_is_named_as_ever(station: Path) -> None:
    write_files(station, {"templates/year.html": "\n{{ page.nothing }}"})
    with pytest.raises(TemplateError, match=r"templates/year\.html:2"):
        site(station, "many", JOBS)
    assert not (station / "many/index.html").exists()


def test_what_a_killed_process_left_is_made_by_the_caller(station: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, parent = site(station, "one", 1), os.getpid()
    make = staging._Stager.make

    def fragile(stager: staging._Stager, planned: Planned) -> StagedGroup:
        if os.getpid() != parent and planned.group.name == "home":
            os.kill(os.getpid(), signal.SIGKILL)
        return make(stager, planned)

    monkeypatch.setattr(staging._Stager, "make", fragile)
    assert site(station, "many", JOBS) == whole


def test_pieces_come_back_once_each() -> None:
    with Shared(100, JOBS, lambda: _doubled) as shared:
        assert sorted(shared.answers()) == [(piece, str(2 * piece).encode()) for piece in range(100)]


def test_a_process_that_fails_costs_only_its_own_pieces() -> None:
    pieces, failing = 2 * JOBS * BLOCK, BLOCK + 4
    with Shared(pieces, JOBS, _failing_at(failing)) as shared:
        done = sorted(piece for piece, _ in shared.answers())
    assert done == [piece for piece in range(pieces) if piece // BLOCK % JOBS != 1 or piece < failing]


def test_leaving_early_ends_all_processes() -> None:
    with Shared(1000, JOBS, lambda: _doubled) as shared:
        next(shared.answers())
        processes = [part._process._pid for part in shared._parts]
    for process in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def _doubled(piece: int) -> bytes:
    return str(2 * piece).encode()


def _failing_at(place: int) -> Callable[[], Callable[[int], bytes]]:
    def do(piece: int) -> bytes:
        if piece == place:
            raise ValueError(piece)
        return b""

    return lambda: do
