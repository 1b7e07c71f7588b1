"""撤稿 in an archive: issues and articles that were withdrawn are taken out before anything else sees them.

So no page, list, feed, index or picture can show them. What is left is a place in the issue, with a date, and a note at
each address (editions/withdrawn.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import NamedTuple

from msgspec.structs import replace

from bulletin.core.look_alikes import bare_letters
from bulletin.core.model import (
    Article,
    Correction,
    Issue,
    Section,
    WithdrawnPlace,
    columns_of,
    encode_sections,
    slugs_of,
)
from bulletin.core.withdrawals import Withdrawal
from bulletin.read.text_files import folder_of

_MIN_BEGINNING = 8
"""Letters from which the beginning of a text tells it from others."""


def text_marks(article: Article) -> tuple[str, ...]:
    """Hashes by which an article is known again, though its address is another: of its title, and of its beginning."""
    beginning = bare_letters(article.text.summary)
    marks = [title_mark(article.title)] if bare_letters(article.title) else []
    return (*marks, _mark("text", beginning)) if len(beginning) >= _MIN_BEGINNING else tuple(marks)


def title_mark(title: str) -> str:
    """That of `text_marks` which is of a title."""
    return _mark("title", title)


def telling_marks(issue: Issue, article: Article) -> tuple[str, ...]:
    """Hashes of what the issue itself says of an article, in its title, summary and keywords: it goes with the article,
    and stays away when no source has that any more.
    """
    names = tuple(_telling_words(article))
    said = [words for words in (issue.title, issue.summary) if _names_one(words, names)]
    said += [each.was + each.now for each in issue.corrections if _is_of(each, (article,))]
    said += [word for word in issue.keywords if any(word in name for name in names)]
    return tuple(_mark("said", words) for words in said)


def _mark(kind: str, words: str) -> str:
    """Of the letters and digits alone."""
    return blake2b(f"{kind} {bare_letters(words).lower()}".encode(), digest_size=8).hexdigest()


class WithdrawnSpan(NamedTuple):
    """Lines of a file that hold what was withdrawn."""

    path: str
    """A file; a folder where it ends in ``/``."""
    first: int
    last: int | None
    """None for the end of the file."""
    date: str

    def holds(self, path: str, line: int) -> bool:
        """Whether a place in a source is among them."""
        if self.path.endswith("/"):
            return path.startswith(self.path)
        return path == self.path and self.first <= line and (self.last is None or line <= self.last)


class WithdrawnBook:
    """All withdrawals, by what they are about."""

    def __init__(self, entries: Iterable[Withdrawal]) -> None:
        self._issues: dict[str, Withdrawal] = {}
        self._sources: dict[str, Withdrawal] = {}
        self._articles: dict[str, list[Withdrawal]] = {}
        for each in entries:
            if each.slug:
                self._articles.setdefault(each.issue, []).append(each)
            else:
                self._issues.setdefault(each.issue, each)
                self._sources.setdefault(each.source, each)
        self._sources.pop("", None)

    def of_issue(self, issue: Issue) -> Withdrawal | None:
        """The withdrawal of a whole issue: of its id, or of its file, whatever number that has now."""
        return self._issues.get(issue.id) or self._sources.get(issue.source)

    def of_articles(self, issue_id: str) -> tuple[Withdrawal, ...]:
        return tuple(self._articles.get(issue_id, ()))

    def is_whole(self, issue_id: str) -> bool:
        return issue_id in self._issues

    @property
    def issues(self) -> frozenset[str]:
        """Ids of the issues of which all was withdrawn."""
        return frozenset(self._issues)

    def without_withdrawn(self, issues: Iterable[Issue]) -> tuple[Issue, ...]:
        """The issues that are left, without the articles that were withdrawn."""
        if not self._issues and not self._articles:
            return tuple(issues)
        left = (issue for issue in issues if self.of_issue(issue) is None)
        return tuple(self._trimmed(issue) if issue.id in self._articles else issue for issue in left)

    def _trimmed(self, issue: Issue) -> Issue:
        gone = self._found(issue)
        done = {slug for slug, _ in issue.withdrawn} | {entry.slug for _, entry in gone}
        lost = [entry for entry in self._articles[issue.id] if entry.slug not in done]
        if not gone and not lost:
            return issue
        dates = {article.slug: entry.date for article, entry in gone}
        places = dict(_lost_places(lost, self._articles[issue.id]))
        sections = tuple(_without(section, dates, places.get(section.anchor, ())) for section in issue.sections)
        names = {words for article, _ in gone for words in _telling_words(article)}
        entries = (*(entry for _, entry in gone), *lost)
        ended = dict.fromkeys((*issue.ended, *dates, *(entry.slug for entry in entries)))
        marks = {mark for entry in self._articles[issue.id] for mark in entry.marks}
        kept_title = not _names_one(issue.title, names) and _mark("said", issue.title) not in marks
        kept_summary = not _names_one(issue.summary, names) and _mark("said", issue.summary) not in marks
        keywords = (word for word in issue.keywords if not any(word in name for name in names))
        return replace(
            issue,
            title=issue.title if kept_title else "",
            heading=issue.heading if kept_title else None,
            summary=issue.summary if kept_summary else "",
            keywords=tuple(word for word in keywords if _mark("said", word) not in marks),
            contents=encode_sections(sections),
            columns=columns_of(sections),
            slugs=slugs_of(sections),
            ended=tuple(ended),
            corrections=tuple(
                each
                for each in issue.corrections
                if each.where not in ended
                and not _is_of(each, [article for article, _ in gone])
                and _mark("said", each.was + each.now) not in marks
            ),
            withdrawn=(*issue.withdrawn, *((entry.slug, entry.date) for entry in entries)),
        )

    def _found(self, issue: Issue) -> list[tuple[Article, Withdrawal]]:
        """The issue's articles that were withdrawn: by address, by title, or by how they begin."""
        entries = self._articles.get(issue.id, ())
        by_slug = {entry.slug: entry for entry in reversed(entries)}
        by_mark = {mark: entry for entry in reversed(entries) for mark in entry.marks}
        found = []
        for article in _articles(issue):
            marked = (by_mark[mark] for mark in text_marks(article) if mark in by_mark)
            if entry := by_slug.get(article.slug) or next(marked, None):
                found.append((article, entry))
        return found

    def spans(self, issues: Iterable[Issue]) -> Iterator[WithdrawnSpan]:
        """Where issues, as they were read, hold what was withdrawn."""
        for issue in issues:
            if entry := self.of_issue(issue):
                yield WithdrawnSpan(folder_of(issue.source) or issue.source, 0, None, entry.date)
            elif issue.id in self._articles:
                for article, entry in self._found(issue):
                    yield _span(issue, article, entry.date)


