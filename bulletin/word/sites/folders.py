"""Folders of Hugo, Hexo, Jekyll, and of Markdown from Halo: where their posts are, and at which addresses they were.

The addresses are those of each program's default and of the pattern that its settings name (`permalink`); what a
plug-in made of them nobody can tell from the folder.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import islice, starmap
from pathlib import Path
from urllib.parse import quote, unquote

from bulletin.core.errors import UsageError
from bulletin.core.files import read_file
from bulletin.core.i18n import N_
from bulletin.core.plainyaml import YamlError, load_yaml
from bulletin.core.progress import Progress, no_progress
from bulletin.word.sites.bodies import FindPicture
from bulletin.word.sites.converting import FoundPost, convert_posts, titled
from bulletin.word.sites.front_matter import Entries, is_no, is_yes, moment, one_word, split_post, words
from bulletin.word.sites.inherited import Inherited
from bulletin.word.sites.posts import (
    BAD_ENTRIES,
    FOR_SOME,
    LOCKED,
    MAX_POSTS,
    NO_DATE,
    NO_POST,
    NO_UTF8,
    POST_TOO_LARGE,
    WAS_DRAFT,
    WAS_PRIVATE,
    WAS_TIMED,
    WITHOUT_TEXT,
    FoundSite,
    SitePost,
    SkippedPost,
    seen_by_all,
)
from bulletin.word.sites.reserved import reserved_code

_MAX_POST = 1024 * 1024
_MAX_PICTURE = 20 * 1024 * 1024
_PICTURES = frozenset((".jpg", ".jpeg", ".png", ".webp", ".gif"))
_TEXTS = frozenset((".md", ".markdown", ".mdown"))
_DATED = re.compile(r"(?P<day>\d{4}-\d{1,2}-\d{1,2})-(?P<name>.+)")

_POSTS: Mapping[str, tuple[str, ...]] = {
    "hugo": ("content",),
    "hexo": ("source/_posts", "source/_drafts"),
    "jekyll": ("_posts", "_drafts"),
    "halo": ("",),
}
"""Folders of the posts of each program."""
_STATIC: Mapping[str, tuple[str, ...]] = {
    "hugo": ("static", "assets"),
    "hexo": ("source",),
    "jekyll": ("",),
    "halo": ("",),
}
"""Folders of the files whose addresses begin with `/`."""
_PATTERNS = {"hexo": ":year/:month/:day/:title/", "jekyll": "/:categories/:year/:month/:day/:title.html"}
_JEKYLL_STYLES = {
    "date": "/:categories/:year/:month/:day/:title.html",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "none": "/:categories/:title.html",
}


def read_site_folder(folder: Path, kind: str, jobs: int = 1, progress: Progress = no_progress) -> FoundSite:
    """All posts of a folder; ``kind`` is hugo, hexo, jekyll or halo.

    Raises `UsageError` where there are none, and `WorkerError`.
    """
    reader = _Folder(folder, kind)
    found = convert_posts(starmap(reader.read, islice(reader.texts(), MAX_POSTS)), jobs, progress)
    if not found.posts and not found.skipped:
        raise UsageError(
            N_("no post is in this folder; they are looked for in: {folders}."),
            path=folder,
            folders=", ".join(posixpath.join(each, "*.md") for each in _POSTS[kind]),
        )
    return found


def _why_held_back(entries: Entries) -> str:
    """Why a post was perhaps not public: a draft, one that was in no list, one for a time; empty where it was."""
    if is_yes(entries, "draft") or is_no(entries, "published"):
        return WAS_DRAFT
    build = next((each for each in map(entries.get, ("build", "_build")) if isinstance(each, dict)), {})
    answers = [str(build.get(name, "always")).casefold() for name in ("render", "list")]
    said = any(is_yes(entries, name) for name in ("headless", "hidden", "hide", "private", "encrypt", "encrypted"))
    seen = all(seen_by_all(one_word(entries, name) or str(entries.get(name, ""))) for name in ("visible", "visibility"))
    if said or not seen or any(answer not in ("always", "true") for answer in answers):
        return WAS_PRIVATE
    date, appears = moment(entries, "date"), moment(entries, "publishdate")
    later = appears is not None and date is not None and appears > date
    return WAS_TIMED if later or moment(entries, "expirydate", "unpublishdate") else ""


class _Folder:
    def __init__(self, root: Path, kind: str) -> None:
        self._root = root
        self._kind = kind
        self._whole = root.resolve()
        self._pattern = self._permalink()
        self._inherited = Inherited(root, kind)

    def texts(self) -> Iterator[tuple[Path, Path]]:
        for name in _POSTS[self._kind]:
            base = self._root / name
            if base.is_dir():
                yield from ((base, path) for path in sorted(base.rglob("*")) if self._is_text(path))

    def _is_text(self, path: Path) -> bool:
        return (
            path.suffix.lower() in _TEXTS
            and path.is_file()
            and self._inside(path)
            and not path.name.startswith("_index")
        )

    def _inside(self, path: Path) -> bool:
        """Whether a path, with its links followed, is in the folder: nothing else of the computer is taken in."""
        return path.resolve().is_relative_to(self._whole)

    def read(self, base: Path, path: Path) -> FoundPost | SkippedPost:
        origin = path.relative_to(self._root).as_posix()
        if path.stat().st_size > _MAX_POST:
            return SkippedPost(origin, "", POST_TOO_LARGE)
        try:
            source = read_file(path).decode("utf-8")
        except UnicodeDecodeError:
            return SkippedPost(origin, "", NO_UTF8)
        parted = split_post(source)
        if parted is None:
            return SkippedPost(origin, "", BAD_ENTRIES)
        entries, body = self._inherited.entries(base, path, parted[0]), parted[1]
        dated = _DATED.fullmatch(path.stem)
        name = dated["name"] if dated else path.parent.name if path.stem == "index" else path.stem
        date = moment(entries, "date", "publishdate", "created", "createtime")
        date = date or (moment({"day": dated["day"]}, "day") if dated else None)
        title = one_word(entries, "title") or name
        if reason := self._reason(entries, body, date):
            return SkippedPost(origin, title, reason)
        held_back, code = WAS_DRAFT if base.name == "_drafts" else _why_held_back(entries), reserved_code(body)
        post = SitePost(
            origin,
            titled(title),
            date or datetime.min,
            one_word(entries, "categories", "category"),
            tuple(dict.fromkeys(self._addresses(entries, base, path, name, date or datetime.min))),
            byline=one_word(entries, "author", "authors"),
            held_back=held_back or (FOR_SOME if code else ""),
            code=code,
        )
        return FoundPost(post, "markdown", body, picture_finder(self._root, path, _STATIC[self._kind]))

    def _reason(self, entries: Entries, body: str, date: datetime | None) -> str:
        if one_word(entries, "type", "layout") == "page":
            return NO_POST
        if entries.get("password"):
            return LOCKED
        if not body.strip():
            return WITHOUT_TEXT
        return NO_DATE if date is None else ""

    # ── addresses

    def _permalink(self) -> str:
        """The pattern of the addresses that the settings name."""
        pattern = _PATTERNS.get(self._kind, "")
        path = self._root / "_config.yml"
        if pattern and path.is_file() and path.stat().st_size <= _MAX_POST:
            try:
                value = load_yaml(read_file(path).decode("utf-8", "replace")).value
            except YamlError:
                return pattern
            given = value.get("permalink") if isinstance(value, dict) else None
            if isinstance(given, str) and given:
                return _JEKYLL_STYLES.get(given, given)
        return pattern

    def _addresses(self, entries: Entries, base: Path, path: Path, name: str, date: datetime) -> Iterator[str]:
        given = one_word(entries, "url") if self._kind == "hugo" else one_word(entries, "permalink")
        if given:
            yield _rooted(given)
        elif self._pattern:
            yield _rooted(_filled(self._pattern, entries, name, date))
        elif self._kind == "halo":
            yield _rooted("archives/" + (one_word(entries, "slug") or name))
        else:
            parent = path.parent.parent if path.stem == "index" else path.parent
            inner = parent.relative_to(base).as_posix() if parent.is_relative_to(base) else "."
            yield _rooted(
                "/".join(filter(None, ("" if inner == "." else inner, one_word(entries, "slug") or name))) + "/"
            )
        for key in ("aliases", "alias", "redirect_from"):
            yield from map(_rooted, words(entries, key))


# ── pictures


def picture_finder(root: Path, post: Path | None = None, static: tuple[str, ...] = ("",)) -> FindPicture:
    """Finds pictures in a folder, and nothing outside it: beside a post, in the folder of its name, or in ``static``.

    An address of another site that holds ``/wp-content/uploads/`` is looked for by that.
    """
    whole = root.resolve()

    def find(address: str) -> bytes | None:
        plain = unquote(address.partition("?")[0].partition("#")[0])
        if _UPLOADS in plain:
            plain = plain[plain.index(_UPLOADS) :]
        if "://" in plain or plain.startswith("//") or posixpath.splitext(plain)[1].lower() not in _PICTURES:
            return None
        places = [root / each / plain.lstrip("/") for each in static]
        if post and not plain.startswith("/"):
            places = [post.parent / plain, post.with_suffix("") / plain, *places]
        return next(filter(None, (_picture(place, whole) for place in places)), None)

    return find


_UPLOADS = "/wp-content/uploads/"


def _picture(path: Path, whole: Path) -> bytes | None:
    try:
        usable = path.resolve().is_relative_to(whole) and path.is_file() and path.stat().st_size <= _MAX_PICTURE
        return read_file(path) if usable else None
    except (OSError, ValueError):
        return None


def _filled(pattern: str, entries: Entries, name: str, date: datetime) -> str:
    """An address after a pattern of Hexo or Jekyll."""
    values: Mapping[str, Callable[[], str]] = {
        "categories": lambda: "/".join(words(entries, "categories") or words(entries, "category")),
        "category": lambda: one_word(entries, "categories", "category"),
        "i_month": lambda: str(date.month),
        "i_day": lambda: str(date.day),
        "year": lambda: f"{date.year:04}",
        "month": lambda: f"{date.month:02}",
        "day": lambda: f"{date.day:02}",
        "hour": lambda: f"{date.hour:02}",
        "minute": lambda: f"{date.minute:02}",
        "second": lambda: f"{date.second:02}",
        "post_title": lambda: name,
        "title": lambda: one_word(entries, "slug") or name,
        "slug": lambda: one_word(entries, "slug") or name,
        "name": lambda: name,
    }
    known = "|".join(sorted(values, key=len, reverse=True))
    filled = re.sub(rf":({known})(?![a-z])", lambda found: values[found[1]](), pattern)
    return re.sub(r"/{2,}", "/", filled)


def _rooted(address: str) -> str:
    """An address from the root of the site, as a browser asks for it."""
    whole = re.sub(r"^https?://[^/]+", "", address)
    return quote("/" + whole.lstrip("/"), safe="/%?=&:@!$'()*+,;~-._")
