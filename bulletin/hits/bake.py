"""Refreshing the site's snapshot of hits: fetch the numbers, choose what pages show, store them for the build."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from bulletin.build.project import find_snapshot
from bulletin.core.errors import HitsError
from bulletin.core.files import replace_file
from bulletin.core.hit_snapshot import (
    MAX_CHANGED_PAGES,
    RANKED_PAGES,
    SNAPSHOT_FILE,
    HitSnapshot,
    Rank,
    Rankings,
    encode_snapshot,
    limit_changes,
)
from bulletin.core.keys import Key
from bulletin.core.problems import N_
from bulletin.hits import catalogue, figures, remote
from bulletin.hits.catalogue import Catalogue
from bulletin.hits.service import RANKED_DAYS, HitTotals
from bulletin.hits.stores.opening import open_store
from bulletin.write.output import WORK


def refresh_snapshot(root: Path, keys: Path, source: str, today: date, max_changes: int = MAX_CHANGED_PAGES) -> int:
    """Choose the numbers that the next build shows; returns how many pages change. Raises `HitsError`, `UsageError`.

    ``source`` is the address of a running service, or of a store; ``keys`` the list that the last build wrote.
    """
    pages = catalogue.load_catalogue(keys)
    found = _fetch_hits(source, pages, today)
    before = find_snapshot(root)
    snapshot = HitSnapshot(
        limit_changes(before.hits, found.total, max_changes), _rankings(found, pages), _by_section(found, pages)
    )
    _write_snapshot(root / WORK / SNAPSHOT_FILE, snapshot)
    return sum(before.hits.get(key, 0) != n for key, n in snapshot.hits.items())


def _fetch_hits(source: str, pages: Catalogue, today: date) -> HitTotals:
    """Every page's hits, from a service or directly from a store."""
    if source.startswith(("http://", "https://")):
        return remote.ranked(source)
    store = open_store(source)
    try:
        counts = tuple(figures.with_carried(store.counts(), pages))
    finally:
        store.close()
    since = (today - timedelta(days=RANKED_DAYS - 1)).isoformat()
    return HitTotals(figures.sums(counts, pages), figures.sums(counts, pages, since))


def _rankings(found: HitTotals, pages: Catalogue, section: str | None = None) -> Rankings:
    return Rankings(_ranks(found.recent, pages, section), _ranks(found.total, pages, section))


def _ranks(sums: Mapping[str, int], pages: Catalogue, section: str | None) -> tuple[Rank, ...]:
    listed = {key: n for key, n in sums.items() if _belongs(pages.pages.get(key), section)}
    return tuple(Rank(line.key, line.n) for line in figures.ranking(listed, pages, limit=RANKED_PAGES))


def _belongs(page: Key | None, section: str | None) -> bool:
    return page is not None and (section is None or page.section == section)


def _by_section(found: HitTotals, pages: Catalogue) -> dict[str, Rankings]:
    titles = dict.fromkeys(page.section for page in pages.pages.values() if page.section)
    return {title: _rankings(found, pages, title) for title in titles}


def _write_snapshot(path: Path, snapshot: HitSnapshot) -> None:
    try:
        path.parent.mkdir(exist_ok=True)
        replace_file(path, encode_snapshot(snapshot))
    except OSError as error:
        raise HitsError(N_("cannot be written: {reason}."), path=path, reason=error.strerror or error) from None
