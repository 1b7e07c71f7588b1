"""`make bench-check`: how well the rules of `bulletin check` find what is marked, how quick they are.

Precision and recall on tests/check/marked.txt, code by code; then an archive: parsing it, all rules cold, the check
when nothing has changed, and the rules with a word list of a hundred thousand entries.
"""

from __future__ import annotations

import argparse
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from bulletin.build.changes import last_findings, scan_project
from bulletin.build.examine import examine
from bulletin.build.project import open_cache, open_project, project_lock
from bulletin.build.report import Options
from bulletin.build.source_checks import check_sources
from bulletin.build.worker import worker_pool
from bulletin.check.findings import Findings
from bulletin.check.manuscript import manuscript
from bulletin.check.office import Office, make_office
from bulletin.check.rules import problems_in
from bulletin.check.wordlists import read_word_lists
from bulletin.core.config import read_station
from bulletin.core.model import SourceFile
from bulletin.core.progress import no_progress
from bulletin.read.library import NOTHING_READ, Library, read_library
from bulletin.read.stamps import Stamps

ROOT = Path(__file__).parents[1]
MARKED = ROOT / "tests" / "check" / "marked.txt"
WORK = ROOT / ".bench" / "check"
NOW = datetime(2016, 1, 1, 12, 0)

STATION = """\
name: 南岭市救助管理站
url: https://jzz.example.cn/
phone: 0734-8516000
icp: 湘ICP备15004209号
address: 南岭市雁峰区园林路24号
email: jzz@example.cn
staff: 邓军, 李桂芳
sections:
  - {id: news, title: 站务新闻}
  - {id: cases, title: 案例分析}
"""
FRAME = "---\nnumber: 2014002\ndate: 2014-12-05\n---\n## 案例分析\n\n### 一件事\n\n"


class Snippet(NamedTuple):
    """A text, and what must be found in it."""

    code: str
    """Empty for an innocent one."""
    text: str
    start: int
    end: int


class Score(NamedTuple):
    """What came of one code."""

    marked: int
    found: int
    false: tuple[str, ...]
    missed: tuple[str, ...]


def snippets() -> Iterator[Snippet]:
    """The marked set."""
    for line in MARKED.read_text(encoding="utf-8").split("\n"):
        if not line or line.startswith("#"):
            continue
        code, _, text = line.partition("\t")
        start = text.find("[[")
        end = text.rfind("]]")
        if code == "-":
            yield Snippet("", text, 0, 0)
        else:
            yield Snippet(code, text[:start] + text[start + 2 : end] + text[end + 2 :], start, end - 2)


def office() -> Office:
    """The office in whose case section the snippets stand."""
    return make_office(read_station(STATION.encode()), read_word_lists(()))


def scores(known: Office) -> dict[str, Score]:
    """By code: how many are marked and found, and the texts that went wrong."""
    marked: Counter[str] = Counter()
    right: Counter[str] = Counter()
    false: dict[str, list[str]] = {}
    missed: dict[str, list[str]] = {}
    for snippet in snippets():
        found = _found(snippet.text, known)
        wanted = {snippet.code} - {""}
        marked.update(wanted)
        for code in wanted:
            hit = any(c == code and start < snippet.end and snippet.start < end for c, start, end in found)
            right[code] += hit
            if not hit:
                missed.setdefault(code, []).append(snippet.text)
        for code in {c for c, _, _ in found} - wanted:
            false.setdefault(code, []).append(snippet.text)
    names = sorted({*marked, *false})
    return {n: Score(marked[n], right[n], tuple(false.get(n, ())), tuple(missed.get(n, ()))) for n in names}


def _found(text: str, known: Office) -> list[tuple[str, int, int]]:
    made = manuscript(SourceFile("content/issues/2014002.md", (FRAME + text + "\n").encode()), "issue")
    if made is None:
        return []
    first = FRAME.count("\n") + 1
    return [(p.code, p.column - 1, p.column - 1 + p.length) for p in problems_in(made, known) if p.line == first]


