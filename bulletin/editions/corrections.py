"""The page that lists all corrections, newest first; there is none before the first correction."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from bulletin.arrange import urls, views
from bulletin.arrange.archive import Archive
from bulletin.arrange.corrected import ListedCorrection, all_corrections, has_corrections_page
from bulletin.arrange.frame import Frame, display_time
from bulletin.arrange.plan import OutputGroup, TemplatePage
from bulletin.core.model import Correction, Value
from bulletin.core.problems import N_


class CorrectionsInputs(Value, frozen=True):
    """For the page of all corrections."""

    corrections: tuple[ListedCorrection, ...]


def corrections_group(archive: Archive, *, was_there: bool) -> Iterator[OutputGroup]:
    """Also where the last correction has gone with its text, for who comes to the address again."""
    if has_corrections_page(archive) or (was_there and not archive.has_own_page(urls.CORRECTIONS)):
        inputs = CorrectionsInputs(all_corrections(archive))
        yield OutputGroup("corrections", inputs, (urls.CORRECTIONS,), templates=("corrections.html",))


def corrections_page(frame: Frame, inputs: CorrectionsInputs) -> Iterator[TemplatePage]:
    path = urls.CORRECTIONS
    root = urls.root_of(path)
    above = frame.above()
    view = views.CorrectionsPage(
        site=frame.site(root),
        head=frame.head(path, frame.translate(N_("Corrections")), trail=above),
        trail=frame.trail(above, root),
        corrections=tuple(
            shown_correction(each.correction, views.Link(each.name.text, _href(root, each.name.path)))
            for each in inputs.corrections
        ),
    )
    yield TemplatePage(path, "corrections.html", view)


def shown_correction(correction: Correction, text: views.Link | None = None) -> views.ShownCorrection:
    """As a page shows it; ``text`` is what it is about, where that is not the page's own."""
    return views.ShownCorrection(display_time(correction.date), text, correction.was, correction.now)


def _href(root: str, path: str) -> str:
    place, mark, anchor = path.partition("#")
    return f"{root}{quote(place)}{mark}{anchor}"
