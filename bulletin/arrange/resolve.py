"""Archive → `ResolvedArchive`: every reference resolved, the theme, the numbers and the shell that all pages share.

All that an edition may take its inputs from; nothing in it is filled in later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from hashlib import blake2b

from msgspec import field, msgpack, structs

from bulletin.arrange import urls
from bulletin.arrange.archive import Archive
from bulletin.arrange.columns import columns_in_menu
from bulletin.arrange.corrected import has_corrections_page
from bulletin.arrange.counted import key_list
from bulletin.arrange.home import home_problems
from bulletin.arrange.links import NO_GUESSES, Guesses, LinkResolver, resolve_all
from bulletin.arrange.look import EntryLines, ResolvedTheme, resolve_theme, without_drawings
from bulletin.arrange.moved import NO_MOVES, MovedAddress, Moves
from bulletin.arrange.rankings import PageRanking, RankingEntry
from bulletin.arrange.shell import Shell
from bulletin.arrange.spoken import Spoken, spoken_issues
from bulletin.arrange.targets import NO_LINKS, CopiedFile, Links, ThemeFiles
from bulletin.arrange.urls import Name
from bulletin.arrange.views.values import DailyFigure
from bulletin.core.hit_snapshot import EMPTY_SNAPSHOT, HitSnapshot, Rank, Rankings
from bulletin.core.keys import KeyList
from bulletin.core.labels import label_problems
from bulletin.core.model import Issue, Page, Value
from bulletin.core.problems import Problem, problem
from bulletin.core.station import STATION, Station
from bulletin.core.withdrawals import withdrawn_paths
from bulletin.read.assets import Assets


class ResolvedArchive(Value, frozen=True):
    """An archive, and everything that its outputs are built from."""

    archive: Archive
    shell: Shell
    links: dict[str, Links]
    """By source."""
    spoken: dict[str, Spoken]
    """By source, the issues that are read aloud."""
    static: tuple[CopiedFile, ...]
    """The theme's own files."""
    theme: ResolvedTheme | None
    """The station's own colours, font and pictures; None when it has none."""
    keys: KeyList | None
    """What the counter may count; None where nothing is counted."""
    hits: dict[str, int]
    """By key, as last reported by the counter; empty where nothing is counted."""
    rankings: dict[str, PageRanking]
    """By the section's title; of all under the empty one."""
    searchable: bool
    """Whether there will be an index to search in."""
    guesses: Guesses
    """What broken links may have meant, for the next build."""
    moved: tuple[MovedAddress, ...]
    """Published addresses that have no page any more, with the place where their text is now."""
    published: frozenset[str] = frozenset()
    """Paths that readers have and that no text alone calls for: other forms of issues, the page of corrections."""
    forms: dict[str, tuple[Name, ...]] = field(default_factory=dict)
    """By id of an issue: its other forms, each with what readers call it (editions/forms.py)."""


def resolve_archive(
    archive: Archive,
    assets: Assets,
    files: ThemeFiles,
    lines: EntryLines,
    snapshot: HitSnapshot = EMPTY_SNAPSHOT,
    guesses: Guesses = NO_GUESSES,
    moves: Moves = NO_MOVES,
    published: Collection[str] = (),
    *,
    indexed: bool = True,
    counted: bool = True,
) -> tuple[ResolvedArchive, tuple[Problem, ...]]:
    """Resolve everything that texts and station refer to; a problem for each reference that leads nowhere.

    ``lines`` says where the entries under ``theme``, ``home`` and ``labels`` are in station.yml. Without ``indexed`` a
    station that has a search gets its page, but nothing to search in. ``guesses`` are those of an earlier build,
    ``published`` the paths of the files that readers have.
    """
    station = archive.station
    problems = [] if station.url else [problem("A104", STATION)]
    theme, found = resolve_theme(station.theme, assets, lines, published) if station.theme else (None, ())
    assets = without_drawings(assets)
    moved = {each.path: each.target for each in moves.shown}
    notes = {path: path for path in withdrawn_paths(archive.withdrawn)}
    over = dict.fromkeys(_addresses_of_ended(archive), urls.NOTICES) if _has_board(archive, published) else {}
    resolver = LinkResolver(archive, assets, guesses, moved | notes | over, published)
    links, broken = _links(archive, assets, resolver)
    spoken, unheard = spoken_issues(archive, assets)
    keys = key_list(archive, moved) if counted and station.hits else None
    snapshot = snapshot if keys else EMPTY_SNAPSHOT
    digest = _theme_digest(files, theme)
    resolved = ResolvedArchive(
        archive=archive,
        shell=_shell(archive, theme, files, digest, _counter(station) if keys else "", published),
        links=links,
        spoken=spoken,
        static=tuple(_with_hash(files.static, digest)),
        theme=theme,
        keys=keys,
        hits=snapshot.hits,
        rankings=_rankings(keys, snapshot) if keys else {},
        searchable=indexed and station.search,
        guesses=resolver.guesses(),
        moved=moves.shown,
        published=frozenset(filter(is_for_readers_alone, published)),
    )
    of_settings = (*problems, *home_problems(archive, lines), *label_problems(station, lines))
    return resolved, (*of_settings, *found, *broken, *unheard)


