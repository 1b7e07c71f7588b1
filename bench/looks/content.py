"""What all pages show: the station of `bench/looks/station`, taken apart for those who know neither issues nor columns.

Its sources are bulletin's own. The others get an article as a piece of Markdown, or as HTML where they want that.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from markdown import markdown

STATION = Path(__file__).parent / "station"
PICTURE = Path(__file__).parents[2] / "docs" / "gallery" / "content" / "issues" / "2015002" / "deng.jpg"
PICTURED = "2015004"
"""The issue with the picture, which is the gallery's."""
ARTICLE = "jidu"
"""The article that is looked at: the one with picture and table."""

_HEADING = re.compile(r"^(##|###) ([^{\n]+?)(?: \{#(\w+)\})?$\n", re.MULTILINE)
_BYLINE = re.compile(r"\n*（([^）\n]+)）\s*$")
_FIGURE = re.compile(r'^!\[([^\]]*)\]\((\S+) "([^"]+)"\)$', re.MULTILINE)


class Article(NamedTuple):
    """A piece of an issue."""

    slug: str
    title: str
    column: str
    """The column's id."""
    author: str
    text: str
    """Markdown, without title and author."""

    @property
    def opening(self) -> str:
        """The first words, by which its text is found on a page."""
        return self.text[:12]

    @property
    def summary(self) -> str:
        """The first sentence."""
        return self.text.split("。")[0] + "。"

    def text_in(self, issue: Issue) -> str:
        """Markdown that says where its picture lies, with its caption in a figure, as nobody writes one in Markdown."""
        size = 'width="1600" height="1000"'
        image = rf'<img src="{issue.url}\2" alt="\1" {size}>'
        return _FIGURE.sub(f"<figure>{image}<figcaption>\\3</figcaption></figure>", self.text)

    def html_in(self, issue: Issue) -> str:
        return markdown(self.text_in(issue), extensions=["tables"])


class Issue(NamedTuple):
    """An issue and its articles, in order."""

    number: str
    date: date
    summary: str
    articles: tuple[Article, ...]

    @property
    def title(self) -> str:
        return f"{self.date.year}年第{int(self.number[4:])}期"

    @property
    def url(self) -> str:
        return f"/issues/{self.number}/"


class Sheet(NamedTuple):
    """A notice, or a page that belongs to no issue."""

    slug: str
    title: str
    date: date | None
    text: str


class Content(NamedTuple):
    """All that there is to show; issues newest first."""

    station: dict[str, Any]
    """station.yml."""
    issues: tuple[Issue, ...]
    notice: Sheet
    about: Sheet

    @property
    def headlines(self) -> list[str]:
        """What can be told from a first screen: titles of articles, issues and notices."""
        return [*(a.title for i in self.issues for a in i.articles), self.notice.title]

    def column(self, name: str) -> list[tuple[Issue, Article]]:
        """The articles of a column, newest issue first."""
        return [(i, a) for i in self.issues for a in i.articles if a.column == name]


def read(station: Path = STATION) -> Content:
    folder = station / "content"
    about = yaml.safe_load((folder / "station.yml").read_text(encoding="utf-8"))
    columns = {column["title"]: column["id"] for column in about["sections"]}
    sources = [*folder.glob("issues/*.md"), *folder.glob("issues/*/index.md")]
    issues = sorted((_issue(path, columns) for path in sources), key=lambda each: each.number, reverse=True)
    return Content(about, tuple(issues), _sheet(folder / "notices/chunjie.md"), _sheet(folder / "pages/about.md"))


def _front(path: Path) -> tuple[dict[str, Any], str]:
    _, front, text = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(front), text


def _sheet(path: Path) -> Sheet:
    front, text = _front(path)
    title, text = (front["title"], text) if "title" in front else text.removeprefix("# ").split("\n", 1)
    return Sheet(path.stem, title, front.get("开始"), text.strip())


def _issue(path: Path, columns: dict[str, str]) -> Issue:
    front, text = _front(path)
    day = front["date"] if isinstance(front["date"], date) else date.fromisoformat(str(front["date"])[:10])
    return Issue(str(front["number"]), day, front["summary"], tuple(_articles(text, columns)))


def _articles(text: str, columns: dict[str, str]) -> Iterator[Article]:
    headings = list(_HEADING.finditer(text))
    ends = [following.start() for _, following in pairwise(headings)] + [len(text)]
    column = ""
    for heading, end in zip(headings, ends, strict=True):
        marks, title, slug = heading.groups()
        if marks == "##":
            column = columns[title]
        else:
            body = text[heading.end() : end].strip()
            author = _BYLINE.search(body)
            yield Article(slug, title, column, author[1] if author else "", _BYLINE.sub("", body))


def copy_picture(folder: Path) -> None:
    """Put the picture beside the issue that shows it; `folder` holds `issues/`."""
    beside = folder / "issues" / PICTURED
    beside.mkdir(parents=True, exist_ok=True)
    shutil.copy(PICTURE, beside)
