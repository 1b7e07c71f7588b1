"""The notice board: the page that lists what is to be known now, such as hours of a holiday."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from bulletin.arrange import urls, views
from bulletin.arrange.frame import Frame, display_time
from bulletin.arrange.notices import date_of_notice, on_the_board
from bulletin.arrange.plan import OutputGroup, TemplatePage
from bulletin.arrange.shell import Shell
from bulletin.core.model import Page, Value
from bulletin.core.problems import N_

NOTICES_TITLE = N_("Notices")


class NoticesInputs(Value, frozen=True):
    """For the page of all notices."""

    notices: tuple[Page, ...]


def notices_group(shell: Shell, pages: Iterable[Page]) -> Iterator[OutputGroup]:
    """Also where the last notice is over, for who comes to the address again."""
    if shell.notices:
        inputs = NoticesInputs(on_the_board(pages))
        yield OutputGroup("notices", inputs, (urls.NOTICES,), templates=("notices.html",))


def notices_page(frame: Frame, inputs: NoticesInputs) -> Iterator[TemplatePage]:
    path = urls.NOTICES
    root = urls.root_of(path)
    above = frame.above()
    view = views.NoticesPage(
        site=frame.site(root),
        head=frame.head(path, frame.translate(NOTICES_TITLE), trail=above),
        trail=frame.trail(above, root),
        notices=tuple(notice_item(notice, root) for notice in inputs.notices),
    )
    yield TemplatePage(path, "notices.html", view)


def notice_item(notice: Page, root: str) -> views.NoticeItem:
    """A notice in a list on a page from which ``root`` leads to the site's root."""
    issued = date_of_notice(notice)
    return views.NoticeItem(
        title=notice.title,
        href=root + quote(urls.page(notice.id)),
        date=display_time(issued) if issued else None,
        until=display_time(notice.until) if notice.until else None,
        summary=notice.description or notice.text.summary,
        draft=notice.draft,
    )
