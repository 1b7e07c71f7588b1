"""The panel with the last build's problems, and how it is injected into a previewed page.

Nothing here is inline: the site's CSP forbids it, and the preview must not look better than the site.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from bulletin.check.report_view import ProblemView, by_weight, problem_view
from bulletin.core.errors import TemplateError
from bulletin.core.i18n import Translate
from bulletin.core.model import Value
from bulletin.core.problems import N_, Problem, sentence
from bulletin.read.numbers import number_in_name, parse_number
from bulletin.read.source_lines import source_lines
from bulletin.read.text_files import is_markdown, without_suffix
from bulletin.render.reports import ReportRenderer, template_folders

SCRIPT_ADDRESS = "/livereload.js"
STYLE_ADDRESS = "/_preview/preview.css"
PANEL_SCRIPT_ADDRESS = "/_preview/panel.js"
TEXT_ADDRESS = "/_preview/text/"
_MAX_SHOWN = 20
"""Problems of one weight that the panel lists; of the others it says how many there are."""
_NOT_BUILT = 5
"""Rank of an error that leaves no site, graver than any problem."""

_SourceLines = Callable[[str], list[str]]
"""The lines of a file by its path (read/source_lines.py)."""


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


def own_first(problems: Iterable[Problem], address: str) -> list[Problem]:
    """The problems of the page at an address, then those of other files; of both, file by file."""
    return sorted(problems, key=lambda found: (not concerns_page(found, address), found.path))


_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*(?:\{[^{}]*\})?[ \t]*$")


def title_above(lines: list[str], line: int) -> str:
    """The heading that a line of a text is below, or that it is itself; empty above the first."""
    headings = (_HEADING.match(text) for text in reversed(lines[:line]))
    return next((found[1] for found in headings if found), "")


# ── what the templates see


class PanelProblem(Value, frozen=True):
    """A line of the panel."""

    problem: ProblemView
    title: str
    """The heading that it is below, by which the page is searched for its place; empty for another page's."""


class PanelFile(Value, frozen=True):
    """The problems of one weight in one file."""

    path: str
    problems: tuple[PanelProblem, ...]


class PanelGroup(Value, frozen=True):
    """What keeps an issue back, or all else of one severity."""

    name: str
    """``gate``, ``error``, ``warning`` or ``notice``."""
    title: str
    count: int
    folded: bool
    """Whether it is to unfold: hints."""
    files: tuple[PanelFile, ...]
    more: str
    """How many are not listed, as words; empty when all are."""