def is_for_readers_alone(path: str) -> bool:
    """Whether it may be one of `ResolvedArchive.published`."""
    return path in (urls.CORRECTIONS, urls.NOTICES) or (path.startswith("issues/") and not path.endswith(".html"))


def _links(archive: Archive, assets: Assets, resolver: LinkResolver) -> tuple[dict[str, Links], list[Problem]]:
    links: dict[str, Links] = {}
    problems: list[Problem] = []
    for issue in archive.issues:
        if issue.refers:
            links[issue.source], found = resolve_all(issue.texts(), urls.issue(issue.id), resolver, assets)
            problems += found
        else:
            links[issue.source] = NO_LINKS
        problems += _bad_redirects(issue)
    for page in archive.pages:
        links[page.source], found = resolve_all(page.texts(), urls.page(page.id), resolver, assets)
        problems += (*found, *_bad_redirects(page))
    return links, problems


def _bad_redirects(source: Issue | Page) -> Iterable[Problem]:
    for address in source.redirect_from:
        if urls.redirect_path(address) is None and urls.server_address(address) is None:
            yield problem("A103", source.source, 1, address=address)


def _theme_digest(files: ThemeFiles, theme: ResolvedTheme | None) -> str:
    """Of all that pages ask for of the theme, the station's own stylesheet among it: 10 hexadecimal digits."""
    own = (files.style, theme.light, theme.dark, theme.font) if theme and theme.styles else ()
    return blake2b(msgpack.encode((files.static, own)), digest_size=5).hexdigest()


def _with_hash(static: Iterable[CopiedFile], digest: str) -> Iterator[CopiedFile]:
    """The files, and once more where pages ask for them; the plain paths are for templates of a station's own."""
    for file in static:
        yield file
        yield structs.replace(file, path=urls.theme_path(file.path, digest))


def _shell(
    archive: Archive,
    theme: ResolvedTheme | None,
    files: ThemeFiles,
    digest: str,
    counter: str,
    published: Collection[str],
) -> Shell:
    in_menu = columns_in_menu(archive.columns, archive.station)
    return Shell(
        station=archive.station,
        columns=tuple(Name(c.rule.title, urls.column(c.rule.id)) for c in in_menu),
        all_columns=urls.COLUMNS if archive.columns else "",
        years=archive.years,
        pages=tuple(_name(p) for p in archive.pages if p.menu),
        beside_phone=next((_name(p) for p in archive.pages if p.beside_phone), None),
        today=DailyFigure(archive.today.count, archive.today.date) if archive.today else None,
        counter=counter,
        paper=theme.light.paper if theme else "",
        styles=urls.theme_path(theme.styles, digest) if theme and theme.styles else "",
        static={f.path.removeprefix(urls.STATIC_FOLDER): urls.theme_path(f.path, digest) for f in files.static},
        logo=theme.logo if theme else None,
        banner=theme.banner if theme else None,
        corrections=urls.CORRECTIONS if has_corrections_page(archive) else "",
        notices=urls.NOTICES if _has_board(archive, published) else "",
        subscribe=urls.SUBSCRIBE if archive.has_subscribe_page else "",
    )


def _name(page: Page) -> Name:
    return Name(page.title, urls.page(page.id))


def _addresses_of_ended(archive: Archive) -> Iterator[str]:
    """What a text may call a notice that is over: its page, by old addresses too, and its file."""
    for notice in archive.ended:
        yield from (urls.page(notice.id), notice.source)
        yield from filter(None, map(urls.redirect_path, notice.redirect_from))


def _has_board(archive: Archive, published: Collection[str]) -> bool:
    """Whether the notice board has a page: once it had one it stays. A standing page may have its address instead."""
    return (archive.has_notices or urls.NOTICES in published) and not archive.has_own_page(urls.NOTICES)


def _counter(station: Station) -> str:
    return "_hits/" if station.hits == "yes" else f"{station.hits.rstrip('/')}/_hits/"


def _rankings(keys: KeyList, snapshot: HitSnapshot) -> dict[str, PageRanking]:
    names = {key.key: Name(key.title, f"{key.path}index.html") for key in keys.keys}

    def named(ranks: tuple[Rank, ...]) -> tuple[RankingEntry, ...]:
        return tuple(RankingEntry(names[rank.key], rank.key, rank.n) for rank in ranks if rank.key in names)

    def ranking(found: Rankings) -> PageRanking:
        return PageRanking(named(found.recent), named(found.ever))

    return {"": ranking(snapshot.whole)} | {title: ranking(found) for title, found in snapshot.sections.items()}
