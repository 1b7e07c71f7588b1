"""Old addresses of columns, issues and articles → where their text is now, so that a published address leads to it.

An address goes when a section has no column any more, or when a title or number is read, or written, differently.
What was published there says what to look for: only a text that is still public is found, so nothing that was
withdrawn, made a draft, kept back or deleted leaves an address behind; nor does one whose title was masked, since the
old address may spell what was masked.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from itertools import chain

import msgspec

from bulletin.arrange import urls
from bulletin.arrange.archive import Archive, contents_of, issue_title
from bulletin.arrange.columns import Column
from bulletin.core.look_alikes import bare_letters, fold_name
from bulletin.core.model import Article, Issue, Page, Section, Text, Value
from bulletin.core.nearest import nearest


class OldPage(Value, frozen=True):
    """What a page of the site says that has no source any more."""

    title: str = ""
    """Of the article or the column."""
    beginning: str = ""
    """First sentences of an article; what an issue says that it holds."""
    date: str = ""
    """Of an issue: ``2015-04-10 10:04``."""
    links: tuple[str, ...] = ()
    """The issues and articles to which it leads, by path, with the anchor."""
    target: str = ""
    """Where it sends its reader; empty unless it is a redirect."""


class MovedAddress(Value, frozen=True):
    """A published address and where its text is now."""

    path: str
    target: str
    """Path of a page of this build, perhaps with an anchor: ``issues/2014002/index.html#news``."""
    title: str
    """Of the issue, article or column there."""


KnownMove = tuple[str, str]
"""The target, and how the text begins that is at its anchor; empty for a whole page."""


class OldAddresses(Value, frozen=True):
    """What is known of addresses that were published."""

    paths: Collection[str] = ()
    """Of the files that the last build left in the folder of the site."""
    known: Mapping[str, KnownMove] = {}
    """Path → where its text was when it was last public."""
    unedited: Collection[str] = ()
    """Sources of which the same text is public as at the last build."""
    withdrawn: frozenset[str] = frozenset()
    """Paths with a note: they lead nowhere else."""


class Moves(Value, frozen=True):
    """What became of addresses without a page."""

    shown: tuple[MovedAddress, ...] = ()
    """Those whose text is public, by path."""
    known: dict[str, KnownMove] = msgspec.field(default_factory=dict)
    """For the next build: also those that lead nowhere today, since their text may come back."""


NO_MOVES = Moves()

_Reads = Callable[[str], OldPage | None]
"""Path in the folder of the site → what is there; None where there is nothing, or nothing of ours."""
_HtmlParts = Callable[[Issue], tuple[str, ...]]
"""The HTML of an issue's texts, by their `part`."""

_ARTICLE = re.compile(r"issues/([^/]+)/([^/]+)/index\.html")
_COLUMN = re.compile(r"columns/([^/]+)/(?:(?P<year>\d{4})/)?(?:index\.html|(?P<feed>feed\.xml))")
_ISSUE = re.compile(r"issues/[^/]+/index\.html")
_PAGES = (_ARTICLE, _ISSUE, _COLUMN)


def find_moves(archive: Archive, old: OldAddresses, read: _Reads, parts: _HtmlParts) -> Moves:
    """Where the texts of addresses without a page are now."""
    published = {*old.paths, *old.known} - old.withdrawn
    if not published:
        return NO_MOVES
    addresses = _Addresses(archive)
    gone = sorted(filter(_is_page, published - addresses.live - addresses.claimed))
    finder = _Finder(addresses, old, published, read, parts)
    found = {path: target for path in gone if (target := finder.target(path))}
    shown = tuple(MovedAddress(path, target, addresses.title(target)) for path, target in found.items())
    known = {path: move for path, move in old.known.items() if path not in addresses.live | old.withdrawn}
    return Moves(shown, known | {path: (target, addresses.beginning(target)) for path, target in found.items()})


def _is_page(path: str) -> bool:
    return path.startswith(("issues/", "columns/")) and any(known.fullmatch(path) for known in _PAGES)


