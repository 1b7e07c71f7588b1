"""A day as it is written out in a masthead."""

from __future__ import annotations

from datetime import date

from bulletin.core.i18n import N_, Translate

_FORM = N_("%(year)s-%(month)s-%(day)s")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
"""Of pages in English, which has no catalogue."""


def long_day(day: date, translate: Translate) -> str:
    """9 February 2015, 2015年2月9日."""
    form = translate(_FORM)
    if form == _FORM:
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return form % {"year": day.year, "month": day.month, "day": day.day}
