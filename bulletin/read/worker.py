"""The process in which sources are parsed and pictures decoded: it may hang or die, the build may not.

Python-Markdown is quadratic or worse on some inputs and recursion crashes it on others, so no
source is parsed in the build's own process. What passes through its pipes are frames of MessagePack: first a
`WorkerConfig`, answered by `READY`, then any number of lists of jobs, each answered by one `JobResult` a job, in order.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import BinaryIO

import msgspec

from bulletin.core.problems import problem
from bulletin.read.assets import is_drawing
from bulletin.read.limits import limit_memory, limit_time, private_stdout
from bulletin.read.messages import (
    TOOK_TOO_MUCH,
    CheckJob,
    DocumentJob,
    Job,
    JobResult,
    PictureJob,
    ReadingSummary,
    ReadJob,
    WorkerConfig,
    encode,
    failed,
    time_factor,
)
from bulletin.read.process import MAX_WORKER_MEGABYTES, answer_batches, read_frame

_Checker = Callable[[CheckJob | DocumentJob], bytes]
"""Runs the rules; returns their findings, encoded."""
_MakeChecker = Callable[[bytes], _Checker]
"""From `WorkerConfig.office`. The reader knows no rules; the build supplies them (build/worker.py)."""


def main() -> None:
    """Serve on standard input and output, in a separate interpreter."""
    serve_jobs(sys.stdin.buffer, private_stdout())


def serve_jobs(incoming: BinaryIO, outgoing: BinaryIO, make_checker: _MakeChecker | None = None) -> None:
    """Be a worker: take the configuration, then answer jobs until there are no more."""
    config = read_frame(incoming)
    if config is None:
        return
    runner = JobRunner(msgspec.msgpack.decode(config, type=WorkerConfig), make_checker)
    limit_memory(MAX_WORKER_MEGABYTES)
    answer_batches(incoming, outgoing, msgspec.msgpack.Decoder(list[Job]).decode, runner.run_limited)


class JobRunner:
    """Does the jobs of one station."""

    def __init__(self, config: WorkerConfig, make_checker: _MakeChecker | None = None) -> None:
        from bulletin.read.dialect import make_markdown  # the parser, which only the worker's process needs
        from bulletin.read.issues import read_source
        from bulletin.read.sanitise import TooDeep

        self._seconds = config.seconds
        self._context = config.context
        self._md = make_markdown(backlink_title=config.context.backlink)
        self._read_source = read_source
        self._too_deep = (RecursionError, TooDeep)
        self._check = make_checker(config.office) if make_checker else None

    def run_limited(self, job: Job) -> bytes:
        """A job's `JobResult`, encoded; the process is ended when that takes too long."""
        limit_time(self._seconds * time_factor(job))
        result = encode(self.run(job))
        limit_time(0)
        return result

    def run(self, job: Job) -> JobResult:
        if isinstance(job, PictureJob):
            return self._picture(job)
        if isinstance(job, CheckJob | DocumentJob):
            return self._checked(job)
        try:
            return self._read(job)
        except self._too_deep:
            return failed(problem("M102", job.path))
        except MemoryError:
            return failed(problem("M103", job.path, megabytes=MAX_WORKER_MEGABYTES))

    def _checked(self, job: CheckJob | DocumentJob) -> JobResult:
        if self._check is None:
            raise TypeError(job)
        try:
            return JobResult(self._check(job), b"")
        except (RecursionError, MemoryError):
            return failed(problem("I102", job.path, reason=TOOK_TOO_MUCH))

    def _read(self, job: ReadJob) -> JobResult:
        reading = self._read_source(job.source, self._context, self._md, job.key)
        summary = msgspec.structs.replace(reading, html_parts=())
        return JobResult(encode(ReadingSummary(reading=summary)), encode(reading.html_parts))

    def _picture(self, job: PictureJob) -> JobResult:
        from bulletin.read.drawings import make_drawing  # these take 50 ms, and few builds need them
        from bulletin.read.pictures import PictureError, make_variants

        try:
            make = make_drawing if is_drawing(job.path) else make_variants
            picture, variants = make(job.data, job.key)
        except PictureError as error:
            return JobResult(encode(ReadingSummary(reason=error.reason)), encode(()))
        return JobResult(encode(ReadingSummary(picture=picture)), encode(variants))


if __name__ == "__main__":
    main()
