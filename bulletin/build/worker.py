"""The worker process of a build: it reads texts and pictures, and checks texts."""

from __future__ import annotations

import sys
from typing import BinaryIO

from bulletin.read.limits import private_stdout
from bulletin.read.messages import WorkerConfig
from bulletin.read.pool import JOB_SECONDS, Pool
from bulletin.read.process import Process
from bulletin.read.worker import serve_jobs


def worker_pool(config: WorkerConfig, size: int, seconds: float = JOB_SECONDS, early: Process | None = None) -> Pool:
    """Workers that read and check; ``early`` is one that has begun already (early.py)."""
    return Pool(config, size, serve_build, seconds, early)


def serve_build(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Answer jobs until there are no more."""
    from bulletin.check.source import SourceChecker  # the rules take 50 ms, and the build itself runs none of them

    serve_jobs(incoming, outgoing, SourceChecker)


def main() -> None:
    """Serve on standard input and output, in a separate interpreter."""
    serve_build(sys.stdin.buffer, private_stdout())
