"""The sources of a release, checked out and built again: for what goes out without the working folder.

A withdrawal, an issue that comes due, a rollback and the counter's numbers start from the release that is out. Its
sources are built twice, as they are and with the change; only files that differ between the two take the place of
the release's own. So nothing else goes along, not even what a newer version of the program would make differently.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from bulletin.build.pipeline import build
from bulletin.build.public_texts import PublicTexts, read_public_texts
from bulletin.build.report import Options
from bulletin.core.files import replace_file
from bulletin.core.fingerprint import program_fingerprint
from bulletin.core.model import Value
from bulletin.core.progress import Progress, no_progress
from bulletin.publish.hashing import HashedFiles, sha256
from bulletin.publish.making import ReleaseBook, by_path
from bulletin.publish.release import Release, ReleaseFile
from bulletin.write.output import WORK, manifest_path, read_manifest

_FOLDER = "released"
_STATE = "release.bin"


class _State(Value, frozen=True):
    """What the folder holds."""

    release: str
    fingerprint: str
    made: dict[str, str]
    """Path → SHA-256 of what this program makes of it."""


class Rebuilt(NamedTuple):
    """The site of a release with a change."""

    files: tuple[ReleaseFile, ...]
    sources: tuple[ReleaseFile, ...]
    texts: PublicTexts


class Workspace:
    """The folder in which the sources of a release are built; it may be deleted at any time."""

    def __init__(self, root: Path, book: ReleaseBook, jobs: int = 1, progress: Progress = no_progress) -> None:
        self._folder = root / WORK / _FOLDER
        self._book = book
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
            self._check_out(release.sources)
        self._forget_state()
        sources = {file.path: file for file in release.sources}
        for path, data in changes.items():
            self._write(path, data)
            if data is None:
                sources.pop(path, None)
            else:
                sources[path] = self._book.keep(path, data)
        texts = self._build(now)
        after = self._hashes()
        kept = [] if whole else [file for file in release.files if _stays(file.path, before, after)]
        fresh = [self._kept(path) for path in after if before.get(path) != after[path]]
        self._made = after
        return Rebuilt(by_path((*kept, *fresh)), by_path(sources.values()), texts)

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
        self._check_out(release.sources)
        self._build(datetime.fromisoformat(release.made))
        return self._hashes()

    def _check_out(self, sources: Iterable[ReleaseFile]) -> None:
        self.remove()
        for file in sources:
            self._write(file.path, self._book.read(file))

    def _write(self, path: str, data: bytes | None) -> None:
        place = self._folder / path
        if data is None:
            place.unlink(missing_ok=True)
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)

    def _build(self, now: datetime) -> PublicTexts:
        build(self._folder, now, self._options, self._progress)
        return read_public_texts(read_manifest(self._manifest()).public_texts)

    def _manifest(self) -> Path:
        return manifest_path(self._folder, self._folder / "site")

    def _hashes(self) -> dict[str, str]:
        hashed = HashedFiles(self._folder / WORK / "hashes.bin", 0)
        site = self._folder / "site"
        files = [(path, os.path.join(site, path)) for path in read_manifest(self._manifest()).files]  # noqa: PTH118
        found = hashed.freeze(files, lambda path, data: ReleaseFile(path, sha256(data), len(data)), lambda _: True)
        return {file.path: file.sha256 for file in found}

    def _kept(self, path: str) -> ReleaseFile:
        return self._book.keep(path, (self._folder / "site" / path).read_bytes())

    def _state(self) -> _State | None:
        try:
            return msgspec.msgpack.decode((self._folder / _STATE).read_bytes(), type=_State)
        except (OSError, msgspec.MsgspecError):
            return None

    def _forget_state(self) -> None:
        (self._folder / _STATE).unlink(missing_ok=True)


def _stays(path: str, before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Whether the change leaves a file of the release as it is; one that neither build makes was carried into it."""
    return before.get(path) == after.get(path)
