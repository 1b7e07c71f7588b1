"""A worker that begins before the build is loaded does the build's work, and is gone afterwards whether it was used or
not.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from bulletin.build import early, pipeline
from bulletin.build.early import early_worker
from bulletin.build.pipeline import build
from bulletin.build.report import Options
from bulletin.build.survey import Survey, survey
from bulletin.read.process import Process
from bulletin.write.cache import CacheDamaged
from tests.conftest import NOW, STATION, good_issues, write_files

LINUX_ONLY = pytest.mark.skipif(sys.platform != "linux", reason="only there a worker is forked")


@pytest.fixture
def station(tmp_path: Path) -> Path:
    write_files(tmp_path, {"content/station.yml": STATION, **good_issues(2)})
    return tmp_path


@LINUX_ONLY
@pytest.mark.single_threaded
def test_it_reads_and_checks_alone(station: Path, forked: list[int]) -> None:
    with early_worker() as worker:
        assert build(station, NOW, Options(check=True), early=worker).issues == 2
    assert len(forked) == 1
    with pytest.raises(ProcessLookupError):
        os.kill(forked[0], 0)


@LINUX_ONLY
@pytest.mark.single_threaded
def test_unused_it_ends() -> None:
    with early_worker() as worker:
        assert worker
        assert worker.alive()
    assert not worker.alive()
    assert worker.stdin.closed
    assert worker.stdout.closed


def test_a_separate_interpreter_does_the_same(station: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bulletin.read.process.may_fork", lambda: False)
    with early_worker() as worker:
        assert build(station, NOW, Options(check=True), early=worker).issues == 2
        assert worker
        assert not worker.alive(), "it was taken over, and ended with the reading"


def test_without_room_for_it_the_build_has_its_own(station: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: object) -> Process:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(early, "create_process", full)
    with early_worker() as worker:
        assert worker is None
        assert build(station, NOW, Options(), early=worker).issues == 2


def test_one_that_died_is_replaced(station: Path) -> None:
    with early_worker() as worker:
        assert worker
        worker.kill()
        worker.wait()
        assert build(station, NOW, Options(), early=worker).issues == 2


def test_the_second_try_after_a_damaged_cache_has_its_own(station: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(station, NOW, Options())
    (station / "content/issues/2014001.md").write_text("---\ndate: 2014-01-02\n---\n另一篇。", encoding="utf-8")
    with early_worker() as worker:
        real, failures = survey, [True]

        def damaged(*given: Any, **named: Any) -> Survey:
            found = real(*given, **named)
            if failures:
                failures.clear()
                raise CacheDamaged("damaged", path="", reason="")
            return found

        monkeypatch.setattr(pipeline, "survey", damaged)
        assert build(station, NOW, Options(), early=worker).issues >= 2
