"""What the references in texts lead to: issues, articles, pages, anchors, pictures, files.

An author may write a site address (``/issues/2014001/``), the other text's file (``../2014001.md``), an anchor
(``#id``) or a file beside the text.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from hashlib import blake2b
from itertools import islice
from urllib.parse import unquote

import msgspec

from bulletin.arrange import urls
from bulletin.arrange.archive import Archive
from bulletin.arrange.targets import CopiedFile, Links, Target, picture_files
from bulletin.core.model import Issue, Page, Ref, Text, Value
from bulletin.core.nearest import nearest
from bulletin.core.problems import Problem, problem
from bulletin.read.assets import Asset, Assets, asset_path, is_file_type
from bulletin.read.sources import fold
from bulletin.read.text_files import MARKDOWN_SUFFIXES, folder_of, is_plain, same_text

_Anchors = Callable[[], Iterable[str]]
"""The anchors of a page, listed only when a link names one of them."""


class Guesses(Value, frozen=True):
    """What broken addresses may have meant, in an archive with certain addresses."""

    known: bytes = b""
    """Hash of all addresses of the archive, in order; with others, guesses may differ."""
    nearest: dict[str, str] = msgspec.field(default_factory=dict)
    """By broken address; empty where none resembles it."""


NO_GUESSES = Guesses()


class LinkResolver:
    """All addresses of an archive, and what is at them."""

    def __init__(
        self, archive: Archive, assets: Assets, earlier: Guesses = NO_GUESSES, moved: Mapping[str, str] = {}
    ) -> None:
        """``earlier`` are the guesses of another build, used where it had the same addresses; ``moved`` is where
        addresses without a page lead, by path.
        """
        self._moved = moved
        self._assets = assets
        self._earlier = earlier
        self._station = archive.station
        self._anchors: dict[str, _Anchors] = {}
        self._sources: dict[str, str] = {}
        self._guesses: dict[str, str] = {}
        """By broken address; many texts may share one."""
        self._hidden = archive.hidden
        self._hidden_paths: set[str] = set()
        self._withheld: set[str] = set()
        """Addresses and files of what is neither public nor here."""
        for withheld in archive.withheld:
            self._add_withheld(withheld)
        for issue in archive.issues:
            self._add_issue(issue)
        for page in archive.pages:
            self._add(urls.page(page.id), page.source, _ids(page.text))
        for column in archive.columns:
            self._anchors[urls.column(column.rule.id)] = tuple
            for number in column.years:
                self._anchors[urls.column_year(column.rule.id, number)] = tuple
            if archive.station.url:
                self._anchors[urls.column_feed(column.rule.id)] = tuple
        for number in archive.years:
            self._anchors[urls.year(number)] = tuple
        for path in _lists(archive):
            self._anchors.setdefault(path, tuple)

    def _add_issue(self, issue: Issue) -> None:
        self._add(urls.issue(issue.id), issue.source, issue.anchors)
        if self._station.article_pages:
            for place, slug in enumerate(issue.slugs):
                path = urls.article(issue.id, slug)
                self._anchors[path] = partial(_article_ids, issue, place)
                if issue.source in self._hidden:
                    self._hidden_paths.add(path)

    def _add_withheld(self, text: Issue | Page) -> None:
        path = urls.issue(text.id) if isinstance(text, Issue) else urls.page(text.id)
        slugs = text.slugs if isinstance(text, Issue) and self._station.article_pages else ()
        self._withheld.update(urls.article(text.id, slug) for slug in slugs)
        self._withheld.add(path)
        if not is_plain(text.source):  # a link to a .txt means the file itself, as long as no issue is made of it
            self._withheld |= {text.source, folder_of(text.source).rstrip("/") or text.source}

    def _add(self, path: str, source: str, anchors: _Anchors) -> None:
        self._anchors[path] = anchors
        if source in self._hidden:
            self._hidden_paths.add(path)
            if is_plain(source):
                return
        self._sources[source] = path
        if folder := folder_of(source):
            self._sources[folder.rstrip("/")] = path

    # ── one reference

    def resolve(self, ref: Ref, home: str) -> tuple[Target, tuple[Problem, ...]]:
        """Where a reference leads from the page at ``home``; a problem when it leads nowhere."""
        if ref.kind == "picture":
            return self._picture(ref, home)
        address, _, fragment = ref.target.partition("#")
        fragment = unquote(fragment)
        if not address and fragment:
            return self._place(ref, home, fragment)
        path = self._page(ref, address)
        if path and path in self._hidden_paths and home not in self._hidden_paths:
            return self._place(ref, path, fragment)[0], (problem("L109", ref.path, ref.line, target=ref.target),)
        if path:
            return self._place(ref, path, fragment)
        if moved := self._moved_to(ref, address):
            return moved, ()
        if self._is_withheld(ref, address):
            return _nowhere(ref, "L109")
        return self._file(ref, home)

    def _page(self, ref: Ref, address: str) -> str:
        """Path of the page that an address means; empty when there is none."""
        if address.startswith("/"):
            return next((path for path in self._names(ref, address) if path in self._anchors), "")
        return next((self._sources[name] for name in self._names(ref, address) if name in self._sources), "")

    def _moved_to(self, ref: Ref, address: str) -> Target | None:
        """Where an address leads that was published and has no page any more."""
        found = next((self._moved[name] for name in self._names(ref, address) if name in self._moved), "")
        path, _, anchor = found.partition("#")
        return Target(path, anchor) if path else None

    def _is_withheld(self, ref: Ref, address: str) -> bool:
        """Whether an address means what is not public, and is left out of the site for that."""
        return any(name in self._withheld for name in self._names(ref, address))

    def _names(self, ref: Ref, address: str) -> tuple[str, ...]:
        """What an address may name: paths of pages, or of sources."""
        plain = unquote(address.split("?")[0])
        if not plain:
            return ()
        if plain.startswith("/"):
            path = plain.removeprefix(self._station.base_path if self._station.url else "/").lstrip("/")
            return path, posixpath.join(path, "index.html") if path else urls.HOME
        path = posixpath.normpath(posixpath.join(posixpath.dirname(ref.path), plain))
        return same_text(path)

    def _place(self, ref: Ref, path: str, fragment: str) -> tuple[Target, tuple[Problem, ...]]:
        anchors = self._anchors.get(path, tuple) if fragment else tuple
        found = tuple(anchors()) if fragment else ()
        if not fragment or fragment in found:
            return Target(path, fragment), ()
        guess = nearest(fragment, found)
        guess = ref.target.partition("#")[0] + "#" + guess if guess else ""
        return Target(path), (problem("L102", ref.path, ref.line, guess, target=ref.target),)

    def _file(self, ref: Ref, home: str) -> tuple[Target, tuple[Problem, ...]]:
        path = asset_path(ref)
        asset = self._assets.get(path) if path else None
        if path is None and not ref.target.startswith("/") and ref.target:
            return _nowhere(ref, "L107")
        if asset and asset.picture:
            return Target(_base(home, asset) + asset.picture.variants[-1].suffix), ()
        if asset and not asset.reason:
            return Target(_copied_path(home, asset.path), size=asset.size), ()
        name = posixpath.splitext(ref.target)[1].lower()
        if path and name and name not in (*MARKDOWN_SUFFIXES, ".html", ".htm"):
            return _nowhere(ref, "L103" if is_file_type(path) else "L108", self._near_file(path))
        return _nowhere(ref, "L101", self._near_page(ref.target))

    def guesses(self) -> Guesses:
        """The guesses made so far."""
        return Guesses(self._known, self._guesses) if self._guesses else NO_GUESSES

    def _near_page(self, target: str) -> str:
        if target not in self._guesses:
            earlier = self._earlier.nearest if self._earlier.known == self._known else {}
            guess = earlier.get(target)
            self._guesses[target] = nearest(target, self._addresses) if guess is None else guess
        return self._guesses[target]

    @cached_property
    def _known(self) -> bytes:
        return blake2b("\n".join(self._addresses).encode(), digest_size=12).digest()

    @cached_property
    def _addresses(self) -> list[str]:
        """All pages, as authors write them."""
        return ["/" + urls.short(path) for path in self._anchors]

    def _near_file(self, path: str) -> str:
        """A file with a similar name, ignoring case."""
        folder, name = posixpath.split(path)
        names = self._files_by_folder.get(folder, {})
        return names.get(nearest(name.lower(), names), "")

    @cached_property
    def _files_by_folder(self) -> dict[str, dict[str, str]]:
        """Names of files by their names in small letters, by folder."""
        folders: dict[str, dict[str, str]] = {}
        for folder, name in map(posixpath.split, self._assets):
            folders.setdefault(folder, {})[name.lower()] = name
        return folders

    def _picture(self, ref: Ref, home: str) -> tuple[Target, tuple[Problem, ...]]:
        path = asset_path(ref)
        if path is None:
            return _nowhere(ref, "L107" if ref.target else "L103")
        asset = self._assets.get(path)
        if asset is None:
            return _nowhere(ref, "L103", self._near_file(path))
        if asset.picture is None:
            target, _ = _nowhere(ref, "L103")
            return target, (problem("L105", ref.path, ref.line, target=ref.target, reason=asset.reason),)
        return Target(_base(home, asset), "", ref.alt, ref.title, ref.css, asset.picture), ()


def _lists(archive: Archive) -> Iterator[str]:
    """The site's own pages and feeds that hold no text of one source."""
    yield urls.HOME
    if archive.station.url:
        yield from (urls.FEED, urls.SITEMAP)
    if archive.station.search:
        yield urls.SEARCH
    if archive.columns:
        yield urls.COLUMNS


