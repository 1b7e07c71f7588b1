"""Workers that hang, die or never start: every job comes back."""

from __future__ import annotations

import errno
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bulletin.core.errors import WorkerError
from bulletin.core.model import Source, SourceFile
from bulletin.read import pool, process
from bulletin.read.issues import read_source
from bulletin.read.messages import (
    Job,
    PictureJob,
    ReadingSummary,
    ReadJob,
    WorkerConfig,
    decode_html_parts,
    decode_summary,
)
from bulletin.read.pool import BATCH_JOBS, Pool
from bulletin.read.reading import ReadContext
from bulletin.read.worker import serve_jobs
from tests import worker_server
from tests.conftest import ISSUE
from tests.read.fragile import FRAGILE_SCRIPT, fragile_reader

CONFIG = WorkerConfig(ReadContext((), ""))

LINUX_ONLY = pytest.mark.skipif(sys.platform != "linux", reason="only there a worker is forked")
SINGLE_THREADED = (LINUX_ONLY, pytest.mark.single_threaded)


def job(name: str, text: str = "正文") -> Job:
    path = f"content/issues/{name}.md"
    data = f"---\ndate: 2015-01-01\n---\n{text}".encode()
    return ReadJob(name, Source("issue", name, (SourceFile(path, data),)))


def run(jobs: Iterator[Job] | list[Job], size: int = 2, seconds: float = 5.0) -> dict[str, ReadingSummary]:
    with Pool(CONFIG, size, serve_jobs, seconds) as workers, workers.run(jobs) as results:
        return {job.key: decode_summary(done.summary) for job, done in results}


def codes(head: ReadingSummary) -> list[str]:
    return [found.code for found in head.problems]


@pytest.fixture(autouse=True)
def as_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers as the package itself makes them."""
    monkeypatch.setattr(process, "_SpawnedProcess", worker_server.SPAWNED)


@pytest.fixture(params=[pytest.param("forked", marks=SINGLE_THREADED), "spawned"])
def fragile(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, forked: list[int]) -> Iterator[None]:
    """Workers that do what texts tell them to, whichever way they begin."""
    monkeypatch.setattr(process, "CHILD_SCRIPT", FRAGILE_SCRIPT)
    if request.param == "forked":
        monkeypatch.setattr("bulletin.read.issues.read_source", fragile_reader(read_source))
    else:
        monkeypatch.setattr(process, "count_threads", lambda: 2)
    alone = process.may_fork()
    yield
    assert not alone or forked


@pytest.fixture
def unforked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every worker a Python of its own, as on Windows and in the preview."""
    monkeypatch.setattr(process, "count_threads", lambda: 2)


def test_every_job_comes_back_with_its_own_result() -> None:
    jobs = [job(f"2015{n:03}", f"第{n}篇") for n in range(1, 60)]
    with Pool(CONFIG, 2, serve_jobs) as workers, workers.run(jobs) as answers:
        results = {each.key: done for each, done in answers}
    assert len(results) == 59
    for key, done in results.items():
        assert decode_html_parts(done.payload) == (f"<p>第{int(key[4:])}篇</p>",)


@LINUX_ONLY
@pytest.mark.single_threaded
def test_a_process_without_other_threads_forks_its_workers(forked: list[int]) -> None:
    assert process.may_fork()
    assert len(run([job(f"2015{n:03}") for n in range(2 * BATCH_JOBS)])) == 2 * BATCH_JOBS
    assert len(forked) == 2


@LINUX_ONLY
def test_a_process_with_another_thread_never_forks(forked: list[int]) -> None:
    ended = threading.Event()
    other = threading.Thread(target=ended.wait)
    other.start()
    try:
        assert not process.may_fork()
        assert len(run([job("2015001")])) == 1
    finally:
        ended.set()
        other.join()
    assert forked == []


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

    with Pool(CONFIG, 1, serve_jobs) as workers, workers.run(jobs()) as results:
        next(results)
        assert len(drawn) <= 3 * BATCH_JOBS


@pytest.mark.usefixtures("fragile")
def test_leaving_early_does_not_wait_for_what_hangs() -> None:
    began = time.monotonic()
    with (
        Pool(CONFIG, 1, serve_jobs, seconds=60) as workers,
        workers.run([job("2015001"), job("2015002", "HANG")]) as results,
    ):
        next(results)
    assert time.monotonic() - began < 10


def test_workers_are_kept_for_the_next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    with Pool(CONFIG, 1, serve_jobs) as workers:
        with workers.run([job("2015001")]) as results:
            assert len(list(results)) == 1
        monkeypatch.setattr(sys, "executable", "/nowhere/python")
        with workers.run([job("2015002")]) as results:
            assert len(list(results)) == 1


@LINUX_ONLY
@pytest.mark.single_threaded
def test_a_worker_that_was_warmed_up_is_one_of_those_that_read(
    forked: list[int], children: Callable[[], set[int]]
) -> None:
    with Pool(CONFIG, 2, serve_jobs) as workers:
        workers.warm()
        workers.warm()
        assert len(forked) == 1
        with workers.run([job(f"2015{n:03}") for n in range(2 * BATCH_JOBS)]) as results:
            assert len(list(results)) == 2 * BATCH_JOBS
        assert len(forked) == 2
    assert children() == set()


@pytest.fixture
def children() -> Callable[[], set[int]]:
    """Processes that the test has begun and that have not been waited for."""
    before = _children()
    return lambda: _children() - before


