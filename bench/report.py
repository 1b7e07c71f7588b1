"""The tables: on the screen, and as docs/bench.md."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from bench.everything import EVERYTHING, SEARCHED
from bench.goals import goals
from bench.peers import ARTICLES, BULLETIN, PACKAGED, TOOLS
from bench.results import Figure, Measurement, Results, figures, megabytes, seconds, times

Rows = list[list[str]]
"""The first is the head."""

NOTES = Path(__file__).with_name("notes.md")
"""What a person found out about the figures; stands below them."""
EVERYTHING_NOTES = Path(__file__).with_name("notes-everything.md")
FIGURES = "The figures to reach"

NAMES = list(dict.fromkeys(tool.name for tool in (*TOOLS, *SEARCHED)))
PEERS = NAMES[1:]
ALONE = [BULLETIN.name, ARTICLES.name, PACKAGED.name]


# ── tables


def time_table(results: Results, kind: str, total: int) -> Rows:
    """A row for each case: seconds, and how many times ours the peers take."""
    found = [m for m in results.measurements if (m.kind, m.total) == (kind, total)]
    names = names_of(found)
    rows = [["case", *names]]
    for case in dict.fromkeys(m.case for m in found):
        medians = {m.tool: m.median for m in found if m.case == case}
        rows.append([case, *(time_cell(medians, name) for name in names)])
    return rows


def names_of(found: list[Measurement]) -> list[str]:
    """The tools that were measured, in their order; our further forms have a table of their own."""
    measured = {m.tool for m in found}
    return [name for name in NAMES if name in measured]


def spent_table(results: Results, total: int) -> Rows:
    """With everything on: processor time and memory, case by case, of all processes."""
    found = [m for m in results.measurements if m.total == total]
    names = names_of(found)
    rows = [["processor time, peak memory", *names]]
    for case in dict.fromkeys(m.case for m in found):
        spent = {m.tool: f"{seconds(median(m.cpu))}, {megabytes(m.peak)}" for m in found if m.case == case}
        rows.append([case, *(spent.get(name, "–") for name in names)])
    return rows


def time_cell(medians: dict[str, float], name: str) -> str:
    if name not in medians:
        return "–"
    ours = medians.get(BULLETIN.name)
    ratio = f" ({times(medians[name], ours)})" if ours and name != BULLETIN.name else ""
    return seconds(medians[name]) + ratio


def page_table(results: Results, kind: str, total: int) -> Rows:
    """A row for each tool, of its cold build."""
    rows = [["cold", "peak memory", "processor time", "of it the gate", "files", "pages", "HTML", "an issue"]]
    found = [m for name in NAMES if (m := results.find(kind, total, name, "cold"))]
    return rows + [[m.tool, megabytes(m.peak), seconds(median(m.cpu)), gate_cell(m), *page_cells(m)] for m in found]


def gate_cell(m: Measurement) -> str:
    return seconds(m.gate) if m.gate else "–"


def page_cells(m: Measurement) -> list[str]:
    return [f"{m.files:,}", f"{m.html:,}", megabytes(m.size), f"{m.size / m.total / 1000:.1f} kB"]


def written_table(results: Results, kind: str, total: int) -> Rows:
    found = [m for m in results.measurements if (m.kind, m.total) == (kind, total)]
    names = names_of(found)
    rows = [["files written", *names]]
    for case in dict.fromkeys(m.case for m in found):
        written = {m.tool: m.written for m in found if m.case == case}
        rows.append([case, *(f"{written[name]:,}" if name in written else "–" for name in names)])
    return rows


def alone_table(results: Results) -> Rows:
    """What article pages and the packaged theme cost."""
    head = ["", "issues", "cold", "pages", "each more costs", "nothing changed", "one issue edited", "peak memory"]
    total = max((m.total for m in results.measurements if m.tool == ARTICLES.name), default=0)
    found = {name: results.find("prose", total, name, "cold") for name in ALONE}
    base = found[BULLETIN.name]
    return [head, *(alone_row(results, m, base) for m in found.values() if m)]


def alone_row(results: Results, cold: Measurement, base: Measurement | None) -> list[str]:
    more = "–"
    if base and cold.html > base.html:
        more = f"{(cold.median - base.median) / (cold.html - base.html) * 1000:.2f} ms"
    others = [results.find("prose", cold.total, cold.tool, case) for case in ("nothing changed", "one issue edited")]
    cells = [seconds(m.median) if m else "–" for m in others]
    return [cold.tool, f"{cold.total:,}", seconds(cold.median), f"{cold.html:,}", more, *cells, megabytes(cold.peak)]


def figure_table(found: list[Figure]) -> Rows:
    head = ["figure to reach", "that is", "reached", ""]
    return [head, *([f.words, f.wanted, f.reached, f.verdict] for f in found)]


def save_table(results: Results) -> Rows:
    rows = [["from saving an issue", "issues", "until the browser is told", "until it has the new page", "slowest"]]
    for each in results.saves:
        cells = (seconds(median(each.message)), seconds(median(each.page)), seconds(max(each.page)))
        rows.append([each.name, f"{each.total:,}", *cells])
    return rows


def tables(results: Results) -> Iterator[tuple[str, Rows]]:
    """All of them, with their titles."""
    if any(kind == EVERYTHING for kind, _ in results.archives):
        yield from everything_tables(results)
        return
    yield FIGURES, figure_table(figures(results))
    for kind, total in results.archives:
        title = f"{total:,} {'link lists' if kind == 'links' else 'issues of prose'}"
        yield title, time_table(results, kind, total)
        yield "", page_table(results, kind, total)
        yield "", written_table(results, kind, total)
    yield "A page for each article, and the packaged theme", alone_table(results)
    yield "The preview", save_table(results)


def everything_tables(results: Results) -> Iterator[tuple[str, Rows]]:
    yield f"{FIGURES}, everything on", figure_table(goals(results))
    for kind, total in results.archives:
        yield f"{total:,} issues, everything on", time_table(results, kind, total)
        yield "", spent_table(results, total)
        yield "", page_table(results, kind, total)
    if results.saves:
        yield "The preview, everything on", save_table(results)


# ── on the screen


def show(results: Results) -> None:
    console = Console()
    for title, rows in tables(results):
        drawn = Table(*rows[0], title=title or None, title_justify="left")
        for row in rows[1:]:
            drawn.add_row(*row)
        console.print(drawn)
    console.print(conditions(results))


# ── docs/bench.md

HEAD = """\
# How fast

