"""A second extractor's text, only to be compared: where it disagrees, a person looks whether the map is right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from bulletin.core.extras import needs_extra
from bulletin.core.model import Value
from bulletin.word.old_site.fields import is_meta_line

DISAGREES = 0.02
"""Share of the characters from which a text is named in the report."""
_NO_WORD = re.compile(r"[\W_]+")
_ENDS = re.compile(r"[\n|。！？!?]+")
_MIN_PIECE = 8
_MAX_PIECES = 60
_COMMON = 0.1
"""What more than this share of the pages have is furniture, whatever the second extractor takes it for."""


class SecondOpinion(Value, frozen=True, array_like=True):
    """How another extractor's text differs."""

    total: int = 0
    """Characters of the text, without punctuation; 0 where the other found none."""
    missing: int = 0
    """Of them, those that the other has not."""
    more: tuple[str, ...] = ()
    """Sentences that only the other has."""


def second_opinion(page: str, aside: Iterable[str], words: str) -> SecondOpinion:
    """Compare, linear in time: pairs of characters for what the other lacks, whole sentences for what it has more.

    ``aside``: words of the page that are carried elsewhere, such as its title, or are none of its text.
    """
    with needs_extra("word"):
        from trafilatura import extract
    other = extract(page, include_comments=False, include_tables=True, favor_recall=True) or ""
    plain, theirs = _plain(words), _plain(other)
    if not plain or not theirs:
        return SecondOpinion()
    known, others = plain, sorted(filter(None, map(_plain, aside)), key=len, reverse=True)
    pieces = ((piece.strip(), _without(_plain(piece), others)) for piece in _ENDS.split(other))
    more = (bare for piece, bare in pieces if len(bare) >= _MIN_PIECE and bare not in known and not is_meta_line(piece))
    missing = (_pairs(plain) - _pairs(theirs)).total()
    return SecondOpinion(len(plain), missing, tuple(dict.fromkeys(more))[:_MAX_PIECES])


def disagreements(opinions: Sequence[SecondOpinion]) -> tuple[float, ...]:
    """Share of each text on which the two disagree, 0 to 1, once what many pages have is left aside."""
    counts = Counter(piece for opinion in opinions for piece in opinion.more)
    common = {piece for piece, count in counts.items() if count > max(1, _COMMON * len(opinions))}
    return tuple(_share(opinion, common) for opinion in opinions)


def _share(opinion: SecondOpinion, common: set[str]) -> float:
    more = sum(len(piece) for piece in opinion.more if piece not in common)
    return min(1.0, (opinion.missing + more) / opinion.total) if opinion.total else 0.0


def _without(piece: str, aside: list[str]) -> str:
    for words in aside:
        piece = piece.replace(words, "")
    return piece


def _plain(text: str) -> str:
    return _NO_WORD.sub("", text)


def _pairs(text: str) -> Counter[str]:
    return Counter(_every_pair(text))


def _every_pair(text: str) -> Iterable[str]:
    return (text[place : place + 2] for place in range(len(text) - 1))
