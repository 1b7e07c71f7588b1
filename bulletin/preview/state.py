"""The preview's builds: one at a time, into a separate folder, with workers that stay alive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bulletin.build.changes import scan_project
from bulletin.build.pipeline import build
from bulletin.build.project import open_project
from bulletin.build.report import Options
from bulletin.build.worker import worker_pool
from bulletin.core.errors import BulletinError
from bulletin.core.model import Source, SourceFile
from bulletin.core.problems import N_, Problem, sentence
from bulletin.preview.outcome import BuildOutcome
from bulletin.preview.panel import is_text, split_place
from bulletin.read.messages import ReadJob, WorkerConfig
from bulletin.read.pool import Pool
from bulletin.read.scan import Scan
from bulletin.read.source_lines import source_lines
from bulletin.write.output import WORK

_PREVIEW_FOLDER = "preview"
"""In the work folder, which is never published."""

_WARM_UP_TEXT = "---\ndate: 2000-01-01\n---\n## 暖\n\n### 暖\n\n**暖**\n".encode()
_WARM_UP_JOB = ReadJob("", Source("issue", "2000001", (SourceFile("content/issues/2000001.md", _WARM_UP_TEXT),)))
"""A job that makes a worker start and load what reading needs; its result is ignored."""


class BuildCancelled(Exception):
    """The server stops while a build is running."""


class Preview:
    """Builds on demand. `rebuild` and `warm` run in a thread, one at a time; all else may be read from another."""

    def __init__(self, root: Path, jobs: int, clock: Callable[[], datetime], translate: Callable[[str], str]) -> None:
        self.folder = root / WORK / _PREVIEW_FOLDER
        self.outcome = BuildOutcome()
        """Of the last build; replaced as a whole."""
        self.base_path = "/"
        """Path of the station's URL, with which the links of the 404 page begin."""
        self._root = root
        self._jobs = jobs
        self._clock = clock
        self._translate = translate
        self._pool: Pool | None = None
        self._config: WorkerConfig | None = None
        self._stopping = False

    def rebuild(self, scan: Scan | None = None) -> BuildOutcome:
        """Build from a scan; an error is part of the outcome, since the server goes on."""
        number = self.outcome.number + 1
        try:
            self.outcome = BuildOutcome(number, self._build(scan))
        except BuildCancelled:
            raise
        except BulletinError as error:
            place = str(error.values.get("path", ""))
            self.outcome = BuildOutcome(number, error=sentence(error, self._translate), place=place)
        except Exception as error:  # noqa: BLE001 - shown in the page; the next save may fix it
            words = self._translate(N_("the build failed with an internal error: {reason}."))
            self.outcome = BuildOutcome(number, error=words.format(reason=f"{type(error).__name__}: {error}"))
        return self.outcome

    def lines(self, path: str) -> list[str] | None:
        """The lines of a text in which the last build found problems, or failed; None for every other file."""
        faulty = {found.path for found in self.outcome.problems} | {split_place(self.outcome.place)[0]}
        if not is_text(path) or path not in faulty:
            return None
        return source_lines(self._root)(path)

    def warm(self) -> None:
        """Start a worker in advance, so that the next save need not wait for it."""
        if self._pool:
            try:
                with self._pool.run([_WARM_UP_JOB]) as results:
                    list(results)
            except BulletinError:
                return  # the next build fails likewise, and reports it

    def stop(self) -> None:
        """Cancel a running build; may be called from another thread."""
        self._stopping = True

    def close(self) -> None:
        """End the workers."""
        if self._pool:
            self._pool.close()
        self._pool = self._config = None

    def _build(self, scan: Scan | None) -> tuple[Problem, ...]:
        """Build and check, with one scan of the files."""
        project = open_project(self._root)
        self.base_path = project.station.base_path
        options = Options(
            out=str(self.folder),
            drafts=True,
            jobs=self._jobs,
            let_go=True,
            search=False,
            forms=False,
            hits=False,
            check=True,
        )
        now = self._clock()
        scan = scan or scan_project(self._root)
        return build(self._root, now, options, self._progress, self._pool_for(project.worker_config), scan).problems

    def _pool_for(self, config: WorkerConfig) -> Pool:
        """The workers of the last build, unless their configuration has changed."""
        if self._pool is None or config != self._config:
            self.close()
            self._pool, self._config = worker_pool(config, self._jobs), config
        return self._pool

    def _progress(self, step: str, _done: int, _total: int) -> None:
        """Cancel, but never during the short step that renames files into place."""
        if self._stopping and step != "write":
            raise BuildCancelled
