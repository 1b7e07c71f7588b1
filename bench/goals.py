"""The figures to reach with everything on: ratios within one run, and seconds on a machine with two processors."""

from __future__ import annotations

from statistics import median

from bench.everything import EVERYTHING, FULL, HUGO_ALONE, NO_FORK, NO_SEARCH
from bench.results import (
    NOT_MEASURED,
    Figure,
    Measurement,
    Results,
    Saves,
    Target,
    against,
    limit,
    megabytes,
    seconds,
)

COLD, SAME, EDIT, OLD = "cold", "nothing changed", "one issue edited", "an old issue edited"

TARGETS = (
    Target(EVERYTHING, 1_000, EDIT, "hugo", 1 / 20),
    Target(EVERYTHING, 1_000, COLD, "hugo", 0.75),
    Target(EVERYTHING, 1_000, SAME, "hugo", 1 / 150),
    Target(EVERYTHING, 1_000, COLD, "hugo", 1 / 5, "peak"),
    Target(EVERYTHING, 100, COLD, "hugo", 1),
    Target(EVERYTHING, 100, EDIT, "hugo", 1 / 4),
)
LIMITS = ((1_000, EDIT, 2.5), (1_000, OLD, 7.0), (12, COLD, 2.5), (12, EDIT, 0.9))
"""Seconds."""
PEAK = 500e6
"""Bytes of all processes together, cold, 1,000 issues."""
PLAIN = 2.5
"""Times Hugo's time for the same pages, where neither makes a search."""
NO_FORK_COLD, NO_FORK_EDIT = 2.0, 0.5
"""Where no process can be copied: so many times the time, so many seconds more."""
SAVE, SLOWEST, SAVES_TOTAL = 0.250, 0.400, 1_000
"""Seconds from saving to the new page, of half the saves and of all."""


def goals(results: Results) -> list[Figure]:
    """All of them; ``results`` are those with everything on."""
    return [
        *(against(results, target) for target in TARGETS),
        *(_limit(results, *each) for each in LIMITS),
        _peak(results),
        _plain(results),
        *(_no_fork(results, total) for total in (100, 1_000)),
        *(_no_fork_edit(results, total) for total in (100, 1_000)),
        *_saves(results),
    ]


def _find(results: Results, total: int, case: str, tool: str = FULL.name) -> Measurement | None:
    return results.find(EVERYTHING, total, tool, case)


def _limit(results: Results, total: int, case: str, allowed: float) -> Figure:
    found = _find(results, total, case)
    return limit(f"{case}, {total:,} issues", allowed, found.median if found else None)


def _peak(results: Results) -> Figure:
    words, found = "peak memory of all processes, cold, 1,000 issues", _find(results, 1_000, COLD)
    if found is None:
        return Figure(words, megabytes(PEAK), "", NOT_MEASURED)
    return Figure(words, megabytes(PEAK), megabytes(found.peak), _verdict(found.peak, PEAK))


def _plain(results: Results) -> Figure:
    words = f"cold, 1,000 issues, without the search: Hugo's for the same pages × {PLAIN:g} or less"
    return _times(
        words, PLAIN, _find(results, 1_000, COLD, NO_SEARCH.name), _find(results, 1_000, COLD, HUGO_ALONE.name)
    )


def _no_fork(results: Results, total: int) -> Figure:
    words = f"cold, {total:,} issues, without fork: {NO_FORK_COLD:g} times the time with it or less"
    return _times(words, NO_FORK_COLD, _find(results, total, COLD, NO_FORK.name), _find(results, total, COLD))


def _times(words: str, factor: float, own: Measurement | None, other: Measurement | None) -> Figure:
    if own is None or other is None:
        return Figure(words, "", "", NOT_MEASURED)
    allowed = other.median * factor
    reached = f"{seconds(own.median)} = {own.median / other.median:.2f} of it"
    return Figure(words, seconds(allowed), reached, _verdict(own.median, allowed))


def _no_fork_edit(results: Results, total: int) -> Figure:
    own, other = (_find(results, total, EDIT, tool) for tool in (NO_FORK.name, FULL.name))
    words = f"one issue edited, {total:,} issues, without fork: more than with it"
    return limit(words, NO_FORK_EDIT, own.median - other.median if own and other else None)


def _saves(results: Results) -> list[Figure]:
    found: Saves | None = next((each for each in results.saves if each.total == SAVES_TOTAL), None)
    words = f"save to browser, {SAVES_TOTAL:,} issues"
    return [
        limit(words, SAVE, median(found.page) if found else None),
        limit(f"{words}, the slowest", SLOWEST, max(found.page) if found else None),
    ]


def _verdict(own: float, allowed: float) -> str:
    return "met" if own <= allowed else "not met"
