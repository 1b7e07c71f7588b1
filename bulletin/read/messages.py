"""Messages between a build and its workers: configuration, jobs and results.

Separate from worker.py, so that taking a reading from the cache does not import the parser.
"""

from __future__ import annotations

import msgspec

from bulletin.core.model import Picture, Source, Value
from bulletin.core.problems import N_, Problem
from bulletin.read.reading import ReadContext, Reading


class WorkerConfig(Value, frozen=True):
    """Settings of all jobs."""

    context: ReadContext
    office: bytes = b""
    """What the rules of the check know of the station, encoded by the check; opaque here."""
    seconds: float = 0.0
    """CPU time limit of one job, at which the system kills the worker (POSIX). 0 for no limit."""


class ReadJob(Value, frozen=True, tag="read"):
    """Parse a source."""

    key: str
    source: Source

    @property
    def path(self) -> str:
        return self.source.path


class PictureJob(Value, frozen=True, tag="picture"):
    """Decode a picture and make its variants."""

    key: str
    path: str
    """Only for messages."""
    data: bytes


class CheckJob(Value, frozen=True, tag="check"):
    """Run the rules of the check over a source and what was read of it."""

    key: str
    source: Source
    summary: bytes
    """Its `ReadingSummary`, encoded; empty when it could not be read."""
    parts: bytes
    """Its HTML parts, encoded; empty when it could not be read."""
    full: bool
    """All rules, or only those on which it depends whether the source may be published."""

    @property
    def path(self) -> str:
        return self.source.path


class DocumentJob(Value, frozen=True, tag="document"):
    """Look into an attached file."""

    key: str
    path: str
    data: bytes


Job = ReadJob | PictureJob | CheckJob | DocumentJob


TOOK_TOO_MUCH = N_("it took too long or too much memory")


_DOCUMENT_FACTOR = 5.0


def time_factor(job: Job) -> float:
    """How many times as long as a text a job may take: a PDF of a thousand pages takes 15 ms a page."""
    return _DOCUMENT_FACTOR if isinstance(job, DocumentJob) else 1.0


class ReadingSummary(Value, frozen=True, array_like=True):
    """The part of a reading that every build needs; the HTML stays encoded until a page needs it."""

    reading: Reading | None = None
    """Without its HTML."""
    picture: Picture | None = None
    reason: str = ""
    """Why there is no picture."""
    lasting: bool = True
    """False for failures that a retry may not repeat; they are not cached."""
    problems: tuple[Problem, ...] = ()


class JobResult(Value, frozen=True, array_like=True):
    """A job's result, encoded for the cache."""

    summary: bytes
    """A `ReadingSummary`; of a check, its findings."""
    payload: bytes
    """A tuple of str (HTML parts of a source) or of bytes (variants of a picture); empty for a check."""
    failure: Problem | None = None
    """Why the job was not done."""


encode = msgspec.msgpack.Encoder().encode
decode_html_parts = msgspec.msgpack.Decoder(tuple[str, ...]).decode
decode_variants = msgspec.msgpack.Decoder(tuple[bytes, ...]).decode
decode_summary = msgspec.msgpack.Decoder(ReadingSummary).decode
decode_result = msgspec.msgpack.Decoder(JobResult).decode


def failed(found: Problem, *, lasting: bool = True) -> JobResult:
    """The result of a failed job."""
    return JobResult(encode(ReadingSummary(problems=(found,), lasting=lasting)), encode(()), found)
