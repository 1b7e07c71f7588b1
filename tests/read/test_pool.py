"""Workers that hang, die or never start: every job comes back."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bulletin.core.errors import WorkerError
from bulletin.core.model import Source, SourceFile
from bulletin.read import pool, process
from bulletin.read.issues import read_source
from bulletin.read.pool import BATCH_JOBS, Pool
from bulletin.read.reading import Context, Reading
from bulletin.read.worker import Head, Hello, Job, PictureJob, ReadJob, decode_head, decode_parts
from tests.conftest import ISSUE

HELLO = Hello(Context((), ""), "")

FRAGILE = """
import sys
sys.path.insert(0, sys.argv[1])
from bulletin.read import issues, worker
from tests.read.test_pool import fragile_reader
issues.read_source = fragile_reader(issues.read_source)
worker.main()
"""


def fragile_reader(real: Callable[..., Reading]) -> Callable[..., Reading]:
    """Does what a text tells it to."""

    def read_source(source: Source, *rest: Any) -> Reading:
        data = source.files[0].data
        if b"HANG" in data:
            time.sleep(600)
        while b"SPIN" in data:
            pass
        if b"NAP" in data:
            time.sleep(1.0)
        if b"DIE" in data:
            os._exit(3)
        if b"MEMORY" in data:
            raise MemoryError
        if b"PRINT" in data:
            print("on the channel", flush=True)
        return real(source, *rest)

    return read_source


def job(name: str, text: str = "正文") -> Job:
    path = f"content/issues/{name}.md"
    data = f"---\ndate: 2015-01-01\n---\n{text}".encode()
    return ReadJob(name, Source("issue", name, (SourceFile(path, data),)))


def run(jobs: Iterator[Job] | list[Job], size: int = 2, seconds: float = 5.0) -> dict[str, Head]:
    with Pool(HELLO, size, seconds) as workers, workers.run(jobs) as results:
        return {job.key: decode_head(done.head) for job, done in results}


def codes(head: Head) -> list[str]:
    return [found.code for found in head.problems]


@pytest.fixture(params=["forked", "started"])
def fragile(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that do what texts tell them to, whichever way they begin."""
    forks = request.param == "forked"
    monkeypatch.setattr(process, "START", FRAGILE)
    monkeypatch.setattr(pool, "may_fork", lambda: forks)  # pytest's own threads only wait
    if forks:
        monkeypatch.setattr("bulletin.read.issues.read_source", fragile_reader(read_source))


