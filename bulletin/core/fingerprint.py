"""The hash of the program itself: its fingerprint, part of every key of the cache.

It covers every file of the package, word lists and catalogues as much as code, and every library that is installed
beside it. No dependency has to be listed, so none can be forgotten; the price is one full rebuild whenever a library
is installed or upgraded.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
"""The folder of the program."""

PACKAGED = next(folder for folder in (PACKAGE / "templates", PACKAGE.parent / "templates") if folder.is_dir())
"""The templates that come with the program: in the wheel inside the package, in the repository beside it."""

_NOT_HASHED = ("__pycache__", "templates")
"""Folders of the package: bytecode, and the theme, which has cache keys of its own."""

_INSTALLED = (".dist-info", ".egg-info")
"""Suffixes of the folders whose names give the version of an installed library."""


@cache
def program_fingerprint() -> str:
    """Hash of the program, Python and all libraries, as this process found them."""
    return compute_fingerprint(str(PACKAGE), sys.path)


def compute_fingerprint(package: str, library_folders: Iterable[str]) -> str:
    """Hash of a package's files, of Python's version, and of the libraries' versions.

    The versions are taken from the names of the ``dist-info`` folders: ``importlib.metadata`` would take longer than
    the rest of a build with nothing to do.
    """
    hashed = blake2b(repr((sys.implementation.name, sys.version_info[:3])).encode(), digest_size=12)
    for path in sorted(_files(package)):
        with open(path, "rb") as file:  # noqa: PTH123 - for every build, some 250 files
            data = file.read()
        hashed.update(f"{path[len(package) :]}\0{len(data)}\0".encode() + data)
    for name in sorted(_installed(library_folders)):
        hashed.update(name.encode() + b"\0")
    return hashed.hexdigest()


def _files(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name in _NOT_HASHED:
                continue
            if entry.is_dir():
                yield from _files(entry.path)
            else:
                yield entry.path


def _installed(folders: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for folder in folders:
        try:
            found.update(name for name in os.listdir(folder or ".") if name.endswith(_INSTALLED))  # noqa: PTH208 - as above
        except OSError:  # a zip, or missing
            continue
    return found
