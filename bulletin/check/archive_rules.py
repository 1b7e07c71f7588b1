"""Rules about the archive as a whole: gaps, rhythm, columns, what a station must state, what was public before.

A rule here is a pure function too: from `ArchiveContext` to problems.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from urllib.parse import urlsplit

from bulletin.arrange.archive import Archive
from bulletin.check.findings import SourceFindings
from bulletin.core.model import Issue, Value
from bulletin.core.problems import Problem, problem
from bulletin.core.station import STATION, Station
from bulletin.read.times import parse_moment


class Published(Value, frozen=True):
    """What the last build put before the public."""

    dates: dict[str, str]
    """Path of a source → its issue's date, as ISO text."""
    addresses: tuple[str, ...]
    """Pages of issues and standing pages."""


class ArchiveContext(Value, frozen=True):
    """Everything that such a rule may look at."""

    archive: Archive
    """Drafts and scheduled issues among it, named by ``hidden``."""
    today: date
    findings: dict[str, SourceFindings]
    """By path of the main file."""
    published: Published
    addresses: frozenset[str]
    """Pages that the site has now, and old addresses that lead on."""
    empty_files: frozenset[str]
    """Files of the content folder without a single byte."""

    @property
    def station(self) -> Station:
        return self.archive.station

    @property
    def public(self) -> tuple[Issue, ...]:
        """Newest first."""
        return tuple(issue for issue in self.archive.issues if issue.source not in self.archive.hidden)


_ArchiveRule = Callable[[ArchiveContext], Iterator[Problem]]


# ── numbers and rhythm


def _gaps(context: ArchiveContext) -> Iterator[Problem]:
    """Numbers left out within a year; the year's first issues may be older than the site."""
    issues = [issue for issue in reversed(context.archive.issues) if not issue.supplement]
    withdrawn = {each.issue for each in context.archive.withdrawn}
    for before, after in pairwise(issues):
        numbers = range(before.sequence + 1, after.sequence)
        left_out = [number for number in numbers if f"{after.year}{number:03}" not in withdrawn]
        if before.year == after.year and left_out:
            missing = "、".join(f"{after.year}{n:03}" for n in left_out[:5]) + ("…" if len(left_out) > 5 else "")
            yield problem("A201", after.source, 1, before=before.number, after=after.number, missing=missing)


_DAYS_BETWEEN = {"weekly": 7, "biweekly": 14}
_MONTHS_BETWEEN = {"monthly": 1, "bimonthly": 2, "quarterly": 3}
_DAYS_OF_NOTICE = 7
_DAYS_UNTIL_STALE = 14
"""A home page with nothing new for two weeks fails the inspection (国办秘函〔2019〕19号)."""


def _late_issues(context: ArchiveContext) -> Iterator[Problem]:
    """An issue that is late by the station's own rhythm, or will be soon."""
    if not context.station.rhythm or not context.public:
        return
    last = max(issue.date.date() for issue in context.public)
    due = next_due(last, context.station.rhythm)
    if context.today > due:
        yield problem("A202", STATION, last=last.isoformat(), due=due.isoformat())
    elif (due - context.today).days <= _DAYS_OF_NOTICE:
        breaks = last + timedelta(days=_DAYS_UNTIL_STALE)
        days = (due - context.today).days
        yield problem("A203", STATION, days=days, due=due.isoformat(), breaks=breaks.isoformat())


def next_due(last: date, rhythm: str) -> date:
    """The day on which the next issue is due; the 31st becomes a shorter month's last day."""
    if rhythm in _DAYS_BETWEEN:
        return last + timedelta(days=_DAYS_BETWEEN[rhythm])
    year, month = divmod(last.year * 12 + last.month - 1 + _MONTHS_BETWEEN[rhythm], 12)
    return date(year, month + 1, min(last.day, monthrange(year, month + 1)[1]))


# ── columns


_NEWS_DAYS, _OTHER_DAYS = 14, 180
"""Days: news columns two weeks, the others six months (国办秘函〔2019〕19号)."""


def _columns(context: ArchiveContext) -> Iterator[Problem]:
    """Empty columns; stale ones where the rule holds: for organs always, for others by their own rhythm."""
    own = {rule.id for rule in context.station.sections}
    for column in context.archive.columns:
        dates = [e.issue.date.date() for e in column.entries if e.issue.source not in context.archive.hidden]
        if column.rule.id in own and context.archive.issues and not column.entries:
            yield problem("A205", STATION, title=column.rule.title)
        elif dates and (limit := _limit(context.station, column.rule.type)) and max(dates) < _days_ago(context, limit):
            yield problem("A204", STATION, title=column.rule.title, last=max(dates).isoformat(), limit=limit)


