"""Issues and pages → `Archive`: what is published, in order, by column and by year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import TypeVar

from msgspec.structs import replace

from bulletin.arrange.columns import Column, columns_and_rare, misspelt_sections
from bulletin.arrange.duplicates import ChosenIssues, choose_issues, same_number
from bulletin.arrange.notices import notices_at
from bulletin.arrange.published import NEVER_PUBLISHED, PublishedBefore
from bulletin.core.model import (
    Article,
    Issue,
    Page,
    Section,
    Today,
    Value,
    WithdrawnPlace,
    columns_of,
    encode_sections,
    slugs_of,
)
from bulletin.core.problems import Problem, problem
from bulletin.core.station import STATION, Station
from bulletin.core.withdrawals import Withdrawal
from bulletin.read.copies import originals, source_name
from bulletin.read.originals import NO_COPIES, Copies, sort_out


class Archive(Value, frozen=True):
    """All that is published."""

    station: Station
    today: Today | None
    issues: tuple[Issue, ...]
    """Newest first, by year and sequence; supplements follow the numbers of their year."""
    pages: tuple[Page, ...]
    """Standing pages in the order of the navigation, then notices."""
    columns: tuple[Column, ...]
    """Those that have a page: the station's own order first, then what occurs in three issues or more."""
    years: tuple[int, ...]
    """Newest first."""
    hidden: frozenset[str] = frozenset()
    """Sources that are here for the preview only: drafts and scheduled issues."""
    withheld: tuple[Issue | Page, ...] = ()
    """Drafts and scheduled issues that are not here; links to them are no broken links."""
    rare: tuple[Column, ...] = ()
    """Sections of one issue or two that the station does not name: they have no page."""
    withdrawn: tuple[Withdrawal, ...] = ()
    """What was withdrawn; nothing of it is here."""
    ended: tuple[Page, ...] = ()
    """Notices whose last day is over."""

    @property
    def has_corrections(self) -> bool:
        """Whether something public was corrected."""
        of_issues = any(issue.corrections for issue in self.issues if not issue.hidden)
        return of_issues or any(page.corrections for page in self.pages if not page.draft)

    def has_own_page(self, path: str) -> bool:
        """Whether a standing page of the author's own is at an address where the program would put one of its own."""
        return path.removesuffix("/index.html") in {page.id for page in self.pages}

    @property
    def has_notices(self) -> bool:
        """Whether there is a notice, be it over."""
        return bool(self.ended) or any(page.is_notice for page in self.pages)

    @property
    def has_subscribe_page(self) -> bool:
        """Where letters are read or there is a form; a standing page of the author's own may be at its address."""
        settings = self.station.mail
        if settings is None or self.has_own_page("subscribe/index.html"):
            return False
        return settings.form or bool(settings.imap and settings.mailbox)


class Unpublished(Value, frozen=True):
    """What is not public."""

    drafts: int
    scheduled: int
    due: datetime | None
    """When the first scheduled issue will be public, or the first search notice ends."""
    undecided: tuple[str, ...] = ()
    """Ids of issues of which there are only copies; what readers have of them stays as it is."""


