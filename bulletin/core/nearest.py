"""The name that somebody may have meant: “Did you mean …?”."""

from __future__ import annotations

from collections.abc import Iterable

_MIN_SIMILARITY = 70
"""Percent of the characters of both words that are in the same order in both. At 60 almost every article's address
resembles one that is gone; at 75 a title that lacks its last word is no longer found."""


def nearest(word: str, names: Iterable[str], similarity: int = _MIN_SIMILARITY) -> str:
    """The most similar of ``names``, of equally similar ones the first; empty when none resembles ``word``."""
    from rapidfuzz.fuzz import ratio  # 15 ms, and few builds have a mistake to report
    from rapidfuzz.process import extractOne

    found = extractOne(word, names if isinstance(names, list) else list(names), scorer=ratio, score_cutoff=similarity)
    return found[0] if found else ""
