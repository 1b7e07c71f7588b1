"""The page of the search, with an index to search in or without."""

from __future__ import annotations

from collections.abc import Iterator

from bulletin.arrange import urls, views
from bulletin.arrange.frame import Frame
from bulletin.arrange.plan import TemplatePage
from bulletin.arrange.views import Choice
from bulletin.core.model import Value
from bulletin.core.problems import N_


class SearchInputs(Value, frozen=True):
    """For the page of the search."""

    columns: tuple[Choice, ...]
    ready: bool
    """Whether there is an index to search in."""


def search_page(frame: Frame, inputs: SearchInputs) -> Iterator[TemplatePage]:
    path = urls.SEARCH
    root = urls.root_of(path)
    view = views.SearchPage(
        site=frame.site(root),
        head=frame.head(path, frame.translate(N_("Search")), noindex=True),
        index=f"{root}{urls.INDEX_FOLDER}pagefind.js" if inputs.ready else "",
        columns=inputs.columns,
        years=tuple(views.Choice(str(year), str(year)) for year in frame.shell.years),
    )
    yield TemplatePage(path, "search.html", view)
