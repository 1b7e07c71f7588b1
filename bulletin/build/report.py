"""Options and report of a build."""

from __future__ import annotations

from bulletin.check.findings import Held, Silenced
from bulletin.core.model import Value
from bulletin.core.problems import Problem


class Options(Value, frozen=True):
    """Options of a build or a check."""

    out: str = ""
    """Folder of the site; ``site`` in the project when empty."""
    clean: bool = False
    """Discard the cache and rebuild everything."""
    drafts: bool = False
    """Include drafts and scheduled issues, marked as such."""
    adopt: bool = False
    """Take over a folder that holds files which were not built here, if the caller agrees."""
    jobs: int = 1
    """Maximum number of processes for reading, and then for rendering."""
    let_go: bool = False
    """Remove the pages of published issues, though many have no source any more, or their date is yet to come."""
    check: bool = False
    """Report what the rules find in the texts; what may not be published is looked for always."""
    judged: bool = False
    """The sources are those of a release: all of them have passed the gate, and it does not judge them again."""
    search: bool = True
    """Include the search, where the station has one; indexing is too slow for a preview at every save."""
    forms: bool = True
    """Include the other forms of issues that the station asks for; a preview makes none at every save."""
    hits: bool = True
    """Include the counter, where the station has one; a preview counts nobody."""


class Report(Value, frozen=True):
    """The result of a build."""

    out: str
    issues: int
    pages: int
    """Files in the site, including pictures and stylesheets."""
    written: int
    unchanged: int
    removed: int
    drafts: int
    scheduled: int
    last_good: tuple[str, ...]
    """Sources that cannot be read now, and fall back to their last good reading."""
    problems: tuple[Problem, ...]
    overwritten: tuple[str, ...] = ()
    """Files of the site that were not ours, or not any more, and that pages have replaced."""
    changed: tuple[str, ...] = ()
    """Files of the site that have no source any more, and stay because they were changed by hand."""
    foreign: tuple[str, ...] = ()
    """Files of the site that were not built here; looked for in a clean build only."""
    held: tuple[Held, ...] = ()
    """Texts that are kept back."""
    moved: int = 0
    """Published addresses that lead to another place from this build on."""
    passed: tuple[Silenced, ...] = ()
    """Findings in public texts that would keep them back, and that somebody has passed with a reason."""
