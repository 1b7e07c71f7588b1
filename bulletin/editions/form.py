"""What an edition of texts is made with, and how the page of an issue lists it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from bulletin.core.i18n import Translate
from bulletin.core.model import Value
from bulletin.core.problems import Problem

Ends = Callable[[Callable[[], object]], None]
"""Told how to end a program, for when nobody waits for it any more."""


class Texts(Value, frozen=True):
    """What an edition without a shell is made with."""

    body: Callable[[str, int], str]
    """Key of a source's HTML parts, and which of them → HTML."""
    translate: Translate
    """Into the station's language."""
    picture: Callable[[str, int], bytes]
    """Key of a picture, and index of one of its variants → its bytes."""
    progress: Callable[[int, int], None]
    """How many pieces of work of a long group are done, and of how many."""
    turn: AbstractContextManager[Ends] = nullcontext(lambda _: None)
    """Held while a program runs that takes much memory: one at a time; it is told how to end the program."""


class Form(Value, frozen=True):
    """An edition that gives each issue a file of its own, which the issue's page lists under 其他形式."""

    label: str
    """What readers call it, to be translated: ``PDF for printing``."""
    path: Callable[[str], str]
    """Id of an issue → path of its file in the site."""
    lacks: Callable[[], Problem | None] = lambda: None
    """What is not on this computer and would be needed; None where all is there."""
