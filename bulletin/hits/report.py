"""The year in figures, as one page that prints well: for the report that an office sends upward."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from bulletin.core.problems import N_
from bulletin.hits.catalogue import Catalogue
from bulletin.hits.figures import RankedPage, by_month, by_section, ranking, sums
from bulletin.hits.stores.base import Count

Translate = Callable[[str], str]

HEADING = N_("Readings in {year}")
MONTHLY = N_("By month")
SECTIONS = N_("By section")
ISSUES = N_("By issue")
ARTICLES = N_("The most read articles")
WHOLE = N_("Whole issues")
SECTION = N_("Section")
READINGS = N_("Readings")
NUMBER = N_("Number")
TITLE = N_("Title")
YEARLY = N_("In the year")
IN_ALL = N_("In all")
SUMS = N_("In the year: {year}. Since the beginning, with what was carried over: {ever}.")
NOTES = N_(
    "Made on {day}. Robots, repeats within 30 seconds and more than 12 readings a day by one reader are not counted."
)

STYLE = """
:root { color: #1a1a1a; font: 12pt/1.6 "Noto Serif CJK SC", "Source Han Serif SC", SimSun, serif; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { color: #b01218; font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; break-after: avoid; }
table { border-collapse: collapse; width: 100%; } th, td { border-bottom: 1px solid #bbb; padding: .25rem .5rem; }
th { text-align: left; } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tr, svg, figure { break-inside: avoid; } svg { width: 100%; height: auto; } figure { margin: 1rem 0; }
svg text { font: 11px sans-serif; fill: #1a1a1a; } svg rect { fill: #b01218; }
.notes { color: #555; font-size: .85rem; }
@page { size: A4; margin: 20mm; } @media print { body { margin: 0; max-width: none; } svg rect { fill: #555; } }
"""


def report(counts: Iterable[Count], pages: Catalogue, year: int, title: str, made: str, translate: Translate) -> str:
    """A whole HTML page; ``made`` is the day it was made on."""
    _ = translate
    counts = tuple(counts)
    within = sums(counts, pages, f"{year}-01-01", f"{year}-12-31")
    ever = sums(counts, pages)
    issues = [line for line in ranking(within, pages, limit=10_000) if not line.section]
    heading = _(HEADING).format(year=year)
    parts = [
        f"<h1>{escape(title)}<br>{heading}</h1>",
        f"<p>{_(SUMS)}</p>".format(year=f"{sum(within.values()):,}", ever=f"{sum(ever.values()):,}"),
        f"<h2>{_(MONTHLY)}</h2>",
        chart([(str(month), n) for month, n in enumerate(by_month(counts, year), 1)], _(MONTHLY)),
        f"<h2>{_(SECTIONS)}</h2>",
        _sections(by_section(within, pages), _),
        f"<h2>{_(ISSUES)}</h2>",
        _table(issues, ever, _),
        f"<h2>{_(ARTICLES)}</h2>",
        _table([line for line in ranking(within, pages, limit=10_000) if line.section][:50], ever, _),
        f'<p class="notes">{_(NOTES)}</p>'.format(day=made),
    ]
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{escape(title)} – {heading}</title>'
        f"<style>{STYLE}</style></head><body>\n" + "\n".join(parts) + "\n</body></html>\n"
    )


def chart(bars: list[tuple[str, int]], label: str) -> str:
    """Upright bars as SVG, each with its number, so that nothing is said by its length alone."""
    width, height, top = 600, 200, 20
    step = width / len(bars)
    most = max((n for _, n in bars), default=0) or 1
    drawn = []
    for place, (name, n) in enumerate(bars):
        tall = max(n, 0) / most * (height - top - 20)
        x, middle = place * step, (place + 0.5) * step
        y = height - 20 - tall
        drawn.append(f'<rect x="{x + step * 0.15:.1f}" y="{y:.1f}" width="{step * 0.7:.1f}" height="{tall:.1f}"/>')
        drawn.append(f'<text x="{middle:.1f}" y="{y - 4:.1f}" text-anchor="middle">{n:,}</text>')
        drawn.append(f'<text x="{middle:.1f}" y="{height - 5}" text-anchor="middle">{escape(name)}</text>')
    return (
        f'<figure><svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}">'
        + "".join(drawn)
        + "</svg></figure>"
    )


def _sections(rows: Iterable[tuple[str, int]], _: Translate) -> str:
    body = "".join(f'<tr><td>{escape(name) or _(WHOLE)}</td><td class="n">{n:,}</td></tr>' for name, n in rows)
    head = f'<tr><th>{_(SECTION)}</th><th class="n">{_(READINGS)}</th></tr>'
    return f"<table><thead>{head}</thead><tbody>{body}</tbody></table>"


def _table(lines: Iterable[RankedPage], ever: dict[str, int], _: Translate) -> str:
    head = (
        f'<tr><th>{_(NUMBER)}</th><th>{_(TITLE)}</th><th class="n">{_(YEARLY)}</th><th class="n">{_(IN_ALL)}</th></tr>'
    )
    body = "".join(
        f'<tr><td>{escape(line.number)}</td><td>{escape(line.title)}</td><td class="n">{line.n:,}</td>'
        f'<td class="n">{ever.get(line.key, 0):,}</td></tr>'
        for line in lines
    )
    return f"<table><thead>{head}</thead><tbody>{body}</tbody></table>"
