"""Which issue is meant by what somebody typed."""

from __future__ import annotations

from collections.abc import Iterable

from bulletin.core.errors import UsageError
from bulletin.core.model import Issue
from bulletin.core.nearest import nearest
from bulletin.core.problems import N_
from bulletin.read.numbers import parse_number
from bulletin.read.text_files import folder_of, without_suffix


def find_issue(name: str, issues: Iterable[Issue]) -> Issue:
    """The issue of that id, else of that file, else of that printed number.

    Raises `UsageError`, which names the nearest one, or those that may be meant.
    """
    known = tuple(issues)
    wanted, ids = bare_name(name), possible_ids(name)
    for found in (
        [issue for issue in known if issue.id in ids],
        [issue for issue in known if wanted in file_names(issue.source)],
        [issue for issue in known if issue.number == wanted],
    ):
        if len({issue.source for issue in found}) > 1:
            same = len({issue.id for issue in found}) == 1
            names = ", ".join(sorted(issue.source if same else issue.id for issue in found))
            raise UsageError(N_("several issues are meant by “{number}”; name one: {names}."), number=name, names=names)
        if found:
            return found[0]
    if guess := nearest(wanted, [issue.id for issue in known]):
        raise UsageError(N_("there is no issue “{number}”. Did you mean “{guess}”?"), number=name, guess=guess)
    raise UsageError(N_("there is no issue with the number “{number}”."), number=name)


def possible_ids(name: str) -> frozenset[str]:
    """Ids that somebody may mean who types a number, of issues too whose source is gone."""
    wanted = bare_name(name)
    number = parse_number(wanted)
    return frozenset((wanted, number.id(number.year) if number and number.year else wanted))


def bare_name(name: str) -> str:
    """What somebody typed, without what a shell adds to the name of a file."""
    return name.strip().replace("\\", "/").removeprefix("./").strip("/").removeprefix("issues/")


def file_names(source: str) -> Iterable[str]:
    """Names by which an issue's file may be called."""
    path = folder_of(source).rstrip("/") or source
    last = path.rpartition("/")[2]
    return source, path, last, without_suffix(last)