class _Addresses:
    """The addresses of columns, issues and articles that have a page."""

    def __init__(self, archive: Archive) -> None:
        self.station = archive.station
        self.issues = {issue.id: issue for issue in archive.issues}
        self.columns = {column.rule.id: column for column in archive.columns}
        self.rare = {column.rule.id: column for column in archive.rare}
        self.by_title = {c.rule.title: c for c in (*archive.rare, *archive.columns)}
        self.live = {*chain.from_iterable(map(self._of_issue, archive.issues))}
        self.live.update(chain.from_iterable(map(_of_column, archive.columns)))
        texts: tuple[Issue | Page, ...] = (*archive.issues, *archive.pages)
        self.claimed = {path for each in texts for path in map(urls.redirect_path, each.redirect_from) if path}
        self.renumbered = {
            steps[1]: issue
            for issue in archive.issues
            for address in issue.redirect_from
            if (path := urls.redirect_path(address)) and len(steps := path.split("/")) == 3 and steps[0] == "issues"
        }

    def _of_issue(self, issue: Issue) -> Iterator[str]:
        yield urls.issue(issue.id)
        if self.station.article_pages:
            for slug in issue.slugs:
                yield urls.article(issue.id, slug)

    def issue_of(self, target: str) -> Issue | None:
        """The issue on whose page, or one of whose articles' pages, a target is."""
        steps = target.split("/")
        return self.issues.get(steps[1]) if steps[0] == "issues" else None

    def is_live(self, target: str) -> bool:
        path, _, anchor = target.partition("#")
        issue = self.issue_of(path)
        return path in self.live and (not anchor or bool(issue and anchor in issue.anchors()))

    def title(self, target: str) -> str:
        """Of what is at a target that is live."""
        issue = self.issue_of(target)
        if issue is None:
            return self.columns[target.split("/")[1]].rule.title
        article = next((a for a in _articles(issue) if self.article(issue, a) == target), None)
        return article.title if article else issue_title(self.station, issue.title, issue.number)

    def beginning(self, target: str) -> str:
        """First sentences of the section at an anchor, or of its first article."""
        issue, anchor = self.issue_of(target), target.partition("#")[2]
        section = next((s for s in issue.sections if s.anchor == anchor), None) if issue and anchor else None
        texts = (section.lead, *(article.text for article in section.articles)) if section else ()
        return next((text.summary.removesuffix("…") for text in texts if text and text.summary), "")

    def article(self, issue: Issue, article: Article) -> str:
        if self.station.article_pages:
            return urls.article(issue.id, article.slug)
        return f"{urls.issue(issue.id)}#{article.slug}"

    def section(self, issue: Issue, section: Section) -> str:
        """The column of a section; its place in the issue when it has none."""
        return urls.column(section.id) if section.id in self.columns else f"{urls.issue(issue.id)}#{section.anchor}"

    def newest(self, column: Column) -> str:
        """A column's page; of a rare section its place in the newest issue."""
        return self.section(column.entries[0].issue, column.entries[0].section) if column.entries else ""


def _of_column(column: Column) -> Iterator[str]:
    id_ = column.rule.id
    yield from (urls.column(id_), urls.column_feed(id_), *(urls.column_year(id_, year) for year in column.years))


def _articles(issue: Issue) -> Iterator[Article]:
    return (article for section in issue.sections for article in section.articles)


