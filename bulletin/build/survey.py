"""Read and arrange: the steps that a build and a check share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import reduce
from operator import add
from typing import NamedTuple

import msgspec

from bulletin.arrange.archive import Archive, Unpublished, arrange
from bulletin.arrange.look import theme_refs
from bulletin.arrange.moved import Moves
from bulletin.arrange.published import PublishedBefore
from bulletin.arrange.resolve import ResolvedArchive, resolve_archive
from bulletin.arrange.targets import NO_THEME_FILES, ThemeFiles
from bulletin.arrange.withdrawn import WithdrawnBook, WithdrawnSpan
from bulletin.build.gating import NOTHING_PUBLISHED, Gated, LastPublished, attached_files, keep_back, marked
from bulletin.build.guessing import read_guesses, write_guesses
from bulletin.build.moving import moves_since
from bulletin.build.project import ProgramRecords, Project
from bulletin.build.report import Options
from bulletin.build.review_book import open_review_book, review_file
from bulletin.build.source_checks import CheckedSources, check_documents, check_sources
from bulletin.build.station_gate import judge_station
from bulletin.build.withdrawn_texts import WithdrawnTexts
from bulletin.check.findings import GATE_CODES, Verdict
from bulletin.check.gate import judge
from bulletin.check.passed import PassedBook
from bulletin.check.reviews import ReviewBook, lacking_reviews, review_problems
from bulletin.core.model import Issue, Page
from bulletin.core.problems import Problem, sort_problems
from bulletin.core.progress import Progress
from bulletin.core.withdrawals import Withdrawal
from bulletin.read.assets import Assets
from bulletin.read.library import Library, Readings, read_assets, read_library
from bulletin.read.pool import Pool
from bulletin.read.sources import FoundSource
from bulletin.read.stamps import Stamps
from bulletin.read.text_files import is_plain
from bulletin.write.cache import Cache


class Survey(NamedTuple):
    """The result of reading and arranging."""

    readings: Readings
    archive: Archive
    unpublished: Unpublished
    resolved: ResolvedArchive
    moves: Moves
    problems: tuple[Problem, ...]
    checked: CheckedSources
    ids: set[str]
    """Of all issues that have a source, whether they are kept back or not."""
    gated: Gated
    sources: tuple[FoundSource, ...]
    reviews: ReviewBook
    """Of what was read, whether it is kept back or not."""
    verdicts: Mapping[str, Verdict]
    """What the gate says of each source, by its path."""
    withdrawn: tuple[WithdrawnSpan, ...]
    """Where the sources hold what was withdrawn."""


def survey(
    project: Project,
    library: Library,
    cache: Cache,
    pool: Pool,
    now: datetime,
    options: Options,
    stamps: Stamps,
    progress: Progress,
    last: LastPublished = NOTHING_PUBLISHED,
    theme: ThemeFiles = NO_THEME_FILES,
    *,
    all_reviews: bool = False,
) -> Survey:
    """Read and arrange the archive; writes nothing but the cache.

    ``last`` is what readers have now, for what cannot be read or may not go out; ``theme`` are the theme's own files.
    ``all_reviews``: read reviews.yml also where the station asks for no reviews.
    """
    withdrawn = WithdrawnTexts(project, last.noted, last.has)
    whole = read_library(library, cache, pool, last.good, progress)
    found = withdrawn.taken_out(whole)
    checked = check_sources(project, library, cache, pool, progress, full=options.check)
    checked, noticed = withdrawn.without_findings(checked, whole, library.by_key())
    refs = theme_refs(project.station.theme, project.entry_lines)

    def arranged(readings: Readings) -> _Arranged:
        readings = read_assets(project.root, readings, refs, project.fingerprint, cache, pool, stamps)
        return _arrange(project, library, readings, last.before, now, options, withdrawn.entries)

    before = arranged(found)
    checked |= check_documents(project, before.readings.assets, cache, pool, progress)
    reviews = _reviews(project, before, checked, library, asked=all_reviews)
    verdicts = _verdicts(before.readings, checked, project.passed, reviews)
    gated = _gate(project, before, verdicts, library.versions(), last, cache, options, withdrawn.book)
    if gated.readings is not before.readings:
        gated = gated._replace(readings=withdrawn.taken_out(gated.readings))
    after = before if gated.readings is before.readings else arranged(_chosen(gated.readings, before.archive))
    readings, archive, unpublished, _ = after
    moves = moves_since(last.old_site, archive, readings, library.versions(), cache)
    resolved, unresolved = _resolve(project, archive, readings, moves, cache, options, theme, last)
    noticed += (*withdrawn.problems, *withdrawn.taken_down())
    said = (*project.notices, *_without_used(readings.problems, before.readings.assets), *noticed)
    problems = sort_problems((*said, *before.problems, *unresolved, *review_problems(reviews)))
    made = (readings, archive, unpublished, resolved, moves, problems)
    ids, sources = whole.ids | withdrawn.book.issues, tuple(library.found)
    return Survey(*made, checked, ids, gated, sources, reviews, verdicts, withdrawn.spans)


def _resolve(
    project: Project,
    archive: Archive,
    readings: Readings,
    moves: Moves,
    cache: Cache,
    options: Options,
    theme: ThemeFiles,
    last: LastPublished,
) -> tuple[ResolvedArchive, tuple[Problem, ...]]:
    guesses = read_guesses(cache, project.fingerprint)
    resolved, problems = resolve_archive(
        archive,
        readings.assets,
        theme,
        project.entry_lines,
        project.hit_snapshot,
        guesses,
        moves,
        last.old_site.owned.paths if last.old_site else (),
        indexed=options.search,
        counted=options.hits,
    )
    write_guesses(cache, project.fingerprint, guesses, resolved.guesses)
    return resolved, problems


_UNUSED = ("F307", "F310", "F312", "F314")
"""Said of files that make no issue, or may make one; not of those that a text shows or offers."""


def _without_used(problems: Iterable[Problem], assets: Assets) -> Iterator[Problem]:
    return (each for each in problems if each.code not in _UNUSED or each.path not in assets)


def _reviews(
    project: Project, arranged: _Arranged, checked: CheckedSources, library: Library, *, asked: bool
) -> ReviewBook:
    recorded = review_file(project.root) if asked or project.station.reviews else ()
    issues, readings = arranged.archive.issues, arranged.readings
    return open_review_book(project, recorded, issues, readings, checked.by_path, library, asked=asked)


class _Arranged(NamedTuple):
    readings: Readings
    archive: Archive
    unpublished: Unpublished
    problems: tuple[Problem, ...]


def _arrange(
    project: Project,
    library: Library,
    readings: Readings,
    before: PublishedBefore,
    now: datetime,
    options: Options,
    withdrawn: tuple[Withdrawal, ...],
) -> _Arranged:
    archive, unpublished, problems = arrange(
        readings.issues,
        readings.pages,
        project.station,
        project.today,
        now,
        drafts=options.drafts,
        before=before,
        lost=[path for each in library.found if (path := each.paths[0]) not in readings.good and not is_plain(path)],
        take_off=options.let_go,
    )
    archive = msgspec.structs.replace(archive, withdrawn=withdrawn)
    return _Arranged(_with_undecided(readings, unpublished), archive, unpublished, problems)


def _with_undecided(readings: Readings, unpublished: Unpublished) -> Readings:
    """What readers have of issues that have only copies now stays as it is."""
    folders = tuple(f"issues/{id_}/" for id_ in unpublished.undecided)
    return msgspec.structs.replace(readings, frozen=(*readings.frozen, *folders)) if folders else readings


def _chosen(readings: Readings, archive: Archive) -> Readings:
    """Without copies and other duplicates, so that none takes the place of what is kept back."""
    chosen = {text.source for texts in (archive.issues, archive.pages, archive.withheld) for text in texts}
    issues = tuple(issue for issue in readings.issues if issue.source in chosen)
    return msgspec.structs.replace(
        readings, issues=issues, pages=tuple(page for page in readings.pages if page.source in chosen)
    )


def _gate(
    project: Project,
    arranged: _Arranged,
    verdicts: Mapping[str, Verdict],
    versions: Mapping[str, str],
    last: LastPublished,
    cache: Cache,
    options: Options,
    withdrawn: WithdrawnBook,
) -> Gated:
    readings, archive = arranged.readings, arranged.archive
    if options.drafts:
        return marked(readings, verdicts)
    if options.judged:
        return Gated(readings)
    public = {issue.source for issue in archive.issues} | {page.source for page in archive.pages}
    office = project.numbers_office
    listed = frozenset(each.value for each in project.passed.entries)

    def shows_numbers(html: str, passed: frozenset[str]) -> bool:
        known = (passed | listed) - {""}
        from bulletin.check.rendered import page_numbers  # for what is kept back only

        found = page_numbers(html, office)
        return any(each.code in GATE_CODES and office.mark(each.words) not in known for each in found)

    held, passed = (
        judge_station(project, ProgramRecords(cache, project.fingerprint), last.folder) if last.folder else ((), ())
    )
    gated = keep_back(readings, verdicts, public, versions, last, cache, shows_numbers, withdrawn)
    return gated._replace(held=(*held, *gated.held), passed=(*passed, *gated.passed))


def _verdicts(
    readings: Readings, checked: CheckedSources, passed: PassedBook, reviews: ReviewBook
) -> dict[str, Verdict]:
    """By path of the source: of its own text, of the files that it offers, and of its reviews."""
    verdicts: dict[str, Verdict] = {}
    sources: tuple[Issue | Page, ...] = (*readings.issues, *readings.pages)
    for source in sources:
        paths = (source.source, *attached_files(source))
        judged = [judge(found, passed) for path in paths if (found := checked.by_path.get(path))]
        if isinstance(source, Issue) and (missing := lacking_reviews(source, reviews)):
            judged.append(Verdict((), (), missing))
        if judged:
            verdicts[source.source] = reduce(add, judged)
    return verdicts
