"""P112, R105: what a picture's file tells that its place in the text does not: a location, and too few pixels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec

from bulletin.check.findings import Mention
from bulletin.core.model import Ref
from bulletin.core.problems import Problem, problem
from bulletin.read.assets import asset_path, is_picture_type
from bulletin.read.picture_facts import PictureFacts

_MIN_WIDTH = 900
"""Pixels: the A4 sheet's text block is 156 mm wide (GB/T 9704-2012), and print needs some 150 to the inch."""


def picture_problems(mentions: Iterable[Mention], facts: Callable[[str], PictureFacts]) -> Iterator[Problem]:
    """Both codes, each once for every mention; ``facts`` knows a file by its path."""
    for mention in mentions:
        path = asset_path(Ref("picture", mention.target, mention.path, mention.line))
        if path is None or not is_picture_type(path):
            continue
        found = facts(path)
        if found.has_location:
            yield _at(mention, "P112", target=mention.target)
        if 0 < found.width < _MIN_WIDTH:
            yield _at(mention, "R105", target=mention.target, width=found.width, needed=_MIN_WIDTH)


def _at(mention: Mention, code: str, **values: object) -> Problem:
    found = problem(code, mention.path, mention.line, "", **values)
    return msgspec.structs.replace(found, column=mention.column, length=len(mention.target))
