"""Which numbered points have a heading of their own: in GB/T 9704-2012, 7.3.3, each level has its typeface."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bulletin.editions.blocks import Block, Point, Run, Runs, text_of

TITLE_LEVELS = 2
"""``一、`` and ``（一）`` have a typeface of their own."""
_LONGEST_LEAD = 40
_LEAD = re.compile(r"[^。！？\n]*[。！？]")


def headed_levels(blocks: Sequence[Block]) -> frozenset[int]:
    """The levels of which every point in these blocks heads what follows it; points of one level look alike."""
    levels: dict[int, bool] = {}
    for index, block in enumerate(blocks):
        if isinstance(block, Point) and block.level <= TITLE_LEVELS:
            below = blocks[index + 1] if index + 1 < len(blocks) else None
            levels[block.level] = levels.get(block.level, True) and _is_headed(block, below)
    return frozenset(level for level, headed in levels.items() if headed)


def _is_headed(block: Point, below: Block | None) -> bool:
    if block.is_title:
        return True
    words = text_of(block.runs, notes=True)
    found = _LEAD.match(words)
    if not found or found.end() > _LONGEST_LEAD:
        return False
    alone = not words[found.end() :].strip()
    return not alone or (below is not None and not (isinstance(below, Point) and below.level <= block.level))


def parted(runs: Runs) -> tuple[Runs, Runs]:
    """A point's first sentence, and what follows it."""
    found = _LEAD.match(text_of(runs, notes=True))
    if not found:
        return (), runs
    lead: list[Run] = []
    rest: list[Run] = []
    left = found.end()
    for run in runs:
        size = len(run.image.alt) if run.image else len(run.text)
        if left >= size:
            lead.append(run)
        elif left <= 0 or run.image:
            rest.append(run)
        else:
            lead.append(with_words(run, run.text[:left]))
            rest.append(with_words(run, run.text[left:]))
        left -= size
    return tuple(lead), tuple(rest)


def with_words(run: Run, text: str) -> Run:
    """The run with other words."""
    return Run(text, run.marks, run.href, run.note, run.ruby)
