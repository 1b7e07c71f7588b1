"""The whole import, as a function from saved pages and a map to files; nothing is written here (writing.py).

Pages are parsed by workers that can be killed. The same pages and map give the same files, whatever ran before.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import msgspec

from bulletin.core.model import Value
from bulletin.core.progress import Progress, no_progress
from bulletin.word.old_site.addresses import OLD_PICTURES, ending_of
from bulletin.word.old_site.facts import PageFacts
from bulletin.word.old_site.issue_files import IssueLinks, issue_links, issue_source
from bulletin.word.old_site.map_file import Layout
from bulletin.word.old_site.page_text import OldText
from bulletin.word.old_site.page_worker import DraftTask, FactsTask, PictureTask, TextTask, serve_pages
from bulletin.word.old_site.plan import ExtractedPage, Plan, PlannedIssue, plan_issues
from bulletin.word.old_site.report import ReportRow
from bulletin.word.old_site.saved import SavedSite
from bulletin.word.old_site.saved_file import SavedFile, address_key
from bulletin.word.old_site.second_opinion import disagreements
from bulletin.word.task_pool import run_tasks

_MAX_SURVEYED = 2_000
"""Pages that a map is proposed from, spread over all."""


class ImportedIssue(Value, frozen=True):
    """An issue's files."""

    id: str
    files: tuple[tuple[str, bytes], ...]
    """Name in its folder → content; ``index.md`` last."""


class Imported(Value, frozen=True):
    """What comes of an old website."""

    issues: tuple[ImportedIssue, ...]
    rows: tuple[ReportRow, ...]
    ids: dict[str, str]
    """Id of the issue by old address."""


