"""Which text a withdrawal means, and the record of it: for `bulletin withdraw`. Nothing here reads or writes a file.

The issues are those that readers have, as they were read for what is published: in the release that is out, not in the
working folder, where the text may be gone already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from bulletin.arrange import urls
from bulletin.arrange.archive import Archive
from bulletin.arrange.moved import MovedAddress
from bulletin.arrange.withdrawn import telling_marks, text_marks, title_mark
from bulletin.build.finding import find_issue
from bulletin.core.errors import UsageError
from bulletin.core.look_alikes import fold_name
from bulletin.core.model import Article, Issue, Value
from bulletin.core.nearest import nearest
from bulletin.core.problems import N_
from bulletin.core.withdrawals import Withdrawal
from bulletin.read.numbers import parse_number


class WithdrawalTarget(Value, frozen=True):
    """What is to be withdrawn."""

    issue: Issue
    article: Article | None
    """None for the whole issue."""


def find_target(issues: Iterable[Issue], number: str, article: str = "") -> WithdrawalTarget:
    """The issue of an id, a printed number or a file's name; in it the article of a slug or a title.

    Raises `UsageError`, which names the nearest one.
    """
    issue = find_issue(number, issues)
    if not article:
        return WithdrawalTarget(issue, None)
    articles = [each for section in issue.sections for each in section.articles]
    wanted = article.strip().strip("/")
    for known in (
        [each for each in articles if each.slug == wanted],
        [each for each in articles if fold_name(each.title) == fold_name(wanted)],
    ):
        if len(known) == 1:
            return WithdrawalTarget(issue, known[0])
        if known:
            names = ", ".join(each.slug for each in known)
            message = N_("several articles of issue {number} are called “{name}”; name one: {names}.")
            raise UsageError(message, number=issue.number, name=article, names=names)
    guess = nearest(wanted, [name for each in articles for name in (each.title, each.slug)])
    if guess:
        message = N_("issue {number} has no article “{name}”. Did you mean “{guess}”?")
        raise UsageError(message, number=issue.number, name=article, guess=guess)
    message = N_("issue {number} has no article “{name}”; it has: {names}.")
    raise UsageError(
        message, number=issue.number, name=article, names="、".join(each.title for each in articles) or "–"
    )


def find_recorded(entries: Iterable[Withdrawal], number: str, article: str = "") -> Withdrawal | None:
    """The withdrawal of the issue of an id or a printed number, or of its article by slug or title; the last one."""
    wanted, text = number.strip().strip("/").removeprefix("issues/"), article.strip().strip("/")
    parsed = parse_number(wanted)
    ids = {wanted, parsed.id(parsed.year) if parsed and parsed.year else wanted}
    found = None
    for each in entries:
        is_meant = text == each.slug or (each.slug and title_mark(text) in each.marks)
        found = each if each.issue in ids and is_meant else found
    return found


def make_withdrawal(
    target: WithdrawalTarget,
    archive: Archive,
    moved: Iterable[MovedAddress],
    now: datetime,
    because: str,
    published: Iterable[str] = (),
) -> Withdrawal:
    """The record of a withdrawal, with every address at which the text was published.

    ``archive`` and ``moved`` are those of what is out (`ResolvedArchive`), ``published`` the paths of all its files:
    redirects from still older addresses are among these, and pages whose source says nothing of them any more.
    """
    issue, article = target.issue, target.article
    section = next((each for each in issue.sections if article in each.articles), None)
    leading: dict[str, set[str]] = {}
    for each in moved:
        leading.setdefault(each.target.partition("#")[0], set()).add(each.path)
    own = tuple(_addresses(archive, issue, article, published))
    old = {path for address in own for path in leading.get(address, ()) if path.startswith("issues/")}
    return Withdrawal(
        issue=issue.id,
        slug=article.slug if article else "",
        date=f"{now:%Y-%m-%d %H:%M}",
        because=because,
        source=issue.source,
        marks=_marks(issue, article) if article else (),
        section=section.anchor if section else "",
        before=section.articles.index(article) if section and article else 0,
        addresses=tuple(dict.fromkeys((*own, *sorted(old)))),
    )


def _marks(issue: Issue, article: Article) -> tuple[str, ...]:
    """Those of no other article of the issue, which must not go with it, and those of what names it in the issue."""
    others = (each for section in issue.sections for each in section.articles if each.slug != article.slug)
    taken = {mark for each in others for mark in text_marks(each)}
    return (*(mark for mark in text_marks(article) if mark not in taken), *telling_marks(issue, article))


def _addresses(archive: Archive, issue: Issue, article: Article | None, published: Iterable[str]) -> Iterator[str]:
    if article:
        if archive.station.article_pages:
            yield urls.article(issue.id, article.slug)
        return
    yield urls.issue(issue.id)
    if archive.station.article_pages:
        yield from (urls.article(issue.id, slug) for slug in issue.slugs)
    yield from filter(None, map(urls.redirect_path, issue.redirect_from))
    yield from sorted(path for path in published if path.startswith(f"issues/{issue.id}/") and path.endswith(".html"))
