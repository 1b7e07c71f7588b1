"""Which files of the site's folder are ours: only these are ever removed.

The folder says it itself, in a list of the files that were written there with size and hash of each. So pages whose
source is gone are removed although the work folder was deleted or the site was copied, and nothing else is: a file
that is in no list is somebody else's, and so is one whose content was changed by hand.

Before files are renamed into place the list is replaced by one that names both what is there and what will be;
afterwards by what is there. A build that is killed at any point has thus named all that it has put there, and nothing
of other people is named, since their content has another hash. The list differs then from the one that the manifest
was written with, which makes the next build look. What the manifest knows to be as it was left is not read again.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import NamedTuple

import msgspec

from bulletin.write.output import Manifest, Output, Written, content_version, stays_inside
from bulletin.write.swap import parents

OWNED_FILES = ".bulletin-files"
"""List in every folder that is built into; it names files of the site and holds nothing else."""

_Listed = dict[str, tuple[str, ...]]
"""Path → contents that a file of ours may have (`content_version`): one, or two while a build is under way."""


class _Stale(NamedTuple):
    """Files that have no source any more."""

    ours: list[str]
    """As we left them, or removed by a killed build already: they go, with folders that are empty then."""
    changed: list[str]
    """Changed by hand: they stay."""


class OwnedFiles:
    """What is ours in a folder, by its list and by the manifest of the last build."""

    def __init__(self, output: Output, last: Manifest) -> None:
        self._output = output
        self._known = last.files
        self._on_disk = _read(output)
        self._reliable = last.owned is not None and output.is_current(last.owned)
        self._listed = self._on_disk if self._reliable else _valid(self._on_disk)
        self._linked: dict[str, bool] = {}

    @property
    def paths(self) -> set[str]:
        """Of all files that the last build left here, by its manifest and by the list."""
        return self._known.keys() | self._listed.keys()

    def is_ours(self, path: str) -> bool:
        """Whether a file has the content that we gave it, and is no link."""
        if self._is_link(path) or self._is_behind_link(path):
            return False
        known = self._known.get(path)
        if known and self._output.is_current(known):
            return True
        return self._version(path) in self._listed.get(path, ())

    def stale(self, current: set[str], spared: tuple[str, ...]) -> _Stale:
        """Files of earlier builds that are not ``current``; those whose path begins with one of ``spared`` stay."""
        stale = _Stale([], [])
        for path in sorted(self.paths - current):
            if path.startswith(spared):
                continue
            if self.is_ours(path) or self._is_gone(path):
                stale.ours.append(path)
            elif not os.path.isdir(self._output.place(path)):  # noqa: PTH112 - of a path as a string
                stale.changed.append(path)
        return stale

    def foreign_below(self, staged: Mapping[str, str]) -> list[str]:
        """Files, not ours and with other content, that are where the ``staged`` files and their folders must be."""
        folders = dict.fromkeys(folder for path in staged for folder in parents(path))
        places = [*((folder, "") for folder in folders), *staged.items()]
        return [path for path, version in places if self._is_other(path, version)]

    def unknown(self, current: set[str]) -> list[str]:
        """Files in the folder that are neither ``current`` nor ours."""
        return sorted(path for path in self._output.unknown_files(current) if not self.is_ours(path))

    def announce(self, staged: Mapping[str, str]) -> None:
        """Add the contents that are about to be put into place to the list. Raises `OutputError`."""
        both = self._listed | {
            path: tuple(dict.fromkeys((*self._listed.get(path, ()), version))) for path, version in staged.items()
        }
        self._replace(both, swapped=False)

    def settle(self, kept: Iterable[Written], staged: Mapping[str, str], spared: tuple[str, ...]) -> Written:
        """Let the list name what is there now. Returns its own stamp, for the manifest. Raises `OutputError`."""
        now: _Listed = {}
        if spared:
            now = {path: versions for path, versions in self._listed.items() if path.startswith(spared)}
        known = self._listed if self._reliable else {}
        for file in kept:
            versions = known.get(file.path, ())
            now[file.path] = versions if len(versions) == 1 else (self._version(file.path),)
        now |= {path: (version,) for path, version in staged.items()}
        self._replace(now, swapped=True)
        return self._output.stamp(OWNED_FILES)

    def _replace(self, listed: _Listed, *, swapped: bool) -> None:
        if listed != self._on_disk or not os.path.lexists(self._output.place(OWNED_FILES)):
            self._output.put(OWNED_FILES, _encode(listed), swapped=swapped)
        self._listed = self._on_disk = listed

    def _is_other(self, path: str, version: str) -> bool:
        place = self._output.place(path)
        if not os.path.lexists(place) or (os.path.isdir(place) and not os.path.islink(place)):  # noqa: PTH112, PTH114
            return False
        return not self.is_ours(path) and (self._is_link(path) or self._version(path) != version)

    def _is_gone(self, path: str) -> bool:
        return not os.path.lexists(self._output.place(path)) and not self._is_behind_link(path)

    def _is_behind_link(self, path: str) -> bool:
        return any(map(self._is_link, parents(path)))

    def _is_link(self, path: str) -> bool:
        if path not in self._linked:
            self._linked[path] = os.path.islink(self._output.place(path))  # noqa: PTH114 - of a path as a string
        return self._linked[path]

    def _version(self, path: str) -> str:
        """Of what is on the disk; empty when that is no file or cannot be read."""
        with suppress(OSError, ValueError):
            if stat.S_ISREG(os.lstat(place := self._output.place(path)).st_mode):
                with open(place, "rb") as file:  # noqa: PTH123 - of a path as a string
                    return content_version(file.read())
        return ""


def empty_list(paths: Iterable[str]) -> bytes:
    """A list for a folder that has none of these files: they were ours once, whatever was in them."""
    return _encode(dict.fromkeys(paths, ()))


def _encode(listed: _Listed) -> bytes:
    """One file a line, so that people can read it; within a JSON string a quotation mark has a backslash before it."""
    return msgspec.json.encode(listed, order="sorted").replace(b'],"', b'],\n"') + b"\n"


def _read(output: Output) -> _Listed:
    """The list; treat a damaged one as missing."""
    try:
        with open(output.place(OWNED_FILES), "rb") as file:  # noqa: PTH123 - as above
            return msgspec.json.decode(file.read(), type=_Listed)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return {}


def _valid(listed: _Listed) -> _Listed:
    """Without paths that lead out of the folder: the list may have been written by anybody."""
    return {path: versions for path, versions in listed.items() if stays_inside(path)}