def survey_layouts(site: SavedSite, jobs: int, progress: Progress = no_progress) -> tuple[PageFacts, ...]:
    """How the pages are laid out; those that take too much are left out."""
    pages = _pages(site)
    pages = pages[:: max(1, len(pages) // _MAX_SURVEYED)]
    tasks = [FactsTask(page.address, page.data, page.charset) for page in pages]
    found = [
        msgspec.msgpack.decode(answer, type=PageFacts)
        for _, answer in run_tasks(serve_pages, tasks, jobs, progress, "survey")
        if answer is not None
    ]
    return tuple(sorted(found, key=lambda facts: facts.address))


def read_texts(
    site: SavedSite, layouts: Sequence[Layout], jobs: int, progress: Progress = no_progress
) -> dict[str, OldText | None]:
    """Text of each page by its address; None where it took too much."""
    tasks = [TextTask(page.address, page.data, page.charset, tuple(layouts)) for page in _pages(site)]
    found: dict[str, OldText | None] = {}
    for task, answer in run_tasks(serve_pages, tasks, jobs, progress):
        found[task.address] = None if answer is None else msgspec.msgpack.decode(answer, type=OldText)
    return {task.address: found[task.address] for task in tasks}


def import_site(
    site: SavedSite,
    texts: Mapping[str, OldText | None],
    known: Mapping[str, str],
    occupied: frozenset[str],
    url: str,
    jobs: int,
    *,
    draft: bool,
    progress: Progress = no_progress,
) -> Imported:
    """``known``: ids that addresses have from earlier runs; ``occupied``: ids of others; ``url``: the office's."""
    files = {page.address: page for page in _pages(site)}
    pages = [ExtractedPage(a, files[a].place, text) for a, text in texts.items() if text and not text.why_not]
    plan = plan_issues(pages, known, occupied)
    ids = {address_key(address): issue.id for issue in plan.issues for address in issue.addresses}
    hosts = frozenset(filter(None, (urlsplit(url).hostname,)))
    links = {issue.id: issue_links(issue, site, ids, hosts) for issue in plan.issues}
    made = _drafts(plan.issues, links, jobs, progress)
    pictures = _pictures(links, jobs)
    issues = tuple(
        ImportedIssue(
            issue.id,
            (
                *((name, pictures.get(file.address, file.data)) for name, file in links[issue.id].files),
                ("index.md", issue_source(issue, made[issue.id], draft=draft).encode()),
            ),
        )
        for issue in plan.issues
        if issue.id in made
    )
    lost = frozenset(issue.page.address for issue in plan.issues if issue.id not in made)
    owners = {address: issue.id for issue in plan.issues if issue.id in made for address in issue.addresses}
    return Imported(issues, _rows(site, texts, plan, links, lost), owners)


def _pages(site: SavedSite) -> list[SavedFile]:
    return sorted((file for file in site.files.values() if file.is_page), key=lambda file: file.address)


def _drafts(
    issues: Sequence[PlannedIssue], links: Mapping[str, IssueLinks], jobs: int, progress: Progress
) -> dict[str, str]:
    tasks = [DraftTask(issue.id, issue.page.text.text.html, links[issue.id].targets) for issue in issues]
    return {
        task.address: msgspec.msgpack.decode(answer, type=str)
        for task, answer in run_tasks(serve_pages, tasks, jobs, progress, "write")
        if answer is not None
    }


def _pictures(links: Mapping[str, IssueLinks], jobs: int) -> dict[str, bytes]:
    """GIF and BMP as PNG, by old address."""
    old = {
        file.address: file.data
        for each in links.values()
        for _, file in each.files
        if ending_of(file.address) in OLD_PICTURES
    }
    tasks = [PictureTask(address, data) for address, data in sorted(old.items())]
    found: dict[str, bytes] = {}
    for task, answer in run_tasks(serve_pages, tasks, jobs) if tasks else ():
        found[task.address] = msgspec.msgpack.decode(answer, type=bytes) if answer else b""
    return found


def _rows(
    site: SavedSite,
    texts: Mapping[str, OldText | None],
    plan: Plan,
    links: Mapping[str, IssueLinks],
    lost: frozenset[str],
) -> tuple[ReportRow, ...]:
    by_address = {issue.page.address: issue for issue in plan.issues}
    doubled = {page.address: address for page, address in plan.doubled}
    issues = plan.issues
    shares = disagreements([issue.page.text.opinion for issue in issues])
    disagrees = {issue.page.address: share for issue, share in zip(issues, shares, strict=True)}
    rows = []
    for file in _pages(site):
        text = texts.get(file.address)
        if text is None or file.address in lost:
            rows.append(ReportRow(file.address, file.place, "skipped", "much"))
        elif text.why_not:
            rows.append(ReportRow(file.address, file.place, "skipped", text.why_not, encoding=text.encoding))
        elif first := doubled.get(file.address):
            issue = by_address[first]
            rows.append(ReportRow(file.address, file.place, "doubled", first, issue.id, text.text.title, text.time))
        else:
            issue = by_address[file.address]
            rows.append(_row(file, issue, links[issue.id], disagrees[file.address]))
    return tuple(rows)


def _row(file: SavedFile, issue: PlannedIssue, links: IssueLinks, disagrees: float) -> ReportRow:
    text = issue.page.text
    return ReportRow(
        address=file.address,
        place=file.place,
        outcome="read",
        issue=issue.id,
        title=text.text.title,
        time=text.time,
        hits=text.hits,
        paragraphs=text.paragraphs,
        files=len(links.files),
        encoding=text.encoding,
        disagrees=disagrees,
        given=issue.given,
        same_number=issue.same_number,
        left_out=tuple(each.text for each in text.text.left_out if each.kind == "hidden"),
        lost=links.lost,
        damages=text.damages,
    )


def hits_table(rows: Sequence[ReportRow]) -> bytes:
    """The counts, as `bulletin hits import` reads them."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(("page", "hits"))
    counts = [(f"issue:{row.issue}", row.hits) for row in rows if row.outcome == "read" and row.hits is not None]
    table.writerows(sorted(counts))
    return out.getvalue().encode()
