"""The sources of a release, checked out and built again: for what goes out without the working folder.

A withdrawal, an issue that comes due, a rollback and the counter's numbers start from the release that is out. Its
sources are built twice, as they are and with the change; only files that differ between the two take the place of
the release's own. So nothing else goes along, not even what a newer version of the program would make differently.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from bulletin.arrange.resolve import is_for_readers_alone
from bulletin.arrange.targets import is_former_picture
from bulletin.build.pipeline import build
from bulletin.build.public_texts import read_public_texts
from bulletin.build.report import Options
from bulletin.core.files import replace_file
from bulletin.core.fingerprint import program_fingerprint
from bulletin.core.model import Value
from bulletin.core.progress import Progress, no_progress
from bulletin.core.public_texts import PublicTexts
from bulletin.publish.cutting import Spans, cut_files, whole_files
from bulletin.publish.hashing import HashedFiles, only_hashed
from bulletin.publish.release import Rebuilt, Release, ReleaseFile, is_asset
from bulletin.publish.sources import by_path, due_time
from bulletin.publish.store import ReleaseStore
from bulletin.write.output import WORK, Manifest, manifest_path, read_manifest
from bulletin.write.owned import OWNED_FILES, empty_list

_FOLDER = "released"
_STATE = "release.bin"


class _State(Value, frozen=True):
    """What the folder holds."""

    release: str
    fingerprint: str
    made: dict[str, str]
    """Path → SHA-256 of what this program makes of it."""


class Workspace:
    """The folder in which the sources of a release are built; it may be deleted at any time."""

    def __init__(self, root: Path, store: ReleaseStore, jobs: int = 1, progress: Progress = no_progress) -> None:
        self._folder = root / WORK / _FOLDER
        self._store = store
        self._options = Options(judged=True, let_go=True, jobs=jobs)
        self._progress = progress

    def rebuilt(
        self, release: Release, changes: Mapping[str, bytes | None], now: datetime, *, whole: bool = False
    ) -> Rebuilt:
        """The release with its sources changed, as of ``now``; None takes a source away.

        With ``whole`` all files are made anew: for a release whose own are not all kept any more. Raises
        `BulletinError`.
        """
        before = {} if whole else self._checked_out(release)
        if whole:
            self._put_sources(release)
        told = self._texts()
        self._forget_state()
        sources = {file.path: file for file in release.sources}
        for path, data in changes.items():
            self._write(path, data)
            sources.pop(path, None)
        added = self._store.put((path, data) for path, data in changes.items() if data is not None)
        manifest = self._build(now)
        after = self._made = self._hashes()
        texts = read_public_texts(manifest.public_texts)
        retold = (*_retold(told, texts), *_changed_folders(before, after))
        kept = () if whole else (file for file in release.files if _stays(file.path, before, after, retold))
        fresh = self._store.put((path, self._site_file(path)) for path in _fresh(release, before, after))
        sources |= {file.path: file for file in added}
        cut = self._without_withdrawn(sources, texts.withdrawn)
        return Rebuilt(
            by_path((*kept, *fresh)), cut, texts.shown, due_time(self._folder, manifest, now), now.isoformat()
        )

    def _without_withdrawn(self, sources: Mapping[str, ReleaseFile], spans: Spans) -> tuple[ReleaseFile, ...]:
        files, folders = whole_files(spans)
        left = cut_files(spans, lambda path: self._store.read(sources[path]) if path in sources else None)
        kept = (f for path, f in sources.items() if path not in files | left.keys() and not path.startswith(folders))
        return by_path((*kept, *(self._store.put(left) if left else ())))

    def check_out(self, release: Release) -> Path:
        """The folder, with the sources of a release and what was made of them."""
        self._checked_out(release)
        return self._folder

    def settle(self, release: Release) -> None:
        """What was built last has become a release: the next change of it need not begin anew."""
        state = _State(release.id, program_fingerprint(), self._made)
        replace_file(self._folder / _STATE, msgspec.msgpack.encode(state))

    def remove(self) -> None:
        """Delete the folder."""
        shutil.rmtree(self._folder, ignore_errors=True)

    # ── what is in the folder

    def _checked_out(self, release: Release) -> dict[str, str]:
        """What this program makes of the release's sources: path → SHA-256."""
        state = self._state()
        if state and (state.release, state.fingerprint) == (release.id, program_fingerprint()):
            return state.made
        self._put_sources(release)
        self._build(release.time)
        made = self._made = self._hashes()
        self.settle(release)
        return made

    def _put_sources(self, release: Release) -> None:
        """The sources, and the addresses that a build keeps because readers have them: former ones of pictures, as long
        as the picture is there; other forms of issues of earlier years."""
        self.remove()
        for file in release.sources:
            self._write(file.path, self._store.read(file))
        paths = (file.path for file in release.files)
        had = (path for path in paths if is_former_picture(path) or is_for_readers_alone(path))
        self._write(f"site/{OWNED_FILES}", empty_list(had))

    def _write(self, path: str, data: bytes | None) -> None:
        place = self._folder / path
        if data is None:
            place.unlink(missing_ok=True)
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)

    def _build(self, now: datetime) -> Manifest:
        build(self._folder, now, self._options, self._progress)
        return self._manifest()

    def _manifest(self) -> Manifest:
        return read_manifest(manifest_path(self._folder, self._folder / "site"))

    def _texts(self) -> PublicTexts:
        """As they were built last."""
        return read_public_texts(self._manifest().public_texts)

    def _hashes(self) -> dict[str, str]:
        hashed = HashedFiles(self._folder / WORK / "hashes.bin", 0)
        site = self._folder / "site"
        files = [(path, os.path.join(site, path)) for path in self._manifest().files]  # noqa: PTH118
        return {file.path: file.sha256 for file in hashed.freeze(files, only_hashed, lambda _: False)}

    def _site_file(self, path: str) -> bytes:
        return (self._folder / "site" / path).read_bytes()

    def _state(self) -> _State | None:
        try:
            return msgspec.msgpack.decode((self._folder / _STATE).read_bytes(), type=_State)
        except (OSError, msgspec.MsgspecError):
            return None

    def _forget_state(self) -> None:
        (self._folder / _STATE).unlink(missing_ok=True)


