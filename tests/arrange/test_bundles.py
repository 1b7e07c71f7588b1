"""The search's index in bundles: every record once, in the order of one bundle, whole years."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.arrange import records
from bulletin.arrange.records import _blocks, search_bundles
from tests.arrange.contents import Content
from tests.conftest import STATION


def station_of(years: dict[int, int]) -> Content:
    """That many issues in each year, with an article each, and a standing page."""
    head = "---\nnumber: {}{:03}\ndate: {}-03-01\n---\n## 站务新闻\n\n### 夜巡\n\n甲。\n"
    issues = {
        f"issues/{year}{number:03}.md": head.format(year, number, year)
        for year, count in years.items()
        for number in range(1, count + 1)
    }
    return Content({**issues, "pages/about.md": "---\ntitle: 关于本站\n---\n\n乙。\n"}, STATION)


def test_a_small_station_has_one_bundle() -> None:
    (bundle,) = search_bundles(station_of({2013: 2, 2014: 1}).archive)
    assert (bundle.folder, bundle.years, len(bundle.records)) == ("", (2014, 2013), 7)


def test_where_nothing_can_be_found_there_is_none() -> None:
    assert search_bundles(Content({}, STATION).archive) == ()


def test_years_are_whole_and_all_together_are_what_one_bundle_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    archive = station_of({2010: 1, 2011: 3, 2012: 1, 2013: 1, 2014: 2}).archive
    (whole,) = search_bundles(archive)
    monkeypatch.setattr(records, "_WHOLE", 3)
    monkeypatch.setattr(records, "_BLOCK", 5)
    bundles = search_bundles(archive)
    assert [(each.folder, each.years) for each in bundles] == [
        ("", (2014,)),
        ("2012-2013/", (2013, 2012)),
        ("2011-2011/", (2011,)),
        ("2010-2010/", (2010,)),
    ]
    assert tuple(record for each in bundles for record in each.records) == whole.records


@given(st.dictionaries(st.integers(1990, 2040), st.integers(1, 3000), min_size=1))
def test_blocks_are_full_and_a_new_year_changes_the_youngest_only(counts: dict[int, int]) -> None:
    counts = dict(sorted(counts.items()))
    blocks = _blocks(counts)
    assert [year for block in blocks for year in reversed(block)] == list(counts)
    sizes = [sum(counts[year] for year in block) for block in blocks]
    assert all(size <= 2000 or len(block) == 1 for size, block in zip(sizes, blocks, strict=True))
    assert all(size + counts[after[-1]] > 2000 for size, after in zip(sizes, blocks[1:], strict=False))
    grown = _blocks({**counts, 2041: 100})
    assert grown[: len(blocks) - 1] == blocks[:-1]
