"""Documents set by Typst in a process of its own, which is killed when one takes too long, and begun anew."""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from importlib.resources import files
from importlib.util import find_spec
from types import TracebackType
from typing import Any, Self

import msgspec

from bulletin.core.errors import WorkerError
from bulletin.core.extras import needs_extra
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.editions.print.faces import FontSet
from bulletin.editions.print.typst_worker import TypesettingJob, TypesettingResult, serve_typesetting
from bulletin.read.handle import WorkerHandle
from bulletin.read.messages import TOOK_TOO_MUCH
from bulletin.read.process import COUNTS_PROCESSOR_TIME, create_process

SECONDS = 30.0
"""Processor time that one document may take; by the clock three times as much."""
_CLOCK_FACTOR = 3.0 if COUNTS_PROCESSOR_TIME else 1.0
_START_SECONDS = 60.0
MEGABYTES = 1024
_ZONE = timezone(timedelta(hours=8))
"""Times of a station are China's."""


class Template(Value, frozen=True):
    """A file of this package that lays out a document, with those that it imports."""

    main: str
    others: tuple[str, ...] = ("base.typ",)

    def files(self) -> dict[str, bytes]:
        folder = files(__package__)
        return {name: (folder / name).read_bytes() for name in (self.main, *self.others)}


class PrintDocument(Value, frozen=True):
    """What is to be set."""

    template: Template
    data: Mapping[str, Any]
    """What data.json holds."""
    pictures: Mapping[str, bytes]
    """By the names under which `data` refers to them."""
    time: datetime
    """Naive, the station's local time: when the document says that it was made."""
    stored: Mapping[str, str] = {}
    """Further pictures by name: paths of files, for a document whose pictures are too many for memory."""


class Typesetter:
    """One process of Typst, begun when first needed. Use as a context manager, or call `close`."""

    def __init__(self, fonts: FontSet, seconds: float = SECONDS, megabytes: int = MEGABYTES) -> None:
        """Raises `ExtraMissing` where Typst is not installed."""
        with needs_extra("print"):
            if find_spec("typst") is None:
                raise ModuleNotFoundError(name="typst")
        self.fonts = fonts
        self._seconds = seconds
        self._megabytes = megabytes
        self._worker: WorkerHandle | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="bulletin-print-", ignore_cleanup_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process and delete its folder."""
        self._end()
        self._folder.cleanup()

    def start(self) -> None:
        """Begin the process now: forked before much has been read, it stays small. Raises `WorkerError`."""
        self._ready()

    def pdf(self, document: PrintDocument) -> TypesettingResult:
        """The document as tagged PDF: PDF/A-2a and PDF/UA-1, or else the reason why it is not.

        Nothing but a reason when it took too long or too much memory (`TOOK_TOO_MUCH`). Raises `WorkerError`.
        """
        return self._run(self._job(document, "pdf", 0.0))

    def png(self, document: PrintDocument, dots: float) -> TypesettingResult:
        """Its first page, with so many dots an inch. Raises `WorkerError`."""
        return self._run(self._job(document, "png", dots))

    def _job(self, document: PrintDocument, output: str, dots: float) -> TypesettingJob:
        faces = self.fonts.faces()
        place = {face: number for number, face in enumerate(faces)}
        return TypesettingJob(
            folder=self._folder.name,
            main=document.template.main,
            files={**document.template.files(), **document.pictures},
            stored=dict(document.stored),
            data=json.dumps(document.data, ensure_ascii=False).encode(),
            faces=tuple((face.path, face.index) for face in faces),
            chains={chain.role: tuple(place[face] for face in chain.faces) for chain in self.fonts.chains},
            time=document.time.replace(microsecond=0, tzinfo=_ZONE),
            seconds=self._seconds,
            megabytes=self._megabytes,
            output=output,
            dots=dots,
        )

    def _run(self, job: TypesettingJob) -> TypesettingResult:
        worker = self._ready()
        worker.dispatch(msgspec.msgpack.encode([job]), 1, self._seconds * _CLOCK_FACTOR)
        alarm = _Alarm(worker)
        try:
            answer = worker.next_answer()
        finally:
            alarm.stop()
        if answer is None:
            self._end()
            return TypesettingResult(b"", TOOK_TOO_MUCH)
        return msgspec.msgpack.decode(answer, type=TypesettingResult)

    def _ready(self) -> WorkerHandle:
        if self._worker is None or not self._worker.alive():
            self._end()
            try:
                self._worker = WorkerHandle(create_process(serve_typesetting))
            except OSError as error:
                raise WorkerError(N_("a worker process could not be started: {reason}."), reason=error) from error
        if not self._worker.wait_ready(_START_SECONDS):
            self._end()
            raise WorkerError(N_("a worker process could not be started: {reason}."), reason="Typst")
        return self._worker

    def _end(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None


_WATCH_SECONDS = 0.1


class _Alarm:
    """Kills a worker that is overdue, while another thread waits for its answer."""

    def __init__(self, worker: WorkerHandle) -> None:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, args=(worker,), daemon=True)
        self._thread.start()

    def _watch(self, worker: WorkerHandle) -> None:
        while not self._over.wait(_WATCH_SECONDS):
            worker.kill_if_overdue()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()
