"""WordPress: the file that 工具 → 导出 gives (WXR 1.0 to 1.2, an RSS 2.0 with WordPress' own elements).

A DTD and entities have no place in it: such a file is refused before anything is built of it.
"""

from __future__ import annotations

import xml.etree.ElementTree as etree
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit
from xml.parsers import expat

from bulletin.core.errors import UsageError
from bulletin.core.i18n import N_
from bulletin.core.progress import Progress, no_progress
from bulletin.read.times import parse_moment
from bulletin.word.sites.bodies import FindPicture
from bulletin.word.sites.converting import FoundPost, convert_posts, titled
from bulletin.word.sites.posts import (
    FOR_SOME,
    LOCKED,
    MAX_POSTS,
    MAX_SITE_BYTES,
    NO_DATE,
    NO_POST,
    TRASHED,
    WAS_DRAFT,
    WAS_PRIVATE,
    WAS_TIMED,
    WITHOUT_TEXT,
    FoundSite,
    SitePost,
    SkippedPost,
)
from bulletin.word.sites.reserved import reserved_code

_MAX_DEPTH = 30
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_QUIET = frozenset(("attachment", "nav_menu_item", "revision", "custom_css", "wp_global_styles", "wp_block"))
"""What is no text of its own: it is not even named."""
_WHY = {"publish": "", "private": WAS_PRIVATE, "future": WAS_TIMED}
"""Why a post is held back, by its status; any other, also those of plug-ins, is that of a draft."""


def read_wordpress(data: bytes, find: FindPicture, jobs: int = 1, progress: Progress = no_progress) -> FoundSite:
    """All posts of an exported file. Raises `UsageError` for what is none, or is dangerous, and `WorkerError`."""
    root = _parsed(data)
    items = root.findall("channel/item")
    if root.tag != "rss" or not items:
        raise UsageError(N_("this is no export of WordPress (工具 → 导出 gives a file of XML)."))
    made = (_post(item, find) for item in items[:MAX_POSTS])
    return convert_posts((each for each in made if each), jobs, progress)


def _parsed(data: bytes) -> etree.Element:
    if len(data) > MAX_SITE_BYTES:
        raise UsageError(N_("the file is larger than 64 MB; export year by year."))
    try:
        _refuse_dangers(data)
        return etree.fromstring(data)
    except (expat.ExpatError, etree.ParseError, ValueError, LookupError) as error:
        raise UsageError(N_("the file is no XML that can be read: {reason}."), reason=str(error)) from error


def _refuse_dangers(data: bytes) -> None:
    """A DTD could name entities and files, and deep elements could end the process."""
    depth = 0

    def refuse(*_: object) -> None:
        raise UsageError(N_("the file has a DTD, which no export of WordPress has; nothing was read."))

    def begin(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            raise UsageError(N_("this is no export of WordPress (工具 → 导出 gives a file of XML)."))

    def end(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.Parse(data, True)


def _post(item: etree.Element, find: FindPicture) -> FoundPost | SkippedPost | None:
    title, number = _words(item, "title"), _own(item, "post_id")
    kind, status = _own(item, "post_type"), _own(item, "status")
    if kind in _QUIET or status in ("auto-draft", "inherit"):
        return None
    source = _words(item, _CONTENT)
    date = _moment(_own(item, "post_date")) or _moment(_words(item, "pubDate"))
    if reason := _reason(item, kind, status, source, date):
        return SkippedPost(number, title, reason)
    code = reserved_code(source)
    sections = [each.text or "" for each in item.findall("category") if each.get("domain") == "category"]
    section = next((each.strip() for each in sections if each.strip() not in ("", "未分类", "Uncategorized")), "")
    post = SitePost(
        number,
        titled(title),
        date or datetime.min,
        section,
        tuple(_addresses(item, number)),
        held_back=_WHY.get(status, WAS_DRAFT) or (FOR_SOME if code else ""),
        code=code,
    )
    return FoundPost(post, "wordpress", source, find)


def _reason(item: etree.Element, kind: str, status: str, source: str, date: datetime | None) -> str:
    if status == "trash":
        return TRASHED
    if kind not in ("", "post"):
        return NO_POST
    if _own(item, "post_password"):
        return LOCKED
    if not source.strip():
        return WITHOUT_TEXT
    return NO_DATE if date is None else ""


def _addresses(item: etree.Element, number: str) -> Iterator[str]:
    try:
        parts = urlsplit(_words(item, "link"))
    except ValueError:
        parts = urlsplit("")
    query = "?" + parts.query if parts.query else ""
    if parts.path.strip("/") or query:
        yield (parts.path or "/") + query
    if number and query != "?p=" + number:
        yield "/?p=" + number


def _words(item: etree.Element, name: str) -> str:
    found = item.find(name)
    return "" if found is None else (found.text or "").strip()


def _own(item: etree.Element, name: str) -> str:
    """An element of WordPress' own, whatever its version: the namespace ends in 1.0, 1.1, 1.2."""
    found = next((each for each in item if each.tag.endswith("}" + name) and "wordpress.org/export" in each.tag), None)
    return "" if found is None else (found.text or "").strip()


def _moment(text: str) -> datetime | None:
    found = None if not text or text.startswith("0000") else parse_moment(text)
    return found.replace(tzinfo=None) if found else None
