"""docs/bench.svg: time against number of issues, both logarithmic, one line a tool.

Two panels: cold, and after one issue was edited. Each line has its name at its end, so that no colour must be told
from another to read it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from bench.peers import TOOLS
from bench.results import Results, seconds

PANELS = (("cold", "Cold build"), ("one issue edited", "One issue edited"))

WIDTH, HEIGHT = 400, 320
"""Of a panel."""
LEFT, RIGHT, TOP, BOTTOM = 62, 84, 40, 48

COLOURS = {
    "bulletin": ("#b01218", "#ff8a80"),
    "hugo": ("#1f6fb2", "#7cc0f5"),
    "pelican": ("#2e7d4f", "#7fd1a0"),
    "eleventy": ("#6b4fa0", "#bda6ec"),
}
"""On light and on dark ground; each 4.5:1 or better there."""

LABELS = {"bulletin": "bulletin"}
"""Names that do not begin with a capital."""

Points = dict[str, list[tuple[int, float]]]
"""By tool: issues and seconds."""


class Scale(NamedTuple):
    """From a value to a place, by its logarithm."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (math.log10(value) - math.log10(self.low)) / (math.log10(self.high) - math.log10(self.low))
        return self.start + share * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Powers of ten within."""
        first, last = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
        return [10.0**power for power in range(first, last + 1)]


def draw(results: Results) -> str:
    panels = [(title, points(results, case)) for case, title in PANELS]
    across, up = scales([pair for _, lines in panels for line in lines.values() for pair in line])
    parts = [head(len(panels) * WIDTH, HEIGHT), *styles()]
    for place, (title, lines) in enumerate(panels):
        parts += [f'<g transform="translate({place * WIDTH})">', *panel(title, lines, across, up), "</g>"]
    return "\n".join([*parts, "</svg>"]) + "\n"


def points(results: Results, case: str) -> Points:
    found = [m for m in results.measurements if (m.kind, m.case) == ("prose", case)]
    return {t.name: sorted((m.total, m.median) for m in found if m.tool == t.name) for t in TOOLS}


def scales(pairs: list[tuple[int, float]]) -> tuple[Scale, Scale]:
    """The same for all panels; times from one power of ten to another."""
    totals, times = [total for total, _ in pairs], [time for _, time in pairs]
    low, high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    across = Scale(min(totals), max(max(totals), min(totals) * 10), LEFT, WIDTH - RIGHT)
    return across, Scale(10.0**low, 10.0 ** max(high, low + 1), HEIGHT - BOTTOM, TOP)


def head(width: int, height: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'role="img" font-family="system-ui, sans-serif" font-size="12">\n'
        "<title>Seconds against number of issues</title>"
    )


def styles() -> Iterator[str]:
    """Ink and lines that stand on a light ground and on a dark one."""
    for place, query, ink, line in ((0, "", "#3d3d3d", "#d5d5d5"), (1, "dark", "#d8d8d8", "#4a4a4a")):
        rules = [f"text {{ fill: {ink} }} .rule {{ stroke: {line} }}"]
        rules += [
            f".{name} {{ stroke: {pair[place]} }} text.{name} {{ fill: {pair[place]}; stroke: none }}"
            for name, pair in COLOURS.items()
        ]
        text = " ".join(rules)
        yield (
            f"<style>@media (prefers-color-scheme: {query}) {{ {text} }}</style>" if query else f"<style>{text}</style>"
        )


def panel(title: str, lines: Points, across: Scale, up: Scale) -> Iterator[str]:
    yield text(LEFT, TOP - 18, title, 'font-size="14" font-weight="600"')
    for tick in up.ticks():
        yield rule(LEFT, up(tick), WIDTH - RIGHT, up(tick))
        yield text(LEFT - 8, up(tick) + 4, seconds(tick).replace(".00", "").replace(".0", ""), 'text-anchor="end"')
    for tick in across.ticks():
        yield rule(across(tick), TOP, across(tick), HEIGHT - BOTTOM)
        yield text(across(tick), HEIGHT - BOTTOM + 18, f"{tick:,.0f}", 'text-anchor="middle"')
    yield text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, "issues", 'text-anchor="middle"')
    heights = spread({name: up(line[-1][1]) for name, line in lines.items() if line})
    for name, line in lines.items():
        if line:
            yield curve(name, [(across(total), up(time)) for total, time in line], heights[name])


def curve(name: str, places: list[tuple[float, float]], height: float) -> str:
    """A tool's line with its name at the end."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(f'<circle class="{name}" cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="none"/>' for x, y in places)
    width = 2.5 if name == TOOLS[0].name else 1.5
    line = f'<polyline class="{name}" points="{path}" fill="none" stroke-width="{width}"/>'
    return line + dots + text(places[-1][0] + 8, height + 4, LABELS.get(name, name.title()), f'class="{name}"')


def spread(heights: dict[str, float], least: float = 14) -> dict[str, float]:
    """Names that would lie on one another, moved apart."""
    placed: dict[str, float] = {}
    below = -math.inf
    for name, height in sorted(heights.items(), key=lambda pair: pair[1]):
        below = placed[name] = max(height, below + least)
    return placed


def rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="rule" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def text(x: float, y: float, words: str, more: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {more}>{escape(words)}</text>'