def _telling_words(article: Article) -> Iterator[str]:
    """Its title and its first clauses: an issue's own title or summary with one of them tells what is gone."""
    yield from filter(None, (article.title, article.text.byline))
    sentences = re.split(r"[。！？；…，,：:]", article.text.summary)
    yield from (sentence for each in sentences if len(sentence := each.strip()) >= _MIN_BEGINNING)


def _names_one(words: str, titles: Iterable[str]) -> bool:
    return any(title in words for title in titles)


def _is_of(correction: Correction, articles: Iterable[Article]) -> bool:
    """Whether a correction is one of these articles', or, where it names none, has words that one begins with."""
    said = [bare for words in (correction.was, correction.now) if len(bare := bare_letters(words)) > 1]
    for article in articles:
        begins = bare_letters(article.title + article.text.summary)
        told = any(words in begins for words in said) or _names_one(
            f"{correction.was} {correction.now}", _telling_words(article)
        )
        if correction.where == article.slug or (not correction.where and told):
            return True
    return False


def _articles(issue: Issue) -> Iterator[Article]:
    return (article for section in issue.sections for article in section.articles)


def _lost_places(lost: Iterable[Withdrawal], entries: list[Withdrawal]) -> Iterator[tuple[str, list[WithdrawnPlace]]]:
    """By anchor of the section, where articles were that no source has any more.

    A place was recorded among the articles that were there then; each withdrawal since may have taken one before it.
    """
    found: dict[str, list[WithdrawnPlace]] = {}
    for entry in lost:
        if entry.section:
            before = entry.before
            for later in entries[entries.index(entry) + 1 :]:
                before -= later.section == entry.section and later.before < before
            found.setdefault(entry.section, []).append(WithdrawnPlace(before, entry.date))
    yield from found.items()


def _without(section: Section, dates: dict[str, str], lost: Iterable[WithdrawnPlace]) -> Section:
    """A section without these articles, by slug; their places are kept, and those of what is lost."""
    kept: list[Article] = []
    places = list(section.withdrawn)
    for article in section.articles:
        if date := dates.get(article.slug):
            places.append(WithdrawnPlace(len(kept), date))
        else:
            kept.append(article)
    places += (replace(place, before=min(place.before, len(kept))) for place in lost)
    return replace(section, articles=tuple(kept), withdrawn=tuple(places))


def _span(issue: Issue, article: Article, date: str) -> WithdrawnSpan:
    """A file of its own as a whole."""
    lines = article_lines(issue, article) if article.path == issue.source else (0, None)
    return WithdrawnSpan(article.path, *lines, date)


def article_lines(issue: Issue, article: Article) -> tuple[int, int | None]:
    """First and last line of an article in the issue's main file, from its heading to the next one; None for the end
    of the file.
    """
    lines = [section.line for section in issue.sections if section.path == article.path]
    lines += [each.line for each in _articles(issue) if each.path == article.path]
    after = min((line for line in lines if line > article.line), default=None)
    return article.line, after - 1 if after else None