def _limit(station: Station, kind: str | None) -> int:
    if station.profile == "gov":
        return _NEWS_DAYS if kind == "工作动态" else _OTHER_DAYS
    return _OTHER_DAYS if station.rhythm else 0


def _days_ago(context: ArchiveContext, days: int) -> date:
    return context.today - timedelta(days=days)


# ── the station


_REQUIRED_KEYS: dict[str, tuple[str, ...]] = {
    "gov": ("organizer", "address", "phone", "icp", "site_code", "police", "conac", "error_report"),
    "institution": ("phone", "icp"),
    "plain": ("icp",),
}
"""By profile, for a site that has an address (政府网站发展指引, 国办发〔2017〕47号; 工业和信息化部令第33号 for ICP)."""


def _facts(context: ArchiveContext) -> Iterator[Problem]:
    """What the profile requires and station.yml leaves out."""
    station = context.station
    for key in _REQUIRED_KEYS[station.profile] if station.url else ():
        if not getattr(station, key):
            yield problem("A206", STATION, key=key, profile=station.profile)


_TRUSTED_ENDINGS = tuple(
    f".{host}"
    for host in "gov.cn edu.cn mil.cn org.cn 政务 公益 people.com.cn xinhuanet.com cctv.com".split()  # noqa: SIM905
)
"""Hosts of organs, schools, registered bodies and the central news sites."""


def _friends(context: ArchiveContext) -> Iterator[Problem]:
    """友情链接 to shops and strangers (政府网站发展指引, 国办发〔2017〕47号: no commercial links)."""
    if context.station.profile == "plain":
        return
    for link in context.station.links:
        host = (urlsplit(link.url).hostname or "").removeprefix("www.")
        listed = any(host == p or host.endswith(f".{p}") for p in context.station.partners)
        if not listed and not f".{host}".endswith(_TRUSTED_ENDINGS):
            yield problem("L204", STATION, name=link.name, target=link.url)


# ── what was public before


def _changed_dates(context: ArchiveContext) -> Iterator[Problem]:
    """A date that was public and is another now: a forged date fails the inspection."""
    for issue in context.archive.issues:
        before, after = context.published.dates.get(issue.source, ""), _shown(issue.date.isoformat())
        if before and _shown(before) != after:
            yield problem("A207", issue.source, 1, before=_shown(before), after=after)


def _shown(moment: str) -> str:
    """``2015-04-10 10:04``."""
    return moment[:16].replace("T", " ")


def _vanished(context: ArchiveContext) -> Iterator[Problem]:
    """Addresses of issues, articles and standing pages that lead nowhere now."""
    for address in context.published.addresses:
        if address not in context.addresses:
            yield problem("A208", STATION, address=address.removesuffix("index.html"))


# ── notices, files


def _ended_notices(context: ArchiveContext) -> Iterator[Problem]:
    """Search notices that no longer appear."""
    for found in context.findings.values():
        for path, line, until in found.until:
            moment = parse_moment(until)
            if moment and moment.date() < context.today:
                yield problem("P114", path, line, date=moment.date().isoformat())


def _empty_downloads(context: ArchiveContext) -> Iterator[Problem]:
    """A file offered for download that is empty."""
    from bulletin.read.assets import asset_path

    archive = context.archive
    texts = [text for issue in archive.issues for text in issue.texts()] if context.empty_files else []
    texts += [text for page in archive.pages for text in page.texts()]
    for ref in (ref for text in texts for ref in text.refs):
        if ref.kind == "link" and asset_path(ref) in context.empty_files:
            yield problem("L205", ref.path, ref.line, target=ref.target)


_ARCHIVE_RULES: tuple[_ArchiveRule, ...] = (
    _gaps,
    _late_issues,
    _columns,
    _facts,
    _friends,
    _changed_dates,
    _vanished,
    _ended_notices,
    _empty_downloads,
)
"""In the order in which they run."""


def archive_problems(context: ArchiveContext) -> Iterator[Problem]:
    """What all of them find."""
    for check in _ARCHIVE_RULES:
        yield from check(context)
