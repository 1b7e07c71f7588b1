"""The process in which documents are read: one that hangs or takes all memory ends, and the caller does not."""

from __future__ import annotations

import sys
from typing import BinaryIO

import msgspec

from bulletin.core.model import Value
from bulletin.read.limits import limit_memory, limit_time, private_stdout
from bulletin.read.process import answer_batches
from bulletin.word.incoming import IncomingText

_RECURSION = 4000


class IncomingJob(Value, frozen=True):
    """One file, or what was copied."""

    content: bytes
    name: str
    pasted: bool
    seconds: float
    """Processor time that it may take."""
    megabytes: int


class IncomingResult(Value, frozen=True):
    """What came of it."""

    text: IncomingText | None
    refused: str = ""
    """A key of `REFUSALS` where there is no text."""


def main() -> None:
    """Serve on standard input and output, in a separate interpreter."""
    serve_documents(sys.stdin.buffer, private_stdout())


def serve_documents(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Be a worker: answer jobs until there are no more."""
    sys.setrecursionlimit(_RECURSION)
    decode = msgspec.msgpack.Decoder(list[IncomingJob]).decode
    answer_batches(incoming, outgoing, decode, lambda job: msgspec.msgpack.encode(_read(job)))


def _read(job: IncomingJob) -> IncomingResult:
    from bulletin.word.documents import read_docx
    from bulletin.word.pasted import read_pasted
    from bulletin.word.refusals import NotTaken

    limit_memory(job.megabytes)
    limit_time(job.seconds)
    try:
        return IncomingResult(read_pasted(job.content) if job.pasted else read_docx(job.content, job.name))
    except NotTaken as error:
        return IncomingResult(None, error.reason)
    except MemoryError:
        return IncomingResult(None, "limits")
    except RecursionError:
        return IncomingResult(None, "deep")
    except Exception:  # noqa: BLE001 - whatever a hostile file makes a library do: the caller gets one sentence
        return IncomingResult(None, "damaged")
    finally:
        limit_time(0)
