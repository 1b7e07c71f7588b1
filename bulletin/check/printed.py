"""What the check found as a page to print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from bulletin.check.reports import place
from bulletin.core.i18n import Translate
from bulletin.core.problems import N_, SEVERITIES, Problem, describe, remedy


def page(problems: Iterable[Problem], name: str, moment: str, translate: Translate) -> bytes:
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
