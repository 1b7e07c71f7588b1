"""The outputs: groups of files that are built together; no two files have one address.

Collisions are found here, before anything is written, and name both sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bulletin.arrange import urls
from bulletin.arrange.targets import CopiedFile
from bulletin.core.model import Value
from bulletin.core.problems import Problem, problem
from bulletin.core.station import STATION
from bulletin.read.sources import fold


class OutputGroup(Value, frozen=True):
    """Files that are made together, from the same inputs."""

    name: str
    """Unique and stable: the key of the group in the manifest."""
    inputs: Any
    """A frozen value: all that the files are made from, beside the shell where the edition shows it."""
    paths: tuple[str, ...]
    """Files that will be made, as far as that is known before."""
    source: str = ""
    """The file in the content folder that an author would look at; empty for lists."""
    identity: object = None
    """What represents the inputs in the group's key, where that is cheaper to encode; None for the inputs themselves.
    Texts are named by the key of their reading, so that computing a key loads no HTML."""
    templates: tuple[str, ...] = ()
    """Those that may be needed."""
    copied: tuple[CopiedFile, ...] = ()
    """Files that go with them as they are."""
    yields: bool = False
    """Whether it gives way when another group has the same address."""
    distributable: bool = True
    """Whether another process may make it. Not what names so many issues that each process would have a copy of all
    in memory (build/sharing.py)."""


# ── what groups are made into


class TemplatePage(Value, frozen=True):
    """A file that is ready to be rendered."""

    path: str
    template: str
    view: Value


class BinaryFile(Value, frozen=True):
    """A file that no template makes."""

    path: str
    data: bytes


OutputFile = TemplatePage | BinaryFile | Problem
"""Or what an author has to know of a file that was made."""


# ── collisions


def without_collisions(groups: Iterable[OutputGroup]) -> tuple[tuple[OutputGroup, ...], tuple[Problem, ...]]:
    """Leave out a group whose file has the path of another's file or folder.

    The site's own pages have priority over authors' files; redirects from old addresses come last.
    """
    groups = tuple(groups)
    if _is_free(groups):
        return groups, ()
    owners: dict[str, OutputGroup] = {}
    folders: dict[str, OutputGroup] = {}
    kept: set[str] = set()
    problems = []
    for group in sorted(groups, key=lambda group: (bool(group.source), group.yields)):
        paths = _wanted(group)
        clash = next(((path, owner) for path in paths if (owner := _owner(path, owners, folders))), None)
        if clash:
            path, owner = clash
            other = owner.source or owner.name
            problems.append(problem("A102", group.source or STATION, 1, address=urls.short(path), other=other))
            continue
        kept.add(group.name)
        for path in paths:
            owners[fold(path)] = group
            for folder in _folders(fold(path)):
                folders[folder] = group
    return tuple(group for group in groups if group.name in kept), tuple(problems)


def _is_free(groups: Iterable[OutputGroup]) -> bool:
    """Whether there is no collision; nearly always so, and checked quickly."""
    paths = [fold(path) for group in groups for path in _wanted(group)]
    places = above = set(paths)
    folders: set[str] = set()
    while above := {path.rpartition("/")[0] for path in above} - folders - {""}:
        folders |= above
    return len(places) == len(paths) and places.isdisjoint(folders)


def _wanted(group: OutputGroup) -> tuple[str, ...]:
    return (*group.paths, *(file.path for file in group.copied)) if group.copied else group.paths


def _owner(path: str, owners: dict[str, OutputGroup], folders: dict[str, OutputGroup]) -> OutputGroup | None:
    plain = fold(path)
    if plain in owners or plain in folders:
        return owners.get(plain) or folders.get(plain)
    return next((owners[folder] for folder in _folders(plain) if folder in owners), None)


def _folders(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
