"""Dates as staff write them."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.read.times import FoundMoment, find_moment, parse_moment

FULL = datetime(2015, 4, 10, 10, 4, 49)
MINUTE = datetime(2015, 4, 10, 10, 4)
DAY = datetime(2015, 4, 10)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2015-04-10", DAY),
        ("2015-4-10", DAY),
        ("2015/4/10", DAY),
        ("2015.04.10", DAY),
        ("2015年4月10日", DAY),
        (" 2015年4月10 ", DAY),
        ("２０１５年４月１０日", DAY),
        ("2015-04-10 10:04", MINUTE),
        ("2015-04-10T10:04", MINUTE),
        ("2015-04-10　10：04", MINUTE),
        ("2015年4月10日10时04分", MINUTE),
        ("2015年4月10日 10点04分", MINUTE),
        ("2015-04-10 10:04:49", FULL),
        ("2015-04-10 10:04:49.512", FULL),
        ("2015年4月10日10时04分49秒", FULL),
        ("2015-04-10T10:04:49+08:00", FULL),
        ("2015-04-10T02:04:49Z", FULL),
        ("2015-04-09T21:04:49-0500", FULL),
        ("2015年4月10日 上午10时04分", MINUTE),
        ("二〇一五年四月十日上午十时零四分", MINUTE),
        ("2015 年 4 月 10 日（星期五）10点04", MINUTE),
        ("2015年4月10日 上午9时", datetime(2015, 4, 10, 9)),
        ("2015年4月10日下午3点半", datetime(2015, 4, 10, 15, 30)),
        ("2015-4-10 9:30", datetime(2015, 4, 10, 9, 30)),
        ("2015年4月10日9时30分", datetime(2015, 4, 10, 9, 30)),
        ("２０１５年４月１０日　下午１５：３０", datetime(2015, 4, 10, 15, 30)),
        ("2015年4月10日 中午12时", datetime(2015, 4, 10, 12)),
        ("2015年4月10日 凌晨12点", DAY),
        ("2015年4月30日 晚上12点", datetime(2015, 5, 1)),
        ("2015年4月10号", DAY),
    ],
)
def test_read(text: str, moment: datetime) -> None:
    assert parse_moment(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "今天",
            "2015",
            "2015-04",
            "2014年1116日",
            "2014121日",
            "2015-02-29",
            "2015-13-01",
            "2015-04-31",
            "2015-00-10",
        ),
        *(
            "0000-01-01",
            "2015-04-10 25:00",
            "2015-04-10 10:60",
            "2015-04-10 1004",
            "2015-04-10 10:04+99:00",
            "15-4-10",
        ),
        *(
            "0001-01-01T00:00+23:00",
            "2015-04-10, 10:04",
            "2015-04-10 10",
            "2015年4月10日上午",
            "2015年4月10日 晚上3点",
            "2015年4月10日 下午25点",
        ),
    ],
)
def test_not_a_date(text: str) -> None:
    assert parse_moment(text) is None


@pytest.mark.parametrize(
    ("text", "day", "around"),
    [
        ("2015-04-10 简报", DAY, ("", "简报")),
        ("简报20150410", DAY, ("简报", "")),
        ("第3期　2015年4月10日", DAY, ("第3期 ", "")),
        ("2015-13-10 2015.4.10", DAY, ("2015-13-10 ", "")),
    ],
)
def test_a_date_among_other_words(text: str, day: datetime, around: tuple[str, str]) -> None:
    assert find_moment(text) == FoundMoment(day, *around)


@pytest.mark.parametrize("text", ["", "2015002", "2015", "2015年4月", "20151301", "120150410", "2015年第4期"])
def test_no_date_among_other_words(text: str) -> None:
    assert find_moment(text) is None


@given(st.datetimes(datetime(1000, 1, 1)))
def test_iso_form_comes_back(moment: datetime) -> None:
    assert parse_moment(moment.isoformat(" ")) == moment.replace(microsecond=0)


@given(st.text("0123456789-/:年月日时分秒T Z+.", max_size=30))
def test_any_text_is_a_date_or_none(text: str) -> None:
    assert isinstance(parse_moment(text), datetime | None)
