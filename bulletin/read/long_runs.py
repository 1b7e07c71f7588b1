"""Paragraphs with a long run that no browser breaks are marked, so that justification does not tear their lines apart.

A word or number of 24 signs does not fit at the end of most lines of Chinese; its line would be stretched to what is
left. Web addresses are not among them: the stylesheet lets these break anywhere.
"""

from __future__ import annotations

import re

_RUN = re.compile(r"[!-;=?-~]{24}")
_PARAGRAPH = re.compile(r"<p>(?P<words>(?:[^<]|<(?!/p>))*+)</p>")
_MARKUP = re.compile(r'<a [^>]*class="address"[^>]*>[^<]*</a>|<[^>]*>')


def mark_long_runs(html: str) -> str:
    """The same HTML, with the class ``long-run`` for each such paragraph that has no attributes."""
    return _PARAGRAPH.sub(_marked, html) if _RUN.search(html) else html


def _marked(found: re.Match[str]) -> str:
    words = found["words"]
    if not _RUN.search(_MARKUP.sub(" ", words)):
        return found.group()
    return f'<p class="long-run">{words}</p>'
