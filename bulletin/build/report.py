"""What a build is told, and what it has to say."""

from __future__ import annotations

from bulletin.core.model import Value
from bulletin.core.problems import Problem


class Options(Value, frozen=True):
    """How to build."""

    out: str = ""
    """Folder of the site; ``site`` in the project when empty."""
    clean: bool = False
    """Make everything anew."""
    drafts: bool = False
    """With drafts and issues whose time has not come, marked as such."""
    jobs: int = 1
    """Processes at most that read, and then that render."""
    let_go: bool = False
    """Without asking when many published issues have no source any more: their pages go."""
    search: bool = True
    """With the search, where the station has one; indexing takes too long for a preview at every save."""
    hits: bool = True
    """With the counter, where the station has one; a preview counts nobody."""


class Report(Value, frozen=True):
    """What a build did."""

    out: str
    issues: int
    pages: int
    """Files in the site, pictures and stylesheets among them."""
    written: int
    unchanged: int
    removed: int
    drafts: int
    scheduled: int
    last_good: tuple[str, ...]
    """Sources that cannot be read now, whose earlier pages stay."""
    problems: tuple[Problem, ...]
