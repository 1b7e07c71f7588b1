"""What the references in texts lead to: issues, articles, pages, anchors, pictures, files.

An author may write a site address (``/issues/2014001/``), the other text's file (``../2014001.md``), an anchor
(``#id``) or a file beside the text.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property, partial
from hashlib import blake2b
from itertools import count, islice
from urllib.parse import unquote

import msgspec

from bulletin.arrange import urls
from bulletin.arrange.archive import Archive
from bulletin.arrange.targets import CopiedFile, Links, Target, picture_files
from bulletin.core.model import Issue, Page, Ref, Text, Value
from bulletin.core.nearest import nearest
from bulletin.core.problems import N_, Problem, problem
from bulletin.read.addresses import is_elsewhere, local_path
from bulletin.read.assets import ANIMATED_GIF, Asset, Assets, asset_path, is_file_type
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
        self,
        archive: Archive,
        assets: Assets,
        earlier: Guesses = NO_GUESSES,
        moved: Mapping[str, str] = {},
        published: Collection[str] = (),
    ) -> None:
        """``earlier`` are the guesses of another build, used where it had the same addresses; ``moved`` is where
        addresses without a page lead, by path; ``published`` are the files that readers have.
        """
        self.published = published
        self._moved = moved
        self._assets = assets
        self._earlier = earlier
        self._station = archive.station
        self._anchors: dict[str, _Anchors] = {}
        self._sources: dict[str, str] = {}
        self._redirected: dict[str, str] = {}
        """Pages by the paths of their old addresses."""
        self._own = frozenset(_own_files(archive))
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
            self._add(urls.page(page.id), page.source, _ids(page.text), page.redirect_from)
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
        self._add(urls.issue(issue.id), issue.source, issue.anchors, issue.redirect_from)
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

    def _add(self, path: str, source: str, anchors: _Anchors, old: tuple[str, ...]) -> None:
        self._anchors[path] = anchors
        for address in filter(None, map(urls.redirect_path, old)):
            self._redirected.setdefault(address, path)
        if source in self._hidden:
            self._hidden_paths.add(path)
            if is_plain(source):
                return
        self._sources[source] = path
        if folder := folder_of(source):
            self._sources[folder.rstrip("/")] = path

    # ── one reference

    def resolve(self, ref: Ref, home: str, names: Mapping[str, str]) -> tuple[Target, tuple[Problem, ...]]:
        """Where a reference leads from the page at ``home``; a problem when it leads nowhere.

        ``names`` are those that files have beside the page, by their path (`_site_names`).
        """
        if ref.kind == "picture":
            return self._picture(ref, home, names)
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
        if self._is_own(ref, address):
            return Target("", alt=ref.target), ()
        if own := self._own_above(address):
            return (Target(own) if own in self._anchors else Target("", alt=ref.target)), ()
        return self._file(ref, home, names)

    def _page(self, ref: Ref, address: str) -> str:
        """Path of the page that an address means; empty when there is none."""
        if address.startswith("/"):
            names = self._names(ref, address)
            page = next((path for path in names if path in self._anchors), "")
            return page or next((self._redirected[path] for path in names if path in self._redirected), "")
        return next((self._sources[name] for name in self._names(ref, address) if name in self._sources), "")

    def _moved_to(self, ref: Ref, address: str) -> Target | None:
        """Where an address leads that was published and has no page any more."""
        found = next((self._moved[name] for name in self._names(ref, address) if name in self._moved), "")
        path, _, anchor = found.partition("#")
        return Target(path, anchor) if path else None

    def _is_withheld(self, ref: Ref, address: str) -> bool:
        """Whether an address means what is not public, and is left out of the site for that."""
        return any(name in self._withheld for name in self._names(ref, address))

    def _is_own(self, ref: Ref, address: str) -> bool:
        """Whether an address is one of the site's files that no text is at, whether it is made already or not."""
        return address.startswith("/") and any(name in self._own for name in self._names(ref, address))

    def _own_above(self, address: str) -> str:
        """The site's file that ``../../feed.xml`` means, as it is seen from a page."""
        plain = unquote(address.split("?")[0])
        name = plain.lstrip("./")
        return name if plain.startswith("../") and name in self._own else ""

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

    def _file(self, ref: Ref, home: str, names: Mapping[str, str]) -> tuple[Target, tuple[Problem, ...]]:
        path = asset_path(ref)
        asset = self._assets.get(path) if path else None
        if path is None and not ref.target.startswith("/") and ref.target:
            return _nowhere(ref, "L107")
        if asset and asset.picture:
            return Target(_base_of(home, asset, names) + asset.picture.variants[-1].suffix), ()
        if asset and not asset.reason:
            return Target(_base_of(home, asset, names), size=asset.size), ()
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

    def _picture(self, ref: Ref, home: str, names: Mapping[str, str]) -> tuple[Target, tuple[Problem, ...]]:
        if local_path(ref.target):
            return Target("", alt=ref.alt), ()  # reading reports it (L111), and what is elsewhere (L106)
        if is_elsewhere(ref.target):
            return Target("", alt=ref.alt, remote=ref.target), ()
        path = asset_path(ref)
        if path is None:
            return _nowhere(ref, "L107" if ref.target else "L103")
        asset = self._assets.get(path)
        if asset is None:
            return _nowhere(ref, "L103", self._near_file(path))
        if asset.picture is None:
            target, _ = _nowhere(ref, "L103")
            code = "L110" if asset.reason == ANIMATED_GIF else "L105"
            return target, (problem(code, ref.path, ref.line, target=ref.target, reason=asset.reason),)
        moving = (problem("L110", ref.path, ref.line, target=ref.target, reason=_FIRST_IMAGE),)
        target = Target(_base_of(home, asset, names), "", ref.alt, ref.title, ref.css, asset.picture)
        return target, moving if asset.picture.animated else ()


