"""Finding every content that holds what was withdrawn: by its sentences, wherever they are.

The sentences are those that readers could find before the withdrawal and nowhere after it. So nothing has to be known
of how a page, a feed or an index came to have them, and what another text says in the same words stays.
"""

from __future__ import annotations

import gzip
import html
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import PurePosixPath

from msgspec.structs import replace

from bulletin.core.look_alikes import bare_letters
from bulletin.publish.release import Release, ReleaseFile

Read = Callable[[ReleaseFile], bytes]

MIN_SENTENCE = 8
"""Letters and Han characters from which a sentence tells the text that it is from; shorter ones are said by many."""

_SENTENCE_END = re.compile(r"[。！？；!?;…\n\r]|</?(?:p|li|h[1-6]|td|th|tr|div|br|section|title|a)\b[^>]*>|\",\"")
_TAG = re.compile(r"<[^<>]*>")
_PICTURE_SIZE = re.compile(r"-\d+(?:\.[0-9a-f]{8})?$")
_TEXTS = (".html", ".xml", ".json", ".txt", ".md", ".markdown", ".yml", ".csv", ".js", ".pf_fragment", ".pf_meta")
_INDEXES = (".pf_fragment", ".pf_index", ".pf_meta", ".pf_filter")


def may_hold_sentences(path: str) -> bool:
    """Whether a file may hold sentences."""
    return path.lower().endswith((*_TEXTS, *_INDEXES))


def sentences_of(data: bytes, path: str) -> frozenset[str]:
    """The sentences of a file, as bare letters, without what is too short to tell one text from another."""
    words = _decoded(data, path)
    parts = (bare_letters(_TAG.sub("", part)) for part in _SENTENCE_END.split(words))
    return frozenset(part for part in parts if len(part) >= MIN_SENTENCE and not part.isascii())


def holds_one(data: bytes, path: str, sentences: Iterable[str]) -> bool:
    """Whether a file holds one of the sentences, with or without marks of emphasis between its words."""
    words = _decoded(data, path)
    forms = (bare_letters(words), bare_letters(_TAG.sub("", words)))
    return any(sentence in form for sentence in sentences for form in forms)


def _decoded(data: bytes, path: str) -> str:
    if path.endswith(_INDEXES):
        with suppress(OSError, EOFError, zlib.error):
            data = gzip.decompress(data)
    # twice, since feeds hold HTML as text
    return html.unescape(html.unescape(data.decode("utf-8", "replace")))


# ── what a withdrawal took from the public


def vanished_sentences(before: Release, after: Release, read: Read) -> frozenset[str]:
    """The sentences of the files that a withdrawal changed or removed, that no file holds after it."""
    now = {file.path: file for file in after.files}
    old = [file for file in before.files if now.get(file.path) != file and may_hold_sentences(file.path)]
    found = {sentence for file in old for sentence in sentences_of(read(file), file.path)}
    for file in after.files:
        if found and may_hold_sentences(file.path):
            words = _decoded(read(file), file.path)
            forms = (bare_letters(words), bare_letters(_TAG.sub("", words)))
            found = {sentence for sentence in found if not any(sentence in form for form in forms)}
    return frozenset(found)


def vanished_files(before: Release, after: Release) -> tuple[ReleaseFile, ...]:
    """Pictures and attachments that a withdrawal removed, and the sources that they were made from."""
    now = {file.path for file in after.files}
    gone = [file for file in before.files if file.path not in now and not may_hold_sentences(file.path)]
    stems = {_PICTURE_SIZE.sub("", PurePosixPath(file.path).stem) for file in gone}
    hashes = {file.sha256 for file in gone}
    kept = {file.sha256 for file in after.files}
    issues = tuple(f"content/{'/'.join(PurePosixPath(file.path).parts[:2])}" for file in gone)
    shown = {_PICTURE_SIZE.sub("", PurePosixPath(path).stem) for path in now}
    sources = (
        file
        for file in before.sources
        if not may_hold_sentences(file.path)
        and (
            file.sha256 in hashes
            or (PurePosixPath(file.path).stem in stems and file.path.startswith(issues))
            # beside the files of issues lie pictures of any of them
            or (PurePosixPath(file.path).stem in stems - shown and file.path.count("/") == 2)
        )
    )
    return tuple(file for file in (*gone, *sources) if file.sha256 not in kept)


def sealed_files(earlier: Iterable[Release], before: Release, after: Release) -> Iterator[ReleaseFile]:
    """What the releases before a withdrawal have where it changed or removed a file that nobody can search, like the
    PDF or the book of an issue, whose words are compressed. They can be made again of the sources.
    """
    now = {file.path: file for file in after.files}
    changed = {file.path for file in before.files if now.get(file.path) != file and not may_hold_sentences(file.path)}
    clean = {file.sha256 for file in after.files}
    for release in earlier:
        yield from (file for file in release.files if file.path in changed and file.sha256 not in clean)


def without_vanished(before: Release, after: Release) -> Release:
    """``after`` without the sources that a purge of what vanished removes: it is to be built from again."""
    gone = {file.path for file in vanished_files(before, after)}
    return replace(after, sources=tuple(file for file in after.sources if file.path not in gone))


def contents_with(
    releases: Iterable[Release], after: Release, sentences: frozenset[str], read: Read, has: Callable[[str], bool]
) -> Iterator[ReleaseFile]:
    """Every file of these releases that holds one of the sentences; each path and content once.

    Those of ``after`` hold none: its sentences were taken from what it lacks.
    """
    clean = {file.sha256 for file in (*after.files, *after.sources)}
    judged: dict[str, bool] = {}
    seen: set[ReleaseFile] = set()
    for release in releases:
        for file in (*release.files, *release.sources):
            if file in seen or file.sha256 in clean or not may_hold_sentences(file.path) or not has(file.sha256):
                continue
            seen.add(file)
            if file.sha256 not in judged:
                judged[file.sha256] = holds_one(read(file), file.path, sentences)
            if judged[file.sha256]:
                yield file


# ── what this computer keeps beside


def files_with(folder_files: Iterable[tuple[str, bytes]], sentences: frozenset[str]) -> Iterator[str]:
    """Of files of this computer, given as path and bytes, those that hold one of the sentences."""
    for path, data in folder_files:
        if holds_one(data, path, sentences):
            yield path
