"""Archive → key list of the counter: every published issue and article, with its earlier keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bulletin.arrange import urls
from bulletin.arrange.archive import Archive, issue_title
from bulletin.core.keys import Key, KeyList
from bulletin.core.model import Article, Issue
from bulletin.core.station import Station


def issue_key(issue_id: str) -> str:
    return f"issue:{issue_id}"


def article_key(issue_id: str, slug: str) -> str:
    return f"article:{issue_id}/{slug}"


def key_list(archive: Archive, moved: Mapping[str, str] = {}) -> KeyList:
    """Drafts and scheduled issues are not in it: what nobody can read cannot be counted.

    ``moved`` is where old addresses lead, by path: what was counted there goes on counting.
    """
    return KeyList(archive.station.url, tuple(_keys(archive, moved)))


def _keys(archive: Archive, moved: Mapping[str, str]) -> Iterator[Key]:
    known = {rule.id: rule.title for rule in archive.station.sections}
    former: dict[str, list[str]] = {}
    for path, target in moved.items():
        former.setdefault(target, []).append(path)
    for issue in archive.issues:
        if not issue.hidden:
            old = tuple(filter(None, map(urls.redirect_path, issue.redirect_from)))
            yield _issue(archive.station, issue, (*old, *former.get(urls.issue(issue.id), ())))
            if archive.station.article_pages:
                for section in issue.sections:
                    for article in section.articles:
                        earlier = former.get(urls.article(issue.id, article.slug), ())
                        yield _article(issue, article, known.get(section.id, section.title), old, earlier)


def _issue(station: Station, issue: Issue, old: tuple[str, ...]) -> Key:
    aliases = [alias for path in old if (alias := _old_key(path))]
    return Key(
        key=issue_key(issue.id),
        path=urls.short(urls.issue(issue.id)).lstrip("/"),
        title=issue_title(station, issue.title, issue.number),
        number=issue.number,
        date=issue.date.date().isoformat(),
        carried=issue.hits,
        aliases=tuple(dict.fromkeys(aliases)),
        was=tuple(urls.short(path).lstrip("/") for path in old),
    )


def _article(issue: Issue, article: Article, section: str, old: tuple[str, ...], moved: Iterable[str]) -> Key:
    """An issue that had another id had its articles' keys under that id; ``moved`` are paths that lead to it now."""
    moved_keys = filter(None, map(_old_key, moved))
    ids = [steps[1] for path in old if len(steps := path.split("/")) == 3 and steps[0] == "issues"]
    return Key(
        key=article_key(issue.id, article.slug),
        path=urls.short(urls.article(issue.id, article.slug)).lstrip("/"),
        title=article.title,
        number=issue.number,
        date=issue.date.date().isoformat(),
        section=section,
        aliases=tuple(dict.fromkeys((*(article_key(id_, article.slug) for id_ in ids), *moved_keys))),
        was=tuple(map(urls.short, moved)),
    )


def _old_key(path: str) -> str:
    """``issues/2014009/index.html`` → ``issue:2014009``; empty for an address that was no page of ours."""
    steps = path.removesuffix("/index.html").split("/")
    if steps[0] != "issues" or not path.endswith("/index.html"):
        return ""
    return {2: issue_key(steps[1]), 3: article_key(steps[1], steps[-1])}.get(len(steps), "") if len(steps) > 1 else ""