def arrange(
    issues: Iterable[Issue],
    pages: Iterable[Page],
    station: Station,
    today: Today | None,
    now: datetime,
    *,
    drafts: bool = False,
    before: PublishedBefore = NEVER_PUBLISHED,
    lost: Iterable[str] = (),
    take_off: bool = False,
) -> tuple[Archive, Unpublished, tuple[Problem, ...]]:
    """Put the issues in order and leave out what is not public at ``now``.

    With ``drafts`` everything is included, for the preview. An issue that readers have (``before``) is not scheduled
    again, unless ``take_off`` asks for that. Of several issues with one number the one that readers have stays, then
    one whose file is not named like a copy, then the one whose file has that number as its name, then the first by
    name. ``lost`` are the paths of sources that cannot be read.
    """
    issues, lost = tuple(_sure(issue, before) for issue in issues), tuple(lost)
    pages, ended, changes = notices_at(now, (_sure(page, before) for page in pages))
    hidden, kept = _not_due(issues, before, now, take_off=take_off)
    sources = {issue.source for issue in hidden}
    chosen = choose_issues((i for i in issues if i.source not in sources), hidden, lost, before)
    waiting, more = _hidden(hidden, chosen, lost, before) if drafts else ((), ())
    shown = (*chosen.issues, *waiting)
    standing, copies = _standing(pages, lost, before, drafts=drafts)
    here = frozenset(issue.source for issue in shown)
    newest_first = tuple(sorted((_without_left(i, before, now) for i in shown), key=_issue_order, reverse=True))
    columns, rare = columns_and_rare(newest_first, station)
    archive = Archive(
        station=station,
        today=today if today and today.date == now.date().isoformat() else None,
        issues=newest_first,
        pages=tuple(sorted(standing, key=lambda page: (page.order, page.id))),
        columns=columns,
        years=tuple(dict.fromkeys(issue.year for issue in newest_first)),
        hidden=frozenset([i.source for i in waiting] + [p.source for p in standing if p.draft]),
        withheld=(*(i for i in hidden if i.source not in here), *(p for p in pages if p.draft and not drafts)),
        rare=rare,
        ended=ended,
    )
    kept = tuple(issue for issue in kept if issue.source in here)
    scheduled = [issue.date for issue in hidden if not issue.draft]
    due = _due((*scheduled, *(i.date for i in kept), *changes), newest_first, now)
    drafts_now = (problem("A111", text.source, 1) for text in _made_drafts(hidden, pages, chosen, before))
    unsure = (problem("F306", a.path, a.line) for issue in shown for a in _unsure_articles(issue, before))
    problems = (*chosen.problems, *more, *copies, *_kept_problems(kept, before, now), *drafts_now, *unsure)
    counted = (0, 0) if drafts else (len(hidden) - len(scheduled), len(scheduled))
    return archive, Unpublished(*counted, due, chosen.undecided), (*problems, *misspelt_sections(columns, rare))


_T = TypeVar("_T", Issue, Page)


def _sure(text: _T, before: PublishedBefore) -> _T:
    """A text as it is for readers: one that only may be a draft is one when they do not have it."""
    return replace(text, draft=False, unsure=False) if text.unsure and before.has(text) else text


def _unsure_articles(issue: Issue, before: PublishedBefore) -> Iterator[Article]:
    """Articles that may be drafts; they stay in an issue that readers have."""
    if issue.expires and not before.has(issue):
        yield from (article for article in _articles(issue) if article.unsure)


def _made_drafts(
    hidden: tuple[Issue, ...], pages: tuple[Page, ...], public: ChosenIssues, before: PublishedBefore
) -> Iterator[Issue | Page]:
    """What readers have, and its author has made a draft."""
    ids = {issue.id for issue in public.issues}
    yield from (issue for issue in hidden if issue.draft and issue.id not in ids and before.has(issue))
    yield from (page for page in pages if page.draft and not page.start and before.has(page))


def _not_due(
    issues: tuple[Issue, ...], before: PublishedBefore, now: datetime, *, take_off: bool
) -> tuple[tuple[Issue, ...], tuple[Issue, ...]]:
    """Drafts and scheduled issues; and those whose time has not come, but which readers have."""
    later = [issue for issue in issues if issue.date > now and not issue.draft]
    kept = tuple(issue for issue in later if before.has_issue(issue) and not take_off)
    stay = {issue.source for issue in kept}
    scheduled = (replace(issue, scheduled=True) for issue in later if issue.source not in stay)
    return (*(issue for issue in issues if issue.draft), *scheduled), kept


def _hidden(
    hidden: tuple[Issue, ...], public: ChosenIssues, lost: tuple[str, ...], before: PublishedBefore
) -> tuple[tuple[Issue, ...], tuple[Problem, ...]]:
    """What a preview shows of drafts and scheduled issues: those whose number no public issue has."""
    taken = {issue.id: issue for issue in public.issues}
    chosen = choose_issues((i for i in hidden if i.id not in taken), public.issues, lost, before)
    twice = [i for i in hidden if i.id in taken]
    problems = [same_number(issue, taken[issue.id]) for issue in twice]
    return chosen.issues, (*chosen.problems, *problems)


def _standing(
    pages: tuple[Page, ...], lost: tuple[str, ...], before: PublishedBefore, *, drafts: bool
) -> tuple[tuple[Page, ...], tuple[Problem, ...]]:
    copies = _copied_pages(pages, lost, before)
    public = (page for page in pages if drafts or not page.draft)
    return tuple(page for page in public if page.source not in copies.left_out), copies.problems


