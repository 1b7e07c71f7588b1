"""A WARC file → the files in it, read in a process of its own: a record that hangs or swells ends that, not the import.

The process gives one file for each request (read/process.py); what it holds is one record. WARC 1.1 (ISO 28500).
"""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import msgspec

from bulletin.core.errors import UsageError, WorkerError
from bulletin.core.extras import needs_extra
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.read.handle import WorkerHandle
from bulletin.read.limits import limit_memory, limit_time, private_stdout
from bulletin.read.process import answer_batches, create_process
from bulletin.word.old_site.saved_file import (
    MAX_FILE_BYTES,
    MAX_FILES,
    SavedFile,
    SkippedFile,
    bounded_file,
    site_address,
)

_MAX_BYTES = 1_000_000_000
"""What a WARC holds, unpacked: it is kept in memory."""
_SECONDS = 5.0
"""Processor time for an answer."""
_CLOCK_SECONDS = 15.0
_START_SECONDS = 60.0
_MEGABYTES = 384
_RECORDS = 100
"""Records that are gone through for one answer; most hold no file."""
_WATCH_SECONDS = 0.1


class WarcAnswer(Value, frozen=True):
    """What came of the next records; neither file nor end where none of them held a file."""

    file: SavedFile | None = None
    skipped: SkippedFile | None = None
    is_end: bool = False
    is_damaged: bool = False
    """Only at the end."""
    records: int = 0
    """Gone through since the last answer."""


def files_of_warc(file: Path) -> Iterator[SavedFile | SkippedFile]:
    """Raises `UsageError` for what is no WARC or too large, `ExtraMissing` and `WorkerError`."""
    with needs_extra("word"):
        import warcio  # type: ignore[import-untyped]  # noqa: F401
    total = records = 0
    for answer in _answers(file):
        records += answer.records
        total += len(answer.file.data) if answer.file else 0
        if total > _MAX_BYTES or records > MAX_FILES * 3:
            raise UsageError(N_("it is too large: unpack it into a folder first."), path=file)
        if answer.is_damaged and not records:
            raise UsageError(N_("this is neither a folder of saved pages nor a WARC file."), path=file)
        if answer.is_damaged:
            yield SkippedFile(str(file), N_("the archive is damaged here; the rest was not read."))
        if read := answer.file or answer.skipped:
            yield read


def _answers(file: Path) -> Iterator[WarcAnswer]:
    request = msgspec.msgpack.encode([str(file.absolute())])
    with _worker() as worker:
        while True:
            worker.dispatch(request, 1, _CLOCK_SECONDS)
            frame = worker.next_answer()
            answer = (
                msgspec.msgpack.decode(frame, type=WarcAnswer) if frame else WarcAnswer(is_end=True, is_damaged=True)
            )
            yield answer
            if answer.is_end:
                return


@contextmanager
def _worker() -> Iterator[WorkerHandle]:
    try:
        worker = WorkerHandle(create_process(serve_warc))
    except OSError as error:
        raise WorkerError(N_("a worker process could not be started: {reason}."), reason=error) from error
    over = threading.Event()
    watch = threading.Thread(target=_watch, args=(worker, over), daemon=True)
    try:
        if not worker.wait_ready(_START_SECONDS):
            raise WorkerError(N_("a worker process could not be started: {reason}."), reason="WARC")
        watch.start()
        yield worker
    finally:
        over.set()
        worker.close()


def _watch(worker: WorkerHandle, over: threading.Event) -> None:
    while not over.wait(_WATCH_SECONDS):
        worker.kill_if_overdue()


# ── in the worker


def main() -> None:
    """Serve on standard input and output, in a separate interpreter."""
    serve_warc(sys.stdin.buffer, private_stdout())


def serve_warc(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Be a worker: each request, the path of the file, is answered by a `WarcAnswer`."""
    reading: dict[str, Iterator[SavedFile | SkippedFile | None]] = {}

    def answer(path: str) -> bytes:
        if path not in reading:
            limit_memory(_MEGABYTES)
            reading[path] = _records(path)
        limit_time(_SECONDS)
        made = msgspec.msgpack.encode(_next(reading[path]))
        limit_time(0)
        return made

    answer_batches(incoming, outgoing, msgspec.msgpack.Decoder(list[str]).decode, answer)


def _next(records: Iterator[SavedFile | SkippedFile | None]) -> WarcAnswer:
    from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]

    count = 0
    try:
        for count, found in enumerate(islice(records, _RECORDS), 1):
            if isinstance(found, SavedFile):
                return WarcAnswer(file=found, records=count)
            if found:
                return WarcAnswer(skipped=found, records=count)
    except (ArchiveLoadFailed, EOFError, ValueError, OSError, MemoryError):
        return WarcAnswer(is_end=True, is_damaged=True, records=count)
    return WarcAnswer(is_end=count < _RECORDS, records=count)


def _records(path: str) -> Iterator[SavedFile | SkippedFile | None]:
    from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

    with Path(path).open("rb") as stream:
        for record in ArchiveIterator(stream):
            yield _file_of_record(record) if record.rec_type in ("response", "resource") else None


def _file_of_record(record: object) -> SavedFile | SkippedFile | None:
    headers, http = record.rec_headers, record.http_headers  # type: ignore[attr-defined]
    parts = urlsplit(headers.get_header("WARC-Target-URI") or "")
    if parts.scheme not in ("http", "https") or (http and not (http.get_statuscode() or "").startswith("200")):
        return None
    address = site_address(parts.path, parts.query)
    stream: BinaryIO = record.content_stream()  # type: ignore[attr-defined]
    data = b"".join(_pieces(stream))
    if len(data) > MAX_FILE_BYTES:
        return SkippedFile(address, N_("it has more than 50 MB."))
    kind = (http.get_header("Content-Type") or "") if http else ""
    charset = re.search(r"charset=[\"']?([\w-]{1,40})", kind, re.IGNORECASE)
    return bounded_file(SavedFile(address, address, data, charset[1] if charset else ""))


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    size = 0
    while size <= MAX_FILE_BYTES and (piece := stream.read(1 << 16)):
        size += len(piece)
        yield piece


if __name__ == "__main__":
    main()
