"""Published issues that have no source any more: a few are deleted by their author, many by an accident."""

from __future__ import annotations

from collections.abc import Iterable

from bulletin.arrange.moved import MovedAddress
from bulletin.arrange.urls import redirect_path
from bulletin.core.errors import IssuesGone
from bulletin.core.problems import N_
from bulletin.read.library import Readings
from bulletin.write.output import Manifest, Output

_MAX_GONE = 3
_MAX_SHARE = 0.05
"""So many issues, or so large a part of them, may go without a question; all of them never do."""

_GROUP = "issue "
"""How the names of the groups of issues' pages begin (editions/web.py); those of their old addresses have a space after
the id (editions/redirects.py), which no id has."""
_FOLDER = "issues"
"""Of the site and of the content alike."""


def present_ids(readings: Readings, moved: Iterable[MovedAddress] = ()) -> set[str]:
    """Ids of all issues that have a source, readable or not, and ids at whose addresses a source answers now."""
    addresses = [address for issue in readings.issues for address in issue.redirect_from]
    addresses += (address for page in readings.pages for address in page.redirect_from)
    addresses += (f"/{each.path}" for each in moved)
    steps = [path.split("/") for address in addresses if (path := redirect_path(address))]
    return readings.ids | {path[1] for path in steps if path[0] == _FOLDER and len(path) > 1}


def require_issues(there: set[str], last: Manifest, output: Output) -> None:
    """Raise `IssuesGone` when too many issues of the last build have no source: a folder that was moved, a drive that
    is not there.

    ``there`` are the `present_ids`: also of what is a draft now, since its author knows.
    """
    published = _published(last, output)
    gone = published - there
    if gone and (gone == published or (len(gone) > _MAX_GONE and len(gone) > _MAX_SHARE * len(published))):
        raise IssuesGone(
            N_(
                "{gone} of {all} published issues are no longer here; the site stays as it was. Put them back, or "
                "connect the drive that holds them. If they are meant to go: {command}"
            ),
            path="content/issues",
            gone=len(gone),
            all=len(published),
            command="bulletin build --yes",
        )


def _published(last: Manifest, output: Output) -> set[str]:
    """Ids of the issues of the last build; as the folder of the site has them, where its manifest is lost."""
    if last.groups:
        ids = (name.removeprefix(_GROUP) for name in last.groups if name.startswith(_GROUP))
        return {id_ for id_ in ids if " " not in id_}
    return {page.parent.name for page in output.folder.glob(f"{_FOLDER}/*/index.html")}