def _children() -> set[int]:
    return {int(pid) for pid in Path("/proc/self/task", str(os.getpid()), "children").read_text().split()}


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def fork_until(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the system refuse a fork when it has done so many."""
    fork, left = os.fork, [None] * count

    def limited() -> int:
        if not left:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        left.pop()
        return fork()

    monkeypatch.setattr(os, "fork", limited)


@LINUX_ONLY
@pytest.mark.single_threaded
@pytest.mark.parametrize("warm", [True, False])
def test_a_second_fork_that_fails_leaves_all_the_work_to_the_first(
    monkeypatch: pytest.MonkeyPatch, forked: list[int], warm: bool, children: Callable[[], set[int]]
) -> None:
    fork_until(1, monkeypatch)
    opened = open_files()
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with Pool(CONFIG, 3, serve_jobs) as workers:
        if warm:
            workers.warm(3)
        with workers.run([job(f"2015{n:03}") for n in range(4 * BATCH_JOBS)]) as results:
            assert [codes(decode_summary(done.summary)) for _, done in results] == [[]] * 4 * BATCH_JOBS
    assert len(forked) == 1
    assert children() == set()
    assert open_files() == opened


@LINUX_ONLY
@pytest.mark.single_threaded
def test_where_no_fork_succeeds_a_worker_is_spawned(
    monkeypatch: pytest.MonkeyPatch, forked: list[int], children: Callable[[], set[int]]
) -> None:
    fork_until(0, monkeypatch)
    assert set(run([job("2015001"), job("2015002")])) == {"2015001", "2015002"}
    assert forked == []
    assert children() == set()


@LINUX_ONLY
@pytest.mark.single_threaded
def test_where_nothing_succeeds_it_is_an_error(
    monkeypatch: pytest.MonkeyPatch, children: Callable[[], set[int]]
) -> None:
    fork_until(0, monkeypatch)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with Pool(CONFIG, 2, serve_jobs) as workers:
        workers.warm()
        with pytest.raises(WorkerError, match="could not be started"), workers.run([job("2015001")]) as results:
            list(results)
    assert children() == set()


@pytest.mark.usefixtures("unforked")
def test_a_second_spawn_that_fails_leaves_all_the_work_to_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[process.Process] = []
    create, left = process.create_process, [None]

    def limited(serve: process.Serve) -> process.Process:
        try:
            left.pop()
        except IndexError:
            raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM)) from None
        begun.append(create(serve))
        return begun[0]

    monkeypatch.setattr(pool, "create_process", limited)
    assert len(run([job(f"2015{n:03}") for n in range(4 * BATCH_JOBS)], size=3)) == 4 * BATCH_JOBS
    assert [each.alive() for each in begun] == [False]


def test_a_kept_worker_is_not_overdue_when_it_is_put_to_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """The watch may look between the moment a worker is chosen for a job and the moment its clock is asked."""
    clock, main = time.monotonic, threading.current_thread()

    def an_hour_later() -> float:
        if threading.current_thread() is not main:
            time.sleep(0.3)  # the seam: the watch looks several times meanwhile
        return clock() + 3600

    with Pool(CONFIG, 1, serve_jobs) as workers:
        with workers.run([job("2015001")]) as results:
            assert [codes(decode_summary(done.summary)) for _, done in results] == [[]]
        monkeypatch.setattr(time, "monotonic", an_hour_later)
        with workers.run([job("2015002")]) as results:
            assert [codes(decode_summary(done.summary)) for _, done in results] == [[]]


@pytest.mark.usefixtures("unforked")
def test_leaving_before_a_worker_has_begun_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "CHILD_SCRIPT", "import time; time.sleep(600)")
    begun: list[process.Process] = []
    create, left = process.create_process, threading.Event()

    def late(serve: process.Serve) -> process.Process:
        left.wait()
        begun.append(create(serve))
        return begun[0]

    monkeypatch.setattr(pool, "create_process", late)
    with Pool(CONFIG, 1, serve_jobs) as workers, workers.run([job("2015001")]):
        threading.Timer(0.2, left.set).start()  # the run has been left by then
    assert not begun[0].alive()


def test_a_failure_of_the_source_of_jobs_is_raised() -> None:
    def jobs() -> Iterator[Job]:
        yield job("2015001")
        raise KeyError("x")

    with pytest.raises(KeyError):
        run(jobs())


@pytest.mark.usefixtures("unforked")
@pytest.mark.parametrize("start", ["import sys; sys.exit(4)", "raise ImportError"])
def test_workers_that_do_not_start_are_an_error(monkeypatch: pytest.MonkeyPatch, start: str) -> None:
    monkeypatch.setattr(process, "CHILD_SCRIPT", start)
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
    with Pool(CONFIG, 1, serve_jobs) as workers:
        source = Source(
            "issue", "2015001", (SourceFile("content/issues/2015001.md", ISSUE.format(number=1, month=1).encode()),)
        )
        with workers.run([ReadJob("k", source)]) as results:
            ((_, done),) = results
    reading = decode_summary(done.summary).reading
    assert reading
    assert reading.issue
    assert reading.issue.html_key == "k"
    assert reading.html_parts == ()
    assert decode_html_parts(done.payload) == ("<p>正文第1篇。</p>", "<p>讨论第1例。</p>")
