"""From the working folder to a release: build through the gate, then freeze what was built and what it was built from.

What is frozen is what was judged: a file that changes meanwhile makes the build begin anew.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from bulletin import __version__
from bulletin.build.changes import scan_project, site_folder
from bulletin.build.pipeline import build
from bulletin.build.public_texts import read_public_texts
from bulletin.build.report import Options, Report
from bulletin.core.errors import PublishError
from bulletin.core.files import read_file
from bulletin.core.hit_snapshot import SNAPSHOT_FILE
from bulletin.core.problems import N_
from bulletin.core.progress import Progress, no_progress
from bulletin.core.public_texts import PublicText, PublicTexts, WaitingText
from bulletin.publish.cutting import cut_files, whole_files
from bulletin.publish.hashing import HashedFiles, Put
from bulletin.publish.ledger import purged_blobs
from bulletin.publish.purging import may_hold_sentences
from bulletin.publish.release import Release, ReleaseFile
from bulletin.publish.sources import by_path, due_time
from bulletin.publish.store import ReleaseStore
from bulletin.read.scan import Scan
from bulletin.write.output import WORK, Manifest, manifest_path, read_manifest

SNAPSHOT_SOURCE = f"{WORK}/{SNAPSHOT_FILE}"
"""The numbers of the counter, as a source of a release."""

_HASHES = "published-files.bin"
_ATTEMPTS = 3
_SET_ASIDE = (".", "~$")


class MadeRelease(NamedTuple):
    """A release that is not kept yet."""

    release: Release
    is_new: bool
    """Whether it differs from the last one."""
    report: Report
    """Of the build that it was made from."""
    waiting: tuple[WaitingText, ...]
    """Issues whose time has not come; those that the gate keeps back are not among its sources."""


def make_release(
    root: Path, now: datetime, by: str, store: ReleaseStore, options: Options, progress: Progress = no_progress
) -> MadeRelease:
    """Build the working folder, and freeze it. Raises `BulletinError`; nothing has gone out then.

    ``by`` names who releases, with the computer.
    """
    for _ in range(_ATTEMPTS):
        scan = scan_project(root)
        report = build(root, now, options, progress)
        manifest = read_manifest(manifest_path(root, site_folder(root, options)))
        try:
            made = _frozen(root, now, by, store, manifest, report, scan)
        except FileNotFoundError:
            continue
        if scan_project(root).key == scan.key:
            return made
    raise PublishError(
        N_("files are being changed while the site is published. Close what writes them, and publish again."), path=root
    )


def _frozen(
    root: Path, now: datetime, by: str, store: ReleaseStore, manifest: Manifest, report: Report, scan: Scan
) -> MadeRelease:
    texts = read_public_texts(manifest.public_texts)
    last = store.latest()
    hashed = HashedFiles(root / WORK / _HASHES, _started(manifest))
    site = site_folder(root, Options())
    files = hashed.freeze(_site_files(site, manifest), store.put, store.has)
    cut = cut_files(texts.withdrawn, lambda path: read_file(root / path) if (root / path).is_file() else None)
    inputs = ((path, place) for path, place in _project_files(root, scan, texts) if path not in cut)
    sources = hashed.freeze(inputs, _put_unpurged(store, files), store.has)
    hashed.save()
    sources = _with_earlier(by_path((*sources, *(store.put(cut) if cut else ()))), texts, last)
    shown = _with_earlier_texts(texts.shown, last)
    release = Release(
        id=store.next_id(now.date()),
        parent=last.id if last else "",
        kind="publish",
        made=now.isoformat(),
        by=by,
        program=__version__,
        files=files,
        sources=sources,
        texts=shown,
        carried=texts.carried,
        due=due_time(root, manifest, now),
    )
    return MadeRelease(release, last is None or is_different(release, last), report, texts.waiting)


def is_different(release: Release, last: Release) -> bool:
    """Whether anything goes out that is not out, now or at its hour."""
    return (release.files, release.sources) != (last.files, last.sources)


def _started(manifest: Manifest) -> int:
    """Before this time of the disk's clock nothing was read: that of the youngest file that the build wrote."""
    return max((file.mtime for file in manifest.files.values()), default=0)


def _site_files(site: Path, manifest: Manifest) -> Iterator[tuple[str, str]]:
    for path in manifest.files:
        yield path, os.path.join(site, path)  # noqa: PTH118 - called 10,000 times


def _project_files(root: Path, scan: Scan, texts: PublicTexts) -> Iterator[tuple[str, str]]:
    """Content, templates and the counter's numbers, without what the public must not have now."""
    withdrawn, gone = whole_files(texts.withdrawn)
    left_out = withdrawn | frozenset(texts.left_out)
    folders = (*gone, *(f"{path.rpartition('/')[0]}/" for path in texts.left_out if _has_folder(path)))
    top = os.path.join(root, "")  # noqa: PTH118 - of each file's path
    for place in scan.files:
        if not place.startswith(top):
            continue
        path = place[len(top) :].replace(os.sep, "/")
        is_input = path.startswith(("content/", "templates/")) and not _is_set_aside(path)
        if (is_input or path == SNAPSHOT_SOURCE) and path not in left_out and not path.startswith(folders):
            yield path, place


def _put_unpurged(store: ReleaseStore, files: tuple[ReleaseFile, ...]) -> Put:
    """Keeps sources, but no picture and no attachment that was purged and lies in the folder still, unless a page
    shows it again.
    """
    purged = purged_blobs(store.ledger.entries()) - {file.sha256 for file in files}
    shown = " ".join(file.path for file in files) if purged else ""

    def put(contents: Iterable[tuple[str, bytes]]) -> tuple[ReleaseFile, ...]:
        return store.put(pair for pair in contents if not purged or not is_purged(*pair))

    def is_purged(path: str, data: bytes) -> bool:
        is_shown = f"/{PurePosixPath(path).stem}-" in shown
        return not may_hold_sentences(path) and not is_shown and hashlib.sha256(data).hexdigest() in purged

    return put


def _has_folder(path: str) -> bool:
    """Whether a source has a folder of its own: ``content/issues/2014002/index.md``."""
    return path.count("/") > 2


def _is_set_aside(path: str) -> bool:
    return any(step.startswith(_SET_ASIDE) for step in path.split("/"))


def _with_earlier(
    sources: tuple[ReleaseFile, ...], texts: PublicTexts, last: Release | None
) -> tuple[ReleaseFile, ...]:
    """With the files of texts of which readers keep an earlier version, as the last release has them."""
    if last is None or not texts.earlier:
        return sources
    wanted = frozenset(texts.earlier)
    folders = tuple(f"{path.rpartition('/')[0]}/" for path in texts.earlier if _has_folder(path))
    earlier = [file for file in last.sources if file.path in wanted or file.path.startswith(folders)]
    return by_path((*sources, *earlier))


def _with_earlier_texts(shown: Iterable[PublicText], last: Release | None) -> tuple[PublicText, ...]:
    known = {text.source: text for text in last.texts} if last else {}
    return tuple(text if text.text else known.get(text.source, text) for text in shown)
