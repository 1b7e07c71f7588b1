"""A page of the old system: exactly the problems that a careful reader finds in it, no more and no less.

The shared seed is tried where it lies beside the repository; its twin, in our own words with the same shapes and
damage, always is. What stands once a text (half-width signs, invisible characters) is counted.
"""

from __future__ import annotations

import pytest

from bulletin.check.manuscript import manuscript
from bulletin.check.office import make_office
from bulletin.check.rules import problems_in
from bulletin.check.wordlists import read_word_lists
from bulletin.core.config import read_station
from bulletin.core.model import SourceFile
from tests.test_seed import SEED, STATION, TWIN, Damaged, body

Row = tuple[int, str, str]
"""Line of the text (the first is its first section), code, the words concerned."""

FOUND: dict[str, tuple[Row, ...]] = {
    "issue": (
        (4, "R106", "市民政局来我站检查冬季准备情况"),
        (6, "D105", ","),
        (14, "R106", "全市救助工作例会召开"),
        (17, "D113", "\xa0"),
        (25, "D105", ","),
        (31, "D107", "三."),
        (33, "D101", "2014121日"),
        (35, "D113", "\xa0"),
        (39, "R106", "浅谈夜间巡查的几点体会"),
        (41, "D101", "2014年1116日"),
        (41, "D105", ","),
        (53, "D102", "2330"),
        (53, "D104", "【"),
        (53, "D105", ","),
        (61, "D109", "二、与社区保持联系。"),
        (63, "D107", "三."),
    ),
    "2014002": (
        (4, "R106", "市财政局来我站调研资金使用情况"),
        (6, "D105", ","),
        (16, "R106", "全市救助管理站工作交流会召开"),
        (19, "D113", "\xa0"),
        (27, "D105", ","),
        (41, "D101", "2014121日"),
        (41, "D113", "\xa0"),
        (47, "R106", "加强救助管理工作业务培训的重要性"),
        (49, "D101", "2014年1116日"),
        (49, "D105", ","),
        (57, "W104", "弱势全体"),
        (67, "D102", "1830"),
        (67, "D104", "【"),
        (67, "D105", ","),
        (69, "D113", "\xa0"),
        (77, "D109", "二、加强与城管,公安机关的沟通。"),
        (79, "D107", "三."),
    ),
}

HEAD = "---\nnumber: 2014002\ndate: 2015-04-10 10:04:49\nhits: 5530\n---\n"


@pytest.mark.parametrize("case", [c for c in (TWIN, SEED) if c.path.exists()], ids=lambda case: case.path.stem)
def test_exactly_what_a_careful_reader_finds(case: Damaged) -> None:
    office = make_office(read_station(STATION.encode()), read_word_lists(()))
    text = manuscript(SourceFile("content/issues/2014002.md", (HEAD + body(case.path)).encode()), "issue")
    assert text
    lines = text.text.split("\n")
    found = [
        (p.line - HEAD.count("\n"), p.code, lines[p.line - 1][p.column - 1 : p.column - 1 + p.length])
        for p in problems_in(text, office)
    ]
    assert sorted(found) == sorted(FOUND[case.path.stem])


def test_what_was_run_together_is_taken_apart() -> None:
    office = make_office(read_station(STATION.encode()), read_word_lists(()))
    text = manuscript(SourceFile("content/issues/2014002.md", (HEAD + body(TWIN.path)).encode()), "issue")
    assert text
    guesses = {found.guess for found in problems_in(text, office) if found.guess}
    assert guesses == {"2014年11月16日", "2014年1月21日” / “2014年12月1日", "23:30", "三、"}