def _lists(archive: Archive) -> Iterator[str]:
    """The site's own pages and feeds that hold no text of one source."""
    yield urls.HOME
    if archive.station.url:
        yield from (urls.FEED, urls.SITEMAP)
    if archive.station.search:
        yield urls.SEARCH
    if archive.columns:
        yield urls.COLUMNS
    if archive.has_corrections:
        yield urls.CORRECTIONS
    if archive.has_notices:
        yield urls.NOTICES
    if archive.has_subscribe_page:
        yield urls.SUBSCRIBE


def _own_files(archive: Archive) -> Iterator[str]:
    """What programs and readers find at a site besides its texts: some is made elsewhere (server, search), or only as
    soon as the site has an address.
    """
    yield from (urls.FEED, urls.SITEMAP, urls.ROBOTS, urls.MISSING, urls.SEARCH, urls.COLUMNS, urls.CORRECTIONS)
    yield from (urls.column_feed(column.rule.id) for column in archive.columns)
    yield from map(urls.sitemap_year, archive.years)


_FIRST_IMAGE = N_("readers see its first image only")


def _nowhere(ref: Ref, code: str, guess: str = "", **values: str) -> tuple[Target, tuple[Problem, ...]]:
    shown = ref.alt if ref.kind == "picture" else ref.target
    return Target("", alt=shown), (problem(code, ref.path, ref.line, guess, **(values or {"target": ref.target})),)


def _ids(text: Text) -> _Anchors:
    return lambda: text.ids


def _article_ids(issue: Issue, place: int) -> tuple[str, ...]:
    """Anchors of the issue's article with that index."""
    articles = (article for section in issue.sections for article in section.articles)
    return next(islice(articles, place, None)).text.ids


# ── all references of a source


def resolve_all(
    texts: Iterable[Text], home: str, resolver: LinkResolver, assets: Assets
) -> tuple[Links, tuple[Problem, ...]]:
    """Resolve every reference of an issue or page."""
    texts = tuple(texts)
    names = _site_names((ref for text in texts for ref in text.refs), assets)
    problems: list[Problem] = []
    resolved: list[tuple[Target, ...]] = []
    copied: dict[str, CopiedFile] = {}
    for text in texts:
        targets = []
        for ref in text.refs:
            target, found = resolver.resolve(ref, home, names)
            copied |= {file.path: file for file in _copied(ref, target, home, assets, names, resolver.published)}
            targets.append(target)
            problems += found
        resolved.append(tuple(targets))
    return Links(tuple(resolved), tuple(copied[path] for path in sorted(copied, key=fold))), tuple(problems)


def _copied(
    ref: Ref, target: Target, home: str, assets: Assets, names: Mapping[str, str], published: Collection[str]
) -> Iterable[CopiedFile]:
    """What must go into the site so that a target is there: of a picture only its re-encoded forms."""
    path = asset_path(ref)
    asset = assets.get(path) if path else None
    if asset is None or posixpath.dirname(target.path) != posixpath.dirname(home):
        return ()
    path = _base_of(home, asset, names)
    if asset.picture is None:
        return (CopiedFile(path, asset.path, asset.digest),)
    return picture_files(path, asset.path, asset.picture, published)


# ── names beside the page
#
# Word calls the pictures of a text ``image1.png`` and ``image1.jpeg``, and two folders may each hold a ``photo.jpg``;
# all go beside the page, and a picture's variants are named by its stem. The first that a text mentions keeps the plain
# name, so that what was published stays where it is.


def _site_names(refs: Iterable[Ref], assets: Assets) -> dict[str, str]:
    """Path of each file that the texts of one page mention → its name beside the page; of a picture without suffix."""
    mentioned = dict.fromkeys(path for ref in refs if (path := asset_path(ref)))
    known = [asset for path in mentioned if (asset := assets.get(path))]
    names: dict[str, str] = {}
    taken: set[str] = set()
    waiting = [asset for asset in known if not _take(asset, _plain_name(asset), names, taken)]
    for asset in waiting:
        next(name for name in _other_names(asset) if _take(asset, name, names, taken))
    return names


def _base_of(home: str, asset: Asset, names: Mapping[str, str]) -> str:
    """Path in the site of a file that the page at ``home`` refers to, of a picture without suffix: beside the page."""
    return posixpath.join(posixpath.dirname(home), names.get(asset.path) or _plain_name(asset))


def _take(asset: Asset, name: str, names: dict[str, str], taken: set[str]) -> bool:
    """Give a file its name, if all that is named by it is free; of a picture, with the names that it once had."""
    suffixes = [variant.plain_suffix for variant in asset.picture.variants] if asset.picture else [""]
    wanted = {fold(name + suffix) for suffix in suffixes}
    if taken & wanted:
        return False
    taken |= wanted
    names[asset.path] = name
    return True


def _plain_name(asset: Asset) -> str:
    name = posixpath.basename(asset.path)
    return posixpath.splitext(name)[0] if asset.picture else name


def _other_names(asset: Asset) -> Iterator[str]:
    """``image1-jpeg``, ``image1-2``, ``image1-3`` for a picture; ``form-2.pdf``, ``form-3.pdf`` for a file."""
    stem, suffix = posixpath.splitext(posixpath.basename(asset.path))
    if asset.picture:
        yield f"{stem}-{suffix[1:].lower()}"
    yield from (f"{stem}-{number}" + ("" if asset.picture else suffix) for number in count(2))
