"""Gives each article its neighbours, in one pass."""

from itertools import pairwise
from typing import Any

from pelican import signals


def join(generator: Any) -> None:
    for newer, older in pairwise([None, *generator.articles, None]):
        if newer:
            newer.older = older
        if older:
            older.newer = newer


def register() -> None:
    signals.article_generator_finalized.connect(join)
