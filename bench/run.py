"""`make bench`: bulletin and its peers in turn, in one run, so that what disturbs the machine disturbs all alike.

For every kind of issue and every size: a project for each tool with the same issues; one round that nobody counts,
so that files and programs are in memory for all; then round by round all cases, and in each case all tools.
A run of everything writes results.json and everything.json, docs/bench.md and docs/bench.svg. A part of it is measured
with `--keep`, which keeps the rest of those files, or `--add`, which adds rounds to it; then `--report` writes the
documents. Any other part only prints.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from bench import plot, report, results
from bench.cases import CASES, EVERYTHING_CASES, Case, Pages, Project, count_pages, write_projects
from bench.corpus import KINDS, Kind
from bench.everything import EVERYTHING, FULL, SEARCHED
from bench.gate import gate_seconds
from bench.measure import Run, run
from bench.peers import ARTICLES, BULLETIN, PACKAGED, ROOT, TOOLS, WORK, Tool, environment, install, versions
from bench.results import Machine, Measurement, Results, Saves, Startup
from bench.saves import measure_saves
from bench.summary import write_tables

ARCHIVES = (*KINDS, EVERYTHING)
SIZES = {"prose": (100, 1_000), "links": (100, 1_000), EVERYTHING: (12, 100, 1_000)}
"""How many issues, unless somebody says."""
ALL_CASES = list(dict.fromkeys(case.name for case in (*CASES, *EVERYTHING_CASES)))
ALL_TOOLS = list(dict.fromkeys(tool.name for tool in (*TOOLS, *SEARCHED)))

ALONE = (ARTICLES, PACKAGED)
"""With a page for each article, and with the packaged theme: us alone."""
ALONE_CASES = ("cold", "nothing changed", "one issue edited")
ALONE_TOTAL = 1_000
SAVES = 20
STARTS = 20


class Sample(NamedTuple):
    """One run of a case."""

    run: Run
    pages: Pages


class Session:
    """The options, and what has been measured so far."""

    def __init__(self, options: argparse.Namespace, kinds: list[str]) -> None:
        self._rounds: int = options.rounds
        self._uncounted: int = options.uncounted
        self._parts: bool = options.keep or options.add
        self._seed: int = options.seed
        self._kinds = kinds
        self._names: list[str] = options.cases
        self._only: list[str] = options.only
        self._sizes: dict[str, tuple[int, ...]] = {kind: tuple(options.sizes or SIZES[kind]) for kind in self._kinds}
        self._environment = environment()
        self._largest = min(ALONE_TOTAL, max(max(sizes) for sizes in self._sizes.values()))

    def everything(self) -> Iterator[Results]:
        """What has been measured so far, after every archive: a run may take hours, and may not reach its end."""
        before, startup = os.getloadavg()[0], self.startup()
        saves = () if self._parts else self.saves()
        found: list[Measurement] = []
        for total, kind in sorted((total, kind) for kind, sizes in self._sizes.items() for total in sizes):
            found += self.archive(kind, total)
            yield Results(machine(before), self._seed, self._rounds, tuple(found), startup, saves)
            shutil.rmtree(WORK / f"{kind}-{total}")  # it may take a while, and what was measured is noted by then

    def archive(self, kind: str, total: int) -> list[Measurement]:
        """All rounds over one archive; the first is not counted, if there is one that is not."""
        say(f"{total:,} issues of {kind} …")
        top = WORK / f"{kind}-{total}"
        projects = write_projects(top, self.tools(kind, total), texts(kind), total, self._seed)
        samples: dict[tuple[str, str], list[Sample]] = {}
        for number in range(1 - self._uncounted, self._rounds + 1):
            for project, case, sample in self.round(projects, self.cases(kind), number):
                if number > 0:
                    samples.setdefault((project.tool.name, case.name), []).append(sample)
        gates = {(p.tool.name, "cold"): gate_seconds(p) for p in projects if p.tool == BULLETIN}
        return [summary(kind, total, *names, found, gates.get(names, 0.0)) for names, found in samples.items()]

    def tools(self, kind: str, total: int) -> list[Tool]:
        """Those that were chosen; where we are measured alone, our other forms too."""
        alone = kind == "prose" and total == self._largest and BULLETIN.name in self._only
        known = SEARCHED if kind == EVERYTHING else TOOLS
        return [*(tool for tool in known if tool.name in self._only), *(ALONE if alone else ())]

    def cases(self, kind: str) -> list[Case]:
        known = EVERYTHING_CASES if kind == EVERYTHING else CASES
        return [case for case in known if case.name in self._names or case.cold]

    def round(self, projects: list[Project], cases: list[Case], number: int) -> Iterator[tuple[Project, Case, Sample]]:
        for case in cases:
            for project in projects:
                if project.tool not in ALONE or case.name in ALONE_CASES:
                    sample = self.sample(project, case, number)
                    say(f"  {number} {case.name}, {project.tool.name}: {results.seconds(sample.run.seconds)}")
                    yield project, case, sample

    def sample(self, project: Project, case: Case, number: int) -> Sample:
        case.prepare(project, number)
        began = time.time()
        taken = run(project.tool.words(cold=case.cold), project.root, self._environment, project.tool.good)
        return Sample(taken, count_pages(project.output, began))

    def saves(self) -> tuple[Saves, ...]:
        if BULLETIN.name not in self._only:
            return ()
        top = WORK / "saves"
        tools = (FULL,) if EVERYTHING in self._kinds else (BULLETIN, PACKAGED)
        projects = write_projects(top, tools, "prose", self._largest, self._seed)
        say("saves in the preview …")
        found = tuple(measure_saves(project, SAVES) for project in projects)
        shutil.rmtree(top)
        return found

    def startup(self) -> Startup:
        say("start of the program …")
        program, python = [BULLETIN.words(cold=True)[0], "--help"], [sys.executable, "-c", "pass"]
        pairs = [(self.quick(program), self.quick(python)) for _ in range(STARTS)]
        return Startup(tuple(ours for ours, _ in pairs), tuple(theirs for _, theirs in pairs))

    def quick(self, words: list[str]) -> float:
        return run(words, WORK / "python", self._environment).seconds


def texts(kind: str) -> Kind:
    """What an archive is made of."""
    return "links" if kind == "links" else "prose"


def summary(kind: str, total: int, tool: str, case: str, samples: list[Sample], gate: float) -> Measurement:
    runs, pages = [sample.run for sample in samples], samples[-1].pages
    return Measurement(
        kind=kind,
        total=total,
        tool=tool,
        case=case,
        seconds=tuple(round(each.seconds, 4) for each in runs),
        cpu=tuple(round(each.cpu, 3) for each in runs),
        memory=tuple(each.memory for each in runs),
        files=pages.files,
        html=pages.html,
        size=pages.size,
        written=pages.written,
        gate=round(gate, 3),
    )


def machine(before: float) -> Machine:
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.+)", info.read_text()) if info.exists() else None
    name = found.group(1) if found else platform.processor()
    return Machine(name, os.cpu_count() or 1, (round(before, 2), round(os.getloadavg()[0], 2)), versions())


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of issues, the same for all kinds")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", nargs="+", choices=ARCHIVES, default=ARCHIVES)
    parser.add_argument("--cases", nargs="+", choices=ALL_CASES, default=ALL_CASES)
    parser.add_argument("--only", nargs="+", choices=ALL_TOOLS, default=ALL_TOOLS)
    parser.add_argument("--uncounted", type=int, choices=(0, 1), default=1, help="rounds before those that count")
    parser.add_argument("--keep", action="store_true", help="measure a part; keep what is known of all else")
    parser.add_argument("--add", action="store_true", help="the same, and keep the rounds that are known of this part")
    parser.add_argument(
        "--saves", action="store_true", help="measure the preview only, which has no peer; keep all else"
    )
    parser.add_argument("--report", action="store_true", help="measure nothing; write the documents of what is known")
    return parser.parse_args(words)


def families(kinds: Iterable[str]) -> Iterator[tuple[Path, list[str]]]:
    """Where results belong, and of which kinds."""
    lean = [kind for kind in kinds if kind != EVERYTHING]
    if lean:
        yield results.PLACE, lean
    if EVERYTHING in kinds:
        yield results.EVERYTHING_PLACE, [EVERYTHING]


def measure(options: argparse.Namespace, place: Path, kinds: list[str]) -> Results:
    """Measure all; what there is so far lies in .bench/, of a part also where it belongs."""
    install()
    session = Session(options, kinds)
    earlier = results.read(place) if place.is_file() else None
    if options.saves and earlier:
        return msgspec.structs.replace(earlier, saves=session.saves())
    for found in session.everything():
        so_far = found
        if earlier and (options.keep or options.add):
            so_far = found.after(earlier) if options.add else found.with_others(earlier)
        results.write(so_far, WORK / place.name)
    return so_far


def is_kept(options: argparse.Namespace) -> bool:
    """Whether it becomes part of what is known: everything, or a part that is meant to."""
    chosen = (len(options.kinds), len(options.only), len(options.cases))
    whole = chosen == (len(ARCHIVES), len(ALL_TOOLS), len(ALL_CASES))
    return whole or options.keep or options.add or options.saves


def main(words: list[str]) -> int:
    options = parse(words)
    for place, kinds in families(options.kinds):
        found = results.read(place) if options.report else measure(options, place, kinds)
        if is_kept(options):
            results.write(found, place)
        report.show(found)
    if options.report or (is_kept(options) and not (options.keep or options.add or options.saves)):
        publish()
    return 0


def publish() -> None:
    """Into the documents, for everybody to see."""
    found, everything = results.read(), results.read(results.EVERYTHING_PLACE)
    (ROOT / "docs/bench.md").write_text(report.document(found, everything), encoding="utf-8")
    write_tables(everything)
    (ROOT / "docs/bench.svg").write_text(plot.draw(found), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
