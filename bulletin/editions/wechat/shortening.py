"""Titles and digests that have to fit."""

from __future__ import annotations

_STOPS = "。！？；：，、,;: 　—–-（("
_NUMBERS = "〇一二三四五六七八九十"


def shortened(text: str, room: int, mark: str = "") -> str:
    """At most ``room`` characters: cut where a clause ends, if one ends in the second half, with ``mark`` behind it."""
    if len(text) <= room:
        return text
    kept = text[: max(room - len(mark), 0)]
    ends = [place for place, character in enumerate(kept) if character in _STOPS and place >= len(kept) // 2]
    if ends and not mark:
        kept = kept[: ends[-1]]
    return kept.rstrip(_STOPS) + mark


def chinese_number(number: int) -> str:
    """一 to 九十九; beyond it digits."""
    if number <= 10:
        return _NUMBERS[number]
    if number >= 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return f"{_NUMBERS[tens] if tens > 1 else ''}十{_NUMBERS[ones] if ones else ''}"
