"""The tables, in the documents' two languages, and their place in these."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.looks.measure import Figures

DOCS = Path(__file__).parents[2] / "docs"
_PLACE = re.compile(r"(?<=<!-- measured -->\n).*?(?=<!-- /measured -->)", re.DOTALL)

ENGLISH = {
    "home": "Home page",
    "issue": "Newest issue",
    "article": "Article with picture and table",
    "column": "List of a column",
    "missing": "Page that is not there",
    "yes": "yes",
    "no": "no",
    "when": "Measured on {day} with {versions}. Two figures: at 390 px and at 1280 px; one, where they are the same.",
    "columns": "requests|KB without pictures|KB of scripts|begins at px|titles in the first screen|smallest type px"
    "|lowest contrast|axe: rules broken|words without scripts|dark scheme|sheets of A4",
    "lighthouse": "Lighthouse on a phone: performance, accessibility, best practices, SEO",
}
CHINESE = {
    "home": "首页",
    "issue": "最新一期",
    "article": "有图片和表格的文章",
    "column": "栏目的列表",
    "missing": "不存在的网页",
    "yes": "是",
    "no": "否",
    "when": "{day}测，版本：{versions}。两个数是 390 px 和 1280 px 宽时的，一样的只写一个。",
    "columns": "请求|图片以外 KB|脚本 KB|正文从几 px 开始|第一屏有几个题目|最小的字 px|最低对比度|违反几条 axe 规则"
    "|没有脚本也能读|深色|打印几张 A4",
    "lighthouse": "手机上的 Lighthouse：性能、无障碍、最佳做法、SEO",
}
LANGUAGES = {"looks.md": ENGLISH, "looks.zh-CN.md": CHINESE}


class Key(NamedTuple):
    """Which page of whose, at which width."""

    kind: str
    system: str
    width: int


class Measured(NamedTuple):
    """All that `make looks` found."""

    day: str
    versions: Mapping[str, str]
    figures: Mapping[Key, Figures]
    lighthouse: Mapping[tuple[str, str], Sequence[int]]
    """By kind and system."""


def tables(measured: Measured, words: Mapping[str, str]) -> str:
    return "\n".join(_lines(measured, words))


def _lines(measured: Measured, words: Mapping[str, str]) -> Iterator[str]:
    versions = ", ".join(f"{name} {number}".strip() for name, number in measured.versions.items())
    yield words["when"].format(day=measured.day, versions=versions)
    for kind in dict.fromkeys(key.kind for key in measured.figures):
        yield from ("", f"### {words[kind]}", "")
        yield from _head(["", *words["columns"].split("|")])
        for name in measured.versions:
            found = [figures for key, figures in measured.figures.items() if key[:2] == (kind, name)]
            yield _row([name, *map(_both, zip(*(_cells(each, words) for each in found), strict=True))])
    if measured.lighthouse:
        yield from ("", f"### {words['lighthouse']}", "")
        named = list(dict.fromkeys(kind for kind, _ in measured.lighthouse))
        yield from _head(["", *(words[kind] for kind in named)])
        for name in measured.versions:
            yield _row([name, *(", ".join(map(str, measured.lighthouse[kind, name])) for kind in named)])
    yield ""


def _cells(figures: Figures, words: Mapping[str, str]) -> list[str]:
    """In the order of the columns."""
    weights = [f"{size / 1000:.0f}" for size in (figures.weight, figures.scripts)]
    begins = "–" if figures.begins is None else str(figures.begins)
    counts = [begins, str(figures.headlines), f"{figures.smallest:g}", f"{figures.contrast:.1f}"]
    answers = [words["yes" if each else "no"] for each in (figures.without_scripts, figures.dark)]
    return [str(figures.requests), *weights, *counts, str(figures.violations), *answers, str(figures.sheets)]


def _both(cells: Sequence[str]) -> str:
    return " / ".join(dict.fromkeys(cells))


def _head(names: Sequence[str]) -> Iterator[str]:
    yield _row(names)
    yield "|---|" + "---:|" * (len(names) - 1)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def put_in(text: str, table: str) -> str:
    """A document with these tables in place of its own."""
    if not _PLACE.search(text):
        raise ValueError("nothing between “<!-- measured -->” and “<!-- /measured -->”")
    return _PLACE.sub(lambda _: table, text)


def write_documents(measured: Measured) -> None:
    for name, words in LANGUAGES.items():
        document = DOCS / name
        document.write_text(put_in(document.read_text(encoding="utf-8"), tables(measured, words)), encoding="utf-8")
