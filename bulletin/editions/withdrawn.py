"""撤稿: a note at each address of what was withdrawn; in no list, feed or index, and nothing of the text in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bulletin.arrange import urls, views
from bulletin.arrange.frame import Frame, display_time
from bulletin.arrange.plan import OutputGroup, TemplatePage
from bulletin.arrange.resolve import ResolvedArchive
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.core.withdrawals import Withdrawal
from bulletin.editions.edition import Edition


class _NoteInputs(Value, frozen=True):
    path: str
    date: str
    because: str
    whole: bool


def _outputs(resolved: ResolvedArchive) -> Iterator[OutputGroup]:
    notes: dict[str, Withdrawal] = {}
    for entry in resolved.archive.withdrawn:
        for path in entry.paths:
            notes.setdefault(path, entry)
    for path, entry in notes.items():
        inputs = _NoteInputs(path, entry.date, entry.because, not entry.slug)
        yield OutputGroup(f"withdrawn {path}", inputs, (path,), templates=("withdrawn.html",))


def _make(frame: Frame, inputs: _NoteInputs) -> Iterator[TemplatePage]:
    root = urls.root_of(inputs.path)
    above = frame.above()
    view = views.WithdrawnPage(
        site=frame.site(root),
        head=frame.head(inputs.path, frame.translate(N_("Withdrawn")), noindex=True, trail=above),
        trail=frame.trail(above, root),
        date=display_time(datetime.fromisoformat(inputs.date)),
        because=inputs.because,
        whole=inputs.whole,
    )
    yield TemplatePage(inputs.path, "withdrawn.html", view)


WITHDRAWN = Edition("withdrawn", _outputs, _make)
