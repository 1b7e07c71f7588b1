"""A year's statistics, for the report that an office sends to its superiors: what the template sees."""

from __future__ import annotations

from collections.abc import Iterable

from bulletin.core.hit_sources import HitSource
from bulletin.core.i18n import Translate
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.hits.catalogue import Catalogue
from bulletin.hits.figures import RankedPage, by_month, by_section, by_source, ranking, sums
from bulletin.hits.stores.base import Count

_MAX_ARTICLES = 50
"""Most read articles in the report."""
_ALL = 10_000

_CHART_WIDTH, _CHART_HEIGHT = 600, 200
_CHART_TOP, _CHART_BOTTOM = 20, 20
"""Room for the figures above the bars, and for the names below."""


class HitsBar(Value, frozen=True):
    """A bar of the chart; positions and sizes in the chart's own units."""

    name: str
    hits: int
    x: float
    y: float
    width: float
    height: float
    middle: float
    """Centre of name and figure, from the left."""
    above: float
    """Baseline of the figure, from the top."""


class HitsChart(Value, frozen=True):
    """Vertical bars, each labelled with its value, so that nothing is shown by length alone."""

    width: int
    height: int
    bars: tuple[HitsBar, ...]


class HitsLine(Value, frozen=True):
    """An issue or an article with its readings."""

    number: str
    title: str
    hits: int
    """In the year."""
    ever: int
    """With all other years, and what was carried over."""


class HitsSection(Value, frozen=True):
    """All articles of a section together."""

    title: str
    """Empty for whole issues."""
    hits: int


class HitsEdition(Value, frozen=True):
    """Readers who came from an edition, as `?from=` in the address says."""

    title: str
    hits: int
    """In the year."""


_EDITIONS: dict[HitSource, str] = {
    "mail": N_("The letter by mail"),
    "wx": N_("WeChat"),
    "qr": N_("Codes on paper"),
    "pdf": N_("Links in PDF files"),
    "epub": N_("Links in e-books"),
}


class HitsReport(Value, frozen=True):
    """A year's statistics."""

    title: str
    heading: str
    """Which year, as words."""
    sums: str
    """A sentence with the sums of the year and of all years."""
    notes: str
    """When it was made, and what is not counted."""
    chart: HitsChart
    """The months of the year."""
    sections: tuple[HitsSection, ...]
    editions: tuple[HitsEdition, ...]
    """Those that readers came from; their readers are in the other figures, too."""
    issues: tuple[HitsLine, ...]
    """The most read first."""
    articles: tuple[HitsLine, ...]
    """The most read first, at most `_MAX_ARTICLES`."""


def hits_report(
    counts: Iterable[Count], pages: Catalogue, year: int, title: str, made: str, translate: Translate
) -> HitsReport:
    """``title`` heads the report; ``made`` is the day it is made on."""
    counts = tuple(counts)
    within = sums(counts, pages, f"{year}-01-01", f"{year}-12-31")
    ever = sums(counts, pages)
    lines = ranking(within, pages, limit=_ALL)
    summary = translate(N_("In the year: {year}. Since the beginning, with what was carried over: {ever}."))
    notes = N_(
        "Made on {day}. Robots, repeats within 30 seconds and more than 12 readings a day by one reader"
        " are not counted."
    )
    return HitsReport(
        title=title,
        heading=translate(N_("Readings in {year}")).format(year=year),
        sums=summary.format(year=f"{sum(within.values()):,}", ever=f"{sum(ever.values()):,}"),
        notes=translate(notes).format(day=made),
        chart=bar_chart([(str(month), n) for month, n in enumerate(by_month(counts, year), 1)]),
        sections=tuple(HitsSection(name, n) for name, n in by_section(within, pages)),
        editions=tuple(HitsEdition(translate(_EDITIONS[name]), n) for name, n in by_source(counts, year)),
        issues=tuple(_line(line, ever) for line in lines if not line.section),
        articles=tuple(_line(line, ever) for line in lines if line.section)[:_MAX_ARTICLES],
    )


def bar_chart(figures: list[tuple[str, int]]) -> HitsChart:
    """Name and figure of each bar, from the left."""
    step = _CHART_WIDTH / len(figures)
    most = max((n for _, n in figures), default=0) or 1
    base = _CHART_HEIGHT - _CHART_BOTTOM
    bars = []
    for index, (name, n) in enumerate(figures):
        height = max(n, 0) / most * (base - _CHART_TOP)
        x, middle, y = index * step, (index + 0.5) * step, base - height
        sizes = (x + step * 0.15, y, step * 0.7, height, middle, y - 4)
        bars.append(HitsBar(name, n, *(round(size, 1) for size in sizes)))
    return HitsChart(_CHART_WIDTH, _CHART_HEIGHT, tuple(bars))


def _line(page: RankedPage, ever: dict[str, int]) -> HitsLine:
    return HitsLine(page.number, page.title, page.n, ever.get(page.key, 0))
