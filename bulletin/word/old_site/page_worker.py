"""The process in which saved pages are parsed: it may hang or die, the import may not.

What passes through its pipes is that of the reader's workers (read/messages.py): a job's data is a `PageTask`.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import msgspec

from bulletin.core.model import Value
from bulletin.core.problems import problem
from bulletin.core.progress import Progress, no_progress
from bulletin.read.limits import limit_memory, limit_time, private_stdout
from bulletin.read.messages import TOOK_TOO_MUCH, DocumentJob, Job, JobResult, WorkerConfig, encode, failed, time_factor
from bulletin.read.pool import Pool
from bulletin.read.process import MAX_WORKER_MEGABYTES, answer_batches, read_frame
from bulletin.read.reading import ReadContext
from bulletin.word.old_site.map_file import Layout

_SECONDS = 1.0
"""Processor time for a page, times the factor for documents: five seconds."""
_MAX_PIXELS = 40_000_000


class FactsTask(Value, frozen=True, tag="facts"):
    """See how a page is laid out; answered by `PageFacts`."""

    address: str
    data: bytes
    charset: str


class TextTask(Value, frozen=True, tag="text"):
    """Take the text out of a page; answered by `OldText`."""

    address: str
    data: bytes
    charset: str
    layouts: tuple[Layout, ...]


class DraftTask(Value, frozen=True, tag="draft"):
    """Write a text down as Markdown; answered by str."""

    address: str
    html: str
    targets: dict[str, str]


class PictureTask(Value, frozen=True, tag="picture"):
    """Turn a GIF or a BMP into a PNG; answered by bytes, empty where it is no picture."""

    address: str
    data: bytes


PageTask = FactsTask | TextTask | DraftTask | PictureTask

_decode = msgspec.msgpack.Decoder(PageTask).decode


def run_tasks(
    tasks: Sequence[PageTask], jobs: int, progress: Progress = no_progress, step: str = "read"
) -> Iterator[tuple[PageTask, bytes | None]]:
    """Have tasks done by workers, in any order: each with its answer, encoded, or None where it took too much.

    ``step`` is what ``progress`` is told.
    """
    config = WorkerConfig(ReadContext((), ""))
    with Pool(config, jobs, serve_pages, _SECONDS) as pool:
        work = (DocumentJob(str(place), task.address, encode(task)) for place, task in enumerate(tasks))
        with pool.run(work) as results:
            for done, (job, result) in enumerate(results, 1):
                progress(step, done, len(tasks))
                yield tasks[int(job.key)], None if result.failure else result.payload


def main() -> None:
    """Serve on standard input and output, in a separate interpreter."""
    serve_pages(sys.stdin.buffer, private_stdout())


def serve_pages(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Be a worker until there are no more jobs."""
    config = read_frame(incoming)
    if config is None:
        return
    from bulletin.word.old_site import facts, page_text  # noqa: F401 - loaded before memory is bounded

    seconds = msgspec.msgpack.decode(config, type=WorkerConfig).seconds
    limit_memory(MAX_WORKER_MEGABYTES)

    def run(job: Job) -> bytes:
        limit_time(seconds * time_factor(job))
        result = encode(_run(job))
        limit_time(0)
        return result

    answer_batches(incoming, outgoing, msgspec.msgpack.Decoder(list[Job]).decode, run)


def _run(job: Job) -> JobResult:
    from bulletin.read.sanitise import TooDeep

    if not isinstance(job, DocumentJob):
        raise TypeError(job)
    try:
        return JobResult(b"", encode(_answer(_decode(job.data))))
    except (RecursionError, MemoryError, TooDeep):
        return failed(problem("I102", job.path, reason=TOOK_TOO_MUCH))


def _answer(task: PageTask) -> object:
    from bulletin.word.old_site import encoding, facts, markdown, page_text

    if isinstance(task, FactsTask):
        return facts.page_facts(encoding.decode_page(task.data, task.charset).text, task.address)
    if isinstance(task, TextTask):
        return page_text.read_old_page(task.data, task.charset, task.address, task.layouts)
    if isinstance(task, DraftTask):
        return markdown.write_blocks(task.html, task.targets)
    return _as_png(task.data)


def _as_png(data: bytes) -> bytes:
    from PIL import Image, UnidentifiedImageError

    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(data), formats=("GIF", "BMP")) as picture:
            if picture.width * picture.height > _MAX_PIXELS:
                return b""
            picture.convert("RGBA" if picture.info.get("transparency") is not None else "RGB").save(out, "PNG")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return b""
    return out.getvalue()


if __name__ == "__main__":
    main()