def _base(home: str, asset: Asset) -> str:
    """Path of a picture in the site, to which each variant adds its suffix."""
    return posixpath.splitext(_copied_path(home, asset.path))[0]


def _nowhere(ref: Ref, code: str, guess: str = "", **values: str) -> tuple[Target, tuple[Problem, ...]]:
    shown = ref.alt if ref.kind == "picture" else ref.target
    return Target("", alt=shown), (problem(code, ref.path, ref.line, guess, **(values or {"target": ref.target})),)


def _ids(text: Text) -> _Anchors:
    return lambda: text.ids


def _article_ids(issue: Issue, place: int) -> tuple[str, ...]:
    """Anchors of the issue's article with that index."""
    articles = (article for section in issue.sections for article in section.articles)
    return next(islice(articles, place, None)).text.ids


def _copied_path(home: str, asset: str) -> str:
    """Path in the site of a file that the page at ``home`` refers to: beside the page."""
    return posixpath.join(posixpath.dirname(home), posixpath.basename(asset))


# ── all references of a source


def resolve_all(
    texts: Iterable[Text], home: str, resolver: LinkResolver, assets: Assets
) -> tuple[Links, tuple[Problem, ...]]:
    """Resolve every reference of an issue or page."""
    problems: list[Problem] = []
    resolved: list[tuple[Target, ...]] = []
    copied: dict[str, CopiedFile] = {}
    for text in texts:
        if not text.refs:
            resolved.append(())
            continue
        targets = []
        for ref in text.refs:
            target, found = resolver.resolve(ref, home)
            needed = {fold(file.path): file for file in _copied(ref, target, home, assets)}
            if clash := _clash(needed, copied):
                target, found = _nowhere(ref, "A102", address=clash.path, other=copied[fold(clash.path)].asset)
            else:
                copied |= needed
            targets.append(target)
            problems += found
        resolved.append(tuple(targets))
    return Links(tuple(resolved), tuple(copied[key] for key in sorted(copied))), tuple(problems)


def _clash(needed: dict[str, CopiedFile], copied: dict[str, CopiedFile]) -> CopiedFile | None:
    """The first file whose path another file already has; a page must not show one picture for another."""
    return next((d for path, d in needed.items() if copied.get(path, d).asset != d.asset), None)


def _copied(ref: Ref, target: Target, home: str, assets: Assets) -> Iterator[CopiedFile]:
    """What must go into the site so that a target is there; of a picture only re-encoded forms, never the file."""
    path = asset_path(ref)
    asset = assets.get(path) if path else None
    if asset is None or posixpath.dirname(target.path) != posixpath.dirname(home):
        return
    if asset.picture is None:
        yield CopiedFile(target.path, asset.path, asset.digest)
        return
    yield from picture_files(_base(home, asset), asset.path, asset.picture)
