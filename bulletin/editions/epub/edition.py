"""The book of each issue, where the station asks for it."""

from __future__ import annotations

from collections.abc import Iterator

from bulletin.arrange.plan import BinaryFile, OutputGroup
from bulletin.arrange.resolve import ResolvedArchive
from bulletin.core.problems import N_
from bulletin.editions.choice import chosen_issues
from bulletin.editions.edition import Edition
from bulletin.editions.form import Form, Texts
from bulletin.editions.leaf import LeafInputs, make_leaf


def _path(id_: str) -> str:
    return f"issues/{id_}/{id_}.epub"


_FORM = Form(N_("EPUB (e-book)"), _path)


def _outputs(resolved: ResolvedArchive) -> Iterator[OutputGroup]:
    for issue in chosen_issues(resolved, "epub", _FORM):
        inputs = LeafInputs.of(resolved.archive.station, issue, resolved.links[issue.source])
        yield OutputGroup(f"issue {issue.id} epub", inputs, (_path(issue.id),), issue.source, inputs.identity())


def _make(texts: Texts, inputs: LeafInputs) -> Iterator[BinaryFile]:
    from bulletin.editions.epub.book import epub_of_issue  # few stations have books, and Jinja waits till one is made

    book = epub_of_issue(make_leaf(texts, inputs), texts.picture, texts.translate)
    yield BinaryFile(_path(inputs.issue.id), book)


EPUB = Edition("epub", _outputs, _make, has_shell=False, form=_FORM)