class _Finder:
    """Finds where the text of an address is now."""

    def __init__(
        self, addresses: _Addresses, old: OldAddresses, published: set[str], read: _Reads, parts: _HtmlParts
    ) -> None:
        self._addresses = addresses
        self._old = old
        self._published = published
        self._read = cache(read)
        self._words_of = cache(lambda issue_id: _issue_words(addresses.issues[issue_id], parts))
        self._found: dict[str, str] = {}

    def target(self, path: str) -> str:
        """The page, perhaps with an anchor; empty when the text is nowhere."""
        if path not in self._found:
            self._found[path] = ""  # two addresses that lead to each other lead nowhere
            if found := _COLUMN.fullmatch(path):
                self._found[path] = self._column(found[1], int(found["year"] or 0), feed=bool(found["feed"]))
            elif found := _ARTICLE.fullmatch(path):
                self._found[path] = self._article(path, found[1], found[2])
            else:
                self._found[path] = self._moved_issue(path)
        return self._found[path]

    def _known(self, path: str) -> str:
        """Where an address led before, or what became of that place."""
        target, begins = self._old.known.get(path) or (self._target_in_folder(path), "")
        if not target or self._addresses.is_live(target):
            return target
        place = target.partition("#")[0]
        if place in self._published and place not in self._addresses.live:
            return self.target(place)
        issue = self._addresses.issue_of(place)
        return self._part_of(issue, OldPage(beginning=begins)) if issue else ""

    def _target_in_folder(self, path: str) -> str:
        page = self._read(path)
        return page.target if page else ""

    # ── columns

    def _column(self, id_: str, year: int, *, feed: bool) -> str:
        addresses = self._addresses
        if id_ in addresses.columns and not feed:
            return urls.column(id_) if self._has_issues(urls.column_year(id_, year)) else ""
        home = self._column_home(id_)
        in_year = urls.column_year(home.split("/")[1], year) if home.startswith("columns/") else ""
        return in_year if year and in_year in addresses.live else home

    def _has_issues(self, path: str) -> bool:
        """Whether something that a column listed is still public."""
        page = self._read(path)
        return path in self._old.known or bool(page and (page.target or any(map(self._addresses.is_live, page.links))))

    def _column_home(self, id_: str) -> str:
        addresses, path = self._addresses, urls.column(id_)
        if id_ in addresses.columns:
            return path
        if id_ in addresses.rare:
            return addresses.newest(addresses.rare[id_])
        if known := self._known(path):
            return self._section_of(known)
        page = self._read(path)
        if page is None:
            return ""
        if (column := addresses.by_title.get(fold_name(page.title))) and (place := addresses.newest(column)):
            return place
        return next(filter(None, (self._place(link, page.title) for link in page.links)), "")

    def _place(self, link: str, title: str) -> str:
        """Where a section is now that had this title, and led to an article or to its place in an issue."""
        addresses = self._addresses
        if _ARTICLE.fullmatch(link):
            return self._section_of(link if link in addresses.live else self.target(link))
        issue = addresses.issue_of(link)
        if issue is None:
            return ""
        if "#" in link and addresses.is_live(link):
            return self._section_of(link)
        places = (_words(issue.title), *self._words_of(issue.id).values())  # it may be the issue's title now
        is_there = any(_words(title) in words for words in places)
        return urls.issue(issue.id) if title and is_there else ""

    def _section_of(self, target: str) -> str:
        """The column of the section that holds a place, or the place in its issue; the target itself outside any."""
        issue = self._addresses.issue_of(target)
        for section in issue.sections if issue else ():
            places = {f"{urls.issue(issue.id)}#{section.anchor}"} if issue else set()
            places |= {self._addresses.article(issue, each) for each in section.articles} if issue else set()
            if issue and target in places:
                return self._addresses.section(issue, section) if section.title else target
        return target

    # ── issues

    def _issue(self, issue_id: str) -> Issue | None:
        """The issue with an old id; its number may be written, or read, differently now."""
        addresses = self._addresses
        issue = addresses.issues.get(issue_id) or addresses.renumbered.get(issue_id)
        return issue or addresses.issue_of(self.target(urls.issue(issue_id)))

    def _moved_issue(self, path: str) -> str:
        if known := self._known(path):
            return known
        page = self._read(path)
        holds = _words(page.beginning) if page else ""
        fresh = [
            issue
            for issue in self._addresses.issues.values()
            if page and f"{issue.date:%Y-%m-%d %H:%M}" == page.date and urls.issue(issue.id) not in self._published
        ]
        station = self._addresses.station
        said = ((issue, _words(issue.summary or contents_of(issue, station))) for issue in fresh)
        same = [issue for issue, words in said if holds and nearest(holds, [words], _SAME_TEXT)]
        return urls.issue(same[0].id) if len(same) == 1 else ""

    # ── articles

    def _article(self, path: str, issue_id: str, slug: str) -> str:
        addresses = self._addresses
        issue = self._issue(issue_id)
        if issue is None or slug in issue.ended:
            return ""
        if known := self._known(path):
            return known
        if (same := urls.article(issue.id, slug)) in addresses.live:
            return same
        if slug in issue.anchors():
            return f"{urls.issue(issue.id)}#{slug}"
        page = self._read(path)
        if page is None or page.target:
            return ""
        if same := self._same_title(issue, page):
            return same
        fresh = self._fresh(issue)
        begins = {words: article for article in fresh if (words := _words(article.text.summary))}
        near = nearest(_words(page.beginning), begins, _SAME_TEXT) if page.beginning and begins else ""
        if article := begins.get(near):
            return "" if _masks(page.title, article.title) else addresses.article(issue, article)
        return self._part_of(issue, page) or (urls.issue(issue.id) if issue.source in self._old.unedited else "")

    def _fresh(self, issue: Issue) -> list[Article]:
        """The articles that have no old address of their own."""
        return [a for a in _articles(issue) if urls.article(issue.id, a.slug) not in self._published]

    def _same_title(self, issue: Issue, page: OldPage) -> str:
        """The article with that title, or the section: one may have been read as the other."""
        plain = _words(_plain_title(page.title))
        article = next((a for a in self._fresh(issue) if plain and _words(a.title) == plain), None)
        section = next((s for s in issue.sections if plain and _words(s.title) == plain), None)
        if article:
            return self._addresses.article(issue, article)
        return f"{urls.issue(issue.id)}#{section.anchor}" if section else ""

    def _part_of(self, issue: Issue, page: OldPage) -> str:
        """The text that holds what the article began with: its title is a point of that text now."""
        begins = _words(page.beginning) or _words(_plain_title(page.title))  # of one that had only a title
        if len(begins) < _MIN_LETTERS:
            return ""
        texts = self._words_of(issue.id)
        places = _places(issue, self._addresses)
        place, title = next(
            ((p, title) for p, title, text in places if text and begins in texts.get(text.part, "")), ("", "")
        )
        return "" if title and _masks(page.title, title) else place