def print_scores() -> None:
    """The table, and what went wrong below it."""
    made = scores(office())
    print(f"{'code':6}{'marked':>8}{'found':>8}{'recall':>9}{'false':>7}{'precision':>11}")
    for name, score in [*made.items(), ("all", _together(made))]:
        recall = score.found / score.marked if score.marked else 1
        precision = score.found / (score.found + len(score.false)) if score.found or score.false else 1
        print(f"{name:6}{score.marked:8}{score.found:8}{recall:9.1%}{len(score.false):7}{precision:11.1%}")
    innocent = sum(not snippet.code for snippet in snippets())
    print(f"{innocent} innocent texts among {sum(1 for _ in snippets())}")
    for name, score in made.items():
        for text in score.missed:
            print(f"missed {name}: {text}")
        for text in score.false:
            print(f"false  {name}: {text}")


def _together(made: dict[str, Score]) -> Score:
    return Score(
        sum(s.marked for s in made.values()),
        sum(s.found for s in made.values()),
        tuple(text for s in made.values() for text in s.false),
        (),
    )


# ── speed


def print_speed(issues: int, jobs: int) -> None:
    """Parsing an archive, checking it cold, checking it unchanged, and with long word lists."""
    shutil.rmtree(WORK, ignore_errors=True)
    _write(WORK, issues)
    parse = _timed(lambda: _read(jobs))
    rules = _timed(_rules)
    cold = _timed(lambda: examine(WORK, NOW, Options(jobs=jobs, clean=True)))
    again = _timed(lambda: _check_again(Options(jobs=jobs)))
    words = WORK / "content" / "words" / "long.txt"
    words.parent.mkdir()
    words.write_text("".join(f"错词{n}号 → 对词{n}号\n" for n in range(100_000)), encoding="utf-8")
    listed = _timed(_rules)
    print(f"{issues} issues            clock, s   processors, s   of parsing")
    named = {"parsing": parse, "all rules": rules, "whole check, cold": cold, "nothing changed": again}
    for name, cost in (named | {"rules, 100,000 words": listed}).items():
        print(f"{name:22}{cost.clock:10.2f}{cost.work:16.2f}{cost.work / parse.work:13.2f}")


class Cost(NamedTuple):
    """Seconds by the clock, and of the processors: ours and the workers'."""

    clock: float
    work: float


def _timed(work: Callable[[], object]) -> Cost:
    began, before = time.perf_counter(), sum(os.times()[:4])
    work()
    return Cost(time.perf_counter() - began, sum(os.times()[:4]) - before)


def _write(folder: Path, issues: int) -> None:
    (folder / "content" / "issues").mkdir(parents=True)
    (folder / "content" / "station.yml").write_text(STATION, encoding="utf-8")
    for name, text in _texts(issues):
        (folder / "content" / "issues" / name).write_text(text, encoding="utf-8")


def _texts(issues: int) -> Iterator[tuple[str, str]]:
    """The repository's own second issue again and again, each with something of its own."""
    text = (ROOT / "content" / "issues" / "2014002.md").read_text(encoding="utf-8")
    for n in range(issues):
        year, sequence = 1900 + n // 100, n % 100 + 1
        own = text.replace("2014002", f"{year}{sequence:03}", 1)
        yield f"{year}{sequence:03}.md", f"{own}\n第{n}篇。\n"


def _read(jobs: int) -> None:
    project = open_project(WORK)
    with project_lock(WORK) as started, open_cache(WORK, clean=False) as cache:
        stamps = Stamps(cache.digests(), scan_project(WORK).read_from(started))
        library = Library(project.root, project.context, project.fingerprint, stamps)
        with worker_pool(project.worker_config, jobs) as pool:
            read_library(library, cache, pool, NOTHING_READ, no_progress)


def _check_again(options: Options) -> Findings:
    scan = scan_project(WORK)
    return last_findings(WORK, NOW, options, scan) or examine(WORK, NOW, options, scan=scan)


def _rules() -> None:
    project = open_project(WORK)
    with project_lock(WORK) as started, open_cache(WORK, clean=False) as cache:
        stamps = Stamps(cache.digests(), scan_project(WORK).read_from(started))
        library = Library(project.root, project.context, project.fingerprint, stamps)
        with worker_pool(project.worker_config, 1) as pool:
            check_sources(project, library, cache, pool)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--issues", type=int, default=1000, help="issues of the archive; 0 for no speed")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    print_scores()
    if options.issues:
        print_speed(options.issues, options.jobs)


if __name__ == "__main__":
    main()
