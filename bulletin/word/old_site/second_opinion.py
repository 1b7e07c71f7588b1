"""A second extractor's text, only to be compared: where it disagrees, a person looks whether the map is right."""

from __future__ import annotations

import re
from collections import Counter

from bulletin.core.extras import needs_extra

DISAGREES = 0.02
"""Share of the characters from which a text is named in the report."""
_NO_WORD = re.compile(r"[\W_]+")


def disagreement(page: str, words: str) -> float:
    """Share of characters that only one of the two extractors has, 0 to 1; 0 where the second finds no text.

    Compared as bags of characters in pairs, so that order counts a little and time stays linear.
    """
    with needs_extra("word"):
        from trafilatura import extract
    other = extract(page, include_comments=False, include_tables=True, deduplicate=False, favor_recall=True)
    ours, theirs = _pairs(words), _pairs(other or "")
    total = max(ours.total(), theirs.total())
    if not total or not theirs:
        return 0.0
    return 1 - (ours & theirs).total() / total


def _pairs(text: str) -> Counter[str]:
    plain = _NO_WORD.sub("", text)
    return Counter(plain[place : place + 2] for place in range(len(plain) - 1))
