"""A second look, at what readers see."""

from __future__ import annotations

import html as html_module
import re

from bulletin.check.office import Office
from bulletin.check.personal_numbers import _FINDERS, _LONG_NUMBER


def visible_text(html: str) -> str:
    """What readers see of a page."""
    return html_module.unescape(re.sub(r"<[^>]*>", "", html))


def page_numbers(html: str, office: Office) -> tuple[tuple[str, str], ...]:
    """Code and digits of the numbers of persons on a page."""
    plain = visible_text(html)
    return tuple(
        (code, plain[start:end])
        for long in _LONG_NUMBER.finditer(plain)
        for code, find in _FINDERS
        for start, end in find(plain, (max(0, long.start() - 4), long.end() + 2), office.facts.phones)
    )
