"""Small releases, from the sources of the one that is out: what they change, and how they follow it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec.structs import replace

from bulletin import __version__
from bulletin.core.withdrawals import WITHDRAWN_FILE
from bulletin.publish.release import Rebuilt, Release, ReleaseFile, ReleaseKind
from bulletin.publish.store import ReleaseStore


def derived(
    base: Release,
    kind: ReleaseKind,
    now: datetime,
    by: str,
    store: ReleaseStore,
    made: Rebuilt,
    note: str = "",
    parent: str = "",
) -> Release:
    """The release that holds what was rebuilt of ``base``, and follows it, or ``parent``.

    A text that was in ``base`` keeps its entry: its source is cut where something of it was withdrawn, which makes
    another hash of the same words. Not its title, which may have gone with what was withdrawn.
    """
    known = {(text.folder, text.id): text for text in base.texts}
    return replace(
        base,
        id=store.next_id(now.date()),
        parent=parent or base.id,
        kind=kind,
        made=now.isoformat(),
        by=by,
        program=__version__,
        files=made.files,
        sources=made.sources,
        texts=tuple(replace(known.get((text.folder, text.id), text), title=text.title) for text in made.texts),
        due=made.due,
        as_of=made.as_of,
        note=note,
    )


def retitled(releases: Iterable[Release], issue: str, last: Release) -> Iterator[Release]:
    """Releases without the title of an issue of which something was withdrawn, unless ``last`` still gives it."""
    folder = f"issues/{issue}/"
    title = next((text.title for text in last.texts if text.folder == folder), "")
    for release in releases:
        texts = (replace(text, title=title) if text.folder == folder else text for text in release.texts)
        yield replace(release, texts=tuple(texts))


def withdrawals(base: Release, last: Release, store: ReleaseStore) -> dict[str, bytes | None]:
    """What brings the withdrawals of the last release into an older one; nothing where it has them."""
    before, now = _source(base, WITHDRAWN_FILE), _source(last, WITHDRAWN_FILE)
    if now is None or (before and before.sha256 == now.sha256):
        return {}
    return {WITHDRAWN_FILE: store.read(now)}


def without_missing(base: Release, last: Release, store: ReleaseStore) -> tuple[bool, Release]:
    """Whether every file of a release is kept here still; and the release without the sources that were purged, in
    whose place those of the last release stand, where it has them.
    """
    is_whole = all(store.has(file.sha256) for file in (*base.files, *base.sources))
    current = {file.path: file for file in last.sources}
    sources = (file if store.has(file.sha256) else current.get(file.path) for file in base.sources)
    return is_whole, replace(base, sources=tuple(file for file in sources if file))


def source_bytes(release: Release, path: str, store: ReleaseStore) -> bytes:
    """A source of a release; empty where it has none."""
    found = _source(release, path)
    return store.read(found) if found else b""


def _source(release: Release, path: str) -> ReleaseFile | None:
    return next((file for file in release.sources if file.path == path), None)
