"""`make bench-steps`: where the time of a first build goes, step by step, and what reading and making an issue cost.

The build is the real one, in this process; what its workers use is asked of the system. Reading and making are then
profiled alone, in one process, and the profile's shares are laid over the time they take without it.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from bench.cases import Project, write_projects
from bench.corpus import KINDS, Kind
from bench.everything import FULL
from bench.peers import BULLETIN, ROOT, WORK
from bulletin.build.project import open_project
from bulletin.build.report import Options
from bulletin.core.model import Source
from bulletin.read.messages import ReadJob
from bulletin.read.sources import find_sources, load_source
from bulletin.read.worker import JobRunner

line: Any = import_module("bulletin.build.pipeline")
first_half: Any = import_module("bulletin.build.survey")
"""The modules whose steps are watched."""

STEPS = {
    "scan_project": "look at all files",
    "site_key": "find the sources, hash them",
    "plan": "plan all outputs",
    "stage_all": "make the pages",
    "write_manifest": "note what was made",
}
READ = "read"
SURVEY_STEPS = {
    "read_library": READ,
    "read_assets": "pictures and other files",
    "check_sources": "read the texts by the rules",
    "check_documents": "read the texts by the rules",
    "arrange": "arrange",
    "resolve_archive": "resolve what texts refer to",
}
SWAP = "put them into place"
PROFILED = 300
"""Issues; enough for shares of a hundredth."""


class Spent(NamedTuple):
    """Seconds."""

    clock: float
    own: float
    """Processor time of the build's own process."""
    workers: float
    """Of those that it started and that have ended."""

    def since(self, earlier: Spent) -> Spent:
        return Spent(*(now - before for now, before in zip(self, earlier, strict=True)))


NOTHING = Spent(0.0, 0.0, 0.0)


def spent() -> Spent:
    used = os.times()
    return Spent(time.perf_counter(), used.user + used.system, used.children_user + used.children_system)


# ── the build


def build_steps(project: Project, jobs: int, *, check: bool = False) -> dict[str, Spent]:
    """What each step of a first build takes."""
    project.tool.forget(project.root)
    found: dict[str, Spent] = {}
    with ExitStack() as watches:
        watches.enter_context(watched(line, STEPS, found))
        watches.enter_context(watched(first_half, SURVEY_STEPS, found))
        watches.enter_context(watched(line.Pool, {"close": READ}, found))  # what workers used is known when they end
        watches.enter_context(watched(line.Output, {"swap": SWAP}, found))
        before = spent()
        line.build(project.root, datetime.now(), Options(jobs=jobs, check=check))
        whole = spent().since(before)
    parts = [sum(part) for part in zip(*found.values(), strict=True)]
    return found | {"all else": whole.since(Spent(*parts)), "all": whole}


@contextmanager
def watched(owner: Any, names: dict[str, str], found: dict[str, Spent]) -> Iterator[None]:
    real = {name: getattr(owner, name) for name in names}
    for name, title in names.items():
        setattr(owner, name, timed(real[name], title, found))
    try:
        yield
    finally:
        for name, function in real.items():
            setattr(owner, name, function)


def timed(function: Callable[..., Any], title: str, found: dict[str, Spent]) -> Callable[..., Any]:
    def call(*words: Any, **named: Any) -> Any:
        before = spent()
        try:
            return function(*words, **named)
        finally:
            found[title] = Spent(*map(sum, zip(found.get(title, NOTHING), spent().since(before), strict=True)))

    return call


# ── one issue


def reading_shares(project: Project) -> tuple[float, Counter[str]]:
    """Milliseconds to read an issue, and the modules they are spent in."""
    root = project.root
    opened = open_project(root)
    sources = [load_source(root, found) for found in find_sources(root)[0][:PROFILED]]
    runner = JobRunner(opened.worker_config)
    jobs = [ReadJob(str(number), source) for number, source in enumerate(sources) if isinstance(source, Source)]
    return shares(lambda: [runner.run(job) for job in jobs], len(jobs))


def making_shares(project: Project) -> tuple[float, Counter[str]]:
    """Milliseconds to make an issue's page, all else of a site with it, and the modules they are spent in."""
    real = line.stage_all
    taken: list[tuple[float, Counter[str]]] = []

    def alone(*words: Any) -> Any:
        rest = (*words[:4], 1, *words[5:])  # one process: the profile sees no other
        results: list[Any] = []
        taken.append(shares(lambda: results.append(real(*rest)), project.total, rounds=1))
        return results[-1]

    shutil.rmtree(project.output)
    line.stage_all = alone
    try:
        line.build(project.root, datetime.now(), Options(clean=True))
    finally:
        line.stage_all = real
    return taken[0]


def shares(work: Callable[[], object], count: int, rounds: int = 3) -> tuple[float, Counter[str]]:
    took = []
    for _ in range(rounds):
        before = time.process_time()
        work()
        took.append(time.process_time() - before)
    profile = cProfile.Profile()
    profile.runcall(work)
    found = by_module(pstats.Stats(profile))
    each = min(took) / count * 1000
    whole = sum(found.values())
    return each, Counter({name: value / whole * each for name, value in found.items()})


def by_module(stats: pstats.Stats) -> Counter[str]:
    """Time in each module itself; what is written in C counts for who called it."""
    found: Counter[str] = Counter()
    for (file, _, _), (_, _, own, _, callers) in stats.stats.items():  # type: ignore[attr-defined]
        if file != "~":
            found[module(file)] += own
        else:
            for (caller, _, _), (_, _, part, _) in callers.items():
                found[module(caller)] += part
    return found


def module(file: str) -> str:
    for top, name in ((str(ROOT / "bulletin"), "bulletin"), (str(Path(os.__file__).parent), "Python")):
        if file.startswith(top):
            steps = Path(file).relative_to(top).with_suffix("").parts
            if "site-packages" in steps:
                return steps[steps.index("site-packages") + 1]
            return f"{name}/{'/'.join(steps)}" if name == "bulletin" else name
    parts = Path(file).parts
    return parts[parts.index("site-packages") + 1] if "site-packages" in parts else file


# ── on the screen


def show_steps(title: str, found: dict[str, Spent]) -> None:
    table = Table("step", "clock", "own process", "workers", title=title, title_justify="left")
    for name, each in found.items():
        table.add_row(name, *(f"{value:.2f} s" for value in each))
    Console().print(table)


def show_shares(title: str, each: float, found: Counter[str]) -> None:
    table = Table("module", "ms", title=f"{title}: {each:.2f} ms of processor time", title_justify="left")
    for name, value in found.most_common(14):
        table.add_row(name, f"{value:.2f}")
    Console().print(table)


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.steps", description=__doc__)
    parser.add_argument("--issues", type=int, default=1_000)
    parser.add_argument("--kind", choices=KINDS, default="prose")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--everything", action="store_true", help="the packaged theme, article pages, check, search")
    options = parser.parse_args(words)
    kind: Kind = options.kind
    tool = FULL if options.everything else BULLETIN
    (project,) = write_projects(WORK / "steps", (tool,), kind, options.issues, 1)
    steps = build_steps(project, options.jobs, check=options.everything)
    show_steps(f"A first build of {options.issues:,} issues of {kind}", steps)
    show_shares("Reading an issue", *reading_shares(project))
    show_shares("Making its page, with a share of all lists", *making_shares(project))
    shutil.rmtree(WORK / "steps")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
