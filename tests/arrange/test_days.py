"""A day written out, in the two languages of pages."""

from __future__ import annotations

from datetime import date

import pytest

from bulletin.arrange.days import long_day
from bulletin.core.i18n import translations


@pytest.mark.parametrize(("language", "said"), [("en", "9 February 2015"), ("zh-CN", "2015年2月9日")])
def test_a_day_is_written_out(language: str, said: str) -> None:
    assert long_day(date(2015, 2, 9), translations(language).gettext) == said
