"""The short table of the READMEs: everything on, a row for each size and what an office waits for."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from bench.everything import EVERYTHING, FULL, PEERS
from bench.peers import ROOT
from bench.report import Rows, markdown
from bench.results import Results, megabytes, seconds

BEGIN, END = "<!-- everything on: written by `make bench` -->", "<!-- /everything on -->"
TOOLS = (FULL, *PEERS)


class Words(NamedTuple):
    """Of one language."""

    place: Path
    corner: str
    cases: dict[str, str]
    memory: str
    peer: str


LANGUAGES = (
    Words(
        ROOT / "README.md",
        "everything on",
        {
            "cold": "{total:,} issues, first build",
            "one issue edited": "{total:,} issues, the newest edited",
            "nothing changed": "{total:,} issues, nothing changed",
        },
        "memory of all processes, {total:,} issues",
        "{} + Pagefind",
    ),
    Words(
        ROOT / "README.zh-CN.md",
        "功能全开",
        {
            "cold": "{total:,} 期，第一次生成",
            "one issue edited": "{total:,} 期，改最新一期",
            "nothing changed": "{total:,} 期，什么也没改",
        },
        "{total:,} 期，全部进程占用的内存",
        "{} + Pagefind",
    ),
)


def short_table(found: Results, words: Words) -> Rows:
    """A row for each case that was measured; empty cells for tools that were not."""
    totals = [total for kind, total in found.archives if kind == EVERYTHING]
    peers = [words.peer.format(tool.name.title()) for tool in PEERS]
    rows = [[words.corner, "bulletin", *peers]]
    for total in totals:
        for case, said in words.cases.items():
            rows.append([said.format(total=total), *(_seconds(found, total, case, tool.name) for tool in TOOLS)])
    largest = max(totals)
    rows.append([words.memory.format(total=largest), *(_memory(found, largest, tool.name) for tool in TOOLS)])
    return rows


def _seconds(found: Results, total: int, case: str, tool: str) -> str:
    measured = found.find(EVERYTHING, total, tool, case)
    return seconds(measured.median) if measured else "–"


def _memory(found: Results, total: int, tool: str) -> str:
    measured = found.find(EVERYTHING, total, tool, "cold")
    return megabytes(measured.peak) if measured else "–"


def with_table(text: str, found: Results, words: Words) -> str:
    """A README with the table between its marks."""
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n\n{markdown(short_table(found, words))}\n\n{END}{after}"


def write_tables(found: Results) -> None:
    for words in LANGUAGES:
        words.place.write_text(with_table(words.place.read_text(encoding="utf-8"), found, words), encoding="utf-8")
