"""Which issue others may be told of, or sent: one that a target has, the gate would let out now, nobody withdrew.

What is said of it comes from the release, so that nobody is told what readers do not find.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path

from bulletin.arrange import urls
from bulletin.build.changes import scan_project
from bulletin.build.examine import survey_everything
from bulletin.build.finding import find_issue, possible_ids
from bulletin.build.project import open_cache, open_project, project_lock
from bulletin.build.report import Options
from bulletin.build.survey import Survey
from bulletin.core.errors import PublishError
from bulletin.core.model import Issue
from bulletin.core.problems import N_
from bulletin.core.public_texts import PublicText
from bulletin.core.station import Station
from bulletin.publish.ledger import releases_out
from bulletin.publish.release import Release
from bulletin.publish.robots.messages import Announcement
from bulletin.publish.store import ReleaseStore

_NOT_OUT = N_("issue {number} is not published yet; nothing was sent. First: {command}")
_DRAFT = N_("issue {number} is a draft, or its time has not come; nothing was sent.")
_KEPT_BACK = N_("issue {number} is kept back; nothing was sent. What keeps it back: {command}")
_EARLIER = N_(
    "readers have an earlier text of issue {number} than the file's, since that is kept back or cannot be read. "
    "Nothing was sent; publish it first: {command}"
)
_CHANGED = N_("issue {number} was changed since it was published; nothing was sent. First: {command}")
_WITHDRAWN = N_("issue {number} was withdrawn; nothing was sent.")
_NO_URL = N_(
    "content/station.yml has no “url”, so there is no address to lead readers to. Write it in, then: {command}"
)


def find_announcement(
    root: Path, store: ReleaseStore, number: str, now: datetime, jobs: int = 1, *, unchanged: bool = False
) -> Announcement:
    """Of an issue by its id, number or file. Raises `UsageError` where there is none, `PublishError` where nobody may
    be told of it, each with the reason; ``unchanged``: also where the site has another text than the file.
    """
    station, surveyed = open_project(root).station, _survey(root, now, jobs)
    if not station.url:
        raise PublishError(_NO_URL, command="bulletin publish")
    withdrawn = {each.issue for each in surveyed.archive.withdrawn if not each.slug}
    if withdrawn & possible_ids(number):  # its source may be gone
        raise PublishError(_WITHDRAWN, number=number)
    _require_open(surveyed, store.latest(), number)
    issue = find_issue(number, surveyed.archive.issues)
    if issue.id in withdrawn:
        raise PublishError(_WITHDRAWN, number=issue.number)
    _require_public(issue, surveyed)
    text = _text_out(store, issue)
    if unchanged and not _is_same(text, issue, surveyed):
        raise PublishError(_CHANGED, number=issue.number, command="bulletin publish")
    return _announcement(station, text)


def _survey(root: Path, now: datetime, jobs: int) -> Survey:
    with project_lock(root) as started, open_cache(root, clean=False) as cache:
        scan = scan_project(root).read_from(started)
        return survey_everything(open_project(root), cache, scan, now, Options(jobs=jobs))


def _require_open(surveyed: Survey, last: Release | None, number: str) -> None:
    """What bears a mark of secrecy now is in no archive any more, and in the last release still."""
    text = _text_of(last, possible_ids(number))
    verdict = surveyed.verdicts.get(text.source) if text else None
    if verdict and verdict.keeps_back:
        raise PublishError(_KEPT_BACK, number=number, command="bulletin check")


def _require_public(issue: Issue, surveyed: Survey) -> None:
    """By what the file says now: a mark of secrecy counts before it is published that it is there."""
    if issue.hidden:
        raise PublishError(_DRAFT, number=issue.number)
    verdict = surveyed.verdicts.get(issue.source)
    if verdict and verdict.keeps_back:
        raise PublishError(_KEPT_BACK, number=issue.number, command="bulletin check")


def _text_out(store: ReleaseStore, issue: Issue) -> PublicText:
    """What the last release says of it, where a target has a release with it."""
    ids = frozenset((issue.id,))
    text = _text_of(store.latest(), ids)
    kept = set(store.ids())
    out = (store.release(id_) for id_ in set(releases_out(store.ledger.entries()).values()) if id_ in kept)
    if text is None or not any(_text_of(release, ids) for release in out):
        raise PublishError(_NOT_OUT, number=issue.number, command="bulletin publish")
    if not text.text:
        raise PublishError(_EARLIER, number=issue.number, command="bulletin publish")
    return text


def _text_of(release: Release | None, ids: Collection[str]) -> PublicText | None:
    texts: Iterable[PublicText] = release.texts if release else ()
    return next((text for text in texts if text.id in ids and text.folder == f"issues/{text.id}/"), None)


def _is_same(text: PublicText, issue: Issue, surveyed: Survey) -> bool:
    found = surveyed.checked.by_path.get(issue.source)
    words = (found.words if found else "") or issue.html_key
    return (text.text, text.corrections) == (words, len(issue.corrections))


def _announcement(station: Station, text: PublicText) -> Announcement:
    link = urls.absolute(station.url, urls.issue(text.id))
    return Announcement(text.id, station.bulletin, text.title, text.sections, link)
