"""Which version of each text the public sees, once the gate has judged it (check/gate.py).

A text that is kept back leaves what readers have of it as it is: the last good reading of it, else the pages in the
site's folder, byte for byte. A mark of secrecy takes those down too. Nothing here decides whether a text is kept back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar

import msgspec

from bulletin.arrange.archive import Archive
from bulletin.arrange.published import NEVER_PUBLISHED, PublishedBefore
from bulletin.arrange.withdrawn import WithdrawnBook
from bulletin.build.moving import OldSite
from bulletin.check.findings import Fate, Held, Silenced, Verdict
from bulletin.core.model import Issue, Page
from bulletin.read.assets import Assets, asset_path, is_file_type
from bulletin.read.copies import originals, text_name
from bulletin.read.library import NOTHING_READ, LastGood, Library, Readings
from bulletin.read.messages import decode_html_parts, decode_summary
from bulletin.read.reading import Reading
from bulletin.write.cache import Cache

_Text = TypeVar("_Text", Issue, Page)

_FindsNumbers = Callable[[str, frozenset[str]], bool]
"""Whether a page, as HTML, shows a number for which a text is kept back; not one of those, by their marks, that were
passed."""


class LastPublished(NamedTuple):
    """What readers have now."""

    good: LastGood = NOTHING_READ
    texts: Mapping[str, str] = {}
    """Path of a source → which text of it is published (`Library.versions`); empty after an upgrade from a version
    that did not note it."""
    folder: Path | None = None
    """Of the site; None for a check, which publishes nothing."""
    before: PublishedBefore = NEVER_PUBLISHED
    """Which files and ids that is, and since when; known to a check, too."""
    old_site: OldSite | None = None
    """Its addresses; None for what is built with drafts, where no address is promised to anybody."""
    noted: frozenset[str] = frozenset()
    """Paths of the notes of what was withdrawn, as the last build wrote them."""

    def has(self, folder: str) -> bool:
        """Whether there is a page: ``issues/2014002/``."""
        return self.folder is not None and (self.folder / folder / "index.html").is_file()


NOTHING_PUBLISHED = LastPublished()


class Gated(NamedTuple):
    """What may go out."""

    readings: Readings
    held: tuple[Held, ...] = ()
    passed: tuple[Silenced, ...] = ()


def keep_back(
    readings: Readings,
    verdicts: Mapping[str, Verdict],
    public: Iterable[str],
    versions: Mapping[str, str],
    last: LastPublished,
    cache: Cache,
    finds_numbers: _FindsNumbers,
    withdrawn: WithdrawnBook,
) -> Gated:
    """Put the version that readers have in the place of each text that is kept back.

    ``public`` are the paths of the sources that would be public now: not drafts, not scheduled. Of the others that
    the gate keeps back only the reading is forgotten, so that it never stands in for a text that cannot be read.
    """
    shown = frozenset(public)
    passed = tuple(each for path in sorted(shown & verdicts.keys()) for each in verdicts[path].passed)
    if not any(verdict.keeps_back for verdict in verdicts.values()):
        return Gated(readings, (), passed)
    chooser = _Chooser(versions, last, readings.assets, cache, finds_numbers, withdrawn)
    issues: list[Issue] = []
    pages: list[Page] = []
    good = dict(readings.good)
    held: list[Held] = []
    sources: tuple[Issue | Page, ...] = (*readings.issues, *readings.pages)
    for source in sources:
        verdict = verdicts.get(source.source)
        choice: Issue | Page | None = source
        if verdict and verdict.keeps_back:
            good.pop(source.source, None)
            if source.source in shown:
                choice, fate = chooser.choose(source, verdict)
                held += [Held(source.source, source.id, fate, verdict)] if fate else []
                if choice:
                    good[source.source] = choice.html_key
        if isinstance(choice, Issue):
            issues.append(choice)
        elif choice:
            pages.append(choice)
    kept = msgspec.structs.replace(
        readings,
        issues=tuple(issues),
        pages=tuple(pages),
        good=good,
        keys=readings.keys | set(good.values()),
        frozen=(*readings.frozen, *chooser.frozen),
    )
    return Gated(kept, tuple(held), passed)


def marked(readings: Readings, verdicts: Mapping[str, Verdict]) -> Gated:
    """For who sees drafts: what is kept back is marked like one, and what bears a mark of secrecy is left out."""

    def shown(sources: Iterable[_Text]) -> Iterator[_Text]:
        for source in sources:
            verdict = verdicts.get(source.source)
            if verdict is None or not verdict.keeps_back:
                yield source
            elif not verdict.is_secret:
                yield msgspec.structs.replace(source, draft=True)

    if not any(verdict.keeps_back for verdict in verdicts.values()):
        return Gated(readings)
    issues, pages = tuple(shown(readings.issues)), tuple(shown(readings.pages))
    return Gated(msgspec.structs.replace(readings, issues=issues, pages=pages))


class _Chooser:
    """Chooses the version that readers see."""

    def __init__(
        self,
        versions: Mapping[str, str],
        last: LastPublished,
        assets: Assets,
        cache: Cache,
        finds_numbers: _FindsNumbers,
        withdrawn: WithdrawnBook,
    ) -> None:
        self._versions = versions
        self._last = last
        self._assets = assets
        self._cache = cache
        self._finds_numbers = finds_numbers
        self._withdrawn = withdrawn
        self.frozen: list[str] = []
        """Folders of the site that stay as they are."""

    def choose(self, source: Issue | Page, verdict: Verdict) -> tuple[Issue | Page | None, Fate | Literal[""]]:
        """The version that readers see, and what to say of it; an empty fate where nothing is kept back after all."""
        before = self._last_reading(source)
        folder = _folder(before or source)
        known = self._last.texts.get(source.source)
        same = known is not None and known == self._versions.get(source.source) and self._offers_the_same(source)
        is_there = self._last.has(folder)
        if verdict.is_secret and not (verdict.is_internal and is_there and (same or known is None)):
            return None, "secret"
        if not is_there:
            return None, "absent"
        if same or verdict.is_secret:  # 内部资料 was published before it was a mark: an upgrade takes nothing off
            return source, "public" if verdict.open else ""
        if known is None and not verdict.open:
            return source, ""  # published before reviews were asked for, or before it was noted which text it was
        passed = frozenset(each.problem.mark for each in verdict.passed)
        if before and self._offers_the_same(before):
            offered = {found.path for found in verdict.open} & {*attached_files(before)}
            return before, "public" if offered or self._shows_numbers(before, passed) else "kept"
        self.frozen.append(folder)
        return None, "public" if self._folder_shows_numbers(folder, passed) else "kept"

    def _last_reading(self, source: Issue | Page) -> Issue | Page | None:
        """What was published of a source before; None when it is not in the cache any more, or was a draft."""
        key = self._last.good.sources.get(source.source, "")
        if not key or self._cache.parts(key) is None:
            return None
        for reading in self._readings(key):
            issues = (reading.issue,) if reading.issue else ()
            found = next(iter(self._withdrawn.without_withdrawn(issues)), reading.page)
            if found and not found.draft:
                return found
        return None

    def _offers_the_same(self, source: Issue | Page) -> bool:
        """Whether the files that a text offers are those that are published: one may be another by now."""
        files = [path for path in attached_files(source) if path in self._last.good.files or path in self._assets]
        return all(path in self._assets and path in self._last.good.files for path in files) and all(
            self._assets[path].digest == self._last.good.files[path].digest for path in files
        )

    def _readings(self, key: str) -> list[Reading]:
        try:
            found = [decode_summary(summary).reading for _, summary in self._cache.summaries([key])]
        except msgspec.MsgspecError:  # of another version
            return []
        return [reading for reading in found if reading]

    def _shows_numbers(self, kept: Issue | Page, passed: frozenset[str]) -> bool:
        parts = decode_html_parts(self._cache.parts(kept.html_key) or b"\x90")
        return any(self._finds_numbers(html, passed) for html in (*parts, *_titles(kept)))

    def _folder_shows_numbers(self, folder: str, passed: frozenset[str]) -> bool:
        site = self._last.folder
        pages = (site / folder).rglob("*.html") if site else ()
        return any(self._finds_numbers(page.read_text("utf-8", "replace"), passed) for page in pages)


def _titles(kept: Issue | Page) -> tuple[str, ...]:
    corrected = tuple(words for each in kept.corrections for words in (each.was, each.now))
    if isinstance(kept, Page):
        return (kept.title, kept.description, *corrected)
    titles = (article.title for section in kept.sections for article in section.articles)
    return (kept.title, kept.summary, kept.byline, *kept.keywords, *titles, *corrected)


def attached_files(source: Issue | Page) -> tuple[str, ...]:
    """Paths of the files that a text offers, whether they exist or not."""
    if isinstance(source, Issue) and not source.refers:
        return ()
    paths = (asset_path(ref) for text in source.texts() for ref in text.refs if ref.kind == "link")
    return tuple(dict.fromkeys(path for path in paths if path and is_file_type(path)))


def _folder(source: Issue | Page) -> str:
    return f"issues/{source.id}/" if isinstance(source, Issue) else f"{source.id}/"


def published_texts(
    archive: Archive, library: Library, before: Mapping[str, str], held: Iterable[Held]
) -> dict[str, str]:
    """Path of each public source → which text of it is public now; of one that fell back, as ``before``.

    Also the articles' files of these that are named like copies of others, each without a text of its own: they are
    published, and stay.
    """
    current, versions = library.by_key(), library.versions()
    texts: dict[str, str] = {}
    sources: tuple[Issue | Page, ...] = (*archive.issues, *archive.pages)
    for source in sources:
        version = versions.get(source.source) if source.html_key in current else before.get(source.source)
        if version:
            texts[source.source] = version
    left = (each.path for each in held if each.fate in ("kept", "public"))
    texts |= {path: before[path] for path in left if path in before and path not in texts}
    articles = (path for found in library.found if found.paths[0] in texts for path in found.paths[1:])
    return texts | {path: "" for path in articles if originals(text_name(path))}
