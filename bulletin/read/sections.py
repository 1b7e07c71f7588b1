"""The outline of an issue → its sections with their articles: each text read, and named as in its address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from markdown import Markdown
from msgspec.structs import replace

from bulletin.core.model import Article, Correction, Section, Text, Value
from bulletin.core.problems import N_, Problem, problem
from bulletin.read.dialect.ids import UniqueNames
from bulletin.read.lines import Part
from bulletin.read.reading import ReadContext
from bulletin.read.roles import known_section
from bulletin.read.slugs import RESERVED_SLUGS, safe_id, slug
from bulletin.read.texts import ReadText, TextReader


class ArticleFile(Value, frozen=True):
    """An article with a file of its own in an issue's folder."""

    section: str
    order: int
    path: str
    byline: str
    part: Part
    until: datetime | None = None
    unsure: bool = False
    corrections: tuple[Correction, ...] = ()


class SectionReader:
    """Turns an outline into sections; keeps the anchors in use and the problems found."""

    def __init__(self, context: ReadContext, md: Markdown, path: str) -> None:
        self._ids = {rule.title: rule.id for rule in context.sections}
        self._path = path
        self._anchors = UniqueNames(RESERVED_SLUGS)
        self._md = md
        self._url, self._language = context.url, context.language
        self.problems: list[Problem] = []
        self.reader = TextReader(md, context.url, frozenset(), context.language)

    def read(
        self, parts: tuple[Part, ...], extra: tuple[ArticleFile, ...]
    ) -> tuple[Text | None, Text | None, tuple[Section, ...]]:
        """HTML of the issue's title, lead, sections."""
        groups = _group(parts, extra, self._ids)
        names = [self._name_section(section) for section, _ in groups]
        slugs = self._name_articles([inside for _, inside in groups])
        self.reader = TextReader(self._md, self._url, frozenset(self._anchors.taken), self._language)
        lead = self._text(parts[0], self._path, signed=False)
        sections = [
            self._section(section, name, inside, named)
            for (section, inside), name, named in zip(groups, names, slugs, strict=True)
        ]
        return lead.heading, lead.text, tuple(sections)

    def _name_section(self, part: Part) -> tuple[str, str]:
        """Column id and anchor."""
        known = self._ids.get(known_section(part.title, self._ids))
        id_ = known or (part.id and safe_id(part.id)) or _address(part.title) or "section"
        anchor = self._anchors.take(id_)
        if part.id and not known and anchor != part.id:
            self.problems.append(problem("M306", self._path, part.line, id=part.id, used=anchor))
        elif part.id and known and part.id != id_:
            reason = N_("the section's id is in station.yml")
            self.problems.append(problem("M308", self._path, part.line, id=part.id, used=id_, reason=reason))
        return id_, anchor

    def _name_articles(self, groups: list[tuple[ArticleFile, ...]]) -> list[list[str]]:
        """Of each section's articles. Titles with markup come last: their addresses were made of the markup once, so
        that one of them must not take what another article has.
        """
        places = [(group, at) for group, inside in enumerate(groups) for at in range(len(inside))]
        named: dict[tuple[int, int], str] = {}
        for group, at in sorted(places, key=lambda place: groups[place[0]][place[1]].part.heading is not None):
            article = groups[group][at]
            named[group, at] = self._name_article(article.part, article.path, at + 1)
        return [[named[group, at] for at in range(len(inside))] for group, inside in enumerate(groups)]

    def _name_article(self, part: Part, path: str, place: int) -> str:
        named = self._anchors.take(safe_id(part.id) or _address(part.typed or part.title) or f"article-{place}")
        if part.id and named != part.id:
            self.problems.append(problem("M306", path or self._path, part.line, id=part.id, used=named))
        return named

    def _text(self, part: Part, path: str, *, signed: bool = True) -> ReadText:
        read = self.reader.read(part, path, signed=signed)
        self.problems += read.problems
        return read

    def _section(self, part: Part, name: tuple[str, str], inside: tuple[ArticleFile, ...], slugs: list[str]) -> Section:
        read = self._text(part, self._path)
        articles = tuple(self._article(file, named) for file, named in zip(inside, slugs, strict=True))
        if read.text is None and not articles:
            self.problems.append(problem("M301", self._path, part.line, title=part.title))
        return Section(name[0], name[1], part.title, read.text, articles, self._path, part.line, read.heading)

    def _article(self, file: ArticleFile, named: str) -> Article:
        path = file.path or self._path
        heading, text, _ = self._text(file.part, path, signed=not file.byline)
        if text is None:
            self.problems.append(problem("M302", path, file.part.line, title=file.part.title))
            text = self.reader.nothing()
        if file.byline:
            text = replace(text, byline=file.byline)
        return Article(file.part.title, named, text, path, file.part.line, file.until, file.unsure, heading)


_BRACES = re.compile(r"\{[^{}]*\}\s*$")


def _address(title: str) -> str:
    """A title's name in addresses; words in braces at its end are in none, since they were no part of a title once."""
    return slug(_BRACES.sub("", title) if "{" in title else title)


def _group(
    parts: tuple[Part, ...], extra: tuple[ArticleFile, ...], known: Mapping[str, str]
) -> list[tuple[Part, tuple[ArticleFile, ...]]]:
    """Sections with their articles; articles before the first section go into one without a name."""
    groups: list[tuple[Part, list[ArticleFile]]] = []
    for part in parts[1:]:
        if part.role == "section":
            groups.append((part, []))
            continue
        if not groups:
            groups.append((Part("section", "", "", part.line, ()), []))
        groups[-1][1].append(ArticleFile("", 0, "", "", part))
    homes = {known_section(part.title, known) or part.title: inside for part, inside in reversed(groups)}
    for file in extra:
        if file.section not in homes:
            groups.append((Part("section", file.section, "", file.part.line, ()), []))
            homes[file.section] = groups[-1][1]
        homes[file.section].append(file)
    return [(section, tuple(inside)) for section, inside in groups]