def _copied_pages(pages: Iterable[Page], lost: Iterable[str], before: PublishedBefore) -> Copies:
    """Which standing pages are left out as copies of others, drafts and ``lost`` ones among these."""
    pages = tuple(pages)
    paths = (*(page.source for page in pages), *(path for path in lost if path.startswith(_FOLDERS)))
    if not any(originals(source_name(path)) for path in paths):
        return NO_COPIES
    published = frozenset(page.source for page in pages if before.has_page(page))
    found = [sort_out({p: source_name(p) for p in paths if p.startswith(folder)}, published) for folder in _FOLDERS]
    return Copies(
        frozenset().union(*(each.left_out for each in found)), tuple(p for each in found for p in each.problems)
    )


_FOLDERS = ("content/pages/", "content/notices/")


_NAMED = 5
"""Issues that are named, of those that a wrong clock concerns."""


def _kept_problems(kept: tuple[Issue, ...], before: PublishedBefore, now: datetime) -> Iterator[Problem]:
    """Issues whose date is to come and which stay: because the clock is wrong, or each for its own date."""
    built = before.built if before.built and before.built > now else None
    by_clock = sorted(issue.number for issue in kept if built and issue.date <= built)
    if built and by_clock:
        numbers = "、".join(by_clock[:_NAMED]) + ("…" if len(by_clock) > _NAMED else "")
        yield problem("A109", STATION, 0, now=f"{now:%Y-%m-%d %H:%M}", built=f"{built:%Y-%m-%d %H:%M}", numbers=numbers)
    for issue in kept:
        if not built or issue.date > built:
            yield problem("A110", issue.source, 1, date=f"{issue.date:%Y-%m-%d %H:%M}")


def _due(dates: tuple[datetime, ...], issues: tuple[Issue, ...], now: datetime) -> datetime | None:
    """The first moment to come: one of ``dates``, or the end of a notice."""
    ends = (end for issue in issues if issue.expires for end in _ends(issue))
    return min((moment for moment in (*dates, *ends) if moment > now), default=None)


def _ends(issue: Issue) -> Iterator[datetime]:
    """When articles of an issue leave the site: search notices, at the end of their last day."""
    for article in _articles(issue):
        if article.until:
            yield datetime.combine(article.until.date(), time.min) + timedelta(days=1)


def _articles(issue: Issue) -> Iterator[Article]:
    return (article for section in issue.sections for article in section.articles)


def _without_left(issue: Issue, before: PublishedBefore, now: datetime) -> Issue:
    """An issue without articles whose last day is over, or that may be drafts."""
    ended = [a.slug for a in _articles(issue) if a.until and a.until.date() < now.date()] if issue.expires else []
    ended += (article.slug for article in _unsure_articles(issue, before))
    if not ended:
        return issue
    sections: list[Section] = []
    for section in issue.sections:
        kept = tuple(article for article in section.articles if article.slug not in ended)
        if kept or section.lead or section.withdrawn:
            sections.append(replace(section, articles=kept, withdrawn=_moved_places(section, ended)))
    left = tuple(sections)
    return replace(
        issue,
        contents=encode_sections(left),
        columns=columns_of(left),
        slugs=slugs_of(left),
        ended=(*issue.ended, *ended),
    )


def _moved_places(section: Section, ended: list[str]) -> tuple[WithdrawnPlace, ...]:
    """Where withdrawn articles were, among the articles that stay."""
    stay = [article.slug not in ended for article in section.articles]
    return tuple(replace(place, before=sum(stay[: place.before])) for place in section.withdrawn)


def _issue_order(issue: Issue) -> tuple[int, int, int, str]:
    return issue.year, issue.supplement, issue.sequence, issue.id


def issue_title(station: Station, title: str, number: str) -> str:
    """Never empty (`Station.title_of`)."""
    return station.title_of(title, number)


def contents_of(issue: Issue, station: Station) -> str:
    """An issue in one line: its articles' titles."""
    shown = [section for section in issue.sections if section.title and not section.is_withdrawn]
    titles = [a.title for s in issue.sections for a in s.articles] or [section.title for section in shown]
    return ("；" if station.language == "zh-CN" else "; ").join(titles)[:200]
