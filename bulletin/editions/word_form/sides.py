"""What is set to the right: the sign-off of a text, and the right half of a line of the record of versions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bulletin.editions.blocks import Runs, VersionRecord
from bulletin.editions.columns import width_of
from bulletin.editions.print.sheet_nodes import sides

Side = tuple[Runs, Runs]
"""What is on the left and on the right of a line."""
_EDGE = 2.0
"""Characters between a sign-off and the right edge."""


def record_lines(block: VersionRecord) -> tuple[Side, ...]:
    """The lines of a record of versions."""
    return tuple((parts[0], parts[1] if len(parts) > 1 else ()) for parts in map(sides, block.lines))


def right_indents(lines: Sequence[str]) -> tuple[float, ...]:
    """How many characters from the right edge each line of a sign-off ends: the office two, and the date begins two
    characters to the right of it; where it is longer, it is itself two from the edge (GB/T 9704-2012, 7.3.5).
    """
    widths = [max(map(_width, line.split("\n")), default=0.0) for line in lines]
    if len(widths) < 2:
        return tuple(_EDGE for _ in widths)
    above = [max(_EDGE, _EDGE + widths[-1] + 2 - width) for width in widths[:-1]]
    return (*above, max(_EDGE, _EDGE + widths[-2] - 2 - widths[-1]))


def _width(line: str) -> float:
    """In characters; between Latin and Han there is a quarter of one."""
    return width_of(line) / 2 + len(_BOUNDARY.findall(line)) / 4


_BOUNDARY = re.compile(r"(?<=[0-9A-Za-z])(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=[0-9A-Za-z])")
