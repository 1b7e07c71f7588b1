"""Documents read in a process of their own, within bounds of time and memory."""

from __future__ import annotations

import threading

import msgspec

from bulletin.core.errors import UsageError, WorkerError
from bulletin.core.extras import needs_extra
from bulletin.core.i18n import N_
from bulletin.read.handle import WorkerHandle
from bulletin.read.process import create_process
from bulletin.word.document_worker import IncomingJob, IncomingResult, serve_documents
from bulletin.word.incoming import IncomingText
from bulletin.word.refusals import REFUSALS

_SECONDS = 3.0
"""Processor time for one document, where the system counts it; one of 400,000 characters takes two."""
_CLOCK_SECONDS = 4.5
"""By the clock: whoever waits is told within five seconds."""
_START_SECONDS = 60.0
_MEGABYTES = 384
"""What the process may add to its memory: with Python and our modules it stays under 512."""
_WATCH_SECONDS = 0.1


def incoming_text(content: bytes, name: str = "", *, pasted: bool = False, seconds: float = _SECONDS) -> IncomingText:
    """The text of a .docx, or of HTML that was copied in Word or WPS (``pasted``).

    ``name`` is that of the file, for messages. Raises `UsageError` with one sentence for what cannot be taken in,
    `ExtraMissing`, and `WorkerError`.
    """
    result = _result(content, name, pasted=pasted, seconds=seconds)
    if result.text is None:
        where = {"path": name} if name else {}
        raise UsageError(REFUSALS[result.refused], **where)
    return result.text


def _result(content: bytes, name: str, *, pasted: bool, seconds: float) -> IncomingResult:
    with needs_extra("word"):
        import lxml  # noqa: F401 - in the process that reads, the absence of one would look like a crash
        import mammoth  # noqa: F401
    worker = _started()
    over = threading.Event()
    watch = threading.Thread(target=_watch, args=(worker, over), daemon=True)
    try:
        job = IncomingJob(content, name, pasted, seconds, _MEGABYTES)
        worker.dispatch(msgspec.msgpack.encode([job]), 1, _CLOCK_SECONDS)
        watch.start()
        answer = worker.next_answer()
        over.set()
        watch.join()
    finally:
        worker.close()
    if answer is None:
        return IncomingResult(None, "limits")
    return msgspec.msgpack.decode(answer, type=IncomingResult)


def _started() -> WorkerHandle:
    try:
        worker = WorkerHandle(create_process(serve_documents))
    except OSError as error:
        raise WorkerError(N_("a worker process could not be started: {reason}."), reason=error) from error
    if not worker.wait_ready(_START_SECONDS):
        worker.close()
        raise WorkerError(N_("a worker process could not be started: {reason}."), reason="Word")
    return worker


def _watch(worker: WorkerHandle, over: threading.Event) -> None:
    while not over.wait(_WATCH_SECONDS):
        worker.kill_if_overdue()
