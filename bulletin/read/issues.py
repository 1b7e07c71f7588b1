"""Source → `Issue` or `Page`, with the HTML of its parts and all problems found on the way.

`read_source` reads one source and depends only on its arguments, so that its
result can be cached by their hash. It may hang or crash on hostile input: call it through worker.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec
from markdown import Markdown

from bulletin.core.look_alikes import fold_name
from bulletin.core.model import (
    Article,
    Issue,
    Page,
    Section,
    Source,
    SourceFile,
    Text,
    Value,
    columns_of,
    encode_sections,
    slugs_of,
    texts,
)
from bulletin.core.problems import N_, Problem, problem
from bulletin.read import frontmatter
from bulletin.read.decode import decode_text
from bulletin.read.definitions import share_definitions
from bulletin.read.dialect.ids import UniqueNames
from bulletin.read.frontmatter import Front, is_unsure, may_be_draft
from bulletin.read.lines import Part, SourceLine
from bulletin.read.numbers import Number, number_in_name, parse_number
from bulletin.read.reading import ReadContext, Reading
from bulletin.read.slugs import RESERVED_SLUGS, safe_id, slug
from bulletin.read.structure import Heading, heading, outline, read_lines, shift_headings
from bulletin.read.texts import Problems, TextReader


def read_source(source: Source, context: ReadContext, md: Markdown, key: str) -> Reading:
    """Read one source; ``key`` is the cache key of its HTML parts."""
    if source.kind == "page":
        return _read_page(source, context, md, key)
    return _read_issue(source, context, md, key)


def _nothing(*problems: Problem) -> Reading:
    return Reading(None, None, (), problems)


def _open(file: SourceFile, known: Mapping[str, frontmatter.Entry]) -> tuple[Front | None, Problems]:
    """Decode a file and read its entries; None when it cannot be decoded."""
    text, problems = decode_text(file)
    if text is None:
        return None, problems
    front, more = frontmatter.split(text, file.path)
    front, yet_more = frontmatter.read_entries(front, known)
    return front, (*problems, *more, *yet_more)


_UNREADABLE = ("F201", "F202", "F203", "F204")
"""Entries that cannot be read: they may say `draft: true`."""


# ── issues


def _read_issue(source: Source, context: ReadContext, md: Markdown, key: str) -> Reading:
    front, problems = _open(source.files[0], frontmatter.ISSUE)
    if front is None:
        return _nothing(*problems)
    draft = may_be_draft(front, problems)
    printed, number, faults = _number(front, source.name)
    date = front.get("date", None)
    problems += faults
    if date is None and not _said_of_date(front, problems):
        problems += (problem("F303", front.path, 1),)
    found, more = outline(front.body, front.first_line, front.path, _known(context))
    extra, yet_more = _article_files(source.files[1:], context)
    if too_many := _too_many(found.parts, extra, front):
        return _nothing(*problems, *more, *yet_more, too_many)
    builder = _IssueReader(context, md, front.path)
    parts = share_definitions(found.parts) if "]:" in front.body else found.parts
    lead, sections = builder.read(parts, extra)
    problems += (*more, *yet_more, *builder.problems, *builder.reader.break_problems())
    if not sections and lead is None:
        problems += (problem("M305", front.path, front.first_line),)
    if number is None or date is None:
        return _nothing(*problems)
    issue = _issue(front, printed, number, date, lead, sections)
    issue = msgspec.structs.replace(
        issue,
        title=issue.title or found.title,
        html_key=key,
        draft=draft or is_unsure(front),
        unsure=is_unsure(front) and not draft,
        refers=any(text.refs for text in texts(lead, sections)),
        expires=any(article.until or article.unsure for section in sections for article in section.articles),
    )
    return Reading(issue, None, tuple(builder.reader.html_parts), problems)


def _said_of_date(front: Front, problems: Problems) -> bool:
    """Whether it is said already why the issue has no date."""
    if any(p.code in _UNREADABLE for p in problems):
        return True
    line = front.lines.get("date")
    return line is not None and any(p.code == "F304" and p.line == line for p in problems)


_MAX_PARTS = 1_000
"""Sections and articles of one issue, each of which has pages of its own; the largest bulletins have sixty."""


def _too_many(parts: tuple[Part, ...], extra: tuple[_ArticleFile, ...], front: Front) -> Problem | None:
    if len(parts) - 1 + len(extra) <= _MAX_PARTS:
        return None
    sections = sum(part.role == "section" for part in parts)
    articles = len(parts) - 1 - sections + len(extra)
    return problem("M307", front.path, front.first_line, sections=sections, articles=articles, most=_MAX_PARTS)


def _known(context: ReadContext) -> tuple[str, ...]:
    return tuple(rule.title for rule in context.sections)


def _number(front: Front, name: str) -> tuple[str, Number | None, Problems]:
    """The number as printed, the parsed number, and its problems."""
    printed = front.get("number", "") or number_in_name(name)
    if not printed:
        return "", None, (problem("F301", front.path, 1),)
    number = parse_number(printed)
    if number is None:
        return printed, None, (problem("F302", front.path, front.line("number"), value=printed),)
    return printed, number, ()


def _issue(
    front: Front, printed: str, number: Number, date: datetime, lead: Text | None, sections: tuple[Section, ...]
) -> Issue:
    return Issue(
        number=printed,
        id=number.id(date.year),
        year=number.year or date.year,
        sequence=number.sequence,
        total=front.get("total", number.total),
        supplement=number.supplement,
        title=front.get("title", ""),
        byline=front.get("byline", ""),
        date=date,
        updated=front.get("updated", None),
        hits=front.get("hits", 0),
        draft=front.get("draft", False),
        summary=front.get("summary", ""),
        keywords=front.get("keywords", ()),
        lead=lead,
        contents=encode_sections(sections),
        columns=columns_of(sections),
        slugs=slugs_of(sections),
        redirect_from=front.get("redirect_from", ()),
        source=front.path,
        html_key="",
    )


class _ArticleFile(Value, frozen=True):
    """An article with a file of its own in an issue's folder."""

    section: str
    order: int
    path: str
    byline: str
    part: Part
    until: datetime | None = None
    unsure: bool = False