<!-- Written by `make bench` from bench/results.json. -->

![Seconds against number of issues: cold, and after one issue was edited](bench.svg)

`make bench` installs the peers, writes the same issues in the layout of each tool, has all of them make the same
pages, and runs them in turn within one run: whole programs, from start to end, the median of the rounds. In brackets:
how many times as long as bulletin a peer takes. What each tool does and how they differ is in
[bench/themes/README.md](../bench/themes/README.md), every single value in
[bench/results.json](../bench/results.json).

- **cold**: no cache, no output. **nothing changed**: the same build again. **one issue edited**: a word more in the
  newest issue, which stands in the feed. **one template touched**: another word in the template of all issue pages.
  **one issue added**: a new newest one.
- An issue of **prose** has about 4,000 Han characters in three sections and seven articles, with bold words, lists,
  now and then a table or a picture; a **link list** has 200 links in 23 KB.
- **The gate** judges each text in every build, also with `--no-check`; what it takes is reckoned from a hundred issues.
- **Memory** is the sum over all processes, looked up every 50 ms, or so seldom that looking takes a twentieth of the
  time; what processes share counts once.
- bulletin runs with `--no-check`, since no peer reads the texts for damage and private data; with the check a first
  build takes about twice as long, and every later one as long as without.
"""


EVERYTHING_HEAD = """\
# Everything on

What an office runs: the theme that comes with bulletin, a page for each article, pictures, QR codes, the check and the
search. The peers make the same pages with markup of the same kind, then Pagefind makes its index of the same texts;
what they lack, and what else differs, is in [bench/themes/README.md](../bench/themes/README.md), every value in
[bench/everything.json](../bench/everything.json).

- **an old issue edited**: a word more in an issue of a year that is over, whose part of the index is another.
- **Memory** is the sum of proportional set sizes (PSS) of all processes at the same moment, for all tools alike.
- **bulletin, no fork** runs as on Windows and macOS, where a worker is a Python of its own (`bench/nofork.py`).
- **no search**: the same pages alone.
- Where other programs ran on the machine, seconds are too many for all; what counts are ratios and processor time.
- One command measures a part in a few minutes: `make bench SIZES=1000 ROUNDS=1 BENCH="--kinds everything --add
  --uncounted 0 --only bulletin hugo"`. `--add` keeps the rounds that are known, `--keep` replaces them;
  `make bench BENCH=--report` then writes this page. `BENCH="--kinds everything --saves" SIZES=1000` measures the
  preview.
"""


def document(results: Results, everything: Results) -> str:
    parts = [HEAD, conditions(results)]
    for title, rows in tables(results):
        parts += section(title, rows)
        if title == FIGURES:
            parts.append(NOTES.read_text(encoding="utf-8"))
    parts += [EVERYTHING_HEAD, conditions(everything)]
    for title, rows in tables(everything):
        parts += section(title, rows)
        if title.startswith(FIGURES):
            parts.append(EVERYTHING_NOTES.read_text(encoding="utf-8"))
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def section(title: str, rows: Rows) -> list[str]:
    return [*([f"## {title}"] if title else []), markdown(rows)]


def markdown(rows: Rows) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def conditions(results: Results) -> str:
    m = results.machine
    tools = ", ".join(f"{name} {version}" for name, version in m.versions.items())
    return (
        f"Measured on {m.processor} with {m.processors} processors; rounds: {rounds(results)}; seed: {results.seed}; "
        f"load average {m.load[0]} before and {m.load[1]} after. {tools}.\n"
    )


def rounds(results: Results) -> str:
    """How often each was measured: one number, and those that differ."""
    if not results.measurements:
        return str(results.rounds)
    found = {(m.total, m.tool): len(m.seconds) for m in results.measurements}
    usual = max(found.values())
    fewer = [
        words for total in dict.fromkeys(total for total, _ in found) for words in fewer_rounds(found, total, usual)
    ]
    return ", but ".join(filter(None, (str(usual), ", ".join(fewer))))


def fewer_rounds(found: dict[tuple[int, str], int], total: int, usual: int) -> Iterator[str]:
    """Of one size: in one word where all tools had as few."""
    counts = {tool: count for (each, tool), count in found.items() if each == total}
    if len(set(counts.values())) == 1 and len(counts) > 1:
        counts = {"": next(iter(counts.values()))}
    for tool, count in counts.items():
        if count < usual:
            yield f"{total:,} issues{' with ' if tool else ''}{tool} {count}"
