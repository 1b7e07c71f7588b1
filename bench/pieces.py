"""Issues with a file for each article, as the peers want them where articles have pages of their own.

bulletin takes an issue apart by its headings; the others know no articles, and get a file for each, with all that a
page says of it in the front: what bulletin finds out by reading (author, section, description) is theirs for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from bench.corpus import Issue, write_files

COLUMNS = {"站务新闻": "news", "学术争鸣": "papers", "案例分析": "cases"}
_HEADING = re.compile(r"^(#{2,3}) (.+)\n\n", re.MULTILINE)
_BYLINE = re.compile(r"^\((.+)\)$", re.MULTILINE)
_MARKS = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*|#>-]+|\s+")
DESCRIBED = 120
"""Characters of a description, as many as bulletin takes."""


class Piece(NamedTuple):
    """An article on its own."""

    issue: Issue
    order: str
    """``01`` and so on; also its address."""
    section: str
    title: str
    text: str

    @property
    def column(self) -> str:
        return COLUMNS[self.section]

    @property
    def author(self) -> str:
        return str(_BYLINE.findall(self.text)[-1])

    @property
    def description(self) -> str:
        return _MARKS.sub(r"\1", self.text)[:DESCRIBED]


def pieces(issue: Issue) -> Iterator[Piece]:
    """The articles of an issue of prose, in order."""
    body = issue.body.replace("(photo.jpg)", f"(/issues/{issue.number}/photo.jpg)")
    headings = list(_HEADING.finditer(body))
    ends = [following.start() for _, following in pairwise(headings)] + [len(body)]
    section, count = "", 0
    for heading, end in zip(headings, ends, strict=True):
        if heading[1] == "##":
            section = heading[2]
        else:
            count += 1
            yield Piece(issue, f"{count:02}", section, heading[2], body[heading.end() : end])


class PieceLayout(NamedTuple):
    """How a tool wants the sources of articles."""

    front: Callable[[Piece], str]
    cover: Callable[[Issue], str] | None = None
    """What stands in an issue's own file, if it has one."""

    def path(self, issue: Issue) -> str:
        """The first article: what is edited."""
        return f"content/issues/{issue.number}/01.md"

    def files(self, issue: Issue) -> Iterator[tuple[str, bytes]]:
        folder = f"content/issues/{issue.number}"
        if self.cover:
            yield f"{folder}/_index.md", self.cover(issue).encode()
        for piece in pieces(issue):
            yield f"{folder}/{piece.order}.md", (self.front(piece) + piece.text).encode()
        if issue.picture:
            yield f"{folder}/photo.jpg", issue.picture

    def write(self, root: Path, issue: Issue) -> None:
        write_files(root, self.files(issue))


def _hugo_cover(issue: Issue) -> str:
    return f'---\ntitle: {issue.title}\ndate: {_moment(issue)}\nyears: ["{issue.date.year}"]\n---\n'


def _hugo_front(piece: Piece) -> str:
    years = f'columns: ["{piece.column}"]\ncolumnyears: ["{piece.column}-{piece.issue.date.year}"]\n'
    return f"---\n{_yaml(piece)}weight: {int(piece.order)}\n{years}---\n"


def _eleventy_front(piece: Piece) -> str:
    place = f'issue: "{piece.issue.number}"\nissuetitle: {piece.issue.title}\norder: "{piece.order}"\n'
    return f"---\n{_yaml(piece)}{place}column: {piece.column}\n---\n"


def _yaml(piece: Piece) -> str:
    about = f"section: {piece.section}\nauthor: {piece.author}\ndescription: {piece.description}\n"
    return f"title: {piece.title}\ndate: {_moment(piece.issue)}\n{about}"


def _pelican_front(piece: Piece) -> str:
    issue = piece.issue
    order = f"Slug: {issue.number}-{piece.order}\nOrder: {piece.order}\nCategory: {issue.number}\n"
    tags = f"Tags: {piece.column}, {piece.column}-{issue.date.year}\nColumn: {piece.column}\n"
    section = f"Section: {piece.section}\nSectionorder: {list(COLUMNS).index(piece.section)}\n"
    about = f"Writer: {piece.author}\nDescription: {piece.description}\nIssuetitle: {issue.title}\n"
    return f"Title: {piece.title}\nDate: {issue.date:%Y-%m-%d %H:%M}\n{order}{tags}{section}{about}\n"


def _moment(issue: Issue) -> str:
    return f"{issue.date:%Y-%m-%dT%H:%M:%S}+08:00"


PIECE_LAYOUTS = {
    "everything/hugo": PieceLayout(_hugo_front, _hugo_cover),
    "everything/pelican": PieceLayout(_pelican_front),
    "everything/eleventy": PieceLayout(_eleventy_front),
}
