"""Source → `Issue` or `Page`, with the HTML of its parts and all problems found on the way.

`read_source` reads one source and depends only on its arguments, so that its
result can be cached by their hash. It may hang or crash on hostile input: call it through worker.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from markdown import Markdown
from msgspec.structs import replace

from bulletin.core.look_alikes import fold_name
from bulletin.core.model import (
    NOTICE_FOLDER,
    Issue,
    Page,
    Section,
    Source,
    SourceFile,
    Text,
    columns_of,
    encode_sections,
    slugs_of,
    texts,
)
from bulletin.core.problems import N_, Problem, problem
from bulletin.read import frontmatter
from bulletin.read.copies import text_name
from bulletin.read.corrections import newest_first, place_corrections, read_corrections
from bulletin.read.decode import decode_text
from bulletin.read.definitions import share_definitions
from bulletin.read.file_kinds import WEB_PAGE, is_web_page
from bulletin.read.frontmatter import Front, is_unsure, may_be_draft
from bulletin.read.identity import FoundNumber, find_date, find_number, is_issue
from bulletin.read.lines import Heading, Part, SourceLine
from bulletin.read.numbers import Number, parse_number
from bulletin.read.reading import ReadContext, Reading
from bulletin.read.sections import ArticleFile, SectionReader
from bulletin.read.slugs import RESERVED_SLUGS, safe_id, slug
from bulletin.read.structure import heading, outline, read_lines, shift_headings
from bulletin.read.text_files import is_plain
from bulletin.read.texts import Problems, TextReader
from bulletin.read.titles import heading_line


def read_source(source: Source, context: ReadContext, md: Markdown, key: str) -> Reading:
    """Read one source; ``key`` is the cache key of its HTML parts."""
    if source.kind == "issue":
        return _read_issue(source, context, md, key)
    return _read_page(source, context, md, key)


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
    if is_plain(source.path) and not is_issue(source.files[0]):
        return _nothing(problem("F312", source.path, reason=N_("it has no number and date of its own")))
    front, problems = _open(source.files[0], frontmatter.ISSUE)
    if front is None:
        return _nothing(*problems)
    if is_web_page(front.body) and front.first_line == 1:
        return _nothing(*problems, problem("F311", front.path, 1, what=WEB_PAGE))
    draft, unsaid = may_be_draft(front, problems), _unsaid_draft(front)
    found_number, number, faults = _number(front, source.name)
    date, more = _date(front, source.name, problems)
    problems += (*faults, *more, *unsaid)
    found, more = outline(front.body, front.first_line, front.path, _known(context))
    extra, yet_more = _article_files(source.files[1:], context)
    if too_many := _too_many(found.parts, extra, front):
        return _nothing(*problems, *more, *yet_more, too_many)
    builder = SectionReader(context, md, front.path)
    title = front.get("title", "") or found.title
    parts = found.parts if title == found.title else (replace(found.parts[0], heading=None), *found.parts[1:])
    parts = share_definitions(parts) if "]:" in front.body else parts
    heading, lead, sections = builder.read(parts, extra)
    problems += (*more, *yet_more, *builder.problems, *builder.reader.break_problems())
    if not sections and lead is None:
        problems += (problem("M305", front.path, front.first_line),)
    own, wrong = read_corrections(front)
    corrections, unplaced = place_corrections(own, {file.path: file.corrections for file in extra}, sections, front)
    problems += (*wrong, *unplaced)
    if number is None or date is None:
        return _nothing(*problems)
    issue = _issue(front, found_number, number, date, lead, sections)
    issue = replace(
        issue,
        title=title,
        heading=heading,
        html_key=key,
        corrections=corrections,
        draft=draft or is_unsure(front) or bool(unsaid),
        unsure=is_unsure(front) and not draft and not unsaid,
        refers=any(text.refs for text in texts(heading, lead, sections)),
        expires=any(article.until or article.unsure for section in sections for article in section.articles),
    )
    return Reading(issue, None, tuple(builder.reader.html_parts), problems)


def _unsaid_draft(front: Front) -> Problems:
    """Of a ``.txt`` that does not say ``draft: no``: perhaps nobody thinks of it as an issue."""
    if not is_plain(front.path) or front.get("draft", None) is not None:
        return ()
    return (problem("F312", front.path, reason=N_("it is a draft until it says “draft: no”")),)


def _date(front: Front, name: str, problems: Problems) -> tuple[datetime | None, Problems]:
    """The date, and what is to be said of it: where it was taken from, or that there is none."""
    date = front.get("date", None)
    if date is not None or _said_of_date(front, problems):
        return date, ()
    found = find_date(front, name)
    if found is None:
        return None, (problem("F303", front.path, 1),)
    shown = f"{found.moment:%Y-%m-%d %H:%M}".removesuffix(" 00:00")
    return found.moment, (problem("F307", front.path, found.line, date=shown, what=found.what),)


def _said_of_date(front: Front, problems: Problems) -> bool:
    """Whether it is said already why the issue has no date."""
    if any(p.code in _UNREADABLE for p in problems):
        return True
    line = front.lines.get("date")
    return line is not None and any(p.code == "F304" and p.line == line for p in problems)


_MAX_PARTS = 1_000
"""Sections and articles of one issue, each of which has pages of its own; the largest bulletins have sixty."""


def _too_many(parts: tuple[Part, ...], extra: tuple[ArticleFile, ...], front: Front) -> Problem | None:
    if len(parts) - 1 + len(extra) <= _MAX_PARTS:
        return None
    sections = sum(part.role == "section" for part in parts)
    articles = len(parts) - 1 - sections + len(extra)
    return problem("M307", front.path, front.first_line, sections=sections, articles=articles, most=_MAX_PARTS)


def _known(context: ReadContext) -> tuple[str, ...]:
    return tuple(rule.title for rule in context.sections)


def _number(front: Front, name: str) -> tuple[FoundNumber, Number | None, Problems]:
    """The number as printed, the parsed number, and its problems."""
    found = find_number(front, name)
    if not found.printed:
        return found, None, (problem("F301", front.path, 1),)
    number = parse_number(found.printed)
    if number is None:
        return found, None, (problem("F302", front.path, front.line("number"), value=found.printed),)
    return found, number, ()


def _issue(
    front: Front, found: FoundNumber, number: Number, date: datetime, lead: Text | None, sections: tuple[Section, ...]
) -> Issue:
    return Issue(
        number=found.printed,
        number_from=found.origin,
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


def _article_files(files: tuple[SourceFile, ...], context: ReadContext) -> tuple[tuple[ArticleFile, ...], Problems]:
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
        corrections, wrong = read_corrections(front)
        problems += (*more, *wrong)
        order = front.get("order", 1_000_000)
        title, byline, until = titles.get(section, section), front.get("byline", ""), front.get("until", None)
        articles.append(ArticleFile(title, order, file.path, byline, part, until, is_unsure(front), corrections))
    articles.sort(key=lambda a: (a.order, a.path))
    return tuple(articles), tuple(problems)


def _whole_article(front: Front) -> tuple[Part, Problems]:
    """A file that is one article: all its headings belong to its text, except a leading one that is its title."""
    lines, problems = read_lines(front.body, front.first_line, front.path)
    title, found, lines = _take_title(lines, front)
    id_, line = (found.id, found.line) if found else ("", front.first_line)
    lines = shift_headings(lines, max(0, 4 - min(_levels(lines), default=4)))
    given = front.get("id", "")
    if given and id_ and given != id_:
        reason = N_("the entry “id” at the top of the file names another")
        problems += (problem("M308", front.path, line, id=id_, used=given, reason=reason),)
    markdown = heading_line(found) if found else None
    return Part("article", fold_name(title), given or id_, line, lines, title, markdown), problems


def _levels(lines: tuple[SourceLine, ...]) -> list[int]:
    """The levels of the headings of a text."""
    return [found.level for each in lines if (found := heading(each)) and found.level]


def _take_title(lines: tuple[SourceLine, ...], front: Front) -> tuple[str, Heading | None, tuple[SourceLine, ...]]:
    """Title as it was typed, the heading that has it, and the other lines."""
    stem = text_name(front.path)
    given = front.get("title", "")
    first = next((i for i, line in enumerate(lines) if line.text.strip()), None)
    found = heading(lines[first]) if first is not None else None
    if (
        first is None
        or found is None
        or found.level > 1
        or not found.title
        or (given and fold_name(given) != found.title)
    ):
        return given or stem, None, lines
    return given or found.typed or found.title, found, lines[:first] + lines[first + 1 :]


# ── standing pages and notices


def _begins_unknown(front: Front, problems: Problems) -> bool:
    """Whether a notice is not to be public yet, and nobody can tell until when."""
    return "from" in front.lines and any(p.code == "F304" and p.line == front.line("from") for p in problems)


def _read_page(source: Source, context: ReadContext, md: Markdown, key: str) -> Reading:
    is_notice = source.kind == "notice"
    front, problems = _open(source.files[0], frontmatter.NOTICE if is_notice else frontmatter.PAGE)
    if front is None or any(p.code in _UNREADABLE for p in problems):
        return _nothing(*problems)
    lines, more = read_lines(front.body, front.first_line, front.path)
    typed, found, lines = _take_title(lines, front)
    title, name = fold_name(typed), safe_id(source.name) or slug(source.name) or "page"
    if found and found.id and found.id != name:
        reason = N_("a page's address is the name of its file")
        problems += (problem("M308", front.path, found.line, id=found.id, used=name, reason=reason),)
    lines = shift_headings(lines, max(0, 2 - min(_levels(lines), default=2)))
    reader = TextReader(md, context.url, RESERVED_SLUGS, context.language)
    markdown = heading_line(found) if found else None
    (part,) = share_definitions((Part("lead", title, "", front.first_line, lines, heading=markdown),))
    heading_text, text, yet_more = reader.read(part, front.path, top=2, signed=False)
    corrections, wrong = read_corrections(front)
    problems += (*more, *yet_more, *reader.break_problems(), *wrong)
    if text is None:
        return _nothing(*problems, problem("M302", front.path, front.first_line, title=title))
    kept = may_be_draft(front, problems) or _begins_unknown(front, problems)
    start, until = front.get("from", None), front.get("until", None)
    if start and until and until.date() < start.date():
        problems += (problem("F313", front.path, front.line("until"), start=f"{start:%Y-%m-%d}"),)
    page = Page(
        id=f"{NOTICE_FOLDER}{name}" if is_notice else name,
        title=title,
        text=text,
        date=front.get("date", None),
        updated=front.get("updated", None),
        order=front.get("order", 1_000_000),
        menu=front.get("menu", not is_notice),
        draft=kept or is_unsure(front),
        unsure=is_unsure(front) and not kept,
        description=front.get("description", ""),
        redirect_from=front.get("redirect_from", ()),
        source=front.path,
        html_key=key,
        heading=heading_text,
        corrections=newest_first(replace(each, where="") for each in corrections),
        start=start,
        until=until,
        beside_phone=front.get("beside_phone", False),
    )
    return Reading(None, page, tuple(reader.html_parts), problems)
