"""What the proofs share: pictures, copies of a project, a pool without processes."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from PIL import Image

from bulletin.build.pipeline import build
from bulletin.build.project import open_project
from bulletin.build.report import Options, Report
from bulletin.check.source import SourceChecker
from bulletin.read.messages import Job, JobResult, WorkerConfig
from bulletin.read.pool import Pool
from bulletin.read.worker import JobRunner, serve_jobs


@lru_cache
def picture(form: str, colour: int, width: int = 12, height: int = 8) -> bytes:
    """A small picture of one grey."""
    out = io.BytesIO()
    Image.new("L", (width, height), colour).save(out, form)
    return out.getvalue()


class OwnPool(Pool):
    """Does the jobs here and now. For sources that are known to be harmless, where a process would cost too much."""

    def __init__(self, config: WorkerConfig) -> None:
        super().__init__(config, 1, serve_jobs)
        self._runner = JobRunner(config, SourceChecker)

    def warm(self, count: int = 1) -> None:
        """Nothing to start."""

    @contextmanager
    def run(self, jobs: Iterable[Job]) -> Iterator[Iterator[tuple[Job, JobResult]]]:
        yield ((job, self._runner.run(job)) for job in jobs)


def build_here(root: Path, now: datetime, **options: object) -> Report:
    """Build without a process; only for harmless sources."""
    return build(root, now, Options(**options), pool=OwnPool(open_project(root).worker_config))  # type: ignore[arg-type]


def copy_project(source: Path, target: Path) -> None:
    """With all times, by which the manifest knows the site's files; in place of what stood there."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, symlinks=True)