@pytest.fixture
def unforked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every worker a Python of its own, as on Windows and in the preview."""
    monkeypatch.setattr(pool, "may_fork", lambda: False)


def test_every_job_comes_back_with_its_own_result() -> None:
    jobs = [job(f"2015{n:03}", f"第{n}篇") for n in range(1, 60)]
    with Pool(HELLO, 2) as workers, workers.run(jobs) as answers:
        results = {each.key: done for each, done in answers}
    assert len(results) == 59
    for key, done in results.items():
        assert decode_parts(done.parts) == (f"<p>第{int(key[4:])}篇</p>",)


def test_no_jobs_start_no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert run([]) == {}


@pytest.mark.usefixtures("fragile")
@pytest.mark.parametrize(("word", "code"), [("HANG", "M101"), ("SPIN", "M101"), ("DIE", "M103")])
def test_a_job_that_ends_its_worker_costs_only_itself(word: str, code: str) -> None:
    jobs = [job(f"2015{n:03}", word if n in (3, 9) else "正文") for n in range(1, 20)]
    results = run(jobs, seconds=0.7)
    bad = {"2015003", "2015009"}
    assert {key for key, head in results.items() if head.reading is None} == bad
    assert len(results) == 19
    for key in bad:
        assert codes(results[key]) == [code]
        assert results[key].problems[0].path == f"content/issues/{key}.md"
        assert not results[key].lasting


@pytest.mark.usefixtures("fragile")
@pytest.mark.skipif(sys.platform == "win32", reason="no clock of a process there")
def test_waiting_for_a_busy_computer_is_not_taken_for_hanging() -> None:
    results = run([job("2015001", "NAP"), job("2015002")], size=1, seconds=0.6)
    assert [codes(head) for head in results.values()] == [[], []]


@pytest.mark.usefixtures("fragile")
def test_every_job_may_end_its_worker() -> None:
    results = run([job(f"2015{n:03}", "DIE") for n in range(1, 7)])
    assert {tuple(codes(head)) for head in results.values()} == {("M103",)}
    assert len(results) == 6


@pytest.mark.usefixtures("fragile")
def test_what_the_worker_itself_can_report_leaves_it_alive() -> None:
    results = run([job("2015001", "MEMORY"), job("2015002", "PRINT"), job("2015003")], size=1)
    assert codes(results["2015001"]) == ["M103"]
    assert results["2015001"].lasting
    assert results["2015002"].reading
    assert results["2015003"].reading


def test_nesting_too_deep_is_reported_and_lasting() -> None:
    results = run([job("2015001", "- " * 3000 + "一"), job("2015002", "<div>" * 300 + "一"), job("2015003")], size=1)
    assert [codes(results[key]) for key in ("2015001", "2015002", "2015003")] == [["M102"], ["M102"], []]
    assert results["2015001"].lasting


def test_jobs_are_drawn_as_workers_become_free() -> None:
    drawn: list[str] = []

    def jobs() -> Iterator[Job]:
        for n in range(1, 10 * BATCH_JOBS):
            drawn.append(str(n))
            yield job(f"2015{n:03}")

    with Pool(HELLO, 1) as workers, workers.run(jobs()) as results:
        next(results)
        assert len(drawn) <= 3 * BATCH_JOBS


@pytest.mark.usefixtures("fragile")
def test_leaving_early_does_not_wait_for_what_hangs() -> None:
    began = time.monotonic()
    with Pool(HELLO, 1, seconds=60) as workers, workers.run([job("2015001"), job("2015002", "HANG")]) as results:
        next(results)
    assert time.monotonic() - began < 10


def test_workers_are_kept_for_the_next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    with Pool(HELLO, 1) as workers:
        with workers.run([job("2015001")]) as results:
            assert len(list(results)) == 1
        monkeypatch.setattr(sys, "executable", "/nowhere/python")
        with workers.run([job("2015002")]) as results:
            assert len(list(results)) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only there a worker is forked")
def test_a_worker_that_was_warmed_up_is_one_of_those_that_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "may_fork", lambda: True)
    begun: list[process.Forked] = []

    def forked(serve: process.Serve) -> process.Forked:
        begun.append(process.Forked(serve))
        return begun[-1]

    monkeypatch.setattr(pool, "Forked", forked)
    with Pool(HELLO, 2) as workers:
        workers.warm()
        workers.warm()
        assert len(begun) == 1
        with workers.run([job(f"2015{n:03}") for n in range(2 * BATCH_JOBS)]) as results:
            assert len(list(results)) == 2 * BATCH_JOBS
        assert len(begun) == 2
    assert not any(each.alive() for each in begun)


def test_a_worker_that_cannot_be_forked_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: process.Serve) -> process.Forked:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(pool, "may_fork", lambda: True)
    monkeypatch.setattr(pool, "Forked", full)
    with Pool(HELLO, 2) as workers, pytest.raises(WorkerError, match="could not be started"):
        workers.warm()


def test_a_failure_of_the_source_of_jobs_is_raised() -> None:
    def jobs() -> Iterator[Job]:
        yield job("2015001")
        raise KeyError("x")

    with pytest.raises(KeyError):
        run(jobs())


@pytest.mark.usefixtures("unforked")
@pytest.mark.parametrize("start", ["import sys; sys.exit(4)", "raise ImportError"])
def test_workers_that_do_not_start_are_an_error(monkeypatch: pytest.MonkeyPatch, start: str) -> None:
    monkeypatch.setattr(process, "START", start)
    with pytest.raises(WorkerError, match="could not be started"):
        run([job("2015001")])


@pytest.mark.usefixtures("unforked")
def test_a_python_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(WorkerError, match="could not be started"):
        run([job("2015001")])


def test_a_damaged_picture_has_a_reason() -> None:
    (head,) = run([PictureJob("k", "content/a.jpg", b"\xff\xd8\xff")]).values()
    assert (head.picture, head.reason, head.problems) == (None, "the file is damaged", ())


def test_a_real_issue_is_read_in_a_worker() -> None:
    with Pool(HELLO, 1) as workers:
        source = Source(
            "issue", "2015001", (SourceFile("content/issues/2015001.md", ISSUE.format(number=1, month=1).encode()),)
        )
        with workers.run([ReadJob("k", source)]) as results:
            ((_, done),) = results
    reading = decode_head(done.head).reading
    assert reading
    assert reading.issue
    assert reading.issue.parts == "k"
    assert reading.parts == ()
    assert decode_parts(done.parts) == ("<p>正文第1篇。</p>", "<p>讨论第1例。</p>")