def _article_files(files: tuple[SourceFile, ...], context: ReadContext) -> tuple[tuple[_ArticleFile, ...], Problems]:
    problems: list[Problem] = []
    articles = []
    titles = {rule.id: rule.title for rule in context.sections}
    for file in files:
        front, found = _open(file, frontmatter.ARTICLE)
        problems += found
        if front is None:
            continue
        if may_be_draft(front, found):
            problems.append(problem("F306", file.path, front.line("draft")))
            continue
        section = front.get("section", "")
        if not section:
            problems.append(problem("F305", file.path, 1))
            continue
        part, more = _whole_article(front)
        problems += more
        order = front.get("order", 1_000_000)
        title, byline, until = titles.get(section, section), front.get("byline", ""), front.get("until", None)
        articles.append(_ArticleFile(title, order, file.path, byline, part, until, is_unsure(front)))
    articles.sort(key=lambda a: (a.order, a.path))
    return tuple(articles), tuple(problems)


def _whole_article(front: Front) -> tuple[Part, Problems]:
    """A file that is one article: all its headings belong to its text, except a leading one that is its title."""
    lines, problems = read_lines(front.body, front.first_line, front.path)
    title, id_, line, lines = _take_title(lines, front)
    levels = [found.level for each in lines if (found := heading(each)) and found.level]
    lines = shift_headings(lines, max(0, 4 - min(levels, default=4)))
    given = front.get("id", "")
    if given and id_ and given != id_:
        reason = N_("the entry “id” at the top of the file names another")
        problems += (problem("M308", front.path, line, id=id_, used=given, reason=reason),)
    return Part("article", fold_name(title), given or id_, line, lines, title), problems


def _take_title(lines: tuple[SourceLine, ...], front: Front) -> tuple[str, str, int, tuple[SourceLine, ...]]:
    """Title as it was typed, id, line, and the other lines."""
    stem = front.path.rpartition("/")[2].removesuffix(".md")
    given = front.get("title", "")
    first = next((i for i, line in enumerate(lines) if line.text.strip()), None)
    found: Heading | None = heading(lines[first]) if first is not None else None
    if first is None or found is None or found.level > 1 or (given and fold_name(given) != found.title):
        return given or stem, "", front.first_line, lines
    return given or found.typed or found.title, found.id, found.line, lines[:first] + lines[first + 1 :]


