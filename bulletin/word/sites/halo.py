"""Halo: the file of JSON that 系统 → 导出 of Halo 1 gives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import urlsplit

from bulletin.core.errors import UsageError
from bulletin.core.i18n import N_
from bulletin.core.progress import Progress, no_progress
from bulletin.word.sites.bodies import BodyKind, FindPicture
from bulletin.word.sites.converting import FoundPost, convert_posts, titled
from bulletin.word.sites.posts import (
    FOR_SOME,
    MAX_POSTS,
    MAX_SITE_BYTES,
    NO_DATE,
    TRASHED,
    WAS_DRAFT,
    WAS_PRIVATE,
    WITHOUT_TEXT,
    FoundSite,
    SitePost,
    SkippedPost,
    seen_by_all,
)
from bulletin.word.sites.reserved import reserved_code

_CHINA = timezone(timedelta(hours=8))
_PUBLIC, _RECYCLED, _INTIMATE = ("", "PUBLISHED", "0"), ("RECYCLE", "2"), ("INTIMATE", "3")
"""Halo 1 writes the status as a word or as its number; 1 is a draft, 3 is for those who know a password."""

_Row = Mapping[str, object]


def read_halo(data: bytes, find: FindPicture, jobs: int = 1, progress: Progress = no_progress) -> FoundSite:
    """All posts of an exported file. Raises `UsageError` for what is none, and `WorkerError`."""
    if len(data) > MAX_SITE_BYTES:
        raise UsageError(N_("the file is larger than 64 MB; export year by year."))
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UsageError(N_("the file is no JSON that can be read: {reason}."), reason=str(error)[:80]) from error
    rows = _rows(value, "posts")
    if not rows:
        raise UsageError(N_("this is no export of Halo 1 (a file of JSON with “posts”)."))
    sections = _sections(value)
    return convert_posts((_post(row, sections, find) for row in rows[:MAX_POSTS]), jobs, progress)


def _rows(value: object, name: str) -> list[_Row]:
    found = value.get(name) if isinstance(value, dict) else None
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _sections(value: object) -> Mapping[str, str]:
    """The first category of each post by its number."""
    names = {_word(row, "id"): _word(row, "name") for row in _rows(value, "categories")}
    found: dict[str, str] = {}
    for row in _rows(value, "post_categories"):
        if name := names.get(_word(row, "categoryId")):
            found.setdefault(_word(row, "postId"), name)
    return found


def _word(row: _Row, name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value).strip()


def _post(row: _Row, sections: Mapping[str, str], find: FindPicture) -> FoundPost | SkippedPost:
    number, title, status = _word(row, "id"), _word(row, "title"), _word(row, "status").upper()
    original, formed = _word(row, "originalContent"), _word(row, "formatContent")
    date = _moment(row.get("createTime"))
    if status in _RECYCLED:
        return SkippedPost(number, title, TRASHED)
    if not (original or formed):
        return SkippedPost(number, title, WITHOUT_TEXT)
    if date is None:
        return SkippedPost(number, title, NO_DATE)
    markdown = original and _word(row, "editorType").upper() in ("", "MARKDOWN", "0")
    kind: BodyKind = "markdown" if markdown else "html"
    source = original if markdown else formed or original
    path = _word(row, "fullPath") or (f"/archives/{slug}" if (slug := _word(row, "slug")) else "")
    try:
        path = urlsplit(path).path
    except ValueError:
        path = ""
    code = reserved_code(original + formed)
    addresses = (path,) if path else ()
    held_back = _why_held_back(row, status) or (FOR_SOME if code else "")
    post = SitePost(number, titled(title), date, sections.get(number, ""), addresses, held_back=held_back, code=code)
    return FoundPost(post, kind, source, find)


def _why_held_back(row: _Row, status: str) -> str:
    if _word(row, "password") or status in _INTIMATE or not seen_by_all(_word(row, "visible")):
        return WAS_PRIVATE
    return "" if status in _PUBLIC else WAS_DRAFT


def _moment(value: object) -> datetime | None:
    """Milliseconds since 1970, or an ISO time, as on a clock in China."""
    try:
        if isinstance(value, int):
            return datetime.fromtimestamp(value / 1000, UTC).astimezone(_CHINA).replace(tzinfo=None)
        found = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError):
        return None
    return (found.astimezone(_CHINA) if found.tzinfo else found).replace(tzinfo=None)
