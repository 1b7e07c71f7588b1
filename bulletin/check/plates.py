"""P106: where number plates are in a plain text (GA 36-2018), those of embassies, the police and the army too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bulletin.check.digits import fold_digits

_PLATE = re.compile(
    r"[A-HJ-NP-Z](?<=[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼].)[·•. \-]?"
    r"(?P<rest>\d{5}[DF]|[DF]?(?:(?=[A-HJ-NP-Z]{0,2}\d)[A-HJ-NP-Z0-9]{5}|[A-HJ-NP-Z0-9]{4}[学警挂领港澳]))(?![A-Za-z0-9-])"
)
"""From its letter on; a character before it says the province."""
_PLATE_OF_OFFICE = re.compile(
    r"使 ?\d{3}[·•.]? ?\d{3}(?![\dA-Za-z])|WJ(?<![A-Za-z]WJ) ?(?:[一-龥]|\d\d)?[ ·•.\-]?\d{4}[\dA-Z](?![\dA-Za-z])"
    r"|[军空海北沈兰济南广成][A-Z] ?[·•.]?\d{5}(?![\dA-Za-z])"
)
"""Of embassies, the armed police and the army, whose characters are common words."""
_SAYS_CAR = re.compile(r"[车牌][^\n，。]{0,12}$")


def plates_in(text: str) -> Iterator[tuple[int, int]]:
    """First offset and end of each number plate, in characters of any width."""
    folded = fold_digits(text)
    plain = folded.text
    for found in _PLATE.finditer(plain):
        if sum(map(str.isdigit, found["rest"])) >= 2:
            yield folded.span(found.start() - 1, found.end())
    for found in _PLATE_OF_OFFICE.finditer(plain) if "车" in plain or "牌" in plain else ():
        if _SAYS_CAR.search(plain, max(0, found.start() - 16), found.start()):
            yield folded.span(*found.span())
