"""What a robot says, and what a short message says: title, sections, link."""

from __future__ import annotations

from bulletin.core.chat_robots import ChatRobot
from bulletin.core.errors import PublishError
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.core.station import Station
from bulletin.publish.robots.services import SERVICES
from bulletin.publish.robots.shortening import shorten, utf8_bytes, utf16_units

SMS_UNITS = 70
"""Longest short message that is one (3GPP TS 23.038: 140 bytes, in UCS-2)."""
_MIN_TITLE_UNITS = 6
_MIN_TEXT_BYTES = 30
_MAX_NAME_UNITS = 20

_LONG_LINK = N_("the address {link} leaves no room for the title. Give the station a shorter “url”.")


class Announcement(Value, frozen=True):
    """A published issue, as others are told of it."""

    issue: str
    """Its id."""
    bulletin: str
    title: str
    sections: tuple[str, ...]
    """Titles, in order."""
    link: str
    """Absolute address of its page."""


def robot_text(announcement: Announcement, robot: ChatRobot) -> str:
    """All but the link, which follows on a line of its own and is never cut. Raises `PublishError` where the link
    leaves no room.
    """
    title, bulletin = _one_line(announcement.title), _one_line(announcement.bulletin)
    sections = dict.fromkeys(filter(None, map(_one_line, announcement.sections)))
    lines = [*([] if bulletin in title else [bulletin]), title, *(f"· {section}" for section in sections)]
    limit = robot.bytes or SERVICES[robot.kind].text_bytes
    room = limit - utf8_bytes(announcement.link) - 1
    if room < _MIN_TEXT_BYTES:
        raise PublishError(_LONG_LINK, link=announcement.link)
    return shorten("\n".join(lines), room, utf8_bytes)


def sms_text(announcement: Announcement, station: Station) -> str:
    """``【name】title link``, at most `SMS_UNITS` long. Raises `PublishError` where the link leaves no room."""
    name = shorten(_one_line(station.short_name or station.name).translate(_BRACKETS), _MAX_NAME_UNITS, utf16_units)
    title, link = _one_line(announcement.title), announcement.link
    for address in (link, link.partition("://")[2]):
        room = SMS_UNITS - utf16_units(f"【{name}】 {address}")
        if utf16_units(title) <= room or room >= _MIN_TITLE_UNITS:
            return f"【{name}】{shorten(title, room, utf16_units)} {address}"
    raise PublishError(_LONG_LINK, link=link)


_BRACKETS = str.maketrans("", "", "【】[]")
"""The brackets of the name are the operator's mark of who sends."""


def _one_line(text: str) -> str:
    return " ".join(text.split())
