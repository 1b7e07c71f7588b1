"""Long runs without a break are marked, and nothing of the text changes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.read.long_runs import mark_long_runs

LONG = "donaudampfschifffahrtselektrizitaet"


@pytest.mark.parametrize(
    ("html", "is_marked"),
    [
        (f"<p>甲{LONG}乙</p>", True),
        (f"<p>甲<b>{LONG[:20]}</b><i>{LONG[20:]}</i>乙</p>", False),
        (f"<p>甲<strong>{LONG}</strong></p>", True),
        (f'<p>甲<a class="address" href="https://{LONG}.cn/">https://{LONG}.cn/</a></p>', False),
        (f'<p>甲<a href="https://{LONG}.cn/">乙</a></p>', False),
        (f'<p class="point-1">{LONG}</p>', False),
        (f"<pre>{LONG}</pre><p>甲</p>", False),
        ("<p>430528199001011234 Internationalization</p>", False),
    ],
)
def test_what_is_marked(html: str, is_marked: bool) -> None:
    assert ("long-run" in mark_long_runs(html)) == is_marked


@given(st.lists(st.sampled_from(("<p>", "</p>", LONG, "甲", "<b>", "</b>", " ", "<p class=x>", "<"))).map("".join))
def test_nothing_else_changes(html: str) -> None:
    assert mark_long_runs(html).replace(' class="long-run"', "") == html


def test_takes_time_in_proportion() -> None:
    assert re.sub("long-run", "", mark_long_runs("<p>" + (LONG + "<") * 50_000))