_SAME_TEXT = 85
"""Percent of the letters that two beginnings of one text share: reading a character of markup changes a few."""
_MIN_LETTERS = 8
"""Letters of a beginning that is looked for inside other texts; fewer may be there by accident."""


def _places(issue: Issue, addresses: _Addresses) -> Iterator[tuple[str, str, Text | None]]:
    """Where the texts of an issue are, their titles, and the texts."""
    yield urls.issue(issue.id), "", issue.lead
    for section in issue.sections:
        yield f"{urls.issue(issue.id)}#{section.anchor}", section.title, section.lead
        for article in section.articles:
            yield addresses.article(issue, article), article.title, article.text


def _issue_words(issue: Issue, parts: _HtmlParts) -> dict[int, str]:
    """By `Text.part`."""
    return {part: _words(entities.unescape(_MARKUP.sub("", html))) for part, html in enumerate(parts(issue))}


_MARKUP = re.compile(r"<[^>]*>|\x02\d+\x03")
_LINK_OR_NOTE = re.compile(r"\[\^[^\]]*\]|!?\[([^\]]*)\]\([^)]*\)")


def _words(text: str) -> str:
    """Letters and digits alone, however they are set."""
    return bare_letters(text).lower()


def _plain_title(title: str) -> str:
    """A title that was published with the markup in it, without notes and the addresses of links."""
    return _LINK_OR_NOTE.sub(r"\1", title)


_NUMBER = re.compile(r"\d{7,}")
_MASKED = ("某", "×", "*")


def _masks(before: str, now: str) -> bool:
    """Whether a title has lost a long number, or a name that is 某 now."""
    plain = _plain_title(before)
    return any(number not in now for number in _NUMBER.findall(plain)) or any(
        mark in now and mark not in plain for mark in _MASKED
    )
