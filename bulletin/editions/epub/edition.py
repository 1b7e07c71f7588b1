"""The book of each issue, where the station asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from bulletin.arrange.plan import BinaryFile, OutputGroup
from bulletin.arrange.resolve import ResolvedArchive
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.editions.choice import chosen_issues
from bulletin.editions.edition import Edition, PlacedEdition, Surroundings
from bulletin.editions.form import Form, Texts
from bulletin.editions.leaf import LeafInputs, make_leaf

if TYPE_CHECKING:
    from bulletin.editions.epub.look import BookLook


def _path(id_: str) -> str:
    return f"issues/{id_}/{id_}.epub"


_FORM = Form(N_("EPUB (e-book)"), _path)


class BookInputs(Value, frozen=True):
    """All that a book is made from."""

    leaf: LeafInputs
    look: BookLook

    def identity(self) -> object:
        return self.leaf.identity(), self.look


def _placed(surroundings: Surroundings) -> PlacedEdition:
    root = Path(surroundings.root)
    return PlacedEdition(structs.replace(EPUB, outputs=lambda resolved: _outputs(resolved, root)))


def _outputs(resolved: ResolvedArchive, root: Path) -> Iterator[OutputGroup]:
    chosen = tuple(chosen_issues(resolved, "epub", _FORM))
    if not chosen:
        return
    from bulletin.editions.epub.look import book_look  # loads what letters covers

    look = book_look(root)
    for issue in chosen:
        inputs = BookInputs(LeafInputs.of(resolved.archive.station, issue, resolved.links[issue.source]), look)
        yield OutputGroup(f"issue {issue.id} epub", inputs, (_path(issue.id),), issue.source, inputs.identity())


def _make(texts: Texts, inputs: BookInputs) -> Iterator[BinaryFile]:
    from bulletin.editions.epub.book import epub_of_issue  # few stations have books, and Jinja waits till one is made

    book = epub_of_issue(make_leaf(texts, inputs.leaf), texts.picture, texts.translate, inputs.look)
    yield BinaryFile(_path(inputs.leaf.issue.id), book)


EPUB = Edition("epub", lambda _: iter(()), _make, has_shell=False, form=_FORM, placed=_placed)
