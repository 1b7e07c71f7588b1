"""What the last build put before the public: from its manifest, else from the pages in the folder of the site."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from bulletin.arrange.published import PublishedBefore
from bulletin.build.report import Report
from bulletin.write.output import Manifest


def published_before(last: Manifest, folder: Path) -> PublishedBefore:
    """By the manifest of the last build into a folder; where that is lost, by the folder."""
    if not last.built:
        return _from_folder(folder)
    return PublishedBefore(
        built=datetime.fromisoformat(last.built),
        sources=frozenset(path for path, text in last.texts.items() if text),
        issues=_ids("issue ", last),
        pages=_ids("page ", last),
        copies=frozenset(path for path, text in last.texts.items() if not text) if last.texts else None,
    )


def _ids(kind: str, last: Manifest) -> frozenset[str]:
    ids = (name.removeprefix(kind) for name in last.groups if name.startswith(kind))
    return frozenset(id_ for id_ in ids if " " not in id_)  # with one: old addresses (editions/redirects.py)


def _from_folder(folder: Path) -> PublishedBefore:
    """By the folders that have a page; their names are all that can be known."""
    issues, pages = _folders(folder / "issues"), _folders(folder)
    return PublishedBefore(None, frozenset(), issues, pages, None if issues else frozenset())


def _folders(folder: Path) -> frozenset[str]:
    try:
        with os.scandir(folder) as entries:
            return frozenset(e.name for e in entries if os.path.exists(f"{e.path}/index.html"))  # noqa: PTH110 - 10,000
    except OSError:
        return frozenset()


def build_time(now: datetime, before: PublishedBefore, report: Report) -> datetime:
    """What the manifest says; the last build's time while the clock is behind it, so that issues since stay public."""
    behind = any(found.code == "A109" for found in report.problems)
    return before.built if behind and before.built else now
