"""The panel with the last build's problems, and how it is injected into a previewed page.

Nothing here is inline: the site's CSP forbids it, and the preview must not look better than the site.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from bulletin.check.report_view import ProblemView, problem_view
from bulletin.core.errors import TemplateError
from bulletin.core.i18n import Translate
from bulletin.core.model import Value
from bulletin.core.problems import N_, SEVERITIES, Problem, sentence
from bulletin.read.numbers import number_in_name, parse_number
from bulletin.read.text_files import is_markdown, without_suffix
from bulletin.render.reports import ReportRenderer, template_folders

SCRIPT_ADDRESS = "/livereload.js"
STYLE_ADDRESS = "/_preview/preview.css"
TEXT_ADDRESS = "/_preview/text/"
_MAX_SHOWN = 5
"""Problems shown at once; the others are folded."""


# ── which problems come first


def concerns_page(found: Problem, address: str) -> bool:
    """Whether a problem is in the source of a page, judging by the file name."""
    parts = address.strip("/").split("/")
    folder, _, rest = found.path.removeprefix("content/").partition("/")
    name = without_suffix(rest.split("/")[0])
    if folder == "pages":
        return parts[0] == name
    return folder == "issues" and parts[0] == "issues" and parts[1:2] in ([name], [_issue_id(name)])


def _issue_id(name: str) -> str:
    number = parse_number(number_in_name(name))
    return number.id(number.year) if number and number.year else ""


def sort_for(problems: Iterable[Problem], address: str) -> tuple[list[Problem], list[Problem]]:
    """The problems to show at once on a page, and those to fold away.

    A page with problems of its own shows those; another shows all. Notices, and all beyond `_MAX_SHOWN`, are folded.
    """
    severities = list(SEVERITIES)
    ordered = sorted(problems, key=lambda p: (not concerns_page(p, address), severities.index(p.severity)))
    own = [p for p in ordered if concerns_page(p, address)]
    shown = [p for p in own or ordered if p.severity != "notice"][:_MAX_SHOWN]
    return shown, [p for p in ordered if p not in shown]


# ── what the templates see


class PreviewPanel(Value, frozen=True):
    """The last build's problems."""

    title: str
    error: str = ""
    """Why the site cannot be built; empty when it can."""
    shown: tuple[ProblemView, ...] = ()
    folded: tuple[ProblemView, ...] = ()
    more: str = ""
    """How many are folded away, as words."""


class TextPiece(Value, frozen=True):
    """A part of a line."""

    text: str
    marked: bool
    """Whether a problem is about it."""


class TextLine(Value, frozen=True):
    """A line of a text, with the problems in it."""

    number: int
    pieces: tuple[TextPiece, ...]
    problems: tuple[ProblemView, ...]


class TextPage(Value, frozen=True):
    """A text of the content folder, line by line."""

    path: str
    lines: tuple[TextLine, ...]


class PlaceholderPage(Value, frozen=True):
    """The page that is shown where there is none at all yet."""

    title: str
    words: str


# ── as HTML


class PreviewPages:
    """What the preview adds to the site, by the templates under ``preview/``."""

    def __init__(self, root: Path, translate: Translate) -> None:
        self._translate = translate
        self._renderer = ReportRenderer(template_folders(root), translate)
        self._packaged = ReportRenderer(template_folders(None), translate)

    def panel(self, problems: Iterable[Problem], error: str, address: str) -> str:
        """The last build's problems for the page at an address; empty when there are none."""
        _ = self._translate
        shown, folded = sort_for(problems, address)
        if error:
            return self._render("panel.html", PreviewPanel(_(N_("The site cannot be built now")), error))
        if not shown and not folded:
            return ""
        title = _(N_("Problems: {count}")).format(count=len(shown) + len(folded))
        more = _(N_("More: {count}")).format(count=len(folded))
        return self._render("panel.html", PreviewPanel(title, "", self._views(shown), self._views(folded), more))

    def text_page(self, path: str, lines: Iterable[str], problems: Iterable[Problem]) -> bytes:
        """A text line by line, the words concerned marked and each problem below its line."""
        by_line: dict[int, list[Problem]] = {}
        for found in problems:
            by_line.setdefault(max(found.line, 1), []).append(found)
        views = (self._line(number, line, by_line.get(number, [])) for number, line in enumerate(lines, 1))
        return self._render("text.html", TextPage(path, tuple(views))).encode()

    def placeholder(self, built: bool) -> bytes:
        """The page that is shown where there is none at all yet."""
        _ = self._translate
        if built:
            title = _(N_("There is no site to show yet"))
            words = _(N_("Fix what is listed below and save; this page then reloads by itself."))
        else:
            title = _(N_("The site is being built"))
            words = _(N_("This page follows by itself."))
        return self._render("stand-in.html", PlaceholderPage(title, words)).encode()

    def _render(self, name: str, view: object) -> str:
        """Render the station's template; if it is broken, the packaged panel with the error."""
        try:
            return self._renderer.render(f"preview/{name}", view)
        except TemplateError as error:
            title = self._translate(N_("This cannot be shown"))
            return self._packaged.render("preview/panel.html", PreviewPanel(title, sentence(error, self._translate)))

    def _line(self, number: int, line: str, problems: list[Problem]) -> TextLine:
        return TextLine(number, tuple(_pieces(line, problems)), self._views(problems))

    def _views(self, problems: Iterable[Problem]) -> tuple[ProblemView, ...]:
        return tuple(self._view(found) for found in problems)

    def _view(self, found: Problem) -> ProblemView:
        place = f"{found.path}:{found.line}" if found.line else found.path
        href = text_address(found) if is_text(found.path) else ""
        return problem_view(found, place, href, self._translate)


def is_text(path: str) -> bool:
    """Whether a problem's file can be shown: a text of the content folder."""
    return path.startswith("content/") and (is_markdown(path) or path.endswith((".yml", ".txt")))


def text_address(found: Problem) -> str:
    """URL of the line in the preview."""
    return f"{TEXT_ADDRESS}{quote(found.path)}#L{max(found.line, 1)}"


def _pieces(line: str, problems: Iterable[Problem]) -> Iterator[TextPiece]:
    """The line with the words of its problems marked; words that overlap are marked once."""
    at = 0
    for start, end in sorted((p.column - 1, p.column - 1 + max(1, p.length)) for p in problems if p.column):
        if start >= at:
            yield TextPiece(line[at:start], False)
            yield TextPiece(line[start:end], True)
            at = end
    yield TextPiece(line[at:], False)


_SCRIPT_TAG = f'<script src="{SCRIPT_ADDRESS}?mindelay=500&amp;maxdelay=2000" async></script>\n'.encode()


def inject(page: bytes, panel: str, host: str) -> bytes:
    """A page of the site with the panel and the live-reload script inserted.

    Some browsers do not count the server's own web socket as ``'self'``, so the policy in the copy names it.
    """
    page = page.replace(b"connect-src 'self'", f"connect-src 'self' ws://{host}".encode(), 1)
    before, tag, after = page.rpartition(b"</body>")
    added = panel.encode() + _SCRIPT_TAG
    return before + added + tag + after if tag else page + added
