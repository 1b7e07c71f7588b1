"""A copy of the old website, a folder or a WARC file → its files by the address that each had.

Nothing of it is trusted: links out of the folder are not followed, names become addresses and never paths, and sizes
are bounded.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from bulletin.core.errors import UsageError
from bulletin.core.files import is_utf8
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.word.old_site.saved_file import (
    MAX_FILE_BYTES,
    MAX_FILES,
    SavedFile,
    SkippedFile,
    address_key,
    bounded_file,
)
from bulletin.word.old_site.warc import files_of_warc


class SavedSite(Value, frozen=True):
    """Everything that was saved."""

    files: Mapping[str, SavedFile]
    """By `address_key`."""
    skipped: tuple[SkippedFile, ...]

    def find(self, address: str) -> SavedFile | None:
        return self.files.get(address_key(address))


def read_site(place: Path) -> SavedSite:
    """Read a folder or a WARC. Raises `UsageError` where it is neither or has no page, `WorkerError` and `OSError`."""
    if place.is_dir():
        found = _files_of_folder(place)
    elif place.is_file():
        found = files_of_warc(place)
    else:
        raise UsageError(N_("there is no such folder or file."), path=place)
    files: dict[str, SavedFile] = {}
    skipped: list[SkippedFile] = []
    for each in found:
        if isinstance(each, SkippedFile):
            skipped.append(each)
        elif address_key(each.address) in files:
            skipped.append(SkippedFile(each.place, N_("another file has the same address.")))
        else:
            files[address_key(each.address)] = each
    if not skipped and not any(each.is_page for each in files.values()):
        raise UsageError(
            N_("no saved page is in it (.html, .asp, .php …); give the folder that wget or a browser saved."),
            path=place,
        )
    return SavedSite(files, tuple(skipped))


# ── a folder


def _files_of_folder(folder: Path) -> Iterator[SavedFile | SkippedFile]:
    count = 0
    for inner, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            count += 1
            if count > MAX_FILES:
                yield SkippedFile(str(folder), N_("the folder has more than 100,000 files; the rest was not read."))
                return
            yield _file_of_folder(folder, Path(inner) / name)


def _file_of_folder(folder: Path, path: Path) -> SavedFile | SkippedFile:
    place = path.relative_to(folder).as_posix()
    if not is_utf8(place):
        return SkippedFile(place.encode("utf-8", "replace").decode(), N_("its name is not in UTF-8."))
    if path.is_symlink() or not path.is_file():
        return SkippedFile(place, N_("it is no ordinary file."))
    if path.stat().st_size > MAX_FILE_BYTES:
        return SkippedFile(place, N_("it has more than 50 MB."))
    return bounded_file(SavedFile("", place, path.read_bytes()))