class _IssueReader:
    """Turns an outline into sections; keeps the anchors in use and the problems found."""

    def __init__(self, context: ReadContext, md: Markdown, path: str) -> None:
        self._ids = {rule.title: rule.id for rule in context.sections}
        self._path = path
        self._anchors = UniqueNames(RESERVED_SLUGS)
        self._md = md
        self._url = context.url
        self.problems: list[Problem] = []
        self.reader = TextReader(md, context.url, frozenset())

    def read(self, parts: tuple[Part, ...], extra: tuple[_ArticleFile, ...]) -> tuple[Text | None, tuple[Section, ...]]:
        groups = _group(parts, extra)
        names = [self._name_section(section) for section, _ in groups]
        slugs = [
            [self._name_article(article.part, article.path, i) for i, article in enumerate(inside, 1)]
            for _, inside in groups
        ]
        self.reader = TextReader(self._md, self._url, frozenset(self._anchors.taken))
        lead = self._text(parts[0], self._path, signed=False)
        sections = [
            self._section(section, name, inside, named)
            for (section, inside), name, named in zip(groups, names, slugs, strict=True)
        ]
        return lead, tuple(sections)

    def _name_section(self, part: Part) -> tuple[str, str]:
        """Column id and anchor."""
        id_ = self._ids.get(part.title) or (part.id and safe_id(part.id)) or slug(part.title) or "section"
        anchor = self._anchors.take(id_)
        if part.id and part.title not in self._ids and anchor != part.id:
            self.problems.append(problem("M306", self._path, part.line, id=part.id, used=anchor))
        elif part.id and part.title in self._ids and part.id != id_:
            reason = N_("the section's id is in station.yml")
            self.problems.append(problem("M308", self._path, part.line, id=part.id, used=id_, reason=reason))
        return id_, anchor

    def _name_article(self, part: Part, path: str, place: int) -> str:
        named = self._anchors.take(safe_id(part.id) or slug(part.typed or part.title) or f"article-{place}")
        if part.id and named != part.id:
            self.problems.append(problem("M306", path or self._path, part.line, id=part.id, used=named))
        return named

    def _text(self, part: Part, path: str, *, signed: bool = True) -> Text | None:
        text, problems = self.reader.read(part, path, signed=signed)
        self.problems += problems
        return text

    def _section(
        self, part: Part, name: tuple[str, str], inside: tuple[_ArticleFile, ...], slugs: list[str]
    ) -> Section:
        lead = self._text(part, self._path)
        articles = tuple(self._article(file, named) for file, named in zip(inside, slugs, strict=True))
        if lead is None and not articles:
            self.problems.append(problem("M301", self._path, part.line, title=part.title))
        return Section(name[0], name[1], part.title, lead, articles, self._path, part.line)

    def _article(self, file: _ArticleFile, named: str) -> Article:
        path = file.path or self._path
        text = self._text(file.part, path, signed=not file.byline)
        if text is None:
            self.problems.append(problem("M302", path, file.part.line, title=file.part.title))
            text = self.reader.nothing()
        if file.byline:
            text = msgspec.structs.replace(text, byline=file.byline)
        return Article(file.part.title, named, text, path, file.part.line, file.until, file.unsure)


def _group(parts: tuple[Part, ...], extra: tuple[_ArticleFile, ...]) -> list[tuple[Part, tuple[_ArticleFile, ...]]]:
    """Sections with their articles; articles before the first section go into one without a name."""
    groups: list[tuple[Part, list[_ArticleFile]]] = []
    for part in parts[1:]:
        if part.role == "section":
            groups.append((part, []))
            continue
        if not groups:
            groups.append((Part("section", "", "", part.line, ()), []))
        groups[-1][1].append(_ArticleFile("", 0, "", "", part))
    homes = {section.title: inside for section, inside in reversed(groups)}
    for file in extra:
        if file.section not in homes:
            groups.append((Part("section", file.section, "", file.part.line, ()), []))
            homes[file.section] = groups[-1][1]
        homes[file.section].append(file)
    return [(section, tuple(inside)) for section, inside in groups]


# ── standing pages


def _read_page(source: Source, context: ReadContext, md: Markdown, key: str) -> Reading:
    front, problems = _open(source.files[0], frontmatter.PAGE)
    if front is None or any(p.code in _UNREADABLE for p in problems):
        return _nothing(*problems)
    lines, more = read_lines(front.body, front.first_line, front.path)
    typed, id_, line, lines = _take_title(lines, front)
    title, name = fold_name(typed), safe_id(source.name) or slug(source.name) or "page"
    if id_ and id_ != name:
        reason = N_("a page's address is the name of its file")
        problems += (problem("M308", front.path, line, id=id_, used=name, reason=reason),)
    levels = [found.level for each in lines if (found := heading(each)) and found.level]
    lines = shift_headings(lines, max(0, 2 - min(levels, default=2)))
    reader = TextReader(md, context.url, RESERVED_SLUGS)
    (part,) = share_definitions((Part("lead", title, "", front.first_line, lines),))
    text, yet_more = reader.read(part, front.path, top=2, signed=False)
    problems += (*more, *yet_more, *reader.break_problems())
    if text is None:
        return _nothing(*problems, problem("M302", front.path, front.first_line, title=title))
    page = Page(
        id=name,
        title=title,
        text=text,
        date=front.get("date", None),
        updated=front.get("updated", None),
        order=front.get("order", 1_000_000),
        menu=front.get("menu", True),
        draft=may_be_draft(front, problems) or is_unsure(front),
        unsure=is_unsure(front) and not may_be_draft(front, problems),
        description=front.get("description", ""),
        redirect_from=front.get("redirect_from", ()),
        source=front.path,
        html_key=key,
    )
    return Reading(None, page, tuple(reader.html_parts), problems)
