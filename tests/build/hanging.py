"""A worker in which checking hangs or fails at certain words."""

from __future__ import annotations

import sys
import time
from typing import BinaryIO

from bulletin.check.source import SourceChecker
from bulletin.read.limits import private_stdout
from bulletin.read.messages import CheckJob, DocumentJob
from bulletin.read.worker import serve_jobs


class HangingChecker(SourceChecker):
    """The rules, and words that stop them."""

    def __call__(self, job: CheckJob | DocumentJob) -> bytes:
        text = job.source.files[0].data.decode("utf-8", "replace") if isinstance(job, CheckJob) else ""
        if "HANG" in text:
            time.sleep(60)
        if "DEEP" in text:
            raise RecursionError
        return super().__call__(job)


def serve_hanging(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Answer jobs, or hang."""
    serve_jobs(incoming, outgoing, HangingChecker)


def main() -> None:
    """Serve on standard input and output."""
    serve_hanging(sys.stdin.buffer, private_stdout())
