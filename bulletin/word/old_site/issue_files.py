"""A planned issue → its files: front matter, Markdown, pictures and attachments."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import quote

from bulletin.core.model import Value
from bulletin.word.old_site.addresses import DOCUMENTS, OLD_PICTURES, PICTURE_ENDINGS, ending_of, file_name, resolve
from bulletin.word.old_site.plan import PlannedIssue
from bulletin.word.old_site.saved import SavedSite
from bulletin.word.old_site.saved_file import SavedFile, address_key

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
        names[key] = file_name(file.address, taken, ".png" if ending in OLD_PICTURES else ""), file
    return names[key][0], ""


def issue_source(issue: PlannedIssue, markdown: str, *, draft: bool) -> str:
    """The text of ``index.md``."""
    text = issue.page.text
    entries: list[tuple[str, str]] = [("number", _quoted(issue.number))]
    if text.text.title:
        entries.append(("title", _quoted(text.text.title)))
    entries.append(("date", text.time))
    if issue.hits is not None:
        entries.append(("hits", str(issue.hits)))
    if draft:
        entries.append(("draft", "true"))
    lines = [f"{key}: {value}" for key, value in entries]
    lines.append("redirect_from:")
    lines += (f"  - {_quoted(address)}" for address in issue.addresses)
    section = f"## {text.section}\n\n" if text.section else ""
    return "\n".join(("---", *lines, "---", section + markdown))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
