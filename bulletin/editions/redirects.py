"""Old addresses: a page at each, which sends its reader on."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from msgspec import structs

from bulletin.arrange import urls, views
from bulletin.arrange.archive import issue_title
from bulletin.arrange.frame import Frame
from bulletin.arrange.moved import MovedAddress
from bulletin.arrange.plan import OutputGroup, TemplatePage
from bulletin.arrange.resolve import ResolvedArchive
from bulletin.core.model import Issue, Page, Value
from bulletin.editions.edition import Edition


class _RedirectInputs(Value, frozen=True):
    path: str
    title: str
    target: str
    """Path of the page that the reader is sent to, perhaps with an anchor."""


def _outputs(resolved: ResolvedArchive) -> Iterator[OutputGroup]:
    archive = resolved.archive
    for issue in archive.issues:
        if issue.redirect_from:
            title = issue_title(archive.station, issue.title, issue.number)
            yield from _groups(issue, f"issue {issue.id}", title, urls.issue(issue.id))
    for page in archive.pages:
        yield from _groups(page, f"page {page.id}", page.title, urls.page(page.id))
    if resolved.shell.notices:
        for notice in archive.ended:
            yield from _to_the_board(notice)
    for moved in resolved.moved:
        if moved.path.endswith(".html"):
            yield _moved(moved)


def _groups(source: Issue | Page, name: str, title: str, target: str) -> Iterator[OutputGroup]:
    """A group of its own for each old address: one that is taken must not cost the issue its pages."""
    for path in dict.fromkeys(filter(None, map(urls.redirect_path, source.redirect_from))):
        yield OutputGroup(
            name=f"{name} from {path}",
            inputs=_RedirectInputs(path, title, target),
            paths=(path,),
            source=source.source,
            templates=("redirect.html",),
            yields=True,
        )


def _to_the_board(notice: Page) -> Iterator[OutputGroup]:
    """Who comes to a notice that is over learns what is to be known now; nothing of the notice is said."""
    old = filter(None, map(urls.redirect_path, notice.redirect_from))
    for path in dict.fromkeys((urls.page(notice.id), *old)):
        inputs = _RedirectInputs(path, "", urls.NOTICES)
        yield OutputGroup(
            f"notice over {path}", inputs, (path,), notice.source, templates=("redirect.html",), yields=True
        )


def _moved(moved: MovedAddress) -> OutputGroup:
    """Named after its issue or column: where the pages of an issue stay as they are, so does what leads to them."""
    steps = moved.path.removesuffix("/index.html").split("/")
    name = f"{steps[0].removesuffix('s')} {steps[1]} moved {'/'.join(steps[2:])}".rstrip()
    inputs = _RedirectInputs(moved.path, moved.title, moved.target)
    return OutputGroup(name, inputs, (moved.path,), templates=("redirect.html",), yields=True)


def _make(frame: Frame, inputs: _RedirectInputs) -> Iterator[TemplatePage]:
    path, _, anchor = inputs.target.partition("#")
    place = f"#{quote(anchor)}" if anchor else ""
    canonical = urls.absolute(frame.station.url, path)
    head = structs.replace(frame.head(inputs.path, inputs.title, noindex=True), canonical=canonical)
    view = views.RedirectPage(head, urls.root_of(inputs.path) + quote(path) + place)
    yield TemplatePage(inputs.path, "redirect.html", view)


REDIRECTS = Edition("redirects", _outputs, _make)
