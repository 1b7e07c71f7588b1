"""``home`` of station.yml → the blocks of the home page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bulletin.arrange.archive import Archive
from bulletin.arrange.columns import Column
from bulletin.core.home_page import HOME_BLOCKS, HomeColumn
from bulletin.core.model import Value
from bulletin.core.nearest import nearest
from bulletin.core.problems import Problem, problem
from bulletin.core.station import STATION

_AS_SHOWN: Mapping[str, str] = {
    "通知": "notices",
    "通知公告": "notices",
    "最新一期": "newest",
    "今日滞站人员": "today",
    "联系我们": "contact",
    "联系电话": "contact",
    "往期简报": "recent",
    "栏目": "columns",
    "全部栏目": "columns",
    "阅读排行": "ranking",
}
"""What a Chinese page calls a block → its name, for the guess at what somebody meant."""


class ChosenBlock(Value, frozen=True):
    """A block that the home page shows."""

    name: str
    """One of `HOME_BLOCKS`, or ``column `` and the id of its column."""
    column: Column | None = None
    count: int = 0
    """Of the column's articles."""
    pictures: bool = False


def home_blocks(archive: Archive) -> tuple[ChosenBlock, ...]:
    """What the station asks for and there is, each once; its own blocks in their order where it asks for nothing."""
    if not archive.station.home:
        return tuple(map(ChosenBlock, HOME_BLOCKS))
    found: dict[str, ChosenBlock] = {}
    for entry in archive.station.home:
        if block := _block(archive, entry):
            found.setdefault(block.name, block)
    return tuple(found.values())


def home_problems(archive: Archive, lines: Mapping[str, int]) -> Iterator[Problem]:
    """What it asks for and there is not, and what it asks for twice. ``lines`` are those of ``home.0`` and so on."""
    seen: set[str] = set()
    for place, entry in enumerate(archive.station.home):
        line, block = lines.get(f"home.{place}", 0), _block(archive, entry)
        if not block:
            yield _unknown(archive, _name(entry), line)
        elif block.name in seen:
            yield problem("A141", STATION, line, name=_name(entry))
        else:
            seen.add(block.name)


def _block(archive: Archive, entry: str | HomeColumn) -> ChosenBlock | None:
    if isinstance(entry, str):
        if entry in HOME_BLOCKS:
            return ChosenBlock(entry)
        entry = HomeColumn(entry)
    columns = archive.columns
    column = next((each for each in columns if entry.column in (each.rule.id, each.rule.title)), None)
    return ChosenBlock(f"column {column.rule.id}", column, entry.count, entry.pictures) if column else None


def _name(entry: str | HomeColumn) -> str:
    return entry if isinstance(entry, str) else entry.column


def _unknown(archive: Archive, name: str, line: int) -> Problem:
    titles = [column.rule.title for column in archive.columns]
    known = [*HOME_BLOCKS, *titles, *(column.rule.id for column in archive.columns)]
    guess = nearest(name, [*known, *_AS_SHOWN])
    guess = guess if guess in known else _AS_SHOWN.get(guess, "")
    return problem(
        "A140", STATION, line, guess, name=name, blocks="、".join(HOME_BLOCKS), columns="、".join(titles) or "–"
    )
