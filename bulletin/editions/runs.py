"""Runs as a page shows them: blanks as a browser has them, neighbours that look alike joined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from bulletin.editions.blocks import Run, Runs


def trimmed(runs: Iterable[Run]) -> Iterator[Run]:
    """Neighbours that look alike joined; no two blanks in a row, none at an end or beside a line break."""
    shown = list(_shown(runs))
    while shown and not shown[-1].image and not shown[-1].text.strip(" \n"):
        shown.pop()
    if shown and not shown[-1].image:
        shown[-1] = _with_text(shown[-1], shown[-1].text.rstrip(" \n"))
    for _, alike in groupby(enumerate(shown), lambda each: _look(*each)):
        pieces = [run for _, run in alike]
        yield _with_text(pieces[0], "".join(run.text for run in pieces))


def _shown(runs: Iterable[Run]) -> Iterator[Run]:
    """Without the blanks that a browser does not show; a blank waits until it is known that no line ends there."""
    blank: Run | None = None
    before = "\n"
    for run in runs:
        text = run.text.lstrip(" ") if blank or before in ("\n", " ") else run.text
        if not text and not run.image:
            continue
        if blank and not text.startswith("\n"):
            yield blank
        blank, before = None, text[-1:]
        if text.endswith(" "):
            blank, text = _with_text(run, " "), text[:-1]
        if text or run.image:
            yield _with_text(run, text)
    if blank:
        yield blank


def _look(place: int, run: Run) -> tuple[object, ...]:
    """What neighbours must have in common to be one run; a picture, a note, a reading is one by itself."""
    return run.marks, run.href, place if run.image or run.note or run.ruby else -1


def _with_text(run: Run, text: str) -> Run:
    return Run(text, run.marks, run.href, run.note, run.ruby, run.image) if text != run.text else run


def by_line(runs: Runs) -> tuple[Runs, ...]:
    """The runs of each line, without those that show nothing."""
    found: list[list[Run]] = [[]]
    for run in runs:
        for number, piece in enumerate(run.text.split("\n")):
            if number:
                found.append([])
            found[-1].append(_with_text(run, piece))
    return tuple(made for each in found if (made := tuple(trimmed(each))))
