"""What this computer keeps of a text besides its source and the releases: caches, copies, drafts, the local site."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from bulletin.build.project import discard_cache
from bulletin.core.files import read_file, replace_file
from bulletin.publish.cutting import Spans, cut_files, whole_files
from bulletin.publish.purging import holds_one, may_hold_sentences
from bulletin.publish.release import ReleaseFile
from bulletin.write.output import WORK

_SITE = "site"
_OUT = "out"
_KEPT = "released"
"""The checked-out sources of the last release; made anew when they are needed."""


def remove_traces(root: Path, sentences: frozenset[str]) -> Iterator[str]:
    """Remove the cache, the checked-out release, and every file of the work folder that holds one of the sentences;
    yields the path of each. Raises `OSError`.
    """
    discard_cache(root)
    shutil.rmtree(root / WORK / _KEPT, ignore_errors=True)
    for path in _holding(root, root / WORK, sentences):
        (root / path).unlink(missing_ok=True)
        yield path


def traces_left(root: Path, sentences: frozenset[str]) -> tuple[str, ...]:
    """Files of the work folder, the local site and ``out`` that hold one of the sentences, from the project's root."""
    return tuple(path for top in (WORK, _SITE, _OUT) for path in _holding(root, root / top, sentences))


def handed_out(root: Path, issue: str) -> tuple[str, ...]:
    """What ``print``, ``bind``, ``export`` and ``wechat`` made of an issue or of its year in the folder ``out``; paths
    from the project's root. The names tell: nobody can search a PDF.
    """
    year = issue[:4] if _YEAR.match(issue) else r"\d{4}"
    name = re.compile(rf"(?:{re.escape(issue)}(?:-poster)?|{year})(?:\.\w+)?")
    found = sorted((root / _OUT).glob("*/*"))
    return tuple(place.relative_to(root).as_posix() for place in found if name.fullmatch(place.name))


_YEAR = re.compile(r"(?:19|20)\d\d")


def remove_handed_out(root: Path, issue: str) -> Iterator[str]:
    """Remove it, so that nobody hands it on; yields the path of each file and folder. Raises `OSError`."""
    for path in handed_out(root, issue):
        if (root / path).is_dir():
            shutil.rmtree(root / path)
        else:
            (root / path).unlink(missing_ok=True)
        yield path


def _holding(root: Path, top: Path, sentences: frozenset[str]) -> Iterator[str]:
    for place in sorted(top.rglob("*")) if top.is_dir() else ():
        with suppress(OSError):
            if place.is_file() and not place.is_symlink() and _holds(place, sentences):
                yield place.relative_to(root).as_posix()


def _holds(place: Path, sentences: frozenset[str]) -> bool:
    """Binary files of ours are looked through, too: an index, a manifest, a cache may hold words as they are."""
    name = place.name if may_hold_sentences(place.name) else f"{place.name}.txt"
    return holds_one(read_file(place), name, sentences)


def _sha256(place: Path) -> str:
    return hashlib.sha256(read_file(place)).hexdigest()


def cut_source(root: Path, spans: Spans, vanished: Iterable[ReleaseFile] = ()) -> Iterator[str]:
    """Cut what was withdrawn out of the folder of sources, and the pictures and attachments that ``vanished`` with it;
    yields the path of each file. Raises `OSError`.
    """
    files, folders = whole_files(spans)
    left = cut_files(spans, lambda path: read_file(root / path) if (root / path).is_file() else None)
    same = (
        file.path
        for file in vanished
        if file.path.startswith("content/")
        and (root / file.path).is_file()
        and _sha256(root / file.path) == file.sha256
    )
    files |= frozenset(same)
    for path in sorted(files):
        (root / path).unlink(missing_ok=True)
        yield path
    for folder in folders:
        shutil.rmtree(root / folder, ignore_errors=True)
        yield folder
    for path, data in left.items():
        replace_file(root / path, data)
        yield path
