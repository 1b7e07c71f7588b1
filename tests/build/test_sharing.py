"""Rendering in several processes gives what one gives, also when one of them is lost."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bulletin.build import sharing, staging
from bulletin.build.pipeline import build
from bulletin.build.report import Options
from bulletin.build.sharing import TASKS_PER_BLOCK, ForkedTasks, worth_forking
from bulletin.build.staging import StagedGroup
from bulletin.core.errors import TemplateError
from bulletin.editions.edition import Planned
from tests.conftest import NOW, ROOT, STATION, good_issues, tree, write_files

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only"),
    pytest.mark.single_threaded,
]

JOBS = 3


@pytest.fixture
def station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One that is worth sharing."""
    monkeypatch.setattr(sharing, "MIN_TASKS_TO_FORK", 1)
    write_files(tmp_path, {"content/station.yml": STATION, **good_issues(12)})
    return tmp_path


def site(root: Path, name: str, jobs: int) -> dict[str, bytes]:
    build(root, NOW, Options(out=str(root / name), jobs=jobs))
    return tree(root / name)


def test_many_processes_make_what_one_makes(station: Path, forked: list[int]) -> None:
    one = site(station, "one", 1)
    forked.clear()
    assert site(station, "many", JOBS) == one
    assert len(forked) == 2 * JOBS, "those that were warmed up to read, and those that make pages"
    assert build(station, NOW, Options(out=str(station / "many"), jobs=JOBS)).written == 0


def test_a_mistake_in_a_template_is_named_as_ever(station: Path) -> None:
    write_files(station, {"templates/year.html": "\n{{ page.nothing }}"})
    with pytest.raises(TemplateError, match=r"templates/year\.html:2"):
        site(station, "many", JOBS)
    assert not (station / "many/index.html").exists()


def test_what_a_killed_process_left_is_made_by_the_caller(station: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, parent = site(station, "one", 1), os.getpid()
    stage = staging._Stager.stage

    def fragile(stager: staging._Stager, planned: Planned) -> StagedGroup:
        if os.getpid() != parent and planned.group.name == "home":
            os.kill(os.getpid(), signal.SIGKILL)
        return stage(stager, planned)

    monkeypatch.setattr(staging._Stager, "stage", fragile)
    assert site(station, "many", JOBS) == whole


def test_pieces_come_back_once_each() -> None:
    with ForkedTasks(100, JOBS, lambda: _doubled) as shared:
        assert sorted(shared.results()) == [(piece, str(2 * piece).encode()) for piece in range(100)]


def test_a_process_that_fails_costs_only_its_own_pieces() -> None:
    pieces, failing = 2 * JOBS * TASKS_PER_BLOCK, TASKS_PER_BLOCK + 4
    with ForkedTasks(pieces, JOBS, _failing_at(failing)) as shared:
        done = sorted(piece for piece, _ in shared.results())
    assert done == [piece for piece in range(pieces) if piece // TASKS_PER_BLOCK % JOBS != 1 or piece < failing]


def test_a_process_that_cannot_begin_leaves_its_pieces_to_the_others(tmp_path: Path) -> None:
    def begin() -> Callable[[int], bytes]:
        (tmp_path / "first").touch(exist_ok=False)  # raises in all but one
        return _doubled

    with ForkedTasks(100, JOBS, begin) as shared:
        assert len(list(shared.results())) == 100


def test_leaving_early_ends_all_processes(forked: list[int]) -> None:
    with ForkedTasks(1000, JOBS, lambda: _doubled) as shared:
        next(shared.results())
    assert len(forked) == JOBS
    assert not any(map(_exists, forked))


@pytest.mark.parametrize("possible", [0, 1])
def test_a_fork_that_fails_leaves_the_work_to_those_there_are(
    station: Path, monkeypatch: pytest.MonkeyPatch, forked: list[int], possible: int
) -> None:
    whole = site(station, "one", 1)
    fork = os.fork
    forked.clear()

    def limited() -> int:
        if len(forked) == possible:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        return fork()

    with ForkedTasks(100, 0, lambda: _doubled) as shared:
        assert list(shared.results()) == []
    monkeypatch.setattr(os, "fork", limited)
    with ForkedTasks(100, JOBS, lambda: _doubled) as shared:
        assert len(list(shared.results())) == 100 * possible
    assert len(forked) == possible
    assert not any(map(_exists, forked))
    forked.clear()
    monkeypatch.setattr("bulletin.read.pool.may_fork", lambda: False)  # those that read are not what is counted
    assert site(station, "many", JOBS) == whole
    assert len(forked) == possible
    assert not any(map(_exists, forked))


def test_a_failure_of_the_caller_while_it_begins_ends_all_processes(
    monkeypatch: pytest.MonkeyPatch, forked: list[int]
) -> None:
    fork = os.fork

    def interrupted() -> int:
        if len(forked) == 2:
            raise KeyboardInterrupt
        return fork()

    monkeypatch.setattr(os, "fork", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ForkedTasks(100, JOBS, lambda: _doubled)
    assert len(forked) == 2
    assert not any(map(_exists, forked))


COUNTING = """
import os, sys
forks = []
os.register_at_fork(after_in_parent=lambda: forks.append(1))
from bulletin.commands.cli import main
try:
    main()
finally:
    print(len(forks), file=sys.stderr)
"""


def test_a_build_from_the_command_line_forks_readers_and_makers(tmp_path: Path) -> None:
    """Nothing is replaced or set: what users run."""
    write_files(tmp_path, {"content/station.yml": STATION, **good_issues(sharing.MIN_TASKS_TO_FORK)})
    command = [sys.executable, "-c", COUNTING, "build", "--root", str(tmp_path), "--jobs", "2"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert int(run.stderr.split()[-1]) == 4, "two that read and two that make pages"


def test_too_little_or_one_process_is_not_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    assert worth_forking(sharing.MIN_TASKS_TO_FORK, 2)
    assert not worth_forking(sharing.MIN_TASKS_TO_FORK - 1, 2)
    assert not worth_forking(sharing.MIN_TASKS_TO_FORK, 1)
    monkeypatch.setattr("bulletin.read.process.count_threads", lambda: 2)
    assert not worth_forking(sharing.MIN_TASKS_TO_FORK, 2)


def _exists(pid: int) -> bool:
    """Whether there is such a process, were it only its entry that nobody has taken."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _doubled(piece: int) -> bytes:
    return str(2 * piece).encode()


def _failing_at(place: int) -> Callable[[], Callable[[int], bytes]]:
    def do(piece: int) -> bytes:
        if piece == place:
            raise ValueError(piece)
        return b""

    return lambda: do