def _stays(path: str, before: Mapping[str, str], after: Mapping[str, str], retold: tuple[str, ...]) -> bool:
    """Whether the change leaves a file of the release as it is; one that neither build makes was carried into it.

    Such a one goes from the folders ``retold``, of texts with other words now: it may be a PDF with the former ones,
    which this computer cannot make.
    """
    made = after.get(path)
    return before.get(path) == made and (made is not None or not path.startswith(retold))


def _retold(before: PublicTexts, after: PublicTexts) -> Iterator[str]:
    """Folders of texts that are gone, or of which something was withdrawn."""
    shown = {text.folder for text in after.shown}
    sources = {path for path, _, _ in set(before.withdrawn) ^ set(after.withdrawn)}
    for text in before.shown:
        folder, _, name = text.source.rpartition("/")
        is_own = name.startswith("index.")
        if text.folder not in shown or any(
            s == text.source or (is_own and s.startswith(f"{folder}/")) for s in sources
        ):
            yield text.folder


def _changed_folders(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """Folders of issues in which a page appears or goes."""
    for path in before.keys() ^ after.keys():
        if path.startswith("issues/") and path.endswith(".html"):
            yield f"issues/{path.split('/')[1]}/"


def _fresh(release: Release, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """What the change makes, and the assets that its pages ask for where another version of the program made the
    release."""
    known = {file.path for file in release.files}
    for path, made in after.items():
        if before.get(path) != made or (path not in known and is_asset(path)):
            yield path
