"""Which texts a build has put before the public, for who makes a release of it.

Kept in the manifest as bytes, so that a build with nothing to do need not decode them.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from bulletin.arrange.archive import Archive, issue_title
from bulletin.arrange.withdrawn import WithdrawnSpan
from bulletin.check.findings import SourceFindings, Verdict
from bulletin.check.reviews import ReviewBook
from bulletin.core.model import Issue, Page
from bulletin.core.public_texts import PublicText, PublicTexts, WaitingText
from bulletin.read.sources import FoundSource


class Judged(NamedTuple):
    """What tells of each source what the public has of it."""

    archive: Archive
    current: Container[str]
    """Keys of the readings of all sources as they are now."""
    found: Iterable[FoundSource]
    findings: Mapping[str, SourceFindings]
    """By path of the main file, like ``verdicts``."""
    verdicts: Mapping[str, Verdict]
    reviews: ReviewBook
    frozen: tuple[str, ...]
    """Folders of the site that stay as they were."""
    withdrawn: tuple[WithdrawnSpan, ...]


def encode_public_texts(judged: Judged) -> bytes:
    """What `read_public_texts` gives back."""
    sources: tuple[Issue | Page, ...] = (*judged.archive.issues, *judged.archive.pages)
    shown = tuple(_shown(judged, source) for source in sources)
    waiting = tuple(_waiting(judged))
    public = {text.source for text in shown if text.text}
    public |= {text.source for text in waiting if not text.kept_back}
    hidden = [found.paths for found in judged.found if found.paths[0] not in public]
    texts = PublicTexts(
        shown,
        waiting,
        tuple(path for paths in hidden for path in paths),
        tuple(path for text in shown if not text.text for path in _paths(hidden, text.source)),
        judged.frozen,
        tuple((span.path, span.first, span.last or 0) for span in judged.withdrawn),
    )
    return msgspec.msgpack.encode(texts)


def read_public_texts(data: bytes) -> PublicTexts:
    """From the manifest; empty before the first build of this version."""
    return msgspec.msgpack.decode(data, type=PublicTexts) if data else PublicTexts()


def _paths(found: list[tuple[str, ...]], source: str) -> tuple[str, ...]:
    return next((paths for paths in found if paths[0] == source), (source,))


def _shown(judged: Judged, source: Issue | Page) -> PublicText:
    folder = f"issues/{source.id}/" if isinstance(source, Issue) else f"{source.id}/"
    title = _title(judged, source)
    if source.html_key not in judged.current:
        return PublicText(source.id, title, folder, source.source, sections=_sections(source))
    found = judged.findings.get(source.source)
    words = (found.words if found else "") or source.html_key
    valid = judged.reviews.valid(source) if isinstance(source, Issue) else ()
    reviews = tuple(f"{review.role}, {review.by}, {review.date}" for review in valid)
    return PublicText(
        source.id, title, folder, source.source, words, reviews, len(source.corrections), _sections(source)
    )


def _sections(source: Issue | Page) -> tuple[str, ...]:
    return tuple(title for _, title in source.columns if title) if isinstance(source, Issue) else ()


def _title(judged: Judged, source: Issue | Page) -> str:
    """As readers see it."""
    if isinstance(source, Page):
        return source.title
    return issue_title(judged.archive.station, source.title, source.number)


def _waiting(judged: Judged) -> Iterator[WaitingText]:
    for issue in judged.archive.withheld:
        if isinstance(issue, Issue) and issue.scheduled:
            verdict = judged.verdicts.get(issue.source)
            kept_back = bool(verdict and verdict.keeps_back)
            yield WaitingText(issue.id, issue.title, issue.source, issue.date.isoformat(), kept_back)
