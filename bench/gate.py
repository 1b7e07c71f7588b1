"""What the gate costs in a first build: the rules on which it depends whether a text may be published run in every
build, also with ``--no-check``.
"""

from __future__ import annotations

import time

from bench.cases import Project
from bulletin.build.project import open_project
from bulletin.check.source import SourceChecker
from bulletin.core.model import Source
from bulletin.read.messages import CheckJob, ReadJob
from bulletin.read.sources import find_sources, load_source
from bulletin.read.worker import JobRunner

SAMPLE = 100
"""Issues that are judged; the newest."""


def gate_seconds(project: Project) -> float:
    """Processor time of judging all issues, from that of some, the rules being loaded."""
    root = project.root
    runner = JobRunner(open_project(root).worker_config, SourceChecker)
    loaded = [load_source(root, found) for found in find_sources(root)[0][-SAMPLE:]]
    sources = [source for source in loaded if isinstance(source, Source)]
    read = [runner.run(ReadJob(source.path, source)) for source in sources]
    jobs = [
        CheckJob(source.path, source, done.summary, done.payload, full=False)
        for source, done in zip(sources, read, strict=True)
    ]
    runner.run(jobs[0])
    before = time.process_time()
    for job in jobs:
        runner.run(job)
    return (time.process_time() - before) / len(jobs) * project.total
