"""`make bench-check`: how well the rules of `bulletin check` find what is marked, how quick they are.

Precision and recall on tests/check/marked.txt and marked-people.txt, code by code, of names on texts that were written
for no rule (heldout-people.txt, heldout-people-3.txt …) and on ordinary prose without private persons (ordinary.txt,
ordinary-3.txt …), of words and damage on sentences written without a look at the rules (heldout-words.txt); then an
archive: parsing it, all rules cold, the check when nothing has changed, and the rules with a word list of a hundred
thousand entries.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import accumulate
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
from bulletin.core.problems import Problem
from bulletin.core.progress import no_progress
from bulletin.read.library import NOTHING_READ, Library, read_library
from bulletin.read.stamps import Stamps

ROOT = Path(__file__).parents[1]
SETS = ROOT / "tests" / "check"
MARKED = ("marked.txt", "marked-people.txt")
HELD_OUT = ("heldout-people.txt", *(f"heldout-people-{number}.txt" for number in range(3, 17)))
HELD_OUT_WORDS = SETS / "heldout-words.txt"
ORDINARY = ("ordinary.txt", "ordinary-later.txt", *(f"ordinary-{number}.txt" for number in range(3, 17)))
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
HEAD = "---\nnumber: 2014002\ndate: 2014-12-05\n---\n"
FRAMES = {
    "": HEAD + "## 案例分析\n\n### 一件事\n\n",
    "n": HEAD + "## 站务新闻\n\n### 一件事\n\n",
    "t": HEAD + "## 案例分析\n\n### ",
}
"""What is before a text: that of an article in a case section, in news, a title."""


class Snippet(NamedTuple):
    """A text, and what must be found in it."""

    code: str
    """Empty for an innocent one."""
    text: str
    start: int
    end: int
    frame: str = ""


class Score(NamedTuple):
    """What came of one code."""

    marked: int
    found: int
    false: tuple[str, ...]
    missed: tuple[str, ...]


def snippets() -> Iterator[Snippet]:
    """The marked sets."""
    for line in (line for name in MARKED for line in (SETS / name).read_text(encoding="utf-8").split("\n")):
        if not line or line.startswith("#"):
            continue
        head, _, text = line.partition("\t")
        code, _, frame = head.partition(" ")
        if code == "-":
            yield Snippet("", text, 0, 0, frame)
        else:
            start = text.replace("[[[", "\0[[").find("[[")
            end = text.rfind("]]")
            yield Snippet(code, text[:start] + text[start + 2 : end] + text[end + 2 :], start, end - 2, frame)


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
        found = _found(snippet, known)
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


def _found(snippet: Snippet, known: Office) -> list[tuple[str, int, int]]:
    before = FRAMES[snippet.frame]
    first, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    found = problems_of(before + snippet.text + "\n", known)
    return [(p.code, p.column - column, p.column - column + p.length) for p in found if p.line == first]


def problems_of(text: str, known: Office) -> list[Problem]:
    """What the rules find in an issue's file."""
    made = manuscript(SourceFile("content/issues/2014002.md", text.encode()), "issue", known.facts.sections)
    return list(problems_in(made, known)) if made else []


_MARK = re.compile(r"\[\[(.+?)\]\]")


class NameScore(NamedTuple):
    """What came of names in texts that no rule was made for."""

    marked: int
    """Names, each once a paragraph."""
    found: int
    characters: int
    false: tuple[str, ...]
    missed: tuple[str, ...]


def held_out(name: str, known: Office) -> NameScore:
    """Names found in a set of held-out texts, paragraph by paragraph."""
    marked = found = characters = 0
    false: list[str] = []
    missed: list[str] = []
    for line in (SETS / name).read_text(encoding="utf-8").split("\n"):
        frame, tab, text = line.partition("\t")
        if not tab or line.startswith("#"):
            continue
        plain = _MARK.sub(r"\1", text)
        names = set(_MARK.findall(text))
        problems = problems_of(FRAMES[frame.removeprefix("c")] + plain + "\n", known)
        said = {dict(p.values)["words"] for p in problems if p.code in ("P110", "P124", "P125")}
        hits = {name for name in names if any(name in each or each in name for each in said)}
        marked, found, characters = marked + len(names), found + len(hits), characters + len(plain)
        missed += sorted(names - hits)
        false += sorted(each for each in said if not any(name in each or each in name for name in names))
    return NameScore(marked, found, characters, tuple(false), tuple(missed))


def print_held_out() -> None:
    """Recall, and false alarms in ten thousand characters."""
    for name in HELD_OUT:
        score = held_out(name, office())
        found = f"{score.found} of {score.marked} found ({score.found / score.marked:.0%})"
        print(f"names in {name}: {found}, {len(score.false)} false in {score.characters} characters", *score.false)


def accused_in(name: str, frame: str, known: Office) -> tuple[int, list[str]]:
    """Characters of a set of ordinary prose, and the words in it that are taken for names of persons."""
    texts = [line for line in (SETS / name).read_text(encoding="utf-8").split("\n") if line and line[0] != "#"]
    problems = [found for text in texts for found in problems_of(FRAMES[frame] + text + "\n", known)]
    named = [dict(found.values)["words"] for found in problems if found.code in ("P110", "P124", "P125")]
    return sum(map(len, texts)), named


def print_ordinary() -> None:
    """False names in ten thousand ordinary characters, in a case section and in news."""
    for name in ORDINARY:
        for frame, section in (("", "cases"), ("n", "news")):
            size, false = accused_in(name, frame, office())
            print(f"{name} as {section}: {len(false)} false names in {size} characters", *false)


class WordScore(NamedTuple):
    """What came of a kind of the third set."""

    marked: int
    found: int
    false: tuple[str, ...]
    missed: tuple[str, ...]


def third_set(known: Office) -> dict[str, WordScore]:
    """Wrong words (w), damage (d) and clean lines (-) of heldout-words.txt, each in an article of news."""
    made: dict[str, WordScore] = {}
    for line in HELD_OUT_WORDS.read_text(encoding="utf-8").split("\n"):
        kind, tab, text = line.partition("\t")
        if not tab or line[0] == "#":
            continue
        pieces = _MARK.split(text)
        ends = list(accumulate(map(len, pieces)))
        spans = [(ends[at - 1], ends[at]) for at in range(1, len(pieces), 2)]
        found = _found(Snippet("", "".join(pieces), 0, 0, "n"), known)
        missed = [pieces[2 * n + 1] for n, span in enumerate(spans) if not any(_meet(span, each[1:]) for each in found)]
        false = [f"{each[0]} {line}" for each in found if not any(_meet(span, each[1:]) for span in spans)]
        before = made.get(kind, WordScore(0, 0, (), ()))
        hits = before.found + len(spans) - len(missed)
        made[kind] = WordScore(before.marked + len(spans), hits, (*before.false, *false), (*before.missed, *missed))
    return made


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def print_third_set() -> None:
    """Words and damage of the third set."""
    for kind, score in third_set(office()).items():
        print(
            f"third set, {kind}: {score.found} of {score.marked} found, {len(score.false)} false; missed:",
            *score.missed,
        )


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
    print_held_out()
    print_ordinary()
    print_third_set()
    if options.issues:
        print_speed(options.issues, options.jobs)


if __name__ == "__main__":
    main()
