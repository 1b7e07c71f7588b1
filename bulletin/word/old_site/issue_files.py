"""A planned issue → its files: front matter, Markdown, pictures and attachments."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from urllib.parse import quote

from bulletin.core.model import Value
from bulletin.word.old_site.addresses import DOCUMENTS, OLD_PICTURES, PICTURE_ENDINGS, ending_of, file_name, resolve
from bulletin.word.old_site.plan import PlannedIssue
from bulletin.word.old_site.saved import SavedSite
from bulletin.word.old_site.saved_file import SavedFile, address_key
from bulletin.word.source_text import free_name, safe_name, source_text

MISSING_FILE, MISSING_PAGE, UNFIT_FILE = "file", "page", "kind"
"""Why a link leads nowhere now; the sentences are in import_report.py."""


class IssueLinks(Value, frozen=True):
    """Where the links of a text lead now."""

    targets: dict[str, str]
    """By what is written in the old page."""
    files: tuple[tuple[str, SavedFile], ...]
    """Name in the issue's folder, and what it is."""
    lost: tuple[tuple[str, str], ...]
    """Links that are only words now, and why."""


def issue_links(issue: PlannedIssue, site: SavedSite, ids: Mapping[str, str], hosts: frozenset[str]) -> IssueLinks:
    """``ids``: id of the issue by `address_key` of every old address."""
    targets: dict[str, str] = {}
    names: dict[str, tuple[str, SavedFile]] = {}
    lost: list[tuple[str, str]] = []
    for link in issue.page.text.links:
        address, own = resolve(link, issue.page.address, hosts)
        if not address:
            continue
        if not own:
            targets[link] = address
            if link in issue.page.text.pictures:
                del targets[link]
                lost.append((link, MISSING_FILE))
        elif id := ids.get(address_key(address)):
            targets[link] = f"/issues/{id}/"
        else:
            name, why = _file(address, site, names)
            if why:
                lost.append((link, why))
            else:
                targets[link] = quote(name)
    return IssueLinks(targets, tuple(names.values()), tuple(lost))


def _file(address: str, site: SavedSite, names: dict[str, tuple[str, SavedFile]]) -> tuple[str, str]:
    """Name of an attached file, and why there is none."""
    file, ending = site.find(address) or site.find(address.partition("?")[0]), ending_of(address)
    if file is None:
        return "", MISSING_FILE if ending in DOCUMENTS | PICTURE_ENDINGS | OLD_PICTURES else MISSING_PAGE
    if file.is_page:
        return "", MISSING_PAGE
    if ending not in DOCUMENTS | PICTURE_ENDINGS | OLD_PICTURES:
        return "", UNFIT_FILE
    key = address_key(file.address)
    if key not in names:
        taken = frozenset(name.casefold() for name, _ in names.values()) | {"index.md"}
        name = safe_name(file_name(file.address), "file")
        name = posixpath.splitext(name)[0] + ".png" if ending in OLD_PICTURES else name
        names[key] = free_name(name, taken), file
    return names[key][0], ""


def issue_source(issue: PlannedIssue, markdown: str, *, draft: bool) -> str:
    """The text of ``index.md``."""
    text = issue.page.text
    entries = {
        "number": issue.number,
        "title": text.text.title,
        "date": text.time,
        "hits": issue.hits,
        "draft": draft,
        "redirect_from": issue.addresses,
    }
    return source_text(entries, (f"## {text.section}\n\n" if text.section else "") + markdown)
