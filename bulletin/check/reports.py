"""What the check found, for people and for programs: text, JSON, workflow commands, SARIF, a page to print."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from html import escape

from bulletin.check.lines import quoted
from bulletin.problems import CODES, N_, SEVERITIES, Problem, describe, remedy

Translate = Callable[[str], str]
Lines = Callable[[str], list[str]]
"""The lines of a file by its path; none for one that cannot be read."""
Style = Callable[[str, str], str]
"""A text in a colour: ``error``, ``warning``, ``notice``, ``path`` or ``mark``."""


def plain(text: str, _: str) -> str:
    """Without colours."""
    return text


def place(found: Problem) -> str:
    """``file:line:column``, as far as it is known."""
    numbers = [str(n) for n in (found.line, found.column if found.line else 0) if n]
    return ":".join((found.path, *numbers))


def text(found: Problem, translate: Translate, lines: Lines, style: Style = plain) -> str:
    """Where, what and which rule; the line with a mark under the words; how to mend it."""
    severity = style(translate(SEVERITIES[found.severity]), found.severity)
    said = f"{style(place(found), 'path')}: {severity}: {describe(found, translate)} [{found.code}]"
    quote = ""
    if found.column and 0 < found.line <= len(lines(found.path)):
        line, mark = quoted(lines(found.path)[found.line - 1], found.column, found.length)
        quote = f"\n    {line}\n    {style(mark, 'mark')}"
    return f"{said}{quote}\n    {remedy(found, translate)}"


def github(found: Problem, translate: Translate) -> str:
    """A workflow command, which the code host shows beside the line."""

    def safe(words: str) -> str:
        return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    where = f"file={safe(found.path).replace(':', '%3A').replace(',', '%2C')}"
    where += f",line={found.line}" if found.line else ""
    if found.line and found.column:
        where += f",col={found.column},endColumn={found.column + found.length}"
    return f"::{found.severity} {where},title={found.code}::{safe(describe(found, translate))}"


def as_json(found: Problem, translate: Translate) -> dict[str, object]:
    """One problem for programs; column and length are 0 where they are not known."""
    return {
        "code": found.code,
        "severity": found.severity,
        "file": found.path,
        "line": found.line,
        "column": found.column,
        "length": found.length,
        "message": describe(found, translate),
        "remedy": remedy(found, translate),
    }


# ── SARIF


LEVELS = {"error": "error", "warning": "warning", "notice": "note"}


def sarif(problems: Iterable[Problem], version: str, translate: Translate) -> str:
    """SARIF 2.1.0 (OASIS), for code hosts and editors."""
    problems = list(problems)
    codes = sorted({found.code for found in problems})
    rules = [
        {
            "id": code,
            "shortDescription": {"text": translate(CODES[code].message)},
            "help": {"text": translate(CODES[code].remedy)},
            "defaultConfiguration": {"level": LEVELS[CODES[code].severity]},
        }
        for code in codes
    ]
    driver = {"name": "bulletin", "semanticVersion": version, "rules": rules}
    results = [_result(found, codes.index(found.code), translate) for found in problems]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _result(found: Problem, index: int, translate: Translate) -> dict[str, object]:
    where: dict[str, object] = {"artifactLocation": {"uri": found.path}}
    if found.line:
        region = {"startLine": found.line}
        if found.column:
            region |= {"startColumn": found.column, "endColumn": found.column + max(1, found.length)}
        where["region"] = region
    return {
        "ruleId": found.code,
        "ruleIndex": index,
        "level": LEVELS[found.severity],
        "message": {"text": f"{describe(found, translate)} {remedy(found, translate)}"},
        "locations": [{"physicalLocation": where}],
    }


# ── a page to print


def html(problems: Iterable[Problem], name: str, moment: str, translate: Translate) -> bytes:
    """A report for the head of the office: counts, then file by file. Numbers of persons stay hidden in it."""
    by_file: dict[str, list[Problem]] = {}
    for found in problems:
        by_file.setdefault(found.path, []).append(found)
    title = translate(N_("What the check found"))
    language = translate(N_("en"))  # the language of the words around it
    empty = "" if by_file else "<p>" + escape(translate(N_("Nothing is wrong."))) + "</p>\n"
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{escape(title)}</h1>\n<p>{escape(name)}　{escape(moment)}</p>\n{empty}"
        f"{_counts(by_file, translate) if by_file else ''}"
        f"{''.join(_file(path, found, translate) for path, found in by_file.items())}</body>\n</html>\n"
    ).encode()


def _counts(by_file: Mapping[str, list[Problem]], translate: Translate) -> str:
    words = "".join(f'<th scope="col">{escape(translate(word))}</th>' for word in SEVERITIES.values())
    body = "".join(_count(path, found) for path, found in by_file.items())
    total = _count(translate(N_("all together")), [one for found in by_file.values() for one in found])
    file = escape(translate(N_("File")))
    head = f'<th scope="col">{file}</th>{words}'
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n<tfoot>\n{total}</tfoot>\n</table>\n"


def _count(name: str, problems: list[Problem]) -> str:
    cells = "".join(f"<td>{sum(p.severity == severity for p in problems)}</td>" for severity in SEVERITIES)
    return f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>\n'


def _file(path: str, problems: list[Problem], translate: Translate) -> str:
    items = "".join(
        f'<li class="{found.severity}"><b>{escape(translate(SEVERITIES[found.severity]))}</b> '
        f"{escape(describe(found, translate))} <span>{escape(remedy(found, translate))}</span> "
        f"<code>{escape(place(found).removeprefix(path).lstrip(':'))} {found.code}</code></li>\n"
        for found in problems
    )
    return f"<section>\n<h2>{escape(path)}</h2>\n<ul>\n{items}</ul>\n</section>\n"


STYLE = """
@page{size:A4;margin:20mm}
body{font:12pt/1.6 FangSong,STFangsong,'Noto Serif CJK SC',serif;margin:2em auto;max-width:60em;padding:0 1em}
h1{text-align:center;font-size:18pt}h2{font-size:13pt;break-after:avoid}
table{border-collapse:collapse}th,td{border:1px solid #333;padding:.3em .6em;text-align:left}
li{margin:.4em 0;break-inside:avoid}span{color:#444}code{font-size:.85em}
.error b{color:#a30f15}.warning b{color:#7a4f00}
"""
