"""Tasks for texts that nobody may trust, in worker processes: one may hang or die, the import may not.

What passes through the pipes is that of the reader's workers (read/messages.py): a job's data is a task, a value that
has the ``address`` by which messages call it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, Protocol, TypeVar

import msgspec

from bulletin.core.problems import problem
from bulletin.core.progress import Progress, no_progress
from bulletin.read.limits import limit_memory, limit_time
from bulletin.read.messages import TOOK_TOO_MUCH, DocumentJob, Job, JobResult, WorkerConfig, encode, failed, time_factor
from bulletin.read.pool import Pool
from bulletin.read.process import MAX_WORKER_MEGABYTES, Serve, answer_batches, read_frame
from bulletin.read.reading import ReadContext

_SECONDS = 1.0
"""Processor time for a task, times the factor for documents: five seconds."""


class IncomingTask(Protocol):
    """What is to be done."""

    @property
    def address(self) -> str: ...


_Task = TypeVar("_Task", bound=IncomingTask)


def run_tasks(
    serve: Serve, tasks: Sequence[_Task], jobs: int, progress: Progress = no_progress, step: str = "read"
) -> Iterator[tuple[_Task, bytes | None]]:
    """Have tasks done by workers, in any order: each with its answer, encoded, or None where it took too much.

    ``serve`` is what a worker does, `serve_tasks` with its tasks; ``step`` is what ``progress`` is told.
    """
    config = WorkerConfig(ReadContext((), ""))
    with Pool(config, jobs, serve, _SECONDS) as pool:
        work = (DocumentJob(str(place), task.address, encode(task)) for place, task in enumerate(tasks))
        with pool.run(work) as results:
            for done, (job, result) in enumerate(results, 1):
                progress(step, done, len(tasks))
                yield tasks[int(job.key)], None if result.failure else result.payload


def serve_tasks(
    incoming: BinaryIO, outgoing: BinaryIO, load: Callable[[], object], answer: Callable[[bytes], object]
) -> None:
    """Be a worker until there are no more jobs; ``load`` is called before memory is bounded."""
    config = read_frame(incoming)
    if config is None:
        return
    load()
    seconds = msgspec.msgpack.decode(config, type=WorkerConfig).seconds
    limit_memory(MAX_WORKER_MEGABYTES)

    def run(job: Job) -> bytes:
        limit_time(seconds * time_factor(job))
        result = encode(_result(job, answer))
        limit_time(0)
        return result

    answer_batches(incoming, outgoing, msgspec.msgpack.Decoder(list[Job]).decode, run)


def _result(job: Job, answer: Callable[[bytes], object]) -> JobResult:
    from bulletin.read.sanitise import TooDeep

    if not isinstance(job, DocumentJob):
        raise TypeError(job)
    try:
        return JobResult(b"", encode(answer(job.data)))
    except (RecursionError, MemoryError, TooDeep):
        return failed(problem("I102", job.path, reason=TOOK_TOO_MUCH))