class PreviewPanel(Value, frozen=True):
    """The last build's problems."""

    title: str
    rank: int
    """The gravest one: 4 keeps an issue back, 3 error, 2 warning, 1 hint; 5 when the site cannot be built."""
    error: str = ""
    """Why the site cannot be built; empty when it can."""
    place: str = ""
    """The file and line of which the error is, in words; empty where it is of none."""
    href: str = ""
    """Where the preview shows that line; empty where it does not."""
    groups: tuple[PanelGroup, ...] = ()
    """Gravest first, none empty."""


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
        self._root = root
        self._translate = translate
        self._renderer = ReportRenderer(template_folders(root), translate)
        self._packaged = ReportRenderer(template_folders(None), translate)

    def panel(self, problems: Iterable[Problem], error: str, address: str, place: str = "") -> str:
        """The last build's problems for the page at an address; empty when there are none.

        ``place`` is the file and line with which the error's sentence begins.
        """
        _ = self._translate
        if error:
            return self._render("panel.html", self._error_panel(error, place))
        parts = list(by_weight(own_first(problems, address)))
        rank = max((len(parts) - at for at, (_name, _title, found) in enumerate(parts) if found), default=0)
        if not rank:
            return ""
        lines = source_lines(self._root)
        groups = tuple(self._group(*part, address, lines) for part in parts if part[2])
        title = _(N_("Problems: {count}")).format(count=sum(group.count for group in groups))
        return self._render("panel.html", PreviewPanel(title, rank, groups=groups))

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
            panel = PreviewPanel(title, _NOT_BUILT, sentence(error, self._translate))
            return self._packaged.render("preview/panel.html", panel)

    def _error_panel(self, error: str, place: str) -> PreviewPanel:
        """What is wrong before where, as of every problem."""
        path, line = split_place(place)
        title = self._translate(N_("The site cannot be built now"))
        words = f"{path} {self._place('', line)}".rstrip()
        href = text_address(path, line) if is_text(path) else ""
        return PreviewPanel(title, _NOT_BUILT, error.removeprefix(f"{place}: ") if place else error, words, href)

    def _group(self, name: str, title: str, problems: list[Problem], address: str, lines: _SourceLines) -> PanelGroup:
        _ = self._translate
        rest = len(problems) - _MAX_SHOWN
        more = _(N_("{count} more; “bulletin check” lists all.")).format(count=rest) if rest > 0 else ""
        files = tuple(
            PanelFile(path, tuple(self._panel_problem(each, address, lines) for each in found))
            for path, found in groupby(problems[:_MAX_SHOWN], key=lambda each: each.path)
        )
        return PanelGroup(name, _(title), len(problems), name == "notice", files, more)

    def _panel_problem(self, found: Problem, address: str, lines: _SourceLines) -> PanelProblem:
        title = title_above(lines(found.path), found.line) if is_text(found.path) else ""
        return PanelProblem(self._view(found, title), title if concerns_page(found, address) else "")

    def _line(self, number: int, line: str, problems: list[Problem]) -> TextLine:
        return TextLine(number, tuple(_pieces(line, problems)), self._views(problems))

    def _views(self, problems: Iterable[Problem]) -> tuple[ProblemView, ...]:
        return tuple(self._view(found) for found in problems)

    def _view(self, found: Problem, title: str = "") -> ProblemView:
        href = text_address(found.path, found.line) if is_text(found.path) else ""
        return problem_view(found, self._place(title, found.line), href, self._translate)

    def _place(self, title: str, line: int) -> str:
        """Where it is, in words; empty for a file as a whole."""
        words = N_("“{title}”, line {line}") if title else N_("line {line}") if line else ""
        return self._translate(words).format(title=title, line=line) if words else ""


def is_text(path: str) -> bool:
    """Whether a problem's file can be shown: a text of the content folder."""
    return path.startswith("content/") and (is_markdown(path) or path.endswith((".yml", ".txt")))


def text_address(path: str, line: int) -> str:
    """URL of the line in the preview."""
    return f"{TEXT_ADDRESS}{quote(path)}#L{max(line, 1)}"


def split_place(place: str) -> tuple[str, int]:
    """File and line of ``content/station.yml:4``; 0 where it names no line."""
    path, _, line = place.rpartition(":")
    return (path, int(line)) if path and line.isdecimal() else (place, 0)


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
_PANEL_TAGS = f'<link rel="stylesheet" href="{STYLE_ADDRESS}"><script src="{PANEL_SCRIPT_ADDRESS}"></script>'.encode()
"""In the head, so that a page has room for the panel before it is painted, and never jumps."""


def inject(page: bytes, panel: str, host: str) -> bytes:
    """A page of the site with the panel and the scripts inserted.

    Some browsers do not count the server's own web socket as ``'self'``, so the policy in the copy names it.
    """
    page = page.replace(b"connect-src 'self'", f"connect-src 'self' ws://{host}".encode(), 1)
    if panel:
        head, tag, rest = page.partition(b"</head>")
        page = head + _PANEL_TAGS + tag + rest if tag else page
        panel = panel if tag else _PANEL_TAGS.decode() + panel
    before, tag, after = page.rpartition(b"</body>")
    added = panel.encode() + _SCRIPT_TAG
    return before + added + tag + after if tag else page + added
