"""The document of each issue, where the station asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from msgspec import structs

from bulletin.arrange.plan import BinaryFile, OutputGroup
from bulletin.arrange.resolve import ResolvedArchive
from bulletin.core.model import Value
from bulletin.core.print_settings import PrintSettings
from bulletin.core.problems import N_, Problem, problem
from bulletin.core.station import STATION
from bulletin.editions.choice import chosen_issues
from bulletin.editions.edition import Edition, PlacedEdition, Surroundings
from bulletin.editions.form import Form, Texts
from bulletin.editions.leaf import LeafInputs, make_leaf
from bulletin.editions.word_form.template import word_template


class DocumentInputs(Value, frozen=True):
    """All that a document is made from."""

    leaf: LeafInputs
    settings: PrintSettings
    template: bytes

    def identity(self) -> object:
        return self.leaf.identity(), self.settings, self.template


def _path(id_: str) -> str:
    return f"issues/{id_}/{id_}.docx"


_NAME = "word"


def _lacking() -> Problem | None:
    if find_spec("docx") is None:
        return problem("A113", STATION, edition=_NAME, command=f'pip install "bulletin[{_NAME}]"')
    return None


_FORM = Form(N_("Word document"), _path, _lacking)


def _placed(surroundings: Surroundings) -> PlacedEdition:
    template = cache(lambda: word_template(Path(surroundings.root)))
    return PlacedEdition(structs.replace(WORD, outputs=lambda resolved: _outputs(resolved, template)))


def _outputs(resolved: ResolvedArchive, template: Callable[[], bytes]) -> Iterator[OutputGroup]:
    station = resolved.archive.station
    for issue in chosen_issues(resolved, _NAME, _FORM):
        leaf = LeafInputs.of(station, issue, resolved.links[issue.source])
        inputs = DocumentInputs(leaf, station.print or PrintSettings(), template())
        yield OutputGroup(f"issue {issue.id} {_NAME}", inputs, (_path(issue.id),), issue.source, inputs.identity())


def _make(texts: Texts, inputs: DocumentInputs) -> Iterator[BinaryFile]:
    from bulletin.editions.word_form.document import word_document  # few stations have documents: lxml waits for one

    leaf = make_leaf(texts, inputs.leaf)
    data = word_document(leaf, inputs.settings, texts.picture, texts.translate, inputs.template)
    yield BinaryFile(_path(leaf.id), data)


WORD = Edition(_NAME, lambda _: iter(()), _make, has_shell=False, form=_FORM, placed=_placed)
